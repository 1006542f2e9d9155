"""What old names are called now: the package's table ``renamed.csv``, and the values that its expressions have.

``new`` is a name, an expression on new lines and givens, or nothing where the line is gone (then ``reason`` says why).
Every value is a table of items by months; a line without items has one row, one that stands still has one column::

    over(x)            sum over items                 senior(x)          sum over the items ahead
    prev(x), next(x)   the month before, after        prev(x, start)     start before the first month, else 0
    total(x)           sum over months                at(x, flag)        sum over the months in which flag is not 0
    trailing(x, n)     sum of the last n months       ahead(x, n)        sum of the next n months
    pick(x, k)         item k (from 0)                pick(x, "a*")      the items whose names fit
    gathered(x, y)     for each item of y the sum of the items of x that have its name, or begin with it and a space
    where(c, a, b), maximum(a, b), minimum(a, b), abs(x), floor(x), isnan(x); + - * / and comparisons
"""

from __future__ import annotations

import ast
import csv
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_GONE", "TABLE", "Renamed", "Rows", "TableError", "evaluate", "names_in", "read"]

TABLE = Path(__file__).resolve().parents[2] / "src" / "computefactory" / "renamed.csv"
COLUMNS = ["old", "new", "reason"]
MOST_GONE = 60  # lines that may end without a successor


class TableError(ValueError):
    """A row of the table that cannot be used."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """One row of the table."""

    old: str
    new: str
    reason: str

    @property
    def gone(self) -> bool:
        """Whether nothing stands for it any more."""
        return not self.new


@dataclass(frozen=True, slots=True)
class Rows:
    """Values by item and month, with the items' names."""

    values: NDArray[Any]
    items: tuple[str, ...] = ("",)


NOTHING = Rows(np.zeros((1, 1)))


def read(path: Path = TABLE) -> dict[str, Renamed]:
    """The table by old name.

    Raises:
        TableError: other columns, an old name twice, a line gone without a reason, an expression that is none.
    """
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise TableError(f"{path.name}: columns {rows.fieldnames}, expected {COLUMNS}")
        found: dict[str, Renamed] = {}
        for row in rows:
            entry = Renamed(*(str(row[name] or "").strip() for name in COLUMNS))
            place = f"{path.name}, line {rows.line_num}, {entry.old}"
            if not entry.old.isidentifier() or entry.old in found:
                raise TableError(f"{place}: each old name once")
            if entry.gone and not entry.reason:
                raise TableError(f"{place}: what is gone needs a reason")
            if entry.new:
                _parsed(entry.new, place)
            found[entry.old] = entry
    return found


def _parsed(text: str, place: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise TableError(f"{place}: {text!r} is no expression") from error


def names_in(text: str) -> set[str]:
    """The lines that an expression reads."""
    return {
        node.id for node in ast.walk(_parsed(text, "new")) if isinstance(node, ast.Name) and node.id not in FUNCTIONS
    }


def evaluate(text: str, find: Callable[[str], Rows]) -> Rows:
    """The value of an expression; ``find`` gives the rows of a name.

    Raises:
        TableError: something that the table's small language does not have.
        KeyError: a name that ``find`` does not know.
    """
    return _value(_parsed(text, text), find)


def _value(node: ast.expr, find: Callable[[str], Rows]) -> Rows:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Rows(np.full((1, 1), float(number)))
        case ast.Name(id=name):
            return find(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, find)
            return Rows(-value.values, value.items)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return _joined(OPERATORS[type(sign)], _value(left, find), _value(right, find))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in OPERATORS:
            return _joined(OPERATORS[type(sign)], _value(left, find), _value(right, find))
        case ast.Call(func=ast.Name(id="pick"), args=[of, ast.Constant(value=int() | str() as which)], keywords=[]):
            return _pick(_value(of, find), which)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(argument, find) for argument in arguments))
    raise TableError(f"{ast.unparse(node)!r} is not in the language of the table")


def _joined(function: Callable[..., Any], *parts: Rows) -> Rows:
    """Rows by rows; what has one row or column is repeated."""
    with np.errstate(all="ignore"):
        values = function(*(part.values for part in parts))
    return Rows(np.asarray(values, dtype=float), max((part.items for part in parts), key=len))


def _pick(of: Rows, which: int | str) -> Rows:
    if isinstance(which, int):
        return Rows(of.values[which : which + 1], of.items[which : which + 1])
    places = [place for place, item in enumerate(of.items) if fnmatchcase(item, which)]
    return Rows(of.values[places], tuple(of.items[place] for place in places))


def _over(of: Rows) -> Rows:
    return Rows(of.values.sum(axis=0, keepdims=True))


def _total(of: Rows) -> Rows:
    return Rows(of.values.sum(axis=1, keepdims=True), of.items)


def _prev(of: Rows, start: Rows = NOTHING) -> Rows:
    first = np.broadcast_to(start.values[:, :1], (len(of.values), 1))
    return Rows(np.concatenate([first, of.values[:, :-1]], axis=1), of.items)


def _next(of: Rows) -> Rows:
    return Rows(np.concatenate([of.values[:, 1:], np.zeros((len(of.values), 1))], axis=1), of.items)


def _at(of: Rows, flag: Rows) -> Rows:
    return _total(_joined(lambda x, f: np.where(f != 0, x, 0.0), of, flag))


def _trailing(of: Rows, months: Rows) -> Rows:
    """Of the oldest month its share within."""
    lengths = np.broadcast_to(months.values[:, :1], (len(of.values), 1))
    sums = np.zeros_like(of.values)
    for back in range(min(int(np.ceil(lengths.max(initial=0.0))), of.values.shape[1])):
        share = np.clip(lengths - back, 0.0, 1.0)
        sums[:, back:] += share * of.values[:, : of.values.shape[1] - back]
    return Rows(sums, of.items)


def _ahead(of: Rows, months: Rows) -> Rows:
    return _next(Rows(_trailing(Rows(of.values[:, ::-1], of.items), months).values[:, ::-1], of.items))


def _senior(of: Rows) -> Rows:
    return Rows(np.cumsum(of.values, axis=0) - of.values, of.items)


def _gathered(of: Rows, by: Rows) -> Rows:
    """Items of one axis summed by the items of another."""
    sums = [of.values[[f"{item} ".startswith(f"{name} ") for item in of.items]].sum(axis=0) for name in by.items]
    return Rows(np.array(sums).reshape(len(by.items), of.values.shape[1]), by.items)


OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS: Mapping[str, Callable[..., Rows]] = {
    "compound": lambda rate, time: _joined(lambda r, t: (1 + r) ** t, rate, time),
    "over": _over,
    "total": _total,
    "prev": _prev,
    "next": _next,
    "at": _at,
    "gathered": _gathered,
    "trailing": _trailing,
    "ahead": _ahead,
    "senior": _senior,
    "where": lambda c, a, b: _joined(lambda x, y, z: np.where(x != 0, y, z), c, a, b),
    "maximum": lambda a, b: _joined(np.maximum, a, b),
    "minimum": lambda a, b: _joined(np.minimum, a, b),
    "abs": lambda a: _joined(np.abs, a),
    "floor": lambda a: _joined(np.floor, a),
    "isnan": lambda a: _joined(np.isnan, a),
    "pick": lambda a, _: a,
}
