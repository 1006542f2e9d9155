"""A page or table on the screen: eighty columns, plain when piped, legible on light and dark; the same as a picture."""

from __future__ import annotations

import inspect
import io
import json
import re
import sys
from itertools import groupby
from math import floor, isfinite, isnan, log10
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich import table as rich
from rich.console import Console
from rich.text import Text

from computefactory.page import Page, pieces, plain, usd
from computefactory.registry import PICTURES

if TYPE_CHECKING:
    from computefactory.page import Cell, Column, Grid, Section, Words
    from computefactory.report import Row, Table

__all__ = ["drawn", "give", "show"]

WIDTH, LABEL, NUMBER, DIGITS = 80, 44, 14, 4
GAP = 2
PERCENT, MONEY = "%", "USD"
NAME, CELL = 26, 9  # of a table: what stands before its periods, and each of them
PER_BLOCK = (WIDTH - NAME) // CELL
POWER, MEGAWATT = "kW", 1e-3
UNKNOWN = "?"  # of a month that rests on a fact that nobody states
MILLION, NO_TEST = 1e6, 1e6
WIDE = 1e10  # from here on a tenth of a million would touch the number beside it
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"  # those of the reader: nothing is fetched


def give(found: Page | Table, output: Path | None, *, as_json: bool) -> None:
    """A page to where it was asked for: a file, JSON on standard output, or the screen."""
    from computefactory import report

    if output is not None:
        report.write(found, output, _picture)
    if as_json:
        print(json.dumps(found.as_dict(), indent=2, allow_nan=False))
    elif output is not None:
        print(f"written: {output}")
    else:
        show(found)


def show(found: Page | Table) -> None:
    """Print a page without blanks at the ends of lines."""
    out = Console(width=WIDTH, highlight=False)
    with out.capture() as printed:
        _draw(out, found)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in printed.get().splitlines())


def drawn(found: Page | Table, title: str) -> str:
    """A page as the terminal shows it, as an SVG."""
    from rich.terminal_theme import SVG_EXPORT_THEME

    out = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    _draw(out, found)
    fetched = inspect.signature(out.export_svg).parameters["code_format"].default
    local = re.sub(r"@font-face \{\{.*?\}\}\n", "", fetched, flags=re.DOTALL)
    svg = out.export_svg(title=title, theme=SVG_EXPORT_THEME, code_format=local, unique_id="page")
    return "\n".join(line.rstrip() for line in svg.replace("Fira Code, monospace", FONTS).splitlines()) + "\n"


def _picture(found: Page | Table) -> str:
    """The picture registered for the page, else the page as the terminal shows it."""
    if isinstance(found, Page) and found.kind in PICTURES:
        return PICTURES[found.kind](found)
    return drawn(found, found.title)


def _draw(out: Console, found: Page | Table) -> None:
    if not isinstance(found, Page):
        _table(out, found)
        return
    note = found.note or found.kind.replace("_", " ")
    out.print(Text(found.title, style="bold").append(f"  {note}", style="dim not bold"))
    for words in found.text:
        out.print(_words(words))
    for section in found.sections:
        _section(out, section)


def _section(out: Console, section: Section) -> None:
    """Heading, figures, grid and words; long grids are left to files and their rows counted."""
    out.print()
    heading = Text(section.title.upper(), style="bold")
    out.print(heading.append(f"  {plain(section.note)}", style="dim not bold") if section.note else heading)
    for figure in section.figures:
        number, unit = shown(figure.value, figure.unit)
        note = f"  {figure.note}" if figure.note else ""
        line = Text(f"{figure.label:<{LABEL}}{number:>{NUMBER}} {unit}".rstrip())
        out.print(line.append(note, style="dim"))
    if section.grid is not None and section.grid.rows:
        (_folded if section.grid.columns[0].width else _grid)(out, section.grid)
    for words in section.text:
        out.print(_words(words))


def _words(words: Words) -> Text:
    return Text.assemble(*((piece.text, piece.style) for piece in pieces(words)))


def shown(value: Cell, unit: str) -> tuple[str, str]:
    """A value and its unit as people read them: money in millions, shares as they are, yes and no."""
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return "-", ""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if not isinstance(value, (float, int)):
        return plain(value), unit
    if unit == PERCENT:
        return f"{round(100 * value, 1) + 0.0:,.1f}", unit  # no minus before a rounded nothing
    if unit == MONEY:
        number, _, unit = usd(value).partition(" ")
        return number, unit
    if float(value).is_integer():
        return f"{value:,.0f}", unit
    decimals = DIGITS - 1 - floor(log10(abs(value)))
    decimals = min(max(decimals, 0), DIGITS)
    return f"{round(value, decimals) + 0.0:,.{decimals}f}", unit


def _folded(out: Console, grid: Grid) -> None:
    """Columns of given widths without headings, into which words fold."""
    table = rich.Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), width=WIDTH)
    places = [k for k, column in enumerate(grid.columns) if not column.hidden]
    for column in (grid.columns[k] for k in places):
        table.add_column(width=column.width, justify="right" if column.right else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(plain(row[k])) for k in places))
    out.print(table)


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


def _table(out: Console, table: Table) -> None:
    """Time across, six periods to a block, money in millions."""
    case = table.case.replace("_", " ")
    out.print(Text(f"{table.title}: {table.page}").append(f"  {case}, million USD", style="dim"))
    if table.stamp:
        out.print(Text(table.stamp))
    for first in range(0, len(table.columns), PER_BLOCK):
        block = range(first, min(first + PER_BLOCK, len(table.columns)))
        for section, rows in groupby(table.rows, key=lambda row: row.section):
            out.print()
            heads = "".join(f"{table.columns[k]:>{CELL}}" for k in block)
            out.print(Text(f"{section:<{NAME}}{heads}", style="bold"))
            for row in rows:
                name = f"{_name(row.name) + (', MW' if row.unit == POWER else ''):<{NAME}}"
                out.print(name + "".join(f"{_period(row, k):>{CELL}}" for k in block), markup=False)
    if any(np.isnan(row.values).any() for row in table.rows if row.unit in (POWER, "USD")):
        out.print()
        out.print(Text(f"{UNKNOWN}: it rests on what nobody states (run FILE: what nobody states)", style="dim"))
    if table.left:
        out.print()
        out.print(Text(f"{table.left}: --quarterly, --annual, --monthly, -o FILE.csv", style="dim"))


def _name(name: str) -> str:
    """A line in words; of a tranche by its name, cut to the width."""
    line, _, item = name.partition("[")
    text = line.replace("_", " ")
    return text if not item else f"{item.removesuffix(']')}: {text.removeprefix('t ')}"[: NAME - 1]


def _period(row: Row, k: int) -> str:
    value = row.values[k]
    if isnan(value) and row.unit in (POWER, "USD"):
        return UNKNOWN
    if not isfinite(value) or (row.unit == "" and value >= NO_TEST):
        return "-"
    if row.unit == POWER:
        return f"{value * MEGAWATT:,.0f}"
    if row.unit == "USD":
        return "-" if abs(value) < 1 else f"{value / MILLION:z,.{int(abs(value) < WIDE)}f}"
    return f"{100 * value:z,.2f}%" if row.unit == "1/year" else f"{value:z,.2f}"
