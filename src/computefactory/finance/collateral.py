"""What secures a loan when it is sized: its first cost, and its value by month.

Silicon stands at its low case, durables at cost less straight line, each with what enters service next month (it is
paid for); a leased building may stand at its contracted net rent instead, at a cap rate or as present value at the
rate of the loan.
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import SIZED
from computefactory.ledger import MONTHS_PER_YEAR, ahead, following, line, maximum, over, where
from computefactory.units import Balance, Month, One, PerYear, Usd


@line(per="tranche", only=SIZED)
def t_collateral_cost(t_on_silicon: One, silicon_cost: Usd, t_on_durable: One, durable_cost: Usd) -> Usd:
    """First cost of what it secures."""
    return t_on_silicon * silicon_cost + t_on_durable * durable_cost


@line(per="asset", only=SIZED)
def a_arriving(a_in_service: Usd, a_consumable: One, a_depreciable: One, a_life: Month, months: Month) -> Balance:
    """Worth of what enters service next month at the end of that month: it is paid for and stands behind the loan."""
    return following(a_in_service) * (1 - (1 - a_consumable) * a_depreciable * months / a_life)


@line(only=SIZED)
def contracted_net_rent(certain_revenue: Usd, l_certain_rent: Usd, opex: Usd) -> Usd:
    """Contracted rent less its share of operating cost."""
    rent = over(l_certain_rent)
    return maximum(rent - opex * where(certain_revenue > 0, rent / certain_revenue, 0), 0)


@line(per="tranche", only=SIZED)
def t_net_rent(
    t_on_rent: One, contracted_net_rent: Usd, t_tied: One, t_receipts: One, certain_revenue: Usd, opex: Usd
) -> Usd:
    """Contracted net rent that it is secured on: of all leases, or of its own."""
    return t_on_rent * where(t_tied > 0, maximum(certain_revenue - opex, 0) * t_receipts, contracted_net_rent)


@line(per="tranche", only=SIZED)
def t_rent_worth(t_rent_worth: Balance, t_net_rent: Usd, t_charge: One) -> Balance:
    """Contracted net rent still to come, at the rate of the loan."""
    return (following(t_rent_worth) + following(t_net_rent)) / (1 + following(t_charge))


@line(per="tranche", only=SIZED)
def t_rent_value(t_rent_worth: Balance, t_net_rent: Usd, t_cap_rate: PerYear, one_year: Month) -> Balance:
    """Income value: contracted net rent of the next year over a cap rate where one is stated, else what is to come."""
    yield_of_a_year = t_cap_rate * (one_year / MONTHS_PER_YEAR)
    return where(t_cap_rate > 0, ahead(t_net_rent, one_year) / where(t_cap_rate > 0, yield_of_a_year, 1), t_rent_worth)


@line(per="tranche", only=SIZED)
def t_value(
    t_on_silicon: One,
    silicon_value: Balance,
    t_on_durable: One,
    durable_value: Balance,
    a_arriving: Balance,
    a_consumable: One,
    t_on_rent: One,
    t_rent_value: Balance,
) -> Balance:
    """What it secures: silicon at its low case, durables at cost less straight line, with what enters next; or rent."""
    silicon = silicon_value + over(a_arriving * a_consumable)
    durable = durable_value + over(a_arriving * (1 - a_consumable))
    return t_on_silicon * silicon + where(t_on_rent > 0, t_rent_value, t_on_durable * durable)
