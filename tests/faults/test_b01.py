"""Fault B1: the silicon's life ran from full operation for every phase, so early phases ran far beyond it."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf

ONE_LIFE = {"build.durable_life": "360 months"}  # of all classes, as when this was found
LIFE = {"iren-horizon": 60, "stargate-abilene": 60, "coreweave-leased-100mw": 72}


def lines(result: cf.Result, case: str = "unit_cost") -> dict[str, np.ndarray]:
    """The lines of a case."""
    return result.runs[case].lines


def test_b01_the_unit_cost_of_iren_rises() -> None:
    """IREN Horizon, four phases in nine months on a life of 60 months: 3.07 became about 3.25 USD an hour."""
    cost = cf.run("iren-horizon", overrides=ONE_LIFE).metrics["lcoc_usd_per_accelerator_hour"].value
    assert cost == pytest.approx(3.25, abs=0.01)


@pytest.mark.parametrize("name", LIFE)
def test_b01_each_phase_works_its_own_life(name: str) -> None:
    """Every phase has hours for the months of its economic life, from acceptance: no phase for more."""
    result = cf.run(name)
    found, plant, life = lines(result), result.factory.plant, LIFE[name]
    per_month = found["available_hours"] / result.factory.timeline.hours
    month = np.arange(len(per_month))
    alive = [(month >= phase.accepted) * (month < phase.accepted + life) * phase.silicon for phase in plant.phases]
    working = plant.silicon.accelerators - plant.silicon.spares
    np.testing.assert_allclose(per_month, sum(alive) * working * result.known["availability"], rtol=1e-12)


@pytest.mark.parametrize(("name", "share"), [("iren-horizon", 1.0), ("coreweave-leased-100mw", 60 / 72)])
def test_b01_coverage_is_over_the_life_of_each_phase(name: str, share: float) -> None:
    """Every phase sold for its whole life is covered (0.92 became 1.00), for 60 of 72 months by 0.83 (was 0.80)."""
    assert cf.run(name).metrics["coverage"].value == pytest.approx(share, abs=2e-3)


def test_b01_cost_hours_and_coverage_have_one_window() -> None:
    """Hours of the unit cost and hours that coverage counts as sellable are those of the same months."""
    result = cf.run("stargate-abilene")
    hours = lines(result)["available_hours"].sum() / result.known["availability"]
    assert lines(result, "contract_only")["sellable_hours"] == pytest.approx(hours, rel=1e-12)


def test_b01_unit_cost_is_discounted_cost_over_discounted_hours() -> None:
    """The parts are present values of the phases' cost, by the hours of the phases."""
    result = cf.run("iren-horizon")
    found = lines(result)
    growth = (1 + 0.10) ** (np.arange(len(found["power_cost"])) / 12)
    hours = (found["available_hours"] / growth).sum()
    assert found["hours_pv"] == pytest.approx(hours)
    pre_tax = found["capital_cost"] + (found["own_opex"] / growth).sum()
    assert found["lcoc"] - found["lcoc_tax"] == pytest.approx(pre_tax / hours)


def test_b01_the_market_price_is_of_each_phases_age() -> None:
    """Full life: on the market an hour of the first phase earns less than one of the last, whose silicon is younger."""
    found = lines(cf.run("iren-horizon"), "full_life")
    price, sold = found["c_merchant_price"], found["c_renewal_hours"]
    later = np.flatnonzero((sold > 0).all(axis=0))
    if later.size:
        assert np.all(np.diff(price[:, later[0]]) > 0)
    first = [int(np.flatnonzero(row > 0)[0]) for row in sold if row.any()]
    assert first == sorted(first)


def test_b01_a_phase_after_the_end_of_another_keeps_its_own_worth() -> None:
    """Two halves of IREN 75 months apart on a life of 60: either half of the halls, 1.5 bn, leaves at 1 - 61/360 of it.

    All cost is deducted once. Before, the first left at half of its worth and half of the second was never deducted.
    """
    milestones = {"2026-03": None, "2026-06": "150 MW", "2026-09": None, "2026-12": None, "2032-09": "300 MW"}
    halves = {f"power.energised.{when}": power for when, power in milestones.items()}
    result = cf.run("iren-horizon", overrides={**halves, "capital.debt": None, **ONE_LIFE})
    found = lines(result)
    left = found["a_left"].sum(axis=0)
    np.testing.assert_allclose(left[left > 0], [1.5e9 * (1 - 61 / 360)] * 2, rtol=1e-12)
    assert found["d_written_off"].sum() == pytest.approx(3e9 + 5.81e9, rel=1e-12)
