"""Series of prices in files: unit, column, marks and stamps are read, refused, or named in a note."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.model import load
from computefactory.schema.series import PRICE, SHARE, read_series
from computefactory.tables import Refused

HOUR = np.arange(8760)
PRICES = np.round(30 + 20 * np.sin(2 * np.pi * HOUR / 24) - 15 * np.cos(2 * np.pi * HOUR / 8760) + HOUR % 7, 2)
START = datetime(2023, 1, 1)
TIMES = [START + timedelta(hours=int(hour)) for hour in HOUR]
FORWARD, BACK = datetime(2023, 3, 12, 2), datetime(2023, 11, 5, 1)  # of a clock in the United States, 2023
COUNT = itertools.count()


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """The year of a text, in USD/MWh, and what was noted."""
    folder = tmp_path_factory.mktemp("series")

    def reader(text, of=PRICE, **about):
        file = folder / f"{next(COUNT)}.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = read_series(str(file), of, **about)
        return np.array(found.values) * (1000 if of is PRICE else 1), " ".join(found.notes)

    return reader


def rows(heading, *columns, sep=","):
    """A table of columns of texts or numbers."""
    return "\n".join([heading, *(sep.join(map(str, cells)) for cells in zip(*columns, strict=True))]) + "\n"


def iso(times, tail=""):
    """Texts of moments as ISO 8601."""
    return [f"{text}{tail}" for text in np.datetime_as_string(np.array(times, dtype="datetime64[m]"))]


STAMPS = iso(TIMES)


def summer(time):
    """A moment of standard time by a clock that is put forward and back."""
    return time + timedelta(hours=bool(FORWARD <= time < BACK))


def same(found, expected=PRICES):
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def refused(read, text, *words, **about):
    with pytest.raises(Refused) as error:
        read(text, **about)
    told = f"{error.value.line} {error.value.given}; {error.value.expected}. {error.value.hint}"
    for word in words:
        assert word in told, told


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("time,price [USD/MWh]", 1),
        ("time,Price (USD/MWh)", 1),
        ("time,price USD/MWh", 1),
        ("time,LMP $/MWh", 1),
        ("time,price_usd_per_mwh", 1),
        ("time,price_usd_mwh", 1),
        ("time,price (usd/mwh)", 1),
        ("time,USD/MWh", 1),
        ("Time Stamp,LBMP ($/MWHr)", 1),
        ("time,Price (USD/kWh)", 1000),
        ("time,usd_per_kwh", 1000),
        ("# unit: USD/MWh\ntime,price", 1),
        ("time,price\n,USD/MWh", 1),
        ("ISO8601,\ntime,price [USD/MWh]", 1),
    ],
)
def test_d_a_unit_in_a_heading_is_the_unit(read, heading, scale):
    """8,760 prices of about 30 under a heading of USD/MWh are 30 USD/MWh, never 30 USD/kWh."""
    same(read(rows(heading, STAMPS, PRICES / scale))[0])


def test_d_two_units_for_one_column_are_refused(read):
    """A heading of USD/MWh beside unit: USD/kWh, or over a row of units that says USD/kWh, is refused."""
    text = rows("time,price [USD/MWh]", STAMPS, PRICES)
    same(read(text, unit="$/MWh")[0])
    refused(read, text, "price [USD/MWh]", "unit: USD/kWh", unit="USD/kWh")
    refused(read, rows("time,price [USD/MWh]\n,USD/kWh", STAMPS, PRICES), "USD/kWh", "agree")
    refused(read, rows("# unit: USD/kWh\ntime,price [USD/MWh]", STAMPS, PRICES), "USD/MWh", "USD/kWh", "one unit")


@pytest.mark.parametrize("unit", ["EUR/MWh", "€/MWh", "MW", "USD/MMWh", "degC"])
def test_d_another_unit_is_refused_by_name(read, unit):
    """A price in another currency (here EUR), a load, a misspelt unit: refused with the heading, not read as USD."""
    refused(read, rows(f"time,price [{unit}]", STAMPS, PRICES), unit)


def test_d_prices_without_a_unit_that_can_be_none_per_kwh_are_refused(read):
    """Prices of 30 without any unit would be 30 USD per kWh: refused, with what to write."""
    refused(read, rows("time,price", STAMPS, PRICES), "no unit", "unit: USD/MWh")
    same(read(rows("time,price", STAMPS, PRICES), unit="USD/MWh")[0])
    same(read(rows("time,price", STAMPS, PRICES / 1000))[0])


@pytest.mark.parametrize(
    "heading",
    [
        "time,price [USD/MWh],load [MW]",
        "time,price [USD/MWh],volume",
        "time,price [USD/MWh],price [EUR/MWh]",
        "node,price [USD/MWh],settled",
    ],
)
def test_d_of_several_columns_the_one_in_the_right_unit_is_read(read, heading):
    """Beside a load, a volume or a price in EUR that in USD/MWh is read, wherever it stands, the rest named."""
    first = STAMPS
    for order in ((1, 2, 0), (2, 0, 1), (0, 1, 2)):
        columns = (first, PRICES, PRICES[::-1] + 500)
        text = rows(",".join(heading.split(",")[k] for k in order), *(columns[k] for k in order))
        found, notes = read(text)
        same(found)
        assert f"not read: {heading.split(',')[2]}" in notes


def test_d_ambiguous_columns_are_refused_with_the_way_to_name_one(read):
    """Two columns that may both be the price are refused with their names; ``column:`` takes one of them."""
    text = rows("time,day ahead [USD/MWh],real time [USD/MWh]", STAMPS, PRICES, PRICES + 5)
    refused(read, text, "day ahead", "real time", "column:")
    same(read(text, column="day ahead [USD/MWh]")[0])
    found, notes = read(text, column="real_time")
    same(found, PRICES + 5)
    assert "not read: day ahead" in notes
    refused(read, text, "no column spot", column="spot")
    refused(read, rows("time,a,b", STAMPS, PRICES, PRICES), "a, b", unit="USD/MWh")


def comma(values, digits=2):
    return [f"{value:.{digits}f}".replace(".", ",") for value in values]


def test_d_decimal_commas_and_semicolons_are_read(read):
    """45,12 with semicolons, in quotation marks, or alone on its line is 45.12."""
    same(read(rows("time;price [USD/MWh]", STAMPS, comma(PRICES), sep=";"))[0])
    same(read(rows("time\tprice [USD/MWh]", STAMPS, comma(PRICES), sep="\t"))[0])
    same(read(rows("time,price [USD/MWh]", STAMPS, [f'"{text}"' for text in comma(PRICES)]))[0])
    same(read(rows("USD/MWh", comma(PRICES)))[0])
    same(read("\ufeff" + rows("time;price [USD/MWh]", STAMPS, comma(PRICES), sep=";"))[0])
    same(read(rows("time;price [USD/MWh]", STAMPS, comma(PRICES), sep=";").encode("utf-16"))[0])


def test_d_commas_that_may_mean_two_things_are_refused(read):
    """1,234 in every row may be a thousand or one and a bit; 34,5 between commas is two cells: both are refused."""
    refused(read, rows("time;price [USD/MWh]", STAMPS, comma(PRICES + 20, 3), sep=";"), "one way")
    refused(read, rows("time,price [USD/MWh]", STAMPS, comma(PRICES)), "3 cells", "separator")


def test_d_thousands_are_read_where_they_are_clear(read):
    """1,234.50 is 1234.5, 1.234,50 too, and 1 234.5; a mixture is refused."""
    high = PRICES * 100
    same(read(rows("time;USD/MWh", STAMPS, [f"{price:,.2f}" for price in high], sep=";"))[0], high)
    swapped = [f"{price:,.2f}".translate(str.maketrans(",.", ".,")) for price in high]
    same(read(rows("time;USD/MWh", STAMPS, swapped, sep=";"))[0], high)
    same(read(rows("time;USD/MWh", STAMPS, [f"{price:,.2f}".replace(",", " ") for price in high], sep=";"))[0], high)
    refused(read, rows("time;USD/MWh", STAMPS, ["1,5", *[f"{price:.1f}" for price in PRICES[1:]]], sep=";"), "1,5")


def test_d_stamps_that_begin_in_july_are_turned(read):
    """Hours from 1 July on to 30 June are turned to begin in January, and that is said."""
    times = [datetime(2022, 7, 1) + timedelta(hours=int(hour)) for hour in HOUR]
    found, notes = read(rows("time,USD/MWh", iso(times), np.roll(PRICES, 184 * 24)))
    same(found)
    assert "2022-07-01" in notes
    assert "January" in notes


@pytest.mark.parametrize("zone", [-6.0, 5.5, 0.0])
def test_d_stamps_in_utc_or_with_an_offset_are_shifted_to_the_site(read, zone):
    """A year written in UTC, with Z, with the site's offset or another one, is the year in the site's standard time."""
    ahead = timedelta(hours=zone)
    in_utc = [time - ahead for time in TIMES]
    texts = [
        rows("time_utc,USD/MWh", iso(in_utc), PRICES),
        rows("time,USD/MWh", iso(in_utc, "Z"), PRICES),
        rows("Start (UTC),USD/MWh", iso(in_utc), PRICES),
        rows("time,USD/MWh", iso([time + timedelta(hours=2) for time in in_utc], "+02:00"), PRICES),
        rows("unix time,USD/MWh", [int((t - datetime(1970, 1, 1)).total_seconds()) for t in in_utc], PRICES),
    ]
    for text in texts:
        found, notes = read(text, zone=zone)
        same(found)
        assert "shifted" in notes or not zone or "+02:00" in text
    assert "kept" in read(texts[0])[1]


def test_d_a_clock_put_forward_and_back_is_put_right(read):
    """Prevailing time with its gap in March and its double hour in November is the year in standard time."""
    clock = [summer(time) for time in TIMES]
    found, notes = read(rows("datetime_beginning_ept,USD/MWh", iso(clock), PRICES))
    same(found)
    assert "summer" in notes
    offsets = ["-05:00" if summer(time) != time else "-06:00" for time in TIMES]
    text = rows("time,USD/MWh", [a + b for a, b in zip(iso(clock), offsets, strict=True)], PRICES)
    same(read(text, zone=-6.0)[0])
    back = rows("time,USD/MWh", iso(clock)[::-1], PRICES[::-1])
    same(read(back)[0])


def test_d_stamps_out_of_order_are_put_in_order_and_said(read):
    """Two rows that change places, or the newest first, give the same year; the first is named by its line."""
    order = HOUR.copy()
    order[[100, 200]] = 200, 100
    stamps = STAMPS
    found, notes = read(rows("time,USD/MWh", [stamps[k] for k in order], PRICES[order]))
    same(found)
    assert "out of order" in notes
    assert "line 103" in notes
    same(read(rows("time,USD/MWh", stamps[::-1], PRICES[::-1]))[0])


def test_d_stamps_twice_missing_or_of_two_years_are_refused(read):
    """An hour twice, a missing one, two years, several series in one file, half of a year: refused with their place."""
    stamps = STAMPS
    again = [*stamps[:101], stamps[100], *stamps[102:]]
    refused(read, rows("time,USD/MWh", again, PRICES), "103", "twice")
    kept = [k for k in HOUR if k != 1234]
    refused(read, rows("time,USD/MWh", [stamps[k] for k in kept], PRICES[kept]), "1 hours are missing", "21 Feb, 10:00")
    refused(read, rows("time,USD/MWh", stamps[:5000], PRICES[:5000]), "3,760 hours are missing")
    two = iso([*TIMES, *[time + timedelta(days=365) for time in TIMES]])
    refused(read, rows("time,USD/MWh", two, np.tile(PRICES, 2)), "more than one year", "8762")
    both = rows("node,time,USD/MWh", np.repeat(["A", "B"], 8760), stamps * 2, np.tile(PRICES, 2))
    refused(read, both, "twice", "one node")


def test_d_a_leap_day_is_left_out(read):
    """8,784 hours of 2024, with stamps or without, lose 29 February."""
    times = [datetime(2024, 1, 1) + timedelta(hours=hour) for hour in range(8784)]
    prices = np.insert(PRICES, [1416] * 24, 999.0)
    same(read(rows("time,USD/MWh", iso(times), prices))[0])
    same(read(rows("USD/MWh", prices))[0])


def test_d_stamps_in_two_zones_are_refused(read):
    """Stamps of which some have a zone, or zones that are no summer time, or a heading that says another: refused."""
    mixed = [*iso(TIMES[:4000], "Z"), *iso(TIMES[4000:])]
    refused(read, rows("time,USD/MWh", mixed, PRICES), "4002", "all stamps with a zone")
    mixed = [*iso(TIMES[:4000], "-06:00"), *iso(TIMES[4000:], "+01:00")]
    refused(read, rows("time,USD/MWh", mixed, PRICES), "several zones")
    refused(read, rows("time_utc,USD/MWh", iso(TIMES, "-06:00"), PRICES), "one zone")
    refused(read, rows("time [XYZT],USD/MWh", STAMPS, PRICES), "XYZT")
    refused(read, rows("time,USD/MWh", iso(TIMES, " QQT"), PRICES), "QQT")


@pytest.mark.parametrize("stamp", ['"Jan 1, 2023 1 AM"', "44927.0416", "first", "2023-W01-1"])
def test_d_a_time_that_is_not_understood_is_refused(read, stamp):
    """A column called time with stamps that nothing reads is refused, never taken for rows from January on."""
    refused(read, rows("time,USD/MWh", [stamp] * 8760, PRICES), stamp.strip('"')[:6])


@pytest.mark.parametrize("minutes", [15, 30])
def test_d_steps_within_an_hour_are_averaged_and_said(read, minutes):
    """Prices each 5, 15 or 30 minutes are the means of their hours."""
    parts = 60 // minutes
    times = [START + timedelta(minutes=minutes * step) for step in range(8760 * parts)]
    prices = np.repeat(PRICES, parts) + np.tile(np.arange(parts) - (parts - 1) / 2, 8760)
    found, notes = read(rows("time,USD/MWh", iso(times), prices))
    same(found)
    assert f"{parts} rows an hour are averaged" in notes
    if minutes > 15:
        same(read(rows("USD/MWh", prices))[0])
        short = rows("time,USD/MWh", iso(times)[:-1], prices[:-1])
        refused(read, short, "1 hours are missing or not whole", "31 Dec, 23:00")


def test_d_other_steps_are_refused(read):
    """Three-hourly, daily or monthly rows are no hours: refused with their step."""
    for hours, many in ((3, 2920), (24, 365)):
        times = [START + timedelta(hours=hours * step) for step in range(many)]
        refused(read, rows("time,USD/MWh", iso(times), PRICES[:many]), f"each {hours} hours")


def test_d_ends_of_hours_are_told_from_starts(read):
    """Hour ending 1 to 24, 24:00, interval_end, or a year that runs from 01:00 to the new year: the hour before."""
    ended = [time + timedelta(hours=1) for time in TIMES]
    same(read(rows("interval_end,USD/MWh", iso(ended), PRICES))[0])
    found, notes = read(rows("time,USD/MWh", iso(ended), PRICES))
    same(found)
    assert "ends of their intervals" in notes
    same(read(rows("interval start,interval end,USD/MWh", STAMPS, iso(ended), PRICES))[0])
    same(read(rows("date,hour,USD/MWh", [f"{t:%Y-%m-%d}" for t in TIMES], HOUR % 24 + 1, PRICES))[0])
    same(read(rows("date,hour,USD/MWh", [f"{t:%Y-%m-%d}" for t in TIMES], HOUR % 24, PRICES))[0])


def test_d_the_files_of_markets_are_read(read):
    """ERCOT, PJM, CAISO, ENTSO-E and Nord Pool write headings and stamps in their own ways: each is the same year."""
    clock = [summer(time) for time in TIMES]
    flag = ["Y" if a == b else "N" for a, b in zip(clock[1:], clock, strict=False)]
    days, ending = [f"{time:%m/%d/%Y}" for time in clock], [f"{time.hour + 1:02d}:00" for time in clock]
    ercot = rows(
        "Delivery Date,Hour Ending,Repeated Hour Flag,Settlement Point,Settlement Point Price ($/MWh)",
        days, ending, ["N", *flag], ["HB_WEST"] * 8760, PRICES,
    )  # fmt: skip
    found, notes = read(ercot)
    same(found)
    assert "not read: Settlement Point" in notes
    quarter = rows(
        "Delivery Date,Delivery Hour,Delivery Interval,Settlement Point Price ($/MWh)",
        np.repeat([f"{time:%m/%d/%Y}" for time in TIMES], 4), np.repeat(HOUR % 24 + 1, 4), np.tile([1, 2, 3, 4], 8760),
        np.repeat(PRICES, 4) + np.tile([-3, -1, 1, 3], 8760),
    )  # fmt: skip
    same(read(quarter)[0])
    east = [f"{time - timedelta(hours=-5):%m/%d/%Y %I:%M:%S %p}" for time in TIMES]
    pjm = rows(
        "datetime_beginning_utc,datetime_beginning_ept,pnode_name,system_energy_price_da,total_lmp_da",
        east, [f"{time:%m/%d/%Y %I:%M:%S %p}" for time in clock], ["AEP"] * 8760, PRICES + 3, PRICES,
    )  # fmt: skip
    refused(read, pjm, "system_energy_price_da", "column", unit="USD/MWh")
    same(read(pjm, unit="USD/MWh", column="total_lmp_da", zone=-5.0)[0])
    west = [time + timedelta(hours=8) for time in TIMES]
    caiso = rows(
        "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,NODE,XML_DATA_ITEM,MW",
        iso(west, ":00-00:00"), iso([time + timedelta(hours=1) for time in west], ":00-00:00"),
        [f"{time:%Y-%m-%d}" for time in clock], [time.hour + 1 for time in clock],
        ["TH_SP15"] * 8760, ["LMP_PRC"] * 8760, PRICES,
    )  # fmt: skip
    same(read(caiso, unit="USD/MWh", zone=-8.0)[0])
    span = [f"{time:%d.%m.%Y %H:%M} - {time + timedelta(hours=1):%d.%m.%Y %H:%M}" for time in TIMES]
    entsoe = rows("MTU (UTC),Day-ahead Price [USD/MWh],Currency,BZN|DE-LU", span, PRICES, ["USD"] * 8760, [""] * 8760)
    same(read(entsoe, zone=0.0)[0])
    hours = [f"{hour % 24:02d} - {hour % 24 + 1:02d}" for hour in HOUR]
    nord = "Elspot prices\n" + rows(
        "Date;Hours;SYS [USD/MWh]", [f"{time:%d-%m-%Y}" for time in TIMES], hours, comma(PRICES), sep=";"
    )
    same(read(nord)[0])


def test_d_shares_say_their_unit_too(read):
    """A profile in per cent by its heading or by ``unit: %`` is a share; without either it is refused above 1."""
    shares = np.round((PRICES - PRICES.min()) / np.ptp(PRICES), 4)
    same(read(rows("time,output", STAMPS, shares), SHARE)[0], shares)
    same(read(rows("time,output [%]", STAMPS, np.round(shares * 100, 2)), SHARE)[0], shares)
    same(read(rows("time,output", STAMPS, np.round(shares * 100, 2)), SHARE, unit="%")[0], shares)
    refused(read, rows("time,output", STAMPS, shares * 100), "no unit", of=SHARE)
    refused(read, rows("time,output [MW]", STAMPS, shares), "MW", of=SHARE)


UNITS = {"USD/MWh": 1, "$/MWh": 1, "USD/kWh": 1000}


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_d_columns_units_and_zones_may_change_and_the_year_does_not(read, data):
    """Whatever the order of columns, the unit, the separator, the decimal mark and the zone: the same year."""
    unit = data.draw(st.sampled_from(sorted(UNITS)))
    zone = data.draw(st.integers(-12, 14))
    sep = data.draw(st.sampled_from(",;\t|"))
    stated = data.draw(st.integers(-12, 14))
    prices = [f"{price / UNITS[unit]:.5f}" for price in PRICES]
    if sep != "," and data.draw(st.booleans()):
        prices = [text.replace(".", ",") for text in prices]
    moved = [time + timedelta(hours=stated - zone) for time in TIMES]
    columns = {
        "time": iso(moved, f"{stated:+03d}:00"),
        data.draw(st.sampled_from([f"price [{unit}]", f"LMP ({unit})", f"price {unit}"])): prices,
        "load [MW]": HOUR,
        "zone": ["WEST"] * 8760,
    }
    order = data.draw(st.permutations(sorted(columns)))
    found, notes = read(rows(sep.join(order), *(columns[name] for name in order), sep=sep), zone=float(zone))
    np.testing.assert_allclose(found, PRICES, rtol=1e-9)
    assert "load [MW]" in notes
    assert ("shifted" in notes) == (stated != zone)


@settings(max_examples=10, deadline=None)
@given(
    place=st.integers(0, 8759),
    word=st.sampled_from(["n/a", "", "12,3,4", "1.2.3", "x", "inf", "--", "1e999", "12 34", "€12", "NaN"]),
)
def test_d_a_cell_that_is_no_number_is_refused_with_its_line(read, place, word):
    """One cell of 8,760 that is no finite number is refused with its line."""
    prices = [f"{price:.2f}" for price in PRICES]
    prices[place] = word
    refused(read, rows("time;USD/MWh", STAMPS, prices, sep=";"), str(place + 2))


@pytest.fixture
def hall(tmp_path):
    """A site in Texas that buys at hourly prices of a file; what the file and the site say."""

    def write(text, about="", site=""):
        (tmp_path / "prices.csv").write_text(text, encoding="utf-8")
        plain = "    grid: {kind: tariff, energy: 58 USD/MWh, demand: 9.00 USD/kW-month}\n"
        whole = schema.shipped_text("legacy-h100-hall")
        whole = whole.replace(plain, f"    grid: {{kind: wholesale, hourly: {{file: prices.csv{about}}}}}\n")
        place = next(line for line in whole.splitlines() if line.startswith("site:"))
        whole = whole.replace(place, place.replace("}", f"{site}}}", 1))
        (tmp_path / "hall.yaml").write_text(whole, encoding="utf-8")
        return load(tmp_path / "hall.yaml")

    return write


def test_d_a_factory_says_how_its_prices_were_read(hall):
    """Stamps in UTC go to the place's standard time or to ``site.utc_offset``; warnings say so, and name the rest."""
    text = rows("time_utc,price [USD/MWh],load", STAMPS, PRICES, HOUR)
    factory = hall(text)
    same(np.array(factory.plant.sources[0].hourly) * 1000, np.roll(PRICES, -6))
    told = " ".join(factory.warnings)
    assert "prices.csv: stamps in UTC are shifted to the site's standard time, UTC-6" in told
    assert "not read: load" in told
    same(np.array(hall(text, site=", utc_offset: 2 h").plant.sources[0].hourly) * 1000, np.roll(PRICES, 2))
    with pytest.raises(
        FactoryFileError, match=r"prices.csv, line 1: .*hall.yaml|hall.yaml.*prices.csv, line 1: "
    ) as error:
        hall(text, about=", unit: USD/kWh")
    assert error.value.problems[0].path == "power.supply.grid.hourly.file"
    with pytest.raises(FactoryFileError, match="no column spot"):
        hall(text, about=", column: spot")
