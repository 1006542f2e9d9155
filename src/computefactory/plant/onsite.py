"""Plant on the site: what machines give in the weather of each hour, and how much of it is firm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import Weather
from computefactory.plant.inputs.site import Site
from computefactory.plant.sources import Generation, Source
from computefactory.steps import hourly
from computefactory.units import Metre

__all__ = ["STEPS", "derating"]

Array = NDArray[np.float64]


def derating(plant: Generation, weather: Weather, elevation: Metre) -> Array:
    """Share of the rating that a machine gives in each hour: less with heat and altitude, nothing above its limit."""
    heat = plant.derate_temperature * np.maximum(weather.drybulb - plant.derate_from, 0.0)
    share = np.clip(1.0 - heat - plant.derate_altitude * elevation, 0.0, 1.0)
    return np.where(weather.drybulb > plant.hottest, 0.0, share)


@hourly
def firm_onsite(sources: tuple[Source, ...], full_load_weather: Weather, site: Site) -> Array:
    """Firm power on the site in typical and design hours [kW]: machines with the largest of each plant out."""
    firm = np.zeros_like(full_load_weather.drybulb)
    plants: list[Any] = [each for each in sources if each.kind == "generation"]
    for plant in plants:
        left = max(plant.capacity - min(plant.unit, plant.capacity), 0.0)
        firm = firm + left * derating(plant, full_load_weather, site.elevation)
    return firm


STEPS = (firm_onsite,)
