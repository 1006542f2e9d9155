"""Series of a year by the hour, from a CSV file: the last column, 8,760 hours from January on."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from itertools import pairwise
from math import isfinite
from pathlib import Path

from computefactory.received import content_of, why

__all__ = ["HOURS", "SeriesError", "read_series"]

HOURS = 8760
LEAP_HOURS = 8784
LEAP_DAY = slice(1416, 1440)  # 29 February: 59 days of January and February come before it
LARGEST = 10_000_000  # bytes
SHOWN = 3


class SeriesError(ValueError):
    """What is wrong with a series: ``given`` and ``expected`` as a problem has them."""

    def __init__(self, given: str, expected: str = "8,760 hours (8,784 in a leap year), a number in each row") -> None:
        super().__init__(given)
        self.given, self.expected = given, expected


def read_series(name: str) -> tuple[float, ...]:
    """The year in a file; in a leap year 29 February is left out.

    Raises:
        SeriesError: no such file, a gap, a word, another length.
    """
    try:
        changed = Path(name).stat().st_mtime_ns
    except OSError:
        changed = 0  # what is wrong is said where it is read
    return _read(name, changed)


@cache
def _read(name: str, changed: int) -> tuple[float, ...]:  # noqa: ARG001  # a file that changed is read again
    rows = _rows(Path(name))
    if rows and _number(rows[0][-1]) is None:
        rows = rows[1:]
    values = [_number(row[-1]) if row else None for row in rows]
    wrong = [place for place, value in enumerate(values) if value is None or not isfinite(value)]
    if wrong:
        shown = ", ".join(str(place) for place in wrong[:SHOWN])
        raise SeriesError(f"no number in {len(wrong):,} of {len(values):,} hours, the first: hour {shown}")
    _check_steps([row[0] for row in rows])
    if len(values) not in (HOURS, LEAP_HOURS):
        raise SeriesError(f"{len(values):,} hours")
    numbers = [value for value in values if value is not None]
    if len(numbers) == LEAP_HOURS:
        del numbers[LEAP_DAY]
    return tuple(numbers)


def _rows(path: Path) -> list[list[str]]:
    try:
        text = content_of(path, LARGEST).decode("utf-8-sig")
        return [row for row in csv.reader(StringIO(text, newline="")) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = why(error) if isinstance(error, OSError) else "not a text file"
        raise SeriesError(f"{path.name}: {reason}") from None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _check_steps(stamps: list[str]) -> None:
    """Where the first column holds times: one an hour, none left out."""
    try:
        times = [datetime.fromisoformat(stamp) for stamp in stamps]
        steps = [after - before for before, after in pairwise(times)]
    except (ValueError, TypeError):
        return
    for stamp, step in zip(stamps, steps, strict=False):
        if step != timedelta(hours=1):
            raise SeriesError(f"{step} from {stamp} to the next row", "one row an hour, none left out")
