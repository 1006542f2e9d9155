"""The dimension check: does a formula give the unit its line declares? Exact symbols, no conversion."""

from __future__ import annotations

from collections.abc import Mapping

from computefactory.errors import DimensionMismatch
from computefactory.ledger.expression import Binary, Call, Compare, Expression, Literal, Name, Negative, Verb
from computefactory.units import DIMENSIONLESS, Unit, parse_unit

__all__ = ["check_unit", "formula_unit"]

_MONTH = parse_unit("month")
_PER_YEAR = parse_unit("1/year")
_ANY = DIMENSIONLESS  # what a literal 0 counts as in a product


def check_unit(subject: str, expression: Expression, declared: Unit, units: Mapping[str, Unit]) -> None:
    """Refuse a formula whose unit is not ``declared``.

    Raises:
        DimensionMismatch: naming line, formula and both units.
    """
    try:
        found = formula_unit(expression, units)
    except DimensionMismatch as error:
        raise DimensionMismatch(f"{subject} = {expression}: {error}") from None
    if found is not None and found != declared:
        raise DimensionMismatch(f"{subject} = {expression} gives {found}, declared {declared}")


def formula_unit(expression: Expression, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of a formula; None for 0, which fits every unit.

    Raises:
        DimensionMismatch: parts that cannot be added, compared or raised to a power.
    """
    match expression:
        case Name(name):
            return units[name]
        case Literal():
            return expression.unit
        case Negative(operand):
            return formula_unit(operand, units)
        case Binary("+" | "-", left, right):
            return _same(expression, left, right, units)
        case Binary("*", left, right):
            return (formula_unit(left, units) or _ANY) * (formula_unit(right, units) or _ANY)
        case Binary("/", left, right):
            return (formula_unit(left, units) or _ANY) / (formula_unit(right, units) or _ANY)
        case Binary(_, left, right):
            for part in (left, right):
                _plain(part, units, "a power takes plain numbers; for a yearly rate use compound(rate, years)")
            return DIMENSIONLESS
        case Compare(_, left, right):
            _same(expression, left, right, units)
            return DIMENSIONLESS
        case Call():
            return _call_unit(expression, units)
        case Verb():
            return _verb_unit(expression, units)
    raise DimensionMismatch(f"{expression} has no unit")


def _call_unit(call: Call, units: Mapping[str, Unit]) -> Unit | None:
    match call.function, call.arguments:
        case "where", (condition, a, b):
            _plain(condition, units, "a condition is a comparison or a flag")
            return _same(call, a, b, units)
        case "compound", (rate, time):
            product = (formula_unit(rate, units) or _ANY) * (formula_unit(time, units) or _ANY)
            if product != DIMENSIONLESS:
                raise DimensionMismatch(f"{call}: rate times time is {product}, not a plain number")
            return DIMENSIONLESS
        case "floor", (a,):
            return formula_unit(a, units)
        case _, (a, b):
            return _same(call, a, b, units)
    raise DimensionMismatch(f"{call} has no unit")


def _verb_unit(verb: Verb, units: Mapping[str, Unit]) -> Unit | None:
    unit = units[verb.line]
    match verb.verb, verb.arguments:
        case (("prev" | "solve"), (start,)):
            found = formula_unit(start, units)
            if found is not None and found != unit:
                raise DimensionMismatch(f"{verb}: starts with {found}, but {verb.line} is {unit}")
        case (("ahead" | "trailing"), (months,)):
            found = formula_unit(months, units)
            if found is not None and found != _MONTH:
                raise DimensionMismatch(f"{verb}: the length is {found}, not month")
        case "spread", (schedule, _):
            return unit * (formula_unit(schedule, units) or _ANY)
        case "irr", _:
            return _PER_YEAR
    return unit


def _same(whole: Expression, left: Expression, right: Expression, units: Mapping[str, Unit]) -> Unit | None:
    a, b = formula_unit(left, units), formula_unit(right, units)
    if a is None or b is None:
        return b if a is None else a
    if a != b:
        raise DimensionMismatch(f"{whole} puts {a} and {b} together")
    return a


def _plain(expression: Expression, units: Mapping[str, Unit], hint: str) -> None:
    found = formula_unit(expression, units)
    if found is not None and found != DIMENSIONLESS:
        raise DimensionMismatch(f"{expression} is {found}: {hint}")
