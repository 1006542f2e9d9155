"""Compare what was paid for sites and their owners with what the program values them at; nothing is tuned.

    python tools/validate_value.py

Writes ``docs/validation/value.md``. Each price is a row of the library and enters nothing; each site is a factory file
of what was disclosed, filled with library rows, and valued in the month of the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import computefactory as cf
from build_reference import table
from computefactory import model
from computefactory.analysis.implied import implied_by
from computefactory.analysis.run import run as run_company
from computefactory.analysis.value import value_of as value_of_company
from computefactory.appraisal import value_of
from computefactory.errors import ComputeFactoryError
from computefactory.library import Library

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "value.md"
BILLION, MILLION = 1e9, 1e6
LIBRARY = Library.load()


@dataclass(frozen=True)
class Deal:
    """A price, what it is of, the file of what was sold, and why ours is another."""

    name: str
    row: tuple[str, str, str]
    file: str
    at: str
    of: str  # enterprise or equity
    sold: str
    gap: str
    share: float = 1.0

    @property
    def price(self) -> float:
        """Price of the whole, USD."""
        return float(LIBRARY.fact(*self.row).value) / self.share

    def valued(self) -> cf.Valuation:
        """The site in the month of the price."""
        source = ROOT / self.file if self.file.endswith(".yaml") else self.file
        return value_of(model.run(source), at=self.at)


def _peer(company: str) -> tuple[str, str, str]:
    return ("multiple", f"powered_land/{company}/2026-09", "ev")


DEALS = (
    Deal(
        "Abernathy",
        ("deal", "WULF-ABERN-SALE", "total_value"),
        "tests/finance/deals/abernathy.yaml",
        "2026-08",
        "equity",
        "50.1 % of the venture for 0.53 bn USD, by the landlord to its tenant, before the first rent",
        "The tenant bought its own landlord: its rent is no risk to it, while ours discounts an unrated "
        "tenant at 5 % "
        "spread and 4 % premium. The disclosed sum of rent has no escalator in the file; one would put more "
        "of it late. "
        "The debt is ours as sized and drawn by then (0.99 of 1.3 bn USD).",
        share=0.501,
    ),
    Deal(
        "Core Scientific, listed",
        _peer("Core Scientific"),
        "core-scientific-590mw",
        "2026-09",
        "enterprise",
        "the whole company at its market price",
        "The file holds six sites of 900 MW; the company speaks of 1.3 GW of gross power. 400 MW more at the "
        "library's "
        "price of energised land would be 1.2 bn USD, which leaves ours 8 % below.",
    ),
    Deal(
        "Core Scientific, bid",
        ("comparable", "CoreWeave offer for Core Scientific (voted down 30 Oct 2025)", "dc_ma_equity_value"),
        "core-scientific-590mw",
        "2025-07",
        "equity",
        "the whole company for shares of its tenant; owners voted it down as too low",
        "Again the tenant was to buy its landlord, and said that 10 bn USD of lease obligations would go: its "
        "own B+ spread "
        "and the premium for an unfinished site are no cost to it. It was to pay in shares at 165 USD, four "
        "times the price "
        "of their issue in March. The 400 MW beyond the file count here too. The leases of the file were all "
        "signed by then.",
    ),
    Deal(
        "Aligned",
        ("comparable", "AIP/MGX/GIP buy Aligned", "dc_ma_enterprise_value"),
        "tests/valuation/deals/aligned.yaml",
        "2025-10",
        "enterprise",
        "the whole company: about 600 MW let, 700 MW being built, over 5 GW with what is planned",
        "Power not yet built counts at 3 million USD/MW and a chance of 70 %; the buyers paid for a builder "
        "that fills "
        "it. At the high of that row (8 million USD/MW, itself this deal over all megawatts) ours is above 37 "
        "bn USD. "
        "Rent is an estimate of the press, tenor and grade of the tenants are assumed.",
    ),
    Deal(
        "Applied Digital, listed",
        _peer("Applied Digital"),
        "tests/valuation/deals/applied-digital.yaml",
        "2026-09",
        "enterprise",
        "the whole company at its market price; the file has all that it has let, 1.41 GW",
        "Nearly all of the price is what is let, and it lies within our range. Of 510 MW only the sum is "
        "known; dates, "
        "escalators and grades are assumed.",
    ),
    Deal(
        "TeraWulf, listed",
        _peer("TeraWulf"),
        "tests/valuation/deals/terawulf.yaml",
        "2026-09",
        "enterprise",
        "the whole company at its market price; the file has what it has let, without Abernathy",
        "Google's backstop of 3.2 bn USD covers half of Fluidstack's rent; ours discounts all of it at 13.7 % "
        "as of an "
        "unrated tenant, where notes on it were lent at 7.75 %. Extensions, a mine and further land are left out.",
    ),
    Deal(
        "Cipher, listed",
        _peer("Cipher"),
        "tests/valuation/deals/cipher.yaml",
        "2026-09",
        "enterprise",
        "the whole company at its market price; the file has the leases whose terms are disclosed",
        "A third contract of about 2 bn USD and 5.3 GW of plans are in the price and not in the file; "
        "Fluidstack's rent "
        "again stands at 13.8 %.",
    ),
    Deal(
        "Hut 8, listed",
        _peer("Hut 8"),
        "tests/valuation/deals/hut-8.yaml",
        "2026-09",
        "enterprise",
        "the whole company at its market price; the file has what it has let for AI",
        "What is let is worth 15 bn USD before 10 bn of halls still to be built at the library's cost; the tenants' "
        "grades would borrow at 6.2 % (its own notes) where ours discounts at 9.7 % until the halls stand. "
        "The price also "
        "pays for mines, its share of a miner and power that is not let.",
    ),
)
COMPANIES = (  # file, price of a share or of the enterprise, its row
    ("coreweave-2025-03", ("operator", "CoreWeave/2025-03-28", "ipo_price")),
    ("coreweave-2026-09", ("multiple", "compute_factory/CoreWeave/2026-09", "ev")),
    ("iren-2026-09", ("multiple", "compute_factory/IREN/2026-09", "ev")),
    ("nebius-2026-09", ("multiple", "compute_factory/Nebius/2026-09", "ev")),
    ("applied-digital-2026-09", ("multiple", "powered_land/Applied Digital/2026-09", "ev")),
    ("terawulf-2026-09", ("multiple", "powered_land/TeraWulf/2026-09", "ev")),
)
OF_COMPANIES = """\
Companies as their files of the day have them (`computefactory value FILE`): what is signed and owned as an
industrial plant, what a cloud's multiples of that day make of the revenue, and the market's own enterprise value.
The market's value of CoreWeave in March 2025 is that of 40 USD a share on the count of the day; the others are
rows of `multiple`, which count leases as their source does: CoreWeave's holds some 20 bn USD of them, ours none.

What is signed carries CoreWeave's price at neither date. In March 2025 it is worth a few bn USD, less than what
ranks ahead of the owners: its orders cost more than they bring at the price of 2024 (a MW more is worth less than
nothing), so that no price of today's silicon when it is let again, no contract margin and no rate within the
bands gives 40 USD, and more orders like the last would take value away. The price was a call on contracts not yet
signed at prices not yet seen. Both came: the market pays 20 to 25 million USD for a MW-year of mid-2026 where it
paid 8 to 10. IREN's and Nebius' orders of 2026 are worth more than they cost, and there the price can be read as
so many GW still to be signed."""
QTS = "Blackstone takes QTS private"
YIELDS = (
    ("JLL, stabilised hyperscale, 2026", ("comparable", "Stabilised hyperscale", "yield_cost_cap_rate"), True),
    ("Blackstone takes QTS private, 2021", ("comparable", QTS, "dc_ma_ev_ebitda_forward"), False),
)
LEFT_OUT = """\
* Hyperion: 80 % for 23.03 bn USD is what its buyer is to spend on building it; the rent of four
  years with a guarantee of the residual is not disclosed.
* AirTrunk, CyrusOne, Switch, CoreSite: prices without megawatts, rents or tenors in the library.
* Helios: 1.75 bn USD is its cost.
"""


def bn(value: float) -> str:
    """Money in billions."""
    return f"{value / BILLION:.2f}"


def page() -> str:
    """The whole page."""
    rows, gaps, rates = [], [], []
    for deal in DEALS:
        found = deal.valued()
        equity = found.industrial_equity
        claims = equity.claims if deal.of == "equity" else 0.0
        ours = found.industrial.enterprise_value - claims
        fact = LIBRARY.fact(*deal.row)
        implied = implied_rate(found, deal.price + claims)
        rows.append(
            (
                deal.name,
                deal.at,
                deal.of,
                bn(deal.price),
                bn(ours),
                f"{bn(found.low - claims)} to {bn(found.high - claims)}",
                f"{100 * (ours / deal.price - 1):+.0f} %",
                f"{100 * rate_of(found):.1f} %",
                implied,
            )
        )
        gaps.append(f"* **{deal.name}** (row `{fact.path}`, {fact.as_of}, {fact.confidence}): {deal.sold}. {deal.gap}")
        income = found.comparables.number("ebitda_usd_per_year")
        built = found.industrial.enterprise_value - found.industrial.parts["cost_to_complete"]
        rates.append((deal.name, bn(income), bn(built), f"{built / income:.1f}x", f"{100 * income / built:.1f} %"))
    for label, row, is_yield in YIELDS:
        value = float(LIBRARY.fact(*row).value)
        times, cap = (1 / value, value) if is_yield else (value, 1 / value)
        rates.append((label, "", "", f"{times:.1f}x", f"{100 * cap:.1f} %"))
    parts = (
        "# Value: disclosed prices and ours",
        (
            "Written by `tools/validate_value.py`; do not edit. Sites and owners that were sold, bid for or "
            "are listed, "
            "each as a factory file of what was disclosed with library rows for the rest, valued in the month of the "
            "price. Billions of USD. No row was moved to make a value fit, and no price enters a run. The files: "
            "`core-scientific-590mw` ships, `abernathy.yaml` stands in `tests/finance/deals`, the others in "
            "`tests/valuation/deals`."
        ),
        "\n".join(
            table(
                (
                    "deal",
                    "month",
                    "price of",
                    "price",
                    "ours",
                    "low to high",
                    "difference",
                    "our rate",
                    "the price implies",
                ),
                rows,
            )
        ),
        (
            "`our rate` is that of the leases, by value; `the price implies` the one discount rate for all "
            "parts at which the "
            "site is worth its price (`value FILE --price`)."
        ),
        "## Why ours differ",
        "\n".join(gaps),
        (
            "Every difference has one sign. It is least, 15 to 23 %, where the price is mostly what is let "
            "and the file has "
            "all of it. The library discounts promised rent at the risk-free rate, the payer's spread and a "
            "premium for "
            "operating risk (2 %, 4 % until the site is finished), in all the rate that the table shows; "
            "notes of these "
            "landlords were lent at 6.1 to 9.25 %, and the trade speaks of cap rates of 5.5 to 8 %. The "
            "premium is an "
            "assumption with a range of 1 to 6 % and stands: two of the prices are a tenant's for its own "
            "landlord, and most "
            "others hold more than what was let. A landlord's value here is what its cash is worth to a "
            "stranger who bears "
            "the building of it; a tenant or a fund pays more."
        ),
        "## Yields",
        (
            "First full year's EBITDA over the value with its halls finished, beside what the trade says of "
            "let halls. "
            "Twelve- to fifteen-year leases on one class of tenant are not a portfolio that is let again and again."
        ),
        "\n".join(table(("what", "EBITDA", "value, finished", "multiple", "yield"), rates)),
        "## Companies",
        OF_COMPANIES.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n\n"),
        "\n".join(table(COLUMNS, [*map(company_row, COMPANIES)])),
        "## Left out, and why",
        LEFT_OUT.rstrip(),
    )
    return "\n\n".join(parts) + "\n"


COLUMNS = ("file", "market", "industrial", "cloud", "a MW more, m USD", "GW still to be signed")


def company_row(company: tuple[str, tuple[str, str, str]]) -> tuple[str, ...]:
    """A company's enterprise values beside the market's, in bn USD."""
    file, row = company
    price, of_a_share = float(LIBRARY.fact(*row).value), row[0] == "operator"
    found = value_of_company(run_company(file), price=f"{price:g} USD/share" if of_a_share else None)
    market = price if found.priced is None else found.priced.enterprise or 0.0
    implied = {each.name: each for each in implied_by(found.run, market)}["still_to_sign"]
    more = found.per_megawatt
    return (
        f"`{file}`",
        bn(market),
        three(found.industrial.enterprise),
        three(found.cloud.enterprise) if found.cloud else "none at this date",
        "" if more is None else f"{more / MILLION:+.1f}",
        "none: a MW more adds nothing" if implied.value is None else f"{implied.value:.1f}",
    )


def three(ends: tuple[float, float, float] | None) -> str:
    """Middle, and low to high."""
    return "not known" if ends is None else f"{bn(ends[1])} ({bn(ends[0])} to {bn(ends[2])})"


def rate_of(found: cf.Valuation) -> float:
    """Mean rate of what is promised, by value."""
    items = found.industrial.items
    return float(sum(item["rate"] * item["value"] for item in items) / sum(item["value"] for item in items))


def implied_rate(found: cf.Valuation, enterprise: float) -> str:
    """The one rate that a price of the enterprise implies."""
    try:
        reverse = value_of(found.result, at=found.industrial.month, price=enterprise).reverse
    except ComputeFactoryError:
        return "out of reach"
    rate = next(item.value for item in reverse.implied if item.name == "discount_rate")
    return "out of reach" if rate is None else f"{100 * rate:.1f} %"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
