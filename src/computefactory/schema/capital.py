"""The file's chapters ``capital`` and ``owner``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

DRAW_ORDERS: Mapping[tuple[str, ...], str] = {
    ("prepayment", "debt", "equity"): "debt_first",
    ("prepayment", "equity", "debt"): "equity_first",
    ("prepayment", "pro_rata"): "pro_rata",
}
Repayment = Literal[
    "sculpted",
    "delayed_draw",
    "level",
    "equal_principal",
    "scheduled",
    "bullet",
    "sweep",
    "revolver",
    "vendor",
    "preferred",
]


class Hedge(Chapter):
    """Interest swapped into a fixed rate."""

    share: t.Share = required("share of the loan")
    rate: t.Rate = required("swap rate, before the margin")


class MakeWhole(Chapter):
    """What a lender is paid for interest that it loses to a prepayment."""

    spread: t.Rate = required("over the risk-free rate: what the lost service is discounted at")


class DebtChapter(Chapter):
    """One tranche. The amount of what is sized on cash is never an input."""

    kind: Repayment | None = optional("how it is repaid; default: sculpted to the cash")
    secures: Literal["silicon", "durable", "all", "rent"] | None = optional(
        "what it is secured on (rent: the building, valued by its contracted rent); default: silicon"
    )
    offtaker: t.Text | None = optional("the contract that alone repays it; default: all committed receipts")
    currency: t.Currency | None = optional(
        "currency it is lent in, at the file's rate (capital.fx), such as EUR; default: USD"
    )
    amount: t.Money | None = optional("amount of a bullet, revolver, vendor loan or preferred equity")
    share: t.Share | None = optional("or its share: of cost before financing, of a vendor loan of the silicon's cost")
    max_commitment: t.Money | None = optional("most that is lent whatever the limits allow")
    rate: t.Rate | None = optional("fixed nominal yearly rate; default: base rate and margin")
    margin: t.Rate | None = optional("over the base rate; default: by the offtaker's credit (library)")
    margin_steps: dict[t.Text, t.Rate] | None = optional(
        "margin from a month (2028-06) or from months since close (24 months) on"
    )
    hedge: Hedge | None = optional("what is swapped into a fixed rate")
    day_count: Literal["30/360", "actual/360"] | None = optional("how interest counts days")
    draws_fall: Literal["start", "middle", "end"] | None = optional(
        "when in the month it is drawn; before the end draws bear interest at once"
    )
    closes: t.Date | None = optional("first month it can be drawn; default: the first month")
    available_until: t.Date | None = optional(
        "last month it can be drawn, what is undrawn then is cancelled; default: until full operation"
    )
    distribution_at_close: bool | None = optional(
        "true: what will not be needed is drawn at its close and paid to owners; default: it is cancelled"
    )
    matures: t.Date = required("month at whose end nothing is owed")
    amortises_until: t.Date | None = optional(
        "end of the repayment profile, after it matures: what is owed then is a balloon"
    )
    repayment: dict[t.MonthName, t.Share] | None = optional(
        "share of the commitment that falls due, by month; with the balloon all of it", min_length=1
    )
    repayment_amounts: dict[t.MonthName, t.PositiveMoney] | None = optional(
        "or amounts by month: with the balloon they are the most that is lent"
    )
    balloon: t.Share | None = optional("share of the commitment that falls due at maturity beside regular payments")
    refinanced_by: t.Text | None = optional("the later tranche that repays what is owed at its end")
    prepaid: t.Date | None = optional("month in which it is repaid before it matures")
    make_whole: MakeWhole | None = optional("what a prepayment costs")
    sizing_dscr: t.CoverLimit | None = optional(
        "cover that service is sized at, those ahead included; default: by credit and tenor (library); none: the cash"
    )
    merchant_dscr: t.PositiveNumber | None = optional(
        "cover on cash that nobody is committed to; default: it does not count"
    )
    max_advance: t.ShareLimit | None = optional(
        "advance rate: loan, with those ahead and prepayments on silicon, to cost of what it secures, or none"
    )
    max_ltv: t.ShareLimit | None = optional(
        "maintenance: what is owed, with those ahead, to low-case value of what it secures, each month; default none"
    )
    cap_rate: t.PositiveRate | None = optional(
        "yearly net rent to value of what is secured on rent; default: rent to come at the rate of the loan"
    )
    max_gearing: t.ShareLimit | None = optional("cost limit: loan, with those ahead, to funded cost, or none")
    disclosed: t.Text | None = optional(
        "row of the library (debt) to compare it with; default: the only one of owner and buyer"
    )
    tail: t.Lag | None = optional("months of contract that must be left when it is repaid")
    covenant_dscr: t.PositiveNumber | None = optional("cover below which the covenant breaks")
    lockup_dscr: t.PositiveNumber | None = optional("cover below which nothing is distributed")
    upfront_fee: t.Share | None = optional("share of the commitment, paid at close")
    commitment_fee: t.Rate | None = optional("yearly fee on what is not drawn")
    agency_fee: t.MoneyPerYear | None = optional("yearly fee of the agent")
    dsra: t.Lag | None = optional("months of service held in reserve")
    dsra_held: Literal["cash", "letter_of_credit"] | None = optional("how the reserve is held")
    letter_fee: t.Rate | None = optional("yearly fee of the letter of credit")
    sweep: t.Share | None = optional("share of the cash after service and reserves that prepays it")
    draw_order: tuple[Literal["prepayment", "debt", "equity", "pro_rata"], ...] | None = optional(
        "[prepayment, debt, equity], [prepayment, equity, debt] or [prepayment, pro_rata]; one for all"
    )
    sizing_tax: Literal["unlevered", "none"] | None = optional("tax in the sizing case; one for all")


class ReservesChapter(Chapter):
    """Cash held beside the debt service reserves."""

    maintenance: t.Lag | None = optional("months of the building's next cost held; default 0")
    refresh: t.Lag | None = optional("months over which a replacement of silicon is saved for; default 0")


class PaymentTerms(Chapter):
    """How late bills are paid, in days of which thirty are a month."""

    customers: t.Hours | None = optional("after the month billed; default: at once")
    suppliers: t.Hours | None = optional("after the month billed; default: at once")
    taxes: t.Hours | None = optional("after the month it falls on; default: at once")


class SaleLeaseback(Chapter):
    """Building or silicon sold at its market value and rented from the next month to the exit."""

    sells: Literal["building", "silicon"] = required("what is sold: the durable layer, or silicon and fabric")
    sold: t.Date = required("month of the sale, after full operation")
    price: t.Money = required("what it fetches: fair value, or it would be a loan")
    rent: t.MoneyPerMonth = required("rent of the first year")
    escalator: t.SignedRate | None = optional("yearly rise of the rent; default: none")


class Accounting(Chapter):
    """What the books separate where they part from the bank."""

    prepayment_rate: t.Discount | None = optional(
        "yearly rate of the financing in prepayments of more than a year (ASC 606); default: none"
    )


class Options(Chapter):
    """Options, warrants or share units of one kind."""

    count: t.PositiveNumber = required("how many shares they are for")
    strike: t.Money = required("what a holder pays for one share")


class Convertible(Chapter):
    """A note that becomes shares."""

    amount: t.Money = required("what is owed if it is not converted")
    conversion_price: t.PositiveMoney = required("price of a share at which it converts")


class OwnerClaims(Chapter):
    """The owner's balance sheet beyond this factory's own debt: from enterprise to equity value."""

    other_debt: t.Money | None = optional("debt beside that of this file")
    preferred: t.Money | None = optional("preferred shares")
    minorities: t.Money | None = optional("shares of others in the factory's company")
    cash: t.Money | None = optional("cash beside that of this file")
    restricted_cash: t.Money | None = optional("cash that owners cannot take: shown, not counted")
    operating_losses: t.Money | None = optional("tax losses carried forward from elsewhere")
    shares: t.PositiveNumber | None = optional("shares outstanding")
    options: dict[t.Text, Options] = Field({}, description="options, warrants and share units by name")
    convertibles: dict[t.Text, Convertible] = Field({}, description="convertible notes by name")


class CapitalChapter(Chapter):
    """Cost of capital and debt."""

    discount_rate: t.Discount | None = optional("after-tax WACC")
    risk_free: t.Discount | None = optional("risk-free rate at the tenor of the book")
    operating_premium: t.Discount | None = optional("premium for operating risk")
    available: t.Money | None = optional("money that can be raised for it, from every source")
    base_rate: t.Rate | None = optional("floating rate before margin; default: overnight rate (library)")
    base_curve: dict[t.Text, t.Rate] | None = optional("floating rate from a month (2028-06) on")
    reserves: ReservesChapter | None = optional("cash held for upkeep and the next silicon")
    fx: dict[t.Currency, t.ExchangeRate] | None = optional("rates of the file's other currencies, such as 1.08 USD/EUR")
    inflation_abroad: dict[t.Currency, t.SignedRate] | None = optional(
        "yearly inflation there: what recurs in the currency follows the difference; default: none"
    )
    payment_terms: PaymentTerms | None = optional("how late bills are paid")
    sale_leaseback: SaleLeaseback | None = optional("a sale of what is then rented")
    accounting: Accounting | None = optional("what the books separate")
    debt: dict[t.Text, DebtChapter] = Field({}, description="tranches by name, in order of rank; none: equity alone")
    claims: OwnerClaims | None = optional("what stands between enterprise and equity value")


class TaxRates(Chapter):
    """Rates that differ from the library's rows of the tax regime and the region."""

    federal: t.Share | None = optional("federal rate")
    state: t.Share | None = optional("state rate")
    state_bonus: t.Share | None = optional("of what is expensed federally, the share the state follows")
    loss_limit: t.Share | None = optional("share of income that carried losses may offset")
    loss_life: t.Life | None = optional("how long after its tax year a loss may be used, in whole years")
    interest_limit: t.Share | None = optional("interest deductible, share of tax EBITDA")
    bonus: t.Share | None = optional("share expensed in the year of placing in service")
    withholding: t.Share | None = optional("tax withheld from distributions of profit")


class TaxHoliday(Chapter):
    """Tax years from that of the first income in which less is levied."""

    length: t.Tenor = required("how long, in whole years")
    relief: t.Share | None = optional("share of the tax that is lifted; default: all of it")


class Owner(Chapter):
    """Who owns the factory and how it is taxed."""

    name: t.Text = required("name of the owner")
    tax: t.Text | None = optional("library row of the tax regime; default: that of the country")
    tax_rates: TaxRates | None = optional("rates that differ from it")
    tax_convention: Literal["tested", "half_year", "mid_quarter"] | None = optional(
        "US convention of personal property; default: the 40 % test decides each year"
    )
    tax_holiday: TaxHoliday | None = optional("years of lower tax")
    losses: Literal["carried_forward", "used_at_once"] | None = optional("use of tax losses")
    focus: t.Share | None = optional("share of the owner's revenue from this output")
