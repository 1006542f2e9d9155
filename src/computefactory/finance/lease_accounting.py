"""Rent in the books: a straight line where the bank sees steps, and the leased building on the balance sheet.

Rent paid and rent of tenants are spread evenly over their term (ASC 842-20-25-6, 842-30-25-11). The leased building is
a liability at the present value of the rent to come at the lessee's borrowing rate (842-20-30-1) and a right to use
it: in an operating lease the right falls by what the even rent leaves after interest, in a finance lease evenly
(842-20-25-5). Tax follows the bank.
"""

from __future__ import annotations

from computefactory.ledger import compound, following, line, maximum, over, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year


@line(per="phase")
def p_rent_to_come(p_rent_to_come: Balance, p_rent: Usd, lease_rate: PerYear, years: Year) -> Balance:
    """Rent to come for the phase at the lessee's borrowing rate (ASC 842-20-30-1)."""
    return (following(p_rent_to_come) + following(p_rent)) / compound(lease_rate, years)


@line(per="phase")
def p_lease_liability(p_rent_to_come: Balance, month: Month, months: Month, p_rent_from: Month) -> Balance:
    """The same once the lease of the phase has begun."""
    return p_rent_to_come * (month + months > p_rent_from)


@line(per="phase")
def p_lease_begun(
    p_rent_to_come: Balance,
    p_rent: Usd,
    lease_rate: PerYear,
    years: Year,
    month: Month,
    months: Month,
    p_rent_from: Month,
) -> Usd:
    """The liability as the lease of the phase begins."""
    now = (month + months > p_rent_from) * (month <= maximum(p_rent_from, 0))
    return (p_rent_to_come + p_rent) / compound(lease_rate, years) * now


@line
def lease_liability(p_lease_liability: Balance) -> Balance:
    """Rent to come of the leases that have begun."""
    return over(p_lease_liability)


@line
def lease_begun(p_lease_begun: Usd) -> Usd:
    """Liabilities of leases that begin."""
    return over(p_lease_begun)


@line
def lease_interest(lease_liability: Balance, rent_paid: Usd, lease_begun: Usd) -> Usd:
    """Interest that the liability bears."""
    return lease_liability + rent_paid - prev(lease_liability) - lease_begun


@line(per="phase")
def p_rent_even(p_rent: Usd, p_lease_begun: Usd, p_rented: One, months: Month, finance_lease: One) -> Usd:
    """All rent of the phase evenly over its lease, or the right written off evenly (ASC 842-20-25-5 and -6)."""
    spread_evenly = where(finance_lease > 0, total(p_lease_begun), total(p_rent))
    return spread_evenly * p_rented * months / maximum(total(p_rented * months), months)


@line
def rent_expense(p_rent_even: Usd, lease_interest: Usd, finance_lease: One) -> Usd:
    """Cost of the leases: what is even, and in a finance lease the interest."""
    return over(p_rent_even) + lease_interest * finance_lease


@line
def lease_right(lease_right: Balance, lease_begun: Usd, rent_expense: Usd, lease_interest: Usd) -> Balance:
    """Right to use the building: less each period by the lease's cost without its interest."""
    return prev(lease_right) + lease_begun - rent_expense + lease_interest


# tenants


@line(per="lease")
def l_rent_accrual(
    l_rent: Usd, l_here: One, l_occupied: One, held: One, months: Month, l_committed: One, rent_even: One
) -> Usd:
    """Rent that the books earn before it is due, spread evenly where it is owed (ASC 842-30-25-11)."""
    let, rent = l_occupied * l_here * held * months, l_rent * l_here
    even = where(total(let) > 0, total(rent) / total(let) * let, rent)
    return (even - rent) * l_committed * rent_even


@line
def rent_accrued(rent_accrued: Balance, l_rent_accrual: Usd) -> Balance:
    """Rent earned and not yet due; less than nothing where it was due earlier."""
    return prev(rent_accrued) + over(l_rent_accrual)


@line
def rent_difference(
    rent_paid: Usd, rent_expense: Usd, leaseback_paid: Usd, leaseback_expense: Usd, l_rent_accrual: Usd
) -> Usd:
    """Rent in the books less rent in the bank, paid and received."""
    return rent_paid - rent_expense + leaseback_paid - leaseback_expense + over(l_rent_accrual)
