"""The file's ``power.supply``: tariffs, markets, contracts, plant and storage, by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema.types import (
    AtLeastOne,
    Carbon,
    Chapter,
    Energy,
    Flag,
    Hours,
    Lag,
    MoneyPerMonth,
    Number,
    PerKelvin,
    PerKw,
    PerKwDay,
    PerKwh,
    PerKwMonth,
    PerKwYear,
    PerMetre,
    PositiveNumber,
    PositivePower,
    PositiveShare,
    Power,
    Share,
    SignedPerKwh,
    SignedRate,
    Temperature,
    Text,
    optional,
)

__all__ = ["Supply", "TariffChapter"]

MONTHS_TEXT = "months such as 6-9 or 11-2; default: all"
DAYS = Literal["all", "weekdays", "weekends"]


class MinimumTake(Chapter):
    """What is paid for whether it is drawn or not."""

    share: Share = Field(description="share of the base")
    of: Literal["energised", "reserved"] | None = optional("the base; default: energised")
    applies_to: Literal["demand", "energy"] | None = optional(
        "the charges it binds: demand (default), or energy and demand"
    )


class Hourly(Chapter):
    """A series of 8,760 hours from January on (8,784: 29 February is left out), the last column of a CSV file."""

    file: Text = Field(description="CSV file, from the folder of the factory file")
    unit: Text | None = optional("unit of its numbers, such as USD/MWh; default: the field's own")


class Period(Chapter):
    """An energy price in some months, days and hours; one without any of them is the rest of the year."""

    price: SignedPerKwh = Field(description="energy charge")
    months: Text | None = optional(MONTHS_TEXT)
    days: DAYS | None = optional("default: all")
    hours: Text | None = optional("hours of the day such as 13-19; default: all")


class DemandWindow(Chapter):
    """A charge on the monthly peak inside some months, days and hours."""

    price: PerKwMonth = Field(description="charge on the peak in the window")
    months: Text | None = optional(MONTHS_TEXT)
    days: DAYS | None = optional("default: all")
    hours: Text | None = optional("hours of the day such as 13-19; default: all")


class Ratchet(Chapter):
    """Demand that is billed at least, for the peaks of earlier months."""

    share: Share = Field(description="share of the highest of them")
    months: Lag = Field(description="how many months it reaches back")


class Rider(Chapter):
    """A charge on top: per kWh, per kW of the monthly peak, or a share of the bill."""

    energy: SignedPerKwh | None = optional("per kWh")
    demand: PerKwMonth | None = optional("per kW of the monthly peak")
    share: Share | None = optional("of the tariff's other charges")


class TariffChapter(Chapter):
    """A grid tariff."""

    kind: Literal["tariff"] = Field(description="how power is bought")
    energy: PerKwh | None = optional("energy charge, flat (or: periods, hourly)")
    periods: dict[Text, Period] | None = optional("energy charge by time of use", min_length=1)
    hourly: Hourly | None = optional("energy charge by the hour")
    demand: PerKwMonth | None = optional("charge on the monthly peak")
    demand_windows: dict[Text, DemandWindow] | None = optional(
        "charges on the peak inside windows, beside the one on the month", min_length=1
    )
    ratchet: Ratchet | None = optional("demand billed for earlier peaks")
    minimum_take: MinimumTake | None = optional("minimum take")
    capacity_price: PerKwDay | None = optional("capacity obligation on the coincident peak, such as 329.17 USD/MW-day")
    capacity_hours: AtLeastOne | None = optional("hours that set the obligation")
    riders: dict[Text, Rider] | None = optional("charges on top", min_length=1)
    fixed: MoneyPerMonth | None = optional("fixed charge")
    escalator: SignedRate | None = optional("yearly rise of its prices")
    carries: Literal["supply", "delivery"] | None = optional(
        "delivery: its charges fall on all imports, whoever sells them; default: supply"
    )


class MarketChapter(Chapter):
    """A year of prices made from a market's published statistics; a fixed seed."""

    row: Text = Field(description="market and year in the library, such as ERCOT, 2024")
    mean: PerKwh | None = optional("another mean: all prices move in proportion")


class WholesaleChapter(Chapter):
    """Power at the market's hourly price."""

    kind: Literal["wholesale"] = Field(description="how power is bought")
    hourly: Hourly | None = optional("prices by the hour, below zero too (or: market)")
    market: MarketChapter | None = optional("prices made from a market's statistics (or: hourly)")
    adder: SignedPerKwh | None = optional("what the supplier adds")
    fixed: MoneyPerMonth | None = optional("fixed charge")
    escalator: SignedRate | None = optional("yearly rise of its prices")


class PpaChapter(Chapter):
    """A long contract for power: a price for a volume, no guarantee that it comes when it is needed."""

    kind: Literal["ppa"] = Field(description="how power is bought")
    price: PerKwh = Field(description="price of the contract")
    volume: PositivePower = Field(description="contracted power; times the shape in each hour")
    shape: Literal["baseload", "solar", "wind"] | None = optional("default: baseload (or: profile)")
    profile: Hourly | None = optional("share of the volume by the hour")
    capacity_factor: Share | None = optional("yearly output / volume of a solar or wind shape")
    firmness: Share | None = optional("share of the shape that comes")
    basis: SignedPerKwh | None = optional("price where it settles less that at the site")
    settlement: Literal["physical", "virtual"] | None = optional(
        "physical (default): power, paid whether used or not; virtual: cash against the spot price"
    )
    delivered: Literal["grid", "on_site"] | None = optional("default: through the connection")
    escalator: SignedRate | None = optional("yearly rise of its price")


class GenerationChapter(Chapter):
    """Plant that burns fuel on the site; what is not given comes from the row of its technology."""

    kind: Literal["generation"] = Field(description="how power is bought")
    technology: Text = Field(description="library row, such as gas_engine, aeroderivative, combined_cycle, fuel_cell")
    capacity: PositivePower = Field(description="rating of the plant")
    unit: PositivePower | None = optional("rating of one machine")
    capex: PerKw | None = optional("cost per rating")
    heat_rate: PositiveNumber | None = optional("fuel (HHV) per power, such as 8.5 MMBtu/MWh")
    fuel_price: PerKwh | None = optional("price of fuel, such as 4 USD/MMBtu")
    om: PerKwh | None = optional("upkeep per kWh")
    om_fixed: PerKwYear | None = optional("upkeep per rating and year")
    outage: Share | None = optional("forced outage, share of time")
    derate_temperature: PerKelvin | None = optional("share lost per K above derate_from")
    derate_from: Temperature | None = optional("air temperature from which it derates")
    derate_altitude: PerMetre | None = optional("share lost per metre of altitude")
    hottest: Temperature | None = optional("air temperature above which it does not start")
    minimum_load: Share | None = optional("least load of what runs")
    start_cost: PerKw | None = optional("cost of a start")
    lead_time: Lag | None = optional("months from order to power")
    fuel_carbon: Carbon | None = optional("CO2 of the fuel, such as 53 kg/MMBtu")
    escalator: SignedRate | None = optional("yearly rise of fuel and upkeep")


class Solar(Chapter):
    """Panels on the site."""

    kind: Literal["solar"] = Field(description="how power is bought")
    capacity: PositivePower = Field(description="rating of the plant")
    capacity_factor: Share | None = optional("yearly output / rating")
    profile: Hourly | None = optional("share of the rating by the hour, in place of a shape")
    capex: PerKw | None = optional("cost per rating")
    om_fixed: PerKwYear | None = optional("upkeep per rating and year")
    lead_time: Lag | None = optional("months from order to power")


class Wind(Solar):
    """Turbines on the site."""

    kind: Literal["wind"] = Field(description="how power is bought")  # type: ignore[assignment]


class BatteryChapter(Chapter):
    """Storage on the site."""

    kind: Literal["battery"] = Field(description="how power is bought")
    power: PositivePower = Field(description="most it takes or gives")
    energy: Energy = Field(description="what it holds")
    efficiency: PositiveShare | None = optional("energy out / energy in")
    cycles: Number | None = optional("full discharges a year at most")
    capex: PerKwh | None = optional("cost per kWh that it holds")
    om_fixed: PerKwYear | None = optional("upkeep per kW and year")
    lead_time: Lag | None = optional("months from order to power")


class InterruptibleChapter(Chapter):
    """The utility may cut imports in some hours: what is not served on the site is lost production."""

    kind: Literal["interruptible"] = Field(description="how power is bought")
    power: Power = Field(description="import that may be cut")
    hours: Hours = Field(description="hours a year")
    discount: PerKwMonth | None = optional("paid for it")
    notice: Hours | None = optional("notice given")


Supply = Annotated[
    TariffChapter
    | WholesaleChapter
    | PpaChapter
    | GenerationChapter
    | Solar
    | Wind
    | BatteryChapter
    | InterruptibleChapter,
    Field(discriminator="kind"),
]


class ShortageChapter(Chapter):
    """What happens in hours that the supply does not reach."""

    allowed: Flag = Field(description="true: load is shed and its production lost; false: such a file is refused")
    lost_load: PerKwh | None = optional("worth of the production lost per kWh")
