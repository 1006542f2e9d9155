"""The rows being made, what became of each collected fact, and the files written at the end."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from library.text import Quantity, quantity, shown, slug

COLUMNS = (
    *("table", "key", "field", "value", "unit", "low", "high"),
    *("as_of", "source", "address", "confidence", "preferred", "note"),
)
RECALLED = "recalled"
COLLECTED = "2026-11"  # when the facts were collected; what a source dates later is a plan, and says so in the note
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:-[01]\d)?(?!\d)")


@dataclass(frozen=True)
class Line:
    """One collected fact: data row ``number`` (from 1) of ``file``."""

    file: str
    number: int
    cell: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cell[column].strip()


@dataclass
class Row:
    """One row of a table to be written."""

    table: str
    key: str
    field: str
    value: Quantity
    as_of: str
    source: str
    address: str
    confidence: str
    note: str = ""
    preferred: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """Table, key, field."""
        return self.table, self.key, self.field

    def cells(self) -> list[str]:
        """The thirteen texts of the file."""
        value = self.value
        as_of, late = _dated(self.as_of)
        note = "; ".join(dict.fromkeys(part for part in (value.wording, late, self.note) if part))
        return [
            *self.place,
            *(shown(value.value), value.unit, shown(value.low), shown(value.high)),
            *(as_of, self.source, self.address, self.confidence, "yes" if self.preferred else "", note),
        ]


def _dated(as_of: str) -> tuple[str, str]:
    """The date of a fact, never later than its collection, and what to say where it was."""
    dates: list[str] = YEAR.findall(as_of)
    if not dates:
        return f"{COLLECTED} (undated source)", as_of and f"dated: {as_of}"
    if any(date > (COLLECTED if len(date) > len("2026") else COLLECTED[:4]) for date in dates):
        return COLLECTED, f"stated for {as_of}"
    return as_of, ""


@dataclass
class Book:
    """Rows in the order made and the fate of every collected line."""

    rows: list[Row] = field(default_factory=list)
    shipped: dict[tuple[str, int], list[Row]] = field(default_factory=dict)
    refused: dict[tuple[str, int], str] = field(default_factory=dict)

    def add(
        self,
        line: Line,
        table: str,
        key: str,
        name: str,
        value: Quantity,
        *,
        note: str | None = None,
        source: str = "",
        address: str | None = None,
        as_of: str = "",
        confidence: str = "",
        preferred: bool = False,
    ) -> Row:
        """A row with the line's source, date and confidence unless told otherwise; recalled values are of low one."""
        source = source or line["source"] or "source not named"
        row = Row(
            *(table, key, name, value),
            as_of=as_of or line.cell.get("as_of", ""),
            source=source,
            address=line["source_url"] if address is None else address,
            confidence="low" if source.startswith(RECALLED) else confidence or line["confidence"] or "low",
            note=line["note"] if note is None else note,
            preferred=preferred,
        )
        self.rows.append(row)
        self.shipped.setdefault((line.file, line.number), []).append(row)
        return row

    def own(self, table: str, key: str, name: str, value: Quantity, source: str, as_of: str, address: str = "") -> None:
        """A row that stands on no collected line but on a public convention: a scale, a printed table, a name."""
        self.rows.append(Row(table, key, name, value, as_of, source, address, "high"))

    def skip(self, line: Line, reason: str) -> None:
        """A line that no table takes."""
        self.refused[line.file, line.number] = reason

    def assume(self, file: Path) -> None:
        """The hand-kept rows; a key with ``*`` fills that field in every matching key that lacks it."""
        with file.open(encoding="utf-8", newline="") as text:
            kept = list(csv.DictReader(text))
        for patterned in (False, True):  # named keys first: a pattern fills what is still empty
            for cell in kept:
                if ("*" in cell["key"]) == patterned:
                    for key in self._keys(cell["table"], cell["key"]) if patterned else [cell["key"]]:
                        self._assume(cell, key, patterned)

    def _keys(self, table: str, pattern: str) -> list[str]:
        return list(dict.fromkeys(r.key for r in self.rows if r.table == table and fnmatchcase(r.key, pattern)))

    def _assume(self, cell: dict[str, str], key: str, patterned: bool) -> None:
        place = cell["table"], key, cell["field"]
        rivals = [row for row in self.rows if row.place == place]
        if rivals and patterned:
            return
        if rivals and not (cell["preferred"] or any(row.preferred for row in rivals)):
            raise SystemExit(f"assumed {'/'.join(place)} stands against a fact; remove it, or mark one preferred")
        about = cell["as_of"], cell["source"], cell["address"], cell["confidence"], cell["note"]
        self.rows.append(Row(*place, _kept(cell), *about, preferred=cell["preferred"] == "yes"))

    def distinguish(self) -> None:
        """Give rows of one place their date, then a number, so that each has a name of its own."""
        for rows in self._same():
            for row in rows:
                row.field = slug(row.field, row.as_of)
        for rows in self._same():
            for count, row in enumerate(rows, start=1):
                row.field = f"{row.field}_{count}"

    def _same(self) -> list[list[Row]]:
        """Rows that share a place, unless one of them is preferred."""
        places: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.rows:
            places.setdefault(row.place, []).append(row)
        return [rows for rows in places.values() if len(rows) > 1 and not any(row.preferred for row in rows)]

    def tables(self) -> dict[str, list[list[str]]]:
        """Cells by table, in the order made."""
        tables: dict[str, list[list[str]]] = {}
        for row in self.rows:
            tables.setdefault(row.table, []).append(row.cells())
        return dict(sorted(tables.items()))

    def coverage(self, lines: Iterable[Line]) -> Iterator[list[str]]:
        """File, row, status and place or reason of every collected line, each exactly once."""
        for line in lines:
            at = line.file, line.number
            if (at in self.shipped) == (at in self.refused):
                raise SystemExit(f"{line.file} row {line.number} is neither shipped nor refused, or both")
            if at in self.refused:
                yield [line.file, str(line.number), "not shipped", self.refused[at]]
            else:
                keys: dict[tuple[str, str], list[str]] = {}
                for row in self.shipped[at]:
                    keys.setdefault((row.table, row.key), []).append(row.field)
                places = [f"{t}/{k}/{f[0] if len(f) == 1 else '*'}" for (t, k), f in keys.items()]
                yield [line.file, str(line.number), "shipped", "; ".join(places)]


def _kept(cell: dict[str, str]) -> Quantity:
    """The value of a hand-kept row, already in the engine's unit."""
    if cell["unit"] == "text":
        return Quantity(cell["value"], "text")
    low, high = (float(cell[end]) if cell[end] else None for end in ("low", "high"))
    return Quantity(float(cell["value"]), cell["unit"], low, high)


def read(folder: Path) -> list[Line]:
    """Every row of every CSV file of the folder."""
    lines: list[Line] = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            for number, cell in enumerate(csv.DictReader(text), start=1):
                lines.append(Line(file.name, number, cell))
    return lines


def stated(line: Line) -> Quantity:
    """The value of a line that has the usual columns."""
    return quantity(line["value"], line["unit"], line.cell.get("low", ""), line.cell.get("high", ""))
