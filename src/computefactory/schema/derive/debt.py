"""Tranches: dates, rates by month, what a kind leaves open."""

from __future__ import annotations

from functools import reduce
from typing import cast

import numpy as np

from computefactory.timeline import MONTHS_PER_YEAR, Timeline, month_number
from computefactory.units import Month, One, PerYear, Usd


def takes_out(*names: str) -> str:
    """The tranches that it repays."""
    return ", ".join(names)


def begins(full_operation: Month, closes: Month) -> Month:
    """The first month of service: full operation, or the month after it closes where that is later."""
    return max(full_operation, closes + 1)


def is_prepaid(month: int) -> One:
    """1 where it ends before its maturity, in a month that the file states."""
    return float(month > 0)


def repaid_by_month(
    timeline: Timeline, full_operation: Month, balloon: One, matures: int, *parts: float
) -> tuple[float, ...]:
    """Share that falls due by month, none before full operation; ``parts`` are pairs of a month and what is repaid."""
    whole = sum(parts[1::2]) / (1 - balloon)
    shares = np.zeros(timeline.periods)
    for month, part in zip(parts[::2], parts[1::2], strict=True):
        shares[max(timeline.index(int(month)), int(full_operation))] += part / whole
    shares[timeline.index(matures)] += balloon
    return tuple(shares.tolist())


def kind_of_schedule(*parts: float) -> str:
    """A loan whose repayment is stated by month."""
    return "scheduled" if parts else "sculpted"


def repaid_in_all(balloon: One, *amounts: float) -> Usd:
    """What amounts by month repay with the balloon."""
    return sum(amounts) / (1 - balloon)


def is_true(said: bool) -> One:
    """1 where the file says true."""
    return float(said)


def all_fixed(rate: PerYear) -> One:
    """1: the rate stated is that of the whole loan."""
    return float(np.all(np.isfinite(rate)))


def drawn_early(fall: str) -> One:
    """Part of its month that a draw bears interest in."""
    return {"start": 1.0, "middle": 0.5, "end": 0.0}[fall]


def weakest(*spreads: PerYear) -> PerYear:
    """The margin of the weakest buyer."""
    return reduce(np.maximum, spreads)


def cover_at_tenor(begins: Month, ends: Month, *terms: float) -> One:
    """The highest cover that any of the contracts asks for over the months of service.

    ``terms`` are triples: cover at a tenor, that tenor in months, and what every year beyond it adds.
    """
    months = ends - begins + 1
    asked = (
        cover + np.maximum(months - tenor, 0) / MONTHS_PER_YEAR * added
        for cover, tenor, added in zip(terms[::3], terms[1::3], terms[2::3], strict=True)
    )
    return cast("float", reduce(np.maximum, asked))


def step_month(name: str, closes: int) -> int:
    """The calendar month of a step: a month, or months after it closes."""
    count, _, word = name.partition(" ")
    return closes + int(count) if word.startswith("month") else month_number(name)


def by_month(timeline: Timeline, first: PerYear, *steps: float) -> tuple[float, ...]:
    """A rate by month: the first, then from each step's month on its own; ``steps`` are pairs of month and rate."""
    rates = [first] * timeline.periods
    for month, rate in sorted(zip(steps[::2], steps[1::2], strict=True), key=lambda step: step[0]):
        for index in range(max(timeline.index(int(month)), 0), timeline.periods):
            rates[index] = rate
    return tuple(rates)


def latest(*months: Month) -> Month:
    """The latest of them."""
    return max(months)
