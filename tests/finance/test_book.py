"""The book by hand: the first year's figures, leases beside contracts, prepayment credits in the sizing case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from small_factory import FULL_OPERATION, TIMELINE, lease_terms

Run = Callable[..., Mapping[str, Any]]
HOURS = 730.0
YEAR = slice(FULL_OPERATION, FULL_OPERATION + 12)
CONTRACT = slice(FULL_OPERATION, FULL_OPERATION + 60)


def test_the_first_year_is_twelve_months_of_everything(run: Run) -> None:
    lines = run()
    assert lines["revenue_usd_per_year"] == pytest.approx(4_000 * HOURS * 12 * 3.0, rel=1e-12)
    assert lines["ebitda_usd_per_year"] == pytest.approx(lines["ebitda"][YEAR].sum(), rel=1e-12)
    assert lines["ebitda_margin"] == pytest.approx(lines["ebitda"][YEAR].sum() / (4_000 * HOURS * 12 * 3.0), rel=1e-12)
    energy = 9_000 * TIMELINE.hours[YEAR].sum()
    bill = energy * 0.04 + 12 * (3.0 * max(12_000.0, 0.8 * 15_000.0) + 10_000.0)
    assert lines["power_cost_usd_per_grid_kwh"] == pytest.approx(bill / energy, rel=1e-12)
    hours = 4_000 * 0.98 * TIMELINE.hours[YEAR].sum()
    assert lines["energy_kwh_per_accelerator_hour"] == pytest.approx(energy / hours, rel=1e-12)
    assert lines["delivered_accelerator_hours_per_year"] == pytest.approx(hours * 0.9, rel=1e-12)


def test_the_minimum_take_is_paid_when_the_peak_is_low(run: Run) -> None:
    lines = run(peak_power_full=np.full(TIMELINE.periods, 5_000.0))
    assert lines["demand_charge"][FULL_OPERATION] == pytest.approx(3.0 * 0.8 * 15_000.0)
    on_reserved = run(peak_power_full=np.full(TIMELINE.periods, 5_000.0), take_of_reserved=1.0, reserved_power=20_000.0)
    assert on_reserved["demand_charge"][FULL_OPERATION] == pytest.approx(3.0 * 0.8 * 20_000.0)


LEASES = {
    "l_power": np.array([2_000.0, 1_000.0]),
    "l_price": np.array([150.0, 200.0]),
    "l_passed": np.array([1.0, 0.0]),
    "l_start": np.array([float(FULL_OPERATION)] * 2),
    "l_tenor": np.array([60.0, 24.0]),
    "l_escalator": np.array([0.03, 0.0]),
    "l_committed": np.array([1.0, 0.0]),
    "l_hazard": np.array([0.0, 0.0]),
    "l_signed": np.array([-1.0, 20.0]),
    **lease_terms(tenor=[60.0, 24.0]),
}


def test_a_minimum_take_falls_on_tenants_who_pay_for_their_power(run: Run) -> None:
    low = {"peak_power_full": np.full(TIMELINE.periods, 5_000.0), "it_sold": 8_000.0}
    lines = run(**LEASES, **low)  # 2,000 kW of 8,000 pay for themselves, 1,000 kW have power in the rent
    assert lines["demand_charge"][FULL_OPERATION] == pytest.approx(3.0 * 0.8 * 15_000.0 * 0.75)
    assert lines["demand_charge"][FULL_OPERATION - 1] == pytest.approx(run(**low)["demand_charge"][FULL_OPERATION - 1])


def test_leases_bring_rent_and_the_power_that_is_not_passed_on(run: Run) -> None:
    lines = run(**LEASES)
    assert lines["lease_revenue"][FULL_OPERATION] == pytest.approx(2_000 * 150 + 1_000 * 200)
    assert lines["lease_revenue"][FULL_OPERATION + 30] == pytest.approx(2_000 * 150 * 1.03**2)
    tenants = 1_000 * 0.8 * 1.2  # kW at the meter, beside 9,000 of the factory's own: they bear their part of the bill
    bill = lines["power_bill"][FULL_OPERATION]
    assert lines["tenants_power_cost"][FULL_OPERATION] == pytest.approx(bill * tenants / (9_000 + tenants))
    assert lines["power_cost"][FULL_OPERATION] == pytest.approx(bill * 9_000 / (9_000 + tenants))
    owed = lines["committed_revenue"][FULL_OPERATION] - 4_000 * HOURS * 3.0
    assert owed == pytest.approx(2_000 * 150), "only the first lease is owed"
    assert lines["revenue"][FULL_OPERATION] == pytest.approx(4_000 * HOURS * 3.0 + 2_000 * 150 + 1_000 * 200)


def test_prepayment_credits_lower_what_the_lender_counts(run: Run) -> None:
    plain, prepaid = run(tax_in_sizing=0.0), run(tax_in_sizing=0.0, c_prepayment=np.array([0.25]))
    value = 4_000 * HOURS * 60 * 3.0
    assert prepaid["prepayment_in"].sum() == pytest.approx(0.25 * value, rel=1e-12)
    lower = (plain["sizing_cfads"] - prepaid["sizing_cfads"])[CONTRACT]
    np.testing.assert_allclose(lower[:24], 0.0, atol=1e-6)
    np.testing.assert_allclose(lower[24:], 0.25 * value / 36, rtol=1e-12)
    assert prepaid["commitment"] < plain["commitment"]
    np.testing.assert_array_equal(prepaid["revenue"], plain["revenue"])


def test_on_demand_hours_are_not_owed(run: Run) -> None:
    lines = run(c_committed=np.array([0.0]), c_sold=np.array([0.7]))
    assert lines["revenue"][FULL_OPERATION] == pytest.approx(4_000 * HOURS * 3.0 * 0.7 * 0.98)
    assert lines["commitment"] == 0.0
    assert lines["coverage"] == 0.0
    assert lines["speculative_capex_share"] == pytest.approx(1.0)
