"""Pages of a workbook as they look: heads, colours, number formats, cells that are text, number or formula.

Text is always written as text, whatever it begins with; a number that does not exist is the text ``none``. The file is
made in memory and put in its place whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from computefactory.errors import OutputError
from computefactory.ledger.cells import FIRST, PERIOD_ROW, TOP, fill
from computefactory.published import published
from computefactory.received import why
from computefactory.units import parse_unit, shown

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from computefactory.units import Unit

__all__ = ["NONE", "WorkbookPage", "WorkbookWriter", "money"]

NONE = "none"  # what stands for a number that does not exist
_USD = parse_unit("USD")
_COLOURS = {
    "input": "#0000C0",
    "formula": "#000000",
    "link": "#006100",
    "solved": "#B45F06",
    "dim": "#808080",
    "share": "#0000C0",
}
_FILLS = {"input": "#EAF1FB", "solved": "#FCE5CD"}
_MONEY, _PLAIN = "#,##0;[Red]-#,##0;0", "#,##0.0###;[Red]-#,##0.0###;0"
_FORMS = {
    "share": "0.0%;[Red]-0.0%",
    "million": "#,##0.0,,;[Red]-#,##0.0,,;0",
    "number": "[>=0.005]#,##0.00;[Red][<=-0.005]-#,##0.00;0.00",
}
_WIDTHS = ((0, 0, 32), (1, 1, 40), (2, 2, 19), (3, 3, 44), (4, 4, 16), (5, 5, 3), (FIRST, FIRST + 2000, 14))
_STAYS = 1  # columns that stay in view while the months are moved
_A3 = 8


class WorkbookWriter:
    """A workbook being written; ``formulas`` counts its live cells."""

    def __init__(self, title: str, columns: Sequence[tuple[str, str, str]], periods: Sequence[str]) -> None:
        from xlsxwriter import Workbook

        self.title, self.columns, self.periods = title, columns, periods
        self.formulas = 0
        self._buffer = BytesIO()
        self._book = Workbook(self._buffer, {"in_memory": True})
        self._styles: dict[tuple[str, str], Format] = {}
        self._class = _worksheet()
        self._warning: Format | None = None

    def page(self, name: str, about: str, heads: Sequence[str], *, timed: bool) -> WorkbookPage:
        """A new page: its title, what it holds, names of the columns, and the periods where it is timed."""
        return WorkbookPage(
            self, self._book.add_worksheet(name, worksheet_class=self._class), name, about, heads, timed
        )

    def chart(self, kind: str, subtype: str = "") -> Chart:
        """A chart of the spreadsheet's own, to be filled and placed."""
        return self._book.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})

    def style(self, kind: str, *, money: bool = False, form: str = "") -> Format:
        """The format of a kind of cell; ``form`` is a name for how its number is shown."""
        form = form or ("money" if money else "")
        key = kind, form
        if key not in self._styles:
            shown_as = {"": "General" if kind == "share" else _PLAIN, "money": _MONEY, **_FORMS}[form]
            properties: dict[str, object] = {"font_color": _COLOURS.get(kind, "#000000"), "num_format": shown_as}
            if kind in _FILLS:
                properties["bg_color"] = _FILLS[kind]
            if kind in ("title", "head"):
                properties["bold"] = True
            if kind == "title":
                properties["font_size"] = 14
            self._styles[key] = self._book.add_format(properties)
        return self._styles[key]

    def warning(self) -> Format:
        """How what fails looks."""
        if self._warning is None:
            self._warning = self._book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#C00000"})
        return self._warning

    def save(self, path: Path) -> None:
        """Put the workbook in its place, whole or not at all.

        Raises:
            OutputError: the place cannot be written.
        """
        self._book.close()
        try:
            with published(path) as draft:
                draft.write_bytes(self._buffer.getvalue())
        except OSError as error:
            raise OutputError(f"cannot write {path}: {why(error)}") from error


class WorkbookPage:
    """One sheet; rows count from 1 as people see them, columns from 0."""

    def __init__(
        self, book: WorkbookWriter, worksheet: Worksheet, name: str, about: str, heads: Sequence[str], timed: bool
    ) -> None:
        self.book, self.name = book, name
        self.sheet = worksheet
        self._folded: set[int] = set()
        worksheet.outline_settings(symbols_below=False)
        for first, last, width in _WIDTHS:
            worksheet.set_column(first, last, width)
        self.text(1, 0, f"{book.title}: {name}", "title")
        self.text(2, 0, about, "dim")
        for k, head in enumerate(heads):
            self.text(TOP - 2, k, head, "head")
        worksheet.freeze_panes(TOP - 2, _STAYS)
        worksheet.set_landscape()
        worksheet.set_paper(_A3)
        worksheet.repeat_rows(PERIOD_ROW - 1, TOP - 3)
        worksheet.repeat_columns(0)
        worksheet.set_footer("&L&A&RPage &P of &N")
        if timed:
            for k, period in enumerate(book.periods):
                self.number(PERIOD_ROW, FIRST + k, k + 1, "dim", money=True)
                self.text(PERIOD_ROW + 1, FIRST + k, period, "head")

    def text(self, row: int, column: int, text: str, kind: str = "plain") -> None:
        """Text, never a formula."""
        self.sheet.write_string(row - 1, column, text, self.book.style(kind))

    def number(self, row: int, column: int, value: float, kind: str, *, money: bool = False) -> None:
        """A typed number."""
        if isfinite(value):
            self.sheet.write_number(row - 1, column, value, self.book.style(kind, money=money))
        else:
            self.text(row, column, NONE, kind)

    def formula(
        self, row: int, column: int, formula: str, value: float | str, *, money: bool = False, form: str = ""
    ) -> None:
        """A formula with its value; green where it reads another sheet."""
        style = self.book.style("link" if "!" in formula else "formula", money=money, form=form)
        self.sheet.write_formula(row - 1, column, formula, style, _cached(value, formula))
        self.book.formulas += 1

    def numbers(self, row: int, values: Sequence[float], kind: str, *, money: bool, spare: bool = True) -> None:
        """A row of typed numbers from the first period on."""
        for k, value in enumerate(values):
            self.number(row, FIRST + k, value, kind, money=money)
        if spare:
            self._spare(row, len(values))

    def formulas(self, row: int, template: str, values: Sequence[float], *, money: bool) -> None:
        """One formula across all periods."""
        style = self.book.style("link" if "!" in template else "formula", money=money)
        write = self.sheet.write_formula
        for k, (columns, value) in enumerate(zip(self.book.columns, values, strict=True)):
            write(row - 1, FIRST + k, fill(template, columns), style, _cached(value, template))
        self.book.formulas += len(values)
        self._spare(row, len(values))

    def _spare(self, row: int, periods: int) -> None:
        """The zeros before the first period and after the last."""
        for column in (FIRST - 1, FIRST + periods):
            self.number(row, column, 0, "dim", money=True)

    def fold(self, first: int, last: int) -> None:
        """Group rows that say nothing, and show the mark that opens them beside the row above."""
        for row in range(first, last + 1):
            self.sheet.set_row(row - 1, None, None, {"level": 1, "hidden": True})
            self._folded.add(row)
        if first - 1 not in self._folded:
            self.sheet.set_row(first - 2, None, None, {"collapsed": True})

    def warn(self, first: int, column: int, last: int, texts: Sequence[str]) -> None:
        """Colour the cells of a column that say one of ``texts``."""
        for text in texts:
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": self.book.warning()}
            self.sheet.conditional_format(first - 1, column, max(last, first) - 1, column, rule)

    def head(self, row: int, name: str, label: str, unit: Unit, note: str, kind: str = "plain") -> None:
        """The first columns of a row: name, what it is, unit, formula or source."""
        for k, text in enumerate((name, label, shown(unit), note)):
            if text:
                self.text(row, k, text, kind)


def money(unit: Unit) -> bool:
    """Whether whole numbers say enough."""
    return unit == _USD


def _cached(value: float | str, formula: str) -> float | str:
    """The value that stands with a formula until it is calculated: an error where nothing catches it."""
    if isinstance(value, str) or isfinite(value):
        return value
    return NONE if "IFERROR" in formula else "#DIV/0!"


def _worksheet() -> type[Worksheet]:
    """A sheet that takes formulas as they are: none of ours is of the newer functions that need a prefix.

    Looking for those in every formula takes three times as long as all the rest.
    """
    from xlsxwriter.worksheet import Worksheet

    def prepare(self: Worksheet, formula: str, expand_future_functions: bool = False) -> str:
        del self, expand_future_functions
        return formula.removeprefix("=")

    return type("Plain", (Worksheet,), {"_prepare_formula": prepare})
