"""The price that the market paid, of a share or of all: the newest row public on the day, and what it implies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from computefactory.analysis.value import CompanyValuation, value_of
from computefactory.library import operators
from computefactory.library.dates import last_day

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.library import Fact

__all__ = ["quoted", "valued_as_quoted"]

OF_A_SHARE = ("share_price", "ipo_price")
OF_ALL = "market_cap"
NEWER = 31  # days by which a value of all shares must be younger than a price of one to stand for it
BILLION = 1e9


def quoted(result: CompanyResult) -> Fact | None:
    """The newest price of a share known on the day, or a much newer one of all; None where no row gives one."""
    company = result.factory
    if company.operator is None or not company.holders:
        return None
    one, of_all = (
        operators.latest(company.library, company.operator, each, "instant") for each in (OF_A_SHARE, OF_ALL)
    )
    if one is None or of_all is None:
        return one or of_all
    return of_all if (_day(of_all) - _day(one)).days > NEWER else one


def valued_as_quoted(result: CompanyResult) -> CompanyValuation:
    """The two valuations of a company, at the price that was quoted where one was."""
    fact = quoted(result)
    return value_of(result, price=None if fact is None else _asked(fact))


def _day(fact: Fact) -> date:
    return date.fromisoformat(last_day(operators.period_of(fact)))


def _asked(fact: Fact) -> str:
    """The price of a row as it is asked about."""
    value = float(fact.value)
    return f"{value / BILLION:g} bn USD" if fact.field == OF_ALL else f"{value:g} USD/share"
