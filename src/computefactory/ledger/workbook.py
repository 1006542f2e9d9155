"""The ledger as a live workbook: the fifth reading of the same lines.

Inputs stand in blue on sheets of their own; every line is a row with one formula across time, written with its value,
so that the file shows the engine's numbers before anything is calculated and the sheet's own after. Rows of terms that
the inputs do not have are grouped and folded away, never left out: an escalator that is typed in wakes its own. No
macro, no circular reference. See ``docs/how-to/read-the-workbook.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from computefactory.ledger import audit
from computefactory.ledger.beside import Beside, Joined, join
from computefactory.ledger.cells import FIRST, LEFT, NOW, TABLES, TOP, VALUE, CellBlock, CellMap, Templates, column
from computefactory.ledger.check import LineSet
from computefactory.ledger.expression import Expression, Literal, Verb, leaves
from computefactory.ledger.ledger import Ledger
from computefactory.ledger.line import Given, Line
from computefactory.ledger.memory import Result
from computefactory.ledger.pages import NONE, WorkbookPage, WorkbookWriter, money
from computefactory.ledger.summary import Rule, Summary, summary
from computefactory.units import DIMENSIONLESS

__all__ = ["write_workbook"]

INPUTS, LINES, NUMBERS = "Inputs", "Lines", "Numbers"
PLAIN = (0.0, 1.0, -1.0)  # numbers that may stand in a formula; every other has a cell of its own
SWITCH, YEARS_BEGUN, CONSTANT = "hold", "years begun", "constant"
CONSTANTS = "Number in the formulas of lines; not an input."
HEADS = ("name", "what it is", "unit", "formula", "value")


def write_workbook(
    ledger: Ledger,
    values: Mapping[str, ArrayLike],
    results: Mapping[str, Result],
    path: Path,
    *,
    title: str,
    periods: Sequence[str],
    items: Mapping[str, Sequence[str]],
    sources: Mapping[str, str] | None = None,
    first: Summary | None = None,
    checks: Sequence[audit.AuditCheck] = (),
    held: Collection[str] = (),
    beside: Sequence[Beside] = (),
) -> int:
    """Write one case of a ledger; returns the number of live formulas.

    Args:
        values: the givens of the case; ``results``: every line of its run.
        beside: what other runs add, on sheets of their own; they read what is the same in this one.
        periods: names of the periods; ``items``: names by axis.
        sources: where a given comes from, by its name or, for one item, ``name[item]``.
        first: what stands on the first page.
        checks: what must hold, on a page of its own.
        held: lines that a switch holds at the values written here.

    Raises:
        OutputError: the place cannot be written.
    """
    joined = join(ledger, values, results, beside)
    arrays, results = joined.values, joined.results
    rules = first.rules if first is not None else ()
    grid = _place(joined, len(periods), held, rules)
    book = WorkbookWriter(title, grid.columns(), periods)
    writer = _LineWriter(joined, grid, book, items, sources or {}, held)
    known = {**arrays, **results}
    if first is not None:
        summary(book, writer.templates, first, known, checked=audit.hold(checks, known))
    writer.inputs(rules)
    writer.tables()
    writer.lines()
    writer.item_pages()
    writer.numbers()
    writer.beside([other.page for other in beside])
    audit.rates(book, writer.templates, writer.rows)
    audit.checks(book, writer.templates, checks, known)
    audit.reconciliation(book, writer.templates, results)
    book.save(path)
    return book.formulas


def _verbs(sheet: LineSet, verb: str) -> list[Verb]:
    found = [leaf for line in sheet.lines.values() for leaf in leaves(line.expression)]
    return list({str(leaf): leaf for leaf in found if isinstance(leaf, Verb) and leaf.verb == verb}.values())


def _constants(sheet: LineSet) -> dict[float, Literal]:
    """Numbers that stand in the formulas of lines."""
    queue: list[Expression] = [line.expression for line in sheet.lines.values()]
    for expression in queue:
        queue.extend(expression.parts)
    found = {item.value: item for item in queue if isinstance(item, Literal) and item.value not in PLAIN}
    return dict(sorted(found.items()))


def _solved(sheet: LineSet) -> list[Verb]:
    return _verbs(sheet, "solve")


class _Placer:
    """Gives rows away, sheet by sheet, from the top."""

    def __init__(self) -> None:
        self.next: dict[str, int] = {}
        self.blocks: dict[str, CellBlock] = {}

    def single(self, key: str, sheet: str, *, timed: bool) -> CellBlock:
        row = self.next.setdefault(sheet, TOP)
        self.next[sheet] = row + 1
        self.blocks[key] = CellBlock(sheet, row, 1, timed)
        return self.blocks[key]

    def items(self, key: str, sheet: str, count: int, *, timed: bool) -> None:
        row = self.next.setdefault(sheet, TOP) + 1  # below its header
        self.next[sheet] = row + count + 1  # and one row free
        self.blocks[key] = CellBlock(sheet, row, count, timed)


def _place(joined: Joined, periods: int, held: Collection[str], rules: Sequence[Rule]) -> CellMap:
    """Where everything stands."""
    placer = _Placer()
    sheet, values = joined.sheet, joined.values
    counts: dict[str | None, int] = {None: 1} | {
        given.per: len(values[given.name]) for given in sheet.givens.values() if given.per
    }
    if held:
        placer.single(SWITCH, INPUTS, timed=False)
    for given in sorted(
        sheet.givens.values(), key=lambda given: (given.series, given.per is not None or given.table, given.table)
    ):
        if given.per is None and not given.table:
            placer.single(given.name, INPUTS, timed=given.series)
        else:
            placer.items(given.name, INPUTS, counts[given.per], timed=given.series)
    for name in held:
        line = sheet.lines[name]
        if line.per:
            placer.items(f"{name} held", INPUTS, counts[line.per], timed=line.timed)
        else:
            placer.single(f"{name} held", INPUTS, timed=line.timed)
    for rule in rules:
        placer.single(rule.name, INPUTS, timed=True)
    constants = {value: placer.single(f"{CONSTANT} {value:g}", INPUTS, timed=False) for value in _constants(sheet)}
    begun = placer.single(YEARS_BEGUN, LINES, timed=True) if _verbs(sheet, "ytd") else None
    solved = {str(verb): placer.single(str(verb), NUMBERS, timed=False) for verb in _solved(sheet)}
    for line in sheet.lines.values():
        home = _home(line, joined.pages.get(line.name, ""))
        if line.per:
            placer.items(line.name, home, counts[line.per], timed=line.timed)
        else:
            placer.single(line.name, home, timed=line.timed)
    flows = [(verb.line, item) for verb in _verbs(sheet, "irr") for item in range(counts[sheet[verb.line].per])]
    returns = {flow: audit.return_cells(k) for k, flow in enumerate(flows)}
    ages = {given.name: values[given.name].shape[-1] for given in sheet.givens.values() if given.table}
    return CellMap(placer.blocks, periods, ages, returns, solved, begun, constants, _tables(sheet, counts))


def _home(line: Line, page: str) -> str:
    """The sheet of a line; what another run adds has ``page`` and others named after it."""
    if page:
        return page if line.timed and not line.per else f"{page}_{line.per or NUMBERS}"
    return line.per or (LINES if line.timed else NUMBERS)


def _tables(sheet: LineSet, counts: Mapping[str | None, int]) -> dict[str, int]:
    """The first column of each table where it stands upright: its ages; then a column for each of its items."""
    columns: dict[str, int] = {}
    after = 1
    for given in sheet.givens.values():
        if given.table:
            columns[given.name] = after
            after += counts[given.per] + 2
    return columns


class _LineWriter:
    """Writes the pages of lines and givens."""

    def __init__(
        self,
        joined: Joined,
        grid: CellMap,
        book: WorkbookWriter,
        items: Mapping[str, Sequence[str]],
        sources: Mapping[str, str],
        held: Collection[str],
    ) -> None:
        self.sheet, self.grid, self.book = joined.sheet, grid, book
        self.nothing, self.pages = joined.nothing, joined.pages
        self.values, self.results = joined.values, joined.results
        self.items, self.sources, self.held = items, sources, held
        self.templates = Templates(joined.sheet, grid)

    def rows(self, name: str) -> list[list[float]]:
        """The numbers of a line or given, a list for each of its rows."""
        count = self.grid.blocks[name].rows
        array = np.asarray((self.values if name in self.values else self.results)[name], dtype=float)
        found: list[list[float]] = array.reshape(count, -1).tolist() if count else []
        return found

    # givens

    def inputs(self, rules: Sequence[Rule]) -> None:
        """Numbers, tables, series, what is held, rules of charts, and the constants of the formulas."""
        what = (
            "Blue cells are inputs: change them and everything follows. Black is calculated, green reads another "
            "sheet. What varies over time stands below."
        )
        page = self.book.page(INPUTS, what, ("name", "what it is", "unit", "source", "value"), timed=True)
        if self.held:
            row = self.grid.blocks[SWITCH].row
            for k, text in enumerate((SWITCH, f"1 holds at the values written: {', '.join(self.held)}", "", "0 or 1")):
                page.text(row, k, text)
            page.number(row, FIRST - 2, 0, "input", money=True)
        for given in self.sheet.givens.values():
            self._given(page, given)
        self._held(page)
        for rule in rules:
            row = self.grid.blocks[rule.name].row
            page.head(row, rule.name, rule.label, DIMENSIONLESS, rule.source)
            self._typed(page, row, [rule.value] * self.grid.periods, money=False, timed=True)
        for value, literal in _constants(self.sheet).items():
            row = self.grid.constants[value].row
            page.head(row, f"{CONSTANT} {value:g}", CONSTANTS, literal.unit or DIMENSIONLESS, "part of the model")
            page.number(row, FIRST - 2, value, "dim")

    def _given(self, page: WorkbookPage, given: Given) -> None:
        block, source = self.grid.blocks[given.name], self.sources.get(given.name, given.source)
        if given.per or given.table:
            page.head(block.row - 1, given.name, given.label, given.unit, source, "head")
        else:
            page.head(block.row, given.name, given.label, given.unit, source)
        if given.table:
            ages = [float(age) for age in range(self.grid.ages[given.name])]
            page.numbers(block.row - 1, ages, "dim", money=True, spare=False)
        for k, numbers in enumerate(self.rows(given.name)):
            row = block.row + k
            if given.per:
                name = f"{given.name}[{self.items[given.per][k]}]"
                page.head(row, name, self.items[given.per][k], given.unit, self.sources.get(name, ""))
            if given.of:
                self._read(page, row, given, int(self.rows(given.by)[k][0]), numbers)
            else:
                self._typed(page, row, numbers, money=money(given.unit), table=given.table, timed=given.series)

    def _read(self, page: WorkbookPage, row: int, given: Given, place: int, numbers: Sequence[float]) -> None:
        """What belongs to an item of another axis is read there."""
        read = self.grid.blocks[given.of].row + place
        if given.series:
            page.formulas(row, f"={NOW}{read}", numbers, money=money(given.unit))
        else:
            page.formula(row, FIRST - 2, f"=${VALUE}${read}", numbers[0], money=money(given.unit))

    def _typed(
        self, page: WorkbookPage, row: int, numbers: Sequence[float], *, money: bool, table: bool = False, timed: bool
    ) -> None:
        if timed or table:
            page.numbers(row, numbers, "input", money=money, spare=timed)
        else:
            page.number(row, FIRST - 2, numbers[0], "input", money=money)

    def _held(self, page: WorkbookPage) -> None:
        for name in self.held:
            line = self.sheet.lines[name]
            row, why = self.grid.blocks[f"{name} held"].row, f"as written; used where {SWITCH} is 1"
            page.head(row - bool(line.per), f"{name} held", line.label, line.unit, why, "head" if line.per else "plain")
            for item, numbers in enumerate(self.rows(name)):
                if line.per:
                    called = self.items[line.per][item]
                    page.head(row + item, f"{name} held[{called}]", called, line.unit, why)
                self._typed(page, row + item, numbers, money=money(line.unit), timed=line.timed)

    def tables(self) -> None:
        """Tables by age, upright, as formulas read them."""
        if not self.grid.tables:
            return
        page = self.book.page(TABLES, "Tables of the inputs, upright: ages downwards, a column each.", (), timed=False)
        page.sheet.set_column(1, max(self.grid.tables.values()) + max(map(len, self.items.values()), default=1), 14)
        for name, first in self.grid.tables.items():
            block, rows = self.grid.blocks[name], self.rows(name)
            page.text(TOP - 2, first, name, "head")
            page.text(TOP - 1, first, "age", "head")
            for place, item in enumerate(self.items[per] if (per := self.sheet.givens[name].per) else [name], 1):
                page.text(TOP - 1, first + place, item, "head")
            for age in range(self.grid.ages[name]):
                letter = column(FIRST + age)
                page.formula(TOP + age, first, f"={INPUTS}!{letter}${block.row - 1}", float(age), money=True)
                for k, shares in enumerate(rows):
                    page.formula(TOP + age, first + 1 + k, f"={INPUTS}!{letter}${block.row + k}", shares[age])

    # lines

    def lines(self) -> None:
        """Monthly lines without items."""
        what = "Every line of money and quantity, one formula across time. The grey zeros at both ends are no periods."
        page = self.book.page(LINES, what, HEADS[:-1], timed=True)
        if self.grid.years_begun is not None:
            row = self.grid.blocks[YEARS_BEGUN].row
            for k, text in enumerate((YEARS_BEGUN, "Tax years begun so far.", "", "prev + year_start")):
                page.text(row, k, text)
            begun = list(accumulate(self.rows("year_start")[0]))
            template = f"={LEFT}{row}+{self.templates.cell('year_start', LINES, 0)}"
            page.formulas(row, template, begun, money=True)
        for line in self._lines_on(LINES):
            self._line(page, line)

    def _lines_on(self, home: str) -> list[Line]:
        """The lines of a sheet, in order."""
        return [line for line in self.sheet.lines.values() if self.grid.blocks[line.name].sheet == home]

    def item_pages(self) -> None:
        """A page for each axis: a block of rows a line, one row an item."""
        for axis in self.sheet.axes:
            self._items_page(axis, axis)

    def _items_page(self, home: str, axis: str) -> None:
        lines = self._lines_on(home)
        if lines:
            what = f"Lines of each {axis}, {len(self.items[axis])} in number; items in order of rank."
            page = self.book.page(home, what, HEADS, timed=True)
            for line in lines:
                self._line(page, line)

    def beside(self, pages: Sequence[str]) -> None:
        """What other runs add: series, items and numbers, each on a page."""
        for name in pages:
            what = f"What the run {name} adds: lines that are the same in all runs stand on their own sheets."
            for home, heads, timed in ((name, HEADS[:-1], True), (f"{name}_{NUMBERS}", HEADS, False)):
                if lines := self._lines_on(home):
                    page = self.book.page(home, what, heads, timed=timed)
                    for line in lines:
                        self._line(page, line)
            for axis in self.sheet.axes:
                self._items_page(f"{name}_{axis}", axis)

    def numbers(self) -> None:
        """Lines that do not vary over time, and the numbers found in rounds."""
        solved = _solved(self.sheet)
        heads = (*HEADS, "", "live value", "gap", "state") if solved else HEADS
        what = "Lines that do not vary over time."
        if solved:
            what += " Orange numbers were found in rounds: where a state says RE-SOLVE, run the program again."
        page = self.book.page(NUMBERS, what, heads, timed=False)
        for verb in solved:
            self._solve(page, verb)
        for line in self._lines_on(NUMBERS):
            self._line(page, line)

    def _solve(self, page: WorkbookPage, verb: Verb) -> None:
        line, row = self.sheet.lines[verb.line], self.grid.blocks[str(verb)].row
        live, gap = float(self.results[verb.line]), float(self.results[f"{verb.line}_gap"])
        page.head(row, str(verb), "Number found in rounds.", line.unit, line.label)
        page.number(row, FIRST - 2, live - gap, "solved", money=money(line.unit))
        cell = f"${VALUE}${row}"
        page.formula(row, FIRST, f"={self.templates.cell(verb.line, NUMBERS, 0)}", live, money=money(line.unit))
        page.formula(row, FIRST + 1, f"={column(FIRST)}{row}-{cell}", gap)
        state = audit.solve_state(f"{column(FIRST)}{row}", f"{column(FIRST + 1)}{row}", NUMBERS)
        page.formula(row, FIRST + 2, state, "ok")
        page.warn(row, FIRST + 2, row, ("RE-SOLVE",))

    def _line(self, page: WorkbookPage, line: Line) -> None:
        block = self.grid.blocks[line.name]
        if line.name in self.nothing and line.name not in self.held:
            page.fold(block.row - bool(line.per), block.row + block.rows - 1 + bool(line.per))
        whole = money(line.unit)
        if line.per:
            page.head(block.row - 1, line.name, line.label, line.unit, line.formula, "head")
        else:
            page.head(block.row, line.name, line.label, line.unit, line.formula)
        for item, numbers in enumerate(self.rows(line.name)):
            row = block.row + item
            if line.per:
                name = self.items[line.per][item]
                page.head(row, f"{line.name}[{name}]", name, line.unit, "")
            template = self._template(line, page.name, item)
            if line.timed:
                page.formulas(row, template, numbers, money=whole)
            else:
                if "/" in template and "IFERROR" not in template:  # what is divided by zero does not exist
                    template = f'=IFERROR({template[1:]},"{NONE}")'
                page.formula(row, FIRST - 2, template, numbers[0], money=whole)

    def _template(self, line: Line, home: str, item: int) -> str:
        live = self.templates.formula(line.expression, home, item)
        if line.name not in self.held:
            return live
        switch, kept = self.grid.blocks[SWITCH], self.grid.blocks[f"{line.name} held"]
        row = kept.row + (item if line.per else 0)
        cell = f"{NOW}{row}" if kept.timed else f"${VALUE}${row}"
        return f"=IF({switch.sheet}!${VALUE}${switch.row},{kept.sheet}!{cell},{live[1:]})"
