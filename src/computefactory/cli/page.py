"""The first page of a factory in the terminal: eighty columns, plain when piped, legible on light and dark."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from computefactory.report import block, overview

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
    for each in overview.blocks(result):
        _block(console, each)


def _block(out: Console, shown: block.Block) -> None:
    if shown.title:
        out.print()
        head = Text(shown.title.upper(), style="bold")
        if shown.note:
            head.append(f"  {_text(shown.note)}", style="dim not bold")
        out.print(head)
    for line in shown.lines:
        text = Text()
        for cell, style in line:
            text.append(_text(cell), style=style or None)
        out.print(text)
    if shown.widths:
        _rows(out, shown)


def _rows(out: Console, shown: block.Block) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), width=WIDTH)
    for i, width in enumerate(shown.widths):
        table.add_column(width=width, justify="right" if i in shown.right else "left", overflow="fold")
    for row in shown.rows:
        table.add_row(*map(_text, row))
    out.print(table)


def _text(cell: block.Cell) -> str:
    return "".join(map(str, block.parts(cell)))
