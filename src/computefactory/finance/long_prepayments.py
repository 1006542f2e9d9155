"""The financing in long prepayments (ASC 606-10-32-15 f.): a customer that pays a year ahead lends.

What is deferred bears interest at the rate stated, and the revenue it becomes is larger by as much, evenly over the
credits. No cash moves, and tax follows the credits. At a rate of nothing the lines are nothing.
"""

from __future__ import annotations

from computefactory.ledger import compound, line, over, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year


@line
def financing_growth(prepayment_rate: PerYear, elapsed_years: Year) -> One:
    """What a dollar of month 0 grows to at the rate of the financing."""
    return compound(prepayment_rate, elapsed_years)


@line(per="contract")
def c_financed(c_start: Month, c_tenor: Month, c_prepaid: Month, one_year: Month, prepayment_rate: PerYear) -> One:
    """1 where more than a year lies between payment and the last service (ASC 606-10-32-18)."""
    return (c_start + c_tenor - c_prepaid > one_year) * (prepayment_rate > 0)


@line(per="contract")
def c_financing_factor(c_prepay_in: Usd, c_credit: Usd, financing_growth: One, c_financed: One) -> One:
    """Revenue per dollar credited: what the customer's money has grown to when it is earned."""
    credited = total(c_credit / financing_growth)
    return where(credited * c_financed > 0, total(c_prepay_in / financing_growth) / credited, 1)


@line(per="contract")
def c_deferred(
    c_deferred: Balance, c_prepay_in: Usd, c_accretion: Usd, c_credit: Usd, c_financing_factor: One
) -> Balance:
    """Customer money not yet earned, with its interest."""
    return prev(c_deferred) + c_prepay_in + c_accretion - c_credit * c_financing_factor


@line(per="contract")
def c_accretion(c_deferred: Balance, financing_growth: One, c_financed: One) -> Usd:
    """Interest on it."""
    return prev(c_deferred) * (financing_growth / prev(financing_growth, 1) - 1) * c_financed


@line
def financing_revenue(c_credit: Usd, c_financing_factor: One) -> Usd:
    """Revenue that the financing in long prepayments adds."""
    return over(c_credit * (c_financing_factor - 1))


@line
def accretion(c_accretion: Usd) -> Usd:
    """Interest on long prepayments."""
    return over(c_accretion)


@line
def deferred_interest(deferred_interest: Balance, accretion: Usd, financing_revenue: Usd) -> Balance:
    """Interest on prepayments that has not become revenue."""
    return prev(deferred_interest) + accretion - financing_revenue
