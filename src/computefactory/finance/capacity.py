"""What the limits come to: the commitment of each tranche, its draws and its schedule.

A gearing cap goes with draws pro rata to cost: fees, interest before completion and the first reserve are then linear
in the commitment, so it closes in one formula: D <= g (C + bD) gives D = gC/(1 - gb); tranches ahead count with
their own cost. No rounds, no circle.
"""

from __future__ import annotations

from computefactory.finance.sizing import NO_LIMIT
from computefactory.finance.tranche import SIZED
from computefactory.ledger import (
    ahead,
    at,
    following,
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
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

# what a profile that does not follow the cash can carry


@line(per="tranche", only=SIZED)
def t_debt_service_capacity(t_next_debt_service_capacity: Usd) -> Usd:
    """Service it may take in the period."""
    return prev(t_next_debt_service_capacity)


@line(per="tranche", only=SIZED)
def t_test_date(t_repaying: One, month: Month, months: Month, t_begins: Month, one_year: Month, t_at_end: One) -> One:
    """1 from its first full year of service, and at its end."""
    return t_repaying * maximum(month + months >= t_begins + one_year, t_at_end)


@line(per="tranche", only=SIZED)
def t_debt_capacity_at_dscr(
    t_test_date: One, t_debt_service_capacity: Usd, t_unit_service: One, one_year: Month
) -> Usd:
    """Loan whose last twelve months of service the room carries."""
    of_a_dollar = trailing(t_unit_service, one_year)
    return where(
        t_test_date * (of_a_dollar > 0) > 0,
        maximum(trailing(t_debt_service_capacity, one_year), 0) / of_a_dollar,
        NO_LIMIT,
    )


@line(per="tranche", only=SIZED)
def t_debt_capacity_at_ltv(t_has_ltv: One, t_unit_balance: One, t_limit_at_ltv: Balance) -> Usd:
    """Loan whose balance the value carries."""
    return where(t_has_ltv * (t_unit_balance > 0) > 0, t_limit_at_ltv / t_unit_balance, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_debt_at_dscr(
    t_stated: One,
    t_on_path: One,
    t_balance_at_dscr_alone: Balance,
    t_at_conversion: One,
    t_payments: One,
    t_debt_capacity_at_dscr: Usd,
) -> Usd:
    """Debt that cover alone carries; none where no payment is left before the tail."""
    of_profile = where(t_payments > 0, lowest(t_debt_capacity_at_dscr), 0)
    sized = where(t_on_path > 0, at(t_balance_at_dscr_alone, t_at_conversion), of_profile)
    return where(t_stated > 0, NO_LIMIT, sized)


@line(per="tranche", only=SIZED)
def t_debt_at_ltv(t_has_ltv: One, t_on_path: One, t_debt_on_path: Usd, t_debt_capacity_at_ltv: Usd) -> Usd:
    """Debt that cover and value carry, month by month; of a set profile, what value carries."""
    return where(t_has_ltv > 0, where(t_on_path > 0, t_debt_on_path, lowest(t_debt_capacity_at_ltv)), NO_LIMIT)


# gearing, in closed form where draws are pro rata


@line(only=SIZED)
def total_base_cost(capex: Usd, building: One) -> Usd:
    """All cost to complete, before financing."""
    return total(capex * building)


@line(only=SIZED)
def spent(spent: Balance, capex: Usd, building: One) -> Balance:
    """Cost spent so far."""
    return prev(spent) + capex * building


@line(per="tranche", only=SIZED)
def t_unit_drawn(spent: Balance, total_base_cost: Usd, t_available: One) -> One:
    """Drawn of a dollar of commitment where draws are pro rata to cost."""
    return where(total_base_cost > 0, spent / total_base_cost, 0) * t_available


@line(only=SIZED)
def cost_without_loans(
    total_base_cost: Usd, other_reserves: Balance, at_conversion: One, t_agency: Usd, building: One
) -> Usd:
    """Cost to complete that does not depend on how much is lent: assets, reserves not for debt, fees of agents."""
    return total_base_cost + at(other_reserves, at_conversion) + total(over(t_agency) * building)


@line(per="tranche", only=SIZED)
def t_unit_cost(
    t_unit_drawn: One,
    t_drawn_early: One,
    t_charge: One,
    t_commitment_fee: PerYear,
    years: Year,
    t_available: One,
    building: One,
) -> One:
    """Interest and commitment fee per dollar of commitment before completion."""
    owed = prev(t_unit_drawn)
    bearing = owed + t_drawn_early * maximum(t_unit_drawn - owed, 0)
    return (bearing * t_charge + (1 - owed) * t_commitment_fee * years) * t_available * building


@line(per="tranche", only=SIZED)
def t_unit_reserve(
    t_unit_service: One, t_reserve_months: Month, t_at_conversion: One, t_letter: One, building: One
) -> One:
    """First reserve per dollar of commitment: service of a dollar lent in the months that it covers."""
    return ahead(t_unit_service, t_reserve_months) * t_at_conversion * (1 - t_letter) * building


@line(per="tranche", only=SIZED)
def t_unit_uses(t_unit_cost: One, t_upfront_fee: One, t_unit_reserve: One) -> One:
    """All that a dollar of commitment costs before completion."""
    return total(t_unit_cost + t_unit_reserve) + t_upfront_fee


@line(per="tranche", only=SIZED)
def t_counted(t_refinances: One, t_preferred: One, t_revolving: One) -> One:
    """1 where it is a loan drawn for the cost."""
    return (1 - t_refinances) * (1 - t_preferred) * (1 - t_revolving)


@line(per="tranche", only=SIZED)
def t_debt_at_gearing(
    cost_without_loans: Usd,
    t_has_gearing: One,
    t_gearing: One,
    t_refinances: One,
    t_unit_uses: One,
    t_commitment: Usd,
    t_counted: One,
) -> Usd:
    """Loan and those ahead at most g of funded cost: D <= g (C + bD) - ahead, so D = (gC - ahead)/(1 - gb)."""
    cost = cost_without_loans + senior(t_commitment * t_counted * t_unit_uses)
    own = (t_gearing * cost - senior(t_commitment * t_counted)) / (1 - t_gearing * t_unit_uses)
    return where(t_has_gearing > 0, where(t_refinances > 0, t_gearing * cost_without_loans, own), NO_LIMIT)


# refinancing


@line(per="tranche", only=SIZED)
def t_refinanced_later(t_commitment: Usd, t_unit_balloon: One, t_refinanced: One) -> Usd:
    """What a later tranche takes out."""
    return t_commitment * total(t_unit_balloon) * t_refinanced


@line(per="tranche", only=SIZED)
def t_taken_out(t_refinances: One, t_refinanced_later: Usd, t_taken_out: Usd) -> Usd:
    """What falls due ahead of it and is not taken out yet."""
    return t_refinances * (senior(t_refinanced_later) - senior(t_taken_out))


@line(per="tranche", only=SIZED)
def t_debt_at_takeout(t_refinances: One, t_taken_out: Usd) -> Usd:
    """A refinancing is at most what it takes out."""
    return where(t_refinances > 0, t_taken_out, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_commitment(
    t_debt_at_dscr: Usd,
    t_debt_at_ltv: Usd,
    t_debt_at_gearing: Usd,
    t_debt_at_takeout: Usd,
    t_stated_limit: Usd,
    t_max_commitment: Usd,
) -> Usd:
    """Committed at close: the smallest of all limits."""
    by_cash = minimum(t_debt_at_dscr, t_debt_at_ltv)
    by_cost = minimum(t_debt_at_gearing, t_debt_at_takeout)
    return maximum(minimum(minimum(by_cash, by_cost), minimum(t_stated_limit, t_max_commitment)), 0)


# draws and schedule


@line(per="tranche", only=SIZED)
def t_to_draw(t_commitment: Usd, t_revolving: One) -> Usd:
    """Drawn by plan; what revolves is drawn when cash is short."""
    return t_commitment * (1 - t_revolving)


@line(per="tranche", only=SIZED | {"draw_order": "debt_first"})
def t_planned_draw(
    cumulative_need: Balance,
    t_to_draw: Usd,
    t_drawn: Balance,
    drawn: Balance,
    t_planned_draw: Usd,
    t_available: One,
    t_at_conversion: One,
) -> Usd:
    """Debt pays first, in order of rank; what is left when service begins is drawn then."""
    needed = maximum(cumulative_need - prev(drawn) - senior(t_planned_draw), 0)
    left = maximum(t_to_draw - prev(t_drawn), 0)
    return where(t_at_conversion > 0, left, minimum(needed, left)) * t_available


@line(name="t_planned_draw", per="tranche", only=SIZED | {"draw_order": "pro_rata"})
def t_planned_draw_pro_rata(t_unit_drawn: One, t_to_draw: Usd, t_drawn: Balance) -> Usd:
    """Drawn in step with the cost spent."""
    return maximum(t_unit_drawn * t_to_draw - prev(t_drawn), 0)


@line(name="t_planned_draw", per="tranche", only=SIZED | {"draw_order": "equity_first"})
def t_planned_draw_equity_first(
    spent: Balance,
    total_base_cost: Usd,
    t_to_draw: Usd,
    t_refinances: One,
    t_drawn: Balance,
    t_available: One,
) -> Usd:
    """Debt pays the last of the cost, in order of rank; owners pay what comes before, and interest and fees."""
    lent = t_to_draw * (1 - t_refinances)
    so_far = maximum(over(lent) - (total_base_cost - spent) - senior(lent), 0)
    target = where(t_refinances > 0, t_to_draw, minimum(so_far, t_to_draw))
    return maximum(target * t_available - prev(t_drawn), 0)


@line(per="tranche", only=SIZED)
def t_planned_repayment(t_unit_balance: One, t_to_draw: Usd, t_repaying: One) -> Usd:
    """Principal due: down to what is owed of a dollar lent."""
    return (prev(t_unit_balance) - t_unit_balance) * t_to_draw * t_repaying


@line(per="tranche", only=SIZED)
def t_planned_balloon(t_unit_balloon: One, t_to_draw: Usd) -> Usd:
    """Principal due at the end beside regular service."""
    return t_unit_balloon * t_to_draw


# make-whole


@line(per="tranche", only=SIZED)
def t_rest_service(t_profile: One, t_charge: One, t_sculpting: One) -> One:
    """Service of a dollar lent, if it ran to the end of its profile."""
    return (prev(t_profile) * (1 + t_charge) - t_profile) * t_sculpting


@line(per="tranche", only=SIZED)
def t_rest_value(t_rest_value: One, t_rest_service: One, risk_free: PerYear, t_spread: PerYear, years: Year) -> One:
    """Worth of its later service at the risk-free rate and a spread."""
    return (following(t_rest_value) + following(t_rest_service)) / (1 + (risk_free + t_spread) * years)


@line(per="tranche", only=SIZED)
def t_make_whole(t_to_draw: Usd, t_rest_value: One, t_profile: One, t_at_end: One, t_prepaid: One) -> Usd:
    """Paid on a prepayment: worth of the service lost to the lender less what is repaid, never below nothing."""
    return t_to_draw * maximum(t_rest_value - t_profile, 0) * t_at_end * t_prepaid
