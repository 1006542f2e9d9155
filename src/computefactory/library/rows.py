"""One row of the library: its columns, its checks and the :class:`Fact` that it becomes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from computefactory.errors import LibraryError
from computefactory.library.dates import COLLECTED, last_day
from computefactory.library.sheets import TEXT, RawRow
from computefactory.units import ALIASES, UNITS

__all__ = ["BASES", "TEXT", "Fact", "as_fact"]

# in rows and in no factory file: counts of anything, what earlier machines made, carbon, shares of a company
SYMBOLS = ("count", "byte", "FLOP", "MIPS", "instance", "MH", "TH", "gCO2eq", "share")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?:-[01]\d(?:-[0-3]\d)?)?(?!\d)")

CONFIDENCES = ("high", "medium", "low")
# tables whose keys end with a period: a fiscal year, a month or a day
PERIODS = {"operator": re.compile(r".+/(?:FY(?:19|20)\d\d|(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?)")}
# why a value counts as public on its day: its publication is dated, it happened then, so long after its period it is
# printed, or nothing is stated and the date of its source is read for its last day
BASES = ("published", "event", "rule", "as_of")
REQUIRED = ("table", "key", "field", "value", "unit", "as_of", "source", "confidence")


@dataclass(frozen=True, slots=True)
class Fact:
    """A sourced value; ``low`` and ``high`` in the same unit, None where nobody gives a range.

    ``unit`` is ``text`` for words. ``layer`` is ``package`` or the folder the row came from, ``file`` and ``line``
    (1-based) say where it stands. ``known`` is the day on which the value was public, ``known_basis`` one of
    :data:`BASES`.
    """

    table: str
    key: str
    field: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    as_of: str
    source: str
    address: str
    confidence: str
    preferred: bool
    note: str
    layer: str
    file: str
    line: int
    known: str
    known_basis: str

    @property
    def path(self) -> str:
        """``table/key/field``."""
        return f"{self.table}/{self.key}/{self.field}"


def as_fact(row: RawRow) -> Fact:
    """Check one row and make it a :class:`Fact`.

    Raises:
        LibraryError: names file, row and column of what is wrong.
    """
    cell: dict[str, Any] = {**row.cells()}

    def wrong(column: str, expected: str) -> LibraryError:
        return row.wrong(cell[column], expected, column)

    def number(column: str) -> float | None:
        if not cell[column]:
            return None
        try:
            value = float(cell[column])
        except ValueError:
            raise wrong(column, "a number") from None
        if not math.isfinite(value):
            raise wrong(column, "a finite number")
        return value

    for column in REQUIRED:
        if not cell[column].strip():
            raise wrong(column, "some text")
    if (keyed := PERIODS.get(cell["table"])) and not keyed.fullmatch(cell["key"]):
        raise wrong("key", "a company and a period: Northgrid/FY2025, Northgrid/2025-03-31")
    if cell["confidence"] not in CONFIDENCES:
        raise wrong("confidence", " or ".join(CONFIDENCES))
    if cell["preferred"] not in ("", "yes"):
        raise wrong("preferred", "yes or nothing")
    if late := _future(cell["as_of"]):
        raise wrong("as_of", f"a date that has come ({late} has not)")
    if unknown := _unknown_unit(cell["unit"]):
        near = _near(unknown, (*UNITS, *ALIASES, *SYMBOLS))
        raise wrong("unit", f"a unit of the list, 1 or {TEXT} ({unknown} is not{f': {near}?' if near else ''})")
    low, high = number("low"), number("high")
    value: float | str = cell["value"]
    if cell["unit"] == TEXT:
        if low is not None or high is not None:
            raise wrong("low" if low is not None else "high", "nothing where the unit is text")
    else:
        value = number("value") or 0.0
        if low is not None and low > value:
            raise wrong("low", f"at most the value {value:g}")
        if high is not None and high < value:
            raise wrong("high", f"at least the value {value:g}")
    known, basis = _known(cell, wrong)
    if row.sheet.layer == "package":
        known = min(known, last_day(COLLECTED))
    checked = {"value": value, "low": low, "high": high, "preferred": cell["preferred"] == "yes"}
    return Fact(
        **(cell | checked | {"known": known, "known_basis": basis}),
        layer=row.sheet.layer,
        file=row.sheet.name,
        line=row.line,
    )


def _known(cell: Mapping[str, str], wrong: Callable[[str, str], LibraryError]) -> tuple[str, str]:
    """The day on which a row was public, and why: as stated, else the last day of its source's date.

    Raises:
        LibraryError: what is stated is no date, or one that has not come, or has another basis.
    """
    stated, basis = cell["known"], cell["known_basis"]
    if basis and basis not in BASES:
        raise wrong("known_basis", " or ".join(BASES))
    if not stated:
        if basis and basis != "as_of":
            raise wrong("known_basis", "nothing where known is empty")
        return last_day(cell["as_of"]), "as_of"
    if not _is_date(stated):
        raise wrong("known", "a date such as 2025-05-14")
    if late := _future(stated):
        raise wrong("known", f"a date that has come ({late} has not)")
    return last_day(stated), basis or "published"


@cache
def _is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day of the calendar."""
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


@cache
def _future(as_of: str) -> str:
    """The first date of a text that has not come, or nothing."""
    last = max(COLLECTED, f"{datetime.now(UTC):%Y-%m-%d}")
    return next((found for found in _DATE.findall(as_of) if found > last[: len(found)]), "")


@cache
def _unknown_unit(unit: str) -> str:
    """The first symbol of a unit that is on no list, or nothing."""
    if unit == TEXT:
        return ""
    symbols = [part for part in re.split(r"[\s/*·()^-]+", unit) if part and not part.isdigit()]
    return next((part for part in symbols if part not in UNITS and part not in ALIASES and part not in SYMBOLS), "")


def _near(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # only a wrong name needs it

    same = [name for name in known if name.lower() == word.lower()]
    return next(iter(same or get_close_matches(word, known, n=1)), "")
