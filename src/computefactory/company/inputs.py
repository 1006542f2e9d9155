"""What the ledger of a company needs to know: frozen records in canonical units, months counted from month 0.

Month 0 follows the newest balance sheet that was public on the day of the question. A field of a record that has a unit
is a given of the ledger, named as the field with the prefix of its axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.ledger.fields import givens_of
from computefactory.records import Absent, ByMonth, Called, Doc, FromRow, Stated
from computefactory.units import Kw, Month, One, PerYear, Usd, UsdPerKw, UsdPerKwMonth, UsdPerMonth

__all__ = ["ANNOUNCED", "GIVENS", "SECURED", "SOLD", "Block", "CompanyTerms", "CreditFacility"]

SOLD = 0.0  # stages: signed with a customer
SECURED = 1.0  # with a landlord or a utility
ANNOUNCED = 2.0  # said to come
NO_FACTORY = "no factory of its own file stands inside"
NONE_STATED = "none is stated"
Series = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Capacity of one vintage, let to one customer bucket: ``hopper microsoft``."""

    name: Annotated[str, Doc("Block and customer.")]
    block: Annotated[str, Doc("Its name in the file.")]
    customer: Annotated[str, Doc("Who buys.")]
    sells: Annotated[str, Doc("What is sold: accelerators, shell, mining, cloud, other.")]
    credit: Annotated[str, Doc("Letter grade of the customer.")]
    factory: Annotated[str, Doc("The factory inside, underwritten in full; empty: none.")]
    stage: Annotated[One, Doc("0: sold to a customer; 1: secured and unsold; 2: announced.")]
    power: Annotated[Kw, Doc("Critical IT that bills at the balance date.")]
    new_power: Annotated[Kw, Doc("Critical IT that has begun to bill since, by the question.")]
    new_from: Annotated[Month, Doc("Month in which that first bills: their mean, where it came in steps.")]
    full_power: Annotated[Kw, Doc("Critical IT that bills when all of it does.")]
    start: Annotated[Month, Doc("Month in which the first of what has not begun to bill does.")]
    ramp: Annotated[
        Month, Doc("Months in which it grows in equal steps, the first in ``start``: all of it bills at their end.")
    ]
    until: Annotated[Month, Doc("First month after its contract.")]
    retires: Annotated[Month, Doc("First month after its silicon's life.")]
    price: Annotated[UsdPerKwMonth, Doc("Revenue of a kW of critical IT.")]
    margin: Annotated[One, Doc("Contract margin: revenue less cost before depreciation and overhead.")]
    book: Annotated[Usd, Doc("Revenue signed and not yet recognised; 0 for what is not sold.")]
    deferred: Annotated[Usd, Doc("Of the book: cash already had, deferred revenue.")]
    prepayment: Annotated[Usd, Doc("Prepayments still to come.")]
    prepaid_lead: Annotated[
        Month,
        Doc("Months before billing that a prepayment comes."),
        Stated("prepayment.paid_before"),
        FromRow("company", "default"),
    ]
    scheduled: Annotated[One, Doc("1: its book lands by the published schedule.")]
    on_demand: Annotated[One, Doc("Revenue that nobody owes, over that which is owed.")]
    capex: Annotated[UsdPerKw, Called("capex_per_kw"), Doc("Cost of a kW of critical IT.")]
    lead: Annotated[
        Month,
        Doc("Months before billing that its cost is paid."),
        Stated("/financing.lead"),
        FromRow("company", "default"),
    ]
    handover: Annotated[
        Month,
        Doc("Months from hand-over to the first bill: cost without revenue."),
        Stated("/financing.handover"),
        FromRow("company", "default"),
    ]
    advance: Annotated[
        One,
        Doc("Share of the cost of what is committed that lenders advance."),
        Stated("/financing.advance"),
        FromRow("company", "default"),
    ]
    loan_rate: Annotated[PerYear, Doc("Rate of a new loan on what is committed and undelivered.")]
    loan_tenor: Annotated[
        Month, Doc("Time over which a new loan is repaid."), Stated("/financing.tenor"), FromRow("company", "default")
    ]
    book_life: Annotated[Month, Doc("Life over which what is delivered is depreciated."), FromRow("company", "default")]
    risk_free: Annotated[PerYear, Doc("Risk-free rate at the tenor left.")]
    spread: Annotated[PerYear, Doc("Credit spread of the customer's grade.")]
    market_price: Annotated[UsdPerKwMonth, Doc("Price that the market paid at the date for such capacity, unsigned.")]
    decline: Annotated[PerYear, Doc("Yearly fall of the market price of a vintage."), FromRow("company", "default")]
    sold_after: Annotated[One, Doc("Share of hours sold after the contract."), FromRow("company", "default")]
    owned_shell: Annotated[One, Doc("1: its shell is the company's own.")]
    shell_rent: Annotated[UsdPerKwMonth, Doc("Rent of its shell, paid or saved.")]
    factory_revenue: Annotated[Series, ByMonth(Usd), Doc("Revenue of the factory inside."), Absent((), NO_FACTORY)]
    factory_ebitda: Annotated[Series, ByMonth(Usd), Doc("EBITDA of the factory inside."), Absent((), NO_FACTORY)]
    factory_capex: Annotated[Series, ByMonth(Usd), Doc("Capital cost of the factory inside."), Absent((), NO_FACTORY)]
    factory_prepayments: Annotated[
        Series, ByMonth(Usd), Doc("Prepayments to the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_credits: Annotated[
        Series, ByMonth(Usd), Doc("Credits of prepayments to the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_draws: Annotated[
        Series, ByMonth(Usd), Doc("Draws of the debt of the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_principal: Annotated[
        Series, ByMonth(Usd), Doc("Repayments of the debt of the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_interest: Annotated[
        Series, ByMonth(Usd), Doc("Interest of the debt of the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_tax: Annotated[Series, ByMonth(Usd), Doc("Tax of the factory inside."), Absent((), NO_FACTORY)]
    factory_equity: Annotated[
        Series,
        ByMonth(Usd),
        Doc("What the factory inside pays its owner, less what he puts in."),
        Absent((), NO_FACTORY),
    ]
    factory_depreciation: Annotated[
        Series, ByMonth(Usd), Doc("Depreciation of the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_owed: Annotated[Series, ByMonth(Usd), Doc("Debt of the factory inside."), Absent((), NO_FACTORY)]
    factory_power: Annotated[
        Series, ByMonth(Kw), Doc("Critical IT that bills in the factory inside."), Absent((), NO_FACTORY)
    ]
    factory_billing: Annotated[
        Kw, Doc("Critical IT that bills in the factory inside at the balance date."), Absent(0.0, NO_FACTORY)
    ]
    factory_debt: Annotated[
        Usd, Doc("Debt of the factory inside at the balance date, beside the facilities."), Absent(0.0, NO_FACTORY)
    ]
    factory_value: Annotated[Usd, Doc("Industrial value of the factory inside."), Absent(0.0, NO_FACTORY)]


@dataclass(frozen=True, slots=True)
class CreditFacility:
    """One facility of the company's financial debt as reported."""

    name: Annotated[str, Doc("Its name in the file.")]
    balance: Annotated[Usd, Doc("Principal at the balance date.")]
    rate: Annotated[PerYear, Doc("Effective rate.")]
    matures: Annotated[Month, Doc("Month at whose end nothing is owed.")]
    due: Annotated[Series, ByMonth(Usd), Doc("Principal due by its terms.")]


@dataclass(frozen=True, slots=True)
class CompanyTerms:
    """What stands once for a company."""

    as_of: Annotated[Month, Doc("Month of the question.")]
    schedule: Annotated[Series, ByMonth(One), Doc("Share of the book that the company says it recognises, by month.")]
    stage: Annotated[One, Doc("What counts: 0 what is sold, 1 what is secured too, 2 what is announced too.")]
    overhead: Annotated[UsdPerMonth, Called("overhead_rate"), Doc("Sales and administration, without share-based pay.")]
    stock_pay: Annotated[UsdPerMonth, Doc("Share-based pay.")]
    overhead_until: Annotated[Month, Doc("First month after the book.")]
    opening_cash: Annotated[Usd, Doc("Unrestricted cash at the balance date.")]
    restricted_cash: Annotated[Usd, Doc("Restricted cash: shown apart.")]
    cash_floor: Annotated[
        Usd, Doc("Cash below which a month shows a gap."), Stated("/cash.floor"), FromRow("company", "default")
    ]
    proceeds: Annotated[Series, ByMonth(Usd), Doc("Net proceeds of offerings, at their date.")]
    construction: Annotated[Usd, Doc("Construction in progress at the balance date: paid already.")]
    plant: Annotated[Usd, Doc("Property and equipment in service at the balance date, net.")]
    plant_life: Annotated[Month, Doc("Time over which plant in service is still depreciated.")]
    capitalised: Annotated[One, Doc("Share of interest that is capitalised.")]
    tax_rate: Annotated[
        One, Doc("Rate of income tax."), Stated("/tax.rate"), FromRow("tax", "united_states", "federal")
    ]
    losses: Annotated[Usd, Doc("Tax losses carried forward at the balance date.")]
    loss_limit: Annotated[
        One,
        Doc("Share of a year's income that losses may offset."),
        Stated("/tax.loss_limit"),
        FromRow("tax", "united_states"),
    ]
    premium: Annotated[
        PerYear,
        Doc("Premium for operating risk over the lenders' rate."),
        Stated("/financing.premium"),
        FromRow("capital", "default", "operating_premium"),
    ]
    market_rate: Annotated[
        PerYear,
        Doc("Rate of what nobody has promised."),
        Stated("/financing.market_rate"),
        FromRow("capital", "default", "discount_rate"),
    ]
    lease_liability: Annotated[Usd, Doc("Leases counted as debt; 0: their rent stands in cash flow.")]
    finance_leases: Annotated[Usd, Doc("Finance leases."), Stated("/leases.finance"), Absent(0.0, NONE_STATED)]
    preferred: Annotated[Usd, Doc("Preferred shares."), Stated("/claims.preferred"), Absent(0.0, NONE_STATED)]
    minorities: Annotated[Usd, Doc("Shares of others."), Stated("/claims.minorities"), Absent(0.0, NONE_STATED)]
    land_value: Annotated[Usd, Doc("Powered land, times the chance that it is energised."), Absent(0.0, NONE_STATED)]
    shares_stated: Annotated[One, Doc("Basic shares; 0: none are stated."), Absent(0.0, NONE_STATED)]


GIVENS = (
    *givens_of(CompanyTerms, "company.terms", prefix=""),
    *givens_of(Block, "company.blocks", prefix="b_", per="block"),
    *givens_of(CreditFacility, "company.facilities", prefix="f_", per="facility"),
)
