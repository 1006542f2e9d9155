"""The typical year keeps what the normals say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import psychrolib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory.plant.climate import (
    HOURS_OF_MONTH,
    MONTH_STARTS,
    Weather,
    design_weather,
    typical_weather,
)


def monthly(values):
    return np.add.reduceat(values, MONTH_STARTS) / HOURS_OF_MONTH


@pytest.fixture(scope="session")
def site(campus):
    return campus.site


def test_a_year_of_hours(site):
    weather = typical_weather(site)
    assert weather.drybulb.shape == weather.humidity_ratio.shape == (8760,)
    assert weather.pressure == pytest.approx(psychrolib.GetStandardAtmPressure(site.elevation))


def test_monthly_means_are_the_normals(site):
    weather = typical_weather(site)
    np.testing.assert_allclose(monthly(weather.drybulb), site.drybulb_mean, atol=1e-9)
    np.testing.assert_allclose(monthly(weather.relative_humidity), site.relative_humidity, atol=2e-3)


def test_daily_extremes_are_near_the_normals(site):
    days = typical_weather(site).drybulb.reshape(365, 24)
    months = np.repeat(np.arange(12), (HOURS_OF_MONTH / 24).astype(int))
    highs = [days[months == m].max(axis=1).mean() for m in range(12)]
    lows = [days[months == m].min(axis=1).mean() for m in range(12)]
    np.testing.assert_allclose(highs, site.drybulb_max, atol=1.5)
    np.testing.assert_allclose(lows, site.drybulb_min, atol=1.5)
    hottest = days.mean(axis=0).argmax()
    assert hottest in (13, 14)  # hours 14 and 15 of the ASHRAE profile


def test_same_site_same_year(site):
    np.testing.assert_array_equal(typical_weather(site).drybulb, typical_weather(site).drybulb)


def test_anomalies_have_the_spread_and_persistence_asked_for(site):
    flat = replace(
        site, drybulb_mean=(15.0,) * 12, drybulb_max=(15.0,) * 12, drybulb_min=(15.0,) * 12,
        anomaly_floor=3.0, anomaly_range=0.0, anomaly_season=0.0,
    )  # fmt: skip
    days = typical_weather(flat).drybulb.reshape(365, 24).mean(axis=1)
    assert days.std() == pytest.approx(3.0, rel=0.2)
    lag = np.corrcoef(days[1:], days[:-1])[0, 1]
    assert lag == pytest.approx(site.persistence, abs=0.15)


def test_without_anomalies_days_of_a_month_are_alike(site):
    calm = replace(site, anomaly_floor=0.0, anomaly_range=0.0, anomaly_season=0.0)
    days = typical_weather(calm).drybulb.reshape(365, 24).mean(axis=1)
    assert np.abs(np.diff(days)).max() < 1.0


def test_design_hours_stand_beyond_the_year(site):
    year = typical_weather(site)
    design = design_weather(site, year)
    beyond = np.count_nonzero(year.drybulb > design.drybulb[0])
    assert beyond == 35  # 0.4 % of 8,760 hours
    assert design.drybulb[1] == pytest.approx(year.drybulb.max() + site.extreme_margin)
    assert design.drybulb[1] > design.drybulb[0]


def test_design_humidity_is_never_above_saturation(site):
    wet = Weather(np.full(8760, 20.0), np.full(8760, 0.0147), 101325.0)
    design = design_weather(replace(site, extreme_margin=-5.0), wet)
    assert np.all(design.relative_humidity <= 1 + 1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-40, 38), min_size=12, max_size=12),
    st.floats(0, 17),
    st.lists(st.floats(0, 1), min_size=12, max_size=12),
    st.floats(0, 4000),
)
def test_any_normals_give_a_finite_year(site, means, daily, humidity, elevation):
    site = replace(
        site,
        drybulb_mean=tuple(means),
        drybulb_max=tuple(mean + daily / 2 for mean in means),
        drybulb_min=tuple(mean - daily / 2 for mean in means),
        relative_humidity=tuple(humidity),
        elevation=elevation,
    )
    weather = typical_weather(site)
    assert np.all(np.isfinite(weather.drybulb))
    assert np.all(np.isfinite(weather.wetbulb))
    assert np.all((weather.relative_humidity >= 0) & (weather.relative_humidity <= 1 + 1e-9))
    np.testing.assert_allclose(monthly(weather.drybulb), means, atol=1e-6)
