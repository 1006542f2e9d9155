"""Inputs of the valuation."""

from __future__ import annotations

from statistics import median
from typing import Any, cast

import numpy as np

from computefactory import steps
from computefactory.qualification import HallLimits, SiliconGeneration, Span, defend
from computefactory.units import Month, One, PerYear, Usd, UsdPerKw

LIQUID = ("direct_to_chip", "immersion")
NOT_SHELL = ("grid", "land")
OF_A_HALL = 5  # numbers and words of a hall that say whether it holds the next generation


def tenor_left(start: Month, tenor: Month, committed_until: Month, date: Month) -> Month:
    """From the date, or a later start, to the exit that costs the buyer least."""
    left = start + np.minimum(tenor, committed_until) - np.maximum(start, date)
    return cast("float", np.maximum(left, 0.0))


def risk_free_at(tenor: Month, *points: Any) -> PerYear:
    """The rate at a tenor, straight between points and flat beyond the first and the last.

    ``points`` are pairs of months and a rate.
    """
    pairs = sorted(zip(map(float, points[::2]), points[1::2], strict=True), key=lambda pair: pair[0])
    months, rates = zip(*pairs, strict=True)
    if not any(isinstance(rate, np.ndarray) for rate in rates):
        return cast("float", np.interp(tenor, months, rates))
    left, *each = np.broadcast_arrays(tenor, *rates)
    found = [np.interp(one, months, row) for one, row in zip(left, np.stack(each, axis=-1), strict=True)]
    return cast("float", np.array(found))


def in_shell(layer: str, name: str) -> One:
    """1 for durables, neither grid nor land."""
    return float(layer == "durable" and name not in NOT_SHELL)


def lowest_of(*values: One) -> One:
    """The lowest."""
    return min(values)


def median_of(*values: One) -> One:
    """The median; no regression on so few."""
    return float(median(values))


def highest_of(*values: One) -> One:
    """The highest."""
    return max(values)


def position(place: int) -> One:
    """Share of the way from low to high."""
    return place / 2


def is_middle(place: int) -> One:
    """1 for the middle one."""
    return float(place == 1)


def shell_upgrade(*numbers: Any) -> UsdPerKw:
    """Cost per kW of IT of what the halls lack for the next generation of silicon.

    Share of heat in liquid from which a rack needs it; cost of a new hall, share of it that a refit saves, of denser
    racks the mechanical and the electrical plant; the generation's rack power, share of heat in liquid, coolant limit;
    for each hall IT capacity, rack limit, architecture, rack limit and supply of its cooling.
    """
    found = steps.run((_upgrade,), {"numbers": numbers})["_upgrade"]
    return cast("float", found.stack() if isinstance(found, steps.Varying) else found)


def dearest(*costs: UsdPerKw) -> UsdPerKw:
    """The highest cost per kW."""
    return steps.number(np.max(np.broadcast_arrays(*costs), axis=0))


def _upgrade(numbers: tuple[Any, ...]) -> UsdPerKw:
    liquid_share, new, saving, mechanical, electrical, rack_power, liquid, coolant, *of_halls = numbers
    denser, rebuilt = (Span(*(cost,) * 3) for cost in (mechanical + electrical, new * (1 - saving)))
    halls = [
        HallLimits("", it, min(limit, cooled), float(architecture.startswith(LIQUID)), supply, denser, rebuilt)
        for it, limit, architecture, cooled, supply in zip(
            *(of_halls[k::OF_A_HALL] for k in range(OF_A_HALL)), strict=True
        )
    ]
    return defend(halls, SiliconGeneration("", rack_power, liquid, coolant), liquid_share).upgrade_usd_per_kw


def is_last(above: Usd, *higher: Usd) -> One:
    """1 where nobody joins at a price above its own."""
    return float(len((above, *higher)) == 1)


def shares_at_price(amount: Usd, price: Usd) -> One:
    """Shares that an amount becomes at a price."""
    return amount / price


def money_for_shares(count: One, price: Usd) -> Usd:
    """Price of a share times their number."""
    return count * price


def of_next_twelve_months(this_year: One, year_after: One, gone: One) -> One:
    """Multiple of the next twelve months, between those of two years: their income is so much of each, not their EV."""
    return 1 / ((1 - gone) / this_year + gone / year_after)


def part_of_mean(count: int, *multiples: One) -> One:
    """What some of several multiples add to their mean."""
    return sum(multiples) / count
