"""Ledger formulas as spreadsheet formulas: where every row stands, and the text that one row repeats across time.

The same column is the same period on every sheet. A formula is written once, as a template in which :data:`NOW`,
:data:`LEFT` and :data:`RIGHT` stand for a period's column and its neighbours: before the first period and after the
last stands a spare column of zeros, so that every period of a row has the same formula. Items lie below a header row
that holds no number, so that a sum over items, or over those that rank ahead, may begin there and be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from computefactory.errors import LedgerError
from computefactory.ledger.check import LineSet
from computefactory.ledger.expression import Binary, Call, Compare, Expression, Literal, Name, Negative, Verb
from computefactory.ledger.line import Item

__all__ = [
    "FIRST",
    "LEFT",
    "NOW",
    "PERIOD_ROW",
    "RIGHT",
    "TABLES",
    "TOP",
    "VALUE",
    "CellBlock",
    "CellMap",
    "Templates",
    "at",
    "column",
    "fill",
]

# stand for columns in a template; no formula holds control characters
NOW = "\x01"
LEFT = "\x02"
RIGHT = "\x03"
VALUE = "E"  # the column of everything that does not vary over time
TABLES = "Tables"  # the sheet where tables stand upright
TOP = 7  # the first row below the heads
PERIOD_ROW = 4  # numbers the periods, on every sheet
FIRST = 6  # zero-based column of the first period (or first age of a table)


def column(index: int) -> str:
    """Letters of a column from its zero-based number."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def fill(template: str, columns: tuple[str, str, str]) -> str:
    """The formula of one period; ``columns`` are its left neighbour, itself and its right neighbour."""
    left, now, right = columns
    return template.replace(NOW, now).replace(LEFT, left).replace(RIGHT, right)


def at(sheet: str, home: str) -> str:
    """``sheet`` as a prefix of references that stand on the sheet ``home``."""
    return "" if sheet == home else f"{sheet}!"


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Rows (from 1) of a line or given on a sheet: ``rows`` of them from ``row``, items below a header row."""

    sheet: str
    row: int
    rows: int
    timed: bool


@dataclass(frozen=True, slots=True)
class CellMap:
    """Where everything stands, by name; ``ages`` and rates of return have places of their own.

    ``returns`` gives, for a row of flows, the cells that count its sign changes over the rates tried and the rate at
    the one change; ``years_begun`` is the row that numbers tax years; ``constants`` are the numbers that stand in
    formulas of the ledger, each in a cell of its own; ``tables`` the columns where tables stand upright.
    """

    blocks: Mapping[str, CellBlock]
    periods: int
    ages: Mapping[str, int]
    returns: Mapping[tuple[str, int], tuple[str, str]]
    solved: Mapping[str, CellBlock]
    years_begun: CellBlock | None
    constants: Mapping[float, CellBlock]
    tables: Mapping[str, int]

    @property
    def first(self) -> str:
        """The first period's column, which is also that of a table's first age."""
        return column(FIRST)

    @property
    def last(self) -> str:
        """The last period's column."""
        return column(FIRST + self.periods - 1)

    @property
    def after(self) -> str:
        """The spare column after the last period."""
        return column(FIRST + self.periods)

    def columns(self) -> list[tuple[str, str, str]]:
        """For each period the columns to its left, its own, and to its right."""
        names = [column(k) for k in range(FIRST - 1, FIRST + self.periods + 1)]
        return list(zip(names, names[1:], names[2:], strict=False))


_RANK = {"+": 2, "-": 2, "*": 3, "/": 3, "**": 5}
_LIFE = {"total": "SUM", "lowest": "MIN", "highest": "MAX"}
_FUNCTIONS = {"maximum": "MAX", "minimum": "MIN", "floor": "INT"}


class Templates:
    """Formulas of one ledger on one grid."""

    def __init__(self, sheet: LineSet, grid: CellMap) -> None:
        self.sheet, self.grid = sheet, grid

    def formula(self, expression: Expression, home: str, item: int) -> str:
        """The template of a line's row on the sheet ``home``, ``item`` counted from 0."""
        return "=" + self._text(expression, home, item, 0)

    def cell(self, name: str, home: str, item: int, shift: str = NOW) -> str:
        """A line or given in the period of ``shift``, or its one value."""
        block = self.grid.blocks[name]
        row = block.row + (item if self.sheet[name].per else 0)
        return at(block.sheet, home) + (f"{shift}{row}" if block.timed else f"${VALUE}${row}")

    def row(self, name: str, home: str, item: int, first: str, last: str) -> str:
        """Part of a row, from column to column."""
        block = self.grid.blocks[name]
        row = block.row + (item if self.sheet[name].per else 0)
        return f"{at(block.sheet, home)}{first}{row}:{last}{row}"

    def whole(self, name: str, home: str, item: int) -> str:
        """All periods of a row, columns and row fixed."""
        block = self.grid.blocks[name]
        row = block.row + (item if self.sheet[name].per else 0)
        return f"{at(block.sheet, home)}${self.grid.first}${row}:${self.grid.last}${row}"

    def _text(self, expression: Expression, home: str, item: int, least: int) -> str:
        """Formula text, in brackets where it binds less tightly than ``least``.

        In a spreadsheet a sign binds more tightly than a power, and powers are taken from the left: both are put in
        brackets. A comparison becomes a number, because sums pass over logical values.
        """
        rank = 9
        match expression:
            case Name(name):
                text = self.cell(name, home, item)
            case Literal(value) if value in self.grid.constants:
                block = self.grid.constants[value]
                text = f"{at(block.sheet, home)}${VALUE}${block.row}"
            case Literal(value):
                text, rank = f"{value:.0f}", 9 if value >= 0 else 4
            case Negative(operand):
                text, rank = f"-{self._text(operand, home, item, 6)}", 4
            case Binary(operator, left, right):
                rank = _RANK[operator]
                loose = rank if operator != "**" else rank + 1
                sign = "^" if operator == "**" else operator
                text = f"{self._text(left, home, item, loose)}{sign}{self._text(right, home, item, rank + 1)}"
            case Compare():
                text = f"N({self._compare(expression, home, item)})"
            case Call("where", (condition, a, b)):
                test = (
                    self._compare(condition, home, item)
                    if isinstance(condition, Compare)
                    else self._text(condition, home, item, 0)
                )
                text = f"IF({test},{self._text(a, home, item, 0)},{self._text(b, home, item, 0)})"
            case Call("compound", (rate, time)):
                text, rank = f"(1+{self._text(rate, home, item, 3)})^{self._text(time, home, item, 6)}", 5
            case Call(function, arguments):
                parts = ",".join(self._text(argument, home, item, 0) for argument in arguments)
                text = f"{_FUNCTIONS[function]}({parts})"
            case Verb():
                text = self._verb(expression, home, item)
            case _:
                raise LedgerError(f"{type(expression).__name__} is no formula")
        return f"({text})" if rank < least else text

    def _compare(self, compare: Compare, home: str, item: int) -> str:
        left, right = (self._text(part, home, item, 2) for part in compare.parts)
        return f"{left}{compare.operator}{right}"

    def _verb(self, verb: Verb, home: str, item: int) -> str:
        grid, x = self.grid, verb.line
        arguments = [self._text(argument, home, item, 3) for argument in verb.arguments if _is_number(argument, self)]
        match verb.verb:
            case "prev":
                before = self.cell(x, home, item, LEFT)
                if not arguments:
                    return before
                return f"IF({NOW}${PERIOD_ROW}=${grid.first}${PERIOD_ROW},{arguments[0]},{before})"
            case "following":
                return self.cell(x, home, item, RIGHT)
            case "total" | "lowest" | "highest":
                return f"{_LIFE[verb.verb]}({self.whole(x, home, item)})"
            case "over" | "senior":
                return self._items(verb, home, item)
            case "ahead":
                return self._ahead(x, arguments[0], home, item)
            case "trailing":
                return self._trailing(x, arguments[0], home, item)
            case "ytd":
                assert grid.years_begun is not None
                year = f"{at(grid.years_begun.sheet, home)}{{}}{grid.years_begun.row}".format
                so_far = self.row(x, home, item, f"${grid.first}", NOW)
                return f"SUMIFS({so_far},{year(f'${grid.first}')}:{year(NOW).rpartition('!')[2]},{year(NOW)})"
            case "spread":
                return self._spread(verb, home, item)
            case "irr":
                changes, rate = grid.returns[x, item if self.sheet[x].per else 0]
                years = self.cell("years", home, item, f"${grid.first}")
                found = f"(1+IRR({self.whole(x, home, item)},(1+{rate})^{years}-1))^(1/{years})-1"
                return f'IFERROR(IF({changes}=1,{found},"none"),"none")'
            case "solve":
                block = grid.solved[str(verb)]
                return f"{at(block.sheet, home)}${VALUE}${block.row}"
        raise LedgerError(f"{verb} has no spreadsheet formula")

    def _trailing(self, x: str, months: str, home: str, item: int) -> str:
        """Periods wholly within the last months, and of the one that lies within in part its share."""
        flows, clock = (self.row(name, home, item, f"${self.grid.first}", NOW) for name in (x, "month"))
        now = self.cell("month", home, item)
        step = self._step(home, item)
        whole = f'SUMIFS({flows},{clock},">="&{now}-{months}+{step})'
        part = f'SUMIFS({flows},{clock},">"&{now}-{months},{clock},"<"&{now}-{months}+{step})'
        return f"({whole}+MOD({months},{step})/{step}*{part})"

    def _ahead(self, x: str, months: str, home: str, item: int) -> str:
        """Later periods wholly within the next months, and of the one that lies within in part its share."""
        flows, clock = (self.row(name, home, item, RIGHT, f"${self.grid.after}") for name in (x, "month"))
        edge, step = f"{self.cell('month', home, item)}+{months}", self._step(home, item)
        whole = f'SUMIFS({flows},{clock},"<="&{edge})'
        part = f'SUMIFS({flows},{clock},">"&{edge},{clock},"<"&{edge}+{step})'
        return f"({whole}+MOD({months},{step})/{step}*{part})"

    def _step(self, home: str, item: int) -> str:
        """Length of a period."""
        first, second = (self.cell("month", home, item, f"${name}") for name in (self.grid.first, column(FIRST + 1)))
        return f"({second}-{first})" if self.grid.periods > 1 else "1"

    def _items(self, verb: Verb, home: str, item: int) -> str:
        """A sum over items, from the header above the first: of all, or of those above this one."""
        block = self.grid.blocks[verb.line]
        last = block.row + (block.rows if verb.verb == "over" else item) - 1
        name = NOW if block.timed else f"${VALUE}"
        return f"SUM({at(block.sheet, home)}{name}${block.row - 1}:{name}{'$' * (verb.verb == 'over')}{last})"

    def _spread(self, verb: Verb, home: str, item: int) -> str:
        """Every vintage at its age: ages stand upright, vintages lie, so one product holds all pairs of them."""
        schedule, clock = verb.arguments
        assert isinstance(schedule, Name)
        assert isinstance(clock, Name)
        ages = self.upright(schedule.name, home, 0)
        shares = self.upright(schedule.name, home, 1 + (item if self.sheet[schedule.name].per else 0))
        now, so_far = self.cell(clock.name, home, item), f"${self.grid.first}"
        since = f"{now}-{self.row(clock.name, home, item, so_far, NOW)}"
        return f"SUMPRODUCT(({ages}={since})*{shares}*{self.row(verb.line, home, item, so_far, NOW)})"

    def upright(self, table: str, home: str, place: int) -> str:
        """The column of a table's ages (0) or of the shares of an item (from 1)."""
        name = column(self.grid.tables[table] + place)
        return f"{at(TABLES, home)}${name}${TOP}:${name}${TOP + self.grid.ages[table] - 1}"


def _is_number(argument: Expression, templates: Templates) -> bool:
    """Whether an argument of a verb is one number (not a table or a clock)."""
    if not isinstance(argument, Name):
        return True
    owner: Item = templates.sheet[argument.name]
    return not owner.timed and not getattr(owner, "table", False)
