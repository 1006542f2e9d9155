"""What people read of a result: money over time (``Table``), and pages of named figures (``Sheet``).

Nothing is calculated again here: a page gathers what lines, steps and studies have found, with unit and source.
``SHEETS`` names the function that makes each page of figures: ``result -> Sheet``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from computefactory.report.files import write
from computefactory.report.money import PAGES, PERIODS, Row, Table, table
from computefactory.report.sheet import Cell, Column, Figure, Grid, Section, Sheet

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = [
    "PAGES",
    "PERIODS",
    "SHEETS",
    "Cell",
    "Column",
    "Figure",
    "Grid",
    "Row",
    "Section",
    "Sheet",
    "Table",
    "table",
    "write",
]


def _page(name: str) -> Callable[[Result], Sheet]:
    """The function ``sheet`` of the module of that name, imported when the page is asked for."""

    def make(result: Result) -> Sheet:
        found: Sheet = importlib.import_module(f"computefactory.report.{name}").sheet(result)
        return found

    return make


SHEETS: dict[str, Callable[[Result], Sheet]] = {
    "book": _page("book"),
    "loans": _page("loans"),
    "plant": _page("plant"),
    "power": _page("power"),
    "output": _page("output"),
    "returns": _page("returns"),
}
