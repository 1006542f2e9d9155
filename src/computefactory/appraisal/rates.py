"""Rates and numbers of the valuation from the library: contract rates by tenor and rating, premiums, spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.errors import FactNotFound
from computefactory.valuation import Rates, contract_rate, interpolated

if TYPE_CHECKING:
    from computefactory.library.rows import Fact
    from computefactory.offtake.inputs import Contract, Lease
    from computefactory.result import Result

__all__ = ["ContractRate", "number", "rates_of", "spread_row"]

UNRATED = "unrated"
MOODYS = {"Aaa": "AAA", "Aa": "AA", "A": "A", "Baa": "BBB", "Ba": "BB", "B": "B", "Caa": "CCC", "Ca": "CCC", "C": "CCC"}


@dataclass(frozen=True, slots=True)
class ContractRate:
    """The rate of one item of the book, with its parts."""

    name: str
    contract: str
    tenor: float  # months left at the date
    rating: str
    risk_free: float
    spread: float
    premium: float
    rate: float

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}


def number(result: Result, table: str, key: str, name: str) -> Fact:
    """A row of the library."""
    return result.factory.library.fact(table, key, name)


def spread_row(rating: str) -> str:
    """The letter of a grade: ``AA-`` and ``Aa3`` are AA; nothing known is unrated."""
    letter = rating.rstrip("+-123")
    return MOODYS.get(letter, letter) or UNRATED


def _spread(result: Result, rating: str) -> Fact:
    library = result.factory.library
    try:
        return library.fact("credit_spread", spread_row(rating), "spread")
    except FactNotFound:
        return library.fact("credit_spread", UNRATED, "spread")


def premium_row(result: Result, at: float) -> Fact:
    """The premium for operating risk: that of a finished site, or of one that is not finished at the date."""
    unfinished = at < float(result.factory.finance.full_operation)
    name = "unfinished_premium" if unfinished else "operating_premium"
    return result.factory.library.fact("capital", "default", name)


def rates_of(
    result: Result, items: tuple[Contract | Lease, ...], at: float, *, expected: bool, premium: float, shell: float
) -> tuple[Rates, list[ContractRate]]:
    """All rates at a date."""
    library = result.factory.library
    points = [
        (float(name.removeprefix("month_")), float(library.fact("risk_free", "USD", name).value))
        for name in library.fields("risk_free", "USD")
    ]
    market = float(result.factory.finance.capital.discount_rate)
    found = []
    for item in items:
        until = min(float(item.tenor), float(item.committed_until))  # the exit that costs the buyer least
        left = max(float(item.start) + until - max(float(item.start), at), 0.0)
        spread = float(_spread(result, item.rating).value)
        free = interpolated(points, left)
        rate = contract_rate(free, spread, premium, expected=expected)
        counted = 0.0 if expected else spread
        found.append(ContractRate(item.name, item.contract, left, item.rating or UNRATED, free, counted, premium, rate))
    return Rates(np.array([item.rate for item in found]), market, shell), found
