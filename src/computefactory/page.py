"""A page of named figures and small tables: what every question that is not a monthly series is answered with.

One shape for the terminal, JSON, CSV and Parquet: sections, each with figures (name, label, value, unit, note), at
most one grid (columns with units, rows of cells) and words. A name is the key that leaves the program, so it ends in
its unit where it has one (``pue_annual``, ``peak_power_mw``). Every number says what it is to ``explain``
(:class:`Of`), also one that stands in words (:class:`Said`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from computefactory.metrics import METRICS, RETURNS

__all__ = [
    "Cell",
    "Column",
    "Figure",
    "Grid",
    "Of",
    "Page",
    "PageNumber",
    "Said",
    "Section",
    "Words",
    "inert",
    "is_number",
    "megawatts",
    "money",
    "pieces",
    "plain",
    "styled",
    "usd",
    "worked",
]

BILLION, MILLION = 1e9, 1e6
TEXT = "text"
METRIC_NAMES = {item.name for item in (*METRICS, *RETURNS)}


@dataclass(frozen=True, slots=True)
class Of:
    """What ``explain`` is asked for a number of a page.

    ``name`` is a name, path or formula; the page shows its value times ``scale``. A number that the page or a study
    works out itself has no name of its own: it goes by its place on the page, ``how`` says in words what it is, and
    ``inputs`` are the names that it is made of.
    """

    name: str = ""
    item: str = ""
    month: str = ""
    case: str = ""
    scale: float = 1.0
    how: str = ""
    inputs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """What to ask for, without what is empty."""
        found: dict[str, Any] = {
            part: content for part in ("name", "item", "month", "case") if (content := getattr(self, part))
        }
        return found | ({"scale": self.scale} if self.scale != 1 else {})


def worked(how: str, *inputs: str) -> Of:
    """A number that the page works out itself."""
    return Of(how=how, inputs=inputs)


def megawatts(name: str) -> Of:
    """Kilowatts shown as megawatts."""
    return Of(name, scale=1e-3)


def _of(given: Of | str) -> Of:
    return Of(given) if isinstance(given, str) else given


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text as it is printed; of a number also its value before any rounding and what it is of."""

    text: str
    value: float | None = None
    of: Of | str = ""
    style: str = ""
    absent: bool = False  # the text says that there is nothing: it leaves the program as nothing

    def __str__(self) -> str:
        return self.text


Words = str | Said | tuple[str | Said, ...]
Plain = float | int | bool | str | None
Cell = Plain | Words


def pieces(cell: Cell) -> tuple[Said, ...]:
    """The pieces of text in a cell, from left to right; none in a plain number."""
    whole = cell if isinstance(cell, tuple) else (cell,)
    return tuple(piece if isinstance(piece, Said) else Said(piece) for piece in whole if isinstance(piece, (str, Said)))


def plain(words: Cell) -> str:
    """Words without style."""
    return "".join(map(str, pieces(words)))


def usd(value: float) -> str:
    """Money as people say it."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:,.2f} bn USD"
    if abs(value) >= MILLION:
        return f"{value / MILLION:,.1f} m USD"
    return f"{value:z,.0f} USD"


def money(value: float, of: Of | str) -> Said:
    """Money as people say it, and what it is of."""
    return Said(usd(value), value, of)


def styled(words: Words, style: str) -> tuple[Said, ...]:
    """Words in a style of the terminal."""
    return tuple(replace(piece, style=style) for piece in pieces(words))


@dataclass(frozen=True, slots=True)
class PageNumber:
    """One number of a page, and what it is."""

    section: str
    name: str
    label: str
    value: Plain
    unit: str
    of: Of


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or word; ``note`` says where it is from or why it does not exist.

    Without ``of`` it is the metric of its name, or the page's own.
    """

    name: str
    label: str
    value: Plain
    unit: str = ""
    note: str = ""
    of: Of | str = ""

    def as_dict(self, of: Of) -> dict[str, Any]:
        """The JSON object; a note only where there is one, and what a number is of."""
        found: dict[str, Any] = {"value": _plain(self.value), "unit": _unit(self.unit), "label": self.label}
        found |= {"note": self.note} if self.note else {}
        return found | ({"of": of.as_dict()} if is_number(self.value) else {})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid: its key, its heading and the unit of its cells; a ``hidden`` one is not on the screen.

    ``of`` is what its numbers are, at the item and month of their rows; ``{}`` in it stands for the row's own name.
    With ``width`` the words of its cells fold into so many characters, ``right`` or left.
    """

    name: str
    label: str
    unit: str = ""
    hidden: bool = False
    of: Of | str = ""
    width: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells under named columns; a ``long`` one (hours of a year) goes to files and not to the screen.

    Where each row has a unit of its own, a hidden column named ``unit`` says which. ``places`` says for each row what
    its numbers are of, or for each of its cells; without it a row is the item that the cells in ``key`` name.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    long: bool = False
    places: tuple[Of | tuple[Of | str, ...], ...] = ()
    key: tuple[int, ...] = (0,)

    def item(self, row: int) -> str:
        """What a row is called: the cells that name it."""
        return ", ".join(str(self.rows[row][column]) for column in self.key)

    def of(self, row: int, column: int) -> Of:
        """What a cell is, as far as row and column say."""
        of = _of(self.columns[column].of)
        place = self.places[row] if self.places else Of(item=self.item(row))
        if isinstance(place, tuple):
            own = _of(place[column])
            return own if own.name or own.how else of
        if of.how or place.how:
            return of if of.how else place
        if not of.name and not place.name:
            return Of()
        name = of.name.replace("{}", place.name) if of.name else place.name
        scale = of.scale * place.scale
        return replace(place, name=name, month=of.month or place.month, case=of.case or place.case, scale=scale)

    @property
    def units(self) -> list[str]:
        """The unit of each row; empty where the columns have theirs."""
        return [self.unit(row) for row in range(len(self.rows))]

    def unit(self, row: int) -> str:
        """The unit of a row; empty where the columns have theirs."""
        place = next((k for k, column in enumerate(self.columns) if column.name == "unit" and column.hidden), None)
        return "" if place is None else str(self.rows[row][place])

    def as_list(self) -> list[dict[str, Any]]:
        """One JSON object a row."""
        names = [column.name for column in self.columns]
        own = [_unit(unit) for unit in self.units]
        rows = [{name: _leaving(cell) for name, cell in zip(names, row, strict=True)} for row in self.rows]
        return [row | {"unit": unit} if unit and "unit" in row else row for row, unit in zip(rows, own, strict=True)]


@dataclass(frozen=True, slots=True)
class Section:
    """Figures and a grid under one heading with its ``note``; ``name`` is its key in JSON, ``text`` said in words."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    grid: Grid | None = None
    text: tuple[Words, ...] = ()
    note: Words = ""

    def as_dict(self, page: str) -> dict[str, Any]:
        """Figures by name, the grid as ``rows`` with ``units`` and what they are ``of``, the words as ``text``.

        In a long grid ``of`` is said once for each column: every row is an item by the name in its first cell.
        """
        found: dict[str, Any] = {figure.name: figure.as_dict(self._of_figure(page, figure)) for figure in self.figures}
        if self.grid is not None:
            found["rows"] = self.grid.as_list()
            found["units"] = {column.name: _unit(column.unit) for column in self.grid.columns if not column.width}
            rows = range(min(len(self.grid.rows), 1) if self.grid.long else len(self.grid.rows))
            found["of"] = [
                {number.name: number.of.as_dict() for number in self._row(page, row) if is_number(number.value)}
                for row in rows
            ]
            if self.grid.long:
                found["of"] = {name: dict(of, item="") for row in found["of"] for name, of in row.items()}
        if self.text:
            found["text"] = list(map(plain, self.text))
        return found | ({"note": plain(self.note)} if self.note else {})

    def numbers(self, page: str, *, every_row: bool = True) -> Iterator[PageNumber]:
        """Every figure and cell with what it is of; without ``every_row`` of a grid its first and last row."""
        for figure in self.figures:
            of = self._of_figure(page, figure)
            yield PageNumber(self.name, figure.name, figure.label, figure.value, figure.unit, of)
        count = len(self.grid.rows) if self.grid is not None else 0
        for row in range(count):
            if every_row or row in (0, count - 1):
                yield from self._row(page, row)
        yield from self._words(page)

    def number(self, page: str, name: str, item: str) -> PageNumber | None:
        """A figure by its name, a cell by its column and the item of its row, or a number in the text by its place."""
        if name == TEXT:
            return next((number for number in self._words(page) if number.of.item == item), None)
        if not item:
            figures = [figure for figure in self.figures if figure.name == name]
            return next(self.__class__(self.name, "", tuple(figures[:1])).numbers(page), None)
        rows = range(len(self.grid.rows)) if self.grid is not None else range(0)
        row = next((k for k in rows if self.grid.item(k) == item), None)  # type: ignore[union-attr]
        return None if row is None else next((cell for cell in self._row(page, row) if cell.name == name), None)

    def _of_figure(self, page: str, figure: Figure) -> Of:
        of = _of(figure.of)
        if not of.name and not of.how and figure.name in METRIC_NAMES:
            return Of(figure.name)
        return self._placed(of, page, figure.name, "")

    def _row(self, page: str, row: int) -> Iterator[PageNumber]:
        grid = self.grid
        assert grid is not None
        unit, item = grid.unit(row), grid.item(row)
        for k, (column, cell) in enumerate(zip(grid.columns, grid.rows[row], strict=True)):
            if k in grid.key:
                continue  # it names the row
            if isinstance(cell, (Said, tuple)):
                for said in self._said(cell, column.name):
                    yield replace(said, of=self._placed(said.of, page, column.name, item))
                continue
            of = self._placed(grid.of(row, k), page, column.name, item)
            yield PageNumber(self.name, column.name, column.label, cell, column.unit or unit, of)

    def _words(self, page: str) -> Iterator[PageNumber]:
        """The numbers in the note and the text; one without a name of its own goes by its place among them."""
        every = [number for words in (self.note, *self.text) for number in self._said(words, TEXT)]
        for place, number in enumerate(every, 1):
            yield replace(number, of=self._placed(number.of, page, TEXT, str(place)))

    def _said(self, words: Words, name: str) -> Iterator[PageNumber]:
        """The numbers in words."""
        for piece in pieces(words):
            if piece.value is not None:
                yield PageNumber(self.name, name, piece.text, piece.value, "", _of(piece.of))

    def _placed(self, of: Of, page: str, name: str, item: str) -> Of:
        """What has no name of its own goes by its place on the page."""
        return of if of.name else replace(of, name=f"{page}:{self.name}.{name}", item=item)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: ``kind`` names it in JSON, ``title`` heads it; ``data`` is put into the JSON as it stands.

    ``asked`` is what the page was asked beside the factory (a month): part of its name in ``explain``. ``note`` stands
    beside the title (default: the kind), ``text`` below it.
    """

    kind: str
    title: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    asked: str = ""
    note: str = ""
    text: tuple[Words, ...] = ()
    of: str = "factory"  # what the title is the name of

    @property
    def name(self) -> str:
        """What ``explain`` calls the page."""
        return f"{self.kind}@{self.asked}" if self.asked else self.kind

    def numbers(self, *, every_row: bool = True) -> Iterator[PageNumber]:
        """Every number and word of the page, with what it is to ``explain``."""
        for section in self.sections:
            yield from section.numbers(self.name, every_row=every_row)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        sections = {section.name: section.as_dict(self.name) for section in self.sections}
        words = {"text": list(map(plain, self.text))} if self.text else {}
        of = {} if self.of == "factory" else {"of": self.of}
        return {"kind": self.kind, "version": 1, **of, self.of: self.title, **words, **sections, **self.data}

    def columns_of(self) -> dict[str, list[Any]]:
        """Every figure and cell in long form (section, row, name, value, text, unit), for a columnar file."""
        rows = list(self._cells())
        return {name: [row[k] for row in rows] for k, name in enumerate(_LONG)}

    def as_csv(self) -> str:
        """The long form as comma-separated text."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_LONG)
        writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in self._cells())
        return text.getvalue()

    def _cells(self) -> Iterator[tuple[str, str, str, float | None, str, str]]:
        for section in self.sections:
            for figure in section.figures:
                yield (section.name, "", figure.name, *_both(figure.value), figure.unit)
            for number, row in enumerate(section.grid.rows if section.grid else (), 1):
                assert section.grid is not None
                for column, cell in zip(section.grid.columns, row, strict=True):
                    yield (section.name, str(number), column.name, *_both(cell), column.unit)


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number that exists; yes and no are words."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and isfinite(cell)


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONG = ("section", "row", "name", "value", "text", "unit")


def _unit(unit: str) -> str:
    """The unit that leaves the program: a share is a plain number, whatever the screen makes of it."""
    return "1" if unit in ("", "%") else unit


def _leaving(cell: Cell) -> Any:
    """A cell as it leaves the program; of a number in words both."""
    if isinstance(cell, Said) and cell.value is not None:
        return {"text": cell.text, "value": _plain(cell.value)}
    if isinstance(cell, Said) and cell.absent:
        return None
    return plain(cell) if isinstance(cell, (Said, tuple)) else _plain(cell)


def _plain(cell: Plain) -> Plain:
    """A finite number, a word, or nothing."""
    if isinstance(cell, (bool, str)) or cell is None:
        return cell
    number = float(cell)
    if not isfinite(number):
        return None
    return int(cell) if isinstance(cell, int) else number


def _both(cell: Cell) -> tuple[float | None, str]:
    """A cell as a number and as a text; both of a number in words."""
    if isinstance(cell, (Said, tuple)):
        return (cell.value, "" if cell.absent else cell.text) if isinstance(cell, Said) else (None, plain(cell))
    found = _plain(cell)
    if isinstance(found, str):
        return None, found
    return (None, "") if found is None else (float(found), "")
