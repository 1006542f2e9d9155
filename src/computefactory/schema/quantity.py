"""Quantities as people write them (``5.81 bn USD``, ``34 USD/MWh``, ``2.91 USD/GPU-hour``), read into canonical units.

One table names every unit that a file may use; what is not in it is refused with the nearest name. Plain forms are
read straight from the table; parentheses and powers go to pint, with a registry made of the same table and nothing
else. Calendar time (``month``) and physical time (``h``) are different dimensions here, an accelerator is a dimension
of its own, and an SI prefix that nobody means (``250 mW`` of grid) does not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from math import isfinite
from tokenize import TokenError
from typing import TYPE_CHECKING

from computefactory.errors import UnitError
from computefactory.schema.currency import in_dollars, power_factor
from computefactory.units import ALIASES, DIMENSIONLESS, UNITS, Unit, parse_unit

if TYPE_CHECKING:
    from pint import UnitRegistry

__all__ = ["convert", "parse_quantity", "unit_text"]

MULTIPLIERS: dict[str, float] = {
    "k": 1e3,
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "bn": 1e9,
    "billion": 1e9,
    "trillion": 1e12,
}

_NUMBER = re.compile(r"[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_NOT_A_NUMBER = re.compile(r"[+-]?\.?(?:nan|inf|infinity)\b", re.IGNORECASE)
_MONEY_FIRST = re.compile(r"(-?)\s*(US\$|\$|USD)\s*(?=[\d.])")
_MULTIPLIER = re.compile(rf"({'|'.join(sorted(MULTIPLIERS, key=len, reverse=True))})(?![A-Za-z])\s*")
_SYMBOL = re.compile(r"[A-Za-z$¢%°²³]+\d?")
_EXPRESSION = re.compile(r"(?:[A-Za-z$¢%°²³]+\d?|1(?!\d)|[()/·\s-]|\*(?!\*)|(?:\^|\*\*)-?\d(?![\d^]|\*\*))*")
_EXPECTED = "a unit such as USD/kW-month or USD/(kW*month)"
_LONGEST = 100  # characters of a quantity
_HIGHEST = 4  # power of a unit
_PRODUCT = r"\s*[A-Za-z$¢%°²³]+[23]?(?:\s*[*·-]\s*[A-Za-z$¢%°²³]+[23]?|\s+[A-Za-z$¢%°²³]+[23]?)*\s*"
_PLAIN = re.compile(rf"(?:1\s*(?=/)|{_PRODUCT})?(?:/{_PRODUCT})*/?")
_PINT_NAMES = {"%": "percent"}  # where pint wants a name
_CELSIUS, _MONTH, _YEAR = parse_unit("degC"), parse_unit("month"), 12
_HOURS_PER_MONTH = Fraction(8760, _YEAR)  # of a price by the day, which a year has 365 of
_CALENDAR = {parse_unit("month/h"): 1, parse_unit("h/month"): -1}  # a price by the day where one by the month stands
ZERO_CELSIUS = 273.15  # K, by the definition of the scale (BIPM, SI brochure, 9th edition)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A unit expression in base dimensions: ``factor`` times ``unit``."""

    factor: Fraction  # exact, so that 10 %/year is 0.1 and no neighbour of it
    unit: Unit


def parse_quantity(text: str, unit: Unit, compounds: int = 0) -> float:
    """Read ``text`` into the canonical ``unit``.

    A yearly rate that ``compounds`` (1: a rise, -1: a fall) may stand by the month or quarter: 1 %/month is 12.68 %.

    Raises:
        UnitError: no number, a unit that is not in the table, another dimension, or not finite.
    """
    if len(text) > _LONGEST:
        raise UnitError(f"{text[:30]!r}…", f"a quantity of {unit_text(unit)}", code="not_a_quantity")
    text, rate = in_dollars(text)
    number, written = _split(text.strip(), unit)
    if not isfinite(number):
        raise UnitError(repr(text), f"a finite number of {unit_text(unit)}", code="not_finite")
    if not written:
        if unit.powers and unit != parse_unit("accelerator"):
            expected, hint = (
                f"a number with a unit such as {unit_text(unit)}",
                f"write {text.strip()} {unit_text(unit)}",
            )
            raise UnitError(repr(text), expected, hint, "no_unit")
        return number
    found = rate * convert(number, written, unit, given=text)
    return _effective(found, _periods(written), compounds) if compounds else found


def _periods(written: str) -> int:
    """Periods a year of a rate: 12 of one by the month."""
    spans = [_symbol(ALIASES.get(each, each)) for each in _SYMBOL.findall(re.sub(r"\bper\b", "/", written))]
    months = [float(span.factor) for span in spans if span.unit == _MONTH]
    return round(_YEAR / months[0]) if len(months) == 1 else 1


def _effective(nominal: float, periods: int, sign: int) -> float:
    """The yearly rate of one by the period: ``(1 + r/n)^n - 1``, of a fall (``sign`` -1) ``1 - (1 - r/n)^n``."""
    share = 1 + sign * nominal / periods
    return nominal if periods == 1 or share <= 0 else sign * (share**periods - 1)


def convert(number: float, written: str, unit: Unit, given: str = "") -> float:
    """``number`` of the unit written as text, in the canonical ``unit`` (elementwise on arrays)."""
    given = given or f"{number} {written}"
    if written == str(unit):
        return number
    if unit == _CELSIUS or written in ("degC", "degF", "°C", "°F"):
        return _temperature(number, written, unit, given)
    found, wanted = _measure(written, given), _canonical(unit)
    found = _as_power(_by_calendar(found, wanted, f"{written} {unit}"), wanted)
    if found.unit != wanted.unit:
        hint = _dimension_hint(found, wanted, unit, given)
        raise UnitError(repr(given), f"{unit_text(unit)} or a unit like it", hint, "wrong_dimension")
    factor = found.factor / wanted.factor
    return number * float(factor.numerator) / float(factor.denominator)


def _by_calendar(found: _Measure, wanted: _Measure, words: str) -> _Measure:
    """A price by the day where one by the month stands, or the other way: a year has 365 days."""
    power = _CALENDAR.get(found.unit / wanted.unit)
    if power is None or "day" not in words or ("USD", 1) not in wanted.unit.powers:
        return found
    return _Measure(found.factor * _HOURS_PER_MONTH**power, wanted.unit)


def _as_power(found: _Measure, wanted: _Measure) -> _Measure:
    """Apparent power as power, where the file states the power factor."""
    power, factor = dict(found.unit.powers).get("kVA", 0), power_factor()
    if not power or "kVA" in dict(wanted.unit.powers) or factor is None:
        return found
    ratio = parse_unit("kW/kVA") if power > 0 else parse_unit("kVA/kW")
    return _Measure(found.factor * Fraction(factor) ** power, found.unit * ratio)


def unit_text(unit: Unit) -> str:
    """The canonical unit as people write it: ``USD/kW-month``, ``USD/accelerator-hour``, ``share``."""
    if unit == DIMENSIONLESS:
        return "a share (80 %) or plain number"
    named = dict(unit.powers)
    for sign in (1, -1):
        if named.get("kW", 0) == sign and named.get("h", 0) == sign:
            del named["kW"], named["h"]
            named["kWh"] = sign

    def side(sign: int) -> str:
        words = [
            ("hour" if symbol == "h" and len(named) > 1 else symbol) + (str(abs(power)) if abs(power) > 1 else "")
            for symbol, power in sorted(named.items(), key=lambda item: item[0] in ("h", "month", "year", "day"))
            if power * sign > 0
        ]
        return "-".join(words)

    above, below = side(1), side(-1)
    return f"{above or '1'}/{below}" if below else above


def _split(text: str, unit: Unit) -> tuple[float, str]:
    """The number and the unit text; ``$5.81 bn`` and ``USD 5.81 bn`` put the unit first."""
    money = _MONEY_FIRST.match(text)
    body = money[1] + text[money.end() :] if money else text
    match = _NUMBER.match(body)
    if not match:
        if _NOT_A_NUMBER.match(body):
            raise UnitError(repr(text), f"a finite number of {unit_text(unit)}", code="not_finite")
        example = f"12 {unit_text(unit) if unit.powers else '%'}"
        raise UnitError(repr(text), f"a quantity such as {example}", code="not_a_quantity")
    rest = body[match.end() :]
    if rest[:1] == ",":
        hint = "a decimal point is a point; thousands stand without a mark: 76000"
        raise UnitError(repr(text), "a number without commas", hint, "not_a_quantity")
    number, rest = float(match[0]), rest.lstrip()
    multiplier = _MULTIPLIER.match(rest)
    if multiplier:
        number, rest = number * MULTIPLIERS[multiplier[1]], rest[multiplier.end() :]
    if money:
        rest = f"USD{rest}" if not rest or rest[0] == "/" else f"USD {rest}"
    return number, rest.strip()


@cache
def _measure(written: str, given: str) -> _Measure:
    text = re.sub(r"\bper\b", "/", written)
    for symbol in _SYMBOL.findall(text):
        if ALIASES.get(symbol, symbol) not in UNITS:
            raise _unknown(symbol, given)
    if _PLAIN.fullmatch(text):
        return _plain(text, given)
    if not _EXPRESSION.fullmatch(text):
        raise UnitError(repr(given), _EXPECTED, code="wrong_unit")
    return _by_pint(text, given)


def _plain(text: str, given: str) -> _Measure:
    """``A``, ``A/B``, ``A/B-C``, ``A/B/C``: the first part above the line, all others below."""
    factor, unit = Fraction(1), DIMENSIONLESS
    for place, part in enumerate(text.split("/")):
        symbols = [item for item in re.split(r"[\s*·-]+", part.strip()) if item]
        if not symbols and place:
            raise UnitError(repr(given), "a unit after the /", code="wrong_unit")
        for symbol in symbols:
            measure = _symbol(ALIASES.get(symbol, symbol)) if symbol != "1" else _Measure(Fraction(1), DIMENSIONLESS)
            factor = factor / measure.factor if place else factor * measure.factor
            unit = unit / measure.unit if place else unit * measure.unit
    return _Measure(factor, unit)


@cache
def _symbol(symbol: str) -> _Measure:
    definition = UNITS[symbol]
    if not definition:
        return _Measure(Fraction(1), parse_unit(symbol))
    number, _, base = definition.partition(" ")
    written = parse_unit(base)
    measure = _canonical(written)
    return _Measure(Fraction(number) * measure.factor, measure.unit)


@cache
def _canonical(unit: Unit) -> _Measure:
    """A canonical unit in base dimensions: ``USD/year`` is 1/12 ``USD/month``."""
    factor, result = Fraction(1), DIMENSIONLESS
    for symbol, power in unit.powers:
        measure = _symbol(symbol)
        for _ in range(abs(power)):
            factor = factor * measure.factor if power > 0 else factor / measure.factor
            result = result * measure.unit if power > 0 else result / measure.unit
    return _Measure(factor, result)


@cache
def _registry() -> UnitRegistry[float]:
    """A pint registry of the symbols of the table and nothing else."""
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry(None)
    for symbol in UNITS:
        registry.define(f"{_PINT_NAMES.get(symbol, symbol)} = [{_PINT_NAMES.get(symbol, symbol)}]")
    return registry


def _by_pint(text: str, given: str) -> _Measure:
    """Parentheses and powers: pint reads the expression, the table gives the factors."""
    from pint.errors import PintError

    names = _SYMBOL.sub(lambda match: _pint_name(match[0]), text.replace("·", "*"))
    names = re.sub(r"(?<=[A-Za-z\d)])-(?=[A-Za-z(])", "*", names)
    try:
        powers = {name: Fraction(str(power)) for name, power in _registry().parse_units(names).dimensionality.items()}
    except (PintError, ArithmeticError, AttributeError, SyntaxError, TokenError, TypeError, ValueError) as error:
        raise UnitError(repr(given), _EXPECTED, code="wrong_unit") from error
    factor, unit = Fraction(1), DIMENSIONLESS
    symbols = {name: symbol for symbol, name in _PINT_NAMES.items()}
    for name, power in powers.items():
        if power.denominator != 1 or abs(power) > _HIGHEST:
            raise UnitError(repr(given), f"whole powers of units up to {_HIGHEST}", code="wrong_unit")
        measure = _symbol(symbols.get(name.strip("[]"), name.strip("[]")))
        factor *= measure.factor ** int(power)
        unit *= Unit(tuple((base, exponent * int(power)) for base, exponent in measure.unit.powers))
    return _Measure(factor, unit)


def _pint_name(symbol: str) -> str:
    symbol = ALIASES.get(symbol, symbol)
    return _PINT_NAMES.get(symbol, symbol)


def _temperature(number: float, written: str, unit: Unit, given: str) -> float:
    scale = ALIASES.get(written, written)
    if unit == _CELSIUS:
        if scale == "degC":
            return number
        if scale == "degF":
            return (number - 32) / 1.8
        if scale == "K":
            return number - ZERO_CELSIUS
        raise UnitError(repr(given), "a temperature in degC, degF or K", code="wrong_dimension")
    hint = "a difference of temperatures is written in K" if unit == parse_unit("K") else ""
    raise UnitError(repr(given), f"{unit_text(unit)}", hint, "wrong_dimension")


def _unknown(symbol: str, given: str) -> UnitError:
    """An unknown unit, with the same letters in another case (an absurd prefix) before any near name."""
    known = [*UNITS, *ALIASES]
    same = [name for name in known if name.lower() == symbol.lower()]
    near = same or get_close_matches(symbol, known, n=1)
    code = "absurd_prefix" if same and same[0][1:] == symbol[1:] else "unknown_unit"
    hint = f"did you mean {given.replace(symbol, near[0])}?" if near else f"the units are {', '.join(UNITS)}"
    expected = f"a unit on the list ({symbol} is not)"
    return UnitError(repr(given), expected, hint, code)


def _dimension_hint(found: _Measure, wanted: _Measure, unit: Unit, given: str) -> str:
    """What is probably missing: per time, or the time itself."""
    if found.unit == parse_unit("kW*h") and wanted.unit == parse_unit("kW"):
        return f"that is an energy: did you mean {given.strip().removesuffix('h')}?"
    if found.unit == parse_unit("kW") and wanted.unit == parse_unit("kW*h"):
        return f"that is a power: did you mean {given.strip()}h?"
    ratio = found.unit / wanted.unit
    for time in ("month", "year", "day", "h"):  # the field's own
        if (time, -1) in unit.powers and ratio == _canonical(parse_unit(time)).unit:
            mark, name = "-" if "/" in given else "/", "hour" if time == "h" else time
            return f"did you leave out a time: {given.strip()}{mark}{name}?"
    if "kVA" in dict(found.unit.powers):
        return "apparent power times the power factor is power: state electrical.power_factor, or kW"
    if {symbol for symbol, _ in ratio.powers} == {"h", "month"}:
        return "a month is calendar time and an hour physical time: they do not convert"
    return ""
