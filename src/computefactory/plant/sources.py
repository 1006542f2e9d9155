"""What feeds a site besides one plain tariff: frozen records of tariffs, markets, contracts, plant and storage.

A *grid* source is drawn through the connection; the rest stands on the site. Series are tuples of 8,760 hours, January
first; an empty one means that nothing is given by the hour.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.units import (
    Celsius,
    Hour,
    KgPerKwh,
    Kw,
    Kwh,
    Month,
    One,
    PerKelvin,
    PerMetre,
    PerYear,
    UsdPerKw,
    UsdPerKwDay,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerMonth,
)

__all__ = [
    "Battery",
    "Generation",
    "Interruptible",
    "Market",
    "Ppa",
    "Renewable",
    "Shape",
    "Source",
    "Tariff",
    "Wholesale",
    "Window",
]


@dataclass(frozen=True, slots=True)
class Window:
    """A price in some months, days and hours; one without any of the three is the rest of the year."""

    name: str
    price: float  # USD/kWh, or USD/kW-month on the peak inside the window
    months: tuple[int, ...]  # 1 to 12
    days: str  # all, weekdays, weekends
    first: int  # hour of the day it begins
    last: int  # hour it ends; at or before ``first``: it runs over midnight
    rest: One  # 1: what the others leave


@dataclass(frozen=True, slots=True)
class Tariff:
    """A utility's tariff; with ``delivery`` its charges fall on all imports, whoever sells them."""

    name: str
    kind: str
    energy: UsdPerKwh  # flat, on top of windows or hours where there are any
    periods: tuple[Window, ...]
    hourly: tuple[float, ...]  # USD/kWh
    demand: UsdPerKwMonth
    demand_windows: tuple[Window, ...]
    ratchet: One  # share of the highest peak of the months before
    ratchet_months: Month
    minimum_take: One
    minimum_take_of_reserved: One
    minimum_take_on_energy: One
    capacity_price: UsdPerKwDay  # on the draw in the coincident hours
    capacity_hours: One
    rider_energy: UsdPerKwh
    rider_demand: UsdPerKwMonth
    rider_share: One  # of the other charges
    fixed: UsdPerMonth
    escalator: PerYear
    delivery: One


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of a market's hourly prices: statistics of a year, from which a year is made."""

    stated: UsdPerKwh  # mean that the year is brought to
    mean: UsdPerKwh
    p05: UsdPerKwh
    median: UsdPerKwh
    p95: UsdPerKwh
    p99: UsdPerKwh
    max: UsdPerKwh
    lag_1_autocorrelation: One
    daily: One
    seasonal: One


@dataclass(frozen=True, slots=True)
class Wholesale:
    """Power at the market's hourly price plus what the supplier adds."""

    name: str
    kind: str
    adder: UsdPerKwh
    hourly: tuple[float, ...]  # USD/kWh; empty: made from ``market``
    market: Market | None
    fixed: UsdPerMonth
    escalator: PerYear


@dataclass(frozen=True, slots=True)
class Shape:
    """Output by the hour, share of the rating: a stated series, or a made year."""

    form: str  # baseload, solar, wind
    profile: tuple[float, ...]
    capacity_factor: One
    persistence: One


@dataclass(frozen=True, slots=True)
class Ppa:
    """A price for a volume by the hour. Physical: what is not used is paid all the same. Virtual: cash only."""

    name: str
    kind: str
    price: UsdPerKwh
    volume: Kw  # most of it in an hour; times the shape
    shape: Shape
    firmness: One  # share of the volume that comes
    basis: UsdPerKwh  # market price where it settles less that at the site
    virtual: One
    on_site: One
    escalator: PerYear


@dataclass(frozen=True, slots=True)
class Generation:
    """Plant that burns fuel on the site: turbines, engines, fuel cells."""

    name: str
    kind: str
    technology: str
    capacity: Kw  # at rating conditions
    unit: Kw  # one machine
    heat_rate: One  # kWh of fuel (higher heating value) per kWh
    fuel_price: UsdPerKwh
    om: UsdPerKwh
    om_fixed: UsdPerKwYear
    outage: One  # forced, share of time
    derate_temperature: PerKelvin
    derate_from: Celsius
    derate_altitude: PerMetre
    hottest: Celsius  # it does not start above
    minimum_load: One  # of what runs
    start_cost: UsdPerKw
    lead_time: Month
    fuel_carbon: KgPerKwh  # per kWh of fuel
    escalator: PerYear


@dataclass(frozen=True, slots=True)
class Renewable:
    """Solar or wind on the site."""

    name: str
    kind: str
    capacity: Kw
    shape: Shape
    om_fixed: UsdPerKwYear
    lead_time: Month


@dataclass(frozen=True, slots=True)
class Battery:
    """Storage on the site."""

    name: str
    kind: str
    power: Kw
    energy: Kwh
    efficiency: One  # out / in
    cycles: One  # full discharges a year at most
    om_fixed: UsdPerKwYear
    lead_time: Month


@dataclass(frozen=True, slots=True)
class Interruptible:
    """A right of the utility to cut imports in some hours, and what it pays for it."""

    name: str
    kind: str
    power: Kw  # how much of the import may be cut
    hours: Hour  # a year
    discount: UsdPerKwMonth
    notice: Hour


Source = Tariff | Wholesale | Ppa | Generation | Renewable | Battery | Interruptible
