"""Debt: closed forms, limits, and what must hold of any schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory.model import FROZEN
from small_factory import FULL_OPERATION, TIMELINE, inputs, ledger

Run = Callable[..., Mapping[str, Any]]
ORDERS = ("debt_first", "pro_rata", "equity_first")


def test_cover_sized_debt_is_present_value_over_dscr(run: Run) -> None:
    """Edward Bodmer: with a constant cover, debt = PV(CFADS) / DSCR at the debt rate, and LLCR = DSCR."""
    lines = run(tax_in_sizing=0.0)
    cfads = lines["sizing_cfads"]
    months = np.arange(FULL_OPERATION, FULL_OPERATION + 60)
    factors = (1 + 0.06 / 12) ** -np.arange(1.0, 61.0)
    assert lines["commitment"] == pytest.approx((cfads[months] * factors).sum() / 1.3, rel=1e-12)


def test_untaxed_llcr_equals_sizing_cover(run: Run) -> None:
    lines = run(tax_in_sizing=0.0, federal_rate=0.0, senior={"dsra": 0.0})
    assert lines["llcr"] == pytest.approx(1.3, rel=1e-12)
    assert lines["min_dscr"] == pytest.approx(1.3, rel=1e-12)
    assert lines["average_dscr"] == pytest.approx(1.3, rel=1e-12)


def test_frozen_debt_feels_a_bad_scenario(run: Run) -> None:
    """Sized at 1.30x; CFADS 20 % lower must give 1.04x, not a smaller loan."""
    calm: dict[str, Any] = {
        "tax_in_sizing": 0.0,
        "federal_rate": 0.0,
        "senior": {"dsra": 0.0},
        "inflation": 0.0,
        "overhead_rate": 0.0,
    }
    sized = run(**calm)
    frozen = {name: sized[name] for name in FROZEN}
    level = sized["cfads"][FULL_OPERATION + 6]
    # the cost that takes a fifth of every month's CFADS; months differ only by their power bill
    worse = run({"debt": "frozen"}, **{**calm, "overhead_rate": 12 * 0.2 * level}, **frozen)
    np.testing.assert_array_equal(worse["debt_balance"], sized["debt_balance"])
    assert sized["average_dscr"] == pytest.approx(1.30, rel=1e-12)
    assert worse["average_dscr"] == pytest.approx(1.04, rel=2e-3)


def test_frozen_run_repeats_the_sized_one(run: Run) -> None:
    sized = run()
    frozen = {name: sized[name] for name in FROZEN}
    again = run({"debt": "frozen"}, **frozen)
    for name in ("debt_balance", "equity_flow", "cash", "interest", "tax_paid"):
        np.testing.assert_allclose(again[name], sized[name], rtol=0, atol=1e-6)


def test_gearing_closes_in_one_formula(run: Run) -> None:
    """D = g x funded cost exactly, with fees, early interest and the first reserve inside, without rounds."""
    lines = run({"draw_order": "pro_rata"}, senior={"max_gearing": 0.4})
    assert lines["commitment"] == pytest.approx(0.4 * lines["funded_cost_usd"], rel=1e-12)
    assert lines["commitment"] < lines["t_debt_on_path"][0]


def test_fee_on_the_loan_it_funds(run: Run) -> None:
    """Bodmer's trap: 100 net of a fee of half the loan takes a loan of 200, not 150."""
    lines = run(
        {"draw_order": "pro_rata"},
        senior={"max_gearing": 1.0, "upfront_fee": 0.5, "fixed_rate": 0.0, "commitment_fee": 0.0, "dsra": 0.0},
        c_price=np.array([30.0]),
    )
    assert lines["commitment"] == pytest.approx(2 * lines["total_base_cost"], rel=1e-12)


def test_value_limit_binds_month_by_month(run: Run) -> None:
    lines = run(senior={"max_ltv": 0.5}, c_price=np.array([6.0]))
    after = slice(FULL_OPERATION - 1, FULL_OPERATION + 59)
    assert np.all(lines["debt_balance"][after] <= 0.5 * lines["silicon_value"][after] + 1.0)
    assert lines["commitment"] == pytest.approx(0.5 * lines["silicon_value"][FULL_OPERATION - 1], rel=1e-12)


def test_sculpted_vector_of_the_field() -> None:
    """CFADS 100, 110, 120, 130, 140 at 6 % and 1.30x: debt 385.0630 and principal 53.8193 … 101.5965, by hand."""
    limit, path = 0.0, []
    for cfads in (140.0, 130.0, 120.0, 110.0, 100.0):
        limit = (limit + cfads / 1.3) / 1.06
        path.append(limit)
    assert path[-1] == pytest.approx(385.0630, abs=5e-5)
    assert -np.diff([*path[::-1], 0.0]) == pytest.approx([53.8193, 64.7408, 76.3175, 88.5889, 101.5965], abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(
    price=st.floats(1.0, 8.0),
    rate=st.floats(0.0, 0.15),
    dscr=st.floats(1.05, 2.0),
    fee=st.floats(0.0, 0.05),
    reserve=st.integers(0, 12),
    prepayment=st.floats(0.0, 0.4),
    closes=st.integers(0, 12),
    order=st.sampled_from(ORDERS),
    at_once=st.sampled_from([0.0, 1.0]),
    ltv=st.sampled_from([0.6, np.nan]),
    tax=st.floats(0.0, 0.5),
)
def test_any_structure_closes(
    price: float,
    rate: float,
    dscr: float,
    fee: float,
    reserve: int,
    prepayment: float,
    closes: int,
    order: str,
    at_once: float,
    ltv: float,
    tax: float,
) -> None:
    """Uses equal sources, the debt is repaid, the reserve is its target, cash is never below zero, losses roll."""
    book = ledger(draw_order=order)
    values = inputs(
        book,
        c_price=np.array([price]),
        senior={
            "fixed_rate": rate,
            "sizing_dscr": dscr,
            "upfront_fee": fee,
            "dsra": float(reserve),
            "closes": float(closes),
            "max_ltv": ltv,
        },
        c_prepayment=np.array([prepayment]),
        federal_rate=tax,
        losses_at_once=at_once,
    )
    lines = book.run(values)
    tolerance = max(0.01, 1e-12 * 400e6)
    building = lines["building"] > 0
    put_in = sum(
        lines[name][building].sum()
        for name in ("source_prepayment", "source_operations", "source_equity", "planned_draw")
    )
    paid = sum(
        lines[name][building].sum()
        for name in ("used_capex", "used_interest", "used_fees", "used_repayment", "used_reserve", "early_distribution")
    )
    assert put_in == pytest.approx(paid + lines["cash_at_conversion"].sum(), abs=tolerance)
    drawn = lines["planned_draw"].sum() + lines["t_cancelled"].sum()
    assert drawn == pytest.approx(lines["commitment"], abs=tolerance)
    assert lines["repayment"].sum() == pytest.approx(lines["planned_draw"].sum(), abs=tolerance)
    assert abs(lines["debt_balance"][-1]) <= tolerance
    assert lines["debt_balance"].min() >= -tolerance
    assert lines["cash"].min() >= -tolerance
    assert np.cumsum(lines["reserve_move"])[-1] == pytest.approx(0.0, abs=tolerance)
    flows = (
        lines["ebitda"]
        + lines["sale_proceeds"]
        - lines["tax_paid"]
        - lines["capex"]
        + lines["prepayment_in"]
        - lines["prepayment_credit"]
        + lines["planned_draw"]
        - lines["repayment"]
        - lines["interest"]
        - lines["financing_fees"]
    )
    assert flows.sum() == pytest.approx(lines["equity_flow"].sum() + lines["cash"][-1], abs=tolerance)
    assert np.abs(lines["imbalance"]).max() <= max(0.01, 1e-12 * lines["total_assets"].max())
    assert lines["j_nol_closing"].min() >= -tolerance


@pytest.mark.parametrize("short", [1e-9, 1e-6, 0.0])
def test_a_schedule_that_rounds_short_of_the_debt_still_ends(run: Run, short: float) -> None:
    """A billionth of a dollar left would earn interest for ever, and its minus signs a second rate of return."""
    sized = run()
    frozen = {name: sized[name] for name in FROZEN}
    principal = frozen["t_planned_repayment"]
    principal = principal - short * (principal == principal[principal > 0][-1])
    lines = run({"debt": "frozen"}, **{**frozen, "t_planned_repayment": principal})
    last = np.flatnonzero(principal[0])[-1]
    assert not lines["debt_balance"][last:].any()
    assert not lines["interest"][last + 1 :].any()
    assert lines["equity_irr"] == pytest.approx(sized["equity_irr"], rel=1e-9)
    owed = run({"debt": "frozen"}, **{**frozen, "t_planned_repayment": principal / 2})
    left = sized["commitment"] / 2 - owed["prepaid_debt"].sum()
    assert owed["debt_balance"][-1] == pytest.approx(left, rel=1e-9), "the sale at the exit repays a part"


def test_owners_money_before_full_operation_is_no_cure(run: Run) -> None:
    lines = run(c_price=np.array([1.2]))
    building = lines["building"] > 0
    assert lines["equity_in"][building].sum() > 1e6
    assert not lines["cure"][building].any()
    np.testing.assert_array_equal(lines["cure"][~building], lines["equity_in"][~building])


def test_tax_of_the_first_years_by_hand(run: Run) -> None:
    """Bonus on the silicon makes a loss; later income uses it up to 80 %; the rest is taxed at 21 %."""
    lines = run(senior={"sizing_dscr": 1e9, "dsra": 0.0, "upfront_fee": 0.0, "commitment_fee": 0.0})
    years = np.array([int(name[:4]) for name in TIMELINE.names])
    carried, expected = 0.0, []
    for year in np.unique(years):
        inside = years == year
        taxable = (lines["ebitda"] - lines["tax_depreciation"] + lines["gain_on_sale"] - lines["interest"])[
            inside
        ].sum()
        used = min(carried, 0.8 * max(taxable, 0.0))
        carried += max(-taxable, 0.0) - used
        expected.append(0.21 * (max(taxable, 0.0) - used))
    paid = [lines["tax_paid"][years == year].sum() for year in np.unique(years)]
    np.testing.assert_allclose(paid, expected, atol=0.01)
    assert max(expected) > 1e6
