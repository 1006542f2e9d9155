"""Inputs of the supply stack: windows of tariffs, series, shapes, sums of riders."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from computefactory.plant.sources import Window
from computefactory.plant.stack import window_hours
from computefactory.schema.series import PRICE, SHARE, read_series
from computefactory.units import Hour, Kva, Kw, Kwh, One, Usd, UsdPerKw, UsdPerKwh, UsdPerKwMonth

MONTHS, DAY = 12, 24
EVERY = (tuple(range(1, MONTHS + 1)), "all", 0, DAY)  # months, days and hours of a window that names none


def month_range(text: str) -> tuple[int, ...]:
    """The months of 6-9, or 11-2 over the new year, or 7."""
    first, _, last = text.partition("-")
    begin, end = int(first), int(last or first)
    if not (1 <= begin <= MONTHS and 1 <= end <= MONTHS):
        raise ValueError(text)
    return tuple((begin - 1 + k) % MONTHS + 1 for k in range((end - begin) % MONTHS + 1))


def first_hour(text: str) -> int:
    """The hour of the day that a window such as 13-19 begins with."""
    return _hour(text.partition("-")[0])


def last_hour(text: str) -> int:
    """The hour of the day that a window such as 13-19 ends with."""
    first, last = first_hour(text), _hour(text.partition("-")[2])
    if first % DAY == last % DAY and last - first != DAY:  # no hour, or the whole day: who knows
        raise ValueError(text)
    return last


def _hour(text: str) -> int:
    hour = int(text)
    if not 0 <= hour <= DAY:
        raise ValueError(text)
    return hour


def is_rest(months: tuple[int, ...], days: str, first: int, last: int) -> One:
    """1 for a window without months, days and hours: what the others leave."""
    return float((months, days, first, last) == EVERY)


def price_series(file: str, unit: str, column: str, zone: Hour | None) -> tuple[float, ...]:
    """Prices by the hour, in USD/kWh."""
    return read_series(file, PRICE, unit=unit, column=column, zone=zone).values


def share_series(file: str, unit: str, column: str, zone: Hour | None) -> tuple[float, ...]:
    """Shares by the hour."""
    return read_series(file, SHARE, unit=unit, column=column, zone=zone).values


def form_of_kind(kind: str) -> str:
    """Sun or wind; a contract that states no shape delivers the same in every hour."""
    return "baseload" if kind == "ppa" else kind


def energy_riders(*riders: UsdPerKwh) -> UsdPerKwh:
    """Riders per kWh, added up."""
    return sum(riders)


def demand_riders(*riders: UsdPerKwMonth) -> UsdPerKwMonth:
    """Riders per kW of the monthly peak, added up."""
    return sum(riders)


def share_riders(*riders: One) -> One:
    """Riders as shares of the bill, added up."""
    return sum(riders)


def mean_price(flat: UsdPerKwh, hourly: tuple[float, ...]) -> UsdPerKwh:
    """The price of a kWh, averaged over the hours of a year."""
    return flat + float(np.mean(hourly)) if hourly else flat


def window_mean(flat: UsdPerKwh, *parts: Any) -> UsdPerKwh:
    """The price of a kWh under windows (price, months, days, first and last hour each), averaged over a year."""
    groups = [parts[place : place + 5] for place in range(0, len(parts), 5)]
    windows = [
        Window(str(place), 1.0, months, days, first, last, is_rest(months, days, first, last))
        for place, (_, months, days, first, last) in enumerate(groups)
    ]
    masks = window_hours(tuple(windows))
    return flat + sum(price * float(mask.mean()) for (price, *_), mask in zip(groups, masks, strict=True))  # type: ignore[no-any-return]


def fuel_cost(heat_rate: One, fuel_price: UsdPerKwh, om: UsdPerKwh) -> UsdPerKwh:
    """Fuel and upkeep of a kWh."""
    return heat_rate * fuel_price + om


def real_power(apparent: Kva, power_factor: One) -> Kw:
    """Power factor times apparent power."""
    return apparent * power_factor


def cost_of_storage(cost: UsdPerKwh, energy: Kwh) -> Usd:
    """Cost per kWh times what it holds."""
    return cost * energy


def cost_of_plant(cost: UsdPerKw, capacity: Kw) -> Usd:
    """Cost per kW times the rating."""
    return cost * capacity


def one_machine(unit: Kw, capacity: Kw) -> Kw:
    """The library's machine, or the whole plant where that is smaller."""
    return cast("float", np.minimum(unit, capacity)) if np.ndim(capacity) else min(unit, capacity)
