"""What no scenario moves is calculated once, and not a bit of the result shows it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from small_ledger import PROJECT, calendar, fit, project_values
from test_random import CASES, ITEMS, PERIODS, build, ledgers

import computefactory as cf
from computefactory import model
from computefactory.ledger import Ledger, batch, given, line, solve, where
from computefactory.ledger.memory import read_inputs
from computefactory.ledger.partition import split
from computefactory.units import One, Usd


def in_parts(ledger, values, n, keep):
    """The lines of a batch, case by case in plain Python, behind what is calculated once."""
    inputs = read_inputs(ledger.sheet, values, n)
    parts = split(ledger.sheet, inputs.varied, keep)
    return parts, batch.in_parts(parts, inputs, n, tuple(keep), 1, compiled=False)


@drawn(ledgers(), st.integers(0, 1_000), st.sets(st.sampled_from(["n", "number", "wave", "share", "waves"])))
@settings(max_examples=120)
def test_whatever_varies_the_parts_are_the_whole(items, seed, varied):
    ledger = build(items)
    if ledger is None:
        return
    chance = np.random.default_rng(seed)
    shapes = {"n": (), "number": (), "wave": (PERIODS,), "share": (ITEMS,), "waves": (ITEMS, PERIODS)}
    drawn_values = {
        name: chance.integers(0, 9, (CASES, *shape)) if name == "n" else chance.normal(size=(CASES, *shape))
        for name, shape in shapes.items()
    }
    common = fit(ledger, calendar(PERIODS, 3, int(seed % 12)))
    cases = [
        common | fit(ledger, {name: array[case if name in varied else 0] for name, array in drawn_values.items()})
        for case in range(CASES)
    ]
    together = common | fit(
        ledger, {name: array if name in varied else array[0] for name, array in drawn_values.items()}
    )
    _, found = in_parts(ledger, together, CASES, list(ledger.lines))
    for case, values in enumerate(cases):
        for name, value in ledger.run_whole(values).items():
            np.testing.assert_array_equal(found[name][case], value, err_msg=name)


@pytest.mark.parametrize(
    "scenarios",
    [
        {"silicon.total_price": [5.81e9, 6.1e9]},
        {"capital.debt.senior.rate": [0.06, 0.08], "offtake.microsoft.price": [2.9, 3.1]},
        {"capital.discount_rate": [0.1, 0.12]},
        {"silicon.utilisation": [0.8, 0.9]},
    ],
)
def test_the_factory_in_parts_is_the_factory(scenarios):
    factory = cf.load("iren-horizon")
    columns = {path: np.array(values) for path, values in scenarios.items()}
    if "offtake.microsoft.price" in columns:
        factory = cf.load("iren-horizon", overrides={"offtake.microsoft.price": 2.9})
    varied = cf.load(factory.document, overrides=columns)
    frozen = model.frozen_of(factory, model.run_steps(factory))
    ledger = model.ledger_for(model.choices_of(varied, "frozen"))
    known = model.run_steps(varied)
    values = model.inputs_for(ledger, model.namespace(varied, known, model.HEAD, frozen))
    keep = list(ledger.lines)
    parts, found = in_parts(ledger, values, 2, keep)
    assert len(parts.fixed.keep) > 50
    for case in range(2):
        alone = {
            name: array[case] if name in read_inputs(ledger.sheet, values, 2).varied else array
            for name, array in values.items()
        }
        for name, value in ledger.run_whole(alone).items():
            np.testing.assert_array_equal(found[name][case], value, err_msg=name)


def test_only_what_is_wanted_and_moves_is_run_again():
    ledger = Ledger(PROJECT)
    inputs = read_inputs(ledger.sheet, fit(ledger, project_values()) | {"tax_rate": np.array([0.2, 0.3])}, 2)
    parts = split(ledger.sheet, inputs.varied, ["revenue", "book"])
    assert not parts.moving.keep
    assert set(parts.fixed.keep) == {"revenue", "book"}


SIZE = given("size", Usd, source="size", doc="")
PULL = given("pull", One, source="pull", doc="")
OTHER = given("other", Usd, source="other", doc="")


@line
def loan(need: Usd) -> Usd:
    return solve(need)


@line
def need(size: Usd, pull: One, loan: Usd) -> Usd:
    return size + pull * loan


@line
def flagged(loan: Usd, other: Usd) -> Usd:
    return where(loan > 0, other, other * 2)


def test_a_circle_that_no_scenario_moves_and_that_has_no_solution_is_nan_everywhere(compiled):
    """A flag that reads it would be an ordinary number otherwise."""
    ledger = Ledger([SIZE, PULL, OTHER, loan, need, flagged])
    values = {"size": 1.0, "pull": 2.0, "other": np.array([1.0, 2.0])}
    found = ledger.run_many(values, 2, ["flagged", "loan"], compiled=compiled)
    assert np.isnan(found["flagged"]).all()
    assert np.isnan(found["loan"]).all()
    good = ledger.run_many(values | {"pull": 0.5}, 2, ["flagged", "loan"], compiled=compiled)
    assert good["flagged"] == pytest.approx([1.0, 2.0])
    assert good["loan"] == pytest.approx([2.0, 2.0])


def test_nothing_varies(compiled):
    ledger = Ledger([SIZE, PULL, OTHER, loan, need, flagged])
    found = ledger.run_many({"size": 1.0, "pull": 0.5, "other": 3.0}, 3, ["flagged"], compiled=compiled)
    assert found["flagged"] == pytest.approx([3.0, 3.0, 3.0])
