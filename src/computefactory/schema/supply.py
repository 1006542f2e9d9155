"""The file's ``power.supply``: tariffs, markets, contracts, plant and storage, by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

__all__ = ["Supply", "TariffChapter"]

MONTHS_TEXT = "months such as 6-9 or 11-2; default: all"
DAYS = Literal["all", "weekdays", "weekends"]


class MinimumTake(Chapter):
    """What is paid for whether it is drawn or not."""

    share: t.Share = required("share of the base")
    of: Literal["energised", "reserved"] | None = optional("the base; default: energised")
    applies_to: Literal["demand", "energy"] | None = optional(
        "the charges it binds: demand (default), or energy and demand"
    )


class Hourly(Chapter):
    """A series of a year by the hour: a column of a CSV file, from January on or with stamps."""

    file: t.Text = required("CSV file, from the folder of the factory file")
    unit: t.Text | None = optional("unit of its numbers, such as USD/MWh; default: the heading's, else the field's own")
    column: t.Text | None = optional("heading of the column; default: the only one that can be meant")


class Period(Chapter):
    """An energy price in some months, days and hours; one without any of them is the rest of the year."""

    price: t.SignedPerKwh = required("energy charge")
    months: t.Text | None = optional(MONTHS_TEXT)
    days: DAYS | None = optional("default: all")
    hours: t.Text | None = optional("hours of the day such as 13-19; default: all")


class DemandWindow(Chapter):
    """A charge on the monthly peak inside some months, days and hours."""

    price: t.PerKwMonth = required("charge on the peak in the window")
    months: t.Text | None = optional(MONTHS_TEXT)
    days: DAYS | None = optional("default: all")
    hours: t.Text | None = optional("hours of the day such as 13-19; default: all")


class Ratchet(Chapter):
    """Demand that is billed at least, for the peaks of earlier months."""

    share: t.Share = required("share of the highest of them")
    months: t.Lag = required("how many months it reaches back")


class Rider(Chapter):
    """A charge on top: per kWh, per kW of the monthly peak, or a share of the bill."""

    energy: t.SignedPerKwh | None = optional("per kWh")
    demand: t.PerKwMonth | None = optional("per kW of the monthly peak")
    share: t.Share | None = optional("of the tariff's other charges")


class TariffChapter(Chapter):
    """A grid tariff."""

    kind: Literal["tariff"] = required("how power is bought")
    energy: t.PerKwh | None = optional("energy charge, flat (or: periods, hourly)")
    periods: dict[t.Text, Period] | None = optional("energy charge by time of use", min_length=1)
    hourly: Hourly | None = optional("energy charge by the hour")
    demand: t.PerKwMonth | None = optional("charge on the monthly peak")
    demand_windows: dict[t.Text, DemandWindow] | None = optional(
        "charges on the peak inside windows, beside the one on the month", min_length=1
    )
    ratchet: Ratchet | None = optional("demand billed for earlier peaks")
    minimum_take: MinimumTake | None = optional("minimum take")
    capacity_price: t.PerKwDay | None = optional(
        "capacity obligation on the coincident peak, such as 329.17 USD/MW-day"
    )
    capacity_hours: t.AtLeastOne | None = optional("hours that set the obligation")
    riders: dict[t.Text, Rider] | None = optional("charges on top", min_length=1)
    fixed: t.MoneyPerMonth | None = optional("fixed charge")
    escalator: t.SignedRate | None = optional("yearly rise of its prices")
    carries: Literal["supply", "delivery"] | None = optional(
        "delivery: its charges fall on all imports, whoever sells them; default: supply"
    )


class MarketChapter(Chapter):
    """A year of prices made from a market's published statistics; a fixed seed."""

    row: t.Text = required("market and year in the library, such as ERCOT, 2024")
    mean: t.PerKwh | None = optional("another mean: all prices move in proportion")


class WholesaleChapter(Chapter):
    """Power at the market's hourly price."""

    kind: Literal["wholesale"] = required("how power is bought")
    hourly: Hourly | None = optional("prices by the hour, below zero too (or: market)")
    market: MarketChapter | None = optional("prices made from a market's statistics (or: hourly)")
    adder: t.SignedPerKwh | None = optional("what the supplier adds")
    fixed: t.MoneyPerMonth | None = optional("fixed charge")
    escalator: t.SignedRate | None = optional("yearly rise of its prices")


class PpaChapter(Chapter):
    """A long contract for power: a price for a volume, no guarantee that it comes when it is needed."""

    kind: Literal["ppa"] = required("how power is bought")
    price: t.PerKwh = required("price of the contract")
    volume: t.PositivePower = required("contracted power; times the shape in each hour")
    shape: Literal["baseload", "solar", "wind"] | None = optional("default: baseload (or: profile)")
    profile: Hourly | None = optional("share of the volume by the hour")
    capacity_factor: t.Share | None = optional("yearly output / volume of a solar or wind shape")
    firmness: t.Share | None = optional("share of the shape that comes")
    basis: t.SignedPerKwh | None = optional("price where it settles less that at the site")
    settlement: Literal["physical", "virtual"] | None = optional(
        "physical (default): power, paid whether used or not; virtual: cash against the spot price"
    )
    negative_prices: Literal["taken", "curtailed"] | None = optional(
        "hours in which the price that it settles on is below zero: taken and paid (default), or neither"
    )
    delivered: Literal["grid", "on_site"] | None = optional("default: through the connection")
    escalator: t.SignedRate | None = optional("yearly rise of its price")


class GenerationChapter(Chapter):
    """Plant that burns fuel on the site; what is not given comes from the row of its technology."""

    kind: Literal["generation"] = required("how power is bought")
    technology: t.Text = required("library row, such as gas_engine, aeroderivative, combined_cycle, fuel_cell")
    capacity: t.PositivePower = required("rating of the plant")
    unit: t.PositivePower | None = optional("rating of one machine")
    capex: t.PerKw | None = optional("cost per rating")
    heat_rate: t.PositiveNumber | None = optional("fuel (HHV) per power, such as 8.5 MMBtu/MWh")
    fuel_price: t.PerKwh | None = optional("price of fuel, such as 4 USD/MMBtu")
    om: t.PerKwh | None = optional("upkeep per kWh")
    om_fixed: t.PerKwYear | None = optional("upkeep per rating and year")
    outage: t.Share | None = optional("forced outage, share of time")
    derate_temperature: t.PerKelvin | None = optional("share lost per K above derate_from")
    derate_from: t.Temperature | None = optional("air temperature from which it derates")
    derate_altitude: t.PerMetre | None = optional("share lost per metre of altitude")
    hottest: t.Temperature | None = optional("air temperature above which it does not start")
    minimum_load: t.Share | None = optional("least load of what runs")
    start_cost: t.PerKw | None = optional("cost of a start")
    lead_time: t.Lag | None = optional("months from order to power")
    fuel_carbon: t.Carbon | None = optional("CO2 of the fuel, such as 53 kg/MMBtu")
    escalator: t.SignedRate | None = optional("yearly rise of fuel and upkeep")


class Solar(Chapter):
    """Panels on the site."""

    kind: Literal["solar"] = required("how power is bought")
    capacity: t.PositivePower = required("rating of the plant")
    capacity_factor: t.Share | None = optional("yearly output / rating")
    profile: Hourly | None = optional("share of the rating by the hour, in place of a shape")
    capex: t.PerKw | None = optional("cost per rating")
    om_fixed: t.PerKwYear | None = optional("upkeep per rating and year")
    lead_time: t.Lag | None = optional("months from order to power")


class Wind(Solar):
    """Turbines on the site."""

    kind: Literal["wind"] = required("how power is bought")  # type: ignore[assignment]


class BatteryChapter(Chapter):
    """Storage on the site."""

    kind: Literal["battery"] = required("how power is bought")
    power: t.PositivePower = required("most it takes or gives")
    energy: t.Energy = required("what it holds")
    efficiency: t.PositiveShare | None = optional("energy out / energy in")
    cycles: t.Number | None = optional("full discharges a year at most")
    capex: t.PerKwh | None = optional("cost per kWh that it holds")
    om_fixed: t.PerKwYear | None = optional("upkeep per kW and year")
    lead_time: t.Lag | None = optional("months from order to power")


class InterruptibleChapter(Chapter):
    """The utility may cut imports in some hours: what is not served on the site is lost production."""

    kind: Literal["interruptible"] = required("how power is bought")
    power: t.Power = required("import that may be cut")
    hours: t.Hours = required("hours a year")
    discount: t.PerKwMonth | None = optional("paid for it")
    notice: t.Hours | None = optional("notice given")


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

    allowed: t.Flag = required("true: load is shed and its production lost; false: such a file is refused")
    lost_load: t.PerKwh | None = optional("worth of the production lost per kWh")
