"""If nobody cures: the funding gap, the month of default, and what each lender recovers then, in order of rank.

The gap is, until completion, what planned sources leave open because a delay or an overrun took them away, and later
what cash, reserves and revolvers cannot pay as long as debt is served. The first month in which interest or principal
is unpaid is the default, whatever the next test date. What secures the loans is sold in that month: silicon at its low
case and durables at depreciated cost, less the discount of a forced sale and the cost of selling. Each lender takes
what its own reserve held when the month began and then what secures it, in order of rank.
"""

from __future__ import annotations

from computefactory.finance.covenants import ROUNDING
from computefactory.ledger import Quantity, at, line, lowest, maximum, minimum, over, prev, senior, total, where
from computefactory.units import Balance, Month, One, Usd

NEVER = Quantity(1e6, "month")  # stands for the month of a default that does not come


@line
def service_unpaid(
    t_service_unpaid: Usd, t_reserve_drawn: Usd, cure: Usd, other_reserve_move: Usd, repaying: One, commitment: Usd
) -> Usd:
    """Interest and principal that cash, reserves and revolvers cannot pay, once service has begun."""
    left = minimum(over(t_service_unpaid - t_reserve_drawn), maximum(cure - maximum(other_reserve_move, 0), 0))
    return where(left > commitment * ROUNDING, left, 0) * repaying


@line
def funding_gap(cure: Usd, completing: One, repaying: One, commitment: Usd) -> Usd:
    """What planned sources leave open until completion, and what cash cannot pay while debt is served."""
    return where(cure > commitment * ROUNDING, cure, 0) * maximum(completing, repaying)


@line
def funding_gap_usd(funding_gap: Usd) -> Usd:
    """Funding gap of all months: its peak, for what is found in one month is not missing in the next."""
    return total(funding_gap)


@line
def default_month(service_unpaid: Usd, month: Month) -> Month:
    """First month, from month 0, in which service is unpaid."""
    return lowest(where(service_unpaid > 0, month, NEVER))


@line
def at_default(month: Month, default_month: Month) -> One:
    """1 in the month of the default."""
    return (month >= default_month) * (month <= default_month)


@line
def sold_by_force(forced_sale: One, selling_cost: One) -> One:
    """What a forced sale leaves of a value."""
    return (1 - forced_sale) * (1 - selling_cost)


@line(per="tranche")
def t_claim(t_balance: Balance, t_debt_interest: Usd, t_letter_claim: Balance, t_preferred: One) -> Usd:
    """Owed to a lender when the period began, with its interest and what its letter of credit has paid."""
    return (prev(t_balance) + t_debt_interest + prev(t_letter_claim)) * (1 - t_preferred)


@line(per="tranche")
def t_owed_at_default(t_claim: Usd, at_default: One) -> Usd:
    """Owed to a lender in the month of the default."""
    return at(t_claim, at_default)


@line(per="tranche")
def t_from_reserve(t_owed_at_default: Usd, t_cash_reserve: Balance, at_default: One) -> Usd:
    """Recovered from its own reserve."""
    return minimum(t_owed_at_default, at(prev(t_cash_reserve), at_default))


@line(per="tranche")
def t_from_silicon(
    t_owed_at_default: Usd,
    t_from_reserve: Usd,
    t_from_silicon: Usd,
    t_on_silicon: One,
    silicon_value: Balance,
    sold_by_force: One,
    at_default: One,
) -> Usd:
    """Recovered from the sale of the silicon that secures it, after lenders ahead."""
    left = maximum(at(silicon_value, at_default) * sold_by_force - senior(t_from_silicon), 0)
    return minimum(t_owed_at_default - t_from_reserve, left) * t_on_silicon


@line(per="tranche")
def t_from_durable(
    t_owed_at_default: Usd,
    t_from_reserve: Usd,
    t_from_silicon: Usd,
    t_from_durable: Usd,
    t_on_durable: One,
    durable_value: Balance,
    sold_by_force: One,
    at_default: One,
) -> Usd:
    """Recovered from the sale of the durable layer that secures it, after lenders ahead."""
    left = maximum(at(durable_value, at_default) * sold_by_force - senior(t_from_durable), 0)
    return minimum(t_owed_at_default - t_from_reserve - t_from_silicon, left) * t_on_durable


@line(per="tranche")
def t_recovery(t_owed_at_default: Usd, t_from_reserve: Usd, t_from_silicon: Usd, t_from_durable: Usd) -> One:
    """Share of what it is owed that a lender recovers at the default; 0 without one."""
    recovered = t_from_reserve + t_from_silicon + t_from_durable
    return where(t_owed_at_default > 0, recovered / t_owed_at_default, 0)


@line
def loss_at_default(t_owed_at_default: Usd, t_recovery: One) -> Usd:
    """What lenders lose at the default."""
    return over(t_owed_at_default * (1 - t_recovery))
