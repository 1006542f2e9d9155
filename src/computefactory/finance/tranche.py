"""Tranches in order of rank: what each is, when it can be drawn and is repaid, what a dollar of it costs a period.

A tranche *begins* with its first month of service: full operation or, for a loan that takes out another one, the month
after that. It *ends* with the month at whose end nothing is owed; a mini-perm ends before its repayment profile does.
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, where
from computefactory.units import Month, One, PerYear, Usd, UsdPerYear, Year

SIZED = {"debt": "sized"}
FROZEN = {"debt": "frozen"}


actual_360 = given(
    "actual_360", Year, series=True, source="timeline.actual_360", doc="Length of the period, actual days / 360."
)


@line
def building(month: Month, full_operation: Month) -> One:
    """1 before full operation."""
    return month < full_operation


@line
def at_conversion(month: Month, months: Month, full_operation: Month) -> One:
    """1 in the last period before full operation: draws end, repayment starts with the next."""
    return (month < full_operation) * (month + months >= full_operation)


@line(per="tranche")
def t_at_close(month: Month, months: Month, t_closes: Month) -> One:
    """1 in the period in which it closes."""
    return (month <= t_closes) * (month + months > t_closes)


@line(per="tranche")
def t_available(month: Month, t_closes: Month, t_begins: Month) -> One:
    """1 while it can be drawn."""
    return (month >= t_closes) * (month < t_begins)


@line(per="tranche")
def t_at_conversion(month: Month, months: Month, t_begins: Month) -> One:
    """1 in the last period before its service: draws end."""
    return (month < t_begins) * (month + months >= t_begins)


@line(per="tranche")
def t_repaying(month: Month, t_begins: Month, t_ends: Month) -> One:
    """1 from its first service to its end."""
    return (month >= t_begins) * (month <= t_ends)


@line(per="tranche")
def t_at_end(month: Month, months: Month, t_ends: Month) -> One:
    """1 in the period of its end."""
    return (month <= t_ends) * (month + months > t_ends)


@line(per="tranche")
def t_lending(t_repaying: One, t_preferred: One) -> One:
    """1 while a lender is repaid."""
    return t_repaying * (1 - t_preferred)


@line
def repaying(t_lending: One) -> One:
    """1 while any lender is repaid."""
    return over(t_lending) > 0


@line(per="tranche")
def t_rate(t_fixed_share: One, t_fixed_rate: PerYear, base_rate: PerYear, t_margin: PerYear) -> PerYear:
    """All-in yearly rate: what is fixed or swapped, what floats, and the margin."""
    return t_fixed_share * t_fixed_rate + (1 - t_fixed_share) * base_rate + t_margin


@line(per="tranche")
def t_charge(t_rate: PerYear, t_actual: One, actual_360: Year, years: Year) -> One:
    """Interest of the period on a dollar owed (30/360, or actual/360)."""
    return t_rate * where(t_actual > 0, actual_360, years)


@line(per="tranche")
def t_agency(t_agency_fee: UsdPerYear, month: Month, months: Month, t_closes: Month, t_ends: Month, years: Year) -> Usd:
    """Fee of the agent, from close to the end."""
    return t_agency_fee * years * (month + months > t_closes) * (month <= t_ends)
