"""Derive what deals say of themselves again, and run the contract cases of the field; nothing is tuned.

    python tools/validate_offtake.py

Writes ``docs/validation/offtake.md``. What is stated are rows of the library's table ``deal``; ours are
``computefactory.offtake.deals`` and runs of shipped factories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from build_reference import table as rows_of
from computefactory import model
from computefactory.library import Library
from computefactory.offtake.deals import UnitPrices, unit_prices
from computefactory.studies.book import study

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "offtake.md"
BILLION, MILLION, KW_PER_MW, MONTHS = 1e9, 1e6, 1e3, 12
CLOSE = 0.01  # relative: what is printed has two or three digits
LEASES = ("colocation", "powered_shell_lease", "build_to_suit")
SAID = {  # unit prices that the notes of a row state in words: USD per accelerator-hour
    "IREN-MSFT": 2.91,
    "XAI-ANTH": 5.27,
}
TRAPS = {
    "LAMBDA-NVDA": "two orders in one row: 1.3 bn USD over four years for 10,000, and 0.2 bn USD for 8,000, no time "
    'stated. The "servers" must be accelerators: 3.71 USD/h each, where eight in a server would leave 0.46',
    "NSCALE-MSFT": "two values were reported, up to 24 and up to 14 bn USD, and no tenor",
    "WULF-ABERN": "the backstop is 1.3 bn USD and falls over ten years from the start of rent; the rent runs 25",
    "ORCL-OAI": "the power is gross: what is critical was not stated",
    "XAI-ANTH": "either side may leave on 90 days' notice after three months (below)",
}
PARTS = {
    "LAMBDA-NVDA, 10,000": (1.3e9, 48.0, 10_000.0, 3.71)
}  # value, months, accelerators, USD/h that the note states


@dataclass(frozen=True)
class Deal:
    """One row of the library, and what follows from it."""

    name: str
    seller: str
    buyer: str
    lease: bool
    value: float | None
    tenor: float | None
    critical: float | None
    gross: float | None
    accelerators: float | None
    stated: float | None  # USD per kW-year

    @property
    def power(self) -> float | None:
        """Critical IT power, else gross."""
        return self.critical or self.gross

    @property
    def found(self) -> UnitPrices | None:
        """Unit prices, where value, tenor and a size are stated."""
        if self.value is None or self.tenor is None or not (self.power or self.accelerators):
            return None
        return unit_prices(self.value, self.tenor, power=self.power, accelerators=self.accelerators)

    @property
    def missing(self) -> list[str]:
        """What is not stated."""
        parts = {"value": self.value, "tenor": self.tenor, "power or accelerators": self.power or self.accelerators}
        return [name for name, part in parts.items() if part is None]


def deals(library: Library) -> list[Deal]:
    """Every row of the table, in its order."""

    def number(key: str, name: str) -> float | None:
        known = name in library.fields("deal", key)
        value = library.fact("deal", key, name).value if known else None
        return float(value) if isinstance(value, (int, float)) else None

    def text(key: str, name: str) -> str:
        return str(library.fact("deal", key, name).value)

    return [
        Deal(
            key,
            text(key, "seller"),
            text(key, "buyer"),
            text(key, "type") in LEASES,
            number(key, "total_value"),
            number(key, "tenor"),
            number(key, "critical_it"),
            number(key, "gross_power"),
            number(key, "accelerators"),
            number(key, "revenue_per_critical_it"),
        )
        for key in library.keys("deal")
    ]


def checks(found: Sequence[Deal]) -> list[tuple[str, str, float, float]]:
    """Deal, unit, what is stated, what we derive: all that can be compared."""
    compared = []
    for deal in found:
        ours = deal.found
        if ours is None:
            continue
        if deal.stated is not None and ours.usd_per_mw_year is not None:
            compared.append((deal.name, "m USD/MW-year", deal.stated / KW_PER_MW, ours.usd_per_mw_year / MILLION))
        if deal.name in SAID and ours.usd_per_accelerator_hour is not None:
            compared.append((deal.name, "USD/accelerator-hour", SAID[deal.name], ours.usd_per_accelerator_hour))
    for name, (value, tenor, accelerators, said) in PARTS.items():
        hourly = unit_prices(value, tenor, accelerators=accelerators).usd_per_accelerator_hour
        compared.append((name, "USD/accelerator-hour", said, hourly or np.nan))
    return compared


# printing


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text."""
    return "\n".join(rows_of(head, rows))


def shown(value: float | None, digits: int = 2) -> str:
    """A number, or a dash."""
    return "-" if value is None else f"{value:,.{digits}f}"


def derived(found: Sequence[Deal], *, lease: bool) -> str:
    """The table of one kind of deal."""
    head = ["deal", "buyer", "bn USD", "years", "MW", "accelerators", "m USD/MW-year", "USD/kW-month", "USD/h"]
    rows = []
    for deal in found:
        ours = deal.found
        if ours is None or deal.lease != lease or deal.name in {name.partition(",")[0] for name in PARTS}:
            continue
        assert deal.value is not None
        assert deal.tenor is not None
        power = "-" if deal.power is None else f"{deal.power / KW_PER_MW:,.0f}{'' if deal.critical else ' gross'}"
        rows.append(
            [
                deal.name,
                deal.buyer,
                shown(deal.value / BILLION),
                shown(deal.tenor / MONTHS, 1),
                power,
                shown(deal.accelerators, 0),
                shown(ours.usd_per_mw_year / MILLION if ours.usd_per_mw_year else None),
                shown(ours.usd_per_kw_month, 1),
                shown(ours.usd_per_accelerator_hour),
            ]
        )
    return table(head, rows)


def compared(found: Sequence[Deal]) -> str:
    """What rows state of their own unit prices, against what follows from value, tenor and size."""
    rows = [
        [name, unit, shown(stated, 3), shown(ours, 3), f"{100 * (ours / stated - 1):+.2f} %"]
        for name, unit, stated, ours in checks(found)
    ]
    return table(["deal", "unit", "stated", "derived", "difference"], rows)


def left_out(found: Sequence[Deal]) -> str:
    """Rows from which nothing follows."""
    rows = [[deal.name, ", ".join(deal.missing)] for deal in found if deal.found is None]
    return table(["deal", "not stated"], rows)


def payback() -> tuple[str, float]:
    """The leased factory by three prepayments, and its margin."""
    rows, margin = [], np.nan
    for share in (15, 20, 25):
        result = model.run("coreweave-leased-100mw", overrides={"offtake.customer.prepayment.share": f"{share} %"})
        lines = result.runs["contract_only"].lines
        capex, ebitda = (result.metrics[name].value or np.nan for name in ("capex_usd", "ebitda_usd_per_year"))
        paid = float(lines["prepayment_in"].sum())
        full = result.factory.finance.full_operation
        months = [result.metrics[name].value for name in ("payback_months", "payback_after_prepayment_months")]
        rows.append(
            [
                f"{share} %",
                shown(capex / ebitda),
                shown((capex - paid) / ebitda),
                *(
                    "none" if month is None else f"{month:.0f} ({(month - full) / MONTHS:.1f} years)"
                    for month in months
                ),
            ]
        )
        margin = float(result.metrics["ebitda_margin"].value or np.nan)
    head = [
        "prepayment",
        "capex / EBITDA, years",
        "(capex - prepayment) / EBITDA",
        "payback, months",
        "after prepayment",
    ]
    return table(head, rows), margin


SPACEX = {
    "offtake.customer.total_value": "4.5 bn USD",
    "offtake.customer.tenor": "36 months",
    "offtake.customer.prepayment": None,
    "offtake.customer.buyer": "Anthropic",
}


def ninety_days() -> tuple[str, float]:
    """A contract of three years with and without the exit of Anthropic and SpaceX."""
    plain = model.run("coreweave-leased-100mw", overrides=SPACEX)
    exits = "    exits: {either_party: {cause: convenience, after: 3 months, notice: 90 days}}\n"
    text = plain.factory.document.data.decode().replace("    tenor: 60 months\n", "    tenor: 60 months\n" + exits)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "factory.yaml"
        file.write_text(text, encoding="utf-8")
        loose = model.run(file, overrides=SPACEX)
    found = [("as if firm", plain), ("as signed: 90 days' notice after three months", loose)]
    rows, shares = [], []
    for name, result in found:
        book = study(result)
        value = sum(entry.value for entry in book.entries)
        shares.append(book.total / value)
        rows.append(
            [
                name,
                shown(value / BILLION),
                shown(book.total / BILLION),
                f"{100 * book.total / value:.0f} %",
                f"{100 * (result.metrics['coverage'].value or 0):.0f} %",
                shown(result.metrics["committed_capex_cover"].value),
                shown((result.metrics["debt_usd"].value or 0) / BILLION),
                result.qualification.verdict,
            ]
        )
    head = [
        "contract",
        "value, bn USD",
        "committed",
        "share",
        "coverage",
        "cover of the plant",
        "debt, bn USD",
        "verdict",
    ]
    return table(head, rows), shares[1]


def iren() -> str:
    """Debt and cover of the shipped factory."""
    result = model.run("iren-horizon")
    library = Library.load()
    amount = float(library.fact("debt", "IREN Microsoft GPU financing", "amount").value)
    price = result.factory.offtake.contracts[0].price
    deal = next(item for item in deals(library) if item.name == "IREN-MSFT").found
    assert deal is not None
    assert deal.usd_per_accelerator_hour is not None
    rows = [
        ["price in the factory file, USD/h", shown(float(price), 4)],
        ["price from value, tenor and accelerators, USD/h", shown(deal.usd_per_accelerator_hour, 4)],
        ["debt disclosed, bn USD", shown(amount / BILLION)],
        ["debt sized on the contract alone, bn USD", shown((result.metrics["debt_usd"].value or 0) / BILLION)],
        ["lowest cover", shown(result.metrics["min_dscr"].value)],
        ["average cover", shown(result.metrics["average_dscr"].value)],
        ["first-year EBITDA, bn USD", shown((result.metrics["ebitda_usd_per_year"].value or 0) / BILLION)],
    ]
    return table(["IREN Horizon", ""], rows)


def page() -> str:
    """The whole page."""
    found = deals(Library.load())
    paid, margin = payback()
    loose, share = ninety_days()
    traps = "\n".join(f"- `{name}`: {text}." for name, text in TRAPS.items())
    worst = max(abs(ours / stated - 1) for _, _, stated, ours in checks(found))
    return f"""# Offtake: deals derived again, and the contract cases of the field

Written by `tools/validate_offtake.py`; do not edit.

## Deals

Rows of the library (`computefactory library deal`). A rent is value / tenor / size; an accelerator-hour is billed 730
hours a month. Power is critical IT unless marked gross. Leases with an escalator start below their average.

### Sold in accelerator-hours

{derived(found, lease=False)}

### Let in kW-months

{derived(found, lease=True)}

### Against what the rows state themselves

{compared(found)}

The largest difference is {100 * worst:.2f} %: what is stated is rounded to two or three digits.

### Traps

{traps}

### Nothing follows from these

{left_out(found)}

## IREN and Microsoft

{iren()}

The comparison with what lenders disclosed, one thing changed at a time, is a [page of its own](iren-horizon.md).

## Payback: 2.5 years, or 4.3?

Companies of this kind speak of 2.5 years of cash payback, prepayments included; capex over EBITDA of the same contracts
is 4.3 years. Both hold. `coreweave-leased-100mw` has a leased shell at 1.65 m USD per MW-year, 3 % a year more, power
at the seller's cost, and rent before revenue; its EBITDA margin is {100 * margin:.0f} % (the company: "70 % zone").

{paid}

(Capex - prepayment) / EBITDA is a figure of speech: nothing is credited back in it. In our months every credit counts,
they run from the first dollar, and tax is paid (in brackets: years from full operation). So a prepayment shortens the
payback only as far as its credits fall after it: at 25 % the cash is back before the credits have begun to bite, at
15 % hardly sooner than without.

## A large contract with 90 days' notice

Anthropic's contract with SpaceX is 45 bn USD over three years, and after three months either side may end it on 90
days' notice. The same terms on the leased factory, a tenth of the size:

{loose}

What cannot be avoided is {100 * share:.0f} % of the value at signature, and three months of it at any later date.
Revenue expected and every date are the same in both rows; what may be borrowed on it, and what it pays for, are not.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
