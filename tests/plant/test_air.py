"""Moist air against psychrolib, a published steam table, and its own inverses."""

from __future__ import annotations

import numpy as np
import psychrolib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.plant import air

psychrolib.SetUnitSystem(psychrolib.SI)

TEMPERATURES = st.floats(-50, 55)
HUMIDITIES = st.floats(0.0, 1.0)
ELEVATIONS = st.floats(0, 4000)


@pytest.mark.parametrize(
    ("temperature", "pressure"),
    # ASHRAE Handbook, Fundamentals (2017), chapter 1, table 3: saturation pressure in kPa, four to five digits
    [(-40, 0.01285), (-20, 0.10324), (0, 0.6112), (20, 2.3393), (40, 7.3849), (50, 12.3513)],
)
def test_saturation_pressure_is_the_printed_one(temperature, pressure):
    computed = air.saturation_pressure(np.array([float(temperature)]))[0] / 1e3
    assert computed == pytest.approx(pressure, rel=5e-4)


@given(ELEVATIONS)
def test_pressure_by_elevation(elevation):
    assert air.pressure_at(elevation) == pytest.approx(psychrolib.GetStandardAtmPressure(elevation), rel=1e-12)


@given(TEMPERATURES, HUMIDITIES, ELEVATIONS)
def test_against_psychrolib(temperature, relative, elevation):
    pressure = psychrolib.GetStandardAtmPressure(elevation)
    dry, share = np.array([temperature]), np.array([relative])
    # psychrolib never goes below a humidity ratio of 1e-7: from there on the two agree by convention only
    ratio = np.maximum(air.humidity_ratio(dry, share, pressure), 1e-7)
    expected = psychrolib.GetHumRatioFromRelHum(temperature, relative, pressure)
    assert ratio[0] == pytest.approx(expected, rel=1e-9)
    assert air.saturation_pressure(dry)[0] == pytest.approx(psychrolib.GetSatVapPres(temperature), rel=1e-9)
    volume = psychrolib.GetMoistAirDensity(temperature, expected, pressure)
    assert air.density(dry, ratio, pressure)[0] == pytest.approx(volume, rel=1e-5)
    enthalpy = psychrolib.GetMoistAirEnthalpy(temperature, expected) / 1e3
    assert air.enthalpy(dry, ratio)[0] == pytest.approx(enthalpy, rel=1e-9, abs=1e-9)


@given(TEMPERATURES, st.floats(0.02, 1.0), ELEVATIONS)
def test_wet_bulb_against_psychrolib(temperature, relative, elevation):
    pressure = psychrolib.GetStandardAtmPressure(elevation)
    ratio = psychrolib.GetHumRatioFromRelHum(temperature, relative, pressure)
    wet = air.wet_bulb(np.array([temperature]), np.array([ratio]), pressure)[0]
    expected = psychrolib.GetTWetBulbFromHumRatio(temperature, ratio, pressure)
    if -1.0 < expected < 0.5:  # over ice and over water each has a solution there: any is one
        back = psychrolib.GetHumRatioFromTWetBulb(temperature, wet, pressure)
        assert back == pytest.approx(ratio, rel=2e-4)  # it takes ice pressures up to 0.01 degC
        assert -1.0 < wet < 1.0
    else:
        assert wet == pytest.approx(expected, abs=2e-3)  # psychrolib bisects to 1e-3 K


@given(TEMPERATURES, st.floats(0.05, 1.0), ELEVATIONS)
def test_dew_point_gives_the_humidity_back(temperature, relative, elevation):
    pressure = air.pressure_at(elevation)
    ratio = air.humidity_ratio(np.array([temperature]), np.array([relative]), pressure)
    dew = air.dew_point(ratio, pressure)
    assert dew[0] <= temperature + 1e-9
    assert air.saturated_humidity_ratio(dew, pressure)[0] == pytest.approx(ratio[0], rel=1e-8)


@given(TEMPERATURES, HUMIDITIES, ELEVATIONS)
def test_finite_and_ordered_everywhere(temperature, relative, elevation):
    pressure = air.pressure_at(elevation)
    dry = np.array([temperature])
    ratio = air.humidity_ratio(dry, np.array([relative]), pressure)
    wet, dew = air.wet_bulb(dry, ratio, pressure), air.dew_point(ratio, pressure)
    assert np.all(np.isfinite([wet, dew]))
    assert (
        dew[0] - 0.5 <= wet[0] <= temperature + 1e-9
    )  # over supercooled water the wet bulb may sit below the frost point
    assert air.relative_humidity(dry, ratio, pressure)[0] == pytest.approx(relative, abs=1e-9)


def test_arrays_are_elementwise():
    dry = np.linspace(-50, 55, 300)
    ratio = air.humidity_ratio(dry, np.full(300, 0.5), 9e4)
    whole = air.wet_bulb(dry, ratio, 9e4)
    each = [air.wet_bulb(dry[i : i + 1], ratio[i : i + 1], 9e4)[0] for i in range(300)]
    np.testing.assert_allclose(whole, each, atol=1e-8)
