"""What the offtake chapter needs to know: frozen records in canonical units (see ``plant.inputs``)."""

from __future__ import annotations

from dataclasses import dataclass

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
    UsdPerKwMonth,
)


@dataclass(frozen=True, slots=True)
class Contract:
    """One energised part of a contract sold in accelerator-hours: each part starts its own tenor.

    ``committed`` is the share of the reserved hours that is owed (1: take-or-pay, 0: on demand, floor), ``sold`` the
    share expected to be used. Series (``ramp``, ``use``) have one entry a month of the timeline. Months count from
    month 0 unless they say "of age".
    """

    name: str  # microsoft 2026-03
    contract: str  # microsoft
    kind: str  # take_or_pay, minimum_volume, on_demand, floor
    buyer: str
    rating: str  # letter grade, "" unknown
    rating_number: One  # 1 AAA … 10 BBB- … 22 D; nan unknown
    guaranteed: One
    committed: One
    floor: One  # 1: pays for what nobody else takes
    signed: Month  # may be negative; nan: not signed (on demand)
    accelerators: Count
    price: UsdPerAcceleratorHour  # in the first 12 months
    sold: One
    ramp: tuple[float, ...]  # share of the capacity that is reserved
    use: tuple[float, ...]  # use relative to ``sold``
    shortfall: One  # share of the price paid for hours owed and not taken
    make_up: Month  # time in which they may be taken later
    limit: Usd  # most that is billed; 0: none
    power_passed_through: One  # 1: the buyer pays for its energy
    start: Month
    tenor: Month
    escalator: PerYear  # on each anniversary
    billing_hours: HourPerMonth  # nan: calendar hours
    prepayment: One  # share of this part's value at signing prices
    prepaid: Month  # month of payment
    credited_from: Month  # first month whose bill is credited
    refundable: One  # 1: both sides can unwind it
    committed_until: Month  # of age: the exit at which the buyer pays least, or the tenor
    exit_fee: Usd  # at that exit
    guaranteed_start: Month  # after it lateness is paid for
    long_stop: Month  # after it the buyer may leave; nan: never
    damages: UsdPerHour
    damages_cap: Usd  # 0: none
    sla_below: tuple[float, ...]  # availability at which each band of credits begins, falling
    sla_credit: tuple[float, ...]  # share of the monthly bill
    sla_cap: One
    sla_planned: One  # 1: planned maintenance counts as outage
    sla_outage: Hour  # length of an outage of building or fabric
    breach_below: One  # monthly availability that counts as failure; 0: none does
    breach_times: One
    breach_within: Month
    extension: Month  # length of the option; 0: none
    extension_notice: Month
    extension_seller: One  # 1: the seller's option, 0: the buyer's
    extension_price: UsdPerAcceleratorHour
    hazard: PerYear  # of the buyer's default, for expected values
    guarantor: str  # "" none
    guarantor_hazard: PerYear
    guarantee_full: One  # 1: the guarantor stands in for the whole contract
    backstop: Usd  # else: most that it pays
    backstop_from: Month  # of age
    backstop_over: Month  # falls to nothing in that time; 0: stays
    payment_terms: Month  # from bill to payment, of thirty days each (30/360)


@dataclass(frozen=True, slots=True)
class Lease:
    """Space and power let to a tenant, USD per kW-month; or power that mines (nobody owes anything)."""

    name: str
    contract: str
    kind: str  # colocation, powered_shell, mining
    buyer: str
    rating: str
    rating_number: One
    guaranteed: One
    committed: One
    signed: Month
    power: Kw  # IT
    price: UsdPerKwMonth
    path: tuple[float, ...]  # price relative to its first month, before the escalator
    power_passed_through: One  # 1: the tenant pays its energy
    full_draw: One  # 1: draws its full power all the time
    upkeep_passed: One  # share of upkeep that the tenant pays beside the rent
    property_tax_passed: One
    start: Month
    tenor: Month
    escalator: PerYear
    committed_until: Month  # of age
    exit_fee: Usd
    hazard: PerYear
    guarantor: str
    guarantor_hazard: PerYear
    guarantee_full: One
    backstop: Usd
    backstop_from: Month
    backstop_over: Month
    payment_terms: Month  # of thirty days each


@dataclass(frozen=True, slots=True)
class Merchant:
    """The market for uncommitted hours: what silicon of each age can earn (library rows with tier and commitment)."""

    price_new: UsdPerAcceleratorHour
    path: tuple[float, ...]  # stress by month of the timeline, 1: none
    decline: PerYear  # fall of the price with the silicon's age
    sold: One
    tier: str
    commitment: str
    void: Month  # to let again what a buyer in default leaves
    wrong_way: One  # how far the price is down where a buyer defaults


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
