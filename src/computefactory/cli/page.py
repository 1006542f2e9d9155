"""The first page of a factory in the terminal: eighty columns, plain when piped, legible on light and dark."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from computefactory.report import overview

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["show"]

WIDTH = 80


def show(result: Result, console: Console | None = None) -> None:
    """Print the page; without ``console`` on standard output, no blanks at the ends of lines."""
    if console is None:
        out = Console(width=WIDTH, highlight=False)
        with out.capture() as page:
            show(result, out)
        sys.stdout.writelines(f"{line.rstrip()}\n" for line in page.get().splitlines())
        return
    for block in overview.blocks(result):
        _block(console, block)


def _block(out: Console, block: overview.Block) -> None:
    if block.title:
        out.print()
        head = Text(block.title.upper(), style="bold")
        if block.note:
            head.append(f"  {_text(block.note)}", style="dim not bold")
        out.print(head)
    for line in block.lines:
        text = Text()
        for cell, style in line:
            text.append(_text(cell), style=style or None)
        out.print(text)
    if block.widths:
        _rows(out, block)


def _rows(out: Console, block: overview.Block) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), width=WIDTH)
    for i, width in enumerate(block.widths):
        table.add_column(width=width, justify="right" if i in block.right else "left", overflow="fold")
    for row in block.rows:
        table.add_row(*map(_text, row))
    out.print(table)


def _text(cell: overview.Cell) -> str:
    return "".join(map(str, overview.parts(cell)))
