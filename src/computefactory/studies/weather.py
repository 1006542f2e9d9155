"""What the weather of a place means for cooling: design conditions, months, bins, and who cools in how many hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from computefactory.errors import FactNotFound
from computefactory.library import Library
from computefactory.plant import conditions as outdoors
from computefactory.plant.climate import Weather, design_weather, typical_weather
from computefactory.plant.cooling import ARCHITECTURES, cool
from computefactory.plant.cooling_year import FreeHours, hours_by_source
from computefactory.plant.inputs.site import Site
from computefactory.schema.standard import cooling_of

__all__ = ["CoolingOfYear", "PlaceWeather", "weather_of"]

BIN = 5.0  # K
LOAD = 1.0  # of the design load: the plant as it was built


@dataclass(frozen=True, slots=True)
class CoolingOfYear:
    """One architecture through the typical year at its design load."""

    architecture: str
    hours: FreeHours
    power: float  # kWh per kWh of IT
    water: float  # L per kWh of IT
    warmest: float  # degC, supply to racks: liquid, or else air


@dataclass(frozen=True, slots=True)
class PlaceWeather:
    """A site's typical and extreme year; the architectures carry heat by liquid as the library's ``system`` does."""

    site: Site
    year: Weather
    design: Weather
    conditions: tuple[outdoors.Condition, ...]
    months: tuple[outdoors.Month, ...]
    bins: tuple[outdoors.Bin, ...]
    system: str
    cooling: tuple[CoolingOfYear, ...]


def weather_of(library: Library, site: Site) -> PlaceWeather:
    """Everything that can be said of a site before a factory stands there."""
    year = typical_weather(site)
    system = str(library.fact("weather", "default", "system").value)
    return PlaceWeather(
        site,
        year,
        design_weather(site, year),
        tuple(outdoors.conditions(year)),
        tuple(outdoors.months(year)),
        tuple(outdoors.bins(year, BIN)),
        system,
        tuple(_cooling(library, year, float(library.fact("system", system, "liquid_fraction").value))),
    )


def _cooling(library: Library, year: Weather, liquid: float) -> Iterator[CoolingOfYear]:
    for name, way in ARCHITECTURES.items():
        try:
            cooling = cooling_of(library, name)
        except FactNotFound:
            continue  # a user's layer may lack a row of one
        share = 0.0 if way.liquid == "none" else cooling.immersion_capture if way.immersed else liquid
        draw = cool(cooling, year, LOAD, share)
        warmest = float(draw.coolant.max()) if share else float(draw.inlet.max())
        power, water = (float(each.mean()) / LOAD for each in (draw.power, draw.water))
        yield CoolingOfYear(name, hours_by_source(draw), power, water, warmest)
