"""The file's chapters ``offtake`` and ``merchant``: what is sold, to whom, on which terms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema.contract_terms import Backstop, Exit, Extension, Lateness, Prepayment, ServiceLevel
from computefactory.schema.silicon import When
from computefactory.schema.types import (
    Chapter,
    Date,
    Flag,
    Hours,
    HoursPerMonth,
    Lag,
    Money,
    PerAcceleratorHour,
    PerKwh,
    PerKwMonth,
    PositiveAccelerators,
    PositivePower,
    Rank,
    Rate,
    Share,
    SignedRate,
    Tenor,
    Text,
    optional,
)

Tier = Literal["hyperscaler", "neocloud", "marketplace"]
Commitment = Literal["spot", "on_demand", "1_year", "3_year"]


class OfftakeTerms(Chapter):
    """What every kind of offtake has."""

    buyer: Text | None = optional("library row of the buyer: its rating and the source of it")
    rating: Text | None = optional("letter grade of the buyer, or unrated; default: the buyer's row")
    hazard: Rate | None = optional("yearly default rate of the buyer; default: that of its rating")
    spread: Rate | None = optional("the buyer's credit spread (instead of hazard): h = s / (1 - R)")
    recovery: Share | None = optional("recovery that the spread assumes; default: bonds and notes")
    default_curve: tuple[Share, ...] | None = optional(
        "cumulative default by year (instead of hazard): the rate that gives the one at the tenor"
    )
    guaranteed: Flag | None = optional("true where a rated guarantor stands behind the buyer")
    guarantor: Text | None = optional("who pays where the buyer does not: library row or name")
    guarantor_rating: Text | None = optional("letter grade of the guarantor; default: its row")
    backstop: Backstop | None = optional("limit of the guarantee; default: the whole contract")
    exits: dict[str, Exit] | None = optional("ways out, by name")
    payment_terms: Hours | None = optional("time from bill to payment, such as 30 days")
    starts: When = Field(description="a month, or {after: energised, lag: 1 month}: each phase starts its own tenor")
    tenor: Tenor = Field(description="length, from the start of each part")
    escalator: SignedRate | None = optional("price rise on each anniversary; default 0")


class HourTerms(OfftakeTerms):
    """What is sold in accelerator-hours."""

    accelerators: PositiveAccelerators = Field(description="accelerators reserved or offered")
    rank: Rank | None = optional("1 is served first where less can be delivered than is sold; default by kind")
    ramp: tuple[Share, ...] | None = optional(
        "share of the capacity in the first, second ... month of each part; then all of it"
    )
    electricity: Literal["passed_through", "included"] | None = optional(
        "passed_through: the buyer pays for its power; default included"
    )
    electricity_cap: PerKwh | None = optional(
        "price of a grid kWh up to which the buyer pays for power passed through; default no cap"
    )


class FirmTerms(HourTerms):
    """Accelerator-hours that are owed."""

    signed: Date = Field(description="date of signature")
    price: PerAcceleratorHour | None = optional("price in the first year (or: total_value)")
    total_value: Money | None = optional("sum of all bills of all parts (or: price)")
    billing: Literal["standard", "calendar"] | None = optional(
        "hours billed a month: standard (default) or those of the calendar"
    )
    billing_hours: HoursPerMonth | None = optional("hours of a standard month")
    prepayment: Prepayment | None = optional("what is paid ahead")
    service_level: ServiceLevel | None = optional("credits for low availability; default none")
    delay: Lateness | None = optional("what is paid for late delivery; default nothing")
    extension: Extension | None = optional("an option to go on")


class TakeOrPay(FirmTerms):
    """Accelerator-hours that are paid whether they are used or not."""

    kind: Literal["take_or_pay"] = Field(description="kind of contract")


class MinimumVolume(FirmTerms):
    """Accelerator-hours of which a share is owed; what is owed and not taken may be made up later."""

    kind: Literal["minimum_volume"] = Field(description="kind of contract")
    minimum: Share = Field(description="share of the reserved hours that is owed")
    used: tuple[Share, ...] = Field(
        description="share used in the first, second ... year, as expected; the last goes on"
    )
    shortfall: Share | None = optional("share of the price paid for hours owed and not taken; default all")
    make_up: Lag | None = optional("months in which they may be taken later, paid already; default none")


class OnDemand(HourTerms):
    """Accelerator-hours sold as they come; tier and commitment say which market the price is from."""

    kind: Literal["on_demand"] = Field(description="kind of contract")
    price: PerAcceleratorHour = Field(description="price in the first year")
    tier: Tier = Field(description="market tier of the price")
    commitment: Commitment = Field(description="commitment of the price")
    share_sold: Share = Field(description="share of the hours that is sold")


class Floor(HourTerms):
    """A third party pays for capacity that nobody else takes, up to a volume and a sum."""

    kind: Literal["floor"] = Field(description="kind of contract")
    signed: Date = Field(description="date of signature")
    price: PerAcceleratorHour = Field(description="price of an unsold hour in the first year")
    limit: Money | None = optional("most that is paid in all; default no limit")


class LeaseTerms(OfftakeTerms):
    """Space and power let to a tenant."""

    signed: Date = Field(description="date of signature")
    power: PositivePower = Field(description="IT power let")
    price: PerKwMonth | None = optional("rent in the first year (or: total_value)")
    total_value: Money | None = optional("sum of all rent of the base term (or: price)")
    electricity: Literal["passed_through", "included"] = Field(
        description="passed_through: the tenant pays for its power; included: the rent does"
    )
    expenses: Literal["triple_net", "modified_gross", "gross"] | None = optional(
        "triple_net: the tenant also pays its share of upkeep and property tax; modified_gross: of "
        "property tax alone; default gross"
    )


class Colocation(LeaseTerms):
    """Powered and cooled space."""

    kind: Literal["colocation"] = Field(description="kind of contract")


class PoweredShell(LeaseTerms):
    """A building with power; the tenant fits it out."""

    kind: Literal["powered_shell"] = Field(description="kind of contract")


class Mining(OfftakeTerms):
    """Power that works for a hash price: nobody owes anything."""

    kind: Literal["mining"] = Field(description="kind of contract")
    power: PositivePower = Field(description="IT power of the miners")
    price: PerKwh = Field(
        description="revenue of a kWh at the miner, hash price / efficiency: 55 USD/PH-day at 20 J/TH are 0.115 USD/kWh"
    )
    path: Text | None = optional("library row of a price path (hash_path); default: the price stays")


Contract = Annotated[
    TakeOrPay | MinimumVolume | OnDemand | Floor | Colocation | PoweredShell | Mining, Field(discriminator="kind")
]


class MerchantChapter(Chapter):
    """The market for hours that no contract takes; default: the library's row of the system."""

    price: PerAcceleratorHour | None = optional("price of an hour on new silicon")
    decline: Rate | None = optional("fall of the price with the silicon's age")
    sold: Share | None = optional("share of market hours sold")
    tier: Tier | None = optional("market tier")
    commitment: Commitment | None = optional("commitment")
    path: Text | None = optional("stress: library row of a price path (hash_path); default: none")
    path_from: Date | None = optional("month in which the path begins; default: full operation")
    void: Lag | None = optional("months to let again what a buyer in default leaves")
    wrong_way: Share | None = optional("how far the market price is down where a buyer defaults")
