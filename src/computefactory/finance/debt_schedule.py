"""The tranches as they run: draws, interest, fees, what is due and what is repaid from the cash that is there.

Amount, draws and schedule are sized once (:mod:`.debt_sizing`, :mod:`.debt_draws`) and given to every other run: with
``debt: frozen`` the results of the sizing are data: amounts (``t_commitment``, ``t_planned_draw``,
``t_planned_repayment``, ``t_planned_balloon``, ``t_make_whole``), dates (``t_first_service``,
``underwritten_operation``) and what was to come beside the debt (``planned_equity``, ``planned_cfads``). Interest
before full operation is paid out of the sources of funds.

A tranche *begins* with its first month of service: the underwritten full operation or, for a loan that takes out
another one, the month after that; a delay of the plant moves neither. It *ends* with the month at whose end nothing is
owed; a mini-perm ends before its repayment profile does.
"""

from __future__ import annotations

from computefactory.ledger import following, given, line, maximum, minimum, over, prev, senior, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, UsdPerYear, Year

SIZED = {"debt": "sized"}
FROZEN = {"debt": "frozen"}


actual_360 = given(
    "actual_360", Year, series=True, source="timeline.actual_360", doc="Length of the period, actual days / 360."
)


@line
def building(month: Month, full_operation: Month) -> One:
    """1 before full operation."""
    return month < full_operation


@line
def at_conversion(month: Month, months: Month, full_operation: Month) -> One:
    """1 in the last period before full operation: draws end, repayment starts with the next."""
    return (month < full_operation) * (month + months >= full_operation)


underwritten_operation_frozen = given(
    "underwritten_operation",
    Month,
    source="frozen.underwritten_operation",
    doc="First month of full operation, as underwritten.",
    only=FROZEN,
)
t_first_service_frozen = given(
    "t_first_service",
    Month,
    per="tranche",
    source="frozen.t_first_service",
    doc="First month of service, fixed at sizing.",
    only=FROZEN,
)


@line(only=SIZED)
def underwritten_operation(full_operation: Month) -> Month:
    """First month of full operation, as underwritten."""
    return full_operation * 1


@line(per="tranche", only=SIZED)
def t_first_service(t_begins: Month) -> Month:
    """First month of service."""
    return t_begins * 1


@line
def at_underwritten(month: Month, months: Month, underwritten_operation: Month) -> One:
    """1 in the last period before the underwritten full operation."""
    return (month < underwritten_operation) * (month + months >= underwritten_operation)


@line
def completing(month: Month, full_operation: Month, underwritten_operation: Month) -> One:
    """1 until the plant is complete and its completion was due."""
    return maximum(month < full_operation, month < underwritten_operation)


@line(per="tranche")
def t_at_close(month: Month, months: Month, t_closes: Month) -> One:
    """1 in the period in which it closes."""
    return (month <= t_closes) * (month + months > t_closes)


@line(per="tranche")
def t_available(month: Month, t_closes: Month, t_first_service: Month, t_available_until: Month) -> One:
    """1 while it can be drawn: from its close to the end of its availability."""
    return (month >= t_closes) * (month < t_first_service) * (month <= t_available_until)


@line(per="tranche")
def t_last_draw(t_available: One) -> One:
    """1 in the last period in which it can be drawn: what is undrawn then is cancelled."""
    return t_available * (1 - following(t_available))


@line(per="tranche")
def t_at_conversion(month: Month, months: Month, t_first_service: Month) -> One:
    """1 in the last period before its service."""
    return (month < t_first_service) * (month + months >= t_first_service)


@line(per="tranche")
def t_repaying(month: Month, t_first_service: Month, t_ends: Month) -> One:
    """1 from its first service to its end."""
    return (month >= t_first_service) * (month <= t_ends)


@line(per="tranche")
def t_at_end(month: Month, months: Month, t_ends: Month) -> One:
    """1 in the period of its end."""
    return (month <= t_ends) * (month + months > t_ends)


@line(per="tranche")
def t_lending(t_repaying: One, t_preferred: One) -> One:
    """1 while a lender is repaid."""
    return t_repaying * (1 - t_preferred)


@line
def repaying(t_lending: One) -> One:
    """1 while any lender is repaid."""
    return over(t_lending) > 0


@line(per="tranche")
def t_rate(t_fixed_share: One, t_fixed_rate: PerYear, base_rate: PerYear, t_margin: PerYear) -> PerYear:
    """All-in yearly rate: what is fixed or swapped, what floats, and the margin."""
    return t_fixed_share * t_fixed_rate + (1 - t_fixed_share) * base_rate + t_margin


@line(per="tranche")
def t_charge(t_rate: PerYear, t_actual: One, actual_360: Year, years: Year) -> One:
    """Interest of the period on a dollar owed (30/360, or actual/360)."""
    return t_rate * where(t_actual > 0, actual_360, years)


@line(per="tranche")
def t_agency(t_agency_fee: UsdPerYear, month: Month, months: Month, t_closes: Month, t_ends: Month, years: Year) -> Usd:
    """Fee of the agent, from close to the end."""
    return t_agency_fee * years * (month + months > t_closes) * (month <= t_ends)


ROUNDING = 1e-12  # of the commitment: the tolerance to which balances close
AT_THE_END = {"timing": "end"}
WITHIN = {"timing": "within"}

t_commitment_frozen = given(
    "t_commitment", Usd, per="tranche", source="frozen.t_commitment", doc="Debt sized earlier.", only=FROZEN
)
t_planned_draw_frozen = given(
    "t_planned_draw",
    Usd,
    per="tranche",
    series=True,
    source="frozen.t_planned_draw",
    doc="Draws fixed at sizing.",
    only=FROZEN,
)
t_planned_repayment_frozen = given(
    "t_planned_repayment",
    Usd,
    per="tranche",
    series=True,
    source="frozen.t_planned_repayment",
    doc="Principal due, fixed at sizing.",
    only=FROZEN,
)
t_planned_balloon_frozen = given(
    "t_planned_balloon",
    Usd,
    per="tranche",
    series=True,
    source="frozen.t_planned_balloon",
    doc="Of the principal due, what is no regular service.",
    only=FROZEN,
)
t_make_whole_frozen = given(
    "t_make_whole",
    Usd,
    per="tranche",
    series=True,
    source="frozen.t_make_whole",
    doc="Paid on a prepayment, fixed at sizing.",
    only=FROZEN,
)


@line(per="tranche")
def t_handed_on(t_planned_balloon: Usd, t_drawn_share: One, t_scheduled_principal: Usd, t_refinanced: One) -> Usd:
    """What falls due at its end and a later tranche repays."""
    return minimum(t_planned_balloon * t_drawn_share, t_scheduled_principal) * t_refinanced


@line(per="tranche")
def t_draw(t_planned_draw: Usd, t_refinances: One, t_handed_on: Usd, t_draw: Usd, held: One) -> Usd:
    """Drawn: as planned; a refinancing at most what is owed by then, sweeps counted, and not on a plant sold."""
    owed = maximum(senior(t_handed_on) - senior(t_draw * t_refinances), 0) * held
    return where(t_refinances > 0, minimum(t_planned_draw, owed), t_planned_draw)


@line(per="tranche")
def t_drawn(t_drawn: Balance, t_draw: Usd) -> Balance:
    """Drawn so far."""
    return prev(t_drawn) + t_draw


@line(per="tranche")
def t_drawn_share(t_drawn: Balance, t_planned_draw: Usd, t_commitment: Usd, t_refinances: One, t_revolving: One) -> One:
    """Share of the commitment that is drawn in all, of a refinancing once it is: so much of its schedule falls due."""
    term = (t_commitment > 0) * (1 - t_revolving)
    refinancing = t_refinances * (t_drawn > 0)
    drawn = where(refinancing > 0, t_drawn, total(t_planned_draw))
    return where(term * maximum(1 - t_refinances, refinancing) > 0, drawn / t_commitment, 1)


@line(per="tranche")
def t_cancelled(
    t_commitment: Usd, t_drawn: Balance, t_planned_draw: Usd, t_last_draw: One, t_revolving: One, t_refinances: One
) -> Usd:
    """Undrawn when its availability ends, and not to be drawn by plan: cancelled."""
    drawn = maximum(t_drawn, total(t_planned_draw) * (1 - t_refinances))
    return (t_commitment - drawn) * t_last_draw * (1 - t_revolving)


@line(per="tranche")
def t_scheduled_balance(t_scheduled_balance: Balance, t_planned_repayment: Usd) -> Balance:
    """Principal still to fall due by plan."""
    return following(t_scheduled_balance) + following(t_planned_repayment)


@line(per="tranche")
def t_scheduled_principal(
    t_balance: Balance,
    t_planned_repayment: Usd,
    t_drawn_share: One,
    t_commitment: Usd,
    t_revolving: One,
    t_preferred: One,
    month: Month,
    t_ends: Month,
) -> Usd:
    """Principal due; the last payment is all that is owed, or rounding would bear interest for ever."""
    due = t_planned_repayment * t_drawn_share
    planned = where(prev(t_balance) - due > t_commitment * ROUNDING, due, prev(t_balance))
    return where(t_revolving > 0, prev(t_balance) * (month >= t_ends), planned) * (1 - t_preferred)


@line(per="tranche", only=AT_THE_END)
def t_interest(t_balance: Balance, t_charge: One) -> Usd:
    """Interest on the opening balance."""
    return prev(t_balance) * t_charge


@line(name="t_interest", per="tranche", only=WITHIN)
def t_interest_within(t_balance: Balance, t_charge: One, t_draw: Usd, t_drawn_early: One) -> Usd:
    """Interest on the opening balance and on the part of the period after a draw."""
    return (prev(t_balance) + t_drawn_early * t_draw) * t_charge


@line(per="tranche")
def t_fees(
    t_commitment: Usd,
    t_upfront_fee: One,
    t_at_close: One,
    t_agency: Usd,
    t_undrawn: Usd,
    t_commitment_fee: PerYear,
    t_letter_of_credit: Balance,
    t_letter_fee: PerYear,
    t_repaying: One,
    years: Year,
    t_letter_claim: Balance,
    t_charge: One,
) -> Usd:
    """Up-front fee at close, commitment fee on what is undrawn, agency, letter of credit and interest on its claim."""
    yearly = t_undrawn * t_commitment_fee + t_letter_of_credit * t_letter_fee * t_repaying
    return t_commitment * t_upfront_fee * t_at_close + yearly * years + t_agency + prev(t_letter_claim) * t_charge


@line(per="tranche")
def t_undrawn(
    t_commitment: Usd,
    t_drawn: Balance,
    t_available: One,
    t_revolving: One,
    t_balance: Balance,
    month: Month,
    t_closes: Month,
    t_ends: Month,
) -> Usd:
    """Commitment that could still be drawn when the period began."""
    revolving = (t_commitment - prev(t_balance)) * (month >= t_closes) * (month <= t_ends)
    return where(t_revolving > 0, revolving, (t_commitment - prev(t_drawn)) * t_available)


@line(per="tranche")
def t_repayment(t_scheduled_principal: Usd, t_swept: Usd, t_returned: Usd, t_preferred_paid: Usd) -> Usd:
    """Repaid in the period, as due and beyond; of preferred equity all that is paid."""
    return t_scheduled_principal + t_swept + t_returned + t_preferred_paid


@line(per="tranche")
def t_accrued(t_interest: Usd, t_preferred: One) -> Usd:
    """Coupon of preferred equity, owed until it is paid."""
    return t_interest * t_preferred


@line(per="tranche")
def t_balance(t_balance: Balance, t_draw: Usd, t_revolver_draw: Usd, t_accrued: Usd, t_repayment: Usd) -> Balance:
    """Owed at the end of the period."""
    return prev(t_balance) + t_draw + t_revolver_draw + t_accrued - t_repayment


# all tranches


@line
def commitment(t_commitment: Usd, t_refinances: One, t_preferred: One) -> Usd:
    """Debt committed at the first close, all lenders."""
    return over(t_commitment * (1 - t_refinances) * (1 - t_preferred))


@line
def planned_draw(t_draw: Usd, t_preferred: One) -> Usd:
    """Draws for the cost or to refinance, all lenders."""
    return over(t_draw * (1 - t_preferred))


@line
def preferred_in(t_draw: Usd, t_preferred: One) -> Usd:
    """Preferred equity paid in."""
    return over(t_draw * t_preferred)


@line(per="tranche")
def t_debt_interest(t_interest: Usd, t_preferred: One) -> Usd:
    """Lenders' interest."""
    return t_interest * (1 - t_preferred)


@line
def interest(t_debt_interest: Usd) -> Usd:
    """Interest of all lenders."""
    return over(t_debt_interest)


@line
def repayment(t_scheduled_principal: Usd) -> Usd:
    """Principal due, all lenders."""
    return over(t_scheduled_principal)


@line
def financing_fees(t_fees: Usd, t_make_whole: Usd, t_drawn_share: One) -> Usd:
    """Fees of all tranches, with what a prepayment costs."""
    return over(t_fees + t_make_whole * t_drawn_share)


@line
def debt_balance(t_balance: Balance, t_preferred: One) -> Balance:
    """Owed to all lenders at the end of the period."""
    return over(t_balance * (1 - t_preferred))


@line(per="tranche")
def t_preferred_balance(t_balance: Balance, t_preferred: One) -> Balance:
    """Owed on preferred equity."""
    return t_balance * t_preferred


@line
def preferred_balance(t_preferred_balance: Balance) -> Balance:
    """Preferred equity with its unpaid coupon."""
    return over(t_preferred_balance)


@line
def preferred_coupon(t_accrued: Usd) -> Usd:
    """Coupon of preferred equity, paid or not."""
    return over(t_accrued)


@line
def preferred_paid(t_preferred_paid: Usd) -> Usd:
    """Paid on preferred equity."""
    return over(t_preferred_paid)


@line
def revolver_draw(t_revolver_draw: Usd) -> Usd:
    """Drawn under revolvers because cash was short."""
    return over(t_revolver_draw)


@line
def prepaid_debt(t_swept: Usd, t_returned: Usd) -> Usd:
    """Repaid beyond what was due: cash sweeps and revolvers."""
    return over(t_swept + t_returned)
