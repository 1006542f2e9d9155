"""Electrical power: the chain from the meter to the racks, PUE by the hour, and what the connection can carry.

The chain is what stands outside the IT equipment (ISO/IEC 30134-2): transformer, UPS, distribution. Power supplies and
server fans are inside IT, so PUE hides what liquid cooling saves there; TUE shows it. Cooling is fed from the
transformer, not through the UPS. Everything is per kW of design IT load: machines are sized with what is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import HOURS_OF_MONTH, MONTH_STARTS
from computefactory.plant.cooling import CoolingDraw
from computefactory.plant.inputs import Cluster, Electrical, Hall, Interconnection, Silicon, silicon_of
from computefactory.plant.silicon import mean_of
from computefactory.steps import elementwise, hourly, number
from computefactory.units import Celsius, Hour, Kw, LitrePerKwh, One

__all__ = ["STEPS", "Chain", "chain", "ups_loss"]

Array = NDArray[np.float64]

HALF_LOAD = 0.5  # the UPS efficiency of the library holds at and above half load


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """kW per kW of design IT load, shape (hour,): what the grid gives and where it goes."""

    it: Array
    cooling: Array  # with lighting
    distribution: Array
    ups: Array
    transformer: Array
    grid: Array

    @property
    def pue(self) -> Array:
        """Grid / IT power (ISO/IEC 30134-2)."""
        return self.grid / self.it


def ups_loss(load: One, electrical: Electrical) -> One:
    """Loss of a UPS at ``load`` (output / rating, 0 to 1), as a share of its rating; a number or an array.

    From ``ups_no_load`` at idle on a straight line to the rated efficiency at half load, constant efficiency above.
    """
    slope = 1 / electrical.ups - 1
    below = electrical.ups_no_load + (HALF_LOAD * slope - electrical.ups_no_load) * load / HALF_LOAD
    return number(np.where(np.asarray(load) >= HALF_LOAD, load * slope, below))


def transformer_loss(load: Array, rating: Array | float, electrical: Electrical) -> Array:
    """Loss of the transformers: iron loss at all times, copper loss with the square of the load (IEC 60076-1).

    ``load`` leaves them; at ``rating`` the two together are what their efficiency says.
    """
    full = rating * (1 / electrical.transformer - 1)
    idle = electrical.transformer_no_load
    share = load / rating
    return full * np.where(np.isnan(idle), share, idle + (1 - idle) * share**2)


def chain(load: One, draw: CoolingDraw, electrical: Electrical, rating: Array | float | None = None) -> Chain:
    """The chain at ``load`` (share of design IT drawn, above 0 to 1): redundant UPS modules share the load evenly.

    Each part's output is the next one's load: ``P_in = P_out + loss``, kW per kW of design IT, shape (hour,) or
    (design, hour).

    ``rating`` is what the transformers are made for, by default the highest load here.
    """
    protected = load / electrical.distribution
    modules = electrical.redundancy_modules / electrical.distribution
    ups = modules * ups_loss(protected / modules, electrical)
    cooling = draw.power
    below = protected + ups + cooling
    transformer = transformer_loss(below, below.max(axis=-1, keepdims=True) if rating is None else rating, electrical)
    return Chain(
        it=np.broadcast_to(load, below.shape),
        cooling=np.broadcast_to(cooling, below.shape),
        distribution=np.broadcast_to(protected - load, below.shape),
        ups=np.broadcast_to(ups, below.shape),
        transformer=transformer,
        grid=below + transformer,
    )


@hourly
def full_load_power(full_load_cooling: CoolingDraw, electrical: Electrical) -> Chain:
    """The chain at the design draw, typical year then design hours."""
    return chain(1.0, full_load_cooling, electrical)


@hourly
def typical_power(
    typical_cooling: CoolingDraw, electrical: Electrical, mean_load: One, full_load_power: Chain
) -> Chain:
    """The chain in the typical year at the mean draw of the installed IT."""
    made_for = float((full_load_power.grid - full_load_power.transformer).max())
    return chain(mean_load, typical_cooling, electrical, made_for)


@elementwise()
def connection_power(interconnection: Interconnection) -> Kw:
    """What this factory may draw: the least of capacity, reservation, firm (N-1) transformers, power factor x MVA."""
    most = (interconnection.capacity, interconnection.reserved, interconnection.firm, interconnection.real)
    return number(reduce(np.minimum, most))


def interconnection_limit(connection_power: Kw, full_load_power: Chain, firm_onsite: Array) -> Kw:
    """Largest IT load whose facility power stays within connection and firm plant in every typical and design hour.

    Aux power is proportional to the IT it is sized for, so ``P (1 + a_h) <= limit_h`` in each hour has the closed form
    ``P = min_h limit_h / (1 + a_h)`` with the hourly ratio *at full load*: the maximum of the hourly PUE of the typical
    year, which falls in part-load hours, would strand power.
    """
    return float(((connection_power + firm_onsite) / full_load_power.grid).min())


@elementwise()
def it_capacity(halls: tuple[Hall, ...], interconnection_limit: Kw) -> Kw:
    """IT load that the halls can power and cool and the connection can carry."""
    return number(np.minimum(sum(hall.it_capacity for hall in halls), interconnection_limit))


@hourly
def pue_hourly(typical_power: Chain) -> Array:
    """PUE in each hour of the typical year at the installed load, shape (hour,)."""
    return typical_power.pue


def pue_annual(typical_power: Chain) -> One:
    """Energy-weighted PUE of the typical year at the installed load."""
    return float(typical_power.grid.sum() / typical_power.it.sum())


def pue_design(full_load_power: Chain) -> One:
    """PUE at the design draw in the hour that binds the connection."""
    return float(full_load_power.pue[np.argmax(full_load_power.grid)])


@elementwise()
def tue_annual(
    pue_annual: One, silicon: Silicon, generations: tuple[Cluster, ...], load_shares: tuple[One, ...], mean_load: One
) -> One:
    """Facility energy / compute energy: PUE with server fans and power-supply losses taken out of IT.

    TUE = ITUE x PUE (Patterson et al., ISC 2013).
    """
    every = silicon_of(silicon, generations)
    drawn = mean_of(tuple(each.utilisation * each.noncompute_share for each in every), load_shares)
    return pue_annual / (1 - drawn / mean_load)


def wue_annual(typical_cooling: CoolingDraw, typical_power: Chain) -> LitrePerKwh:
    """Site water / IT energy of the typical year (ISO/IEC 30134-9)."""
    return float(typical_cooling.water.sum() / typical_power.it.sum())


def coolant_warmest(full_load_cooling: CoolingDraw) -> Celsius:
    """Warmest liquid supply in typical and design hours; nan without liquid cooling."""
    return float(full_load_cooling.coolant.max())


def inlet_warmest(full_load_cooling: CoolingDraw) -> Celsius:
    """Warmest supply air in typical and design hours."""
    return float(full_load_cooling.inlet.max())


def coolant_coolest(typical_cooling: CoolingDraw) -> Celsius:
    """Coolest liquid supply of the typical year: the set point, unless it is never reached; nan without liquid."""
    return float(typical_cooling.coolant.min())


def inlet_coolest(typical_cooling: CoolingDraw) -> Celsius:
    """Coolest supply air of the typical year."""
    return float(typical_cooling.inlet.min())


def _hours_over(series: list[Array], limits: tuple[Celsius, ...]) -> Hour:
    """Hours in which any hall is warmer than what stands in it accepts."""
    over = [values > limit for values, limit in zip(series, limits, strict=True)]
    return float(np.count_nonzero(np.logical_or.reduce(over)))


def coolant_hours_exceeded(typical_halls: tuple[CoolingDraw, ...], hall_coolant_limits: tuple[Celsius, ...]) -> Hour:
    """Hours of the typical year with liquid supply above what the silicon accepts."""
    return _hours_over([each.coolant for each in typical_halls], hall_coolant_limits)


def air_hours_exceeded(typical_halls: tuple[CoolingDraw, ...], hall_inlet_limits: tuple[Celsius, ...]) -> Hour:
    """Hours of the typical year with supply air above what the silicon accepts."""
    return _hours_over([each.inlet for each in typical_halls], hall_inlet_limits)


def hall_coolants(typical_halls: tuple[CoolingDraw, ...]) -> tuple[Celsius, ...]:
    """Coolest liquid supply of each hall in the typical year; nan without liquid."""
    return tuple(float(each.coolant.min()) for each in typical_halls)


def hall_inlets(typical_halls: tuple[CoolingDraw, ...]) -> tuple[Celsius, ...]:
    """Coolest supply air of each hall in the typical year."""
    return tuple(float(each.inlet.min()) for each in typical_halls)


def facility_energy_per_it_kw(typical_power: Chain) -> Array:
    """Grid energy by calendar month of the typical year [kWh per kW of design IT], shape (12,)."""
    return np.add.reduceat(typical_power.grid, MONTH_STARTS)


def facility_peak_per_it_kw(full_load_power: Chain) -> Array:
    """Monthly peak of grid power at the design draw [kW per kW of design IT], shape (12,).

    The month's meter is taken to see the design draw in its hottest hour: training loads rise and fall together.
    """
    typical = full_load_power.grid[: int(HOURS_OF_MONTH.sum())]
    return np.maximum.reduceat(typical, MONTH_STARTS)


def it_energy_per_it_kw(typical_power: Chain) -> Array:
    """IT energy by calendar month of the typical year [kWh per kW of design IT], shape (12,)."""
    return np.add.reduceat(typical_power.it, MONTH_STARTS)


def water_per_it_kw(typical_cooling: CoolingDraw) -> Array:
    """Site water by calendar month of the typical year [L per kW of design IT], shape (12,)."""
    return np.add.reduceat(typical_cooling.water, MONTH_STARTS)


STEPS = (
    full_load_power,
    typical_power,
    connection_power,
    interconnection_limit,
    it_capacity,
    pue_hourly,
    pue_annual,
    pue_design,
    tue_annual,
    wue_annual,
    coolant_warmest,
    inlet_warmest,
    coolant_coolest,
    inlet_coolest,
    coolant_hours_exceeded,
    air_hours_exceeded,
    hall_coolants,
    hall_inlets,
    facility_energy_per_it_kw,
    facility_peak_per_it_kw,
    it_energy_per_it_kw,
    water_per_it_kw,
)
