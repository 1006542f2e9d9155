"""Sale and leaseback: what is built is sold at a date, and rented from then on.

The buyer takes the assets, with their book value and tax basis; the gain is recognised with the sale (ASC 842-40-25-4),
for the leaseback is an operating lease at the market: a sale above fair value, or one that may be undone, would be a
loan and is none of this. Rent starts in the month after the sale; a right to use and a liability come onto the sheet.
In the unit cost nothing is sold: it is free of how the factory is paid for.
"""

from __future__ import annotations

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    Quantity,
    compound,
    floor,
    following,
    given,
    line,
    maximum,
    prev,
    total,
    where,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, UsdPerMonth, Year

FIRST = Quantity(1.0, "month")  # rent starts in the month after the sale

case_leaseback = given("case_leaseback", One, source="case.leaseback", doc="1: this case knows the sale.")


@line
def leaseback_now(
    month: Month, months: Month, leaseback_month: Month, exit_month: Month, leaseback_made: One, case_leaseback: One
) -> One:
    """1 in the period of the sale, where it comes before the exit."""
    this = (month <= leaseback_month) * (month + months > leaseback_month)
    return this * (leaseback_month < exit_month) * leaseback_made * case_leaseback


@line
def rented_back(rented_back: One, leaseback_now: One, held: One) -> One:
    """1 from the period after the sale until the exit."""
    return maximum(prev(rented_back), prev(leaseback_now)) * held


def part_sold(consumable: float, building: float) -> float:
    """1 where what is sold, the building or not, is this asset, consumable or not."""
    return building * (1 - consumable) + (1 - building) * consumable


def kept(held: float, leased_back: float, rented_back: float) -> float:
    """1 while the factory owns an asset: until it is sold, or the exit."""
    return held * (1 - leased_back * rented_back)


def leaving(at_exit: float, leased_back: float, rented_back: float, leaseback_now: float) -> float:
    """1 in the period in which an asset is sold or the exit comes."""
    return at_exit * (1 - leased_back * rented_back) + leased_back * leaseback_now


@line(per="asset")
def a_leased_back(a_consumable: One, leaseback_building: One) -> One:
    """1 where the asset is part of the sale."""
    return part_sold(a_consumable, leaseback_building)


@line(per="asset")
def a_kept(held: One, a_leased_back: One, rented_back: One) -> One:
    """1 while the factory owns the asset: until it is sold, or the exit."""
    return kept(held, a_leased_back, rented_back)


@line(per="asset")
def a_leaving(at_exit: One, a_leased_back: One, rented_back: One, leaseback_now: One) -> One:
    """1 in the period in which the asset is sold or the exit comes."""
    return leaving(at_exit, a_leased_back, rented_back, leaseback_now)


@line
def leaseback_proceeds(leaseback_price: Usd, leaseback_now: One) -> Usd:
    """What the sale brings."""
    return leaseback_price * leaseback_now


@line
def leaseback_years(month: Month, leaseback_month: Month) -> Year:
    """Full years since the rent began."""
    return floor(maximum(month - leaseback_month - FIRST, 0) / MONTHS_PER_YEAR)


@line
def leaseback_paid(
    leaseback_rent: UsdPerMonth, months: Month, leaseback_escalator: PerYear, leaseback_years: Year, rented_back: One
) -> Usd:
    """Rent of what was sold."""
    return leaseback_rent * months * compound(leaseback_escalator, leaseback_years) * rented_back


# in the books


@line
def leaseback_liability(
    leaseback_liability: Balance,
    leaseback_paid: Usd,
    lease_rate: PerYear,
    years: Year,
    rented_back: One,
    leaseback_now: One,
) -> Balance:
    """Rent to come at the lessee's borrowing rate, from the sale on."""
    return (
        (following(leaseback_liability) + following(leaseback_paid))
        / compound(lease_rate, years)
        * maximum(rented_back, leaseback_now)
    )


@line
def leaseback_begun(leaseback_liability: Balance, leaseback_now: One) -> Usd:
    """The liability as the lease begins."""
    return leaseback_liability * leaseback_now


@line
def leaseback_interest(leaseback_liability: Balance, leaseback_paid: Usd, leaseback_begun: Usd) -> Usd:
    """Interest that it bears."""
    return leaseback_liability + leaseback_paid - prev(leaseback_liability) - leaseback_begun


@line
def leaseback_expense(leaseback_paid: Usd, rented_back: One, months: Month) -> Usd:
    """Rent spread evenly over the term."""
    term = total(rented_back * months)
    return where(term > 0, total(leaseback_paid) / term, 0) * rented_back * months


@line
def leaseback_right(
    leaseback_right: Balance, leaseback_begun: Usd, leaseback_expense: Usd, leaseback_interest: Usd
) -> Balance:
    """Right to use what was sold."""
    return prev(leaseback_right) + leaseback_begun - leaseback_expense + leaseback_interest
