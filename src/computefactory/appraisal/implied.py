"""What a price implies: renewal price, discount rate, growth, utilisation after the contract; the others held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.appraisal.market import Comparables
from computefactory.appraisal.owners import Equity
from computefactory.appraisal.spans import moved_values
from computefactory.appraisal.worth import Industrial, enterprise_value
from computefactory.errors import FactoryFileError, Problem
from computefactory.units import shown
from computefactory.valuation import Implied, Rates, crossing

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Reverse", "implied_by"]

POINTS = 17
MILLION = 1e6
LOWEST_RATE, HIGHEST_RATE = -0.5, 5.0
FACTOR = 16.0  # a renewal price is looked for between a sixteenth and sixteen times the present one
PRICE, SOLD = "offtake.merchant.price_new", "offtake.merchant.sold"


@dataclass(frozen=True)
class Reverse:
    """What a price implies, one input at a time."""

    price: float | None  # of the enterprise
    given: bool  # False: the cloud value stood in
    price_of: str
    implied: tuple[Implied, ...]
    liquidation: float

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "price_usd": self.price,
            "price_is": "given" if self.given else "the cloud value",
            "price_of": self.price_of,
            "liquidation_usd": self.liquidation,
            "below_liquidation": self.price is not None and self.price < self.liquidation,
            **{item.name: item.as_dict() for item in self.implied},
        }


def implied_by(
    result: Result,
    industrial: Industrial,
    equity: Equity,
    comparables: Comparables,
    cloud_value: float,
    price: float | None,
    price_of: str,
) -> Reverse:
    """What a price (or, without one, the cloud value) implies.

    Raises:
        FactoryFileError: a given price below what a forced sale would bring.
    """
    floor = comparables.liquidation[0]
    target = cloud_value if price is None else price
    if price is not None and price_of == "equity":
        target = price + equity.claims
    if price is not None and target < floor:
        given = f"{target / MILLION:,.0f} million USD of enterprise value"
        hint = "nobody sells a going concern for less than its parts fetch in a forced sale"
        expected = f"at least the liquidation value of {floor / MILLION:,.0f} million USD"
        raise FactoryFileError([Problem("below_liquidation", "--price", given, expected, hint)])
    found = (
        _market(result, industrial, target, PRICE, "renewal_price", "market price after the contracts"),
        _rate(result, industrial, target),
        _growth(industrial, comparables, target),
        _market(result, industrial, target, SOLD, "utilisation", "hours sold after the contracts"),
    )
    return Reverse(target, price is not None, price_of, found, floor)


def _market(result: Result, industrial: Industrial, target: float, field: str, name: str, label: str) -> Implied:
    """A price or share of the market, from a batch of full valuations."""
    origin = result.factory.origins.get(field)
    base = float(origin.value) if origin is not None else float("nan")
    unit = shown(origin.unit) or "1" if origin is not None else "1"
    if origin is None or origin.kind == "derived" or not base:
        return Implied(name, label, unit, None, base, "no_effect")
    points = np.linspace(0.0, 1.0, POINTS) if field == SOLD else base * np.geomspace(1 / FACTOR, FACTOR, POINTS)
    value, reason = crossing(lambda at: moved_values(result, industrial, {field: at}), points, target)
    return Implied(name, label, unit, value, base, reason)


def _rate(result: Result, industrial: Industrial, target: float) -> Implied:
    """One rate for all parts at which they are worth the price."""
    at = float(result.factory.timeline.month[industrial.question.index])
    items = len(industrial.items)
    owed = industrial.lease_liability if industrial.question.leases_as_debt else 0.0

    def values(rates: Any) -> Any:
        return np.array([enterprise_value(industrial.site, Rates.uniform(rate, items), at) for rate in rates]) + owed

    points = np.concatenate([np.linspace(LOWEST_RATE, 0.5, 4 * POINTS), np.linspace(0.52, HIGHEST_RATE, POINTS)])
    value, reason = crossing(values, points, target)
    base = float(industrial.rates.market)
    return Implied("discount_rate", "one discount rate for all parts", "1", value, base, reason)


def _growth(industrial: Industrial, comparables: Comparables, target: float) -> Implied:
    """Years of growth at the library's reinvestment that bring the value up to the price."""
    label = "years of growth above its cost"
    rate, earned = comparables.rate, comparables.return_on_capital
    base = 0.0
    missing = target - industrial.enterprise_value
    if missing <= 0:
        return Implied("growth", label, "year", None, base, "not_needed")
    if earned <= rate or rate <= 0 or not comparables.reinvestment:
        return Implied("growth", label, "year", None, base, "returns_below_cost_of_capital")
    a_year = comparables.nopat * comparables.reinvestment * (earned - rate) / (rate * (1 + rate))
    return Implied("growth", label, "year", missing / a_year, base)
