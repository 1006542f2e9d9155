"""One row of the library: its columns, its checks and the :class:`Fact` that it becomes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from computefactory.errors import LibraryError
from computefactory.library.sheets import TEXT, RawRow
from computefactory.units import ALIASES, UNITS

__all__ = ["COLLECTED", "CONFIDENCES", "TEXT", "Fact", "as_fact"]

COLLECTED = "2026-11"  # no fact of the package is younger
# in rows and in no factory file: counts of anything, what earlier machines made, carbon, shares of a company
SYMBOLS = ("count", "byte", "FLOP", "MIPS", "instance", "MH", "TH", "gCO2eq", "share")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?:-[01]\d(?:-[0-3]\d)?)?(?!\d)")

CONFIDENCES = ("high", "medium", "low")
REQUIRED = ("table", "key", "field", "value", "unit", "as_of", "source", "confidence")


@dataclass(frozen=True, slots=True)
class Fact:
    """A sourced value; ``low`` and ``high`` in the same unit, None where nobody gives a range.

    ``unit`` is ``text`` for words. ``layer`` is ``package`` or the folder the row came from, ``file`` and ``line``
    (1-based) say where it stands.
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
    checked = {"value": value, "low": low, "high": high, "preferred": cell["preferred"] == "yes"}
    return Fact(**(cell | checked), layer=row.sheet.layer, file=row.sheet.name, line=row.line)


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
