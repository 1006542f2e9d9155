"""Hours of a supply: windows that cover the year, made years of sun, wind and market, series that are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.plant.hours import HOURS, cover, inside, market_year, solar_year, wind_year
from computefactory.plant.sources import Window
from computefactory.plant.supply_bill import ratcheted
from computefactory.schema.derive import month_range
from computefactory.schema.series import read_series
from computefactory.tables import Refused

YEAR = tuple(range(1, 13))


def window(price=1.0, months=YEAR, days="all", first=0, last=24, rest=0.0):
    return Window("w", price, months, days, first, last, rest)


def test_a_window_holds_its_hours():
    assert inside(window()).sum() == HOURS
    assert inside(window(months=(6, 7, 8, 9))).sum() == (30 + 31 + 31 + 30) * 24
    assert inside(window(first=13, last=19)).sum() == 365 * 6
    assert inside(window(first=22, last=6)).sum() == 365 * 8  # over midnight
    assert inside(window(days="weekdays")).sum() + inside(window(days="weekends")).sum() == HOURS
    assert inside(window(days="weekdays")).sum() == 261 * 24  # the year begins on a Monday


def test_the_rest_takes_what_others_leave():
    price, count = cover([window(0.09, (7,), "all", 13, 19), window(0.03, rest=1.0)])
    assert np.all(count == 1)
    assert price.mean() == pytest.approx(0.03 + 0.06 * 31 * 6 / HOURS)


def test_hours_without_a_price_and_with_two_are_counted():
    _, count = cover([window(0.09, first=6, last=18), window(0.03, first=17, last=24)])
    assert (count == 0).sum() == 365 * 6
    assert (count == 2).sum() == 365


@pytest.mark.parametrize(("text", "months"), [("6-9", (6, 7, 8, 9)), ("11-2", (11, 12, 1, 2)), ("7", (7,))])
def test_months_may_run_over_the_new_year(text, months):
    assert month_range(text) == months


@given(share=st.floats(0, 1), months=st.integers(1, 24), peaks=st.lists(st.floats(0, 100), min_size=2, max_size=60))
def test_a_ratchet_is_that_of_a_loop(share, months, peaks):
    found = ratcheted(np.array(peaks), share, months)
    for month, floor in enumerate(found):
        before = peaks[max(month - months, 0) : month]
        assert floor == pytest.approx(share * max(before, default=0.0))


@settings(max_examples=20, deadline=None)
@given(latitude=st.floats(-60, 60), factor=st.floats(0.05, 0.3))
def test_the_sun_gives_its_capacity_factor_and_nothing_at_midnight(latitude, factor):
    year = solar_year(latitude, factor, 0.4)
    assert year.mean() == pytest.approx(factor, abs=1e-6)
    assert year.min() >= 0
    assert year.max() <= 1
    if abs(latitude) < 40:
        assert not year[::24].any()
    summer, winter = year[4000:4720].mean(), year[:720].mean()
    assert (summer >= winter) == (latitude >= 0) or abs(latitude) < 15


def test_the_wind_gives_its_capacity_factor():
    year = wind_year(0.36, 0.97)
    assert year.mean() == pytest.approx(0.36, abs=1e-3)
    assert np.corrcoef(year[1:], year[:-1])[0, 1] > 0.8


@pytest.mark.parametrize(
    "row",
    [
        (0.034, 0.014, 0.027, 0.072, 0.15, 1.2, 0.87),  # a market with spikes
        (0.055, -0.055, 0.053, 0.182, 0.27, 1.73, 0.88),  # prices below zero
        (0.012, 0.012, 0.0121, 0.0122, 0.033, 0.108, 0.95),  # administered prices
    ],
)
def test_a_made_market_has_the_quantiles_the_mean_and_the_persistence(row):
    mean, p05, median, p95, p99, highest, persistence = row
    year = market_year(mean, p05, median, p95, p99, highest, persistence, 0.5, 0.3)
    assert year.mean() == pytest.approx(mean, rel=1e-9)
    shift = year.mean() - mean
    assert np.quantile(year, 0.5) == pytest.approx(median + shift, rel=0.1)
    assert np.quantile(year, 0.95) == pytest.approx(p95 + shift, rel=0.1)
    assert (year.min() < 0) == (p05 < 0)
    assert np.corrcoef(np.argsort(np.argsort(year))[1:], np.argsort(np.argsort(year))[:-1])[0, 1] > 0.6
    np.testing.assert_array_equal(year, market_year(*row, 0.5, 0.3))


def test_made_years_meet_the_statistics_of_the_library_rows():
    library = Library.load()
    for key in library.keys("wholesale_price")[::6]:
        names = ("mean", "p05", "median", "p95", "p99", "max", "lag_1_autocorrelation")
        row = [float(library.fact("wholesale_price", key, name).value) for name in names]
        year = market_year(*row, 0.5, 0.3)
        assert year.mean() == pytest.approx(row[0], abs=1e-9)
        for share, value in zip((0.05, 0.5, 0.95), row[1:4], strict=True):
            assert np.quantile(year, share) == pytest.approx(value, abs=0.01 * row[0]), key


def series_file(tmp_path, rows, name="prices.csv"):
    file = tmp_path / name
    file.write_text("\n".join(rows), encoding="utf-8")
    return str(file)


def test_a_series_may_have_a_heading_times_and_a_leap_day(tmp_path):
    plain = series_file(tmp_path, [str(hour / 1e4) for hour in range(8760)])
    assert read_series(plain).values[:2] == (0.0, 0.0001)
    stamps = np.arange("2023-01-01T00", "2024-01-01T00", dtype="datetime64[h]")
    timed = series_file(tmp_path, ["time,price", *(f"{stamp}:00,-1.5" for stamp in stamps)], "timed.csv")
    assert read_series(timed).values == (-1.5,) * 8760
    leap = series_file(tmp_path, [str(hour / 1e4) for hour in range(8784)], "leap.csv")
    year = read_series(leap).values
    assert len(year) == 8760
    assert year[1415] == 0.1415
    assert year[1416] == 0.1440  # 1 March follows 28 February


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["1"] * 8759, "8,759 hours"),
        (["1"] * 100 + [""] + ["1"] * 8660, ""),
        (["1"] * 100 + ["n/a"] + ["1"] * 8659, "no number in 1 of 8,760 rows"),
        (["1"] * 100 + ["nan"] + ["1"] * 8659, "no number in 1 of 8,760 rows"),
        (["2023-01-01T00:00,1", "2023-01-01T01:00,1", "2023-01-01T03:00,1"], "8,757 hours are missing"),
        ([], "an empty file"),
    ],
)
def test_a_wrong_series_says_what_is_wrong(tmp_path, rows, said):
    name = series_file(tmp_path, rows)
    if not said:  # an empty line is no row
        assert len(read_series(name).values) == 8760
        return
    with pytest.raises(Refused) as error:
        read_series(name)
    assert said in error.value.given
