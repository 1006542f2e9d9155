"""Low and high of the industrial value: each uncertain row at both ends of its range, one at a time.

The swings are independent in what they stand for, so they add up as squares: the low is the value less the root of the
sum of the squared falls, the high the same with the rises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from computefactory.appraisal.rates import premium_row
from computefactory.appraisal.site import CASE, LINES, RELET, site_of
from computefactory.appraisal.worth import Industrial, enterprise_value
from computefactory.schema.origin import Origin
from computefactory.valuation import Rates

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["PREMIUM", "moved_values", "spans_of"]

PREMIUM = "premium for operating risk"
# field of the resolved factory -> what it is called
MOVED = {
    "offtake.merchant.price_new": "market price of new silicon",
    "offtake.merchant.decline": "fall of that price with age",
    "offtake.merchant.sold": "share of market hours sold",
    "finance.values.release_rent": "net rent of an empty hall",
    "finance.capital.discount_rate": "discount rate",
}


def _lever(result: Result, field: str) -> Origin | None:
    """The file's number or library row behind a field, if it is one number."""
    origin = result.factory.origins.get(field)
    plain = origin is not None and origin.kind != "derived" and isinstance(origin.value, float)
    return origin if plain else None


def _ends(result: Result, origin: Origin) -> tuple[float, float]:
    """Its range; ten per cent either way where it has none."""
    lever = next((item for item in result.factory.levers() if item.path == origin.key), None)
    return (lever.low, lever.high) if lever is not None else (origin.value, origin.value)


def moved_values(result: Result, industrial: Industrial, changes: dict[str, np.ndarray]) -> np.ndarray:
    """Enterprise value in scenarios: field -> one value a scenario; everything else held."""
    from computefactory import model

    n = len(next(iter(changes.values())))
    levers = {field: _lever(result, field) for field in changes}
    columns = {origin.key: changes[field] for field, origin in levers.items() if origin is not None}
    varied = result.factory.with_values(columns)
    run = result.runs[CASE]
    keep = [name for name in (*LINES, *RELET) if name in run.ledger.lines]
    lines = model.lines_many(varied, result, CASE, n, keep)
    lines = {**{name: run.inputs[name] for name in LINES if name in run.inputs}, **lines}
    rent = changes.get("finance.values.release_rent", industrial.terms.release_rent)
    terms = replace(industrial.terms, release_rent=rent)
    market = changes.get("finance.capital.discount_rate", industrial.rates.market)
    site = site_of(result, lines, terms)
    at = float(result.factory.timeline.month[industrial.question.index])
    rates = Rates(industrial.rates.book, market, industrial.rates.shell)
    found = np.broadcast_to(np.asarray(enterprise_value(site, rates, at), dtype=float), (n,))
    return np.asarray(found + (industrial.lease_liability if industrial.question.leases_as_debt else 0.0))


def spans_of(result: Result, industrial: Industrial) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Change of the value at both ends of each input; low and high of the value."""
    base = industrial.enterprise_value
    fields = [field for field in MOVED if _lever(result, field) is not None]
    swings: dict[str, tuple[float, float]] = {}
    if fields:
        n = 2 * len(fields)
        changes = {field: np.full(n, float(result.factory.origins[field].value)) for field in fields}
        for place, field in enumerate(fields):
            origin = _lever(result, field)
            assert origin is not None
            changes[field][2 * place : 2 * place + 2] = _ends(result, origin)
        values = moved_values(result, industrial, changes) - base
        swings = {
            MOVED[field]: (float(values[2 * place]), float(values[2 * place + 1])) for place, field in enumerate(fields)
        }
    swings |= _rates(result, industrial, base)
    falls = sum(min(*ends, 0.0) ** 2 for ends in swings.values())
    rises = sum(max(*ends, 0.0) ** 2 for ends in swings.values())
    return swings, base - float(np.sqrt(falls)), base + float(np.sqrt(rises))


def _rates(result: Result, industrial: Industrial, base: float) -> dict[str, tuple[float, float]]:
    """The premium, the shell's rate and the worth of power without halls: no line moves with them."""
    library, rates = result.factory.library, industrial.rates
    at = float(result.factory.timeline.month[industrial.question.index])
    premium = premium_row(result, at)
    shell = library.fact("value", "default", "shell_rate")
    land = library.fact("value", "default", "undeveloped")

    def at_rates(moved: Rates) -> float:
        owed = industrial.lease_liability if industrial.question.leases_as_debt else 0.0
        return float(enterprise_value(industrial.site, moved, at)) + owed - base

    def ends(low: float | None, high: float | None, value: float) -> tuple[float, float]:
        return (value if low is None else low, value if high is None else high)

    found = {}
    book = [
        np.asarray(rates.book) + end - float(premium.value)
        for end in ends(premium.low, premium.high, float(premium.value))
    ]
    found[PREMIUM] = (
        at_rates(replace(rates, book=book[0])),
        at_rates(replace(rates, book=book[1])),
    )
    moved = [replace(rates, shell=end) for end in ends(shell.low, shell.high, float(shell.value))]
    found["rate of the shell"] = (at_rates(moved[0]), at_rates(moved[1]))
    site = industrial.site
    each = [end - float(land.value) for end in ends(land.low, land.high, float(land.value))]
    worth = [site.undeveloped * site.energises * end for end in each]
    found["worth of power without halls"] = (worth[0], worth[1])
    return found
