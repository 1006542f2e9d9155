"""Tranches in order of rank: what each is, when it can be drawn and is repaid, what a dollar of it costs a period.

A tranche *begins* with its first month of service: full operation or, for a loan that takes out another one, the month
after that. It *ends* with the month at whose end nothing is owed; a mini-perm ends before its repayment profile does.
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, where
from computefactory.ledger.line import Given
from computefactory.units import Month, One, PerYear, Usd, UsdPerYear, Year

SIZED = {"debt": "sized"}
FROZEN = {"debt": "frozen"}


def of(name: str, unit: object, field: str, doc: str, *, sizing: bool = False) -> Given:
    """A number of each tranche."""
    only = SIZED if sizing else None
    return given(name, unit, per="tranche", source=f"finance.tranches.{field}", doc=doc, only=only)


full_operation = given(
    "full_operation", Month, source="finance.full_operation", doc="First month with everything energised and accepted."
)
base_rate = given(
    "base_rate", PerYear, series=True, source="finance.base_rate", doc="Floating rate before margin, by month."
)
actual_360 = given(
    "actual_360", Year, series=True, source="timeline.actual_360", doc="Length of the period, actual days / 360."
)
last_maturity = given(
    "last_maturity", Month, source="finance.last_maturity", doc="Month at whose end no debt is owed any more."
)

t_closes = of("t_closes", Month, "closes", "First month it can be drawn.")
t_begins = of("t_begins", Month, "begins", "First month of service.")
t_ends = of("t_ends", Month, "ends", "Month at whose end nothing is owed.")
t_profile_ends = of("t_profile_ends", Month, "profile_ends", "Month in which its repayment profile would end.")

t_revolving = of("t_revolving", One, "revolving", "1: drawn when cash is short, repaid when it is not.")
t_preferred = of("t_preferred", One, "preferred", "1: preferred equity, paid after lenders from what is left.")
t_refinances = of("t_refinances", One, "refinances", "1: drawn to repay tranches ahead that end then.")
t_refinanced = of("t_refinanced", One, "refinanced", "1: what is owed at its end is repaid by a later tranche.")
t_prepaid = of("t_prepaid", One, "prepaid", "1: ends before its maturity and pays a make-whole.")
t_balloon = of("t_balloon", One, "balloon", "1: what is owed at its end is no regular service.")

t_fixed_share = of("t_fixed_share", One, "fixed_share", "Share at the fixed or swapped rate; the rest floats.")
t_fixed_rate = of("t_fixed_rate", PerYear, "fixed_rate", "Fixed rate, or swap rate of the hedged share.")
t_margin = given(
    "t_margin",
    PerYear,
    per="tranche",
    series=True,
    source="finance.tranches.margin",
    doc="Margin over the floating or swap rate, by month.",
)
t_actual = of("t_actual", One, "actual", "1: interest by actual days / 360, 0: by 30 / 360.")
t_drawn_early = of("t_drawn_early", One, "drawn_early", "Part of its period that a draw bears interest in.")

t_upfront_fee = of("t_upfront_fee", One, "upfront_fee", "Fee at close, share of the commitment.")
t_commitment_fee = of("t_commitment_fee", PerYear, "commitment_fee", "Yearly fee on the undrawn commitment.")
t_agency_fee = of("t_agency_fee", UsdPerYear, "agency_fee", "Yearly fee of the agent.")
t_reserve_months = of("t_reserve_months", Month, "dsra", "Months of service in reserve.")
t_letter = of("t_letter", One, "letter", "1: the reserve is a letter of credit, no cash.")
t_letter_fee = of("t_letter_fee", PerYear, "letter_fee", "Yearly fee of the letter of credit.")
t_sweep_share = of("t_sweep_share", One, "sweep", "Share of the cash after service and reserves that prepays it.")
t_lockup = of("t_lockup", One, "lockup_dscr", "Cover below which nothing is distributed.")


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
