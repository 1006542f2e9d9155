"""What the shipped companies are: the class, what it rests on, what is missing; and the page in eighty columns."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.analysis.company_facts import kind_of_company
from computefactory.analysis.kind import CLOUD, FACTORY_OPERATOR, INVENTORY, NOT_RATED, TRANSITION
from computefactory.analysis.run import run
from computefactory.cli.page import show
from computefactory.explanation import Explainer
from computefactory.library import Library
from computefactory.page import is_number
from computefactory.registry import COMPANY_PAGES as PAGES
from computefactory.report.company_kind import company_kind
from computefactory.schema.resolve_company import company

ONE = """
kind: company
schema: 1
name: One
as_of: 2026-11-30
business: {committed: {sells: accelerators, committed: true, share: 100 %}}
blocks: {horizon: {factory: iren-horizon}}
reported:
  2025: {revenue: 100 million USD}
  2026-09-30: {cash_and_equivalents: 100 million USD, debt_principal: 0 USD}
overhead: {amount: 0 USD/year}
"""
NAMES = ("coreweave-2025-03", "coreweave-2026-09", "aws-2026-09", "google-cloud-2026-09", "lambda-2026-09")


@pytest.fixture(scope="session")
def kinds():
    library = Library.load()
    return {name: kind_of_company(run(company(schema.load(name, kind="company"), library))) for name in NAMES}


def test_coreweave_bills_in_air_cooled_racks_at_its_offering_and_sells_liquid_ones_later(kinds):
    before, after = kinds["coreweave-2025-03"], kinds["coreweave-2026-09"]
    assert (before.kind, before.stages["billing"].kind) == (INVENTORY, INVENTORY)
    assert before.stages["billing"].failing["Liquid from construction"] == pytest.approx(1.0)
    assert before.facts.largest_customer == pytest.approx(0.62)
    assert after.kind == TRANSITION
    assert after.stages["billing"].shares["proven"] == 0.0  # inferred: no operator of compute factories yet


def test_clouds_are_clouds_and_what_is_not_known_is_not_rated(kinds):
    assert [kinds[name].kind for name in NAMES[2:4]] == [CLOUD, CLOUD]
    google = kinds["google-cloud-2026-09"]
    assert google.facts.parent == "Alphabet"
    assert google.facts.book_years > 5
    unknown = kinds["lambda-2026-09"]
    assert unknown.kind == NOT_RATED
    deciding = [item.what for item in unknown.missing if item.deciding]
    assert len(deciding) >= 10
    assert {"critical IT that bills", "critical IT sold", "price of its power"} <= set(deciding)


def test_every_page_fits_eighty_columns_and_its_json_is_finite(kinds, capsys):
    for found in kinds.values():
        page = company_kind(found)
        show(page)
        told = json.loads(json.dumps(page.as_dict(), allow_nan=False))
        assert told["by_billing"]["class"] == found.stages["billing"].kind
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["coreweave-2025-03", "core-scientific-2026-09"])
def test_every_number_of_the_page_is_explained(name):
    explainer = Explainer(cf.run(name), depth=1)
    for number in PAGES["qualification"](explainer.result).numbers():
        if is_number(number.value):
            node = explainer.node(number.of)
            found = float(node.text_value.replace(",", "").split()[0]) if node.value is None else node.value
            assert found * number.of.scale == pytest.approx(number.value, rel=1e-3, abs=0.5), number


def test_a_company_of_a_marginal_factory_is_marginal(tmp_path, pair):
    file = tmp_path / "one.yaml"
    file.write_text(ONE, encoding="utf-8")
    found = cf.qualify(file)
    assert found.verdict == f"{FACTORY_OPERATOR} (marginal)"
    assert all(flip.label.startswith("horizon: ") and flip.to == INVENTORY for flip in found.flips)
    inside = pair.subjects[0].result
    assert {flip.row for flip in found.flips} == {flip.row for flip in inside.qualification.strength.flips}
    assert found.stages["sold"].power == pytest.approx(inside.metrics["it_load_mw"].value * 1e3)
