"""Compare what lenders lent on five deals with what the program sizes from library rows; nothing is tuned.

    python tools/validate_debt.py

Writes ``docs/validation/debt.md``. The deals are factory files: two that ship, three in ``tests/finance/deals``. Each
is sized as it stands, then with one thing changed at a time. Amounts disclosed are rows and enter nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_reference import table
from computefactory import model

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "debt.md"
DEALS = ROOT / "tests" / "finance" / "deals"
BILLION = 1e9
UNTAXED, LIMITED = {"sizing_tax": "none"}, {"max_gearing": "75 %"}
OWN_COST = {  # Core Scientific at its own cost: without the tenant's money and the rent credited for it
    "offtake.coreweave.tenant_funding": None,
    "build.halls.six_sites.cost": "1.5 million USD/MW",
    "capital.debt.notes.max_gearing": "none",
}


@dataclass(frozen=True)
class Deal:
    """A factory file, its tranche, what is changed of it, and why what is sized is not what was lent."""

    name: str
    file: str
    tranche: str
    gap: str
    stated: Mapping[str, Any] = field(default_factory=dict)

    def sized(self, **terms: str) -> dict[str, Any]:
        """The tranche as sized, with some of its terms stated."""
        source = self.file if not self.file.endswith(".yaml") else DEALS / self.file
        overrides = {**self.stated, **{f"capital.debt.{self.tranche}.{name}": value for name, value in terms.items()}}
        return dict(model.run(source, overrides=overrides, resize=True).debt["tranches"][self.tranche])


FIVE = (
    Deal(
        "IREN, Microsoft",
        "iren-horizon",
        "senior",
        "Cover of 1.30x and the silicon's cost less what the customer pays ahead lend within 3 % of each "
        "other. What was "
        "lent implies 1.34x after tax; the lenders' power hedge, insurance and fees are not known.",
    ),
    Deal(
        "Core Scientific, CoreWeave",
        "core-scientific-590mw",
        "notes",
        "The landlord at its own cost. The notes lie between cover after the owner's tax and before it. As the "
        "file ships, "
        "with the tenant's money credited against half of its rent until 2028 (recalled, unverified), the "
        "first year of "
        "service has little cash and its interest holds the loan to 1.28 bn USD.",
        OWN_COST,
    ),
    Deal(
        "River Bend, Fluidstack and Google",
        "river-bend.yaml",
        "notes",
        "Rent is guaranteed at AA+ for the base term, so cover of 1.30x binds and cost does not. What was lent "
        "lies between "
        "cover after tax and before it. Its cost is not disclosed: the library's stands in the file, and a "
        "cost inferred "
        "from up to 85 % of it would be no evidence of the share.",
    ),
    Deal(
        "Helios I, CoreWeave",
        "helios.yaml",
        "term_loan",
        "Press gave 1.40x, which is the row of a tenant rated B+; the rate is not disclosed and ours floats at "
        "10.1 %. Of the "
        "disclosed 1.75 bn of capital the cost limit of 75 % alone would be 1.31 bn; the lenders went to 80 %. "
        "Ours counts "
        "1.75 bn before interest, fees and reserve.",
    ),
    Deal(
        "Abernathy, Fluidstack and Google",
        "abernathy.yaml",
        "notes",
        "The backstop of 1.3 bn falls from the first rent; a month of that is gone when service begins. Cover "
        "of an unrated "
        "tenant, on rent of the ten years in which the backstop stands, would lend about as much. The model at "
        "issue had "
        "0.70 bn owed at maturity; ours has the balloon below.",
    ),
)
NAMES = {
    "cover": "cover",
    "advance": "advance on cost",
    "gearing": "funded cost",
    "backstop": "the guarantor's sum",
    "loan_to_value": "value",
}


def bn(value: float | None) -> str:
    """Money in billions; nothing where a limit is none."""
    return "" if value is None else f"{value / BILLION:.2f}"


def page() -> str:
    """The whole page."""
    rows, limits, gaps = [], [], []
    for deal in FIVE:
        found, untaxed, limited = deal.sized(), deal.sized(**UNTAXED), deal.sized(**LIMITED)
        ours, lent = float(found["commitment_usd"]), float(found["disclosed"]["amount_usd"])
        following = found["next_limit"]
        shown = f"{NAMES[following]} {bn(found['limits'][following])}" if following else "none"
        rows.append(
            (deal.name, bn(lent), bn(ours), f"{100 * (ours / lent - 1):+.0f} %", NAMES[found["binding_limit"]], shown)
        )
        each = [found["limits"].get(name) for name in ("cover", "advance", "backstop", "gearing")]
        cost = limited["limits"].get("gearing")
        limits.append(
            (
                deal.name,
                f"{found['sizing_dscr']:.2f}x",
                *(bn(value) if value is not None else "none" for value in each),
                bn(untaxed["limits"]["cover"]),
                bn(cost),
                bn(found["balloon_usd"]) if found["balloon_usd"] else "",
            )
        )
        row = found["disclosed"]
        gaps.append(f"* **{deal.name}** (row `debt/{row['row']}`, {row['as_of']}): {deal.gap}")
    parts = (
        "# Debt: disclosed and ours",
        (
            "Written by `tools/validate_debt.py`; do not edit. Five loans sized from one set of library rows "
            "(cover by the "
            "letter of who pays, `cover.csv`; advance, cost limit and tail, `debt/default`), amounts in "
            "billions of USD. "
            "No row was moved to make an amount fit, and no amount disclosed enters a run. The files: "
            "`iren-horizon` and "
            "`core-scientific-590mw` ship; the other three stand in `tests/finance/deals`."
        ),
        "\n".join(table(("deal", "lent", "ours", "difference", "what binds", "the next limit"), rows)),
        "## Every limit",
        (
            "`before tax` is what cover would lend on cash before the owner's unlevered tax (`sizing_tax: "
            "none`): project "
            "companies in the United States often pay none themselves. `with a cost limit` is 75 % of funded "
            "cost also "
            "where a guarantee, a backstop or the tenant's money lifts it."
        ),
        "\n".join(
            table(
                (
                    "deal",
                    "sizing cover",
                    "cover",
                    "advance",
                    "backstop",
                    "funded cost",
                    "cover before tax",
                    "with a cost limit",
                    "balloon",
                ),
                limits,
            )
        ),
        "## Why ours differ",
        "\n".join(gaps),
        (
            "By hand from the same rows, before tax: 3.87, 3.58, 3.2 (2.2 with a cost limit on 12 million "
            "USD/MW), 1.3 "
            "and 1.3 (1.0 with a cost limit). Where a backstop or a guarantee carries the loan, cost does not bind."
        ),
    )
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
