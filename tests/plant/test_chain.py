"""The steps together: silicon, calendar, output, space, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from computefactory import plant, steps
from computefactory.errors import FactoryFileError
from computefactory.timeline import Timeline, month_number


def test_each_step_needs_only_what_is_known_and_says_what_it_is(campus):
    known = {*campus.__slots__, "timeline", "leased_power"}
    for step in plant.STEPS:
        assert set(steps.parameters(step)) <= known, step.__name__
        assert step.__doc__, step.__name__
        known.add(step.__name__)
    assert len({step.__name__ for step in plant.STEPS}) == len(plant.STEPS)


MODEL = ("inference_tokens", "training_tokens", "tokens_per_hour")  # there is none in these plants


def test_no_step_gives_nan_or_infinity_except_areas_and_a_model_not_given(campus, run, timeline):
    known = run(campus, timeline)
    for name, value in known.items():
        if isinstance(value, float) and not name.startswith("density_") and name not in MODEL:
            assert np.isfinite(value), name


def test_racks_and_loads(campus, hall, run, timeline):
    known = run(campus, timeline)
    assert known["racks"] == 1056  # 76,000 / 72 = 1,055.6
    fabric = known["fabric_bill"].power_kw
    assert known["it_design_load"] == pytest.approx(1056 * 135 + 0.12 * 76000 + fabric)
    assert known["it_typical_load"] == pytest.approx(0.8 * known["it_design_load"])
    assert known["liquid_shares"][0] == pytest.approx(0.85 * 1056 * 135 / known["it_design_load"])
    assert run(hall, timeline)["racks"] == 400
    assert known["it_capacity"] == 200e3  # the hall, not the connection
    assert run(replace(campus, halls=(replace(campus.halls[0], it_capacity=400e3),)), timeline)[
        "it_capacity"
    ] == pytest.approx(known["interconnection_limit"])


def test_energy_by_calendar_month(campus, run):
    leap = Timeline(month_number("2028-01"), 12)
    known = run(campus, leap)
    typical = known["facility_energy_per_it_kw"] * known["it_design_load"]
    assert known["grid_energy_full"][1] == pytest.approx(typical[1] * 29 / 28)
    np.testing.assert_allclose(np.delete(known["grid_energy_full"], 1), np.delete(typical, 1))
    np.testing.assert_allclose(known["it_energy_full"], known["it_typical_load"] * leap.hours)


@pytest.mark.parametrize("step", [3, 12])
def test_quarters_and_years_are_sums_of_months(campus, run, step):
    months = run(campus, Timeline(month_number("2026-01"), 36))
    periods = run(campus, Timeline(month_number("2026-01"), 36 // step, step))
    for name in ("grid_energy_full", "it_energy_full", "water_full", "accelerator_hours_full"):
        np.testing.assert_allclose(periods[name], months[name].reshape(-1, step).sum(axis=1))
    np.testing.assert_allclose(periods["peak_power_full"], months["peak_power_full"].reshape(-1, step).max(axis=1))
    shares = months["accepted_share"].reshape(-1, step).mean(axis=1)
    np.testing.assert_allclose(periods["accepted_share"], shares)


def test_milestones(campus, run, timeline):
    known = run(campus, timeline)
    expected = np.repeat([0, 0.25, 0.5, 0.75, 1.0], [6, 3, 3, 3, 13])
    np.testing.assert_allclose(known["accepted_share"], expected)
    assert np.all(known["peak_power_full"] * known["accepted_share"] <= expected * 300e3 + 1e-6)


def test_output(campus, run, timeline):
    known = run(campus, timeline)
    np.testing.assert_allclose(known["accelerator_hours_full"], 76000 * known["availability"] * timeline.hours)
    assert known["useful_tflops"] == pytest.approx(2500 * 0.4 * known["goodput"])
    grid = known["it_typical_load"] * known["pue_annual"]
    useful = known["useful_tflops"] * 76000 * known["availability"]
    assert known["useful_tflops_per_grid_kw"] == pytest.approx(useful / grid)


def test_space(campus, hall, run, timeline):
    known = run(hall, timeline)
    assert known["density_white_space"] == 3200 / 2000
    assert known["density_building"] == 3200 / 4000
    assert np.isnan(run(campus, timeline)["density_white_space"])


def test_limits_name_the_largest_use(hall, run, timeline):
    known = run(hall, timeline)
    limits = known["limits"]
    assert limits.utilisation["space"] == pytest.approx(400 / 700)
    assert limits.utilisation["cooling"] == pytest.approx(known["it_design_load"] / 8e3)
    assert limits.utilisation["rack_density"] == pytest.approx(10.2 / 12)
    assert limits.utilisation["power"] == pytest.approx(known["it_design_load"] / known["interconnection_limit"])
    assert limits.binding == max(limits.utilisation, key=limits.utilisation.get) == "rack_density"
    assert limits.racks["space"] == 700
    assert limits.racks["cooling"] == int(400 * 8e3 / known["it_design_load"])


def test_tenants_use_the_same_limits(hall, run, timeline):
    alone, shared = run(hall, timeline), run(hall, timeline, leased_power=2000.0)
    load = alone["it_design_load"]
    assert shared["limits"].utilisation["cooling"] == pytest.approx((load + 2000) / 8e3)
    assert shared["limits"].racks["cooling"] == int(400 * (8e3 - 2000) / load)
    assert shared["stranded_power"] == pytest.approx(alone["stranded_power"] - 2000 * alone["peak_power"] / load)
    assert shared["limits"].binding == "cooling"
    assert shared["grid_energy_full"] is not alone["grid_energy_full"]
    np.testing.assert_array_equal(shared["grid_energy_full"], alone["grid_energy_full"])


def test_everything_that_does_not_fit_is_said_at_once(campus, run, timeline):
    crowded = replace(
        campus,
        silicon=replace(campus.silicon, accelerators=152000.0, coolant_limit=30.0),
        halls=(replace(campus.halls[0], space_racks=1000.0, rack_limit=130.0),),
    )
    with pytest.raises(FactoryFileError) as error:
        run(crowded, timeline)
    found = [(problem.code, problem.path) for problem in error.value.problems]
    assert sorted(found) == sorted(
        [
            ("over_limit", "power.interconnection.reserved"),
            ("over_limit", "power.energised"),
            *[("over_limit", "build.halls")] * 3,  # IT load, rack positions, rack density
            ("too_warm", "cooling"),
        ]
    )


def test_stranded_power_is_what_the_worst_hour_leaves(campus, run, timeline):
    known = run(campus, timeline)
    worst = known["full_load_power"].grid.max() * known["it_design_load"]
    assert known["stranded_power"] == pytest.approx(300e3 - worst)


def test_scenarios_share_what_does_not_differ(campus, timeline):
    """A step is called once for each distinct set of its inputs."""
    prices = replace(campus.silicon, utilisation=np.array([0.7, 0.8, 0.7]))
    inputs = {name: getattr(campus, name) for name in campus.__slots__}
    inputs |= {"silicon": prices, "timeline": timeline, "leased_power": 0.0}
    known = steps.run(plant.STEPS, inputs)
    stacked = known["pue_annual"].stack()
    assert stacked[0] == stacked[2] != stacked[1]
    assert not isinstance(known["typical_weather"], steps.Varying)


@pytest.mark.parametrize("utilisation", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("elevation", [0.0, 4000.0])
def test_hard_places(campus, hall, run, timeline, utilisation, elevation):
    for site in (campus, hall):
        extreme = replace(
            site,
            site=replace(site.site, elevation=elevation, drybulb_mean=(-30.0,) * 6 + (38.0,) * 6),
            silicon=replace(site.silicon, utilisation=utilisation),
            interconnection=replace(site.interconnection, capacity=1e6, reserved=1e6, firm=1e6),
            phases=(replace(site.phases[0], power=1e6, share=1.0),),
        )
        known = run(extreme, timeline)
        assert np.all(np.isfinite(known["pue_hourly"]))
        assert np.all(known["pue_hourly"] >= 1)
        assert known["pue_design"] > 1
