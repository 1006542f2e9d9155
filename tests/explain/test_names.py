"""What ``explain`` answers beside metrics and lines: items, periods, paths, rows, formulas, numbers of pages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import computefactory as cf
from computefactory.cli import main
from computefactory.errors import FactoryFileError
from computefactory.explanation import Explainer
from computefactory.names.formula import read
from computefactory.page import Of


@pytest.fixture(scope="module")
def iren():
    return cf.run("iren-horizon")


@pytest.fixture(scope="module")
def lines(iren):
    return iren.runs["contract_only"].lines


def test_a_line_at_an_item_by_option_or_in_brackets(iren, lines):
    name = iren.items("contract")[1]
    month = iren.factory.timeline.names[40]
    tree = cf.explain(iren, "c_revenue", month, item=name)
    assert tree.value == lines["c_revenue"][1][40]
    assert (tree.item, tree.month) == (name, month)
    assert cf.explain(iren, f"c_revenue[{name}]", month).value == tree.value


def test_a_contract_stands_for_all_its_parts(iren, lines):
    month = iren.factory.timeline.names[60]
    tree = cf.explain(iren, "c_revenue", month, item="microsoft")
    assert tree.value == pytest.approx(lines["c_revenue"][:, 60].sum())
    assert [child.item for child in tree.inputs] == iren.items("contract")


@pytest.mark.parametrize("period", ["2028", "2028-Q2"])
def test_flows_of_a_period_are_added_and_balances_stand_at_its_end(iren, lines, period):
    names = iren.factory.timeline.names
    inside = [k for k, name in enumerate(names) if name[:4] == "2028" and (period == "2028" or name[5:] in "04 05 06")]
    assert cf.explain(iren, "revenue", period).value == pytest.approx(lines["revenue"][inside].sum())
    assert cf.explain(iren, "grid_energy", period).value == pytest.approx(lines["grid_energy"][inside].sum())
    assert cf.explain(iren, "debt_balance", period).value == lines["debt_balance"][inside[-1]]
    assert [child.month for child in cf.explain(iren, "revenue", period).inputs] == [names[k] for k in inside]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plant.silicon.rack_power", lambda result: result.factory.plant.silicon.rack_power),
        ("silicon.rack_power", lambda result: result.factory.plant.silicon.rack_power),
        ("silicon.total_price", lambda result: result.factory.value("file:silicon.total_price")),
        ("offtake.microsoft.total_value", lambda result: result.factory.value("file:offtake.microsoft.total_value")),
        ("layout_record.racks", lambda result: result.known["layout_record"].racks),
        ("limits.utilisation.power", lambda result: result.known["limits"].utilisation["power"]),
        ("finance.tranches.senior.covenant_dscr", lambda result: result.factory.finance.tranches[0].covenant_dscr),
        ("finance.tranches[senior].covenant_dscr", lambda result: result.factory.finance.tranches[0].covenant_dscr),
        ("plant.interconnection.real", lambda result: result.factory.plant.interconnection.real),
        ("steps.peak_power", lambda result: result.known["peak_power"]),
    ],
)
def test_paths_end_in_their_numbers(iren, name, value):
    tree = cf.explain(iren, name)
    expected = value(iren)
    assert tree.value == (expected if np.isfinite(expected) else None)
    assert tree.source or tree.inputs


def test_a_path_at_an_item_says_where_that_item_stands(iren):
    tree = cf.explain(iren, "finance.tranches.covenant_dscr", item="senior")
    assert tree.value == iren.factory.finance.tranches[0].covenant_dscr
    assert tree.source is not None


def test_a_row_of_the_library_is_shown_as_it_is_written(iren):
    tree = cf.explain(iren, "merchant/default/void")
    fact = iren.factory.library.fact("merchant", "default", "void")
    assert (tree.value, tree.unit) == (fact.value, fact.unit)
    assert tree.source["source"] == fact.source


def test_a_formula_is_worked_out_and_its_names_stand_below_it(iren, lines):
    text = "total(power_cost * first_year) / total(grid_energy * first_year)"
    tree = cf.explain(iren, text)
    assert tree.value == pytest.approx(iren.metrics["power_cost_usd_per_grid_kwh"].value)
    assert [child.name for child in tree.inputs] == ["power_cost", "first_year", "grid_energy"]
    month = iren.factory.timeline.names[40]
    share = cf.explain(iren, "c_revenue / over(c_revenue)", month, item=iren.items("contract")[0])
    assert share.value == pytest.approx(lines["c_revenue"][0][40] / lines["c_revenue"][:, 40].sum())


def test_a_number_of_a_page_says_how_it_is_made(iren):
    tree = cf.explain(iren, "returns:break_even.break_even_price_usd_per_accelerator_hour")
    assert tree.formula
    price, factor = tree.inputs[:2]
    assert tree.value == pytest.approx(price.value * factor.value)


@pytest.mark.parametrize(
    ("name", "where", "code"),
    [
        ("revenu", {}, "unknown_name"),
        ("revenue + nothing_of_the_kind", {}, "unknown_name"),
        ("plant.silicon.nothing", {}, "unknown_name"),
        ("merchant/default/nothing", {}, "unknown_name"),
        ("returns:cases.nothing", {}, "unknown_name"),
        ("nopage:cases.nothing", {}, "unknown_name"),
        ("", {}, "unknown_name"),
        ("revenue", {"month": "2099-01"}, "unknown_month"),
        ("revenue", {"case": "best"}, "unknown_case"),
        ("equity_irr", {"item": "senior"}, "unknown_item"),
        ("t_balance", {"item": "nobody"}, "unknown_item"),
        ("t_balance[nobody]", {}, "unknown_item"),
        ("c_revenue * a_capex", {}, "no_number"),
        ("by_month(revenue)", {}, "no_number"),
        ("site.place * 2", {}, "unknown_name"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_hint(iren, name, where, code):
    with pytest.raises(FactoryFileError) as caught:
        cf.explain(iren, name, **where)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "total(x, y)",
        "total(x=1)",
        "where(x, y)",
        "x if y else z",
        "x.y()",
        "[x]",
        "x and y",
        "1 < x < 2",
        "x == y",
        "lambda: x",
        "'text'",
        "-" * 3000 + "x",
        "(" * 500 + "x" + ")" * 500,
        f"x + 1{'0' * 400}",
    ],
)
def test_what_is_no_formula_is_not_read(text):
    assert read(text) is None


@given(st.text(alphabet="ab1.[]()+-*/<> _,'totaloversum", max_size=40))
def test_any_text_is_a_formula_or_not_but_never_a_traceback(text):
    formula = read(text)
    if formula is not None:
        formula.value(lambda leaf: np.ones((1, 1)), slice(0, 1))


def test_depth_limits_the_tree_and_not_the_number(iren):
    whole = cf.explain(iren, "equity_irr")
    for depth in (0, 1, 2):
        tree = Explainer(iren, depth=depth).node(Of("equity_irr"))
        assert tree.value == whole.value
        assert _levels(tree) == depth
    assert _levels(whole) > 5


def _levels(node):
    return max((1 + _levels(child) for child in node.inputs), default=0)


def test_the_command_takes_an_item(capsys, iren):
    assert main(["explain", "iren-horizon", "t_balance", "--item", "senior", "--month", "2028", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["value"] == cf.explain(iren, "t_balance", "2028", item="senior").value
    assert main(["explain", "iren-horizon", "t_balance", "--item", "nobody"]) == 2


@pytest.mark.parametrize("case", ["contract_only", "full_life", "unit_cost"])
@pytest.mark.parametrize("name", ["npv_usd", "equity_irr", "min_dscr", "lcoc_usd_per_accelerator_hour"])
def test_a_metric_is_the_line_that_it_is_made_of(name, case):
    """In every case: a metric that belongs to one run is shown with the line of that run."""
    node = cf.explain(cf.run("inference-site"), name, case=case)
    (line,) = node.inputs
    assert (node.value is None) or node.value == pytest.approx(line.value, rel=1e-12)
