"""C3: humidity from the dew-point column, pressure by the hour."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import psychrolib
import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.names import number_of
from computefactory.page import Of
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs.site import Site
from computefactory.plant.weather.file import read_weather
from computefactory.schema.standard import cooling_of, site_of_hours

psychrolib.SetUnitSystem(psychrolib.SI)
LIBRARY = Library.load()
HUMID = {  # hours above a dew point of 15 degC: from whole-percent RH at one pressure, by the file's own column
    "USA_CA_San.Francisco.Intl.AP.724940_TMY3": (72, 41),
    "USA_CO_Denver.Intl.AP.725650_TMY3": (86, 57),
    "USA_CO_Golden-NREL.724666_TMY3": (62, 49),
    "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3": (1824, 1714),
    "USA_MA_Boston-Logan.Intl.AP.725090_TMY3": (1540, 1467),
    "USA_PA_Pittsburgh-Allegheny.County.AP.725205_TMY3": (1928, 1814),
}
GOLDEN = "USA_CO_Golden-NREL.724666_TMY3"


def columns(file: Path) -> tuple[np.ndarray, ...]:
    """Dry bulb, dew point [degC], humidity [%] and pressure [Pa] as the file has them."""
    with gzip.open(file, "rt", encoding="latin-1", newline="") as text:
        rows = list(csv.reader(text))[8:]
    return tuple(np.array([float(row[k]) for row in rows]) for k in (6, 7, 8, 9))


def site_of(file: Path) -> Site:
    return site_of_hours(LIBRARY, read_weather(file))


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    return shared / "weather" / f"{GOLDEN}.epw.gz"


@pytest.fixture(scope="module")
def sky(golden: Path) -> Weather:
    return typical_weather(site_of(golden))


@pytest.mark.parametrize("station", HUMID)
def test_c03_hours_above_the_dew_point_limit_are_the_files(station: str, shared: Path) -> None:
    """EPW of a station: hours above 15 degC dew point came out 13 to 129 too many, right is the column's own count."""
    file = shared / "weather" / f"{station}.epw.gz"
    dew = columns(file)[1]
    before, right = HUMID[station]
    found = typical_weather(site_of(file))
    assert np.count_nonzero(dew > 15.0) == right == np.count_nonzero(found.dew_point > 15.0 + 1e-9) < before
    np.testing.assert_allclose(found.dew_point, dew, atol=1e-8)


def test_c03_moisture_and_density_are_those_of_psychrolib_by_the_hour(golden: Path, sky: Weather) -> None:
    """Golden, every 97th hour: humidity ratio and density of dew point and station pressure, as psychrolib has them."""
    dry, dew, _, pressure = columns(golden)
    np.testing.assert_array_equal(sky.pressure, pressure)
    for hour in range(0, 8760, 97):
        ratio = psychrolib.GetHumRatioFromTDewPoint(dew[hour], pressure[hour])
        assert sky.humidity_ratio[hour] == pytest.approx(ratio, rel=1e-8)
        density = psychrolib.GetMoistAirDensity(dry[hour], ratio, pressure[hour])
        assert sky.density[hour] == pytest.approx(density, rel=1e-5)


def test_c03_pvlib_reads_the_same_columns(golden: Path, sky: Weather, tmp_path: Path) -> None:
    """Golden through pvlib: its dew points and pressures are ours."""
    iotools = pytest.importorskip("pvlib.iotools")
    (tmp_path / "golden.epw").write_bytes(gzip.decompress(golden.read_bytes()))
    data, _ = iotools.read_epw(tmp_path / "golden.epw")
    np.testing.assert_allclose(sky.dew_point, data["temp_dew"], atol=1e-8)
    np.testing.assert_array_equal(sky.pressure, data["atmospheric_pressure"])


def test_c03_fans_follow_the_pressure_of_the_hour(sky: Weather) -> None:
    """Golden: room fans in each hour as that hour alone at its pressure gives them, not as the yearly mean does."""
    plant = cooling_of(LIBRARY, "air_economiser")
    fans = cool(plant, sky, 0.8, 0.0).room_fans
    at = np.array([np.argmin(sky.hourly_pressure), np.argmax(sky.hourly_pressure)])
    for hour in at:
        one = Weather(sky.drybulb[[hour]], sky.humidity_ratio[[hour]], float(sky.hourly_pressure[hour]))
        assert fans[hour] == pytest.approx(cool(plant, one, 0.8, 0.0).room_fans[0], rel=1e-12)
    assert fans[at[0]] > 1.05 * fans[at[1]]  # 800 against 839 hPa


def test_c03_the_page_shows_dew_point_hours_and_pressure(
    golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A factory on the Golden file: the page plant has 49 humid hours, its dew points and pressures, each explained."""
    (tmp_path / "sky.epw.gz").write_bytes(golden.read_bytes())
    weather = f"site.weather={tmp_path / 'sky.epw.gz'}"
    assert main(["show", "iren-horizon", "plant", "--set", weather, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    _, dew, _, pressure = columns(golden)
    said = {name: each["value"] for name, each in found["outdoors"].items() if isinstance(each, dict)}
    assert said["humid_h"] == 49
    assert said["dew_point_mean_c"] == pytest.approx(dew.mean())
    assert said["dew_point_highest_c"] == pytest.approx(dew.max())
    lowest, mean, highest = (said[f"pressure_{name}_pa"] for name in ("lowest", "mean", "highest"))
    assert (lowest, mean, highest) == pytest.approx((pressure.min(), pressure.mean(), pressure.max()))
    january = found["pue_months"]["rows"][0]
    assert january["dew_point_c"] == pytest.approx(dew[: 31 * 24].mean())
    result = cf.run("iren-horizon", overrides={"site.weather": str(tmp_path / "sky.epw.gz")})
    assert number_of(result, Of("humid_hours")) == 49


def plain(heading: str, *values: np.ndarray) -> str:
    return "\n".join([heading, *(",".join(f"{value:g}" for value in row) for row in zip(*values, strict=True))]) + "\n"


def test_c03_a_plain_table_with_both_takes_the_dew_point(golden: Path, tmp_path: Path) -> None:
    """A CSV with RH and dew point, the RH rounded to ten per cent: the dew point decides."""
    dry, dew, humid, pressure = columns(golden)
    file = tmp_path / "sky.csv"
    file.write_text(plain("temp_c,rh_pct,dewpoint_c,pressure_pa", dry, dew * 0 + np.round(humid, -1), dew, pressure))
    year = typical_weather(site_of(file))
    np.testing.assert_allclose(year.dew_point, dew, atol=1e-8)


def test_c03_a_dew_point_column_that_says_nothing_is_named(golden: Path, tmp_path: Path) -> None:
    """A dew point of -6 degC all year beside true RH: the RH is taken, and a warning says so with the line."""
    dry, _, humid, _ = columns(golden)
    file = tmp_path / "sky.csv"
    file.write_text(plain("temp_c,rh_pct,dewpoint_c", dry, humid, np.full(8760, -6.0)))
    year = read_weather(file)
    assert "contradict" in " ".join(year.notes)
    assert "line" in " ".join(year.notes)
    np.testing.assert_allclose(year.relative_humidity, humid / 100)
    warned = cf.run("iren-horizon", overrides={"site.weather": str(file)}).warnings
    assert any("contradict" in warning for warning in warned)


def test_c03_swapped_columns_are_refused(golden: Path, tmp_path: Path) -> None:
    """Dry bulb and dew point in each other's columns: refused with both values, whether RH stands beside or not."""
    dry, dew, humid, _ = columns(golden)
    for heading, values in (("temp_c,dewpoint_c", (dew, dry)), ("temp_c,dewpoint_c,rh_pct", (dew, dry, humid))):
        (tmp_path / "sky.csv").write_text(plain(heading, *values))
        with pytest.raises(FactoryFileError, match="swapped"):
            read_weather(tmp_path / "sky.csv")


def test_c03_hours_without_a_dew_point_take_the_humidity(golden: Path, tmp_path: Path) -> None:
    """Three dew points left empty: those hours have the RH's moisture, the rest their dew point, nothing is bridged."""
    dry, dew, humid, pressure = columns(golden)
    holes = dew.copy()
    holes[[5, 6, 5000]] = np.nan
    (tmp_path / "sky.csv").write_text(plain("temp_c,rh_pct,dewpoint_c,pressure_pa", dry, humid, holes, pressure))
    year = read_weather(tmp_path / "sky.csv")
    assert year.filled == 0
    np.testing.assert_allclose(year.relative_humidity[[5, 6, 5000]], humid[[5, 6, 5000]] / 100)
