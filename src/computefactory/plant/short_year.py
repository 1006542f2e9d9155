"""A short year: few hours that stand for a typical one, worked out for many designs at once.

The hours of each month are sorted into equal classes by dry bulb, each of these by wet bulb; a class stands for all of
its hours at its mean dry bulb and humidity (the bin method, ASHRAE Fundamentals 2017, chapter 19, with coincident
humidity). What only the hottest hours decide is taken from the hours of each month that are highest in dry bulb, wet
bulb or enthalpy, and from the design hours. It is a guess that :mod:`computefactory.response` corrects and checks
against the whole year, never a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.climate import HOURS_OF_MONTH, MONTH_STARTS, Weather
from computefactory.plant.cooling import cool, mixture
from computefactory.plant.inputs import Cooling, Electrical
from computefactory.plant.power import chain
from computefactory.units import Celsius, Kw, One, Pascal

__all__ = ["short_year"]

Array = NDArray[np.float64]
Places = NDArray[np.intp]

BY_DRYBULB, BY_WETBULB = 24, 2  # classes of a month, and of each of these
HOTTEST = 3  # hours of a month, in each of three ways of being hot


@dataclass(frozen=True, slots=True)
class _Short:
    """Classes of hours with how many each holds, and the hours that bind; ``starts`` and ``hot_starts`` by month."""

    weather: Weather
    hours: Array
    starts: Places
    hot: Places
    hot_weather: Weather
    hot_starts: Places
    design: int  # how many of the hot hours are no month's


@lru_cache(maxsize=8)
def _shortened(weather: Weather, full: Weather) -> _Short:
    heat = air.enthalpy(weather.drybulb, weather.humidity_ratio)
    classes: list[Places] = []
    hot: list[Places] = []
    for start, length in zip(MONTH_STARTS, HOURS_OF_MONTH, strict=True):
        month = np.arange(start, start + int(length))
        for part in np.array_split(month[np.argsort(weather.drybulb[month], kind="stable")], BY_DRYBULB):
            classes += np.array_split(part[np.argsort(weather.wetbulb[part], kind="stable")], BY_WETBULB)
        ranked = [np.argsort(values[month], kind="stable") for values in (weather.drybulb, weather.wetbulb, heat)]
        hot.append(month[np.unique([order[-HOTTEST:] for order in ranked])])
    design = np.arange(len(weather.drybulb), len(full.drybulb))
    places = np.concatenate([*hot, design])
    return _Short(
        Weather(
            _means(weather.drybulb, classes), _means(weather.humidity_ratio, classes), _means(weather.pressure, classes)
        ),
        np.array([len(each) for each in classes], dtype=float),
        np.arange(len(MONTH_STARTS)) * BY_DRYBULB * BY_WETBULB,
        places,
        Weather(full.drybulb[places], full.humidity_ratio[places], _at(full.pressure, places)),
        np.cumsum([0, *(len(each) for each in hot[:-1])]),
        len(design),
    )


def _means(values: Array | Pascal, classes: list[Places]) -> Array:
    return np.array([values[each].mean() for each in classes]) if isinstance(values, np.ndarray) else np.asarray(values)


def _at(values: Array | Pascal, places: Places) -> Array | Pascal:
    return values[places] if isinstance(values, np.ndarray) else values


def short_year(
    typical_weather: Weather,
    full_load_weather: Weather,
    firm_onsite: Array,
    mean_load: One,
    hall_load_factors: tuple[One, ...],
    hall_shares: tuple[One, ...],
    cooling: tuple[Cooling, ...],
    hall_liquid: tuple[One, ...],
    hall_inlet: tuple[Celsius, ...],
    electrical: Electrical,
    connection_power: Kw,
) -> dict[str, Array]:
    """Roughly what the year comes to for many designs; numbers may be columns of shape (design, 1)."""
    if any(np.ndim(each.water_cooled) for each in cooling):
        return {}
    short = _shortened(typical_weather, full_load_weather)
    halls = list(zip(cooling, hall_liquid, hall_inlet, strict=True))
    hot = mixture([cool(each, short.hot_weather, 1.0, *air_) for each, *air_ in halls], hall_shares)
    full = chain(1.0, hot, electrical)
    made_for = (full.grid - full.transformer).max(axis=-1, keepdims=True)
    loads = [mean_load * factor for factor in hall_load_factors]
    drawn = [cool(each, short.weather, load, *air_) for (each, *air_), load in zip(halls, loads, strict=True)]
    draw = mixture(drawn, hall_shares)
    typical = chain(mean_load, draw, electrical, made_for)
    it = np.sum(typical.it * short.hours, axis=-1)
    energy, water = typical.grid * short.hours, draw.water * short.hours
    highest = full.grid.max(axis=-1)
    return {
        "pue_annual": energy.sum(axis=-1) / it,
        "wue_annual": water.sum(axis=-1) / it,
        "facility_energy_per_it_kw": np.add.reduceat(energy, short.starts, axis=-1),
        "water_per_it_kw": np.add.reduceat(water, short.starts, axis=-1),
        "peak_per_it_kw": highest,
        "pue_design": highest,
        "facility_peak_per_it_kw": np.maximum.reduceat(full.grid[..., : -short.design], short.hot_starts, axis=-1),
        "interconnection_limit": ((connection_power + firm_onsite[short.hot]) / full.grid).min(axis=-1),
    }
