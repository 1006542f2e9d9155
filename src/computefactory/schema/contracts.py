"""The file's chapters ``offtake`` and ``merchant``: what is sold, to whom, on which terms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema import types as t
from computefactory.schema.contract_terms import Backstop, Exit, Extension, Lateness, Prepayment, ServiceLevel
from computefactory.schema.silicon import When
from computefactory.schema.types import Chapter, optional, required

Tier = Literal["hyperscaler", "neocloud", "marketplace"]
Commitment = Literal["spot", "on_demand", "1_year", "3_year"]


class OfftakeTerms(Chapter):
    """What every kind of offtake has."""

    buyer: t.Text | None = optional("library row of the buyer: its rating and the source of it")
    rating: t.Text | None = optional("letter grade of the buyer, or unrated; default: the buyer's row")
    hazard: t.Rate | None = optional("yearly default rate of the buyer; default: that of its rating")
    spread: t.Rate | None = optional("the buyer's credit spread (instead of hazard): h = s / (1 - R)")
    recovery: t.Share | None = optional("recovery that the spread assumes; default: bonds and notes")
    default_curve: tuple[t.Share, ...] | None = optional(
        "cumulative default by year (instead of hazard): the rate that gives the one at the tenor"
    )
    guaranteed: t.Flag | None = optional("true where a rated guarantor stands behind the buyer")
    guarantor: t.Text | None = optional("who pays where the buyer does not: library row or name")
    guarantor_rating: t.Text | None = optional("letter grade of the guarantor; default: its row")
    backstop: Backstop | None = optional("limit of the guarantee; default: the whole contract")
    exits: dict[str, Exit] | None = optional("ways out, by name")
    payment_terms: t.Hours | None = optional("time from bill to payment, such as 30 days")
    starts: When = required("a month, or {after: energised, lag: 1 month}: each phase starts its own tenor")
    tenor: t.Tenor = required("length, from the start of each part")
    escalator: t.SignedRate | None = optional("price rise on each anniversary; default 0")


class HourTerms(OfftakeTerms):
    """What is sold in accelerator-hours."""

    accelerators: t.PositiveAccelerators = required("accelerators reserved or offered")
    rank: t.Rank | None = optional("1 is served first where less can be delivered than is sold; default by kind")
    ramp: tuple[t.Share, ...] | None = optional(
        "share of the capacity in the first, second ... month of each part; then all of it"
    )
    electricity: Literal["passed_through", "included"] | None = optional(
        "passed_through: the buyer pays for its power; default included"
    )
    electricity_cap: t.PerKwh | None = optional(
        "price of a grid kWh up to which the buyer pays for power passed through; default no cap"
    )


class FirmTerms(HourTerms):
    """Accelerator-hours that are owed."""

    signed: t.Date = required("date of signature")
    price: t.PerAcceleratorHour | None = optional("price in the first year (or: total_value)")
    total_value: t.Money | None = optional("sum of all bills of all parts (or: price)")
    billing: Literal["standard", "calendar"] | None = optional(
        "hours billed a month: standard (default) or those of the calendar"
    )
    billing_hours: t.HoursPerMonth | None = optional("hours of a standard month")
    prepayment: Prepayment | None = optional("what is paid ahead")
    service_level: ServiceLevel | None = optional("credits for low availability; default none")
    delay: Lateness | None = optional("what is paid for late delivery; default nothing")
    extension: Extension | None = optional("an option to go on")


class TakeOrPay(FirmTerms):
    """Accelerator-hours that are paid whether they are used or not."""

    kind: Literal["take_or_pay"] = required("kind of contract")


class MinimumVolume(FirmTerms):
    """Accelerator-hours of which a share is owed; what is owed and not taken may be made up later."""

    kind: Literal["minimum_volume"] = required("kind of contract")
    minimum: t.Share = required("share of the reserved hours that is owed")
    used: tuple[t.Share, ...] = required("share used in the first, second ... year, as expected; the last goes on")
    shortfall: t.Share | None = optional("share of the price paid for hours owed and not taken; default all")
    make_up: t.Lag | None = optional("months in which they may be taken later, paid already; default none")


class OnDemand(HourTerms):
    """Accelerator-hours sold as they come; tier and commitment say which market the price is from."""

    kind: Literal["on_demand"] = required("kind of contract")
    price: t.PerAcceleratorHour = required("price in the first year")
    tier: Tier = required("market tier of the price")
    commitment: Commitment = required("commitment of the price")
    share_sold: t.Share = required("share of the hours that is sold")


class Floor(HourTerms):
    """A third party pays for capacity that nobody else takes, up to a volume and a sum."""

    kind: Literal["floor"] = required("kind of contract")
    signed: t.Date = required("date of signature")
    price: t.PerAcceleratorHour = required("price of an unsold hour in the first year")
    limit: t.Money | None = optional("most that is paid in all; default no limit")


class LeaseTerms(OfftakeTerms):
    """Space and power let to a tenant."""

    signed: t.Date = required("date of signature")
    power: t.PositivePower = required("IT power let")
    price: t.PerKwMonth | None = optional("rent in the first year (or: total_value)")
    total_value: t.Money | None = optional("sum of all rent of the base term (or: price)")
    electricity: Literal["passed_through", "included"] = required(
        "passed_through: the tenant pays for its power; included: the rent does"
    )
    expenses: Literal["triple_net", "modified_gross", "gross"] | None = optional(
        "triple_net: the tenant also pays its share of upkeep and property tax; modified_gross: of "
        "property tax alone; default gross"
    )


class Colocation(LeaseTerms):
    """Powered and cooled space."""

    kind: Literal["colocation"] = required("kind of contract")


class PoweredShell(LeaseTerms):
    """A building with power; the tenant fits it out."""

    kind: Literal["powered_shell"] = required("kind of contract")


class Mining(OfftakeTerms):
    """Power that works for a hash price: nobody owes anything."""

    kind: Literal["mining"] = required("kind of contract")
    power: t.PositivePower = required("IT power of the miners")
    price: t.PerKwh = required(
        "revenue of a kWh at the miner, hash price / efficiency: 55 USD/PH-day at 20 J/TH are 0.115 USD/kWh"
    )
    path: t.Text | None = optional("library row of a price path (hash_path); default: the price stays")


Contract = Annotated[
    TakeOrPay | MinimumVolume | OnDemand | Floor | Colocation | PoweredShell | Mining, Field(discriminator="kind")
]


class MerchantChapter(Chapter):
    """The market for hours that no contract takes; default: the library's row of the system."""

    price: t.PerAcceleratorHour | None = optional("price of an hour on new silicon")
    decline: t.Rate | None = optional("fall of the price with the silicon's age")
    sold: t.Share | None = optional("share of market hours sold")
    tier: Tier | None = optional("market tier")
    commitment: Commitment | None = optional("commitment")
    path: t.Text | None = optional("stress: library row of a price path (hash_path); default: none")
    path_from: t.Date | None = optional("month in which the path begins; default: full operation")
    void: t.Lag | None = optional("months to let again what a buyer in default leaves")
    wrong_way: t.Share | None = optional("how far the market price is down where a buyer defaults")
