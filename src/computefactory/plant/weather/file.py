"""Hourly weather from a file: EPW, TMY3 or a plain table such as Open-Meteo's, checked and laid out as one year.

Units are those that the file states, or that alone are possible. What cannot be meant (Fahrenheit in a column of degC,
hectopascal in one of pascal, a year cut short) is refused with the line it stands in; what was done with stamps, and
columns that nothing reads, are notes of the year. Files may be gzipped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant import air
from computefactory.plant.inputs.site import HourlyYear
from computefactory.plant.weather.year import (
    ABOVE,
    DEGREES_PER_HOUR,
    DENSEST,
    THINNEST,
    HourlyTable,
    check_pressure,
    slot_of,
    year_of,
)
from computefactory.received import content_of, why
from computefactory.tables import (
    ABOUT_TIME,
    HOURS,
    LEFT_OUT,
    Hours,
    Refused,
    Sheet,
    hours_of,
    laid,
    numbers,
    read_sheet,
    unread,
)
from computefactory.tables.sheet import LARGEST, cells_of, lines_of

__all__ = ["read_weather"]

TOP = 5  # lines by which the kind of a file is known
RECORDS = ("1", "2", "3", "4", "6", "12")  # an hour
EPW_HEAD = {
    *("LOCATION", "DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES", "HOLIDAYS/DAYLIGHT SAVINGS"),
    *("HOLIDAYS/DAYLIGHT SAVING", "COMMENTS 1", "COMMENTS 2", "DATA PERIODS"),
}
HALF_TURN = 180
FARTHEST_ZONE = 3.0  # h between a zone and its sun; the farthest in use is 2.9 (western China)


def read_weather(
    file: Path,
    *,
    path: str = "",
    place: tuple[str | None, int | None] = (None, None),
    zone: float | None = None,
) -> HourlyYear:
    """The year of hours in a weather file; ``zone`` is how far the site's standard time is ahead of UTC, in hours.

    Raises:
        FactoryFileError: it cannot be read or is no such year; names the file and line.
    """
    try:
        data = content_of(file, LARGEST)
    except OSError as error:
        reason = why(error)
        expected = "an EPW, TMY3 or CSV file of hourly weather"
        hint = "the path starts at the factory file's folder"
        raise FactoryFileError([Problem("no_such_file", path, f"{file}: {reason}", expected, hint, *place)]) from None
    try:
        return _parsed(data, file.name, zone)
    except Refused as error:
        problem = Problem("weather_file", path, error.given, error.expected, error.hint, str(file), error.line)
        raise FactoryFileError([problem]) from None


@lru_cache(maxsize=8)
def _parsed(data: bytes, name: str, zone: float | None) -> HourlyYear:
    lines = lines_of(data)
    rows = [(number, cells_of(line, ",")) for number, line in enumerate(lines[:TOP], 1) if line.strip(", \t")]
    if not rows:
        raise Refused(1, "an empty file", "hours of weather")
    if rows[0][1][0].strip().upper() == "LOCATION":
        table = _epw(_cells(lines))
    elif len(rows) > 1 and rows[1][1][0].strip().startswith("Date (MM/DD"):
        table = _tmy3(_cells(lines))
    else:
        table = _plain(lines, name, zone)
    return year_of(table, hashlib.sha256(data).hexdigest()[:16])


def _cells(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    return [(number, cells_of(line, ",")) for number, line in enumerate(lines, 1) if line.strip(", \t")]


def _number(row: Sequence[str], column: int, line: int, missing: Iterable[float] = ()) -> float:
    """A cell as a number; nan where it is empty or the mark of a missing value."""
    text = row[column].strip() if column < len(row) else ""
    if text.lower() in ("", "nan", "null", "na", "-"):
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        raise Refused(line, repr(text[:30]), f"a number in column {column + 1}") from None
    return float("nan") if value in missing else value


def _whole(row: Sequence[str], column: int, line: int) -> int:
    value = _number(row, column, line)
    if not float(value).is_integer():
        raise Refused(line, repr(row[column][:30]) if column < len(row) else "a short row", "a whole number")
    return int(value)


def _epw(rows: list[tuple[int, list[str]]]) -> HourlyTable:
    """EnergyPlus weather: eight header lines, then year, month, day, hour 1 to 24, ... (EPW data dictionary)."""
    line, head = rows[0]
    starts = next((k for k, (_, row) in enumerate(rows) if row[0].strip().upper() == "DATA PERIODS"), None)
    if starts is None:
        raise Refused(line, "no line DATA PERIODS", "the eight header lines of an EPW file")
    each = rows[starts][1][2].strip() if len(rows[starts][1]) > 2 else "1"  # noqa: PLR2004
    if each not in ("", *RECORDS):
        raise Refused(rows[starts][0], f"{each} records an hour", f"{', '.join(RECORDS)}")
    latitude, longitude, elevation = (_number(head, column, line) for column in (6, 7, 9))
    table = HourlyTable(
        ", ".join(cell.strip() for cell in head[1:4]), [], [], [], [], [], [], latitude, longitude, elevation
    )
    table.extreme, table.parts = _extreme(rows[:starts]), int(each or 1)
    _head(table, _number(head, 8, line), line)
    named = {row[0].strip().upper() for _, row in rows[:starts]} - EPW_HEAD
    table.notes += [f"lines of its head are not read: {', '.join(sorted(named))}"] if named else []
    table.notes += [f"{each} records an hour are averaged"] if table.parts > 1 else []
    for at, row in rows[starts + 1 :]:
        table.slots.append(slot_of(_whole(row, 1, at), _whole(row, 2, at), _whole(row, 3, at) - 1, at))
        table.lines.append(at)
        table.drybulb.append(_number(row, 6, at, (99.9,)))
        table.dewpoint.append(_number(row, 7, at, (99.9,)))
        table.humidity.append(_number(row, 8, at, (999.0,)))
        table.pressure.append(_number(row, 9, at, (999999.0,)))
    check_pressure(table)
    return table


def _head(table: HourlyTable, zone: float, line: int) -> None:
    """The zone of a header's hours; a place that is none is refused, a zone far from its longitude is said."""
    if abs(table.latitude) > 90 or abs(table.longitude) > HALF_TURN:  # noqa: PLR2004
        given = f"latitude {table.latitude:g}, longitude {table.longitude:g}"
        raise Refused(line, given, "degrees north and east, at most 90 and 180")
    table.zone = zone
    apart = (zone - table.longitude / DEGREES_PER_HOUR + 12) % 24 - 12
    if abs(apart) > FARTHEST_ZONE:
        sign = "UTC" if not zone else f"UTC{zone:+g}"
        table.notes.append(
            f"its head (line {line}) says {sign} at longitude {table.longitude:g}, {abs(apart):.0f} hours from the "
            "sun: hours are taken as they stand"
        )


def _extreme(head: list[tuple[int, list[str]]]) -> float:
    """The 20-year extreme dry bulb of the line DESIGN CONDITIONS; nan where it states none.

    After ``Extremes`` stand three wind speeds, the highest wet bulb, means and deviations of the yearly extremes, then
    coldest and hottest of 5, 10, 20 and 50 years (ASHRAE Fundamentals 2009, chapter 14).
    """
    for line, row in head:
        cells = [cell.strip() for cell in row]
        if cells[0].upper() == "DESIGN CONDITIONS" and "Extremes" in cells:
            return _number(row, cells.index("Extremes") + 14, line)
    return float("nan")


def _tmy3(rows: list[tuple[int, list[str]]]) -> HourlyTable:
    """NREL TMY3: station line, names, then MM/DD/YYYY and HH:MM from 01:00 to 24:00 (NREL/TP-581-43156)."""
    line, head = rows[0]
    named, names = rows[1][0], [cell.strip() for cell in rows[1][1]]
    try:
        dry, humid, press = (names.index(name) for name in ("Dry-bulb (C)", "RHum (%)", "Pressure (mbar)"))
    except ValueError as error:
        raise Refused(named, str(error), "the columns Dry-bulb (C), RHum (%) and Pressure (mbar)") from None
    dew = names.index("Dew-point (C)") if "Dew-point (C)" in names else None
    name = ", ".join(cell.strip() for cell in head[1:3])
    latitude, longitude, elevation = (_number(head, column, line) for column in (4, 5, 6))
    table = HourlyTable(name, [], [], [], [], [], [], latitude, longitude, elevation)
    _head(table, _number(head, 3, line), line)
    for at, row in rows[2:]:
        date = re.fullmatch(r"(\d{1,2})/(\d{1,2})/\d{4}", row[0].strip())
        hour = re.fullmatch(r"(\d{1,2}):00", row[1].strip()) if len(row) > 1 else None
        if date is None or hour is None:
            raise Refused(at, ", ".join(row[:2])[:40], "a date MM/DD/YYYY and an hour 01:00 to 24:00")
        table.slots.append(slot_of(int(date[1]), int(date[2]), int(hour[1]) - 1, at))
        table.lines.append(at)
        table.drybulb.append(_number(row, dry, at, (-9900.0,)))
        table.humidity.append(_number(row, humid, at, (-9900.0,)))
        table.pressure.append(_number(row, press, at, (-9900.0,)) * 100)
        table.dewpoint.append(float("nan") if dew is None else _number(row, dew, at, (-9900.0,)))
    check_pressure(table)
    return table


# what a column of a plain table may be called, in small letters with underscores, without its unit
_NAMES = {
    "drybulb": (
        *(
            "temperature_2m",
            "drybulb",
            "dry_bulb",
            "dry_bulb_temperature",
            "temperature",
            "temp",
            "temp_air",
            "t2m",
            "tdb",
        ),
        *("air_temperature", "air_temp", "ambient_temperature", "t_air"),
    ),
    "humidity": ("relative_humidity_2m", "relativehumidity_2m", "relative_humidity", "rh", "humidity", "rhum"),
    "dewpoint": (
        *("dew_point_2m", "dewpoint_2m", "dew_point", "dewpoint", "dew_point_temperature", "temp_dew", "tdp"),
    ),
    "wetbulb": ("wet_bulb_temperature_2m", "wet_bulb", "wetbulb", "wet_bulb_temperature", "temp_wet", "twb"),
    "pressure": ("surface_pressure", "pressure", "station_pressure", "atmospheric_pressure", "sp"),
}
_PLACE = ("latitude", "longitude", "elevation")
_DEGREES = {"": 1.0, "c": 1.0, "celsius": 1.0, "f": 1.8, "fahrenheit": 1.8, "k": 1.0, "kelvin": 1.0}  # degrees a K
_ZERO = {"f": 32.0, "fahrenheit": 32.0, "k": air.ZERO_CELSIUS, "kelvin": air.ZERO_CELSIUS}  # at 0 degC
_PRESSURES = {"pa": 1.0, "hpa": 100.0, "mbar": 100.0, "mb": 100.0, "kpa": 1000.0}
_METRES = {"": 1.0, "m": 1.0, "metres": 1.0, "meters": 1.0, "ft": 0.3048, "feet": 0.3048}
SAME = 0.2  # K: what two columns of one quantity may differ by, rounded in two units


def _plain(lines: Sequence[str], name: str, zone: float | None) -> HourlyTable:
    """A table with a heading: dry bulb, relative humidity, dew point or wet bulb; times and pressure if it has them."""
    sheet = read_sheet(lines, name)
    places: dict[str, list[int]] = {field: [] for field in _NAMES}
    for place, heading in enumerate(sheet.headings):
        for field, names in _NAMES.items():
            if heading.name in names:
                places[field].append(place)
    if not places["drybulb"] or not (places["humidity"] or places["dewpoint"] or places["wetbulb"]):
        known = [field for field, found in places.items() if found]
        given = f"columns of {', '.join(known)} alone" if known else "no columns of weather"
        hint = "name them temperature_2m and relative_humidity_2m, or drybulb_c and rh_pct"
        expected = "a column of dry bulb and one of relative humidity, dew point or wet bulb"
        raise Refused(sheet.heading_line or None, given, expected, hint)
    about = _of_place(sheet)
    hours, noted = _hours(sheet, zone, about["longitude"])
    columns = {field: _column(sheet, field, found) for field, found in places.items()}
    values = {field: laid(column, hours)[0] for field, column in columns.items()}
    line = np.zeros(HOURS, dtype=int)
    kept = hours.slots >= 0
    line[hours.slots[kept][::-1]] = np.array(sheet.lines)[kept][::-1]
    some = np.flatnonzero(line)
    table = HourlyTable(name, some.tolist(), line[some].tolist(), [], [], [], [])
    for field in ("drybulb", "humidity", "dewpoint", "pressure"):
        setattr(table, field, values[field][some].tolist())
    table.latitude, table.longitude, table.elevation = (about[field] for field in _PLACE)
    table.dropped = int(np.count_nonzero(hours.slots == LEFT_OUT)) // hours.parts
    check_pressure(table)
    if places["wetbulb"]:
        _by_wet_bulb(table, values["wetbulb"][some])
    used = {*hours.used, *(place for found in places.values() for place in found)}
    table.notes += [
        *(f"{name}: {note}" for note in noted),
        *unread(sheet, used, (*_PLACE, *ABOUT_TIME, "timezone_abbreviation")),
    ]
    return table


def _hours(sheet: Sheet, zone: float | None, longitude: float) -> tuple[Hours, list[str]]:
    """The hours of the rows; where no zone is known that of the longitude holds, and that is said."""
    sun = float(round(longitude / DEGREES_PER_HOUR)) if np.isfinite(longitude) else None
    hours = hours_of(sheet, zone, sun)
    notes = list(hours.notes)
    if zone is None and hours.zoned and sun is not None:
        notes.append(f"its zone is that of its longitude, UTC{sun:+g}")
    if hours.slots.max() >= HOURS:
        at = int(np.argmax(hours.slots >= HOURS))
        raise Refused(sheet.lines[at], f"{len(hours.slots):,} hours", f"one year, {HOURS:,} hours")
    if hours.twice is not None:
        notes.append(f"an hour stands twice (line {hours.twice:,}): the first is read")
    return hours, notes


def _of_place(sheet: Sheet) -> dict[str, float]:
    """Latitude, longitude and elevation that stand above a table."""
    found = {}
    for field in _PLACE:
        text = sheet.stated.get(field, "")
        match = re.fullmatch(r"([-+]?\d+\.?\d*)\s*(?:°|deg|degrees)?\s*([A-Za-z]*)", text)
        scale = 1.0 if match is None else (_METRES if field == "elevation" else {"": 1.0}).get(match[2].lower())
        if text and (match is None or scale is None):
            raise Refused(None, f"{field} that cannot be read", "a number of degrees or metres above the table")
        found[field] = float(match[1]) * (scale or 1.0) if match else float("nan")
    return found


def _column(sheet: Sheet, field: str, places: Sequence[int]) -> NDArray[np.float64]:
    """A quantity in degC, % or Pa; of several columns they must say the same."""
    if not places:
        return np.full(len(sheet.rows), np.nan)
    found = [_in_units(sheet, field, place) for place in places]
    if any(np.nanmax(np.abs(each - found[0]), initial=0.0) > SAME for each in found[1:]):
        given = f"several columns of {field}, which differ: {sheet.listed(places)}"
        raise Refused(sheet.heading_line or None, given, "one", "rename those that are not meant")
    return found[0]


def _in_units(sheet: Sheet, field: str, place: int) -> NDArray[np.float64]:
    """A column in degC, % or Pa, by the unit that it states, or by what alone is possible."""
    values = numbers(sheet.column(place), sheet.lines, sheet.called(place))
    unit, line = sheet.headings[place].unit.lower(), sheet.heading_line or None
    most = float(np.nanmax(np.abs(values), initial=0.0)) if np.isfinite(values).any() else float("nan")
    if field == "humidity":
        if unit not in ("", "%", "pct", "percent"):
            raise Refused(line, f"humidity in {unit}", "%, or a share of 1 without a unit")
        if unit and most <= 1.0:
            raise Refused(line, f"humidity up to {most:g} %", "per cent", "it looks like a share of 1")
        return values * 100 if most <= 1.0 else values
    if field == "pressure":
        if unit and unit not in _PRESSURES:
            raise Refused(line, f"pressure in {unit}", "Pa, hPa, mbar or kPa")
        usual = float(np.nanmedian(values)) if np.isfinite(most) else most
        return values * (_PRESSURES[unit] if unit else 100.0 if THINNEST <= usual * 100 <= DENSEST else 1.0)
    scale = re.sub(r"[°\s]|deg(rees)?", "", unit.replace("℃", "c").replace("℉", "f"))
    if scale not in _DEGREES:
        raise Refused(line, f"temperature in {unit}", "degC, degF or K")
    return (values - _ZERO.get(scale, 0.0)) / _DEGREES[scale]


def _by_wet_bulb(table: HourlyTable, wetbulb: NDArray[np.float64]) -> None:
    """Refuse a wet bulb above the dry bulb; without humidity or dew point in a row it says how moist the air is."""
    dry, humid = np.array(table.drybulb), np.array(table.humidity)
    above = np.flatnonzero(wetbulb > dry + ABOVE)
    if len(above):
        at = int(above[0])
        given = f"a wet bulb of {wetbulb[at]:g} degC in air of {dry[at]:g} degC"
        raise Refused(table.lines[at], given, "at most the dry bulb", "are the two columns swapped, or in two units?")
    standard = air.pressure_at(0.0 if np.isnan(table.elevation) else table.elevation)
    pressure = np.where(np.isfinite(table.pressure), table.pressure, standard)
    silent = ~np.isfinite(humid) & ~np.isfinite(table.dewpoint) & np.isfinite(dry + wetbulb)
    ratio = air.ratio_at_wet_bulb(dry[silent], np.minimum(wetbulb, dry)[silent], pressure[silent])
    humid[silent] = air.relative_humidity(dry[silent], ratio, pressure[silent]) * 100
    table.humidity = np.clip(humid, 0.0, None).tolist()
