"""One per cent of each driver against closed forms and against whole runs with other inputs."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

import computefactory as cf
from computefactory.studies.elasticity import DRIVERS, elasticities, kept_by_owner


@pytest.fixture(scope="module", params=["iren-horizon", "legacy-h100-hall"])
def result(request) -> cf.Result:
    return cf.run(request.param)


@pytest.fixture(scope="module")
def found(result):
    return {item.driver: item for item in elasticities(result)}


def test_hours_and_work_are_divisors(found):
    """Cost per hour goes with 1 / hours: the logarithm of 1.01 / 0.99 over two; of availability from 0.99 up to 1."""
    one, below = float(np.log(1.01 / 0.99) / 2), float(-np.log(0.99))
    assert found["availability"].cost == pytest.approx(-below, rel=1e-9)
    assert found["availability"].work_cost == pytest.approx(-below, rel=1e-9)
    for driver in ("goodput", "mfu"):
        assert found[driver].work_cost == pytest.approx(-one, rel=1e-9)
    for driver in ("goodput", "mfu"):
        assert (found[driver].cost, found[driver].project_irr, found[driver].equity_irr) == (0, 0, 0)


def test_every_driver_moves_something(result, found):
    assert set(found) == set(DRIVERS)
    for item in found.values():
        assert item.cost or item.work_cost
    for names in DRIVERS.values():
        assert set(names[1]) & set(result.runs["contract_only"].ledger.givens)


def test_dearer_is_never_better(found):
    for driver in ("pue", "energy", "power_price", "durable_cost", "silicon_cost"):
        assert found[driver].cost > 0
        assert found[driver].project_irr < 0


def test_price_of_power_as_a_whole_run_sees_it():
    """Every charge of the tariff one per cent dearer, by the file."""
    base, moved = cf.load("iren-horizon"), {}
    for path in ("energy", "demand"):
        key = f"file:power.supply.grid.{path}"
        moved[key] = base.value(key) * 1.01
    dearer = cf.run(base.with_values(moved))
    was, now = (item.metrics["lcoc_usd_per_accelerator_hour"].value for item in (cf.run(base), dearer))
    found = {item.driver: item for item in elasticities(cf.run(base))}
    assert now / was - 1 == pytest.approx(found["power_price"].cost, rel=1e-2)


def test_take_or_pay_leaves_output_to_the_buyer():
    kept = {item.gain: item for item in kept_by_owner(cf.run("iren-horizon"))}
    assert kept["energy"].share == pytest.approx(1)
    assert kept["availability"].share == pytest.approx(0, abs=1e-12)  # billed whatever runs
    assert kept["useful_work"].share == pytest.approx(0, abs=1e-12)
    assert all(item.worth_usd_per_year > 0 for item in kept.values())


def test_on_demand_keeps_hours_and_tenants_keep_their_own_power():
    kept = {item.gain: item for item in kept_by_owner(cf.run("legacy-h100-hall"))}
    assert kept["availability"].share == pytest.approx(1)
    assert 0 < kept["energy"].share < 1
    assert kept["useful_work"].share == pytest.approx(0, abs=1e-12)


def test_a_gain_without_worth_has_no_share():
    paths = {"power.supply.grid.energy": "0 USD/MWh", "power.supply.grid.demand": "0 USD/kW-month"}
    kept = {item.gain: item for item in kept_by_owner(cf.run("iren-horizon", overrides=paths))}
    assert kept["energy"].worth_usd_per_year == 0
    assert isnan(kept["energy"].share)


def test_the_debt_stays_as_it_was_sized():
    """A dearer file without sizing anew: the silicon one per cent up and down, as the owners' return has it."""
    price = 5.81e9
    up, down = (
        cf.run("iren-horizon", overrides={"silicon.total_price": f"{price * factor!r} USD"}) for factor in (1.01, 0.99)
    )
    expected = (up.metrics["equity_irr"].value - down.metrics["equity_irr"].value) / 2
    (found,) = (item for item in elasticities(cf.run("iren-horizon")) if item.driver == "silicon_cost")
    assert found.equity_irr == pytest.approx(expected, rel=1e-6)
