"""Solving: the value found gives the target when it is put into the file; no value is said with a reason."""

from __future__ import annotations

from typing import Any

import pytest

import computefactory as cf
from computefactory import search
from computefactory.cli import main
from computefactory.errors import FactoryFileError, NoSolution


@pytest.mark.parametrize(
    ("path", "metric", "target", "case"),
    [
        ("offtake.microsoft.price", "equity_irr", 0.15, "contract_only"),
        ("offtake.microsoft.total_value", "project_irr", 0.09, "full_life"),
        ("offtake.microsoft.total_value", "min_dscr", 1.05, "contract_only"),
        ("power.supply.grid.energy", "lcoc_usd_per_accelerator_hour", 3.25, "contract_only"),
    ],
)
def test_the_value_found_gives_the_target(path: str, metric: str, target: float, case: str) -> None:
    found = cf.solve("iren-horizon", path, metric, target, case=case)
    result = cf.run("iren-horizon", overrides={path: found.value})
    assert result.metric(metric, case).value == pytest.approx(target, rel=1e-7)


def test_a_solution_with_the_debt_sized_anew() -> None:
    found = cf.solve(
        "iren-horizon", "offtake.microsoft.total_value", "debt_usd", 2.6e9, resize=True, within=(4e9, 9.7e9)
    )
    result = cf.run("iren-horizon", overrides={"offtake.microsoft.total_value": found.value}, resize=True)
    assert result.metrics["debt_usd"].value == pytest.approx(2.6e9, rel=1e-7)


def test_what_is_never_reached_is_said() -> None:
    with pytest.raises(NoSolution, match=r"runs from .* to .* between 0 and .* and never is 0\.5"):
        cf.solve("iren-horizon", "power.supply.grid.energy", "equity_irr", 0.5)
    with pytest.raises(FactoryFileError, match="no such number in the file: there is no nobody"):
        cf.solve("iren-horizon", "offtake.nobody.price", "equity_irr", 0.1)
    with pytest.raises(FactoryFileError, match="equity_irr"):
        cf.solve("iren-horizon", "silicon.total_price", "equity_ir", 0.1)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("silicon.total_price", "it does not depend on it"),  # the debt stays as the file sizes it
        ("site.place", "no such number"),
        ("silicon", "no such number"),
        ("", "no such number"),
        ("a..b", "no such number"),
    ],
)
def test_what_cannot_move_it_is_said(path: str, told: str) -> None:
    with pytest.raises((FactoryFileError, NoSolution), match=told):
        cf.solve("iren-horizon", path, "debt_usd", 1e9)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"case": "best"}, "unknown_case"),
        ({"target": float("nan")}, "wrong_target"),
        ({"target": float("inf")}, "wrong_target"),
        ({"within": (4.0, 2.0)}, "bad_value"),
        ({"within": (float("nan"), 2.0)}, "bad_value"),
    ],
)
def test_wrong_questions_are_problems(options: dict[str, Any], code: str) -> None:
    asked = {"target": 0.1, **options}
    with pytest.raises(FactoryFileError) as error:
        cf.solve("iren-horizon", "offtake.microsoft.price", "equity_irr", **asked)
    assert [problem.code for problem in error.value.problems] == [code]


def test_what_stands_there_is_found_again() -> None:
    """The target is what the metric is already: it is one solution, not two, though a point looked at is on it."""
    base = cf.run("iren-horizon")
    found = cf.solve("iren-horizon", "offtake.microsoft.total_value", "npv_usd", base.metric("npv_usd").value)
    assert found.value == pytest.approx(9.7e9, rel=1e-9)


def test_several_solutions_are_all_named_and_one_is_found_where_it_is_asked_for() -> None:
    """A cheaper fleet carries less debt by its price, a dearer one less by what it earns."""
    path = "silicon.total_price"
    with pytest.raises(NoSolution, match=r"more than once .*: at 2,[\d,]+ and 5\d,[\d,]+; .*--within"):
        cf.solve("iren-horizon", path, "debt_usd", 1e9, resize=True)
    found = cf.solve("iren-horizon", path, "debt_usd", 1e9, resize=True, within=(1e9, 4e9))
    assert cf.run("iren-horizon", overrides={path: found.value}, resize=True).metrics[
        "debt_usd"
    ].value == pytest.approx(1e9, rel=1e-6)


def test_a_number_that_is_zero_or_not_stated() -> None:
    overhead = cf.solve("iren-horizon", "operations.overhead", "equity_irr", 0.01)
    assert overhead.base == 0
    assert overhead.reached == pytest.approx(0.01, rel=1e-6)
    spares = cf.solve("iren-horizon", "silicon.spares", "accelerators_active", 75_000)
    assert spares.value == pytest.approx(1_000, rel=1e-9)
    assert cf.run("iren-horizon", overrides={"silicon.spares": spares.value}).metrics[
        "accelerators_active"
    ].value == pytest.approx(75_000)


def test_a_field_of_whole_numbers() -> None:
    """A tenor shapes the calendar: only whole months are tried, each a run of its own."""
    months = {
        tenor: cf.run("iren-horizon", overrides={"offtake.microsoft.tenor": f"{tenor} months"})
        .metric("equity_irr", "full_life")
        .value
        for tenor in (50, 51)
    }
    target = months[50]
    found = cf.solve("iren-horizon", "offtake.microsoft.tenor", "equity_irr", target, case="full_life", within=(45, 55))
    assert (found.value, found.reached) == (50, pytest.approx(target, rel=1e-12))
    between = 0.5 * (months[50] + months[51])
    with pytest.raises(NoSolution, match=r"at 50 to 51 it goes from"):
        cf.solve("iren-horizon", "offtake.microsoft.tenor", "equity_irr", between, case="full_life", within=(45, 55))


def test_a_count_comes_with_the_whole_number_beside_it() -> None:
    found = cf.solve("legacy-h100-hall", "silicon.accelerators", "capex_usd", 100e6)
    assert found.whole is not None
    whole, reached = found.whole
    assert whole in (int(found.value), int(found.value) + 1)
    assert reached != found.reached
    assert found.as_dict()["whole"] == {"value": whole, "reached": reached}


def test_a_jump_over_the_target_is_no_solution() -> None:
    """Payback is counted in months: 40 is some price's, forty and a half nobody's."""
    path = "offtake.microsoft.price"
    found = cf.solve("iren-horizon", path, "payback_months", 40)
    assert cf.run("iren-horizon", overrides={path: found.value}).metric("payback_months").value == 40
    with pytest.raises(NoSolution, match=r"where it exists, .* it goes from 41 to 40 at once"):
        cf.solve("iren-horizon", path, "payback_months", 40.5)


def test_a_solution_that_cannot_be_built_is_said() -> None:
    with pytest.raises(NoSolution, match="cannot be built"):
        cf.solve("iren-horizon", "silicon.accelerators", "accelerators_active", 100_000)


def test_where_the_file_ends_is_said() -> None:
    with pytest.raises(NoSolution, match=r"never is 200,000 \(.*above that .*\)"):
        cf.solve("iren-horizon", "silicon.accelerators", "accelerators_active", 200_000)


def test_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "iren-horizon", "power.supply.grid.energy", "--target", "equity_irr=50%"]) == 3
    assert main(["solve", "iren-horizon", "power.supply.grid.energy", "--target", "equity_irr"]) == 2
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "equity_irr=10%", "--json"]) == 0
    assert '"path": "offtake.microsoft.price"' in capsys.readouterr().out
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "npv_usd=1 bn USD"]) == 0
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "npv_usd=1 bn km"]) == 2
    cheaper = ["--target", "npv_usd=0", "--set", "capital.discount_rate=8 %/year"]
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", *cheaper]) == 0
    within = ["--within", "3..4 USD/GPU-hour"]
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "equity_irr=15%", *within]) == 0
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "equity_irr=50%", *within]) == 3
    assert (
        main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "equity_irr=15%", "--within", "3"]) == 2
    )
    said = capsys.readouterr()
    assert "between 3 and 4 USD/accelerator-hour of offtake.microsoft.price" in said.err


def test_a_rent_is_found_in_its_own_unit() -> None:
    found = cf.solve("core-scientific-590mw", "offtake.coreweave.price", "npv_usd", 0.0)
    assert found.unit == "USD/kW-month"


def test_a_price_in_a_supply_stack_is_found_with_few_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each point plans 8,760 hours anew."""
    grid, engines = "{kind: tariff, energy: 60 USD/MWh}", "{kind: generation, technology: gas_engine, capacity: 6 MW}"
    file = cf.load("legacy-h100-hall", overrides={"power.supply": f"{{grid: {grid}, engines: {engines}}}"})
    looked: list[int] = []

    class Counted(search.Trials):
        def __post_init__(self) -> None:
            looked.extend(map(len, self.changes.values()))

    monkeypatch.setattr(search, "Trials", Counted)
    path = "power.supply.engines.fuel_price"
    found = cf.solve(file, path, "power_cost_usd_per_grid_kwh", 0.055)
    moved = cf.run(cf.load(file.document, overrides={path: found.value}))
    assert moved.metrics["power_cost_usd_per_grid_kwh"].value == pytest.approx(0.055, rel=1e-9)
    assert sum(looked) <= 16
