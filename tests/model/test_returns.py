"""Three return cases against independent arithmetic: rates by pyxirr, values by numpy, an identity of disclosures."""

from __future__ import annotations

import numpy as np
import pytest
import pyxirr

import computefactory as cf
from computefactory.metrics import rate

CASES = ("contract_only", "contract_and_residual", "full_life")
FLOWS = {
    "project_irr": "project_flow",
    "project_irr_before_tax": "project_flow_before_tax",
    "project_irr_with_prepayment": "project_flow_with_prepayment",
    "equity_irr": "equity_flow",
}


@pytest.fixture(scope="session", params=["iren", "legacy"])
def result(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("case", CASES)
def test_rates_are_those_of_an_independent_engine(result, case):
    lines = result.runs[case].lines
    for name, flow in FLOWS.items():
        metric = result.returns[case][name]
        if metric.value is None:
            assert metric.reason in ("does_not_exist", "not_unique", "total_loss", "not_applicable")
            assert rate(lines[flow], 12)[0] is None
            continue
        monthly = pyxirr.irr(lines[flow], guess=(1 + metric.value) ** (1 / 12) - 1)
        assert metric.value == pytest.approx((1 + monthly) ** 12 - 1, abs=1e-9)
        factor = (1 + metric.value) ** (-np.arange(len(lines[flow])) / 12)
        assert lines[flow] @ factor == pytest.approx(0, abs=1e-7 * np.abs(lines[flow]).sum())


@pytest.mark.parametrize("case", CASES)
def test_value_multiple_and_payback_from_the_flows(result, case):
    lines, returns = result.runs[case].lines, result.returns[case]
    flow, months = lines["project_flow"], np.arange(len(lines["project_flow"]))
    rate_of_capital = result.factory.finance.capital.discount_rate
    assert returns["npv_usd"].value == pytest.approx(flow @ (1 + rate_of_capital) ** (-months / 12), rel=1e-9)
    for name, series in (
        ("payback_months", flow),
        ("payback_after_prepayment_months", lines["project_flow_with_prepayment"]),
    ):
        cumulative = np.cumsum(series)
        full = int(result.factory.finance.full_operation)
        if returns[name].value is None:
            assert returns[name].reason == "does_not_exist"
            assert cumulative[-1] < 0
        else:
            first = next(i for i in range(full, len(cumulative)) if cumulative[i] >= 0)
            assert returns[name].value == first
    early = lines["early_distribution"].sum()
    assert returns["moic"].value == pytest.approx(
        (lines["distribution"].sum() - early) / (lines["equity_in"].sum() - early), rel=1e-9
    )


def test_the_cases_differ_only_after_the_contracts(result):
    one, other = (result.runs[case].lines for case in CASES[:2])
    last = int(result.known["contract_end"])
    for name in ("revenue", "opex", "capex", "ebitda"):
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)
    before = slice(0, last - 11)  # the tax on the exit falls in its own year
    for name in ("project_flow", "equity_flow"):
        np.testing.assert_allclose(one[name][before], other[name][before], rtol=1e-9, atol=1.0, err_msg=name)
    fetched = [float(lines["sale_proceeds"].sum()) for lines in (one, other)]
    assert (fetched[0] < fetched[1]) == (one["project_flow"].sum() < other["project_flow"].sum())


def test_contract_only_writes_the_silicon_off_and_never_the_shell(iren):
    """Durables leave at cost less straight line; silicon at nothing."""
    assets, lines = iren.factory.finance.assets, iren.runs["contract_only"].lines
    last = int(iren.known["contract_end"])
    durables = 0.0
    for asset in assets:
        placed = np.flatnonzero(asset.placed)
        left = sum(asset.placed[i] * (1 - (last - i + 1) / asset.life) for i in placed) * (not asset.consumable)
        durables += asset.cost * (1 + asset.contingency) * left
    assert durables > 0.75 * 3e9
    proceeds = lines["sale_proceeds"]
    assert np.flatnonzero(proceeds).tolist() == [last]
    assert proceeds[last] == pytest.approx(durables, rel=1e-9)


def test_full_life_runs_240_months_from_full_operation(iren):
    run = iren.runs["full_life"]
    exit_month = int(iren.factory.finance.full_operation) + 240
    assert run.inputs["exit_month"] == pytest.approx(exit_month - 1)
    assert not np.any(run.lines["project_flow"][exit_month:])
    assert np.any(run.lines["revenue"][exit_month - 12 : exit_month])


def test_a_leased_building_is_given_back_when_the_silicon_retires(legacy):
    run, money = legacy.runs["full_life"], legacy.factory.finance
    retired = int(money.full_operation + money.economic_life)
    assert not np.any(run.lines["rent_paid"][retired + 12 :])
    assert run.inputs["exit_month"] < money.full_operation + 239


def test_prepayments_are_financing(iren):
    """With or without the prepayment the project flows alike; between them stands what is paid and credited."""
    without = cf.run("iren-horizon", overrides={"offtake.microsoft.prepayment": None}, resize=True)
    for case in CASES:
        a, b = iren.runs[case].lines, without.runs[case].lines
        shift = without.factory.timeline.start - iren.factory.timeline.start
        assert a["project_flow"].sum() == pytest.approx(b["project_flow"].sum(), rel=1e-9)
        assert shift >= 0
        flow = a["project_flow_with_prepayment"] - a["project_flow"]
        np.testing.assert_allclose(flow, a["prepayment_in"] - a["prepayment_credit"], atol=1.0)
        assert a["prepayment_in"].sum() == pytest.approx(0.2 * 9.7e9, rel=1e-9)
        assert a["prepayment_credit"].sum() == pytest.approx(0.2 * 9.7e9, rel=1e-9)


def test_disclosed_prepayment_and_debt_are_96_per_cent_of_the_accelerators():
    """An identity of disclosed figures, checked as arithmetic and nothing else."""
    factory = cf.load("iren-horizon")
    prepayment = sum(
        item.prepayment * item.accelerators * item.price * 730 * item.tenor for item in factory.offtake.contracts
    )
    (silicon,) = (asset for asset in factory.finance.assets if asset.name == "silicon")
    assert prepayment == pytest.approx(1.94e9, rel=1e-9)
    assert silicon.cost == 5.81e9
    assert (prepayment + 3.65e9) / silicon.cost == pytest.approx(0.96, abs=0.005)


def test_reasons_of_rates_that_do_not_exist():
    assert rate([-100.0, 0.0, 0.0], 12)[1] == "total_loss"
    assert rate([100.0, 10.0], 12)[1] == "does_not_exist"
    value, reason, roots = rate([-1.0, 2.3, -1.32], 1)
    assert (value, reason) == (None, "not_unique")
    assert roots == pytest.approx((0.1, 0.2))
    assert rate([-100.0, 110.0], 1)[0] == pytest.approx(0.1)
