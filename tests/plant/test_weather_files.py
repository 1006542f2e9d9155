"""The year made from normals against real hourly years, where those are at hand."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace

import numpy as np
import pytest

from computefactory.plant import air
from computefactory.plant.climate import DAYS_OF_MONTH, Weather, typical_weather
from computefactory.plant.cooling import cool
from computefactory.plant.power import chain

FILES = [
    "USA_CA_San.Francisco.Intl.AP.724940_TMY3.epw.gz",
    "USA_CO_Denver.Intl.AP.725650_TMY3.epw.gz",
    "USA_CO_Golden-NREL.724666_TMY3.epw.gz",
    "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw.gz",
    "USA_MA_Boston-Logan.Intl.AP.725090_TMY3.epw.gz",
    "USA_PA_Pittsburgh-Allegheny.County.AP.725205_TMY3.epw.gz",
]
DAY_MONTHS = np.repeat(np.arange(12), DAYS_OF_MONTH)


@pytest.fixture(scope="module", params=FILES, ids=lambda name: name.split(".7")[0])
def years(request, shared, campus):
    """A real year and the one made from its own monthly normals."""
    with gzip.open(shared / "weather" / request.param, "rt", encoding="latin-1", newline="") as file:
        lines = list(csv.reader(file))
    elevation, hours = float(lines[0][9]), lines[8:]
    drybulb = np.array([float(row[6]) for row in hours])
    relative = np.array([float(row[8]) for row in hours]) / 100
    days = drybulb.reshape(365, 24)

    def monthly(daily):
        return tuple(np.bincount(DAY_MONTHS, daily) / DAYS_OF_MONTH)

    site = replace(
        campus.site,
        elevation=elevation,
        drybulb_mean=monthly(days.mean(axis=1)),
        drybulb_max=monthly(days.max(axis=1)),
        drybulb_min=monthly(days.min(axis=1)),
        relative_humidity=monthly(relative.reshape(365, 24).mean(axis=1)),
    )
    pressure = air.pressure_at(elevation)
    real = Weather(drybulb, air.humidity_ratio(drybulb, relative, pressure), pressure)
    return real, typical_weather(site)


@pytest.mark.parametrize("design", ["campus", "hall", "tower"])
def test_annual_pue_and_wue(years, design, request):
    site = request.getfixturevalue("campus" if design == "campus" else "hall")
    plant = site.cooling[0]
    if design == "tower":
        plant = replace(plant, water_cooled=1.0, condenser_rise=5.0)
    draws = [cool(plant, weather, 0.8, 0.7) for weather in years]
    pues = [chain(0.8, draw, site.electrical).grid.mean() / 0.8 for draw in draws]
    assert pues[1] == pytest.approx(pues[0], abs=0.005)  # half of what the model asks for
    waters = [draw.water.mean() / 0.8 for draw in draws]
    assert waters[1] == pytest.approx(waters[0], abs=0.05)


def test_the_hottest_hour_is_short_of_the_real_one_by_a_known_amount(years):
    """Monthly normals hold no heat waves: -9 to +2 K over 27 hourly years, so the extreme margin must cover it."""
    real, made = years
    assert -9 < made.drybulb.max() - real.drybulb.max() < 2
