"""Listed companies by group, as they were known at a date: a grid of their multiples and ages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from computefactory.appraisal.market import NONE_KNOWN
from computefactory.page import Cell, Column, Grid, Of, worked

if TYPE_CHECKING:
    from computefactory.appraisal.market import Group

__all__ = ["HOW_COUNTED", "bn", "peers_grid", "said_of_groups"]

BILLION, MILLION = 1e9, 1e6
MULTIPLE = {"ev_revenue": "revenue", "ev_ebitda": "EBITDA"}
HOW_COUNTED = (
    "EV/rev: of the year under way where a consensus was known, else of the last twelve months",
    "EV/EBITDA: of next year, else of the year under way, else of the last twelve months",
)


def peers_grid(groups: Sequence[Group], date: str) -> Grid:
    """Every company under the name of its group."""
    columns = (
        Column("name", "company"),
        Column("date", "of"),
        Column("age", "months old"),
        Column("ev_revenue", "EV/rev"),
        Column("ev_ebitda", "EV/EBITDA"),
        Column("stale", ""),
    )
    rows: list[tuple[Cell, ...]] = []
    places: list[tuple[Of | str, ...]] = []
    for group in groups:
        rows.append((group.label, *[""] * 5))
        places.append(("",) * 6)
        for each in group.companies:
            facts = [each.multiples[name] for name in ("ev_revenue", "ev_ebitda")]
            multiples = (None if fact is None else float(fact.value) for fact in facts)
            rows.append((f"  {each.peer.company}", each.peer.date, each.age, *multiples, "stale" if each.stale else ""))
            age = worked(f"months from {each.peer.date} to {date}")
            places.append(("", "", age, *("" if fact is None else fact.path for fact in facts), ""))
    return Grid(columns, tuple(rows), places=tuple(places))


def bn(value: float) -> str:
    """Money in bn, or in m where it is less than one."""
    return f"{value / BILLION:,.2f} bn" if abs(value) >= BILLION else f"{value / MILLION:,.0f} m"


def said_of_groups(groups: Sequence[Group]) -> Iterator[str]:
    """What each group makes of the enterprise, or that nothing was known of it."""
    for group in groups:
        if group.multiples is None:
            yield f"{group.label}: {NONE_KNOWN}"
        elif group.beside and group.values is not None:
            named = MULTIPLE[group.counted]
            yield f"{group.label}: {group.multiples[1]:.1f}x {named} at the median make {bn(group.values[1])} USD"
