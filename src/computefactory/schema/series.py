"""Series of a year by the hour, from a CSV file: which column holds them, in which unit, which row is which hour.

Every column is used, refused or named in a note; what was done with the stamps is said (:mod:`computefactory.tables`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import UnitError
from computefactory.received import content_of, why
from computefactory.schema.quantity import convert
from computefactory.tables import ABOUT_TIME, HOURS, Hours, Refused, Sheet, hours_of, laid, numbers, read_sheet, unread
from computefactory.tables.numbers import is_number
from computefactory.tables.sheet import LARGEST, lines_of
from computefactory.units import DIMENSIONLESS, Unit, parse_unit

__all__ = ["HOURS", "PRICE", "SHARE", "HourlySeries", "SeriesOf", "read_series"]

DEAREST = 1.5  # USD/kWh: three times the highest yearly mean of an hourly market so far (Italy 2022, 304 EUR/MWh)
ABOVE = ("unit", "units", *ABOUT_TIME)  # what is read above a table
ROUNDING = 1e-9
SAMPLE = 200  # cells by which a column of numbers is known


_ENERGY = re.compile(r"(?<![A-Za-z])([KkMmGg]?)[Ww]-?[Hh](?:r|rs|our)?(?![A-Za-z])")  # MWH, MWHr, kwh


@dataclass(frozen=True, slots=True)
class SeriesOf:
    """What a series is of: the unit it is wanted in, and the words by which a heading says so."""

    what: str
    unit: Unit
    words: tuple[str, ...]
    largest: float  # a mean above this is of another unit
    usual: str


PRICE = SeriesOf("price", parse_unit("USD/kW*h"), ("price", "prices", "lmp", "spp", "mcp", "spot"), DEAREST, "USD/MWh")
SHARE = SeriesOf("share", DIMENSIONLESS, ("share", "profile", "output", "factor", "cf"), 1.0, "%")


@dataclass(frozen=True, slots=True)
class HourlySeries:
    """The hours of a year in the unit wanted, and what a reader should know of how they were read."""

    values: tuple[float, ...]
    notes: tuple[str, ...]


def read_series(
    name: str, of: SeriesOf = PRICE, *, unit: str = "", column: str = "", zone: float | None = None
) -> HourlySeries:
    """The year in a file; ``unit`` and ``column`` as the factory file states them, ``zone`` of the site.

    Raises:
        Refused: no such file, a column or a unit that is not clear, an hour without a number or with two.
    """
    try:
        changed = Path(name).stat().st_mtime_ns
    except (OSError, ValueError):
        changed = 0  # what is wrong is said where it is read
    return _read(name, changed, of, unit, column, zone)


@lru_cache(maxsize=32)
def _read(name: str, changed: int, of: SeriesOf, unit: str, column: str, zone: float | None) -> HourlySeries:  # noqa: ARG001  # a file that changed is read again
    path = Path(name)
    try:
        data = content_of(path, LARGEST)
    except OSError as error:
        raise Refused(None, f"{path.name}: {why(error)}", "a CSV file of hours") from None
    sheet = read_sheet(lines_of(data), path.name)
    hours = hours_of(sheet, zone)
    place = _column(sheet, hours, of, column)
    factor = _factor(sheet, place, of, unit)
    values = _whole(sheet, hours, numbers(sheet.column(place), sheet.lines, sheet.called(place))) * factor
    if not unit and not _stated(sheet, place) and np.abs(values).mean() > of.largest:
        given = f"{sheet.called(place)} of {np.abs(values).mean():g} on average and no unit"
        raise Refused(
            sheet.heading_line or None, given, "a unit in the heading or beside the file", f"unit: {of.usual}"
        )
    notes = [f"{sheet.name}: {note}" for note in hours.notes]
    return HourlySeries(tuple(values.tolist()), (*notes, *unread(sheet, {*hours.used, place}, ABOVE)))


def _stated(sheet: Sheet, place: int) -> list[str]:
    """The units that a heading and the lines above the table state."""
    units = [sheet.headings[place].unit, *(sheet.stated.get(key, "") for key in ("unit", "units"))]
    return [unit for unit in units if unit]


def _scale(text: str, of: SeriesOf) -> float | None:
    """What a unit is in the one that is wanted; None where it is of something else.

    Raises:
        UnitError: it is no unit.
    """
    try:
        text = _ENERGY.sub(lambda match: f"{match[1].lower().replace('m', 'M').replace('g', 'G')}Wh", text)
        return convert(1.0, re.sub(r"(?i)\busd\b", "USD", text), of.unit)
    except UnitError as error:
        if error.code == "wrong_dimension":
            return None
        raise


def _fits(sheet: Sheet, place: int, of: SeriesOf) -> bool | None:
    """Whether the unit of a column is of what is wanted; None where it states none, or words that are no unit."""
    stated = sheet.headings[place].unit
    try:
        return None if not stated else _scale(stated, of) is not None
    except UnitError:
        return False if _looks_like_unit(stated) else None


def _looks_like_unit(text: str) -> bool:
    return any(sign in text for sign in "/%€£¢$")


def _column(sheet: Sheet, hours: Hours, of: SeriesOf, wanted: str) -> int:
    """The column that holds the series: the one that is named, else the only one that can."""
    line, places = sheet.heading_line or None, set(range(len(sheet.headings))) - hours.used - hours.beside
    if wanted:
        found = [k for k, each in enumerate(sheet.headings) if wanted in (each.text, each.name, f"column {k + 1}")]
        if len(found) == 1:
            return found[0]
        given = f"{len(found)} columns {wanted}" if found else f"no column {wanted}"
        raise Refused(line, given, f"one of {sheet.listed(places)}")
    numeric = sorted(place for place in places if _is_numeric(sheet, place))
    if not numeric:
        raise Refused(sheet.lines[0], "no column of numbers", f"a {of.what} in each row")
    stated = [place for place in numeric if _fits(sheet, place, of)]
    silent = [place for place in numeric if _fits(sheet, place, of) is None]
    named = [place for place in silent if {*sheet.headings[place].name.split("_")} & {*of.words}]
    for chosen in [stated] if stated else [silent, named]:
        if len(chosen) == 1:
            return chosen[0]
    if not stated and not silent:
        raise Refused(line, sheet.listed(numeric), f"a column in a unit of {of.what}")
    several = stated or silent
    given = f"{len(several)} columns that may be the {of.what}: {sheet.listed(several)}"
    raise Refused(line, given, "one", f"name one beside the file: column: {sheet.called(several[0])}")


def _is_numeric(sheet: Sheet, place: int) -> bool:
    """Whether most of some cells of a column, spread over it, are numbers."""
    cells = sheet.column(place)
    some = cells[:: max(len(cells) // SAMPLE, 1)]
    return 2 * sum(map(is_number, some)) > len(some)


def _factor(sheet: Sheet, place: int, of: SeriesOf, unit: str) -> float:
    """What a number of the column is in the unit wanted: heading, lines above and factory file may not differ."""
    line, called = sheet.heading_line or None, sheet.called(place)
    of_file = _scale(unit, of) if unit else None
    if unit and of_file is None:
        raise UnitError(repr(unit), f"a unit of {of.what}", code="wrong_dimension")
    factors = {f"unit: {unit}": of_file} if of_file is not None else {}
    for stated in _stated(sheet, place):
        try:
            found = _scale(stated, of)
        except UnitError as error:
            if not _looks_like_unit(stated):
                continue
            raise Refused(line, f"{called} in {stated}", error.expected, error.hint) from None
        if found is None:
            raise Refused(line, f"{called} in {stated}", f"a unit of {of.what}")
        factors[f"{called} in {stated}"] = found
    if factors and max(factors.values()) > min(factors.values()) * (1 + ROUNDING):
        raise Refused(line, " and ".join(factors), "one unit for a column")
    return next(iter(factors.values()), 1.0)


def _whole(sheet: Sheet, hours: Hours, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 8,760 hours, each with all of its rows.

    Raises:
        Refused: an hour without a number, or twice.
    """
    wrong = ~np.isfinite(values)
    if wrong.any():
        at = int(np.argmax(wrong))
        given = f"no number in {int(wrong.sum()):,} of {len(values):,} rows"
        raise Refused(sheet.lines[at], given, "a number in each row")
    if hours.twice is not None:
        raise Refused(
            hours.twice, "an hour that stands twice", "each hour once, or a clock that is put forward and back"
        )
    if not hours.stamped and hours.slots.max() != HOURS - 1:
        raise Refused(None, f"{len(values):,} hours", f"{HOURS:,} hours (8,784 in a leap year), a number in each row")
    year, count = laid(values, hours)
    short = np.flatnonzero(count != hours.parts)
    if len(short):
        hint = "a clock that is put forward and back keeps both changes" if len(short) == 1 else ""
        given = f"{len(short):,} hours are missing or not whole, the first: {_hour(int(short[0]))}"
        raise Refused(None, given, f"all {HOURS:,} hours of a year, none left out", hint)
    return year


def _hour(slot: int) -> str:
    day = np.datetime64("2001-01-01") + slot // 24
    return f"{day.astype(object):%d %b}, {slot % 24:02d}:00".lstrip("0")
