"""What a price implies: renewal price, discount rate, growth, utilisation after the contract; the others held."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.appraisal.industrial import number
from computefactory.appraisal.ranges import Move, lever, moved_values
from computefactory.crossing import closed_in, passages
from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.scenarios import GIVEN
from computefactory.units import shown

if TYPE_CHECKING:
    from computefactory.appraisal.industrial import Equity, Industrial
    from computefactory.appraisal.multiples import Comparables
    from computefactory.result import Result

__all__ = ["Implied", "Reverse", "Sought", "implied_by", "refuse_out_of_reach", "sought_of", "target_of"]

Row = NDArray[np.float64]
POINTS = 17
MILLION = 1e6
SAME = 1e-9  # of the value: the input moves nothing
CLOSE = 1e-6  # of the target: it is reached
HIGHEST_RATE = 1.0  # a year; below nothing no money is worth more later
FACTOR = 16.0  # a renewal price is looked for between a sixteenth and sixteen times the present one


@dataclass(frozen=True, slots=True)
class Implied:
    """One input: what the price implies, what it is now, or why there is no answer."""

    name: str
    label: str
    unit: str
    value: float | None
    base: float
    span: tuple[float, float] | None = None  # of the input: where it is looked for
    attainable: tuple[float, float] | None = None  # USD of enterprise value in that span
    reason: str = ""  # out_of_range, not_unique, no_effect, returns_below_cost_of_capital, not_needed

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {"value": self.value, "base": self.base, "unit": self.unit, "label": self.label}
        for name, ends in (("between", self.span), ("attainable_usd", self.attainable)):
            found |= {name: list(ends)} if ends is not None else {}
        return found | ({"reason": self.reason} if self.reason else {})

    @property
    def reach(self) -> str:
        """The prices that it can give, in words."""
        if self.span is None or self.attainable is None:
            return ""
        low, high = (f"{end / MILLION:,.0f}" for end in self.attainable)
        scale, unit = (100.0, "%") if self.unit == "1" else (1.0, self.unit)
        first, last = (f"{scale * end:,.3g}" for end in self.span)
        return f"between {low} and {high} million USD by {self.label} from {first} to {last} {unit}"


@dataclass(frozen=True)
class Reverse:
    """What a price implies, one input at a time."""

    price: float  # of the enterprise
    asked: str  # "given", or which value stood in
    price_of: str
    implied: tuple[Implied, ...]
    liquidation: float

    @property
    def given(self) -> bool:
        """Whether a price was asked about."""
        return self.asked == "given"

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "price_usd": self.price,
            "price_is": self.asked,
            "price_of": self.price_of,
            "liquidation_usd": self.liquidation,
            "below_liquidation": self.price < self.liquidation,
            **{item.name: item.as_dict() for item in self.implied},
        }


@dataclass(frozen=True, slots=True)
class Sought:
    """An input that a price is asked of: what it is now, where it is looked for, and how it moves (None: it cannot)."""

    name: str
    label: str
    unit: str
    base: float
    points: Row
    move: Callable[[Row], Move] | None


def sought_of(result: Result, industrial: Industrial) -> tuple[Sought, ...]:
    """Market price, one discount rate for all parts, hours sold."""
    rates = np.concatenate([np.linspace(0, 0.5, 4 * POINTS), np.linspace(0.52, HIGHEST_RATE, POINTS)])
    price = FACTOR ** np.linspace(-1, 1, POINTS)
    return (
        _of_market(result, "offtake.merchant.price_new", "renewal_price", "market price after the contracts", price),
        Sought(
            "discount_rate",
            "one discount rate for all parts",
            "1",
            number(industrial.run, "market_rate"),
            rates,
            lambda rates: _at_one_rate(industrial, rates),
        ),
        _of_market(
            result, "offtake.merchant.sold", "utilisation", "hours sold after the contracts", np.linspace(0, 1, POINTS)
        ),
    )


def _of_market(result: Result, path: str, name: str, label: str, points: Row) -> Sought:
    origin = result.factory.origins.get(path)
    base = float(origin.value) if origin is not None else float("nan")
    unit = shown(origin.unit) or "1" if origin is not None else "1"
    plain = lever(result, path) if base else None
    scaled = points * base if name == "renewal_price" else points
    return Sought(name, label, unit, base, scaled, None if plain is None else lambda values: {plain.key: values})


def _at_one_rate(industrial: Industrial, rates: Row) -> Move:
    """Every part at the same rate."""
    inputs = industrial.run.inputs
    nothing = {
        name: np.zeros((len(rates), *np.shape(inputs[name]))) for name in ("risk_premium", "c_spread", "l_spread")
    }
    book = {name: np.repeat(rates[:, None], len(inputs[name]), axis=1) for name in ("c_risk_free", "l_risk_free")}
    moved = {**nothing, **book, "market_rate": rates, "shell_rate": rates}
    return {f"{GIVEN}{name}": values for name, values in moved.items()}


def target_of(comparables: Comparables, instead: float, equity: Equity, price: float | None, price_of: str) -> float:
    """The enterprise value that is asked about; without a price what stands in.

    Raises:
        FactoryFileError: a given price below what a forced sale would bring.
    """
    if price is None:
        return instead
    target = price + equity.claims if price_of == "equity" else price
    floor = comparables.three("e_liquidation")[0]
    if target < floor:
        given = f"{target / MILLION:,.0f} million USD of enterprise value"
        hint = "nobody sells a going concern for less than its parts fetch in a forced sale"
        expected = f"at least the liquidation value of {floor / MILLION:,.0f} million USD"
        raise FactoryFileError([Problem("below_liquidation", "--price", given, expected, hint)])
    return target


def implied_by(
    result: Result,
    industrial: Industrial,
    comparables: Comparables,
    target: float,
    sought: tuple[Sought, ...],
    found: Mapping[str, Row],
) -> tuple[Implied, ...]:
    """What the target implies; ``found`` are the values at the points of what is sought."""
    price, rate, sold = (_implied(result, industrial, target, item, found) for item in sought)
    return price, rate, _growth(industrial, comparables, target), sold


def refuse_out_of_reach(target: float, implied: Sequence[Implied]) -> None:
    """A price that was asked about and that nothing gives.

    Raises:
        NoSolution: it lies outside what each input can give, which is said.
    """
    if any(item.value is not None or item.reason in ("not_needed", "not_unique") for item in implied):
        return
    reach = ", or ".join(item.reach for item in implied if item.reach) or "nothing but the value itself"
    raise NoSolution(f"{target / MILLION:,.0f} million USD of enterprise value is out of reach: attainable {reach}")


def _implied(
    result: Result, industrial: Industrial, target: float, sought: Sought, found: Mapping[str, Row]
) -> Implied:
    """Rent to landlords, where it is counted as debt, is taken as it stands."""
    move = sought.move
    if move is None:
        return Implied(sought.name, sought.label, sought.unit, None, sought.base, reason="no_effect")
    values, leases = found[sought.name], number(industrial.run, "leases_value")
    wanted = target - leases
    value, reason = None, ""
    span = float(sought.points[0]), float(sought.points[-1])
    reach = float(np.min(values)) + leases, float(np.max(values)) + leases
    if np.ptp(values) <= np.max(np.abs(values)) * SAME:
        reason = "no_effect"
    else:
        passed = passages(sought.points, values, wanted)
        reason = "" if len(passed) == 1 else "not_unique" if passed else "out_of_range"
    if not reason:

        def look(points: Row) -> Row:
            return moved_values(result, industrial, {"": move(points)})[""]

        closed = closed_in(passed[0], wanted, look)
        value, reached = closed.nearer(wanted)
        if abs(reached - wanted) > CLOSE * abs(target):
            value, reason = None, "out_of_range"  # it jumps over the price
    moves = reason != "no_effect"
    ends = (span if moves else None, reach if moves else None)
    return Implied(sought.name, sought.label, sought.unit, value, sought.base, *ends, reason)


def _growth(industrial: Industrial, comparables: Comparables, target: float) -> Implied:
    """Years of growth at the library's reinvestment that bring the value up to the price."""
    label = "years of growth above its cost"
    a_year = comparables.number("growth_a_year") * comparables.number("nopat")
    if comparables.rate <= 0 or comparables.number("return_on_capital") <= comparables.rate or not a_year:
        return Implied("growth", label, "year", None, 0.0, reason="returns_below_cost_of_capital")
    value = industrial.enterprise_value
    row = industrial.run.factory.library.fact("value", "default", "growth_years")
    most = float(row.value if row.high is None else row.high)
    span, reach = (0.0, most), (value, value + most * a_year)
    years = (target - value) / a_year
    if years < 0:
        return Implied("growth", label, "year", None, 0.0, span, reach, "not_needed")
    inside = years <= most
    return Implied(
        "growth", label, "year", years if inside else None, 0.0, span, reach, "" if inside else "out_of_range"
    )
