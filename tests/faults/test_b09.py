"""Fault B9: the levelised cost had no real terms, and an average of covers had one name for two numbers."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf

NOMINAL, REAL = "lcoc_usd_per_accelerator_hour", "lcoc_real_usd_per_accelerator_hour"


@pytest.fixture(scope="module")
def iren():
    """IREN Horizon as shipped."""
    return cf.run("iren-horizon")


def test_b09_the_real_price_rises_with_inflation_to_the_same_value(iren) -> None:
    """Hours at the real rate: sold at the real cost times the price level, they are worth what they cost."""
    run, month = iren.runs["unit_cost"], iren.factory.timeline.month
    rate, inflation = (float(iren.factory.finance.capital.discount_rate), float(run.inputs["inflation"]))
    hours, years = run.lines["available_hours"], (month + 1 - 1) / 12
    level, real = iren.metrics[NOMINAL].value, iren.metrics[REAL].value
    flat = np.sum(level * hours / (1 + rate) ** years)
    rising = np.sum(real * (1 + inflation) ** years * hours / (1 + rate) ** years)
    assert rising == pytest.approx(flat, rel=1e-12)
    assert real < level


@pytest.mark.parametrize(("inflation", "above"), [("0 %/year", 0), ("-1 %/year", 1), ("4 %/year", -1)])
def test_b09_inflation_is_a_field(inflation, above) -> None:
    """Without inflation real and nominal cost are one; falling prices turn the order round."""
    found = cf.run("iren-horizon", overrides={"operations.inflation": inflation}).metrics
    gap = found[REAL].value - found[NOMINAL].value
    assert np.sign(round(gap, 12)) == above


def test_b09_two_averages_of_cover_have_two_names(iren) -> None:
    """average_dscr is cash over service from first to last service, mean_dscr the mean of the tests: both stand."""
    average, mean = (iren.metrics[name].value for name in ("average_dscr", "mean_dscr"))
    lines = iren.runs["contract_only"].lines
    served, service, tested = lines["served_cfads"], lines["service"], lines["tested"] > 0
    assert average == pytest.approx(served.sum() / service.sum(), rel=1e-9)
    assert mean == pytest.approx(lines["dscr"][tested].mean(), rel=1e-9)
    assert mean != pytest.approx(average, rel=1e-6)
    assert mean >= iren.metrics["min_dscr"].value
