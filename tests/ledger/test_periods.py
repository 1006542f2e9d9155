"""Months, quarters and years from one definition."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import CALENDAR, YEAR, calendar, fit

from computefactory.ledger import Ledger, ahead, given, line, prev, spread, total, trailing, ytd
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

GIVENS = [
    *CALENDAR,
    given("spent", Usd, series=True, source="spent", doc="Cost placed in the period."),
    given("sales", Usd, series=True, source="sales", doc="Sales of the period."),
    given("draw", Usd, series=True, source="draw", doc="Drawn at the end of the period."),
    given("rate", PerYear, source="rate", doc="Interest."),
    given("life", Month, source="life", doc="Straight line."),
    given("year", Month, source="year", doc="Twelve months."),
    given("schedule", One, table=True, source="schedule", doc="By tax year."),
    given("fade", One, table=True, source="fade", doc="By month of age."),
]


@line
def wear(spent: Usd, life: Month, months: Month) -> Usd:
    return trailing(spent, life) / life * months


@line
def deduction(spent: Usd, schedule: One, tax_year: Year, years: Year) -> Usd:
    return spread(spent, schedule, tax_year) * (years / YEAR)


@line
def income(sales: Usd, deduction: Usd) -> Usd:
    return sales - deduction


@line
def income_ytd(income: Usd) -> Usd:
    return ytd(income)


@line
def tax(income_ytd: Usd, year_start: One) -> Usd:
    return 0.25 * (income_ytd - (1 - year_start) * prev(income_ytd))


@line
def owed(owed: Balance, draw: Usd) -> Balance:
    return prev(owed) + draw


@line
def interest(owed: Balance, rate: PerYear, years: Year) -> Usd:
    return prev(owed) * rate * years


@line
def sales_of_year(sales: Usd, year: Month) -> Usd:
    return trailing(sales, year)


@line
def sales_ahead(sales: Usd, year: Month) -> Usd:
    return ahead(sales, year)


@line
def faded(spent: Usd, fade: One, month: Month) -> Usd:
    return spread(spent, fade, month)


@line
def all_tax(tax: Usd) -> Usd:
    return total(tax)


LEDGER = Ledger(
    [
        *GIVENS,
        *(wear, deduction, income, income_ytd, tax, owed, interest, sales_of_year, sales_ahead, faded, all_tax),
    ]
)
YEARS = 10
SUMS = ("wear", "deduction", "income", "tax", "interest")  # flows: a quarter is the sum of its months
ENDS = ("income_ytd", "owed", "sales_of_year")  # as of the last month


def run(step):
    """Cost is placed as a year opens, debt drawn as it closes, so that no period cuts an event in two."""
    periods = 12 * YEARS // step
    month = step * np.arange(periods)
    opens, closes = (month % 12 == 0).astype(float), ((month + step) % 12 == 0).astype(float)
    amounts = np.where(month < 36, 120.0 * (1 + month // 12), 0.0)
    monthly_sales = 30.0 + 2.0 * (np.arange(12 * YEARS) // 12) + np.sin(np.arange(12 * YEARS))
    values = {
        **calendar(periods, step),
        "spent": opens * amounts,
        "sales": monthly_sales.reshape(periods, step).sum(axis=1),
        "draw": closes * np.where(month < 36, 500.0, 0.0),
        "rate": 0.08,
        "life": 60.0,
        "year": 12.0,
        "schedule": [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576],
        "fade": 1 - np.arange(60) / 60,
    }
    return LEDGER.run(fit(LEDGER, values))


@pytest.mark.parametrize("step", [3, 12])
def test_a_longer_period_is_the_sum_of_its_months(step):
    monthly, longer = run(1), run(step)
    for name in SUMS:
        assert longer[name] == pytest.approx(monthly[name].reshape(-1, step).sum(axis=1), rel=1e-12, abs=1e-9), name
    for name in ENDS:
        assert longer[name] == pytest.approx(monthly[name][step - 1 :: step], rel=1e-12, abs=1e-9), name
    assert longer["sales_ahead"] == pytest.approx(monthly["sales_ahead"][step - 1 :: step], rel=1e-12, abs=1e-9)
    assert longer["all_tax"] == pytest.approx(monthly["all_tax"], rel=1e-12)


@pytest.mark.parametrize("step", [1, 3, 12])
def test_straight_line_and_schedule_use_up_the_cost(step):
    results = run(step)
    assert results["wear"].sum() == pytest.approx(720.0, rel=1e-12)
    assert results["deduction"].sum() == pytest.approx(720.0, rel=1e-12)
    assert results["all_tax"] == pytest.approx(0.25 * results["income"].sum(), rel=1e-12)


@pytest.mark.parametrize("step", [1, 3, 12])
def test_a_vintage_is_read_at_its_age_in_months(step):
    """Age counts months of the clock: the second quarter of a vintage is three months old."""
    results = run(step)
    month = step * np.arange(12 * YEARS // step)
    wanted = sum(
        120.0 * (1 + k) * np.where((month >= 12 * k) & (month < 12 * k + 60), 1 - (month - 12 * k) / 60, 0)
        for k in range(3)
    )
    assert results["faded"] == pytest.approx(wanted, abs=1e-9)


@line
def held(sales: Usd, window: Month) -> Usd:
    return ahead(sales, window)


@pytest.mark.parametrize(
    ("window", "held_then"), [(6, [15, 20, 0]), (12, [30, 40, 0]), (18, [50, 40, 0]), (0, [0] * 3)]
)
def test_part_of_a_period_ahead_counts_by_its_share(window, held_then):
    """Sales of 20, 30 and 40 in three years: the next six months hold half of the next year's; past the end is none."""
    months = given("window", Month, source="x", doc="Months ahead.")
    ledger = Ledger([*(item for item in GIVENS if item.name in ("month", "sales")), months, held])
    values = {"month": [0.0, 12.0, 24.0], "sales": [20.0, 30.0, 40.0], "window": float(window)}
    many = {**values, "window": np.full(2, float(window))}
    for rows in (
        ledger.run_whole(values)["held"],
        ledger.run(values)["held"],
        ledger.run_many(many, 2, ["held"], compiled=False)["held"][1],
    ):
        assert rows == pytest.approx(held_then, rel=1e-14)
    assert ledger.evaluate("held", 0, None, values, ledger.run(values)) == pytest.approx(held_then[0])
