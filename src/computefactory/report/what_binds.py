"""What sized each loan: the limit that binds, what the next would lend, those that are none, and what was disclosed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from computefactory.page import Cell, Column, Grid, Of, Said, Section, money, usd, worked
from computefactory.summary import LIMITS, TERMS

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["what_binds"]

MILLION = 1e6
WORDS = {
    "cover": "cover",
    "loan_to_value": "maintenance value",
    "gearing": "funded cost",
    "advance": "advance on cost",
    "backstop": "the guarantor's sum",
    "stated": "the amount stated",
    "commitment_cap": "the cap on the commitment",
    "takeout": "what it takes out",
}
WIDTHS = {"loan": 14, "lends": 14, "limit": 50}


def what_binds(result: Result) -> Section | None:
    """The section of all tranches; None where there is no debt."""
    tranches = result.debt.get("tranches")
    if not tranches:
        return None
    columns = tuple(Column(name, "", width=width, right=name == "lends") for name, width in WIDTHS.items())
    rows = [row for name, item in tranches.items() for row in _rows(name, item)]
    return Section("what_binds", "What binds", grid=Grid(columns, tuple(rows)), note="the smallest limit sizes a loan")


def _rows(name: str, item: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    ranked = sorted(item["limits"], key=item["limits"].__getitem__)
    for place, limit in enumerate(ranked):
        said = ("", "; next", "")[min(place, 2)]
        binds = " binds" if place == 0 else said
        lends = money(item["limits"][limit], Of(LIMITS[limit], name, case="sized"))
        yield (name if place == 0 else "", lends, (WORDS.get(limit, limit), *_term(name, item, limit), binds))
    if item["currency"] != "USD":
        lent, code = item["commitment_in_currency"], item["currency"]
        of = worked("the commitment at the file's rate of exchange", "t_commitment")
        yield ("", Said(f"{lent / MILLION:,.1f} m {code}", lent, of), f"in {code}, the currency it is lent in")
    for limit, why in item["no_limit"].items():
        yield ("", Said("none", absent=True), f"{WORDS[limit]}: {why}")
    if item["disclosed"]:
        found = item["disclosed"]
        said = f"disclosed: {found['row']} ({found['as_of']}); ours {100 * found['ours_above_it']:+.0f} %"
        yield ("", usd(found["amount_usd"]), said)


def _term(name: str, item: Mapping[str, Any], limit: str) -> tuple[str | Said, ...]:
    """The ratio that a limit holds to."""
    if limit == "cover":
        cover = item["sizing_dscr"]
        return (" at ", Said(f"{cover:.2f}x", cover, Of("finance.tranches.sizing_cover", name)))
    share = item.get(TERMS.get(limit, ""))
    if share is None:
        return ()
    return (" at ", Said(f"{100 * share:.0f} %", share, Of(f"finance.tranches.{TERMS[limit]}", name)))
