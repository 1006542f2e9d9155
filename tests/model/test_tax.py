"""Tax of whole factories: bonus by the date of the contract, other regimes, holidays, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library


def shares(asset: str, **overrides: str) -> list[float]:
    """Tax depreciation of an asset in each calendar year from 2026, share of its cost."""
    result = cf.run("iren-horizon", overrides={name.replace("__", "."): value for name, value in overrides.items()})
    lines = result.runs["contract_only"].lines
    place = [item.name for item in result.factory.finance.assets].index(asset)
    years = result.factory.timeline.calendar_year
    classes = [item.name.split()[0] == asset for item in result.factory.finance.tax_classes]
    series = lines["d_depreciation"][classes].sum(axis=0) / lines["a_first_cost"][place]
    assert np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"]))
    return [float(series[years == year].sum()) for year in range(2026, 2031)]


@pytest.mark.parametrize(
    ("acquired", "bonus"), [("2025-02", 1.0), ("2025-01", 0.2), ("2024-11-30", 0.2)], ids=["after", "month", "before"]
)
def test_bonus_goes_by_the_date_of_the_contract(acquired: str, bonus: float) -> None:
    """All four deliveries are in 2026, one of them in its last quarter: half-year."""
    table = (0.20, 0.32, 0.192, 0.1152, 0.1152)
    expected = [bonus * (year == 0) + (1 - bonus) * share for year, share in enumerate(table)]
    assert shares("silicon", silicon__acquired=acquired) == pytest.approx(expected, rel=1e-9)


def test_a_bonus_that_is_stated_holds_whatever_the_date() -> None:
    found = shares("silicon", silicon__acquired="2024-11", owner__tax_rates__bonus="40 %")
    assert found[:2] == pytest.approx([0.4 + 0.6 * 0.2, 0.6 * 0.32], rel=1e-9)


def test_a_stated_mid_quarter_follows_each_quarters_table() -> None:
    """A quarter of the silicon in each quarter of 2026."""
    found = shares("silicon", silicon__acquired="2024-11", owner__tax_convention="mid_quarter")
    assert found[0] == pytest.approx(0.2 + 0.8 * (0.35 + 0.25 + 0.15 + 0.05) / 4, rel=1e-9)
    assert found[1] == pytest.approx(0.8 * (0.26 + 0.30 + 0.34 + 0.38) / 4, rel=1e-9)


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        ("norway", [0.3, 0.21, 0.147]),  # balance group a: 30 % of what is left
        ("united_kingdom", [1.0, 0.0, 0.0]),  # full expensing
        ("united_arab_emirates", [(10 + 7 + 4 + 1) / 4 / 48, 0.25, 0.25]),  # four years by month from each delivery
    ],
)
def test_other_regimes_by_their_rows(regime: str, expected: list[float]) -> None:
    assert shares("silicon", owner__tax=regime)[:3] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_every_region_of_the_library_leads_to_a_regime() -> None:
    library = Library.load()
    for region in library.keys("region"):
        if "tax" in library.fields("region", region):
            regime = str(library.fact("region", region, "tax").value)
            assert 0 <= float(library.fact("tax", regime, "federal").value) < 0.5
            assert library.fact("tax", regime, "depreciation").value in ("macrs", "rates")


def test_a_holiday_counts_tax_years_from_the_first_income() -> None:
    """Income begins in 2026: of five years the last is 2030."""
    result = cf.run("iren-horizon", overrides={"owner.tax_holiday.length": "5 years", "owner.losses": "used_at_once"})
    timeline, lines = result.factory.timeline, result.runs["contract_only"].lines
    free = (timeline.calendar_year >= 2026) & (timeline.calendar_year <= 2030)
    assert np.max(np.abs(lines["tax_paid"][free])) == 0
    assert lines["tax_paid"][timeline.calendar_year == 2031].sum() > 0
    half = cf.run(
        "iren-horizon", overrides={"owner.tax_holiday.length": "60 months", "owner.tax_holiday.relief": "50 %"}
    )
    assert half.factory.finance.tax.levied[24] == 0.5


@pytest.mark.parametrize(
    ("overrides", "path"),
    [
        ({"owner.tax": "atlantis"}, "owner.tax"),
        ({"owner.tax_holiday.length": "18 months"}, "owner.tax_holiday.length"),
        ({"owner.tax_rates.loss_life": "7 months"}, "owner.tax_rates.loss_life"),
        ({"owner.tax_convention": "mid_month"}, "owner.tax_convention"),
    ],
)
def test_what_no_tax_knows_is_refused(overrides: dict[str, Any], path: str) -> None:
    with pytest.raises(FactoryFileError) as error:
        cf.run("iren-horizon", overrides=overrides)
    assert [problem.path for problem in error.value.problems] == [path]


def test_tax_saved_while_building_is_said_to_be_in_early_operations():
    """Oracle uses the losses of its first months at once: most of what funds the build beside equity is tax."""
    result = cf.run("stargate-abilene")
    (said,) = (text for text in result.warnings if text.startswith("early operations hold"))
    lines = result.runs["contract_only"].lines
    building = lines["building"] > 0
    amount = (lines["source_operations"] - lines["ebitda"] * building).sum() / 1e6
    assert f"{amount:,.1f} million USD" in said
