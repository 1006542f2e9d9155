"""What the offtake chapter needs to know: frozen records in canonical units (see ``plant.inputs``)."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.units import Count, HourPerMonth, Kw, Month, One, PerYear, UsdPerAcceleratorHour, UsdPerKwMonth


@dataclass(frozen=True, slots=True)
class Contract:
    """One energised part of a contract sold in accelerator-hours: each part starts its own tenor.

    ``committed`` is 1 for take-or-pay and 0 for on-demand sales; ``sold`` is the share of reserved hours sold (1 for
    take-or-pay). Months count from month 0.
    """

    name: str  # microsoft 2026-03
    contract: str  # microsoft
    kind: str  # take_or_pay, on_demand
    buyer: str
    rating: str  # letter grade, "" unknown
    rating_number: One  # 1 AAA … 10 BBB- … 22 D; nan unknown
    guaranteed: One
    committed: One
    signed: Month  # may be negative; nan: not signed (on demand)
    accelerators: Count
    price: UsdPerAcceleratorHour  # in the first 12 months
    sold: One
    start: Month
    tenor: Month
    escalator: PerYear  # on each anniversary
    billing_hours: HourPerMonth  # nan: calendar hours
    prepayment: One  # share of this part's value at signing prices
    prepaid: Month  # month of payment
    credited_from: Month  # first month whose bill is credited
    hazard: PerYear  # of the buyer's default, for expected values


@dataclass(frozen=True, slots=True)
class Lease:
    """Space and power let to a tenant, USD per kW-month."""

    name: str
    contract: str
    kind: str  # colocation, powered_shell
    buyer: str
    rating: str
    rating_number: One
    guaranteed: One
    committed: One
    signed: Month
    power: Kw  # IT
    price: UsdPerKwMonth
    power_passed_through: One  # 1: the tenant pays its energy
    start: Month
    tenor: Month
    escalator: PerYear
    hazard: PerYear


@dataclass(frozen=True, slots=True)
class Merchant:
    """The market for uncommitted hours: what silicon of each age can earn (library rows with tier and commitment)."""

    price_new: UsdPerAcceleratorHour
    decline: PerYear  # fall of the price with the silicon's age
    sold: One
    tier: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Offtake:
    """The book."""

    contracts: tuple[Contract, ...]
    leases: tuple[Lease, ...]
    merchant: Merchant

    @property
    def committable(self) -> tuple[Contract | Lease, ...]:
        """Contracts and leases alike: what they share is buyer, start, tenor, rating."""
        return (*self.contracts, *self.leases)
