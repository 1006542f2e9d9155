"""The price of a share that the market paid: the newest row that was public on the day, and what it implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.analysis.value import CompanyValuation, value_of
from computefactory.library import operators

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.library import Fact

__all__ = ["quoted", "valued_as_quoted"]

PRICES = ("share_price", "ipo_price")


def quoted(result: CompanyResult) -> Fact | None:
    """The newest price of a share known on the day; None where no row gives one."""
    company = result.factory
    if company.operator is None or not company.holders:
        return None
    return operators.latest(company.library, company.operator, PRICES, "instant")


def valued_as_quoted(result: CompanyResult) -> CompanyValuation:
    """The two valuations of a company, at the price that was quoted where one was."""
    price = quoted(result)
    return value_of(result, price=f"{float(price.value):g} USD/share" if price is not None else None)
