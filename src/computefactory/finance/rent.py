"""Rent in the books: a straight line where the bank sees steps, and the leased building on the balance sheet.

Rent paid and rent of tenants are spread evenly over their term (ASC 842-20-25-6, 842-30-25-11). The leased building is
a liability at the present value of the rent to come at the lessee's borrowing rate (842-20-30-1) and a right to use
it: in an operating lease the right falls by what the even rent leaves after interest, in a finance lease evenly
(842-20-25-5). Tax follows the bank.
"""

from __future__ import annotations

from computefactory.finance.terms import FULL
from computefactory.ledger import compound, following, given, line, over, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

lease_rate = given(
    "lease_rate",
    PerYear,
    source="finance.accounts.lease_rate",
    doc="Yearly rate at which the factory could borrow to own the building.",
    only=FULL,
)
finance_lease = given(
    "finance_lease",
    One,
    source="finance.accounts.finance_lease",
    doc="1: a finance lease, 0: an operating one.",
    only=FULL,
)


@line(only=FULL)
def lease_liability(lease_liability: Balance, rent_paid: Usd, lease_rate: PerYear, years: Year) -> Balance:
    """Rent to come at the lessee's borrowing rate (ASC 842-20-30-1)."""
    return (following(lease_liability) + following(rent_paid)) / compound(lease_rate, years)


@line(only=FULL)
def lease_begun(
    lease_liability: Balance, rent_paid: Usd, lease_rate: PerYear, years: Year, month: Month, months: Month
) -> Usd:
    """The liability as the lease begins, with month 0."""
    return (lease_liability + rent_paid) / compound(lease_rate, years) * (month < months)


@line(only=FULL)
def lease_interest(lease_liability: Balance, rent_paid: Usd, lease_begun: Usd) -> Usd:
    """Interest that the liability bears."""
    return lease_liability + rent_paid - prev(lease_liability) - lease_begun


@line(only=FULL)
def held_months(held: One, months: Month) -> Month:
    """Months of the period until the exit."""
    return held * months


@line(only=FULL)
def lease_term(held_months: Month) -> Month:
    """Term of the lease: from month 0 to the exit."""
    return total(held_months)


@line(only=FULL)
def total_rent(rent_paid: Usd) -> Usd:
    """All rent of the term."""
    return total(rent_paid)


@line(only=FULL)
def total_right(lease_begun: Usd) -> Usd:
    """The right to use the building as the lease begins."""
    return total(lease_begun)


@line(only=FULL)
def rent_expense(
    total_rent: Usd,
    total_right: Usd,
    lease_interest: Usd,
    lease_term: Month,
    held_months: Month,
    finance_lease: One,
) -> Usd:
    """Cost of the lease: all rent evenly, or the right written off evenly and interest (ASC 842-20-25-5 and -6)."""
    return where(
        finance_lease > 0,
        total_right * held_months / lease_term + lease_interest,
        total_rent * held_months / lease_term,
    )


@line(only=FULL)
def lease_right(lease_right: Balance, lease_begun: Usd, rent_expense: Usd, lease_interest: Usd) -> Balance:
    """Right to use the building: less each period by the lease's cost without its interest."""
    return prev(lease_right) + lease_begun - rent_expense + lease_interest


# tenants


@line(per="lease", only=FULL)
def l_rent_total(l_rent: Usd) -> Usd:
    """All rent of the lease."""
    return total(l_rent)


@line(per="lease", only=FULL)
def l_let_months(l_live: One, held: One, months: Month) -> Month:
    """Months of the period that the lease runs."""
    return l_live * held * months


@line(per="lease", only=FULL)
def l_term(l_let_months: Month) -> Month:
    """Months that the lease runs."""
    return total(l_let_months)


@line(per="lease", only=FULL)
def l_rent_even(l_rent: Usd, l_rent_total: Usd, l_term: Month, l_let_months: Month, l_committed: One) -> Usd:
    """Rent spread evenly over the lease where it is owed (ASC 842-30-25-11), else as it comes."""
    return where(l_term * l_committed > 0, l_rent_total / l_term * l_let_months, l_rent)


@line(only=FULL)
def rent_earned(l_rent_even: Usd) -> Usd:
    """Rent of all tenants as the books earn it."""
    return over(l_rent_even)


@line(only=FULL)
def rent_due(l_rent: Usd) -> Usd:
    """Rent of all tenants as it falls due."""
    return over(l_rent)


@line(only=FULL)
def rent_accrued(rent_accrued: Balance, rent_earned: Usd, rent_due: Usd) -> Balance:
    """Rent earned and not yet due; less than nothing where it was due earlier."""
    return prev(rent_accrued) + rent_earned - rent_due


@line(only=FULL)
def rent_difference(
    rent_paid: Usd, rent_expense: Usd, leaseback_paid: Usd, leaseback_expense: Usd, rent_earned: Usd, rent_due: Usd
) -> Usd:
    """Rent in the books less rent in the bank, paid and received."""
    return rent_paid - rent_expense + leaseback_paid - leaseback_expense + rent_earned - rent_due
