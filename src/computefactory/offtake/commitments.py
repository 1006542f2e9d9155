"""What buyers cannot avoid paying.

Committed is the least that a buyer pays over its exit dates: to the exit that costs it least, with the fee there, and
of a minimum volume only what is owed. A floor is committed to what other commitments leave.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, minimum, over, prev, senior, where
from computefactory.offtake.contracts import of_generation
from computefactory.units import AcceleratorHour, Balance, Count, Hour, Month, One, Usd, UsdPerAcceleratorHour


@line(per="contract")
def c_committed_now(c_age: Month, c_first_exit: Month, c_live: One) -> One:
    """1 until the exit that costs the buyer least."""
    return c_live * (c_age < c_first_exit)


@line(per="contract")
def c_unavoidable(c_committed_now: One, c_committed: One, c_shortfall: One, c_floor: One, c_availability: One) -> One:
    """Share of the reserved hours that must be paid at the full price."""
    return c_committed_now * maximum(c_committed * c_shortfall, c_floor * c_availability)


@line(per="contract")
def c_committed_claim(
    c_accelerators: Count,
    c_ramp: One,
    hours: Hour,
    c_availability: One,
    c_committed_now: One,
    c_committed: One,
    c_floor: One,
) -> AcceleratorHour:
    """Accelerator-hours that commitments claim."""
    return c_accelerators * c_ramp * hours * c_availability * c_committed_now * maximum(c_committed, c_floor)


@line(per="contract")
def c_committed_served(
    c_committed_claim: AcceleratorHour, c_deliverable: AcceleratorHour, c_generation: One
) -> AcceleratorHour:
    """Claims of commitments that are left by those that rank ahead."""
    return minimum(
        c_committed_claim, maximum(c_deliverable - of_generation(senior, c_committed_claim, c_generation), 0)
    )


@line(per="contract")
def c_firm_hours(
    c_reserved: AcceleratorHour,
    c_unavoidable: One,
    c_committed_served: AcceleratorHour,
    c_committed_claim: AcceleratorHour,
) -> AcceleratorHour:
    """Committed hours at the full price, of the share of the claim that is served."""
    return c_reserved * c_unavoidable * where(c_committed_claim > 0, c_committed_served / c_committed_claim, 1)


@line(per="contract")
def c_committed_bill(
    c_firm_hours: AcceleratorHour, c_price_now: UsdPerAcceleratorHour, c_limit: Usd, c_committed_so_far: Balance
) -> Usd:
    """The bill that the buyer cannot avoid, up to the limit where there is one."""
    due = c_firm_hours * c_price_now
    return where(c_limit > 0, minimum(due, maximum(c_limit - prev(c_committed_so_far), 0)), due)


@line(per="contract")
def c_committed_so_far(c_committed_so_far: Balance, c_committed_bill: Usd) -> Balance:
    """Such bills so far."""
    return prev(c_committed_so_far) + c_committed_bill


@line(per="contract")
def c_exit_due(c_exit_fee: Usd, c_age: Month, c_first_exit: Month, c_tenor: Month, months: Month) -> Usd:
    """Fee at the exit that costs the buyer least."""
    return c_exit_fee * (c_age >= c_first_exit) * (c_age < c_first_exit + months) * (c_first_exit < c_tenor)


@line(per="contract")
def c_certain_revenue(
    c_committed_bill: Usd,
    c_sla: One,
    c_damages: Usd,
    c_power_recovered: Usd,
    c_committed_now: One,
    c_committed: One,
) -> Usd:
    """Revenue to the cheapest exit that the buyer owes whether it uses the hours or not, leaves then or stays."""
    return c_committed_bill * (1 - c_sla) - c_damages + c_power_recovered * c_committed_now * c_committed


@line(per="contract")
def c_committed_revenue(c_certain_revenue: Usd, c_exit_due: Usd) -> Usd:
    """Revenue that the buyer owes at its cheapest exit, with the fee for it."""
    return c_certain_revenue + c_exit_due


@line
def certain_revenue(c_certain_revenue: Usd, l_certain_rent: Usd) -> Usd:
    """Revenue that is owed whether buyers and tenants leave at their cheapest exits or stay: debt is served from it."""
    return over(c_certain_revenue) + over(l_certain_rent)


@line
def committed_revenue(c_committed_revenue: Usd, l_committed_rent: Usd) -> Usd:
    """Revenue that is owed under contracts and base terms."""
    return over(c_committed_revenue) + over(l_committed_rent)
