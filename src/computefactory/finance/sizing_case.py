"""The sizing case: the cash that debt is sized on.

It counts certain receipts only: what buyers owe whether they leave at their cheapest exits or stay (a fee for leaving
serves no debt: it does not come while they stay), less prepayment credits, less all operating cost, less unlevered tax
on that income (or none: a choice), each as it is paid. Other cash counts only where a tranche states a cover for it.
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import SIZED
from computefactory.finance.tax import accrued
from computefactory.ledger import line, maximum, minimum, over, prev, trailing
from computefactory.units import Balance, Month, One, Usd


@line
def sizing_receipts(certain_revenue: Usd, committed_receivable: Balance, payable: Balance) -> Usd:
    """Revenue that debt is served from as it is paid, with what suppliers wait for."""
    return certain_revenue - committed_receivable + prev(committed_receivable) + payable - prev(payable)


@line
def sizing_tax_ytd(v_tax_ytd: Usd, v_lender: One) -> Usd:
    """Tax of the sizing case in the year so far; what a loss saves the group is no cash of the borrower."""
    return maximum(over(v_tax_ytd * v_lender), 0)


@line
def sizing_tax_charge(sizing_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the sizing case: savings are not lent on."""
    return accrued(sizing_tax_ytd, year_start)


@line
def exit_fee_tax(sizing_tax_charge: Usd, committed_revenue: Usd, certain_revenue: Usd, tax_rate: One) -> Usd:
    """Of that tax, what the fee of an exit bears where losses do not shelter it."""
    return minimum(maximum(sizing_tax_charge, 0), (committed_revenue - certain_revenue) * tax_rate)


@line
def sizing_tax(sizing_tax_charge: Usd, exit_fee_tax: Usd, tax_in_sizing: One) -> Usd:
    """Tax that lowers what debt is sized on; none where it is sized before tax."""
    return (sizing_tax_charge - exit_fee_tax) * tax_in_sizing


@line
def sizing_tax_payable(sizing_tax: Usd, taxes_wait: Month, bills_open: One) -> Balance:
    """Owed to the tax office in the sizing case."""
    return trailing(sizing_tax, taxes_wait) * bills_open


@line
def sizing_cfads(
    sizing_receipts: Usd, prepayment_credit: Usd, opex: Usd, sizing_tax: Usd, sizing_tax_payable: Balance
) -> Usd:
    """Cash available for debt service in the sizing case as it is paid, after unlevered tax or before it."""
    tax = sizing_tax - sizing_tax_payable + prev(sizing_tax_payable)
    return sizing_receipts - prepayment_credit - opex - tax


@line(only=SIZED)
def merchant_cash(revenue: Usd, certain_revenue: Usd, tax_rate: One, tax_in_sizing: One) -> Usd:
    """Revenue that nobody is committed to, after tax where debt is sized after tax."""
    return (revenue - certain_revenue) * (1 - tax_rate * tax_in_sizing)
