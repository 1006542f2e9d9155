"""Inputs of the book."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import (
    Count,
    HourPerMonth,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
)


def phase_accelerators(accelerators: Count, share: One) -> Count:
    """Accelerators of a contract that start with a phase: by its share of the power."""
    return accelerators * share


def phase_power(power: Kw, share: One) -> Kw:
    """Leased IT power that starts with a phase: by its share of the power."""
    return power * share


def part_name(contract: str, phase: str) -> str:
    """Contract and milestone."""
    return f"{contract} {phase}"


def price_of_value(
    total_value: Usd, escalator: PerYear, tenor: Month, billing_hours: HourPerMonth, *parts: float
) -> UsdPerAcceleratorHour:
    """The price in the first year at which all bills of all parts sum to the total value.

    ``parts`` are pairs of accelerators and calendar month number of the start. A month bills its standard hours (or, at
    0, the calendar's) at the price of its contract year: value = price x sum of accelerators x hours x (1 + e)^year.
    """
    billed = sum(
        accelerators * _hours(int(start), int(tenor), billing_hours, escalator)
        for accelerators, start in zip(parts[::2], parts[1::2], strict=True)
    )
    return total_value / billed


def _hours(start: int, tenor: int, billing_hours: HourPerMonth, escalator: PerYear) -> float:
    """Hours billed per accelerator over the tenor, each at its year's price relative to the first."""
    calendar = Timeline(start, tenor).hours
    years = np.arange(tenor) // MONTHS_PER_YEAR
    billed: Any = 0.0
    for hours, year in zip(calendar, years, strict=True):
        billed += np.where(np.asarray(billing_hours) > 0, billing_hours, hours) * (1 + escalator) ** int(year)
    return cast("float", billed)
