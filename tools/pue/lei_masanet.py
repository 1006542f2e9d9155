"""Lei and Masanet 2022: annual PUE and WUE of ten systems in six US zones, inputs drawn from their published ranges.

Where the engine asks for something else than they published, it is mapped here; nothing is chosen by its result.

* UPS and distribution losses stand in their hall: they are given as heat and power of the hall (``lighting``), and the
  electrical chain is left without losses. Air flow serves all of that heat.
* Their water-cooled COP is a regression on part load and condenser water (2020 tool). Its value at 20 degC of condenser
  water, times (1 + their error), sets the Carnot fraction at the rating's 7 degC of chilled water. Air-cooled and
  refrigerant plants: COP 2.9 to 3.4 at 35 degC outdoors (library), times (1 + their error).
* Coil effectiveness gives the chilled water of water-side economisers; the others run at the rating's 7 degC.
* Not in the collected ranges: supply air and humidity of midsize and small halls (ASHRAE recommended 18 to 27 degC,
  -9 to 15 degC dew point), their coil effectiveness (that of large halls), fans of small halls (midsize), pumps, fans
  outdoors, plate exchangers (library rows, low to high). Large halls: no lighting is given, none is taken.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import cool
from computefactory.schema.standard import cooling_of

__all__ = ["Cell", "cells", "published_point"]

Array = NDArray[np.float64]

AIR = "model input: hyperscale airside economiser + adiabatic"
WATER = "model input: hyperscale water-cooled chiller + waterside economiser"
MIDSIZE = "model input: midsize chiller plants"
SMALL = "model input: small (closet, DX)"
RATED_WATER, RATED_CONDENSER, RATED_OUTDOORS = 7.0, 20.0, 35.0  # degC
SCOP = (1.79, 2.20)  # least of room units at 35 degC, all sizes: 10 CFR 431.97, ASHRAE 90.1-2010 table 6.8.1K
RATED_RISE = 10.0  # K of air through a room unit in its rating (ASHRAE 127)
LEAST_CONDENSING = (32.0, 41.0)  # degC, head-pressure control with thermostatic expansion valves
SPRAY = 7.0e6 / 0.7 / 2.501e9  # kW per kW of latent heat: their humidifiers spray at 7 MPa
SEED, DRAWS = 7, 128
LOW, MIDDLE, HIGH = 5, 50, 95  # percentiles
SYSTEMS: dict[int, tuple[str, str, bool]] = {  # case: size, architecture, condensers on towers
    1: ("large", "air_adiabatic", True),
    2: ("large", "waterside_economiser", True),
    3: ("midsize", "air_economiser", True),
    4: ("midsize", "waterside_economiser", True),
    5: ("midsize", "air_chiller", True),
    6: ("midsize", "air_economiser", False),
    7: ("midsize", "air_cooled_chiller", False),
    8: ("small", "air_chiller", True),
    9: ("small", "air_cooled_chiller", False),
    10: ("small", "dx", False),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One system in one zone: published and our percentiles of PUE and WUE."""

    zone: str
    city: str
    case: int
    system: str
    published: tuple[float, float]
    ours: tuple[float, float, float]
    published_wue: tuple[float, float]
    ours_wue: tuple[float, float, float]

    @property
    def overlaps(self) -> bool:
        """The intervals have something in common."""
        return self.ours[0] <= self.published[1] and self.published[0] <= self.ours[2]

    @property
    def median_inside(self) -> bool:
        """Our median lies within the published interval."""
        return self.published[0] <= self.ours[1] <= self.published[1]

    @property
    def inside(self) -> bool:
        """Our whole interval lies within the published one."""
        return self.published[0] <= self.ours[0] and self.ours[2] <= self.published[1]


class _Draw:
    """Uniform draws of one case: names are asked for in a fixed order, each takes the next Sobol dimension."""

    def __init__(self, library: Library, case: int) -> None:
        self.library = library
        self.points = qmc.Sobol(40, seed=SEED + case).random(DRAWS)
        self.used = 0

    def between(self, low: float, high: float) -> Array:
        """A uniform draw."""
        point = self.points[:, self.used]
        self.used += 1
        return np.asarray(low + point * (high - low))

    def row(self, table: str, key: str, name: str) -> Array:
        """A uniform draw from low to high of a library row."""
        fact = self.library.fact(table, key, name)
        if fact.low is None or fact.high is None:
            raise ValueError(fact.path)
        return self.between(fact.low, fact.high)


def _regression(library: Library, load: Array, water: float) -> Array:
    """COP of their water-cooled chiller."""
    names = ("constant", "t", "load", "t_2", "load_2", "load_t")
    key = "water-cooled chiller COP regression"
    c = {name: float(library.fact("cooling_study", key, f"coefficient_of_{name}").value) for name in names}
    t = water
    return np.asarray(
        c["constant"]
        + c["t"] * t
        + c["load"] * load
        + c["t_2"] * t * t
        + c["load_2"] * load * load
        + c["load_t"] * load * t
    )


def _inputs(library: Library, case: int) -> dict[str, Array]:
    """The engine's fields, each of shape (draw,)."""
    size, architecture, towers = SYSTEMS[case]
    draw = _Draw(library, case)
    shelf = {"large": AIR if case == 1 else WATER, "midsize": MIDSIZE, "small": SMALL}[size]
    study = partial(draw.row, "cooling_study")
    row = partial(draw.row, "cooling", architecture)
    fans = {"large": shelf, "midsize": MIDSIZE, "small": MIDSIZE}[size]
    losses = 1 / study(shelf, "ups_efficiency") - 1 + study(shelf, "power_distribution_loss")
    if size != "large":
        losses = losses + study(MIDSIZE, "lighting_share_of_it")
    rise = study(AIR if size == "large" else shelf, "air_temperature_rise")
    large_air = (study(AIR, "supply_air_upper_bound"), study(AIR, "supply_dew_point_lower"))
    values: dict[str, Array] = {
        "lighting": losses,
        "air_rise": rise / (1 + losses),
        "fan_pressure": study(fans, "crah_fan_pressure"),
        "fan_efficiency": study(AIR if size == "large" else MIDSIZE, "crah_fan_efficiency"),
        "tower_approach": study("components", "cooling_tower_approach_water_leaving_minus_wet_bulb"),
        "exchanger_approach": row("exchanger_approach"),
        "condenser_rise": study(AIR, "cooling_tower_water_delta_t") if towers else np.full(DRAWS, 12.5),
        "water_rise": study(WATER, "facility_water_delta_t"),
        "cycles_of_concentration": study(shelf if size == "large" else MIDSIZE, "cycles_of_concentration"),
        "pump_power": row("pump_power"),
        "heat_rejection_fan": row("heat_rejection_fan"),
        "air_supply": large_air[0] if case <= 2 else draw.between(18.0, 27.0),  # noqa: PLR2004
    }
    flow = 3600 / (4.186 * values["condenser_rise"])  # L of tower water per kWh of heat
    values["drift"] = study(AIR, "windage_loss") * flow
    if case == 1:
        values |= {
            "dew_low": large_air[1],
            "dew_high": study(AIR, "supply_dew_point_upper"),
            "humidity_low": study(AIR, "supply_rh_lower"),
            "humidity_high": study(AIR, "supply_rh_upper"),
        }
    effectiveness = study(WATER, "coil_effectiveness")
    warm = values["air_supply"] + rise - rise / effectiveness
    values["chilled_water"] = warm if architecture == "waterside_economiser" else np.full(DRAWS, RATED_WATER)
    values["coil_approach"] = np.zeros(DRAWS)
    values["carnot_fraction"] = _carnot(library, draw, case, values, shelf)
    values["cop_max"] = row("cop_max")
    values["sensible_heat_ratio"] = study(AIR, "sensible_heat_ratio")
    values["humidifier_power"] = np.full(DRAWS, SPRAY)
    if architecture == "dx":
        values |= _refrigerant(draw, values)
    return values


def _carnot(library: Library, draw: _Draw, case: int, values: dict[str, Array], shelf: str) -> Array:
    size, architecture, towers = SYSTEMS[case]
    cold = RATED_WATER + air.ZERO_CELSIUS
    if towers:
        errors = {"large": "chiller_cop_error", "midsize": "cop_error_water_cooled", "small": "cop_error_water_cooled"}
        part = draw.row("cooling_study", MIDSIZE if size == "small" else shelf, "chiller_part_load")
        error = draw.row("cooling_study", AIR if case == 2 else shelf, errors[size])  # noqa: PLR2004
        cop = _regression(library, part, RATED_CONDENSER) * (1 + error)
        return np.asarray(cop * (RATED_CONDENSER + values["condenser_rise"] - RATED_WATER) / cold)
    rated = draw.row("cooling_study", "air-cooled chiller", "full_load_cop_at_35_c_ambient")
    error = draw.row("cooling_study", shelf, "cop_error_dx" if architecture == "dx" else "cop_error_air_cooled")
    return np.asarray(rated * (1 + error) * (RATED_OUTDOORS + values["condenser_rise"] - RATED_WATER) / cold)


def _refrigerant(draw: _Draw, values: dict[str, Array]) -> dict[str, Array]:
    """Carnot fraction and highest COP of a room unit, from the sensible COP that it is rated by, fans inside.

    Per kW of sensible heat the unit draws ``1 / SCOP``: room fans, compressor and condenser fans. What condenses comes
    on top of the compressor's heat. Head-pressure control sets the least condensing temperature, and so the most COP.
    """
    rated = draw.between(*SCOP) * (1 + draw.row("cooling_study", SMALL, "cop_error_dx"))
    flow = 1 / (1.2 * 1.006e3 * RATED_RISE)  # m3/s per W
    fans = values["fan_pressure"] * flow / values["fan_efficiency"]
    heat = (1 + fans) / values["sensible_heat_ratio"]
    outdoors = values["heat_rejection_fan"]
    work = (1 / rated - fans - outdoors * heat) / (1 + outdoors)
    cold = RATED_WATER + air.ZERO_CELSIUS
    fraction = heat / work * (RATED_OUTDOORS + values["condenser_rise"] - RATED_WATER) / cold
    return {"carnot_fraction": fraction, "cop_max": fraction * cold / (draw.between(*LEAST_CONDENSING) - RATED_WATER)}


def _percentiles(values: Array) -> tuple[float, float, float]:
    low, middle, high = np.percentile(values, (LOW, MIDDLE, HIGH))
    return float(low), float(middle), float(high)


def cells(library: Library, weathers: dict[str, Weather], cases: Collection[int] = tuple(SYSTEMS)) -> list[Cell]:
    """Every published cell of these cases."""
    found = []
    drawn = {case: _inputs(library, case) for case in cases}
    for key in library.keys("lei_masanet_2022"):
        zone, city, number = (part.strip() for part in key.split(","))
        case = int(number)
        if case not in cases:
            continue
        _, architecture, towers = SYSTEMS[case]
        base = {"water_cooled": float(towers), "air_class": "recommended"}
        pues, waters = [], []
        for k in range(DRAWS):
            changes: dict[str, Any] = {name: float(values[k]) for name, values in drawn[case].items()}
            draw = cool(cooling_of(library, architecture, **base, **changes), weathers[zone], 1.0, 0.0)
            pues.append(1 + draw.power.mean())
            waters.append(draw.water.mean())
        published = {
            name: float(library.fact("lei_masanet_2022", key, name).value)
            for name in ("pue_p05", "pue_p95", "wue_p05", "wue_p95")
        }
        system = str(library.fact("lei_masanet_2022", key, "cooling_system").value)
        found.append(
            Cell(
                zone,
                city,
                case,
                system,
                (published["pue_p05"], published["pue_p95"]),
                _percentiles(np.array(pues)),
                (published["wue_p05"], published["wue_p95"]),
                _percentiles(np.array(waters)),
            )
        )
    return found


def published_point(library: Library) -> tuple[float, float]:
    """The worked point of the 2020 tool (airside economiser, 20 degC, 40 % RH): published, ours.

    Their inputs, losses in the hall as above. They take outdoor air between 10 and 34 degC as it is: the supply is its
    20 degC; ours would warm it to the upper limit, whose thinner air costs fans 0.005 more.
    """
    ups, distribution, lighting = 0.980302734, 0.00560546875, 0.00181445313
    losses = 1 / ups - 1 + distribution + lighting
    changes = {
        "lighting": losses,
        "air_rise": 14.7840712 / (1 + losses),
        "fan_pressure": 685.058594,
        "fan_efficiency": 0.829931641,
        "air_supply": 20.0,
        "dew_low": -10.4970703,
        "dew_high": 15.8320312,
        "humidity_low": 0.0901953125,
        "humidity_high": 0.676464844,
        "chilled_water": RATED_WATER,
    }
    dry = np.array([20.0])
    weather = Weather(dry, air.humidity_ratio(dry, 0.4, 101325.0), 101325.0)
    draw = cool(cooling_of(library, "air_adiabatic", **changes), weather, 1.0, 0.0)
    return 1.0746923, float(1 + draw.power[0])
