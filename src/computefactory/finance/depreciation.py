"""Tax depreciation: what each asset class may deduct, by the rules of the owner's regime, and the basis that is left.

A share may be expensed at once (IRC 168(k), or a first-year allowance elsewhere). The rest follows a yearly table from
the tax year of placing in service, each later year's share spread evenly over its months, or runs in a straight line
month by month. US real property runs in a straight line with half a month first (the mid-month convention).

The items are *tax classes*: one table of one asset, in the federal return, the state's, or both where the state lets
the same share be expensed at once. Where it is tested, the mid-quarter convention takes basis from the half-year table
and gives it to that of the quarter of placing in service, in every tax year in which more than the stated share of
personal property enters service in the last three months; the basis that is compared is not reduced by what is
expensed (IRC 168(d)(3); IRS Pub. 946, "Which Convention Applies?"). A class that can hold no basis does not exist.
"""

from __future__ import annotations

from computefactory.finance import leaseback
from computefactory.ledger import following, given, line, over, prev, spread, trailing, where, ytd
from computefactory.units import Balance, Month, One, Usd, Year

FOURTH = 4  # quarter of the tax year

quarter = given("quarter", One, series=True, source="timeline.quarter", doc="Quarter of the tax year: 1 to 4.")
calendar_year = given(
    "calendar_year", Year, series=True, source="timeline.calendar_year", doc="Tax year of the period."
)
year_share = given(
    "year_share", One, series=True, source="timeline.years", doc="Share of a tax year that the period covers."
)
year_end = given("year_end", One, series=True, source="timeline.year_end", doc="1 in the last period of a tax year.")


@line(per="tax_class")
def d_leased_back(d_consumable: One, leaseback_building: One) -> One:
    """1 where its asset is part of a sale and leaseback."""
    return leaseback.part_sold(d_consumable, leaseback_building)


@line(per="tax_class")
def d_kept(held: One, d_leased_back: One, rented_back: One) -> One:
    """1 while the factory owns its asset."""
    return leaseback.kept(held, d_leased_back, rented_back)


@line(per="tax_class")
def d_leaving(at_exit: One, d_leased_back: One, rented_back: One, leaseback_now: One) -> One:
    """1 in the period in which its asset is sold or the exit comes."""
    return leaseback.leaving(at_exit, d_leased_back, rented_back, leaseback_now)


@line(per="tax_class")
def d_entering(
    d_cost: Usd,
    d_contingency: One,
    d_placed: One,
    d_consumable: One,
    d_generation: One,
    refresh: One,
    second_refresh: One,
    d_depreciable: One,
    d_kept: One,
) -> Usd:
    """Basis of its asset that enters service, replacements included."""
    replaced = where(d_generation > 0, second_refresh, refresh)
    in_service = d_cost * (1 + d_contingency) * (d_placed + d_consumable * replaced)
    return in_service * d_depreciable * d_kept


# the mid-quarter convention


@line
def personal_property(d_entering: Usd, d_by_month: One, d_federal: One, d_quarter: One) -> Usd:
    """Property that the test counts, each asset once: all but real property, before anything is expensed."""
    return over(d_entering * (1 - d_by_month) * d_federal * (d_quarter < 1))


@line
def property_of_year(property_of_year: Usd, personal_property: Usd, year_end: One) -> Usd:
    """Personal property of the whole tax year, known from its first period."""
    return where(year_end > 0, ytd(personal_property), following(property_of_year))


@line
def late_property_of_year(late_property_of_year: Usd, personal_property: Usd, quarter: One, year_end: One) -> Usd:
    """Of that, what enters service in the last quarter."""
    return where(year_end > 0, ytd(personal_property * (quarter >= FOURTH)), following(late_property_of_year))


@line
def mid_quarter(late_property_of_year: Usd, property_of_year: Usd, mid_quarter_test: One) -> One:
    """1 in a tax year of the mid-quarter convention (IRC 168(d)(3))."""
    return late_property_of_year > mid_quarter_test * property_of_year


# what each class deducts


@line(per="tax_class")
def d_basis(d_entering: Usd, d_quarter: One, d_tested: One, mid_quarter: One, quarter: One) -> Usd:
    """Basis that follows its table: that of a quarter in a mid-quarter year, else the half-year one."""
    of_quarter = mid_quarter * (quarter >= d_quarter) * (quarter < d_quarter + 1)
    return d_entering * where(d_quarter > 0, of_quarter, 1 - mid_quarter * d_tested)


@line(per="tax_class")
def d_regular_basis(d_basis: Usd, d_bonus: One) -> Usd:
    """Basis left for the schedule after what is expensed at once."""
    return d_basis * (1 - d_bonus)


@line(per="tax_class")
def d_running_basis(d_regular_basis: Usd, d_by_month: One, d_tax_life: Month) -> Usd:
    """Basis whose straight line runs."""
    return trailing(d_regular_basis * d_by_month, d_tax_life)


@line(per="tax_class")
def d_straight_line(d_running_basis: Usd, d_mid_month: One, d_tax_life: Month, months: Month) -> Usd:
    """Straight line by month; with the mid-month convention half of it falls a month later (Pub. 946, table A-7a)."""
    late = (prev(d_running_basis) - d_running_basis) * d_mid_month / 2
    return (d_running_basis + late) * months / d_tax_life


@line(per="tax_class")
def d_yearly(
    d_regular_basis: Usd, d_first_share: One, d_later_shares: One, calendar_year: Year, year_share: One
) -> Usd:
    """First-year share when placed, later years' shares evenly over their months (IRC 168; Pub. 946, A-1 to A-5)."""
    return d_regular_basis * d_first_share + spread(d_regular_basis, d_later_shares, calendar_year) * year_share


@line(per="tax_class")
def d_depreciation(d_basis: Usd, d_bonus: One, d_yearly: Usd, d_straight_line: Usd, d_kept: One) -> Usd:
    """Expensed at once, by the yearly table, and by month."""
    return (d_basis * d_bonus + d_yearly + d_straight_line) * d_kept


@line(per="tax_class")
def d_basis_sold(d_tax_basis: Balance, d_basis: Usd, d_depreciation: Usd, d_leaving: One) -> Usd:
    """Tax basis that leaves with its asset."""
    return (prev(d_tax_basis) + d_basis - d_depreciation) * d_leaving


@line(per="tax_class")
def d_tax_basis(d_tax_basis: Balance, d_basis: Usd, d_depreciation: Usd, d_basis_sold: Usd) -> Balance:
    """Undepreciated tax basis."""
    return prev(d_tax_basis) + d_basis - d_depreciation - d_basis_sold


# in the returns


@line
def tax_depreciation(d_depreciation: Usd, d_federal: One) -> Usd:
    """Federal tax depreciation of all assets."""
    return over(d_depreciation * d_federal)


@line
def basis_sold(d_basis_sold: Usd, d_federal: One) -> Usd:
    """Federal tax basis that leaves with what is sold."""
    return over(d_basis_sold * d_federal)


@line
def state_depreciation(d_depreciation: Usd, d_state: One) -> Usd:
    """The state's depreciation of all assets."""
    return over(d_depreciation * d_state)


@line
def state_basis_sold(d_basis_sold: Usd, d_state: One) -> Usd:
    """The state's basis that leaves with what is sold."""
    return over(d_basis_sold * d_state)
