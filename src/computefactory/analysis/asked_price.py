"""A price that is asked about: of a share or of all shares, with what it makes of the enterprise and its multiples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.crossing import closed_in, passages
from computefactory.errors import FactoryFileError, Problem, UnitError
from computefactory.schema import parse_quantity
from computefactory.schema.currency import code_in
from computefactory.units import Usd, unit_of
from computefactory.valuation import owed_at, shares_at

if TYPE_CHECKING:
    from computefactory.valuation import Holder

__all__ = ["Count", "Priced", "priced", "read_price"]

_OF_A_SHARE = re.compile(r"\s*(?:/|\bper\b|\ba\b)\s*share\s*$")
EXAMPLES = "a price of a share or of all shares, such as '40 USD/share' or '23 bn USD'"
HIGHEST = 1e7  # USD a share: no share costs more
LEAST = 1e6  # USD for all shares
POINTS = 400


@dataclass(frozen=True, slots=True)
class Count:
    """Shares by one way of counting, with what the price makes of them."""

    name: str
    shares: float
    market_cap: float
    enterprise: float | None


@dataclass(frozen=True)
class Priced:
    """A price and what it makes of the company."""

    asked: str
    per_share: float | None  # None: no shares are known
    market_cap: float
    owed: float  # notes and puts that stay claims at this price
    enterprise: float | None  # None: what ranks ahead of the owners is not known
    counts: tuple[Count, ...]
    multiples: Mapping[str, float | None]  # of the enterprise value

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "price": self.asked,
            "usd_per_share": self.per_share,
            "market_cap_usd": self.market_cap,
            "notes_and_puts_owed_usd": self.owed,
            "enterprise_value_usd": self.enterprise,
            "counts": {
                each.name: {
                    "shares": each.shares,
                    "market_cap_usd": each.market_cap,
                    "enterprise_value_usd": each.enterprise,
                }
                for each in self.counts
            },
            "multiples": dict(self.multiples),
        }


def read_price(text: str, currency: str = "USD") -> tuple[float, bool]:
    """The amount in USD, and whether it is of a share.

    Raises:
        FactoryFileError: it is no price above nothing in the company's currency.
    """
    of_a_share = _OF_A_SHARE.search(text) is not None
    money = _OF_A_SHARE.sub("", text)
    if code := code_in(text):
        hint = f"the company's shares and claims are in {currency}: state the price in {currency}"
        raise FactoryFileError([Problem("wrong_currency", "--price", text, f"{EXAMPLES}, not in {code}", hint)])
    unit = unit_of(Usd)
    assert unit is not None
    try:
        amount = parse_quantity(money, unit)
    except UnitError as error:
        hint = f"write {money.strip()} USD/share" if error.code == "no_unit" else error.hint
        raise FactoryFileError([Problem(error.code, "--price", error.given, EXAMPLES, hint)]) from None
    if amount <= 0:
        raise FactoryFileError([Problem("out_of_range", "--price", text, "a price above nothing")])
    if not of_a_share and amount < LEAST:
        hint = f"of a share: '{amount:g} USD/share'"
        raise FactoryFileError(
            [Problem("out_of_range", "--price", text, "at least a million USD for all shares", hint)]
        )
    return amount, of_a_share


def priced(
    text: str,
    holders: Sequence[Holder],
    claims: float | None,
    stated: Mapping[str, float | None],
    bases: Mapping[str, float | None],
) -> Priced:
    """A price and its multiples of some figures.

    ``claims`` rank ahead of the owners, notes and puts apart; ``stated`` are other counts of shares, only compared.

    Raises:
        FactoryFileError: it is no price, or one of a share where no shares are known.
    """
    amount, of_a_share = read_price(text)
    if of_a_share and not holders:
        hint = "ask about the market value of all shares, such as '23 bn USD'"
        problem = Problem("no_shares", "--price", text, "a company whose shares are known", hint)
        raise FactoryFileError([problem])
    per_share = amount if of_a_share else _of_all(amount, holders)
    owed = 0.0 if per_share is None else owed_at(holders, per_share)
    cap = amount if per_share is None else per_share * shares_at(holders, per_share)
    if not of_a_share:  # at a put or conversion price some join and some stay owed: the whole is one sum
        cap, owed = amount, max(cap + owed - amount, 0.0)
    enterprise = None if claims is None else cap + claims + owed
    counts = _counts(per_share, cap, owed, claims, stated)
    multiples = {name: enterprise / base if enterprise and base and base > 0 else None for name, base in bases.items()}
    return Priced(text, per_share, cap, owed, enterprise, counts, multiples)


def _counts(
    per_share: float | None, cap: float, owed: float, claims: float | None, stated: Mapping[str, float | None]
) -> tuple[Count, ...]:
    """The count by the treasury method, and others beside it: with them nothing that may be put is owed."""
    if per_share is None:
        return ()
    found = [("treasury", cap / per_share, owed), *((name, count, 0.0) for name, count in stated.items() if count)]
    return tuple(
        Count(name, count, per_share * count, None if claims is None else per_share * count + claims + due)
        for name, count, due in found
    )


def _of_all(cap: float, holders: Sequence[Holder]) -> float | None:
    """The price of a share at which all shares together are worth an amount."""
    if not holders:
        return None

    def look(prices: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([price * shares_at(holders, price) for price in prices.tolist()])

    points = np.geomspace(1e-4, HIGHEST, POINTS)
    passed = passages(points, look(points), cap)
    return closed_in(passed[0], cap, look).nearer(cap)[0] if passed else None
