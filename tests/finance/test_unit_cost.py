"""The levelised cost is the price at which the factory is worth exactly what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from small_factory import FULL_OPERATION, lease_terms

Run = Callable[..., Mapping[str, Any]]
# every available hour is sold from the first month of power to the exit
ALL_SOLD = {
    "availability": 1.0,
    "c_billing_hours": np.array([0.0]),
    "c_start": np.array([FULL_OPERATION - 1.0]),
    "c_tenor": np.array([61.0]),
}


@pytest.mark.parametrize("tax", [0.0, 0.21, 0.4])
def test_npv_is_zero_at_the_levelised_cost(run: Run, tax: float) -> None:
    at_once: dict[str, Any] = {"losses_at_once": 1.0, "federal_rate": tax, **ALL_SOLD}
    cost = run(**at_once)["lcoc"]
    lines = run(**at_once, c_price=np.array([cost]))
    assert lines["npv_usd"] == pytest.approx(0.0, abs=1.0)
    assert lines["lcoc"] == pytest.approx(cost, rel=1e-12), "the price does not enter it"


def test_the_parts_add_up_and_stand_for_what_they_say(run: Run) -> None:
    marks = {"a_part_cooling": np.array([1.0, 0.0])}
    lines = run(**marks)
    names = ("power", "silicon", "cooling", "interconnect", "shell", "people", "other", "tax")
    assert sum(lines[f"lcoc_{name}"] for name in names) == pytest.approx(lines["lcoc"], rel=1e-12)
    hours = lines["hours_pv"]
    assert lines["lcoc_power"] * hours == pytest.approx((lines["power_cost"] / lines["growth"]).sum(), rel=1e-12)
    support = ((lines["silicon_support"] + lines["a_capex"][1]) / lines["growth"]).sum()
    assert lines["lcoc_silicon"] * hours == pytest.approx(support, rel=1e-12)
    exit_month = FULL_OPERATION + 59
    left = lines["a_durable_value"][0, exit_month] / lines["growth"][exit_month]
    assert lines["lcoc_cooling"] * hours == pytest.approx(
        (lines["a_capex"][0] / lines["growth"]).sum() - left, rel=1e-12
    )


def test_tenants_carry_their_share_of_the_building(run: Run) -> None:
    alone, shared = run(), run(silicon_share=0.6)
    assert shared["lcoc_people"] == pytest.approx(0.6 * alone["lcoc_people"], rel=1e-12)
    assert shared["lcoc_shell"] == pytest.approx(0.6 * alone["lcoc_shell"], rel=1e-12)
    assert shared["lcoc_silicon"] == pytest.approx(alone["lcoc_silicon"], rel=1e-12)


def test_tenor_is_weighted_by_value(run: Run) -> None:
    leases = {
        "l_power": np.array([2_000.0]),
        "l_price": np.array([150.0]),
        "l_passed": np.array([1.0]),
        "l_start": np.array([float(FULL_OPERATION)]),
        "l_tenor": np.array([24.0]),
        "l_escalator": np.array([0.0]),
        "l_committed": np.array([1.0]),
        "l_hazard": np.array([0.0]),
        "l_signed": np.array([-1.0]),
        **lease_terms(tenor=[24.0]),
    }
    value, rent = 4_000 * 730 * 60 * 3.0, 2_000 * 150.0 * 24
    expected = (value * 60 + rent * 24) / (value + rent)
    assert run(**leases)["weighted_tenor_months"] == pytest.approx(expected, rel=1e-12)
