"""The cheapest dispatch: days solved by hand, balances of every hour, prices below zero, stores and starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory.errors import NoSolution
from computefactory.plant.dispatch import DispatchPlan, Feed, Peak, Store, dispatch_load

HOURS = 24
ONE_MONTH = np.zeros(HOURS, dtype=int)
ALL = np.full(HOURS, 1e9)
LOAD = np.full(HOURS, 100.0)
CHEAP = np.where(np.arange(HOURS) < 12, 0.02, 0.10)  # USD/kWh: half a day each


def flat(value: float) -> np.ndarray:
    return np.full(HOURS, value)


def balance(load: np.ndarray, plan: DispatchPlan) -> np.ndarray:
    sent = sum((*plan.feeds, *plan.discharge), plan.shed)
    return sent - sum(plan.charge, load)


def test_one_source_costs_load_times_price():
    plan = dispatch_load(LOAD, [Feed("grid", CHEAP, ALL, imported=True)], month=ONE_MONTH)
    assert plan.cost == pytest.approx(100 * 12 * (0.02 + 0.10))
    assert not plan.shed.any()


def test_the_cheaper_of_two_runs_first_and_the_dearer_takes_the_rest():
    feeds = [Feed("engine", flat(0.05), flat(60.0)), Feed("grid", CHEAP, ALL, imported=True)]
    plan = dispatch_load(LOAD, feeds, month=ONE_MONTH)
    # 12 hours all from the grid at 0.02; 12 hours 60 kW of engine at 0.05 and 40 kW of grid at 0.10
    assert plan.cost == pytest.approx(12 * 100 * 0.02 + 12 * (60 * 0.05 + 40 * 0.10))
    np.testing.assert_allclose(plan.feeds[0], np.where(np.arange(HOURS) < 12, 0.0, 60.0), atol=1e-9)


def test_a_store_moves_energy_from_cheap_to_dear_hours():
    # 10 kWh held: filled with 10 / 0.9 kWh at 0.02, gives 9 kWh worth 0.10; one cycle, for prices change once a day
    store = Store("battery", 5.0, 10.0, 0.81)
    plan = dispatch_load(LOAD, [Feed("grid", CHEAP, ALL, imported=True)], month=ONE_MONTH, stores=[store])
    alone = 100 * 12 * (0.02 + 0.10)
    assert plan.cost == pytest.approx(alone - (9 * 0.10 - 10 / 0.9 * 0.02))
    assert plan.level[0].max() == pytest.approx(10.0)


def test_a_store_cuts_the_peak_of_one_hour():
    load = LOAD + np.where(np.arange(HOURS) == 18, 4.0, 0.0)
    grid = Feed("grid", flat(0.04), ALL, imported=True)
    peak = Peak((0,), np.array([10.0]), np.array([0.0]), np.ones(HOURS, dtype=bool))
    plan = dispatch_load(load, [grid], month=ONE_MONTH, peaks=[peak], stores=[Store("b", 5.0, 10.0, 1.0)])
    # 4 kWh spread over the other hours would raise them by 4/23: the flat line is the mean
    flat_line = load.mean()
    assert plan.feeds[0].max() == pytest.approx(flat_line)
    assert plan.cost == pytest.approx(load.sum() * 0.04 + flat_line * 10.0)


def test_a_peak_that_is_paid_anyway_is_used():
    # below the floor of 80 kW a kW of grid costs no demand: the grid sends up to 80, the engine the rest
    feeds = [Feed("grid", flat(0.02), ALL, imported=True), Feed("engine", flat(0.05), flat(60.0))]
    peak = Peak((0,), np.array([5.0]), np.array([80.0]), np.ones(HOURS, dtype=bool))
    plan = dispatch_load(LOAD, feeds, month=ONE_MONTH, peaks=[peak])
    np.testing.assert_allclose(plan.feeds[0], 80.0)
    assert plan.cost == pytest.approx(80 * 5.0 + 24 * (80 * 0.02 + 20 * 0.05))


def test_a_ratchet_puts_a_floor_under_the_other_month():
    load = np.concatenate([LOAD, LOAD * 2])
    month = np.repeat([0, 1], HOURS)
    grid = Feed("grid", np.full(48, 0.01), np.full(48, 1e9), imported=True)
    peak = Peak((0,), np.array([3.0, 3.0]), np.zeros(2), np.ones(48, dtype=bool), ratchet=0.8, ratchet_months=11)
    plan = dispatch_load(load, [grid], month=month, peaks=[peak])
    assert plan.cost == pytest.approx(load.sum() * 0.01 + 3.0 * (0.8 * 200 + 200))


def test_load_beyond_the_connection_is_shed_where_that_is_allowed():
    limit = np.where(np.arange(HOURS) == 7, 30.0, 1e9)
    may = np.arange(HOURS) == 7
    grid = Feed("grid", flat(0.04), ALL, imported=True)
    plan = dispatch_load(LOAD, [grid], month=ONE_MONTH, import_limit=limit, lost_load=2.0, may_shed=may)
    assert plan.shed[7] == pytest.approx(70.0)
    assert plan.shed.sum() == pytest.approx(70.0)
    assert plan.cost == pytest.approx((2400 - 70) * 0.04 + 70 * 2.0)


def test_below_zero_a_store_still_does_one_thing_at_a_time():
    grid = Feed("grid", flat(-0.05), ALL, imported=True)
    plan = dispatch_load(LOAD, [grid], month=ONE_MONTH, stores=[Store("b", 20.0, 40.0, 0.8)])
    assert not (plan.charge[0] * plan.discharge[0]).any()
    assert plan.cost <= -0.05 * 2400 + 1e-9


def test_a_start_is_paid_only_where_it_is_worth_it():
    # the engine saves 0.05 x 100 kW in each of 12 dear hours = 60 USD; running through the others would cost 120
    price = np.where(np.arange(HOURS) < 12, -0.05, 0.10)
    grid = Feed("grid", price, ALL, imported=True)
    feeds = [grid, Feed("engine", flat(0.05), flat(100.0), minimum_load=1.0, start_cost=0.7)]
    dear = dispatch_load(LOAD, feeds, month=ONE_MONTH)
    assert dear.feeds[1].max() == 0.0  # 70 USD a start of 100 kW: not worth 60 USD
    feeds[1] = Feed("engine", flat(0.05), flat(100.0), minimum_load=1.0, start_cost=0.5)
    cheap = dispatch_load(LOAD, feeds, month=ONE_MONTH)
    assert cheap.feeds[1].max() == pytest.approx(100.0)
    assert cheap.cost == pytest.approx(-1200 * 0.05 + 1200 * 0.05 + 50.0)


def test_what_runs_sends_its_least_load():
    feeds = [
        Feed("grid", CHEAP, ALL, imported=True),
        Feed("engine", flat(0.05), flat(100.0), minimum_load=0.4, start_cost=50.0),
    ]
    plan = dispatch_load(LOAD, feeds, month=ONE_MONTH)
    assert np.all(plan.feeds[1] >= 0.4 * plan.running[1] - 1e-6)


def test_a_time_limit_that_is_too_short_is_no_solution():
    grid = Feed("grid", np.tile(CHEAP, 300), np.full(7200, 1e9), imported=True)
    with pytest.raises(NoSolution, match="no cheapest plan"):
        dispatch_load(
            np.tile(LOAD, 300),
            [grid],
            month=np.zeros(7200, dtype=int),
            stores=[Store("b", 5.0, 10.0, 0.8)],
            time_limit=0.0,
        )


prices = st.lists(st.floats(-0.05, 0.3), min_size=HOURS, max_size=HOURS).map(np.array)


@settings(max_examples=40, deadline=None)
@given(prices=prices, power=st.floats(1, 60), efficiency=st.floats(0.6, 1.0), engine=st.floats(0, 120))
def test_every_hour_closes_and_no_plan_of_a_single_source_is_cheaper(prices, power, efficiency, engine):
    feeds = [Feed("grid", prices, ALL, imported=True), Feed("engine", flat(0.06), flat(engine))]
    store = Store("b", power, 2 * power, efficiency)
    plan = dispatch_load(LOAD, feeds, month=ONE_MONTH, stores=[store])
    np.testing.assert_allclose(balance(LOAD, plan), 0.0, atol=1e-4)  # the solver's 1e-7, 100 kW, some columns
    assert not (np.minimum(plan.charge[0], plan.discharge[0]) > 1e-3).any()
    assert plan.level[0].max(initial=0.0) <= 2 * power + 1e-4
    gained = plan.charge[0].sum() * efficiency - plan.discharge[0].sum()
    assert gained == pytest.approx(0.0, abs=1e-2)
    assert plan.cost <= prices @ LOAD + 1e-4


@settings(max_examples=25, deadline=None)
@given(prices=prices, rise=st.floats(0, 0.1))
def test_a_dearer_grid_is_never_a_cheaper_year(prices, rise):
    engine = Feed("engine", flat(0.06), flat(50.0))
    low, high = (
        dispatch_load(LOAD, [Feed("grid", prices + more, ALL, imported=True), engine], month=ONE_MONTH).cost
        for more in (0.0, rise)
    )
    assert high >= low - 1e-4
