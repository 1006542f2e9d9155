"""Formulas as data: what a line's function returns when it is called once with symbols.

A :class:`Name` is another line or a given in the same month; a :class:`Verb` reaches other months, items or rounds.
Everything downstream (units, plan, Python, compiled, workbook, explanation) reads these few node types and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import NoReturn, Self

from computefactory.errors import LedgerError
from computefactory.units import DIMENSIONLESS, Unit, parse_unit

__all__ = [
    "DAYS_360",
    "MONTHS_PER_YEAR",
    "Binary",
    "Call",
    "Compare",
    "Expression",
    "Literal",
    "Name",
    "Negative",
    "Quantity",
    "Verb",
    "leaves",
    "line_of",
    "literal",
    "names",
    "rebuilt",
]

_CHOICE = "a formula cannot branch on a symbol (if, and, or, not, max, min): use where(), maximum() or minimum()"
_NUMBER = "a symbol is not a number (float(), int(), math.*): use the ledger's own functions"
_EQUAL = "== on rounded numbers is never safe: use <= or >=, or a flag line"


class Quantity(float):
    """A constant of nature or calendar with its unit, for use inside lines."""

    unit: Unit

    def __new__(cls, value: float, unit: str) -> Self:
        """``value`` in the canonical symbols of ``unit``."""
        self = super().__new__(cls, value)
        self.unit = parse_unit(unit)
        return self


MONTHS_PER_YEAR = Quantity(12, "month/year")
DAYS_360 = Quantity(360, "day/year")  # the money-market year of actual/360


class Expression:
    """Any formula; arithmetic on it makes a larger one."""

    __slots__ = ()
    __array_ufunc__ = None  # numpy numbers on the left defer to the reflected operators below
    __hash__ = object.__hash__

    def __add__(self, other: object) -> Expression:
        return Binary("+", self, literal(other))

    def __radd__(self, other: object) -> Expression:
        return Binary("+", literal(other), self)

    def __sub__(self, other: object) -> Expression:
        return Binary("-", self, literal(other))

    def __rsub__(self, other: object) -> Expression:
        return Binary("-", literal(other), self)

    def __mul__(self, other: object) -> Expression:
        return Binary("*", self, literal(other))

    def __rmul__(self, other: object) -> Expression:
        return Binary("*", literal(other), self)

    def __truediv__(self, other: object) -> Expression:
        return Binary("/", self, literal(other))

    def __rtruediv__(self, other: object) -> Expression:
        return Binary("/", literal(other), self)

    def __pow__(self, other: object) -> Expression:
        return Binary("**", self, literal(other))

    def __rpow__(self, other: object) -> Expression:
        return Binary("**", literal(other), self)

    def __neg__(self) -> Expression:
        return Negative(self)

    def __pos__(self) -> Expression:
        return self

    def __lt__(self, other: object) -> Expression:
        return Compare("<", self, literal(other))

    def __le__(self, other: object) -> Expression:
        return Compare("<=", self, literal(other))

    def __gt__(self, other: object) -> Expression:
        return Compare(">", self, literal(other))

    def __ge__(self, other: object) -> Expression:
        return Compare(">=", self, literal(other))

    def __eq__(self, other: object) -> NoReturn:
        raise LedgerError(_EQUAL)

    def __ne__(self, other: object) -> NoReturn:
        raise LedgerError(_EQUAL)

    def __bool__(self) -> NoReturn:
        raise LedgerError(_CHOICE)

    def __float__(self) -> NoReturn:
        raise LedgerError(_NUMBER)

    def __int__(self) -> NoReturn:
        raise LedgerError(_NUMBER)

    def __str__(self) -> str:
        return _text(self, 0)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The formulas this one is made of."""
        return ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name(Expression):
    """A line or a given, this month and this item."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Literal(Expression):
    """A number written in the formula; ``unit`` is None for 0, which fits every unit."""

    value: float
    unit: Unit | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Negative(Expression):
    """Minus something."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it works on."""
        return (self.operand,)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary(Expression):
    """``+ - * / **`` of two formulas."""

    operator: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it works on."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compare(Expression):
    """``< <= > >=`` of two formulas: 1 or 0."""

    operator: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it works on."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call(Expression):
    """``maximum minimum where floor compound`` within the month."""

    function: str
    arguments: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it works on."""
        return self.arguments


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Verb(Expression):
    """A formula reached in another month, over items, or in another round.

    ``operand`` and ``arguments`` are formulas as they were written; in a checked ledger they are names or literals
    (:mod:`.check` gives every other one a line of its own, named by its text), so ``line`` is what the verb reads.
    """

    verb: str
    operand: Expression
    arguments: tuple[Expression, ...] = ()

    @property
    def line(self) -> str:
        """The name of what it reads."""
        return line_of(self.operand)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it works on."""
        return (self.operand, *self.arguments)


def line_of(operand: Expression) -> str:
    """The name of the line that is what a verb works on: its text, in brackets where the text names a verb itself."""
    return f"({operand})" if isinstance(operand, Verb) else str(operand)


def literal(value: object) -> Expression:
    """``value`` as a formula; a finite number keeps its unit, a bare one is a plain number."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, (int, float)) and isfinite(value):
        if value == 0:
            return Literal(0.0, None)
        return Literal(float(value), value.unit if isinstance(value, Quantity) else DIMENSIONLESS)
    raise LedgerError(f"{value!r} cannot stand in a formula: only finite numbers, lines and givens can")


def leaves(expression: Expression) -> Iterator[Name | Verb]:
    """Every name and verb of a formula from left to right, what verbs work on excluded."""
    if isinstance(expression, (Name, Verb)):
        yield expression
    else:
        for part in expression.parts:
            yield from leaves(part)


def names(expression: Expression) -> Iterator[str]:
    """Every name of a formula from left to right, also inside verbs."""
    if isinstance(expression, Name):
        yield expression.name
    for part in expression.parts:
        yield from names(part)


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The formula with ``change`` made to each of its parts."""
    match expression:
        case Negative(operand):
            return Negative(change(operand))
        case Binary(operator, left, right):
            return Binary(operator, change(left), change(right))
        case Compare(operator, left, right):
            return Compare(operator, change(left), change(right))
        case Call(function, arguments):
            return Call(function, tuple(change(argument) for argument in arguments))
        case Verb(verb, operand, arguments):
            return Verb(verb, change(operand), tuple(change(argument) for argument in arguments))
    return expression


_LONGEST = 1e15  # whole numbers below are written out
_RANK = {"+": 2, "-": 2, "*": 3, "/": 3, "**": 5}


def _text(expression: Expression, least: int) -> str:
    """Python-like text, in brackets where it binds less tightly than ``least``."""
    rank = 9
    match expression:
        case Name(name):
            text = name
        case Literal(value):
            text = f"{value:.0f}" if value == int(value) and abs(value) < _LONGEST else repr(value)
            rank = 9 if value >= 0 else 4
        case Negative(operand):
            text, rank = f"-{_text(operand, 4)}", 4
        case Binary(operator, left, right):
            rank = _RANK[operator]
            loose, tight = (rank, rank + 1) if operator != "**" else (rank + 1, 4)
            text = f"{_text(left, loose)} {operator} {_text(right, tight)}"
        case Compare(operator, left, right):
            text, rank = f"{_text(left, 2)} {operator} {_text(right, 2)}", 1
        case Call(function, arguments):
            text = f"{function}({', '.join(_text(argument, 0) for argument in arguments)})"
        case Verb(verb):
            text = f"{verb}({', '.join(_text(part, 0) for part in expression.parts)})"
        case _:
            raise LedgerError(f"{type(expression).__name__} is no formula")
    return f"({text})" if rank < least else text
