"""Whatever the factory: leaving out the terms that it does not have changes no line, and hides no missing number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory import model
from computefactory.ledger.memory import read_inputs
from factory_file import text, trees

AWAKE = Path(__file__).resolve().parents[2] / "tools" / "compare" / "cases"
few = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DRIVERS = {  # of the file: some rest in most files, and wake a term
    "silicon.utilisation": (0.5, 0.95),
    "offtake.anchor.escalator": (-0.02, 0.04),
    "operations.inflation": (0.0, 0.05),
    "operations.overhead": (0.0, 3e6),
    "build.contingency": (0.0, 0.2),
    "build.land": (0.0, 2e7),
    "capital.discount_rate": (0.05, 0.15),
}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    place = tmp_path_factory.mktemp("folded")

    def load(tree):
        file = place / "one.yaml"
        file.write_text(text(tree), encoding="utf-8")
        return cf.load(file)

    return load


def same(ledger, found, whole):
    """1e-9 of a row's largest, and dust of the largest number of its unit; what is no number is none in either."""
    largest = {name: np.max(np.abs(value), where=np.isfinite(value), initial=0.0) for name, value in whole.items()}
    sizes: dict[object, float] = {}
    for name, size in largest.items():
        unit = ledger.lines[name].unit.powers
        sizes[unit] = max(sizes.get(unit, 0.0), size)
    for name, value in whole.items():
        near = max(1e-9 * largest[name], 1e-14 * sizes[ledger.lines[name].unit.powers])
        ours, theirs = np.asarray(found[name]), np.asarray(value)
        np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs), err_msg=name)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=near, err_msg=name)


def cases_of(factory, columns):
    """The ledger, sized and frozen, and its inputs in the scenarios of ``columns``."""
    frozen = model.frozen_of(factory, model.run_steps(factory))
    varied = cf.load(factory.document, overrides=columns)
    known = model.run_steps(varied, limits=False)
    n = len(next(iter(columns.values())))
    for debt, held, case in (("sized", None, "contract_only"), ("frozen", frozen, "full_life")):
        ledger = model.ledger_for(model.choices_of(varied, debt))
        yield ledger, model.inputs_for(ledger, model.namespace(varied, known, case, held, n))


@few
@given(tree=trees(), seed=st.integers(0, 10_000))
def test_a_factory_folded_is_the_factory(loaded, tree, seed):
    """In a batch, and each case alone: there more is at rest."""
    chance = np.random.default_rng(seed)
    some = chance.choice(sorted(DRIVERS), 3, replace=False).tolist()
    columns = {path: np.array([DRIVERS[path][0], chance.uniform(*DRIVERS[path])]) for path in some}
    for ledger, inputs in cases_of(loaded(tree), columns):
        keep = [name for name, entry in ledger.lines.items() if entry.declared]
        batch = ledger.run_many(inputs, 2, keep, compiled=False)
        varied = read_inputs(ledger.sheet, inputs, 2).varied
        for case in range(2):
            alone = {name: value[case] if name in varied else value for name, value in inputs.items()}
            whole = ledger.run_whole(alone)
            same(ledger, {name: value[case] for name, value in batch.items()}, whole)
            same(ledger, ledger.run(alone), whole)


@pytest.mark.parametrize(
    "factory",
    [
        "coreweave-leased-100mw",
        "iren-horizon",
        *sorted(AWAKE.glob("*.yaml")),
    ],
    ids=lambda case: Path(case).name,
)
def test_a_run_is_the_run_unfolded(factory):
    """A factory as shipped, and files in which every optional term is awake."""
    result = cf.run(factory)
    for run in filter(None, (result.sized, *result.runs.values())):
        whole = run.ledger.run_whole(run.inputs)
        same(run.ledger, {line: run.lines[line] for line in whole}, whole)
