"""Deals: unit prices by hand, every comparable row of the library within one per cent, and what contracts come to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.offtake.deals import unit_prices
from computefactory.schema import derive


@pytest.fixture
def tool(root: Path, monkeypatch: pytest.MonkeyPatch):
    """The script that writes the page."""
    monkeypatch.syspath_prepend(str(root / "tools"))
    import validate_offtake

    return validate_offtake


def test_a_deal_by_hand() -> None:
    """10.2 bn USD, 12 years, 590 MW: 1.44 million USD per MW-year, 120 USD per kW-month."""
    found = unit_prices(10.2e9, 144, power=590_000)
    assert found.usd_per_mw_year == pytest.approx(10.2e9 / 12 / 590)
    assert found.usd_per_kw_month == pytest.approx(10.2e9 / 144 / 590_000)
    assert found.usd_per_accelerator_hour is None
    iren = unit_prices(9.7e9, 60, power=200_000, accelerators=76_000)
    assert iren.usd_per_accelerator_hour == pytest.approx(9.7e9 / 60 / 76_000 / 730)
    assert iren.kw_per_accelerator == pytest.approx(200 / 76)
    assert iren.first_year == 1.0


def test_an_escalator_lowers_the_first_year() -> None:
    found = unit_prices(7e9, 180, power=245_000, escalator=0.03)
    assert found.first_year == pytest.approx(15 / sum(1.03**year for year in range(15)))
    rent = derive.rent_of_value(7e9, 0.03, 245_000.0, 180.0)
    assert rent == pytest.approx(found.usd_per_kw_month * found.first_year, rel=1e-12)  # type: ignore[operator]


@pytest.mark.parametrize("wrong", [{"value": 0}, {"tenor": -1}, {"power": 0}, {"accelerators": float("nan")}])
def test_what_is_not_above_zero_is_refused(wrong: dict[str, float]) -> None:
    terms = {"value": 1e9, "tenor": 60.0, "power": 1e5, "accelerators": 1e4} | wrong
    with pytest.raises(ValueError, match=next(iter(wrong))):
        unit_prices(terms.pop("value"), terms.pop("tenor"), **terms)


def test_a_deal_as_people_write_it() -> None:
    found = cf.unit_prices("9.7 bn USD", "5 years", power="200 MW", accelerators=76_000)
    assert found == unit_prices(9.7e9, 60, power=200_000, accelerators=76_000)
    with pytest.raises(FactoryFileError) as error:
        cf.unit_prices("9.7 bn USD", "200 MW", power="-3 MW", accelerators=0)
    assert {problem.path for problem in error.value.problems} == {"tenor", "power", "accelerators"}


def test_what_deals_state_follows_within_one_per_cent(tool) -> None:
    found = tool.deals(Library.load())
    compared = tool.checks(found)
    assert len(compared) >= 16
    for name, unit, stated, ours in compared:
        assert ours == pytest.approx(stated, rel=tool.CLOSE), (name, unit)
    assert {deal.name for deal in found if deal.found is None} >= {"NSCALE-MSFT", "CRWV-MSFT"}


def test_the_tables_of_deals_on_the_page_are_current(tool, root: Path) -> None:
    page = (root / "docs" / "validation" / "offtake.md").read_text(encoding="utf-8")
    found = tool.deals(Library.load())
    for part in (tool.derived(found, lease=False), tool.derived(found, lease=True), tool.compared(found)):
        assert part in page, "docs/validation/offtake.md is out of date: run tools/validate_offtake.py"


@pytest.mark.parametrize(("share", "low", "high"), [(15, 3.0, 3.4), (20, 2.7, 3.1), (25, 2.4, 2.8)])
def test_payback_of_the_leased_factory(share: int, low: float, high: float) -> None:
    """Capex / EBITDA is 4.3 years (the company's own terms), and 3.2, 2.9, 2.5 less the prepayment."""
    result = cf.run("coreweave-leased-100mw", overrides={"offtake.customer.prepayment.share": f"{share} %"})
    lines = result.runs["contract_only"].lines
    capex, ebitda = result.metrics["capex_usd"].value, result.metrics["ebitda_usd_per_year"].value
    assert capex is not None
    assert ebitda is not None
    assert 0.68 <= float(result.metrics["ebitda_margin"].value or np.nan) <= 0.75
    assert capex / ebitda == pytest.approx(4.3, abs=0.2)
    assert low <= (capex - float(lines["prepayment_in"].sum())) / ebitda <= high
    after, before = (result.metrics[name].value for name in ("payback_after_prepayment_months", "payback_months"))
    assert after is not None
    assert before is not None
    assert after < before
