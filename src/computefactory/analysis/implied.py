"""What a price of a company implies, one input at a time, each looked for in a stated band with the others held.

Re-contract price of today's silicon, power still to be sold, contract margin, one rate for all parts, years of growth.
All but the last are batches of the same ledger over moved givens. Where no value of the band gives the price, that is
the answer, with the best value reached: ``does_not_exist``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.analysis.evaluation import CompanyRun
from computefactory.appraisal.implied import Implied
from computefactory.crossing import closed_in, passages
from computefactory.library.rows import Fact

__all__ = ["VALUE", "implied_by", "per_megawatt"]

Row = NDArray[np.float64]
Givens = Mapping[str, Any]
Move = Callable[[Row], Givens]  # values of an input -> givens, a scenario each
VALUE = "industrial_enterprise_value_usd"
POINTS = 33
CLOSE = 1e-6  # of the target: it is reached
SAME = 1e-9  # of the value: the input moves nothing
KILOWATTS, YEAR = 1e3, 12.0  # a MW, a year: of a price by kW-month
MILLION = 1e6
PLANT = "property and equipment"  # of the name of a missing fact: what is invested


@dataclass(frozen=True)
class _Sought:
    """An input: its name and words, its unit as shown, what it is now, its band, how it moves the givens."""

    name: str
    label: str
    unit: str
    base: float
    band: tuple[float, float]
    move: Move
    run: CompanyRun
    inputs: Givens

    def values(self, points: Row) -> Row:
        """The industrial value at some values of the input."""
        moved = {**self.inputs, **self.move(points)}
        return np.asarray(self.run.ledger.run_many(moved, len(points), [VALUE])[VALUE])


def implied_by(run: CompanyRun, target: float) -> tuple[Implied, ...]:
    """What an enterprise value implies; ``run`` is that of the middle values."""
    sought = [_recontract(run), _still_to_sign(run), _margin(run), _one_rate(run)]
    found = [each if isinstance(each, Implied) else _found(each, target) for each in sought]
    return (*found, _growth(run, target))


def _band(run: CompanyRun, name: str) -> tuple[float, float]:
    fact = run.factory.library.fact("worth", "default", name)
    return _ends(fact)


def _ends(fact: Fact) -> tuple[float, float]:
    value = float(fact.value)
    return (value if fact.low is None else fact.low), (value if fact.high is None else fact.high)


def _found(sought: _Sought, target: float) -> Implied:
    points = np.linspace(*sought.band, POINTS)
    values = sought.values(points)
    reach = float(np.min(values)), float(np.max(values))
    about = (sought.name, sought.label, sought.unit)
    if reach[1] - reach[0] <= np.max(np.abs(values)) * SAME:
        return Implied(*about, None, sought.base, reason="no_effect")
    passed = passages(points, values, target)
    if len(passed) != 1:
        reason = "not_unique" if passed else "does_not_exist"
        return Implied(*about, None, sought.base, sought.band, reach, reason)
    value, reached = closed_in(passed[0], target, sought.values).nearer(target)
    if abs(reached - target) > CLOSE * abs(target):
        return Implied(*about, None, sought.base, sought.band, reach, "does_not_exist")
    return Implied(*about, value, sought.base, sought.band, reach)


def _items(run: CompanyRun, name: str) -> Row:
    return np.asarray(run.inputs[name], dtype=float)


def _each(points: Row, like: Row) -> Row:
    """One value a scenario for every item."""
    return np.repeat(points[:, None], len(like), axis=1)


# the inputs


def _recontract(run: CompanyRun) -> _Sought | Implied:
    """Price of today's silicon when it is let again, held to its retirement; in million USD/MW-year."""
    name, label, unit = "recontract_price", "re-contract price", "million USD/MW-year"
    power, price = _items(run, "b_power"), _items(run, "b_price")
    billing = (power > 0) & (price > 0)
    if not np.any(billing):
        return Implied(name, label, unit, None, float("nan"), reason="no_effect")
    mean = float(np.average(price[billing], weights=power[billing]))
    shown = mean * KILOWATTS * YEAR / MILLION
    hours = np.asarray(run.lines["b_after_power"]) * _items(run, "b_sold_after")[:, None]
    earned = np.asarray(run.lines["b_after_revenue"])
    let, now = float(np.sum(hours[billing])), float(np.sum(earned[billing]))
    base = now / let * KILOWATTS * YEAR / MILLION if let else float("nan")
    market, decline = _items(run, "b_market_price"), _items(run, "b_decline")

    def move(values: Row) -> Givens:
        asked = np.where(billing, price * (values / shown)[:, None], market)
        return {
            "b_market_price": asked,
            "b_decline": _each(np.ones(len(values)), market) * np.where(billing, 0, decline),
        }

    low, high = _band(run, "recontract")
    return _Sought(name, label, unit, base, (low * shown, high * shown), move, run, run.inputs)


def _margin(run: CompanyRun) -> _Sought:
    """Contract margin of all blocks."""
    margin, book = _items(run, "b_margin"), _items(run, "b_book")
    base = float(np.average(margin, weights=book)) if np.any(book > 0) else float(np.mean(margin))
    return _Sought(
        "margin",
        "contract margin of all blocks",
        "1",
        base,
        _band(run, "margin"),
        lambda values: {"b_margin": _each(values, margin)},
        run,
        run.inputs,
    )


def _one_rate(run: CompanyRun) -> _Sought:
    """One discount rate for everything."""
    count = _items(run, "b_risk_free")

    def move(values: Row) -> Givens:
        nothing = np.zeros((len(values), len(count)))
        rates = {"b_risk_free": _each(values, count), "b_spread": nothing, "premium": np.zeros(len(values))}
        return {**rates, "market_rate": values, "shell_rate": values, "at_lenders": np.zeros(len(values))}

    base = float(run.inputs["market_rate"])
    return _Sought("rate", "one rate for all parts", "1", base, _band(run, "rate"), move, run, run.inputs)


# what is still to be signed


def _newest(run: CompanyRun) -> int | None:
    """The block whose order came last: of what is sold and undelivered that which bills last; else none."""
    power, new, full, start = (_items(run, f"b_{name}") for name in ("power", "new_power", "full_power", "start"))
    open_ = (full > power + new) & (_items(run, "b_stage") <= 0) & (_items(run, "b_price") > 0)
    return int(np.argmax(np.where(open_, start, -np.inf))) if np.any(open_) else None


def _with_order(run: CompanyRun, place: int) -> tuple[dict[str, Any], float]:
    """The givens with one block more, like the newest order and empty; the book of a kW of it."""
    items = {name for name, given in run.ledger.givens.items() if given.per == "block"}
    inputs = {
        name: np.concatenate([value, np.asarray(value)[place : place + 1]]) if name in items else value
        for name, value in run.inputs.items()
    }
    for name in ("power", "new_power", "full_power", "book", "deferred", "prepayment", "scheduled", "stage"):
        inputs[f"b_{name}"] = np.append(np.asarray(run.inputs[f"b_{name}"], dtype=float), 0.0)
    month, length = np.asarray(run.inputs["month"]), np.asarray(run.inputs["months"])
    start, ramp, until = (_items(run, f"b_{name}")[place] for name in ("start", "ramp", "until"))
    begun = np.clip((month + length - start) / np.maximum(ramp, length), 0, 1)  # all of it is still to come
    months = float(np.sum(begun * (month < until) * length))
    price = _items(run, "b_price")[place] / (1 + _items(run, "b_on_demand")[place])
    return inputs, float(price * months)


def _still_to_sign(run: CompanyRun) -> _Sought | Implied:
    """Power still to be sold at the newest order's price and cost; asked only where a MW of it is worth anything."""
    name, label, unit = "still_to_sign", "power still to be signed", "GW"
    place = _newest(run)
    if place is None:
        return Implied(name, label, unit, None, 0.0, reason="no_order")
    inputs, book = _with_order(run, place)

    def move(values: Row) -> Givens:
        full, books = (np.repeat(inputs[name][None], len(values), axis=0) for name in ("b_full_power", "b_book"))
        full[:, -1] = values * MILLION
        books[:, -1] = book * values * MILLION
        return {"b_full_power": full, "b_book": books}

    low, high = (end / MILLION for end in _band(run, "still_to_sign"))
    sought = _Sought(name, label, unit, 0.0, (low, high), move, run, inputs)
    none, one = sought.values(np.array([0.0, 1 / KILOWATTS]))
    if one <= none:
        return Implied(name, label, unit, None, 0.0, reason="no_value_of_a_megawatt")
    return sought


def per_megawatt(run: CompanyRun) -> float | None:
    """What one MW more like the newest order adds to the value; None where no order is undelivered."""
    sought = _still_to_sign(run)
    place = _newest(run)
    if place is None:
        return None
    if isinstance(sought, Implied):
        inputs, book = _with_order(run, place)
        full, books = np.array(inputs["b_full_power"]), np.array(inputs["b_book"])
        full[-1], books[-1] = KILOWATTS, book * KILOWATTS
        more = run.ledger.run({**inputs, "b_full_power": full, "b_book": books}, [VALUE])[VALUE]
        return float(np.asarray(more)) - float(run.lines[VALUE])
    none, one = sought.values(np.array([0.0, 1 / KILOWATTS]))
    return float(one - none)


def _growth(run: CompanyRun, target: float) -> Implied:
    """Years of growth above its cost that bring the value up to the price."""
    about = ("growth", "years of growth above its cost", "year")
    a_year, value = float(run.lines["growth_value"]), float(run.lines[VALUE])
    low, high = _band(run, "growth")
    if any(item.name.startswith(PLANT) for item in run.factory.missing):
        return Implied(*about, None, 0.0, reason="plant_not_known")
    if a_year <= 0 or float(run.lines["return_on_capital"]) <= float(run.inputs["market_rate"]):
        return Implied(*about, None, 0.0, reason="returns_below_cost_of_capital")
    years, reach = (target - value) / a_year, (value + low * a_year, value + high * a_year)
    if years < 0:
        return Implied(*about, None, 0.0, (low, high), reach, "not_needed")
    return Implied(
        *about, years if years <= high else None, 0.0, (low, high), reach, "" if years <= high else "does_not_exist"
    )
