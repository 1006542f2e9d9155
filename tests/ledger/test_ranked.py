"""Circles through a whole life that rank opens: an item needs all the months of those ahead of it."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import calendar, fit

from computefactory.errors import CircularLine
from computefactory.ledger import Ledger, given, line, lowest, maximum, minimum, over, prev, senior, total
from computefactory.units import Balance, One, PerYear, Usd, Year

PERIODS = 6
COST = np.array([10.0, 0.0, 30.0, 20.0, 5.0, 15.0])
GIVENS = [
    given("years", Year, series=True, source="timeline.years", doc="Length of the period."),
    given("cost", Usd, series=True, source="cost", doc="Spent."),
    given("t_share", One, per="tranche", source="share", doc="Share of the cost that it and those ahead lend."),
    given("t_rate", PerYear, per="tranche", source="rate", doc="Its interest."),
]


@line(per="tranche")
def t_loan(cost: Usd, t_share: One, t_loan: Usd, t_early: Usd) -> Usd:
    """A share of the cost, less the loans ahead and the interest that those ahead bear in the building time."""
    return maximum(t_share * total(cost) - senior(t_loan) - senior(total(t_early)), 0)


@line(per="tranche")
def t_draw(cost: Usd, t_draw: Usd, t_loan: Usd, t_owed: Balance) -> Usd:
    return minimum(cost - senior(t_draw), t_loan - prev(t_owed))


@line(per="tranche")
def t_owed(t_owed: Balance, t_draw: Usd) -> Balance:
    return prev(t_owed) + t_draw


@line(per="tranche")
def t_early(t_owed: Balance, t_rate: PerYear, years: Year) -> Usd:
    return prev(t_owed) * t_rate * years


LINES = [*GIVENS, t_loan, t_draw, t_owed, t_early]


def by_hand(shares: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The loans, one after the other."""
    loans, borne, left = [], 0.0, COST.copy()
    for share, rate in zip(shares, rates, strict=True):
        loan = max(share * COST.sum() - sum(loans) - borne, 0.0)
        owed = np.minimum(np.cumsum(left), loan)
        borne += (owed[:-1] * rate / 12).sum()
        left = left - np.diff(owed, prepend=0.0)
        loans.append(loan)
    return np.array(loans)


def test_a_loan_is_sized_on_the_whole_life_of_those_ahead():
    """Three loans, each reading (plain Python, many cases in numpy and compiled) as by hand."""
    book = Ledger(LINES)
    shares, rates = np.array([0.3, 0.5, 0.9]), np.array([0.12, 0.6, 0.3])
    values = fit(book, calendar(PERIODS) | {"cost": COST, "t_share": shares, "t_rate": rates})
    expected = by_hand(shares, rates)
    np.testing.assert_allclose(book.run(values)["t_loan"], expected, rtol=1e-12)
    assert book.evaluate("t_loan", None, 2, values, book.run(values)) == pytest.approx(expected[2], rel=1e-12)
    changes = np.linspace(0.2, 1.0, 30)[:, None] * shares
    for compiled in (False, True):
        if compiled:
            pytest.importorskip("numba", reason="the fast extra is not installed")
        batch = book.run_many(values | {"t_share": changes}, 30, ["t_loan", "t_owed"], compiled=compiled)
        np.testing.assert_allclose(batch["t_loan"], [by_hand(row, rates) for row in changes], rtol=1e-12)


def test_a_circle_that_needs_those_behind_is_refused():
    """All loans in one sum, or one loan of its own life: rank opens neither."""

    @line(name="t_loan", per="tranche")
    def t_of_all(cost: Usd, t_share: One, t_early: Usd) -> Usd:
        return t_share * total(cost) - total(over(t_early))

    @line(name="t_loan", per="tranche")
    def t_of_itself(cost: Usd, t_loan: Usd, t_early: Usd) -> Usd:
        return lowest(cost - t_early) - senior(t_loan)

    for loan in (t_of_all, t_of_itself):
        with pytest.raises(CircularLine, match="a circle through"):
            Ledger([*GIVENS, loan, t_draw, t_owed, t_early])
