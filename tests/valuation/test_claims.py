"""Dilution worked by hand, and that every holder's money adds up to the equity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.valuation import Claims, Convertible, Options, per_share


def test_options_by_the_treasury_method():
    """100 shares, 20 options at 5, equity 1,000: p = 1100 / 120 = 9.17, and 100 / p = 10.9 shares are bought back."""
    found = per_share(1000.0, Claims(shares=100, options=(Options(20, 5.0),)))
    assert found.price == pytest.approx(1100 / 120)
    assert found.shares == pytest.approx(120 - 100 / (1100 / 120))
    assert found.price * found.shares == pytest.approx(1000)


def test_options_out_of_the_money_count_nothing():
    found = per_share(1000.0, Claims(shares=100, options=(Options(20, 50.0),)))
    assert (found.price, found.shares) == (10.0, 100)


def test_a_note_converts_only_above_its_price():
    note = Convertible(300.0, 12.0)  # 25 shares
    below = per_share(1000.0, Claims(shares=100, convertibles=(note,)))
    assert (below.price, below.unconverted) == (7.0, 300)
    above = per_share(2000.0, Claims(shares=100, convertibles=(note,)))
    assert (above.price, above.unconverted) == (16.0, 0)


def test_nothing_is_left_below_the_claims():
    assert per_share(-50.0, Claims(shares=10)).price == 0


@given(
    st.floats(1.0, 1e4),
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(0.1, 100)), max_size=4),
    st.lists(st.tuples(st.floats(1, 500), st.floats(0.1, 100)), max_size=3),
)
def test_all_holders_together_own_the_equity(equity, options, notes):
    claims = Claims(
        shares=100.0,
        options=tuple(Options(count, strike) for count, strike in options),
        convertibles=tuple(Convertible(amount, price) for amount, price in notes),
    )
    found = per_share(equity, claims)
    assert found.price >= 0
    if found.price > 0:
        assert found.price * found.shares + found.unconverted == pytest.approx(equity, rel=1e-9)
    richer = per_share(equity * 1.1, claims)
    assert richer.price >= found.price - 1e-9
