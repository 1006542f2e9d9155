"""Disclosed PUE of sites and regions against one design each, chosen by what operators say, never by its result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from computefactory.library import Library
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs import Cooling, Electrical
from computefactory.plant.power import chain
from computefactory.schema.standard import cooling_of, site_of

__all__ = ["PLACES", "Regions", "Site", "Stated", "electrical_of", "of_place", "regions", "sites", "stated", "worth"]

Array = NDArray[np.float64]

LOAD = 0.8
NEAR = 0.06
ROUNDING = 1e-9
LIQUID_ESIF = 0.9  # of the heat of its computers goes to water (NREL/PR-2C00-70433 says over 90 %)
CONSTANT = 1.12  # what knows neither place nor plant: the figure that one operator states for a dozen of its regions
WET = 0.5  # L/kWh: a disclosed water use from here on means towers; nothing else of a disclosure is looked at
# operator -> region of the disclosure -> place of the library within 90 km of its stated coordinates; regions without
# one are left out. The disclosed coordinates of Sao Paulo and Northern California are wrong, so names decide.
PLACES = {
    "Amazon Web Services": {
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
    },
    "Google": {
        "asia-southeast1": "Singapore",
        "southamerica-west1": "Santiago",
        "us-central1": "Council Bluffs IA (Omaha)",
        "us-east4": "Ashburn VA (Leesburg)",
        "us-east5": "Columbus OH (New Albany)",
        "us-south1": "Dallas TX",
    },
    "Microsoft": {
        "asiapacific": "Jakarta",
        "australiaeast": "Sydney",
        "australiasoutheast": "Melbourne",
        "brazilsouth": "Sao Paulo",
        "centralus": "Des Moines IA",
        "eastus3": "Atlanta GA",
        "indiasouthcentral": "Hyderabad",
        "italynorth": "Milan",
        "mexicocentral": "Queretaro",
        "newzealandnorth": "Auckland",
        "northcentralus": "Chicago IL",
        "northeurope (Finland)": "Helsinki (Vantaa)",
        "northeurope (Ireland)": "Dublin",
        "polandcentral": "Warsaw",
        "southeastasia": "Singapore",
        "spaincentral": "Madrid",
        "swedencentral": "Stockholm (Arlanda)",
        "westcentralus": "Cheyenne WY",
        "westeurope": "Amsterdam",
        "westus": "Quincy WA",
        "westus3": "Phoenix AZ",
    },
}
YEARS = (
    ("Amazon Web Services", "2022"),
    ("Amazon Web Services", "2023"),
    ("Amazon Web Services", "2024"),
    ("Google", "2022"),
    ("Google", "2023"),
    ("Microsoft", "2022"),
    ("Microsoft", "2023"),
)
EXAMPLES = ("Frankfurt", "Singapore")
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

    def constant(self) -> Regions:
        """The same places, each with the constant."""
        return Regions(self.places, self.published, np.full(len(self.places), CONSTANT))

    @property
    def rank(self) -> float:
        """Spearman's rank correlation."""
        return float(spearmanr(self.published, self.ours).statistic)

    @property
    def near(self) -> float:
        """Share within 0.06."""
        return float(np.mean(np.abs(self.published - self.ours) <= NEAR + ROUNDING))

    @property
    def error(self) -> float:
        """Mean absolute error."""
        return float(np.mean(np.abs(self.ours - self.published)))

    @property
    def bias(self) -> float:
        """Mean of ours less disclosed."""
        return float(np.mean(self.ours - self.published))


def _disclosed(library: Library, operator: str, field: str) -> dict[str, float]:
    """What an operator discloses of the regions that have a place: ``pue_2024``, ``wue_2022`` ..., by place."""
    found = {}
    for region, place in PLACES[operator].items():
        key = f"{operator}, {region}"
        if field in library.fields("operator_pue", key):
            found[place] = float(library.fact("operator_pue", key, field).value)
    return found


def of_place(
    library: Library, place: str, architecture: str, *, load: float = LOAD, redundancy: str = "N+1", **changes: float
) -> float:
    """Annual PUE at a place of the library, rows but for what is stated."""
    cooling = cooling_of(library, architecture, air_class="recommended", **changes)
    weather = typical_weather(site_of(library, place))
    draw = cool(cooling, weather, load, 0.0)
    return float(chain(load, draw, electrical_of(library, redundancy)).grid.mean() / load)


def regions(library: Library, operator: str, year: str) -> Regions:
    """An operator's regions, all with outdoor air and adiabatic cooling within the recommended envelope, rows, N+1."""
    published = _disclosed(library, operator, f"pue_{year}")
    ours = [of_place(library, place, "air_adiabatic") for place in published]
    return Regions(tuple(published), np.array(list(published.values())), np.array(ours))


@dataclass(frozen=True, slots=True)
class Stated:
    """A site whose disclosed water tells how it gives off heat: PUE of one design for all, and of plants that fit."""

    place: str
    operator: str
    water: float
    published: float
    one_design: float
    without: float  # chillers all year, on towers where the water says so, else dry
    with_: float  # the same with an economiser


def stated(library: Library) -> list[Stated]:
    """Sites beyond 0.06 with one design that disclose their water: the newest year of each."""
    found: dict[str, Stated] = {}
    for operator in PLACES:
        for year in (when for who, when in YEARS if who == operator):
            waters = _disclosed(library, operator, f"wue_{year}")
            for place, published in _disclosed(library, operator, f"pue_{year}").items():
                if place not in waters:
                    continue
                wet = waters[place] >= WET
                values = [
                    of_place(library, place, name)
                    for name in ("air_adiabatic", "air_chiller" if wet else "air_cooled_chiller")
                ]
                dry: dict[str, Any] = {} if wet else {"water_cooled": 0.0, "condenser_rise": 12.5}
                values.append(of_place(library, place, "waterside_economiser", **dry))
                found[f"{operator} {place}"] = Stated(place, operator, waters[place], published, *values)
    return [each for each in found.values() if abs(each.published - each.one_design) > NEAR]


# what a file may state, from what is taken where it says nothing: field, words, changes
STATEMENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("cooling.architecture", "chillers all year on dry condensers", {"architecture": "air_cooled_chiller"}),
    ("cooling.architecture", "chillers all year on towers", {"architecture": "air_chiller"}),
    ("cooling.architecture", "tower economiser before the chillers", {"architecture": "waterside_economiser"}),
    ("cooling.architecture", "room units with refrigerant", {"architecture": "dx"}),
    ("silicon.utilisation", "load 40 % of design, not 80 %", {"load": 0.4}),
    (
        "cooling.air_supply",
        "supply air 20, not 25 degC; chilled water 12, not 18",
        {"air_supply": 20.0, "chilled_water": 12.0},
    ),
    ("cooling.carnot_fraction", "old chillers: 0.36, not 0.51 of Carnot", {"carnot_fraction": 0.36}),
    ("cooling.fan_pressure", "fans against 1,000, not 650 Pa", {"fan_pressure": 1000.0}),
    ("electrical.redundancy", "UPS 2N, not N+1", {"redundancy": "2N"}),
)


def worth(library: Library, place: str) -> list[tuple[str, str, float]]:
    """What each statement adds to the PUE of the one design at a place."""
    base = of_place(library, place, "air_adiabatic")
    return [
        (field, words, of_place(library, place, **{"architecture": "air_adiabatic", **changes}) - base)
        for field, words, changes in STATEMENTS
    ]


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
