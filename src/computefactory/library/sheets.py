"""The CSV files of the library, read into rows: a wide sheet, a list, or the long form of thirteen columns.

A wide sheet has a row an entity and a column a field, headed ``price [USD/accelerator]``. A list has a row a fact
(``key, field, value, unit, source, note``), for entities that share no fields. In both a cell may say more than its
value: ``30000 (25000..35000) @epoch-2026 # list price``, where ``@`` names a row of ``sources.csv``. What a cell
leaves out stands in its column's heading, else in the columns ``source`` and ``note`` of its row. Every form may have
two more columns: ``known``, the day on which the row was public, and ``known_basis``, why that day.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from computefactory.errors import LibraryError
from computefactory.received import content_of, why

__all__ = [
    "COLUMNS",
    "KNOWN",
    "LIST",
    "TEXT",
    "FactFile",
    "RawRow",
    "Source",
    "is_sources",
    "read_rows",
    "read_sources",
]

COLUMNS = (
    *("table", "key", "field", "value", "unit", "low", "high"),
    *("as_of", "source", "address", "confidence", "preferred", "note"),
)
LIST = ("key", "field", "value", "unit", "source", "note")
KNOWN = ("known", "known_basis")  # may follow in every form
SOURCE_COLUMNS = ("id", "title", "address", "as_of", "confidence", "licence")
ABOUT = ("source", "note", *KNOWN)  # of all cells of a row of a wide sheet
TEXT = "text"  # the unit of a value that is no number
LONGEST = 2000  # characters of a cell
LARGEST = 50_000_000  # bytes of a table
NONE = "-"  # in place of a note: the heading's and the row's do not apply
_ABOUT = r"(?:\s+@(?P<source>\S+))?(?:\s+#\s*(?P<note>.*))?"
_WORDS = re.compile(rf"(?P<value>.*?){_ABOUT}", re.DOTALL)
_NUMBER = re.compile(rf"(?P<value>\S*)(?:\s+\((?P<low>[^()]*?)\.\.(?P<high>[^()]*)\))?{_ABOUT}", re.DOTALL)
_HEADING = re.compile(rf"(?P<field>[A-Za-z0-9_]+)(?:\s+\[(?P<unit>[^\]]+)\])?{_ABOUT}", re.DOTALL)
CELL = "a number such as 30000 (25000..35000) @source # note"


class Source(NamedTuple):
    """A row of ``sources.csv``: one publication, as of one date."""

    title: str
    address: str
    as_of: str
    confidence: str


@dataclass(frozen=True, slots=True)
class FactFile:
    """A file of rows: where it lies, and the sources that its rows may name."""

    file: Path
    layer: str
    sources: Callable[[], Mapping[str, Source]]

    @property
    def name(self) -> str:
        """The file as messages and facts name it."""
        return self.file.name if self.layer == "package" else str(self.file)


class Heading(NamedTuple):
    """A column of a wide sheet: a field, its unit, and what its cells leave out."""

    text: str
    field: str
    unit: str
    source: str
    note: str | None


class Cell(NamedTuple):
    """A cell of a wide sheet or a list, and what its row says of all its cells."""

    text: str
    heading: Heading
    source: str = ""
    note: str = ""
    known: str = ""
    known_basis: str = ""


class RawRow(NamedTuple):
    """One fact as it stands, its cells not yet checked; ``cells`` gives the texts of all columns."""

    sheet: FactFile
    line: int
    table: str
    key: str
    field: str
    held: tuple[str, ...] | Cell

    @property
    def column(self) -> tuple[str, str] | None:
        """Table and field of a column of a wide sheet; None in the other forms."""
        wide = isinstance(self.held, Cell) and self.held.heading.text != "value"
        return (self.table, self.field) if wide else None

    def cells(self) -> dict[str, str]:
        """The texts by name of column.

        Raises:
            LibraryError: a cell of a wide sheet cannot be read, or names no source.
        """
        if not isinstance(self.held, Cell):
            return dict(zip((*COLUMNS, *KNOWN), (*self.held, "", "")[: len(COLUMNS) + len(KNOWN)], strict=True))
        text, heading, source, note, *known = self.held
        if len(text) > LONGEST:
            raise self.wrong(f"{text[:40]}…", f"a cell of at most {LONGEST:,} characters")
        match = (_WORDS if heading.unit == TEXT else _NUMBER).fullmatch(text)
        if match is None:
            raise self.wrong(text, CELL)
        found = match.groupdict("")
        origin = self.origin(found["source"] or heading.source or source)
        said = next((item for item in (match["note"], heading.note) if item is not None), note)
        about = (found["value"], heading.unit, found.get("low", ""), found.get("high", ""), origin.as_of, origin.title)
        more = (origin.address, origin.confidence, "", "" if said == NONE else said)
        texts = (self.table, self.key, self.field, *about, *more, *known)
        return dict(zip((*COLUMNS, *KNOWN), texts, strict=True))

    def origin(self, name: str) -> Source:
        """The source of an id."""
        if not name:
            raise self.wrong("no source", "an id of sources.csv: @id in the cell, or in the column source of the row")
        known = self.sheet.sources()
        if name not in known:
            from difflib import get_close_matches  # only a wrong name needs it

            close = get_close_matches(name, known)
            raise self.wrong(f"@{name}", f"an id of sources.csv{f' ({close[0]}?)' if close else ''}")
        return known[name]

    def wrong(self, given: str, expected: str, column: str = "") -> LibraryError:
        """What to raise where a cell is not as it should be."""
        column = self.held.heading.text if isinstance(self.held, Cell) and column not in (*KNOWN, "key") else column
        return LibraryError.at(self.sheet.file, self.line, column, repr(given) if given else "", expected)


def read_rows(sheet: FactFile) -> Iterator[RawRow]:
    """The facts of one CSV file.

    Raises:
        LibraryError: the file cannot be read, its header is of none of the forms, a line has another width, or a wide
            sheet or list says one thing twice.
    """
    lines = _lines(sheet.file)
    _, header = next(lines, (0, []))
    if _is(header, COLUMNS):
        for number, cells in lines:
            yield RawRow(sheet, number, cells[0], cells[1], cells[2], tuple(cells))
    elif _is(header, LIST):
        yield from _once(_listed(sheet, lines))
    elif header[:1] == ["key"]:
        yield from _once(_wide(sheet, header, lines))
    else:
        expected = f"a key and fields with units, or {', '.join(COLUMNS)}"
        raise LibraryError.at(sheet.file, 1, "", _header_problem(header), expected)


def _is(header: Sequence[str], columns: tuple[str, ...]) -> bool:
    """Whether a first row is that of a form, with or without when its rows were public."""
    return tuple(header) in (columns, (*columns, *KNOWN[:1]), (*columns, *KNOWN))


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells, empty lines left out, all as wide as the first."""
    try:
        lines = csv.reader(StringIO(content_of(file, LARGEST).decode("utf-8-sig"), newline=""), strict=True)
        width = 0
        for cells in lines:
            if not width and len(cells) == 1 and (stray := next((sign for sign in ";\t|" if sign in cells[0]), "")):
                raise LibraryError.at(file, 1, "", f"cells separated by {stray!r}", "a comma between cells")
            width = width or len(cells)
            if len(cells) != width:
                raise LibraryError.at(file, lines.line_num, "", f"{len(cells)} columns", str(width))
            if any(cells):
                yield lines.line_num, cells
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = why(error) if isinstance(error, OSError) else error
        raise LibraryError.at(file, None, "", f"not readable ({reason})", "a CSV table in UTF-8") from error


def _header_problem(header: Sequence[str]) -> str:
    missing = [column for column in COLUMNS if column not in header]
    unknown = [column for column in header if column not in (*COLUMNS, *KNOWN)]
    if missing:
        return f"column {missing[0]} is missing from the first row"
    if unknown:
        return f"column {unknown[0] or '(empty)'} in the first row is unknown"
    return "the columns of the first row stand in another order"


def _listed(sheet: FactFile, lines: Iterator[tuple[int, list[str]]]) -> Iterator[RawRow]:
    table = sheet.file.stem
    for number, (key, field, value, unit, *about) in lines:
        heading = Heading("value", field, unit or TEXT, "", None)
        yield RawRow(sheet, number, table, key, field, Cell(value, heading, *about))


def _wide(sheet: FactFile, header: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[RawRow]:
    table = sheet.file.stem
    at = {name: k for k, name in enumerate(header) if name in ("key", *ABOUT)}
    headings = [(k, _heading(sheet, text)) for k, text in enumerate(header) if text and k not in at.values()]
    keys: dict[str, int] = {}
    for number, cells in lines:
        if keys.setdefault(cells[0], number) != number:
            expected = f"one row a key: it stands in row {keys[cells[0]]}"
            raise LibraryError.at(sheet.file, number, "key", f"{cells[0]} again", expected)
        about = [cells[at[name]] if name in at else "" for name in ABOUT]
        if stray := next((cell for cell, text in zip(cells, header, strict=True) if cell and not text), ""):
            raise LibraryError.at(sheet.file, number, "", stray, "a heading over every cell")
        for k, heading in headings:
            if cells[k]:
                yield RawRow(sheet, number, table, cells[0], heading.field, Cell(cells[k], heading, *about))


def _heading(sheet: FactFile, text: str) -> Heading:
    match = _HEADING.fullmatch(text)
    if match is None:
        raise LibraryError.at(sheet.file, 1, text, "no name of a field", "a field and its unit: price [USD]")
    about = (match["unit"] or TEXT, match["source"] or "", match["note"])
    return Heading(text.partition(" @")[0].partition(" #")[0], match["field"], *about)


def _once(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """The same rows: each names its key, and none says again what was public on the same day."""
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if not row.key.strip():
            raise LibraryError.at(row.sheet.file, row.line, "key", "", "some text")
        place = (row.key, row.field, row.held.known if isinstance(row.held, Cell) else "")
        if before := seen.get(place):
            raise row.wrong(f"{row.key}/{row.field} again", f"one place: it stands in row {before}")
        seen[place] = row.line
        yield row


def is_sources(file: Path) -> bool:
    """Whether a file lists sources; one of that name may hold rows in the long form."""
    return next(_lines(file), (0, [""]))[1][:1] == ["id"]


def read_sources(file: Path) -> dict[str, Source]:
    """The sources of a folder by id.

    Raises:
        LibraryError: a source lacks its id, title, date or confidence, or stands twice.
    """
    lines = _lines(file)
    _, header = next(lines, (0, []))
    if tuple(header) != SOURCE_COLUMNS:
        raise LibraryError.at(file, 1, "", ", ".join(header), ", ".join(SOURCE_COLUMNS))
    found: dict[str, Source] = {}
    for number, (name, title, address, as_of, confidence, _) in lines:
        for column, text in zip(SOURCE_COLUMNS, (name, title, None, as_of, confidence), strict=False):
            if text is not None and not text.strip():
                raise LibraryError.at(file, number, column, "", "some text")
        if name in found:
            raise LibraryError.at(file, number, "id", f"{name} again", "one row a source")
        found[name] = Source(title, address, as_of, confidence)
    return found
