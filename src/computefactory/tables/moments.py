"""The moments of a table's rows: which columns say when, and by which clock.

Read are columns of stamps, a date beside an hour (1 to 24 or 0 to 23), and year, month, day and hour apart. An offset
or a zone in stamp, heading or a line above is taken off; a clock that is put forward and back is put right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from computefactory.tables.refused import Refused
from computefactory.tables.sheet import Sheet
from computefactory.tables.stamps import (
    DAY,
    HOUR,
    SECONDS,
    SPAN,
    TIME_OF_DAY,
    YEARLESS,
    ZONES,
    clock_of,
    day_of,
    minutes_of,
    offset_of,
    stamp_of,
    whole_number,
)

__all__ = ["ABOUT_TIME", "STEPS", "Moments", "in_site_time", "moments_of", "step_of", "zone_above"]

STEPS = (5, 10, 15, 20, 30, 60)  # minutes
_STAMP_WORDS = {"time", "date", "datetime", "timestamp", "stamp", "interval", "period", "mtu", "day", "zeit", "datum"}
_TIME_WORDS = {"time", "date", "datetime", "timestamp", "stamp", "zeit", "datum"}
_HOUR_WORDS = {"hour", "hours", "hr", "hrs", "he", "hourending", "stunde"}
_COUNT_WORDS = {"hour_of_year", "hour_of_the_year", "hoy", "index", "i", "n", "step", "", "row", "hour_index"}
_MAY_COUNT = _COUNT_WORDS | {"hour", "hours", "h", "time", "t"}
_END_WORDS = {"end", "ending", "ends", "he", "to", "hourending", "intervalendtime", "until"}
_START_WORDS = {"start", "starts", "begin", "beginning", "begins", "from", "hb", "intervalstarttime", "since"}
_LOCAL_WORDS = {"local", "lst", "lt", "ept", "cpt", "mpt", "ppt", "prevailing", "standard", "lpt"}
_ZONE_NAMES = ("time_zone", "timezone", "tz")
_SECONDS_AHEAD = "utc_offset_seconds"  # as Open-Meteo writes it
ABOUT_TIME = (_SECONDS_AHEAD, *_ZONE_NAMES)  # what may stand above a table
_FORMAT = re.compile(r"[MDYHS :/T.-]+", re.IGNORECASE)
_FLAG = re.compile(r".*(repeated|dst|daylight).*")
_PARTS = {
    "year": "year",
    "yr": "year",
    "month": "month",
    "mo": "month",
    "day": "day",
    "minute": "minute",
    "min": "minute",
}
_FEWEST, _MOST = 90 * DAY, 275 * DAY  # between the two changes of a clock


@dataclass(frozen=True, slots=True)
class Moments:
    """Minutes since 1970 by the clock of the file; ``offset``: minutes ahead of UTC by row, or None: a local clock."""

    minute: NDArray[np.int64]
    offset: NDArray[np.int64] | None
    ends: bool | None  # they mark the end of an interval; None: nothing says so
    used: frozenset[int]
    yearless: bool = False
    beside: frozenset[int] = frozenset()


def moments_of(sheet: Sheet) -> Moments | frozenset[int] | None:
    """What the columns of time say; the column of the number of the hour; or None."""
    by_role: dict[str, list[int]] = {}
    for place in range(len(sheet.headings)):
        by_role.setdefault(_role(sheet, place), []).append(place)
    flags, hours = frozenset(by_role.get("flag", [])), by_role.get("hour", [])
    parts = {role: places[0] for role, places in by_role.items() if role in _PARTS.values()}
    dates = by_role.get("date", [])
    if "stamp" in by_role:
        found = _of_stamps(sheet, by_role["stamp"], flags)
    elif dates and hours:
        found = _of_date_and_hour(sheet, dates[0], hours[0], by_role.get("part", []), flags)
    elif {"month", "day"} <= parts.keys() and hours:
        found = _of_parts(sheet, parts, hours[0], flags)
    elif dates:
        raise Refused(sheet.lines[0], f"dates without hours in {sheet.called(dates[0])}", "a time for each row")
    else:
        counted = _count_column(sheet)
        if counted is None:
            _refuse_unknown(sheet)
        return counted
    times = {place for role, places in by_role.items() if role for place in places}
    return replace(found, beside=frozenset(times - found.used))


def _refuse_unknown(sheet: Sheet) -> None:
    """A column that its heading calls a time, and whose cells are none that is read."""
    for place, heading in enumerate(sheet.headings):
        if _words(heading.name) & _TIME_WORDS and (cell := sheet.column(place)[0]):
            raise Refused(sheet.lines[0], f"{cell[:30]!r} in {sheet.called(place)}", "a time such as 2023-07-01T14:00")


def _words(name: str) -> set[str]:
    return set(name.split("_"))


def _role(sheet: Sheet, place: int) -> str:
    """What a column says of time, by its heading and its first cell; nothing where it is no column of time."""
    name = sheet.headings[place].name
    cell = next((row[place].strip() for row in sheet.rows if row[place].strip()), "")
    words, span = _words(name), SPAN.fullmatch(cell)
    match = stamp_of(span[1] if span else cell)
    if _FLAG.fullmatch(name):
        return "flag"
    if match is not None and (not cell.isdigit() or words & _STAMP_WORDS):
        return "stamp" if match["h"] else "date"
    if words & _STAMP_WORDS and SECONDS.fullmatch(cell):
        return "stamp"
    if name in _PARTS and cell.isdigit():
        return _PARTS[name]
    if (":" in cell and TIME_OF_DAY.fullmatch(cell)) or span:
        return "hour"
    if cell.isdigit() and words & {*_HOUR_WORDS, "interval"} and name not in _COUNT_WORDS:
        role, most = ("part", HOUR // STEPS[0]) if "interval" in words else ("hour", DAY // HOUR)
        return role if all(cell.isdigit() and int(cell) <= most for cell in sheet.column(place)) else ""
    return ""


def _count_column(sheet: Sheet) -> frozenset[int] | None:
    """A column that numbers the hours 1, 2, … or 0, 1, …, in any order."""
    size = len(sheet.rows)
    for place, heading in enumerate(sheet.headings):
        cells = sheet.column(place)
        if heading.name in _MAY_COUNT and len(sheet.headings) > 1 and all(cell.isdigit() for cell in cells):
            counted = np.sort(np.array([int(cell) for cell in cells]))
            if counted[0] in (0, 1) and np.array_equal(counted, np.arange(size) + counted[0]):
                return frozenset({place})
    return None


def _of_stamps(sheet: Sheet, places: list[int], flags: frozenset[int]) -> Moments:
    """Columns of date and time: the one that says most is read, others must agree with it."""

    def rank(place: int) -> tuple[bool, bool, int]:
        words = _words(sheet.headings[place].name)
        return (not words & {"utc", "gmt"}, bool(words & _END_WORDS), place)

    first, *others = sorted(places, key=rank)
    minute, offset, ends, yearless = minutes_of(sheet, first)
    of_heading, summer = _heading_offset(sheet, first)
    if offset is None and of_heading is not None:
        minute = _standard(minute)[0] if of_heading else minute  # a clock of its own may be put forward
        offset = np.full(len(minute), of_heading)
    elif offset is not None and of_heading is not None and np.any(offset != of_heading) and not summer:
        given = f"{sheet.called(first)}: {sheet.rows[0][first].strip()}"
        raise Refused(sheet.lines[0], given, "one zone: the heading's or the stamp's")
    used = {first}
    for place in others:
        other, *_ = minutes_of(sheet, place)
        if len(np.unique(other - minute)) > 2:  # noqa: PLR2004  # an interval's two ends, or two zones
            given = f"{sheet.called(first)} and {sheet.called(place)}"
            raise Refused(sheet.lines[0], given, "columns of time that tell the same hours")
        used.add(place)
    if ends is None:
        ends = _ends(_words(sheet.headings[first].name))
    return Moments(minute, offset, ends, frozenset(used) | flags, yearless)


def _of_date_and_hour(sheet: Sheet, date: int, hour: int, parts: Sequence[int], flags: frozenset[int]) -> Moments:
    """Dates beside hours: 1 to 24 mark the end of an hour, 0 to 23 its start; parts of an hour are numbered from 1."""
    day, *_, yearless = minutes_of(sheet, date)
    clock, span = clock_of(sheet, hour)
    words = _words(sheet.headings[hour].name) | _words(sheet.headings[date].name)
    ends = False if span else True if clock.max() >= DAY else _ends(words)
    offset, _ = _heading_offset(sheet, date)
    if offset is None:
        offset, _ = _heading_offset(sheet, hour)
    if ends and parts:  # hour 1, part 1: the first after midnight
        clock, ends = clock - HOUR, False
    minute = day + clock
    for place in parts[:1]:
        part = np.array([int(cell) for cell in sheet.column(place)])
        minute += (part - 1) * (HOUR // int(part.max()))
    if offset:
        minute = _standard(minute)[0]
    zone = None if offset is None else np.full(len(minute), offset)
    return Moments(minute, zone, ends, frozenset({date, hour, *parts[:1]}) | flags, yearless)


def _of_parts(sheet: Sheet, parts: dict[str, int], hour: int, flags: frozenset[int]) -> Moments:
    """Year, month, day and hour (and minute) in columns of their own."""

    def whole(name: str, otherwise: int) -> list[int]:
        if name not in parts:
            return [otherwise] * len(sheet.rows)
        return [whole_number(cell, line) for cell, line in zip(sheet.column(parts[name]), sheet.lines, strict=True)]

    named = zip(whole("year", 0), whole("month", 1), whole("day", 1), sheet.lines, strict=True)
    day = np.array([day_of(year or YEARLESS, month, date, line) for year, month, date, line in named]) * DAY
    clock, span = clock_of(sheet, hour)
    ends = False if span else True if clock.max() >= DAY else _ends(_words(sheet.headings[hour].name))
    used = frozenset({*parts.values(), hour}) | flags
    minute = day + clock + np.array(whole("minute", 0))
    offset, _ = _heading_offset(sheet, hour)
    return Moments(minute, None if offset is None else np.full(len(minute), offset), ends, used, "year" not in parts)


def _ends(words: set[str]) -> bool | None:
    return True if words & _END_WORDS else False if words & _START_WORDS else None


def _heading_offset(sheet: Sheet, place: int) -> tuple[int | None, bool]:
    """The offset that a heading or a line above states, and whether the clock is put forward in summer."""
    heading, line = sheet.headings[place], sheet.heading_line or None
    if "/" in heading.unit and (names := {part.strip().upper() for part in heading.unit.split("/")}) <= ZONES.keys():
        return min(ZONES[name] for name in names), True  # CET/CEST
    texts = {text.upper() for text in (heading.unit, *re.split(r"[^A-Za-z0-9+:-]+|_", heading.text)) if len(text) > 1}
    found = {text: offset for text in texts if (offset := offset_of(text)) is not None}
    if (above := _offset_above(sheet)) is not None:
        found["the lines above"] = above
    if len(set(found.values())) > 1:
        raise Refused(line, f"{sheet.called(place)}: {' and '.join(sorted(found))}", "one zone")
    if not found and heading.unit and not _is_format(heading.unit):
        raise Refused(line, f"times in {heading.unit}", "UTC, an offset such as -06:00, or local")
    return next(iter(found.values()), None), False


def _is_format(unit: str) -> bool:
    """Whether what stands in the brackets of a column of time says how it is written, or that it is local."""
    known = {"iso8601", "h", "hour", "hours", "s"}
    return bool(unit.lower() in known or _words(unit.lower()) & _LOCAL_WORDS or _FORMAT.fullmatch(unit))


def _offset_above(sheet: Sheet) -> int | None:
    """Minutes ahead of UTC that the lines above a table state; None where they state none or the name of a place."""
    seconds = sheet.stated.get(_SECONDS_AHEAD, "")
    if re.fullmatch(r"-?\d+", seconds):
        return int(seconds) // HOUR
    text = zone_above(sheet).upper()
    if re.fullmatch(r"[-+]?\d{1,2}(\.\d+)?", text):
        return round(float(text) * HOUR)
    return offset_of(text)


def zone_above(sheet: Sheet) -> str:
    """The zone that the lines above a table name, or nothing."""
    return next((sheet.stated[name] for name in _ZONE_NAMES if name in sheet.stated), "")


def in_site_time(minutes: NDArray[np.int64], found: Moments, zone: float | None) -> tuple[NDArray[np.int64], list[str]]:
    """The moments in the site's standard time, and what was done."""
    if found.offset is None:
        put, changed = _standard(minutes)
        return put, ["the summer hour of the clock is taken off"] if changed else []
    offsets = np.unique(found.offset)
    own = round(zone * HOUR) if zone is not None else int(offsets[0])
    local = minutes - found.offset + own
    if zone is None and (len(offsets) > 1 or offsets[0] == 0):
        return local, [f"stamps stand in {_zone_name(own)} and the site's zone is not known: they are kept in it"]
    if np.all(found.offset == own):
        return local, []
    stated = " and ".join(_zone_name(int(offset)) for offset in offsets)
    return local, [f"stamps in {stated} are shifted to the site's standard time, {_zone_name(own)}"]


def _zone_name(minutes: int) -> str:
    return "UTC" if not minutes else f"UTC{minutes / HOUR:+g}"


def _standard(minutes: NDArray[np.int64]) -> tuple[NDArray[np.int64], bool]:
    """A local clock without its summer hour, where it is put forward once and back once; rows in their order."""
    back = bool(len(minutes) > 1 and np.median(np.diff(minutes)) < 0)
    series = minutes[::-1] if back else minutes
    step = step_of(series)
    steps = np.diff(series)
    forward, backward = np.flatnonzero(steps == step + HOUR), np.flatnonzero(steps == step - HOUR)
    if len(forward) != 1 or len(backward) != 1 or not _FEWEST <= abs(int(forward[0] - backward[0])) * step <= _MOST:
        return minutes, False
    summer = np.zeros(len(series), dtype=bool)
    start, end = int(forward[0]) + 1, int(backward[0]) + 1
    if start < end:
        summer[start:end] = True
    else:
        summer[:end], summer[start:] = True, True
    put = series - HOUR * summer
    return (put[::-1] if back else put), True


def step_of(minutes: NDArray[np.int64]) -> int:
    """The commonest step between moments."""
    steps = np.diff(np.unique(minutes))
    if not len(steps):
        return HOUR
    values, counts = np.unique(steps, return_counts=True)
    return int(values[np.argmax(counts)])
