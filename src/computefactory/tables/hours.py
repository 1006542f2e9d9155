"""Rows of a table into hours of a typical year of 365 days, January first, in the site's local standard time.

What marks the end of an interval is set to its start; steps of less than an hour are averaged; rows without stamps are
counted; 29 February is left out. Everything that was done is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from computefactory.tables.moments import STEPS, in_site_time, moments_of, step_of, zone_above
from computefactory.tables.refused import Refused
from computefactory.tables.sheet import Sheet
from computefactory.tables.stamps import DAY, HOUR, YEARLESS

__all__ = ["HOURS", "LEFT_OUT", "Hours", "hours_of", "laid"]

HOURS = 8760
LEAP_HOURS = 8784
FIRST_OF_MONTH = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]) * 24
LEAP = slice(FIRST_OF_MONTH[2], FIRST_OF_MONTH[2] + 24)
LEFT_OUT = -1  # in the place of an hour: one of 29 February
AGAIN = -2  # one that stands twice


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


def hours_of(sheet: Sheet, zone: float | None, otherwise: float | None = None) -> Hours:
    """The hours of a table's rows; ``zone`` is how many hours the site's standard time is ahead of UTC, if known.

    Stamps that state a zone are set to ``otherwise`` where the site's is not known.

    Raises:
        Refused: stamps that cannot be read, in two zones, twice, or of more than a year.
    """
    found = moments_of(sheet)
    if found is None:
        return _counted(sheet, frozenset())
    if isinstance(found, frozenset):
        return _counted(sheet, found)
    minutes, notes = found.minute, []
    if found.offset is None and (named := zone_above(sheet)):
        notes.append(f"times in {named} are taken for the site's local time")
    if found.yearless or _is_typical(minutes - bool(found.ends)):
        minutes = _in_one_year(minutes - bool(found.ends)) + bool(found.ends)
        if not found.yearless:
            notes.append("months of several years are read as one typical year")
    local, said = in_site_time(minutes, found, otherwise if zone is None else zone)
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
    year = np.datetime64(f"{YEARLESS}-01", "M")
    moved = (year + month.astype(int) % 12).astype("datetime64[D]").astype(int) + within
    return np.asarray(moved * DAY + minutes % DAY)


def _starts(sheet: Sheet, local: NDArray[np.int64], ends: bool | None) -> tuple[NDArray[np.int64], int, list[str]]:
    """Starts of the intervals, how many make an hour, and what was done."""
    step, notes = step_of(local), []
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
    step = step_of(local)
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
