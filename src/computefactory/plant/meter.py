"""What the meter sees month by month: the typical year on the real calendar, and how much of the silicon runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import HOURS_OF_MONTH
from computefactory.plant.inputs.phases import Phase
from computefactory.steps import elementwise
from computefactory.timeline import Timeline
from computefactory.units import Kw, One

__all__ = ["STEPS", "by_month", "each_month", "flow"]

Array = NDArray[np.float64]


def by_month(timeline: Timeline) -> Timeline:
    """The timeline in months."""
    return Timeline(timeline.start, timeline.periods * timeline.step)


def flow(typical: Array, timeline: Timeline) -> Array:
    """A typical year's monthly amounts in the periods of the timeline: by the hours of the real month (leap years).

    Shape (..., 12) to (..., period); the same unit. The typical year has no 29 February: its mean hour stands for it.
    """
    months = by_month(timeline)
    amount = typical[..., months.month_of_year] * months.hours / HOURS_OF_MONTH[months.month_of_year]
    return np.asarray(amount.reshape(*typical.shape[:-1], timeline.periods, timeline.step).sum(axis=-1))


def each_month(value: Array | float) -> Array:
    """A number, or one a scenario, as a factor of series."""
    return np.asarray(value)[..., np.newaxis]


@elementwise(axes=1)
def grid_energy_full(
    facility_energy_per_it_kw: Array, it_design_load: Kw, power_served: One, timeline: Timeline
) -> Array:
    """Facility energy with everything installed and running [kWh], shape (month,): what the supply serves of it."""
    return flow(facility_energy_per_it_kw * each_month(it_design_load * power_served), timeline)


@elementwise(axes=1)
def it_energy_full(it_energy_per_it_kw: Array, it_design_load: Kw, power_served: One, timeline: Timeline) -> Array:
    """IT energy with everything installed and running [kWh], shape (month,)."""
    return flow(it_energy_per_it_kw * each_month(it_design_load * power_served), timeline)


@elementwise(axes=1)
def water_full(water_per_it_kw: Array, it_design_load: Kw, timeline: Timeline) -> Array:
    """Site water with everything installed and running [L], shape (month,)."""
    return flow(water_per_it_kw * each_month(it_design_load), timeline)


@elementwise(axes=1)
def peak_per_it(facility_peak_per_it_kw: Array, timeline: Timeline) -> Array:
    """Highest grid power in the period per kW of design IT, shape (month,)."""
    peaks = facility_peak_per_it_kw[..., by_month(timeline).month_of_year]
    return np.asarray(peaks.reshape(*peaks.shape[:-1], timeline.periods, timeline.step).max(axis=-1))


@elementwise(axes=1)
def peak_power_full(peak_per_it: Array, it_design_load: Kw) -> Array:
    """Highest grid power in the period with everything installed [kW], shape (month,)."""
    return np.asarray(peak_per_it * each_month(it_design_load))


@elementwise(axes=1)
def accepted_share(phases: tuple[Phase, ...], load_shares: tuple[One, ...], timeline: Timeline) -> Array:
    """Share of the design IT load that is accepted, 0 to 1, shape (month,); a phase counts from its month on."""
    start = np.array([phase.accepted for phase in phases], dtype=float).reshape(-1, 1)
    live = np.clip((timeline.month + timeline.months - start) / timeline.months, 0.0, 1.0)
    shares = [phase.silicon * load_shares[int(phase.generation)] for phase in phases]
    return np.asarray(sum(each_month(share) * row for share, row in zip(shares, live, strict=True)))


STEPS = (grid_energy_full, it_energy_full, water_full, peak_per_it, peak_power_full, accepted_share)
