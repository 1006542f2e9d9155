"""C4: fan power at altitude says what its rating means; direct-expansion units; the skill on published sites."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs.cooling import Cooling
from computefactory.schema.standard import cooling_of, site_of

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


def test_c04_cold_air_helps_a_room_unit_no_further_than_its_head_pressure() -> None:
    """`dx`: condensing at 35 degC or above, so 0 and -20 degC outdoors take the same compressor power as 20 degC."""
    plant = cooling_of(LIBRARY, "dx")
    powers = [cool(plant, hour(0.0, drybulb), 1.0, 0.0).chillers[0] for drybulb in (-20.0, 0.0, 19.0, 35.0)]
    assert powers[0] == powers[1] == pytest.approx(powers[2], rel=0.02)
    assert powers[3] > 1.4 * powers[0]


def test_c04_a_room_unit_meets_the_rating_it_must() -> None:
    """`dx` at 35 degC: heat over fans and compressor together is a sensible COP of 1.79 to 2.20 (10 CFR 431.97)."""
    draw = cool(cooling_of(LIBRARY, "dx", lighting=0.0), hour(0.0, 35.0), 1.0, 0.0)
    drawn = draw.room_fans[0] + draw.chillers[0] + draw.rejection_fans[0]
    assert 1.79 < 1.0 / drawn < 2.20


@pytest.mark.parametrize("architecture", ["dx", "air_cooled_chiller", "direct_to_chip_chiller_trim"])
@pytest.mark.parametrize(("ratio", "power"), [(1.0, 1.1), (0.97, 1.1), (0.9, 0.004), (0.5, 1.5)])
def test_c04_what_condenses_is_given_back(architecture: str, ratio: float, power: float) -> None:
    """Sensible share S, humidifiers h per latent heat: water (1-S)Q/2501 kJ/kg, power h(1-S)Q, heat in is heat out."""
    plant = cooling_of(LIBRARY, architecture, sensible_heat_ratio=ratio, humidifier_power=power)
    draw = cool(plant, hour(0.0), 0.8, 0.7)
    latent = (1 - ratio) * draw.to_air[0]
    assert draw.water[0] == pytest.approx(latent * 3600 / 2501)
    assert draw.humidifiers[0] == pytest.approx(power * latent)
    assert draw.rejected[0] == pytest.approx(0.8 + draw.power[0] - draw.rejection_fans[0], rel=1e-12)


def test_c04_a_file_may_state_the_moisture_of_its_coils() -> None:
    """`cooling.sensible_heat_ratio: 0.9` with steam raises PUE and WUE of a hall on dry chillers; 40 % is refused."""
    overrides = {"cooling.architecture": "air_cooled_chiller"}
    base, damp = (
        cf.run("legacy-h100-hall", overrides=overrides | given).metrics
        for given in ({}, {"cooling.sensible_heat_ratio": "0.9"})
    )
    assert damp["pue_annual"].value - base["pue_annual"].value > 0.1
    assert base["wue_l_per_kwh"].value == 0 < damp["wue_l_per_kwh"].value
    with pytest.raises(FactoryFileError, match="sensible_heat_ratio"):
        cf.run("legacy-h100-hall", overrides=overrides | {"cooling.sensible_heat_ratio": "40 %"})


@pytest.fixture(scope="module")
def pue() -> dict[str, ModuleType]:
    tools = Path(__file__).resolve().parents[2] / "tools"
    sys.path.insert(0, str(tools))
    try:
        from pue import lei_masanet, sites, stations
    finally:
        sys.path.remove(str(tools))
    return {"study": lei_masanet, "sites": sites, "stations": stations}


PUBLISHED = Library.load([Path(__file__).resolve().parents[2] / "tools" / "facts"])
PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation" / "pue.md"


def test_c04_five_of_six_published_cells_of_room_units_hold(
    pue: dict[str, ModuleType], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lei and Masanet's case 10: no cell held, ours 0.34 low; five of six hold, 0.17 low, and the water of all."""
    study, stations = pue["study"], pue["stations"]
    monkeypatch.setattr(study, "DRAWS", 32)
    weathers = {zone: stations.weather_of(year) for zone, year in stations.zones(shared / "weather").items()}
    cells = study.cells(PUBLISHED, weathers, (10,))
    assert len(cells) == 6
    assert sum(cell.median_inside for cell in cells) >= 5
    assert all(cell.overlaps for cell in cells)
    gap = np.mean([cell.ours[1] - sum(cell.published) / 2 for cell in cells])
    assert -0.2 < gap < -0.1  # said on the page, not tuned away
    assert all(cell.published_wue[0] <= cell.ours_wue[1] <= cell.published_wue[1] for cell in cells)


@pytest.mark.parametrize(
    ("operator", "year"), [("Google", "2023"), ("Microsoft", "2022"), ("Amazon Web Services", "2024")]
)
def test_c04_the_page_shows_our_skill_beside_a_constants(pue: dict[str, ModuleType], operator: str, year: str) -> None:
    """Each operator's sites: rank, share within 0.06 and mean error of the method and of 1.12 stand on the page."""
    found = pue["sites"].regions(PUBLISHED, operator, year)
    flat = np.abs(found.published - 1.12)
    ours = np.abs(found.published - found.ours)
    near = [f"{100 * np.mean(each <= 0.06 + 1e-9):.0f} %" for each in (ours, flat)]
    scores = [f"{found.rank:.2f}", *near, f"{ours.mean():.3f}", f"{flat.mean():.3f}"]
    assert f"| {operator} | {year} | {len(flat)} | {' | '.join(scores)} |" in PAGE.read_text(encoding="utf-8")


def test_c04_a_stated_plant_mends_what_climate_cannot(pue: dict[str, ModuleType]) -> None:
    """Frankfurt discloses 1.35 and 0.01 L/kWh: 0.24 off with the one design, within 0.01 with dry chillers stated."""
    of_place = pue["sites"].of_place
    assert abs(of_place(PUBLISHED, "Frankfurt", "air_adiabatic") - 1.35) > 0.2
    assert of_place(PUBLISHED, "Frankfurt", "air_cooled_chiller") == pytest.approx(1.35, abs=0.01)


@pytest.mark.parametrize(
    ("architecture", "field", "value", "idle"),
    [
        ("air_cooled_chiller", "tower_approach", "6 K", True),
        ("air_cooled_chiller", "cycles_of_concentration", "5", True),
        ("air_chiller", "tower_approach", "6 K", False),
        ("air_chiller", "dry_cooler_approach", "6 K", True),
        ("air_chiller", "liquid_supply", "30 degC", True),
        ("dx", "chilled_water", "9 degC", False),
        ("dx", "pump_power", "0.03", True),
        ("dx", "humidifier_power", "0.01", False),
        ("air_chiller", "humidifier_power", "0.01", True),
        ("air_chiller", "air_class", "A2", True),
        ("air_economiser", "air_class", "A2", False),
        ("rear_door", "chilled_water", "12 degC", True),
        ("waterside_economiser", "exchanger_approach", "3 K", False),
    ],
)
def test_c04_what_a_plant_has_no_use_for_is_named(architecture: str, field: str, value: str, idle: bool) -> None:
    """A field of another kind of plant (towers of a dry one, pumps of room units): a warning; others move the year."""
    path = f"cooling.{field}"
    base = {"cooling.architecture": architecture}
    warned = cf.load("legacy-h100-hall", overrides={**base, path: value}).warnings
    assert any(path in each and "changes nothing" in each for each in warned) == idle
    years = [cf.load("legacy-h100-hall", overrides={**base, **more}).plant.cooling[0] for more in ({}, {path: value})]
    draws = [cool(each, typical_weather(site_of(LIBRARY, "Phoenix AZ")), 0.8, 0.0) for each in years]
    assert np.array_equal(*(draw.power + draw.water for draw in draws)) == idle
