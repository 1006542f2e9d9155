"""Moist air: the ASHRAE equations on whole arrays.

Temperatures in degC, pressures in Pa, humidity ratio in kg of water per kg of dry air. Equation numbers are those of
the ASHRAE Handbook, Fundamentals (2017), chapter 1, SI edition. Everything is elementwise and keeps its shape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ZERO_CELSIUS",
    "density",
    "dew_point",
    "enthalpy",
    "humidity_ratio",
    "humidity_ratio_of",
    "pressure_at",
    "ratio_at_wet_bulb",
    "relative_humidity",
    "saturated_humidity_ratio",
    "saturation_pressure",
    "wet_bulb",
]

Array = NDArray[np.float64]
Number = Array | float  # one value or an array: both broadcast

ZERO_CELSIUS = 273.15  # K
_TRIPLE_POINT = 0.01  # degC; ice below, water above
_MASS_RATIO = 0.621945  # molar mass of water / of dry air, section 5
_DRY_GAS = 287.042  # J/(kg K), eq. 1
_LEAST_VAPOUR = 1e-3  # Pa; bone-dry air has no dew point, this one is about -100 degC
_TOLERANCE = 1e-10  # K
_ITERATIONS = 60

# eq. 5 (ice, down to -100 degC) and eq. 6 (water, up to 200 degC):
# ln p = c0/T + c1 + c2 T + c3 T2 + c4 T3 + c5 T4 + c6 ln T
_ICE = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)
_WATER = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)


def pressure_at(elevation: float) -> float:
    """Standard atmospheric pressure [Pa] at an elevation [m] (eq. 3)."""
    return float(101325.0 * (1.0 - 2.25577e-5 * elevation) ** 5.2559)


def _log_pressure(temperature: Array, c: tuple[float, ...]) -> tuple[Array, Array]:
    """Natural logarithm of the saturation pressure and its slope [1/K] over one phase."""
    t = temperature + ZERO_CELSIUS
    value = c[0] / t + c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))) + c[6] * np.log(t)
    slope = -c[0] / t**2 + c[2] + t * (2 * c[3] + t * (3 * c[4] + t * 4 * c[5])) + c[6] / t
    return value, slope


def _log_saturation(temperature: Array) -> tuple[Array, Array]:
    """Logarithm and slope over ice or water, whichever is stable."""
    value, slope = _log_pressure(temperature, _WATER)
    ice = temperature <= _TRIPLE_POINT
    if np.any(ice):
        value, slope = np.array(value), np.array(slope)
        value[ice], slope[ice] = _log_pressure(temperature[ice], _ICE)
    return value, slope


def saturation_pressure(temperature: Number) -> Array:
    """Pressure of saturated water vapour [Pa], over ice below the triple point (eqs. 5, 6; Hyland and Wexler 1983)."""
    return np.exp(_log_saturation(np.atleast_1d(temperature))[0])


def humidity_ratio_of(vapour: Array, pressure: Number) -> Array:
    """Humidity ratio from the partial pressure of water vapour [Pa] (eq. 20)."""
    return _MASS_RATIO * vapour / (pressure - vapour)


def humidity_ratio(temperature: Number, relative: Number, pressure: Number) -> Array:
    """Humidity ratio from relative humidity, share 0-1 (eqs. 20, 22)."""
    return humidity_ratio_of(relative * saturation_pressure(temperature), pressure)


def saturated_humidity_ratio(temperature: Number, pressure: Number) -> Array:
    """Humidity ratio of saturated air (eq. 21)."""
    return humidity_ratio_of(saturation_pressure(temperature), pressure)


def _vapour(ratio: Number, pressure: Number) -> Array:
    return np.asarray(pressure * ratio / (_MASS_RATIO + ratio))


def relative_humidity(temperature: Number, ratio: Number, pressure: Number) -> Array:
    """Relative humidity, share (eqs. 20, 22)."""
    return _vapour(ratio, pressure) / saturation_pressure(temperature)


def density(temperature: Number, ratio: Number, pressure: Number) -> Array:
    """Density of moist air [kg/m3] (eqs. 9, 26)."""
    volume = _DRY_GAS * (temperature + ZERO_CELSIUS) * (1.0 + ratio / _MASS_RATIO)
    return np.asarray(pressure * (1.0 + ratio) / volume)


def enthalpy(temperature: Number, ratio: Number) -> Array:
    """Enthalpy [kJ per kg of dry air], zero for dry air and liquid water at 0 degC (eq. 30)."""
    return np.asarray(1.006 * temperature + ratio * (2501.0 + 1.86 * temperature))


def dew_point(ratio: Number, pressure: Number) -> Array:
    """Dew point, below freezing the frost point [degC]: the inverse of eqs. 5 and 6 by Newton in ln p.

    ``ln p`` is nearly linear in -1/T, so a start from the Magnus form needs a handful of rounds.
    """
    target = np.log(np.maximum(_vapour(np.atleast_1d(ratio), pressure), _LEAST_VAPOUR))
    magnus = target - np.log(611.2)
    point = 243.12 * magnus / (17.62 - magnus)
    for _ in range(_ITERATIONS):
        value, slope = _log_saturation(point)
        step = (value - target) / slope
        point = point - step
        if np.max(np.abs(step)) < _TOLERANCE:
            break
    return np.asarray(point)


def _adiabatic(drybulb: Array, wetbulb: Array, pressure: Number, frozen: bool) -> tuple[Array, Array]:
    """Humidity ratio of air that saturates at ``wetbulb`` (eq. 33, over ice eq. 35), and its slope [1/K]."""
    log, slope = _log_pressure(wetbulb, _ICE if frozen else _WATER)
    vapour = np.exp(log)
    saturated = humidity_ratio_of(vapour, pressure)
    growth = saturated * slope * pressure / (pressure - vapour)
    latent, latent_slope, sensible = (2830.0, -0.24, 2.1) if frozen else (2501.0, -2.326, 4.186)
    above = (latent + latent_slope * wetbulb) * saturated - 1.006 * (drybulb - wetbulb)
    below = latent + 1.86 * drybulb - sensible * wetbulb
    above_slope = latent_slope * saturated + (latent + latent_slope * wetbulb) * growth + 1.006
    return above / below, (above_slope * below + above * sensible) / below**2


def ratio_at_wet_bulb(drybulb: Array, wetbulb: Array, pressure: Number) -> Array:
    """Humidity ratio of air with a wet bulb, over ice below freezing (eqs. 33, 35); dry air at the least."""
    over_water, _ = _adiabatic(drybulb, wetbulb, pressure, frozen=False)
    over_ice, _ = _adiabatic(drybulb, wetbulb, pressure, frozen=True)
    return np.maximum(np.where(wetbulb < 0.0, over_ice, over_water), 0.0)


def wet_bulb(drybulb: Number, ratio: Number, pressure: Number) -> Array:
    """Thermodynamic wet bulb [degC] by Newton from the dry bulb.

    The humidity ratio is an increasing convex function of the wet bulb, so Newton descends from the dry bulb without
    overshooting. The two phases overlap around 0 degC (ice gives the higher ratio there); water is taken where it fits.
    """
    dry, moist, at = np.broadcast_arrays(np.atleast_1d(drybulb), np.atleast_1d(ratio), pressure)
    wet = np.array(dry, dtype=float)
    at_zero, _ = _adiabatic(dry, np.zeros_like(wet), at, frozen=False)
    for frozen in (True, False):
        part = ((moist < at_zero) | (dry < 0.0)) == frozen
        if np.any(part):
            wet[part] = _descend(dry[part], moist[part], at[part] if np.ndim(pressure) else pressure, frozen)
    return wet


def _descend(dry: Array, moist: Array, pressure: Number, frozen: bool) -> Array:
    wet = np.minimum(dry, 0.0) if frozen else dry
    for _ in range(_ITERATIONS):
        value, slope = _adiabatic(dry, wet, pressure, frozen)
        step = (value - moist) / slope
        wet = wet - step
        if np.max(np.abs(step)) < _TOLERANCE:
            break
    return np.minimum(wet, dry)
