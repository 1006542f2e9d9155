"""Fault B2: silicon aged from energisation, so silicon that was delivered later made an hour cheaper."""

from __future__ import annotations

import pytest

import computefactory as cf

UNIT = "lcoc_usd_per_accelerator_hour"


def unit_cost(name: str, months: int, after: str = "delivered") -> float:
    """Unit cost with the silicon some months after power, contracts after it."""
    offtake = cf.load(name).document.model.offtake
    lags = {f"offtake.{each}.starts": f"{{after: {after}, lag: 2 months}}" for each in offtake}
    delivered = {"silicon.delivered": f"{{after: energised, lag: {months} months}}"}
    found: float = cf.run(name, overrides={**delivered, **lags}).metrics[UNIT].value
    return found


@pytest.mark.parametrize("name", ["iren-horizon", "coreweave-leased-100mw", "inference-site"])
def test_b02_a_later_delivery_never_lowers_unit_cost(name: str) -> None:
    """Delivery 0, 1, 3 and 6 months after power: the cost of an hour does not fall (2.852 had become 2.672)."""
    costs = [unit_cost(name, months) for months in (0, 1, 3, 6)]
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]


def test_b02_a_phase_is_accepted_when_power_silicon_and_customer_are_there() -> None:
    """IREN with silicon six months late and rent two months after it: life runs from the eighth month after power."""
    over = {
        "silicon.delivered": "{after: energised, lag: 6 months}",
        "offtake.microsoft.starts": "{after: delivered, lag: 2 months}",
    }
    phases = cf.load("iren-horizon", overrides=over).plant.phases
    assert [phase.accepted - phase.energised for phase in phases] == [8] * 4


@pytest.mark.parametrize("wait", [1, 12, 13, 40])
def test_b02_a_phase_that_nobody_takes_in_time_works_at_once(wait: int) -> None:
    """What starts more than a year after power and silicon are there is a later contract: nobody waits for it."""
    lag = {
        "offtake.microsoft.starts": f"{{after: energised, lag: {wait} months}}",
        "capital.debt.senior.matures": "2034-12",
    }
    phases = cf.load("iren-horizon", overrides=lag).plant.phases
    assert {phase.accepted - phase.energised for phase in phases} == {wait if wait <= 12 else 0}


def test_b02_no_hours_before_acceptance() -> None:
    """Hours, power and the silicon's support begin with acceptance; the building's cost with power."""
    result = cf.run("iren-horizon")
    lines, first = result.runs["contract_only"].lines, result.factory.plant.phases[0]
    before = int(first.energised)
    assert first.accepted == first.energised + 1
    for name in ("available_hours", "grid_energy", "silicon_support"):
        assert lines[name][before] == 0 < lines[name][before + 1]
    assert lines["facility_cost"][before] > 0


@pytest.mark.parametrize("silicon", ["waits", "comes_as_planned"])
@pytest.mark.parametrize("name", ["iren-horizon", "coreweave-leased-100mw", "inference-site"])
def test_b02_late_power_never_lowers_unit_cost(name: str, silicon: str) -> None:
    """Power 0, 1, 6 and 12 months late, with silicon that waits or stands idle: the cost of an hour rises."""
    late = [{}, *({"power.delay": f"{{by: {by} months, silicon: {silicon}}}"} for by in (1, 6, 12))]
    costs = [cf.run(name, overrides=each).metrics[UNIT].value for each in late]
    assert costs == sorted(costs)


def test_b02_silicon_that_waits_for_power_is_not_in_service() -> None:
    """IREN six months late, its silicon as planned: a quarter is paid in February 2026, written off from September."""
    late = cf.run("iren-horizon", overrides={"power.delay": {"by": "6 months", "silicon": "comes_as_planned"}})
    written_off = late.series["contract_only"]["d_depreciation[silicon]"]
    first = next(place for place, amount in enumerate(written_off) if amount)
    assert late.months[first] == "2026-09"
    assert written_off[first] == pytest.approx(5.81e9 / 4)
    paid = late.series["contract_only"]["a_capex[silicon]"]
    assert late.months[next(place for place, amount in enumerate(paid) if amount)] == "2026-02"
