"""Depreciation for state income tax where the state does not follow the federal share expensed at once.

The same tables and conventions on a larger basis. These lines exist only for an owner whose state keeps its own
schedule; elsewhere the federal figures stand for the state's.
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, prev, spread, trailing
from computefactory.units import Balance, Month, One, Usd, Year

OWN = {"state": "levied", "state_schedule": "own"}
OWN_UNUSED = OWN | {"quarters": "unused"}
OWN_USED = OWN | {"quarters": "used"}

a_state_bonus = given(
    "a_state_bonus",
    One,
    per="asset",
    series=True,
    source="finance.assets.state_bonus",
    doc="Share of what enters service in the period that the state lets expense at once.",
    only=OWN,
)


@line(per="asset", only=OWN)
def s_regular_basis(a_basis: Usd, a_state_bonus: One) -> Usd:
    """Basis left for the state's schedule."""
    return a_basis * (1 - a_state_bonus)


@line(per="asset", only=OWN)
def s_monthly_basis(s_regular_basis: Usd, a_by_month: One) -> Usd:
    """Basis that is written off month by month."""
    return s_regular_basis * a_by_month


@line(per="asset", only=OWN)
def s_running_basis(s_monthly_basis: Usd, a_tax_life: Month) -> Usd:
    """Basis whose straight line runs."""
    return trailing(s_monthly_basis, a_tax_life)


@line(per="asset", only=OWN)
def s_straight_line(s_running_basis: Usd, a_mid_month: One, a_tax_life: Month, months: Month) -> Usd:
    """Straight line by month, half a month late where the mid-month convention holds."""
    late = (prev(s_running_basis) - s_running_basis) * a_mid_month / 2
    return (s_running_basis + late) * months / a_tax_life


@line(per="asset", only=OWN_UNUSED)
def s_yearly_basis(s_regular_basis: Usd, a_by_month: One) -> Usd:
    """Basis that follows the yearly table."""
    return s_regular_basis * (1 - a_by_month)


@line(per="asset", name="s_yearly_basis", only=OWN_USED)
def s_yearly_basis_tested(s_regular_basis: Usd, a_by_month: One, mid_quarter: One) -> Usd:
    """Basis that follows the half-year table: none in a mid-quarter year."""
    return s_regular_basis * (1 - a_by_month) * (1 - mid_quarter)


@line(per="asset", only=OWN)
def s_scheduled(s_yearly_basis: Usd, a_later_shares: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier vintages."""
    return spread(s_yearly_basis, a_later_shares, calendar_year)


@line(per="asset", only=OWN)
def s_yearly(s_yearly_basis: Usd, a_first_share: One, s_scheduled: Usd, year_share: One) -> Usd:
    """First-year share when placed, later years' shares evenly over their months."""
    return s_yearly_basis * a_first_share + s_scheduled * year_share


@line(per="asset", only=OWN_USED)
def s_quarter_basis(s_regular_basis: Usd, a_by_month: One, mid_quarter: One) -> Usd:
    """Basis that follows the table of its quarter."""
    return s_regular_basis * (1 - a_by_month) * mid_quarter


@line(per="asset", only=OWN_USED)
def s_basis_q1(s_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the first quarter."""
    return s_quarter_basis * (quarter < 2)  # noqa: PLR2004 the first


@line(per="asset", only=OWN_USED)
def s_basis_q2(s_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the second quarter."""
    return s_quarter_basis * (quarter >= 2) * (quarter < 3)  # noqa: PLR2004 the second


@line(per="asset", only=OWN_USED)
def s_basis_q3(s_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the third quarter."""
    return s_quarter_basis * (quarter >= 3) * (quarter < 4)  # noqa: PLR2004 the third


@line(per="asset", only=OWN_USED)
def s_basis_q4(s_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the fourth quarter."""
    return s_quarter_basis * (quarter >= 4)  # noqa: PLR2004 the fourth


@line(per="asset", only=OWN_USED)
def s_scheduled_q1(s_basis_q1: Usd, a_later_q1: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier first-quarter vintages."""
    return spread(s_basis_q1, a_later_q1, calendar_year)


@line(per="asset", only=OWN_USED)
def s_scheduled_q2(s_basis_q2: Usd, a_later_q2: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier second-quarter vintages."""
    return spread(s_basis_q2, a_later_q2, calendar_year)


@line(per="asset", only=OWN_USED)
def s_scheduled_q3(s_basis_q3: Usd, a_later_q3: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier third-quarter vintages."""
    return spread(s_basis_q3, a_later_q3, calendar_year)


@line(per="asset", only=OWN_USED)
def s_scheduled_q4(s_basis_q4: Usd, a_later_q4: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier fourth-quarter vintages."""
    return spread(s_basis_q4, a_later_q4, calendar_year)


@line(per="asset", only=OWN_USED)
def s_first_quarterly(
    s_basis_q1: Usd,
    a_first_q1: One,
    s_basis_q2: Usd,
    a_first_q2: One,
    s_basis_q3: Usd,
    a_first_q3: One,
    s_basis_q4: Usd,
    a_first_q4: One,
) -> Usd:
    """First-year shares by quarter of placing in service."""
    return s_basis_q1 * a_first_q1 + s_basis_q2 * a_first_q2 + s_basis_q3 * a_first_q3 + s_basis_q4 * a_first_q4


@line(per="asset", only=OWN_USED)
def s_quarterly(
    s_first_quarterly: Usd,
    s_scheduled_q1: Usd,
    s_scheduled_q2: Usd,
    s_scheduled_q3: Usd,
    s_scheduled_q4: Usd,
    year_share: One,
) -> Usd:
    """First-year shares when placed, later years' shares evenly over their months."""
    return s_first_quarterly + (s_scheduled_q1 + s_scheduled_q2 + s_scheduled_q3 + s_scheduled_q4) * year_share


@line(per="asset", only=OWN_UNUSED)
def s_depreciation(a_basis: Usd, a_state_bonus: One, s_yearly: Usd, s_straight_line: Usd, a_kept: One) -> Usd:
    """Expensed at once, by the yearly table, and by month."""
    return (a_basis * a_state_bonus + s_yearly + s_straight_line) * a_kept


@line(per="asset", name="s_depreciation", only=OWN_USED)
def s_depreciation_tested(
    a_basis: Usd, a_state_bonus: One, s_yearly: Usd, s_quarterly: Usd, s_straight_line: Usd, a_kept: One
) -> Usd:
    """Expensed at once, by the half-year table, by the mid-quarter tables, and by month."""
    return (a_basis * a_state_bonus + s_yearly + s_quarterly + s_straight_line) * a_kept


@line(per="asset", only=OWN)
def s_basis_before_sale(s_tax_basis: Balance, a_basis: Usd, s_depreciation: Usd) -> Balance:
    """Basis that the state has not seen depreciated, before any sale."""
    return prev(s_tax_basis) + a_basis - s_depreciation


@line(per="asset", only=OWN)
def s_basis_sold(s_basis_before_sale: Balance, a_leaving: One) -> Usd:
    """State basis that leaves with the asset."""
    return s_basis_before_sale * a_leaving


@line(per="asset", only=OWN)
def s_tax_basis(s_basis_before_sale: Balance, s_basis_sold: Usd) -> Balance:
    """Basis that the state has not seen depreciated."""
    return s_basis_before_sale - s_basis_sold


@line(only=OWN)
def state_depreciation(s_depreciation: Usd) -> Usd:
    """The state's depreciation of all assets."""
    return over(s_depreciation)


@line(only=OWN)
def state_basis_sold(s_basis_sold: Usd) -> Usd:
    """State basis that leaves at the exit."""
    return over(s_basis_sold)


@line(only=OWN)
def state_difference(tax_depreciation: Usd, basis_sold: Usd, state_depreciation: Usd, state_basis_sold: Usd) -> Usd:
    """What the state adds back to federal income; less than nothing when its own schedule catches up."""
    return tax_depreciation + basis_sold - state_depreciation - state_basis_sold
