"""The forms of stamps: text into minutes since 1970 or since midnight, and minutes ahead of UTC.

Read are dates and times as ISO 8601, with points or strokes (day and month told apart by the whole column), spans
(``01.01.2024 00:00 - 01.01.2024 01:00``), times of day, and seconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from computefactory.tables.refused import Refused
from computefactory.tables.sheet import Sheet

__all__ = [
    "DAY",
    "HOUR",
    "SECONDS",
    "SPAN",
    "TIME_OF_DAY",
    "YEARLESS",
    "ZONES",
    "clock_of",
    "day_of",
    "minutes_of",
    "offset_of",
    "stamp_of",
    "whole_number",
]

HOUR = 60  # minutes
DAY = 1440  # minutes
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ZONES = {  # minutes ahead of UTC; of names that mean one zone only
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "SGT": 480, "HKT": 480, "NZST": 720, "NZDT": 780,
}  # fmt: skip
_CLOCK = r"(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?::?(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?P<zone>[A-Z]{1,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?(?:\[[^\]]*\])?"
_APART = re.compile(
    rf"(?P<a>\d{{1,4}})([-/.])(?P<b>\d{{1,2}}|[A-Za-z]{{3}})(?:\2(?P<c>\d{{1,4}}))?(?:[T ,_]+{_CLOCK})?{_ZONE}"
)
_TOGETHER = re.compile(
    r"(?P<a>\d{4})(?P<b>\d\d)(?P<c>\d\d)(?:[T :_-]*(?P<h>\d\d):?(?P<m>\d\d)(?::?(?P<s>\d\d))?(?P<half>(?!))?)?"
    rf"{_ZONE}"
)
SPAN = re.compile(r"(.*\d.*?)\s+(?:-|–|to)\s+(.*\d.*)")
TIME_OF_DAY = re.compile(rf"{_CLOCK}{_ZONE}")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)((?::00(?:\.0+)?)?(Z|[+-]\d\d:\d\d)?)")
SECONDS = re.compile(r"\d{9,13}(\.\d+)?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
YEARLESS = 2000  # a leap year, for stamps without one


def offset_of(text: str) -> int | None:
    """Minutes ahead of UTC of ``Z``, ``CET``, ``-06:00``, ``UTC+1``; None where it means no one zone."""
    if text in ZONES:
        return ZONES[text]
    match = _OFFSET.fullmatch(text)
    return None if match is None else (1 if match[1] == "+" else -1) * (int(match[2]) * HOUR + int(match[3] or 0))


def stamp_of(text: str) -> re.Match[str] | None:
    """A date, with a time or not; without a year it needs the time, and is no number with a point."""
    match = _APART.fullmatch(text)
    if match is not None and match["c"] is None and (not match["h"] or "." in text):
        return None
    return match or _TOGETHER.fullmatch(text)


def whole_number(cell: str, line: int) -> int:
    """A year, month, day or minute in a cell of its own."""
    if not re.fullmatch(r"\d{1,4}(\.0+)?", cell):
        raise Refused(line, repr(cell[:30]), "a whole number")
    return int(float(cell))


@lru_cache(maxsize=1024)
def _day(year: int, month: int, day: int) -> int | None:
    from datetime import date

    try:
        return date(year, month, day).toordinal() - 719163  # days since 1970
    except ValueError:
        return None


def day_of(year: int, month: int, day: int, line: int) -> int:
    """Days since 1970 of a date."""
    found = _day(year, month, day)
    if found is None:
        raise Refused(line, f"{year}-{month:02d}-{day:02d}", "a date of the calendar")
    return found


def minutes_of(sheet: Sheet, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, bool | None, bool]:
    """Minutes since 1970 by the clock of a column, offsets if it states any, whether they are ends, have no years."""
    cells = sheet.column(place)
    if SECONDS.fullmatch(cells[0]) and _TOGETHER.fullmatch(cells[0]) is None:
        return _since_1970(cells, sheet.lines)
    if (plain := _plain_minutes(cells)) is not None:
        return plain
    span = SPAN.fullmatch(cells[0]) is not None
    matches = []
    for cell, line in zip(cells, sheet.lines, strict=True):
        halves = SPAN.fullmatch(cell) if span else None
        match = stamp_of(halves[1] if halves else cell)
        if match is None or (span and halves is None):
            raise Refused(line, f"{cell[:40]!r} in {sheet.called(place)}", "a time such as 2023-07-01T14:00")
        matches.append(match)
    order = _order(matches, sheet, place)
    minute = np.empty(len(cells), dtype=np.int64)
    zones: list[str | None] = []
    for at, (match, line) in enumerate(zip(matches, sheet.lines, strict=True)):
        year, month, day = (match[name] for name in order)
        century = 2000 if year and len(year) == 2 else 0  # noqa: PLR2004
        ordinal = day_of(int(year or YEARLESS) + century, _month(month, line), int(day), line)
        minute[at] = ordinal * DAY + _of_day(match, line)
        zones.append(match["zone"])
    ends = False if span else True if any(match["h"] == "24" for match in matches) else None
    return minute, _offsets(zones, sheet, place), ends, matches[0][order[0]] is None


def _plain_minutes(cells: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, None, bool] | None:
    """The same of a column of ISO 8601 whose seconds and zone are the same all through, read at once; else None."""
    match = _ISO.fullmatch(cells[0])
    if match is None or any(len(cell) != len(cells[0]) or not cell.endswith(match[2]) for cell in cells):
        return None
    try:
        minute = np.array([cell[:16] for cell in cells], dtype="datetime64[m]").astype(np.int64)
    except ValueError:
        return None
    offset = np.full(len(cells), offset_of(match[3])) if match[3] else None
    return minute, offset, None, False


def _since_1970(cells: Sequence[str], lines: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64], None, bool]:
    from computefactory.tables.numbers import numbers

    seconds = numbers(cells, lines, "seconds since 1970")
    if not np.isfinite(seconds).all():
        raise Refused(lines[int(np.argmin(np.isfinite(seconds)))], "no time", "seconds since 1970")
    scale = 1000 if np.median(seconds) > 1e11 else 1  # noqa: PLR2004  # milliseconds
    minute = (seconds / scale // 60).astype(np.int64)
    return minute, np.zeros(len(minute), dtype=np.int64), None, False


def _month(text: str, line: int) -> int:
    if text.isdigit():
        return int(text)
    if text.lower() not in MONTHS:
        raise Refused(line, repr(text), "a month")
    return MONTHS.index(text.lower()) + 1


def _of_day(match: re.Match[str], line: int) -> int:
    """Minutes since midnight; 24:00 is the end of the day."""
    hour, minute, half = int(match["h"] or 0), int(match["m"] or 0), (match["half"] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            raise Refused(line, f"{hour}:{minute:02d} {half}", "1 to 12 o'clock")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute >= HOUR or hour * HOUR + minute > DAY:
        raise Refused(line, f"{hour}:{minute:02d}", "a time of the day")
    return hour * HOUR + minute


def _order(matches: Sequence[re.Match[str]], sheet: Sheet, place: int) -> tuple[str, str, str]:
    """Which part of a date is year, month and day, told by the whole column."""
    first, second = (np.array([int(match[name]) if match[name].isdigit() else 0 for match in matches]) for name in "ab")
    if matches[0]["c"] is None:  # no year
        swapped = first.max() > 12  # noqa: PLR2004
        return ("c", "b", "a") if swapped else ("c", "a", "b")
    if len(matches[0]["a"]) == 4:  # noqa: PLR2004
        return "a", "b", "c"
    if first.max() > 12 or not second.all():  # noqa: PLR2004
        return "c", "b", "a"
    if second.max() > 12:  # noqa: PLR2004
        return "c", "a", "b"
    given = f"{sheet.rows[0][place].strip()} in {sheet.called(place)}"
    raise Refused(sheet.lines[0], given, "dates in which day and month can be told apart", "write 2023-07-01")


def _offsets(zones: Sequence[str | None], sheet: Sheet, place: int) -> NDArray[np.int64] | None:
    """Minutes ahead of UTC by row; None where no row states a zone."""
    known = set(zones)
    if known == {None}:
        return None
    if None in known:
        at = next(at for at, zone in enumerate(zones) if (zone is None) != (zones[0] is None))
        raise Refused(sheet.lines[at], repr(sheet.rows[at][place].strip()), "all stamps with a zone, or none")
    offsets = {zone: offset_of(str(zone)) for zone in known}
    for zone, offset in offsets.items():
        if offset is None:
            raise Refused(sheet.lines[zones.index(zone)], f"the zone {zone}", "UTC, Z or an offset such as -06:00")
    found = np.array([offsets[zone] for zone in zones], dtype=np.int64)
    different = np.unique(found)
    changes = np.flatnonzero(np.diff(found))
    if len(different) > 2 or np.ptp(different) > HOUR or (len(changes) > 3 and np.all(np.diff(found[changes]) == 0)):  # noqa: PLR2004
        at = int(changes[0]) + 1
        given = f"stamps in several zones ({', '.join(sorted(str(zone) for zone in known))})"
        raise Refused(sheet.lines[at], given, "one zone, with its summer time at most")
    return found


def clock_of(sheet: Sheet, place: int) -> tuple[NDArray[np.int64], bool]:
    """Minutes of the day in a column of hours, and whether spans stand there; hours 1 to 24 are ends."""
    cells = sheet.column(place)
    span = SPAN.fullmatch(cells[0]) is not None
    found = []
    for cell, line in zip(cells, sheet.lines, strict=True):
        halves = SPAN.fullmatch(cell) if span else None
        match = TIME_OF_DAY.fullmatch(halves[1] if halves else cell)
        if match is None:
            raise Refused(line, f"{cell[:30]!r} in {sheet.called(place)}", "an hour of the day")
        found.append(_of_day(match, line))
    return np.array(found, dtype=np.int64), span
