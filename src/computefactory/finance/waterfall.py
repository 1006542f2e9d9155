"""Where the cash goes: sources and uses until full operation, the waterfall after it, what owners put in and take out.

Customer money and early operating cash come first, then debt as planned, then owners as planned. Until full operation
a surplus of customer money waits in the bank; debt pays owners only where the file states it. After it cash
pays service, reserves, revolvers, cash sweeps and preferred equity in this order and in order of rank; what is left
beside the cash set aside for principal that falls due less often is distributed unless a covenant locks it up.
Service ranks ahead of what a late phase or a replacement still costs. Service that cash cannot pay is paid by its
reserve, then by revolvers; what is still missing, and what planned sources leave open before completion, is a *funding
gap*. It is read twice: the flows go on as if owners cured it (``cure``), and what lenders would face if nobody did
stands in :mod:`.default`.
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import FROZEN, SIZED
from computefactory.ledger import following, given, line, maximum, minimum, over, prev, senior, where
from computefactory.units import Balance, Month, One, Usd


@line
def operating_cash(
    cash_earnings: Usd, prepayment_credit: Usd, refund_deferred: Usd, tax_settled: Usd, sale_proceeds: Usd
) -> Usd:
    """Cash from operations after tax, less prepayments credited, with what the assets fetch at the exit."""
    return cash_earnings - prepayment_credit + refund_deferred - tax_settled + sale_proceeds


planned_equity_frozen = given(
    "planned_equity",
    Usd,
    series=True,
    source="frozen.planned_equity",
    doc="Paid in by owners until completion, as underwritten.",
    only=FROZEN,
)


@line
def cash_due(
    capex: Usd,
    financing_fees: Usd,
    interest: Usd,
    repayment: Usd,
    t_first_reserve: Usd,
    other_reserve_move: Usd,
) -> Usd:
    """What must be paid: assets, fees, the debt's service and reserves.

    Principal falls due before full operation only where a delay has overtaken a frozen schedule.
    """
    return capex + financing_fees + (interest + repayment + over(t_first_reserve) + other_reserve_move)


@line
def customer_cash(cash: Balance, prepayment_in: Usd, operating_cash: Usd) -> Usd:
    """Cash in the bank before debt and owners pay."""
    return prev(cash) + prepayment_in + operating_cash


@line
def cash_without_owners(customer_cash: Usd, planned_draw: Usd, preferred_in: Usd, cash_due: Usd) -> Usd:
    """Cash after everything that is due, before owners and reserves pay."""
    return customer_cash + planned_draw + preferred_in - cash_due


@line(only=SIZED)
def planned_equity(cash_without_owners: Usd, building: One) -> Usd:
    """Paid in by owners until completion, as underwritten: all that it needs."""
    return maximum(0 - cash_without_owners, 0) * building


@line
def equity_on_hand(equity_left: Balance, planned_equity: Usd, completing: One) -> Usd:
    """Owners' money that can be called until completion: what was planned so far and is not yet paid in."""
    return (prev(equity_left) + planned_equity) * completing


@line
def equity_as_planned(cash_without_owners: Usd, equity_on_hand: Usd) -> Usd:
    """Paid in by owners, within what was planned."""
    return minimum(maximum(0 - cash_without_owners, 0), equity_on_hand)


@line
def equity_left(equity_on_hand: Usd, equity_as_planned: Usd) -> Balance:
    """Planned for and not paid in."""
    return equity_on_hand - equity_as_planned


@line
def cash_for_service(
    cash_without_owners: Usd, equity_as_planned: Usd, interest: Usd, repayment: Usd, capex: Usd
) -> Usd:
    """Cash that is there for interest and principal: they rank ahead of what is still to be built or replaced."""
    return cash_without_owners + equity_as_planned + (interest + repayment) + capex


@line
def cash_after_service(
    cash_without_owners: Usd, equity_as_planned: Usd, reserve_drawn: Usd, t_reserve_released: Usd
) -> Usd:
    """Cash after everything that is due, with what reserves pay and release."""
    return cash_without_owners + equity_as_planned + (reserve_drawn + over(t_reserve_released))


@line(per="tranche")
def t_revolver_draw(
    cash_after_service: Usd,
    t_revolver_draw: Usd,
    t_commitment: Usd,
    t_balance: Balance,
    t_repaying: One,
    t_revolving: One,
    t_at_end: One,
) -> Usd:
    """Drawn because cash is short, in order of rank."""
    short = maximum(0 - cash_after_service - senior(t_revolver_draw), 0)
    return minimum(short, t_commitment - prev(t_balance)) * t_revolving * t_repaying * (1 - t_at_end)


@line
def cash_after_reserves(cash_after_service: Usd, reserve_refilled: Usd) -> Usd:
    """Cash after service and reserves."""
    return cash_after_service - reserve_refilled


@line(per="tranche")
def t_returned(
    cash_after_reserves: Usd, t_returned: Usd, t_balance: Balance, t_scheduled_principal: Usd, t_revolving: One
) -> Usd:
    """Paid back under a revolver when cash is there."""
    return (
        minimum(maximum(cash_after_reserves - senior(t_returned), 0), prev(t_balance) - t_scheduled_principal)
        * t_revolving
    )


@line
def sold_up(month: Month, months: Month, exit_month: Month) -> One:
    """1 from the period in which the plant is sold."""
    return month + months > exit_month


@line(per="tranche")
def t_next_instalment(t_next_instalment: Usd, t_planned_repayment: Usd, t_planned_balloon: Usd) -> Usd:
    """Regular principal by plan, of the next period in which some falls due."""
    due = following(t_planned_repayment - t_planned_balloon)
    return where(due > 0, due, following(t_next_instalment))


@line(per="tranche")
def t_months_to_instalment(
    t_months_to_instalment: Month, t_planned_repayment: Usd, t_planned_balloon: Usd, months: Month
) -> Month:
    """Months until the next regular principal falls due."""
    due = following(t_planned_repayment - t_planned_balloon)
    return following(months) + where(due > 0, 0, following(t_months_to_instalment))


@line(per="tranche")
def t_months_of_instalment(
    t_months_of_instalment: Month,
    t_planned_repayment: Usd,
    t_planned_balloon: Usd,
    t_lending: One,
    months: Month,
) -> Month:
    """Months of service since regular principal last fell due."""
    due = t_planned_repayment - t_planned_balloon
    return where(due > 0, 0, prev(t_months_of_instalment) + months) * t_lending


@line(per="tranche")
def t_set_aside(
    t_next_instalment: Usd,
    t_months_of_instalment: Month,
    t_months_to_instalment: Month,
    t_drawn_share: One,
    sold_up: One,
    months: Month,
    one_year: Month,
) -> Balance:
    """Cash kept in equal parts for principal that falls due less often than every period, once a year at least.

    A longer pause is a grace period: nothing is kept in it.
    """
    since, between = t_months_of_instalment, t_months_of_instalment + t_months_to_instalment
    share = since / maximum(between, months) * (between <= one_year)
    return t_next_instalment * t_drawn_share * share * (1 - sold_up)


@line
def set_aside(t_set_aside: Balance, debt_balance: Balance) -> Balance:
    """Cash kept for principal to come, within what was owed when the period began."""
    return minimum(over(t_set_aside), prev(debt_balance))


@line
def cash_to_sweep(cash_after_reserves: Usd, t_returned: Usd, set_aside: Balance, building: One) -> Usd:
    """Cash that sweeps share."""
    return maximum(cash_after_reserves - over(t_returned) - set_aside, 0) * (1 - building)


@line(per="tranche")
def t_security_sold(leaseback_proceeds: Usd, leaseback_building: One, t_on_durable: One, t_on_silicon: One) -> Usd:
    """What a sale of what it secures brings while the plant works on."""
    return leaseback_proceeds * (leaseback_building * t_on_durable + (1 - leaseback_building) * t_on_silicon)


@line(per="tranche")
def t_swept(
    cash_to_sweep: Usd,
    t_swept: Usd,
    t_sweep_share: One,
    t_security_sold: Usd,
    sold_up: One,
    t_balance: Balance,
    t_scheduled_principal: Usd,
    t_lending: One,
) -> Usd:
    """Prepaid out of the cash that tranches ahead have left: its share; of what it secures, and of the plant, all."""
    left = maximum(cash_to_sweep - senior(t_swept), 0)
    own = maximum(t_sweep_share * left, minimum(left, maximum(t_security_sold - senior(t_swept), 0)))
    return minimum(where(sold_up > 0, left, own), prev(t_balance) - t_scheduled_principal) * t_lending


@line
def cash_after_lenders(cash_to_sweep: Usd, t_swept: Usd, locked: One) -> Usd:
    """Cash for preferred equity and owners; none while a covenant locks it up."""
    return (cash_to_sweep - over(t_swept)) * (1 - locked)


@line
def refund_paid(cash_after_lenders: Usd, refund_owed: Balance, refund_deferred: Usd) -> Usd:
    """Prepayments paid back after the lenders, to a customer who has gone."""
    return minimum(prev(refund_owed) + refund_deferred, maximum(cash_after_lenders, 0))


@line
def refund_owed(refund_owed: Balance, refund_deferred: Usd, refund_paid: Usd) -> Balance:
    """Prepayments to be paid back."""
    return prev(refund_owed) + refund_deferred - refund_paid


@line(per="tranche")
def t_preferred_due(
    t_balance: Balance, t_drawn: Balance, t_accrued: Usd, t_preferred: One, month: Month, t_ends: Month
) -> Usd:
    """Coupon and arrears of preferred equity, from its end on all that is owed."""
    owed = prev(t_balance) + t_accrued
    return where(month >= t_ends, owed, maximum(owed - prev(t_drawn), 0)) * t_preferred


@line(per="tranche")
def t_preferred_paid(cash_after_lenders: Usd, refund_paid: Usd, t_preferred_due: Usd, t_preferred_paid: Usd) -> Usd:
    """Paid on preferred equity, in order of rank."""
    return minimum(t_preferred_due, maximum(cash_after_lenders - refund_paid - senior(t_preferred_paid), 0))


@line
def cash_before_equity(
    cash_after_reserves: Usd, revolver_draw: Usd, prepaid_debt: Usd, refund_paid: Usd, preferred_paid: Usd
) -> Usd:
    """Cash after everything that ranks before owners."""
    return cash_after_reserves + revolver_draw - prepaid_debt - refund_paid - preferred_paid


@line
def cure(cash_before_equity: Usd) -> Usd:
    """Shortfall that owners cure: what planned sources leave open, and later what cash and reserves cannot pay."""
    return maximum(0 - cash_before_equity, 0)


@line
def equity_in(equity_as_planned: Usd, cure: Usd) -> Usd:
    """Paid in by owners: as planned, and to cure a shortfall."""
    return equity_as_planned + cure


@line(per="tranche")
def t_paid_out(t_draw: Usd, t_distributes: One, t_at_close: One) -> Usd:
    """Draw that owners may take, where the file states a distribution at close."""
    return t_draw * t_distributes * t_at_close


@line
def distribution(cash_before_equity: Usd, set_aside: Balance, t_paid_out: Usd, building: One, locked: One) -> Usd:
    """Paid out to owners; before full operation out of the draw at close, where that is stated."""
    free = maximum(cash_before_equity - set_aside, 0)
    return where(building > 0, minimum(free, over(t_paid_out)), free * (1 - locked))


@line
def cash(cash_before_equity: Usd, cure: Usd, distribution: Usd) -> Balance:
    """Cash in the bank beside the reserve."""
    return cash_before_equity + cure - distribution


@line
def cfads(operating_cash: Usd, sale_proceeds: Usd, sale_tax_settled: Usd, claims_received: Usd) -> Usd:
    """Cash flow available for debt service, after tax, without claims received, sales and the tax that these bring."""
    return operating_cash - (sale_proceeds - sale_tax_settled) - claims_received


@line
def equity_flow(distribution: Usd, withholding: Usd, equity_in: Usd) -> Usd:
    """Owners' cash flow, after tax withheld from distributions."""
    return distribution - withholding - equity_in


@line
def project_flow(project_flow_before_tax: Usd, project_tax_settled: Usd) -> Usd:
    """Unlevered cash flow after tax, without customer prepayments."""
    return project_flow_before_tax - project_tax_settled


@line
def project_flow_before_tax(cash_earnings: Usd, sale_proceeds: Usd, capex: Usd) -> Usd:
    """Unlevered cash flow before tax, without customer prepayments."""
    return cash_earnings + sale_proceeds - capex


@line
def project_flow_with_prepayment(
    project_flow: Usd, prepayment_in: Usd, prepayment_credit: Usd, refund_deferred: Usd, refund_paid: Usd
) -> Usd:
    """Unlevered cash flow after tax, with customer prepayments, their credits and what is paid back."""
    return project_flow + prepayment_in - prepayment_credit + refund_deferred - refund_paid
