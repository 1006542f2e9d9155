"""Three readings of a finance-like model with items: plain Python, every line's own function, many cases at once."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import PROJECT, fit, project_values

from computefactory.ledger import Ledger, irr_roots


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger(PROJECT)


@pytest.fixture(scope="module")
def small(ledger):
    """Only what a batch is asked for: compiles in seconds."""
    return Ledger(PROJECT, wanted=["value", "worth", "owed", "debt", "equity_rate", "reserve"])


def cells(ledger, results):
    for name, item in ledger.lines.items():
        array = np.asarray(results[name])
        for index in np.ndindex(array.shape):
            place = list(index)
            yield name, (place.pop(0) if item.per else None), (place.pop(0) if item.timed else None), array[index]


@pytest.mark.parametrize(("contracts", "assets"), [(3, 2), (1, 1), (0, 2), (2, 0), (0, 0)])
def test_each_cell_is_what_its_own_function_says(ledger, contracts, assets):
    values = project_values(contracts, assets)
    results = ledger.run(values)
    seen = 0
    for name, item, month, found in cells(ledger, results):
        again = ledger.evaluate(name, month, item, values, results)
        array = np.atleast_1d(results[name])
        scale = max(1.0, float(np.max(np.abs(array[np.isfinite(array)]), initial=0.0)))
        assert again == pytest.approx(found, abs=1e-12 * scale, nan_ok=True), (name, item, month)
        seen += 1
    assert seen > 1_000


def test_the_shapes_are_scenario_item_month(ledger):
    results = ledger.run(project_values(3, 2, 84))
    assert isinstance(results["debt"], float)
    assert {name: np.shape(results[name]) for name in ("revenue", "value", "worth")} == {
        "revenue": (84,),
        "value": (3,),
        "worth": (2, 84),
    }


def test_it_behaves_like_a_project(ledger):
    values = project_values()
    results = ledger.run(values)
    assert np.all(results["served"].sum(axis=0) <= values["capacity"] + 1e-12)
    assert results["served"][0] == pytest.approx(results["claim"][0])  # nobody ranks ahead of the first
    assert results["book"] == pytest.approx(results["revenue"].sum())
    assert results["worth"][:, -1] == pytest.approx(0.0, abs=1e-9)  # every life has ended
    assert results["deduction"].sum() == pytest.approx(values["cost"].sum(), rel=0.2)
    assert results["owed"][60:] == pytest.approx(0.0, abs=1e-9)  # sculpted to zero at maturity
    assert (results["flow"] / (1 + results["project_rate"]) ** values["elapsed_years"]).sum() == pytest.approx(
        0, abs=1e-9
    )
    roots = irr_roots(results["equity_flow"], 12)  # more is lent at once than is spent at once: not one rate
    assert len(roots) != 1
    assert np.isnan(results["equity_rate"])


KEEP = ["value", "worth", "owed", "debt", "equity_rate", "reserve"]


def batch_of(small, n):
    """Values of a batch: those at rest, and those that each case has of its own. The same ones move in every test, so
    that one kernel serves them all."""
    base = project_values()
    chance = np.random.default_rng(3)
    varied = {
        "rate": chance.uniform(0.03, 0.09, n),  # a number
        "price": base["price"] * chance.uniform(0.5, 1.5, (n, 3)),  # items
        "spending": base["spending"] * chance.uniform(0.5, 1.5, (n, 1, 1)),  # items and months
        "tax_year": np.tile(base["tax_year"], (n, 1)),  # months
    }
    return fit(small, base), {name: value for name, value in varied.items() if name in small.givens}


def test_a_batch_is_the_single_case_many_times(small, compiled):
    n = 7
    base, varied = batch_of(small, n)
    batch = small.run_many(base | varied, n, KEEP, compiled=compiled)
    for case in range(n):
        alone = small.run(base | {name: value[case] for name, value in varied.items()})
        for name in KEEP:
            scale = max(1.0, float(np.max(np.abs(alone[name]))))
            assert batch[name][case] == pytest.approx(alone[name], abs=1e-11 * scale, nan_ok=True), name


@pytest.mark.parametrize("threads", [1, 2])
def test_splitting_a_batch_changes_no_bit(small, compiled, threads):
    n = 23
    base, varied = batch_of(small, n)
    whole = small.run_many(base | varied, n, KEEP, threads=threads, compiled=compiled)
    parts = [
        small.run_many(
            base | {name: value[first:last] for name, value in varied.items()}, last - first, KEEP, compiled=compiled
        )
        for first, last in ((0, 1), (1, 9), (9, n))
    ]
    for name in KEEP:
        assert np.array_equal(whole[name], np.concatenate([part[name] for part in parts]), equal_nan=True), name


def test_a_batch_may_have_empty_axes(small, compiled):
    values = fit(small, project_values(0, 0))
    batch = small.run_many(values | {"rate": np.array([0.05, 0.06])}, 2, ["value", "debt", "worth"], compiled=compiled)
    assert batch["value"].shape == (2, 0)
    assert batch["worth"].shape == (2, 0, 84)
    assert np.array_equal(batch["debt"], [0.0, 0.0])


def test_wanted_keeps_what_is_needed_and_changes_nothing(ledger):
    pruned = Ledger(PROJECT, wanted=["project_rate"])
    assert "debt" not in pruned.lines
    assert "cover" not in pruned.givens
    values = project_values()
    few = pruned.run(fit(pruned, values))
    whole = ledger.run(values)
    assert few["project_rate"] == whole["project_rate"]
    assert pruned.hash != ledger.hash
    assert Ledger(PROJECT).hash == ledger.hash
