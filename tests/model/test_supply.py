"""A supply stack in the file: one tariff as the closed form has it, bills by hand, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.model import load, run_steps
from computefactory.scenarios import run_many

PLAIN = "    grid: {kind: tariff, energy: 58 USD/MWh, demand: 9.00 USD/kW-month}\n"
ENGINES = "engines: {kind: generation, technology: gas_engine, capacity: 6 MW, unit: 2 MW, capex: 1500 USD/kW}"
OWN_ENERGISED = 14_000 * 4_552.896 / (4_552.896 + 3_200)  # kW: by IT, the rest is the tenants'
DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@pytest.fixture
def factory(tmp_path):
    """A file with another supply; lines without their indentation."""

    def write(*lines, extra=""):
        text = schema.shipped_text("legacy-h100-hall")
        assert PLAIN in text
        supply = "".join(f"    {line}\n" for line in lines)
        file = tmp_path / "hall.yaml"
        file.write_text(text.replace(PLAIN, supply + extra), encoding="utf-8")
        return file

    return write


def problems(file):
    with pytest.raises(FactoryFileError) as error:
        cf.run(file)
    return error.value.problems


def test_a_stack_of_one_plain_tariff_costs_what_the_closed_form_says(factory):
    take = "minimum_take: {share: 80 %, of: energised, applies_to: demand}"
    one = f"grid: {{kind: tariff, energy: 58 USD/MWh, demand: 9.00 USD/kW-month, fixed: 500 USD/month, {take}"
    plain = cf.run(factory(one + "}"))
    stack = cf.run(factory(one + ", escalator: 0 %/year}"))
    assert plain.runs["contract_only"].ledger is not stack.runs["contract_only"].ledger
    for name in ("energy_charge", "demand_charge", "fixed_charges", "power_cost", "grid_energy"):
        for case in plain.runs:
            np.testing.assert_allclose(stack.runs[case].lines[name], plain.runs[case].lines[name], rtol=1e-12)
    assert stack.metric("equity_irr").value == pytest.approx(plain.metric("equity_irr").value, rel=1e-9)


def test_an_energy_minimum_is_billed_alike(factory):
    take = "minimum_take: {share: 90 %, of: reserved, applies_to: energy}"
    one = f"grid: {{kind: tariff, energy: 58 USD/MWh, {take}"
    plain, stack = cf.run(factory(one + "}")), cf.run(factory(one + ", escalator: 0 %/year}"))
    name = "power_cost"
    expected = plain.runs["contract_only"].lines[name]
    np.testing.assert_allclose(stack.runs["contract_only"].lines[name], expected, rtol=1e-12)


def test_aep_ohio_bills_85_percent_of_the_contract_on_delivery_and_no_energy_that_is_not_drawn(factory):
    # AEP Ohio, data center tariff (PUCO 24-0508-EL-ATA): minimum 85 % of contract capacity, delivery charges only.
    # 9 USD/kW-month of delivery on 14 MW: at least 0.85 x 14,000 x 9 = 107,100 USD a month, though the peak is lower.
    # 3.2 MW of IT are let to tenants who pay for their power: they bear their share of it.
    wires = "wires: {kind: tariff, carries: delivery, demand: 9 USD/kW-month,"
    wires += " minimum_take: {share: 85 %, of: reserved, applies_to: demand}}"
    file = factory(wires, "energy: {kind: tariff, energy: 45 USD/MWh}")
    result = cf.run(file)
    run, month = result.runs["contract_only"], 8
    own = result.known["it_design_load"]
    assert run.inputs["s_peak_full"][0][month] < 0.85 * 14_000
    delivery = 107_100.0 * own / (own + 3_200)
    assert run.lines["s_demand_charge"][0][month] == pytest.approx(delivery)
    assert run.lines["s_energy_charge"][0][month] == 0.0
    assert run.lines["s_energy_charge"][1][month] == pytest.approx(run.lines["grid_energy"][month] * 0.045)
    assert run.lines["power_cost"][month] == pytest.approx(delivery + run.lines["grid_energy"][month] * 0.045)


def test_time_of_use_is_the_load_in_each_window_times_its_price(factory):
    periods = (
        "periods: {peak: {months: 6-9, days: weekdays, hours: 13-19, price: 120 USD/MWh}, rest: {price: 30 USD/MWh}}"
    )
    run = cf.run(factory(f"grid: {{kind: tariff, {periods}}}"))
    load_kw = run.known["dispatch"].load
    hour, day = np.arange(8760) % 24, np.arange(8760) // 24
    month = np.repeat(np.arange(12), DAYS * 24)
    peak = np.isin(month, [5, 6, 7, 8]) & (day % 7 < 5) & (hour >= 13) & (hour < 19)
    price = np.where(peak, 0.120, 0.030)
    july = month == 6
    expected = (load_kw * price)[july].sum() / load_kw[july].sum()
    names = run.factory.timeline.names
    assert run.runs["contract_only"].inputs["s_energy_price"][0][names.index("2026-07")] == pytest.approx(expected)


def test_a_capacity_obligation_is_a_price_per_day_on_the_draw_in_the_hottest_hours(factory):
    run = cf.run(
        factory("grid: {kind: tariff, energy: 40 USD/MWh, capacity_price: 329.17 USD/MW-day, capacity_hours: 5}")
    )
    weather, found = run.known["typical_weather"], run.known["dispatch"]
    heat = weather.drybulb.reshape(365, 24)
    hottest = np.argsort(heat.max(axis=1))[-5:]
    draw = np.mean([found.load[day * 24 + heat[day].argmax()] for day in hottest])
    names = run.factory.timeline.names
    july = run.runs["contract_only"].lines["s_capacity_charge"][0][names.index("2026-07")]
    assert july == pytest.approx(draw * 0.32917 * 31, rel=1e-9)


def test_riders_are_per_kwh_per_kw_and_a_share_of_the_bill(factory):
    riders = "riders: {fuel: {energy: 2 USD/MWh}, grid: {demand: 1 USD/kW-month}, city: {share: 3 %}}"
    bare = cf.run(factory("grid: {kind: tariff, energy: 42 USD/MWh, demand: 6 USD/kW-month, escalator: 0 %/year}"))
    full = cf.run(factory(f"grid: {{kind: tariff, energy: 40 USD/MWh, demand: 5 USD/kW-month, {riders}}}"))
    expected = bare.runs["contract_only"].lines["power_cost"] * 1.03
    np.testing.assert_allclose(full.runs["contract_only"].lines["power_cost"], expected, rtol=1e-12)


def test_an_escalator_steps_each_january(factory):
    run = cf.run(factory("grid: {kind: tariff, energy: 40 USD/MWh, escalator: 3 %/year}")).runs["contract_only"]
    first, later = (run.timeline.names.index(month) for month in ("2026-06", "2028-06"))
    years = 2028 - int(run.timeline.names[0][:4])
    price = run.lines["s_energy_charge"][0] / np.maximum(run.lines["s_energy"][0], 1.0)
    assert price[later] == pytest.approx(0.04 * 1.03**years)
    assert price[later] / price[first] == pytest.approx(1.03**2)


def test_a_virtual_contract_pays_the_difference_and_sends_nothing(factory):
    # strike 50, tariff 40 USD/MWh, settled where it is 5 dearer than at the site: 50 - (40 + 5) = 5 USD/MWh on 2 MW
    ppa = "hedge: {kind: ppa, price: 50 USD/MWh, volume: 2 MW, basis: 5 USD/MWh, settlement: virtual}"
    run = cf.run(factory("grid: {kind: tariff, energy: 40 USD/MWh}", ppa)).runs["contract_only"]
    at = run.timeline.names.index("2026-07")
    assert run.lines["s_fixed_charge"][1][at] == pytest.approx(2000 * 0.005 * 31 * 24)
    assert run.lines["s_energy"][1][at] == 0.0
    assert run.lines["s_energy"][0][at] == pytest.approx(run.lines["grid_energy"][at])


def test_a_physical_contract_is_paid_whether_it_is_used_or_not(factory):
    ppa = "nuclear: {kind: ppa, price: 60 USD/MWh, volume: 20 MW, firmness: 95 %, delivered: on_site}"
    run = cf.run(factory("grid: {kind: tariff, energy: 40 USD/MWh}", ppa)).runs["contract_only"]
    at = run.timeline.names.index("2026-07")
    assert run.lines["s_energy"][1][at] == pytest.approx(run.lines["grid_energy"][at])  # it covers all of the load
    assert run.lines["s_fixed_charge"][1][at] == pytest.approx(20_000 * 0.95 * 0.06 * 31 * 24)


def test_an_interruption_loses_production_and_pays_for_it(factory):
    cut = "cut: {kind: interruptible, power: 14 MW, hours: 200 hours, discount: 3 USD/kW-month}"
    with_cut = cf.run(factory("grid: {kind: tariff, energy: 40 USD/MWh, escalator: 0 %/year}", cut))
    without = cf.run(factory("grid: {kind: tariff, energy: 40 USD/MWh, escalator: 0 %/year}"))
    assert with_cut.known["supply_limits"] == 200.0
    served = with_cut.known["power_served"]
    assert 0.97 < served < 1 - 199 / 8760
    assert with_cut.metric("availability").value == pytest.approx(without.metric("availability").value * served)
    lines = with_cut.runs["contract_only"].lines
    assert lines["s_fixed_charge"][1][8] == pytest.approx(-3 * 14_000)


def test_plant_on_the_site_is_an_asset_and_adds_firm_power(factory):
    run = cf.run(factory("grid: {kind: tariff, energy: 90 USD/MWh}", ENGINES))
    assets = {item.name: item for item in run.factory.finance.assets}
    assert assets["generation"].cost == pytest.approx(9e6)
    firm = run.known["firm_onsite"]
    assert 0 < firm.min() < firm.max() <= 4_000.0  # one machine of three is out, and heat takes some
    assert run.known["interconnection_limit"] > cf.run("legacy-h100-hall").known["interconnection_limit"]
    assert run.known["dispatch"].sent[1].sum() > 0


def test_energy_that_is_billed_anyway_is_drawn_before_a_cheaper_engine_runs(factory):
    """14 MW energised, half of the own part billed at least: right is 36.01 GWh a year."""
    take = "minimum_take: {share: 50 %, of: energised, applies_to: energy}"
    grid = f"grid: {{kind: tariff, energy: 90 USD/MWh, riders: {{tax: {{share: 100 %}}}}, {take}}}"
    dispatch = cf.run(factory(grid, ENGINES)).known["dispatch"]
    billed = 0.5 * OWN_ENERGISED * 8_760
    assert dispatch.sent[0].sum() == pytest.approx(billed, rel=1e-6)
    assert dispatch.sent[1].sum() == pytest.approx(dispatch.load.sum() - billed, rel=1e-6)


def test_demand_that_is_billed_anyway_is_drawn_before_an_engine_cuts_the_peak(factory):
    """The same of demand, dear beside cheap energy: right is a peak of 4,110.8 kW in every month, cut no further."""
    take = "minimum_take: {share: 50 %, of: energised, applies_to: demand}"
    grid = f"grid: {{kind: tariff, energy: 10 USD/MWh, demand: 200 USD/kW-month, {take}}}"
    dispatch = cf.run(factory(grid, ENGINES)).known["dispatch"]
    peaks = np.maximum.reduceat(dispatch.sent[0], np.cumsum([0, *DAYS[:-1]]) * 24)
    np.testing.assert_allclose(peaks * dispatch.swing, 0.5 * OWN_ENERGISED, rtol=1e-6)


def test_scenarios_of_power_inputs_are_dispatched_one_by_one(factory):
    sun = "sun: {kind: solar, capacity: 2 MW}"
    file = factory("grid: {kind: tariff, energy: 60 USD/MWh, demand: 3 USD/kW-month}", sun)
    path = "power.supply.grid.energy"
    many = run_many(file, {path: [0.05, 0.07]}, keep=["npv_usd"])["npv_usd"]
    for value, expected in zip((50, 70), many, strict=True):
        one = cf.run(file, overrides={path: f"{value} USD/MWh"})
        assert one.metric("npv_usd").value == pytest.approx(expected, rel=1e-9)
    assert many[1] < many[0]


def test_power_times_apparent_power_limits_too(factory):
    plain = cf.run("legacy-h100-hall").known["connection_power"]
    found = load(
        "legacy-h100-hall", overrides={"power.interconnection.apparent": "12 MVA", "electrical.power_factor": "95 %"}
    )
    assert run_steps(found, limits=False)["connection_power"] == pytest.approx(0.95 * 12_000)
    assert plain == 14_000.0


def test_a_number_of_a_stack_is_explained_down_to_the_file(factory):
    sun = "sun: {kind: solar, capacity: 2 MW}"
    result = cf.run(factory("grid: {kind: tariff, energy: 60 USD/MWh, escalator: 1 %/year}", sun))
    nodes = list(cf.explain(result, "power_cost", "2026-07").walk())
    assert {node.item for node in nodes if node.name == "s_cost"} == {"grid", "sun"}
    paths = {node.source["path"] for node in nodes if node.source and node.source["kind"] == "file"}
    assert {"power.supply.grid.energy", "power.supply.sun.capacity", "power.supply.grid.escalator"} <= paths


def test_plant_that_comes_late_and_shed_load_are_said(factory):
    engines = "engines: {kind: generation, technology: aeroderivative, capacity: 6 MW, lead_time: 24 months}"
    cut = "cut: {kind: interruptible, power: 14 MW, hours: 50 hours}"
    warnings = cf.run(factory("grid: {kind: tariff, energy: 60 USD/MWh}", engines, cut)).warnings
    assert any("engines takes 24 months from order" in said for said in warnings)
    assert any("load is shed" in said for said in warnings)


# what is refused


@pytest.mark.parametrize(
    ("lines", "code", "path", "said"),
    [
        (["grid: {kind: tariff}"], "one_of", "power.supply.grid.energy", "missing"),
        (
            ["grid: {kind: tariff, periods: {day: {hours: 6-22, price: 50 USD/MWh}}}"],
            "hours_uncovered",
            "power.supply.grid.periods",
            "2,920 of 8,760 hours have no price",
        ),
        (
            ["g: {kind: tariff, periods: {a: {hours: 6-22, price: 5 USD/MWh}, b: {hours: 21-6, price: 2 USD/MWh}}}"],
            "hours_twice",
            "power.supply.g.periods",
            "21:00",
        ),
        (
            ["grid: {kind: tariff, periods: {day: {months: 6-13, price: 50 USD/MWh}}}"],
            "not_a_window",
            "power.supply.grid.periods.day.months",
            "6-13",
        ),
        (["sun: {kind: solar, capacity: 30 MW}"], "not_served", "power.supply", "kW are not served on"),
        (["store: {kind: battery, power: 2 MW, energy: 8 MWh}"], "no_power", "power.supply", "battery"),
        (
            ["big: {kind: generation, technology: combined_cycle, capacity: 300 MW}"],
            "cannot_start",
            "power.supply.big",
            "one machine runs at no less than 150,000 kW",
        ),
        (
            ["hot: {kind: generation, technology: gas_engine, capacity: 30 MW, hottest: -40 degC}"],
            "cannot_start",
            "power.supply.hot",
            "nothing is left of 30,000 kW",
        ),
        (
            ["x: {kind: generation, technology: steam_engine, capacity: 30 MW}"],
            "unknown_name",
            "power.supply.x.technology",
            "steam_engine",
        ),
        (["m: {kind: wholesale}"], "one_of", "power.supply.m.hourly", "missing"),
        (
            ["m: {kind: wholesale, market: {row: 'Atlantis, 2024'}}"],
            "unknown_name",
            "power.supply.m.market.row",
            "Atlantis",
        ),
        (
            ["m: {kind: wholesale, hourly: {file: none.csv}}"],
            "wrong_series",
            "power.supply.m.hourly.file",
            "no such file",
        ),
        (["m: {kind: lottery}"], "not_allowed", "power.supply.m.kind", "lottery"),
    ],
)
def test_a_supply_that_cannot_be_says_what_and_where(factory, lines, code, path, said):
    found = [item for item in problems(factory(*lines)) if item.code == code]
    assert [item.path for item in found] == [path]
    assert said in found[0].given
    assert found[0].line is not None


def test_a_shortage_may_be_carried_as_lost_production(factory):
    file = factory("sun: {kind: solar, capacity: 30 MW}", extra="  shortage: {allowed: true}\n")
    run = cf.run(file)
    assert 0.2 < run.known["power_served"] < 0.6
    assert run.known["supply_limits"] > 3000


def test_prices_below_zero_and_a_leap_year_are_read(factory, tmp_path):
    rows = ["time,price", *(f"{hour},{-5 if hour % 24 < 3 else 50}" for hour in range(8784))]
    (tmp_path / "prices.csv").write_text("\n".join(rows), encoding="utf-8")
    run = cf.run(factory("m: {kind: wholesale, adder: 0 USD/kWh, hourly: {file: prices.csv, unit: USD/MWh}}"))
    price = run.known["dispatch"].price[0]
    assert price.min() == pytest.approx(-0.005)
    assert price.mean() == pytest.approx(0.050 - 0.055 * 3 / 24)


def test_a_series_that_changed_is_read_again(factory, tmp_path):
    file, prices = factory("grid: {kind: tariff, hourly: {file: prices.csv}}"), tmp_path / "prices.csv"
    for price in (0.03, 0.06):
        prices.write_text("\n".join([str(price)] * 8760), encoding="utf-8")
        assert load(file).plant.supply.energy == pytest.approx(price)
