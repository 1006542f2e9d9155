"""The three statements: income, cash and balance sheet, month by month.

Book and cash differ where accounting says so: assets are depreciated straight line over their book life, interest and
fees before full operation are capitalised (ASC 835-20) and written off over the facility's life, customer prepayments
are deferred revenue until credited. Income tax is booked as it falls due: deferred tax is not recognised. Payment
terms, rent and the financing in long prepayments have modules of their own; where none is stated the books follow the
bank.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, over, prev, trailing
from computefactory.units import Balance, Month, One, Usd


@line(per="asset")
def a_book_depreciation(a_in_service: Usd, a_book_life: Month, months: Month, a_depreciable: One, a_kept: One) -> Usd:
    """Straight-line book depreciation (land keeps its cost)."""
    return trailing(a_in_service, a_book_life) / a_book_life * months * a_depreciable * a_kept


@line(per="asset")
def a_book_before_sale(a_book_value: Balance, a_capex: Usd, a_book_depreciation: Usd) -> Balance:
    """Book value before any sale; what is being built counts at cost."""
    return prev(a_book_value) + a_capex - a_book_depreciation


@line(per="asset")
def a_book_sold(a_book_before_sale: Balance, a_leaving: One) -> Usd:
    """Book value that leaves at the exit."""
    return a_book_before_sale * a_leaving


@line(per="asset")
def a_book_value(a_book_before_sale: Balance, a_book_sold: Usd) -> Balance:
    """Book value of the asset."""
    return a_book_before_sale - a_book_sold


@line
def depreciation(a_book_depreciation: Usd) -> Usd:
    """Book depreciation of all assets."""
    return over(a_book_depreciation)


@line
def property_plant_equipment(a_book_value: Balance) -> Balance:
    """Assets at cost less depreciation, with what is being built."""
    return over(a_book_value)


@line
def financing_capitalised(interest: Usd, financing_fees: Usd, building: One) -> Usd:
    """Interest and fees before full operation: part of the cost of what is built."""
    return (interest + financing_fees) * building


@line
def financing_written_off(
    financing_cost: Balance, last_maturity: Month, month: Month, months: Month, building: One
) -> Usd:
    """Equal write-off of that cost over what is left of the debt's life."""
    return prev(financing_cost) * (1 - building) * months / maximum(last_maturity + months - month, months)


@line
def financing_cost(financing_cost: Balance, financing_capitalised: Usd, financing_written_off: Usd) -> Balance:
    """Capitalised financing cost not yet written off."""
    return prev(financing_cost) + financing_capitalised - financing_written_off


@line
def interest_expense(interest: Usd, financing_fees: Usd, financing_written_off: Usd, building: One) -> Usd:
    """Interest, running fees and written-off financing cost in the income statement."""
    return (interest + financing_fees) * (1 - building) + financing_written_off


@line
def gain_on_disposal(sale_proceeds: Usd, a_book_sold: Usd) -> Usd:
    """Sale proceeds over book value at the exit."""
    return sale_proceeds - over(a_book_sold)


@line
def net_income(
    ebitda: Usd,
    rent_difference: Usd,
    financing_revenue: Usd,
    accretion: Usd,
    depreciation: Usd,
    interest_expense: Usd,
    tax_paid: Usd,
    gain_on_disposal: Usd,
) -> Usd:
    """Income after depreciation, interest and tax; rent and prepayments as the books have them."""
    earnings = ebitda + rent_difference + financing_revenue - accretion
    return earnings - depreciation - interest_expense - tax_paid + gain_on_disposal


@line
def deferred_revenue(deferred_revenue: Balance, prepayment_in: Usd, prepayment_credit: Usd) -> Balance:
    """Customer prepayments not yet credited."""
    return prev(deferred_revenue) + prepayment_in - prepayment_credit


@line
def owners_equity(
    owners_equity: Balance, equity_in: Usd, distribution: Usd, net_income: Usd, preferred_coupon: Usd
) -> Balance:
    """Paid in, less paid out, with income kept after the coupon of preferred equity."""
    return prev(owners_equity) + equity_in - distribution + net_income - preferred_coupon


@line
def total_assets(
    cash: Balance,
    reserves: Balance,
    property_plant_equipment: Balance,
    receivable: Balance,
    lease_right: Balance,
    leaseback_right: Balance,
    rent_accrued: Balance,
    financing_cost: Balance,
) -> Balance:
    """Cash, reserves, plant, what customers and tenants owe, rights to what is leased, capitalised financing cost."""
    owed = receivable + rent_accrued
    return cash + reserves + property_plant_equipment + owed + lease_right + leaseback_right + financing_cost


@line
def liabilities_and_equity(
    debt_balance: Balance,
    deferred_revenue: Balance,
    deferred_interest: Balance,
    refund_owed: Balance,
    payable: Balance,
    tax_payable: Balance,
    lease_liability: Balance,
    leaseback_liability: Balance,
    preferred_balance: Balance,
    letter_claims: Balance,
    owners_equity: Balance,
) -> Balance:
    """Debt, drawn letters of credit, customer money, suppliers, tax, rent to come, preferred and owners' equity."""
    customers = deferred_revenue + deferred_interest + refund_owed
    rent = lease_liability + leaseback_liability
    return debt_balance + letter_claims + customers + payable + tax_payable + rent + preferred_balance + owners_equity


@line
def imbalance(total_assets: Balance, liabilities_and_equity: Balance) -> Balance:
    """Assets less liabilities and equity: zero, whatever happens."""
    return total_assets - liabilities_and_equity
