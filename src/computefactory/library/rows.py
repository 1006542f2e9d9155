"""One row of the library: its columns, its checks and the :class:`Fact` that it becomes."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from computefactory.errors import LibraryError

__all__ = ["COLUMNS", "CONFIDENCES", "TEXT", "Fact", "RawRow", "as_fact", "read_rows"]

COLUMNS = (
    "table",
    "key",
    "field",
    "value",
    "unit",
    "low",
    "high",
    "as_of",
    "source",
    "address",
    "confidence",
    "preferred",
    "note",
)
CONFIDENCES = ("high", "medium", "low")
TEXT = "text"  # the unit of a value that is no number
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


class RawRow(NamedTuple):
    """A line of a table as read: thirteen texts and where they stand."""

    cells: Sequence[str]
    layer: str
    file: Path
    line: int


def read_rows(file: Path, layer: str) -> Iterator[RawRow]:
    """The lines of one CSV table, cells not yet checked.

    Raises
    ------
        LibraryError: the file cannot be read, its header is not :data:`COLUMNS`, or a line has another width.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = csv.reader(text, strict=True)
            header = next(lines, [])
            if tuple(header) != COLUMNS:
                raise LibraryError(f"{file}: {_header_problem(header)}; expected {', '.join(COLUMNS)}")
            for cells in lines:
                if len(cells) != len(COLUMNS):
                    raise LibraryError(f"{file}, row {lines.line_num}: {len(cells)} columns; expected {len(COLUMNS)}")
                yield RawRow(cells, layer, file, lines.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LibraryError(f"{file}: not a readable CSV table ({error})") from error


def _header_problem(header: list[str]) -> str:
    missing = [column for column in COLUMNS if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing:
        return f"column {missing[0]} is missing from the first row"
    if unknown:
        return f"column {unknown[0] or '(empty)'} in the first row is unknown"
    return "the columns of the first row stand in another order"


def as_fact(row: RawRow) -> Fact:
    """Check one row and make it a :class:`Fact`.

    Raises
    ------
        LibraryError: names file, row and column of what is wrong.
    """
    cell = dict(zip(COLUMNS, row.cells, strict=True))

    def wrong(column: str, expected: str) -> LibraryError:
        return LibraryError(
            f"{row.file}, row {row.line}, column {column}: {cell[column] or 'nothing'!r}; expected {expected}"
        )

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
    return Fact(
        table=cell["table"],
        key=cell["key"],
        field=cell["field"],
        value=value,
        unit=cell["unit"],
        low=low,
        high=high,
        as_of=cell["as_of"],
        source=cell["source"],
        address=cell["address"],
        confidence=cell["confidence"],
        preferred=cell["preferred"] == "yes",
        note=cell["note"],
        layer=row.layer,
        file=row.file.name if row.layer == "package" else str(row.file),
        line=row.line,
    )
