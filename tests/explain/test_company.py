"""``explain`` of a company: lines by block and customer, records, rows known then, and into a factory inside."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError


@pytest.fixture(scope="module")
def coreweave():
    return cf.run("coreweave-2025-03")


@pytest.fixture(scope="module")
def landlord():
    return cf.run("core-scientific-2026-09")


def test_a_customer_stands_for_all_its_blocks(coreweave):
    lines, names = coreweave.workings.lines, coreweave.items("block")
    month = coreweave.months[8]
    of_microsoft = [k for k, block in enumerate(coreweave.factory.blocks) if block.customer == "Microsoft"]
    assert len(of_microsoft) == 2
    tree = cf.explain(coreweave, "b_committed_revenue", month, item="Microsoft")
    assert tree.value == pytest.approx(sum(lines["b_committed_revenue"][k][8] for k in of_microsoft), rel=1e-12)
    one = cf.explain(coreweave, f"b_committed_revenue[{names[0]}]", month)
    assert one.value == lines["b_committed_revenue"][0][8]


def test_a_metric_ends_in_rows_that_were_public_and_in_lines_of_the_file(coreweave):
    tree = cf.explain(coreweave, "revenue_usd_next_twelve_months")
    leaves = [node.source for node in tree.walk() if node.source]
    rows = {f"{leaf['table']}/{leaf['key']}" for leaf in leaves if leaf["kind"] == "fact"}
    assert "operator/CoreWeave/FY2024" in rows
    assert any(leaf["kind"] == "file" and leaf["path"].startswith("blocks.openai") for leaf in leaves)
    own = [leaf for leaf in leaves if leaf["kind"] == "fact" and leaf["table"] == "operator"]
    library = coreweave.factory.library
    assert all(library.fact(leaf["table"], leaf["key"], leaf["field"]).known <= coreweave.as_of for leaf in own)


def test_a_path_leads_to_a_record_and_to_the_file(coreweave):
    price = cf.explain(coreweave, "company.blocks[hopper microsoft].price")
    assert price.value == pytest.approx(692.037, rel=1e-5)
    assert cf.explain(coreweave, "company.terms.overhead").value > 0
    assert cf.explain(coreweave, "business.committed.share").value == 0.96


def test_a_row_that_was_public_later_is_no_name_without_hindsight(coreweave):
    row = "operator/CoreWeave/2025-03-31/revenue"
    with pytest.raises(FactoryFileError):
        cf.explain(coreweave, row)
    seen = cf.run("coreweave-2025-03", hindsight=True)
    assert cf.explain(seen, row).value == pytest.approx(981.6e6, rel=1e-3)


def test_the_value_and_its_terms_are_explained(coreweave):
    tree = cf.explain(coreweave, "industrial_enterprise_value_usd")
    assert tree.value == coreweave.valued["middle"].lines["industrial_enterprise_value_usd"]
    assert cf.explain(coreweave, "shell_rate").value > 0


def test_it_crosses_over_into_a_factory_inside(landlord):
    (block,) = landlord.inside
    factory = landlord.inside[block]
    month = "2027-06"
    tree = cf.explain(landlord, "b_factory_revenue", month, item=block)
    (inside,) = tree.inputs
    assert (inside.kind, inside.name) == ("result", factory.name)
    (revenue,) = inside.inputs
    assert revenue.value == tree.value == factory.monthly["revenue"][month]
    assert {node.name for node in revenue.walk()} > {"l_rent"}
    assert any(
        node.source and str(node.source.get("file", "")).startswith("core-scientific-590mw") for node in tree.walk()
    )


def test_a_month_outside_the_factory_is_nothing(landlord):
    (block,) = landlord.inside
    tree = cf.explain(landlord, "b_factory_revenue", landlord.months[-1], item=block)
    ends = landlord.inside[block].months[-1]
    assert landlord.months[-1] <= ends or tree.inputs[0].text_value.startswith("nothing in")
