"""What happens after a buyer has gone: the claim, what guarantees and recovery bring, and what is let again.

From the month of the event nothing is billed. The claim is the present value at the senior loan's rate of payments lost
that the buyer could not have avoided, less what actual re-letting brings in their place; or the sum that the file
states. What the buyer has paid ahead and not used is set off against it: what is left over is owed back, after lenders
unless stated. A guarantor with a limit pays first, the rest recovers by the rank of the claim. After a void the
capacity is let again at the market price of that state, fixed at the silicon's age then, to the end of the term.
"""

from __future__ import annotations

from computefactory.ledger import at, compound, following, line, maximum, minimum, over, prev, senior, where
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKwMonth,
    Year,
)


@line
def claim_charge(t_charge: One, t_preferred: One, discount_rate: PerYear, years: Year) -> One:
    """What lost payments are discounted at for a period: the senior loan's rate; without a loan the cost of capital."""
    first = (1 - t_preferred) * (senior(1 - t_preferred) < 1)
    return where(over(first) > 0, over(t_charge * first), compound(discount_rate, years) - 1)


def _in_period(month: float, months: float, moment: float) -> float:
    """1 in the period in which a moment falls."""
    return (month <= moment) * (month + months > moment)


def _since(month: float, months: float, moment: float) -> float:
    """Share of the period that lies after a moment."""
    return maximum(minimum((month + months - moment) / months, 1), 0)


def _worth(later: float, lost: float, charge: float) -> float:
    """Payments lost in the period, and the worth of later ones."""
    return lost + following(later) / (1 + following(charge))


def _owed(leaving: float, agreed: float, agreed_sum: float, lost_value: float) -> float:
    """The sum that is agreed, or the worth of what is lost, when somebody goes."""
    return leaving * where(agreed > 0, agreed_sum, maximum(at(lost_value, leaving), 0))


def _settled(owed: float, kept: float, guarantee: float, share: float) -> float:
    """What is kept, what a guarantor with a limit pays of what is owed beyond it, and the recovery on the rest."""
    paid = minimum(owed - kept, guarantee)
    return kept + (paid + (owed - kept - paid) * share)


# contracts in accelerator-hours


@line(per="contract")
def c_leaving(c_leaves: One, c_left: Month, month: Month, months: Month) -> One:
    """1 in the period from which the buyer is gone."""
    return c_leaves * _in_period(month, months, c_left)


@line(per="contract")
def c_here(c_leaves: One, c_left: Month, month: Month, months: Month) -> One:
    """1 until an event ends the contract."""
    return 1 - c_leaves * (month + months > c_left)


@line(per="contract")
def c_again_from(c_left: Month, re_let_void: Month, c_start: Month) -> Month:
    """When the capacity is let again: after the void, and not before the contract would have begun."""
    return maximum(c_left + re_let_void, c_start)


@line(per="contract")
def c_again(c_leaves: One, c_again_from: Month, month: Month, months: Month) -> One:
    """Share of the period in which it is let again."""
    return c_leaves * _since(month, months, c_again_from)


@line(per="contract")
def c_again_price(
    c_leaves: One,
    c_again_from: Month,
    month: Month,
    months: Month,
    c_merchant_price: UsdPerAcceleratorHour,
    wrong_way: One,
) -> UsdPerAcceleratorHour:
    """Market price of that state, at the silicon's age when it is let again."""
    return at(c_merchant_price, c_leaves * _in_period(month, months, c_again_from)) * (1 - wrong_way)


@line(per="contract")
def c_again_hours(
    c_held: Count, c_ramp: One, hours: Hour, c_availability: One, merchant_sold: One, c_again: One, c_service: One
) -> AcceleratorHour:
    """Accelerator-hours that are sold to others in the buyer's place."""
    return c_held * c_ramp * hours * c_availability * merchant_sold * c_again * c_service


@line(per="contract")
def c_again_revenue(c_again_hours: AcceleratorHour, c_again_price: UsdPerAcceleratorHour) -> Usd:
    """Revenue of what is let again."""
    return c_again_hours * c_again_price


@line(per="contract")
def c_lost(
    c_committed_bill: Usd, c_sla: One, c_exit_due: Usd, c_again_revenue: Usd, c_committed_now: One, c_here: One
) -> Usd:
    """Payments that the buyer could not have avoided, less what re-letting brings in their place."""
    return (c_committed_bill * (1 - c_sla) + c_exit_due - c_again_revenue * c_committed_now) * (1 - c_here)


@line(per="contract")
def c_lost_value(c_lost_value: Balance, c_lost: Usd, claim_charge: One) -> Balance:
    """Worth of the payments lost from the period on."""
    return _worth(c_lost_value, c_lost, claim_charge)


@line(per="contract")
def c_owed(c_leaving: One, c_agreed: One, c_agreed_sum: Usd, c_lost_value: Balance) -> Usd:
    """Claim against the buyer who has gone, or the fee of its exit."""
    return _owed(c_leaving, c_agreed, c_agreed_sum, c_lost_value)


@line(per="contract")
def c_ahead(c_ahead: Balance, c_prepay_in: Usd, c_credit: Usd) -> Balance:
    """Paid ahead and not used."""
    return prev(c_ahead) + c_prepay_in - c_credit


@line(per="contract")
def c_unused(c_ahead: Balance, c_leaving: One) -> Usd:
    """Paid ahead and not used when the buyer goes."""
    return prev(c_ahead) * c_leaving


@line(per="contract")
def c_refund(c_unused: Usd, c_owed: Usd) -> Usd:
    """Of it what the claim leaves: owed back."""
    return maximum(c_unused - c_owed, 0)


@line(per="contract")
def c_settled(c_owed: Usd, c_unused: Usd, c_refund: Usd, c_backstop_now: Usd, c_claim_recovery: One) -> Usd:
    """What the claim brings: what was paid ahead, a guarantor's payment, the recovery on the rest."""
    return _settled(c_owed, c_unused - c_refund, c_backstop_now, c_claim_recovery)


# tenants


@line(per="lease")
def l_leaving(l_leaves: One, l_left: Month, month: Month, months: Month) -> One:
    """1 in the period from which the tenant is gone."""
    return l_leaves * _in_period(month, months, l_left)


@line(per="lease")
def l_here(l_leaves: One, l_left: Month, month: Month, months: Month) -> One:
    """1 until an event ends the lease."""
    return 1 - l_leaves * (month + months > l_left)


@line(per="lease")
def l_again(l_leaves: One, l_left: Month, re_let_void: Month, l_start: Month, month: Month, months: Month) -> One:
    """Share of the period in which the space is let again, after the void."""
    return l_leaves * _since(month, months, maximum(l_left + re_let_void, l_start))


@line(per="lease")
def l_again_rent(
    l_let: KwMonth, l_again: One, release_rent: UsdPerKwMonth, cost_index: One, wrong_way: One, held: One
) -> Usd:
    """Net rent of what is let again, at the market rent of that state."""
    return l_let * l_again * release_rent * cost_index * (1 - wrong_way) * held


@line(per="lease")
def l_lost(l_due: Usd, l_committed_now: One, l_exit_due: Usd, l_again_rent: Usd, l_here: One) -> Usd:
    """Rent that the tenant could not have avoided, less what re-letting brings in its place."""
    return ((l_due - l_again_rent) * l_committed_now + l_exit_due) * (1 - l_here)


@line(per="lease")
def l_lost_value(l_lost_value: Balance, l_lost: Usd, claim_charge: One) -> Balance:
    """Worth of the rent lost from the period on."""
    return _worth(l_lost_value, l_lost, claim_charge)


@line(per="lease")
def l_owed(l_leaving: One, l_agreed: One, l_agreed_sum: Usd, l_lost_value: Balance) -> Usd:
    """Claim against the tenant who has gone, or the fee of its exit."""
    return _owed(l_leaving, l_agreed, l_agreed_sum, l_lost_value)


@line(per="lease")
def l_unused(l_ahead: Balance, l_leaving: One) -> Usd:
    """Construction money not used when the tenant goes."""
    return prev(l_ahead) * l_leaving


@line(per="lease")
def l_refund(l_unused: Usd, l_owed: Usd) -> Usd:
    """Of it what the claim leaves: owed back."""
    return maximum(l_unused - l_owed, 0)


@line(per="lease")
def l_settled(l_owed: Usd, l_unused: Usd, l_refund: Usd, l_backstop_now: Usd, l_claim_recovery: One) -> Usd:
    """What the claim brings: construction money kept, a guarantor's payment, the recovery on the rest."""
    return _settled(l_owed, l_unused - l_refund, l_backstop_now, l_claim_recovery)


@line
def claims_received(c_settled: Usd, c_unused: Usd, c_refund: Usd, l_settled: Usd, l_unused: Usd, l_refund: Usd) -> Usd:
    """Cash from claims and fees of buyers and tenants who have gone: it comes once, and no cover counts it."""
    return over(c_settled - c_unused + c_refund) + over(l_settled - l_unused + l_refund)


@line
def refund_deferred(c_refund: Usd, c_refund_first: One, l_refund: Usd, l_refund_first: One) -> Usd:
    """Prepayments and construction money that fall to be paid back after the lenders."""
    return over(c_refund * (1 - c_refund_first)) + over(l_refund * (1 - l_refund_first))
