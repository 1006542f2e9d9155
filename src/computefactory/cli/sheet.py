"""A page of figures in the terminal: eighty columns, sections, each number with its unit."""

from __future__ import annotations

import json
from math import floor, isfinite, log10
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from computefactory import report

if TYPE_CHECKING:
    from computefactory.report import Cell, Column, Grid, Sheet

__all__ = ["give", "show"]

WIDTH, LABEL, NUMBER, DIGITS = 80, 44, 14, 4
HALF = 0.5
GAP = 2
SCALES = ((1e9, "bn"), (1e6, "m"))
PERCENT, MONEY = "%", "USD"


def give(found: Sheet, output: Path | None, *, as_json: bool) -> None:
    """A sheet to where it was asked for: a file, JSON on standard output, or the screen."""
    if output is not None:
        report.write(found, output)
    if as_json:
        print(json.dumps(found.as_dict(), indent=2, allow_nan=False))
        return
    if output is not None:
        print(f"written: {output}")
        return
    show(found)


def show(found: Sheet) -> None:
    """Print every section; long grids are left to files and their rows counted."""
    out = Console(width=WIDTH, highlight=False)
    out.print(Text(found.title, style="bold").append(f"  {found.kind.replace('_', ' ')}", style="dim"))
    for section in found.sections:
        out.print()
        out.print(Text(section.title.upper(), style="bold"))
        for figure in section.figures:
            number, unit = shown(figure.value, figure.unit)
            note = f"  {figure.note}" if figure.note else ""
            line = Text(f"{figure.label:<{LABEL}}{number:>{NUMBER}} {unit}".rstrip())
            out.print(line.append(note, style="dim"))
        if section.grid is not None and section.grid.rows:
            _grid(out, section.grid)
        for text in section.text:
            out.print(Text(text))


def shown(value: Cell, unit: str) -> tuple[str, str]:
    """A value and its unit as people read them: money in millions, shares as they are, yes and no."""
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return "-", ""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, str):
        return value, unit
    if unit == PERCENT:
        return f"{round(100 * value, 1) + 0.0:,.1f}", unit  # no minus before a rounded nothing
    if unit == MONEY:
        value = value if abs(value) >= HALF else 0  # no minus before a rounded nothing
        for scale, word in SCALES:
            if abs(value) >= scale:
                return f"{value / scale:,.2f}" if word == "bn" else f"{value / scale:,.1f}", f"{word} USD"
        return f"{value:,.0f}", unit
    if float(value).is_integer():
        return f"{value:,.0f}", unit
    decimals = DIGITS - 1 - floor(log10(abs(value)))
    decimals = min(max(decimals, 0), DIGITS)
    return f"{round(value, decimals) + 0.0:,.{decimals}f}", unit


def _grid(out: Console, grid: Grid) -> None:
    """Columns as wide as what stands in them; text to the left, numbers to the right; the unit under the heading."""
    if grid.long:
        out.print(Text(f"{len(grid.rows):,} rows: write them with -o FILE.csv", style="dim"))
        return
    places = [k for k, column in enumerate(grid.columns) if not column.hidden]
    columns = [grid.columns[k] for k in places]
    cells = [
        [_text(row[k], grid.columns[k], unit) for k in places] for row, unit in zip(grid.rows, grid.units, strict=True)
    ]
    units = ["" if column.unit == MONEY else column.unit for column in columns]
    numeric = [all(not isinstance(row[k], str) for row in grid.rows) for k in places]
    widths = [
        max(len(column.label), len(unit), *(len(row[k]) for row in cells))
        for k, (column, unit) in enumerate(zip(columns, units, strict=True))
    ]
    out.print(Text(_line([column.label for column in columns], widths, numeric), style="dim"), overflow="fold")
    if any(units):
        out.print(Text(_line(units, widths, numeric), style="dim"), overflow="fold")
    for row in cells:
        out.print(Text(_line(row, widths, numeric)), overflow="fold")


def _text(cell: Cell, column: Column, row_unit: str) -> str:
    """A cell; its unit where it is the row's, or depends on the size of the number."""
    own = row_unit if row_unit and not isinstance(cell, str) else ""
    number, unit = shown(cell, own or column.unit)
    return f"{number} {unit}" if unit and (own or column.unit == MONEY) else number


def _line(texts: list[str], widths: list[int], numeric: list[bool]) -> str:
    """Texts in columns: words to the left, numbers to the right."""
    placed = (
        f"{text:>{width}}" if right else f"{text:<{width}}"
        for text, width, right in zip(texts, widths, numeric, strict=True)
    )
    return (" " * GAP).join(placed).rstrip()
