"""Cover and covenants: what service the cash covers, tested at quarter ends on the dates of the contract.

A test looks back twelve months over the months in which service fell due, and counts cash and service of the same
months: before twelve have passed, and after the last payment, it is a *stub* of fewer. Dates of service are those of
the sizing, so a plant that is late is tested on the cash that it does not have. Cover of a tranche counts its own
service and all that ranks ahead. Below its lock-up nothing is distributed until a later test is passed; the default
test only tells. What is repaid beside regular service (a bullet, a balloon, what another loan takes out) is no
service: its tests are those of a refinancing, what it is to the value of its security and what later cash is to it.
"""

from __future__ import annotations

from typing import Any

from computefactory.finance.debt_schedule import FROZEN, SIZED
from computefactory.ledger import (
    Quantity,
    at,
    following,
    given,
    line,
    lowest,
    maximum,
    minimum,
    over,
    prev,
    senior,
    total,
    trailing,
    where,
)
from computefactory.units import Balance, Month, One, Usd, Year

ROUNDING = 1e-9  # of a cover: a loan sized at its covenant passes it; of a loan: what is less is no service
QUARTER = Quantity(3, "month")


def below(cover: Any, threshold: float) -> Any:
    """Whether a cover fails its test; what lies within rounding of the threshold passes, as in the ledger."""
    return cover < threshold * (1 - ROUNDING)


test_date = given(
    "test_date",
    One,
    series=True,
    source="steps.test_date",
    doc="1 at the end of a calendar quarter.",
)
no_test = given("no_test", One, source="case.no_test", doc="Cover shown where none is tested.")
one_year = given("one_year", Month, source="timeline.one_year", doc="Look-back of the covenant test.")


planned_cfads_frozen = given(
    "planned_cfads",
    Usd,
    series=True,
    source="frozen.planned_cfads",
    doc="CFADS before full operation, as underwritten.",
    only=FROZEN,
)


@line(only=SIZED)
def planned_cfads(cfads: Usd, building: One) -> Usd:
    """CFADS before full operation, as underwritten."""
    return cfads * building


@line(per="tranche")
def t_balloon_due(t_planned_balloon: Usd, t_scheduled_principal: Usd) -> Usd:
    """Principal due beside regular service: refinanced, or paid at once."""
    return minimum(t_planned_balloon, t_scheduled_principal)


@line(per="tranche")
def t_tested_service(
    t_debt_interest: Usd, t_scheduled_principal: Usd, t_balloon_due: Usd, t_running_fees: Usd, t_served: One
) -> Usd:
    """Service that the cash must cover: interest, principal and running fees, without what falls due beside it."""
    return (t_debt_interest + t_scheduled_principal - t_balloon_due + t_running_fees) * t_served


@line(per="tranche")
def t_running_fees(t_fees: Usd, t_at_close: One, t_preferred: One) -> Usd:
    """Fees that come back every period."""
    return t_fees * (1 - t_at_close) * (1 - t_preferred)


@line(per="tranche")
def t_owing(t_lending: One, t_balance: Balance, t_commitment: Usd, first_cost: Usd) -> One:
    """1 while something is owed to it, from its first service on; a billionth of the plant's cost is no loan."""
    return t_lending * (prev(t_balance) > t_commitment * ROUNDING) * (t_commitment > first_cost * ROUNDING)


@line(per="tranche")
def t_served(t_owing: One, t_lending: One, t_revolving: One) -> One:
    """1 while it is served: until nothing is owed, its end at the latest; a revolver bears fees until its end."""
    return maximum(t_owing, t_lending * t_revolving)


@line
def served(t_owing: One) -> One:
    """1 while any lender is owed something: a revolver that is not drawn is none."""
    return over(t_owing) > 0


@line(per="tranche")
def t_service_year(t_tested_service: Usd, t_served: One, one_year: Month) -> Usd:
    """Its service and all that ranks ahead, of those of the last twelve months in which it is served."""
    return trailing((senior(t_tested_service) + t_tested_service) * t_served, one_year)


@line(per="tranche")
def t_cfads_year(cfads: Usd, t_served: One, one_year: Month) -> Usd:
    """CFADS of those of the last twelve months in which it is served."""
    return trailing(cfads * t_served, one_year)


@line(per="tranche")
def t_served_months(t_served: One, months: Month, one_year: Month) -> Month:
    """How many of the last twelve months a test looks at: a stub where fewer than twelve."""
    return trailing(t_served * months, one_year)


@line(per="tranche")
def t_tested(test_date: One, t_served: One, t_service_year: Usd, t_commitment: Usd) -> One:
    """1 where its cover is tested: at the end of every quarter in which it is served."""
    return test_date * (trailing(t_served, QUARTER) > 0) * (t_service_year > t_commitment * ROUNDING)


@line(per="tranche")
def t_dscr(t_tested: One, t_cfads_year: Usd, t_service_year: Usd, no_test: One) -> One:
    """Cover of its service and all that ranks ahead, twelve-month look-back, at test dates."""
    return where(t_tested > 0, t_cfads_year / t_service_year, no_test)


@line(per="tranche")
def t_locked(t_locked: One, t_tested: One, t_dscr: One, t_lockup: One, t_served: One) -> One:
    """1 from a test below its lock-up until one is passed."""
    return where(t_tested > 0, t_dscr < t_lockup * (1 - ROUNDING), prev(t_locked)) * t_served


@line
def locked(t_locked: One) -> One:
    """1 while nothing may be distributed."""
    return over(t_locked) > 0


# all lenders


@line
def service(t_tested_service: Usd, served: One) -> Usd:
    """Debt service, without what falls due beside it."""
    return over(t_tested_service) * served


@line
def served_cfads(cfads: Usd, served: One) -> Usd:
    """CFADS of the months in which debt is served."""
    return cfads * served


@line
def cfads_year(served_cfads: Usd, one_year: Month) -> Usd:
    """CFADS of those of the last twelve months in which debt is served."""
    return trailing(served_cfads, one_year)


@line
def service_year(service: Usd, one_year: Month) -> Usd:
    """Debt service of the last twelve months."""
    return trailing(service, one_year)


@line
def served_months(served: One, months: Month, one_year: Month) -> Month:
    """How many of the last twelve months a test looks at: a stub where fewer than twelve."""
    return trailing(served * months, one_year)


@line
def tested(test_date: One, served: One, service_year: Usd, commitment: Usd) -> One:
    """1 where cover is tested: at the end of every quarter in which debt is served."""
    return test_date * (trailing(served, QUARTER) > 0) * (service_year > commitment * ROUNDING)


@line
def dscr(tested: One, cfads_year: Usd, service_year: Usd, no_test: One) -> One:
    """Debt service cover, twelve-month look-back, at test dates."""
    return where(tested > 0, cfads_year / service_year, no_test)


@line
def min_dscr(dscr: One) -> One:
    """Lowest debt service cover at any test date."""
    return lowest(dscr)


@line
def average_dscr(served_cfads: Usd, service: Usd) -> One:
    """CFADS over service, from first to last service, each month once."""
    return total(served_cfads) / total(service)


@line
def mean_dscr(dscr: One, tested: One) -> One:
    """Mean of the covers at all test dates."""
    return total(dscr * tested) / total(tested)


# loan life cover


@line(per="tranche")
def t_to_repay(
    t_scheduled_balance: Balance, t_preferred: One, month: Month, months: Month, t_closes: Month, t_ends: Month
) -> Usd:
    """Still to be repaid by plan when the period began, from close to its end."""
    return prev(t_scheduled_balance) * (1 - t_preferred) * (month + months > t_closes) * (month <= t_ends)


@line
def blended_charge(t_to_repay: Usd, t_charge: One, t_preferred: One) -> One:
    """Interest of the period on a dollar of all debt, by plan; the lenders' mean where none is to be repaid."""
    mean = over(t_charge * (1 - t_preferred)) / maximum(over(1 - t_preferred), 1)
    return where(over(t_to_repay) > 0, over(t_to_repay * t_charge) / over(t_to_repay), mean)


@line
def loan_life_cfads(
    cfads: Usd, t_lending: One, t_scheduled_balance: Balance, t_commitment: Usd, first_cost: Usd
) -> Usd:
    """CFADS of the months in which debt is to be repaid by plan, whatever sweeps prepay."""
    lent = t_commitment > first_cost * ROUNDING
    return cfads * (over(t_lending * (prev(t_scheduled_balance) > t_commitment * ROUNDING) * lent) > 0)


@line
def cfads_value(cfads_value: Balance, loan_life_cfads: Usd, blended_charge: One) -> Balance:
    """Present value at the debt's rate of CFADS to come until debt is repaid by plan."""
    return following(cfads_value + loan_life_cfads) / (1 + following(blended_charge))


@line
def early_cfads_value(
    early_cfads_value: Balance,
    cfads: Usd,
    planned_cfads: Usd,
    blended_charge: One,
    month: Month,
    underwritten_operation: Month,
) -> Balance:
    """What CFADS before the underwritten full operation is above plan, with interest at the debt's rate."""
    gained = (cfads - planned_cfads) * (month < underwritten_operation)
    return prev(early_cfads_value) * (1 + blended_charge) + gained


@line
def lent_at_operation(debt_balance: Balance, at_underwritten: One, first_cost: Usd) -> Balance:
    """Owed at the underwritten full operation; a billionth of the plant's cost is no loan."""
    return where(at(debt_balance, at_underwritten) > first_cost * ROUNDING, at(debt_balance, at_underwritten), 0)


@line
def llcr(cfads_value: Balance, early_cfads_value: Balance, lent_at_operation: Balance, at_underwritten: One) -> One:
    """Loan life cover at the underwritten full operation: present value of CFADS to maturity over what is owed.

    CFADS from then on counts with the value then of what earlier CFADS is above or below that of the sizing.
    """
    return at(cfads_value + early_cfads_value, at_underwritten) / lent_at_operation


@line
def llcr_by_period(cfads_value: Balance, debt_balance: Balance, commitment: Usd) -> One:
    """Loan life cover by date: cash to maturity in money of the period over what is owed then; 0 where nothing is."""
    return where(debt_balance > commitment * ROUNDING, cfads_value / debt_balance, 0)


@line
def life_value(life_value: Balance, cfads: Usd, blended_charge: One) -> Balance:
    """Present value at the debt's rate of all cash to come, past maturity too."""
    return following(life_value + cfads) / (1 + following(blended_charge))


@line
def plcr_by_period(life_value: Balance, debt_balance: Balance, commitment: Usd) -> One:
    """Project life cover by date: cash to the end in money of the period over what is owed then; 0 where nothing is."""
    return where(debt_balance > commitment * ROUNDING, life_value / debt_balance, 0)


@line
def plcr(life_value: Balance, early_cfads_value: Balance, lent_at_operation: Balance, at_underwritten: One) -> One:
    """Project life cover at the underwritten full operation: as loan life cover, with all CFADS past maturity too."""
    return at(life_value + early_cfads_value, at_underwritten) / lent_at_operation


@line
def average_life(repayment: Usd, elapsed_years: Year, at_underwritten: One, first_cost: Usd) -> Year:
    """Weighted average life: years from the start of service to repayment, by principal; 0 without debt."""
    since = elapsed_years - at(elapsed_years, at_underwritten)
    return where(total(repayment) > first_cost * ROUNDING, total(repayment * since) / total(repayment), 0)


# what falls due beside service is tested as a refinancing


@line(per="tranche")
def t_later_cfads(t_later_cfads: Balance, cfads: Usd, t_charge: One) -> Balance:
    """Present value at its rate of all CFADS to come."""
    return following(t_later_cfads + cfads) / (1 + following(t_charge))


@line(per="tranche")
def t_balloon_llcr(t_later_cfads: Balance, t_balloon_due: Usd, t_at_end: One) -> One:
    """Later CFADS, at its rate, over what falls due at its end beside service; 0 where nothing does."""
    due = total(t_balloon_due)
    return where(due > 0, at(t_later_cfads, t_at_end) / due, 0)


@line(per="tranche")
def t_secured_value(t_on_silicon: One, silicon_value: Balance, t_on_durable: One, durable_value: Balance) -> Balance:
    """What secures it: silicon at its low case, durables at cost less straight line."""
    return t_on_silicon * silicon_value + t_on_durable * durable_value


@line(per="tranche")
def t_loan_to_value(t_balance: Balance, t_secured_value: Balance, t_on_silicon: One, t_on_durable: One) -> One:
    """Owed to it and to those ahead on the same assets, over what secures it; 0 where nothing does."""
    same = where(t_on_silicon > 0, senior(t_balance * t_on_silicon), senior(t_balance * t_on_durable))
    ahead = where(t_on_silicon * t_on_durable > 0, senior(t_balance), same)
    return where(t_secured_value > 0, (ahead + t_balance) / t_secured_value, 0)


@line(per="tranche")
def t_balloon_ltv(t_secured_value: Balance, t_balloon_due: Usd, t_at_end: One) -> One:
    """What falls due at its end beside service, over the value then of what it secures; 0 where nothing does."""
    worth = at(t_secured_value, t_at_end)
    return where(worth > 0, total(t_balloon_due) / worth, 0)
