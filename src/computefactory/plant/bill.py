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
from computefactory.plant.inputs import Site
from computefactory.plant.meter import by_month, flow
from computefactory.plant.sources import Source
from computefactory.plant.stack import (
    Dispatch,
    coincident_hours,
    delivered,
    delivers,
    imported,
    window_hours,
)
from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import One

__all__ = ["STEPS", "Bill", "ratcheted"]

Array = NDArray[np.float64]
NONE = np.zeros(MONTHS_PER_YEAR)


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """One entry a source: numbers, or series of shape (month,)."""

    energy: tuple[Array, ...]  # kWh
    price: tuple[Array, ...]  # USD/kWh, mean of the month
    peak: tuple[Array, ...]  # kW
    demand: tuple[float, ...]  # USD/kW-month
    ratchet: tuple[Array, ...]  # kW billed at least, for the peaks of earlier months
    windows: tuple[Array, ...]  # USD, peaks inside windows
    capacity: tuple[Array, ...]  # USD, obligation on the coincident peak
    fixed: tuple[Array, ...]  # USD, whatever is drawn
    minimum_take: tuple[One, ...]
    of_reserved: tuple[One, ...]
    on_energy: tuple[One, ...]
    rider_share: tuple[One, ...]
    escalator: tuple[float, ...]
    ratchet_months: tuple[float, ...]


_FIELDS = (
    "energy",
    "price",
    "peak",
    "demand",
    "ratchet",
    "windows",
    "capacity",
    "fixed",
    "minimum_take",
    "of_reserved",
)
_REST = ("on_energy", "rider_share", "escalator", "ratchet_months")


def ratcheted(peaks: Array, share: One, months: int) -> Array:
    """A share of the highest peak of the ``months`` before each, shape (month,)."""
    floor = np.zeros_like(peaks)
    for lag in range(1, min(months, len(peaks) - 1) + 1):
        floor[lag:] = np.maximum(floor[lag:], share * peaks[:-lag])
    return floor


def supply_bill(
    dispatch: Dispatch,
    sources: tuple[Source, ...],
    typical_weather: Weather,
    site: Site,
    energised_share: Array,
    timeline: Timeline,
) -> Bill:
    """What each source costs with everything installed and running, at the prices of the year of month 0."""
    if not dispatch.sent:
        return Bill(*((),) * (len(_FIELDS) + len(_REST)))
    rows = [
        _row(each, k, dispatch, sources, typical_weather, site, energised_share, timeline)
        for k, each in enumerate(sources)
    ]
    return Bill(**{name: tuple(row[name] for row in rows) for name in (*_FIELDS, *_REST)})


def _row(
    source: Any,
    place: int,
    dispatch: Dispatch,
    sources: tuple[Source, ...],
    weather: Weather,
    site: Site,
    energised_share: Array,
    timeline: Timeline,
) -> dict[str, Any]:
    sent = dispatch.sent[place]
    energy = np.add.reduceat(sent, MONTH_STARTS)
    price = dispatch.price[place]
    cost = np.add.reduceat(sent * price, MONTH_STARTS)
    mean = np.add.reduceat(price, MONTH_STARTS) / HOURS_OF_MONTH
    positive = energy > 0
    monthly = np.where(positive, cost / np.where(positive, energy, 1.0), mean)
    month = by_month(timeline).month_of_year

    def calendar(values: Array) -> Array:
        return np.asarray(values[month].reshape(timeline.periods, timeline.step).mean(axis=1))

    row: dict[str, Any] = {
        "energy": flow(energy, timeline),
        "price": calendar(monthly),
        "peak": np.zeros(timeline.periods),
        "demand": 0.0,
        "ratchet": np.zeros(timeline.periods),
        "windows": np.zeros(timeline.periods),
        "capacity": np.zeros(timeline.periods),
        "fixed": _fixed(source, dispatch, sources, site, timeline),
        "minimum_take": 0.0,
        "of_reserved": 0.0,
        "on_energy": 0.0,
        "rider_share": 0.0,
        "escalator": float(getattr(source, "escalator", 0.0)) if source.kind != "battery" else 0.0,
        "ratchet_months": 1.0,
    }
    if source.kind == "tariff":
        row |= _tariff(source, sent, dispatch.swing, weather, energised_share, timeline, calendar)
    return row


def _tariff(
    tariff: Any, sent: Array, swing: Array, weather: Weather, energised_share: Array, timeline: Timeline, calendar: Any
) -> dict[str, Any]:
    """Demand, capacity and minimum of a tariff on what it meters."""
    peak = np.maximum.reduceat(sent, MONTH_STARTS) * swing
    peaks = by_month(timeline).month_of_year
    monthly = peak[peaks].reshape(timeline.periods, timeline.step).max(axis=1)
    windows = np.zeros(MONTHS_PER_YEAR)
    for window, hours in zip(tariff.demand_windows, window_hours(tariff.demand_windows), strict=True):
        windows = windows + np.maximum.reduceat(np.where(hours, sent, 0.0), MONTH_STARTS) * swing * window.price
    capacity = NONE
    if tariff.capacity_price and tariff.capacity_hours:
        obligation = sent[coincident_hours(weather, tariff.capacity_hours)].mean()
        capacity = obligation * tariff.capacity_price * DAYS_OF_MONTH
    return {
        "peak": monthly,
        "demand": float(tariff.demand + tariff.rider_demand),
        "ratchet": ratcheted(monthly * energised_share, tariff.ratchet, int(tariff.ratchet_months) // timeline.step),
        "windows": calendar(windows) * timeline.months,
        "capacity": flow(capacity, timeline),
        "minimum_take": float(tariff.minimum_take),
        "of_reserved": float(tariff.minimum_take_of_reserved),
        "on_energy": float(tariff.minimum_take_on_energy),
        "rider_share": float(tariff.rider_share),
        "ratchet_months": float(max(tariff.ratchet_months, 1.0)),
    }


def _fixed(source: Any, dispatch: Dispatch, sources: tuple[Source, ...], site: Site, timeline: Timeline) -> Array:
    """What falls due whatever is drawn: fixed charges, upkeep of plant, contracts for volume, pay for being cut."""
    if source.kind in ("tariff", "wholesale"):
        return np.asarray(source.fixed * timeline.months)
    if source.kind == "interruptible":
        return np.asarray(-source.discount * source.power * timeline.months)
    if source.kind in ("generation", "solar", "wind"):
        return np.asarray(source.om_fixed * source.capacity * timeline.years)
    if source.kind == "battery":
        return np.asarray(source.om_fixed * source.power * timeline.years)
    volume = delivered(source, site)
    if not source.virtual:
        return flow(np.add.reduceat(volume * (source.price - source.basis), MONTH_STARTS), timeline)
    reference = spot(dispatch, sources) + source.basis
    return flow(np.add.reduceat(volume * (source.price - reference), MONTH_STARTS), timeline)


def spot(dispatch: Dispatch, sources: tuple[Source, ...]) -> Array:
    """The price at the site that a contract for difference is settled against: the market's, else the tariff's."""
    markets = [price for price, each in zip(dispatch.price, sources, strict=True) if each.kind == "wholesale"]
    tariffs = [
        price for price, each in zip(dispatch.price, sources, strict=True) if imported(each) and not delivers(each)
    ]
    return (markets or tariffs)[0]


STEPS = (supply_bill,)
