"""The vocabulary of lines: eleven verbs, which take a line by name, and five functions of the month.

Each works on symbols (then it is part of a formula); the functions also work on plain numbers, so a line without verbs
can be called like any function.
"""

from __future__ import annotations

from typing import cast

from computefactory.errors import LedgerError
from computefactory.ledger import number
from computefactory.ledger.expression import Call, Expression, Name, Verb, literal
from computefactory.ledger.number import Known, Number

__all__ = [
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
    "solve",
    "spread",
    "total",
    "trailing",
    "where",
    "ytd",
]


def _verb(verb: str, x: object, *arguments: object) -> float:
    if isinstance(x, Known):
        return Number(x.answer(x, verb, cast("tuple[float, ...]", arguments)))
    if isinstance(x, Name):
        formulas = tuple(literal(argument) for argument in arguments)
        if all(not formula.parts for formula in formulas):
            return cast(float, Verb(verb, x.name, formulas))
    if isinstance(x, Expression):
        raise LedgerError(f"{verb}() takes a line by name: give this expression its own line")
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


def ahead(x: float, months: float) -> float:
    """Sum of x over the next ``months`` months of the clock, this period not included."""
    return _verb("ahead", x, months)


def trailing(x: float, months: float) -> float:
    """Sum of x over the last ``months`` months of the clock, this period included."""
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
    return _verb("solve", x, start) if _given_start(start) else _verb("solve", x)


def irr(x: float) -> float:
    """Yearly effective internal rate of return of x; nan where there is none or several."""
    return _verb("irr", x)


def _symbolic(*arguments: object) -> bool:
    return any(isinstance(argument, Expression) for argument in arguments)


def _call(function: str, *arguments: object) -> float:
    return cast(float, Call(function, tuple(literal(argument) for argument in arguments)))


def maximum(a: float, b: float) -> float:
    """The larger of two."""
    return _call("maximum", a, b) if _symbolic(a, b) else Number(number.maximum(a, b))


def minimum(a: float, b: float) -> float:
    """The smaller of two."""
    return _call("minimum", a, b) if _symbolic(a, b) else Number(number.minimum(a, b))


def where(condition: float, a: float, b: float) -> float:
    """``a`` where the condition holds (is not 0), else ``b``."""
    return _call("where", condition, a, b) if _symbolic(condition, a, b) else Number(a if condition else b)


def floor(a: float) -> float:
    """The largest whole number not above a."""
    return _call("floor", a) if _symbolic(a) else Number(number.floor(a))


def compound(rate: float, time: float) -> float:
    """``(1 + rate) ** time``; exists because ``rate`` is per year where ``time`` is years."""
    return _call("compound", rate, time) if _symbolic(rate, time) else Number(number.power(1 + rate, time))
