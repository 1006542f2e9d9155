"""Dilution worked by hand, and that every holder's money adds up to the equity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import site_of_arrays as oracle

some = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def per_share(valued, equity, shares=100.0, options=(), notes=()):
    """Price, diluted shares and notes that stay debt, by the lines."""
    rows = [(0.0, shares, 0.0, 0.0)]
    rows += [(strike, count, count * strike, 0.0) for count, strike in options]
    rows += [(price, amount / price, 0.0, amount) for amount, price in notes]
    above, joined, pays, owed = np.array(sorted(rows, key=lambda row: row[0]), dtype=float).T
    holders = {"h_above": above, "h_until": np.append(above[1:], above[-1]), "h_shares": joined, "h_pays": pays}
    holders |= {"h_owed": owed, "h_last": np.arange(len(above)) == len(above) - 1}
    lines = {"industrial_enterprise_value_usd": equity, "claims_before_notes": 0.0}
    found = valued(lines, **holders, shares_stated=shares)
    return tuple(float(found[f"industrial_{name}"]) for name in ("value_usd_per_share", "shares", "notes"))


def test_options_by_the_treasury_method(valued):
    """100 shares, 20 options at 5, equity 1,000: p = 1100 / 120 = 9.17, and 100 / p = 10.9 shares are bought back."""
    price, shares, _ = per_share(valued, 1000.0, options=[(20, 5.0)])
    assert price == pytest.approx(1100 / 120)
    assert shares == pytest.approx(120 - 100 / (1100 / 120))
    assert price * shares == pytest.approx(1000)


def test_options_out_of_the_money_count_nothing(valued):
    assert per_share(valued, 1000.0, options=[(20, 50.0)]) == (10.0, 100, 0)


def test_a_note_converts_only_above_its_price(valued):
    note = (300.0, 12.0)  # 25 shares
    price, _, owed = per_share(valued, 1000.0, notes=[note])
    assert (price, owed) == (7.0, 300)
    price, _, owed = per_share(valued, 2000.0, notes=[note])
    assert (price, owed) == (pytest.approx(16.0), 0)


def test_nothing_is_left_below_the_claims(valued):
    assert per_share(valued, -50.0) == (0, 100, 0)


def test_without_shares_there_is_no_price_and_every_note_is_debt(valued):
    assert per_share(valued, 1000.0, shares=0.0, options=[(20, 5.0)], notes=[(300.0, 2.0)]) == (0, 0, 300)


@some
@given(
    st.floats(-1e3, 1e4),
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 100)), max_size=4),
    st.lists(st.tuples(st.floats(1, 500), st.floats(0.1, 100)), max_size=3),
)
def test_all_holders_together_own_the_equity(valued, equity, options, notes):
    price, shares, owed = per_share(valued, equity, options=options, notes=notes)
    wanted = oracle.per_share(equity, 100.0, options, notes)
    assert price == pytest.approx(wanted[0], rel=1e-9, abs=1e-9)
    if price > 0:
        assert price * shares + owed == pytest.approx(equity, rel=1e-9)
    assert per_share(valued, abs(equity) * 1.1, options=options, notes=notes)[0] >= price - 1e-9


def test_losses_of_the_owner_are_used_year_by_year_up_to_the_limit(valued):
    """A million of income a year, four fifths of it may be offset: 2 million last two and a half years."""
    run = valued.run
    years = run.timeline.year_end > 0
    income = np.zeros_like(run.lines["v_taxable"])
    income[:, years] = 1e6
    lines = {"v_taxable": income} | ({"v_nol_used": income * 0} if "v_nol_used" in run.lines else {})
    found = valued(lines, loss_limit=0.8, owner_losses=2e6, valuation_date=0.0, **oracle.at_one_rate(run.inputs, 0.1))
    used = -np.diff(found["owner_losses_left"], prepend=2e6)
    assert used[years][:4].tolist() == pytest.approx([8e5, 8e5, 4e5, 0])
    ends = run.timeline.month[years][:3]
    by_hand = sum(
        u * float(run.lines["tax_rate"]) / 1.1 ** ((t + 1) / 12) for u, t in zip([8e5, 8e5, 4e5], ends, strict=True)
    )
    assert found["losses_value"] == pytest.approx(by_hand)
