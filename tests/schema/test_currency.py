"""Prices in other currencies: at the rate the file states, rising with the difference in inflation, else refused."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import model
from computefactory.errors import FactoryFileError, UnitError
from computefactory.schema.currency import in_dollars, rate_of

EUR = {"capital.fx.EUR": "1.25 USD/EUR"}


@pytest.mark.parametrize("written", ["180 EUR/kW-year", "€180/kW-year", "EUR 180/kW-year", "0.18 million EUR/MW-year"])
def test_a_price_is_read_at_the_rate_that_the_file_states(written):
    factory = model.load("iren-horizon", overrides={**EUR, "operations.facility.cost": written})
    assert factory.finance.operations.facility == pytest.approx(225.0, rel=1e-12)


def test_a_rate_may_be_a_number_from_python():
    overrides = {"capital.fx": {"EUR": 1.25}, "operations.facility.cost": "180 EUR/kW-year"}
    assert model.load("iren-horizon", overrides=overrides).finance.operations.facility == pytest.approx(225.0)
    for wrong in (-1.25, 0.0, float("nan"), float("inf")):
        with pytest.raises(FactoryFileError, match=r"capital\.fx\.EUR"):
            model.load("iren-horizon", overrides={"capital.fx.EUR": wrong})


def test_a_rate_may_stand_the_other_way_round():
    overrides = {"capital.fx.EUR": "0.8 EUR/USD", "silicon.total_price": "4 bn EUR"}
    (cost,) = [a.cost for a in model.load("iren-horizon", overrides=overrides).finance.assets if a.name == "silicon"]
    assert cost == pytest.approx(5e9)


def test_two_currencies_in_one_file():
    overrides = {**EUR, "capital.fx.GBP": "1.5 USD/GBP", "operations.overhead": "£2 million/year"}
    overrides["operations.facility.cost"] = "100 EUR/kW-year"
    operations = model.load("iren-horizon", overrides=overrides).finance.operations
    assert operations.overhead == pytest.approx(3e6)
    assert operations.facility == pytest.approx(125.0)


def test_what_recurs_follows_the_difference_in_inflation():
    """Forward rate by relative purchasing power: 3 % at home, 1 % abroad."""
    overrides = {
        **EUR,
        "operations.inflation": "3 %/year",
        "capital.inflation_abroad.EUR": "1 %/year",
        "operations.facility.cost": "100 EUR/kW-year",
        "operations.facility.escalator": "2 %/year",
        "offtake.microsoft.price": "3 EUR/GPU-hour",
    }
    factory = model.load("iren-horizon", overrides=overrides)
    assert factory.finance.operations.facility_escalator == pytest.approx(1.02 * 1.03 / 1.01 - 1)
    assert factory.finance.operations.overhead_escalator == pytest.approx(0.03), "in USD: inflation alone"
    part = factory.offtake.contracts[0]
    assert part.price == pytest.approx(3.75)
    assert part.escalator == pytest.approx(1.03 / 1.01 - 1)


def test_the_result_is_that_of_the_same_prices_in_dollars():
    euros = cf.run("iren-horizon", overrides={**EUR, "silicon.total_price": "4 bn EUR"}, resize=True)
    dollars = cf.run("iren-horizon", overrides={"silicon.total_price": "5 bn USD"}, resize=True)
    assert euros.metrics["equity_irr"].value == pytest.approx(dollars.metrics["equity_irr"].value, rel=1e-12)


@pytest.mark.parametrize(
    ("overrides", "path", "code"),
    [
        ({"operations.facility.cost": "180 EUR/kW-year"}, "operations.facility.cost", "unknown_unit"),
        ({**EUR, "operations.facility.cost": "180 GBP/kW-year"}, "operations.facility.cost", "unknown_unit"),
        ({**EUR, "operations.facility.cost": "180 EUR"}, "operations.facility.cost", "wrong_dimension"),
        ({**EUR, "operations.facility.cost": "180 EUR-EUR/kW-year"}, "operations.facility.cost", "wrong_unit"),
        ({"capital.fx.EUR": "1.25"}, "capital.fx.EUR", "not_a_quantity"),
        ({"capital.fx.EUR": "0 USD/EUR"}, "capital.fx.EUR", "not_a_quantity"),
        ({"capital.fx.EUR": "1.2 GBP/EUR"}, "capital.fx.EUR", "not_a_quantity"),
        ({"capital.fx.XYZ": "1.2 USD/XYZ"}, "capital.fx.XYZ", "not_a_quantity"),
        ({"capital.fx.EUR": "1.2 USD/GBP"}, "capital.fx.EUR", "not_a_quantity"),
    ],
)
def test_money_without_a_rate_is_refused_by_its_field(overrides, path, code):
    with pytest.raises(FactoryFileError) as error:
        model.load("iren-horizon", overrides=overrides)
    problems = {problem.path: problem for problem in error.value.problems}
    assert path in problems, problems
    assert problems[path].code == code
    if code == "unknown_unit":
        assert "capital.fx" in problems[path].hint


def test_rates_do_not_outlive_the_file():
    model.load("iren-horizon", overrides={**EUR, "operations.overhead": "1 EUR/year"})
    with pytest.raises(UnitError):
        in_dollars("1 EUR/year")
    assert in_dollars("2.91 USD/GPU-hour") == ("2.91 USD/GPU-hour", 1.0)
    assert rate_of("1.08 USD/EUR") == 1.08
    assert rate_of("1.08 EUR") is None
