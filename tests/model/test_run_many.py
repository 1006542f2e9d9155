"""Many scenarios at once give what each gives alone with the debt frozen, however the batch is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError, LedgerError
from factory_file import text, trees

few = settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example runs the whole program: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PATHS = {  # path: around its base value in the canonical unit
    "offtake.microsoft.total_value": 9.7e9,
    "silicon.total_price": 5.81e9,
    "power.supply.grid.energy": 0.034,
    "build.halls.horizon.cost": 15_000.0,
    "silicon.accelerators": 76_000.0,
    "silicon.utilisation": 0.8,
    "operations.overhead": 10e6,
    "operations.reliability.repair": 24.0,
    "site.extreme_margin": 4.0,
    "capital.debt.senior.rate": 0.06,
    "capital.discount_rate": 0.10,
    "owner.tax_rates.federal": 0.21,
}
KEEP = (
    "equity_irr",
    "project_irr",
    "npv_usd",
    "min_dscr",
    "delivered_accelerator_hours_per_year",
    "equity_flow",
    "a_capex",
)
HEAD = "contract_only"


def single(path, value, case=HEAD, source="iren-horizon"):
    return cf.run(source, overrides={path: float(value)}).runs[case].lines


@pytest.mark.parametrize("path", PATHS)
def test_a_scenario_is_the_single_run_with_the_debt_frozen(path):
    values = PATHS[path] * np.array([1.0, 1.03])
    many = cf.run_many("iren-horizon", {path: values}, keep=KEEP)
    moved = [name for name in KEEP if not np.array_equal(many[name][0], many[name][1])]
    assert moved or path == "site.extreme_margin"  # the twenty-year extreme only limits what may be installed
    for i, value in enumerate(values):
        alone = single(path, value)
        for name in KEEP:
            least = 1.0 if name == "equity_flow" or name.endswith("usd") else 0.0
            np.testing.assert_allclose(many[name][i], alone[name], rtol=1e-9, atol=least, err_msg=name)


@pytest.mark.parametrize("case", ["contract_and_residual", "full_life"])
def test_the_other_cases_run_too(case):
    values = [9.0e9, 10.0e9]
    many = cf.run_many("iren-horizon", {"offtake.microsoft.total_value": values}, case=case)
    for i, value in enumerate(values):
        alone = single("offtake.microsoft.total_value", value, case)
        assert many["npv_usd"][i] == pytest.approx(alone["npv_usd"], rel=1e-9)


def test_a_factory_without_debt():
    path, values = "offtake.on_demand.price", [2.0, 3.0]
    many = cf.run_many("legacy-h100-hall", {path: values}, keep=["npv_usd", "revenue"])
    for i, value in enumerate(values):
        alone = single(path, value, source="legacy-h100-hall")
        assert many["npv_usd"][i] == pytest.approx(alone["npv_usd"], rel=1e-9)
        np.testing.assert_allclose(many["revenue"][i], alone["revenue"], rtol=1e-9)


@few
@given(tree=trees(), prices=st.lists(st.floats(0.5, 6.0), min_size=2, max_size=5))
def test_made_up_factories_too(tmp_path_factory, tree, prices):
    file = tmp_path_factory.mktemp("many") / "factory.yaml"
    file.write_text(text(tree), encoding="utf-8")
    path = "offtake.anchor.price"
    many = cf.run_many(file, {path: prices}, keep=["npv_usd", "equity_flow"])
    for i, price in enumerate(prices):
        alone = single(path, price, source=file)
        assert many["npv_usd"][i] == pytest.approx(alone["npv_usd"], rel=1e-9, abs=1.0)
        np.testing.assert_allclose(many["equity_flow"][i], alone["equity_flow"], rtol=1e-9, atol=1.0)


def test_cutting_a_batch_changes_no_bit():
    generator = np.random.default_rng(7)
    n = 23
    scenarios = {
        "offtake.microsoft.total_value": generator.uniform(7e9, 12e9, n),
        "power.supply.grid.energy": generator.uniform(0.02, 0.06, n),
    }
    whole = cf.run_many("iren-horizon", scenarios, keep=KEEP, threads=1)
    for cuts in ([11], [1, 2, 20]):
        parts = [
            cf.run_many("iren-horizon", {path: values[a:b] for path, values in scenarios.items()}, keep=KEEP, threads=2)
            for a, b in zip([0, *cuts], [*cuts, n], strict=True)
        ]
        for name in KEEP:
            np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), whole[name], err_msg=name)


def test_shapes_lead_with_the_scenario(iren):
    found = cf.run_many("iren-horizon", {"offtake.microsoft.total_value": [9e9, 9.7e9, 10e9]}, keep=KEEP)
    months = iren.factory.timeline.periods
    assert found["equity_irr"].shape == (3,)
    assert found["equity_flow"].shape == (3, months)
    assert found["a_capex"].shape == (3, len(iren.factory.finance.assets), months)
    assert found["equity_irr"][1] == pytest.approx(iren.metrics["equity_irr"].value, abs=1e-9)


@pytest.mark.parametrize(
    ("scenarios", "told"),
    [
        ({"offtake.microsoft.total_value": [1e9, 2e9], "silicon.total_price": [5e9]}, "length"),
        ({"offtake.microsoft.total_vale": [1e9, 2e9]}, "total_value"),
        ({"silicon.accelerators": [76_000.0, -1.0]}, "silicon.accelerators"),
        ({"silicon.utilisation": [0.5, 1.2]}, "silicon.utilisation"),
        ({"silicon.total_price": [5e9, float("nan")]}, "silicon.total_price"),
        ({"offtake.microsoft.tenor": [60.0, -48.0]}, "offtake.microsoft.tenor"),
        ({"offtake.microsoft.signed": [24_000.0, 24_010.0]}, "offtake.microsoft.signed"),
        ({"silicon.accelerators": [76_000.0, 300_000.0]}, "capacity"),
        ({}, ""),
    ],
)
def test_wrong_scenarios_are_problems_of_the_file(scenarios, told):
    with pytest.raises(FactoryFileError) as error:
        cf.run_many("iren-horizon", scenarios)
    assert told in str(error.value)


def test_an_unknown_line_is_named():
    with pytest.raises(LedgerError, match="equity_ir"):
        cf.run_many("iren-horizon", {"silicon.total_price": [5e9]}, keep=["equity_ir"])


def test_a_credit_that_the_file_does_not_state_is_driven():
    """The default rate of a buyer whose rating the file leaves to the library."""
    found = cf.run_many("iren-horizon", {"offtake.microsoft.hazard": [0.0, 0.05]}, keep=["committed_capex_cover"])
    for rate, cover in zip(("0 %/year", "5 %/year"), found["committed_capex_cover"], strict=True):
        alone = cf.run("iren-horizon", overrides={"offtake.microsoft.hazard": rate})
        assert cover == pytest.approx(alone.metrics["committed_capex_cover"].value, rel=1e-9)
