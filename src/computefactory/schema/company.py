"""The company file as a whole: what a company sells, its blocks of capacity, book, debt, leases and shares at a date.

What is left out is read from the rows that the library's table ``operator`` has of the company, as they were known at
the date of the question.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

__all__ = ["COMPANY_VERSION", "STAGES", "CompanyFile"]

COMPANY_VERSION = 1
STAGES = ("pipeline", "secured", "sold", "energised", "billing")  # of capacity, each within the one before

Sells = Literal["accelerators", "shell", "mining", "cloud", "other"]
Evidence = Literal["disclosed", "stated", "inferred", "none"]


class Business(Chapter):
    """A part of the company's revenue by what is sold."""

    sells: Sells = required("what is sold")
    committed: t.Flag | None = optional("whether contracts bind the buyer; default: false")
    share: t.Share = required("share of the last known year's revenue")


class Stages(Chapter):
    """Critical IT of a block by stage and month, cumulative; what is energised or bills after the day is a plan."""

    pipeline: dict[t.MonthName, t.Power] | None = optional("announced, neither land nor power signed")
    secured: dict[t.MonthName, t.Power] | None = optional("signed with a landlord or a utility")
    sold: dict[t.MonthName, t.Power] | None = optional("signed with a customer")
    energised: dict[t.MonthName, t.Power] | None = optional("power is on")
    billing: dict[t.MonthName, t.Power] | None = optional("customers pay")


class CompanyShell(Chapter):
    """The building that a block stands in."""

    tenure: Literal["owned", "leased"] = required("whose it is")
    rent: t.PerKwMonth | None = optional("rent for a kW of critical IT")
    starts: t.Date | None = optional("first month of the lease")
    tenor: t.Tenor | None = optional("time of the lease")


class CustomerChapter(Chapter):
    """Who buys a block's capacity."""

    buyer: t.Text = required("name of the buyer; various: many")
    share: t.Share | None = optional("share of the block; default: what the others leave")
    rating: t.Text | None = optional("letter grade; default: the library's row of the buyer")


class Prepaid(Chapter):
    """Money that customers pay before service, of an order that is not billed yet."""

    share: t.Share = required("share of the order's value")
    paid_before: t.Lag | None = optional("months before billing that it comes; default: row of the library")


class BlockChapter(Chapter):
    """Capacity of like vintage; or a factory with a file of its own, underwritten in full."""

    factory: t.Text | None = optional("name or path of a factory file; nothing else is stated then")
    sells: Sells | None = optional("what is sold; default: accelerators")
    system: t.Text | None = optional("row of the library: the system that is installed")
    evidence: Evidence | None = optional("how system, density and cooling are known; default: none")
    cooling: t.Text | None = optional("cooling architecture")
    power: Stages | None = optional("critical IT by stage; default: what the company reports less other blocks")
    shell: CompanyShell | None = optional("its building")
    price: t.PerKwMonth | None = optional("revenue of a kW of critical IT; default: last known quarter")
    margin: t.Share | None = optional("contract margin; default: last known full year")
    capex: t.PerKw | None = optional("cost of a kW of critical IT; default: gross plant in service")
    in_service: t.Date | None = optional("month in which the middle of it came into service")
    until: t.Date | None = optional("last month of its contracts (or: tenor_left)")
    tenor_left: t.Tenor | None = optional("time that contracts still run from the balance date (or: until)")
    starts: t.Date | None = optional("undelivered: month in which the first of it bills; default: a year before full")
    full: t.Date | None = optional("undelivered: month in which the last of it bills")
    deal: t.Text | None = optional("row of the library's table deal")
    value: t.Money | None = optional("revenue of an order over its life; beside the book where signed after it")
    up_to: t.Flag | None = optional("value is the most the buyer may take: only what it owes counts")
    owed: t.Share | None = optional("share of such a value that the buyer owes; default: all, and flagged")
    signed: t.Day | None = optional("day on which the order was signed")
    in_book: t.Flag | None = optional("whether the book holds the order; default: signed by the book's date")
    prepayment: Prepaid | None = optional("what customers still pay before service")
    customers: dict[t.Text, CustomerChapter] = Field({}, description="who buys, by name; none: various")


class BookChapter(Chapter):
    """Revenue signed and not yet recognised."""

    kind: Literal["rpo", "backlog"] = required("remaining performance obligations, or the wider backlog")
    amount: t.Money | None = optional("the book; default: the newest row of that kind")
    deferred: t.Money | None = optional("of it: cash already had; default: the newest row deferred_revenue")
    date: t.Day | None = optional("of what day it is; default: the balance date")
    schedule: dict[t.SpanName, t.Share] | None = optional(
        "share of it that is recognised up to a time from its date, after the one before (24 months: 58 %)"
    )


class FacilityChapter(Chapter):
    """One facility of the financial debt."""

    balance: t.Money | None = optional("principal at the balance date; default: row debt_<name>")
    rate: t.Rate | None = optional("effective rate; default: row rate_<name>, else the mean of the others")
    matures: t.Date | None = optional("month of the last repayment; default: row of the library")
    due: dict[t.Text, t.Money] | None = optional("principal due by calendar year; default: level to maturity")


class LeasesChapter(Chapter):
    """Leases of the company as tenant."""

    commenced: t.Money | None = optional("liability of leases that run; default: row operating_lease_liabilities")
    signed: t.Money | None = optional("payments of leases signed and not commenced, not discounted")
    finance: t.Money | None = optional("finance leases: debt")
    counted: Literal["rent", "claim"] | None = optional(
        "rent: a cost in cash flow; claim: the liability is debt and rent no cost. Never both; default: rent"
    )


class StrikeCount(Chapter):
    """Options or warrants."""

    count: t.Number = required("how many shares")
    strike: t.Money = required("price of a share that the holder pays")


class PutCount(Chapter):
    """Shares that their holder may give back."""

    count: t.Number = required("how many shares")
    put: t.PositiveMoney = required("price of a share at which they may be given back")


class CompanyNote(Chapter):
    """A note that becomes shares."""

    amount: t.Money = required("what is owed if it is not converted")
    conversion_price: t.PositiveMoney = required("price of a share at which it converts")


class SharesChapter(Chapter):
    """Who owns the company; without ``classes`` the newest rows of the library give each kind that is left out."""

    classes: dict[t.Text, t.Number] = Field({}, description="shares outstanding by class")
    redeemable: dict[t.Text, PutCount] = Field({}, description="shares that may be put, a claim below their price")
    options: dict[t.Text, StrikeCount] = Field({}, description="options by plan, treasury method")
    units: dict[t.Text, t.Number] = Field({}, description="restricted stock units by plan")
    warrants: dict[t.Text, StrikeCount] = Field({}, description="warrants by name, treasury method")
    convertibles: dict[t.Text, CompanyNote] = Field({}, description="convertible notes by name")
    press: t.Number | None = optional("diluted count that the press used: only compared")


class Proceeds(Chapter):
    """Net proceeds of an offering."""

    amount: t.Money = required("net of fees")
    date: t.Day = required("day on which they come")


class CashChapter(Chapter):
    """Cash at the balance date."""

    unrestricted: t.Money | None = optional("default: row cash_and_equivalents")
    restricted: t.Money | None = optional("shown apart; default: row restricted_cash")
    floor: t.Money | None = optional("cash below which a quarter shows a gap; default: row of the library")
    proceeds: dict[t.Text, Proceeds] = Field({}, description="offerings by name")


class CompanyClaims(Chapter):
    """What ranks ahead of the owners beside debt and leases."""

    preferred: t.Money | None = optional("preferred shares")
    minorities: t.Money | None = optional("shares of others")


class ReportedPeriod(Chapter):
    """What a company without rows in the library reported of a year, a quarter or a day."""

    revenue: t.Money | None = optional("revenue")
    cost_of_revenue: t.Money | None = optional("cost of revenue")
    technology_and_infrastructure: t.Money | None = optional("technology and infrastructure")
    depreciation_amortisation: t.Money | None = optional("depreciation and amortisation")
    sales_marketing: t.Money | None = optional("sales and marketing")
    general_admin: t.Money | None = optional("general and administrative")
    stock_based_compensation: t.Money | None = optional("share-based pay")
    adjusted_ebitda: t.SignedMoney | None = optional("adjusted EBITDA")
    interest_expense: t.Money | None = optional("interest expense")
    capex_cash: t.Money | None = optional("capital expenditure paid")
    cash_and_equivalents: t.Money | None = optional("unrestricted cash")
    restricted_cash: t.Money | None = optional("restricted cash")
    debt_principal: t.Money | None = optional("principal of the financial debt")
    deferred_revenue: t.Money | None = optional("deferred revenue")
    rpo: t.Money | None = optional("remaining performance obligations")
    revenue_backlog: t.Money | None = optional("backlog")
    property_equipment_gross: t.Money | None = optional("property and equipment at cost")
    property_equipment_net: t.Money | None = optional("property and equipment less depreciation")
    construction_in_progress: t.Money | None = optional("construction in progress")
    operating_lease_liabilities: t.Money | None = optional("operating lease liabilities")
    active_power: t.Power | None = optional("critical IT in service")
    contracted_power: t.Power | None = optional("power secured")


class LandChapter(Chapter):
    """Powered land without halls."""

    power: t.Power = required("power of its connection")
    status: Literal["queued", "study", "agreement", "construction", "energised"] = required(
        "state of its connection; the chance that it is energised follows (library)"
    )
    price: t.PerKw | None = optional("value of a kW once energised; default: row of the library")


class OverheadChapter(Chapter):
    """Sales and administration."""

    amount: t.MoneyPerMonth | None = optional("without share-based pay; default: last known year")
    stock_compensation: t.MoneyPerMonth | None = optional("share-based pay; default: last known year")
    until: t.Date | None = optional("last month; default: the end of the book")


class CompanyTax(Chapter):
    """Income tax."""

    rate: t.Share | None = optional("rate; default: row of the library")
    losses: t.Money | None = optional("losses carried forward at the balance date; default: none")
    loss_limit: t.Share | None = optional("share of a year's income that losses may offset; default: row")


class FinancingTerms(Chapter):
    """Terms of what is still to be built, and rates."""

    advance: t.Share | None = optional("share of the cost of committed silicon that lenders advance")
    rate: t.Rate | None = optional("rate of new facilities; default: the mean of those that stand")
    tenor: t.Tenor | None = optional("time over which a new facility is repaid")
    lead: t.Lag | None = optional("months before billing that silicon is paid")
    handover: t.Lag | None = optional("months of cost without revenue after hand-over")
    capitalised: t.Share | None = optional("share of interest that is capitalised; default: what rows give, else none")
    premium: t.Discount | None = optional("premium for operating risk over the lenders' rate")
    market_rate: t.Discount | None = optional("rate of what nobody has promised")


class CompanyFile(Chapter):
    """A company at a date: what it sells, its blocks of capacity, its book, debt, leases and shares."""

    model_config = ConfigDict(title="computefactory company file")

    kind: Literal["company"] = required("what the file describes")
    version: Literal[1] = required("version of the file's shape", alias="schema")
    name: t.Text = required("name of the company or segment")
    as_of: t.Day = required("day of the question: nothing that was public later is read")
    operator: t.Text | None = optional("its rows in the library's table operator; none: everything stands in reported")
    currency: Literal["USD"] = Field("USD", description="currency of all money")
    fx: dict[t.Currency, t.ExchangeRate] | None = optional("rates of the file's other currencies, such as 1.08 USD/EUR")
    parent: t.Text | None = optional("of a segment: the company that it belongs to; it has no value per share")
    business: dict[t.Text, Business] = Field({}, description="revenue by what is sold, shares that sum to one")
    blocks: dict[t.Text, BlockChapter] = Field({}, description="capacity by name")
    book: BookChapter | None = optional(
        "revenue signed and not recognised; default: the newest row rpo, else revenue_backlog"
    )
    debt: dict[t.Text, FacilityChapter] = Field({}, description="facilities by name; they sum to the principal")
    leases: LeasesChapter | None = optional("leases as tenant")
    shares: SharesChapter | None = optional("shares, options, notes; default: the newest rows of the library")
    cash: CashChapter | None = optional("cash; default: the newest rows of the library")
    claims: CompanyClaims | None = optional("claims ahead of the owners beside debt and leases")
    reported: dict[t.PeriodName, ReportedPeriod] = Field(
        {}, description="reported figures by year, quarter or day (2024, 2024-Q4, 2024-12-31); before rows"
    )
    land: dict[t.Text, LandChapter] = Field({}, description="powered land without halls, by name")
    overhead: OverheadChapter | None = optional("sales and administration")
    tax: CompanyTax | None = optional("income tax")
    financing: FinancingTerms | None = optional("terms of what is still to be built")
    sources: dict[t.Text, tuple[t.Text, ...]] | None = optional(
        "who says so: source name to the paths it covers; assumed: no source"
    )
