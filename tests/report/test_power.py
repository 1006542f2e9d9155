"""The page of ``show FILE power``: one tariff, a stack, and what closes on it."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.registry import PAGES

PLAIN = "    grid: {kind: tariff, energy: 58 USD/MWh, demand: 9.00 USD/kW-month}\n"
STACK = """    wires: {kind: tariff, carries: delivery, demand: 6 USD/kW-month, riders: {city: {share: 2 %}}}
    market: {kind: wholesale, market: {row: "ERCOT, 2024"}}
    engines: {kind: generation, technology: gas_engine, capacity: 6 MW, unit: 1 MW}
    store: {kind: battery, power: 1 MW, energy: 4 MWh}
"""
TERMS = "capacity: 14 MW, security: 3 million USD, load_swing: 600 MW/min, ride_through: 150 ms"
TERMS += ", upgrade_cost: 2 million USD"


@pytest.fixture(scope="module", params=["plain", "stack"])
def found(request, tmp_path_factory):
    text = schema.shipped_text("legacy-h100-hall")
    if request.param == "stack":
        text = text.replace(PLAIN, STACK).replace("capacity: 14 MW", TERMS, 1)
    file = tmp_path_factory.mktemp("power") / "hall.yaml"
    file.write_text(text, encoding="utf-8")
    result = cf.run(file)
    return result, PAGES["power"](result).as_dict()


def test_charges_add_up_to_the_bill(found):
    result, page = found
    cost = page["cost"]
    charges = ("energy_usd", "demand_usd", "capacity_usd", "fixed_usd", "riders_usd")
    parts = [cost[name]["value"] for name in charges if name in cost]
    assert sum(parts) == pytest.approx(cost["power_cost_usd"]["value"])
    assert cost["usd_per_grid_kwh"]["value"] == pytest.approx(result.metric("power_cost_usd_per_grid_kwh").value)
    assert cost["usd_per_it_kwh"]["value"] == pytest.approx(result.metric("power_cost_usd_per_it_kwh").value)
    rows = page["supply"]["rows"]
    assert sum(row["cost_usd"] for row in rows) == pytest.approx(cost["power_cost_usd"]["value"])
    assert sum(row["share"] for row in rows if row["share"] is not None) == pytest.approx(1.0, abs=1e-3)


def test_levels_lose_what_the_meter_sees_more_than_the_racks(found):
    _, page = found
    rows = {row["level"]: row for row in page["chain"]["rows"]}
    for what in ("design", "mean"):
        lost = sum(row[f"{what}_loss_mw"] for row in rows.values())
        kept = rows["IT"][f"{what}_mw"] + rows["cooling, lighting"][f"{what}_mw"]
        assert rows["meter"][f"{what}_mw"] == pytest.approx(lost + kept, rel=1e-9)
    assert page["chain"]["energy_gap"]["value"] < 1e-9


def test_a_dearer_kwh_costs_what_a_dearer_file_does(found):
    result, page = found
    if result.factory.plant.sources:
        assert page["bearer"]["npv_usd_per_cent"]["value"] > 0
        return
    dearer = cf.run("legacy-h100-hall", overrides={"power.supply.grid.energy": "68 USD/MWh"})
    lost = result.metric("npv_usd").value - dearer.metric("npv_usd").value
    assert page["bearer"]["npv_usd_per_cent"]["value"] == pytest.approx(lost, rel=0.02)  # tax has corners


def test_connection_terms_hours_and_carbon_are_there(found):
    result, page = found
    assert len(page["hourly"]["rows"]) == 8760
    assert len(page["monthly"]["rows"]) == 12
    two = [page["carbon"][name]["value"] for name in ("grid_t_electricity_maps", "grid_t_owid")]
    assert all(value > 0 for value in two)
    if result.factory.plant.sources:
        assert page["connection"]["load_swing"]["value"] == "10,000 kW/s"
        assert page["connection"]["ride_through"]["value"] == "150 ms"
        assert page["connection"]["security_usd"]["value"] == 3e6
        grid = next(item for item in result.factory.finance.assets if item.name == "grid")
        assert grid.cost == 2e6
        row = page["hourly"]["rows"][4000]
        sent = row["market_kw"] + row["engines_kw"] + row["store_kw"] + row["shed_kw"]
        assert sent == pytest.approx(row["load_kw"], rel=1e-6)


def test_a_tariff_meters_the_same_peak_alone_and_in_a_stack():
    demand = "kind: tariff, energy: 58 USD/MWh, demand: 9 USD/kW-month"
    peaks = []
    for more in ("", ", escalator: 0 %/year"):
        result = cf.run("legacy-h100-hall", overrides={"power.supply": f"{{grid: {{{demand}{more}}}}}"})
        page = PAGES["power"](result).as_dict()
        peaks.append(page["supply"]["rows"][0]["peak_mw"])
        assert page["cost"]["demand_usd"]["value"] <= peaks[-1] * 1000 * 9 * 12 * 1.0001
    assert peaks[0] == pytest.approx(peaks[1], rel=1e-9)


def test_a_landlord_whose_tenant_pays_for_power_does_not_bear_its_price():
    page = PAGES["power"](cf.run("core-scientific-590mw")).as_dict()
    assert page["bearer"]["bearer"]["value"] == "the tenants: they pay for their own power"
