"""The unit of a formula, worked out symbol by symbol and compared with the declared one."""

from __future__ import annotations

from collections.abc import Callable

from computefactory.errors import DimensionMismatch
from computefactory.ledger.expression import Literal, Operation, Reference, Symbol, Verb
from computefactory.units import DIMENSIONLESS, Unit, parse_unit

__all__ = ["infer"]

_YEARLY = parse_unit("1/year")
_MONTH = parse_unit("month")


def infer(formula: Symbol, unit_of_name: Callable[[str], Unit], where: str) -> Unit | None:
    """The unit of ``formula``; None fits every unit (the literal 0).

    Raises:
        DimensionMismatch: the formula adds or compares unlike things, or raises to a power with a unit.
    """

    def same(left: Unit | None, right: Unit | None, what: str) -> Unit | None:
        if left is None:
            return right
        if right is not None and left != right:
            raise DimensionMismatch(f"line {where}: {what} of {left} and {right}")
        return left

    def of(symbol: Symbol) -> Unit | None:
        if isinstance(symbol, Literal):
            return symbol.unit
        if isinstance(symbol, Reference):
            return unit_of_name(symbol.name)
        if isinstance(symbol, Verb):
            return of_verb(symbol)
        if isinstance(symbol, Operation):
            return of_operation(symbol)
        raise AssertionError(symbol)

    def of_verb(symbol: Verb) -> Unit | None:
        unit = unit_of_name(symbol.name)
        if symbol.verb == "irr":
            return _YEARLY
        if symbol.verb == "spread":
            return unit * (of(symbol.extra[0]) or DIMENSIONLESS)
        if symbol.verb in ("ahead", "trailing"):
            same(of(symbol.extra[0]), _MONTH, f"{symbol.verb}() over months")
        if symbol.verb == "prev":
            same(unit, of(symbol.extra[0]), "prev() and its start")
        return unit

    def of_operation(symbol: Operation) -> Unit | None:
        units = [of(argument) for argument in symbol.arguments]
        name = symbol.name
        if name in ("+", "-"):
            return same(units[0], units[1], "sum or difference")
        if name in ("minimum", "maximum"):
            return same(units[0], units[1], f"{name}()")
        if name in ("<", "<=", ">", ">="):
            same(units[0], units[1], "comparison")
            return DIMENSIONLESS
        if name == "where":
            same(units[0], DIMENSIONLESS, "where() condition")
            return same(units[1], units[2], "where()")
        if name in ("neg", "floor"):
            return units[0]
        if name == "*":
            return None if None in units else (units[0] or DIMENSIONLESS) * (units[1] or DIMENSIONLESS)
        if name == "/":
            return None if units[0] is None else units[0] / (units[1] or DIMENSIONLESS)
        if name == "compound":
            same((units[0] or DIMENSIONLESS) * (units[1] or DIMENSIONLESS), DIMENSIONLESS, "compound(): rate times time")
            return DIMENSIONLESS
        if any(unit not in (None, DIMENSIONLESS) for unit in units):
            raise DimensionMismatch(f"line {where}: a power with a unit; use compound(rate, time)")
        return DIMENSIONLESS

    return of(formula)
