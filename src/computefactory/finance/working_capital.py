"""Working capital: customers pay after the month that is billed, suppliers and the tax office are paid as late.

Terms are months of thirty days (30/360); nothing is open where they are 0. The exit settles what is open. Sizing and
cover look at the cash.
"""

from __future__ import annotations

from computefactory.ledger import line, over, prev, trailing
from computefactory.units import Balance, Month, One, Usd


@line
def bills_open(held: One, at_exit: One) -> One:
    """1 while bills stay open: the exit settles them."""
    return held * (1 - at_exit)


@line
def receivable(
    c_revenue: Usd,
    c_credit: Usd,
    c_settled: Usd,
    c_unused: Usd,
    c_wait: Month,
    l_revenue: Usd,
    l_credit: Usd,
    l_settled: Usd,
    l_unused: Usd,
    l_wait: Month,
    revenue: Usd,
    contract_revenue: Usd,
    lease_revenue: Usd,
    customers_wait: Month,
    bills_open: One,
) -> Balance:
    """Owed by customers: bills less prepayment credited, rent, sales on the market and of the shell let again."""
    contracts = over(trailing(c_revenue - c_settled - (c_credit - c_unused), c_wait))
    leases = over(trailing(l_revenue - l_settled - (l_credit - l_unused), l_wait))
    others = trailing(revenue - contract_revenue - lease_revenue, customers_wait)
    return (contracts + leases + others) * bills_open


@line
def committed_receivable(
    c_certain_revenue: Usd,
    c_credit: Usd,
    c_wait: Month,
    l_certain_rent: Usd,
    l_credit: Usd,
    l_wait: Month,
    bills_open: One,
) -> Balance:
    """Owed by customers in the sizing case."""
    contracts = over(trailing(c_certain_revenue - c_credit, c_wait))
    return (contracts + over(trailing(l_certain_rent - l_credit, l_wait))) * bills_open


@line
def payable(
    opex: Usd, rent_paid: Usd, leaseback_paid: Usd, property_tax: Usd, suppliers_wait: Month, bills_open: One
) -> Balance:
    """Owed to suppliers: of all operating cost but rent and property tax."""
    return trailing(opex - rent_paid - leaseback_paid - property_tax, suppliers_wait) * bills_open


@line
def tax_payable(tax_paid: Usd, taxes_wait: Month, bills_open: One) -> Balance:
    """Owed to the tax office; less than nothing where it owes."""
    return trailing(tax_paid, taxes_wait) * bills_open


@line
def project_tax_payable(project_tax: Usd, taxes_wait: Month, bills_open: One) -> Balance:
    """The same without debt."""
    return trailing(project_tax, taxes_wait) * bills_open


@line
def tied_up(receivable: Balance, payable: Balance) -> Usd:
    """Cash that customers and suppliers tie up in the period."""
    return receivable - prev(receivable) - payable + prev(payable)


@line
def cash_earnings(ebitda: Usd, tied_up: Usd) -> Usd:
    """Earnings as they are paid."""
    return ebitda - tied_up


@line
def tax_unpaid(tax_payable: Balance) -> Usd:
    """Tax of the period that is paid later, less what is paid of earlier ones."""
    return tax_payable - prev(tax_payable)


@line
def tax_settled(tax_paid: Usd, tax_unpaid: Usd) -> Usd:
    """Tax as it leaves the bank."""
    return tax_paid - tax_unpaid


@line
def sale_tax_payable(sale_tax: Usd, taxes_wait: Month, bills_open: One) -> Balance:
    """Of what is owed to the tax office, what sales bring."""
    return trailing(sale_tax, taxes_wait) * bills_open


@line
def sale_tax_settled(sale_tax: Usd, sale_tax_payable: Balance) -> Usd:
    """Tax that sales bring as it leaves the bank."""
    return sale_tax - sale_tax_payable + prev(sale_tax_payable)


@line
def project_tax_settled(project_tax: Usd, project_tax_payable: Balance) -> Usd:
    """Tax without debt as it would leave the bank."""
    return project_tax - project_tax_payable + prev(project_tax_payable)
