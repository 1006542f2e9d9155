"""Depreciation schedules: the share of a cost that each year of age takes, year 1 first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["Schedule", "macrs", "straight_line", "with_bonus"]

Schedule = tuple[float, ...]


def straight_line(years: int, half_year: bool = False) -> Schedule:
    """Equal shares over ``years``; with ``half_year`` the first is half, and the other half follows the last.

    Raises: ValueError when there is not at least one year.
    """
    if years < 1:
        raise ValueError(f"{years} years: a schedule needs at least one")
    share = 1 / years
    return (share / 2, *[share] * (years - 1), share / 2) if half_year else (share,) * years


def macrs(table: str, library: Sequence[Path | str] = ()) -> Schedule:
    """A printed table of the library by its key: ``"5"``, ``"15"``, ``"5 mid-quarter Q4"``. Source: IRS Pub. 946.

    Raises: FactNotFound when the library has no such table; it names close ones.
    """
    from computefactory.library import Library

    facts = Library.load(library)
    years = sorted(facts.fields("macrs", table)) or ["year_01"]
    return tuple(float(facts.fact("macrs", table, year).value) for year in years)


def with_bonus(schedule: Sequence[float], share: float) -> Schedule:
    """``share`` of the cost in the first year, the rest by ``schedule``. Source: IRC 168(k).

    Raises: ValueError when the share is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a bonus of {share!r} is not a share between 0 and 1")
    rest = [(1 - share) * part for part in schedule]
    return (share + rest[0], *rest[1:])
