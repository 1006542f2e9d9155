"""C4: fan power at altitude says what its rating means; direct-expansion units; the skill on published sites."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs import Cooling
from computefactory.schema.standard import cooling_of

LIBRARY = Library.load()
EXPONENT = {"mass_flow": 2.0, "volume_flow": 3.0, "site_pressure": 1.0}


def hour(elevation: float, drybulb: float = 20.0) -> Weather:
    return Weather(np.array([drybulb]), np.array([0.0]), air.pressure_at(elevation))


def air_hall(rating: str | None = None, **changes: float) -> Cooling:
    given = {} if rating is None else {"fan_rating": rating}
    return cooling_of(LIBRARY, "air_economiser", **given, **changes)


def by_hand(rating: str, elevation: float, plant: Cooling) -> float:
    """Fan power per kW of IT from the flow, the pressure of the system and ``P = V dp / eta``, step by step."""
    density = float(air.density(25.0, 0.0, air.pressure_at(elevation))[()])
    mass = 1.0 / (1.006 * plant.air_rise)  # kg/s
    rated, needed = mass / 1.2, mass / density  # m3/s
    loss = plant.fan_pressure / (1.2 * rated**2)  # k of dp = k rho V2 from the rating in standard air
    pressure = {
        "mass_flow": loss * density * needed**2,
        "volume_flow": plant.fan_pressure * (needed / rated) ** 2,  # the rating holds in the site's air
        "site_pressure": plant.fan_pressure,
    }[rating]
    return needed * pressure / plant.fan_efficiency / 1e3


@pytest.mark.parametrize("rating", EXPONENT)
@pytest.mark.parametrize("elevation", [0.0, 1829.0, 3000.0])
def test_c04_each_rating_is_its_fan_law_by_hand(rating: str, elevation: float) -> None:
    """Room fans of 650 Pa at 0, 1,829 (Golden) and 3,000 m: flow, system pressure and power worked out by hand."""
    plant = air_hall(rating, lighting=0.0)
    found = cool(plant, hour(elevation), 1.0, 0.0).room_fans[0]
    assert found == pytest.approx(by_hand(rating, elevation, plant), rel=1e-9)


def test_c04_golden_by_volume_is_the_simulators() -> None:
    """Golden, 1,829 m: by volume a PUE 0.014 to 0.017 higher than by mass (a building simulator: 0.014)."""
    low, high = (
        1 + cool(air_hall(rating), hour(1829.0, 10.0), 1.0, 0.0).power[0]
        for rating in EXPONENT
        if rating != "site_pressure"
    )
    assert 0.013 < high - low < 0.018


def test_c04_standard_air_is_the_same_for_all() -> None:
    """Where the air has the rated 1.2 kg/m3 all three ratings agree; the default is the catalogue's, by mass."""
    standard = 1.2 * 287.042 * (25.0 + 273.15)  # Pa of dry air at the supply's 25 degC
    weather = Weather(np.array([20.0]), np.array([0.0]), standard)
    fans = [cool(air_hall(rating), weather, 1.0, 0.0).room_fans[0] for rating in (None, *EXPONENT)]
    np.testing.assert_allclose(fans, fans[0], rtol=1e-9)
    assert air_hall().density_exponent == 2.0


@pytest.mark.parametrize("architecture", ["air_cooled_chiller", "direct_to_chip_dry_cooler", "dx"])
def test_c04_fans_outdoors_follow_the_same_law(architecture: str) -> None:
    """Fans of condensers and dry coolers: power at 3,000 m over sea level as (1.2/rho)^n."""
    powers = {}
    for rating, exponent in EXPONENT.items():
        plant = cooling_of(LIBRARY, architecture, fan_rating=rating, fan_pressure=0.0)
        powers[rating] = [float(cool(plant, hour(at, 34.0), 1.0, 0.5).rejection_fans[0]) for at in (0.0, 3000.0)]
        thin = float(
            np.squeeze(air.density(34.0, 0.0, air.pressure_at(0.0)) / air.density(34.0, 0.0, air.pressure_at(3000.0)))
        )
        ratio = powers[rating][1] / powers[rating][0]
        assert ratio == pytest.approx(thin**exponent, rel=0.02)  # the heat of room fans differs a little


def test_c04_a_file_may_say_what_its_rating_means() -> None:
    """`cooling.fan_rating`: mass_flow unless stated, volume_flow raises PUE at altitude, an unknown one is refused."""
    overrides = {"site.place": "Denver CO", "cooling.architecture": "air_economiser"}
    base, stated, wide = (
        cf.run("legacy-h100-hall", overrides=overrides | given).metrics["pue_annual"].value
        for given in ({}, {"cooling.fan_rating": "mass_flow"}, {"cooling.fan_rating": "volume_flow"})
    )
    assert base == stated < wide
    with pytest.raises(FactoryFileError, match="fan_rating"):
        cf.run("legacy-h100-hall", overrides=overrides | {"cooling.fan_rating": "sideways"})
