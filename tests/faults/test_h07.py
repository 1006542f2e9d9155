"""H7: absurd values passed: plausible ranges by field, as rows of the library, warn; impossible ones are refused."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.metrics import RETURNS, measure
from computefactory.model import load
from computefactory.schema.document import names
from computefactory.schema.plausible import implausible_results


def refused(factory, change):
    """The first problem of a change, or nothing."""
    try:
        load(factory, overrides=[change])
    except FactoryFileError as error:
        return error.problems[0]
    return None


def warned(factory, change):
    """What is said of a change, in one text."""
    return "\n".join(load(factory, overrides=[change]).warnings)


@pytest.mark.parametrize(
    ("factory", "change", "path", "hint"),
    [
        ("iren-horizon", "silicon.total_price=4e7 bn USD", "silicon.total_price", "40 bn USD"),
        ("iren-horizon", "silicon.economic_life=0.001 months", "silicon.economic_life", ""),
        ("coreweave-leased-100mw", "build.lease.power=1000 MW", "build.lease.power", ""),
        ("inference-site", "offtake.application.price=2914 USD/GPU-hour", "offtake.application.price", "1,000"),
        ("iren-horizon", "power.supply.grid.energy=34 USD/kWh", "power.supply.grid.energy", "0.034 USD/kWh"),
        ("iren-horizon", "build.halls.horizon.cost=15 bn USD/MW", "build.halls.horizon.cost", "0.015 bn USD/MW"),
        ("iren-horizon", "capital.debt.senior.dsra=500 months", "capital.debt.senior.dsra", ""),
        ("iren-horizon", "capital.fx={EUR: 1000000 USD/EUR}", "capital.fx.EUR", ""),
        ("iren-horizon", "silicon.rack_power=1 W", "silicon.rack_power", ""),
        ("iren-horizon", "site.anomaly_range=6", "site.anomaly_range", "0.06"),
    ],
)
def test_h07_what_is_impossible_is_refused(factory, change, path, hint):
    """4e7 bn USD of silicon, a life of 0.001 month, 1,000 MW of lease on 100 MW of halls, 2,914 USD an hour, and a few
    like them: refused with the field, what was given, the range, who says so, and the unit that may be mixed up."""
    problem = refused(factory, change)
    assert (problem.code, problem.path) == ("implausible", path)
    assert problem.given.startswith(change.partition("=")[2].removeprefix("{EUR: ").removesuffix("}"))
    assert "(assumed)" in problem.expected
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("operations.facility.cost=220 USD/kW-month", "18.33 USD/kW-month (a month and a year)"),
        ("power.supply.grid.energy=34 USD/GWh", "0.001 to 0.6 USD/kWh (assumed)"),
        ("power.supply.grid.demand=3500 USD/kW-month", "3.5 USD/kW-month"),
        ("capital.debt.senior.covenant_dscr=105", "1.05 (a share and per cent)"),
        ("capital.fx={EUR: 108 USD/EUR}", "1e-05 to 5"),
        ("silicon.economic_life=6 months", "12 to 240 months"),
        ("offtake.microsoft.total_value=9.7 million USD", "price over market"),
        ("operations.overhead=9 bn USD/year", "overhead over cost 1.022"),
        ("capital.discount_rate=90 %/year", "0.5 to 40 %/year"),
        ("operations.reliability.facility=20 %", "0.9 to 1"),
    ],
)
def test_h07_what_is_not_usual_is_a_warning(change, says):
    """A field outside of its usual range runs, and a warning has the field, the value, the range and its source."""
    said = warned("iren-horizon", change)
    assert f"{change.partition('=')[0]}" in said
    assert says in said


@pytest.mark.parametrize("name", names())
def test_h07_shipped_factories_are_usual(name):
    """Nothing that the shipped factories state, or that follows from it, is outside of what is usual."""
    assert "usual" not in "\n".join(cf.run(name).warnings)


def test_h07_a_rate_of_return_of_minus_100_per_cent():
    """A headline return of -99.9 % a year is no rate: null, total loss; one of -60 % stands, with a warning."""
    equity = next(item for item in RETURNS if item.name == "equity_irr")
    lines = {"revenue": [1.0, 1.0], "equity_flow": [-1e6, 1e3]}
    lost = measure(equity, None, lines, 1)
    assert (lost.value, lost.reason) == (None, "total_loss")
    low = measure(equity, None, lines | {"equity_flow": [-1e6, 4e5]}, 1)
    assert low.value == pytest.approx(-0.6)
    (warning,) = implausible_results(Library.load(), {"equity_irr": low, "moic": lost})
    assert warning == "equity IRR: -0.6 is outside of what is usual, -0.5 to 2 (assumed)"


def test_h07_a_range_of_ones_own(tmp_path):
    """A row of a user's library comes before the package's: a rack of 130 kW is then outside of 1 to 100."""
    (tmp_path / "plausible.csv").write_text(
        "key,field,value,unit,source,note\nsilicon.rack_power,usual,50 (1..100),kW,assumed,\n", encoding="utf-8"
    )
    factory = load("iren-horizon", overrides=["silicon.rack_power=132 kW"], library=[tmp_path])
    assert "silicon.rack_power: 132 kW is outside of what is usual, 1 to 100 kW (assumed)" in factory.warnings
