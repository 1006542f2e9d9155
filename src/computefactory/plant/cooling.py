"""Cooling by the hour: fans, pumps, chillers and water of a hall, per kW of its design IT load.

Every machine is sized on the design load (it grows with what is installed), so all results are per design IT kW and
``load`` is the share of the design load that is drawn. Heat is sensible: chilled water stays above the dew point.

* **direct_to_chip_chiller_trim**: liquid takes its share of the heat at ``liquid_supply - cdu_approach``; the rest
  goes to air and is taken by fan coils on the chilled-water side of the same chiller plant, at ``chilled_water``.
  Either loop is cooled freely by dry coolers while the outdoor air allows, then partly, then by the chiller alone.
* **air_chiller**: all heat goes to air, then to chilled water and a chiller at every hour; no economiser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant import air
from computefactory.plant.climate import Weather
from computefactory.plant.inputs import Cooling, Hall
from computefactory.units import Celsius, One

__all__ = ["STEPS", "CoolingDraw", "cool", "full_load_cooling", "hall_shares", "mixture", "typical_cooling"]

Array = NDArray[np.float64]

STANDARD_DENSITY = 1.2  # kg/m3, the air that fan pressures are rated at (ASHRAE Fundamentals 2017, chapter 1)
AIR_HEAT = 1.006  # kJ/(kg K), dry air (ASHRAE Fundamentals 2017, chapter 1, eq. 30)
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class CoolingDraw:
    """kW (water: L/h) per kW of design IT load, shape (hour,); lighting stands here because it heats the hall."""

    room_fans: Array
    pumps: Array
    rejection_fans: Array
    chillers: Array
    lighting: Array
    water: Array
    rejected: Array  # heat to the outdoors
    coolant: Array  # degC, liquid supply, nan without liquid
    inlet: Array  # degC, supply air

    @property
    def power(self) -> Array:
        """Electrical power of the cooling plant and lighting."""
        return self.room_fans + self.pumps + self.rejection_fans + self.chillers + self.lighting


@dataclass(frozen=True, slots=True, eq=False)
class _Loop:
    """What one water loop draws, per kW of design IT load."""

    pumps: Array
    fans: Array
    chillers: Array
    water: Array
    rejected: Array


def _condenser(cooling: Cooling, weather: Weather) -> Array:
    """Hot side of the chiller [degC].

    Water-cooled: condenser water leaving = wet bulb + tower approach + condenser rise, the temperatures for which the
    library's Carnot fraction was derived. Air-cooled: dry bulb + condenser rise.
    """
    if cooling.water_cooled:
        return weather.wetbulb + cooling.tower_approach + cooling.condenser_rise
    return weather.drybulb + cooling.condenser_rise


def coefficient_of_performance(cooling: Cooling, cold: Celsius, hot: Array) -> Array:
    """Heat removed / compressor power: ``fraction x T_c / (T_h - T_c)`` in kelvin, capped at ``cop_max``.

    ``cold`` is the leaving chilled water, ``hot`` what :func:`_condenser` gives. At less lift than the cap's it holds.
    """
    least_lift = cooling.carnot_fraction * (cold + air.ZERO_CELSIUS) / cooling.cop_max
    return cooling.carnot_fraction * (cold + air.ZERO_CELSIUS) / np.maximum(hot - cold, least_lift)


def _evaporated(cooling: Cooling, weather: Weather) -> Array:
    """Water evaporated on a tower per kWh of heat [L/kWh].

    Enthalpy balance of the tower air (Merkel's assumption): it leaves saturated at the mean water temperature, so each
    kJ it gains carries ``dw/dh`` kg of vapour; the latent share follows from the weather instead of being assumed.
    """
    leaving = weather.wetbulb + cooling.tower_approach + cooling.condenser_rise / 2
    moist = air.saturated_humidity_ratio(leaving, weather.pressure)
    gained = air.enthalpy(leaving, moist) - air.enthalpy(weather.drybulb, weather.humidity_ratio)
    return np.maximum(moist - weather.humidity_ratio, 0.0) / gained * SECONDS_PER_HOUR


def _chill(cooling: Cooling, weather: Weather, heat: Array, supply: Celsius) -> _Loop:
    """A chiller with leaving water at ``supply``, and its condenser: staged fans, so their power goes with heat."""
    work = heat / coefficient_of_performance(cooling, supply, _condenser(cooling, weather))
    rejected = heat + work
    fans = cooling.heat_rejection_fan * rejected * (STANDARD_DENSITY / weather.density) ** 2
    none = np.zeros_like(heat)
    if not cooling.water_cooled:
        return _Loop(none, fans, work, none, rejected)
    cycles = cooling.cycles_of_concentration
    water = rejected * (_evaporated(cooling, weather) * cycles / (cycles - 1) + cooling.drift)
    return _Loop(none, fans, work, water, rejected)


def _cube(x: Array) -> Array:
    return x * x * x  # many times faster than the power function, hour by hour


def _economise(cooling: Cooling, weather: Weather, heat: Array, design: float, supply: Celsius) -> _Loop:
    """Dry cooler before the chiller: free, partial or mechanical, whichever draws least.

    Constant effectiveness: a dry cooler sized for ``design`` kW at ``dry_cooler_approach`` removes at full air flow
    ``design x (return - dry bulb) / (approach + rise)``. With more than enough, its fans slow down (flow ~ heat, power
    ~ flow cubed); with less, they run at full flow and the chiller takes the rest, unless it alone draws less.
    """
    reach = cooling.dry_cooler_approach + cooling.water_rise
    capacity = design * np.maximum(supply + cooling.water_rise - weather.drybulb, 0.0) / reach
    free = np.minimum(heat, capacity)
    flow = np.divide(heat, capacity, out=np.ones_like(heat), where=capacity > heat)
    fans = cooling.heat_rejection_fan * design * _cube(flow) * (STANDARD_DENSITY / weather.density) ** 2
    trim = _chill(cooling, weather, heat - free, supply)
    alone = _chill(cooling, weather, heat, supply)
    better = fans + trim.fans + trim.chillers <= alone.fans + alone.chillers
    return _Loop(
        trim.pumps,
        np.where(better, fans + trim.fans, alone.fans),
        np.where(better, trim.chillers, alone.chillers),
        np.where(better, trim.water, alone.water),
        np.where(better, free + trim.rejected, alone.rejected),
    )


def _loop(
    cooling: Cooling, weather: Weather, heat: Array, design: float, supply: Celsius, *, economiser: bool
) -> _Loop:
    """A pumped loop: flow follows heat at constant rise, pump power flow cubed (affinity laws); its heat is removed."""
    ratio = heat / design if design else np.zeros_like(heat)
    pumps = cooling.pump_power * design * _cube(ratio)
    full = design * (1.0 + cooling.pump_power)
    cold = (
        _economise(cooling, weather, heat + pumps, full, supply)
        if economiser
        else _chill(cooling, weather, heat + pumps, supply)
    )
    return _Loop(pumps, cold.fans, cold.chillers, cold.water, cold.rejected)


def _room_fans(cooling: Cooling, weather: Weather, supply: Celsius) -> float:
    """Fan power per kW of heat in air: ``V dp / eta`` with ``V = Q / (rho c dT)``.

    The mass flow is set by the heat, and duct pressure goes with rho v^2, so power goes with 1/rho^2: at 1,800 m about
    1.5 times sea level.
    """
    dry = float(air.density(np.array([supply]), np.zeros(1), weather.pressure)[0])
    pressure = cooling.fan_pressure * STANDARD_DENSITY / dry  # Pa = J/m3
    return pressure / cooling.fan_efficiency / (dry * AIR_HEAT * 1e3 * cooling.air_rise)


@dataclass(frozen=True, slots=True)
class _Architecture:
    """What tells the architectures apart: whether racks give heat to liquid, and whether outdoor air cools freely."""

    liquid: bool
    economiser: bool


ARCHITECTURES = {
    "direct_to_chip_chiller_trim": _Architecture(liquid=True, economiser=True),
    "air_chiller": _Architecture(liquid=False, economiser=False),
}


def cool(cooling: Cooling, weather: Weather, load: float, liquid_share: float) -> CoolingDraw:
    """What a hall's cooling draws hour by hour at ``load``; ``liquid_share`` of the heat could go to liquid.

    Raises:
        FactoryFileError: the architecture is not modelled.
    """
    if cooling.architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise FactoryFileError(
            [
                Problem(
                    "not_modelled", "cooling.architecture", cooling.architecture, f"one of {known}", "Hourly physics."
                )
            ]
        )
    kind = ARCHITECTURES[cooling.architecture]
    economiser = kind.economiser
    liquid = liquid_share if kind.liquid else 0.0
    ones = np.ones_like(weather.drybulb)
    inlet = max(cooling.air_supply, cooling.chilled_water + cooling.coil_approach)
    fan_design = (1.0 - liquid) * _room_fans(cooling, weather, inlet)
    room_fans = fan_design * load**3
    to_air = (1.0 - liquid) * load + cooling.lighting + room_fans
    to_air_design = 1.0 - liquid + cooling.lighting + fan_design
    facility_water = cooling.liquid_supply - cooling.cdu_approach
    chilled = _loop(cooling, weather, to_air * ones, to_air_design, cooling.chilled_water, economiser=economiser)
    warm = _loop(cooling, weather, liquid * load * ones, liquid, facility_water, economiser=economiser)
    coolant = cooling.liquid_supply if liquid else np.nan
    return CoolingDraw(
        room_fans=room_fans * ones,
        pumps=chilled.pumps + warm.pumps,
        rejection_fans=chilled.fans + warm.fans,
        chillers=chilled.chillers + warm.chillers,
        lighting=cooling.lighting * ones,
        water=chilled.water + warm.water,
        rejected=chilled.rejected + warm.rejected,
        coolant=coolant * ones,
        inlet=inlet * ones,
    )


def mixture(draws: Sequence[CoolingDraw], shares: Sequence[float]) -> CoolingDraw:
    """Halls together: powers by installed IT share, temperatures the warmest hall's."""
    worst = {"coolant", "inlet"}
    return CoolingDraw(
        **{
            item.name: np.fmax.reduce([getattr(draw, item.name) for draw in draws])
            if item.name in worst
            else np.asarray(sum(share * getattr(draw, item.name) for draw, share in zip(draws, shares, strict=True)))
            for item in fields(CoolingDraw)
        }
    )


def hall_shares(halls: tuple[Hall, ...]) -> tuple[One, ...]:
    """Share of the installed rack power in each hall; equal shares where nothing is installed."""
    power = np.array([hall.racks * hall.rack_power for hall in halls], dtype=float)
    total = power.sum()
    return tuple(float(share) for share in (power / total if total > 0 else np.full(len(halls), 1 / len(halls))))


def typical_cooling(
    typical_weather: Weather,
    mean_load: One,
    hall_shares: tuple[One, ...],
    cooling: tuple[Cooling, ...],
    liquid_share: One,
) -> CoolingDraw:
    """Cooling in the typical year at the mean draw of the installed IT."""
    return _together(typical_weather, mean_load, hall_shares, cooling, liquid_share)


def full_load_cooling(
    full_load_weather: Weather,
    hall_shares: tuple[One, ...],
    cooling: tuple[Cooling, ...],
    liquid_share: One,
) -> CoolingDraw:
    """Cooling at the design draw, in the typical year's hours followed by the design hours."""
    return _together(full_load_weather, 1.0, hall_shares, cooling, liquid_share)


def _together(
    weather: Weather, load: float, shares: tuple[One, ...], cooling: tuple[Cooling, ...], liquid_share: float
) -> CoolingDraw:
    return mixture([cool(each, weather, load, liquid_share) for each in cooling], shares)


STEPS = (hall_shares, typical_cooling, full_load_cooling)
