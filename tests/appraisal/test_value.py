"""The shipped factories valued: parts against the ledger's own cash flow, rates, claims, what a price implies."""

from __future__ import annotations

import json

import numpy as np
import pytest

import computefactory as cf
from computefactory.appraisal import value_of
from computefactory.appraisal.ranges import moved_values
from computefactory.errors import FactoryFileError
from computefactory.valuation import PARTS
from site_of_arrays import at_one_rate

PRICED = {"offtake.microsoft.total_value": None, "offtake.microsoft.price": "2.9 USD/GPU-hour"}


@pytest.fixture(scope="session")
def worth(iren):
    return value_of(iren)


@pytest.fixture(params=["iren", "legacy"])
def result(request):
    return request.getfixturevalue(request.param)


def value_at(found, rate, at=None):
    """The industrial value with one rate for every part."""
    run = found.industrial.run
    rates = at_one_rate(run.inputs, rate) | ({} if at is None else {"valuation_date": at})
    batch = {name: np.asarray(value)[None] for name, value in rates.items()}
    return float(run.ledger.run_many({**run.inputs, **batch}, 1, ["site_value"], known=run.lines)["site_value"][0])


def test_the_parts_are_the_ledgers_cash_flow_month_by_month(result):
    lines = value_of(result).industrial.run.lines
    largest = np.abs(result.runs["full_life"].lines["project_flow"]).max()
    assert lines["whole_site_difference"] <= 1e-9 * largest
    parts = value_of(result).industrial.parts
    assert lines["industrial_enterprise_value_usd"] == pytest.approx(sum(parts.values()))


def test_at_one_rate_the_value_is_the_npv_of_the_full_life(result):
    """At the opening of month 0: NPV, a month earlier, with what the ledger does not know (scrap, power)."""
    found = value_of(result, at=result.factory.timeline.names[0])
    rate = float(result.factory.finance.capital.discount_rate)
    run = found.industrial.run
    names = ["site_value", "scrap_value", "undeveloped_value"]
    batch = {name: np.asarray(value)[None] for name, value in at_one_rate(run.inputs, rate).items()}
    at_rate = run.ledger.run_many({**run.inputs, **batch}, 1, names, known=run.lines)
    value, *extra = (float(at_rate[name][0]) for name in names)
    npv = result.returns["full_life"]["npv_usd"].value / (1 + rate) ** (1 / 12)
    assert value - sum(extra) == pytest.approx(npv, rel=1e-9)


def test_contract_rate_is_risk_free_plus_spread_plus_premium(worth):
    first = worth.industrial.items[0]
    assert first["risk_free"] == pytest.approx(0.0428 + (0.0438 - 0.0428) * (51 - 24) / (60 - 24))
    assert (first["spread"], first["premium"]) == (0.008, 0.02)
    assert first["rate"] == pytest.approx(first["risk_free"] + first["spread"] + first["premium"])


def test_default_is_counted_in_the_rate_or_in_the_cash(iren, worth):
    expected = value_of(iren, credit="expected")
    assert all(item["spread"] == 0 for item in expected.industrial.items)
    lines = iren.runs["full_life"].lines
    revenue = expected.industrial.run.lines["c_promised"].sum()
    promised = float(np.sum(lines["c_revenue"]))
    assert float(np.sum(lines["c_expected"])) * (1 - 1e-9) <= revenue < promised  # after default, let again in part
    assert worth.industrial.run.lines["c_promised"].sum() == pytest.approx(promised)
    ratio = expected.industrial.parts["contracts"] / worth.industrial.parts["contracts"]
    assert 0.97 < ratio < 1.03  # a AAA buyer: both ways say nearly the same


def test_a_weaker_buyer_is_worth_less_either_way():
    strong, weak = (cf.run("iren-horizon", overrides={"offtake.microsoft.rating": grade}) for grade in ("AA", "BB"))
    for credit in ("spread", "expected"):
        values = [value_of(result, credit=credit).industrial.parts["contracts"] for result in (strong, weak)]
        assert values[1] < values[0]


def test_a_longer_tenor_is_worth_more():
    longer = {"silicon.economic_life": "84 months", "offtake.microsoft.tenor": "84 months"}
    short = {"silicon.economic_life": "84 months", "offtake.microsoft.tenor": "60 months"}
    values = [cf.value("iren-horizon", overrides={**PRICED, **each}).industrial.parts for each in (short, longer)]
    assert values[1]["contracts"] > values[0]["contracts"]


def test_what_nobody_has_promised_is_the_markets(legacy):
    """Sales on demand stand in the market part; the tenants' rent is a contract."""
    found = value_of(legacy).industrial
    assert set(found.contracts) == {"tenants"}
    assert found.parts["contracts"] == pytest.approx(found.contracts["tenants"])
    assert found.parts["merchant"] > found.parts["contracts"]
    assert [item["contract"] for item in found.as_dict()["rates"]["contracts"]] == ["tenants"]


def test_revenue_after_the_buyers_exit_is_the_markets():
    """Ninety days' notice: what comes after them is not promised, and the sum is the same cash."""
    firm = cf.value("iren-horizon").industrial
    notice = {"offtake.microsoft.exits.any.cause": "convenience", "offtake.microsoft.exits.any.notice": "3 months"}
    loose = cf.value("iren-horizon", overrides=notice).industrial
    assert loose.parts["contracts"] < 0.2 * firm.parts["contracts"]
    assert loose.parts["merchant"] > firm.parts["merchant"]
    assert loose.run.lines["whole_site_difference"] < 1.0  # USD a month


def test_an_unfinished_site_bears_the_higher_premium_and_the_cost_to_complete(iren):
    found = value_of(iren, at="2025-09")
    assert {item["premium"] for item in found.industrial.items} == {0.04}
    capex = iren.runs["full_life"].lines["capex"]
    months = iren.factory.timeline.month
    assert found.industrial.parts["cost_to_complete"] == pytest.approx(
        -float(np.sum(capex / 1.1 ** ((months + 1) / 12)))
    )
    assert found.industrial_equity.steps["debt"] == 0
    assert found.industrial_equity.steps["customers_money"] > 0  # still to come, before credits


def test_debt_and_customers_money_stand_before_the_owners(iren, worth):
    steps = worth.industrial_equity.steps
    before = int(iren.factory.finance.full_operation) - 1
    lines = iren.runs["full_life"].lines
    assert steps["debt"] == -float(lines["debt_balance"][before])
    assert steps["customers_money"] < 0  # all received, all still to be credited
    assert worth.industrial_equity.value == pytest.approx(worth.industrial.enterprise_value + sum(steps.values()))


def test_rent_to_landlords_is_a_cost_or_a_debt_never_both(legacy):
    cash, debt = (value_of(legacy, leases=how) for how in ("in_cash", "as_debt"))
    assert cash.industrial.run.lines["rent_liability"] > 0
    gap = debt.industrial.enterprise_value - cash.industrial.enterprise_value
    assert gap == pytest.approx(cash.industrial.run.lines["rent_liability"])
    assert debt.industrial_equity.value == pytest.approx(cash.industrial_equity.value)


def test_claims_of_the_file_reach_the_share():
    claims = {
        "capital.claims.preferred": "200 million USD",
        "capital.claims.cash": "50 million USD",
        "capital.claims.shares": "300 million",
        "capital.claims.options.staff.count": "20 million",
        "capital.claims.options.staff.strike": "5 USD",
        "capital.claims.convertibles.notes.amount": "500 million USD",
        "capital.claims.convertibles.notes.conversion_price": "400 USD",
        "capital.claims.restricted_cash": "1 bn USD",
    }
    plain, with_claims = cf.value("iren-horizon"), cf.value("iren-horizon", overrides=claims)
    steps = with_claims.industrial_equity.steps
    assert (steps["preferred"], steps["owner_cash"], steps["convertibles"]) == (-200e6, 50e6, -500e6)
    assert with_claims.industrial_equity.value == pytest.approx(plain.industrial_equity.value - 650e6)
    equity = with_claims.industrial_equity
    assert equity.price * equity.shares == pytest.approx(equity.value)


def test_preferred_equity_of_the_file_stands_before_the_owners(worth):
    terms = {"kind": "preferred", "amount": "300 million USD", "rate": "9 %/year", "matures": "2031-12"}
    found = cf.value("iren-horizon", overrides={f"capital.debt.pref.{name}": value for name, value in terms.items()})
    owed = -found.industrial_equity.steps["preferred"]
    assert 300e6 <= owed < 300e6 * 1.09**2  # what was paid in and the coupon since
    assert found.industrial.enterprise_value == pytest.approx(worth.industrial.enterprise_value)


def test_losses_from_elsewhere_are_worth_at_most_their_tax():
    losses = {"capital.claims.operating_losses": "100 million USD"}
    found = cf.value("iren-horizon", overrides=losses).industrial_equity.steps["operating_losses"]
    assert 0 < found <= 100e6 * 0.21


def test_low_and_high_hold_the_value(result):
    found = value_of(result)
    assert found.low <= found.industrial.enterprise_value <= found.high
    assert found.low < found.high
    assert list(found.cloud.three("e_cloud")) == sorted(found.cloud.three("e_cloud"))


def test_moving_nothing_moves_nothing(iren, worth):
    origin = iren.factory.origins["finance.values.release_rent"]
    moves = {
        "file": {origin.key: np.array([origin.value, 2 * origin.value])},
        "given": {"given:shell_rate": np.array([0.085, 0.07])},
    }
    for values in moved_values(iren, worth.industrial, moves).values():
        assert values[0] == pytest.approx(worth.industrial.enterprise_value, rel=1e-12)
        assert values[1] > values[0]


def test_the_bridge_adds_up(result):
    steps = [usd for _, _, usd in value_of(result).bridge]
    assert sum(steps[:-1]) == pytest.approx(steps[-1], rel=1e-12)


def test_what_a_price_implies_gives_the_price(legacy, iren):
    for result in (legacy, iren):
        base = value_of(result)
        wanted = 0.5 * (base.industrial.enterprise_value + base.high)
        reverse = {item.name: item for item in value_of(result, price=wanted).reverse.implied}
        rate = reverse["discount_rate"].value
        assert rate is not None
        assert value_at(base, rate) == pytest.approx(wanted, rel=1e-9)


def test_an_implied_renewal_price_gives_the_price_when_it_is_set():
    longer = {"silicon.economic_life": "96 months"}
    base = cf.value("iren-horizon", overrides=longer)
    wanted = base.industrial.enterprise_value + 300e6
    implied = {item.name: item for item in cf.value("iren-horizon", overrides=longer, price=wanted).reverse.implied}
    price = implied["renewal_price"]
    assert price.value > price.base
    again = cf.value("iren-horizon", overrides={**longer, "merchant.price": f"{price.value!r} USD/GPU-hour"})
    assert again.industrial.enterprise_value == pytest.approx(wanted, rel=1e-9)
    sold = implied["utilisation"]
    if sold.value is not None:
        again = cf.value("iren-horizon", overrides={**longer, "merchant.sold": sold.value})
        assert again.industrial.enterprise_value == pytest.approx(wanted, rel=1e-9)


def test_a_price_of_equity_is_a_price_of_the_enterprise_with_its_claims(iren, worth):
    equity = worth.industrial_equity.value
    found = value_of(iren, price=equity, price_of="equity")
    assert found.reverse.price == pytest.approx(worth.industrial.enterprise_value)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"price": 1e9}, "below_liquidation"),
        ({"price": -1.0}, "out_of_range"),
        ({"price": float("nan")}, "out_of_range"),
        ({"at": "1999-01"}, "out_of_range"),
        ({"at": "soon"}, "not_a_date"),
        ({"credit": "both"}, "not_allowed"),
        ({"leases": "both"}, "not_allowed"),
        ({"price_of": "debt"}, "not_allowed"),
    ],
)
def test_what_has_no_sense_is_refused(iren, arguments, code):
    with pytest.raises(FactoryFileError) as error:
        value_of(iren, **arguments)
    assert [problem.code for problem in error.value.problems] == [code]


@pytest.mark.parametrize(
    "overrides",
    [
        {"capital.discount_rate": "0 %/year"},
        {"offtake.on_demand.price": "0.01 USD/GPU-hour"},
        {"silicon.economic_life": "12 months"},
        {"merchant.sold": "0 %"},
    ],
)
def test_odd_factories_are_valued_too(overrides):
    found = cf.value("legacy-h100-hall", overrides=overrides)
    json.dumps(found.as_dict(), allow_nan=False)
    steps = [usd for _, _, usd in found.bridge]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])


def test_json_is_finite_and_has_what_was_promised(result):
    found = json.loads(json.dumps(value_of(result).as_dict(), allow_nan=False))
    assert {"industrial", "cloud", "reverse", "bridge", "football_field"} <= found.keys()
    for frame in ("industrial", "cloud"):
        assert {"enterprise_value_usd", "equity_value_usd", "low", "high", "parts"} <= found[frame].keys()
        assert sum(found[frame]["parts"].values()) == pytest.approx(found[frame]["enterprise_value_usd"])
    assert set(PARTS) == set(found["industrial"]["parts"])


def test_the_shells_upgrade_is_what_defensibility_found(iren, worth):
    ready = cf.value("iren-horizon", overrides={"build.halls.horizon.rack_limit": "230 kW"})
    if ready.result.factory.plant.cooling[0].rack_limit >= 230:
        assert ready.industrial.parts["shell_upgrade"] == 0
    assert worth.industrial.parts["shell_upgrade"] < 0


CLAIMS = {
    "capital.claims.shares": "300 million",
    "capital.claims.options.staff.count": "20 million",
    "capital.claims.options.staff.strike": "5 USD",
}


def test_the_value_is_explained_down_to_file_lines_and_library_rows():
    result = cf.run("iren-horizon", overrides=CLAIMS)
    for name in ("industrial_enterprise_value_usd", "industrial_value_usd_per_share", "cloud_equity_value_usd"):
        tree = cf.explain(result, name)
        assert tree.value == result.metric(name).value
        leaves = [node.source for node in tree.walk() if node.source]
        files = {leaf["path"] for leaf in leaves if leaf["kind"] == "file" and leaf.get("line")}
        rows = {f"{leaf['table']}/{leaf['key']}" for leaf in leaves if leaf["kind"] == "fact"}
        assert "offtake.microsoft.total_value" in files
        assert {"credit_spread/AAA", "risk_free/USD", "capital/default"} <= rows or name.startswith("cloud")
        assert all(node.value is None or np.isfinite(node.value) for node in tree.walk())
    tree = cf.explain(result, "industrial_enterprise_value_usd")
    rows = {leaf.source["key"] for leaf in tree.walk() if leaf.source and leaf.source["kind"] == "fact"}
    assert {"greenfield liquid-cooled", "Vera Rubin NVL72"} <= rows  # what the next generation of silicon would need
    assert {node.name for node in tree.walk()} >= {
        "c_margin",
        "silicon_charge",
        "merchant_margin",
        "project_tax",
        "c_spread",
    }


def test_every_line_of_the_valuation_can_be_explained(iren):
    from computefactory.valuation.lines import LINES

    for item in LINES:
        assert cf.explain(iren, item.name).kind in ("metric", "line", "given", "step")


def test_value_is_a_target_of_solve():
    found = cf.solve("iren-horizon", "offtake.microsoft.total_value", "industrial_equity_value_usd", 6e9)
    again = cf.value("iren-horizon", overrides={found.path: f"{found.value!r} USD"})
    assert again.industrial_equity.value == pytest.approx(6e9, rel=1e-9)
    assert found.value > found.base


def test_many_scenarios_give_what_each_gives_alone():
    keep = ["industrial_enterprise_value_usd", "committed_capex_cover", "lcoc_usd_per_accelerator_hour", "equity_irr",
            "industrial_equity_value_usd", "cloud_enterprise_value_usd", "industrial_value_usd_per_share", "it_load_mw",
            "capex_usd"]  # fmt: skip
    total, rent = np.array([9e9, 10e9]), np.array([80.0, 120.0])
    columns = {"offtake.microsoft.total_value": total, "build.release_rent": rent, "silicon.rack_power": [132.0, 110.0]}
    found = cf.run_many("iren-horizon", columns, keep=keep)
    assert list(found) == keep
    assert np.isnan(found["industrial_value_usd_per_share"]).all()
    for k in range(2):
        one = cf.run("iren-horizon", overrides={path: float(values[k]) for path, values in columns.items()})
        for name in keep:
            value = one.metric(name).value
            assert value is None or found[name][k] == pytest.approx(value, rel=1e-9), name


def test_value_is_calculated_when_it_is_asked_for(iren):
    fresh = cf.run("iren-horizon")
    before = json.dumps(fresh.as_dict())
    assert "enterprise_value" not in before
    assert fresh.metric("industrial_enterprise_value_usd").value == value_of(iren).industrial.enterprise_value
    assert json.dumps(fresh.as_dict()) == before
    assert fresh.metric("industrial_value_usd_per_share").reason == "not_applicable"
