"""What feeds a site besides one plain tariff: frozen records of tariffs, markets, contracts, plant and storage.

A *grid* source is drawn through the connection; the rest stands on the site. Series are tuples of 8,760 hours, January
first; an empty one means that nothing is given by the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Derived, Doc, FromRow, Like, Needs, Stated
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


EVERY_MONTH = tuple(range(1, 13))
TARIFF = FromRow("supply", "tariff")
OF_MARKET = FromRow("wholesale_price", "=row")
WHOLESALE = FromRow("supply", "wholesale")
PPA = FromRow("supply", "ppa")
OF_TECHNOLOGY = FromRow("generation", "=technology")
BATTERY = FromRow("supply", "battery")
PEAKS = Needs(("demand", "rider_demand"), "no charge on the monthly peak stands beside it")
TAKEN = Needs(
    ("demand", "rider_demand", "minimum_take_on_energy"),
    "no charge on the monthly peak stands beside it, and it does not bind energy",
)


@dataclass(frozen=True, slots=True)
class Window:
    """A price in some months, days and hours; one without any of the three is the rest of the year."""

    name: Annotated[str, Doc("Its name in the file.")]
    price: Annotated[float, Doc("USD/kWh, or USD/kW-month on the peak inside the window.")]
    months: Annotated[
        tuple[int, ...], Doc("Months, 1 to 12."), Stated(read="month_range"), Absent(EVERY_MONTH, "all months")
    ]
    days: Annotated[str, Doc("all, weekdays, weekends."), Stated(), Absent("all", "all days")]
    first: Annotated[int, Doc("Hour of the day it begins."), Stated("hours", "first_hour"), Absent(0, "from midnight")]
    last: Annotated[
        int,
        Doc("Hour it ends; at or before ``first``: it runs over midnight."),
        Stated("hours", "last_hour"),
        Absent(24, "to midnight"),
    ]
    rest: Annotated[One, Doc("1: what the others leave."), Derived("is_rest", ("months", "days", "first", "last"))]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A utility's tariff; with ``delivery`` its charges fall on all imports, whoever sells them."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("tariff."), Stated()]
    energy: Annotated[
        UsdPerKwh,
        Doc("Flat price, on top of windows or hours where there are any."),
        Stated(),
        Absent(0.0, "none beside what is given by window or by the hour"),
    ]
    periods: tuple[Window, ...]
    hourly: Annotated[tuple[float, ...], Doc("USD/kWh by the hour."), Absent((), "nothing is given by the hour")]
    demand: Annotated[UsdPerKwMonth, Doc("Charge on the monthly peak."), Stated(), TARIFF]
    demand_windows: tuple[Window, ...]
    ratchet: Annotated[
        One,
        Doc("Share of the highest peak of the months before."),
        Stated("ratchet.share"),
        PEAKS,
        Absent(0.0, "earlier peaks do not count"),
    ]
    ratchet_months: Annotated[
        Month,
        Doc("Months that a peak is remembered."),
        Stated("ratchet.months"),
        Needs(("ratchet",), "the ratchet keeps nothing"),
        PEAKS,
        Absent(0.0, "earlier peaks do not count"),
    ]
    minimum_take: Annotated[
        One,
        Doc("Minimum take, share of its base."),
        Stated("minimum_take.share"),
        TAKEN,
        Absent(0.0, "nothing need be taken"),
    ]
    minimum_take_of_reserved: Annotated[
        One,
        Doc("1: the minimum is a share of reserved power, 0: of energised power."),
        Stated("minimum_take.of", "of_reserved"),
        Absent(0.0, "a minimum is a share of energised power"),
    ]
    minimum_take_on_energy: Annotated[
        One,
        Doc("1: the minimum take binds energy too, 0: demand only."),
        Stated("minimum_take.applies_to", "on_energy"),
        Absent(0.0, "a minimum binds demand only"),
    ]
    capacity_price: Annotated[UsdPerKwDay, Doc("On the draw in the coincident hours."), Stated(), TARIFF]
    capacity_hours: Annotated[
        One, Doc("Coincident hours."), Stated(), Needs(("capacity_price",), "it needs capacity_price beside it"), TARIFF
    ]
    rider_energy: Annotated[UsdPerKwh, Doc("Riders per kWh.")]
    rider_demand: Annotated[UsdPerKwMonth, Doc("Riders on the monthly peak.")]
    rider_share: Annotated[One, Doc("Riders as a share of the other charges.")]
    fixed: Annotated[UsdPerMonth, Doc("Fixed monthly charge."), Stated(), TARIFF]
    escalator: Annotated[PerYear, Doc("Yearly rise of its prices."), Stated(), TARIFF]
    delivery: Annotated[
        One,
        Doc("1: its charges fall on all imports."),
        Stated("carries", "carries_all"),
        Absent(0.0, "its charges fall on its own energy"),
    ]


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of a market's hourly prices: statistics of a year, from which a year is made."""

    stated: Annotated[UsdPerKwh, Doc("Mean that the year is brought to."), Stated("mean"), Like("mean")]
    mean: Annotated[UsdPerKwh, Doc("Mean price."), OF_MARKET]
    p05: Annotated[UsdPerKwh, Doc("5 % of the hours are below."), OF_MARKET]
    median: Annotated[UsdPerKwh, Doc("Median price."), OF_MARKET]
    p95: Annotated[UsdPerKwh, Doc("95 % of the hours are below."), OF_MARKET]
    p99: Annotated[UsdPerKwh, Doc("99 % of the hours are below."), OF_MARKET]
    max: Annotated[UsdPerKwh, Doc("Highest price."), OF_MARKET]
    lag_1_autocorrelation: Annotated[One, Doc("Of an hour with the one before."), OF_MARKET]
    daily: Annotated[One, Doc("Size of the daily wave."), FromRow("supply", "market")]
    seasonal: Annotated[One, Doc("Size of the yearly wave."), FromRow("supply", "market")]


@dataclass(frozen=True, slots=True)
class Wholesale:
    """Power at the market's hourly price plus what the supplier adds."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("wholesale."), Stated()]
    adder: Annotated[UsdPerKwh, Doc("What the supplier adds."), Stated(), WHOLESALE]
    hourly: Annotated[
        tuple[float, ...],
        Doc("USD/kWh by the hour."),
        Absent((), "no prices by the hour: a year is made from what is known of the market"),
    ]
    market: Market | None
    fixed: Annotated[UsdPerMonth, Doc("Fixed monthly charge."), Stated(), WHOLESALE]
    escalator: Annotated[PerYear, Doc("Yearly rise of its prices."), Stated(), WHOLESALE]


@dataclass(frozen=True, slots=True)
class Shape:
    """Output by the hour, share of the rating: a stated series, or a made year."""

    form: Annotated[str, Doc("baseload, solar, wind."), Stated("shape"), Derived("form_of_kind", ("kind",))]
    profile: Annotated[
        tuple[float, ...], Doc("Shares by the hour."), Absent((), "no shares by the hour: a year is made")
    ]
    capacity_factor: Annotated[
        One,
        Doc("Mean output over the rating."),
        Stated(),
        Needs(("made",), "the shape is stated by the hour, or even"),
        FromRow("supply", "=row"),
    ]
    persistence: Annotated[One, Doc("Of an hour's weather in the next."), FromRow("supply", "=row")]

    @property
    def made(self) -> bool:
        """Whether its year is made."""
        return not self.profile and self.form != "baseload"


@dataclass(frozen=True, slots=True)
class Ppa:
    """A price for a volume by the hour. Physical: what is not used is paid all the same. Virtual: cash only."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("ppa."), Stated()]
    price: Annotated[UsdPerKwh, Doc("Price."), Stated()]
    volume: Annotated[Kw, Doc("Most of it in an hour; times the shape."), Stated()]
    shape: Shape
    firmness: Annotated[One, Doc("Share of the volume that comes."), Stated(), PPA]
    basis: Annotated[
        UsdPerKwh,
        Doc("Market price where it settles less that at the site."),
        Stated(),
        PPA,
    ]
    virtual: Annotated[
        One, Doc("1: only cash changes hands."), Stated("settlement", "is_virtual"), Absent(0.0, "it is physical")
    ]
    curtailed: Annotated[
        One,
        Doc("1: nothing comes or is paid in hours in which the price that it settles on is below zero."),
        Stated("negative_prices", "is_curtailed"),
        Absent(0.0, "it is taken and paid in every hour"),
    ]
    on_site: Annotated[
        One,
        Doc("1: it does not come through the connection."),
        Stated("delivered", "is_on_site"),
        Absent(0.0, "it comes through the connection"),
    ]
    escalator: Annotated[PerYear, Doc("Yearly rise of its price."), Stated(), PPA]


@dataclass(frozen=True, slots=True)
class Generation:
    """Plant that burns fuel on the site: turbines, engines, fuel cells."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("generation."), Stated()]
    technology: Annotated[str, Doc("Row of the library."), Stated()]
    capacity: Annotated[Kw, Doc("At rating conditions."), Stated()]
    unit: Annotated[Kw, Doc("One machine."), Stated(), Derived("one_machine", ("known_unit", "capacity"))]
    heat_rate: Annotated[
        One,
        Doc("kWh of fuel (higher heating value) per kWh."),
        Stated(),
        OF_TECHNOLOGY,
    ]
    fuel_price: Annotated[UsdPerKwh, Doc("Price of a kWh of fuel."), Stated(), OF_TECHNOLOGY]
    om: Annotated[UsdPerKwh, Doc("Upkeep of a kWh."), Stated(), OF_TECHNOLOGY]
    om_fixed: Annotated[UsdPerKwYear, Doc("Upkeep of a kW."), Stated(), OF_TECHNOLOGY]
    outage: Annotated[One, Doc("Forced outage, share of time."), Stated(), OF_TECHNOLOGY]
    derate_temperature: Annotated[PerKelvin, Doc("Power lost per K."), Stated(), OF_TECHNOLOGY]
    derate_from: Annotated[Celsius, Doc("Above this temperature."), Stated(), OF_TECHNOLOGY]
    derate_altitude: Annotated[
        PerMetre,
        Doc("Power lost per metre above the sea."),
        Stated(),
        OF_TECHNOLOGY,
    ]
    hottest: Annotated[Celsius, Doc("It does not start above."), Stated(), OF_TECHNOLOGY]
    minimum_load: Annotated[One, Doc("Of what runs."), Stated(), OF_TECHNOLOGY]
    start_cost: Annotated[UsdPerKw, Doc("Cost of a start."), Stated(), OF_TECHNOLOGY]
    lead_time: Annotated[Month, Doc("From order to power."), Stated(), OF_TECHNOLOGY]
    fuel_carbon: Annotated[KgPerKwh, Doc("CO2 per kWh of fuel."), Stated(), OF_TECHNOLOGY]
    escalator: Annotated[PerYear, Doc("Yearly rise of its costs."), Stated(), OF_TECHNOLOGY]


@dataclass(frozen=True, slots=True)
class Renewable:
    """Solar or wind on the site."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("solar, wind."), Stated()]
    capacity: Annotated[Kw, Doc("Rating."), Stated()]
    shape: Shape
    om_fixed: Annotated[UsdPerKwYear, Doc("Upkeep of a kW."), Stated(), FromRow("supply", "=kind")]
    lead_time: Annotated[Month, Doc("From order to power."), Stated(), FromRow("supply", "=kind")]


@dataclass(frozen=True, slots=True)
class Battery:
    """Storage on the site."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("battery."), Stated()]
    power: Annotated[Kw, Doc("Power."), Stated()]
    energy: Annotated[Kwh, Doc("What it holds."), Stated()]
    efficiency: Annotated[One, Doc("Out / in."), Stated(), BATTERY]
    cycles: Annotated[One, Doc("Full discharges a year at most."), Stated(), BATTERY]
    om_fixed: Annotated[UsdPerKwYear, Doc("Upkeep of a kW."), Stated(), BATTERY]
    lead_time: Annotated[Month, Doc("From order to power."), Stated(), BATTERY]


@dataclass(frozen=True, slots=True)
class Interruptible:
    """A right of the utility to cut imports in some hours, and what it pays for it."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("interruptible."), Stated()]
    power: Annotated[Kw, Doc("How much of the import may be cut."), Stated()]
    hours: Annotated[Hour, Doc("Hours a year."), Stated()]
    discount: Annotated[
        UsdPerKwMonth, Doc("What the utility pays for it."), Stated(), FromRow("supply", "interruptible")
    ]
    notice: Annotated[Hour, Doc("Notice."), Stated(), FromRow("supply", "interruptible")]


Source = Tariff | Wholesale | Ppa | Generation | Renewable | Battery | Interruptible
