"""The bill of a supply stack, month by month on the calendar, for everything installed and running.

What goes with energy (energy, fuel, riders) is a price and a flow; what goes with the highest draw a peak and a price;
the rest falls due as long as the site is connected. The lines (``plant.supply_lines``) put load and price rise to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import DAYS_OF_MONTH, HOURS_OF_MONTH, MONTH_STARTS, Weather
from computefactory.plant.inputs.site import Site
from computefactory.plant.meter import by_month, each_month, flow
from computefactory.plant.sources import Source
from computefactory.plant.stack import (
    Dispatch,
    coincident_hours,
    delivered,
    settled_on,
    settled_price,
    window_hours,
)
from computefactory.steps import elementwise, number
from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import One

__all__ = ["STEPS", "Bill", "ratcheted"]

Array = NDArray[np.float64]
NONE = np.zeros(MONTHS_PER_YEAR)
# kWh, USD/kWh, kW, then USD a month of the typical year
ENERGY, PRICE, PEAK, WINDOWS, CAPACITY, VOLUME, SETTLED = range(7)


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Series of shape (source, month), and numbers, one entry a source; over scenarios they lead."""

    energy: Array  # kWh
    price: Array  # USD/kWh, mean of the month
    peak: Array  # kW
    ratchet: Array  # kW billed at least, for the peaks of earlier months
    windows: Array  # USD, peaks inside windows
    capacity: Array  # USD, obligation on the coincident peak
    fixed: Array  # USD, whatever is drawn
    settled: Array  # USD, what contracts for volume are settled against
    demand: tuple[float, ...]  # USD/kW-month
    minimum_take: tuple[One, ...]
    of_reserved: tuple[One, ...]
    on_energy: tuple[One, ...]
    rider_share: tuple[One, ...]
    escalator: tuple[float, ...]
    settled_escalator: float  # of the price that is settled against
    ratchet_months: tuple[float, ...]


def ratcheted(peaks: Array, share: Array | float, months: Array | float) -> Array:
    """Demand ratchet [kW]: ``share x max(peaks of the months before)``, shape (..., month), at most ``months`` back."""
    floor = np.zeros(np.broadcast_shapes(peaks.shape, np.shape(share), np.shape(months)))
    for lag in range(1, min(int(np.max(months)), peaks.shape[-1] - 1) + 1):
        before = np.where(lag <= months, share * peaks[..., :-lag], 0.0)
        floor[..., lag:] = np.maximum(floor[..., lag:], before)
    return floor


def supply_year(dispatch: Dispatch, sources: tuple[Source, ...], typical_weather: Weather, site: Site) -> Array:
    """What each source sends and charges in the months of the typical year, shape (quantity, source, 12)."""
    if not dispatch.sent:
        return np.zeros((SETTLED + 1, 0, MONTHS_PER_YEAR))
    rows = [_months(each, place, dispatch, sources, typical_weather, site) for place, each in enumerate(sources)]
    return np.stack(rows, axis=1)


def _months(
    source: Any, place: int, dispatch: Dispatch, sources: tuple[Source, ...], weather: Weather, site: Site
) -> Array:
    """One source, shape (quantity, 12)."""
    sent, price = dispatch.sent[place], dispatch.price[place]
    energy = np.add.reduceat(sent, MONTH_STARTS)
    cost = np.add.reduceat(sent * price, MONTH_STARTS)
    mean = np.add.reduceat(price, MONTH_STARTS) / HOURS_OF_MONTH
    positive = energy > 0
    monthly = np.where(positive, cost / np.where(positive, energy, 1.0), mean)
    peak, windows, capacity = NONE, NONE, NONE
    if source.kind == "tariff":
        peak = np.maximum.reduceat(sent, MONTH_STARTS) * dispatch.swing
        for window, hours in zip(source.demand_windows, window_hours(source.demand_windows), strict=True):
            highest = np.maximum.reduceat(np.where(hours, sent, 0.0), MONTH_STARTS)
            windows = windows + highest * dispatch.swing * window.price
        if source.capacity_price and source.capacity_hours:
            obligation = sent[coincident_hours(weather, source.capacity_hours)].mean()
            capacity = obligation * source.capacity_price * DAYS_OF_MONTH
    volume, settled = _volume(source, dispatch, sources, site) if source.kind == "ppa" else (NONE, NONE)
    return np.stack([energy, monthly, peak, windows, capacity, volume, settled])


def _volume(ppa: Any, dispatch: Dispatch, sources: tuple[Source, ...], site: Site) -> tuple[Array, Array]:
    """What a contract for volume costs at its price, and what it is settled against: basis, virtual the market too."""
    market = settled_price(sources, dispatch.price)
    volume = delivered(ppa, site, market)
    over = ppa.basis + market if ppa.virtual and market is not None else ppa.basis
    return np.add.reduceat(volume * ppa.price, MONTH_STARTS), np.add.reduceat(volume * over, MONTH_STARTS)


@elementwise(axes=2)
def supply_bill(supply_year: Array, sources: tuple[Source, ...], accepted_share: Array, timeline: Timeline) -> Bill:
    """What each source costs with everything installed and running, at the prices of the year of month 0."""
    billed = sources if supply_year.shape[-2] else ()  # without a load nothing is sent, and nothing owed
    months = by_month(timeline).month_of_year
    year = np.moveaxis(supply_year, -3, 0)

    def calendar(values: Array) -> Array:
        return values[..., months].reshape(*values.shape[:-1], timeline.periods, timeline.step)

    peak = calendar(year[PEAK]).max(axis=-1)
    running = peak * accepted_share[..., np.newaxis, :]
    ratchet = [
        ratcheted(
            running[..., place, :],
            each_month(_of(each, "ratchet")),
            each_month(_of(each, "ratchet_months")) // timeline.step,
        )
        for place, each in enumerate(billed)
    ]
    fixed = [_fixed(each, flow(year[VOLUME, ..., place, :], timeline), timeline) for place, each in enumerate(billed)]
    return Bill(
        energy=flow(year[ENERGY], timeline),
        price=calendar(year[PRICE]).mean(axis=-1),
        peak=peak,
        ratchet=_rows(ratchet, peak),
        windows=calendar(year[WINDOWS]).mean(axis=-1) * timeline.months,
        capacity=flow(year[CAPACITY], timeline),
        fixed=_rows(fixed, peak),
        settled=flow(year[SETTLED], timeline),
        demand=tuple(_of(each, "demand") + _of(each, "rider_demand") for each in billed),
        minimum_take=tuple(_of(each, "minimum_take") for each in billed),
        of_reserved=tuple(_of(each, "minimum_take_of_reserved") for each in billed),
        on_energy=tuple(_of(each, "minimum_take_on_energy") for each in billed),
        rider_share=tuple(_of(each, "rider_share") for each in billed),
        escalator=tuple(getattr(each, "escalator", 0.0) for each in billed),
        settled_escalator=next((each.escalator for each in settled_on(billed)), 0.0),
        ratchet_months=tuple(number(np.maximum(_of(each, "ratchet_months"), 1.0)) for each in billed),
    )


def _of(source: Any, name: str) -> float:
    """What only a tariff charges."""
    charge: float = getattr(source, name) if source.kind == "tariff" else 0.0
    return charge


def _rows(rows: list[Array], like: Array) -> Array:
    """Series of each source beside each other."""
    return np.stack(np.broadcast_arrays(*rows), axis=-2) if rows else like


def _fixed(source: Any, volume: Array, timeline: Timeline) -> Array:
    """What falls due whatever is drawn: fixed charges, upkeep of plant, contracts for volume, pay for being cut."""
    if source.kind in ("tariff", "wholesale"):
        return np.asarray(each_month(source.fixed) * timeline.months)
    if source.kind == "interruptible":
        return np.asarray(-each_month(source.discount * source.power) * timeline.months)
    if source.kind in ("generation", "solar", "wind"):
        return np.asarray(each_month(source.om_fixed * source.capacity) * timeline.years)
    if source.kind == "battery":
        return np.asarray(each_month(source.om_fixed * source.power) * timeline.years)
    return volume


STEPS = (supply_year, supply_bill)
