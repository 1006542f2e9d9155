"""A table in the terminal: time across, six periods to a block, money in millions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from computefactory.report import Row, Table

__all__ = ["show"]

WIDTH, NAME, CELL = 80, 26, 9
PER_BLOCK = (WIDTH - NAME) // CELL
MILLION, NO_TEST = 1e6, 1e6
WIDE = 1e10  # from here on a tenth of a million would touch the number beside it


def show(table: Table, title: str) -> None:
    """Print a table in blocks of periods."""
    out = Console(width=WIDTH, highlight=False)
    case = table.case.replace("_", " ")
    out.print(Text(f"{title}: {table.page}").append(f"  {case}, million USD", style="dim"))
    for first in range(0, len(table.columns), PER_BLOCK):
        block = range(first, min(first + PER_BLOCK, len(table.columns)))
        for section, rows in groupby(table.rows, key=lambda row: row.section):
            out.print()
            heads = "".join(f"{table.columns[k]:>{CELL}}" for k in block)
            out.print(Text(f"{section:<{NAME}}{heads}", style="bold"))
            for row in rows:
                name = f"{_name(row.name):<{NAME}}"
                out.print(name + "".join(f"{_cell(row, k):>{CELL}}" for k in block), markup=False)


def _name(name: str) -> str:
    """A line in words; of a tranche by its name, cut to the width."""
    line, _, item = name.partition("[")
    text = line.replace("_", " ")
    return text if not item else f"{item.removesuffix(']')}: {text.removeprefix('t ')}"[: NAME - 1]


def _cell(row: Row, k: int) -> str:
    value = row.values[k]
    if not np.isfinite(value) or (row.unit == "" and value >= NO_TEST):
        return "-"
    if row.unit == "USD":
        return "-" if abs(value) < 1 else f"{value / MILLION:z,.{int(abs(value) < WIDE)}f}"
    return f"{100 * value:z,.2f}%" if row.unit == "1/year" else f"{value:z,.2f}"
