"""What a company's months must keep, whatever its blocks: the book lands once, balances close, parts sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import small_company as small
from computefactory.analysis.evaluation import company_ledger, inputs_for
from computefactory.analysis.run import CompanyResult, run

MILLION = 1e6
CLOSE = 1e-9


@pytest.fixture(scope="module")
def result() -> CompanyResult:
    """The small company."""
    return run(small.company())


def close(left: Any, right: Any, scale: float) -> None:
    np.testing.assert_allclose(left, right, rtol=0, atol=CLOSE * scale)


blocks = st.builds(
    small.block,
    st.just("a"),
    power=st.sampled_from([0.0, 30_000.0, 60_000.0]),
    full_power=st.sampled_from([60_000.0, 90_000.0]),
    start=st.integers(-6, 20).map(float),
    ramp=st.sampled_from([0.0, 1.0, 12.0, 18.0]),
    until=st.integers(24, 70).map(float),
    book=st.floats(1.0, 5_000.0).map(lambda value: value * MILLION),
    deferred=st.floats(0.0, 1.0).map(lambda value: value * MILLION),
    prepayment=st.floats(0.0, 400.0).map(lambda value: value * MILLION),
    prepaid_lead=st.integers(0, 8).map(float),
    lead=st.integers(0, 8).map(float),
    handover=st.integers(0, 2).map(float),
    advance=st.floats(0.0, 0.9),
    loan_rate=st.sampled_from([0.0, 0.06, 0.15]),
    loan_tenor=st.sampled_from([1.0, 24.0, 48.0]),
    stage=st.sampled_from([0.0, 0.0, 1.0]),
).map(lambda item: item if item.stage == 0 else replace(item, book=0.0, deferred=0.0, prepayment=0.0))


@given(st.lists(blocks, min_size=1, max_size=3), st.floats(0.0, 2_000.0), st.floats(0.0, 1.0))
@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
def test_identities(items: list[Any], construction: float, capitalised: float) -> None:
    company = small.company(*items, construction=construction * MILLION, capitalised=capitalised)
    lines = run(company).workings.lines
    scale = lines["book_at_start"] + 1e9
    close(lines["b_committed_revenue"].sum(axis=1), [b.book * (b.stage < 1) for b in items], scale)
    assert lines["book_unlanded"] == pytest.approx(0, abs=CLOSE * scale)
    close(lines["b_deferred_revenue"][:, -1], 0, scale)
    assert np.all(lines["b_deferred_revenue"] >= -CLOSE * scale)
    close(lines["prepayments"].sum() + sum(b.deferred for b in items), lines["credits"].sum(), scale)
    close(lines["debt_balance"][-1], 0, scale)
    close(lines["draws"].sum() + lines["debt_principal"], lines["principal"].sum(), scale)
    due = sum(b.capex * (b.full_power - b.power) * (b.stage < 1) for b in items)
    close(lines["capex"].sum(), max(due - construction * MILLION, 0), scale)
    close(lines["revenue"], sum(lines[name] for name in ("committed_revenue", "on_demand_revenue")), scale)
    close(lines["adjusted_ebitda"], lines["revenue"] - lines["contract_cost"] - lines["overhead"], scale)
    moved = lines["adjusted_ebitda"] + lines["prepayments"] - lines["credits"] - lines["capex"] + lines["draws"]
    moved = moved - lines["interest"] - lines["capitalised_interest"] - lines["principal"] - lines["tax"]
    close(np.diff(lines["cash"], prepend=company.terms.opening_cash), moved, scale)
    leases = company.terms.finance_leases
    close(lines["net_debt"], lines["debt_balance"] + leases - lines["cash"], scale)
    close(lines["funding_gap"], np.maximum(company.terms.cash_floor - lines["cash"], 0), scale)


def test_all_money_doubled_doubles_all_money(result: CompanyResult) -> None:
    ledger, values = company_ledger(), inputs_for(result.factory)
    money = {name for name, item in ledger.givens.items() if ("USD", 1) in item.unit.powers}
    twice = ledger.run({name: 2 * np.asarray(value) if name in money else value for name, value in values.items()})
    for name, line in ledger.lines.items():
        if ("USD", 1) in line.unit.powers and line.declared:
            np.testing.assert_allclose(twice[name], 2 * np.asarray(result.workings.lines[name]), rtol=1e-12, atol=1e-3)


def test_what_is_not_sold_counts_only_when_asked_for() -> None:
    sold, more = small.block("sold"), small.block("more", stage=1.0, power=0.0, book=0.0, deferred=0.0, prepayment=0.0)
    both, alone = run(small.company(sold, more)), run(small.company(sold))
    assert both.metrics["sold_mw"].value == 120
    assert both.metrics["secured_mw"].value == 240
    for name in ("revenue", "capex", "cash", "debt_balance"):
        np.testing.assert_array_equal(both.series[name], alone.series[name])
    added = both.rows("secured")["revenue"] - both.series["revenue"]
    billed = 120_000 * (np.arange(1, 13).sum() / 12 + 36 - 4 - 12)
    assert added.sum() == pytest.approx(billed * more.price)


def test_quarters_add_flows_and_take_balances_at_their_end(result: CompanyResult) -> None:
    assert result.quarters[:2] == ("2025-Q1", "2025-Q2")
    assert result.quarterly("revenue")[0] == pytest.approx(result.series["revenue"][:3].sum())
    assert result.quarterly("cash")[1] == result.series["cash"][5]
    assert result.quarterly("billing_power")[1] == result.series["billing_power"][5]
    assert result.quarterly("b_capex[blackwell fabrikam]")[0] == result.series["b_capex[blackwell fabrikam]"][:3].sum()


def test_a_schedule_that_is_published_sets_the_book(result: CompanyResult) -> None:
    landed = result.series["b_committed_revenue[hopper contoso]"]
    assert landed[:24].sum() == pytest.approx(0.6 * 2_400 * MILLION)
    assert landed[24] == pytest.approx(0.4 * 2_400 * MILLION / 24)


def test_an_undelivered_block_grows_in_equal_steps_and_waits_for_its_first_bill(result: CompanyResult) -> None:
    billing = result.series["b_billing[blackwell fabrikam]"]
    assert billing[3] == 0
    np.testing.assert_allclose(billing[4:16], 120_000 * np.arange(1, 13) / 12)
    cost = result.series["b_waiting_cost[blackwell fabrikam]"]
    per_kw = 0.3 * 9 * small.PER_MW_YEAR
    np.testing.assert_allclose(cost[3:15], 10_000 * per_kw)
    assert cost[2] == 0
    assert cost[15] == 0


def test_a_book_that_cannot_land_is_said() -> None:
    late = small.block("late", power=0.0, start=60.0, until=48.0)
    assert any("does not land" in warning for warning in run(small.company(late)).warnings)


def test_after_the_contract_nothing_is_in_the_revenue(result: CompanyResult) -> None:
    after = result.series["b_after_revenue[hopper contoso]"]
    assert after[:36].sum() == 0
    assert after[36] == pytest.approx(0.8 * 100_000 * 7 * small.PER_MW_YEAR * 0.8**3)
    assert after[60:].sum() == 0
    assert result.series["b_committed_revenue[hopper contoso]"][48:].sum() == 0


def test_facilities_repay_what_is_due_and_the_rest_at_maturity() -> None:
    due = (10.0, 0.0, 20.0)
    company = small.company(facilities=(small.facility("a", balance=100.0, rate=0.12, matures=4.0, due=due),))
    lines = run(company).workings.lines
    np.testing.assert_allclose(lines["f_principal"][0][:6], [10, 0, 20, 0, 70, 0])
    np.testing.assert_allclose(lines["f_interest"][0][:6], [1, 0.9, 0.9, 0.7, 0.7, 0])


def test_a_batch_gives_every_bit_of_a_single_run(result: CompanyResult) -> None:
    ledger, values = company_ledger(), inputs_for(result.factory)
    prices = np.linspace(300.0, 900.0, 5)[:, None] * np.ones(2)
    many = ledger.run_many({**values, "b_price": prices}, 5, ledger.lines)
    for k in range(5):
        one = ledger.run({**values, "b_price": prices[k]})
        for name, line in ledger.lines.items():
            if line.declared:
                np.testing.assert_array_equal(many[name][k], one[name])


def test_shares_and_as_of_are_carried(result: CompanyResult) -> None:
    assert result.metrics["shares_basic"].value == 465e6
    without = run(replace(result.factory, terms=replace(result.factory.terms, shares_stated=0.0)))
    assert without.metrics["shares_basic"].reason == "not_applicable"


def test_what_is_not_known_of_no_power_makes_nothing_unknown() -> None:
    nan = float("nan")
    delivered = small.block("delivered", full_power=60_000.0, price=nan, capex=nan, market_price=nan, retires=36.0)
    unsold = small.block("unsold", stage=1.0, power=0.0, price=nan, book=0.0, deferred=0.0, prepayment=0.0)
    result = run(small.company(delivered, unsold))
    assert all(np.isfinite(result.series[name]).all() for name in ("revenue", "adjusted_ebitda", "capex", "cash"))
    assert np.isnan(result.rows("secured")["revenue"]).any()


def test_a_number_that_is_not_known_reaches_all_that_rests_on_it() -> None:
    result = run(small.company(opening_cash=float("nan")))
    assert np.isnan(result.series["cash"]).all()
    assert np.isnan(result.series["funding_gap"]).all()
    assert result.metrics["funding_gap_usd"].value is None
    assert result.metrics["net_debt_usd"].value is None
    assert result.metrics["debt_principal_usd"].value == 2e9


@pytest.mark.parametrize("life", [0.5, 24.0, 61.56])
def test_plant_is_depreciated_once_whatever_part_of_a_month_its_life_ends_in(life: float) -> None:
    lines = run(small.company(plant_life=life, plant=300e6, construction=0.0)).workings.lines
    assert lines["plant_depreciation"].sum() == pytest.approx(300e6 * min(life, 1) if life < 1 else 300e6)
