"""C7: the plan of a store is the cheapest, and where it may not be the page says by how much."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.plant.dispatch import Feed, Peak, Store, Take
from computefactory.registry import PAGES
from validate_store import FREE, KINDS, Case, exact, missed, searched

HOURS = 6
WITHIN = 0.01
prices = st.lists(st.floats(-0.03, 0.12), min_size=HOURS, max_size=HOURS).map(np.array)
loads = st.lists(st.floats(40, 100), min_size=HOURS, max_size=HOURS).map(np.array)


@pytest.mark.parametrize("kind", KINDS)
def test_c07_within_one_per_cent_of_the_exact_optimum(kind: str) -> None:
    """The auditor's plan saved 24,682 where a search found 27,283 (9.5 % missed): right is at most 1 % missed.

    Days drawn at random, against one mixed programme over all months with a mode for every hour.
    """
    for best, got, above in missed(kind, 6):
        assert best - got <= WITHIN * best + 1e-6
        assert best - got <= above + 1e-6  # the plan's own word holds
        assert above <= WITHIN * best + 1e-6


@settings(max_examples=15, deadline=None)
@given(load=loads, price=prices, demand=st.floats(0, 2), power=st.floats(1, 30), hours=st.integers(1, 3))
def test_c07_no_plan_of_a_search_is_cheaper(
    load: np.ndarray, price: np.ndarray, demand: float, power: float, hours: int
) -> None:
    """Every plan of full charge, full discharge and rest over six hours: none is cheaper than the engine's."""
    peak = Peak((0,), np.array([demand]), np.zeros(1), np.ones(HOURS, dtype=bool))
    grid = Feed("grid", price, np.full(HOURS, FREE), imported=True)
    case = Case(load, [grid], np.zeros(HOURS, dtype=int), [peak], (), [Store("store", power, hours * power, 1.0)])
    assert case.cost() <= searched(load, price, demand, power, hours * power) + 1e-4


def test_c07_two_stores_and_an_engine() -> None:
    """Two unlike stores, an engine and a peak over three months with a ratchet: as the exact optimum."""
    rng = np.random.default_rng(5)
    month = np.repeat(np.arange(3), 12)
    load = rng.uniform(60, 90, 36) * np.array([1.0, 1.5, 1.2])[month]
    feeds = [
        Feed("grid", rng.uniform(-0.02, 0.1, 36), np.full(36, FREE), imported=True),
        Feed("engine", np.full(36, 0.06), np.full(36, 40.0)),
    ]
    peak = Peak((0,), np.full(3, 0.3), np.full(3, 30.0), np.arange(36) % 12 > 4, 0.7, 2)
    take = Take((0,), np.full(3, 0.05), np.full(3, 700.0))
    stores = [Store("fast", 40.0, 40.0, 0.9), Store("slow", 10.0, 60.0, 0.5)]
    case = Case(load, feeds, month, [peak], [take], stores)
    assert case.cost() == pytest.approx(exact(case), rel=1e-6)


def test_c07_energy_paid_for_anyway_is_taken() -> None:
    """A minimum take of 80 % of energy: an engine at 4 cents beside a grid at 5 runs for the rest alone."""
    grid = Feed("grid", np.full(HOURS, 0.05), np.full(HOURS, FREE), imported=True)
    engine = Feed("engine", np.full(HOURS, 0.04), np.full(HOURS, 100.0))
    load, month = np.full(HOURS, 100.0), np.zeros(HOURS, dtype=int)
    take = Take((0,), np.array([0.05]), np.array([480.0]))
    case = Case(load, [grid, engine], month, (), [take])
    assert case.cost() == pytest.approx(480 * 0.05 + 120 * 0.04)


@cache
def supplied(supply: str) -> cf.Result:
    return cf.run("iren-horizon", overrides={"power.supply": supply})


def test_c07_a_minimum_take_on_energy_reaches_the_plan() -> None:
    """Grid at 50 USD/MWh with all energised power paid for, a cheap engine beside it: the engine stands still."""
    grid = "grid: {kind: tariff, energy: 50 USD/MWh, minimum_take: {share: 100 %, of: energised, applies_to: energy}}"
    engine = "engines: {kind: generation, technology: gas_engine, capacity: 300 MW, fuel_price: 2 USD/MMBtu}"
    sent = supplied(f"{{{grid}, {engine}}}").known["dispatch"].sent
    assert sent[1].max() == pytest.approx(0, abs=1e-3)


def test_c07_cycles_are_kept_for_the_months_that_pay() -> None:
    """Two months of 24 hours, one of which pays ten times as much: a store of one cycle in all spends it there."""
    month, day = np.repeat([0, 1], 24), np.where(np.arange(24) < 12, 0.02, 0.12)
    price = np.concatenate([day, 0.02 + (day - 0.02) / 10])
    grid = Feed("grid", price, np.full(48, FREE), imported=True)
    case = Case(np.full(48, 100.0), [grid], month, (), (), [Store("store", 10.0, 20.0, 1.0, 20.0)])
    assert case.cost(stored=False) - case.cost() == pytest.approx(20 * 0.10)


def test_c07_the_page_states_the_gap() -> None:
    """A store at a market with prices below zero: the page has the most by which the plan is above the cheapest."""
    market, store = "{kind: wholesale, market: {row: 'AU-VIC, 2024'}}", "{kind: battery, power: 20 MW, energy: 80 MWh}"
    result = supplied(f"{{market: {market}, store: {store}}}")
    figures = {figure.name: figure for part in PAGES["power"](result).sections for figure in part.figures}
    assert figures["plan_above_usd"].value == pytest.approx(result.known["supply_plan"].above, abs=1e-6)
    assert 0 <= float(result.known["supply_plan"].above) < 50_000
