"""The file's chapters ``offtake`` and ``merchant``: what is sold, to whom, on which terms."""

from __future__ import annotations

import re
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from computefactory.schema import types as t
from computefactory.schema.silicon import When
from computefactory.schema.types import Chapter, optional, required

Tier = Literal["hyperscaler", "neocloud", "marketplace"]
Commitment = Literal["spot", "on_demand", "1_year", "3_year"]
DAYS = re.compile(r"\s*(\d+)\s*(?:day|days)\s*")
DAYS_PER_MONTH = 365.25 / 12


def _whole_months(value: Any) -> Any:
    """Notice is often given in days: 90 days are three months."""
    match = DAYS.fullmatch(value) if isinstance(value, str) else None
    return f"{ceil(int(match[1]) / DAYS_PER_MONTH - 1e-9)} months" if match else value


Notice = Annotated[t.Lag, BeforeValidator(_whole_months)]


class Prepayment(Chapter):
    """Money that the customer pays ahead; credited in equal months to the end of each part's tenor."""

    share: t.Share | None = optional("share of the value of each part (or: amount)")
    amount: t.Money | None = optional("sum paid ahead for all parts, by their value (or: share)")
    paid_before_start: t.Lag = required("months before the part starts")
    credited_from: t.Lag = required("first month of the part's tenor that is credited; 1 is its first")
    refundable: t.Flag | None = optional("true where both sides can unwind it: it is then shown as debt; default false")


class Exit(Chapter):
    """A way out of a contract. Only one at convenience, or a long stop, lowers what is committed."""

    cause: Literal["convenience", "failure", "change_of_control", "regulation", "other"] = required(
        "convenience: the buyer may simply leave; anything else needs a cause"
    )
    after: Notice | None = optional("months from the start before notice may be given; default 0")
    notice: Notice = required("months from notice to the end (days are read as months)")
    fee: t.Money | None = optional("fee for all parts, by accelerators or power")
    fee_months: t.Lag | None = optional("fee in months of the bill at the exit")
    fee_share: t.Share | None = optional("fee as a share of all bills still to come")


class Breach(Chapter):
    """Repeated failure of the service level that lets the buyer leave."""

    below: t.Share = required("monthly availability that counts as a failure")
    times: t.Rank = required("failures that let the buyer leave")
    within: t.Tenor = required("months in which they are counted")


class Credits(Chapter):
    """Credits against the monthly bill by that month's availability."""

    below: tuple[t.Share, ...] | None = optional("availability below which each band begins, falling")
    credit: tuple[t.Share, ...] | None = optional("credit of each band, share of the monthly bill, rising")
    pro_rata: t.Flag | None = optional("true: what was not available is not billed (or: below and credit)")
    cap: t.Share | None = optional("most that is credited in a month, share of the bill")
    maintenance: Literal["excluded", "counted"] | None = optional(
        "whether planned maintenance counts as outage; default excluded"
    )


class ServiceLevel(Credits):
    """Credits, and what repeated failure allows."""

    terminates: Breach | None = optional("repeated failure that lets the buyer leave")


class Lateness(Chapter):
    """What is paid while a part is late, before acceptance; service credits begin only after it."""

    damages: t.MoneyPerHour | None = optional("for all parts together, such as 100000 USD/day")
    cap: t.Money | None = optional("most that is paid for all parts; default no cap")
    guaranteed: t.Date | None = optional("month promised; default: the start without power.delay")
    long_stop: t.Lag | None = optional("months late after which the buyer may leave")


class Backstop(Chapter):
    """What a guarantor pays at most; without it the guarantor stands in for the whole contract."""

    amount: t.Money = required("most that the guarantor pays, for all parts")
    amortises_after: t.Lag | None = optional("months from the start before it begins to fall; default 0")
    amortises_over: t.Tenor | None = optional("months in which it falls to nothing; default: it stays")


class Option(Chapter):
    """An option to go on; its owner decides on the market price expected on the day of notice."""

    owner: Literal["buyer", "seller"] = required("who may extend")
    term: t.Tenor = required("length of the extension")
    notice: Notice = required("months before the end at which the owner decides")


class Extension(Option):
    """An option on accelerator-hours."""

    price: t.PerAcceleratorHour | None = optional("price in the extension; default: that of the last year")


class OfftakeTerms(Chapter):
    """What every kind of offtake has."""

    buyer: t.Text | None = optional("library row of the buyer: its rating and the source of it")
    rating: t.Text | None = optional("letter grade of the buyer, or unrated; default: the buyer's row")
    hazard: t.Discount | None = optional("yearly default rate of the buyer; default: that of its rating")
    spread: t.Rate | None = optional("the buyer's credit spread (instead of hazard): h = s / (1 - R)")
    recovery: t.Share | None = optional("recovery that the spread assumes; default: bonds and notes")
    default_curve: tuple[t.Share, ...] | None = optional(
        "cumulative default by year (instead of hazard): the rate that gives the one at the tenor", min_length=1
    )
    guaranteed: t.Flag | None = optional("true where a rated guarantor stands behind the buyer")
    guarantor: t.Text | None = optional("who pays where the buyer does not: library row or name")
    guarantor_rating: t.Text | None = optional("letter grade of the guarantor; default: its row")
    backstop: Backstop | None = optional("limit of the guarantee; default: the whole contract")
    exits: dict[str, Exit] | None = optional("ways out, by name")
    payment_terms: t.Hours | None = optional("time from bill to payment, such as 30 days")
    starts: When = required("a month, or {after: energised, lag: 1 month}: each phase starts its own tenor")
    phases: tuple[t.Text, ...] | None = optional("phases that it takes; default: all", min_length=1)
    tenor: t.Tenor | None = optional("length, from the start of each part (or: ends)")
    ends: t.Date | None = optional("last month of every part (or: tenor; beside it the earlier end): late starts lose")
    escalator: t.SignedRate | None = optional("price rise on each anniversary; default 0")

    @property
    def longest(self) -> float:
        """Months that no part outlasts."""
        return float("inf") if self.tenor is None else self.tenor


class HourTerms(OfftakeTerms):
    """What is sold in accelerator-hours."""

    generation: t.Text | None = optional(
        "generation of silicon that it sells; default: that of its phases, or the only one"
    )
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


class LeaseOption(Option):
    """An option of a tenant or a landlord."""

    price: t.PerKwMonth | None = optional("rent in the first year of the extension; default: that of the last year")


class TenantFunding(Chapter):
    """What the tenant pays of the construction; what is credited of it is a loan that the rent pays back."""

    amount: t.Money | None = optional("sum for all parts (or: per_power)")
    per_power: t.PerKw | None = optional("sum per kW let, such as 1.5 million USD/MW (or: amount)")
    paid: t.Date | None = optional("month in which it is paid; default: with the spending on the building")
    credited: t.Share | None = optional("most of a month's rent that pays it back; default: nothing is paid back")


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
    extension: LeaseOption | None = optional("an option to stay")
    tenant_funding: TenantFunding | None = optional("what the tenant pays of the construction; default: nothing")
    service_level: Credits | None = optional("credits against the rent for outages of the building; default none")


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
    decline: t.Fall | None = optional("fall of the price with the silicon's age")
    sold: t.Share | None = optional("share of market hours sold")
    tier: Tier | None = optional("market tier")
    commitment: Commitment | None = optional("commitment")
    path: t.Text | None = optional("stress: library row of a price path (hash_path); default: none")
    path_from: t.Date | None = optional("month in which the path begins; default: full operation")
    void: t.Lag | None = optional("months to let again what a buyer in default leaves, and an empty shell")
    wrong_way: t.Share | None = optional("how far the market price is down where a buyer defaults")
