"""The engine on its own: closed forms by hand, what holds of any project, refusals, and a peer where installed."""

from __future__ import annotations

import importlib.util
import re
from contextlib import suppress
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory import finance
from computefactory.errors import FactoryFileError, NoSolution
from computefactory.finance import (
    Asset,
    Conventions,
    Debt,
    Flow,
    Project,
    Replacement,
    Tax,
    irr,
    level_payment,
    macrs,
    nominal_rate,
    npv,
    price_for,
    straight_line,
    underwrite,
    underwrite_many,
)

PLAIN = Project(periods=5, revenue=[100, 110, 120, 130, 140], cost=0, capex=500)
LEVEL = Debt(rate=0.06, tenor=60, repayment="level", fraction=0.6)
SCULPTED = Debt(rate=0.06, tenor=60, repayment="sculpted", dscr=1.30)


# debt


def test_sculpted_debt_by_hand():
    """CFADS 100 to 140 at 6 % and 1.30x: the vector of the gathered facts, re-derived here from its present value."""
    lines = underwrite(replace(PLAIN, debt=SCULPTED)).lines
    worth = sum(cash / 1.06**year for year, cash in enumerate((100, 110, 120, 130, 140), 1))
    assert lines["debt"] == pytest.approx(worth / 1.30, rel=1e-14)
    assert lines["debt"] == pytest.approx(385.0630, abs=5e-5)
    assert lines["principal"][1:] == pytest.approx([53.8193, 64.7408, 76.3175, 88.5889, 101.5965], abs=5e-5)
    assert lines["interest"][1:] == pytest.approx([23.1038, 19.8746, 15.9902, 11.4111, 6.0958], abs=5e-5)
    assert lines["llcr"] == pytest.approx(1.30, rel=1e-14)
    assert lines["dscr"][1:] == pytest.approx([1.30] * 5, rel=1e-14)


def test_level_debt_is_an_annuity():
    lines = underwrite(replace(PLAIN, debt=LEVEL)).lines
    assert lines["debt"] == pytest.approx(300, rel=1e-14)
    assert lines["service"][1:] == pytest.approx([level_payment(300, 0.06, 5)] * 5, rel=1e-13)
    assert lines["debt_balance"][-1] == pytest.approx(0, abs=1e-10)


def test_level_debt_without_interest():
    lines = underwrite(replace(PLAIN, debt=replace(LEVEL, rate=0.0))).lines
    assert lines["principal"][1:] == pytest.approx([60.0] * 5, rel=1e-14)


def test_equal_principal_after_two_years_of_interest_only():
    debt = Debt(rate=0.06, tenor=60, moratorium=24, repayment="equal_principal", fraction=0.6)
    lines = underwrite(replace(PLAIN, debt=debt)).lines
    assert lines["principal"][1:] == pytest.approx([0, 0, 100, 100, 100], rel=1e-14)
    assert lines["interest"][1:] == pytest.approx([18, 18, 18, 12, 6], rel=1e-13)


def test_level_debt_after_a_moratorium():
    lines = underwrite(replace(PLAIN, debt=replace(LEVEL, moratorium=12))).lines
    assert lines["service"][1:] == pytest.approx([18, *[level_payment(300, 0.06, 4)] * 4], rel=1e-13)


@pytest.mark.parametrize("repayment", ["level", "equal_principal"])
def test_cover_of_a_set_schedule_binds_in_the_worst_period(repayment):
    debt = Debt(rate=0.06, tenor=60, repayment=repayment, dscr=1.5)
    done = underwrite(replace(PLAIN, revenue=[130, 80, 120, 130, 140], debt=debt))
    cover = done.lines["dscr"][1:]
    assert cover.min() == pytest.approx(1.5, rel=1e-13)
    assert done.lines["min_dscr"] == pytest.approx(cover.min(), rel=1e-13)
    assert done.lines["mean_dscr"] == pytest.approx(cover.mean(), rel=1e-13)
    service = done.lines["service"][1:]
    assert done.lines["average_dscr"] == pytest.approx((cover * service).sum() / service.sum(), rel=1e-13)


def test_fee_that_the_loan_pays_for():
    """Bodmer: 100 net of a fee of half the loan takes a loan of 200, not 150."""
    loan = replace(LEVEL, fraction=1.0, fee=0.5, rate=0.0)
    assert underwrite(replace(PLAIN, capex=100, debt=loan)).lines["debt"] == pytest.approx(200, rel=1e-14)


def test_a_share_of_all_uses_holds_with_fee_reserve_and_interest():
    """D = g (C + bD): the share is of everything, though half of it depends on the debt."""
    debt = Debt(rate=0.08, tenor=60, repayment="level", fraction=0.7, fee=0.02, reserve=6)
    done = underwrite(
        Project(
            periods=60, step=1, building=4, revenue=40, cost=5, capex=[250] * 4, debt=debt, working_reserve=3,
            financing_cost=10,
        )
    )  # fmt: skip
    assert done.lines["debt"] == pytest.approx(0.7 * done.lines["total_uses"], rel=1e-13)
    sides = done.sources_and_uses
    assert sum(sides["sources"].values()) == pytest.approx(sum(sides["uses"].values()), rel=1e-14)
    assert sides["uses"]["reserves"] == pytest.approx(6 * done.lines["service"][4] + 15, rel=1e-13)


def test_interest_while_building_by_hand():
    """Four quarters of 250, drawn in step with cost at 2 % a quarter: 0.02 (1/4 + 2/4 + 3/4) = 3 % of the debt."""
    debt = Debt(rate=0.08, tenor=12, repayment="equal_principal", fraction=0.7)
    lines = underwrite(Project(periods=4, step=3, building=4, revenue=400, cost=0, capex=[250] * 4, debt=debt)).lines
    assert lines["debt"] == pytest.approx(700 / (1 - 0.7 * 0.03), rel=1e-14)
    assert lines["interest"][:4] == pytest.approx(lines["debt"] * 0.02 * np.array([0, 0.25, 0.5, 0.75]), rel=1e-13)


@pytest.mark.parametrize(
    ("drawn", "interest", "uses", "debt"),
    [("end", 21.1967, 1_021.1967, 714.8377), ("middle", 28.5473, 1_028.5473, 719.9831)],
)
def test_interest_of_draws_that_pay_their_own_interest(drawn, interest, uses, debt):
    """Four quarters of 250, 70 % of each quarter's uses, 2 % a quarter: the vectors of the gathered facts."""
    loan = Debt(rate=0.08, tenor=12, repayment="equal_principal", fraction=0.7, draws="with_uses", drawn=drawn)
    project = Project(periods=4, step=3, building=4, revenue=400, cost=0, capex=[250] * 4, debt=loan)
    done = underwrite(project)
    lines = done.lines
    assert lines["interest"][:4].sum() == pytest.approx(interest, abs=5e-5)
    assert lines["total_uses"] == pytest.approx(uses, abs=5e-5)
    assert lines["debt"] == pytest.approx(debt, abs=5e-5)
    assert lines["draw"][:4] == pytest.approx(0.7 * lines["uses"][:4], rel=1e-13)


def test_draws_at_the_start_bear_a_whole_period():
    """One quarter, cost 100, drawn at its start at 2 %: the debt of 60 % pays 2 % on itself. D = 60 / (1 - 0.012)."""
    loan = Debt(rate=0.08, tenor=12, repayment="equal_principal", fraction=0.6, draws="with_uses", drawn="start")
    project = Project(periods=4, step=3, building=1, revenue=50, cost=0, capex=100, debt=loan)
    assert underwrite(project).lines["debt"] == pytest.approx(60 / (1 - 0.6 * 0.02), rel=1e-14)
    in_step = underwrite(replace(project, debt=replace(loan, draws="with_cost"))).lines["debt"]
    assert in_step == pytest.approx(60 / (1 - 0.6 * 0.02), rel=1e-14)  # with one period there is nothing to spread


def test_both_ways_to_draw_agree_where_debt_brings_nothing():
    loan = Debt(rate=0.0, tenor=60, repayment="level", fraction=0.6)
    lines = [
        underwrite(replace(PLAIN, building=3, capex=[100, 200, 200], debt=replace(loan, draws=draws))).lines
        for draws in ("with_cost", "with_uses")
    ]
    assert lines[0]["draw"] == pytest.approx(lines[1]["draw"], rel=1e-14)


def test_a_cap_of_a_first_estimate():
    """Half of 500 and the fee on 500, though the fee on the debt is smaller and the reserve is not counted."""
    debt = replace(SCULPTED, dscr=0.9, max_fraction=0.5, fee=0.02, reserve=6)
    done = underwrite(replace(PLAIN, debt=debt, conventions=Conventions(cap="first_estimate")))
    assert done.lines["debt"] == pytest.approx(0.5 * (500 + 10), rel=1e-14)


def test_debt_is_not_lent_again_where_cash_cannot_pay_interest():
    """A dip in cash: a loan that only followed present value would have to grow in it."""
    done = underwrite(replace(PLAIN, revenue=[200, 1, 200, 200, 200], debt=SCULPTED))
    assert np.all(done.lines["principal"] >= 0)
    assert np.min(done.lines["dscr"][1:]) >= 1.30 - 1e-12
    assert done.lines["debt_balance"][1] == pytest.approx(1 / 1.30 / 0.06, rel=1e-13)


def test_the_cap_is_never_passed():
    for share in (0.1, 0.5, 0.7, 1.0):
        done = underwrite(replace(PLAIN, debt=replace(SCULPTED, max_fraction=share, fee=0.03, reserve=6)))
        assert done.lines["debt_fraction"] <= share * (1 + 1e-13)
        assert done.lines["debt"] <= done.lines["t_debt_at_dscr"][0]


# refusals


def test_negative_equity_is_refused_by_name_or_marked():
    rich = replace(PLAIN, capex=200, debt=SCULPTED)
    with pytest.raises(NoSolution, match=r"negative equity: debt of 385\.06 \(192\.5% of all uses\)"):
        underwrite(rich)
    marked = underwrite(replace(rich, conventions=Conventions(at_close="distributed")))
    assert marked.warnings[0].startswith("distribution at close: debt pays out 185.06")
    assert underwrite(replace(rich, debt=replace(SCULPTED, max_fraction=0.8))).lines["debt"] == pytest.approx(160)


def test_uses_that_outgrow_the_debt_are_refused():
    with pytest.raises(NoSolution, match="does not exist: each dollar of it brings"):
        underwrite(replace(PLAIN, debt=replace(LEVEL, fraction=1.0, fee=0.7, reserve=24)))


def test_a_loan_that_cash_never_repays_is_refused():
    loan = Debt(rate=0.06, tenor=60, repayment="sculpted", fraction=0.5)
    with pytest.raises(NoSolution, match="never repaid"):
        underwrite(replace(PLAIN, revenue=0, debt=loan))


def test_no_cash_gives_no_debt_and_says_so():
    done = underwrite(replace(PLAIN, revenue=1, cost=50, debt=SCULPTED))
    assert done.lines["debt"] == 0
    assert done.warnings[0].startswith("no debt")
    assert done.warnings[1].startswith("owners pay in during operation, first 49.00 in period 1")
    assert done.returns["equity_irr"].reason == "total_loss"


def test_every_problem_is_found_at_once():
    wrong = Project(
        periods=5, revenue=[1, 2], cost=np.nan, capex=[1] * 9, inflation=-1,
        assets={"all": Asset(share=1.5, federal=(0.6, 0.6))},
        replacements={"one": Replacement(cost=1, every=0, federal=(1.0,))},
        debt=Debt(rate=-0.1, tenor=70, repayment="level", fraction=0.5, dscr=1.3, reserve=-1),
        tax=Tax(federal=2),
        conventions=Conventions(deducted="each_other", growth="none"),
    )  # fmt: skip
    with pytest.raises(FactoryFileError) as refused:
        underwrite(wrong)
    paths = {problem.path.removeprefix("project.") for problem in refused.value.problems}
    assert paths == {
        "revenue", "cost", "capex", "inflation", "assets", "assets.all.federal", "replacements.one.every", "debt",
        "debt.rate", "debt.tenor", "debt.reserve", "tax.federal", "conventions.deducted", "conventions.growth",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"tax": Tax(federal=0.2, loss_limit=0.8), "conventions": Conventions(losses="at_once")}, "tax.loss_limit"),
        (
            {"tax": Tax(federal=1, state=1), "conventions": Conventions(losses="at_once", deducted="each_other")},
            "conventions.deducted",
        ),
        ({"debt": replace(SCULPTED, draws="with_uses")}, "debt.draws"),
        ({"debt": replace(SCULPTED, draws="hard_cost")}, "debt.draws"),
        ({"debt": replace(SCULPTED, dscr=[1.3, 1.2])}, "debt.dscr"),
        ({"debt": replace(SCULPTED, dscr=[1.3, 1.2, 0, 1, 1])}, "debt.dscr"),
        ({"revenue": Flow(amounts=1, units=1)}, "revenue"),
        ({"revenue": Flow()}, "revenue"),
        ({"revenue": Flow(units=[1, 1, -1, 1, 1])}, "revenue.units"),
        ({"discount_rate": 0.1, "real_discount_rate": 0.1}, "real_discount_rate"),
        ({"receivables_reserve": -1}, "receivables_reserve"),
        ({"construction_financing": -1}, "construction_financing"),
        ({"debt": {"rate": 0.1}}, "debt"),
        ({"debt": replace(LEVEL, max_fraction=0.5)}, "debt.max_fraction"),
        ({"debt": replace(LEVEL, drawn="late")}, "debt.drawn"),
        ({"debt": replace(LEVEL, moratorium=60)}, "debt.tenor"),
        ({"conventions": Conventions(cap="none")}, "conventions.cap"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(change, path):
    with pytest.raises(FactoryFileError) as refused:
        underwrite(replace(PLAIN, **change))
    assert [problem.path for problem in refused.value.problems] == [f"project.{path}"]


@pytest.mark.parametrize("change", [{"step": 2}, {"periods": 0}, {"building": 0}])
def test_periods_that_are_none_are_refused(change):
    with pytest.raises(FactoryFileError):
        underwrite(replace(PLAIN, **change))


# operation, tax, conventions


def test_growth_added_and_compounded():
    flow = Flow(amounts=100, escalation=0.01, indexed=True)
    project = replace(PLAIN, revenue=flow, inflation=0.02)
    added = underwrite(replace(project, conventions=Conventions(growth="added"))).lines["revenue"]
    compounded = underwrite(project).lines["revenue"]
    assert added[1:] == pytest.approx([100 * 1.03**year for year in range(5)], rel=1e-14)
    assert compounded[1:] == pytest.approx([100 * (1.02 * 1.01) ** year for year in range(5)], rel=1e-14)


def test_amounts_grow_once_a_year_in_months():
    project = Project(periods=24, step=1, revenue=Flow(amounts=10, escalation=0.1), cost=0, capex=100)
    assert underwrite(project).lines["revenue"][[1, 12, 13, 24]] == pytest.approx([10, 10, 11, 11], rel=1e-14)


def test_salvage_in_and_out_of_ebitda():
    debt = replace(SCULPTED, max_fraction=0.9)
    beside = underwrite(replace(PLAIN, salvage=50, debt=debt)).lines
    within = underwrite(replace(PLAIN, salvage=50, debt=debt, conventions=Conventions(salvage="in_ebitda"))).lines
    assert within["ebitda"][-1] - beside["ebitda"][-1] == 50
    assert within["debt"] - beside["debt"] == pytest.approx(50 / 1.06**5 / 1.30, rel=1e-12)
    assert beside["project_flow"] == pytest.approx(within["project_flow"])


def test_losses_at_once_and_carried():
    """500 written off in year 1 against income of 100 to 140 a year, tax 30 %."""
    project = replace(PLAIN, assets={"all": Asset(share=1, federal=(1.0,))}, tax=Tax(federal=0.3))
    at_once = underwrite(replace(project, conventions=Conventions(losses="at_once"))).lines["tax"]
    assert at_once[1:] == pytest.approx([-120, 33, 36, 39, 42], rel=1e-13)
    carried = underwrite(project).lines["tax"]
    assert carried[1:] == pytest.approx([0, 0, 0, 0, 0.3 * (140 - 40)], abs=1e-12)
    limited = underwrite(replace(project, tax=Tax(federal=0.3, loss_limit=0.8))).lines["tax"]
    assert limited[1:] == pytest.approx([0, 0.3 * 22, 0.3 * 24, 0.3 * 26, 0.3 * (140 - 112)], abs=1e-12)


def test_taxes_deducted_from_each_other():
    def taxes(deducted):
        conventions = Conventions(deducted=deducted, losses="at_once")
        project = replace(PLAIN, tax=Tax(federal=0.21, state=0.07), conventions=conventions)
        lines = underwrite(project).lines
        return lines["federal_tax"][1], lines["state_tax"][1]

    assert taxes("neither") == pytest.approx((21, 7))
    assert taxes("state_from_federal") == pytest.approx((0.21 * 93, 7))
    assert taxes("federal_from_state") == pytest.approx((21, 0.07 * 79))
    federal, state = taxes("each_other")
    assert federal == pytest.approx(0.21 * (100 - state), rel=1e-14)
    assert state == pytest.approx(0.07 * (100 - federal), rel=1e-14)


def test_what_depreciation_leaves_at_the_end_is_lost_or_taken():
    project = replace(PLAIN, assets={"all": Asset(share=1, federal=straight_line(10))}, tax=Tax(federal=0.2))
    lost = underwrite(replace(project, conventions=Conventions(left_over="lost"))).lines["federal_depreciation"]
    assert lost[1:] == pytest.approx([50] * 5)
    taken = underwrite(project).lines["federal_depreciation"]
    assert taken[1:] == pytest.approx([50] * 4 + [300])


def test_what_the_basis_holds():
    debt = replace(LEVEL, fee=0.02, reserve=6)
    project = replace(PLAIN, debt=debt, assets={"all": Asset(share=1, federal=(1.0,))}, financing_cost=10)

    def basis(kind):
        return underwrite(replace(project, conventions=Conventions(basis=kind))).lines["federal_depreciation"][1]

    lines = underwrite(project).lines
    assert basis("capex") == pytest.approx(500)
    assert basis("uses_without_reserves") == pytest.approx(510 + 0.02 * lines["debt"])
    assert basis("all_uses") == pytest.approx(lines["total_uses"])


def test_replacements_reserved_or_paid_with_their_own_depreciation():
    """60 every second year, growing 10 % a year: 66 in year 2, 79.86 in year 4, none in year 5."""
    item = Replacement(cost=60, every=2, escalation=0.1, federal=(0.5, 0.5))
    project = replace(PLAIN, replacements={"one": item})
    paid = underwrite(project).lines
    assert paid["replacement_cost"][1:] == pytest.approx([0, 66, 0, 79.86, 0])
    assert paid["cfads"][1:] == pytest.approx([100, 110 - 66, 120, 130 - 79.86, 140])
    assert paid["federal_depreciation"][1:] == pytest.approx([0, 33, 33, 39.93, 39.93])
    reserved = underwrite(replace(project, conventions=Conventions(replacements="reserved"))).lines
    assert reserved["replacement_aside"][1:] == pytest.approx([33, 33, 39.93, 39.93, 0])
    assert reserved["replacement_reserve"][1:] == pytest.approx([33, 0, 39.93, 0, 0], abs=1e-12)
    assert paid["equity_flow"].sum() == pytest.approx(reserved["equity_flow"].sum())


def test_reserves_stand_a_period_ahead_and_earn_interest():
    project = replace(
        PLAIN, cost=[20, 30, 40, 50, 60], working_reserve=6, reserve_interest=0.05, debt=replace(LEVEL, reserve=3)
    )
    lines = underwrite(project).lines
    assert lines["working_reserve"] == pytest.approx([10, 15, 20, 25, 30, 0])
    assert lines["debt_reserve"] == pytest.approx([*lines["service"][1:] / 4, 0])
    assert lines["reserve_interest"][1:] == pytest.approx(0.05 * lines["reserves"][:-1])


# what only a project of one's own says


def test_receivables_are_funded_a_period_ahead_out_of_cash_for_debt():
    """A quarter of the next year's revenue: 25 before operation, then up by 2.5 a year; 35 come back at the end."""
    project = replace(PLAIN, receivables_reserve=3, debt=SCULPTED)
    lines = underwrite(project).lines
    assert lines["receivables_reserve"] == pytest.approx([25, 27.5, 30, 32.5, 35, 0])
    assert lines["cfads"][1:] == pytest.approx([97.5, 107.5, 117.5, 127.5, 175])
    worth = sum(cash / 1.06**year for year, cash in enumerate((97.5, 107.5, 117.5, 127.5, 175), 1))
    assert lines["debt"] == pytest.approx(worth / 1.3, rel=1e-13)
    assert lines["total_uses"] == pytest.approx(525)
    assert np.abs(lines["imbalance"]).max() < 1e-9


def test_salvage_is_owed_by_no_customer():
    read = Conventions(salvage="in_ebitda")
    lines = underwrite(replace(PLAIN, salvage=1_000, receivables_reserve=12, conventions=read)).lines
    assert lines["receivables_reserve"] == pytest.approx([100, 110, 120, 130, 140, 0])


def test_a_reserve_of_any_months_takes_part_of_a_period():
    lines = underwrite(replace(PLAIN, cost=[20, 30, 40, 50, 60], working_reserve=18)).lines
    assert lines["working_reserve"] == pytest.approx([20 + 15, 30 + 20, 40 + 25, 50 + 30, 60, 0])


UNITS = np.array([10.0, 9.5, 9.0, 8.5, 8.0])
SOLD = replace(PLAIN, revenue=Flow(units=UNITS, unit_price=[10, 11, 12, 13, 14]), inflation=0.02, discount_rate=0.08)


def test_units_and_a_price_series():
    done = underwrite(replace(SOLD, cost=[10, 10, 10, 10, 10]))
    assert done.lines["revenue"][1:] == pytest.approx(UNITS * [10, 11, 12, 13, 14])
    assert done.per_unit("revenue")[1:] == pytest.approx([10, 11, 12, 13, 14])
    assert done.per_unit("cost")[1:] == pytest.approx(10 / UNITS)
    assert np.isnan(done.per_unit("cost")[0])


def test_levelised_price_and_cost_by_hand():
    """Worth of revenue, and of 500 of cost, over worth of units; the real ones discount units at 1.08 / 1.02 - 1."""
    lines = underwrite(SOLD).lines
    years = np.arange(1, 6)
    nominal, real = 1.08**-years, (1.02 / 1.08) ** years
    worth = UNITS * [10, 11, 12, 13, 14] @ nominal
    assert lines["levelised_price"] == pytest.approx(worth / (UNITS @ nominal), rel=1e-13)
    assert lines["levelised_price_real"] == pytest.approx(worth / (UNITS @ real), rel=1e-13)
    assert lines["levelised_cost"] == pytest.approx(500 / (UNITS @ nominal), rel=1e-13)
    assert lines["levelised_cost_real"] == pytest.approx(500 / (UNITS @ real), rel=1e-13)
    assert underwrite(PLAIN).lines["levelised_cost"] == 0


def test_the_price_that_earns_the_discount_rate_is_the_levelised_cost():
    project = replace(SOLD, revenue=Flow(units=UNITS), debt=replace(LEVEL, reserve=6), cost=12)
    priced = price_for(project, 0.08)
    assert priced.project.price == pytest.approx(underwrite(project).lines["levelised_cost"], rel=1e-9)
    assert priced.lines["levelised_price"] == pytest.approx(priced.lines["levelised_cost"], rel=1e-9)


def test_a_nominal_rate_from_a_real_one():
    assert nominal_rate(0.064, 0.025) == pytest.approx(0.0906)
    told = replace(SOLD, discount_rate=nominal_rate(0.06, 0.02))
    asked = replace(SOLD, discount_rate=0, real_discount_rate=0.06)
    assert underwrite(asked).lines["npv"] == pytest.approx(underwrite(told).lines["npv"], rel=1e-14)
    many = underwrite_many(asked, {"inflation": [0.02, 0.04]}, keep=("npv",))["npv"]
    dear = replace(SOLD, inflation=0.04, discount_rate=nominal_rate(0.06, 0.04))
    assert many == pytest.approx([underwrite(told).lines["npv"], underwrite(dear).lines["npv"]], rel=1e-12)


@pytest.mark.parametrize("basis", ["capex", "uses_without_reserves"])
def test_financing_in_the_basis_but_outside_capital_cost(basis):
    project = replace(
        PLAIN, construction_financing=20, assets={"all": Asset(share=1, federal=(0.5, 0.5))},
        conventions=Conventions(basis=basis),
    )  # fmt: skip
    done = underwrite(project)
    assert done.lines["federal_depreciation"][1:3] == pytest.approx([260, 260])
    assert done.lines["project_flow"][0] == -500
    assert done.lines["equity_flow"][0] == -520
    assert done.sources_and_uses["uses"]["financing_cost"] == 20


def test_a_cover_of_its_own_for_each_period():
    """1.2 to 1.6: the debt is the worth of cash over each year's cover, which each year then has."""
    covers = [1.2, 1.3, 1.4, 1.5, 1.6]
    lines = underwrite(replace(PLAIN, debt=replace(SCULPTED, dscr=covers))).lines
    worth = sum(
        cash / cover / 1.06**year
        for year, (cash, cover) in enumerate(zip((100, 110, 120, 130, 140), covers, strict=True), 1)
    )
    assert lines["debt"] == pytest.approx(worth, rel=1e-13)
    assert lines["dscr"][1:] == pytest.approx(covers, rel=1e-12)
    level = underwrite(replace(PLAIN, debt=replace(LEVEL, fraction=None, dscr=covers))).lines
    assert (level["dscr"][1:] / covers).min() == pytest.approx(1, rel=1e-12)


def test_interest_capitalised_while_owners_pay_a_share_of_hard_cost():
    """Four quarters of 250, 70 % drawn at 2 % a quarter: 175 a quarter compounded, owners 75 a quarter."""
    loan = Debt(rate=0.08, tenor=12, repayment="level", fraction=0.7, draws="hard_cost")
    project = Project(periods=4, step=3, building=4, revenue=400, cost=0, capex=[250] * 4, debt=loan)
    lines = underwrite(project).lines
    assert lines["debt"] == pytest.approx(175 * (1.02**4 - 1) / 0.02, rel=1e-13)
    assert lines["equity_flow"][:4] == pytest.approx([-75] * 4, rel=1e-12)
    assert lines["debt_balance"][3] == pytest.approx(lines["debt"], rel=1e-13)
    fee = underwrite(replace(project, debt=replace(loan, fee=0.02))).lines  # 2 % of D is drawn at once and compounds
    assert fee["debt"] == pytest.approx(lines["debt"] / (1 - 0.02 * 1.02**3), rel=1e-13)
    assert fee["equity_flow"][:4] == pytest.approx([-75] * 4, rel=1e-12)


def test_average_life_interest_and_covers_by_date():
    """Three equal parts at 6 %: two years on average; two fifths of the loan are drawn a year before operation."""
    debt = Debt(rate=0.06, tenor=36, repayment="equal_principal", fraction=0.6)
    lines = underwrite(replace(PLAIN, building=2, capex=[200, 300], debt=debt)).lines
    owed = lines["debt_balance"][1:]
    assert lines["average_life"] == pytest.approx(2, rel=1e-13)
    assert lines["total_interest"] == pytest.approx(0.06 * lines["debt"] * (0.4 + 1 + 2 / 3 + 1 / 3), rel=1e-12)
    cash = np.array([100.0, 110, 120, 130, 140])
    for end, name in ((3, "llcr"), (5, "plcr")):
        worth = [cash[t:end] @ 1.06 ** -np.arange(1, end - t + 1) for t in range(3)]
        assert lines[f"{name}_by_period"][1:4] == pytest.approx(worth / owed[:3], rel=1e-12)
        assert lines[name] == pytest.approx(worth[0] / owed[0], rel=1e-12)
    assert not lines["llcr_by_period"][4:].any()
    assert underwrite(PLAIN).lines["plcr"] == underwrite(PLAIN).lines["average_life"] == 0


HOSTILE = ("five", None, np.nan, [[1.0, 2.0]], {}, object())


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
def test_whatever_stands_in_a_field_no_traceback_comes(value):
    """Each field in turn: a project that runs, or one that is refused; no other error."""
    debt = replace(SCULPTED, max_fraction=0.5)
    full = replace(
        PLAIN, debt=debt, revenue=Flow(units=1.0, unit_price=100), assets={"a": Asset(share=1, federal=(1.0,))},
        replacements={"r": Replacement(cost=1, every=2, federal=(1.0,))},
    )  # fmt: skip
    held = {"debt": debt, "tax": full.tax, "conventions": full.conventions, "revenue": full.revenue}
    inner = {"assets": ("a", full.assets["a"]), "replacements": ("r", full.replacements["r"])}
    tried = [value, *(replace(full, **{item.name: value}) for item in fields(Project))]
    for name, record in held.items():
        tried += [replace(full, **{name: replace(record, **{item.name: value})}) for item in fields(record)]
    for name, (key, record) in inner.items():
        tried += [replace(full, **{name: {key: replace(record, **{item.name: value})}}) for item in fields(record)]
    for project in tried:
        with suppress(FactoryFileError, NoSolution):
            underwrite(project)


# rates and prices


def test_returns_agree_with_the_rates_of_the_same_flows():
    done = underwrite(replace(PLAIN, discount_rate=0.05, debt=LEVEL))
    flows = done.lines["equity_flow"]
    assert done.returns["equity_irr"].value == pytest.approx(irr(flows), rel=1e-12)
    assert done.lines["equity_irr"] == pytest.approx(irr(flows), rel=1e-10)
    assert done.lines["npv"] == pytest.approx(npv(0.05, flows), rel=1e-12)
    assert done.returns["project_irr"].value == pytest.approx(irr([-500, 100, 110, 120, 130, 140]), rel=1e-12)


@pytest.mark.parametrize("year", [None, 4])
@pytest.mark.parametrize("debt", [None, LEVEL, replace(SCULPTED, max_fraction=0.7, fee=0.02, reserve=6)])
def test_the_price_gives_the_return(debt, year):
    project = replace(
        PLAIN, debt=debt, tax=Tax(federal=0.21, state=0.05), assets={"all": Asset(share=0.9, federal=macrs("5"))}
    )
    done = price_for(project, 0.11, year)
    last = None if year is None else year + 1
    assert irr(done.lines["equity_flow"][:last]) == pytest.approx(0.11, abs=1e-10)


def test_a_price_that_does_not_exist_says_why():
    with pytest.raises(NoSolution, match=r"at a price of zero the return is 0\.05 or more already"):
        price_for(replace(PLAIN, salvage=5_000), 0.05)
    with pytest.raises(NoSolution, match="no price up to"):
        price_for(replace(PLAIN, revenue=0), 0.05)
    for target, year in ((0.05, 6), ("high", None), (np.nan, None), (0.05, "last")):
        with pytest.raises(FactoryFileError, match="within the life"):
            price_for(PLAIN, target, year)


def test_a_number_explains_itself():
    done = underwrite(replace(PLAIN, debt=LEVEL))
    node = done.explain("t_debt_if_out", item=0)
    assert "/ maximum(1 - t_gearing * t_unit_uses" in str(node.formula)
    assert node.value == pytest.approx(300)


# whatever the project


shares = st.floats(0.0, 1.0)


@st.composite
def projects(draw):
    step = draw(st.sampled_from([1, 3, 12]))
    per_year = 12 // step
    periods = draw(st.integers(3, 8)) * per_year
    building = draw(st.integers(1, 3))
    tenor = draw(st.integers(2, periods)) * step
    moratorium = draw(st.integers(0, tenor // step - 1)) * step
    sized = draw(st.sampled_from(["fraction", "dscr", "capped"]))
    debt = Debt(
        rate=draw(st.floats(0, 0.15)),
        tenor=tenor,
        moratorium=moratorium,
        repayment=draw(st.sampled_from(["level", "equal_principal", "sculpted"])),
        fraction=draw(st.just(0.0) | st.floats(1e-6, 0.8)) if sized == "fraction" else None,
        dscr=draw(st.floats(1.0, 3.0)) if sized != "fraction" else None,
        max_fraction=draw(st.floats(0, 0.8)) if sized == "capped" else None,
        fee=draw(st.floats(0, 0.04)),
        reserve=draw(st.sampled_from([0, step / 2, step, 2 * step])),
        draws=draw(st.sampled_from(["with_cost", "with_uses"])) if sized == "fraction" else "with_cost",
        drawn=draw(st.sampled_from(["start", "middle", "end"])),
    )
    losses = draw(st.sampled_from(["at_once", "carried_forward"]))
    read = Conventions(
        growth=draw(st.sampled_from(["added", "compounded"])),
        salvage=draw(st.sampled_from(["in_ebitda", "out_of_ebitda"])),
        replacements=draw(st.sampled_from(["reserved", "paid"])),
        basis=draw(st.sampled_from(["capex", "uses_without_reserves", "all_uses"])),
        left_over="taken",
        losses=losses,
        deducted=draw(st.sampled_from(["state_from_federal", "federal_from_state", "neither"])),
        cap=draw(st.sampled_from(["all_uses", "first_estimate"])),
        at_close="distributed",
    )
    return Project(
        periods=periods,
        step=step,
        building=building,
        revenue=Flow(
            amounts=draw(st.lists(st.floats(30, 90), min_size=periods, max_size=periods)), indexed=draw(st.booleans())
        ),
        cost=draw(st.floats(0, 29)),
        capex=draw(st.lists(st.floats(20, 200), min_size=building, max_size=building + 3)),
        inflation=draw(st.floats(0, 0.05)),
        salvage=draw(st.floats(0, 50)),
        working_reserve=draw(st.sampled_from([0, step / 3, 2 * step])),
        reserve_interest=draw(st.floats(0, 0.05)),
        discount_rate=0.08,
        assets={"fast": Asset(share=0.6, federal=macrs("5")), "slow": Asset(share=0.3, federal=straight_line(9, True))},
        replacements={"part": Replacement(cost=3, every=max(2, periods // 3), federal=(0.5, 0.5), escalation=0.01)},
        debt=debt,
        tax=Tax(federal=0.21, state=draw(shares) * 0.1, loss_limit=1.0 if losses == "at_once" else 0.8),
        conventions=read,
    )


@given(projects())
@settings(max_examples=150)
def test_what_holds_of_every_project(project):
    try:
        done = underwrite(project)
    except NoSolution:  # a sculpted share of uses that cash cannot repay: has a test of its own
        assert project.debt.repayment == "sculpted"
        return
    lines, first = done.lines, project.building
    size = lines["total_assets"].max()
    assert np.abs(lines["imbalance"]).max() <= max(1e-9, 1e-12 * size)
    assert lines["debt_balance"][-1] == pytest.approx(0, abs=1e-9 * (1 + lines["debt"]))
    assert lines["principal"].sum() == pytest.approx(lines["debt"], rel=1e-9, abs=1e-9)
    assert np.all(lines["principal"] >= -1e-9 * (1 + lines["debt"]))
    for level in ("federal", "state"):
        placed = done.values[f"d_{level}"] @ lines["d_entering"]
        assert lines[f"{level}_depreciation"].sum() == pytest.approx(placed.sum(), rel=1e-12)
    assert lines["reserves"][-1] == pytest.approx(0, abs=1e-9 * size)
    assert np.all(lines["reserves"] >= -1e-9 * size)
    sides = done.sources_and_uses
    assert sum(sides["sources"].values()) == pytest.approx(sum(sides["uses"].values()), rel=1e-12)
    assert sum(sides["uses"].values()) == pytest.approx(lines["total_uses"], rel=1e-12)
    served = lines["service"][first:] > 1e-9 * (1 + lines["debt"])  # less is dust, and no service
    if project.debt.dscr is not None and served.any():
        assert lines["dscr"][first:][served].min() >= project.debt.dscr * (1 - 1e-9)
    if project.debt.draws == "with_uses":
        uses = lines["uses"][:first]
        assert lines["draw"][:first] == pytest.approx(project.debt.fraction * uses, rel=1e-9, abs=1e-9 * uses.max())
    if project.debt.max_fraction is not None and project.conventions.cap == "all_uses":
        assert lines["debt_fraction"] <= project.debt.max_fraction + 1e-12


@given(projects())
@settings(max_examples=25)
def test_batches_repeat_single_cases(project):
    """In numpy here; the compiled reading is compared with it in the tests of the ledger."""
    prices = np.array([0.9, 1.0, 1.2])
    many = underwrite_many(project, {"price": prices}, keep=("equity_flow", "debt", "npv"))
    for k, price in enumerate(prices):
        try:
            one = underwrite(replace(project, price=price)).lines
        except NoSolution:
            assert many["refused"][k] == 1
            assert np.isnan(many["debt"][k])
            continue
        assert many["refused"][k] == 0
        scale = np.abs(one["equity_flow"]).max()
        np.testing.assert_allclose(many["equity_flow"][k], one["equity_flow"], rtol=0, atol=1e-10 * scale)
        assert many["debt"][k] == pytest.approx(one["debt"], rel=1e-11, abs=1e-9)


FULL = replace(
    PLAIN,
    building=2,
    capex=[300, 200],
    revenue={"sales": Flow(amounts=[100, 110, 120, 130, 140], indexed=True), "rent": Flow(amounts=20, priced=False)},
    cost=15,
    inflation=0.02,
    discount_rate=0.08,
    salvage=30,
    financing_cost=5,
    working_reserve=6,
    reserve_interest=0.02,
    assets={
        "fast": Asset(share=0.6, federal=macrs("5"), state=straight_line(5)),
        "slow": Asset(share=0.3, federal=(1,)),
    },
    replacements={"part": Replacement(cost=10, every=2, federal=(0.5, 0.5), indexed=True)},
    tax=Tax(federal=0.21, state=0.05, loss_limit=0.8),
    debt=replace(SCULPTED, max_fraction=0.6, fee=0.02, reserve=6),
)
SHARED = replace(LEVEL, fee=0.02, reserve=6, draws="with_uses", drawn="middle")
LOANS = (FULL.debt, replace(LEVEL, fee=0.02), SHARED, replace(SHARED, draws="hard_cost"))
FLOWS = np.array([[0, 0, 90, 95, 99, 130, 150], [0, 0, *[25] * 5], [0, 0, *[12] * 5]], dtype=float)


def _with(project, name, value):
    """The project with one input replaced, as it is written in its record."""
    if name in ("federal_rate", "state_rate", "loss_limit"):
        return replace(project, tax=replace(project.tax, **{name.removesuffix("_rate"): value}))
    if name in ("debt_rate", "fee_rate", "fraction", "cover"):
        share = "fraction" if project.debt.dscr is None else "max_fraction"
        known = {"debt_rate": "rate", "fee_rate": "fee", "fraction": share, "cover": "dscr"}
        return replace(project, debt=replace(project.debt, **{known[name]: value}))
    if name.startswith("r_"):
        field = {"r_amount": "cost", "r_escalation": "escalation"}[name]
        return replace(project, replacements={"part": replace(project.replacements["part"], **{field: value[0]})})
    if name.startswith("f_"):
        field = {"f_amount": "amounts", "f_escalation": "escalation"}[name]
        rows = value[:, 2:] if name == "f_amount" else value
        sales, rent = (replace(flow, **{field: row}) for flow, row in zip(project.revenue.values(), rows, strict=False))
        cost = replace(Flow(amounts=15), **{field: rows[2]})
        return replace(project, revenue={"sales": sales, "rent": rent}, cost=cost)
    known = {"salvage_value": "salvage", "reserve_interest_rate": "reserve_interest"}
    return replace(project, **{known.get(name, name): value})


MOVES = {
    "price": 1.1, "inflation": 0.03, "discount_rate": 0.1, "capex": [250.0, 200, 30], "financing_cost": 8.0,
    "salvage_value": 60.0, "reserve_interest_rate": 0.04, "f_amount": FLOWS, "f_escalation": [0.01, 0, 0.03],
    "r_amount": [14.0], "r_escalation": [0.05], "federal_rate": 0.3, "state_rate": 0.02, "loss_limit": 0.5,
    "debt_rate": 0.07, "fee_rate": 0.01, "fraction": 0.5, "cover": 1.5,
}  # fmt: skip


@pytest.mark.parametrize("debt", LOANS, ids=lambda debt: f"{debt.repayment} {debt.draws}")
def test_each_input_that_can_vary_in_a_batch_is_that_of_the_project(debt):
    project = replace(FULL, debt=debt)
    estimated = replace(project, conventions=Conventions(cap="first_estimate"))
    for name, value in MOVES.items():
        if name == "cover" and debt.dscr is None:
            continue
        moved = np.array(value)
        for case in (project, estimated) if name == "fraction" else (project,):
            many = underwrite_many(case, {name: np.stack([moved, moved * 1.01])}, keep=("npv", "debt", "equity_flow"))
            one = underwrite(_with(case, name, moved if moved.ndim else float(moved))).lines
            assert many["debt"][0] == pytest.approx(one["debt"], rel=1e-11), name
            np.testing.assert_allclose(many["equity_flow"][0], one["equity_flow"], rtol=0, atol=1e-9, err_msg=name)
            assert many["npv"][0] == pytest.approx(one["npv"], rel=1e-10, abs=1e-9), name


@pytest.mark.parametrize(
    "changes",
    [
        {"price": ["dear", "cheap"]},
        {"f_amount": np.ones((2, 1, 3))},
        {"capex": np.ones((2, 99))},
        {"capex": np.ones((2, 2, 2))},
        {"price": np.ones((2, 2))},
        {"r_amount": np.ones((2, 5))},
        {},
    ],
)
def test_changes_of_another_shape_are_refused_by_name(changes):
    with pytest.raises(FactoryFileError) as refused:
        underwrite_many(FULL, changes)
    assert [problem.path for problem in refused.value.problems] == list(changes or ["changes"])


def test_a_batch_marks_what_a_single_case_refuses():
    many = underwrite_many(replace(PLAIN, capex=300, debt=SCULPTED), {"price": [0.5, 2.0]})
    assert many["refused"].tolist() == [0, 1]
    assert np.isfinite(many["debt"][0])
    assert np.isnan(many["npv"][1])
    with pytest.raises(FactoryFileError, match="no input that can vary"):
        underwrite_many(PLAIN, {"tenor": [1.0]})
    with pytest.raises(FactoryFileError, match="one length"):
        underwrite_many(PLAIN, {"price": [1.0, 2.0], "inflation": [0.0]})


def test_months_quarters_and_years_tell_one_story():
    """The same money in finer periods: yearly sums of what does not depend on when in the year it falls are equal."""

    def yearly(step):
        per_year = 12 // step
        project = Project(
            periods=6 * per_year,
            step=step,
            revenue=Flow(amounts=120 / per_year, escalation=0.02),
            cost=24 / per_year,
            capex=400,
            assets={"all": Asset(share=0.9, federal=macrs("5"))},
            tax=Tax(federal=0.21, state=0.06),
        )
        done = underwrite(project)
        return {
            name: done.lines[name][1:].reshape(6, per_year).sum(axis=1)
            for name in ("revenue", "federal_depreciation", "federal_tax", "state_tax", "equity_flow")
        }

    years = yearly(12)
    for step in (1, 3):
        for name, sums in yearly(step).items():
            np.testing.assert_allclose(sums, years[name], rtol=0, atol=1e-9, err_msg=f"{name} in steps of {step}")


# the page


def test_the_reference_page_runs(root):
    page = (root / "docs" / "reference" / "finance-engine.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert blocks
    known: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "finance-engine.md", "exec"), known)
    for name in finance.__all__:
        assert f"`{name}" in page or f"cf.finance.{name}" in page, f"{name} stands nowhere in the page"
    for record in (Project, Debt, Conventions):
        for field in fields(record):
            assert f"`{field.name}`" in page, f"{record.__name__}.{field.name} stands nowhere in the page"


# a peer


def test_the_peer_agrees_within_a_thousandth(root):
    """NREL's System Advisor Model on the projects of the benchmark."""
    pytest.importorskip("PySAM", reason="the peer of the benchmarks group is not installed")
    spec = importlib.util.spec_from_file_location("benchmark_finance", root / "benchmarks" / "finance.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    for title, project in benchmark.CASES.items():
        model = benchmark.peer(project)
        model.execute(0)
        found = benchmark.differences(underwrite(project), model.Outputs)
        assert max(found.values()) < 1e-3, (title, found)
