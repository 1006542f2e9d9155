"""The parts add up to the site, whatever the site: the internal rent cancels, nothing is counted twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import site_of_arrays as oracle
from computefactory.valuation import PARTS
from site_of_arrays import MONEY, OF_ITEMS, QUIET, at_one_rate, flat

few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made(valued, seed):
    """A random site: any money, contracts that may reserve more silicon than there is."""
    draw = np.random.default_rng(seed)
    shapes = {name: np.shape(valued.run.lines[name]) for name in (*QUIET,)}
    lines = {name: draw.normal(0, 1e6, shapes[name]) for name in (*MONEY, *OF_ITEMS, "a_refresh", "a_capex", "a_wear")}
    active = float(valued.run.known["accelerators_active"])
    lines["running"] = draw.uniform(0, 1, shapes["running"]) * (draw.random(shapes["running"]) > 0.2)
    lines["c_held"] = draw.uniform(0, 1.5 * active, shapes["c_held"])
    lines["l_let"] = draw.uniform(0, 1e4, shapes["l_let"]) * (draw.random(shapes["l_let"]) > 0.5)
    lines["cost_index"] = draw.uniform(1, 2, shapes["cost_index"])
    return lines


def site_of(valued, lines):
    """The same for the oracle."""
    inputs, known = valued.run.inputs, valued.run.known
    none = np.zeros_like(lines["l_let"])
    live = float(known["accelerators_active"]) * lines["running"]
    reserved = oracle.share(lines["c_held"] * inputs["c_ramp"], live)
    silicon = lines["power_cost"] + lines["silicon_support"]
    others = lines["tenants_power_cost"] + lines["rent_paid"] + lines["overhead"] + lines["shell_refit"]
    return {
        "shares": np.concatenate([reserved, none]),
        "power": np.concatenate([np.zeros_like(reserved), lines["l_let"]]),
        "own": float(known["it_design_load"]) * lines["running"],
        "rent": float(inputs["release_rent"]) * lines["cost_index"],
        "building": lines["opex"] - silicon - others,
        "refit": lines["shell_refit"],
        "silicon": silicon,
        "revenue": np.concatenate([lines["c_revenue"], lines["l_revenue"]]),
        "committed": np.concatenate([lines["c_committed_revenue"], lines["l_committed_rent"]]),
        "direct": np.concatenate([np.zeros_like(reserved), lines["l_power_cost"]]),
        "other": lines["renewal_revenue"],
        "refresh": lines["a_refresh"].sum(axis=0),
        "capex": lines["capex"] - lines["a_refresh"].sum(axis=0),
        "landlord": lines["rent_paid"],
        "relet": lines["re_lease_revenue"],
        "sale": lines["sale_proceeds"],
        "overhead": lines["overhead"],
        "tax": lines["project_tax"],
        "year_start": np.asarray(inputs["year_start"]),
    }


@few
@given(st.integers(0, 10**6), st.floats(0.0, 0.4), st.floats(0.0, 0.2), st.integers(0, 60))
def test_every_part_is_what_the_oracle_gives(valued, seed, market, shell, at):
    lines = made(valued, seed)
    found = valued(lines, market_rate=market, shell_rate=shell, valuation_date=float(at))
    book = np.concatenate([found["c_rate"], found["l_rate"]])
    wanted = oracle.part_values(site_of(valued, lines), valued.months, at, book, market, shell)
    for name, value in wanted.items():
        assert found[f"{name}_value"] == pytest.approx(value, rel=1e-9, abs=1e-2), name


@few
@given(st.integers(0, 10**6), st.floats(0.0, 0.4), st.integers(0, 60))
def test_parts_are_the_whole_site_at_the_same_rate(valued, seed, rate, at):
    """The site as its owner sees it: no rent between the layers anywhere."""
    lines = made(valued, seed)
    site = site_of(valued, lines)
    whole = (
        (site["revenue"] - site["direct"]).sum(axis=0) + site["other"] + site["relet"] + site["sale"]
        - site["silicon"] - site["building"] - site["landlord"] - site["overhead"] - lines["capex"] - site["tax"]
        - site["refit"]
    )  # fmt: skip
    found = valued(lines, **at_one_rate(valued.run.inputs, rate), valuation_date=float(at))
    by_hand = sum(flow / (1 + rate) ** ((t - at + 1) / 12) for t, flow in enumerate(whole) if t >= at)
    apart = sum(found[f"{name}_value"] for name in ("scrap", "undeveloped"))
    assert found["site_value"] - apart == pytest.approx(by_hand, rel=1e-9, abs=1e-9 * np.abs(whole).sum())
    assert found["site_value"] == pytest.approx(sum(found[f"{name}_value"] for name in PARTS), rel=1e-12)
    gap = np.abs(whole - lines["project_flow"]).max()
    assert found["whole_site_difference"] == pytest.approx(gap, rel=1e-9)


@few
@given(st.integers(0, 10**6))
def test_the_rent_between_the_layers_moves_value_and_makes_none(valued, seed):
    lines, rates = made(valued, seed), at_one_rate(valued.run.inputs, 0.1)
    one, other = (valued(lines, **rates, release_rent=rent) for rent in (70.0, 210.0))
    assert one["site_value"] == pytest.approx(other["site_value"], rel=1e-9, abs=1e-2)
    assert other["shell_now_value"] > one["shell_now_value"]


def test_a_level_contract_is_the_bond_of_the_same_flows(valued):
    """Take-or-pay at certainty: 100 at the end of each month for five years at 6 %, in closed form."""
    paid = np.where(valued.months < 60, 100.0, 0.0)[None]
    lines = flat(valued, c_revenue=paid, c_committed_revenue=paid)
    found = valued(
        lines, **at_one_rate(valued.run.inputs, 0.06) | {"market_rate": 0.1, "shell_rate": 0.085}, valuation_date=0.0,
        power_without_halls=0.0,
    )  # fmt: skip
    v = 1.06 ** (-1 / 12)
    assert found["contracts_value"] == pytest.approx(100 * v * (1 - v**60) / (1 - v), rel=1e-12)
    assert found["industrial_enterprise_value_usd"] == pytest.approx(found["contracts_value"])


def test_scrap_and_upgrade_fall_in_one_month_each(valued):
    """Silicon runs 30 months, with a pause; the shell is refitted in month 40."""
    lines = flat(
        valued,
        running=np.where((valued.months < 30) & (valued.months != 12), 1.0, 0.0),
        silicon_value=1e6,
        shell_refit=np.where(valued.months == 40, 7e6, 0.0),
    )
    found = valued(lines, **at_one_rate(valued.run.inputs, 0.1), valuation_date=0.0)
    tax = float(valued.run.lines["tax_rate"])
    assert found["scrap_value"] == pytest.approx(1e6 * (1 - tax) / 1.1 ** (31 / 12))
    assert found["shell_upgrade_value"] == pytest.approx(-7e6 / 1.1 ** (41 / 12))


def test_power_without_halls_is_megawatts_times_chance_times_worth(valued):
    found = valued(power_without_halls=50e3, energises=0.4, undeveloped_price=3000.0, building_leased=0.0)
    assert found["undeveloped_value"] == pytest.approx(50e3 * 0.4 * 3000)


def test_default_is_paid_for_once(valued):
    """Promised cash bears the spread, expected cash does not."""
    rates = {"c_risk_free": np.array([0.04]), "c_spread": np.array([0.03]), "risk_premium": 0.02}
    promised, expected = (valued(**rates, default_in_cash=flag) for flag in (0.0, 1.0))
    assert (promised["c_rate"][0], expected["c_rate"][0]) == (pytest.approx(0.09), pytest.approx(0.06))
    lines = valued.run.lines
    assert expected["c_promised"] == pytest.approx(lines["c_expected"] + lines["c_re_let_expected"])


def test_scenarios_stand_in_front(valued):
    """A leading axis gives what each scenario gives alone."""
    rates = np.array([0.05, 0.1, 0.2])
    run = valued.run
    together = run.ledger.run_many(
        {**run.inputs, "market_rate": rates}, 3, ["site_value", "merchant_value"], known=run.lines
    )
    for k, rate in enumerate(rates.tolist()):
        alone = valued(market_rate=rate)
        assert together["site_value"][k] == pytest.approx(alone["site_value"], rel=1e-12)
        assert together["merchant_value"][k] == pytest.approx(alone["merchant_value"], rel=1e-12)
