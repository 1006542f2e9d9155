"""Stamps of a table into hours of a typical year of 365 days, January first, in the site's local standard time.

Read are dates and times as ISO 8601, with points or strokes (day and month told apart by the whole column), spans
(``01.01.2024 00:00 - 01.01.2024 01:00``), a date beside an hour (1 to 24 or 0 to 23), year, month, day and hour apart,
seconds since 1970, and the number of the hour. An offset or a zone in stamp or heading is taken off; a clock that is
put forward and back is put right; what marks the end of an interval is set to its start; steps of less than an hour
are averaged. Everything that was done is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from computefactory.tables.refused import Refused
from computefactory.tables.sheet import Sheet

__all__ = ["HOURS", "LEFT_OUT", "Hours", "hours_of", "laid", "offset_of"]

HOURS = 8760
LEAP_HOURS = 8784
HOUR, DAY = 60, 1440  # minutes
FIRST_OF_MONTH = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]) * 24
LEAP = slice(FIRST_OF_MONTH[2], FIRST_OF_MONTH[2] + 24)
LEFT_OUT = -1  # in the place of an hour: one of 29 February
AGAIN = -2  # one that stands twice
STEPS = (5, 10, 15, 20, 30, 60)  # minutes
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
_SPAN = re.compile(r"(.*\d.*?)\s+(?:-|–|to)\s+(.*\d.*)")
_TIME_OF_DAY = re.compile(rf"{_CLOCK}{_ZONE}")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)((?::00(?:\.0+)?)?(Z|[+-]\d\d:\d\d)?)")
_SECONDS = re.compile(r"\d{9,13}(\.\d+)?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")

_STAMP_WORDS = {"time", "date", "datetime", "timestamp", "stamp", "interval", "period", "mtu", "day", "zeit", "datum"}
_TIME_WORDS = {"time", "date", "datetime", "timestamp", "stamp", "zeit", "datum"}
_HOUR_WORDS = {"hour", "hours", "hr", "hrs", "he", "hourending", "stunde"}
_COUNT_WORDS = {"hour_of_year", "hour_of_the_year", "hoy", "index", "i", "n", "step", "", "row", "hour_index"}
_MAY_COUNT = _COUNT_WORDS | {"hour", "hours", "h", "time", "t"}
_END_WORDS = {"end", "ending", "ends", "he", "to", "hourending", "intervalendtime", "until"}
_START_WORDS = {"start", "starts", "begin", "beginning", "begins", "from", "hb", "intervalstarttime", "since"}
_LOCAL_WORDS = {"local", "lst", "lt", "ept", "cpt", "mpt", "ppt", "prevailing", "standard", "lpt"}
_ZONE_NAMES = ("time_zone", "timezone", "tz")
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


@dataclass(frozen=True, slots=True)
class Hours:
    """For each row the hour of the year (or ``LEFT_OUT``); ``parts`` rows make an hour; ``used`` columns say so."""

    slots: NDArray[np.int64]
    parts: int
    used: frozenset[int]
    notes: tuple[str, ...]
    stamped: bool
    twice: int | None = None  # the line of an hour that stands twice; the first is read
    beside: frozenset[int] = frozenset()  # other columns of time
    zoned: bool = False  # its stamps state a zone


@dataclass(frozen=True, slots=True)
class _Moments:
    """Minutes since 1970 by the clock of the file; ``offset``: minutes ahead of UTC by row, or None: a local clock."""

    minute: NDArray[np.int64]
    offset: NDArray[np.int64] | None
    ends: bool | None  # they mark the end of an interval; None: nothing says so
    used: frozenset[int]
    yearless: bool = False
    beside: frozenset[int] = frozenset()


def offset_of(text: str) -> int | None:
    """Minutes ahead of UTC of ``Z``, ``CET``, ``-06:00``, ``UTC+1``; None where it means no one zone."""
    if text in ZONES:
        return ZONES[text]
    match = _OFFSET.fullmatch(text)
    return None if match is None else (1 if match[1] == "+" else -1) * (int(match[2]) * HOUR + int(match[3] or 0))


def hours_of(sheet: Sheet, zone: float | None) -> Hours:
    """The hours of a table's rows; ``zone`` is how many hours the site's standard time is ahead of UTC, if known.

    Raises:
        Refused: stamps that cannot be read, in two zones, twice, or of more than a year.
    """
    found = _moments(sheet)
    if found is None:
        return _counted(sheet, frozenset())
    if isinstance(found, frozenset):
        return _counted(sheet, found)
    minutes, notes = found.minute, []
    if found.offset is None and (named := _zone_above(sheet)):
        notes.append(f"times in {named} are taken for the site's local time")
    if found.yearless or _is_typical(minutes - bool(found.ends)):
        minutes = _in_one_year(minutes - bool(found.ends)) + bool(found.ends)
        if not found.yearless:
            notes.append("months of several years are read as one typical year")
    local, said = _local(minutes, found, zone)
    notes += said
    moved = bool(said) and found.offset is not None  # the edges of a year in another zone tell nothing
    local, parts, said = _starts(sheet, local, found.ends if moved or found.ends is not None else _closing(local))
    return replace(
        _laid_out(sheet, local, parts, found.used, [*notes, *said]), beside=found.beside, zoned=found.offset is not None
    )


def laid(values: NDArray[np.float64], hours: Hours) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Means of the hours of the year, nan where there is nothing, and how many rows each rests on."""
    kept = (hours.slots >= 0) & np.isfinite(values)
    count = np.bincount(hours.slots[kept], minlength=HOURS)
    total = np.bincount(hours.slots[kept], weights=values[kept], minlength=HOURS)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count


# which columns say when


def _words(name: str) -> set[str]:
    return set(name.split("_"))


def _moments(sheet: Sheet) -> _Moments | frozenset[int] | None:
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


def _role(sheet: Sheet, place: int) -> str:
    """What a column says of time, by its heading and its first cell; nothing where it is no column of time."""
    name = sheet.headings[place].name
    cell = next((row[place].strip() for row in sheet.rows if row[place].strip()), "")
    words, span = _words(name), _SPAN.fullmatch(cell)
    match = _stamp(span[1] if span else cell)
    if _FLAG.fullmatch(name):
        return "flag"
    if match is not None and (not cell.isdigit() or words & _STAMP_WORDS):
        return "stamp" if match["h"] else "date"
    if words & _STAMP_WORDS and _SECONDS.fullmatch(cell):
        return "stamp"
    if name in _PARTS and cell.isdigit():
        return _PARTS[name]
    if (":" in cell and _TIME_OF_DAY.fullmatch(cell)) or span:
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


def _counted(sheet: Sheet, used: frozenset[int]) -> Hours:
    """Rows without stamps: one an hour (or several, equally many) from January on."""
    size = len(sheet.rows)
    whole = next(
        (hours for hours in (HOURS, LEAP_HOURS) if size % hours == 0 and HOUR // max(size // hours, 1) in STEPS), 0
    )
    parts = size // whole if whole else 1
    order = np.arange(size)
    for place in used:
        order = np.array([int(cell) for cell in sheet.column(place)])
        order = order - order.min()
    slots = order // parts
    if whole == LEAP_HOURS:
        slots = np.where(slots < LEAP.start, slots, np.where(slots < LEAP.stop, LEFT_OUT, slots - 24))
    notes = (f"{parts} rows an hour are averaged",) if parts > 1 else ()
    return Hours(slots.astype(np.int64), parts, used, notes, bool(used))


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
    seconds = sheet.stated.get("utc_offset_seconds", "")
    if re.fullmatch(r"-?\d+", seconds):  # as Open-Meteo writes it
        return int(seconds) // HOUR
    text = _zone_above(sheet).upper()
    if re.fullmatch(r"[-+]?\d{1,2}(\.\d+)?", text):
        return round(float(text) * HOUR)
    return offset_of(text)


def _zone_above(sheet: Sheet) -> str:
    return next((sheet.stated[name] for name in _ZONE_NAMES if name in sheet.stated), "")


def _of_stamps(sheet: Sheet, places: list[int], flags: frozenset[int]) -> _Moments:
    """Columns of date and time: the one that says most is read, others must agree with it."""

    def rank(place: int) -> tuple[bool, bool, int]:
        words = _words(sheet.headings[place].name)
        return (not words & {"utc", "gmt"}, bool(words & _END_WORDS), place)

    first, *others = sorted(places, key=rank)
    minute, offset, ends, yearless = _minutes(sheet, first)
    of_heading, summer = _heading_offset(sheet, first)
    if offset is None and of_heading is not None:
        minute = _standard(minute)[0] if of_heading else minute  # a clock of its own may be put forward
        offset = np.full(len(minute), of_heading)
    elif offset is not None and of_heading is not None and np.any(offset != of_heading) and not summer:
        given = f"{sheet.called(first)}: {sheet.rows[0][first].strip()}"
        raise Refused(sheet.lines[0], given, "one zone: the heading's or the stamp's")
    used = {first}
    for place in others:
        other, *_ = _minutes(sheet, place)
        if len(np.unique(other - minute)) > 2:  # noqa: PLR2004  # an interval's two ends, or two zones
            given = f"{sheet.called(first)} and {sheet.called(place)}"
            raise Refused(sheet.lines[0], given, "columns of time that tell the same hours")
        used.add(place)
    if ends is None:
        ends = _ends(_words(sheet.headings[first].name))
    return _Moments(minute, offset, ends, frozenset(used) | flags, yearless)


def _of_date_and_hour(sheet: Sheet, date: int, hour: int, parts: Sequence[int], flags: frozenset[int]) -> _Moments:
    """Dates beside hours: 1 to 24 mark the end of an hour, 0 to 23 its start; parts of an hour are numbered from 1."""
    day, *_, yearless = _minutes(sheet, date)
    clock, span = _clock(sheet, hour)
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
    return _Moments(minute, zone, ends, frozenset({date, hour, *parts[:1]}) | flags, yearless)


def _of_parts(sheet: Sheet, parts: dict[str, int], hour: int, flags: frozenset[int]) -> _Moments:
    """Year, month, day and hour (and minute) in columns of their own."""

    def whole(name: str, otherwise: int) -> list[int]:
        if name not in parts:
            return [otherwise] * len(sheet.rows)
        return [_int(cell, line) for cell, line in zip(sheet.column(parts[name]), sheet.lines, strict=True)]

    named = zip(whole("year", 0), whole("month", 1), whole("day", 1), sheet.lines, strict=True)
    day = np.array([_ordinal(year or _YEARLESS, month, date, line) for year, month, date, line in named]) * DAY
    clock, span = _clock(sheet, hour)
    ends = False if span else True if clock.max() >= DAY else _ends(_words(sheet.headings[hour].name))
    used = frozenset({*parts.values(), hour}) | flags
    minute = day + clock + np.array(whole("minute", 0))
    offset, _ = _heading_offset(sheet, hour)
    return _Moments(minute, None if offset is None else np.full(len(minute), offset), ends, used, "year" not in parts)


# reading them

_YEARLESS = 2000  # a leap year, for stamps without one


def _stamp(text: str) -> re.Match[str] | None:
    """A date, with a time or not; without a year it needs the time, and is no number with a point."""
    match = _APART.fullmatch(text)
    if match is not None and match["c"] is None and (not match["h"] or "." in text):
        return None
    return match or _TOGETHER.fullmatch(text)


def _int(cell: str, line: int) -> int:
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


def _ordinal(year: int, month: int, day: int, line: int) -> int:
    found = _day(year, month, day)
    if found is None:
        raise Refused(line, f"{year}-{month:02d}-{day:02d}", "a date of the calendar")
    return found


def _minutes(sheet: Sheet, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, bool | None, bool]:
    """Minutes since 1970 by the clock of a column, offsets if it states any, whether they are ends, have no years."""
    cells = sheet.column(place)
    if _SECONDS.fullmatch(cells[0]) and _TOGETHER.fullmatch(cells[0]) is None:
        return _since_1970(cells, sheet.lines)
    if (plain := _plain_minutes(cells)) is not None:
        return plain
    span = _SPAN.fullmatch(cells[0]) is not None
    matches = []
    for cell, line in zip(cells, sheet.lines, strict=True):
        halves = _SPAN.fullmatch(cell) if span else None
        match = _stamp(halves[1] if halves else cell)
        if match is None or (span and halves is None):
            raise Refused(line, f"{cell[:40]!r} in {sheet.called(place)}", "a time such as 2023-07-01T14:00")
        matches.append(match)
    order = _order(matches, sheet, place)
    minute = np.empty(len(cells), dtype=np.int64)
    zones: list[str | None] = []
    for at, (match, line) in enumerate(zip(matches, sheet.lines, strict=True)):
        year, month, day = (match[name] for name in order)
        century = 2000 if year and len(year) == 2 else 0  # noqa: PLR2004
        ordinal = _ordinal(int(year or _YEARLESS) + century, _month(month, line), int(day), line)
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


def _clock(sheet: Sheet, place: int) -> tuple[NDArray[np.int64], bool]:
    """Minutes of the day in a column of hours, and whether spans stand there; hours 1 to 24 are ends."""
    cells = sheet.column(place)
    span = _SPAN.fullmatch(cells[0]) is not None
    found = []
    for cell, line in zip(cells, sheet.lines, strict=True):
        halves = _SPAN.fullmatch(cell) if span else None
        match = _TIME_OF_DAY.fullmatch(halves[1] if halves else cell)
        if match is None:
            raise Refused(line, f"{cell[:30]!r} in {sheet.called(place)}", "an hour of the day")
        found.append(_of_day(match, line))
    return np.array(found, dtype=np.int64), span


# putting them right


def _is_typical(minutes: NDArray[np.int64]) -> bool:
    """Whether the months come from different years: longer than a year, and each month from one."""
    if np.ptp(minutes) < (LEAP_HOURS + 2 * 24) * HOUR:
        return False
    months = np.unique((minutes // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(int))
    return len(months) == 12 and len(set(months % 12)) == 12  # noqa: PLR2004


def _in_one_year(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same dates and times in one leap year."""
    day = (minutes // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    within = (day - month).astype(int)
    year = np.datetime64(f"{_YEARLESS}-01", "M")
    moved = (year + month.astype(int) % 12).astype("datetime64[D]").astype(int) + within
    return np.asarray(moved * DAY + minutes % DAY)


def _step(minutes: NDArray[np.int64]) -> int:
    """The commonest step between moments."""
    steps = np.diff(np.unique(minutes))
    if not len(steps):
        return HOUR
    values, counts = np.unique(steps, return_counts=True)
    return int(values[np.argmax(counts)])


_FEWEST, _MOST = 90 * DAY, 275 * DAY  # between the two changes of a clock


def _standard(minutes: NDArray[np.int64]) -> tuple[NDArray[np.int64], bool]:
    """A local clock without its summer hour, where it is put forward once and back once; rows in their order."""
    back = bool(len(minutes) > 1 and np.median(np.diff(minutes)) < 0)
    series = minutes[::-1] if back else minutes
    step = _step(series)
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


def _local(minutes: NDArray[np.int64], found: _Moments, zone: float | None) -> tuple[NDArray[np.int64], list[str]]:
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


def _starts(sheet: Sheet, local: NDArray[np.int64], ends: bool | None) -> tuple[NDArray[np.int64], int, list[str]]:
    """Starts of the intervals, how many make an hour, and what was done."""
    step, notes = _step(local), []
    if step not in STEPS:
        given = f"a row each {step / HOUR:g} hours" if step > HOUR else f"a row each {step} minutes"
        raise Refused(sheet.lines[0], given, "hours, or 30, 20, 15, 10 or 5 minutes")
    if ends:
        notes.append("stamps are read as ends of their intervals")
        local = local - step
    if step < HOUR:
        notes.append(f"{HOUR // step} rows an hour are averaged")
    return local, HOUR // step, notes


def _closing(local: NDArray[np.int64]) -> bool:
    """Whether moments run from one step after a new year to the next new year: they can only be ends."""
    step = _step(local)
    first, last = int(local.min()), int(local.max())
    begin, end = ((minute // DAY) for minute in (first - step, last))
    days = np.array([begin, end]).astype("datetime64[D]")
    new_year = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    return (first - step) % DAY == 0 and last % DAY == 0 and bool(new_year.all()) and end - begin in (365, 366)


def _laid_out(sheet: Sheet, local: NDArray[np.int64], parts: int, used: frozenset[int], notes: list[str]) -> Hours:
    """Hours of the year, with what is out of order, twice, too much, or turned."""
    order = np.argsort(local, kind="stable")
    lines = np.array(sheet.lines)
    steps = np.diff(local)
    if np.any(steps < 0) and np.any(steps > 0):
        at = int(np.argmax(steps < 0)) + 1
        notes.append(f"stamps out of order (the first in line {lines[at]:,}): rows are put in order")
    whole = np.unique(local // HOUR)
    if len(whole) > LEAP_HOURS or whole[-1] - whole[0] >= LEAP_HOURS:
        at = int(order[np.searchsorted(local[order] // HOUR, whole[0] + HOURS)])
        raise Refused(int(lines[at]), "more than one year of hours", f"one year, {HOURS:,} hours")
    again = order[1:][np.diff(local[order]) == 0]
    day = (local // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    date, number = (day - month).astype(int), month.astype(int) % 12
    slots = FIRST_OF_MONTH[number] + date * 24 + local % DAY // HOUR
    slots = np.where((number == 1) & (date == 28), LEFT_OUT, slots)  # noqa: PLR2004  # 29 February
    first = int(order[0])
    if (number[first] or date[first]) and not _is_moved(int(local[first]), int(local[order[-1]])):
        notes.append(f"hours from {day[first]} on are turned so that the year begins in January")
    twice = int(lines[again].min()) if len(again) else None
    if len(again) > parts:
        where = _told_apart(sheet, used)
        raise Refused(twice, f"{len(again):,} stamps stand twice", "each hour once", where)
    slots[again] = AGAIN
    return Hours(slots.astype(np.int64), parts, used, tuple(notes), True, twice)


def _told_apart(sheet: Sheet, used: frozenset[int]) -> str:
    """Which columns of words tell several series in one file apart."""
    from computefactory.tables.numbers import is_number

    names = [
        sheet.called(place)
        for place in range(len(sheet.headings))
        if place not in used
        and not is_number(cells := sheet.column(place)[0])
        and cells
        and len(set(sheet.column(place))) > 1
    ]
    return f"keep the rows of one {' and one '.join(names)}" if names else ""


def _is_moved(first: int, last: int) -> bool:
    """Whether the year begins on the last day of another one: a zone has moved its hours over the new year."""
    day = np.array([first // DAY + 1, last // DAY]).astype("datetime64[D]")
    return bool(day[0] == day[0].astype("datetime64[Y]").astype("datetime64[D]"))
