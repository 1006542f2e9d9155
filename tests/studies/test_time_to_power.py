"""When power comes: the evidence chosen, the value of speed, four curves, bridges."""

from __future__ import annotations

import json

import numpy as np
import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.errors import FactoryFileError
from computefactory.studies.time_to_power import page, time_to_power

AS_OF = "2025-06"


def factory(**overrides):
    return cf.load("iren-horizon", overrides={path.replace("__", "."): value for path, value in overrides.items()})


@pytest.fixture(scope="module")
def queued():
    return time_to_power(factory(power__interconnection__status="queued"), AS_OF)


def test_a_queued_site_waits_by_the_row_of_its_region(queued):
    assert "Oncor/ERCOT (Dallas)" in queued.evidence
    assert queued.labelled.startswith("expert range")
    # remaining share 0.8 to 1 (likely 1) of 24, 42, 60 months, nine months before the first milestone
    assert queued.late.mean() == pytest.approx((24 * 0.8 + 42 + 60) / 3 - 9, abs=0.05)


def test_speed_is_worth_value_on_time_less_mean_value(queued):
    speed = queued.waits[0] - queued.mean_value(queued.waits)
    by_hand = np.mean([queued.waits[0] - np.interp(months, queued.delays, queued.waits) for months in queued.late])
    assert speed == pytest.approx(by_hand)
    at_the_mean = queued.waits[0] - np.interp(queued.late.mean(), queued.delays, queued.waits)
    assert speed != pytest.approx(at_the_mean, rel=1e-4), "NPV is no straight line: E[NPV(T)] is not NPV(E[T])"


def test_values_stand_on_runs_of_the_same_factory(queued):
    late = cf.run(
        factory(power__interconnection__status="queued", power__delay="{by: 12 months, silicon: comes_as_planned}")
    )
    place = int(np.flatnonzero(queued.delays == 12)[0])
    assert queued.idles[place] == pytest.approx(late.metrics["npv_usd"].value)


def test_idle_silicon_makes_speed_worth_more(queued):
    assert np.all(queued.idles[1:] < queued.waits[1:])
    assert queued.idles[0] == pytest.approx(queued.waits[0])


def test_an_agreed_site_slips_and_milestones_that_came_stay():
    found = time_to_power(factory(), "2026-11")
    assert found.ahead == ("2026-12",)
    assert found.power_ahead == pytest.approx(75_000)
    assert "campuses" in found.evidence
    assert found.curves["energised_p10_mw"][-1] == pytest.approx(300)
    early = found.months.index("2026-09")
    assert found.curves["energised_expected_mw"][early] == pytest.approx(225)


def test_a_site_past_its_date_is_at_least_that_late():
    found = time_to_power(factory(power__interconnection__status="construction"), "2026-05")
    assert found.late.min() >= 2


def test_the_curves_are_in_order(queued):
    planned, expected = queued.curves["planned_mw"], queued.curves["energised_expected_mw"]
    assert np.all(expected <= planned + 1e-9)
    assert np.all(queued.curves["energised_p10_mw"] <= queued.curves["energised_p90_mw"] + 1e-9)
    assert np.all(np.diff(expected) >= -1e-9)
    assert np.all(queued.curves["delivered_expected_mw"] <= expected + 1e-9)
    assert queued.curves["contracted_mw"][-1] == pytest.approx(queued.curves["contracted_mw"].max())


def test_a_bridge_brings_no_more_than_speed_is_worth(queued):
    speed = queued.waits[0] - queued.mean_value(queued.waits)
    for bridge in queued.bridges:
        assert 0 <= bridge.gain_usd <= speed * (1 + 1e-9)
        assert bridge.cost_low_usd <= bridge.cost_usd <= bridge.cost_high_usd
        assert bridge.months_gained <= queued.late.mean() + 1e-9
    leads = {bridge.name: bridge for bridge in queued.bridges}
    assert leads["fuel_cells"].months_gained >= leads["engines"].months_gained


def test_rented_power_costs_its_rent_and_dearer_energy(queued):
    turbines = next(bridge for bridge in queued.bridges if bridge.name == "rented_turbines")
    energy = 10.5 * 4 / 1000 + 0.012 - 0.034  # heat rate x gas + operation - the grid's energy, USD/kWh
    a_month = 35 + 730 * 0.95 * energy
    undiscounted = turbines.months_gained * a_month * 300_000
    assert 0.7 * undiscounted < turbines.cost_usd < undiscounted


def test_a_place_without_evidence_asks_for_it():
    away = {"site.place": "Bogota", "power.interconnection.status": "queued", "owner.tax_rates.state": 0.0}
    with pytest.raises(FactoryFileError, match="wait for power is known"):
        time_to_power(cf.load("iren-horizon", overrides={**away, "site.region": "Colombia"}), AS_OF)
    stated = {
        **away,
        "site.region": "Colombia",
        "power.interconnection.wait": "{low: 18 months, likely: 20 months, high: 22 months}",
    }
    found = time_to_power(cf.load("iren-horizon", overrides=stated), AS_OF)
    assert found.late.mean() == pytest.approx(np.maximum(0, (14.4 + 20 + 22) / 3 - 9), abs=0.5)


def test_the_command_gives_json_and_refuses_what_it_does_not_know(capsys):
    assert main(["ask", "iren-horizon", "time-to-power", "--as-of", "2026-11", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "time_to_power"
    assert found["first_power"]["p50_late_months"]["unit"] == "month"
    assert {row["option"] for row in found["bridging"]["rows"]} >= {"rented turbines", "engines", "fuel cells"}
    assert main(["ask", "iren-horizon", "time-to-power", "--as-of", "soon"]) == 2
    assert main(["ask", "iren-horizon", "weather"]) == 2
    err = capsys.readouterr().err
    assert "--as-of" in err
    assert "time-to-power" in err


def test_a_factory_with_all_its_power_has_no_wait():
    ready = cf.load("legacy-h100-hall")
    found = time_to_power(ready, "2026-11")
    assert found.ahead == ()
    assert found.late.max() == 0
    assert [section.name for section in page(ready, "2026-11").sections] == ["first_power", "capacity"]
