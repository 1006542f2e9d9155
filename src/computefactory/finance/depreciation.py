"""Tax depreciation: what each asset class may deduct, by the rules of the owner's regime, and the basis that is left.

A share may be expensed at once (IRC 168(k), or a first-year allowance elsewhere). The rest follows a yearly table from
the tax year of placing in service, each later year's share spread evenly over its months, or runs in a straight line
month by month. US real property runs in a straight line with half a month first (the mid-month convention).

Where it is tested, the mid-quarter convention replaces the half-year one in every tax year in which more than the
stated share of personal property enters service in the last three months; the basis that is compared is not reduced by
what is expensed (IRC 168(d)(3); IRS Pub. 946, "Which Convention Applies?").
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, prev, spread, trailing
from computefactory.units import Balance, Month, One, Usd, Year

BY_QUARTER = {"quarters": "used"}
NEVER = {"quarters": "unused"}

a_bonus = given(
    "a_bonus",
    One,
    per="asset",
    series=True,
    source="finance.assets.bonus",
    doc="Share of what enters service in the period that is expensed at once.",
)
a_by_month = given(
    "a_by_month",
    One,
    per="asset",
    source="finance.assets.by_month",
    doc="1: a straight line by month, 0: a yearly table.",
)
a_tax_life = given(
    "a_tax_life", Month, per="asset", source="finance.assets.tax_life", doc="Length of the straight line."
)
a_mid_month = given(
    "a_mid_month",
    One,
    per="asset",
    source="finance.assets.mid_month",
    doc="1: the straight line starts with half a month.",
)
a_first_share = given(
    "a_first_share",
    One,
    per="asset",
    source="finance.assets.first_year_share",
    doc="Table's share of the tax year of placing in service.",
)
a_later_shares = given(
    "a_later_shares",
    One,
    per="asset",
    table=True,
    source="finance.assets.later_shares",
    doc="Table's shares of later tax years, by age.",
)
calendar_year = given(
    "calendar_year", Year, series=True, source="timeline.calendar_year", doc="Tax year of the period."
)
year_share = given(
    "year_share", One, series=True, source="timeline.years", doc="Share of a tax year that the period covers."
)
year_end = given("year_end", One, series=True, source="timeline.year_end", doc="1 in the last period of a tax year.")


@line(per="asset")
def a_basis(a_in_service: Usd, a_depreciable: One, a_kept: One) -> Usd:
    """Tax basis placed in service."""
    return a_in_service * a_depreciable * a_kept


@line(per="asset")
def a_regular_basis(a_basis: Usd, a_bonus: One) -> Usd:
    """Basis left for the schedule after what is expensed at once."""
    return a_basis * (1 - a_bonus)


@line(per="asset")
def a_monthly_basis(a_regular_basis: Usd, a_by_month: One) -> Usd:
    """Basis that is written off month by month."""
    return a_regular_basis * a_by_month


@line(per="asset")
def a_running_basis(a_monthly_basis: Usd, a_tax_life: Month) -> Usd:
    """Basis whose straight line runs."""
    return trailing(a_monthly_basis, a_tax_life)


@line(per="asset")
def a_straight_line(a_running_basis: Usd, a_mid_month: One, a_tax_life: Month, months: Month) -> Usd:
    """Straight line by month; with the mid-month convention half of it falls a month later (Pub. 946, table A-7a)."""
    late = (prev(a_running_basis) - a_running_basis) * a_mid_month / 2
    return (a_running_basis + late) * months / a_tax_life


@line(per="asset", only=NEVER)
def a_yearly_basis(a_regular_basis: Usd, a_by_month: One) -> Usd:
    """Basis that follows the yearly table."""
    return a_regular_basis * (1 - a_by_month)


@line(per="asset", name="a_yearly_basis", only=BY_QUARTER)
def a_yearly_basis_tested(a_regular_basis: Usd, a_by_month: One, mid_quarter: One) -> Usd:
    """Basis that follows the half-year table: none in a mid-quarter year."""
    return a_regular_basis * (1 - a_by_month) * (1 - mid_quarter)


@line(per="asset")
def a_scheduled(a_yearly_basis: Usd, a_later_shares: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier vintages."""
    return spread(a_yearly_basis, a_later_shares, calendar_year)


@line(per="asset")
def a_yearly(a_yearly_basis: Usd, a_first_share: One, a_scheduled: Usd, year_share: One) -> Usd:
    """First-year share when placed, later years' shares evenly over their months (IRC 168; Pub. 946)."""
    return a_yearly_basis * a_first_share + a_scheduled * year_share


@line(per="asset", only=NEVER)
def a_tax_depreciation(a_basis: Usd, a_bonus: One, a_yearly: Usd, a_straight_line: Usd, a_kept: One) -> Usd:
    """Expensed at once, by the yearly table, and by month."""
    return (a_basis * a_bonus + a_yearly + a_straight_line) * a_kept


@line(per="asset", name="a_tax_depreciation", only=BY_QUARTER)
def a_tax_depreciation_tested(
    a_basis: Usd, a_bonus: One, a_yearly: Usd, a_quarterly: Usd, a_straight_line: Usd, a_kept: One
) -> Usd:
    """Expensed at once, by the half-year table, by the mid-quarter tables, and by month."""
    return (a_basis * a_bonus + a_yearly + a_quarterly + a_straight_line) * a_kept


@line(per="asset")
def a_basis_before_sale(a_tax_basis: Balance, a_basis: Usd, a_tax_depreciation: Usd) -> Balance:
    """Undepreciated tax basis before any sale."""
    return prev(a_tax_basis) + a_basis - a_tax_depreciation


@line(per="asset")
def a_basis_sold(a_basis_before_sale: Balance, a_leaving: One) -> Usd:
    """Tax basis that leaves with the asset."""
    return a_basis_before_sale * a_leaving


@line(per="asset")
def a_tax_basis(a_basis_before_sale: Balance, a_basis_sold: Usd) -> Balance:
    """Undepreciated tax basis."""
    return a_basis_before_sale - a_basis_sold


@line
def tax_depreciation(a_tax_depreciation: Usd) -> Usd:
    """Tax depreciation of all assets."""
    return over(a_tax_depreciation)


@line
def basis_sold(a_basis_sold: Usd) -> Usd:
    """Tax basis that leaves at the exit."""
    return over(a_basis_sold)
