"""Explanations checked from outside: ``explain --json`` is walked and every node is worked out again.

A node is a ledger formula (its function called on the numbers shown), a step (its function called again) or a leaf: a
line of the file, a row of the library, the calendar, a convention. Nothing ends anywhere else.
"""

from __future__ import annotations

import csv
import importlib
import inspect
import json
import re
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory import ledger, schema
from computefactory.cli import main
from computefactory.ledger.explain import Reading
from computefactory.ledger.expression import leaves
from computefactory.metrics import METRICS, RETURNS
from computefactory.timeline import month_number
from factory_file import UNITS

NAMES = [item.name for item in (*METRICS, *RETURNS)]
DATA = Path(cf.__file__).parent / "library" / "data"
WORTH = {next(iter(units)): units for units in UNITS.values()}  # canonical unit: what others are worth in it
SAME = 1e-9
KEYS = {"metric", "line", "given", "step", "field", "record", "calendar", "convention"}


def walk(node):
    yield node
    for below in node.get("inputs", ()):
        yield from walk(below)


@pytest.fixture(scope="session")
def trees(result):
    """The tree of every metric, as JSON."""
    return {name: json.loads(json.dumps(cf.explain(result, name).as_dict(), allow_nan=False)) for name in NAMES}


@pytest.fixture(scope="session")
def nodes(trees):
    return [node for tree in trees.values() for node in walk(tree)]


def worth(written, canonical):
    """How many canonical units a written unit is."""
    return 1 if written in (canonical, canonical or "1", "") else WORTH[canonical][written]


def of_kind(nodes, kind):
    """Nodes of a kind; each name, place and value once."""
    found = {}
    for node in nodes:
        if node["kind"] == kind:
            key = tuple(str(node.get(part)) for part in ("name", "case", "month", "item", "value", "see"))
            found.setdefault(key, node)
    assert found
    return list(found.values())


def runs(result, node):
    """The runs that may have shown a node: that of its case, or the one that sized the debt."""
    every = [result.runs[node["case"]], *([result.sized] if result.sized else [])]
    return [run for run in every if node["name"] in (*run.ledger.lines, *run.ledger.givens)]


def test_the_command_prints_the_tree(capsys, result, trees):
    file = result.factory.document.file.removesuffix(".yaml")
    assert main(["explain", file, "equity_irr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == trees["equity_irr"]


def test_every_node_is_of_a_known_kind_and_says_what_it_is(nodes):
    assert {node["kind"] for node in nodes} <= KEYS
    for node in nodes:
        assert node["name"]
        if node["value"] is None and node["kind"] not in ("record", "calendar", "step", "field", "given", "line"):
            assert node.get("text_value"), node["name"]


def test_the_root_has_the_value_of_the_metric(result, trees):
    for name, tree in trees.items():
        assert tree["value"] == result.metrics[name].value
        assert tree["unit"] == result.metrics[name].unit
        child = tree["inputs"][0]
        if tree["value"] is not None and child["value"] is not None:
            scale = float(tree["formula"].partition(" x ")[2] or 1)
            assert child["value"] * scale == pytest.approx(tree["value"], rel=SAME)


def test_nothing_ends_but_in_a_file_a_library_row_the_calendar_or_a_convention(result, nodes):
    for node in nodes:
        if node.get("inputs") or node.get("see"):
            continue
        kind, source = node["kind"], node.get("source", {})
        if kind == "field" and source["kind"] == "derived":  # from nothing: says that something is absent
            assert not inspect.signature(_function(source["function"])).parameters, node["name"]
        elif kind == "field" and source["kind"] == "absent":
            assert source["why"], node["name"]
        elif kind == "line":  # a sum over no items
            of = result.runs["contract_only"].ledger
            for leaf in leaves(of.lines[node["name"]].expression):
                assert leaf.verb == "over", node["name"]
                assert not result.items((of.lines.get(leaf.line) or of.givens[leaf.line]).per)
        elif kind == "record":
            assert node["text_value"] == "none"
        else:
            assert kind in ("field", "calendar", "convention"), node


def test_what_is_not_opened_again_is_opened_somewhere(trees):
    def identity(node):
        path = node["kind"] in ("field", "record") and node.get("label")  # a step's name for what it is given
        return path or node["name"], node.get("item")

    for tree in trees.values():
        opened = {identity(node) for node in walk(tree) if not node.get("see")}
        for node in walk(tree):
            assert not node.get("see") or identity(node) in opened, node["name"]


def test_every_line_is_its_formula_of_its_inputs(result, nodes):
    names = result.factory.timeline.names
    for node in of_kind(nodes, "line"):
        known = [
            (run, run.ledger.lines[node["name"]]) for run in runs(result, node) if node["name"] in run.ledger.lines
        ]
        shown = [(run, line) for run, line in known if node["formula"] == f"{line.name} = {line.formula}"]
        assert shown, node["name"]
        for run, line in shown:
            found = np.asarray(run.lines[line.name], dtype=float)
            items = result.items(line.per) if line.per else []
            for item in [items.index(node["item"])] if "item" in node else range(len(items)) if line.per else [None]:
                row = found if item is None else found[item]
                for month in _months(names, node, row) if line.timed else [None]:
                    _check_cell(run, line.name, row, month, item)


def _months(names, node, row):
    if "month" in node:
        return [names.index(node["month"])]
    return sorted({0, 1, int(np.argmax(np.abs(np.nan_to_num(row)))), len(row) // 4, len(row) - 1})


@cache
def _seen():
    return set()


def _check_cell(run, name, row, month, item):
    key = (id(run), name, month, item)
    if key in _seen():
        return
    _seen().add(key)
    again = _worked_out(run, name, month, item)
    value = row if month is None else row[month]
    least = SAME * np.max(np.abs(np.nan_to_num(row, posinf=0, neginf=0)), initial=0.0)
    np.testing.assert_allclose(again, value, rtol=SAME, atol=least, err_msg=f"{name}[{item}, {month}]")


def _worked_out(run, name, month, item):
    """A cell by the line's own function; what a verb works on, which has none, by its text."""
    line = run.ledger.lines[name]
    if line.declared:
        return run.ledger.evaluate(name, month, item, run.inputs, run.lines)
    reading = Reading(run.ledger.sheet, run.inputs, run.lines)
    words = set(re.findall(r"\w+", line.formula)) & {*run.ledger.lines, *run.ledger.givens}
    return float(eval(line.formula, vars(ledger), {word: reading.known(word, month, item) for word in words}))


def test_a_formula_names_the_inputs_shown_below_it(nodes):
    for node in of_kind(nodes, "line"):
        formula = node["formula"].partition(" = ")[2]
        words = set(re.findall(r"\w+", formula))
        for child in node.get("inputs", ()):
            named = child["name"] in words if child["name"].isidentifier() else child["name"] in formula
            assert named, node["name"]


def test_every_single_number_of_the_ledger_is_the_one_that_was_used(result, nodes):
    names = result.factory.timeline.names
    for node in [*of_kind(nodes, "line"), *of_kind(nodes, "given")]:
        if node["value"] is None:
            continue
        shown = []
        for run in runs(result, node):
            owner = run.ledger.lines.get(node["name"]) or run.ledger.givens[node["name"]]
            values = np.asarray((run.lines if node["name"] in run.ledger.lines else run.inputs)[node["name"]])
            if "item" in node:
                values = values[result.items(owner.per).index(node["item"])]
            if "month" in node:
                values = values[names.index(node["month"])]
            shown.append(float(values))
        assert node["value"] in shown, node["name"]


def test_every_step_called_again_gives_the_same(result, nodes):
    for node in of_kind(nodes, "step"):
        function = _function(node["function"])
        arguments = {name: result.known[name] for name in inspect.signature(function).parameters}
        if not node.get("see"):
            assert [child["name"] for child in node.get("inputs", ())] == list(arguments)
        again = function(**arguments)
        _assert_same(again, result.known[node["name"]], node["name"])
        if node["value"] is not None:
            assert node["value"] == pytest.approx(float(again), rel=SAME)


def _assert_same(one, other, name):
    if is_dataclass(one):
        for item in fields(one):
            _assert_same(getattr(one, item.name), getattr(other, item.name), f"{name}.{item.name}")
    elif isinstance(one, tuple) and one and is_dataclass(one[0]):
        for place, (part, same) in enumerate(zip(one, other, strict=True)):
            _assert_same(part, same, f"{name}.{place}")
    else:
        np.testing.assert_equal(one, other, err_msg=name)


@cache
def _function(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_every_field_of_the_file_stands_where_it_says(result, nodes):
    lines = schema.shipped_text(result.factory.document.file.removesuffix(".yaml")).splitlines()
    numbers = 0
    for node in of_kind(nodes, "field"):
        source = node["source"]
        if source["kind"] != "file":
            continue
        rest = lines[source["line"] - 1][source["column"] - 1 :]
        if node["value"] is None:
            first = re.split(r"[\[\]{}:,#]", rest)[0].strip()
            assert first == node["text_value"] or rest.startswith("["), (rest, node["name"])
            continue
        if rest.startswith(("true", "false")):
            assert node["value"] == float(rest.startswith("true"))
            continue
        written = re.match(r"(-?[\d.]+(?:-\d\d)*)\s*([^,}\]#]*)", rest)
        number, unit = written[1], written[2].strip()
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", number):
            assert node["value"] == month_number(number)
        else:
            assert node["value"] == pytest.approx(float(number) * worth(unit, node.get("unit", "")), rel=1e-12), rest
            numbers += 1
    assert numbers > 20


@cache
def _lines(name):
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _cell(source):
    """Value as text, unit and id of the source of a fact, read from its sheet or list by the file and line it names."""
    lines = _lines(source["file"])
    head, row = lines[0], lines[source["line"] - 1]
    about = dict(zip(head, row, strict=True))
    assert fnmatch(source["key"], row[0])
    if head[1] == "field":
        assert row[1] == source["field"]
        column, text, unit = "", row[2], row[3]
    else:
        ((column, text),) = ((h, c) for h, c in zip(head, row, strict=True) if c and h.split(" ")[0] == source["field"])
        unit = column.partition(" [")[2].partition("]")[0] or "text"
    named = next((found[1] for said in (text, column) if (found := re.search(r" @(\S+)", said))), about["source"])
    return re.split(r" [#@]", text)[0], unit, next(line[1:5] for line in _lines("sources.csv") if line[0] == named)


def test_every_fact_is_a_row_of_the_library(nodes):
    numbers = 0
    for node in of_kind(nodes, "field"):
        source = node["source"]
        if source["kind"] != "fact":
            continue
        value, unit, origin = _cell(source)
        assert origin == [source["source"], source.get("address", ""), source["as_of"], source["confidence"]]
        if node["value"] is None:
            named = node["name"].endswith(f" ({node['text_value']})")  # the name of a row, not a value in it
            assert value == node["text_value"] or unit != "text" or named, node
            continue
        number = float(value.partition(" ")[0]) * worth(unit, node.get("unit", ""))
        assert number == pytest.approx(node["value"], rel=1e-12)
        numbers += 1
    assert numbers > 100


def test_a_month_is_explained_at_that_month(result):
    name = result.factory.timeline.names[30]
    tree = cf.explain(result, "equity_flow", name).as_dict()
    run = result.runs["contract_only"]
    assert tree["value"] == pytest.approx(run.lines["equity_flow"][30])
    for node in walk(tree):
        if node["kind"] == "line" and node["value"] is not None:
            line = run.ledger.lines.get(node["name"])
            if line is not None and line.timed:
                assert node["month"] in (name, *_neighbours(result, 30))


def _neighbours(result, month):
    return result.factory.timeline.names[month - 1], result.factory.timeline.names[month + 1]


def test_the_other_cases_have_trees_of_their_own(result):
    for case in ("contract_and_residual", "full_life"):
        tree = cf.explain(result, "npv_usd", None, case)
        assert tree.value == result.returns[case]["npv_usd"].value
        assert {node.case for node in tree.walk() if node.case} <= {case, "contract_only"}


@pytest.mark.parametrize("name", ["pue_annual", "it_capacity", "revenue", "energy_price"])
def test_steps_lines_and_givens_go_by_name_too(result, name):
    assert list(cf.explain(result, name).walk())


def given_and_field(tree):
    """Every given with one number that is read straight from one field with one number."""
    for node in tree.walk():
        if node.kind == "given" and len(node.inputs) == 1 and node.inputs[0].kind == "field":
            yield node, node.inputs[0]


def test_a_given_is_the_field_it_is_read_from(result):
    pairs = [pair for name in NAMES for pair in given_and_field(cf.explain(result, name))]
    assert sum(node.value is not None for node, _ in pairs) > 50
    for node, field in pairs:
        if node.value is not None:
            assert node.value == field.value, node.name


def test_what_is_set_over_the_file_is_explained_as_set_and_the_debt_as_it_was_sized():
    changes = {"offtake.microsoft.total_value": "8 bn USD", "power.energised": "{2026-05: 150 MW, 2026-12: 300 MW}"}
    result = cf.run("iren-horizon", overrides=changes)
    for node, field in given_and_field(cf.explain(result, "debt_usd")):
        if node.value is not None:
            assert node.value == field.value, node.name
    places = [node.source for node in cf.explain(result, "revenue_usd_per_year").walk() if node.source]
    assert any(source.get("file") == "--set" for source in places)
