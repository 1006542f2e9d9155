"""Cash that must be held: for the next debt service, for upkeep, for the next silicon.

The debt service reserve looks at the plan (sized and frozen), so a sweep does not move its target; it is cash or a
letter of credit. The sources of funds fill it before the first service. From then on it pays the service of its tranche
that cash cannot pay, and is filled again out of cash, before revolvers, sweeps and owners; what a letter of credit has
paid is a claim of its issuer until then. Upkeep holds some months of the building's next cost. The refresh reserve is
filled in equal parts over the months before each replacement and released for it.
"""

from __future__ import annotations

from computefactory.ledger import ahead, line, maximum, minimum, over, prev, senior, where
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
    t_service_ahead: Usd,
    t_drawn_share: One,
    t_at_conversion: One,
    t_repaying: One,
    t_balance: Balance,
    t_refinances: One,
    building: One,
) -> Balance:
    """Debt service reserve, while anything is owed; a refinancing takes over that of the loan it repays."""
    handed_on = t_refinances * (1 - building) * (1 - t_repaying)
    held = maximum(maximum(t_at_conversion, handed_on), t_repaying * (prev(t_balance) > 0))
    return t_service_ahead * t_drawn_share * held


@line(per="tranche")
def t_letter_of_credit(t_reserve_need: Balance, t_letter: One) -> Balance:
    """Letter of credit that stands for the reserve."""
    return t_reserve_need * t_letter


@line(per="tranche")
def t_first_reserve(t_reserve_need: Balance, t_at_conversion: One, building: One, t_letter: One) -> Usd:
    """Paid into the reserve in cash out of the sources of funds."""
    return t_reserve_need * t_at_conversion * building * (1 - t_letter)


@line(per="tranche")
def t_service_unpaid(t_debt_interest: Usd, t_scheduled_principal: Usd, cash_for_service: Usd) -> Usd:
    """Of its interest and principal, what cash leaves unpaid after the tranches ahead."""
    own = t_debt_interest + t_scheduled_principal
    return minimum(own, maximum(senior(own) + own - cash_for_service, 0))


@line(per="tranche")
def t_reserve_drawn(t_service_unpaid: Usd, t_reserve_held: Balance) -> Usd:
    """Service that its reserve pays."""
    return minimum(t_service_unpaid, prev(t_reserve_held))


@line(per="tranche")
def t_reserve_released(t_cash_reserve: Balance, t_reserve_drawn: Usd, t_reserve_need: Balance, t_letter: One) -> Usd:
    """Cash in the reserve above what is needed."""
    return maximum(prev(t_cash_reserve) - t_reserve_drawn - t_reserve_need, 0) * (1 - t_letter)


@line(per="tranche")
def t_reserve_refilled(
    cash_after_service: Usd,
    t_reserve_refilled: Usd,
    t_reserve_need: Balance,
    t_cash_reserve: Balance,
    t_letter_claim: Balance,
    t_reserve_drawn: Usd,
    t_first_reserve: Usd,
    t_letter: One,
) -> Usd:
    """Paid into the reserve, or to the issuer of its letter of credit, when cash is there, in order of rank."""
    missing = maximum(t_reserve_need - t_first_reserve - prev(t_cash_reserve) + t_reserve_drawn, 0)
    owed = where(t_letter > 0, prev(t_letter_claim) + t_reserve_drawn, missing)
    return minimum(owed, maximum(cash_after_service - senior(t_reserve_refilled), 0))


@line(per="tranche")
def t_cash_reserve(
    t_cash_reserve: Balance,
    t_first_reserve: Usd,
    t_reserve_drawn: Usd,
    t_reserve_released: Usd,
    t_reserve_refilled: Usd,
    t_letter: One,
) -> Balance:
    """Debt service reserve in cash."""
    moved = t_first_reserve + t_reserve_refilled - t_reserve_drawn - t_reserve_released
    return (prev(t_cash_reserve) + moved) * (1 - t_letter)


@line(per="tranche")
def t_letter_claim(t_letter_claim: Balance, t_reserve_drawn: Usd, t_reserve_refilled: Usd, t_letter: One) -> Balance:
    """Owed to the issuer of the letter of credit for what it has paid."""
    return (prev(t_letter_claim) + t_reserve_drawn - t_reserve_refilled) * t_letter


@line(per="tranche")
def t_reserve_held(t_cash_reserve: Balance, t_letter_of_credit: Balance, t_letter_claim: Balance) -> Balance:
    """Debt service reserve that can be drawn."""
    return t_cash_reserve + maximum(t_letter_of_credit - t_letter_claim, 0)


@line
def reserve_target(t_reserve_need: Balance) -> Balance:
    """Debt service reserve that is required, all tranches."""
    return over(t_reserve_need)


@line
def debt_reserve(t_cash_reserve: Balance) -> Balance:
    """Debt service reserve in cash, all tranches."""
    return over(t_cash_reserve)


@line
def letter_claims(t_letter_claim: Balance) -> Balance:
    """Owed to issuers of letters of credit, all tranches."""
    return over(t_letter_claim)


@line
def reserve_drawn(t_reserve_drawn: Usd) -> Usd:
    """Service that reserves pay, all tranches."""
    return over(t_reserve_drawn)


@line
def reserve_refilled(t_reserve_refilled: Usd) -> Usd:
    """Paid into reserves and to issuers of letters of credit, all tranches."""
    return over(t_reserve_refilled)


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
def other_reserve_move(other_reserves: Balance) -> Usd:
    """Cash paid into reserves beside those for debt; negative where it is released."""
    return other_reserves - prev(other_reserves)


@line
def reserves(debt_reserve: Balance, other_reserves: Balance) -> Balance:
    """All cash held in reserve."""
    return debt_reserve + other_reserves


@line
def reserve_move(reserves: Balance) -> Usd:
    """Cash paid into reserves; negative where it is released."""
    return reserves - prev(reserves)
