"""What people read of a result: money over time (``Table``), and pages of named figures (``Sheet``).

Nothing is calculated again here: a page gathers what lines, steps and studies have found, with unit and source.
``SHEETS`` names the function that makes each page of figures: ``result -> Sheet``; :class:`Pages` has them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from computefactory.report.files import write
from computefactory.report.money import PAGES, PERIODS, Row, Table, kept_at_end, table
from computefactory.report.sheet import Cell, Column, Figure, Grid, Of, PageNumber, Section, Sheet

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
    "Of",
    "PageNumber",
    "Pages",
    "Row",
    "Section",
    "Sheet",
    "Table",
    "kept_at_end",
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


class Pages:
    """All pages of figures of one result by the name that ``explain`` calls them, each made when first asked for."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self._made: dict[str, Sheet | None] = {}

    def get(self, name: str) -> Sheet | None:
        """A page; None where there is none of that name."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def number(self, name: str, item: str) -> PageNumber | None:
        """A number by ``page:section.name`` and the item of its row."""
        page, _, place = name.partition(":")
        section, _, figure = place.partition(".")
        sheet = self.get(page)
        found = next((part for part in sheet.sections if part.name == section), None) if sheet is not None else None
        return None if found is None else found.number(page, figure, item)

    def _make(self, name: str) -> Sheet | None:
        from computefactory.appraisal import qualification_of, value_of
        from computefactory.report import overview, qualify, readers, time_to_power, value
        from computefactory.studies.time_to_power import study

        kind, _, asked = name.partition("@")
        makers: dict[str, Callable[[], Sheet]] = {
            **{page: partial(make, self.result) for page, make in SHEETS.items()},
            **{f"view_{page}": partial(make, self.result) for page, make in readers.READERS.items()},
            "sensitivity": lambda: overview.swings(self.result),
            "qualification": lambda: qualify.page(qualification_of(self.result, asked or None)),
            "valuation": lambda: value.page(value_of(self.result)),
            "time_to_power": lambda: time_to_power.sheet(self.result.factory, study(self.result.factory, asked)),
        }
        return makers[kind]() if kind in makers else None
