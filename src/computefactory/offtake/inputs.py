"""What the offtake chapter needs to know: frozen records in canonical units (see ``plant.inputs``)."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Annotated

from computefactory.ledger import belonging
from computefactory.ledger.fields import givens_of
from computefactory.plant.by_phase import p_active, p_availability, p_hours, p_installed, p_load
from computefactory.plant.inputs.phases import PHASES
from computefactory.records import UNREAD, Absent, ByMonth, Called, Derived, Doc, FromRow, Like, Needs, Rising, Stated
from computefactory.units import (
    Count,
    Hour,
    HourPerMonth,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerHour,
    UsdPerKwh,
    UsdPerKwMonth,
)

CUSTOMERS = "/capital.payment_terms.customers"
NO_GUARANTOR = "no guarantor is named"
OWED = Needs(("committed",), "nobody owes anything under a contract of its kind")
NO_EXIT = "nobody may leave at convenience"
NO_BREACH = "repeated failure ends nothing"
NO_DELAY = "lateness is not paid for"
NO_EVENT = "no event of the file ends it"
NO_FUNDING = "the tenant pays nothing of the construction"
NO_FUNDING_DATE = "with the spending on the building"
NO_OPTION = "there is no option to go on"
MERCHANT = FromRow("merchant", "default")


@dataclass(frozen=True, slots=True)
class Deal:
    """What contracts and leases share: one energised part, with its own tenor, and who stands for it.

    Months count from month 0 unless they say "of age".
    """

    name: Annotated[str, Doc("Contract and phase: microsoft 2026-03.")]
    contract: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("Kind of contract."), Stated()]
    buyer: Annotated[str, Doc("Buyer or tenant."), Stated(), Absent("various", "sold to nobody in particular")]
    rating: Annotated[str, Doc("Letter grade of the buyer."), OWED, Absent("", "no rating is known")]
    guaranteed: Annotated[
        One,
        UNREAD,
        Doc("1: a rated guarantor stands behind the buyer."),
        Stated(read="flag"),
        OWED,
        Absent(0.0, NO_GUARANTOR),
    ]
    phase: Annotated[One, Doc("Place of its phase among the phases, from 0.")]
    signed: Annotated[
        Month,
        Doc("Month of signature."),
        Stated(read="months_from_start", others=("month_0",)),
        Absent(nan, "sold as it comes: nothing is signed"),
    ]
    start: Annotated[Month, Doc("First month of the tenor."), Derived("months_from_start", ("begins", "month_0"))]
    tenor: Annotated[Month, Doc("Length of this part.")]
    committed_until: Annotated[Month, Called("first_exit"), Doc("Age of the cheapest exit."), Like("tenor")]
    exit_fee: Annotated[Usd, Doc("Fee at that exit."), Absent(0.0, NO_EXIT)]
    credit: Annotated[
        str,
        Doc("Letter grade that counts: of who guarantees the whole, or of the buyer where that is better."),
        Absent("", "no rating is known"),
    ]
    credit_number: Annotated[One, UNREAD, Doc("1 AAA ... 10 BBB- ... 22 D."), Absent(nan, "no rating is known")]
    exposed: Annotated[Month, Doc("Month from which its buyer may default.")]
    hazard: Annotated[
        PerYear,
        Doc("Yearly default rate of the buyer."),
        Stated(),
        Stated("spread", "hazard_of_spread", ("recovery",)),
        Stated("default_curve", "hazard_of_curve", ("exposed", "last_end")),
        OWED,
        Like("hazard_of_grade"),
    ]
    guarantor: Annotated[str, Doc("Who pays where the buyer does not."), Stated(), OWED, Absent("", NO_GUARANTOR)]
    guarantor_hazard: Annotated[PerYear, Doc("Default rate of the guarantor."), Absent(0.0, NO_GUARANTOR)]
    guarantee_full: Annotated[One, Doc("1: guaranteed as a whole."), Absent(0.0, "no guarantee of the whole contract")]
    backstop: Annotated[
        Usd,
        Doc("Most that the guarantor pays."),
        Stated("backstop.amount", "phase_money", ("share",)),
        OWED,
        Absent(0.0, "no such limit is stated"),
    ]
    backstop_from: Annotated[
        Month,
        Doc("Age from which it falls."),
        Stated("backstop.amortises_after"),
        Needs(("backstop_over",), "it needs amortises_over beside it"),
        Absent(0.0, "from the start, if it falls"),
    ]
    backstop_over: Annotated[
        Month, Doc("Time in which it falls; 0: stays."), Stated("backstop.amortises_over"), Absent(0.0, "it stays")
    ]
    leaves: Annotated[One, Doc("1: an event of the file ends it."), Absent(0.0, NO_EVENT)]
    left: Annotated[Month, Doc("Month from which nothing is paid."), Absent(0.0, NO_EVENT)]
    agreed: Annotated[One, Doc("1: what is owed then is a sum agreed."), Absent(0.0, NO_EVENT)]
    agreed_sum: Annotated[Usd, Doc("Fee of the exit, or sum agreed for a default."), Absent(0.0, NO_EVENT)]
    claim_recovery: Annotated[One, Doc("Share of what is owed then that is recovered."), Absent(0.0, NO_EVENT)]
    refund_first: Annotated[One, Doc("1: what is paid back ranks ahead of the lenders."), Absent(0.0, NO_EVENT)]
    extension: Annotated[Month, Doc("Length of the option."), Stated("extension.term"), Absent(0.0, NO_OPTION)]
    extension_notice: Annotated[
        Month, Doc("Notice before the end."), Stated("extension.notice"), Absent(0.0, NO_OPTION)
    ]
    extension_seller: Annotated[
        One, Doc("1: the seller's option."), Stated("extension.owner", "sellers"), Absent(0.0, NO_OPTION)
    ]
    sla_below: Annotated[
        tuple[float, ...],
        Doc("Availability at which each band of credits begins, falling."),
        Stated("service_level.below"),
        Absent((), "no service credits are agreed"),
    ]
    sla_credit: Annotated[
        tuple[float, ...],
        Doc("Credit of each band, share of the monthly bill."),
        Stated("service_level.credit"),
        Absent((), "no service credits are agreed"),
    ]
    sla_pro_rata: Annotated[
        One,
        UNREAD,
        Doc("1: what was not available is not billed."),
        Stated("service_level.pro_rata", "is_true"),
        Absent(0.0, "the bill does not follow availability"),
    ]
    sla_cap: Annotated[
        One,
        UNREAD,
        Doc("Most that is credited, share of the monthly bill."),
        Stated("service_level.cap"),
        Needs(("sla_credit",), "it needs credit beside it"),
        Absent(1.0, "credits have no cap but the bill"),
    ]
    sla_planned: Annotated[
        One,
        UNREAD,
        Doc("1: planned maintenance counts as outage."),
        Stated("service_level.maintenance", "counted"),
        Absent(0.0, "planned maintenance does not count as outage"),
    ]
    sla_outage: Annotated[
        Hour, UNREAD, Doc("Length of an outage of building or fabric."), FromRow("contract", "default", "outage")
    ]
    payment_terms: Annotated[
        Month,
        Called("wait"),
        Doc("How late the customer pays."),
        Stated(read="months_of_terms"),
        Stated(CUSTOMERS, "months_of_terms"),
        FromRow("capital", "default", "customers_pay_after", "months_of_terms"),
    ]


@dataclass(frozen=True, slots=True)
class Contract(Deal):
    """One energised part of a contract sold in accelerator-hours; series have one entry a month of the timeline."""

    committed: Annotated[
        One, Doc("Share of reserved hours that is owed."), Stated("minimum"), Derived("owed_of_kind", ("kind",))
    ]
    floor: Annotated[One, Doc("1: pays for what nobody else takes."), Derived("is_floor", ("kind",))]
    accelerators: Annotated[Count, Doc("Accelerators reserved.")]
    price: Annotated[UsdPerAcceleratorHour, Doc("Price, first year."), Stated()]
    sold: Annotated[
        One,
        Doc("Share of reserved hours that is used."),
        Stated("share_sold"),
        Stated("used", "last_use"),
        Absent(1.0, "all that is reserved is used"),
    ]
    ramp: Annotated[
        tuple[float, ...],
        ByMonth(One),
        Doc("Share of the capacity reserved."),
        Stated(read="ramp_series", others=("begins", "timeline")),
        Derived("even", ("timeline",)),
    ]
    use: Annotated[
        tuple[float, ...],
        ByMonth(One),
        Doc("Use relative to c_sold."),
        Stated("used", "use_series", ("begins", "timeline")),
        Derived("even", ("timeline",)),
    ]
    shortfall: Annotated[
        One,
        Doc("Share of the price of hours owed, not taken."),
        Stated(),
        Absent(1.0, "hours owed and not taken are paid in full"),
    ]
    make_up: Annotated[
        Month,
        Doc("Time in which they may be taken later."),
        Stated(),
        Absent(0.0, "hours owed and not taken are not made up"),
    ]
    limit: Annotated[
        Usd,
        Doc("Most that is billed; 0: no limit."),
        Stated(read="phase_money", others=("share",)),
        Absent(0.0, "there is no limit"),
    ]
    power_passed_through: Annotated[
        One,
        Called("passed"),
        Doc("1: the buyer pays for its own power."),
        Stated("electricity", "passed_through"),
        Absent(0.0, "the price includes power"),
    ]
    power_cap: Annotated[
        UsdPerKwh,
        Doc("Price of a grid kWh up to which the buyer pays; 0: no cap."),
        Stated("electricity_cap"),
        Absent(0.0, "what is passed through has no cap"),
    ]
    escalator: Annotated[
        PerYear,
        Doc("Price rise on anniversaries."),
        Rising("price"),
        Stated(),
        FromRow("contract", "default", "escalator"),
    ]
    billing_hours: Annotated[
        HourPerMonth,
        Doc("Hours billed a month; 0: calendar hours."),
        Absent(0.0, "billed by the hours of the calendar"),
    ]
    prepayment: Annotated[
        One, Doc("Share of value paid ahead."), Stated("prepayment.share"), Absent(0.0, "nothing is paid ahead")
    ]
    prepaid: Annotated[Month, Doc("Month of the prepayment."), Like("start")]
    credited_from: Annotated[
        Month,
        Doc("First month credited."),
        Stated("prepayment.credited_from", "credited_month", ("begins", "month_0", "tenor")),
        Like("start"),
    ]
    refundable: Annotated[
        One,
        UNREAD,
        Doc("1: both sides can unwind the prepayment."),
        Stated("prepayment.refundable", "flag"),
        Absent(0.0, "nobody can unwind a prepayment"),
    ]
    guaranteed_start: Annotated[Month, Called("guaranteed"), Doc("Start that was promised."), Like("start")]
    long_stop: Annotated[
        Month, UNREAD, Doc("Month after which the buyer may leave."), Absent(nan, "no date lets the buyer leave")
    ]
    damages: Annotated[
        UsdPerHour,
        Called("damages_rate"),
        Doc("Damages while it is late."),
        Stated("delay.damages", "phase_damages", ("share",)),
        Absent(0.0, NO_DELAY),
    ]
    damages_cap: Annotated[
        Usd,
        Doc("Most damages; 0: no cap."),
        Stated("delay.cap", "phase_money", ("share",)),
        Needs(("damages",), "it needs damages beside it"),
        Absent(0.0, "damages have no cap"),
    ]
    breach_below: Annotated[
        One,
        UNREAD,
        Doc("Monthly availability that counts as failure; 0: none does."),
        Stated("service_level.terminates.below"),
        Absent(0.0, NO_BREACH),
    ]
    breach_times: Annotated[
        One,
        UNREAD,
        Doc("Failures that let the buyer leave."),
        Stated("service_level.terminates.times"),
        Absent(0.0, NO_BREACH),
    ]
    breach_within: Annotated[
        Month,
        UNREAD,
        Doc("Time in which failures are counted."),
        Stated("service_level.terminates.within"),
        Absent(0.0, NO_BREACH),
    ]
    extension_price: Annotated[
        UsdPerAcceleratorHour,
        Doc("Price in the extension."),
        Stated("extension.price"),
        Derived("last_price", ("price", "escalator", "tenor")),
    ]


@dataclass(frozen=True, slots=True)
class Lease(Deal):
    """Space and power let to a tenant, USD per kW-month; or power that mines (nobody owes anything)."""

    committed: Annotated[One, Doc("1: rent is owed for the base term."), Derived("owed_of_kind", ("kind",))]
    power: Annotated[Kw, Doc("IT power let.")]
    price: Annotated[UsdPerKwMonth, Doc("Rent in the first year.")]
    path: Annotated[
        tuple[float, ...], ByMonth(One), Doc("Price relative to its first month."), Derived("even", ("timeline",))
    ]
    power_passed_through: Annotated[
        One,
        Called("passed"),
        Doc("1: the tenant pays for its own power."),
        Stated("electricity", "passed_through"),
        Absent(0.0, "its revenue includes power"),
    ]
    full_draw: Annotated[One, Doc("1: draws its full power."), Derived("is_mining", ("kind",))]
    extension_price: Annotated[
        UsdPerKwMonth,
        Doc("Rent in the first year of the extension."),
        Stated("extension.price"),
        Derived("last_rent", ("price", "escalator", "tenor")),
    ]
    funding: Annotated[Usd, Doc("What the tenant pays of the construction."), Absent(0.0, NO_FUNDING)]
    funding_dated: Annotated[
        One, Doc("1: in a month of its own."), Stated("tenant_funding.paid", "is_dated"), Absent(0.0, NO_FUNDING_DATE)
    ]
    funding_month: Annotated[
        Month,
        Doc("Month in which it is paid."),
        Stated("tenant_funding.paid", "months_from_start", ("month_0",)),
        Absent(0.0, NO_FUNDING_DATE),
    ]
    funding_share: Annotated[
        One,
        Doc("Most of a month's rent that pays it back; 0: nothing is paid back."),
        Stated("tenant_funding.credited"),
        Absent(0.0, "nothing is paid back"),
    ]
    upkeep_passed: Annotated[
        One,
        Doc("Share of upkeep that the tenant pays."),
        Stated("expenses", "upkeep_passed"),
        Absent(0.0, "the rent is gross"),
    ]
    property_tax_passed: Annotated[
        One,
        Called("tax_passed"),
        Doc("Share of property tax that it pays."),
        Stated("expenses", "property_tax_passed"),
        Absent(0.0, "the rent is gross"),
    ]
    escalator: Annotated[
        PerYear,
        Doc("Rent rise on anniversaries."),
        Rising("price"),
        Stated(),
        FromRow("contract", "default", "lease_escalator"),
    ]


@dataclass(frozen=True, slots=True)
class Merchant:
    """The market for uncommitted hours: what silicon of each age can earn (library rows with tier and commitment)."""

    price_new: Annotated[
        UsdPerAcceleratorHour, Called("merchant_price_new"), Doc("Market price of an hour on new silicon.")
    ]
    path: Annotated[
        tuple[float, ...], ByMonth(One), Called("merchant_path"), Doc("Stress of the market price; 1: none.")
    ]
    decline: Annotated[
        PerYear,
        Called("merchant_decline"),
        Doc("Fall of the price with the silicon's age."),
        Stated(),
        MERCHANT,
    ]
    sold: Annotated[One, Called("merchant_sold"), Doc("Share of market hours sold."), Stated(), MERCHANT]
    tier: Annotated[str, Doc("Market tier."), Stated(), MERCHANT]
    commitment: Annotated[str, Doc("Commitment of the price."), Stated(), MERCHANT]
    void: Annotated[
        Month,
        Called("re_let_void"),
        Doc("Time to let again what a defaulted buyer leaves, and an empty shell."),
        Stated(),
        MERCHANT,
    ]
    wrong_way: Annotated[
        One,
        Called("wrong_way"),
        Doc("How far the market is down where a buyer defaults."),
        Stated(),
        MERCHANT,
    ]


@dataclass(frozen=True, slots=True)
class Offtake:
    """The book; contracts in the order in which they are served."""

    contracts: tuple[Contract, ...]
    leases: tuple[Lease, ...]
    merchant: Merchant

    @property
    def committable(self) -> tuple[Contract | Lease, ...]:
        """Contracts and leases alike: what they share is buyer, start, tenor, rating."""
        return (*self.contracts, *self.leases)


CONTRACTS = {item.name: item for item in givens_of(Contract, "offtake.contracts", prefix="c_", per="contract")}
LEASES = {item.name: item for item in givens_of(Lease, "offtake.leases", prefix="l_", per="lease")}
PHASE_OF_CONTRACT, PHASE_OF_LEASE = CONTRACTS["c_phase"], LEASES["l_phase"]
OF_CONTRACT = {  # what a contract has of its phase, and by that of its generation of silicon
    item.name: belonging(item, PHASE_OF_CONTRACT, f"c_{item.name.removeprefix('p_')}")
    for item in (PHASES["p_generation"], p_installed, p_active, p_load, p_availability, p_hours)
}
GIVENS = (
    *CONTRACTS.values(),
    *OF_CONTRACT.values(),
    *LEASES.values(),
    *givens_of(Merchant, "offtake.merchant"),
)
