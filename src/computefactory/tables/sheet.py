"""Bytes into a table: packed or not, with or without a mark of its encoding, whatever separates its cells.

A table may have lines above its heading, a row of units below it, and no heading at all. A quotation mark without its
fellow is text.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

from computefactory.account import Account
from computefactory.tables.numbers import MISSING, is_number
from computefactory.tables.refused import Refused

__all__ = ["Refused", "Sheet", "TableHeading", "cells_of", "lines_of", "read_sheet", "unread"]

LARGEST = 50_000_000  # bytes
SEPARATORS = (";", "\t", "|", ",")
SAMPLE = 40  # lines by which separator and heading are known
VALUES_ABOVE = 5  # rows of numbers that may stand above a heading: a place, a station
_BRACKET = re.compile(r"(.*?)\s*[\[(]([^\])]*)[\])]\s*", re.DOTALL)
_WORD = r"(?:US\$|[$€£¢]|[A-Za-z]{1,6})"
_TRAILING = re.compile(rf"(?:(.*?)[\s,;:_-]+)?({_WORD}\s?/\s?[A-Za-z]{{1,6}}(?:-?h)?)\s*")
_SNAKE = re.compile(
    r"(?:(.*?)[\s_]+)?(usd|eur|gbp|cad|aud|inr|jpy|cents?|ct)[\s_](?:per[\s_])?([kmg]?wh)", re.IGNORECASE
)
_SUFFIX = re.compile(
    r"(.+?)[\s_]+(deg[cf]|[cfk]|celsius|fahrenheit|kelvin|pct|percent|pa|hpa|mbar|kpa|mw|kw|mwh|kwh|%|°[cf])",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"[℃℉]|°?\s?[cfk]|deg\s?[cfk]?|celsius|fahrenheit|kelvin|%|pct|percent|h?pa|kpa|mbar|bar|[kmg]?wh?|mm|cm|m|km/h|deg(rees)?"
    rf"|°|iso8601|utc|local|-|1|{_WORD}\s?/\s?[A-Za-z0-9²-]{{1,6}}|[\[(].*[\])]",
    re.IGNORECASE,
)
_HALVES = re.compile(r"\s*[-+]?\d+(?:,\d+\s*)?")
_PAIR = re.compile(r"\s*#?\s*([A-Za-z][\w .()/-]*?)\s*[:=,;\t]\s*(\S.*?)\s*[,;]*\s*")


@dataclass(frozen=True, slots=True)
class TableHeading:
    """A column's heading as it stands, its name in small letters with underscores, and the unit it states, or none."""

    text: str
    name: str
    unit: str = ""

    @classmethod
    def of(cls, text: str, below: str = "", line: int = 0) -> TableHeading:
        """What a heading says, with the unit of the row ``below`` it.

        Raises:
            Refused: the two state different units.
        """
        text, below = text.strip(), below.strip().strip("[]()").strip()
        match = _BRACKET.fullmatch(text)
        if match is None and (snake := _SNAKE.fullmatch(text)):
            name, unit = (
                snake[1] or "",
                f"{_currency(snake[2])}/{snake[3].lower().replace('wh', 'Wh').replace('m', 'M').replace('g', 'G')}",
            )
        else:
            match = match or _TRAILING.fullmatch(text) or _SUFFIX.fullmatch(text)
            name, unit = (match[1] or "", match[2].strip()) if match else (text, "")
        if below in ("-", "1") or below.lower() in ("utc", "local", "iso8601"):
            below = "" if below in ("-", "1") else below
        if unit and below and unit.lower().replace(" ", "") != below.lower().replace(" ", ""):
            raise Refused(line, f"{text} over {below}", "one unit a column: heading and row of units agree")
        small = re.sub(r"[^a-z0-9%]+", "_", (name or text).strip().lower()).strip("_")
        return cls(text, small, unit or below)


def _currency(text: str) -> str:
    return text.lower() if text.lower().startswith("c") and text.lower() != "cad" else text.upper()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, rows of as many cells each, the line of each row, and the lines above the heading."""

    name: str
    headings: tuple[TableHeading, ...]
    rows: tuple[list[str], ...]
    lines: tuple[int, ...]
    heading_line: int = 0  # 0: there is none
    above: tuple[tuple[int, str], ...] = ()
    stated: dict[str, str] = field(default_factory=dict)  # pairs of the lines above, by name

    def column(self, place: int) -> list[str]:
        """The cells of a column, without blanks around them."""
        return [row[place].strip() for row in self.rows]

    def called(self, place: int) -> str:
        """A column in words: its heading, or its number."""
        return self.headings[place].text or f"column {place + 1}"

    def listed(self, places: Collection[int]) -> str:
        """Columns in words."""
        return ", ".join(self.called(place) for place in sorted(places))


def lines_of(data: bytes) -> list[str]:
    """The lines of a file as text.

    Raises:
        Refused: a damaged archive, too large, or no text.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.GzipFile(fileobj=BytesIO(data)).read(LARGEST + 1)
        except (OSError, EOFError, zlib.error):
            raise Refused(None, "a damaged archive", "a whole .gz file") from None
    if len(data) > LARGEST:
        raise Refused(None, f"more than {LARGEST:,} bytes", f"at most {LARGEST:,}")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")  # what older spreadsheets write
    if "\0" in text[:10_000] or data[:4] == b"PK\x03\x04":
        hint = "save a spreadsheet as CSV" if data[:2] == b"PK" else ""
        raise Refused(None, "no text", "rows of text: CSV", hint)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a line; a quotation mark without its fellow is text."""
    if '"' not in line or line.count('"') % 2:
        return line.split(separator) if separator else [line]
    return next(csv.reader([line], delimiter=separator or "\0"), [])


def read_sheet(lines: Sequence[str], name: str) -> Sheet:
    """The table in a text.

    Raises:
        Refused: there is none, or its rows have more cells than its heading.
    """
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    comments = [(number, line) for number, line in numbered if line.lstrip().startswith("#")]
    numbered = [item for item in numbered if not item[1].lstrip().startswith("#")]
    if not numbered:
        raise Refused(1, "an empty file", "rows of text: CSV")
    separator = _separator([line for _, line in numbered])
    rows = [(number, cells_of(line, separator)) for number, line in numbered]
    if len(rows[0][1]) == 1 and not is_number(rows[0][1][0]) and _halves(rows[1 : SAMPLE + 1]):
        rows = [(number, [line]) for number, line in numbered]  # one column of decimal commas
    at = _heading(rows)
    body = rows[at + 1 :] if at is not None else rows
    units: list[str] = []
    if at is not None and at + 1 < len(rows) and _is_units(rows[at + 1][1]):
        units, body = rows[at + 1][1], body[1:]
    if not body:
        raise Refused(None, "a heading without hours", "a row for each of the 8,760 hours")
    texts = rows[at][1] if at is not None else [""] * len(body[0][1])
    while (
        len(texts) > 1 and not texts[-1].strip() and all(not "".join(row[len(texts) - 1 :]).strip() for _, row in body)
    ):
        texts = texts[:-1]  # a separator at the end of each line
    units += [""] * (len(texts) - len(units))
    line = rows[at][0] if at is not None else 0
    headings = tuple(TableHeading.of(text, below, line) for text, below in zip(texts, units, strict=False))
    above = [*comments, *((number, separator.join(row)) for number, row in rows[: at or 0])]
    return Sheet(
        name,
        headings,
        tuple(_fitted(row, len(texts), number) for number, row in body),
        tuple(number for number, _ in body),
        line,
        tuple(sorted(above)),
        _stated(rows[: at or 0], comments),
    )


def _separator(lines: Sequence[str]) -> str:
    """What stands between cells: the first that stands equally often in the last lines; else a comma, if any."""
    last = lines[-SAMPLE:] if len(lines) > 1 else lines
    for sign in SEPARATORS:
        counts = {len(cells_of(line, sign)) for line in last}
        if len(counts) == 1 and counts != {1}:
            return sign
    return next((sign for sign in SEPARATORS if any(sign in line for line in last)), ",")


def _halves(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether rows are whole numbers or two of them, a comma between."""
    joined = [",".join(row) for _, row in rows]
    return any("," in text for text in joined) and all(_HALVES.fullmatch(text) for text in joined)


def _is_words(row: Sequence[str]) -> bool:
    """Whether a row has words and neither numbers nor times."""
    cells = [cell.strip() for cell in row if cell.strip()]
    known = [cell for cell in cells if cell.lower() not in MISSING]
    return bool(known) and not any(is_number(cell) or re.match(r"\d{1,4}[-/.:]\d|\d{1,2} - \d", cell) for cell in cells)


def _is_units(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    return _is_words(row) and all(_UNITS.fullmatch(cell) for cell in cells)


def _heading(rows: Sequence[tuple[int, list[str]]]) -> int | None:
    """Which row is the heading: the last of the first words above the numbers, if its width is theirs."""
    words = [place for place, (_, row) in enumerate(rows[:SAMPLE]) if _is_words(row)]
    words = [place for place in words if sum(not _is_words(row) for _, row in rows[:place]) <= VALUES_ABOVE]
    if not words:
        return None
    last = words[-1]
    if last - 1 in words and _is_units(rows[last][1]) and len(rows[last - 1][1]) == len(rows[last][1]):
        return last - 1
    return last


def _fitted(row: list[str], width: int, line: int) -> list[str]:
    """A row as wide as the heading; what it lacks is empty."""
    if len(row) == width:
        return row
    if any(cell.strip() for cell in row[width:]):
        hint = "a decimal comma needs another separator between cells, such as ;"
        raise Refused(line, f"{len(row)} cells", f"the {width} of the heading", hint)
    return (row + [""] * width)[:width]


def _stated(above: Sequence[tuple[int, list[str]]], comments: Sequence[tuple[int, str]]) -> dict[str, str]:
    """Pairs of name and value in the lines above a table: ``unit: USD/MWh``, or names over values."""
    found: dict[str, str] = {}
    for (_, names), (_, values) in pairwise(above):
        if len(names) == len(values) and len(names) > 1 and _is_words(names):
            found |= {TableHeading.of(name).name: value.strip() for name, value in zip(names, values, strict=True)}
    for text in (*(line for _, line in comments), *(",".join(row) for _, row in above)):
        if match := _PAIR.fullmatch(text):
            found.setdefault(TableHeading.of(match[1]).name, match[2])
    return found


def unread(sheet: Sheet, used: Collection[int], known: Collection[str] = ()) -> list[str]:
    """Warnings that name the columns, and what is stated above the table, that nothing reads; none where all is."""
    account = Account()
    for name in (*map(sheet.called, used), *known):
        account.read(name)
    filled = [place for place in range(len(sheet.headings)) if any(sheet.column(place))]
    columns, above = account.left(map(sheet.called, filled)), account.left(sorted(sheet.stated))
    said = [f"{sheet.name}: {sheet.listed(used)} are read; not read: {', '.join(columns)}"] if columns else []
    return said + ([f"{sheet.name}: not read above the table: {', '.join(above)}"] if above else [])
