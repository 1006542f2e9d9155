"""Disclosed PUE of sites and regions against one design each, chosen by what operators say, never by its result."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from computefactory.library import Library
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs import Cooling, Electrical
from computefactory.plant.power import chain
from computefactory.schema.standard import cooling_of, site_of

__all__ = ["Regions", "Site", "electrical_of", "regions", "sites"]

Array = NDArray[np.float64]

LOAD = 0.8
NEAR = 0.06
LIQUID_ESIF = 0.9  # of the heat of its computers goes to water (NREL/PR-2C00-70433 says over 90 %)
# region of the disclosure -> place of the library within 60 km; regions without one are left out. The disclosed
# coordinates of Sao Paulo and Northern California are wrong, so names decide.
PLACES = {
    "ap-northeast-1": "Tokyo",
    "ap-south-1": "Mumbai",
    "ap-south-2": "Hyderabad",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
    "ap-southeast-3": "Jakarta",
    "ap-southeast-4": "Melbourne",
    "ca-central-1": "Montreal",
    "eu-central-1": "Frankfurt",
    "eu-north-1": "Stockholm (Arlanda)",
    "eu-south-2": "Madrid",
    "eu-west-1": "Dublin",
    "me-central-1": "Dubai",
    "sa-east-1": "Sao Paulo",
    "us-east-1": "Ashburn VA (Leesburg)",
    "us-east-2": "Columbus OH (New Albany)",
    "us-west-1": "Santa Clara (San Jose) CA",
    "us-west-2": "Hillsboro OR",
}
OUTLIER = "Frankfurt"  # 1.32 to 1.35 in a climate of 1.10: no rule of climate can hold both


def electrical_of(library: Library, redundancy: str = "N+1") -> Electrical:
    """The chain of the library's rows."""
    names = ("transformer", "ups", "ups_no_load", "distribution", "power_factor", "redundancy_modules")
    return Electrical(*(float(library.fact("electrical", redundancy, name).value) for name in names))


def annual(cooling: Cooling, weather: Weather, electrical: Electrical, liquid: float = 0.0) -> float:
    """Energy-weighted PUE of a year."""
    return float(chain(LOAD, cool(cooling, weather, LOAD, liquid), electrical).grid.mean() / LOAD)


@dataclass(frozen=True, slots=True)
class Regions:
    """Places with disclosed and our PUE, and how they agree."""

    places: tuple[str, ...]
    published: Array
    ours: Array

    def without(self, place: str) -> Regions:
        """The others."""
        kept = np.array([name != place for name in self.places])
        return Regions(tuple(np.array(self.places)[kept]), self.published[kept], self.ours[kept])

    @property
    def rank(self) -> float:
        """Spearman's rank correlation."""
        return float(spearmanr(self.published, self.ours).statistic)

    @property
    def near(self) -> float:
        """Share within 0.06."""
        return float(np.mean(np.abs(self.published - self.ours) <= NEAR))

    @property
    def bias(self) -> float:
        """Mean of ours less disclosed."""
        return float(np.mean(self.ours - self.published))


def regions(library: Library, year: str = "2024") -> Regions:
    """AWS regions, all with outdoor air and adiabatic cooling within the recommended envelope, library rows, N+1."""
    electrical = electrical_of(library)
    cooling = cooling_of(library, "air_adiabatic", air_class="recommended")
    names, published, ours = [], [], []
    for key in library.keys("operator_pue"):
        operator, region, *_ = (part.strip() for part in key.split(","))
        place = PLACES.get(region)
        row = f"pue_{year}"
        if not operator.startswith("Amazon") or place is None or row not in library.fields("operator_pue", key):
            continue
        names.append(place)
        published.append(float(library.fact("operator_pue", key, row).value))
        ours.append(annual(cooling, typical_weather(site_of(library, place)), electrical))
    return Regions(tuple(names), np.array(published), np.array(ours))


@dataclass(frozen=True, slots=True)
class Site:
    """A disclosed site: what was said, what ours is with central rows and with rows at both ends."""

    name: str
    published: str
    ours: float
    low: float
    high: float
    said: str


def _range(
    library: Library, architecture: str, base: dict[str, float], weather: Weather, electrical: Electrical, liquid: float
) -> tuple[float, float, float]:
    """PUE with the rows' values, and with fans, pumps and lighting at their lows and highs."""
    moved = ("fan_pressure", "heat_rejection_fan", "pump_power", "lighting")
    ends: dict[str, dict[str, float]] = {"low": {}, "high": {}}
    for name in moved:
        fact = library.fact("cooling", architecture, name)
        ends["low"][name], ends["high"][name] = float(fact.low or fact.value), float(fact.high or fact.value)
    values = []
    for end in ({}, ends["low"], ends["high"]):
        cooling = cooling_of(library, architecture, air_class="recommended", **{**base, **end})
        values.append(annual(cooling, weather, electrical, liquid))
    return values[0], values[1], values[2]


def sites(library: Library) -> list[Site]:
    """ESIF and Prineville."""
    bare = replace(electrical_of(library, "N"), ups=1.0, ups_no_load=0.0)
    golden = typical_weather(site_of(library, "Golden CO (NREL)"))
    warm = {"water_cooled": 1.0, "condenser_rise": 5.0, "liquid_supply": 24.0}
    esif = _range(library, "direct_to_chip_dry_cooler", warm, golden, bare, LIQUID_ESIF)
    prineville = typical_weather(site_of(library, "Prineville OR"))
    ocp = _range(library, "air_adiabatic", {}, prineville, bare, 0.0)
    return [
        Site("NREL ESIF, Golden CO", "1.036", *esif, "warm water on towers, no chillers; computers without a UPS"),
        Site("Prineville OR", "1.07 to 1.09", *ocp, "outdoor air and adiabatic; batteries in the rack row, no UPS"),
    ]
