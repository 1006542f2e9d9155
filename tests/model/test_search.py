"""Solving: the value found gives the target when it is put into the file; no value is said with a reason."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.errors import FactoryFileError, NoSolution


@pytest.mark.parametrize(
    ("path", "metric", "target", "case"),
    [
        ("offtake.microsoft.price", "equity_irr", 0.15, "contract_only"),
        ("offtake.microsoft.total_value", "project_irr", 0.09, "full_life"),
        ("offtake.microsoft.total_value", "min_dscr", 1.05, "contract_only"),
        ("power.supply.grid.energy", "lcoc_usd_per_accelerator_hour", 3.2, "contract_only"),
    ],
)
def test_the_value_found_gives_the_target(path: str, metric: str, target: float, case: str) -> None:
    found = cf.solve("iren-horizon", path, metric, target, case=case)
    result = cf.run("iren-horizon", overrides={path: found.value})
    assert result.metric(metric, case).value == pytest.approx(target, rel=1e-7)


def test_a_solution_with_the_debt_sized_anew() -> None:
    found = cf.solve("iren-horizon", "offtake.microsoft.total_value", "debt_usd", 2.6e9, resize=True)
    result = cf.run("iren-horizon", overrides={"offtake.microsoft.total_value": found.value}, resize=True)
    assert result.metrics["debt_usd"].value == pytest.approx(2.6e9, rel=1e-7)


def test_what_is_never_reached_is_said() -> None:
    with pytest.raises(NoSolution, match=r"never is 0\.5"):
        cf.solve("iren-horizon", "power.supply.grid.energy", "equity_irr", 0.5)
    with pytest.raises(FactoryFileError, match="no such number"):
        cf.solve("iren-horizon", "offtake.nobody.price", "equity_irr", 0.1)
    with pytest.raises(FactoryFileError, match="equity_irr"):
        cf.solve("iren-horizon", "silicon.total_price", "equity_ir", 0.1)


def test_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "iren-horizon", "power.supply.grid.energy", "--target", "equity_irr=50%"]) == 3
    assert main(["solve", "iren-horizon", "power.supply.grid.energy", "--target", "equity_irr"]) == 2
    assert main(["solve", "iren-horizon", "offtake.microsoft.price", "--target", "equity_irr=10%", "--json"]) == 0
    assert '"path": "offtake.microsoft.price"' in capsys.readouterr().out
