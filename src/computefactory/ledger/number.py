"""Numbers that calculate like the machine: division by zero gives inf or nan, never an exception.

:class:`Known` also knows which line, month and item it is, so that a line's own function can be called with numbers
and its verbs still have an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self

__all__ = ["Known", "Number", "divide", "floor", "maximum", "minimum", "power"]


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
        return Number(float(self) + float(other))

    def __sub__(self, other: float) -> Number:
        return Number(float(self) - float(other))

    def __rsub__(self, other: float) -> Number:
        return Number(float(other) - float(self))

    def __mul__(self, other: float) -> Number:
        return Number(float(self) * float(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: float) -> Number:
        return Number(divide(float(self), float(other)))

    def __rtruediv__(self, other: float) -> Number:
        return Number(divide(float(other), float(self)))

    def __pow__(self, other: float, modulo: None = None) -> Number:
        return Number(power(float(self), float(other)))

    def __rpow__(self, other: float, modulo: None = None) -> Number:
        return Number(power(float(other), float(self)))

    def __neg__(self) -> Number:
        return Number(-float(self))

    def __pos__(self) -> Number:
        return self


Answer = Callable[["Known", str, tuple[float, ...]], float]


class Known(Number):
    """The value of line or given ``name``; ``answer`` computes its verbs."""

    __slots__ = ("answer", "name")
    name: str
    answer: Answer

    def __new__(cls, value: float, name: str, answer: Answer) -> Self:
        """The number ``value`` of ``name``."""
        self = super().__new__(cls, value)
        self.name, self.answer = name, answer
        return self
