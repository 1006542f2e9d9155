"""The first page of a workbook: figures that are read first, what adds up to what, and charts drawn from live cells.

What stands on it is named by the caller; a line that the ledger does not hold is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from computefactory.ledger.audit import CHECKS, RECONCILIATION
from computefactory.ledger.cells import FIRST, PERIOD_ROW, TOP, Templates
from computefactory.ledger.pages import NONE, WorkbookPage, WorkbookWriter
from computefactory.units import shown

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

__all__ = ["Course", "Headline", "Rule", "Stack", "Summary", "summary"]

SUMMARY = "Summary"
_LABEL, _VALUE, _SECOND = 0, 1, 2  # columns
_CHARTS = 5  # the column where charts begin
_DUST = 1e-9  # what is below zero by less is zero
_GAP = 200  # beside a stacked column, in per cent of its width
_ROWS, _WIDTH, _HEIGHT = 19, 760, 360  # rows and pixels of a chart
_PALE, _DARK = ("#DDEBF7", "#8FAADC"), ("#C55A11", "#1F3864", "#548235", "#7F7F7F")  # areas; lines
_PALETTE = ("#1F3864", "#2E75B6", "#9DC3E6", "#C55A11", "#F4B183", "#7F7F7F", "#548235", "#A9D18E", "#BF9000")
_FORMS = {"money": "million", "number": "number", "share": "share"}  # how a style looks in a cell
_FORMATS = {"money": "#,##0,,", "thousands": "#,##0,", "number": "#,##0.00"}  # and on an axis
_MILLIONS = "million USD"


@dataclass(frozen=True, slots=True)
class Headline:
    """A number that is read first: a line that does not vary over time."""

    label: str
    line: str
    style: Literal["share", "money", "number"] = "number"


@dataclass(frozen=True, slots=True)
class Stack:
    """Columns of parts that add up: by column, what each part is called and the line it is (its sum where timed)."""

    title: str
    columns: Mapping[str, Sequence[tuple[str, str]]]
    style: Literal["money", "number"]


@dataclass(frozen=True, slots=True)
class Course:
    """Lines over time, as areas and before them as lines; or, with ``marks``, on an axis from ``low`` to ``high``.

    ``marks`` are points, ``limits`` lines of that axis; what is off it is not seen.
    """

    title: str
    style: Literal["money", "thousands"]
    unit: str
    areas: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A number that charts hold lines against, typed among the inputs for every period; no line reads it."""

    name: str
    label: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands on the first page, and the rules that its charts show."""

    about: Mapping[str, str]
    figures: tuple[Headline, ...] = ()
    stacks: tuple[Stack, ...] = ()
    courses: tuple[Course, ...] = ()
    rules: tuple[Rule, ...] = ()


def summary(
    book: WorkbookWriter, templates: Templates, wanted: Summary, known: Mapping[str, ArrayLike], *, checked: bool
) -> None:
    """Write the page; every number on it is a formula. ``checked``: all checks hold."""
    page = book.page(SUMMARY, "What this workbook says. Numbers and charts follow the inputs.", (), timed=False)
    for first, last, width in ((0, 0, 44), (1, 2, 18), (3, 3, 12), (4, 4, 3), (5, 5 + FIRST, 14)):
        page.sheet.set_column(first, last, width)
    page.sheet.hide_gridlines(2)
    page.sheet.fit_to_pages(1, 1)
    writer = _SummaryWriter(book, templates, page, known)
    writer.about(wanted.about, checked=checked)
    writer.figures(wanted.figures)
    for stack in wanted.stacks:
        writer.stack(stack)
    for course in wanted.courses:
        writer.course(course)


class _SummaryWriter:
    """Writes down the left side of the page, and hangs a chart on the right for each part that has one."""

    def __init__(
        self, book: WorkbookWriter, templates: Templates, page: WorkbookPage, known: Mapping[str, ArrayLike]
    ) -> None:
        self.book, self.templates, self.page, self.known = book, templates, page, known
        self.row = self.next_chart = TOP - 2

    def has(self, line: str) -> bool:
        """Whether the ledger holds the line."""
        return line in self.templates.grid.blocks

    def about(self, about: Mapping[str, str], *, checked: bool) -> None:
        """What the reader should know first."""
        for key, text in about.items():
            self.page.text(self.row, _LABEL, key, "head")
            self.page.text(self.row, _VALUE, text)
            self.row += 1
        for label, cell, value in (
            ("master check", f"{CHECKS}!$G${TOP}", "ok" if checked else "FAILS"),
            ("lines that differ from the program's", f"{RECONCILIATION}!$I${TOP}", 0.0),
        ):
            self.page.text(self.row, _LABEL, label, "head")
            self.page.formula(self.row, _VALUE, f"={cell}", value, money=True)
            self.row += 1
        self.page.warn(self.row - 2, _VALUE, self.row - 2, ("FAILS",))
        self.row += 1
        self.next_chart = self.row

    def figures(self, figures: Sequence[Headline]) -> None:
        """The figures, one under the other, with their units."""
        self._title("figures")
        for figure in figures:
            if self.has(figure.line):
                self.page.text(self.row, _LABEL, figure.label)
                self._number(figure.line, _VALUE, _FORMS[figure.style])
                unit = _MILLIONS if figure.style == "money" else shown(self.templates.sheet[figure.line].unit)
                self.page.text(self.row, _SECOND, "" if unit == "1" else unit, "dim")
                self.row += 1
        self.row += 1

    def stack(self, stack: Stack) -> None:
        """A table of parts with its sums, and a stacked column for each of its columns."""
        columns = {name: [part for part in parts if self.has(part[1])] for name, parts in stack.columns.items()}
        count = sum(map(len, columns.values()))
        if not count:
            return
        self._title(stack.title)
        for k, name in enumerate(columns):
            self.page.text(self.row - 1, _VALUE + k, name, "head")
        head, first = self.row - 1, self.row
        for k, parts in enumerate(columns.values()):
            for label, line in parts:
                self.page.text(self.row, _LABEL, label)
                self._number(line, _VALUE + k, _FORMS[stack.style])
                self.row += 1
        for k, parts in enumerate(columns.values()):
            letter = chr(ord("A") + _VALUE + k)
            value = sum(self._sum(line) for _, line in parts)
            self.page.text(self.row, _LABEL, "sum", "head")
            formula = f"=SUM({letter}{first}:{letter}{self.row - 1})"
            self.page.formula(self.row, _VALUE + k, formula, value, form=_FORMS[stack.style])
        chart = self.book.chart("column", "stacked")
        for k in range(count):
            row = first + k - 1
            chart.add_series(
                {
                    "name": [SUMMARY, row, _LABEL],
                    "categories": [SUMMARY, head - 1, _VALUE, head - 1, _VALUE + len(columns) - 1],
                    "values": [SUMMARY, row, _VALUE, row, _VALUE + len(columns) - 1],
                    "fill": {"color": _PALETTE[k % len(_PALETTE)]},
                    "gap": _GAP // len(columns),
                }
            )
        unit = _MILLIONS if stack.style == "money" else self._unit(stack)
        least = min(self._sum(line) for parts in columns.values() for _, line in parts)
        self._hang(chart, stack.title, _FORMATS[stack.style], unit, low=0 if least > -_DUST else None)
        self.row += 2

    def course(self, course: Course) -> None:
        """A chart over time, as far as there is something to see."""
        areas, lines, marks, limits = (
            [part for part in parts if self.has(part[1])]
            for parts in (course.areas, course.lines, course.marks, course.limits)
        )
        rows = [np.asarray(self.known[line], dtype=float) for _, line in lines or areas]
        active = [int(np.flatnonzero(row)[-1]) for row in rows if np.any(row)]
        if not active:
            return
        last = min(max(active) + 3, self.templates.grid.periods - 1)
        charts = []
        if areas:
            charts.append(self._drawn("column", areas, last, _PALE))
        if lines:
            charts.append(self._drawn("line", lines, last, _DARK))
        if marks:
            charts.append(self._marked(marks, limits, course, last))
        for other in charts[1:]:
            charts[0].combine(other)
        turned = {"rotation": -45, "size": 8}
        charts[0].set_x_axis({"interval_unit": 12, "interval_tick": 12, "num_font": turned, "label_position": "low"})
        self._hang(charts[0], course.title, _FORMATS[course.style], course.unit)

    def _drawn(self, kind: str, parts: Sequence[tuple[str, str]], last: int, palette: Sequence[str]) -> Chart:
        chart = self.book.chart(kind)
        for k, (label, line) in enumerate(parts):
            colour = {"color": palette[k % len(palette)]}
            step = {"fill": colour, "border": {"none": True}, "gap": 0, "overlap": 100}  # the later stands in front
            look = {"line": {**colour, "width": 2}} if kind == "line" else step
            chart.add_series({**self._series(label, line, last), **look})
        return chart

    def _marked(
        self, marks: Sequence[tuple[str, str]], limits: Sequence[tuple[str, str]], course: Course, last: int
    ) -> Chart:
        """Points and lines on the axis at the right, which does not move."""
        chart = self.book.chart("line")
        for k, (label, line) in enumerate((*marks, *limits)):
            colour = {"color": _DARK[k % len(_DARK)]}
            marker = {"type": "diamond", "size": 6, "fill": colour, "border": colour}
            points = {"marker": marker, "line": {"none": True}}
            rule = {"line": {**colour, "width": 1.5, "dash_type": "dash"}}
            look = points if k < len(marks) else rule
            chart.add_series({**self._series(label, line, last), "y2_axis": True, **look})
        chart.set_y2_axis({"min": course.low, "max": course.high, "num_format": '0.0"x"'})
        return chart

    def _series(self, label: str, line: str, last: int) -> dict[str, object]:
        block = self.templates.grid.blocks[line]
        return {
            "name": label.lstrip("="),  # a name that begins so would be a reference
            "categories": [block.sheet, PERIOD_ROW, FIRST, PERIOD_ROW, FIRST + last],
            "values": [block.sheet, block.row - 1, FIRST, block.row - 1, FIRST + last],
        }

    def _hang(self, chart: Chart, title: str, number: str, unit: str, low: float | None = None) -> None:
        chart.set_title({"name": title, "name_font": {"size": 12}})
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        axis = {"num_format": number, "name": unit, "major_gridlines": grid}
        chart.set_y_axis(axis if low is None else {**axis, "min": low})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": _WIDTH, "height": _HEIGHT})
        self.page.sheet.insert_chart(self.next_chart - 1, _CHARTS, chart)
        self.next_chart += _ROWS

    def _title(self, title: str) -> None:
        self.page.text(self.row, _LABEL, title, "head")
        self.row += 1

    def _sum(self, line: str) -> float:
        return float(np.sum(np.asarray(self.known[line], dtype=float)))

    def _number(self, line: str, column: int, form: str) -> None:
        block = self.templates.grid.blocks[line]
        if block.timed:
            formula = f"=SUM({self.templates.whole(line, SUMMARY, 0)})"
        else:
            formula = f"={self.templates.cell(line, SUMMARY, 0)}"
        value = self._sum(line)
        self.page.formula(self.row, column, formula, value if np.isfinite(value) else NONE, form=form)

    def _unit(self, stack: Stack) -> str:
        line = next(part[1] for parts in stack.columns.values() for part in parts if self.has(part[1]))
        return shown(self.templates.sheet[line].unit)
