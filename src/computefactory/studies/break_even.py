"""``ask FILE break-even``: the prices and costs at which a factory is worth exactly what it costs.

Alone, every price or cost that the file states is moved until the NPV at the cost of capital is nothing. Together, all
contract prices and rents move by one factor; prepayments and their credits move with them and are not counted, as in
``npv_usd``. Tax is not a straight line in the price (losses are carried, interest is limited), so the factor is
searched and not worked out from a slope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.crossing import Passage, closed_in
from computefactory.errors import NoSolution
from computefactory.finance.cases import HEAD
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import study
from computefactory.result import Result
from computefactory.scenarios import GIVEN, Scenarios
from computefactory.schema import Factory
from computefactory.search import solve
from computefactory.units import shown

__all__ = ["BreakEven", "break_even", "page"]

POINTS = 17
WIDEST = 16.0
RATE = "finance.capital.discount_rate"
PRICES, NPV = ("c_price", "l_price"), "npv_usd"


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

    def look(factors: NDArray[np.float64]) -> NDArray[np.float64]:
        return _values(result, factors, case)

    factors = np.geomspace(1 / WIDEST, WIDEST, POINTS)
    values = look(factors)
    above = int(np.argmax(values >= 0))
    if above == 0:
        cheap = values[0] >= 0
        said = "worth what it costs at a sixteenth of today's prices" if cheap else "not even at 16 times the prices"
        return BreakEven(None, None, None, said)
    first = Passage(*factors[above - 1 : above + 1].tolist(), *values[above - 1 : above + 1].tolist())
    factor, _ = closed_in(first, 0.0, look).nearer(0.0)
    head = result.runs[case].lines
    price = float(head["average_price"]) * factor if result.factory.offtake.contracts else None
    active = float(result.known["accelerators_active"])
    sold = sum(float(item.accelerators) * float(item.sold) for item in result.factory.offtake.contracts)
    return BreakEven(factor, price, factor * sold / active if active else None)


def _values(result: Result, factors: NDArray[np.float64], case: str) -> NDArray[np.float64]:
    """NPV with all prices times each factor."""
    inputs = result.runs[case].inputs
    prices = {f"{GIVEN}{name}": factors[:, None] * np.asarray(inputs[name]) for name in PRICES}
    return Scenarios(result, prices, [NPV], case).run()[NPV]


@study("break-even")
def page(factory: Factory) -> Page:
    """What breaks even: each price and cost of the file alone, and all prices together."""
    result = model.run(factory)
    found = break_even(result)
    npv = result.metrics["npv_usd"].value
    together = worked("the factor on all prices and rents at which npv_usd without debt is nothing", "npv_usd")
    figures = (
        Figure("npv_usd", "NPV at the cost of capital", npv, "USD"),
        Figure("discount_rate", "cost of capital", factory.finance.capital.discount_rate, "%", of=RATE),
        Figure("break_even_factor", "all prices and rents times", found.factor, "x", found.reason, together),
    )
    columns = (
        Column("path", "price or cost"),
        Column("unit", "unit", hidden=True),
        Column("now", "in the file"),
        Column("break_even", "breaks even at", of=worked("this alone moved until npv_usd is nothing", "npv_usd")),
    )
    rows = tuple(_alone(result))
    places = tuple(("", "", Of(str(path)), "") for path, *_ in rows)
    text = (
        "Contracts alone, unlevered, after tax; one at a time, the others as the file has them.",
        *(f"{path}: at none." for path, *_, found_at in rows if found_at is None),
    )
    alone = Section("alone", "What breaks even", grid=Grid(columns, rows, places=places), text=text)
    return Page("break_even", factory.name, (Section("now", "As the file states it", figures), alone))


def _alone(result: Result) -> Iterator[tuple[Cell, ...]]:
    """Every price or cost that the file states, and the number at which it alone breaks even."""
    for lever in result.factory.levers():
        stated, _, path = lever.path.partition(":")
        unit = shown(lever.unit)
        if stated == "file" and "USD" in unit and lever.base:
            try:
                yield path, unit, lever.base, solve(result, path, NPV, 0.0).value
            except NoSolution:
                yield path, unit, lever.base, None
