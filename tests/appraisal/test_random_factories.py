"""Whatever the factory: the parts are its cash flow, both views of leases agree, no answer is without a number."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.appraisal import qualification_of, value_of
from factory_file import text, trees
from site_of_arrays import at_one_rate

few = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def underwritten(tmp_path_factory):
    place = tmp_path_factory.mktemp("factories")

    def run(tree):
        file = place / "one.yaml"
        file.write_text(text(tree), encoding="utf-8")
        return cf.run(file)

    return run


@few
@given(tree=trees(), credit=st.sampled_from(["spread", "expected"]))
def test_parts_are_the_site_and_add_up(underwritten, tree, credit):
    result = underwritten(tree)
    found = value_of(result, credit=credit)
    lines = result.runs["full_life"].lines
    largest = max(np.abs(lines["project_flow"]).max(), 1.0)
    assert found.industrial.run.lines["whole_site_difference"] <= 1e-9 * largest
    assert found.industrial.enterprise_value == pytest.approx(sum(found.industrial.parts.values()))
    steps = [usd for _, _, usd in found.bridge]
    assert sum(steps[:-1]) == pytest.approx(steps[-1], rel=1e-9, abs=1e-3)
    json.dumps(found.as_dict(), allow_nan=False)
    json.dumps(qualification_of(result).as_dict(), allow_nan=False)


@few
@given(tree=trees(), rate=st.floats(0.01, 0.3))
def test_at_one_rate_the_parts_are_the_discounted_cash_flow(underwritten, tree, rate):
    result = underwritten(tree)
    run = value_of(result, at=result.factory.timeline.names[0]).industrial.run
    flow, months = result.runs["full_life"].lines["project_flow"], result.factory.timeline.month
    factors = (1 + rate) ** -((months + 1) / 12)
    names = ["site_value", "scrap_value", "undeveloped_value"]
    batch = {name: np.asarray(value)[None] for name, value in at_one_rate(run.inputs, rate).items()}
    found = run.ledger.run_many({**run.inputs, **batch}, 1, names, known=run.lines)
    value, *extra = (float(found[name][0]) for name in names)
    by_hand = float(np.sum(flow * factors)) + sum(extra)
    assert abs(value - by_hand) <= 1e-9 * (float(np.sum(np.abs(flow) * factors)) + sum(map(abs, extra)))


@few
@given(tree=trees())
def test_leases_as_cost_and_as_debt_leave_owners_the_same(underwritten, tree):
    result = underwritten(tree)
    cash, debt = (value_of(result, leases=how).industrial_equity.value for how in ("in_cash", "as_debt"))
    assert cash == pytest.approx(debt, rel=1e-9, abs=1.0)
