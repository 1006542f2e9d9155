"""The page of a company's shares: who holds them, who joins at which price, and the count at prices of a share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Said, Section, worked
from computefactory.registry import company_page
from computefactory.report.company_words import headed, millions
from computefactory.valuation.shares import owed_at, shares_at

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["shares"]

PRICES = (10.0, 20.0, 40.0, 60.0, 80.0, 100.0, 150.0)
COUNTED = worked(
    "treasury method: what holders pay at their strike buys shares back at the price", "h_shares", "h_pays"
)
OWED = worked("notes and shares that may be put, whose price is not above", "h_owed", "h_above")


@company_page("shares")
def shares(result: CompanyResult) -> Page:
    """All sections."""
    return Page("shares", result.name, tuple(_sections(result)), note=headed(result, "shares"))


def _sections(result: CompanyResult) -> Iterator[Section]:
    company = result.factory
    if not company.holders:
        said = f"a segment of {company.parent} has no shares" if company.parent else "no share count is known"
        yield Section("holders", "Shares", text=(f"{said}: there is no value per share",))
        return
    count = result.metrics["shares_basic"].value
    basic = Figure("shares_basic", "outstanding, with shares that may be put", count, "count", of="shares_basic")
    yield Section("holders", "Who holds and who joins", (basic,), _holders(result))
    yield Section("counts", "Counted at a price, treasury method", grid=_counts(result), text=_press(result))


def _holders(result: CompanyResult) -> Grid:
    columns = (
        Column("holder", "holder"),
        Column("shares", "m shares"),
        Column("above", "above USD"),
        Column("pays", "pays m USD"),
        Column("owed", "else owed m USD"),
    )
    rows = tuple(
        (
            item.name,
            millions(item.shares, Of("h_shares", item.name), 2),
            Said(f"{item.above:,.2f}", float(item.above), Of("h_above", item.name)),
            millions(item.pays, Of("h_pays", item.name)),
            millions(item.owed, Of("h_owed", item.name)),
        )
        for item in result.factory.holders
    )
    return Grid(columns, rows)


def _counts(result: CompanyResult) -> Grid:
    columns = (
        Column("price", "USD/share"),
        Column("count", "m shares"),
        Column("equity", "equity, bn USD"),
        Column("owed", "still owed, m USD"),
    )
    rows = []
    for price in PRICES:
        count = shares_at(result.factory.holders, price)
        row: tuple[Cell, ...] = (
            f"{price:g}",
            millions(count, COUNTED, 1),
            price * count / 1e9,
            millions(owed_at(result.factory.holders, price), OWED),
        )
        rows.append(row)
    places = tuple((Of(), COUNTED, COUNTED, OWED) for _ in rows)
    return Grid(columns, tuple(rows), places=places)


def _press(result: CompanyResult) -> tuple[str, ...]:
    """The count that the press used, only compared."""
    stated = result.factory.file.shares
    press = stated.press if stated else None
    return (f"the press counted {press / 1e6:,.0f} m: only compared",) if press else ()
