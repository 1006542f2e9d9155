"""Chillers: power for the heat they lift, by Carnot fraction or by a published regression, and their condensers.

The regression is that of EnergyPlus and DOE-2 (``Chiller:Electric:EIR``): capacity and energy-input ratio are
biquadratic in the leaving chilled and the entering condenser water, and a quadratic in part load corrects the ratio
(EnergyPlus Engineering Reference, "Electric Chiller Model Based on Condenser Entering Temperature").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.fans import thin_air
from computefactory.plant.inputs.cooling import Chiller, Cooling
from computefactory.plant.towers import evaporated, make_up
from computefactory.units import Celsius

__all__ = ["CoolingLoop", "check_map", "chill", "coefficient_of_performance", "condensing", "regression", "shares_of"]

Array = NDArray[np.float64]
Number = Array | float


@dataclass(frozen=True, slots=True, eq=False)
class CoolingLoop:
    """What one way of cooling draws and where its heat goes, per kW of design IT load."""

    pumps: Array
    fans: Array
    chillers: Array
    water: Array
    rejected: Array
    free: Array  # heat that leaves without a compressor
    above: Array  # K, water above its set point where nothing trims it
    outside: Array  # 1 where a chiller works outside its map


def shares_of(heat: Number, design: Number) -> Array:
    """Heat over the design heat, both kW per kW of design IT, broadcast; 0 where nothing is designed."""
    none = np.zeros(np.broadcast_shapes(np.shape(heat), np.shape(design)))
    return np.divide(heat, design, out=none, where=np.asarray(design) > 0)


def condensing(cooling: Cooling, weather: Weather) -> Array:
    """Hot side of the chiller [degC].

    Water-cooled: condenser water leaving = wet bulb + tower approach + condenser rise, the temperatures for which the
    library's Carnot fraction was derived. Air-cooled: dry bulb + condenser rise.
    """
    if cooling.water_cooled:
        return weather.wetbulb + cooling.tower_approach + cooling.condenser_rise
    return weather.drybulb + cooling.condenser_rise


def coefficient_of_performance(cooling: Cooling, cold: Celsius, hot: Array) -> Array:
    """Heat removed / compressor power: ``fraction x T_c / (T_h - T_c)`` in kelvin, capped at ``cop_max``.

    The reversed Carnot cycle (ASHRAE Fundamentals 2017, chapter 2) times the share of it that a machine reaches.

    ``cold`` is the leaving chilled water, ``hot`` what :func:`condensing` gives. At less lift than the cap's it holds.
    """
    least_lift = cooling.carnot_fraction * (cold + air.ZERO_CELSIUS) / cooling.cop_max
    return np.asarray(cooling.carnot_fraction * (cold + air.ZERO_CELSIUS) / np.maximum(hot - cold, least_lift))


def check_map(chiller: Chiller, cold: Celsius) -> None:
    """Chilled water that the machine was never measured at is refused.

    Raises:
        FactoryFileError: outside the map.
    """
    outside = np.atleast_1d((np.asarray(cold) < chiller.evaporator_min) | (cold > chiller.evaporator_max))
    if outside.any():
        given = f"{np.atleast_1d(cold)[outside][0]:g} degC leaving water for {chiller.name}"
        expected = f"{chiller.evaporator_min:g} to {chiller.evaporator_max:g} degC, the machine's map"
        hint = "another temperature or machine; without one the Carnot fraction is used"
        raise FactoryFileError([Problem("outside_map", "cooling.chilled_water", given, expected, hint)])


def _biquadratic(c: tuple[float, ...], x: float, y: Array) -> Array:
    return c[0] + c[1] * x + c[2] * x * x + y * (c[3] + c[4] * y + c[5] * x)


def regression(
    chiller: Chiller, modules: float, heat: Number, design: Number, cold: Celsius, entering: Array
) -> tuple[Array, Array]:
    """Compressor power, and 1 where the condenser water is warmer than the machine's map.

    The machines together carry ``design`` at the hottest condenser water of the map. As few run as carry the heat, all
    at the same part load; below its least part load a machine cycles. Towers hold the condenser water at the map's
    coldest (head-pressure control). Above its hottest, power grows with the lift from there and the hour is counted.
    """
    within = np.clip(entering, chiller.condenser_min, chiller.condenser_max)
    hottest = _biquadratic(chiller.capacity_curve, cold, np.asarray(chiller.condenser_max))
    capacity = design * _biquadratic(chiller.capacity_curve, cold, within) / hottest
    running = np.maximum(np.ceil(np.minimum(heat / capacity, 1.0) * modules - 1e-9), 1.0)
    share = heat / (capacity * running / modules)
    load = np.clip(share, chiller.part_load_min, 1.0)
    cycling = np.minimum(share / load, 1.0)
    c = chiller.part_load_curve
    ratio = _biquadratic(chiller.energy_curve, cold, within) / chiller.cop
    power = capacity * running / modules * ratio * (c[0] + c[1] * load + c[2] * load * load) * cycling
    lift = np.maximum(entering - cold, 1.0) / np.maximum(within - cold, 1.0)
    over = np.maximum(share, 1.0)  # what a hotter condenser takes from the capacity is carried at the same ratio
    hot = entering > chiller.condenser_max
    return power * np.where(hot, lift, 1.0) * over, (hot & (heat > 0)).astype(float)


def _work(cooling: Cooling, weather: Weather, heat: Number, design: Number, cold: Celsius) -> tuple[Array, Array]:
    if cooling.chiller is None:
        work = heat / coefficient_of_performance(cooling, cold, condensing(cooling, weather))
        return work, np.zeros(())
    check_map(cooling.chiller, cold)
    entering = weather.wetbulb + cooling.tower_approach
    return regression(cooling.chiller, cooling.chiller_modules, heat, design, cold, entering)


def chill(cooling: Cooling, weather: Weather, heat: Number, design: Number, cold: Celsius) -> CoolingLoop:
    """Chillers with leaving water at ``cold``, and their condensers: staged fans, so fan power goes with heat.

    ``heat`` and ``design`` in kW per kW of design IT, shape (hour,) or (design, hour); condensers reject heat and
    compressor power together (first law). The Carnot fraction holds near the temperatures it was derived for.
    """
    work, outside = _work(cooling, weather, heat, design, cold)
    rejected = heat + work
    fans = cooling.heat_rejection_fan * rejected * thin_air(cooling, weather.density)
    none = np.zeros(())
    water = make_up(cooling, rejected, evaporated(cooling, weather)) if cooling.water_cooled else none
    return CoolingLoop(none, fans, work, water, rejected, none, none, outside)
