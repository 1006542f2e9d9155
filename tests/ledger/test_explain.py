"""Where a number comes from: formula, inputs, and what stands behind each verb."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import PROJECT, project_values

from computefactory.errors import LedgerError
from computefactory.ledger import Ledger


@pytest.fixture(scope="module")
def case():
    ledger, values = Ledger(PROJECT), project_values()
    return ledger, values, ledger.run(values)


def explain(case, name, **where):
    ledger, values, results = case
    return ledger.explain(values, results, name, **where)


def test_a_line_of_an_item(case):
    node = explain(case, "served", month=20, item=2)
    assert (node.name, node.item, node.month, node.kind, node.unit) == ("served", 2, 20, "line", "USD")
    assert node.label == "In order of rank."
    assert node.formula == "minimum(claim, maximum(capacity - senior(claim), 0))"
    assert node.value == case[2]["served"][2, 20]
    claim, capacity, senior = node.inputs
    assert (claim.name, claim.value) == ("claim", case[2]["claim"][2, 20])
    assert (capacity.kind, capacity.source, capacity.value) == ("given", "plant.capacity", 40.0)
    assert (senior.formula, senior.value) == ("senior(claim)", case[2]["claim"][:2, 20].sum())
    assert [part.item for part in senior.inputs] == [0, 1]


def test_lags_show_the_month_they_look_at(case):
    before = explain(case, "owed", month=9).inputs[1]
    assert (before.name, before.month, before.value) == ("owed", 8, case[2]["owed"][8])
    first = explain(case, "interest", month=0).inputs[0]
    assert (first.name, first.formula, first.value) == ("owed", "prev(owed)", 0.0)
    after = explain(case, "limit", month=9).inputs[0]
    assert (after.name, after.month, after.value) == ("limit", 10, case[2]["limit"][10])
    last = explain(case, "limit", month=83).inputs[0]
    assert (last.formula, last.value) == ("following(limit)", 0.0)


@pytest.mark.parametrize(
    ("name", "where", "formula", "value"),
    [
        ("book", {}, "over(value)", lambda values, results: results["value"].sum()),
        ("value", {"item": 1}, "total(served)", lambda values, results: results["served"][1].sum()),
        ("income_ytd", {"month": 14}, "ytd(income)", lambda values, results: results["income"][12:15].sum()),
        (
            "reserve",
            {"month": 30},
            "ahead(service, reserve_months)",
            lambda v, results: results["service"][31:37].sum(),
        ),
        ("wear", {"month": 40, "item": 1}, "trailing(spent, life)", lambda v, r: r["spent"][1, 17:41].sum()),
        ("project_rate", {}, "irr(flow)", lambda values, results: results["project_rate"]),
    ],
)
def test_sums_are_one_child_with_their_sum(case, name, where, formula, value):
    child = explain(case, name, **where).inputs[0]
    assert child.formula == formula
    assert child.value == pytest.approx(value(case[1], case[2]), rel=1e-12)


def test_depth(case):
    assert explain(case, "flow", month=20, depth=0).inputs == ()
    one = explain(case, "flow", month=20)
    assert [child.name for child in one.inputs] == ["cash", "capex"]
    assert all(child.inputs == () for child in one.inputs)
    deep = explain(case, "flow", month=20, depth=3)
    assert [child.name for child in deep.inputs[0].inputs] == ["revenue", "tax"]


def test_month_and_item_are_dropped_where_the_number_has_none(case):
    node = explain(case, "debt", month=7, item=1)
    assert (node.month, node.item) == (None, None)


@pytest.mark.parametrize(
    ("name", "where", "message"),
    [
        ("reveneu", {}, "there is no line or given 'reveneu'"),
        ("revenue", {}, "revenue has one number per month: say which"),
        ("value", {}, "value has one number per contract: say which"),
        ("revenue", {"month": 84}, "revenue has no month 84: there are 84"),
        ("value", {"item": -1}, "value has no item -1: there are 3"),
    ],
)
def test_what_cannot_be_explained(case, name, where, message):
    with pytest.raises(LedgerError) as caught:
        explain(case, name, **where)
    assert str(caught.value) == message


def test_only_lines_are_evaluated(case):
    ledger, values, results = case
    with pytest.raises(LedgerError, match="capacity is given, not calculated"):
        ledger.evaluate("capacity", None, None, values, results)


def test_a_line_without_an_axis_in_a_case_with_empty_ones():
    ledger, values = Ledger(PROJECT), project_values(0, 0)
    results = ledger.run(values)
    node = ledger.explain(values, results, "revenue", month=3, depth=2)
    assert node.value == 0.0
    assert node.inputs[0].inputs == ()
    assert ledger.evaluate("revenue", 3, None, values, results) == 0.0
    assert np.shape(results["served"]) == (0, 84)
