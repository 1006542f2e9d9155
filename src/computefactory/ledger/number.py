"""Numbers that calculate like the machine: division by zero gives inf or nan, never an exception.

:class:`Known` also knows which line, month and item it is, so that a line's own function can be called with numbers
and its verbs still have an answer.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from computefactory.ledger.expression import Binary, Compare, Expression, Negative, Verb, line_of, literal

__all__ = ["Known", "Number", "divide", "floor", "formed", "maximum", "minimum", "power"]


def divide(a: float, b: float) -> float:
    """a / b after IEEE 754: x/0 is a signed infinity, 0/0 is nan."""
    if b:
        return a / b
    if not a or a != a or b != b:
        return math.nan if not b else a / b
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """a ** b after IEEE 754: nan outside the real numbers, inf on overflow and at a pole."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        return math.nan if a else math.copysign(math.inf, a) if b % 2 == 1 else math.inf


def floor(a: float) -> float:
    """The largest whole number not above a; inf and nan as they are."""
    return float(math.floor(a)) if math.isfinite(a) else a


def maximum(a: float, b: float) -> float:
    """The larger; nan where either is nan."""
    return a if a >= b or a != a else b


def minimum(a: float, b: float) -> float:
    """The smaller; nan where either is nan."""
    return a if a <= b or a != a else b


class Number(float):
    """A float whose arithmetic and comparisons stay in this class."""

    __slots__ = ()
    __hash__ = float.__hash__

    def __add__(self, other: float) -> Number:
        return _binary("+", self, other)

    def __radd__(self, other: float) -> Number:
        return _binary("+", other, self)

    def __sub__(self, other: float) -> Number:
        return _binary("-", self, other)

    def __rsub__(self, other: float) -> Number:
        return _binary("-", other, self)

    def __mul__(self, other: float) -> Number:
        return _binary("*", self, other)

    def __rmul__(self, other: float) -> Number:
        return _binary("*", other, self)

    def __truediv__(self, other: float) -> Number:
        return _binary("/", self, other)

    def __rtruediv__(self, other: float) -> Number:
        return _binary("/", other, self)

    def __pow__(self, other: float, modulo: None = None) -> Number:
        return _binary("**", self, other)

    def __rpow__(self, other: float, modulo: None = None) -> Number:
        return _binary("**", other, self)

    def __lt__(self, other: float) -> Number:  # type: ignore[override, misc]
        return _compare("<", self, other)

    def __le__(self, other: float) -> Number:  # type: ignore[override, misc]
        return _compare("<=", self, other)

    def __gt__(self, other: float) -> Number:  # type: ignore[override, misc]
        return _compare(">", self, other)

    def __ge__(self, other: float) -> Number:  # type: ignore[override, misc]
        return _compare(">=", self, other)

    def __neg__(self) -> Number:
        return formed(-float(self), (self,), lambda parts: Negative(*parts))

    def __pos__(self) -> Number:
        return self


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
    "**": power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _binary(sign: str, a: float, b: float) -> Number:
    return formed(_ARITHMETIC[sign](float(a), float(b)), (a, b), lambda parts: Binary(sign, *parts))


def _compare(sign: str, a: float, b: float) -> Number:
    return formed(float(_ARITHMETIC[sign](float(a), float(b))), (a, b), lambda parts: Compare(sign, *parts))


Answer = Callable[[str, str, tuple[float, ...]], float]


class Known(Number):
    """The value of a formula of lines and givens; ``answer`` says what a verb makes of the line that it names."""

    __slots__ = ("answer", "symbol")
    symbol: Expression
    answer: Answer

    def __new__(cls, value: float, symbol: Expression, answer: Answer) -> Self:
        """The number ``value`` of ``symbol``."""
        self = super().__new__(cls, value)
        self.symbol, self.answer = symbol, answer
        return self

    def reached(self, verb: str, arguments: Sequence[float]) -> Known:
        """What ``verb`` makes of it."""
        value = self.answer(line_of(self.symbol), verb, tuple(arguments))
        return Known(value, Verb(verb, self.symbol, tuple(map(_symbol, arguments))), self.answer)


def formed(value: float, parts: Sequence[float], symbol: Callable[[tuple[Expression, ...]], Expression]) -> Number:
    """``value``, which knows the formula that it is of where one of its ``parts`` does."""
    known = next((part for part in parts if isinstance(part, Known)), None)
    return Number(value) if known is None else Known(value, symbol(tuple(map(_symbol, parts))), known.answer)


def _symbol(part: float) -> Expression:
    return part.symbol if isinstance(part, Known) else literal(part)
