"""Inputs of the tax lines."""

from __future__ import annotations

from typing import cast

import numpy as np

from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import Month, One, PerYear

LONGEST = 60  # tax years of a declining balance: what is left then goes in the last


def expensed(share: One, timeline: Timeline) -> tuple[float, ...]:
    """The same share whenever it enters service."""
    return (share,) * timeline.periods


def expensed_by_date(
    eligible: One, later: One, acquired: int, last_placed: int, timeline: Timeline, *earlier: str | float
) -> tuple[float, ...]:
    """Share expensed by the month it enters service, of what was acquired before the share became permanent.

    ``earlier`` are pairs of a calendar year and the share of what entered service in it; years beyond the last have its
    share, years before the first none. What enters service after the last milestone is bought later: share ``later``.
    """
    by_year = {int(year): share for year, share in zip(earlier[::2], earlier[1::2], strict=True)}
    first, last = min(by_year), max(by_year)
    result = []
    for period in range(timeline.periods):
        month = timeline.start + period * timeline.step
        share = later
        if month <= max(last_placed, acquired):
            year = month // MONTHS_PER_YEAR
            share = cast("float", by_year[min(year, last)]) if year >= first else 0.0
        result.append(eligible * share)
    return tuple(result)


def conforming(bonus: tuple[float, ...], share: One) -> tuple[float, ...]:
    """The part of it that the state follows."""
    return tuple(part * share for part in bonus)


def life_of_rate(rate: PerYear) -> Month:
    """Whole months that a yearly straight-line rate takes."""
    return cast("float", np.maximum(np.round(MONTHS_PER_YEAR / np.asarray(rate)), 1.0))


def recovery_class(life: Month) -> str:
    """The printed class: its years."""
    return f"{life / MONTHS_PER_YEAR:g}"


def declining_balance(rate: PerYear) -> tuple[float, ...]:
    """Shares of a declining balance by tax year, a full year's in the first."""
    shares = [rate * (1 - rate) ** year for year in range(LONGEST)]
    return (*shares, (1 - rate) ** LONGEST)


def levied_in_full(timeline: Timeline) -> tuple[float, ...]:
    """No tax holiday."""
    return (1.0,) * timeline.periods


def levied_after_holiday(length: Month, relief: One, timeline: Timeline, *starts: int) -> tuple[float, ...]:
    """Share of the rate levied: ``relief`` is lifted in the tax years of the holiday, from that of the first income."""
    first = min(starts) // MONTHS_PER_YEAR
    last = first + int(length) // MONTHS_PER_YEAR
    years = timeline.calendar_year.tolist()
    return tuple(1.0 - relief * float(first <= year < last) for year in years)


def losses_lapse(life: Month, timeline: Timeline) -> One:
    """1 where losses can lapse within the timeline."""
    return float(np.any(np.asarray(life) < timeline.horizon))


def in_federal(name: str) -> One:
    """1 where a class is deducted in the federal return: all but those of the state alone."""
    return float(" state" not in name)


def in_state(name: str) -> One:
    """1 where a class is deducted in the state's return alone."""
    return float(" state" in name)


def is_levied(rate: One) -> One:
    """1 where a state levies an income tax, from which the same class is deducted."""
    return float(np.any(np.asarray(rate) > 0))


def gives_way(*quarters: One) -> One:
    """1 where the tables of quarters may replace it."""
    return float(len(quarters) > 0)


def is_straight_line(method: str) -> One:
    """1 where a class is written off by a straight line."""
    return float(method != "declining_balance")


def tested_above(convention: str) -> One:
    """Share of late property above which the mid-quarter convention applies: any where it is stated, else none."""
    return -1.0 if convention == "mid_quarter" else 2.0


def is_lenders(name: str) -> One:
    """1 for the lender's view, which counts committed revenue only."""
    return float(name.startswith("lender"))


def place(number: str) -> One:
    """Place among its kind, from 0."""
    return float(number)


def quarter_of(table: str) -> One:
    """The quarter of placing in service that a printed table is for."""
    return float(table[-1])
