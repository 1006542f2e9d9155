"""Hourly weather from a file: EPW, TMY3 or a plain table such as Open-Meteo's, checked and laid out as one year.

Units are those that the file states, or that alone are possible. What cannot be meant (Fahrenheit in a column of degC,
hectopascal in one of pascal, a year cut short) is refused with the line it stands in. Files may be gzipped.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant import air
from computefactory.plant.climate import HOURS_OF_DAY
from computefactory.plant.inputs import HourlyYear
from computefactory.plant.weather.year import (
    DENSEST,
    FIRST_HOUR_OF_MONTH,
    HOURS,
    THINNEST,
    HourlyTable,
    Refused,
    check_pressure,
    slot_of,
    year_of,
)
from computefactory.received import content_of, why

__all__ = ["read_weather"]

LARGEST = 50_000_000  # bytes


def read_weather(file: Path, *, path: str = "", place: tuple[str | None, int | None] = (None, None)) -> HourlyYear:
    """The year of hours in a weather file.

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
        return _parsed(data, file.name)
    except Refused as error:
        problem = Problem("weather_file", path, error.given, error.expected, error.hint, str(file), error.line)
        raise FactoryFileError([problem]) from None


@lru_cache(maxsize=8)
def _parsed(data: bytes, name: str) -> HourlyYear:
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.GzipFile(fileobj=BytesIO(data)).read(LARGEST + 1)
        except (OSError, EOFError, zlib.error):
            raise Refused(None, "a damaged archive", "a whole .gz file") from None
    if len(data) > LARGEST:
        raise Refused(None, f"more than {LARGEST:,} bytes in an archive", f"at most {LARGEST:,}")
    text = data.decode("utf-8-sig", errors="replace")
    rows = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
    if not rows:
        raise Refused(1, "an empty file", "hours of weather")
    first = rows[0][1][0].strip().upper()
    if first == "LOCATION":
        table = _epw(rows)
    elif len(rows) > 1 and rows[1][1][0].strip().startswith("Date (MM/DD"):
        table = _tmy3(rows)
    else:
        table = _plain(rows, name)
    return year_of(table, hashlib.sha256(data).hexdigest()[:16])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise Refused(reader.line_num, str(error), "comma-separated text") from None


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
    if each not in ("1", ""):
        raise Refused(rows[starts][0], f"{each} records an hour", "1, hourly weather")
    latitude, longitude, elevation = (_number(head, column, line) for column in (6, 7, 9))
    table = HourlyTable(
        ", ".join(cell.strip() for cell in head[1:4]), [], [], [], [], [], [], latitude, longitude, elevation
    )
    table.extreme = _extreme(rows[:starts])
    for at, row in rows[starts + 1 :]:
        table.slots.append(slot_of(_whole(row, 1, at), _whole(row, 2, at), _whole(row, 3, at) - 1, at))
        table.lines.append(at)
        table.drybulb.append(_number(row, 6, at, (99.9,)))
        table.dewpoint.append(_number(row, 7, at, (99.9,)))
        table.humidity.append(_number(row, 8, at, (999.0,)))
        table.pressure.append(_number(row, 9, at, (999999.0,)))
    check_pressure(table)
    return table


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


# what a column of a plain table may be called: lower case, without its unit
_NAMES = {
    "time": ("time", "time_local", "time_utc", "date", "datetime", "timestamp", "date_time", "local_time"),
    "drybulb": ("temperature_2m", "drybulb", "dry_bulb", "temperature", "temp", "temp_air", "t2m", "air_temperature"),
    "humidity": ("relative_humidity_2m", "relativehumidity_2m", "relative_humidity", "rh", "humidity", "rhum"),
    "dewpoint": ("dew_point_2m", "dewpoint_2m", "dew_point", "dewpoint", "temp_dew"),
    "pressure": ("surface_pressure", "pressure", "station_pressure", "sp"),
}
_UNIT = re.compile(r"^(.*?)(?:\s*[\[(](.+?)[\])]|_(c|degc|f|degf|k|pct|pa|hpa|mbar|kpa))?$")
_SCALE = {"c": "C", "°c": "C", "degc": "C", "f": "F", "°f": "F", "degf": "F", "k": "K"}
_PRESSURES = {"pa": 1.0, "hpa": 100.0, "mbar": 100.0, "kpa": 1000.0}


def _plain(rows: list[tuple[int, list[str]]], name: str) -> HourlyTable:
    """A table with a heading: time, dry bulb, relative humidity or dew point, and pressure if it is known."""
    table = HourlyTable(name, [], [], [], [], [], [])
    heading = 0
    columns, units = _columns(rows[0][1])
    if "drybulb" not in columns and len(rows) > 2 and "latitude" in [cell.strip() for cell in rows[0][1]]:  # noqa: PLR2004
        heading = 2  # Open-Meteo: the place stands above the table
        columns, units = _columns(rows[2][1])
    line = rows[heading][0]
    if "drybulb" not in columns or not {"humidity", "dewpoint"} & columns.keys():
        found = f"columns of {', '.join(columns)} alone" if columns else "no columns of weather"
        hint = "name them temperature_2m and relative_humidity_2m, or drybulb_c and rh_pct"
        raise Refused(line, found, "a column of dry bulb and one of relative humidity or dew point", hint)
    names = [cell.strip() for cell in rows[0][1]]
    for field in ("latitude", "longitude", "elevation") if heading else ():
        if field in names:
            setattr(table, field, _number(rows[1][1], names.index(field), rows[1][0]))
    body = rows[heading + 1 :]
    for count, (at, row) in enumerate(body):
        table.slots.append(_time(row[columns["time"]], at) if "time" in columns else count)
        table.lines.append(at)
        table.drybulb.append(_number(row, columns["drybulb"], at))
        for field in ("humidity", "dewpoint", "pressure"):
            value = _number(row, columns[field], at) if field in columns else float("nan")
            getattr(table, field).append(value)
    if "time" not in columns and len(body) == HOURS + HOURS_OF_DAY:
        leap = int(FIRST_HOUR_OF_MONTH[2])
        order = np.arange(HOURS + HOURS_OF_DAY)
        late = np.where(order < leap + HOURS_OF_DAY, -1, order - HOURS_OF_DAY)
        table.slots = [int(slot) for slot in np.where(order < leap, order, late)]
    _in_units(table, units, line)
    return table


def _columns(heading: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Where each known column stands, and the unit that its name carries."""
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    for k, cell in enumerate(heading):
        match = _UNIT.fullmatch(cell.strip().lower())
        if match is None:
            continue
        for field, names in _NAMES.items():
            if match[1].strip() in names and field not in columns:
                columns[field] = k
                units[field] = (match[2] or match[3] or "").strip()
    return columns, units


def _time(text: str, line: int) -> int:
    match = re.match(r"^\s*\d{4}-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):?(\d{2})?)?", text)
    if match is None:
        raise Refused(line, repr(text[:30]), "a time such as 2023-07-01T14:00")
    if match[4] not in (None, "00"):
        raise Refused(line, repr(text[:30]), "whole hours")
    return slot_of(int(match[1]), int(match[2]), int(match[3] or 0), line)


def _in_units(table: HourlyTable, units: dict[str, str], line: int) -> None:
    """Values of a plain table in degC, % and Pa, by the unit in the heading, or by what alone is possible."""
    table.drybulb = _celsius(table.drybulb, units["drybulb"], line)
    if "dewpoint" in units:
        table.dewpoint = _celsius(table.dewpoint, units["dewpoint"], line)
    if "humidity" in units:
        known = [value for value in table.humidity if np.isfinite(value)]
        share = bool(known) and max(known) <= 1.0
        if share and units["humidity"] in ("%", "pct", "percent"):
            raise Refused(line, f"humidity up to {max(known):g} %", "per cent", "it looks like a share of 1")
        table.humidity = [value * 100 if share else value for value in table.humidity]
    if "pressure" in units:
        unit = units["pressure"]
        known = [value for value in table.pressure if np.isfinite(value)]
        usual = float(np.median(known)) if known else float("nan")
        guess = 100.0 if THINNEST <= usual * 100 <= DENSEST else 1.0
        if unit and unit not in _PRESSURES:
            raise Refused(line, f"pressure in {unit}", "Pa, hPa, mbar or kPa")
        factor = _PRESSURES[unit] if unit else guess
        table.pressure = [value * factor for value in table.pressure]
        check_pressure(table)


def _celsius(values: list[float], unit: str, line: int) -> list[float]:
    scale = _SCALE.get(unit, "C" if not unit else "")
    if not scale:
        raise Refused(line, f"temperature in {unit}", "degC, degF or K")
    if scale == "F":
        return [(value - 32) / 1.8 for value in values]
    return [value - air.ZERO_CELSIUS for value in values] if scale == "K" else values
