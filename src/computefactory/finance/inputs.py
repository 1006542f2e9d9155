"""What the finance chapter needs to know: frozen records in canonical units (see ``plant.inputs``)."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Annotated

from computefactory.finance.loans import Reserves, Tranche
from computefactory.ledger import belonging
from computefactory.ledger.fields import givens_of
from computefactory.records import (
    UNREAD,
    Absent,
    ByAge,
    ByMonth,
    Called,
    Derived,
    Doc,
    FromRow,
    Like,
    Needs,
    Rising,
    Stated,
    worked_out_of,
)
from computefactory.units import (
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKw,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerMonth,
    UsdPerYear,
)

OPERATIONS = FromRow("operations", "default")
VALUES = FromRow("values", "default")
CAPITAL = FromRow("capital", "default")
OF_REGIME = FromRow("tax", "=regime")
OF_CLASS = FromRow("asset", "=like")
OWNED = "the factory owns its building"
NO_TABLE = "its table holds for any quarter"
NOT_SOLD = "nothing is sold and rented back"
REPLACED = Needs(("refresh",), "no silicon is replaced: it needs refresh beside it")


@dataclass(frozen=True, slots=True)
class FixedAsset:
    """One asset class with its own spending, book life and tax class; series sum to 1."""

    name: Annotated[str, Doc("shell, electrical, mechanical, silicon, fabric, storage, land, grid, soft.")]
    layer: Annotated[str, Doc("durable, consumable.")]
    cost: Annotated[Usd, Doc("Cost before contingency.")]
    contingency: Annotated[One, Doc("Contingency, share of cost."), Stated(), Like("contingency_of_layer")]
    spending: Annotated[tuple[float, ...], ByMonth(One), Doc("Share of the cost that is paid in the period.")]
    placed: Annotated[tuple[float, ...], ByMonth(One), Doc("Share of the cost that enters service in the period.")]
    book_life: Annotated[Month, Doc("Straight-line book life."), Stated(), OF_CLASS]
    life: Annotated[
        Month,
        Doc("Straight-line life of a durable, down to what it is worth at an exit."),
        Stated("/build.durable_life"),
        FromRow("asset", "=like", "book_life"),
    ]
    depreciable: Annotated[One, Doc("0 for land."), OF_CLASS]
    consumable: Annotated[One, Doc("1: silicon and fabric, 0: durable."), Derived("is_consumable", ("layer",))]
    part: Annotated[str, Doc("Where the unit-cost stack shows it."), OF_CLASS]
    generation: Annotated[
        One, Doc("Place of the generation of silicon it belongs to, 0 or 1."), Absent(0.0, "there is one generation")
    ] = 0.0

    @property
    @worked_out_of("part")
    def part_power(self) -> One:
        """1: electrical, grid."""
        return float(self.part == "power")

    @property
    @worked_out_of("part")
    def part_cooling(self) -> One:
        """1: mechanical."""
        return float(self.part == "cooling")

    @property
    @worked_out_of("part")
    def part_silicon(self) -> One:
        """1: accelerators."""
        return float(self.part == "silicon")

    @property
    @worked_out_of("part")
    def part_fabric(self) -> One:
        """1: fabric."""
        return float(self.part == "interconnect")


@dataclass(frozen=True, slots=True)
class TaxClass:
    """One table that the basis of an asset follows in the federal return, the state's, or both."""

    name: Annotated[str, Doc("Of the asset; with the state and the quarter where the class is of one.")]
    asset: Annotated[One, Doc("Place of its asset among the assets, from 0.")]
    federal: Annotated[One, Doc("1: deducted in the federal return."), Derived("in_federal", ("name",))]
    state: Annotated[
        One, Doc("1: deducted in the state's return."), Absent(0.0, "not deducted in a state's return by this class")
    ]
    bonus: Annotated[tuple[One, ...], ByMonth(One), Doc("Share of what enters service that is expensed at once.")]
    schedule: Annotated[
        tuple[float, ...],
        Doc("Share by tax year since placing in service, of what is not expensed at once."),
        Absent((0.0,), "no yearly table writes it off"),
    ]
    quarter: Annotated[One, Doc("Quarter of placing in service that its table is for; 0: any."), Absent(0.0, NO_TABLE)]
    tested: Annotated[
        One, Doc("1: gives way to the tables of quarters in a mid-quarter year."), Absent(0.0, "no table replaces it")
    ]
    by_month: Annotated[
        One, Doc("1: a straight line by month, 0: a yearly table."), Absent(0.0, "not written off by month")
    ]
    tax_life: Annotated[Month, Doc("Length of the straight line."), Absent(1.0, "not written off by month")]
    mid_month: Annotated[
        One, Doc("1: the straight line starts with half a month."), Absent(0.0, "not written off by month")
    ]

    @property
    @worked_out_of("schedule")
    def first_year_share(self) -> Annotated[One, Called("first_share")]:
        """Table's share of the tax year of placing in service."""
        return self.schedule[0]

    @property
    @worked_out_of("schedule")
    def later_shares(self) -> Annotated[tuple[float, ...], ByAge(One)]:
        """Table's shares of later tax years, by age."""
        return (0.0, *self.schedule[1:])  # age 0 has its own line


@dataclass(frozen=True, slots=True)
class Operations:
    """Operating cost, each line its own base."""

    facility: Annotated[
        UsdPerKwYear,
        Called("facility_rate"),
        Doc("Staff, maintenance and insurance of the building."),
        Stated("facility.cost"),
        OPERATIONS,
    ]
    facility_base: Annotated[Kw, Doc("IT capacity it is paid on.")]
    silicon_support: Annotated[
        PerYear,
        Called("support_rate"),
        Doc("Support and spares, share of silicon cost."),
        Stated("silicon_support.share_of_price"),
        OPERATIONS,
    ]
    property_tax: Annotated[
        PerYear,
        Called("property_tax_rate"),
        Doc("Share of durable cost."),
        Stated("property_tax.share_of_durable"),
        OPERATIONS,
    ]
    overhead: Annotated[UsdPerYear, Called("overhead_rate"), Doc("Overhead of the factory."), Stated(), OPERATIONS]
    inflation: Annotated[PerYear, Doc("Yearly rise of operating cost."), Stated(), OPERATIONS]
    facility_escalator: Annotated[
        PerYear,
        Doc("Yearly rise of staff, maintenance and insurance."),
        Rising("facility.cost"),
        Stated("facility.escalator"),
        Like("inflation"),
    ]
    support_escalator: Annotated[
        PerYear, Doc("Yearly rise of the silicon's support."), Stated("silicon_support.escalator"), OPERATIONS
    ]
    assessment_escalator: Annotated[
        PerYear,
        Doc("Yearly rise of what property tax is assessed on."),
        Stated("property_tax.escalator"),
        OPERATIONS,
    ]
    overhead_escalator: Annotated[
        PerYear,
        Doc("Yearly rise of overhead."),
        Rising("overhead"),
        Stated(),
        Like("inflation"),
        Needs(("overhead",), "operations.overhead is 0"),
    ]
    lease_rent: Annotated[
        UsdPerKwMonth,
        Called("building_rent"),
        Doc("Rent paid for a leased building."),
        Stated("/build.lease.rent"),
        Absent(0.0, OWNED),
    ]
    leased_power: Annotated[
        Kw, Called("building_leased"), Doc("IT power it is paid on."), Stated("/build.lease.power"), Absent(0.0, OWNED)
    ]
    lease_escalator: Annotated[
        PerYear,
        Called("building_escalator"),
        Doc("Rise of the rent paid on each anniversary."),
        Rising("/build.lease.rent"),
        Stated("/build.lease.escalator"),
        OPERATIONS,
    ]
    lease_extension: Annotated[
        UsdPerKwMonth,
        Called("building_extension"),
        Doc("Rent paid in the first year of an extension; 0: the rent goes on."),
        Stated("/build.lease.extension.rent"),
        Absent(0.0, "the rent goes on"),
    ]


@dataclass(frozen=True, slots=True)
class IncomeTax:
    """The owner's income tax."""

    federal: Annotated[One, Called("federal_rate"), Doc("National income tax rate."), Stated(), OF_REGIME]
    state: Annotated[One, Called("state_rate"), Doc("State income tax rate.")]
    loss_limit: Annotated[One, Doc("Share of income that losses may offset."), Stated(), OF_REGIME]
    loss_life: Annotated[Month, Doc("How long after its tax year a loss may be used."), Stated(), OF_REGIME]
    losses_lapse: Annotated[
        One, Doc("1: a loss can lapse before the timeline ends."), Derived("losses_lapse", ("loss_life", "timeline"))
    ]
    losses_at_once: Annotated[
        One,
        Doc("1: a loss lowers the group's tax at once, 0: it is carried forward."),
        Stated("/owner.losses", "losses_at_once"),
        FromRow("capital", "default", "losses", "losses_at_once"),
    ]
    interest_limit: Annotated[One, Doc("Share of tax EBITDA that interest may reach."), Stated(), OF_REGIME]
    mid_quarter_test: Annotated[
        One,
        Doc("Share of a year's property in its last quarter above which the mid-quarter convention applies."),
        Absent(2.0, "no class follows a table that the mid-quarter convention could replace"),
    ]
    levied: Annotated[
        tuple[One, ...],
        ByMonth(One),
        Called("tax_levied"),
        Doc("Share of the rate that is levied: 1 but in a holiday."),
        Derived("levied_in_full", ("timeline",)),
    ]
    withholding: Annotated[
        One,
        Called("withholding_rate"),
        Doc("Tax withheld from what owners are paid."),
        Stated(),
        OF_REGIME,
    ]
    in_sizing: Annotated[
        One, Called("tax_in_sizing"), Doc("1: debt is sized on cash after unlevered tax, 0: before tax.")
    ]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Who levies an income tax; a state comes before the nation, for its tax is deducted from federal income."""

    name: Annotated[str, Doc("state, federal.")]
    state: Annotated[One, Doc("1: a state, 0: the nation."), Derived("is_state", ("name",))]


@dataclass(frozen=True, slots=True)
class View:
    """One unlevered reading of taxable income, for one jurisdiction."""

    name: Annotated[str, Doc("project, lender.")]
    lender: Annotated[One, Doc("1: committed revenue only."), Derived("is_lenders", ("name",))]
    state: Annotated[One, Doc("1: a state's tax, 0: the federal one.")]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Payment terms of thirty-day months, and what the books make of rent and long prepayments."""

    customers: Annotated[
        Month,
        Called("customers_wait"),
        Doc("How late customers without terms of their own pay."),
        Stated("payment_terms.customers", "months_of_terms"),
        FromRow("capital", "default", "customers_pay_after", "months_of_terms"),
    ]
    suppliers: Annotated[
        Month,
        Called("suppliers_wait"),
        Doc("How late suppliers are paid."),
        Stated("payment_terms.suppliers", "months_of_terms"),
        FromRow("capital", "default", "suppliers_pay_after", "months_of_terms"),
    ]
    taxes: Annotated[
        Month,
        Called("taxes_wait"),
        Doc("How late tax is paid."),
        Stated("payment_terms.taxes", "months_of_terms"),
        FromRow("capital", "default", "taxes_pay_after", "months_of_terms"),
    ]
    lease_rate: Annotated[
        PerYear,
        Doc("Yearly rate at which the factory could borrow to own the building."),
        Stated("/build.lease.rate"),
        OPERATIONS,
    ]
    finance_lease: Annotated[
        One,
        Doc("1: a finance lease, 0: an operating one."),
        Stated("/build.lease.accounting", "is_finance_lease"),
        FromRow("operations", "default", "lease_accounting", "is_finance_lease"),
    ]
    prepayment_rate: Annotated[
        PerYear,
        Doc("Yearly rate of the financing in prepayments of more than a year."),
        Stated("accounting.prepayment_rate"),
        Absent(0.0, "the financing in prepayments is not separated"),
    ]
    rent_even: Annotated[One, Doc("1: rent that tenants owe is earned evenly, 0: the books follow the bank.")]


@dataclass(frozen=True, slots=True)
class Leaseback:
    """A sale of building or silicon that is rented from then on."""

    made: Annotated[One, Doc("1: something is sold."), Stated("sells", "is_sold"), Absent(0.0, NOT_SOLD)]
    sold: Annotated[
        Month,
        Called("month"),
        Doc("Month of the sale."),
        Stated(read="months_from_start", others=("month_0",)),
        Absent(-1.0, NOT_SOLD),
    ]
    price: Annotated[Usd, Doc("What the sale fetches."), Stated(), Absent(0.0, NOT_SOLD)]
    rent: Annotated[UsdPerMonth, Doc("Rent of the first year."), Stated(), Absent(0.0, NOT_SOLD)]
    escalator: Annotated[PerYear, Doc("Yearly rise of the rent."), Stated(), Absent(0.0, "the rent does not rise")]
    building: Annotated[
        One, Doc("1: the building is sold, 0: the silicon."), Stated("sells", "sells_building"), Absent(0.0, NOT_SOLD)
    ]


@dataclass(frozen=True, slots=True)
class Values:
    """What assets are worth later."""

    silicon_low: Annotated[
        tuple[float, ...], ByAge(One), Doc("Low-case value of silicon by months of age, share of cost.")
    ]
    release_rent: Annotated[
        UsdPerKwMonth,
        Doc("Net rent of the empty shell let again."),
        Stated(),
        VALUES,
    ]
    upgrade_cost: Annotated[
        UsdPerKw,
        Doc("Refit of the shell for the next generation of silicon, before it is let again."),
        Absent(0.0, "no later generation of silicon is known"),
    ]
    release_life: Annotated[Month, UNREAD, Doc("How long the shell can be let again."), Stated(), VALUES]
    decommissioning: Annotated[
        Usd,
        Called("decommissioning_cost"),
        Doc("Cost of leaving at the exit, at the prices of month 0."),
        Stated(),
        VALUES,
    ]
    forced_sale: Annotated[One, Doc("Discount on what is sold at once, after a default."), VALUES]
    selling_cost: Annotated[One, Doc("Cost of such a sale, share of what it fetches."), VALUES]


@dataclass(frozen=True, slots=True)
class Capital:
    """Cost of capital and market rates."""

    discount_rate: Annotated[PerYear, Doc("After-tax WACC."), Stated(), CAPITAL]
    risk_free: Annotated[PerYear, Doc("Risk-free rate at the book's tenor."), Stated(), CAPITAL]
    operating_premium: Annotated[PerYear, Doc("Premium for operating risk."), Stated(), CAPITAL]
    available: Annotated[
        Usd,
        UNREAD,
        Doc("What can be raised, from every source."),
        Stated(),
        Absent(nan, "no limit on capital is stated"),
    ]
    owner_focus: Annotated[
        One,
        UNREAD,
        Doc("Share of the owner's revenue from this output."),
        Stated("/owner.focus"),
        Absent(nan, "not stated, and no default stands for it"),
    ]


@dataclass(frozen=True, slots=True)
class Choices:
    """Conventions that select lines when the ledger is built."""

    draw_order: Annotated[
        str, Doc("debt_first, pro_rata, equity_first; customer money always comes first."), FromRow("debt", "default")
    ]


@dataclass(frozen=True, slots=True)
class SiliconTerms:
    """What money needs to know of a generation of silicon beside the first."""

    name: Annotated[str, Doc("Its name in the file.")]
    economic_life: Annotated[
        Month,
        Doc("Economic life of the silicon, from the acceptance of its phase."),
        Stated(),
        FromRow("values", "default", "silicon_economic_life"),
    ]
    refresh: Annotated[
        tuple[int, ...],
        Doc("Months after acceptance at which it is replaced (full-life case)."),
        Stated(read="whole_months"),
        Absent((), "no replacement is planned"),
    ]
    refresh_cost: Annotated[
        One, Doc("Cost of a replacement, share of the first silicon's."), Stated(), VALUES, REPLACED
    ]
    market_price: Annotated[UsdPerAcceleratorHour, Doc("Market price of an hour on new silicon.")]


@dataclass(frozen=True, slots=True)
class Finance:
    """All of the above for one factory; months from month 0."""

    start: Annotated[int, Doc("Calendar month number of month 0.")]
    full_operation: Annotated[Month, Doc("First month with everything energised and accepted.")]
    economic_life: Annotated[
        Month,
        Doc("Economic life of the silicon, from full operation."),
        Stated("silicon.economic_life"),
        FromRow("values", "default", "silicon_economic_life"),
    ]
    refresh: Annotated[
        tuple[int, ...],
        Doc("Months after full operation at which the silicon is replaced (full-life case)."),
        Stated("silicon.refresh", "whole_months"),
        Absent((), "no replacement is planned"),
    ]
    refresh_cost: Annotated[
        One,
        Doc("Cost of a replacement, share of the first silicon's."),
        Stated("silicon.refresh_cost"),
        VALUES,
        REPLACED,
    ]
    assets: tuple[FixedAsset, ...]
    tax_classes: tuple[TaxClass, ...]
    operations: Operations
    accounts: Accounts
    leaseback: Leaseback
    tax: IncomeTax
    jurisdictions: tuple[Jurisdiction, ...]  # in the order in which one tax is deducted from the next income
    views: tuple[View, ...]
    tranches: tuple[Tranche, ...]  # in order of rank
    base_rate: Annotated[tuple[float, ...], ByMonth(PerYear), Doc("Floating rate before margin, by month.")]
    last_maturity: Annotated[
        Month, Doc("Month at whose end no debt is owed any more."), Absent(0.0, "there is no debt: month 0")
    ]
    reserves: Reserves
    values: Values
    capital: Capital
    choices: Choices
    silicon_terms: tuple[SiliconTerms, ...] = ()  # of the generations beside the first

    @property
    def debt(self) -> Tranche | None:
        """The first tranche; None where there is no debt."""
        return self.tranches[0] if self.tranches else None


ASSETS = {item.name: item for item in givens_of(FixedAsset, "finance.assets", prefix="a_", per="asset")}
CLASSES = {item.name: item for item in givens_of(TaxClass, "finance.tax_classes", prefix="d_", per="tax_class")}
OF_ASSET = ("cost", "contingency", "placed", "consumable", "depreciable", "generation")  # read by its tax classes too
GIVENS = (
    *ASSETS.values(),
    *CLASSES.values(),
    *(belonging(ASSETS[f"a_{name}"], CLASSES["d_asset"], f"d_{name}") for name in OF_ASSET),
    *givens_of(Operations, "finance.operations", prefix=""),
    *givens_of(IncomeTax, "finance.tax", prefix=""),
    *givens_of(Jurisdiction, "finance.jurisdictions", prefix="j_", per="jurisdiction"),
    *givens_of(View, "finance.views", prefix="v_", per="view"),
    *givens_of(Accounts, "finance.accounts", prefix=""),
    *givens_of(Leaseback, "finance.leaseback", prefix="leaseback_"),
    *givens_of(Values, "finance.values", prefix=""),
    *givens_of(Capital, "finance.capital", prefix=""),
    *givens_of(Reserves, "finance.reserves", prefix=""),
    *givens_of(Tranche, "finance.tranches", prefix="t_", per="tranche"),
    *givens_of(Finance, "finance", prefix=""),
)
