"""Air moved through a hall: ``P = V dp / eta``, and the laws by which power follows flow and altitude."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.inputs.cooling import Cooling
from computefactory.units import Celsius, One

__all__ = ["AIR_HEAT", "STANDARD_DENSITY", "air_flow", "cube", "room_fan_power", "thin_air"]

Array = NDArray[np.float64]

STANDARD_DENSITY = 1.2  # kg/m3, the air that fan pressures are rated at (ASHRAE Fundamentals 2017, chapter 1)
AIR_HEAT = 1.006  # kJ/(kg K), dry air (ASHRAE Fundamentals 2017, chapter 1, eq. 30)


def cube(x: Array) -> Array:
    """Flow ratio to power ratio by the affinity laws, ``P2/P1 = (V2/V1)^3``: turbulent flow, no static head to keep.

    Many times faster than the power function, hour by hour.
    """
    return x * x * x


def thin_air(cooling: Cooling, density: Array) -> Array:
    """Fan power at this density over that at the rated density, for the same *mass* of air: ``(1.2/rho)^n``.

    The heat sets the mass flow m, so fans move the volume m/rho; a fan left at its speed would move less mass and be
    another plant. What they work against depends on what their rating means (library table ``fan_rating``):

    * ``mass_flow``, n = 2: rated in standard air, as catalogues do. The same ducts and coils lose ``k rho V^2`` where
      the flow is turbulent, filters ``k' V`` where it is laminar: both ``~ 1/rho`` (ASHRAE Fundamentals 2017, ch. 21).
    * ``volume_flow``, n = 3: the rated pressure is that of the rated volume *in the site's air*, and power follows the
      cube of volume: ``k V^2`` without the thinner air's smaller loss.
    * ``site_pressure``, n = 1: the pressure is what the fans build up at the site at the flow needed there.
    """
    return (STANDARD_DENSITY / density) ** cooling.density_exponent


def air_flow(cooling: Cooling, heat: One) -> One:
    """Mass of dry air that takes ``heat`` [kW] at the design rise [kg/s]: ``m = Q / (c_p dT)``, sensible heat alone."""
    return heat / (AIR_HEAT * cooling.air_rise)


def room_fan_power(cooling: Cooling, pressure: Array | float, supply: Celsius) -> Array:
    """Fan power per kW of heat in air: ``V dp / eta`` with ``V = Q / (rho c dT)``, ``dp`` as rated at 1.2 kg/m3."""
    dry = air.density(supply, 0.0, pressure)
    volume = 1.0 / (STANDARD_DENSITY * AIR_HEAT * 1e3 * cooling.air_rise)  # m3/s per W at the rated density
    return cooling.fan_pressure * volume / cooling.fan_efficiency * thin_air(cooling, dry)
