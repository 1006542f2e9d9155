"""What a tenant pays of the construction: financing like a prepayment, out of project flows and inside those of owners.

It comes with the spending on the building, or in a month that is stated. The rent pays it back, each month no more than
the share agreed, until nothing is left; what the last month leaves is the landlord's. Where nothing is paid back it is
rent received early, earned evenly over the term.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, minimum, over, prev, where
from computefactory.units import Balance, Month, One, Usd


@line
def durable_spent(a_capex: Usd, a_consumable: One) -> Usd:
    """Paid for the durable layer."""
    return over(a_capex * (1 - a_consumable))


@line(per="lease")
def l_funding_in(
    l_funding: Usd,
    l_funding_dated: One,
    l_funding_month: Month,
    month: Month,
    months: Month,
    durable_spent: Usd,
    durable_cost: Usd,
    l_here: One,
) -> Usd:
    """Construction money received from the tenant."""
    dated = (month >= l_funding_month) * (month < l_funding_month + months)
    spent = where(durable_cost > 0, durable_spent / durable_cost, 0)
    return l_funding * where(l_funding_dated > 0, dated, spent) * l_here


@line(per="lease")
def l_paid_back(l_ahead: Balance, l_funding_share: One, l_rent: Usd, l_here: One) -> Usd:
    """Construction money credited against the rent, up to the share of it agreed."""
    return minimum(prev(l_ahead), l_funding_share * l_rent * l_here)


@line(per="lease")
def l_earned(
    l_ahead: Balance,
    l_paid_back: Usd,
    l_funding: Usd,
    l_funding_share: One,
    l_live: One,
    l_here: One,
    l_age: Month,
    l_tenor: Month,
    months: Month,
) -> Usd:
    """Construction money that is not paid back, earned: evenly over the term, or what is left at its end."""
    evenly = l_funding * l_live * months / maximum(l_tenor, months)
    left = maximum(prev(l_ahead) - l_paid_back, 0) * l_live * (l_age + months >= l_tenor)
    return where(l_funding_share > 0, left, evenly) * l_here


@line(per="lease")
def l_credit(l_paid_back: Usd, l_earned: Usd, l_unused: Usd) -> Usd:
    """Construction money used: credited, earned, or unused when the tenant goes."""
    return l_paid_back + l_earned + l_unused


@line(per="lease")
def l_ahead(l_ahead: Balance, l_funding_in: Usd, l_credit: Usd) -> Balance:
    """Construction money received and not used."""
    return prev(l_ahead) + l_funding_in - l_credit
