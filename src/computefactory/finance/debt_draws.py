"""How loans are drawn as money is needed, and what a limit on funded cost carries, for each order of drawing.

Draws follow need: customers' money pays first, then debt and owners in the order stated. What is owed while a loan is
drawn is linear in its commitment D, so fees, interest before completion and the first reserve close in one formula for
each month in which a source of money may run out, and the one whose month it is holds: D <= g (A + BD) gives
D = gA/(1 - gB). A loan is sized on all the months of those ahead of it, by rank. No rounds, no circle.
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import SIZED
from computefactory.finance.debt_sizing import NO_LIMIT
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
    where,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

CLOSE = 1e-9  # of a loan: rounding, where two formulas meet
LEAST = 1e-9  # of a dollar: where a dollar of loan brings no less cost than it may carry, cost is no limit
DEBT_FIRST = SIZED | {"draw_order": "debt_first"}
EQUITY_FIRST = SIZED | {"draw_order": "equity_first"}
PRO_RATA = SIZED | {"draw_order": "pro_rata"}


# what must be paid while building: by customers, lenders and owners


@line(only=SIZED)
def early_cash(
    prepayment_in: Usd,
    cash_earnings: Usd,
    prepayment_credit: Usd,
    refund_deferred: Usd,
    sizing_tax_charge: Usd,
    building: One,
) -> Usd:
    """Customers' money and early operating cash after unlevered tax: it pays first."""
    return (prepayment_in + cash_earnings - prepayment_credit + refund_deferred - sizing_tax_charge) * building


@line(only=SIZED)
def total_base_cost(capex: Usd, building: One) -> Usd:
    """All cost to complete, before financing."""
    return total(capex * building)


@line(only=SIZED)
def uses_without_loans(capex: Usd, t_agency: Usd, other_reserves: Balance, building: One) -> Usd:
    """Uses that do not depend on how much is lent: assets, fees of agents, reserves not for debt."""
    return (capex + over(t_agency) + other_reserves - prev(other_reserves)) * building


@line(only=SIZED)
def cost_without_loans(uses_without_loans: Usd) -> Usd:
    """Cost to complete that does not depend on how much is lent."""
    return total(uses_without_loans)


@line(only=SIZED)
def cost_beyond_customers(cost_beyond_customers: Balance, capex: Usd, building: One, early_cash: Usd) -> Balance:
    """Cost spent so far less customers' money: below nothing where that waits in the bank."""
    return prev(cost_beyond_customers) + capex * building - early_cash


@line(only=SIZED)
def cost_needed(cost_needed: Balance, cost_beyond_customers: Balance) -> Balance:
    """Cost that lenders and owners have had to pay so far."""
    return maximum(prev(cost_needed), cost_beyond_customers)


@line(only=SIZED)
def total_cost_needed(cost_needed: Balance, at_conversion: One) -> Usd:
    """Cost that lenders and owners pay in all."""
    return at(cost_needed, at_conversion)


@line(per="tranche", only=SIZED)
def t_paid_before(cost_needed: Balance, t_at_close: One) -> Usd:
    """Cost that others have paid before it closes: it is not drawn for that."""
    return at(prev(cost_needed), t_at_close)


@line(per="tranche", only=SIZED)
def t_counted(t_refinances: One, t_preferred: One, t_revolving: One) -> One:
    """1 where it is a loan drawn for the cost."""
    return (1 - t_refinances) * (1 - t_preferred) * (1 - t_revolving)


@line(per="tranche", only=SIZED)
def t_early_charge(t_charge: One, t_preferred: One, building: One) -> One:
    """Interest paid on a dollar owed in a period before completion; a preferred coupon accrues."""
    return t_charge * (1 - t_preferred) * building


@line(per="tranche", only=SIZED)
def t_undrawn_charge(t_commitment_fee: PerYear, years: Year, t_available: One, building: One) -> One:
    """Fee on an undrawn dollar in a period before completion."""
    return t_commitment_fee * years * t_available * building


@line(per="tranche", only=SIZED)
def t_unit_reserve(
    t_unit_service: One, t_reserve_months: Month, t_at_conversion: One, t_letter: One, building: One
) -> One:
    """First reserve of a dollar lent: its service in the months that it covers."""
    return ahead(t_unit_service, t_reserve_months) * t_at_conversion * (1 - t_letter) * building


@line(per="tranche", only=SIZED)
def t_early_upfront(t_upfront_fee: One, t_at_close: One, building: One) -> One:
    """Fee at close on a dollar of commitment, before completion."""
    return t_upfront_fee * t_at_close * building


@line(per="tranche", only=SIZED)
def t_unit_at_once(t_drawn_early: One, t_early_charge: One, t_unit_reserve: One) -> One:
    """What a dollar drawn costs in its own period: interest within it, its reserve."""
    return t_drawn_early * t_early_charge + t_unit_reserve


@line(per="tranche", only=SIZED)
def t_standing_by(
    t_revolving: One, t_commitment: Usd, t_commitment_fee: PerYear, years: Year, month: Month, t_closes: Month
) -> Usd:
    """Fee on a revolver before completion."""
    return t_revolving * t_commitment * t_commitment_fee * years * (month >= t_closes)


@line(per="tranche", only=SIZED)
def t_loan_cost(
    t_lent: Balance,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_unit_at_once: One,
    t_unit_reserve: One,
    t_early_upfront: One,
    t_commitment: Usd,
    t_to_draw: Usd,
    t_standing_by: Usd,
    building: One,
) -> Usd:
    """What it costs before completion: interest, fees and its first reserve."""
    owed = prev(t_lent)
    lent = owed * (t_early_charge + t_unit_reserve) + (t_lent - owed) * t_unit_at_once
    fees = (t_to_draw - owed) * t_undrawn_charge + t_commitment * t_early_upfront
    return lent + fees + t_standing_by * building


@line(per="tranche", only=SIZED)
def t_cost_ahead(cost_without_loans: Usd, t_loan_cost: Usd) -> Usd:
    """Funded cost without its own interest, fees and reserve, and without those behind it."""
    return cost_without_loans + senior(total(t_loan_cost))


@line(per="tranche", only=SIZED)
def t_counted_ahead(t_commitment: Usd, t_counted: One) -> Usd:
    """Loans ahead of it that count against the cost limit."""
    return senior(t_commitment * t_counted)


@line(per="tranche", only=SIZED)
def t_unit_rest(
    t_undrawn_charge: One,
    t_early_upfront: One,
    t_early_charge: One,
    t_drawn_early: One,
    t_unit_reserve: One,
    t_at_close: One,
    month: Month,
    t_closes: Month,
    t_distributes: One,
) -> One:
    """What a dollar that is not needed costs before completion: idle, or drawn at close and paid to owners."""
    owed = t_early_charge * (month >= t_closes) * (1 - t_at_close + t_drawn_early * t_at_close)
    drawn = (owed + t_unit_reserve) * t_distributes
    return total(t_early_upfront + t_undrawn_charge * (1 - t_distributes * (1 - t_at_close)) + drawn)


# draws pro rata to the cost that customers leave: what a dollar of commitment costs is known, so D = a / (1 - b)


@line(per="tranche", only=PRO_RATA)
def t_unit_drawn(cost_needed: Balance, total_cost_needed: Usd, t_paid_before: Usd, t_available: One) -> One:
    """Drawn of a dollar of commitment: in step with the cost from its close on."""
    left = total_cost_needed - t_paid_before
    return where(left > 0, maximum(cost_needed - t_paid_before, 0) / left, 0) * t_available


@line(per="tranche", only=PRO_RATA)
def t_unit_cost(
    t_unit_drawn: One, t_drawn_early: One, t_early_charge: One, t_undrawn_charge: One, t_available: One
) -> One:
    """Interest and commitment fee per dollar of commitment before completion."""
    owed = prev(t_unit_drawn)
    bearing = owed + t_drawn_early * maximum(t_unit_drawn - owed, 0)
    return (bearing * t_early_charge + (1 - owed) * t_undrawn_charge) * t_available


@line(per="tranche", only=PRO_RATA)
def t_unit_uses(t_unit_cost: One, t_unit_reserve: One, t_early_upfront: One) -> One:
    """All that a dollar of commitment costs before completion."""
    return total(t_unit_cost + t_unit_reserve + t_early_upfront)


@line(name="t_debt_at_uses", per="tranche", only=PRO_RATA)
def t_debt_at_uses_pro_rata(total_cost_needed: Usd, t_paid_before: Usd, t_to_draw: Usd, t_refinances: One) -> Usd:
    """All cost that is still to pay when it closes, after loans ahead; owners pay interest and fees."""
    return total_cost_needed - t_paid_before - senior(t_to_draw * (1 - t_refinances))


@line(name="t_debt_if_out", per="tranche", only=PRO_RATA)
def t_debt_in_step(t_gearing: One, t_cost_ahead: Usd, t_unit_uses: One, t_counted_ahead: Usd) -> Usd:
    """Loan at its cost limit if all of it is drawn: D <= g (C + bD) - ahead, so D = (gC - ahead) / (1 - gb)."""
    return (t_gearing * t_cost_ahead - t_counted_ahead) / maximum(1 - t_gearing * t_unit_uses, LEAST)


@line(name="t_debt_at_cost", per="tranche", only=PRO_RATA)
def t_debt_at_cost_pro_rata(
    t_debt_if_out: Usd,
    t_debt_at_uses: Usd,
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_unit_uses: One,
    t_unit_rest: One,
) -> Usd:
    """The loan that is needed, or the one of which a part is not."""
    needed = maximum(t_debt_at_uses, 0)
    cost = t_cost_ahead + (t_unit_uses - t_unit_rest) * needed
    left = (t_gearing * cost - t_counted_ahead) / maximum(1 - t_gearing * t_unit_rest, LEAST)
    return where(t_debt_if_out > needed, left, t_debt_if_out)


@line(name="t_target", per="tranche", only=PRO_RATA)
def t_target_pro_rata(t_unit_drawn: One, t_to_draw: Usd, t_debt_at_uses: Usd) -> Balance:
    """Needed so far where draws are pro rata."""
    return t_unit_drawn * minimum(t_to_draw, maximum(t_debt_at_uses, 0))


@line(name="t_surplus", per="tranche", only=PRO_RATA)
def t_surplus_pro_rata(t_to_draw: Usd, t_debt_at_uses: Usd) -> Usd:
    """Commitment that is not needed."""
    return maximum(t_to_draw - maximum(t_debt_at_uses, 0), 0)


# owners first, then loans behind before those ahead: a loan pays the last D of what those ahead leave. Where that
# begins in month k, D - G[t] is owed from then on, G being still to come: each k has one formula for D, and the one
# with G[k] <= D <= G[k-1] holds


@line(per="tranche", only=EQUITY_FIRST)
def t_to_come(total_cost_needed: Usd, cost_needed: Balance, t_to_draw: Usd, t_refinances: One) -> Balance:
    """Cost still to come that owners and loans behind it pay: those ahead pay the last of it."""
    return maximum(total_cost_needed - cost_needed - senior(t_to_draw * (1 - t_refinances)), 0)


@line(per="tranche", only=EQUITY_FIRST)
def t_to_come_before(total_cost_needed: Usd, cost_needed: Balance, t_to_draw: Usd, t_refinances: One) -> Balance:
    """The same a period earlier."""
    return maximum(total_cost_needed - prev(cost_needed) - senior(t_to_draw * (1 - t_refinances)), 0)


@line(per="tranche", only=EQUITY_FIRST)
def t_kept_back(
    t_kept_back: Usd,
    t_to_come: Balance,
    t_to_come_before: Balance,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_drawn_early: One,
) -> Usd:
    """Interest less fee in later periods on what is not drawn yet because cost is still to come, below nothing."""
    later = (t_undrawn_charge - t_early_charge) * t_to_come_before
    within = t_drawn_early * t_early_charge * (t_to_come_before - t_to_come)
    return following(t_kept_back) + following(later + within)


@line(per="tranche", only=EQUITY_FIRST)
def t_unit_late(t_unit_late: One, t_early_charge: One, t_undrawn_charge: One) -> One:
    """Interest less fee in later periods on a dollar drawn now."""
    return following(t_unit_late) + following(t_early_charge - t_undrawn_charge)


@line(per="tranche", only=EQUITY_FIRST)
def t_late_cost(t_kept_back: Usd, t_drawn_early: One, t_early_charge: One, t_to_come: Balance) -> Usd:
    """A: its own cost if owners' money runs out in the period, less what it costs for being drawn by then."""
    return t_kept_back - t_drawn_early * t_early_charge * t_to_come


@line(per="tranche", only=EQUITY_FIRST)
def t_unit_late_cost(
    t_unit_late: One,
    t_drawn_early: One,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_early_upfront: One,
    t_unit_reserve: One,
) -> One:
    """B: the same, of a dollar of commitment."""
    fees = total(t_undrawn_charge + t_early_upfront + t_unit_reserve)
    return t_unit_late + t_drawn_early * t_early_charge + fees


@line(name="t_debt_if_out", per="tranche", only=EQUITY_FIRST)
def t_debt_if_owners_out(
    t_gearing: One, t_cost_ahead: Usd, t_counted_ahead: Usd, t_late_cost: Usd, t_unit_late_cost: One
) -> Usd:
    """Loan at its cost limit if owners' money runs out in the period: D = (gA - ahead) / (1 - gB)."""
    return (t_gearing * (t_cost_ahead + t_late_cost) - t_counted_ahead) / maximum(
        1 - t_gearing * t_unit_late_cost, LEAST
    )


@line(name="t_debt_if_left", per="tranche", only=EQUITY_FIRST)
def t_debt_if_part_is_left(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_late_cost: Usd,
    t_unit_late_cost: One,
    t_debt_at_uses: Usd,
    t_unit_rest: One,
    t_at_close: One,
) -> Usd:
    """Loan at its cost limit if there is less to pay from its close on."""
    needed = maximum(t_debt_at_uses, 0)
    cost = t_cost_ahead + at(t_late_cost, t_at_close) + (at(t_unit_late_cost, t_at_close) - t_unit_rest) * needed
    return (t_gearing * cost - t_counted_ahead) / maximum(1 - t_gearing * t_unit_rest, LEAST)


@line(name="t_debt_at_cost", per="tranche", only=EQUITY_FIRST)
def t_debt_at_cost_equity_first(
    t_debt_if_out: Usd,
    t_debt_if_left: Usd,
    t_debt_at_uses: Usd,
    t_to_come: Balance,
    t_to_come_before: Balance,
    t_available: One,
) -> Usd:
    """The loan of the period in which owners' money does run out."""
    early = t_debt_if_out >= t_to_come * (1 - CLOSE)
    late = t_debt_if_out <= t_to_come_before * (1 + CLOSE)
    left = where(t_debt_if_left >= maximum(t_debt_at_uses, 0), t_debt_if_left, NO_LIMIT)
    return lowest(where(early * late * t_available > 0, t_debt_if_out, left))


@line(name="t_debt_at_uses", per="tranche", only=EQUITY_FIRST)
def t_debt_at_uses_equity_first(total_cost_needed: Usd, t_paid_before: Usd, t_to_draw: Usd, t_refinances: One) -> Usd:
    """All cost that is still to pay when it closes; owners pay interest and fees."""
    return total_cost_needed - t_paid_before - senior(t_to_draw * (1 - t_refinances))


@line(name="t_target", per="tranche", only=EQUITY_FIRST)
def t_target_equity_first(t_to_draw: Usd, t_debt_at_uses: Usd, t_to_come: Balance) -> Balance:
    """Needed so far where owners pay first."""
    return maximum(minimum(t_to_draw, t_debt_at_uses) - t_to_come, 0)


@line(name="t_surplus", per="tranche", only=EQUITY_FIRST)
def t_surplus_equity_first(t_to_draw: Usd, t_debt_at_uses: Usd) -> Usd:
    """Commitment that is not needed."""
    return maximum(t_to_draw - maximum(t_debt_at_uses, 0), 0)


# debt first: until it runs out, a loan pays all that customers and loans ahead leave, its own interest and fees too.
# What is owed is A + BD then, D its commitment. For each month k in which it may run out the cost limit has one
# formula; the one with A[k-1] + B[k-1] D <= D <= A[k] + B[k] D holds. The months of need are read at a loan near it


@line(per="tranche", only=DEBT_FIRST)
def t_reference(
    t_debt_at_dscr: Usd,
    t_debt_at_ltv: Usd,
    t_debt_at_advance: Usd,
    t_stated_limit: Usd,
    t_max_commitment: Usd,
    t_has_gearing: One,
    t_gearing: One,
    cost_without_loans: Usd,
) -> Usd:
    """Loan near the one looked for: what other limits and the cost without loans allow."""
    by_cash = minimum(minimum(t_debt_at_dscr, t_debt_at_ltv), minimum(t_debt_at_advance, t_max_commitment))
    return minimum(minimum(by_cash, t_stated_limit), where(t_has_gearing > 0, t_gearing, 1) * cost_without_loans)


@line(per="tranche", only=DEBT_FIRST)
def t_own_cost(t_open: Balance, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One) -> Usd:
    """A: interest less fee on what is owed of A, and its reserve."""
    return prev(t_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_own_cost(
    t_unit_open: One, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One, t_early_upfront: One
) -> One:
    """B: interest, fees and reserve of a dollar of commitment."""
    owed = prev(t_unit_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)
    return owed + t_undrawn_charge + t_early_upfront


@line(per="tranche", only=DEBT_FIRST)
def t_due(t_waiting: Balance, uses_without_loans: Usd, early_cash: Usd, t_loan_cost: Usd, t_own_cost: Usd) -> Usd:
    """A: what is to pay beyond customers' money, its own cost and that of loans ahead with it."""
    return prev(t_waiting) + uses_without_loans - early_cash + senior(t_loan_cost) + t_own_cost


@line(per="tranche", only=DEBT_FIRST)
def t_unit_due(t_unit_waiting: One, t_unit_own_cost: One) -> One:
    """B: the same, of a dollar of commitment."""
    return prev(t_unit_waiting) + t_unit_own_cost


@line(per="tranche", only=DEBT_FIRST)
def t_short(t_due: Usd, t_unit_due: One, t_reference: Usd) -> One:
    """1 where customers' money does not suffice."""
    return t_due + t_unit_due * t_reference > 0


@line(per="tranche", only=DEBT_FIRST)
def t_waiting(t_due: Usd, t_short: One) -> Balance:
    """A: customers' money in the bank, below nothing."""
    return t_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_waiting(t_unit_due: One, t_short: One) -> One:
    """B: what a dollar of commitment takes of it."""
    return t_unit_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_drawing(
    t_due: Usd,
    t_unit_due: One,
    t_reference: Usd,
    t_short: One,
    t_planned_draw: Usd,
    month: Month,
    t_closes: Month,
    t_begins: Month,
    building: One,
) -> One:
    """1 where it pays what loans ahead leave."""
    left = t_due + t_unit_due * t_reference - senior(t_planned_draw)
    return t_short * (left > 0) * (month >= t_closes) * (month < t_begins) * building


@line(per="tranche", only=DEBT_FIRST)
def t_open(t_open: Balance, t_due: Usd, t_planned_draw: Usd, t_drawing: One, t_unit_at_once: One) -> Balance:
    """A: owed as long as it has not run out."""
    return prev(t_open) + (t_due - senior(t_planned_draw)) * t_drawing / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_open(t_unit_open: One, t_unit_due: One, t_drawing: One, t_unit_at_once: One) -> One:
    """B: owed of a dollar of commitment as long as it has not run out."""
    return prev(t_unit_open) + t_unit_due * t_drawing / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_run(t_run: Usd, t_own_cost: Usd, t_open: Balance, t_unit_at_once: One) -> Usd:
    """A: its own cost so far."""
    return prev(t_run) + t_own_cost + t_unit_at_once * (t_open - prev(t_open))


@line(per="tranche", only=DEBT_FIRST)
def t_unit_run(t_unit_run: One, t_unit_own_cost: One, t_unit_open: One, t_unit_at_once: One) -> One:
    """B: its own cost so far."""
    return prev(t_unit_run) + t_unit_own_cost + t_unit_at_once * (t_unit_open - prev(t_unit_open))


@line(per="tranche", only=DEBT_FIRST)
def t_unit_later(t_unit_later: One, t_early_charge: One, t_unit_reserve: One, t_early_upfront: One) -> One:
    """Later cost of a dollar drawn now, its reserve with it."""
    return following(t_unit_later) + following(t_early_charge + t_unit_reserve + t_early_upfront)


# G: a dollar drawn at close for owners, and what it brings


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_due(
    t_paid_out_waiting: One, t_paid_out_open: One, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One
) -> One:
    """G: its interest less fee and its reserve, due beyond customers' money."""
    return prev(t_paid_out_waiting) + prev(t_paid_out_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_waiting(t_paid_out_due: One, t_short: One) -> One:
    """G: what it takes of customers' money in the bank."""
    return t_paid_out_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_open(
    t_paid_out_open: One, t_paid_out_due: One, t_drawing: One, t_at_close: One, t_unit_at_once: One
) -> One:
    """G: owed of it."""
    return prev(t_paid_out_open) + (t_paid_out_due * t_drawing + t_at_close) / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_run(
    t_paid_out_run: One,
    t_paid_out_open: One,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_unit_reserve: One,
    t_unit_at_once: One,
) -> One:
    """G: its cost so far."""
    owed = prev(t_paid_out_open)
    due = owed * (t_early_charge - t_undrawn_charge + t_unit_reserve)
    return prev(t_paid_out_run) + due + t_unit_at_once * (t_paid_out_open - owed)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_if_out(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_run: Usd,
    t_open: Balance,
    t_unit_run: One,
    t_unit_open: One,
    t_unit_later: One,
    t_unit_at_once: One,
) -> Usd:
    """Loan at its cost limit if it runs out in the period: D = (gA - ahead) / (1 - gB)."""
    fixed = t_cost_ahead + t_run - t_unit_at_once * t_open
    per_dollar = t_unit_run + t_unit_at_once * (1 - t_unit_open) + t_unit_later
    return (t_gearing * fixed - t_counted_ahead) / maximum(1 - t_gearing * per_dollar, LEAST)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_surplus(
    t_paid_out_run: One, t_paid_out_open: One, at_conversion: One, t_distributes: One, t_at_close: One, building: One
) -> One:
    """Cost of a dollar owed at full operation that is not needed: none, or that of being drawn at close for owners."""
    owed = at(t_paid_out_open, at_conversion)
    return where(t_distributes * total(t_at_close * building) > 0, at(t_paid_out_run, at_conversion) / owed, 0)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_if_left(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_run: Usd,
    t_unit_run: One,
    t_open: Balance,
    t_unit_open: One,
    t_unit_surplus: One,
    at_conversion: One,
) -> Usd:
    """Loan at its cost limit if it is more than what is needed."""
    fixed = t_cost_ahead + at(t_run, at_conversion) - t_unit_surplus * at(t_open, at_conversion)
    per_dollar = at(t_unit_run, at_conversion) + t_unit_surplus * (1 - at(t_unit_open, at_conversion))
    return (t_gearing * fixed - t_counted_ahead) / maximum(1 - t_gearing * per_dollar, LEAST)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_at_cost(
    t_debt_if_out: Usd, t_debt_if_left: Usd, t_open: Balance, t_unit_open: One, t_drawing: One, at_conversion: One
) -> Usd:
    """The loan of the period in which it does run out, or the one that does not."""
    opening = prev(t_open) + prev(t_unit_open) * t_debt_if_out
    closing = t_open + t_unit_open * t_debt_if_out
    runs_out = (opening * (1 - CLOSE) <= t_debt_if_out) * (t_debt_if_out * (1 - CLOSE) <= closing)
    holds = runs_out * (t_debt_if_out >= 0) * t_drawing
    left = at_conversion * (t_open + t_unit_open * t_debt_if_left <= t_debt_if_left) * (t_debt_if_left >= 0)
    return lowest(where(holds > 0, t_debt_if_out, where(left > 0, t_debt_if_left, NO_LIMIT)))


@line(per="tranche", only=DEBT_FIRST)
def t_surplus(
    t_to_draw: Usd, t_open: Balance, t_unit_open: One, t_paid_out_open: One, t_distributes: One, at_conversion: One
) -> Usd:
    """Commitment that is not needed; drawn at close for owners, what of it can be."""
    left = maximum(t_to_draw * (1 - at(t_unit_open, at_conversion)) - at(t_open, at_conversion), 0)
    return left / where(t_distributes * at(t_paid_out_open, at_conversion) > 0, at(t_paid_out_open, at_conversion), 1)


@line(per="tranche", only=DEBT_FIRST)
def t_target(
    t_open: Balance,
    t_unit_open: One,
    t_to_draw: Usd,
    t_paid_out_open: One,
    t_surplus: Usd,
    t_at_close: One,
    t_distributes: One,
) -> Balance:
    """Needed so far where debt pays first, with what the surplus brings."""
    brought = t_surplus * t_distributes * maximum(t_paid_out_open - total(t_at_close), 0)
    return t_open + t_unit_open * t_to_draw + brought


# the limit by cost, and the draws


@line(per="tranche", only=SIZED)
def t_debt_at_gearing(
    t_has_gearing: One,
    t_gearing: One,
    t_refinances: One,
    cost_without_loans: Usd,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_debt_at_cost: Usd,
) -> Usd:
    """Loan and those ahead at most their share of funded cost; a refinancing of the cost without loans."""
    own = where(t_gearing * t_cost_ahead > t_counted_ahead, minimum(t_debt_at_cost, NO_LIMIT), 0)
    return where(t_has_gearing > 0, where(t_refinances > 0, t_gearing * cost_without_loans, own), NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_lent(
    t_lent: Balance,
    t_target: Balance,
    t_surplus: Usd,
    t_to_draw: Usd,
    t_available: One,
    t_refinances: One,
    t_distributes: One,
) -> Balance:
    """Lent so far by plan: as needed, at most its commitment; the rest at close where a distribution is stated."""
    asked = where(t_refinances > 0, t_to_draw, minimum(t_target + t_surplus * t_distributes, t_to_draw))
    return where(t_available > 0, maximum(prev(t_lent), asked), prev(t_lent))


@line(per="tranche", only=SIZED)
def t_to_draw(t_commitment: Usd, t_revolving: One) -> Usd:
    """Drawn by plan; what revolves is drawn when cash is short."""
    return t_commitment * (1 - t_revolving)


@line(per="tranche", only=SIZED)
def t_planned_draw(t_lent: Balance) -> Usd:
    """Drawn by plan."""
    return t_lent - prev(t_lent)
