"""A year of 8,760 hours from the rows of a weather file: put in order, checked, short gaps filled.

Whatever order the file has, an hour goes to its month, day and hour; 29 February is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.climate import DAYS_OF_MONTH, HOURS_OF_DAY
from computefactory.plant.inputs import HourlyYear

__all__ = [
    "DENSEST",
    "FIRST_HOUR_OF_MONTH",
    "HOURS",
    "THINNEST",
    "HourlyTable",
    "Refused",
    "check_pressure",
    "slot_of",
    "year_of",
]

Array = NDArray[np.float64]

HOURS = int(DAYS_OF_MONTH.sum()) * HOURS_OF_DAY
FIRST_HOUR_OF_MONTH = (np.cumsum(DAYS_OF_MONTH) - DAYS_OF_MONTH) * HOURS_OF_DAY
LONGEST_GAP = 6  # hours that a straight line may bridge: a quarter of a day
COLDEST, HOTTEST = -90.0, 60.0  # degC: the coldest and hottest air measured on earth are -89.2 and 56.7 (WMO)
MOST_HUMID = 110.0  # %, what EPW allows for (EnergyPlus Auxiliary Programs, EPW data dictionary)
THINNEST = 45_000.0  # Pa, at 6,300 m
DENSEST = 110_000.0  # Pa, above the highest at sea level


class Refused(Exception):
    """Why a file is no such year; ``line`` is where, 1-based."""

    def __init__(self, line: int | None, given: str, expected: str, hint: str = "") -> None:
        self.line, self.given, self.expected, self.hint = line, given, expected, hint


@dataclass(slots=True)
class HourlyTable:
    """Hours as they stand in a file: the hour of the year of each row (-1: 29 February), its line and its values."""

    name: str
    slots: list[int]
    lines: list[int]
    drybulb: list[float]  # degC
    humidity: list[float]  # %, nan where missing
    pressure: list[float]  # Pa, nan where missing
    latitude: float = float("nan")
    longitude: float = float("nan")
    elevation: float = float("nan")
    extreme: float = float("nan")  # 20-year extreme dry bulb [degC]


def slot_of(month: int, day: int, hour: int, line: int) -> int:
    """Hour of a year of 365 days; -1 for 29 February."""
    if month == 2 and day == 29:  # noqa: PLR2004
        return -1
    if not (1 <= month <= 12 and 1 <= day <= DAYS_OF_MONTH[month - 1] and 0 <= hour < HOURS_OF_DAY):  # noqa: PLR2004
        raise Refused(line, f"month {month}, day {day}, hour {hour}", "a date and hour of the calendar")
    return int(FIRST_HOUR_OF_MONTH[month - 1]) + (day - 1) * HOURS_OF_DAY + hour


def check_pressure(table: HourlyTable) -> None:
    """Refuse a pressure that no station has."""
    known = [(line, value) for line, value in zip(table.lines, table.pressure, strict=True) if np.isfinite(value)]
    for line, value in known:
        if not THINNEST <= value <= DENSEST:
            hint = "it looks like hectopascal" if THINNEST <= value * 100 <= DENSEST else ""
            raise Refused(line, f"a pressure of {value:g}", f"{THINNEST:,.0f} to {DENSEST:,.0f} Pa", hint)


def year_of(table: HourlyTable, digest: str) -> HourlyYear:
    """8,760 hours in order, checked and with short gaps filled."""
    if not table.slots:
        raise Refused(None, "a heading without hours", f"one year, {HOURS:,} hours")
    slots, lines = np.array(table.slots), np.array(table.lines)
    kept = (slots >= 0) & (slots < HOURS)
    if np.any(slots >= HOURS):
        raise Refused(int(lines[np.argmax(slots >= HOURS)]), f"{len(slots):,} hours", f"one year, {HOURS:,} hours")
    dropped = int(np.count_nonzero(slots < 0))
    count = np.bincount(slots[kept], minlength=HOURS)
    if np.count_nonzero(count > 1) > HOURS_OF_DAY:
        seen = np.zeros(HOURS, dtype=bool)
        again = next(int(line) for slot, line in zip(slots[kept], lines[kept], strict=True) if _seen(seen, slot))
        raise Refused(again, "more than one year of hours", f"one year, {HOURS:,} hours")
    columns = [_laid(values, slots, kept) for values in (table.drybulb, table.humidity, table.pressure)]
    places = np.zeros(HOURS, dtype=int)
    places[slots[kept]] = lines[kept]
    drybulb, humidity, pressure = columns
    _check_ranges(drybulb, humidity, places)
    filled = 0
    for what, values in (("dry bulb", drybulb), ("humidity", humidity)):
        filled += _fill(what, values, places)
    mean = float(np.nanmean(pressure)) if np.isfinite(pressure).any() else None
    return HourlyYear(
        drybulb,
        np.clip(humidity / 100, 0.0, 1.0),
        mean,
        name=table.name,
        latitude=_known(table.latitude),
        longitude=_known(table.longitude),
        elevation=_known(table.elevation),
        extreme=_known(table.extreme),
        filled=filled,
        dropped=dropped,
        digest=digest,
    )


def _seen(seen: NDArray[np.bool_], slot: int) -> bool:
    before = bool(seen[slot])
    seen[slot] = True
    return before


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _laid(values: list[float], slots: NDArray[np.int64], kept: NDArray[np.bool_]) -> Array:
    """Values by hour of the year; the first of two for one hour (a clock set back) stays."""
    year = np.full(HOURS, np.nan)
    year[slots[kept][::-1]] = np.array(values, dtype=float)[kept][::-1]
    return year


def _check_ranges(drybulb: Array, humidity: Array, places: NDArray[np.int64]) -> None:
    hot = drybulb > HOTTEST
    if hot.any() or np.any(drybulb < COLDEST):
        at = int(np.argmax(hot | (drybulb < COLDEST)))
        hint = "it looks like Fahrenheit" if np.nanmedian((drybulb - 32) / 1.8) < HOTTEST / 1.8 and hot.any() else ""
        if np.nanmin(drybulb) > air.ZERO_CELSIUS + COLDEST:
            hint = "it looks like kelvin"
        raise Refused(int(places[at]), f"{drybulb[at]:g} degC of air", f"{COLDEST:g} to {HOTTEST:g} degC", hint)
    wrong = (humidity < 0) | (humidity > MOST_HUMID)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise Refused(int(places[at]), f"{humidity[at]:g} % relative humidity", "0 to 100 %")
    if np.nanmax(humidity, initial=0.0) <= 1.0 and np.isfinite(humidity).any():
        at = int(np.nanargmax(humidity))
        hint = "it looks like a share of 1"
        raise Refused(int(places[at]), f"humidity of at most {humidity[at]:g} % all year", "per cent", hint)


def _fill(what: str, values: Array, places: NDArray[np.int64]) -> int:
    """Straight lines over short gaps, December running on into January; how many hours were filled."""
    gone = ~np.isfinite(values)
    missing = int(np.count_nonzero(gone))
    if not missing:
        return 0
    if missing == HOURS:
        raise Refused(int(places.max()), f"no {what}", f"{what} in {HOURS:,} hours")
    start = int(np.argmin(gone))  # an hour that is known
    turned = np.roll(gone, -start)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], turned, [False])).astype(int)))
    gaps = [(int(a), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    first, longest = max(gaps, key=lambda gap: gap[1])
    if longest > LONGEST_GAP:
        before = int(places[(first + start - 1) % HOURS])
        given = f"{HOURS - missing:,} of {HOURS:,} hours of {what}; {longest:,} in a row are missing after this line"
        expected = f"a whole year, no gap longer than {LONGEST_GAP} hours"
        raise Refused(before or None, given, expected, "a file cut short, or one that ends early")
    hours = np.arange(HOURS)
    values[gone] = np.interp(hours[gone], hours[~gone], values[~gone], period=HOURS)
    return missing
