"""Cooling: energy closes, hotter is never better, the boundaries of free cooling stand where they should."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.errors import FactoryFileError
from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import coefficient_of_performance, cool, mixture
from computefactory.plant.silicon import hall_shares

SEA_LEVEL = air.pressure_at(0)


def hours(drybulb, ratio=0.005, pressure=SEA_LEVEL):
    dry = np.atleast_1d(np.asarray(drybulb, dtype=float))
    return Weather(dry, np.minimum(ratio, air.saturated_humidity_ratio(dry, pressure)), pressure)


@pytest.fixture(scope="session", params=["direct_to_chip_chiller_trim", "air_chiller"])
def cooling(request, campus, hall):
    return {each.architecture: each for each in (*campus.cooling, *hall.cooling)}[request.param]


@pytest.fixture(scope="session")
def liquid(campus):
    return campus.cooling[0]


@pytest.mark.parametrize("water_cooled", [0.0, 1.0])
@given(st.floats(-50, 55), st.floats(0, 1), st.floats(0, 4000), st.floats(0.05, 1), st.floats(0, 1))
def test_heat_out_is_power_in(cooling, water_cooled, drybulb, relative, elevation, load, share):
    pressure = air.pressure_at(elevation)
    ratio = air.humidity_ratio(np.array([drybulb]), np.array([relative]), pressure)
    plant = replace(cooling, water_cooled=water_cooled)
    draw = cool(plant, Weather(np.array([drybulb]), ratio, pressure), load, share)
    rejection = draw.rejection_fans  # stand outdoors: their heat does not pass the plant
    np.testing.assert_allclose(draw.rejected, load + draw.power - rejection, rtol=1e-9)
    for name in ("room_fans", "pumps", "rejection_fans", "chillers", "lighting", "water"):
        assert np.all(np.isfinite(getattr(draw, name)) & (getattr(draw, name) >= 0)), name


@pytest.mark.parametrize("water_cooled", [0.0, 1.0])
@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("load", [0.3, 0.8, 1.0])
def test_hotter_is_never_better(cooling, water_cooled, share, load):
    weather = hours(np.linspace(-50, 55, 2001), ratio=1e-4)
    power = cool(replace(cooling, water_cooled=water_cooled), weather, load, share).power
    assert np.all(np.diff(power) >= -1e-12)


@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_more_load_is_more_power(cooling, share):
    weather = hours(np.linspace(-30, 50, 81))
    powers = [cool(cooling, weather, load, share).power for load in (0.2, 0.4, 0.6, 0.8, 1.0)]
    assert np.all(np.diff(powers, axis=0) > 0)


def test_free_until_the_dry_cooler_is_at_its_design_point(liquid):
    facility_water = liquid.liquid_supply - liquid.cdu_approach
    edge = facility_water - liquid.dry_cooler_approach
    draw = cool(replace(liquid, lighting=0.0), hours([edge - 0.01, edge + 1.0]), 1.0, 1.0)
    assert draw.chillers[0] == pytest.approx(0, abs=1e-12)
    assert draw.chillers[1] > 0
    full = liquid.heat_rejection_fan * (1 + liquid.pump_power)
    density = hours([edge - 0.01]).density[0]
    assert draw.rejection_fans[0] == pytest.approx(full * (1.2 / density) ** 2, rel=5e-3)


def test_partial_free_cooling_takes_what_constant_effectiveness_gives(liquid):
    drybulb = 25.0
    plant = replace(liquid, lighting=0.0, liquid_supply=32.0, heat_rejection_fan=0.0)
    supply = plant.liquid_supply - plant.cdu_approach
    draw = cool(plant, hours([drybulb]), 1.0, 1.0)
    heat = 1 + plant.pump_power
    free = heat * (supply + plant.water_rise - drybulb) / (plant.dry_cooler_approach + plant.water_rise)
    assert 0 < free < heat
    cop = plant.carnot_fraction * (supply + 273.15) / (drybulb + plant.condenser_rise - supply)
    expected = (heat - free) / min(cop, plant.cop_max)
    assert draw.chillers[0] == pytest.approx(expected, rel=1e-9)


def test_above_the_return_the_chiller_carries_all(liquid):
    plant = replace(liquid, lighting=0.0)
    supply = plant.liquid_supply - plant.cdu_approach
    draw = cool(plant, hours([supply + plant.water_rise + 1]), 1.0, 1.0)
    heat = 1 + plant.pump_power
    cop = plant.carnot_fraction * (supply + 273.15) / (plant.water_rise + 1 + plant.condenser_rise)
    assert draw.chillers[0] == pytest.approx(heat / cop, rel=1e-9)


def test_the_air_share_is_cooled_at_the_chilled_water_temperature(liquid):
    warm = hours([20.0])  # free for the liquid loop, too warm for the chilled water
    assert cool(liquid, warm, 1.0, 1.0).chillers[0] < cool(liquid, warm, 1.0, 0.5).chillers[0]
    cold = hours([-10.0])  # free for both
    assert cool(liquid, cold, 1.0, 0.5).chillers[0] == pytest.approx(0, abs=1e-12)


def test_the_air_hall_has_no_economiser_and_no_liquid(hall):
    cold = hours([-20.0])
    draw = cool(hall.cooling[0], cold, 1.0, 0.0)
    assert draw.chillers[0] > 0
    ignored = cool(hall.cooling[0], cold, 1.0, 0.9)
    assert ignored.power[0] == draw.power[0]
    assert np.isnan(ignored.coolant[0])


def test_cop_of_a_catalogue_condition(liquid):
    # leaving chilled water 7 degC, condensing side 47.5 degC: 0.51 x 280.15 / 40.5
    cop = coefficient_of_performance(liquid, 7.0, np.array([47.5, 7.0, -20.0]))
    assert cop[0] == pytest.approx(3.5278, rel=1e-4)
    np.testing.assert_allclose(cop[1:], liquid.cop_max)


def test_room_fans_are_volume_times_pressure(hall):
    plant = hall.cooling[0]
    draw = cool(plant, hours([20.0]), 1.0, 0.0)
    density = SEA_LEVEL / (287.042 * (plant.air_supply + 273.15))
    volume = 1000.0 / (density * 1006.0 * plant.air_rise)  # m3/s per kW... of 1 kW = 1000 W
    watts = volume * plant.fan_pressure * (1.2 / density) / plant.fan_efficiency
    assert draw.room_fans[0] == pytest.approx(watts / 1e3, rel=1e-6)


def test_altitude_costs_fan_power_as_one_over_density_squared(hall):
    low = cool(hall.cooling[0], hours([20.0]), 1.0, 0.0).room_fans[0]
    high = cool(hall.cooling[0], hours([20.0], pressure=air.pressure_at(1800)), 1.0, 0.0).room_fans[0]
    assert high / low == pytest.approx((SEA_LEVEL / air.pressure_at(1800)) ** 2, rel=1e-9)


def test_fans_and_pumps_follow_the_cube_of_flow(hall):
    plant = replace(hall.cooling[0], lighting=0.0)
    full, half = (cool(plant, hours([20.0]), load, 0.0) for load in (1.0, 0.5))
    assert half.room_fans[0] == pytest.approx(full.room_fans[0] / 8, rel=1e-12)
    still = replace(plant, fan_pressure=0.0)  # without fan heat the water's load is the IT's
    full, half = (cool(still, hours([20.0]), load, 0.0) for load in (1.0, 0.5))
    assert half.pumps[0] == pytest.approx(full.pumps[0] / 8, rel=1e-12)
    assert full.pumps[0] == pytest.approx(plant.pump_power)


def test_dry_plants_use_no_water_and_towers_use_a_known_amount(hall):
    dry, wet = hall.cooling[0], replace(hall.cooling[0], water_cooled=1.0, condenser_rise=5.0)
    weather = hours([10.0, 35.0], ratio=0.008)
    assert np.all(cool(dry, weather, 1.0, 0.0).water == 0)
    draw = cool(wet, weather, 1.0, 0.0)
    blowdown = wet.cycles_of_concentration / (wet.cycles_of_concentration - 1)
    evaporated = (draw.water / draw.rejected - wet.drift) / blowdown
    all_latent = 3600 / 2430  # L/kWh at about 30 degC (steam tables: 2,430 kJ/kg)
    assert 0.4 * all_latent < evaporated[0] < 0.9 * all_latent  # cold air also takes sensible heat
    assert 0.9 * all_latent < evaporated[1] < 1.3 * all_latent  # hot dry air is itself cooled


def test_more_cycles_use_less_water(hall):
    weather = hours([30.0], ratio=0.01)
    waters = [
        cool(replace(hall.cooling[0], water_cooled=1.0, cycles_of_concentration=c), weather, 1.0, 0.0).water[0]
        for c in (2.0, 4.0, 8.0)
    ]
    assert waters[0] > waters[1] > waters[2]


def test_supply_air_is_no_colder_than_the_water_allows(hall):
    warm = replace(hall.cooling[0], chilled_water=22.0)
    assert cool(warm, hours([20.0]), 1.0, 0.0).inlet[0] == 28.0
    assert cool(hall.cooling[0], hours([20.0]), 1.0, 0.0).inlet[0] == hall.cooling[0].air_supply


def test_an_unknown_architecture_is_a_problem(liquid):
    with pytest.raises(FactoryFileError, match="direct_to_chip_chiller_trim") as error:
        cool(replace(liquid, architecture="ice"), hours([20.0]), 1.0, 0.0)
    assert error.value.problems[0].code == "not_modelled"


def test_halls_mix_by_installed_share(campus, hall):
    weather = hours([0.0, 30.0])
    one = cool(campus.cooling[0], weather, 0.8, 0.7)
    two = cool(hall.cooling[0], weather, 0.8, 0.7)
    both = mixture([one, two], (0.25, 0.75))
    np.testing.assert_allclose(both.power, 0.25 * one.power + 0.75 * two.power)
    assert np.all(both.coolant == one.coolant)  # the air hall has none
    assert np.all(both.inlet == np.maximum(one.inlet, two.inlet))
    alone = mixture([one], (1.0,))
    for item in fields(alone):
        np.testing.assert_array_equal(getattr(alone, item.name), getattr(one, item.name))


def test_shares_are_those_of_installed_power(campus, hall):
    big, small = campus.halls[0], hall.halls[0]
    shares = hall_shares((big, small), (1.0,))
    assert shares == pytest.approx((142560 / 146640, 4080 / 146640))
    assert hall_shares((replace(big, racks=0.0), replace(small, racks=0.0)), (1.0,)) == (0.5, 0.5)
