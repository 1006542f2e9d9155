"""Several tranches: each kind by hand, rank, limits, covenants, reserves, refinancing, and any structure closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory import finance
from computefactory.model import FROZEN
from small_factory import FULL_OPERATION, SENIOR, TENOR, TIMELINE, inputs, ledger

Run = Callable[..., Mapping[str, Any]]
END = FULL_OPERATION + TENOR - 1
LIFE = slice(FULL_OPERATION, END + 1)
PLAIN: dict[str, Any] = {"federal_rate": 0.0, "inflation": 0.0, "overhead_rate": 0.0}
BEFORE_TAX: dict[str, Any] = {"tax_in_sizing": 0.0}
RATE = 0.06 / 12


def loan(name: str = "senior", **terms: Any) -> Any:
    """A tranche of the small factory without a reserve; ``ends`` moves with ``matures``."""
    if "matures" in terms:
        terms = {"ends": terms["matures"], "profile_ends": terms["matures"]} | terms
    return replace(SENIOR, **({"name": name, "dsra": 0.0} | terms))


def flat(run: Run, *tranches: Any, **changes: Any) -> Mapping[str, Any]:
    """Untaxed, sized before tax, without rising cost."""
    return run(changes.pop("choices", {}), tranches=tranches, **{**PLAIN, **BEFORE_TAX, **changes})


def test_a_level_loan_is_an_annuity(run: Run) -> None:
    """Equal payments, by two other libraries; the loan is the worst twelve months' room over a year of payments."""
    lines = flat(run, loan(kind="level"))
    debt, owed = lines["t_commitment"][0], lines["t_balance"][0]
    paid = (lines["t_interest"] + lines["t_scheduled_principal"])[0][LIFE]
    assert paid == pytest.approx(np.full(TENOR, finance.level_payment(debt, RATE, TENOR)), rel=1e-12)
    assert paid[0] == pytest.approx(-pyxirr.pmt(RATE, TENOR, debt), rel=1e-12)
    assert owed[FULL_OPERATION + 11] == pytest.approx(-pyxirr.fv(RATE, 12, -paid[0], debt), rel=1e-9)
    years = np.convolve(lines["sizing_cfads"][LIFE], np.ones(12), "valid")
    assert debt == pytest.approx(years.min() / 1.3 / 12 / (paid[0] / debt), rel=1e-12)


def test_equal_principal(run: Run) -> None:
    lines = flat(run, loan(kind="equal_principal"))
    debt = lines["t_commitment"][0]
    assert lines["t_scheduled_principal"][0][LIFE] == pytest.approx(np.full(TENOR, debt / TENOR), rel=1e-9)
    first_year = sum(debt / TENOR + debt * (TENOR - k) / TENOR * RATE for k in range(12))
    assert debt > 0
    assert first_year <= lines["sizing_cfads"][LIFE][:12].sum() / 1.3 * (1 + 1e-12)


def test_a_bullet_pays_interest_and_all_of_it_at_the_end(run: Run) -> None:
    last = FULL_OPERATION + 35
    lines = flat(run, loan(kind="bullet", amount=80e6, matures=float(last)))
    assert lines["t_commitment"][0] == 80e6
    assert lines["t_interest"][0][FULL_OPERATION : last + 1] == pytest.approx(np.full(36, 80e6 * RATE), rel=1e-12)
    assert np.flatnonzero(lines["t_scheduled_principal"][0]).tolist() == [last]
    assert lines["t_scheduled_principal"][0][last] == pytest.approx(80e6, rel=1e-12)
    assert lines["cure"][last] > 0  # a month's cash does not repay it


def test_vendor_finance_is_a_share_of_the_silicon(run: Run) -> None:
    lines = flat(run, loan(kind="vendor", share=0.1, matures=float(FULL_OPERATION + 23)))
    assert lines["t_commitment"][0] == pytest.approx(0.1 * 200e6, rel=1e-12)
    paid = (lines["t_interest"] + lines["t_scheduled_principal"])[0][FULL_OPERATION : FULL_OPERATION + 24]
    assert paid == pytest.approx(np.full(24, finance.level_payment(20e6, RATE, 24)), rel=1e-12)


def test_a_sweep_takes_its_share_of_the_cash_without_owners(run: Run) -> None:
    """Half the cash after interest prepays the loan, by hand, month by month."""
    lines = flat(run, loan(kind="sweep", sweep=0.5))
    owed = lines["t_commitment"][0]
    for month in range(FULL_OPERATION, END + 1):
        interest = owed * RATE
        swept = min(0.5 * max(lines["cfads"][month] - interest, 0.0), owed) if month < END else 0.0
        if month < END:
            assert lines["t_swept"][0][month] == pytest.approx(swept, abs=0.01)
            assert lines["distribution"][month] == pytest.approx(lines["cfads"][month] - interest - swept, abs=0.01)
        owed -= swept
        if owed < 1:
            break
    assert lines["t_balance"][0][END] == pytest.approx(0, abs=0.01)


def test_a_revolver_pays_what_is_short_and_is_repaid_first(run: Run) -> None:
    """A bullet falls due mid-way: the revolver lends what the month lacks and gets it back before owners get any."""
    due = float(FULL_OPERATION + 30)
    bullet = loan("bullet", kind="bullet", amount=10e6, matures=due)
    revolver = loan("revolver", kind="revolver", amount=50e6, fixed_rate=0.08)
    lines = flat(run, bullet, revolver)
    month = int(due)
    short = 10e6 * (1 + RATE) + lines["t_fees"][1][month] - lines["cfads"][month]
    assert lines["t_revolver_draw"][1][month] == pytest.approx(short, rel=1e-9)
    assert not lines["cure"].any()
    owed = short
    for later in range(month + 1, month + 4):
        cash = lines["cfads"][later] - owed * 0.08 / 12 - lines["t_fees"][1][later]
        assert lines["t_returned"][1][later] == pytest.approx(min(cash, owed), rel=1e-6, abs=0.01)
        owed -= lines["t_returned"][1][later]
    small = flat(run, bullet, replace(revolver, amount=1e6))
    assert small["t_revolver_draw"][1][month] == 1e6  # never beyond the commitment
    assert small["cure"][month] == pytest.approx(short - 1e6, rel=5e-2)


def test_preferred_equity_is_paid_after_lenders_and_accrues_what_is_not(run: Run) -> None:
    preferred = loan("preferred", kind="preferred", amount=40e6, fixed_rate=0.12)
    lines = flat(run, loan(max_commitment=200e6), preferred)
    before = lines["t_balance"][1][FULL_OPERATION - 1]
    assert before > 40e6  # the coupon of the building time is owed
    month = FULL_OPERATION
    free = lines["cfads"][month] - lines["service"][month]
    owed = before * 1.01
    assert lines["t_preferred_paid"][1][month] == pytest.approx(min(owed - 40e6, free), rel=1e-9)
    assert lines["preferred_balance"][-1] == pytest.approx(0, abs=0.01)
    assert lines["min_dscr"] == pytest.approx(flat(run, loan(max_commitment=200e6))["min_dscr"], rel=1e-9)


def test_a_junior_tranche_is_sized_on_what_the_senior_leaves(run: Run) -> None:
    """Cover of the junior is that of all service ahead: room = CFADS / 1.2 - CFADS / 1.5, worth it at its own rate."""
    paid_out = {"distributes": 1.0}  # or what there is to pay would bind
    lines = flat(run, loan(sizing_dscr=1.5), loan("junior", sizing_dscr=1.2, fixed_rate=0.10, **paid_out))
    cash = lines["sizing_cfads"][LIFE]
    senior, junior = (cash * (1 + rate / 12) ** -np.arange(1.0, TENOR + 1) for rate in (0.06, 0.10))
    assert lines["t_commitment"][0] == pytest.approx(senior.sum() / 1.5, rel=1e-12)
    assert lines["t_commitment"][1] == pytest.approx(junior.sum() * (1 / 1.2 - 1 / 1.5), rel=1e-12)
    assert lines["t_dscr"][0][lines["t_tested"][0] > 0] == pytest.approx(1.5, rel=1e-9)
    assert lines["t_dscr"][1][lines["t_tested"][1] > 0] == pytest.approx(1.2, rel=1e-9)
    assert lines["llcr"] == pytest.approx(1.2, rel=1e-9)


def test_what_value_keeps_a_senior_from_using_is_left_to_the_junior(run: Run) -> None:
    free = loan("junior", sizing_dscr=1.3, secures="durable", fixed_rate=0.06)
    lines = flat(run, loan(max_ltv=0.2), free)
    alone = flat(run, loan())
    assert lines["t_commitment"][0] < alone["t_commitment"][0]
    assert lines["t_commitment"].sum() == pytest.approx(alone["t_commitment"][0], rel=1e-9)
    service = lines["t_interest"] + lines["t_scheduled_principal"]
    assert np.all(service.sum(axis=0)[LIFE] <= lines["sizing_cfads"][LIFE] / 1.3 + 0.01)


def test_value_is_lent_on_once(run: Run) -> None:
    """Two tranches on the silicon: the second up to its own share of the value, less the first."""
    lines = flat(run, loan(max_ltv=0.4), loan("second", max_ltv=0.5, sizing_dscr=1.05), c_price=np.array([9.0]))
    value = lines["t_value"][0][LIFE]
    owed = lines["t_balance"][:, LIFE]
    assert np.all(owed[0] <= 0.4 * value + 0.01)
    assert np.all(owed.sum(axis=0) <= 0.5 * value + 0.01)


def test_what_is_secured_on_all_stands_behind_every_loan_and_on_a_part_behind_its_own(run: Run) -> None:
    """40 million ahead on the durable layer; then as much on the silicon, which the durable layer does not owe."""
    ahead = loan("ahead", kind="bullet", amount=40e6, secures="durable", matures=float(END))
    behind = loan("behind", secures="all", max_ltv=0.3, sizing_dscr=1.05)
    month = FULL_OPERATION - 1
    lines = flat(run, ahead, behind, c_price=np.array([9.0]))
    value = lines["silicon_value"] + lines["durable_value"]
    assert lines["t_commitment"][1] == pytest.approx(0.3 * value[month] - 40e6, rel=1e-9)
    assert np.all(lines["t_balance"].sum(axis=0)[LIFE] <= np.maximum(0.3 * value[LIFE], 40e6) + 0.01)
    durable = replace(behind, secures="durable")
    lines = flat(run, ahead, durable, c_price=np.array([9.0]))
    assert lines["t_commitment"][1] == pytest.approx(max(0.3 * lines["durable_value"][month] - 40e6, 0), abs=0.01)
    lines = flat(run, replace(ahead, secures="silicon"), durable, c_price=np.array([9.0]))
    assert lines["t_commitment"][1] == pytest.approx(0.3 * lines["durable_value"][month], rel=1e-9)


def test_value_carries_a_level_loan_in_every_month(run: Run) -> None:
    """The balance of an annuity against half the value, from the month before the first service."""
    lines = flat(run, loan(kind="level", max_ltv=0.5), c_price=np.array([9.0]))
    left = 1 - (1 + RATE) ** -np.arange(float(TENOR), 0.0, -1.0)
    carried = 0.5 * lines["t_value"][0][FULL_OPERATION - 1 : END] / (left / left[0])
    assert lines["t_commitment"][0] == pytest.approx(carried.min(), rel=1e-9)
    assert lines["t_commitment"][0] < flat(run, loan(kind="level"), c_price=np.array([9.0]))["t_commitment"][0]


def test_a_level_loan_is_tested_from_its_first_full_year(run: Run) -> None:
    """A quarter in which a tenth is used weighs in its year and not alone."""
    ramp = np.ones((1, TIMELINE.periods))
    ramp[0, FULL_OPERATION : FULL_OPERATION + 3] = 0.1
    lines = flat(run, loan(kind="level"), c_ramp=ramp)
    years = np.convolve(lines["sizing_cfads"][LIFE], np.ones(12), "valid")
    assert np.argmin(years) == 0
    payment = finance.level_payment(1.0, RATE, TENOR)
    assert lines["t_commitment"][0] == pytest.approx(years[0] / 1.3 / 12 / payment, rel=1e-9)


@pytest.mark.parametrize("kind", ["sculpted", "level", "equal_principal"])
def test_a_tail_longer_than_the_contract_leaves_nothing_to_lend_on(run: Run, kind: str) -> None:
    lines = flat(run, loan(kind=kind, tail=1_000.0))
    assert lines["t_commitment"][0] == 0
    assert not lines["debt_balance"].any()
    assert np.isfinite(lines["equity_flow"]).all()


def test_gearing_of_two_tranches_is_that_of_both(run: Run) -> None:
    choices = {"draw_order": "pro_rata"}
    two = loan(max_gearing=0.3), loan("second", max_gearing=0.5, sizing_dscr=1.1)
    lines = flat(run, *two, choices=choices, c_price=np.array([6.0]))
    assert lines["t_commitment"][0] <= 0.3 * lines["funded_cost_usd"]
    assert lines["commitment"] == pytest.approx(0.5 * lines["funded_cost_usd"], rel=1e-12)


def test_owners_pay_first_where_debt_pays_the_last_of_the_cost(run: Run) -> None:
    """Loans of 50 and 40 million: the first pays the last 50 million of the cost, the one behind it the 40 before."""
    first = loan("first", kind="bullet", amount=50e6, matures=float(END))
    second = loan("second", kind="bullet", amount=40e6, matures=float(END))
    lines = flat(run, first, second, choices={"draw_order": "equity_first"})
    building = slice(0, FULL_OPERATION)
    spent = np.cumsum(lines["capex"] - lines["operating_cash"])[building]
    left = spent[-1] - spent
    drawn = np.cumsum(lines["t_draw"], axis=1)[:, building]
    np.testing.assert_allclose(drawn[0], np.clip(50e6 - left, 0, 50e6), atol=0.01)
    np.testing.assert_allclose(drawn[1], np.clip(90e6 - left, 0, 40e6), atol=0.01)
    assert left[0] > 90e6


def test_a_cap_on_the_commitment_binds(run: Run) -> None:
    assert flat(run, loan(max_commitment=10e6))["t_commitment"][0] == 10e6


def test_the_tail_of_the_contract_is_left(run: Run) -> None:
    lines = flat(run, loan(tail=6.0))
    assert lines["t_balance"][0][END - 7] > 1
    assert lines["t_balance"][0][END - 6] == pytest.approx(0, abs=0.01)


def test_uncommitted_cash_counts_at_its_own_cover_only_where_asked(run: Run) -> None:
    """Half the hours on demand: lent on at 2.5x beside committed cash that does not pay all cost."""
    book: dict[str, Any] = {"c_committed": np.array([0.0]), "c_sold": np.array([0.6])}
    assert flat(run, loan(), **book)["commitment"] == 0
    lines = flat(run, loan(merchant_dscr=2.5), **book)
    cash = np.maximum(lines["revenue"] - lines["opex"], 0)[LIFE] / 2.5
    assert lines["commitment"] == pytest.approx((cash * (1 + RATE) ** -np.arange(1.0, TENOR + 1)).sum(), rel=1e-9)


def test_uncommitted_cash_is_lent_on_after_tax(run: Run) -> None:
    """At the combined rate: a state's 6 % is deducted from what the federal 21 % is levied on."""
    book: dict[str, Any] = {"c_committed": np.array([0.0]), "c_sold": np.array([0.6]), "state_rate": 0.06}
    lines = run(tranches=(loan(merchant_dscr=2.5),), **book)
    assert lines["tax_rate"] == pytest.approx(0.06 + 0.94 * 0.21, rel=1e-12)
    after = lines["revenue"] * 0.94 * 0.79 - lines["opex"]
    cash = np.maximum(after, 0)[LIFE] / 2.5
    assert lines["commitment"] == pytest.approx((cash * (1 + RATE) ** -np.arange(1.0, TENOR + 1)).sum(), rel=1e-9)


def test_tax_savings_of_the_group_are_not_lent_on(run: Run) -> None:
    """No revenue: losses that others use at once are no cash of the borrower."""
    lines = run(losses_at_once=1.0, tranches=(loan(),), c_price=np.array([0.0]))
    assert lines["lender_tax"].min() < -1e6
    assert lines["commitment"] == 0


def test_interest_counts_actual_days(run: Run) -> None:
    lines = flat(run, loan(kind="bullet", amount=36e6, day_count="actual/360"))
    expected = 36e6 * 0.06 * TIMELINE.days[LIFE] / 360
    assert lines["t_interest"][0][LIFE] == pytest.approx(expected, rel=1e-12)


def test_a_swapped_share_is_fixed_and_the_rest_floats(run: Run) -> None:
    curve = np.where(TIMELINE.month < 40, 0.04, 0.05)
    steps = tuple(np.where(TIMELINE.month < 30, 0.02, 0.03).tolist())
    lines = flat(run, loan(fixed_share=0.75, fixed_rate=0.038, margin=steps), base_rate=curve)
    assert lines["t_rate"][0][20] == pytest.approx(0.75 * 0.038 + 0.25 * 0.04 + 0.02, rel=1e-12)
    assert lines["t_rate"][0][50] == pytest.approx(0.75 * 0.038 + 0.25 * 0.05 + 0.03, rel=1e-12)
    assert lines["llcr"] == pytest.approx(1.3, rel=1e-9)  # whatever the rates do


@pytest.mark.parametrize(("early", "part"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_a_draw_bears_interest_for_its_part_of_the_month(run: Run, early: float, part: float) -> None:
    choices = {"draw_order": "pro_rata", "timing": "within" if early else "end"}
    lines = flat(run, loan(kind="bullet", amount=100e6, drawn_early=early), choices=choices)
    opening = lines["t_balance"][0] - lines["t_planned_draw"][0]
    expected = (opening + part * lines["t_planned_draw"][0]) * RATE
    assert lines["t_interest"][0][:FULL_OPERATION] == pytest.approx(expected[:FULL_OPERATION], rel=1e-9, abs=1e-6)


def test_gearing_closes_with_draws_at_the_start_of_the_month(run: Run) -> None:
    choices = {"draw_order": "pro_rata", "timing": "within"}
    lines = flat(run, loan(max_gearing=0.4, drawn_early=1.0, dsra=6.0, agency_fee=12e4), choices=choices)
    assert lines["commitment"] == pytest.approx(0.4 * lines["funded_cost_usd"], rel=1e-12)


def test_a_letter_of_credit_costs_a_fee_and_no_cash(run: Run) -> None:
    cash = flat(run, loan(dsra=6.0))
    letter = flat(run, loan(dsra=6.0, dsra_held="letter_of_credit", letter_fee=0.024))
    assert not letter["debt_reserve"].any()
    held = letter["t_letter_of_credit"][0]
    month = FULL_OPERATION + 5
    share = letter["commitment"] / cash["commitment"]  # the fee is paid out of the same cash: 6 months at 2.4 % a year
    assert share == pytest.approx(1 - 0.024 * 6 / 12, rel=1e-3)
    assert held[month] == pytest.approx(share * cash["t_cash_reserve"][0, month], rel=1e-3)
    assert letter["t_fees"][0][month] == pytest.approx(held[month] * 0.002, rel=1e-9)


def test_low_cover_locks_cash_up_until_a_test_is_passed(run: Run) -> None:
    """Sized at 1.3x, cash a fifth lower: 1.04x is below the lock-up; nothing is paid out, all of it later."""
    sized = flat(run, loan())
    frozen = {name: sized[name] for name in FROZEN}
    worse = {**PLAIN, **BEFORE_TAX, "overhead_rate": 12 * 0.2 * sized["cfads"][FULL_OPERATION + 6]}
    lines = run({"debt": "frozen"}, tranches=(loan(),), **worse, **frozen)
    first = int(np.flatnonzero(lines["tested"])[0])
    assert lines["dscr"][first] == pytest.approx(1.04, rel=2e-3)
    assert lines["locked"][first : END + 1].all()
    assert not lines["distribution"][first:END].any()
    assert lines["cash"][END - 1] == pytest.approx((lines["cfads"] - lines["service"])[first:END].sum(), rel=1e-9)
    assert lines["cash"][END + 1] == pytest.approx(0, abs=0.01)
    free = run({"debt": "frozen"}, tranches=(loan(lockup_dscr=1.0),), **worse, **frozen)
    assert not free["locked"].any()


def test_a_mini_perm_is_refinanced_by_the_loan_behind_it(run: Run) -> None:
    """Sculpted to month 60, due in month 36: the second loan repays what is owed, sized on the cash that is left."""
    due = float(FULL_OPERATION + 35)
    first = loan("mini", matures=due, profile_ends=float(END), refinanced_by="takeout")
    second = loan("takeout", closes=due, begins=due + 1, takes_out="mini", fixed_rate=0.05, upfront_fee=0.0)
    lines = flat(run, first, second)
    cash = lines["sizing_cfads"][int(due) + 1 : END + 1]
    owed = (cash / 1.3 * (1 + RATE) ** -np.arange(1.0, len(cash) + 1)).sum()
    assert lines["t_planned_balloon"][0].sum() == pytest.approx(owed, rel=1e-9)
    assert lines["t_commitment"][1] == pytest.approx(owed, rel=1e-9)  # cheaper, so the cash would carry more
    assert lines["t_balance"][0][int(due)] == pytest.approx(0, abs=0.01)
    assert lines["t_balance"][1][int(due)] == pytest.approx(owed, rel=1e-9)
    assert not lines["cure"].any()
    assert lines["t_dscr"][0][lines["t_tested"][0] > 0].min() == pytest.approx(1.3, rel=1e-9)
    dear = flat(run, first, replace(second, sizing_dscr=2.6))
    assert dear["t_commitment"][1] == pytest.approx(
        (cash / 2.6 * (1 + 0.05 / 12) ** -np.arange(1.0, 25)).sum(), rel=1e-9
    )
    assert dear["cure"][int(due)] > 0  # owners pay what the new loan does not


def test_a_loan_that_is_refinanced_is_sized_on_its_regular_payments(run: Run) -> None:
    """Level over 60 months and due in month 24: what the next loan repays then needs no cover."""
    ends = float(FULL_OPERATION + 23)
    first = loan(kind="level", ends=ends, refinanced_by="next")
    second = loan("next", kind="level", closes=ends, begins=ends + 1, takes_out="senior")
    lines = flat(run, first, second)
    years = np.convolve(lines["sizing_cfads"][FULL_OPERATION : FULL_OPERATION + 24], np.ones(12), "valid")
    payment = finance.level_payment(1.0, RATE, TENOR)
    assert lines["t_commitment"][0] == pytest.approx(years.min() / 1.3 / 12 / payment, rel=1e-9)


def test_a_refinancing_is_at_most_its_share_of_the_cost(run: Run) -> None:
    due = float(FULL_OPERATION + 35)
    first = loan("mini", matures=due, profile_ends=float(END), refinanced_by="takeout")
    second = loan("takeout", closes=due, begins=due + 1, takes_out="mini", max_gearing=0.05)
    lines = flat(run, first, second, choices={"draw_order": "pro_rata"})
    assert lines["t_commitment"][1] == pytest.approx(0.05 * lines["total_base_cost"], rel=1e-12)
    assert lines["t_commitment"][1] < lines["t_planned_balloon"][0].sum()


def test_a_bullet_that_is_refinanced_claims_its_interest_alone(run: Run) -> None:
    """A junior behind it is sized on the cash at its cover less that interest, in its last month too."""
    due = FULL_OPERATION + 35
    bullet = loan("bullet", kind="bullet", amount=50e6, matures=float(due), refinanced_by="takeout")
    junior = loan("junior", sizing_dscr=1.2, fixed_rate=0.10, distributes=1.0)
    takeout = loan("takeout", closes=float(due), begins=due + 1.0, takes_out="bullet", upfront_fee=0.0)
    lines = flat(run, bullet, takeout, c_price=np.array([5.0]))
    assert lines["t_planned_balloon"][0].sum() == pytest.approx(50e6, rel=1e-12)
    assert lines["t_commitment"][1] == pytest.approx(50e6, rel=1e-9)
    assert lines["t_balance"][1][due] == pytest.approx(50e6, rel=1e-9)
    assert not lines["cure"].any()
    lines = flat(run, bullet, junior, takeout, c_price=np.array([5.0]))
    months = np.arange(FULL_OPERATION, END + 1)
    room = lines["sizing_cfads"][LIFE] / 1.2 - 50e6 * RATE * (months <= due)
    by_hand = (room * (1 + 0.10 / 12) ** -np.arange(1.0, TENOR + 1)).sum()
    assert lines["t_commitment"][1] == pytest.approx(by_hand, rel=1e-9)


def test_a_make_whole_is_the_worth_of_what_the_lender_loses(run: Run) -> None:
    """A level loan at 6 % prepaid after 24 of 60 months, discounted at 4 % and half a point."""
    ends = float(FULL_OPERATION + 23)
    first = loan(kind="level", ends=ends, prepaid=1.0, make_whole_spread=0.005, refinanced_by="cheaper")
    second = loan("cheaper", kind="level", closes=ends, begins=ends + 1, takes_out="senior", fixed_rate=0.03)
    lines = flat(run, first, second, risk_free=0.04)
    debt = lines["t_commitment"][0]
    payment = finance.level_payment(debt, RATE, TENOR)
    left = payment * (1 - (1 + RATE) ** -36) / RATE
    worth = payment * (1 - (1 + 0.045 / 12) ** -36) / (0.045 / 12)
    assert lines["t_make_whole"][0].sum() == pytest.approx(worth - left, rel=1e-9)
    assert lines["t_commitment"][1] == pytest.approx(left, rel=1e-9)
    dear = flat(run, replace(first, make_whole_spread=0.05), second, risk_free=0.04)
    assert not dear["t_make_whole"].any()  # nothing is lost


def test_a_replacement_is_saved_for(run: Run) -> None:
    refresh = np.zeros(TIMELINE.periods)
    refresh[FULL_OPERATION + 40] = 1.0
    lines = flat(run, loan(), p_refresh=refresh[None], refresh_months=24.0)
    cost = 0.5 * 200e6
    assert lines["refresh_saved"].sum() == pytest.approx(cost, rel=1e-12)
    assert lines["refresh_reserve"][FULL_OPERATION + 39] == pytest.approx(cost, rel=1e-12)
    assert lines["refresh_reserve"][FULL_OPERATION + 28] == pytest.approx(cost * 13 / 24, rel=1e-12)
    assert lines["refresh_reserve"][FULL_OPERATION + 40] == pytest.approx(0, abs=0.01)


def test_upkeep_is_held_from_full_operation(run: Run) -> None:
    lines = flat(run, loan(), maintenance_months=3.0)
    month = FULL_OPERATION + 10
    assert lines["maintenance_reserve"][month] == pytest.approx(lines["facility_cost"][month + 1 : month + 4].sum())
    assert lines["maintenance_reserve"][-1] == 0


@st.composite
def structures(draw: st.DrawFn) -> tuple[tuple[Any, ...], dict[str, str]]:
    """Any valid capital structure of one to four tranches, perhaps with a mini-perm and its refinancing."""
    order = draw(st.sampled_from(["debt_first", "pro_rata", "equity_first"]))
    kinds = ["sculpted", "level", "equal_principal", "bullet", "sweep", "revolver", "vendor", "preferred"]
    count = draw(st.integers(1, 4))
    tranches = []
    for rank in range(count):
        kind = draw(st.sampled_from(kinds))
        terms: dict[str, Any] = {
            "kind": kind,
            "secures": draw(st.sampled_from(["silicon", "durable", "all"])),
            "closes": float(draw(st.integers(0, 12))),
            "matures": float(draw(st.integers(FULL_OPERATION + 12, END))),
            "fixed_rate": draw(st.floats(0.0, 0.15)),
            "fixed_share": draw(st.sampled_from([1.0, 0.5])),
            "day_count": draw(st.sampled_from(["30/360", "actual/360"])),
            "sizing_dscr": draw(st.floats(1.05, 2.0)),
            "max_ltv": draw(st.sampled_from([np.nan, 0.5, 0.9])),
            "merchant_dscr": draw(st.sampled_from([np.nan, 2.0])),
            "upfront_fee": draw(st.floats(0.0, 0.04)),
            "agency_fee": draw(st.sampled_from([0.0, 2e5])),
            "dsra_held": draw(st.sampled_from(["cash", "letter_of_credit"])),
            "lockup_dscr": draw(st.sampled_from([0.0, 1.15, 1.6])),
        }
        if kind in ("revolver", "preferred", "vendor", "bullet"):
            terms["amount"] = draw(st.floats(1e6, 60e6))
        if kind not in ("revolver", "preferred"):
            terms["sweep"] = draw(st.sampled_from([0.0, 0.5, 1.0]))
            terms["dsra"] = float(draw(st.integers(0, 12)))
        if order == "pro_rata":
            terms["max_gearing"] = draw(st.sampled_from([np.nan, 0.3, 0.8]))
        if order != "debt_first":
            terms["drawn_early"] = draw(st.sampled_from([0.0, 0.5, 1.0]))
        tranche = loan(f"{rank} {kind}", **terms)
        tranches.append(tranche)
        if kind in ("sculpted", "level", "equal_principal", "bullet") and draw(st.booleans()):
            end = float(draw(st.integers(FULL_OPERATION + 6, int(tranche.matures) - 3)))
            early = draw(st.booleans()) and kind != "bullet"
            tranches[-1] = replace(
                tranche,
                ends=end,
                profile_ends=end if kind == "bullet" else tranche.matures,
                prepaid=float(early),
                sweep=0.0,
                refinanced_by=f"{rank} takeout",
            )
            tranches.append(
                loan(
                    f"{rank} takeout",
                    kind=draw(st.sampled_from(["sculpted", "level"])),
                    closes=end,
                    begins=end + 1,
                    takes_out=tranche.name,
                    dsra=float(draw(st.integers(0, 6))),
                    fixed_rate=draw(st.floats(0.0, 0.15)),
                    matures=float(END),
                )
            )
    choices = {
        "draw_order": order,
        "timing": "within" if any(item.drawn_early for item in tranches) else "end",
    }
    return tuple(tranches), choices


@settings(max_examples=40, deadline=None)
@given(
    structure=structures(),
    price=st.floats(1.0, 8.0),
    prepayment=st.floats(0.0, 0.4),
    shock=st.floats(0.3, 1.2),
    at_once=st.sampled_from([0.0, 1.0]),
)
def test_any_structure_closes(structure: Any, price: float, prepayment: float, shock: float, at_once: float) -> None:
    """As sized, and frozen under another price: money adds up, every loan ends, reserves are their targets."""
    tranches, choices = structure
    book = ledger(**choices)
    changes = {"c_price": np.array([price]), "c_prepayment": np.array([prepayment]), "tranches": tranches}
    changes["losses_at_once"] = at_once
    sized = book.run(inputs(book, **changes))
    frozen_book = ledger(**choices, debt="frozen")
    given_up = {name: sized[name] for name in FROZEN}
    again = frozen_book.run(inputs(frozen_book, **changes, **given_up))
    for name in ("equity_flow", "t_balance", "cash", "dscr"):
        np.testing.assert_allclose(again[name], sized[name], rtol=1e-9, atol=1e-3)
    shocked = {**changes, "c_price": np.array([price * shock])}
    worse = given_up | frozen_book.run(inputs(frozen_book, **shocked, **given_up))
    for lines in (sized, worse):
        closes(lines, tranches)


def closes(lines: Mapping[str, Any], tranches: tuple[Any, ...]) -> None:
    """What must hold of any run."""
    tolerance = max(0.01, 1e-12 * lines["total_assets"].max())
    assert np.abs(lines["imbalance"]).max() <= tolerance
    assert lines["cash"].min() >= -tolerance
    assert lines["t_balance"].min() >= -tolerance
    assert np.all(lines["t_balance"][:, -1] * (1 - lines_preferred(tranches)) <= tolerance)
    building = lines["building"] > 0
    uses = ("used_capex", "used_interest", "used_fees", "used_repayment", "used_reserve", "early_distribution")
    sources = ("source_prepayment", "source_operations", "source_debt", "source_preferred", "source_equity")
    put_in, paid = (sum(lines[name][building].sum() for name in names) for names in (sources, uses))
    assert put_in == pytest.approx(paid + lines["cash_at_conversion"].sum(), abs=tolerance)
    drawn, cancelled = (lines[name].sum(axis=1) for name in ("t_draw", "t_cancelled"))
    term = np.array([item.kind != "revolver" for item in tranches])
    assert (drawn + cancelled)[term] == pytest.approx(lines["t_commitment"][term], abs=tolerance)
    assert lines["t_cancelled"].min() >= -tolerance
    assert not lines["early_distribution"].any()
    revolving = lines["t_balance"][~term]
    assert np.all(revolving <= lines["t_commitment"][~term][:, None] + tolerance)
    assert np.cumsum(lines["reserve_move"]) == pytest.approx(lines["reserves"], abs=tolerance)
    assert lines["reserves"][-1] == pytest.approx(0, abs=tolerance)
    locked = (lines["locked"] > 0) & ~building
    assert not lines["distribution"][locked].any()


def lines_preferred(tranches: tuple[Any, ...]) -> np.ndarray:
    """1 for preferred equity, which is owed as long as there is no cash for it."""
    return np.array([item.preferred for item in tranches])
