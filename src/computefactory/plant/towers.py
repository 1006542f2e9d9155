"""Water that cools by evaporating: cooling towers, and pads or sprays that wet air."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.inputs.cooling import Cooling
from computefactory.units import LitrePerKwh

__all__ = ["SECONDS_PER_HOUR", "bleed", "evaporated", "make_up", "moisture_at", "temperature_at"]

Array = NDArray[np.float64]

SECONDS_PER_HOUR = 3600.0
_DRY, _LATENT, _VAPOUR = 1.006, 2501.0, 1.86  # kJ/kg K, kJ/kg, kJ/kg K: ASHRAE Fundamentals 2017, chapter 1, eq. 30


def evaporated(cooling: Cooling, weather: Weather) -> Array:
    """Water evaporated on a tower per kWh of heat [L/kWh].

    Enthalpy balance of the tower air (Merkel 1925): it leaves saturated at the mean water temperature, so each
    kJ it gains carries ``dw/dh`` kg of vapour; the latent share follows from the weather instead of being assumed.
    """
    leaving = weather.wetbulb + cooling.tower_approach + cooling.condenser_rise / 2
    moist = air.saturated_humidity_ratio(leaving, weather.pressure)
    gained = air.enthalpy(leaving, moist) - air.enthalpy(weather.drybulb, weather.humidity_ratio)
    return np.maximum(moist - weather.humidity_ratio, 0.0) / gained * SECONDS_PER_HOUR


def bleed(cooling: Cooling) -> float:
    """Make-up over evaporation, ``C/(C - 1)``: a balance of salts, C > 1 times as strong in what is bled."""
    return cooling.cycles_of_concentration / (cooling.cycles_of_concentration - 1)


def make_up(cooling: Cooling, heat: Array | float, evaporation: LitrePerKwh | Array) -> Array:
    """Water of a tower for ``heat``: evaporation, bleed and drift [L/h per kW]."""
    return np.asarray(heat * (evaporation * bleed(cooling) + cooling.drift))


def temperature_at(enthalpy: Array, moisture: Array) -> Array:
    """Dry bulb of air of this enthalpy and humidity ratio [degC] (eq. 30 solved for t)."""
    return np.asarray((enthalpy - _LATENT * moisture) / (_DRY + _VAPOUR * moisture))


def moisture_at(enthalpy: Array, drybulb: Array) -> Array:
    """Humidity ratio of air of this enthalpy and dry bulb (eq. 30 solved for W): where an adiabatic spray ends."""
    return np.asarray((enthalpy - _DRY * drybulb) / (_LATENT + _VAPOUR * drybulb))
