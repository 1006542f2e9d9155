"""A page of named figures and small tables: what every question that is not a monthly series is answered with.

One shape for the terminal, JSON, CSV and Parquet: sections, each with figures (name, label, value, unit, note) and at
most one grid (columns with units, rows of cells). A name is the key that leaves the program, so it ends in its unit
where it has one (``pue_annual``, ``peak_power_mw``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

__all__ = ["Cell", "Column", "Figure", "Grid", "Section", "Sheet", "inert"]

Cell = float | int | bool | str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or word; ``note`` says where it is from or why it does not exist."""

    name: str
    label: str
    value: Cell
    unit: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON object; a note only where there is one."""
        found: dict[str, Any] = {"value": _plain(self.value), "unit": _unit(self.unit), "label": self.label}
        return found | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid: its key, its heading and the unit of its cells; a ``hidden`` one is not on the screen."""

    name: str
    label: str
    unit: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells under named columns; a ``long`` one (hours of a year) goes to files and not to the screen.

    Where each row has a unit of its own, a hidden column named ``unit`` says which.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    long: bool = False

    @property
    def units(self) -> list[str]:
        """The unit of each row; empty where the columns have theirs."""
        place = next((k for k, column in enumerate(self.columns) if column.name == "unit" and column.hidden), None)
        return ["" if place is None else str(row[place]) for row in self.rows]

    def as_list(self) -> list[dict[str, Any]]:
        """One JSON object a row."""
        names = [column.name for column in self.columns]
        return [{name: _plain(cell) for name, cell in zip(names, row, strict=True)} for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """Figures and a grid under one heading; ``name`` is its key in JSON, ``text`` is said in words."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    grid: Grid | None = None
    text: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Figures by name, the grid as ``rows`` with ``units``, the words as ``text``."""
        found: dict[str, Any] = {figure.name: figure.as_dict() for figure in self.figures}
        if self.grid is not None:
            found["rows"] = self.grid.as_list()
            found["units"] = {column.name: _unit(column.unit) for column in self.grid.columns}
        if self.text:
            found["text"] = list(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: ``kind`` names it in JSON, ``title`` heads it; ``data`` is put into the JSON as it stands."""

    kind: str
    title: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        sections = {section.name: section.as_dict() for section in self.sections}
        return {"kind": self.kind, "version": 1, "factory": self.title, **sections, **self.data}

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


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONG = ("section", "row", "name", "value", "text", "unit")


def _unit(unit: str) -> str:
    """The unit that leaves the program: a share is a plain number, whatever the screen makes of it."""
    return "1" if unit in ("", "%") else unit


def _plain(cell: Cell) -> Cell:
    """A finite number, a word, or nothing."""
    if isinstance(cell, (bool, str)) or cell is None:
        return cell
    number = float(cell)
    if not isfinite(number):
        return None
    return int(cell) if isinstance(cell, int) else number


def _both(cell: Cell) -> tuple[float | None, str]:
    """A cell as a number and as a text: one of the two is empty."""
    plain = _plain(cell)
    if isinstance(plain, str):
        return None, plain
    return (None, "") if plain is None else (float(plain), "")
