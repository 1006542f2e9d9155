"""The price and the sold share at which a factory is worth exactly what it costs.

All contract prices and rents move by one factor; prepayments and their credits move with them and are not counted, as
in ``npv_usd``. Tax is not a straight line in the price (losses are carried, interest is limited), so the factor is
searched and not worked out from a slope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.offtake.inputs import Offtake
from computefactory.result import Result

__all__ = ["BreakEven", "break_even"]

POINTS, ROUNDS = 33, 6  # each round divides the bracket by 32
WIDEST = 16.0
HEAD = "contract_only"


@dataclass(frozen=True, slots=True)
class BreakEven:
    """``factor`` on today's prices at which the NPV is zero; None where there is none within a factor of 16."""

    factor: float | None
    price: float | None  # USD per accelerator-hour, first contract year
    utilisation: float | None  # share of the active accelerators that must be sold at today's price
    reason: str = ""


def break_even(result: Result, case: str = HEAD) -> BreakEven:
    """The break-even of a return case at the after-tax cost of capital."""
    if not result.runs[case].lines["revenue"].any():
        return BreakEven(None, None, None, "there is no revenue")
    low, high = 1 / WIDEST, WIDEST
    for _ in range(ROUNDS):
        factors = np.geomspace(low, high, POINTS)
        values = _values(result, factors, case)
        above = int(np.argmax(values >= 0))
        if above == 0:
            cheap = values[0] >= 0
            said = (
                "worth what it costs at a sixteenth of today's prices" if cheap else "not even at 16 times the prices"
            )
            return BreakEven(None, None, None, said)
        low, high = float(factors[above - 1]), float(factors[above])
    factor = (low * high) ** 0.5
    head = result.runs[case].lines
    price = float(head["average_price"]) * factor if result.factory.offtake.contracts else None
    active = float(result.known["accelerators_active"])
    sold = sum(float(item.accelerators) * float(item.sold) for item in result.factory.offtake.contracts)
    return BreakEven(factor, price, factor * sold / active if active else None)


def _values(result: Result, factors: NDArray[np.float64], case: str) -> NDArray[np.float64]:
    """NPV with all prices times each factor; an array of scenarios may stand for any number of a record."""
    factory = result.factory
    varied = replace(factory, offtake=_at(factory.offtake, factors))
    ledger = model.ledger_for(model.choices_of(varied, "frozen"))
    space = model.namespace(varied, dict(result.known), case, model.no_debt(factory))
    found = ledger.run_many(model.inputs_for(ledger, space), len(factors), ["npv_usd"])
    return np.asarray(found["npv_usd"], dtype=float)


def _at(book: Offtake, factors: NDArray[np.float64]) -> Offtake:
    return replace(
        book,
        contracts=tuple(replace(item, price=cast("float", item.price * factors)) for item in book.contracts),
        leases=tuple(replace(item, price=cast("float", item.price * factors)) for item in book.leases),
    )
