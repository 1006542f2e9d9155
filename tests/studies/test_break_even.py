"""Break-even: at that price the factory is worth exactly what it costs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import pyxirr

import computefactory as cf
from computefactory.registry import PAGES
from computefactory.studies.break_even import break_even, page


@pytest.fixture(scope="module", params=["iren-horizon", "legacy-h100-hall", "core-scientific-590mw"])
def result(request):
    return cf.run(request.param)


def test_the_factory_at_its_break_even_prices_is_worth_nothing(result):
    found = break_even(result)
    document = result.factory.document.model
    changed = {}
    for name, terms in document.offtake.items():
        field = "total_value" if getattr(terms, "total_value", None) is not None else "price"
        changed[f"offtake.{name}.{field}"] = float(getattr(terms, field)) * found.factor
    moved = cf.run(cf.load(result.factory.document, overrides=changed))
    assert abs(moved.metrics["npv_usd"].value) < 1e-6 * moved.metrics["capex_usd"].value


def test_the_share_that_must_be_sold_goes_with_the_factor():
    iren = cf.run("iren-horizon")
    found = break_even(iren)
    assert found.price == pytest.approx(found.factor * iren.metrics["price_usd_per_accelerator_hour"].value)
    assert found.utilisation == pytest.approx(found.factor), "all of it is sold"


def test_a_factory_with_next_to_no_revenue_has_no_break_even():
    idle = cf.run("iren-horizon", overrides={"offtake.microsoft.total_value": "10 million USD"})
    found = break_even(idle)
    assert found.factor is None
    assert found.reason == "not even at 16 times the prices"


def test_dated_and_modified_rates_agree_with_another_library(result):
    rows = {row["measure"]: row for row in PAGES["returns"](result).as_dict()["cases"]["rows"]}
    flows = np.trim_zeros(result.runs["contract_only"].lines["equity_flow"], "b")
    start = result.factory.timeline.start + 1
    dates = [
        date.fromordinal(date((start + k) // 12, (start + k) % 12 + 1, 1).toordinal() - 1) for k in range(len(flows))
    ]
    assert rows["equity_xirr"]["contract_only"] == pytest.approx(pyxirr.xirr(dates, flows), abs=1e-8)
    rate = result.factory.finance.capital.discount_rate
    monthly = pyxirr.mirr(flows, (1 + rate) ** (1 / 12) - 1, (1 + rate) ** (1 / 12) - 1)
    assert rows["equity_mirr"]["contract_only"] == pytest.approx((1 + monthly) ** 12 - 1, abs=1e-8)


def test_each_price_and_cost_alone_breaks_even_where_the_answer_says():
    found = page(cf.load("iren-horizon")).as_dict()
    rows = {row["path"]: row for row in found["alone"]["rows"]}
    assert rows["power.supply.grid.energy"]["break_even"] is None  # no tariff makes up for the price of the silicon
    for path in ("silicon.total_price", "offtake.microsoft.total_value"):
        at = rows[path]["break_even"]
        moved = cf.run("iren-horizon", overrides={path: f"{at!r} USD"}).metrics["npv_usd"].value
        assert abs(moved) < 1e-6 * rows["silicon.total_price"]["now"]
