"""A year of 8,760 hours from the rows of a weather file: put in order, checked, short gaps filled.

Whatever order the file has, an hour goes to its month, day and hour; 29 February is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.climate import DAYS_OF_MONTH, HOURS_OF_DAY, MONTH_STARTS
from computefactory.plant.inputs.site import HourlyYear
from computefactory.tables import HOURS, Refused

__all__ = [
    "ABOVE",
    "DEGREES_PER_HOUR",
    "DENSEST",
    "THINNEST",
    "HourlyTable",
    "check_pressure",
    "slot_of",
    "year_of",
]

Array = NDArray[np.float64]

DEGREES_PER_HOUR = 15.0  # of longitude: the sun goes round in a day
LONGEST_GAP = 6  # hours that a straight line may bridge: a quarter of a day
COLDEST, HOTTEST = -90.0, 60.0  # degC: the coldest and hottest air measured on earth are -89.2 and 56.7 (WMO)
ABOVE = 1.0  # K by which a dew point or wet bulb may stand above the dry bulb: two sensors, rounded
MOST_HUMID = 110.0  # %, what EPW allows for (EnergyPlus Auxiliary Programs, EPW data dictionary)
CONTRADICTS = 15.0  # % of RH between the two columns in half of the hours; stations differ by 1, ice or water by 4
THINNEST = 45_000.0  # Pa, at 6,300 m
DENSEST = 110_000.0  # Pa, above the highest at sea level


@dataclass(slots=True)
class HourlyTable:
    """Hours as they stand in a file: the hour of the year of each row (-1: 29 February), its line and its values."""

    name: str
    slots: list[int]
    lines: list[int]
    drybulb: list[float]  # degC
    humidity: list[float]  # relative, %, nan where missing
    pressure: list[float]  # Pa, nan where missing
    dewpoint: list[float]  # degC, nan where missing
    latitude: float = float("nan")
    longitude: float = float("nan")
    elevation: float = float("nan")
    extreme: float = float("nan")  # 20-year extreme dry bulb [degC]
    zone: float = float("nan")  # hours that its clock is ahead of UTC
    parts: int = 1  # rows an hour
    dropped: int = 0  # hours of 29 February that are not among the rows
    notes: list[str] = field(default_factory=list)  # of how it was read


def slot_of(month: int, day: int, hour: int, line: int) -> int:
    """Hour of a year of 365 days; -1 for 29 February."""
    if month == 2 and day == 29:  # noqa: PLR2004
        return -1
    if not (1 <= month <= 12 and 1 <= day <= DAYS_OF_MONTH[month - 1] and 0 <= hour < HOURS_OF_DAY):  # noqa: PLR2004
        raise Refused(line, f"month {month}, day {day}, hour {hour}", "a date and hour of the calendar")
    return int(MONTH_STARTS[month - 1]) + (day - 1) * HOURS_OF_DAY + hour


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
    dropped = table.dropped + int(np.count_nonzero(slots < 0)) // table.parts
    count = np.bincount(slots[kept], minlength=HOURS)
    if np.count_nonzero(count > table.parts) > HOURS_OF_DAY:
        seen = np.zeros(HOURS, dtype=bool)
        again = next(int(line) for slot, line in zip(slots[kept], lines[kept], strict=True) if _seen(seen, slot))
        raise Refused(again, "more than one year of hours", f"one year, {HOURS:,} hours")
    columns = (table.drybulb, table.humidity, table.pressure, table.dewpoint)
    places = np.zeros(HOURS, dtype=int)
    places[slots[kept]] = lines[kept]
    drybulb, humidity, pressure, dewpoint = (_laid(values, slots, kept, table.parts) for values in columns)
    _check_ranges(drybulb, humidity, dewpoint, places)
    filled = _fill("dry bulb", drybulb, places)
    doubt = _doubted(drybulb, humidity, dewpoint, places)
    notes = [*table.notes, *([doubt] if doubt else _left_aside(drybulb, dewpoint, places))]
    vapour = _vapour(drybulb, humidity, np.full(HOURS, np.nan) if doubt else dewpoint)
    filled += _fill("humidity", vapour, places)
    return HourlyYear(
        drybulb,
        np.minimum(vapour, air.saturation_pressure(drybulb)),
        _bridged(pressure) if np.isfinite(pressure).any() else None,
        name=table.name,
        latitude=_known(table.latitude),
        longitude=_known(table.longitude),
        elevation=_known(table.elevation),
        extreme=_known(table.extreme),
        filled=filled,
        notes=tuple(notes),
        zone=_known(table.zone),
        dropped=dropped,
        digest=digest,
    )


def _vapour(drybulb: Array, humidity: Array, dewpoint: Array) -> Array:
    """Pressure of water vapour [Pa]: saturation at the dew point, and at the dry bulb times RH where none is known.

    Files round RH to whole per cent, the dew point to 0.1 K. Below freezing a dew point is read as a frost point, as
    in ASHRAE Fundamentals 2017, chapter 1.
    """
    known = np.isfinite(dewpoint)
    saturated = air.saturation_pressure(np.where(known, dewpoint, drybulb))
    return np.where(known, saturated, np.clip(humidity / 100, 0.0, 1.0) * saturated)


def _seen(seen: NDArray[np.bool_], slot: int) -> bool:
    before = bool(seen[slot])
    seen[slot] = True
    return before


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _laid(values: list[float], slots: NDArray[np.int64], kept: NDArray[np.bool_], parts: int) -> Array:
    """Values by hour of the year, means of its parts; the first of two for one hour (a clock set back) stays."""
    if parts > 1:
        known = kept & np.isfinite(values)
        total = np.bincount(slots[known], weights=np.array(values, dtype=float)[known], minlength=HOURS)
        count = np.bincount(slots[known], minlength=HOURS)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)
    year = np.full(HOURS, np.nan)
    year[slots[kept][::-1]] = np.array(values, dtype=float)[kept][::-1]
    return year


def _check_ranges(drybulb: Array, humidity: Array, dewpoint: Array, places: NDArray[np.int64]) -> None:
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
    _check_dewpoint(drybulb, dewpoint, places)
    if np.nanmax(humidity, initial=0.0) <= 1.0 and np.isfinite(humidity).any():
        at = int(np.nanargmax(humidity))
        hint = "it looks like a share of 1"
        raise Refused(int(places[at]), f"humidity of at most {humidity[at]:g} % all year", "per cent", hint)


def _check_dewpoint(drybulb: Array, dewpoint: Array, places: NDArray[np.int64]) -> None:
    """Refuse dew points that no air has, or that stand above the dry bulb in most hours."""
    wrong = (dewpoint < COLDEST) | (dewpoint > HOTTEST)
    above = dewpoint > drybulb
    if wrong.any() or 2 * np.count_nonzero(above) > np.count_nonzero(np.isfinite(dewpoint - drybulb)):
        at = int(np.argmax(wrong if wrong.any() else above))
        given = f"a dew point of {dewpoint[at]:g} degC in air of {drybulb[at]:g} degC"
        raise Refused(int(places[at]), given, "at most the dry bulb", "are the two columns swapped, or in two units?")


def _left_aside(drybulb: Array, dewpoint: Array, places: NDArray[np.int64]) -> list[str]:
    """Take out dew points above the dry bulb by more than two sensors differ, and say so."""
    above = dewpoint > drybulb + ABOVE
    dewpoint[above] = np.nan
    many, first = int(np.count_nonzero(above)), int(places[np.argmax(above)])
    said = f"{many:,} dew points of the weather file stand above the dry bulb (line {first:,}): they are left aside"
    return [said] if many else []


def _doubted(drybulb: Array, humidity: Array, dewpoint: Array, places: NDArray[np.int64]) -> str:
    """Why the dew points are left aside: in half of the hours they speak against the relative humidity."""
    apart = np.abs(air.saturation_pressure(dewpoint) / air.saturation_pressure(drybulb) * 100 - humidity)
    known = np.isfinite(apart)
    if not known.any() or np.median(apart[known]) <= CONTRADICTS:
        return ""
    at = int(np.nanargmax(apart))
    return (
        f"the dew points of the weather file contradict its humidity (line {places[at]}: {dewpoint[at]:g} degC "
        f"beside {drybulb[at]:g} degC and {humidity[at]:g} %): humidity is that of the latter"
    )


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
    values[gone] = _bridged(values)[gone]
    return missing


def _bridged(values: Array) -> Array:
    """The series with straight lines over what is missing."""
    hours, known = np.arange(HOURS), np.isfinite(values)
    return np.interp(hours, hours[known], values[known], period=HOURS)
