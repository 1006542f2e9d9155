"""Cash that must be held: for the next debt service, for upkeep, for the next silicon.

The debt service reserve looks at the plan (sized and frozen), so a sweep does not move its target; it is cash or a
letter of credit. Upkeep holds some months of the building's next cost. The refresh reserve is filled in equal parts
over the months before each replacement and released for it.
"""

from __future__ import annotations

from computefactory.ledger import ahead, line, maximum, over, prev
from computefactory.units import Balance, Month, One, Usd


@line(per="tranche")
def t_service_ahead(
    t_planned_repayment: Usd,
    t_planned_balloon: Usd,
    t_scheduled_balance: Balance,
    t_charge: One,
    t_repaying: One,
    t_reserve_months: Month,
) -> Usd:
    """Regular service by plan, of the months that the reserve covers."""
    service = (t_planned_repayment - t_planned_balloon + prev(t_scheduled_balance) * t_charge) * t_repaying
    return ahead(service, t_reserve_months)


@line(per="tranche")
def t_reserve_need(
    t_service_ahead: Usd, t_at_conversion: One, t_repaying: One, t_balance: Balance, t_refinances: One, building: One
) -> Balance:
    """Debt service reserve, while anything is owed; a refinancing takes over that of the loan it repays."""
    handed_on = t_refinances * (1 - building) * (1 - t_repaying)
    return t_service_ahead * maximum(maximum(t_at_conversion, handed_on), t_repaying * (prev(t_balance) > 0))


@line(per="tranche")
def t_letter_of_credit(t_reserve_need: Balance, t_letter: One) -> Balance:
    """Letter of credit that stands for the reserve."""
    return t_reserve_need * t_letter


@line(per="tranche")
def t_cash_reserve(t_reserve_need: Balance, t_letter: One) -> Balance:
    """Debt service reserve in cash."""
    return t_reserve_need * (1 - t_letter)


@line
def reserve_target(t_cash_reserve: Balance) -> Balance:
    """Debt service reserve in cash, all tranches."""
    return over(t_cash_reserve)


@line
def maintenance_reserve(facility_cost: Usd, maintenance_months: Month, building: One, at_conversion: One) -> Balance:
    """The building's cost of the months ahead that it covers, from full operation."""
    return ahead(facility_cost, maintenance_months) * maximum(1 - building, at_conversion)


@line
def replacement(a_refresh: Usd) -> Usd:
    """Cost of the silicon's replacement."""
    return over(a_refresh)


@line
def refresh_saved(replacement: Usd, refresh_months: Month, months: Month, building: One) -> Usd:
    """Saved in the period: equal parts of each replacement in the months ahead."""
    return ahead(replacement, refresh_months) * months / maximum(refresh_months, months) * (1 - building)


@line
def refresh_reserve(refresh_reserve: Balance, refresh_saved: Usd, replacement: Usd) -> Balance:
    """Refresh reserve: what is saved, released for a replacement."""
    return maximum(prev(refresh_reserve) - replacement, 0) + refresh_saved


@line
def other_reserves(maintenance_reserve: Balance, refresh_reserve: Balance) -> Balance:
    """Reserves beside those for debt."""
    return maintenance_reserve + refresh_reserve


@line
def reserves(reserve_target: Balance, other_reserves: Balance) -> Balance:
    """All cash held in reserve."""
    return reserve_target + other_reserves


@line
def reserve_move(reserves: Balance) -> Usd:
    """Cash paid into reserves; negative where it is released."""
    return reserves - prev(reserves)
