"""Every way of cooling: energy closes, hotter is never better, what should be free is free."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import psychrolib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.plant import air, power
from computefactory.plant.climate import Weather, design_weather, full_load_weather, typical_weather
from computefactory.plant.cooling import ARCHITECTURES, cool, liquid_of
from computefactory.plant.cooling_year import design_flows, hours_by_source, ride_through, ride_throughs
from computefactory.schema.standard import cooling_of

SEA_LEVEL = air.pressure_at(0)
LIBRARY = Library.load()
DRAWS = ("room_fans", "pumps", "rejection_fans", "chillers", "lighting", "water", "free")

psychrolib.SetUnitSystem(psychrolib.SI)


@cache
def of_library(architecture):
    """An architecture with the values of its rows."""
    return cooling_of(LIBRARY, architecture, air_class="A1")


def share_of(architecture, share):
    return share if ARCHITECTURES[architecture].liquid != "none" else 0.0


def hours(drybulb, ratio=0.005, pressure=SEA_LEVEL):
    dry = np.atleast_1d(np.asarray(drybulb, dtype=float))
    return Weather(dry, np.minimum(ratio, air.saturated_humidity_ratio(dry, pressure)), pressure)


@pytest.fixture(params=ARCHITECTURES)
def architecture(request):
    return request.param


@pytest.mark.parametrize("wet", [0.0, 1.0])
@given(st.floats(-50, 55), st.floats(0, 1), st.floats(0, 4000), st.floats(0.05, 1), st.floats(0, 1))
def test_energy_closes_and_nothing_is_missing(wet, drybulb, relative, elevation, load, share):
    pressure = air.pressure_at(elevation)
    ratio = air.humidity_ratio(np.array([drybulb]), np.array([relative]), pressure)
    weather = Weather(np.array([drybulb]), ratio, pressure)
    for name in ARCHITECTURES:
        draw = cool(replace(of_library(name), water_cooled=wet), weather, load, share_of(name, share))
        np.testing.assert_allclose(draw.rejected, load + draw.power - draw.rejection_fans, rtol=1e-9, err_msg=name)
        assert draw.power[0] >= 0
        assert draw.free[0] <= draw.rejected[0] * (1 + 1e-12), name
        for part in DRAWS:
            value = getattr(draw, part)
            assert np.all(np.isfinite(value) & (value >= 0)), (name, part)


@pytest.mark.parametrize("wet", [0.0, 1.0])
@pytest.mark.parametrize("ratio", [1e-4, 0.004, 0.009, 0.014])
def test_hotter_is_never_better(architecture, wet, ratio):
    coldest = float(air.dew_point(ratio, SEA_LEVEL)[0])
    weather = hours(np.linspace(coldest, 55, 1501), ratio)
    for load in (0.2, 0.6, 1.0):
        draw = cool(replace(of_library(architecture), water_cooled=wet), weather, load, share_of(architecture, 0.8))
        assert np.all(np.diff(draw.power) >= -1e-12)
        if np.isfinite(draw.coolant[0]):
            assert np.all(np.diff(draw.coolant) >= -1e-12)


def test_more_load_is_more_power(architecture):
    weather = hours(np.linspace(-30, 50, 81))
    powers = [
        cool(of_library(architecture), weather, load, share_of(architecture, 0.8)).power for load in (0.2, 0.5, 0.8, 1)
    ]
    assert np.all(np.diff(powers, axis=0) > -1e-12)


def test_designs_and_sites_on_leading_axes_are_those_one_by_one(architecture):
    base = of_library(architecture)
    supplies, pressures = np.array([[22.0], [26.0]]), np.array([[SEA_LEVEL], [80e3]])
    dry, ratio = np.array([np.linspace(-20, 40, 50)] * 2), np.full((2, 50), 0.002)
    share = share_of(architecture, 0.8)
    together = cool(replace(base, air_supply=supplies), Weather(dry, ratio, pressures), 0.8, share)
    for k in range(2):
        weather = Weather(dry[k], ratio[k], float(pressures[k, 0]))
        alone = cool(replace(base, air_supply=float(supplies[k, 0])), weather, 0.8, share)
        np.testing.assert_allclose(together.power[k], alone.power, rtol=1e-12)
        np.testing.assert_allclose(together.water[k], alone.water, rtol=1e-12)


def test_the_limit_is_that_of_a_scan_of_every_hour(campus, architecture):
    weather = full_load_weather(year := typical_weather(campus.site), design_weather(campus.site, year))
    plant = of_library(architecture)
    chain = power.chain(1.0, cool(plant, weather, 1.0, share_of(architecture, 0.8)), campus.electrical)
    limit = power.interconnection_limit(100e3, chain, np.zeros(1))
    worst = 0.0
    for k in range(0, len(weather.drybulb), 7):
        hour = Weather(weather.drybulb[k : k + 1], weather.humidity_ratio[k : k + 1], weather.pressure)
        draw = cool(plant, hour, 1.0, share_of(architecture, 0.8))
        worst = max(worst, float(power.chain(1.0, draw, campus.electrical).grid[0]))
    assert limit <= 100e3 / worst * (1 + 1e-12)


def test_a_dry_cooler_alone_lets_the_coolant_follow_the_weather():
    plant = replace(of_library("direct_to_chip_dry_cooler"), lighting=0.0)
    draw = cool(plant, hours([-10.0, 45.0]), 1.0, 1.0)
    assert draw.coolant[0] == plant.liquid_supply
    # full load: water leaves at dry bulb + approach (with the pumps' heat inside the design heat), then the CDU
    assert draw.coolant[1] == pytest.approx(45.0 + plant.dry_cooler_approach + plant.cdu_approach)
    assert np.all(draw.chillers < 1e-12)


def test_pads_use_water_only_when_dry_air_does_not_do():
    plant = replace(of_library("direct_to_chip_adiabatic"), lighting=0.0)
    edge = plant.liquid_supply - plant.cdu_approach - plant.dry_cooler_approach
    draw = cool(plant, hours([edge - 1, edge + 4, 44.0]), 1.0, 1.0)
    assert draw.water[0] == 0
    assert draw.water[1] > 0
    assert draw.coolant[1] == plant.liquid_supply
    wet = hours([44.0]).wetbulb[0]
    reached = wet + plant.adiabatic_approach + plant.dry_cooler_approach + plant.cdu_approach
    assert draw.coolant[2] == pytest.approx(max(reached, plant.liquid_supply), abs=1e-9)


def test_the_water_of_pads_is_what_psychrometrics_says():
    plant = replace(of_library("direct_to_chip_adiabatic"), lighting=0.0)
    weather = hours([44.0], ratio=0.005)
    end = weather.wetbulb[0] + plant.adiabatic_approach
    wetter = psychrolib.GetHumRatioFromEnthalpyAndTDryBulb(psychrolib.GetMoistAirEnthalpy(44.0, 0.005), end)
    mass = (1 + plant.pump_power) / (1.006 * plant.rejection_air_rise) * 3600
    cycles = plant.cycles_of_concentration
    expected = mass * (wetter - 0.005) * cycles / (cycles - 1)
    assert cool(plant, weather, 1.0, 1.0).water[0] == pytest.approx(expected, rel=1e-4)


def test_outdoor_air_is_mixed_by_enthalpy_and_sprayed_to_the_lower_limit():
    plant = replace(of_library("air_adiabatic"), lighting=0.0, fan_pressure=0.0)
    weather = hours([-15.0], ratio=0.0003)
    draw = cool(plant, weather, 1.0, 0.0)
    assert draw.chillers[0] == 0
    least = max(
        psychrolib.GetHumRatioFromTDewPoint(plant.dew_low, SEA_LEVEL),
        psychrolib.GetHumRatioFromRelHum(plant.air_supply, plant.humidity_low, SEA_LEVEL),
    )
    enthalpy = psychrolib.GetMoistAirEnthalpy
    back = enthalpy(plant.air_supply + plant.air_rise, least)
    fresh = (back - enthalpy(plant.air_supply, least)) / (back - enthalpy(-15.0, 0.0003))
    mass = 1 / (1.006 * plant.air_rise) * 3600
    cycles = plant.cycles_of_concentration
    assert draw.water[0] == pytest.approx(mass * fresh * (least - 0.0003) * cycles / (cycles - 1), rel=1e-3)


def test_spray_cools_hot_dry_air_and_a_humid_hour_closes_the_hall():
    dry, open_ = of_library("air_adiabatic"), of_library("air_economiser")
    weather = hours([34.0], ratio=0.004)
    assert cool(dry, weather, 1.0, 0.0).chillers[0] < 0.3 * cool(open_, weather, 1.0, 0.0).chillers[0]
    humid = hours([22.0], ratio=0.0155)
    closed = cool(dry, humid, 1.0, 0.0)
    assert closed.free[0] == 0
    assert closed.water[0] == 0
    assert hours_by_source(closed).mechanical == 1


def test_a_tower_economiser_is_free_at_its_approaches():
    plant = replace(of_library("waterside_economiser"), lighting=0.0)
    air_wet = plant.chilled_water - plant.tower_approach - plant.exchanger_approach
    ratio = float(air.saturated_humidity_ratio(air_wet - 0.05, SEA_LEVEL)[0])
    draw = cool(plant, hours([air_wet - 0.05], ratio), 1.0, 0.0)
    assert draw.chillers[0] == pytest.approx(0, abs=1e-9)
    assert draw.water[0] > 0
    warmer = cool(plant, hours([air_wet + 3.0], 0.02), 1.0, 0.0)
    assert hours_by_source(warmer).partial == 1


def test_refrigerant_in_the_coil_needs_no_pumps():
    draw = cool(of_library("dx"), hours([35.0]), 1.0, 0.0)
    assert draw.pumps[0] == 0
    plant = of_library("dx")
    cold, hot = plant.chilled_water + 273.15, 35.0 + plant.condenser_rise + 273.15
    assert draw.chillers[0] == pytest.approx(draw.to_air[0] / (plant.carnot_fraction * cold / (hot - cold)))


def test_tanks_take_what_racks_give_whatever_the_silicon(campus):
    tank = of_library("immersion_single_phase")
    assert liquid_of(tank, 0.0, 0.9) == pytest.approx(0.9 * tank.immersion_capture)
    assert liquid_of(campus.cooling[0], 0.6, 0.9) == 0.6


def test_altitude_costs_the_same_in_turbulent_and_laminar_ducts():
    low = cool(of_library("air_economiser"), hours([10.0]), 1.0, 0.0).room_fans[0]
    high = cool(of_library("air_economiser"), hours([10.0], pressure=air.pressure_at(1800)), 1.0, 0.0).room_fans[0]
    assert high / low == pytest.approx(1.545, abs=0.01)


def test_flows_and_ride_through_by_hand(campus):
    plant = campus.cooling[0]
    year = typical_weather(campus.site)
    (flow,) = design_flows((plant,), (0.8,), design_weather(campus.site, year))
    assert flow.liquid == pytest.approx(0.8 / (4.186 * plant.water_rise))
    density = campus_density(plant, year.pressure)
    assert flow.air == pytest.approx(0.2 / (1.006 * plant.air_rise * density), rel=1e-3)
    # 8 L at 0.8 kW from 34 to 45 degC: 8 x 4.186 x 11 / 0.8 s
    (time,) = ride_throughs((plant,), (0.8,), (campus.silicon.coolant_limit,))
    assert time * 3600 == pytest.approx(8 * 4.186 * 11 / 0.8)
    assert np.isnan(ride_through(8.0, 0.0, 30.0, 45.0))
    assert ride_through(8.0, 1.0, 50.0, 45.0) == 0


def campus_density(plant, pressure):
    return psychrolib.GetMoistAirDensity(plant.air_supply, 0.0, pressure)
