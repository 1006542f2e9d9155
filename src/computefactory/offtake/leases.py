"""Leases in kW-months: rent, what the tenant pays beside it, what is owed, what is expected after default.

Power that mines stands here too: its price is revenue per kW-month and nobody owes it.
"""

from __future__ import annotations

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    compound,
    floor,
    following,
    given,
    line,
    maximum,
    minimum,
    over,
    prev,
    where,
)
from computefactory.units import Balance, Hour, Kw, KwMonth, Month, One, PerYear, Usd, UsdPerKwh, UsdPerKwMonth, Year

pue = given("pue", One, source="steps.pue_annual", doc="Facility energy / IT energy, typical year.")


@line(per="lease")
def l_age(month: Month, l_start: Month) -> Month:
    """Months since the lease started."""
    return month - l_start


@line(per="lease")
def l_live(l_age: Month, l_tenor: Month) -> One:
    """1 during the base term."""
    return (l_age >= 0) * (l_age < l_tenor)


@line(per="lease")
def l_let(l_power: Kw, l_live: One, months: Month) -> KwMonth:
    """IT power let, times the length of the period."""
    return l_power * l_live * months


@line(per="lease")
def l_anniversaries(l_age: Month) -> Year:
    """Full years since the start."""
    return floor(maximum(l_age, 0) / MONTHS_PER_YEAR)


@line(per="lease")
def l_rent(
    l_let: KwMonth, l_price: UsdPerKwMonth, l_path: One, l_escalator: PerYear, l_anniversaries: Year, held: One
) -> Usd:
    """Rent of the lease."""
    return l_let * l_price * l_path * compound(l_escalator, l_anniversaries) * held


@line(per="lease")
def l_recovered(
    l_power: Kw,
    l_live: One,
    it_capacity: Kw,
    facility_cost: Usd,
    property_tax: Usd,
    l_upkeep_passed: One,
    l_tax_passed: One,
) -> Usd:
    """Upkeep and property tax that the tenant pays beside the rent, by its share of the capacity."""
    return l_power * l_live / it_capacity * (facility_cost * l_upkeep_passed + property_tax * l_tax_passed)


@line(per="lease")
def l_revenue(l_rent: Usd, l_recovered: Usd) -> Usd:
    """Rent, and what the tenant pays beside it."""
    return l_rent + l_recovered


@line
def lease_revenue(l_revenue: Usd) -> Usd:
    """Rent of all leases, with what tenants pay beside it."""
    return over(l_revenue)


@line(per="lease")
def l_committed_now(l_age: Month, l_first_exit: Month, l_committed: One) -> One:
    """1 until the exit that costs the tenant least."""
    return l_committed * (l_age < l_first_exit)


@line(per="lease")
def l_exit_due(l_exit_fee: Usd, l_age: Month, l_first_exit: Month, l_tenor: Month, months: Month) -> Usd:
    """Fee at that exit."""
    return l_exit_fee * (l_age >= l_first_exit) * (l_age < l_first_exit + months) * (l_first_exit < l_tenor)


@line(per="lease")
def l_committed_rent(l_revenue: Usd, l_committed_now: One, l_exit_due: Usd) -> Usd:
    """Rent, and what is paid beside it, that the tenant owes at its cheapest exit."""
    return l_revenue * l_committed_now + l_exit_due


@line(per="lease")
def l_power_cost(
    l_power: Kw,
    l_live: One,
    hours: Hour,
    draw_share: One,
    l_full_draw: One,
    pue: One,
    energy_price: UsdPerKwh,
    l_passed: One,
    held: One,
) -> Usd:
    """Power of a tenant whose rent includes it, at the factory's own draw (miners: in full), PUE and energy charge."""
    return l_power * l_live * hours * maximum(draw_share, l_full_draw) * pue * energy_price * (1 - l_passed) * held


@line
def tenants_power_cost(l_power_cost: Usd) -> Usd:
    """Power that the factory pays for its tenants."""
    return over(l_power_cost)


@line
def tenants_own_power(l_power: Kw, l_live: One, l_passed: One) -> Kw:
    """IT power of all tenants who pay for what they draw."""
    return over(l_power * l_live * l_passed)


# after default


@line(per="lease")
def l_years(l_age: Month) -> Year:
    """Years since the start."""
    return maximum(l_age, 0) / MONTHS_PER_YEAR


@line(per="lease")
def l_tenant_survival(l_hazard: PerYear, l_years: Year) -> One:
    """Chance that the tenant has not defaulted since the start."""
    return 1 / compound(l_hazard, l_years)


@line(per="lease")
def l_guarantor_survival(l_guarantor_hazard: PerYear, l_years: Year) -> One:
    """Chance that the guarantor has not."""
    return 1 / compound(l_guarantor_hazard, l_years)


@line(per="lease")
def l_survival(l_tenant_survival: One, l_guarantor_survival: One, l_guarantee_full: One) -> One:
    """Chance that somebody still pays: the tenant, or a guarantor of the whole."""
    return l_tenant_survival + l_guarantee_full * (1 - l_tenant_survival) * l_guarantor_survival


@line(per="lease")
def l_to_come(l_to_come: Balance, l_committed_rent: Usd) -> Balance:
    """Committed rent of later periods."""
    return following(l_to_come) + following(l_committed_rent)


@line(per="lease")
def l_backstop_now(l_backstop: Usd, l_backstop_from: Month, l_backstop_over: Month, l_age: Month) -> Usd:
    """What the guarantor would pay at most."""
    return l_backstop * where(
        l_backstop_over > 0, maximum(1 - maximum(l_age - l_backstop_from, 0) / l_backstop_over, 0), 1
    )


@line(per="lease")
def l_backstop_expected(
    l_tenant_survival: One, l_guarantor_survival: One, l_backstop: Usd, l_backstop_now: Usd, l_to_come: Balance
) -> Usd:
    """Expected payment of a guarantor with a limit, at the tenant's default in the period."""
    defaults = (prev(l_tenant_survival, 1) - l_tenant_survival) * (l_backstop > 0)
    return defaults * l_guarantor_survival * minimum(l_backstop_now, l_to_come)


@line(per="lease")
def l_expected(l_committed_rent: Usd, l_survival: One, l_backstop_expected: Usd) -> Usd:
    """Committed rent after expected default, guarantor first."""
    return l_committed_rent * l_survival + l_backstop_expected


@line(per="lease")
def l_re_let_share(
    l_hazard: PerYear, l_age: Month, re_let_void: Month, l_guarantee_full: One, l_guarantor_survival: One
) -> One:
    """Chance that the space has been let again after a default and a void."""
    return (1 - 1 / compound(l_hazard, maximum(l_age - re_let_void, 0) / MONTHS_PER_YEAR)) * (
        1 - l_guarantee_full * l_guarantor_survival
    )


@line(per="lease")
def l_re_let_expected(
    l_let: KwMonth,
    l_committed: One,
    l_re_let_share: One,
    release_rent: UsdPerKwMonth,
    cost_index: One,
    wrong_way: One,
    held: One,
) -> Usd:
    """Expected rent of space let again after default, at the market rent of that state."""
    return l_let * l_committed * l_re_let_share * release_rent * cost_index * (1 - wrong_way) * held
