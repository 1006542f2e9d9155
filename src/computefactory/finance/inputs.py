"""What the finance chapter needs to know: frozen records in canonical units (see ``plant.inputs``)."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.finance.loans import Reserves, Tranche
from computefactory.units import (
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerMonth,
    UsdPerYear,
)


@dataclass(frozen=True, slots=True)
class FixedAsset:
    """One asset class with its own spending, book life and tax class.

    ``spending`` and ``placed`` are shares by month (they sum to 1): when cash leaves, when the asset enters service.
    """

    name: str  # shell, electrical, mechanical, silicon, fabric, storage, land, grid, soft
    layer: str  # durable, consumable
    cost: Usd  # before contingency and financing
    contingency: One  # share of cost
    spending: tuple[float, ...]
    placed: tuple[float, ...]
    book_life: Month
    depreciable: One  # 0 for land
    consumable: One  # 1: silicon, fabric; 0: durable layer
    part: str  # power, cooling, silicon, interconnect, shell: where the unit-cost stack shows it

    @property
    def part_power(self) -> One:
        """1 for electrical plant and grid connection."""
        return float(self.part == "power")

    @property
    def part_cooling(self) -> One:
        """1 for mechanical plant."""
        return float(self.part == "cooling")

    @property
    def part_silicon(self) -> One:
        """1 for accelerators and storage."""
        return float(self.part == "silicon")

    @property
    def part_fabric(self) -> One:
        """1 for interconnect."""
        return float(self.part == "interconnect")


@dataclass(frozen=True, slots=True)
class TaxClass:
    """One table that the basis of an asset follows in the federal return, the state's, or both."""

    name: str  # of the asset; with the state and the quarter where the class is of one
    asset: One  # place of the asset among the assets, from 0
    federal: One  # 1: deducted in the federal return
    state: One  # 1: deducted in the state's return
    bonus: tuple[One, ...]  # share expensed at once, by month of placing in service
    schedule: tuple[float, ...]  # share by tax year since placing in service, of what is not expensed at once
    quarter: One  # quarter of placing in service that the schedule is for; 0: any
    tested: One  # 1: gives way to the schedules of quarters in a mid-quarter year
    by_month: One  # 1: a straight line by month over the tax life, 0: the yearly table
    tax_life: Month
    mid_month: One  # 1: the straight line starts with half a month

    @property
    def first_year_share(self) -> One:
        """Schedule share of the tax year of placing in service."""
        return self.schedule[0]

    @property
    def later_shares(self) -> tuple[float, ...]:
        """Schedule shares by age in tax years; nothing at age 0, which has its own line."""
        return (0.0, *self.schedule[1:])


@dataclass(frozen=True, slots=True)
class Operations:
    """Operating cost, each line its own base."""

    facility: UsdPerKwYear  # per IT capacity
    facility_base: Kw
    silicon_support: PerYear  # share of silicon price
    property_tax: PerYear  # share of durable cost
    overhead: UsdPerYear
    inflation: PerYear
    facility_escalator: PerYear
    support_escalator: PerYear
    assessment_escalator: PerYear  # of what property tax is assessed on
    overhead_escalator: PerYear
    lease_rent: UsdPerKwMonth  # what this factory pays for its building (build.lease); 0 where owned
    leased_power: Kw
    lease_escalator: PerYear


@dataclass(frozen=True, slots=True)
class IncomeTax:
    """The owner's income tax."""

    federal: One  # national rate
    state: One
    loss_limit: One  # share of income that carried losses may offset (0.8)
    loss_life: Month  # how long after its tax year a loss may be used
    losses_lapse: One  # 1: a loss can lapse before the timeline ends
    losses_at_once: One  # 1: a loss lowers the group's tax at once, 0: it is carried forward
    interest_limit: One  # share of tax EBITDA (163(j), 0.3)
    mid_quarter_test: One  # share of a year's property in its last quarter above which mid-quarter applies
    levied: tuple[One, ...]  # share of the rate that is levied, by month: less than 1 in a tax holiday
    withholding: One  # of distributions of profit
    in_sizing: One  # 1: debt is sized on cash after unlevered tax, 0: before tax


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Who levies an income tax; a state comes before the nation, for its tax is deducted from federal income."""

    name: str  # state, federal
    state: One  # 1: a state, 0: the nation


@dataclass(frozen=True, slots=True)
class View:
    """One unlevered reading of taxable income, for one jurisdiction."""

    name: str  # project, lender
    lender: One  # 1: committed revenue only
    state: One  # 1: the state's tax, 0: the federal one


@dataclass(frozen=True, slots=True)
class Accounts:
    """Payment terms, and what the books make of rent and long prepayments."""

    customers: Month  # how late customers pay
    suppliers: Month  # how late suppliers are paid
    taxes: Month  # how late tax is paid
    lease_rate: PerYear  # at which the lessee could borrow
    finance_lease: One  # 1: a finance lease of the building, 0: an operating one
    prepayment_rate: PerYear  # of the financing in prepayments of more than a year; 0: not separated
    rent_even: One  # 1: rent that tenants owe is earned evenly, 0: as it falls due


@dataclass(frozen=True, slots=True)
class Leaseback:
    """A sale of building or silicon that is rented from then on."""

    made: One  # 1: something is sold
    sold: Month
    price: Usd
    rent: UsdPerMonth
    escalator: PerYear
    building: One  # 1: the durable layer, 0: the silicon


@dataclass(frozen=True, slots=True)
class Values:
    """What assets are worth later."""

    silicon_low: tuple[float, ...]  # low-case share of cost by month of age, index 0 = new
    durable_life: Month
    release_rent: UsdPerKwMonth  # net rent of the empty shell
    release_life: Month  # how long it can be let again
    decommissioning: Usd  # cost of leaving at the exit, at the prices of month 0


@dataclass(frozen=True, slots=True)
class Capital:
    """Cost of capital and market rates."""

    discount_rate: PerYear  # after-tax WACC
    risk_free: PerYear  # at the tenor of the book
    operating_premium: PerYear
    available: Usd  # that can be raised, from every source; nan: no such limit is stated
    owner_focus: One  # share of the owner's revenue from this output; nan unknown


@dataclass(frozen=True, slots=True)
class Choices:
    """Conventions that select lines when the ledger is built."""

    draw_order: str  # debt_first, pro_rata, equity_first (customer money always comes first)


@dataclass(frozen=True, slots=True)
class Finance:
    """All of the above for one factory; months from month 0."""

    start: int  # calendar month number of month 0
    full_operation: Month  # first month with everything energised and accepted
    economic_life: Month
    refresh: tuple[int, ...]  # months after full operation at which the silicon is replaced (full-life case)
    refresh_cost: One  # of the first silicon cost
    assets: tuple[FixedAsset, ...]
    tax_classes: tuple[TaxClass, ...]
    operations: Operations
    accounts: Accounts
    leaseback: Leaseback
    tax: IncomeTax
    jurisdictions: tuple[Jurisdiction, ...]  # in the order in which one tax is deducted from the next income
    views: tuple[View, ...]
    tranches: tuple[Tranche, ...]  # in order of rank
    base_rate: tuple[float, ...]  # floating rate before margin, by month
    last_maturity: Month
    reserves: Reserves
    values: Values
    capital: Capital
    choices: Choices

    @property
    def debt(self) -> Tranche | None:
        """The first tranche; None where there is no debt."""
        return self.tranches[0] if self.tranches else None
