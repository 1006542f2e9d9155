"""The vocabulary of lines: thirteen verbs, which reach other months, items or rounds, and five functions of the month.

Each works on symbols (then it is part of a formula); the functions also work on plain numbers, so a line without verbs
can be called like any function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from computefactory.errors import LedgerError
from computefactory.ledger import number
from computefactory.ledger.expression import Call, Expression, Name, Verb, literal
from computefactory.ledger.number import Known, Number

__all__ = [
    "ahead",
    "at",
    "compound",
    "floor",
    "following",
    "highest",
    "irr",
    "lowest",
    "maximum",
    "minimum",
    "over",
    "prev",
    "senior",
    "solve",
    "spread",
    "total",
    "trailing",
    "where",
    "ytd",
]


def _verb(verb: str, x: object, *arguments: object) -> float:
    if isinstance(x, Known):
        return x.reached(verb, cast("tuple[float, ...]", arguments))
    if isinstance(x, Expression):
        return cast(float, Verb(verb, x, tuple(literal(argument) for argument in arguments)))
    raise LedgerError(f"{verb}() has no meaning for the plain number {x!r}: evaluate the line through its ledger")


def prev(x: float, start: float = 0) -> float:
    """x one period earlier; ``start`` before the first."""
    return _verb("prev", x, start) if _given_start(start) else _verb("prev", x)


def _given_start(start: object) -> bool:
    return isinstance(start, (Expression, Number)) or start != 0


def following(x: float) -> float:
    """x one period later; 0 after the last."""
    return _verb("following", x)


def total(x: float) -> float:
    """Sum of x over all periods: one number."""
    return _verb("total", x)


def at(x: float, flag: float) -> float:
    """x in the one period in which ``flag`` is 1: one number; of a balance too."""
    return total(x * flag)


def lowest(x: float) -> float:
    """The smallest x of all periods: one number."""
    return _verb("lowest", x)


def highest(x: float) -> float:
    """The largest x of all periods: one number."""
    return _verb("highest", x)


def ahead(x: float, months: float) -> float:
    """Sum of x over the next ``months`` months, this period not included; of the furthest its share within."""
    return _verb("ahead", x, months)


def trailing(x: float, months: float) -> float:
    """Sum of x over the last ``months`` months of the clock, this period included; of the oldest its share within."""
    return _verb("trailing", x, months)


def ytd(x: float) -> float:
    """Sum of x since the tax year began (the series given ``year_start``)."""
    return _verb("ytd", x)


def spread(x: float, schedule: float, clock: float) -> float:
    """Every vintage of x times the table ``schedule`` at its age by the series given ``clock``."""
    return _verb("spread", x, schedule, clock)


def over(x: float) -> float:
    """Sum of x over its items."""
    return _verb("over", x)


def senior(x: float) -> float:
    """Sum of x over the items that rank ahead of this one."""
    return _verb("senior", x)


def solve(x: float, start: float = 0) -> float:
    """x of the previous round, until it stops moving; for single numbers that no closed form gives."""
    found: object = x
    if isinstance(found, Expression) and not isinstance(found, Name):
        raise LedgerError(f"solve() takes a line by name: give {found} its own line")
    return _verb("solve", x, start) if _given_start(start) else _verb("solve", x)


def irr(x: float) -> float:
    """Yearly effective internal rate of return of x; nan where there is none or several."""
    return _verb("irr", x)


def _call(function: str, value: Callable[..., float], *arguments: float) -> float:
    if any(isinstance(argument, Expression) for argument in arguments):
        return cast(float, Call(function, tuple(literal(argument) for argument in arguments)))
    return number.formed(value(*map(float, arguments)), arguments, lambda parts: Call(function, parts))


def maximum(a: float, b: float) -> float:
    """The larger of two."""
    return _call("maximum", number.maximum, a, b)


def minimum(a: float, b: float) -> float:
    """The smaller of two."""
    return _call("minimum", number.minimum, a, b)


def where(condition: float, a: float, b: float) -> float:
    """``a`` where the condition holds (is not 0), else ``b``."""
    return _call("where", lambda condition, a, b: a if condition else b, condition, a, b)


def floor(a: float) -> float:
    """The largest whole number not above a."""
    return _call("floor", number.floor, a)


def compound(rate: float, time: float) -> float:
    """``(1 + rate) ** time``; exists because ``rate`` is per year where ``time`` is years."""
    return _call("compound", lambda rate, time: number.power(1 + rate, time), rate, time)
