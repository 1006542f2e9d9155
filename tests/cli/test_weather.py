"""``weather``: a place, a file, a name that is neither, and a service that is asked only by name."""

from __future__ import annotations

import json
import sys
import types

import numpy as np
import pytest

from computefactory.cli import main
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant import conditions
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.weather.pvgis import pvgis_year
from computefactory.schema import standard


def read(capsys, *arguments):
    status = main(["weather", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_place_of_the_library(capsys):
    status, found = read(capsys, "Childress TX")
    assert status == 0
    assert found["kind"] == "weather"
    assert len(found["months"]["rows"]) == 12
    assert sum(row["hours"] for row in found["bins"]["rows"]) == 8760
    for row in found["cooling"]["rows"]:
        assert row["free_h"] + row["partial_h"] + row["mechanical_h"] == 8760
    by = {row["architecture"]: row for row in found["cooling"]["rows"]}
    assert by["air_chiller"]["mechanical_h"] == 8760
    assert by["direct_to_chip_dry_cooler"]["mechanical_h"] == 0
    values = [row["value_c"] for row in found["design"]["rows"][:3]]
    assert values == sorted(values, reverse=True)
    assert found["design"]["drybulb_extreme_c"]["value"] > values[0]


def test_the_screen_is_eighty_columns_wide(capsys):
    assert main(["weather", "Singapore"]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_a_file_and_where_it_is_written(capsys, tmp_path):
    hours = "\n".join(f"{15 + 10 * np.sin(k / 1394):.2f},50" for k in range(8760))
    (tmp_path / "sky.csv").write_text(f"temp,rh\n{hours}\n")
    status, found = read(capsys, str(tmp_path / "sky.csv"), "--elevation", "1500")
    assert status == 0
    assert found["place"]["elevation_m"]["value"] == 1500
    assert found["place"]["pressure_pa"]["value"] == pytest.approx(84556, abs=10)  # ASHRAE standard atmosphere
    assert main(["weather", str(tmp_path / "sky.csv"), "-o", str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").read_text().startswith("section,row,name")
    (tmp_path / "cut.csv").write_text("\n".join(f"temp,rh\n{hours}".splitlines()[:4000]))
    status, found = read(capsys, str(tmp_path / "cut.csv")) if capsys.readouterr() else (0, {})
    assert status == 2
    assert found["errors"][0]["line"] == 4000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Childres", "Childress TX"),
        ("40.0,-105.2", "Golden CO (NREL) (29 km)"),
        ("golden", "Golden CO"),
        ("x.epw", "no such file"),
    ],
)
def test_what_is_not_there_names_what_is_near(capsys, given, words):
    status, found = read(capsys, given)
    assert status == 2
    assert words in str(found["errors"])


def test_distances_are_those_of_the_globe():
    # London to New York, 5,570 km (great circle)
    assert standard.distance_km((51.5074, -0.1278), (40.7128, -74.0060)) == pytest.approx(5570, rel=0.002)


def test_the_service_is_asked_only_by_name(monkeypatch):
    pandas = pytest.importorskip("pandas")
    asked = []

    def year(latitude, longitude, **_):
        asked.append((latitude, longitude))
        hours = np.arange(8760)
        data = {"temp_air": 10 + hours % 24, "relative_humidity": 60 + 0 * hours, "pressure": 95000.0 + 0 * hours}
        return pandas.DataFrame(data), {"inputs": {"location": {"elevation": 500.0}}}

    monkeypatch.setitem(sys.modules, "pvlib", types.ModuleType("pvlib"))
    monkeypatch.setitem(sys.modules, "pvlib.iotools", types.SimpleNamespace(get_pvgis_tmy=year))
    found = pvgis_year(48.1, 11.6)
    assert asked == [(48.1, 11.6)]
    assert found.elevation == 500.0
    np.testing.assert_array_equal(found.drybulb, np.roll(10 + np.arange(8760) % 24, 1))  # from UTC to UTC+1
    np.testing.assert_array_equal(found.pressure, np.full(8760, 95000.0))

    def down(*_, **__):
        raise OSError("no route to host")

    monkeypatch.setitem(sys.modules, "pvlib.iotools", types.SimpleNamespace(get_pvgis_tmy=down))
    with pytest.raises(FactoryFileError, match="no route to host"):
        pvgis_year(48.1, 11.6)


def test_conditions_of_a_year_that_is_known():
    dry = np.arange(8760) / 100.0
    year = Weather(dry, np.full(8760, 0.002), 101325.0)
    first = conditions.conditions(year)[0]
    assert np.count_nonzero(dry > first.value) == 35  # 0.4 % of 8,760
    (low, *_, high) = conditions.bins(year, 5.0)
    assert (low.low, low.hours, high.high) == (0.0, 500.0, 90.0)
    january = conditions.months(year)[0]
    assert january.mean == pytest.approx(dry[:744].mean())
    assert january.highest == dry[743]


def test_a_place_is_the_site_of_a_factory_there(library_site):
    library = Library.load()
    made = standard.site_of(library, library_site.place)
    np.testing.assert_array_equal(typical_weather(made).drybulb, typical_weather(library_site).drybulb)
    assert made.extreme_margin == library_site.extreme_margin


@pytest.fixture
def library_site():
    import computefactory as cf

    return cf.load("iren-horizon").plant.site


def test_a_place_in_the_south_is_no_option(capsys):
    assert main(["weather", "-33.9,151.2"]) == 2
    assert "nearest: Sydney (" in capsys.readouterr().err


def test_an_empty_bin_is_shown_as_one(capsys, tmp_path):
    hours = "\n".join(f"{5 if k < 4000 else 25},50" for k in range(8760))
    (tmp_path / "sky.csv").write_text(f"temp,rh\n{hours}\n")
    assert main(["weather", str(tmp_path / "sky.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["10", "15", "0", "-"] for line in lines)
