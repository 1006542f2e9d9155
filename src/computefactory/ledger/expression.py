"""The formula of a line: a small tree of symbols, built by calling the line's own function once with symbols.

Ordinary operators and a dozen verbs are all there is. Each verb works on three kinds of argument: a :class:`Symbol`
(it records itself), a :class:`Cell` (a number that knows its line, used to evaluate a line from outside) and, for the
same-period functions, plain floats.

Lags and sums take a line *by name*, never an expression: give the expression its own line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from computefactory.errors import LedgerError
from computefactory.units import Unit, parse_unit

__all__ = [
    "LAGGED",
    "MONTHS_PER_YEAR",
    "Cell",
    "Literal",
    "Operation",
    "Reference",
    "Symbol",
    "Verb",
    "ahead",
    "compound",
    "floor",
    "following",
    "irr",
    "maximum",
    "minimum",
    "over",
    "prev",
    "senior",
    "spread",
    "total",
    "trailing",
    "walk",
    "where",
    "ytd",
]

LAGGED = ("prev", "following")
_PLAIN = "a symbol has no truth value: use where(), minimum() or maximum() instead of if, and, or, max, min"


class Symbol:
    """A node of a formula."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Symbol:
        return Operation("+", (self, literal(other)))

    def __radd__(self, other: Any) -> Symbol:
        return Operation("+", (literal(other), self))

    def __sub__(self, other: Any) -> Symbol:
        return Operation("-", (self, literal(other)))

    def __rsub__(self, other: Any) -> Symbol:
        return Operation("-", (literal(other), self))

    def __mul__(self, other: Any) -> Symbol:
        return Operation("*", (self, literal(other)))

    def __rmul__(self, other: Any) -> Symbol:
        return Operation("*", (literal(other), self))

    def __truediv__(self, other: Any) -> Symbol:
        return Operation("/", (self, literal(other)))

    def __rtruediv__(self, other: Any) -> Symbol:
        return Operation("/", (literal(other), self))

    def __pow__(self, other: Any) -> Symbol:
        return Operation("**", (self, literal(other)))

    def __rpow__(self, other: Any) -> Symbol:
        return Operation("**", (literal(other), self))

    def __neg__(self) -> Symbol:
        return Operation("neg", (self,))

    def __lt__(self, other: Any) -> Symbol:
        return Operation("<", (self, literal(other)))

    def __le__(self, other: Any) -> Symbol:
        return Operation("<=", (self, literal(other)))

    def __gt__(self, other: Any) -> Symbol:
        return Operation(">", (self, literal(other)))

    def __ge__(self, other: Any) -> Symbol:
        return Operation(">=", (self, literal(other)))

    def __eq__(self, other: object) -> NoReturn:  # type: ignore[override]
        raise LedgerError("== on a symbol: compare flags and month numbers with <= and >=")

    def __bool__(self) -> NoReturn:
        raise LedgerError(_PLAIN)

    def __float__(self) -> NoReturn:
        raise LedgerError("a symbol is not a number: use the ledger's own floor(), compound() … instead of math.*")


@dataclass(frozen=True, slots=True, eq=False)
class Reference(Symbol):
    """Another line or given, in the same period and for the same item."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Symbol):
    """A number in a formula; ``unit`` is None for the literal 0, which fits every unit."""

    value: float
    unit: Unit | None


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Symbol):
    """An operator or a same-period function."""

    name: str
    arguments: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Verb(Symbol):
    """A lag, a window or a sum of the line ``name``; ``extra`` names further givens (months, schedule, clock)."""

    verb: str
    name: str
    extra: tuple[Symbol, ...] = ()


class _Constant(float):
    """A plain number that carries its unit into formulas."""

    unit: Unit

    def __new__(cls, value: float, unit: str) -> _Constant:
        constant = super().__new__(cls, value)
        constant.unit = parse_unit(unit)
        return constant


MONTHS_PER_YEAR: float = _Constant(12.0, "month/year")


def literal(value: Any) -> Symbol:
    """A symbol as it is, a number as a literal."""
    if isinstance(value, Symbol):
        return value
    if isinstance(value, _Constant):
        return Literal(float(value), value.unit)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Literal(float(value), None if value == 0 else Unit())
    raise LedgerError(f"{value!r} cannot stand in a formula")


class Cell(float):
    """A number that knows which line it is, so that the real function can be called with it."""

    line: str
    answer: Callable[..., float]

    def __new__(cls, value: float, line: str, answer: Callable[..., float]) -> Cell:
        cell = super().__new__(cls, value)
        cell.line = line
        cell.answer = answer
        return cell


def walk(symbol: Symbol) -> Iterator[Symbol]:
    """Every node of a formula, the outer ones first."""
    yield symbol
    children = symbol.arguments if isinstance(symbol, Operation) else symbol.extra if isinstance(symbol, Verb) else ()
    for child in children:
        yield from walk(child)


def _verb(verb: str, x: float, *extra: float) -> float:
    if isinstance(x, Cell):
        return x.answer(verb, x.line, *extra)
    if isinstance(x, Reference):
        return cast("float", Verb(verb, x.name, tuple(literal(item) for item in extra)))
    if isinstance(x, Symbol):
        raise LedgerError(f"{verb}() takes a line by name: give the expression its own line")
    raise LedgerError(f"{verb}() needs the ledger: call the line through Ledger.evaluate")


def prev(x: float, start: float = 0.0) -> float:
    """``x`` in the period before; ``start`` in the first one."""
    return _verb("prev", x, start)


def following(x: float) -> float:
    """``x`` in the next period; 0 after the end."""
    return _verb("following", x)


def total(x: float) -> float:
    """Sum of ``x`` over the whole life."""
    return _verb("total", x)


def ahead(x: float, months: float) -> float:
    """Sum of ``x`` over the next ``months`` calendar months, this period left out."""
    return _verb("ahead", x, months)


def trailing(x: float, months: float) -> float:
    """Sum of ``x`` over the last ``months`` calendar months, this period included."""
    return _verb("trailing", x, months)


def ytd(x: float) -> float:
    """Sum of ``x`` since the tax year began (the series ``year_start``)."""
    return _verb("ytd", x)


def spread(x: float, schedule: float, clock: float) -> float:
    """Every vintage of ``x`` times ``schedule`` at its age by ``clock``."""
    return _verb("spread", x, schedule, clock)


def over(x: float) -> float:
    """Sum of ``x`` over its items."""
    return _verb("over", x)


def senior(x: float) -> float:
    """Sum of ``x`` over the items that rank ahead of this one."""
    return _verb("senior", x)


def irr(x: float) -> float:
    """Yearly internal rate of return of ``x``; nan where there is none or more than one."""
    return _verb("irr", x)


def _symbolic(name: str, *arguments: float) -> float | None:
    """The operation as a symbol if any argument is one."""
    if any(isinstance(argument, Symbol) for argument in arguments):
        return cast("float", Operation(name, tuple(literal(argument) for argument in arguments)))
    return None


def minimum(a: float, b: float) -> float:
    """The smaller of two numbers."""
    symbol = _symbolic("minimum", a, b)
    if symbol is None:
        return a if a < b else b
    return symbol


def maximum(a: float, b: float) -> float:
    """The larger of two numbers."""
    symbol = _symbolic("maximum", a, b)
    if symbol is None:
        return a if a > b else b
    return symbol


def where(condition: float, a: float, b: float) -> float:
    """``a`` where the condition holds, else ``b``."""
    symbol = _symbolic("where", condition, a, b)
    if symbol is None:
        return a if condition else b
    return symbol


def floor(x: float) -> float:
    """The whole number at or below."""
    symbol = _symbolic("floor", x)
    if symbol is None:
        return float(math.floor(x))
    return symbol


def compound(rate: float, time: float) -> float:
    """``(1 + rate) ** time`` for a rate per unit of that time; nan below -100 %."""
    symbol = _symbolic("compound", rate, time)
    if symbol is None:
        return math.nan if rate < -1 else float((1.0 + rate) ** time)
    return symbol
