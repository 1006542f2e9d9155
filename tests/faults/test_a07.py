"""Fault A7: `delayed_draw` drew all at its close, paid the owners and took the money back for what was to be spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from small_factory import SENIOR, inputs, ledger

ORDERS = {
    "debt_first": "[prepayment, debt, equity]",
    "equity_first": "[prepayment, equity, debt]",
    "pro_rata": "[prepayment, pro_rata]",
}


def needed(lines: Mapping[str, Any]) -> np.ndarray:
    """What lenders and owners had to pay so far, by month to full operation: uses beyond customers' money."""
    building = lines["building"] > 0
    uses = lines["capex"] + lines["financing_fees"] + lines["interest"] + lines["repayment"] + lines["reserve_move"]
    beyond = np.cumsum((uses - lines["prepayment_in"] - lines["operating_cash"])[building])
    return np.maximum.accumulate(np.maximum(beyond, 0.0))


def drawn_as_needed(lines: Mapping[str, Any]) -> None:
    """Sources are uses in every month, no draw is above the month's need, none pays owners, no balance is negative."""
    building = lines["building"] > 0
    need = np.diff(needed(lines), prepend=0.0)
    paid = lines["planned_draw"] + lines["preferred_in"] + lines["equity_in"]
    tolerance = 1e-9 * lines["funded_cost_usd"] + 0.01
    np.testing.assert_allclose(paid[building], need, atol=tolerance)
    assert not lines["early_distribution"].any()
    assert np.all(lines["t_drawn"][:, -1] <= lines["t_commitment"] + tolerance)
    np.testing.assert_allclose(
        lines["t_drawn"][:, -1] + lines["t_cancelled"].sum(axis=1), lines["t_commitment"], atol=tolerance
    )
    assert lines["t_balance"].min() >= -tolerance
    assert lines["cash"].min() >= -tolerance


@pytest.mark.parametrize("order", ORDERS)
def test_a07_a_delayed_draw_pays_what_is_needed_and_no_owner(order: str) -> None:
    """IREN, delayed draw: 2,365 m went to owners with 3.4 bn to spend; right: nothing, draws follow need."""
    overrides = {
        "capital.debt.senior.kind": "delayed_draw",
        "capital.debt.senior.draw_order": ORDERS[order],
        "capital.debt.senior.distribution_at_close": False,
    }
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    lines = result.runs["contract_only"].lines
    drawn_as_needed(lines)
    opened = int(result.factory.finance.tranches[0].closes)
    assert not lines["planned_draw"][:opened].any()
    assert lines["t_drawn"][0, -1] <= needed(lines)[-1] - needed(lines)[opened - 1] + 1.0


def test_a07_a_distribution_is_a_choice_of_the_file() -> None:
    """Stated, what will not be needed is drawn at close and paid to owners, once; they take no more part in it."""
    result = cf.run("iren-horizon")
    lines, opened = result.runs["contract_only"].lines, int(result.factory.finance.tranches[0].closes)
    paid = lines["early_distribution"]
    assert np.flatnonzero(paid).tolist() == [opened]
    assert lines["t_drawn"][0, -1] == pytest.approx(lines["t_commitment"][0], rel=1e-9)
    assert 0.4e9 < paid[opened] < 0.8e9
    without = cf.run("iren-horizon", overrides={"capital.debt.senior.distribution_at_close": False}, resize=True)
    lines = without.runs["contract_only"].lines
    assert not lines["early_distribution"].any()
    assert lines["t_cancelled"].sum() > paid[opened]


def test_a07_what_is_undrawn_at_the_end_of_availability_is_cancelled() -> None:
    """Available until 2026-09 only: not drawn at conversion; owners pay the gap, service is that of what was drawn."""
    overrides = {
        "capital.debt.senior.available_until": "2026-09",
        "capital.debt.senior.distribution_at_close": False,
    }
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    lines, names = result.runs["contract_only"].lines, result.factory.timeline.names
    cancelled = lines["t_cancelled"][0]
    assert [names[month] for month in np.flatnonzero(cancelled)] == ["2026-09"]
    assert cancelled.sum() > 1e9
    assert not lines["planned_draw"][names.index("2026-10") :].any()
    drawn = lines["t_commitment"][0] - cancelled.sum()
    assert lines["t_scheduled_principal"][0].sum() == pytest.approx(drawn, rel=1e-9)
    assert any("is cancelled" in text for text in result.warnings)


def loans(draw: st.DrawFn, order: str) -> tuple[Any, ...]:
    """One to three loans by rank; where draws are pro rata they close together."""
    months = [draw(st.sampled_from([0.0, 3.0, 8.0])) for _ in range(3)]
    closes = months[:1] * 3 if order == "pro_rata" else months
    early = draw(st.sampled_from([0.0, 0.5, 1.0]))
    return tuple(
        replace(
            SENIOR,
            name=f"loan {rank}",
            kind=draw(st.sampled_from(["sculpted", "level", "equal_principal"])),
            closes=closes[rank],
            sizing_dscr=draw(st.floats(1.05, 1.3)) * (2.2, 1.6, 1.0)[rank],
            max_gearing=draw(st.sampled_from([np.nan, 0.2, 0.35])) * (rank + 1),
            fixed_rate=draw(st.floats(0.0, 0.15)),
            upfront_fee=draw(st.floats(0.0, 0.04)),
            dsra=float(draw(st.integers(0, 6))),
            drawn_early=early,
        )
        for rank in range(draw(st.integers(1, 3)))
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any]]:
    """Loans, the order of draws, prices and prepayments."""
    order = draw(st.sampled_from(list(ORDERS)))
    tranches = loans(draw, order)
    choices = {
        "draw_order": order,
        "timing": "within" if tranches[0].drawn_early else "end",
    }
    changes = {
        "tranches": tranches,
        "c_price": np.array([draw(st.floats(2.0, 9.0))]),
        "c_prepayment": np.array([draw(st.sampled_from([0.0, 0.1, 0.3]))]),
        "c_prepaid": np.array([float(draw(st.integers(0, 12)))]),
        "maintenance_months": float(draw(st.sampled_from([0, 3]))),
    }
    return choices, changes


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_a07_any_loans_follow_need(case: tuple[dict[str, str], dict[str, Any]]) -> None:
    """One to three loans, prepayments at any time, interest within the month or not: every month's draw is its need."""
    choices, changes = case
    book = ledger(**choices)
    drawn_as_needed(book.run(inputs(book, **changes)))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("timing", ["end", "within"])
@pytest.mark.parametrize("prepayment", [0.0, 0.25])
@pytest.mark.parametrize("distributes", [0.0, 1.0])
def test_a07_a_cost_limit_closes_under_every_order(
    order: str, timing: str, prepayment: float, distributes: float
) -> None:
    """D = g x funded cost exactly, for the last of two loans too, all drawn or not, without rounds."""
    book = ledger(draw_order=order, timing=timing)
    early = float(timing == "within")
    first = replace(SENIOR, name="first", max_gearing=0.3, sizing_dscr=3.2, drawn_early=early, closes=2.0)
    second = replace(SENIOR, name="second", max_gearing=0.45, sizing_dscr=1.1, drawn_early=early, fixed_rate=0.09)
    second = replace(second, distributes=distributes, closes=8.0 * distributes)
    values = inputs(
        book,
        tranches=(first, second),
        c_price=np.array([6.0]),
        c_prepayment=np.array([prepayment]),
    )
    lines = book.run(values)
    assert lines["t_commitment"][0] <= 0.3 * lines["funded_cost_usd"]
    assert lines["t_commitment"].sum() == pytest.approx(0.45 * lines["funded_cost_usd"], rel=1e-12)
    if not distributes:
        drawn_as_needed(lines)
