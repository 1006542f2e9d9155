"""Building and keeping the assets: spending, service, refresh, what they are worth later."""

from __future__ import annotations

from computefactory.ledger import given, line, over, prev, spread, trailing, where
from computefactory.units import Balance, Month, One, Usd, Year

years = given("years", Year, series=True, source="timeline.years", doc="Length of the period in years.")
p_refresh = given(
    "p_refresh",
    One,
    per="phase",
    series=True,
    source="case.refresh",
    doc="1 in months in which the phase's silicon is replaced in this case.",
)
exit_month = given("exit_month", Month, source="case.exit_month", doc="Last month of this return case.")
re_lease_value = given(
    "re_lease_value", Usd, source="steps.re_lease_value", doc="Value of the empty shell let again, at the exit."
)
case_re_lease = given(
    "case_re_lease",
    One,
    source="case.release",
    doc="1: durables leave at their re-lease value, 0: at depreciated cost.",
)
case_residual = given(
    "case_residual", One, source="case.residual", doc="1: silicon leaves at its low-case value, 0: worth nothing."
)


@line
def held(month: Month, exit_month: Month) -> One:
    """1 until the exit of this return case."""
    return month <= exit_month


@line
def at_exit(month: Month, months: Month, exit_month: Month) -> One:
    """1 in the period of the exit."""
    return (month <= exit_month) * (month + months > exit_month)


@line(per="asset")
def a_first_cost(a_cost: Usd, a_contingency: One) -> Usd:
    """Cost with contingency."""
    return a_cost * (1 + a_contingency)


@line
def refresh(p_outlay: One, p_generation: One, p_refresh: One, p_refresh_cost: One) -> One:
    """Replacements of the first generation's silicon, share of what it cost."""
    return over(p_outlay * (1 - p_generation) * p_refresh * p_refresh_cost)


@line
def second_refresh(p_outlay: One, p_generation: One, p_refresh: One, p_refresh_cost: One) -> One:
    """Replacements of the second generation's silicon, share of what it cost."""
    return over(p_outlay * p_generation * p_refresh * p_refresh_cost)


@line(per="asset")
def a_refresh(a_first_cost: Usd, a_consumable: One, a_generation: One, refresh: One, second_refresh: One) -> Usd:
    """Replacement of silicon and fabric."""
    return a_first_cost * a_consumable * where(a_generation > 0, second_refresh, refresh)


@line(per="asset")
def a_capex(a_first_cost: Usd, a_spending: One, a_refresh: Usd) -> Usd:
    """Paid for the asset."""
    return a_first_cost * a_spending + a_refresh


@line(per="asset")
def a_in_service(a_first_cost: Usd, a_placed: One, a_refresh: Usd) -> Usd:
    """Cost that enters service."""
    return a_first_cost * a_placed + a_refresh


@line
def capex(a_capex: Usd) -> Usd:
    """Paid for all assets, replacements included."""
    return over(a_capex)


@line
def first_cost(a_first_cost: Usd) -> Usd:
    """Cost of all assets before financing, without refresh."""
    return over(a_first_cost)


@line
def silicon_cost(a_first_cost: Usd, a_consumable: One) -> Usd:
    """Cost of silicon and fabric."""
    return over(a_first_cost * a_consumable)


@line
def second_silicon_cost(a_first_cost: Usd, a_consumable: One, a_generation: One) -> Usd:
    """Of it the second generation's."""
    return over(a_first_cost * a_consumable * a_generation)


@line
def durable_cost(first_cost: Usd, silicon_cost: Usd) -> Usd:
    """Cost of the durable layer."""
    return first_cost - silicon_cost


@line(per="asset")
def a_durable_placed(a_in_service: Usd, a_consumable: One) -> Usd:
    """Durable cost that enters service."""
    return a_in_service * (1 - a_consumable)


@line(per="asset")
def a_wear(
    a_durable_placed: Usd, a_life: Month, months: Month, a_depreciable: One, a_leased_back: One, rented_back: One
) -> Usd:
    """Straight-line wear of durables over the life of their class (land keeps its cost), as long as they are owned."""
    worn = trailing(a_durable_placed, a_life) / a_life * months * a_depreciable
    return worn * (1 - a_leased_back * rented_back)


@line(per="asset")
def a_durable_value(
    a_durable_value: Balance, a_durable_placed: Usd, a_wear: Usd, a_leased_back: One, leaseback_now: One
) -> Balance:
    """Durables at cost less straight line; nothing once they are sold."""
    return (prev(a_durable_value) + a_durable_placed - a_wear) * (1 - a_leased_back * leaseback_now)


@line
def durable_value(a_durable_value: Balance) -> Balance:
    """All durables at cost less straight line."""
    return over(a_durable_value)


@line(per="asset")
def a_silicon_market_value(a_in_service: Usd, a_consumable: One, silicon_low: One, month: Month) -> Balance:
    """Silicon at its low-case value by age of each vintage, whoever owns it."""
    return spread(a_in_service * a_consumable, silicon_low, month)


@line(per="asset")
def a_silicon_value(
    a_silicon_market_value: Balance, a_leased_back: One, rented_back: One, leaseback_now: One
) -> Balance:
    """Silicon that is owned at its low-case value."""
    return a_silicon_market_value * (1 - a_leased_back * (rented_back + leaseback_now))


@line
def silicon_value(a_silicon_value: Balance) -> Balance:
    """All silicon at its low-case value."""
    return over(a_silicon_value)


@line
def sale_proceeds(
    durable_value: Balance,
    re_lease_value: Usd,
    silicon_value: Balance,
    at_exit: One,
    case_re_lease: One,
    case_residual: One,
    leaseback_building: One,
    rented_back: One,
    leaseback_proceeds: Usd,
    decommissioning: Usd,
) -> Usd:
    """What the assets fetch at the exit, or earlier in a sale and leaseback, less what leaving costs."""
    shell = where(case_re_lease > 0, re_lease_value * (1 - leaseback_building * rented_back), durable_value)
    return at_exit * (shell + case_residual * silicon_value) + leaseback_proceeds - decommissioning
