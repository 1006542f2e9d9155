"""What the ledger's tests share: the calendar's givens, and a finance-like model with items on two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefactory.ledger import (
    Quantity,
    ahead,
    compound,
    following,
    given,
    irr,
    line,
    maximum,
    minimum,
    over,
    prev,
    senior,
    spread,
    total,
    trailing,
    where,
    ytd,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

YEAR = Quantity(1, "year")

CALENDAR = [
    given("month", Month, series=True, source="timeline.month", doc="Months from the first dollar."),
    given("months", Month, series=True, source="timeline.months", doc="Length of the period."),
    given("years", Year, series=True, source="timeline.years", doc="Length of the period."),
    given("elapsed_years", Year, series=True, source="timeline.elapsed_years", doc="Years from month 0."),
    given("year_start", One, series=True, source="timeline.year_start", doc="1 in the first period of a tax year."),
    given("tax_year", Year, series=True, source="timeline.calendar_year", doc="Tax year."),
]


def calendar(periods: int, step: int = 1, first_month: int = 0) -> dict[str, Any]:
    """Values of CALENDAR; ``first_month`` 0 is January."""
    month = step * np.arange(periods, dtype=float)
    year = 2026 + (first_month + month + step - 1) // 12
    return {
        "month": month,
        "months": np.full(periods, float(step)),
        "years": np.full(periods, step / 12),
        "elapsed_years": month / 12,
        "year_start": np.diff(year, prepend=year[0] - 1).clip(0, 1),
        "tax_year": year,
    }


PROJECT = [
    *CALENDAR,
    given("price", Usd, per="contract", source="contracts.price", doc="Paid a month."),
    given("start", Month, per="contract", source="contracts.start", doc="First month."),
    given("tenor", Month, per="contract", source="contracts.tenor", doc="Length."),
    given("cost", Usd, per="asset", source="assets.cost", doc="Cost."),
    given("spending", One, per="asset", series=True, source="assets.spending", doc="Share paid in the period."),
    given("life", Month, per="asset", source="assets.life", doc="Book life."),
    given("macrs", One, per="asset", table=True, source="assets.macrs", doc="Schedule by tax year."),
    given("capacity", Usd, source="plant.capacity", doc="Most that can be served in a month."),
    given("escalator", PerYear, source="contracts.escalator", doc="Yearly rise."),
    given("tax_rate", One, source="tax.rate", doc="Income tax."),
    given("rate", PerYear, source="debt.rate", doc="Interest."),
    given("cover", One, source="debt.cover", doc="Cover."),
    given("matures", Month, source="debt.matures", doc="Last month of service."),
    given("reserve_months", Month, source="debt.reserve", doc="Months held in reserve."),
]


def _line(items: list[Any], **options: Any) -> Any:
    def keep(function: Any) -> Any:
        items.append(line(**options)(function))
        return function

    return keep


@_line(PROJECT, per="contract")
def live(month: Month, start: Month, tenor: Month) -> One:
    return (month >= start) * (month < start + tenor)


@_line(PROJECT, per="contract")
def claim(price: Usd, live: One, index: One) -> Usd:
    return price * live * index


@_line(PROJECT)
def index(escalator: PerYear, elapsed_years: Year) -> One:
    return compound(escalator, elapsed_years)


@_line(PROJECT, per="contract")
def served(claim: Usd, capacity: Usd) -> Usd:
    """In order of rank."""
    return minimum(claim, maximum(capacity - senior(claim), 0))


@_line(PROJECT)
def revenue(served: Usd) -> Usd:
    return over(served)


@_line(PROJECT, per="contract")
def value(served: Usd) -> Usd:
    return total(served)


@_line(PROJECT)
def book(value: Usd) -> Usd:
    return over(value)


@_line(PROJECT, per="asset")
def spent(cost: Usd, spending: One) -> Usd:
    return cost * spending


@_line(PROJECT)
def capex(spent: Usd) -> Usd:
    return over(spent)


@_line(PROJECT, per="asset")
def wear(spent: Usd, life: Month, months: Month) -> Usd:
    return trailing(spent, life) / life * months


@_line(PROJECT, per="asset")
def worth(worth: Balance, spent: Usd, wear: Usd) -> Balance:
    return prev(worth) + spent - wear


@_line(PROJECT, per="asset")
def deducted(spent: Usd, macrs: One, tax_year: Year, years: Year) -> Usd:
    return spread(spent, macrs, tax_year) * (years / YEAR)


@_line(PROJECT)
def deduction(deducted: Usd) -> Usd:
    return over(deducted)


@_line(PROJECT)
def income(revenue: Usd, deduction: Usd) -> Usd:
    return revenue - deduction


@_line(PROJECT)
def income_ytd(income: Usd) -> Usd:
    return ytd(income)


@_line(PROJECT)
def tax_ytd(income_ytd: Usd, tax_rate: One) -> Usd:
    return maximum(income_ytd, 0) * tax_rate


@_line(PROJECT)
def tax(tax_ytd: Usd, year_start: One) -> Usd:
    return tax_ytd - (1 - year_start) * prev(tax_ytd)


@_line(PROJECT)
def cash(revenue: Usd, tax: Usd) -> Usd:
    return revenue - tax


@_line(PROJECT)
def room(cash: Usd, cover: One, month: Month, matures: Month) -> Usd:
    return maximum(cash, 0) / cover * (month <= matures)


@_line(PROJECT)
def limit(limit: Balance, room: Usd, rate: PerYear, years: Year) -> Balance:
    """Worth of all service to come."""
    return (following(limit) + following(room)) / (1 + rate * years)


@_line(PROJECT)
def first_limit(limit: Balance, month: Month) -> Usd:
    return limit * (month <= 0)


@_line(PROJECT)
def debt(first_limit: Usd) -> Usd:
    return total(first_limit)


@_line(PROJECT)
def owed(owed: Balance, debt: Usd, interest: Usd, service: Usd, month: Month) -> Balance:
    return where(month > 0, prev(owed) + interest - service, debt)


@_line(PROJECT)
def interest(owed: Balance, rate: PerYear, years: Year) -> Usd:
    return prev(owed) * rate * years


@_line(PROJECT)
def service(owed: Balance, interest: Usd, room: Usd, month: Month) -> Usd:
    return minimum(room * (month > 0), prev(owed) + interest)


@_line(PROJECT)
def reserve(service: Usd, reserve_months: Month) -> Usd:
    return ahead(service, reserve_months)


@_line(PROJECT)
def flow(cash: Usd, capex: Usd) -> Usd:
    return cash - capex


@_line(PROJECT)
def equity_flow(flow: Usd, service: Usd, debt: Usd, month: Month) -> Usd:
    return flow - service + debt * (month <= 0)


@_line(PROJECT)
def project_rate(flow: Usd) -> PerYear:
    return irr(flow)


@_line(PROJECT)
def equity_rate(equity_flow: Usd) -> PerYear:
    return irr(equity_flow)


def fit(ledger: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values that the ledger asks for."""
    return {name: value for name, value in values.items() if name in ledger.givens}


def project_values(contracts: int = 3, assets: int = 2, periods: int = 84) -> dict[str, Any]:
    """A project of the given size; any of the axes may be empty."""
    chance = np.random.default_rng(7)
    spending = np.zeros((assets, periods))
    spending[:, :6] = chance.dirichlet(np.ones(6), size=assets) if assets else 0.0
    macrs = np.array([[0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576], [1.0, 0, 0, 0, 0, 0]])
    return {
        **calendar(periods),
        "price": 10.0 + chance.integers(1, 9, size=contracts),
        "start": 6.0 + 4.0 * np.arange(contracts),
        "tenor": 48.0 + np.arange(contracts),
        "cost": np.linspace(700.0, 300.0, assets) if assets else np.zeros(0),
        "spending": spending,
        "life": np.array([60.0, 24.0])[:assets],
        "macrs": macrs[:assets],
        "capacity": 40.0,
        "escalator": 0.03,
        "tax_rate": 0.25,
        "rate": 0.06,
        "cover": 1.3,
        "matures": 60.0,
        "reserve_months": 6.0,
    }
