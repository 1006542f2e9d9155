"""The bill: hours used and owed, service credits, damages for lateness, power passed on, prepayments.

Take-or-pay revenue is price x reserved hours less expected service credits and damages for late delivery: availability
is not applied to it (it would count twice with the credits). Of a minimum volume what is owed is paid whether used or
not, and may be made up later; sales on demand and floors earn only on available hours. Customer prepayments and their
credits are financing and leave revenue untouched.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, minimum, over, prev, total, trailing, where
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    Kwh,
    Month,
    One,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerHour,
    UsdPerKwh,
)


@line(per="contract")
def c_used(c_reserved: AcceleratorHour, c_use_share: One, c_service: One) -> AcceleratorHour:
    """Hours used, on the basis of the bill."""
    return c_reserved * c_use_share * c_service


@line(per="contract")
def c_minimum_hours(c_reserved: AcceleratorHour, c_committed: One, c_service: One) -> AcceleratorHour:
    """Hours that are owed whether they are used or not."""
    return c_reserved * c_committed * c_service


@line(per="contract")
def c_not_taken(c_minimum_hours: AcceleratorHour, c_used: AcceleratorHour) -> AcceleratorHour:
    """Hours owed and not taken."""
    return maximum(c_minimum_hours - c_used, 0)


@line(per="contract")
def c_made_up(
    c_used: AcceleratorHour, c_minimum_hours: AcceleratorHour, c_to_make_up: AcceleratorHour, c_make_up: Month
) -> AcceleratorHour:
    """Hours used beyond what is owed that were paid for before."""
    return minimum(maximum(c_used - c_minimum_hours, 0), prev(c_to_make_up)) * (c_make_up > 0)


@line(per="contract")
def c_to_make_up(
    c_to_make_up: AcceleratorHour, c_not_taken: AcceleratorHour, c_made_up: AcceleratorHour, c_make_up: Month
) -> AcceleratorHour:
    """Hours paid and not taken that may still be made up: the oldest go first, and what is too old is lost."""
    left = prev(c_to_make_up) + c_not_taken - c_made_up
    return minimum(left, trailing(c_not_taken, c_make_up)) * (c_make_up > 0)


@line(per="contract")
def c_paid_hours(
    c_used: AcceleratorHour, c_not_taken: AcceleratorHour, c_shortfall: One, c_made_up: AcceleratorHour
) -> AcceleratorHour:
    """Hours on the bill at the full price."""
    return c_used + c_not_taken * c_shortfall - c_made_up


@line(per="contract")
def c_billed(
    c_paid_hours: AcceleratorHour, c_price_now: UsdPerAcceleratorHour, c_limit: Usd, c_billed_so_far: Balance
) -> Usd:
    """The bill, up to the limit where there is one."""
    due = c_paid_hours * c_price_now
    return where(c_limit > 0, minimum(due, maximum(c_limit - prev(c_billed_so_far), 0)), due)


@line(per="contract")
def c_billed_so_far(c_billed_so_far: Balance, c_billed: Usd) -> Balance:
    """All bills so far."""
    return prev(c_billed_so_far) + c_billed


@line(per="contract")
def c_base_billed(c_billed: Usd, c_live: One) -> Usd:
    """The bill, without the extension."""
    return c_billed * c_live


@line(per="contract")
def c_value(c_base_billed: Usd) -> Usd:
    """Value of this part: all bills over its tenor."""
    return total(c_base_billed)


# before acceptance lateness is paid for, after it low availability: never both in a month


@line(per="contract")
def c_late(month: Month, c_guaranteed: Month, c_start: Month, hours: Hour) -> Hour:
    """Hours of the period between the start promised and the real one."""
    return (month >= c_guaranteed) * (month < c_start) * hours


@line(per="contract")
def c_damages(c_late: Hour, c_damages_rate: UsdPerHour, c_damages_cap: Usd, c_damages_so_far: Balance) -> Usd:
    """Damages for late delivery, up to the cap where there is one."""
    due = c_late * c_damages_rate
    return where(c_damages_cap > 0, minimum(due, maximum(c_damages_cap - prev(c_damages_so_far), 0)), due)


@line(per="contract")
def c_damages_so_far(c_damages_so_far: Balance, c_damages: Usd) -> Balance:
    """All damages so far."""
    return prev(c_damages_so_far) + c_damages


@line(per="contract")
def c_power_recovered(
    c_passed: One,
    c_power_cap: UsdPerKwh,
    c_held: Count,
    c_ramp: One,
    c_installed: Count,
    c_load: One,
    running: One,
    power_cost: Usd,
    grid_energy: Kwh,
) -> Usd:
    """Power that the buyer pays for: its share of what runs, up to the cap on the price of a kWh where there is one."""
    passed = where(c_power_cap > 0, minimum(power_cost, c_power_cap * grid_energy), power_cost)
    return c_passed * passed * where(running > 0, minimum(c_held * c_ramp * c_load / (c_installed * running), 1), 0)


@line(per="contract")
def c_revenue(
    c_billed: Usd,
    c_sla_credit: Usd,
    c_damages: Usd,
    c_power_recovered: Usd,
    c_here: One,
    c_again_revenue: Usd,
    c_settled: Usd,
) -> Usd:
    """Revenue of this part of the contract; after an event its claim and what is let again."""
    return (c_billed - c_sla_credit - c_damages + c_power_recovered) * c_here + c_again_revenue + c_settled


@line
def contract_revenue(c_revenue: Usd) -> Usd:
    """Revenue of all contracts in accelerator-hours."""
    return over(c_revenue)


# prepayments


@line(per="contract")
def c_prepay_in(c_value: Usd, c_prepayment: One, month: Month, months: Month, c_prepaid: Month, c_here: One) -> Usd:
    """Customer prepayment received."""
    return c_value * c_prepayment * (month >= c_prepaid) * (month < c_prepaid + months) * c_here


@line(per="contract")
def c_credit(
    c_value: Usd,
    c_prepayment: One,
    c_live: One,
    c_start: Month,
    c_tenor: Month,
    c_credited_from: Month,
    month: Month,
    months: Month,
    c_here: One,
    c_unused: Usd,
) -> Usd:
    """Prepayment credited against the bill, equal over the remaining months; what is unused when a buyer goes."""
    due = c_value * c_prepayment * c_live * (month >= c_credited_from) * months
    return due / maximum(c_start + c_tenor - c_credited_from, months) * c_here + c_unused


@line
def prepayment_in(c_prepay_in: Usd, l_funding_in: Usd) -> Usd:
    """Customer prepayments and tenants' construction money received: financing, not revenue."""
    return over(c_prepay_in) + over(l_funding_in)


@line
def prepayment_credit(c_credit: Usd, l_credit: Usd) -> Usd:
    """Prepayments and construction money credited against bills: financing, not lower revenue."""
    return over(c_credit) + over(l_credit)


# first-year price


@line
def average_price(c_accelerators: Count, c_price: UsdPerAcceleratorHour, c_floor: One) -> UsdPerAcceleratorHour:
    """First-year contract price, by accelerators; a floor sets no price."""
    return over(c_accelerators * c_price * (1 - c_floor)) / over(c_accelerators * (1 - c_floor))
