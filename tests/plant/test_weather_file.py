"""Weather files: what they hold arrives in its hour, what cannot be meant is refused with its line."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.plant import air
from computefactory.plant.climate import DAYS_OF_MONTH
from computefactory.plant.weather.file import read_weather

HOUR = np.arange(8760)
DRY = np.round(12 + 10 * np.sin(2 * np.pi * (HOUR / 8760 - 0.3)) + 5 * np.sin(2 * np.pi * (HOUR % 24 / 24 - 0.4)), 1)
HUMID = np.round(60 + 20 * np.cos(2 * np.pi * HOUR / 24))
DEW = np.round(air.dew_point(air.humidity_ratio(DRY, HUMID / 100, 82000.0), 82000.0), 1)
DAYS = [(month + 1, day + 1) for month in range(12) for day in range(DAYS_OF_MONTH[month])]
DATES = [(*DAYS[hour // 24], hour % 24) for hour in HOUR]
HEAD = """LOCATION,Nowhere,CO,USA,TMY3,724666,39.74,-105.18,-7.0,1829.0
DESIGN CONDITIONS,1,x,,Heating,1,Cooling,3,Extremes,11,9.5,8,23,-23,36,4,1,-26,37,-28,38,-30,38.3,-32,39
TYPICAL/EXTREME PERIODS,0
GROUND TEMPERATURES,0
HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0
COMMENTS 1,made for a test
COMMENTS 2,
DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31
"""


def epw(dry=DRY, humid=HUMID, pressure=82000, dates=DATES, head=HEAD, dew=None):
    press = np.broadcast_to(pressure, len(dry))
    dew = np.resize(DEW, len(dry)) if dew is None else dew
    rows = (
        f"1999,{month},{day},{hour + 1},0,?9,{t},{d},{h},{p},0,0,257"
        for (month, day, hour), t, d, h, p in zip(dates, dry, dew, humid, press, strict=True)
    )
    return head + "\n".join(rows) + "\n"


def table(heading="time,temperature_2m (°C),relative_humidity_2m (%)", dry=DRY, humid=HUMID, dates=DATES, year=2023):
    rows = (
        f"{year}-{month:02d}-{day:02d}T{hour:02d}:00,{t},{h}"
        for (month, day, hour), t, h in zip(dates, dry, humid, strict=True)
    )
    return heading + "\n" + "\n".join(rows) + "\n"


@pytest.fixture
def read(tmp_path):
    def reader(text, name="weather.csv"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_weather(file, path="site.weather", place=("plant.yaml", 7))

    return reader


def refused(read, text, *words):
    with pytest.raises(FactoryFileError) as error:
        read(text)
    (problem,) = error.value.problems
    for word in words:
        assert word in str(problem), str(problem)
    return problem


def test_an_epw_file_is_read_as_it_stands(read):
    year = read(epw())
    np.testing.assert_array_equal(year.drybulb, DRY)
    np.testing.assert_allclose(
        air.dew_point(air.humidity_ratio_of(year.vapour, year.pressure), year.pressure), DEW, atol=1e-9
    )
    np.testing.assert_array_equal(year.pressure, np.full(8760, 82000.0))
    assert (year.latitude, year.elevation, year.extreme) == (39.74, 1829.0, 38.3)
    assert (year.filled, year.dropped) == (0, 0)


def test_pvlib_reads_the_same(tmp_path, shared, read):
    iotools = pytest.importorskip("pvlib.iotools")
    packed = shared / "weather" / "USA_CO_Golden-NREL.724666_TMY3.epw.gz"
    (tmp_path / "golden.epw").write_bytes(gzip.decompress(packed.read_bytes()))
    data, about = iotools.read_epw(tmp_path / "golden.epw")
    for year in (read_weather(tmp_path / "golden.epw"), read_weather(packed)):
        np.testing.assert_array_equal(year.drybulb, data["temp_air"])
        np.testing.assert_allclose(year.vapour, air.saturation_pressure(np.array(data["temp_dew"])))
        np.testing.assert_array_equal(year.pressure, data["atmospheric_pressure"])
        assert (year.latitude, year.elevation) == (about["latitude"], about["altitude"])


def test_tmy3_hours_run_from_one_to_twenty_four(read):
    pressure = 820
    rows = "\n".join(
        f"{month:02d}/{day:02d}/1999,{hour + 1:02d}:00,{t},{h},{pressure}"
        for (month, day, hour), t, h in zip(DATES, DRY, HUMID, strict=True)
    )
    names = "Date (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C),RHum (%),Pressure (mbar)"
    year = read(f'724666,"NOWHERE",CO,-7.0,39.742,-105.179,1829\n{names}\n{rows}\n')
    np.testing.assert_array_equal(year.drybulb, DRY)
    assert (float(np.ptp(year.pressure)), year.pressure[0], year.elevation) == (0.0, 82000.0, 1829.0)


def test_a_plain_table_says_its_units(read):
    np.testing.assert_allclose(read(table()).drybulb, DRY)
    warm = table("time,temperature_2m (°F),relative_humidity_2m (%)", dry=DRY * 1.8 + 32)
    np.testing.assert_allclose(read(warm).drybulb, DRY)
    np.testing.assert_allclose(read(table("time,drybulb_c,rh_pct")).relative_humidity, HUMID / 100)
    np.testing.assert_allclose(read(table("time,temp_k,rh", dry=DRY + 273.15)).drybulb, DRY)
    np.testing.assert_allclose(read(table("time,temp,rh", humid=HUMID / 100)).relative_humidity, HUMID / 100)


def test_open_meteo_says_the_place_above_the_table(read):
    year = read("latitude,longitude,elevation\n-33.8,151.2,69\n\n" + table())
    assert (year.latitude, year.longitude, year.elevation) == (-33.8, 151.2, 69.0)
    np.testing.assert_array_equal(year.drybulb, DRY)


def test_a_dew_point_stands_for_humidity(read):
    ratio = air.humidity_ratio(DRY, HUMID / 100, 101325.0)
    dew = air.dew_point(ratio, 101325.0)
    year = read(table("time,temp,dewpoint", humid=np.round(dew, 4)))
    np.testing.assert_allclose(year.relative_humidity, HUMID / 100, rtol=2e-4)


def test_a_leap_year_loses_its_29_february(read):
    at = 59 * 24
    dates = [*DATES[:at], *[(2, 29, hour) for hour in range(24)], *DATES[at:]]
    dry, humid = np.insert(DRY, [at] * 24, 40.0), np.insert(HUMID, [at] * 24, 50.0)
    for text in (epw(dry, humid, dates=dates), table(dry=dry, humid=humid, dates=dates, year=2024)):
        year = read(text)
        np.testing.assert_array_equal(year.drybulb, DRY)
        assert year.dropped == 24
    plain = "temp,rh\n" + "\n".join(f"{t},{h}" for t, h in zip(dry, humid, strict=True))
    np.testing.assert_array_equal(read(plain).drybulb, DRY)


def test_a_year_that_starts_in_july_is_turned(read):
    turn = np.roll(HOUR, 4344)
    year = read(table(dry=DRY[turn], humid=HUMID[turn], dates=[DATES[k] for k in turn]))
    np.testing.assert_array_equal(year.drybulb, DRY)


def test_short_gaps_are_bridged_and_counted(read):
    dry = DRY.astype(object)
    dry[100:104] = ""
    kept = [k for k in HOUR if k not in (8758, 8759)]
    year = read(table(dry=dry))
    np.testing.assert_allclose(year.drybulb[100:104], np.interp(range(100, 104), [99, 104], DRY[[99, 104]]))
    assert year.filled == 4
    missing = read(table(dry=DRY[kept], humid=HUMID[kept], dates=[DATES[k] for k in kept]))
    assert missing.filled == 4  # two hours, dry bulb and humidity
    marked = DRY.copy()
    marked[10] = 99.9
    assert read(epw(marked)).filled == 1


def test_a_clock_set_back_keeps_the_first_of_two_hours(read):
    dates, dry, humid = [*DATES[:7000], *DATES[6999:]], np.insert(DRY, 7000, 50.0), np.insert(HUMID, 7000, 5.0)
    np.testing.assert_array_equal(read(table(dry=dry, humid=humid, dates=dates)).drybulb, DRY)


def test_what_is_cut_short_is_refused_with_its_last_line(read):
    problem = refused(read, table(dry=DRY[:5000], humid=HUMID[:5000], dates=DATES[:5000]), "5,000 of 8,760 hours")
    assert problem.line == 5001
    gap = DRY.astype(object)
    gap[200:220] = ""
    assert refused(read, table(dry=gap), "20 in a row").line == 201


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (epw(DRY * 1.8 + 32), ("Fahrenheit", "weather.csv:")),
        (epw(DRY + 273.15), ("kelvin",)),
        (epw(pressure=820), ("hectopascal", "820")),
        (epw(humid=HUMID / 100), ("share",)),
        (epw(humid=HUMID * 2), ("% relative humidity",)),
        (table("time,temp (°F),rh (%)", humid=HUMID / 100, dry=DRY * 1.8 + 32), ("share",)),
        (table("time,temp (R),rh"), ("degC, degF or K",)),
        (table("time,wind,rh"), ("temperature_2m",)),
        (epw(head=HEAD.replace("DATA PERIODS,1,1", "DATA PERIODS,1,7")), ("7 records an hour",)),
        (epw().replace("1999,3,5,7,", "1999,3,35,7,", 1), ("day 35",)),
        (table().replace(f"2023-05-01T00:00,{DRY[2880]}", "2023-05-01T00:00,warm", 1), ("'warm'", "number")),
        (table().replace("2023-05-01T00:00", "1 May", 1), ("2023-07-01T14:00",)),
        (table() + table().partition("\n")[2].replace("2023-", "2024-"), ("more than one year",)),
        ("", ("empty",)),
        (b"\x1f\x8b\x08\x00rubbish", ("damaged",)),
        (b"\x00\xff\xfe" * 50, ("no text",)),
        ("temp,rh\n" + "10,50\n" * 9000, ("9,000 hours",)),
    ],
)
def test_what_cannot_be_meant_is_refused(read, text, words):
    problem = refused(read, text, *words)
    assert problem.code == "weather_file"
    assert problem.path == "site.weather"


@pytest.fixture(scope="module")
def text():
    return schema.shipped_text("iren-horizon")


def test_a_factory_takes_the_file_beside_it(tmp_path, text):
    (tmp_path / "sky.epw").write_text(epw())
    changed = text.replace("site: {place: Childress TX}", "site: {place: Childress TX, weather: sky.epw}")
    (tmp_path / "plant.yaml").write_text(changed)
    result = cf.run(tmp_path / "plant.yaml")
    site = result.factory.plant.site
    assert site.elevation == 1829.0
    assert site.extreme_margin == pytest.approx(38.3 - DRY.max())
    assert sum(site.drybulb_mean) / 12 == pytest.approx(DRY.mean(), abs=0.2)
    assert result.metrics["pue_annual"].value < cf.run("iren-horizon").metrics["pue_annual"].value
    assert result.factory.origins["plant.site.hours"].line == 9


def test_a_missing_file_is_a_problem_of_the_factory_file(tmp_path, text):
    changed = text.replace("site: {place: Childress TX}", "site: {place: Childress TX, weather: no.epw}")
    (tmp_path / "plant.yaml").write_text(changed)
    with pytest.raises(FactoryFileError, match=r"no\.epw") as error:
        cf.run(tmp_path / "plant.yaml")
    (problem,) = error.value.problems
    assert (problem.code, problem.path, problem.line) == ("no_such_file", "site.weather", 9)


def test_a_place_that_the_library_lacks_needs_no_row_with_a_file(tmp_path, text):
    (tmp_path / "sky.epw").write_text(epw())
    site = "site: {place: Atlantis, weather: sky.epw, region: US-TX, country: United States}"
    (tmp_path / "plant.yaml").write_text(text.replace("site: {place: Childress TX}", site))
    assert cf.run(tmp_path / "plant.yaml").factory.plant.site.latitude == 39.74


def test_a_file_with_holes_or_of_another_place_is_said(tmp_path, text):
    dry = DRY.copy()
    dry[10] = 99.9
    (tmp_path / "sky.epw").write_text(epw(dry))
    changed = text.replace("site: {place: Childress TX}", "site: {place: Childress TX, weather: sky.epw}")
    (tmp_path / "plant.yaml").write_text(changed)
    warnings = cf.run(tmp_path / "plant.yaml").warnings
    assert any("1 values of the weather file are bridged" in warning for warning in warnings)
    assert any("km from Childress TX" in warning for warning in warnings)


def test_a_heading_alone_is_no_year(read):
    for text in (HEAD, "time,temperature_2m,relative_humidity_2m\n"):
        refused(read, text, "a heading without hours", "8,760 hours")
