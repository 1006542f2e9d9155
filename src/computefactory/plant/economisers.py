"""Cooling by the weather: water through dry coolers, wetted coolers or towers, and outdoor air through the hall.

Nothing switches at a temperature that somebody chose: each way takes what it can, fans slow down where that is more
than the heat, and the chiller takes what is left, or all of it where that draws less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.chillers import CoolingLoop, chill, shares_of
from computefactory.plant.climate import Weather
from computefactory.plant.fans import AIR_HEAT, cube, thin_air
from computefactory.plant.inputs.cooling import Cooling
from computefactory.plant.towers import SECONDS_PER_HOUR, bleed, evaporated, make_up, moisture_at, temperature_at
from computefactory.units import Celsius

__all__ = ["outdoor_air", "water_side"]

Array = NDArray[np.float64]
Number = Array | float


@dataclass(frozen=True, slots=True, eq=False)
class _Sink:
    """What the outdoors offers a water loop: ``reach`` is the warm water above it at the design heat and full flow."""

    temperature: Array
    reach: float
    pads: Array  # L/h per kW of design heat while the fans run at full flow


def _dry(cooling: Cooling, weather: Weather) -> _Sink:
    reach = cooling.dry_cooler_approach + cooling.water_rise
    return _Sink(weather.drybulb, reach, np.zeros(()))


def _tower(cooling: Cooling, weather: Weather) -> _Sink:
    reach = cooling.tower_approach + cooling.exchanger_approach + cooling.water_rise
    return _Sink(weather.wetbulb, reach, np.zeros(()))


def _wetted(cooling: Cooling, weather: Weather, ratio: Number, supply: Celsius) -> _Sink:
    """A dry cooler whose pads cool the air no further than needed at full flow: first air, then water.

    The air ends between the dry bulb and ``wet bulb + adiabatic_approach`` at constant enthalpy. Its mass is that
    which takes the design heat at ``rejection_air_rise``.
    """
    reach = cooling.dry_cooler_approach + cooling.water_rise
    needed = np.minimum(supply + cooling.water_rise - ratio * reach, supply)
    coldest = np.minimum(weather.wetbulb + cooling.adiabatic_approach, weather.drybulb)
    entering = np.clip(needed, coldest, weather.drybulb)
    wet = moisture_at(air.enthalpy(weather.drybulb, weather.humidity_ratio), entering)
    mass = 1.0 / (AIR_HEAT * cooling.rejection_air_rise) * SECONDS_PER_HOUR  # kg/h per kW
    water = mass * np.maximum(wet - weather.humidity_ratio, 0.0) * bleed(cooling)
    return _Sink(entering, reach, np.asarray(water))


def water_side(
    cooling: Cooling,
    weather: Weather,
    heat: Number,
    design: Number,
    supply: Celsius,
    *,
    wet: bool = False,
    pads: bool = False,
    trim: bool = True,
) -> CoolingLoop:
    """A water loop at ``supply``, cooled by dry coolers, by towers (``wet``) or by wetted dry coolers (``pads``).

    Constant effectiveness (Kays and London, Compact Heat Exchangers; one capacity rate taken to bind): sized for
    ``design`` kW, at full flow it removes ``design x (return - sink) / reach``, and never cools the water below the
    sink. With more than enough, fans slow down (flow ~ heat, power ~ flow cubed). With less, they run at full flow and
    a chiller takes the rest, unless it alone draws less; without one (``trim``) the water gets warmer until the heat
    goes.
    """
    ratio = shares_of(heat, design)
    sink = (
        _tower(cooling, weather)
        if wet
        else _wetted(cooling, weather, ratio, supply)
        if pads
        else _dry(cooling, weather)
    )
    warm = np.maximum(supply + cooling.water_rise - sink.temperature, 0.0)
    capacity = design * warm / sink.reach
    within = heat * np.minimum(warm / cooling.water_rise, 1.0)
    free = np.minimum(np.minimum(heat, capacity), within) if trim else heat
    spare = capacity > heat
    flow = np.where(spare, heat / np.where(spare, capacity, 1.0), 1.0)
    fans = cooling.heat_rejection_fan * design * cube(flow) * thin_air(cooling, weather.density)
    water = np.where(heat > 0, design * sink.pads, 0.0)
    if wet:
        water = water + make_up(cooling, free, evaporated(cooling, weather))
    none = np.zeros(())
    if not trim:
        hot = sink.temperature + np.maximum(ratio * sink.reach, cooling.water_rise)
        above = np.where(heat > 0, np.maximum(hot - supply - cooling.water_rise, 0.0), 0.0)
        return CoolingLoop(none, fans, none, water, heat + none, heat + none, above, none)
    rest = chill(cooling, weather, heat - free, design, supply)
    alone = chill(cooling, weather, heat, design, supply)
    better = fans + rest.fans + rest.chillers <= alone.fans + alone.chillers
    return CoolingLoop(
        rest.pumps,
        _either(better, fans + rest.fans, alone.fans),
        _either(better, rest.chillers, alone.chillers),
        _either(better, water + rest.water, alone.water),
        _either(better, free + rest.rejected, alone.rejected),
        _either(better, free, none),
        none,
        _either(better, rest.outside, alone.outside),
    )


def _either(first: NDArray[np.bool_], one: Number, other: Number) -> Array:
    """``one`` in the hours of ``first``, else ``other``; a single number where both are."""
    same = np.ndim(one) == np.ndim(other) == 0 and one == other
    return np.asarray(one if same else np.where(first, one, other))


@dataclass(frozen=True, slots=True, eq=False)
class Outdoors:
    """What outdoor air leaves to the coil [kW], and the water that was sprayed into it [L/h], per kW of design IT."""

    coil: Array
    water: Array


def outdoor_air(
    cooling: Cooling, weather: Weather, heat: Number, mass: float, supply: Celsius, *, spray: bool
) -> Outdoors:
    """An airside economiser: ``mass`` kg/s of air at ``supply`` take ``heat`` kW, within the humidity limits.

    Outdoor air colder than the supply is mixed with return air by enthalpy; air too dry is sprayed (adiabatically) to
    the lower limit. Warmer air is taken whole, with ``spray`` cooled towards its wet bulb as far as approach and upper
    limit allow; a coil does the rest, or the hall closes where its return is cheaper to cool. Air more humid than the
    upper limit is not let in. The limits are those of dew point and relative humidity at the supply temperature.
    """
    pressure = weather.pressure
    most = np.minimum(
        air.saturated_humidity_ratio(cooling.dew_high, pressure),
        air.humidity_ratio(supply, cooling.humidity_high, pressure),
    )
    least = np.maximum(
        air.saturated_humidity_ratio(cooling.dew_low, pressure),
        air.humidity_ratio(supply, cooling.humidity_low, pressure),
    )
    outdoor = air.enthalpy(weather.drybulb, weather.humidity_ratio)
    moist = np.maximum(weather.humidity_ratio, np.minimum(least, most))
    gain = heat / (mass * AIR_HEAT)
    wanted = air.enthalpy(supply, moist)
    back = air.enthalpy(supply + gain, moist)
    cold = outdoor <= wanted
    fresh = np.where(cold, (back - wanted) / np.where(cold, back - outdoor, 1.0), 1.0)
    warm = temperature_at(outdoor, moist)
    if spray:
        wettest = np.maximum(weather.wetbulb + cooling.adiabatic_approach, temperature_at(outdoor, most))
        warm = np.minimum(warm, np.maximum(supply, wettest))
    entering = np.where(cold, supply, warm)
    coil = mass * AIR_HEAT * np.maximum(entering - supply, 0.0)
    open_ = (weather.humidity_ratio <= most) & (coil < heat)
    sprayed = np.where(cold, moist, moisture_at(outdoor, warm)) - weather.humidity_ratio
    water = mass * fresh * np.maximum(sprayed, 0.0) * SECONDS_PER_HOUR * bleed(cooling)
    return Outdoors(np.where(open_, coil, heat), np.where(open_, water, 0.0))
