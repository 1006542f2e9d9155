"""What a year of cooling comes to: hours by who cools, water flows, and how long the water alone carries the heat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import ARCHITECTURES, CoolingDraw, inlet_of
from computefactory.plant.fans import air_flow
from computefactory.plant.inputs.cooling import Cooling
from computefactory.units import Celsius, Hour, Kw, One

__all__ = ["STEPS", "DesignFlow", "FreeHours", "design_flows", "free_hours", "hours_by_source", "ride_through"]

WATER_HEAT = 4.186  # kJ/(kg K), liquid water; its density is taken as 1 kg/L
ROUNDING = 1e-9
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class FreeHours:
    """Hours of the year: no compressor runs, some of the heat needs one, all of it does."""

    free: Hour
    partial: Hour
    mechanical: Hour


def hours_by_source(draw: CoolingDraw) -> FreeHours:
    """Hours by who cools; ``partial`` is a compressor beside some free cooling."""
    mechanical = draw.chillers > ROUNDING
    some = draw.free > ROUNDING
    return FreeHours(
        float(np.count_nonzero(~mechanical)),
        float(np.count_nonzero(mechanical & some)),
        float(np.count_nonzero(mechanical & ~some)),
    )


def free_hours(typical_cooling: CoolingDraw) -> FreeHours:
    """Free, partial and mechanical hours of the typical year."""
    return hours_by_source(typical_cooling)


def chiller_hours_outside(typical_cooling: CoolingDraw) -> Hour:
    """Hours of the typical year in which a chiller works outside what it was measured for."""
    return float(np.count_nonzero(typical_cooling.outside_map))


@dataclass(frozen=True, slots=True)
class DesignFlow:
    """Flows of a hall at its design load, per kW of design IT."""

    liquid_heat: Kw
    air_heat: Kw
    liquid: One  # L/s in the loop to the racks
    chilled: One  # L/s in the coils' loop
    air: One  # m3/s of supply air, at its temperature and the site's pressure


def design_flows(
    cooling: tuple[Cooling, ...], hall_liquid: tuple[One, ...], design_weather: Weather
) -> tuple[DesignFlow, ...]:
    """Flow of water ``Q / (c dT)`` and of air ``Q / (c dT rho)`` at the design load, a hall each."""
    found = []
    for each, share in zip(cooling, hall_liquid, strict=True):
        way = ARCHITECTURES[each.architecture]
        liquid = share if way.liquid != "none" else 0.0
        room = 1.0 - liquid
        per_kw = 1.0 / (WATER_HEAT * each.water_rise)
        coils = 0.0 if way.air == "dx" else room * per_kw
        density = float(np.max(air.density(inlet_of(each), 0.0, design_weather.pressure)))
        volume = air_flow(each, room) / density
        found.append(DesignFlow(liquid, room, liquid * per_kw, coils, volume))
    return tuple(found)


def ride_through(volume: One, heat: Kw, supply: Celsius, limit: Celsius) -> Hour:
    """Time in which ``volume`` litres take up ``heat`` kW between supply and limit: ``V rho c dT / Q``.

    The water is taken to be mixed and to flow past the racks on stored energy while the plant stands; pipes and metal
    are left out, so it is a lower bound for the loop and an upper one if the rack pumps stop too.
    """
    if heat <= 0:
        return float("nan")
    return max(volume * WATER_HEAT * (limit - supply) / heat / SECONDS_PER_HOUR, 0.0)


def ride_throughs(
    cooling: tuple[Cooling, ...], hall_liquid: tuple[One, ...], hall_coolant_limits: tuple[Celsius, ...]
) -> tuple[Hour, ...]:
    """Time until the coolant reaches the silicon's limit after the plant stops, a hall each; nan without liquid."""
    found = []
    for each, share, limit in zip(cooling, hall_liquid, hall_coolant_limits, strict=True):
        liquid = share if ARCHITECTURES[each.architecture].liquid != "none" else 0.0
        found.append(ride_through(each.water_volume, liquid, each.liquid_supply, limit))
    return tuple(found)


STEPS = (free_hours, chiller_hours_outside, design_flows, ride_throughs)
