"""Companies side by side: the pairs of the article, a factory among companies, one company on two days."""

from __future__ import annotations

import json
from math import isfinite

import pytest

from computefactory.analysis.compare import compared
from computefactory.analysis.evaluation import company_ledger
from computefactory.analysis.value_change import CAUSES, OF_CAUSE
from computefactory.cli.page import show
from computefactory.page import Of
from computefactory.report.compare import comparison

ROWS = (  # customer diversity, commitment, density, liquid, focus, and what stands beside them
    *("largest_customer_share", "customer_concentration", "committed_share", "tenor_months", "book_years"),
    *("rack_power_kw", "liquid_share", "owner_focus", "price_usd_per_mw_year", "margin", "capex_usd_per_mw"),
    *("debt_to_ebitda", "ev_revenue", "ev_ebitda", "class"),
)


def test_every_row_of_the_pairs_is_a_number_with_evidence_or_said_to_be_missing(pairs):
    for pair in pairs:
        for name in ROWS:
            for answer in pair.row(name).answers:
                assert answer.missing if answer.value is None else answer.evidence, name


def test_coreweave_and_aws_differ_in_what_the_framework_names(pairs):
    pair = pairs[0]
    assert [answer.value for answer in pair.row("class").answers] == ["in transition (marginal)", "cloud provider"]
    for name, below in (("largest_customer_share", -0.5), ("book_years", -8), ("owner_focus", -0.9)):
        assert pair.row(name).difference < below
    committed = pair.row("committed_share").answers
    assert (committed[0].value, committed[1].missing) == (0.98, "share of revenue that is owed")
    coreweave, aws = pair.row("rack_power_kw").answers
    assert coreweave.value > 100
    assert aws.missing == "no system is stated"


def test_lambda_is_not_rated_and_the_book_of_google_is_no_test(pairs):
    pair = pairs[1]
    assert [answer.value for answer in pair.row("class").answers] == ["not rated: data missing", "cloud provider"]
    book = pair.row("book_years").answers[1]
    assert book.value > 5
    assert "50 % of it within 24 months" in book.evidence


def test_numbers_of_companies_are_those_that_explain_gives(pairs):
    coreweave = pairs[0].subjects[0].result
    for name in ("billing_mw", "contracted_mw", "price_usd_per_mw_year", "margin", "capex_usd_per_mw", "net_debt_usd"):
        answer = pairs[0].row(name).answers[0]
        of = answer.of if isinstance(answer.of, Of) else Of(answer.of)
        assert coreweave.metrics[of.name].value == answer.value


def test_a_company_and_a_factory_stand_side_by_side(pairs, pair, capsys):
    mixed = compared([pairs[0].subjects[0].result, pair.subjects[0].result, pairs[1].subjects[0].result])
    assert mixed.of == "company and factory"
    assert mixed.row("rack_power_kw").answers[1].value == 135
    assert "computefactory value" in mixed.row("ev_revenue").answers[1].missing
    show(comparison(mixed))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_causes_sum_to_the_change_of_value(dated):
    change = dated.change
    assert [step.name for step in change.steps] == list(CAUSES)
    for place, name in enumerate(("enterprise", "equity", "per_share")):
        moved = sum(getattr(step, name) for step in change.steps)
        whole = max(abs(change.old[place]), abs(change.new[place]), 1.0)
        assert moved == pytest.approx(change.new[place] - change.old[place], abs=1e-9 * whole)
    for files, value in zip(dated.subjects, (change.old, change.new), strict=True):
        enterprise = files.result.valued["middle"].lines["industrial_enterprise_value_usd"]
        assert float(enterprise) == pytest.approx(value[0], rel=1e-12)


def test_the_same_file_changes_nothing_and_other_companies_have_no_change(dated, pairs):
    assert pairs[0].change is None
    assert compared([dated.subjects[1].result] * 2).change is None
    told = json.loads(json.dumps(comparison(dated).as_dict(), allow_nan=False))
    assert told["change"]["order"] == list(CAUSES)
    assert isfinite(told["change"]["causes"]["book"]["enterprise_value_usd"])


def test_every_input_has_one_cause():
    named = [given for givens in OF_CAUSE.values() for given in givens]
    assert len(named) == len(set(named))
    assert set(named) == set(company_ledger(valued=True).givens)
