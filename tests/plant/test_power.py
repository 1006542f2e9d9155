"""The electrical chain and what a connection can carry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.plant import power
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import cool
from computefactory.plant.power import chain, ups_loss


def brute_force_limit(site, known, limit):
    """Largest IT by bisection: scale the plant, add every consumer hour by hour."""
    weather = known["typical_weather"].then(known["design_weather"])

    def peak(it):
        total = np.zeros_like(weather.drybulb)
        for share, cooling in zip(known["hall_shares"], site.cooling, strict=True):
            total += share * it * cool(cooling, weather, 1.0, known["liquid_shares"][0]).power
        racks = it / site.electrical.distribution
        rating = site.electrical.redundancy_modules * racks
        lost = rating * ups_loss(racks / rating, site.electrical)
        return ((total + racks + lost) / site.electrical.transformer).max()

    low, high = 0.0, limit
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if peak(middle) <= limit else (low, middle)
    return low


@pytest.mark.parametrize("name", ["campus", "hall"])
def test_the_limit_is_what_a_search_over_all_hours_finds(name, request, run, timeline):
    site = request.getfixturevalue(name)
    known = run(site, timeline)
    limit = min(site.interconnection.reserved, site.interconnection.capacity, site.interconnection.firm)
    assert known["connection_power"] == limit
    assert known["interconnection_limit"] == pytest.approx(brute_force_limit(site, known, limit), rel=1e-9)


def test_the_limit_is_not_power_over_the_highest_pue(campus, run, timeline):
    light = replace(campus, silicon=replace(campus.silicon, utilisation=0.1))  # PUE is highest when load is low
    known = run(light, timeline)
    assert known["interconnection_limit"] > known["connection_power"] / known["pue_hourly"].max()
    assert known["interconnection_limit"] == run(campus, timeline)["interconnection_limit"]


def test_design_hours_bind(campus, run, timeline):
    known = run(campus, timeline)
    assert np.argmax(known["full_load_power"].grid) >= 8760
    hot = replace(campus, site=replace(campus.site, extreme_margin=8.0))
    assert run(hot, timeline)["interconnection_limit"] < known["interconnection_limit"]


@pytest.mark.parametrize("field", ["firm", "reserved", "capacity"])
def test_the_least_of_the_connection_counts(campus, run, timeline, field):
    known = run(replace(campus, interconnection=replace(campus.interconnection, **{field: 250e3})), timeline)
    assert known["connection_power"] == 250e3


@given(st.floats(0.01, 1), st.floats(0.8, 1), st.floats(0, 0.03), st.floats(0.8, 1), st.floats(0.9, 1), st.floats(1, 2))
def test_energy_closes_and_pue_is_at_least_one(campus, load, ups, idle, distribution, transformer, modules):
    electrical = replace(
        campus.electrical, ups=ups, ups_no_load=idle, distribution=distribution, transformer=transformer,
        redundancy_modules=modules,
    )  # fmt: skip
    draw = cool(campus.cooling[0], Weather(np.array([-10.0, 20.0, 45.0]), np.full(3, 0.001), 1e5), load, 0.7)
    use = chain(load, draw, electrical)
    np.testing.assert_allclose(
        use.grid, use.it + use.cooling + use.distribution + use.ups + use.transformer, rtol=1e-12, atol=0
    )
    assert np.all(use.pue >= 1)
    assert np.all(use.transformer >= -1e-15)


def test_a_perfect_plant_has_a_pue_of_one(campus):
    ideal = replace(campus.electrical, ups=1.0, ups_no_load=0.0, distribution=1.0, transformer=1.0)
    nothing = replace(
        campus.cooling[0], lighting=0.0, fan_pressure=0.0, pump_power=0.0, heat_rejection_fan=0.0, cop_max=1e12,
        carnot_fraction=1e12,
    )  # fmt: skip
    draw = cool(nothing, Weather(np.array([20.0]), np.array([0.005]), 1e5), 0.8, 0.5)
    assert chain(0.8, draw, ideal).pue[0] == pytest.approx(1.0, abs=1e-9)


def test_ups_curve(campus):
    electrical = replace(campus.electrical, ups=0.96, ups_no_load=0.01)
    assert ups_loss(0.0, electrical) == 0.01
    for load in (0.5, 0.8, 1.0):
        assert load / (load + ups_loss(load, electrical)) == pytest.approx(0.96)
    assert ups_loss(0.5 - 1e-12, electrical) == pytest.approx(ups_loss(0.5, electrical))
    quarter = 0.25 / (0.25 + ups_loss(0.25, electrical))
    assert 0.9 < quarter < 0.96
    # a 2N plant at full IT runs each module at half load; at half IT at a quarter, where it is worse
    assert ups_loss(0.25, electrical) == pytest.approx((0.01 + 0.5 * (1 / 0.96 - 1)) / 2)


def test_pue_in_the_published_ranges(campus, hall, run, timeline):
    # recalled ranges of the reference facts: 1.08-1.25 and 1.3-1.6
    assert 1.08 < run(campus, timeline)["pue_annual"] < 1.25
    assert 1.3 < run(hall, timeline)["pue_annual"] < 1.6


def test_annual_figures_are_the_sums_of_the_months(campus, run, timeline):
    known = run(campus, timeline)
    grid, it = known["facility_energy_per_it_kw"], known["it_energy_per_it_kw"]
    assert known["pue_annual"] == pytest.approx(grid.sum() / it.sum(), rel=1e-12)
    assert it.sum() == pytest.approx(8760 * campus.silicon.utilisation)
    hourly = np.average(known["pue_hourly"], weights=known["typical_power"].it)
    assert known["pue_annual"] == pytest.approx(hourly, rel=1e-12)
    assert np.all(
        known["facility_peak_per_it_kw"] * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24 > grid
    )
    assert known["facility_peak_per_it_kw"].argmax() in (5, 6, 7)


def test_pue_design_is_that_of_the_binding_hour(campus, run, timeline):
    known = run(campus, timeline)
    assert known["pue_design"] == pytest.approx(known["connection_power"] / known["interconnection_limit"], rel=1e-12)


def test_tue_takes_fans_and_supplies_out_of_it(campus, run, timeline):
    known = run(campus, timeline)
    facility = known["typical_power"].grid.sum()
    compute = known["typical_power"].it.sum() * (1 - campus.silicon.noncompute_share)
    assert known["tue_annual"] == pytest.approx(facility / compute)


def test_wue_of_towers(hall, run, timeline):
    wet = replace(hall, cooling=(replace(hall.cooling[0], water_cooled=1.0, condenser_rise=5.0),))
    known = run(wet, timeline)
    assert 1.0 < known["wue_annual"] < 2.6  # L/kWh IT: the reference facts give up to about 2
    assert known["water_per_it_kw"].sum() / known["it_energy_per_it_kw"].sum() == pytest.approx(known["wue_annual"])
    assert run(hall, timeline)["wue_annual"] == 0


def test_hours_beyond_what_the_silicon_accepts(campus, run, timeline):
    known = run(campus, timeline)
    assert known["coolant_hours_exceeded"] == known["air_hours_exceeded"] == 0
    cold = replace(campus.silicon, coolant_limit=30.0, inlet_limit=20.0)
    assert power.coolant_hours_exceeded(known["typical_halls"], (cold.coolant_limit,)) == 8760
    assert power.air_hours_exceeded(known["typical_halls"], (cold.inlet_limit,)) == 8760


def test_a_mixed_site_lies_between_its_halls(campus, hall, run, timeline):
    liquid, air_cooled = (
        campus.halls[0],
        replace(hall.halls[0], it_capacity=200e3, racks=1056.0, rack_power=135.0, space_racks=float("nan")),
    )
    mixed = replace(
        campus,
        halls=(liquid, replace(air_cooled, rack_limit=200.0)),
        cooling=(campus.cooling[0], replace(hall.cooling[0], rack_limit=200.0)),
    )
    both = run(mixed, timeline)
    assert both["hall_shares"] == (0.5, 0.5)
    one = run(campus, timeline)["pue_annual"]
    two = run(replace(mixed, halls=mixed.halls[1:], cooling=mixed.cooling[1:]), timeline)["pue_annual"]
    # copper loss goes with the square of the load, and the halls' worst hours are not the same
    assert both["pue_annual"] == pytest.approx((one + two) / 2, rel=1e-5)


def test_transformers_lose_what_their_efficiency_says_at_design_and_iron_loss_at_all_times(campus):
    electrical = replace(campus.electrical, transformer=0.99, transformer_no_load=0.25)
    load = np.array([1000.0, 500.0, 0.0])
    full = 1000.0 * (1 / 0.99 - 1)
    lost = power.transformer_loss(load, 1000.0, electrical)
    np.testing.assert_allclose(lost, [full, full * (0.25 + 0.75 * 0.25), full * 0.25])


def test_levels_of_the_chain_close_in_every_hour(campus, hall, run, timeline):
    for site in (campus, hall):
        known = run(replace(site, electrical=replace(site.electrical, transformer_no_load=0.25)), timeline)
        for name in ("typical_power", "full_load_power"):
            found = known[name]
            parts = found.it + found.cooling + found.distribution + found.ups + found.transformer
            np.testing.assert_allclose(parts, found.grid, rtol=1e-12)
