"""Tranches: dates, rates by month, what a kind leaves open."""

from __future__ import annotations

from functools import reduce

import numpy as np

from computefactory.timeline import Timeline, month_number
from computefactory.units import Month, One, PerYear, Usd

UNCAPPED = 1e15  # USD, above any loan


def not_tied() -> str:
    """Repaid from all committed receipts."""
    return ""


def not_refinanced() -> str:
    """Repaid from cash."""
    return ""


def takes_nothing_out() -> str:
    """It repays no other tranche."""
    return ""


def never_owed() -> Month:
    """There is no debt: month 0."""
    return 0.0


def takes_out(*names: str) -> str:
    """The tranches that it repays."""
    return ", ".join(names)


def begins(full_operation: Month, closes: Month) -> Month:
    """The first month of service: full operation, or the month after it closes where that is later."""
    return max(full_operation, closes + 1)


def no_cap() -> Usd:
    """No commitment is above the cap: none is stated."""
    return UNCAPPED


def no_amount() -> Usd:
    """Not stated as an amount."""
    return 0.0


def sized_on_cash() -> One:
    """Not stated as a share."""
    return 0.0


def no_reserve() -> Month:
    """No reserve is held by a tranche of its kind."""
    return 0.0


def no_sweep() -> One:
    """Cash does not prepay it."""
    return 0.0


def no_swap() -> PerYear:
    """Nothing is swapped."""
    return 0.0


def no_margin() -> PerYear:
    """The rate is all-in."""
    return 0.0


def no_spread() -> PerYear:
    """No make-whole is stated: none is due where nothing is prepaid."""
    return 0.0


def no_test() -> One:
    """Preferred equity and revolvers are not tested."""
    return 0.0


def floating() -> One:
    """All of it floats."""
    return 0.0


def drawn_early(fall: str) -> One:
    """Part of its month that a draw bears interest in."""
    return {"start": 1.0, "middle": 0.5, "end": 0.0}[fall]


def weakest(*spreads: PerYear) -> PerYear:
    """The margin of the weakest buyer."""
    return reduce(np.maximum, spreads)


def step_month(name: str, closes: int) -> int:
    """The calendar month of a step: a month, or months after it closes."""
    count, _, word = name.partition(" ")
    return closes + int(count) if word.startswith("month") else month_number(name)


def by_month(timeline: Timeline, first: PerYear, *steps: float) -> tuple[float, ...]:
    """A rate by month: the first, then from each step's month on its own; ``steps`` are pairs of month and rate."""
    rates = [first] * timeline.periods
    for month, rate in zip(steps[::2], steps[1::2], strict=True):
        for index in range(max(timeline.index(int(month)), 0), timeline.periods):
            rates[index] = rate
    return tuple(rates)


def latest(*months: Month) -> Month:
    """The latest of them."""
    return max(months)
