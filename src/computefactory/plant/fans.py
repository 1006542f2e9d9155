"""Air moved through a hall: ``P = V dp / eta``, and the laws by which power follows flow and altitude."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.inputs import Cooling
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


def thin_air(density: Array) -> Array:
    """Fan power at this density over that at the rated density, for the same *mass* of air: ``(1.2/rho)^2``.

    The heat sets the mass flow m; the volume is m/rho. Ducts and coils lose ``k rho V^2`` = ``k m^2/rho`` where the
    flow is turbulent, filters ``k' V`` = ``k' m/rho`` where it is laminar; either way power ``V dp`` goes with 1/rho^2
    (ASHRAE Fundamentals 2017, chapter 21). A fan left at its speed would move less mass: not the same plant.
    """
    return (STANDARD_DENSITY / density) ** 2


def air_flow(cooling: Cooling, heat: One) -> One:
    """Mass of dry air that takes ``heat`` [kW] at the design rise [kg/s]: ``m = Q / (c_p dT)``, sensible heat alone."""
    return heat / (AIR_HEAT * cooling.air_rise)


def room_fan_power(cooling: Cooling, pressure: Array | float, supply: Celsius) -> Array:
    """Fan power per kW of heat in air: ``V dp / eta`` with ``V = Q / (rho c dT)``, ``dp`` as rated at 1.2 kg/m3."""
    dry = air.density(supply, 0.0, pressure)
    volume = 1.0 / (STANDARD_DENSITY * AIR_HEAT * 1e3 * cooling.air_rise)  # m3/s per W at the rated density
    return cooling.fan_pressure * volume / cooling.fan_efficiency * thin_air(dry)
