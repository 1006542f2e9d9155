"""What is said of a year of weather: design conditions, months, bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import DAYS_OF_MONTH, HOURS_OF_DAY, HOURS_OF_MONTH, MONTH_STARTS, Weather
from computefactory.units import Celsius, Hour, One

__all__ = ["Bin", "Condition", "Month", "bins", "conditions", "months"]

Array = NDArray[np.float64]

COOLING_SHARES = (0.004, 0.01, 0.02)  # of the year: ASHRAE Fundamentals 2017, chapter 14
HEATING_SHARES = (0.996, 0.99)
AROUND = 0.5  # K either way: hours that count as coincident


@dataclass(frozen=True, slots=True)
class Condition:
    """A value exceeded in ``share`` of the hours, and the mean of another in the hours around it."""

    of: str
    share: One
    value: Celsius
    with_: str
    coincident: Celsius


@dataclass(frozen=True, slots=True)
class Month:
    """Temperatures of a month: means, and the coldest and hottest hour."""

    number: int
    mean: Celsius
    mean_max: Celsius
    mean_min: Celsius
    highest: Celsius
    lowest: Celsius
    wetbulb: Celsius
    dew_point: Celsius
    relative_humidity: One


@dataclass(frozen=True, slots=True)
class Bin:
    """Hours with a dry bulb from ``low`` up to ``high``, and their mean wet bulb."""

    low: Celsius
    high: Celsius
    hours: Hour
    wetbulb: Celsius


def conditions(weather: Weather) -> tuple[Condition, ...]:
    """ASHRAE design conditions of the year: dry bulb, wet bulb, dew point for cooling; dry bulb for heating.

    The value exceeded in 0.4, 1 or 2 % of the hours, with the mean coincident value within half a kelvin of it.
    ASHRAE takes them over 25 years; of one typical year the extremes are a little milder.
    """
    dry, wet, dew = weather.drybulb, weather.wetbulb, weather.dew_point
    kinds = (
        ("dry bulb", dry, "wet bulb", wet, COOLING_SHARES),
        ("wet bulb", wet, "dry bulb", dry, COOLING_SHARES),
        ("dew point", dew, "dry bulb", dry, COOLING_SHARES),
        ("dry bulb", dry, "wet bulb", wet, HEATING_SHARES),
    )
    return tuple(
        _condition(of, values, with_, others, share) for of, values, with_, others, shares in kinds for share in shares
    )


def _condition(of: str, values: Array, with_: str, others: Array, share: float) -> Condition:
    value = float(np.quantile(values, 1 - share, method="higher"))
    return Condition(of, share, value, with_, float(others[np.abs(values - value) <= AROUND].mean()))


def months(weather: Weather) -> tuple[Month, ...]:
    """The twelve months of the year."""
    days = weather.drybulb.reshape(-1, HOURS_OF_DAY)
    starts = MONTH_STARTS // HOURS_OF_DAY

    def mean(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values, MONTH_STARTS) / HOURS_OF_MONTH)

    def daily(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values, starts) / DAYS_OF_MONTH)

    columns = (
        mean(weather.drybulb),
        daily(days.max(axis=1)),
        daily(days.min(axis=1)),
        np.maximum.reduceat(weather.drybulb, MONTH_STARTS),
        np.minimum.reduceat(weather.drybulb, MONTH_STARTS),
        mean(weather.wetbulb),
        mean(weather.dew_point),
        mean(weather.relative_humidity),
    )
    return tuple(Month(k + 1, *(float(column[k]) for column in columns)) for k in range(len(DAYS_OF_MONTH)))


def bins(weather: Weather, width: float) -> tuple[Bin, ...]:
    """Hours by dry bulb in steps of ``width`` kelvin; every hour stands in one."""
    number = np.floor(weather.drybulb / width).astype(int)
    first = int(number.min())
    hours = np.bincount(number - first)
    wet = np.bincount(number - first, weights=weather.wetbulb)
    means = [float(total / count) if count else float("nan") for total, count in zip(wet, hours, strict=True)]
    edges = [(first + k) * width for k in range(len(hours) + 1)]
    return tuple(Bin(edges[k], edges[k + 1], float(hours[k]), means[k]) for k in range(len(hours)))
