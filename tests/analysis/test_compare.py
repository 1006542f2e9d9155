"""Files side by side: the same numbers as each alone, differences that sum, and what is missing said."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.page import Of
from computefactory.report.compare import comparison

PAIR = ("iren-horizon", "legacy-h100-hall")


def test_every_number_is_that_of_the_file_alone(pair):
    for place, subject in enumerate(pair.subjects):
        for group in pair.asked:
            for row in group.rows:
                answer = row.answers[place]
                of = Of(answer.of) if isinstance(answer.of, str) else answer.of
                if answer.value is not None and of.name:
                    alone = cf.explain(subject.result, of.name, case=of.case or "contract_only").value
                    assert alone == pytest.approx(answer.value, rel=1e-12), (subject.name, row.name)


def test_no_answer_is_without_evidence_or_reason(pair):
    for group in pair.groups:
        for row in group.rows:
            for answer in row.answers:
                assert answer.evidence if answer.value is not None else answer.missing, row.name


def test_the_parts_of_the_unit_cost_differ_by_what_the_whole_does(pair):
    parts = next(group for group in pair.groups if group.name == "unit_cost_parts")
    whole = pair.row("lcoc_usd_per_accelerator_hour").difference
    assert sum(row.difference for row in parts.rows) == pytest.approx(whole, rel=1e-9)


def test_the_hall_fails_what_the_factory_passes(pair):
    assert [answer.value for answer in pair.row("density").answers] == ["pass", "fail"]
    assert "racks above 40 kW" in pair.row("density").answers[1].evidence
    share = pair.row("committed_share").answers
    assert share[0].value == pytest.approx(1.0)
    assert share[1].value < 0.2


def test_json_is_finite_and_names_each_file(pair):
    told = json.loads(json.dumps(comparison(pair).as_dict(), allow_nan=False))
    assert (told["kind"], told["of"]) == ("comparison", "factory")
    assert list(told["files"]) == list(PAIR)
    row = told["groups"]["metrics_returns"]["rows"]["equity_irr"]
    first, second = (row["answers"][name]["value"] for name in PAIR)
    assert row["difference"] == pytest.approx(second - first)


def test_one_file_is_refused_and_every_unknown_name_told_at_once():
    with pytest.raises(FactoryFileError) as one:
        cf.compare("iren-horizon")
    assert one.value.problems[0].code == "too_few"
    with pytest.raises(FactoryFileError) as unknown:
        cf.compare("iren-horizn", "legacy-hall")
    assert [problem.given for problem in unknown.value.problems] == ["iren-horizn", "legacy-hall"]
    assert "iren-horizon" in unknown.value.problems[0].hint
