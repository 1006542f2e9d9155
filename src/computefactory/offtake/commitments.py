"""What buyers cannot avoid paying, and what is expected of it after default.

Committed is the least that a buyer pays over its exit dates: to the exit that costs it least, with the fee there, and
of a minimum volume only what is owed. A floor is committed to what other commitments leave. Expected cash multiplies
by the chance that the buyer still pays: yearly hazard h, so (1 + h)^-t; a guarantor of the whole contract fails
independently of the buyer; a backstop pays at the buyer's default, up to its amount then, if the guarantor lives.
What a defaulted buyer leaves is let again after a void at a market price that is down by then (wrong-way risk).
"""

from __future__ import annotations

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    compound,
    following,
    given,
    line,
    maximum,
    minimum,
    over,
    prev,
    senior,
    where,
)
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    Year,
)

c_breach = given(
    "c_breach", PerYear, per="contract", source="steps.sla_exits", doc="Yearly chance that repeated failure ends it."
)


@line(per="contract")
def c_committed_now(c_age: Month, c_first_exit: Month, c_live: One) -> One:
    """1 until the exit that costs the buyer least."""
    return c_live * (c_age < c_first_exit)


@line(per="contract")
def c_unavoidable(c_committed_now: One, c_committed: One, c_shortfall: One, c_floor: One, availability: One) -> One:
    """Share of the reserved hours that must be paid at the full price."""
    return c_committed_now * maximum(c_committed * c_shortfall, c_floor * availability)


@line(per="contract")
def c_committed_claim(
    c_accelerators: Count,
    c_ramp: One,
    hours: Hour,
    availability: One,
    c_committed_now: One,
    c_committed: One,
    c_floor: One,
) -> AcceleratorHour:
    """Accelerator-hours that commitments claim."""
    return c_accelerators * c_ramp * hours * availability * c_committed_now * maximum(c_committed, c_floor)


@line(per="contract")
def c_committed_served(c_committed_claim: AcceleratorHour, deliverable_hours: AcceleratorHour) -> AcceleratorHour:
    """Claims of commitments that are left by those that rank ahead."""
    return minimum(c_committed_claim, maximum(deliverable_hours - senior(c_committed_claim), 0))


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
def c_committed_revenue(
    c_committed_bill: Usd,
    c_sla: One,
    c_damages: Usd,
    c_power_recovered: Usd,
    c_committed_now: One,
    c_committed: One,
    c_exit_due: Usd,
) -> Usd:
    """Revenue that the buyer owes whether it uses the hours or not, at its cheapest exit."""
    return c_committed_bill * (1 - c_sla) - c_damages + c_power_recovered * c_committed_now * c_committed + c_exit_due


# after default


@line(per="contract")
def c_years(c_age: Month) -> Year:
    """Years since the start."""
    return maximum(c_age, 0) / MONTHS_PER_YEAR


@line(per="contract")
def c_buyer_survival(c_hazard: PerYear, c_years: Year) -> One:
    """Chance that the buyer has not defaulted since the start."""
    return 1 / compound(c_hazard, c_years)


@line(per="contract")
def c_guarantor_survival(c_guarantor_hazard: PerYear, c_years: Year) -> One:
    """Chance that the guarantor has not."""
    return 1 / compound(c_guarantor_hazard, c_years)


@line(per="contract")
def c_survival(
    c_buyer_survival: One, c_guarantor_survival: One, c_guarantee_full: One, c_breach: PerYear, c_years: Year
) -> One:
    """Chance that somebody still pays: the buyer or a guarantor of the whole, and no repeated failure has ended it."""
    return (c_buyer_survival + c_guarantee_full * (1 - c_buyer_survival) * c_guarantor_survival) / compound(
        c_breach, c_years
    )


@line(per="contract")
def c_to_come(c_to_come: Balance, c_committed_revenue: Usd) -> Balance:
    """Committed revenue of later periods."""
    return following(c_to_come) + following(c_committed_revenue)


@line(per="contract")
def c_backstop_now(c_backstop: Usd, c_backstop_from: Month, c_backstop_over: Month, c_age: Month) -> Usd:
    """What the guarantor would pay at most."""
    return c_backstop * where(
        c_backstop_over > 0, maximum(1 - maximum(c_age - c_backstop_from, 0) / c_backstop_over, 0), 1
    )


@line(per="contract")
def c_backstop_expected(
    c_buyer_survival: One, c_guarantor_survival: One, c_backstop: Usd, c_backstop_now: Usd, c_to_come: Balance
) -> Usd:
    """Expected payment of a guarantor with a limit, at the buyer's default in the period."""
    defaults = (prev(c_buyer_survival, 1) - c_buyer_survival) * (c_backstop > 0)
    return defaults * c_guarantor_survival * minimum(c_backstop_now, c_to_come)


@line(per="contract")
def c_expected(c_committed_revenue: Usd, c_survival: One, c_backstop_expected: Usd) -> Usd:
    """Committed revenue after expected default, guarantor first."""
    return c_committed_revenue * c_survival + c_backstop_expected


@line(per="contract")
def c_re_let_share(
    c_hazard: PerYear, c_age: Month, re_let_void: Month, c_guarantee_full: One, c_guarantor_survival: One
) -> One:
    """Chance that the capacity has been let again after a default and a void."""
    return (1 - 1 / compound(c_hazard, maximum(c_age - re_let_void, 0) / MONTHS_PER_YEAR)) * (
        1 - c_guarantee_full * c_guarantor_survival
    )


@line(per="contract")
def c_re_let_expected(
    c_committed_served: AcceleratorHour,
    c_re_let_share: One,
    merchant_price: UsdPerAcceleratorHour,
    merchant_sold: One,
    wrong_way: One,
) -> Usd:
    """Expected revenue of committed capacity let again after default, at the market price of that state."""
    return c_committed_served * c_re_let_share * merchant_sold * merchant_price * (1 - wrong_way)


@line
def committed_revenue(c_committed_revenue: Usd, l_committed_rent: Usd) -> Usd:
    """Revenue that is owed under contracts and base terms."""
    return over(c_committed_revenue) + over(l_committed_rent)
