"""The price that the market paid, of a share or of all: the newest row public on the day, and what it implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.analysis.value import CompanyValuation, value_of
from computefactory.library import operators

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.library import Fact

__all__ = ["quoted", "valued_as_quoted"]

PRICES = ("share_price", "ipo_price", "market_cap")  # of one day the first; of several the newest
BILLION = 1e9


def quoted(result: CompanyResult) -> Fact | None:
    """The newest price of a share, or of all of them, known on the day; None where no row gives one."""
    company = result.factory
    if company.operator is None or not company.holders:
        return None
    return operators.latest(company.library, company.operator, PRICES, "instant")


def valued_as_quoted(result: CompanyResult) -> CompanyValuation:
    """The two valuations of a company, at the price that was quoted where one was."""
    fact = quoted(result)
    return value_of(result, price=None if fact is None else _asked(fact))


def _asked(fact: Fact) -> str:
    """The price of a row as it is asked about."""
    value = float(fact.value)
    return f"{value / BILLION:g} bn USD" if fact.field == "market_cap" else f"{value:g} USD/share"
