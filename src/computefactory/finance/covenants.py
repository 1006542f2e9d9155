"""Cover and covenants: what service the cash covers, tested over twelve months at quarter ends, for each tranche.

Cover of a tranche counts its own service and all that ranks ahead. Below its lock-up nothing is distributed until a
later test is passed; the default test only tells. What one loan repays of another is no service.
"""

from __future__ import annotations

from typing import Any

from computefactory.ledger import (
    at,
    following,
    given,
    line,
    lowest,
    minimum,
    over,
    prev,
    senior,
    total,
    trailing,
    where,
)
from computefactory.units import Balance, Month, One, Usd

ROUNDING = 1e-9  # of a cover: a loan sized at its covenant passes it


def below(cover: Any, threshold: float) -> Any:
    """Whether a cover fails its test; what lies within rounding of the threshold passes, as in the ledger."""
    return cover < threshold * (1 - ROUNDING)


test_date = given(
    "test_date",
    One,
    series=True,
    source="steps.test_date",
    doc="1 at quarterly covenant tests from the first full year.",
)
no_test = given("no_test", One, source="case.no_test", doc="Cover shown where none is tested.")
one_year = given("one_year", Month, source="timeline.one_year", doc="Look-back of the covenant test.")


@line(per="tranche")
def t_tested_service(
    t_debt_interest: Usd,
    t_scheduled_principal: Usd,
    t_planned_balloon: Usd,
    t_refinanced: One,
    t_running_fees: Usd,
    building: One,
) -> Usd:
    """Service that the cash must cover: interest, principal and running fees, less what another loan repays."""
    return (
        t_debt_interest
        + t_scheduled_principal
        - minimum(t_planned_balloon, t_scheduled_principal) * t_refinanced
        + t_running_fees
    ) * (1 - building)


@line(per="tranche")
def t_running_fees(t_fees: Usd, t_at_close: One, t_preferred: One) -> Usd:
    """Fees that come back every period."""
    return t_fees * (1 - t_at_close) * (1 - t_preferred)


@line(per="tranche")
def t_service_year(t_tested_service: Usd, one_year: Month) -> Usd:
    """Its service and all that ranks ahead, of the last twelve months."""
    return trailing(senior(t_tested_service) + t_tested_service, one_year)


@line(per="tranche")
def t_tested(test_date: One, t_service_year: Usd, t_lending: One) -> One:
    """1 where its cover is tested."""
    return test_date * t_lending * (t_service_year > 0)


@line(per="tranche")
def t_dscr(t_tested: One, cfads_year: Usd, t_service_year: Usd, no_test: One) -> One:
    """Cover of its service and all that ranks ahead, twelve-month look-back, at test dates."""
    return where(t_tested > 0, cfads_year / t_service_year, no_test)


@line(per="tranche")
def t_locked(t_locked: One, t_tested: One, t_dscr: One, t_lockup: One, t_lending: One) -> One:
    """1 from a test below its lock-up until one is passed."""
    return where(t_tested > 0, t_dscr < t_lockup * (1 - ROUNDING), prev(t_locked)) * t_lending


@line
def locked(t_locked: One) -> One:
    """1 while nothing may be distributed."""
    return over(t_locked) > 0


# all lenders


@line
def service(t_tested_service: Usd) -> Usd:
    """Debt service after full operation, without what another loan repays."""
    return over(t_tested_service)


@line
def cfads_year(cfads: Usd, one_year: Month) -> Usd:
    """CFADS of the last twelve months."""
    return trailing(cfads, one_year)


@line
def service_year(service: Usd, one_year: Month) -> Usd:
    """Debt service of the last twelve months."""
    return trailing(service, one_year)


@line
def tested(test_date: One, service_year: Usd, repaying: One) -> One:
    """1 where cover is tested."""
    return test_date * repaying * (service_year > 0)


@line
def dscr(tested: One, cfads_year: Usd, service_year: Usd, no_test: One) -> One:
    """Debt service cover, twelve-month look-back, at test dates."""
    return where(tested > 0, cfads_year / service_year, no_test)


@line
def min_dscr(dscr: One) -> One:
    """Lowest debt service cover at any test date."""
    return lowest(dscr)


@line
def served_cfads(cfads: Usd, repaying: One) -> Usd:
    """CFADS while debt is repaid."""
    return cfads * repaying


@line
def average_dscr(served_cfads: Usd, service: Usd) -> One:
    """CFADS over service, from full operation to maturity."""
    return total(served_cfads) / total(service)


@line(per="tranche")
def t_opening_balance(t_scheduled_balance: Balance, t_lending: One) -> Usd:
    """Owed to lenders by plan when the period began."""
    return prev(t_scheduled_balance) * t_lending


@line
def blended_charge(t_opening_balance: Usd, t_charge: One) -> One:
    """Interest of the period on a dollar of all debt, by plan."""
    return where(over(t_opening_balance) > 0, over(t_opening_balance * t_charge) / over(t_opening_balance), 0)


@line
def cfads_value(cfads_value: Balance, served_cfads: Usd, blended_charge: One) -> Balance:
    """Present value at the debt's rate of CFADS to come until maturity."""
    return following(cfads_value + served_cfads) / (1 + following(blended_charge))


@line
def llcr(cfads_value: Balance, debt_balance: Balance, at_conversion: One) -> One:
    """Loan life cover: present value of CFADS to come over what is owed, at full operation."""
    return at(cfads_value, at_conversion) / at(debt_balance, at_conversion)
