"""The mid-quarter convention: the test by tax year, and a table for each quarter of placing in service.

These lines exist only where some property follows a yearly table and the half-year convention may be lost.
"""

from __future__ import annotations

from computefactory.finance.depreciation import BY_QUARTER
from computefactory.ledger import following, given, line, over, spread, where, ytd
from computefactory.units import One, Usd, Year

mid_quarter_test = given(
    "mid_quarter_test",
    One,
    source="finance.tax.mid_quarter_test",
    doc="Share of a year's property in its last quarter above which the mid-quarter convention applies.",
    only=BY_QUARTER,
)
quarter = given(
    "quarter", One, series=True, source="timeline.quarter", doc="Quarter of the tax year: 1 to 4.", only=BY_QUARTER
)
a_first_q1, a_first_q2, a_first_q3, a_first_q4 = (
    given(
        f"a_first_q{number}",
        One,
        per="asset",
        source=f"finance.assets.first_q{number}",
        doc=f"Table's first share where placed in quarter {number}.",
        only=BY_QUARTER,
    )
    for number in (1, 2, 3, 4)
)
a_later_q1, a_later_q2, a_later_q3, a_later_q4 = (
    given(
        f"a_later_q{number}",
        One,
        per="asset",
        table=True,
        source=f"finance.assets.later_q{number}",
        doc=f"Table's later shares where placed in quarter {number}, by age.",
        only=BY_QUARTER,
    )
    for number in (1, 2, 3, 4)
)


@line(per="asset", only=BY_QUARTER)
def a_personal(a_basis: Usd, a_by_month: One) -> Usd:
    """Basis that the test counts: all but real property, before anything is expensed."""
    return a_basis * (1 - a_by_month)


@line(only=BY_QUARTER)
def personal_property(a_personal: Usd) -> Usd:
    """Personal property that enters service."""
    return over(a_personal)


@line(only=BY_QUARTER)
def late_property(personal_property: Usd, quarter: One) -> Usd:
    """Personal property that enters service in the last quarter of its tax year."""
    return personal_property * (quarter >= 4)  # noqa: PLR2004 the fourth


@line(only=BY_QUARTER)
def property_so_far(personal_property: Usd) -> Usd:
    """Personal property of the tax year so far."""
    return ytd(personal_property)


@line(only=BY_QUARTER)
def late_property_so_far(late_property: Usd) -> Usd:
    """Late personal property of the tax year so far."""
    return ytd(late_property)


@line(only=BY_QUARTER)
def property_of_year(property_of_year: Usd, property_so_far: Usd, year_end: One) -> Usd:
    """Personal property of the whole tax year, known from its first period."""
    return where(year_end > 0, property_so_far, following(property_of_year))


@line(only=BY_QUARTER)
def late_property_of_year(late_property_of_year: Usd, late_property_so_far: Usd, year_end: One) -> Usd:
    """Late personal property of the whole tax year."""
    return where(year_end > 0, late_property_so_far, following(late_property_of_year))


@line(only=BY_QUARTER)
def mid_quarter(late_property_of_year: Usd, property_of_year: Usd, mid_quarter_test: One) -> One:
    """1 in a tax year of the mid-quarter convention (IRC 168(d)(3))."""
    return late_property_of_year > mid_quarter_test * property_of_year


@line(per="asset", only=BY_QUARTER)
def a_quarter_basis(a_regular_basis: Usd, a_by_month: One, mid_quarter: One) -> Usd:
    """Basis that follows the table of its quarter."""
    return a_regular_basis * (1 - a_by_month) * mid_quarter


@line(per="asset", only=BY_QUARTER)
def a_basis_q1(a_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the first quarter."""
    return a_quarter_basis * (quarter < 2)  # noqa: PLR2004 the first


@line(per="asset", only=BY_QUARTER)
def a_basis_q2(a_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the second quarter."""
    return a_quarter_basis * (quarter >= 2) * (quarter < 3)  # noqa: PLR2004 the second


@line(per="asset", only=BY_QUARTER)
def a_basis_q3(a_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the third quarter."""
    return a_quarter_basis * (quarter >= 3) * (quarter < 4)  # noqa: PLR2004 the third


@line(per="asset", only=BY_QUARTER)
def a_basis_q4(a_quarter_basis: Usd, quarter: One) -> Usd:
    """Such basis placed in the fourth quarter."""
    return a_quarter_basis * (quarter >= 4)  # noqa: PLR2004 the fourth


@line(per="asset", only=BY_QUARTER)
def a_scheduled_q1(a_basis_q1: Usd, a_later_q1: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier first-quarter vintages (Pub. 946, table A-2)."""
    return spread(a_basis_q1, a_later_q1, calendar_year)


@line(per="asset", only=BY_QUARTER)
def a_scheduled_q2(a_basis_q2: Usd, a_later_q2: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier second-quarter vintages (Pub. 946, table A-3)."""
    return spread(a_basis_q2, a_later_q2, calendar_year)


@line(per="asset", only=BY_QUARTER)
def a_scheduled_q3(a_basis_q3: Usd, a_later_q3: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier third-quarter vintages (Pub. 946, table A-4)."""
    return spread(a_basis_q3, a_later_q3, calendar_year)


@line(per="asset", only=BY_QUARTER)
def a_scheduled_q4(a_basis_q4: Usd, a_later_q4: One, calendar_year: Year) -> Usd:
    """A full tax year's depreciation of earlier fourth-quarter vintages (Pub. 946, table A-5)."""
    return spread(a_basis_q4, a_later_q4, calendar_year)


@line(per="asset", only=BY_QUARTER)
def a_first_quarterly(
    a_basis_q1: Usd,
    a_first_q1: One,
    a_basis_q2: Usd,
    a_first_q2: One,
    a_basis_q3: Usd,
    a_first_q3: One,
    a_basis_q4: Usd,
    a_first_q4: One,
) -> Usd:
    """First-year shares by quarter of placing in service."""
    return a_basis_q1 * a_first_q1 + a_basis_q2 * a_first_q2 + a_basis_q3 * a_first_q3 + a_basis_q4 * a_first_q4


@line(per="asset", only=BY_QUARTER)
def a_quarterly(
    a_first_quarterly: Usd,
    a_scheduled_q1: Usd,
    a_scheduled_q2: Usd,
    a_scheduled_q3: Usd,
    a_scheduled_q4: Usd,
    year_share: One,
) -> Usd:
    """First-year shares when placed, later years' shares evenly over their months."""
    return a_first_quarterly + (a_scheduled_q1 + a_scheduled_q2 + a_scheduled_q3 + a_scheduled_q4) * year_share
