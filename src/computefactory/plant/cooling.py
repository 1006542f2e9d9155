"""Cooling by the hour: fans, pumps, chillers and water of a hall, per kW of its design IT load.

Every machine is sized on the design load (it grows with what is installed), so all results are per design IT kW and
``load`` is the share of the design load that is drawn.

A hall takes the share of the heat that the racks give to liquid, where its architecture has a liquid loop, and the rest
from the air. ``ARCHITECTURES`` says for each how the two are cooled; what each way means stands in ``chillers``,
``economisers``, ``towers`` and ``fans``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.chillers import CoolingLoop, chill, coefficient_of_performance, shares_of
from computefactory.plant.climate import Weather, every_hour
from computefactory.plant.economisers import outdoor_air, water_side
from computefactory.plant.fans import air_flow, cube, room_fan_power
from computefactory.plant.inputs import Cooling, Hall
from computefactory.steps import elementwise, hourly, number
from computefactory.units import Celsius, One

__all__ = [
    "ARCHITECTURES",
    "STEPS",
    "CoolingDraw",
    "Way",
    "coefficient_of_performance",
    "cool",
    "full_load_cooling",
    "liquid_of",
    "mixture",
    "typical_cooling",
]

Array = NDArray[np.float64]
Number = Array | float
CONDENSED = 3600.0 / 2501.0  # L of water per kWh of latent heat (ASHRAE Fundamentals 2017, chapter 1, eq. 30)


@dataclass(frozen=True, slots=True, eq=False)
class CoolingDraw:
    """kW (water: L/h) per kW of design IT load, shape (hour,); lighting stands here because it heats the hall."""

    room_fans: Array
    pumps: Array
    rejection_fans: Array
    chillers: Array
    lighting: Array
    humidifiers: Array
    water: Array
    rejected: Array  # heat to the outdoors
    coolant: Array  # degC, liquid supply, nan without liquid
    inlet: Array  # degC, supply air
    free: Array  # heat that left without a compressor
    to_liquid: Array  # heat that racks gave to liquid
    to_air: Array  # heat of the hall's air: the other IT, lighting, its fans and humidifiers
    outside_map: Array  # 1 where a chiller works outside what it was measured for

    @property
    def power(self) -> Array:
        """Electrical power of the cooling plant, humidifiers and lighting."""
        return self.room_fans + self.pumps + self.rejection_fans + self.chillers + self.lighting + self.humidifiers


@dataclass(frozen=True, slots=True)
class Way:
    """How an architecture cools.

    ``liquid``: what cools the racks' liquid: ``none`` (no liquid loop), ``trim`` (dry cooler, then chiller), ``dry``
    (dry cooler alone), ``pads`` (wetted dry cooler alone). ``air``: what cools the hall's air: ``chiller`` (coils on
    chilled water, no economiser), ``water`` (coils on water with an economiser), ``outdoor`` (outdoor air, coil behind
    it), ``spray`` (the same with adiabatic cooling), ``dx`` (refrigerant in the coil), ``door`` (coils in the rack
    doors on water at ``liquid_supply``, with an economiser).
    ``immersed``: tanks take the heat of whole racks. With ``water_cooled``, towers stand in the place of dry coolers.
    """

    liquid: str
    air: str
    immersed: bool = False


ARCHITECTURES = {
    "air_chiller": Way("none", "chiller"),
    "air_cooled_chiller": Way("none", "chiller"),
    "waterside_economiser": Way("none", "water"),
    "air_economiser": Way("none", "outdoor"),
    "air_adiabatic": Way("none", "spray"),
    "dx": Way("none", "dx"),
    "rear_door": Way("none", "door"),
    "direct_to_chip_dry_cooler": Way("dry", "water"),
    "direct_to_chip_adiabatic": Way("pads", "water"),
    "direct_to_chip_chiller_trim": Way("trim", "water"),
    "immersion_single_phase": Way("dry", "water", immersed=True),
    "immersion_two_phase": Way("dry", "water", immersed=True),
}


def _way(cooling: Cooling) -> Way:
    if cooling.architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise FactoryFileError(
            [
                Problem(
                    "not_modelled", "cooling.architecture", cooling.architecture, f"one of {known}", "Hourly physics."
                )
            ]
        )
    return ARCHITECTURES[cooling.architecture]


def _pumped(cooling: Cooling, heat: Number, design: Number) -> Array:
    """Pump power of a loop: flow follows heat at constant rise, power flow cubed (affinity laws)."""
    ratio = shares_of(heat, design)
    return cooling.pump_power * design * cube(ratio)


def _loop(cooling: Cooling, weather: Weather, heat: Number, design: Number, supply: Celsius, kind: str) -> CoolingLoop:
    """A pumped water loop; the pumps' heat is removed too. ``kind``: chiller, water, or a liquid way."""
    pumps = _pumped(cooling, heat, design)
    full = design * (1.0 + cooling.pump_power)
    if kind == "chiller":
        cold = chill(cooling, weather, heat + pumps, full, supply)
    else:
        wet = kind != "pads" and bool(cooling.water_cooled)
        trim = kind in ("water", "trim")
        cold = water_side(cooling, weather, heat + pumps, full, supply, wet=wet, pads=kind == "pads", trim=trim)
    return CoolingLoop(pumps, *(getattr(cold, item.name) for item in fields(CoolingLoop)[1:]))


def _moisture(cooling: Cooling, way: Way) -> tuple[One, One]:
    """Shares of the coils' heat: what condenses on them, and the power of the humidifiers that give it back."""
    if way.air in ("outdoor", "spray"):
        return 0.0, 0.0
    moist = 1.0 - cooling.sensible_heat_ratio
    return moist, moist * cooling.humidifier_power


def inlet_of(cooling: Cooling) -> Celsius:
    """Supply air to the racks: what is asked for, or what the coil's water can make."""
    water = cooling.liquid_supply if _way(cooling).air == "door" else cooling.chilled_water
    inlet: Celsius = np.maximum(cooling.air_supply, water + cooling.coil_approach)
    return inlet


def _air(
    cooling: Cooling, weather: Weather, way: str, heat: Number, design: Number, inlet: Celsius, it: float
) -> CoolingLoop:
    """What cools the hall's air: ``heat`` kW of ``design``, ``it`` of it from IT, which sets the air flow."""
    if way == "dx":
        return chill(cooling, weather, heat, design, cooling.chilled_water)
    if way == "door":
        return _loop(cooling, weather, heat, design, cooling.liquid_supply, "water")
    if way in ("chiller", "water"):
        return _loop(cooling, weather, heat, design, cooling.chilled_water, way)
    found = outdoor_air(cooling, weather, heat, air_flow(cooling, it), inlet, spray=way == "spray")
    coil = _loop(cooling, weather, found.coil, design, cooling.chilled_water, "chiller")
    left = heat - found.coil
    return CoolingLoop(
        coil.pumps,
        coil.fans,
        coil.chillers,
        coil.water + found.water,
        coil.rejected + left,
        coil.free + left,
        coil.above,
        coil.outside,
    )


def cool(
    cooling: Cooling, weather: Weather, load: float, liquid_share: float, inlet: Celsius | None = None
) -> CoolingDraw:
    """What a hall's cooling draws hour by hour at ``load``; ``liquid_share`` of the heat could go to liquid.

    ``inlet`` is the supply air, by default :func:`inlet_of` the cooling. Steady hours, first law: what leaves the hall
    is IT heat, lighting, fans, pumps and humidifiers; nothing is stored. What condenses on closed coils (1 - SHR of
    their heat) humidifiers give back, for the hall's air neither dries nor gets damp. Results in kW (water: L/h) per
    kW of design IT; ``load`` above 0 to 1, weather within the tables of moist air (-100 to 200 degC).

    The cooling's numbers may also be arrays of shape (design, 1), and the weather's of (site, hour): all of it
    broadcasts. ``architecture`` and ``water_cooled`` are one for all.

    Raises:
        FactoryFileError: the architecture is not modelled, or a chiller's map does not hold its chilled water.
    """
    way = _way(cooling)
    liquid = liquid_share if way.liquid != "none" else 0.0
    inlet = inlet_of(cooling) if inlet is None else inlet
    full_fans, fan_design = (
        (1.0 - liquid) * room_fan_power(cooling, pressure, inlet)
        for pressure in (weather.pressure, weather.mean_pressure)
    )
    room_fans = full_fans * load**3
    it = (1.0 - liquid) * load
    moist, given_back = _moisture(cooling, way)
    to_air = (it + cooling.lighting + room_fans) / (1.0 - given_back)
    to_air_design = (1.0 - liquid + cooling.lighting + fan_design) / (1.0 - given_back)
    room = _air(cooling, weather, way.air, to_air, to_air_design, inlet, it)
    if np.any(liquid):
        water = cooling.liquid_supply - cooling.cdu_approach
        warm = _loop(cooling, weather, liquid * load, liquid, water, way.liquid)
    else:
        warm = CoolingLoop(*(np.zeros(()) for _ in fields(CoolingLoop)))
    found: dict[str, Number] = {
        "room_fans": room_fans,
        "pumps": room.pumps + warm.pumps,
        "rejection_fans": room.fans + warm.fans,
        "chillers": room.chillers + warm.chillers,
        "lighting": cooling.lighting,
        "humidifiers": given_back * to_air,
        "water": room.water + warm.water + moist * to_air * CONDENSED,
        "rejected": room.rejected + warm.rejected,
        "coolant": cooling.liquid_supply + warm.above if np.any(liquid) else np.nan,
        "inlet": inlet,
        "free": room.free + warm.free,
        "to_liquid": liquid * load,
        "to_air": to_air,
        "outside_map": np.maximum(room.outside, warm.outside),
    }
    return CoolingDraw(**{name: every_hour(value, weather) for name, value in found.items()})


def liquid_of(cooling: Cooling, liquid_share: One, rack_share: One) -> One:
    """Share of IT heat that goes to liquid in such a hall: the racks' own, or what tanks take of whole racks."""
    return cooling.immersion_capture * rack_share if _way(cooling).immersed else liquid_share


def mixture(draws: Sequence[CoolingDraw], shares: Sequence[float]) -> CoolingDraw:
    """Halls together: powers by installed IT share, temperatures the warmest hall's."""
    if len(draws) == 1 and shares[0] == 1.0:
        return draws[0]
    worst = {"coolant", "inlet", "outside_map"}
    return CoolingDraw(
        **{
            item.name: np.fmax.reduce([getattr(draw, item.name) for draw in draws])
            if item.name in worst
            else np.asarray(sum(share * getattr(draw, item.name) for draw, share in zip(draws, shares, strict=True)))
            for item in fields(CoolingDraw)
        }
    )


@elementwise()
def hall_liquid(
    halls: tuple[Hall, ...],
    cooling: tuple[Cooling, ...],
    liquid_shares: tuple[One, ...],
    rack_shares: tuple[One, ...],
) -> tuple[One, ...]:
    """Share of the IT heat of each hall that goes to liquid."""
    places = [int(hall.generation) for hall in halls]
    every = zip(places, cooling, strict=True)
    return tuple(liquid_of(each, liquid_shares[place], rack_shares[place]) for place, each in every)


@elementwise()
def hall_inlet(cooling: tuple[Cooling, ...]) -> tuple[Celsius, ...]:
    """Supply air of each hall."""
    return tuple(number(inlet_of(each)) for each in cooling)


@hourly
def typical_halls(
    typical_weather: Weather,
    mean_load: One,
    hall_load_factors: tuple[One, ...],
    cooling: tuple[Cooling, ...],
    hall_liquid: tuple[One, ...],
    hall_inlet: tuple[Celsius, ...],
) -> tuple[CoolingDraw, ...]:
    """Cooling of each hall in the typical year at the mean draw of the IT installed there."""
    halls = zip(cooling, hall_load_factors, hall_liquid, hall_inlet, strict=True)
    return tuple(cool(each, typical_weather, mean_load * factor, share, air) for each, factor, share, air in halls)


@hourly
def typical_cooling(typical_halls: tuple[CoolingDraw, ...], hall_shares: tuple[One, ...]) -> CoolingDraw:
    """Cooling in the typical year at the mean draw of the installed IT."""
    return mixture(typical_halls, hall_shares)


@hourly
def full_load_cooling(
    full_load_weather: Weather,
    hall_shares: tuple[One, ...],
    cooling: tuple[Cooling, ...],
    hall_liquid: tuple[One, ...],
    hall_inlet: tuple[Celsius, ...],
) -> CoolingDraw:
    """Cooling at the design draw, in the typical year's hours followed by the design hours."""
    halls = zip(cooling, hall_liquid, hall_inlet, strict=True)
    return mixture([cool(each, full_load_weather, 1.0, share, air) for each, share, air in halls], hall_shares)


STEPS = (hall_liquid, hall_inlet, typical_halls, typical_cooling, full_load_cooling)
