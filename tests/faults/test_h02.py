"""H2: ``inf`` in JSON and on the page, exit status 1."""

from __future__ import annotations

import json
import re
from math import isfinite

import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.errors import ComputeFactoryError
from computefactory.registry import PAGES

NOT_A_NUMBER = re.compile(r"(?<![A-Za-z])-?(inf|nan)\b", re.IGNORECASE)
DEAR = ("overview", "view_operator", "view_infrastructure", "view_equity", "sensitivity")  # the first test prints one
NOTHING = {
    "core-scientific-590mw": (
        "power.supply.grid.fixed=1000 USD/month",
        "build.halls.six_sites.cost=0 USD/MW",
        "offtake.coreweave.price=0 USD/kW-month",
        "power.supply.grid.energy=0 USD/MWh",
        "capital.debt.notes.rate=0 %/year",
    ),
    "iren-horizon": (
        "silicon.total_price=0 USD",
        "offtake.microsoft.total_value=0 USD",
        "silicon.utilisation=0 %",
        "operations.facility.cost=0 USD/kW-year",
        "silicon.economic_life=1 month",
        "capital.debt.senior.covenant_dscr=0",
    ),
    "legacy-h100-hall": (
        "silicon.accelerators=0",
        "silicon.price=0 USD/accelerator",
        "power.supply.grid.energy=0 USD/MWh",
    ),
    "inference-site": ("silicon.utilisation=0 %", "silicon.price=0 USD/accelerator"),
}
CASES = [(name, change) for name, changes in NOTHING.items() for change in changes]


def not_finite(content, path=""):
    """Paths of what is no finite number, and of texts that say so."""
    if isinstance(content, dict):
        return [found for key, item in content.items() for found in not_finite(item, f"{path}.{key}")]
    if isinstance(content, (list, tuple)):
        return [found for k, item in enumerate(content) for found in not_finite(item, f"{path}[{k}]")]
    bad = (isinstance(content, float) and not isfinite(content)) or (
        isinstance(content, str) and NOT_A_NUMBER.search(content)
    )
    return [(path, content)] if bad else []


def test_h02_the_landlord_s_fixed_charge(capsys):
    """``core-scientific-590mw`` with ``grid.fixed='1000 USD/month'`` buys no energy: status 0, and the price by the kWh
    is null with a reason (it came out as ``inf``, and JSON as an error of ours with status 1)."""
    change = "power.supply.grid.fixed=1000 USD/month"
    assert main(["run", "core-scientific-590mw", "--json", "--set", change]) == 0
    found = json.loads(capsys.readouterr().out)
    price = found["metrics"]["power_cost_usd_per_grid_kwh"]
    assert (price["value"], price["reason"]) == (None, "not_applicable")
    (check,) = [
        item
        for item in found["qualification"]["specifications"]["power"]["checks"]
        if item["name"].startswith("all-in power")
    ]
    assert (check["value"], check["margin"], check["passes"]) == (None, None, False)
    assert check["reason"] == "not_applicable"
    assert main(["run", "core-scientific-590mw", "--set", change]) == 0
    assert not NOT_A_NUMBER.search(capsys.readouterr().out)


@pytest.mark.parametrize(("name", "change"), CASES)
def test_h02_nothing_is_never_infinite(name, change):
    """With one of its numbers at nothing, a shipped factory is refused in words or gives finite numbers and nulls with
    a reason in JSON and on its pages."""
    try:
        result = cf.run(name, overrides=[change])
    except ComputeFactoryError:
        return
    assert not_finite(result.as_dict()) == []
    for metric in result.metrics.values():
        assert metric.value is not None or metric.reason, metric.name
    for page, lay_out in PAGES.items():
        if page in DEAR:
            continue
        try:
            assert not_finite(lay_out(result).as_dict()) == [], page
        except ComputeFactoryError:  # said in words: no supply stack, no tokens
            continue


@pytest.mark.parametrize("asked", [("show", "iren-horizon", "covenants"), ("show", "iren-horizon", "loans")])
def test_h02_what_is_not_there_is_null(capsys, asked):
    """No breach, no default, no limit: null in JSON where a month or a sum would stand, words on the page."""
    assert main([*asked, "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    if asked[2] == "covenants":
        found = [page["cover"][name] for name in ("first_breach", "default")]
        assert [item["value"] for item in found] == [None, None]
        assert all(item["note"] == "none" for item in found)
    else:
        lends = [row["lends"] for row in page["what_binds"]["rows"]]
        assert None in lends
        assert "none" not in lends
        assert main([*asked]) == 0
        assert "none  maintenance value" in capsys.readouterr().out


def test_h02_a_case_without_a_breach_has_no_month(capsys):
    """``ask FILE cases``: the month of the first breach, or null; "none" is for the page alone."""
    assert main(["ask", "iren-horizon", "cases", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    months = {row["case"]: row["breach_month"] for row in page["cases"]["rows"]}
    assert months["base"] is None
    assert all(month is None or re.fullmatch(r"\d{4}-\d\d", month) for month in months.values())
