"""Weather files: columns, units, zones and stamps are read, refused, or named in a note of the year."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.model import load
from computefactory.plant import air
from computefactory.plant.weather.file import read_weather

HOUR = np.arange(8760)
DRY = np.round(12 + 10 * np.sin(2 * np.pi * (HOUR / 8760 - 0.3)) + 5 * np.sin(2 * np.pi * (HOUR % 24 / 24 - 0.4)), 2)
HUMID = np.round(60 + 20 * np.cos(2 * np.pi * HOUR / 24), 1)
RATIO = air.humidity_ratio(DRY, HUMID / 100, 101325.0)
DEW = np.round(air.dew_point(RATIO, 101325.0), 2)
WET = np.round(air.wet_bulb(DRY, RATIO, 101325.0), 3)
TIMES = [datetime(2023, 1, 1) + timedelta(hours=int(hour)) for hour in HOUR]
HEAD = """LOCATION,Nowhere,CO,USA,TMY3,724666,39.74,-105.18,-7.0,1829.0
DESIGN CONDITIONS,0
TYPICAL/EXTREME PERIODS,0
GROUND TEMPERATURES,0
HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0
COMMENTS 1,made for a test
COMMENTS 2,
DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31
"""


def iso(times, tail=""):
    """Texts of moments as ISO 8601."""
    return [f"{text}{tail}" for text in np.datetime_as_string(np.array(times, dtype="datetime64[m]"))]


STAMPS = iso(TIMES)


def rows(heading, *columns, sep=","):
    """A table of columns of texts or numbers."""
    return "\n".join([heading, *(sep.join(map(str, cells)) for cells in zip(*columns, strict=True))]) + "\n"


def epw(head=HEAD, dry=DRY, dew=DEW, parts=1):
    """An EPW file, with as many records an hour."""
    minute = [0] if parts == 1 else [60 * (part + 1) // parts for part in range(parts)]
    lines = (
        f"1999,{time.month},{time.day},{time.hour + 1},{minute[part]},?9,{t},{d},{h},82000,0"
        for time, t, d, h in zip(TIMES, dry, dew, HUMID, strict=True)
        for part in range(parts)
    )
    return head + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """The year of a text, and what was noted."""
    folder = tmp_path_factory.mktemp("sky")

    def reader(text, **about):
        file = folder / "sky.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        year = read_weather(file, **about)
        return year, " ".join(year.notes)

    return reader


def same(year, humid=True):
    np.testing.assert_allclose(year.drybulb, DRY, atol=1e-9)
    if humid:
        np.testing.assert_allclose(year.relative_humidity, HUMID / 100, atol=2e-3)


def refused(read, text, *words, **about):
    with pytest.raises(FactoryFileError) as error:
        read(text, **about)
    for word in words:
        assert word in str(error.value), str(error.value)


def test_d_one_quotation_mark_in_a_comment_is_text(read):
    """A single " in a comment, in the name of the place or in a cell that nothing reads leaves an EPW file as it is."""
    whole, _ = read(epw())
    for head in (HEAD.replace("made for", 'made 5" for'), HEAD.replace("Nowhere", 'Nowhere "')):
        year, notes = read(epw(head))
        np.testing.assert_array_equal(year.vapour, whole.vapour)
        np.testing.assert_array_equal(year.drybulb, whole.drybulb)
        assert not notes
    same(read(rows("time,temp_c,rh_pct,remark", STAMPS, DRY, HUMID, ['"', *"x" * 8759]))[0])


def test_d_a_zone_far_from_its_longitude_is_said(read):
    """An EPW file at 105 degrees west that says UTC+7 is said to be 10 hours from the sun; UTC-7 is not."""
    assert not read(epw())[1]
    assert "UTC+7 at longitude -105.18" in read(epw(HEAD.replace("-7.0", "7.0")))[1]
    refused(read, epw(HEAD.replace("39.74", "139.74")), "latitude 139.74")


def test_d_lines_of_the_head_that_nothing_knows_are_named(read):
    """Ground temperatures, comments and design conditions in any order are known; another line is named."""
    lines = HEAD.splitlines()
    moved = "\n".join([lines[0], *lines[3:7], lines[1], lines[2], lines[7]]) + "\n"
    assert not read(epw(moved))[1]
    assert "SNOW LOADS" in read(epw(HEAD.replace("COMMENTS 1", "SNOW LOADS,3\nCOMMENTS 1")))[1]


def test_d_records_within_an_hour_are_averaged(read):
    """An EPW file with two records an hour, or a table each half hour, has the means of its hours."""
    year, notes = read(epw(HEAD.replace("PERIODS,1,1", "PERIODS,1,2"), parts=2))
    np.testing.assert_allclose(year.drybulb, DRY)
    assert "2 records an hour" in notes
    halves = [datetime(2023, 1, 1) + timedelta(minutes=30 * step) for step in range(17520)]
    year, notes = read(
        rows("time,temp_c,rh_pct", iso(halves), np.repeat(DRY, 2) + np.tile([1, -1], 8760), np.repeat(HUMID, 2))
    )
    same(year)
    assert "2 rows an hour are averaged" in notes


def test_d_swapped_temperatures_are_refused(read):
    """A dew point or a wet bulb above the dry bulb is refused as swapped columns; EPW files alike."""
    refused(read, rows("time,temp_c,dewpoint_c", STAMPS, DEW, DRY), "swapped", "dew point")
    refused(read, rows("time,temp_c,wetbulb_c", STAMPS, WET, DRY), "swapped", "wet bulb")
    refused(read, rows("time,temp_c,wetbulb_c,rh_pct", STAMPS, WET, DRY, HUMID), "swapped", "wet bulb")
    refused(read, epw(dry=DEW, dew=DRY), "swapped", "dew point")
    few = DEW.copy()
    few[100] = DRY[100] + 4
    assert (
        "1 dew points of the weather file stand above the dry bulb (line 102)"
        in read(rows("time,temp_c,dewpoint_c,rh_pct", STAMPS, DRY, few, HUMID))[1]
    )


def test_d_a_wet_bulb_says_how_moist_the_air_is(read):
    """Dry bulb and wet bulb of 60 % humid air at sea level give 60 %; at the file's pressure likewise."""
    same(read(rows("time,Dry Bulb (°C),Wet Bulb (°C)", STAMPS, DRY, WET))[0])
    thin = air.wet_bulb(DRY, air.humidity_ratio(DRY, HUMID / 100, 82000.0), 82000.0)
    same(read(rows("time,tdb [C],twb [C],pressure [hPa]", STAMPS, DRY, thin, np.full(8760, 820)))[0])


@pytest.mark.parametrize(
    ("heading", "dry", "sep"),
    [
        ("time,temp_f,rh_pct", DRY * 1.8 + 32, ","),
        ("time,Temperature (°F),RH (%)", DRY * 1.8 + 32, ","),
        ("time,dry-bulb [K],Relative Humidity [%]", DRY + 273.15, ","),
        ("time;temp;rh\niso8601;°F;%", DRY * 1.8 + 32, ";"),
        ("time\tt2m\trh\n\t℃\t%", DRY, "\t"),
    ],
)
def test_d_units_in_a_heading_or_below_it_are_read(read, heading, dry, sep):
    """Fahrenheit, kelvin and degC by the heading or by a row of units below it are one year."""
    same(read(rows(heading, STAMPS, np.round(dry, 4), HUMID, sep=sep))[0])


def test_d_units_that_contradict_or_are_unknown_are_refused(read):
    """A heading in °C over a row of °F, humidity in g/kg, temperature in R: refused by name."""
    refused(read, rows("time,temp (°C),rh\n,°F,%", STAMPS, DRY, HUMID), "°F", "agree")
    refused(read, rows("time,temp_c,humidity [g/kg]", STAMPS, DRY, HUMID), "g/kg")
    refused(read, rows("time,temp [R],rh", STAMPS, DRY, HUMID), "degC, degF or K")


def test_d_two_columns_of_one_quantity_must_agree(read):
    """Dry bulb in degC and in degF side by side is one; two that differ are refused with their names."""
    same(read(rows("time,temp_c,temp_f,rh_pct", STAMPS, DRY, np.round(DRY * 1.8 + 32, 1), HUMID))[0])
    refused(read, rows("time,temp_c,t2m_c,rh_pct", STAMPS, DRY, DRY + 2, HUMID), "temp_c, t2m_c")


def test_d_decimal_commas_are_read(read):
    """12,5 between semicolons is 12.5 degC."""
    dry, humid = ([str(value).replace(".", ",") for value in column] for column in (DRY, HUMID))
    same(read(rows("time;temp_c;rh_pct", STAMPS, dry, humid, sep=";"))[0])
    same(read(("\ufeff" + rows("time;temp_c;rh_pct", STAMPS, dry, humid, sep=";")).encode())[0])


def test_d_columns_that_nothing_reads_are_named(read):
    """Wind and rain beside the columns that are needed are named in a note."""
    year, notes = read(rows("time,wind_speed_10m,temp_c,rain,rh_pct", STAMPS, HUMID, DRY, HUMID, HUMID))
    same(year)
    assert "not read: wind_speed_10m, rain" in notes


def test_d_stamps_in_utc_go_to_the_site_or_the_longitude(read):
    """Hours in UTC are those of the site's zone, else of the longitude above the table; Open-Meteo's offset is read."""
    in_utc = [time + timedelta(hours=6) for time in TIMES]
    year, notes = read(rows("time,temp_c,rh_pct", iso(in_utc, "Z"), DRY, HUMID), zone=-6.0)
    same(year)
    assert "UTC-6" in notes
    place = "latitude,longitude,elevation,utc_offset_seconds,timezone\n32.4,-92.0,170,{},{}\n\n"
    year, notes = read(
        place.format(0, "GMT") + rows("time,temperature_2m (°C),relative_humidity_2m (%)", iso(in_utc), DRY, HUMID)
    )
    same(year)
    assert (year.longitude, year.elevation) == (-92.0, 170.0)
    assert "its zone is that of its longitude, UTC-6" in notes
    local = place.format(-21600, "America/Chicago") + rows(
        "time,temperature_2m (°C),relative_humidity_2m (%)", STAMPS, DRY, HUMID
    )
    year, notes = read(local, zone=-6.0)
    same(year)
    assert not notes


def test_d_what_stands_above_a_table_is_read_or_named(read):
    """Latitude and elevation (in feet too) above the table are read, a time zone too; another statement is named."""
    text = "# latitude: 39.7\n# elevation: 6000 ft\n# station: north\n" + rows("time,temp_c,rh_pct", STAMPS, DRY, HUMID)
    year, notes = read(text)
    assert year.latitude == 39.7
    assert year.elevation == pytest.approx(1828.8)
    assert "not read above the table: station" in notes
    for zone in ("-7", "UTC-7", "MST"):
        year, notes = read(f"# time zone: {zone}\n" + rows("time,temp_c,rh_pct", STAMPS, DRY, HUMID), zone=-6.0)
        np.testing.assert_allclose(year.drybulb, np.roll(DRY, 1))
        assert "shifted" in notes
    assert (
        "America/Chicago" in read("# time zone: America/Chicago\n" + rows("time,temp_c,rh_pct", STAMPS, DRY, HUMID))[1]
    )
    refused(read, "# time zone: -7\n" + rows("time_utc,temp_c,rh_pct", STAMPS, DRY, HUMID), "one zone")
    refused(read, "# elevation: 6 furlongs\n" + rows("time,temp_c,rh_pct", STAMPS, DRY, HUMID), "elevation")


def test_d_a_factory_says_how_its_weather_was_read(tmp_path):
    """A table in UTC beside a factory file in Texas is shifted by six hours, and a warning says so."""
    (tmp_path / "sky.csv").write_text(rows("time_utc,temp_c,rh_pct,rain", STAMPS, DRY, HUMID, HUMID))
    text = schema.shipped_text("iren-horizon").replace("Childress TX}", "Childress TX, weather: sky.csv}")
    (tmp_path / "plant.yaml").write_text(text)
    factory = load(tmp_path / "plant.yaml")
    np.testing.assert_allclose(factory.plant.site.hours.drybulb, np.roll(DRY, -6))
    told = " ".join(factory.warnings)
    assert "sky.csv: stamps in UTC are shifted to the site's standard time, UTC-6" in told
    assert "not read: rain" in told


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_d_columns_units_and_zones_may_change_and_the_weather_does_not(read, data):
    """Whatever the order of columns, the unit, the separator, the zone and the first month: the same year."""
    stated, zone = data.draw(st.integers(-12, 14)), data.draw(st.integers(-12, 14))
    name, dry = data.draw(st.sampled_from([("temp_c", DRY), ("temp_f", DRY * 1.8 + 32), ("temp (K)", DRY + 273.15)]))
    days = data.draw(st.integers(0, 364))
    moved = [time + timedelta(hours=stated - zone) - timedelta(days=days) for time in TIMES]
    columns = {
        "time": iso(moved, f"{stated:+03d}:00"),
        name: np.round(np.roll(dry, 24 * days), 5),
        data.draw(st.sampled_from(["rh_pct", "RH [%]"])): np.roll(HUMID, 24 * days),
        "wind": HOUR,
    }
    order = data.draw(st.permutations(sorted(columns)))
    sep = data.draw(st.sampled_from(",;\t|"))
    year, notes = read(rows(sep.join(order), *(columns[each] for each in order), sep=sep), zone=float(zone))
    np.testing.assert_allclose(year.drybulb, DRY, atol=1e-4)
    assert "wind" in notes
    assert ("shifted" in notes) == (stated != zone)
