"""Diluted shares at a price that is given: by hand, and CoreWeave's at the price of its offering."""

from __future__ import annotations

import pytest

from computefactory.valuation import Holder, owed_at, shares_at

BASIC = [("class a", 317.431, 0.0), ("class b", 118.102, 0.0)]
WARRANTS = ("warrants", 4.337, 1.5495)
REDEEMABLE = (29.874, 38.95)  # million shares at their put price


def holders(plain, redeemable=(), notes=()):
    """Holders of (name, million shares, strike), shares that may be put at a price, notes (owed, price)."""
    rows = [(name, strike, count, count * strike, 0.0) for name, count, strike in plain]
    rows += [("redeemable", put, count, 0.0, count * put) for count, put in redeemable]
    rows += [("note", price, owed / price, 0.0, owed) for owed, price in notes]
    return [Holder(name, above, above, 0.0, shares, pays, owed) for name, above, shares, pays, owed in rows]


def test_treasury_method_by_hand():
    """At 40: 100 shares, 20 options at 10 leave 15, 10 units; 8 options at 50 nothing, a note of 300 at 12 is 25."""
    plain = [("shares", 100, 0), ("options", 20, 10), ("units", 10, 0), ("out of the money", 8, 50)]
    held = holders(plain, notes=[(300, 12)])
    assert shares_at(held, 40) == pytest.approx(100 + 15 + 10 + 25)
    assert owed_at(held, 40) == 0
    assert (shares_at(held, 8), owed_at(held, 8)) == (110, 300)


def test_redeemable_shares_are_owed_at_their_put_price_until_the_price_is_above_it():
    held = holders(BASIC, [REDEEMABLE])
    assert shares_at(held, 38.95) == pytest.approx(435.533)
    assert owed_at(held, 38.95) == pytest.approx(29.874 * 38.95)
    assert shares_at(held, 40) == pytest.approx(465.407)
    assert 40 * shares_at(held, 40) == pytest.approx(18_616, abs=1)  # million USD: basic


@pytest.mark.parametrize(
    ("awards", "count", "worth"),
    [
        # public in May 2025: options, units, warrants and the options of notes
        ([("options", 45.478, 1.74), ("units", 23.197, 0), WARRANTS, ("notes", 0.375, 0)], 536.6, 21.5),
        # public on 2025-03-31
        ([("options", 47.219, 1.74), ("units", 15.455, 0), WARRANTS], 530.2, 21.2),
    ],
    ids=["public in May 2025", "public on 2025-03-31"],
)
def test_coreweave_at_the_price_of_its_offering(awards, count, worth):
    held = holders([*BASIC, *awards], [REDEEMABLE])
    assert shares_at(held, 40) == pytest.approx(count, abs=0.1)
    assert 40 * shares_at(held, 40) / 1000 == pytest.approx(worth, abs=0.05)
