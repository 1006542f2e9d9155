"""What must not change, or change in a known way, when a file is written another way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from computefactory import model
from computefactory.library import Library
from factory_file import UNITS, Quantity, trees, with_money

# each example runs the whole program: no shrinking
few = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADER = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note"


@few
@given(tree=trees(), data=st.data())
def test_all_units_restated_is_the_same_factory(underwrite, differences, tree, data):
    def restated(quantity):
        return quantity.written(data.draw(st.sampled_from(sorted(UNITS[quantity.kind]))))

    assert differences(underwrite(tree), underwrite(tree, restated)) == []


@few
@given(tree=trees())
def test_one_contract_split_in_two_is_the_same_factory(underwrite, differences, tree):
    whole = tree["offtake"]["anchor"]
    half = {**whole, "accelerators": whole["accelerators"] // 2}
    if "total_value" in whole:
        half["total_value"] = replace(whole["total_value"], value=whole["total_value"].value / 2)
    others = {name: item for name, item in tree["offtake"].items() if name != "anchor"}
    split = {**tree, "offtake": {"first": half, "second": half, **others}}
    domains = "check.workload in full scale-up domains"  # that of the smallest contract
    assert differences(underwrite(tree), underwrite(split), leave=[domains]) == []


@few
@given(tree=trees(), factor=st.sampled_from([2.0, 0.5, 7.3]))
def test_all_money_times_a_factor_is_every_sum_times_it(underwrite, differences, tmp_path_factory, tree, factor):
    base = underwrite(tree)
    rows = [
        f'"{fact.table}","{fact.key}","{fact.field}",{fact.value * factor!r},{fact.unit},,,{fact.as_of},test,,low,,'
        for fact in base.factory.library.used.values()
        if "USD" in fact.unit
    ]
    assert rows
    layer = tmp_path_factory.mktemp("layer")
    (layer / "money.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    scaled = underwrite(with_money(tree, factor), library=[layer])
    assert differences(base, scaled, money=factor) == []
    assert scaled.qualification.verdict == base.qualification.verdict


@few
@given(tree=trees())
def test_a_price_of_nothing_is_a_result_without_a_rate(underwrite, tree):
    def free(item):
        item = {name: value for name, value in item.items() if name not in ("price", "total_value", "prepayment")}
        per = "per_kw_month" if item["kind"] == "colocation" else "per_accelerator_hour"
        return {**item, "price": Quantity(0.0, per)}

    contracts = {name: free(item) for name, item in tree["offtake"].items()}
    result = underwrite({**tree, "offtake": contracts})
    assert result.metrics["revenue_usd_per_year"].value == 0
    if tree["owner"]["losses"] == "carried_forward":  # tax saved at once would be cash to lend on
        assert result.metrics["debt_usd"].value == pytest.approx(0, abs=0.01)
    for case in ("contract_only", "contract_and_residual"):
        for name in ("project_irr", "equity_irr"):
            metric = result.returns[case][name]
            assert metric.value is None or metric.value < 0
            assert metric.value is not None or metric.reason in ("not_applicable", "total_loss", "does_not_exist")
    assert result.metrics["equity_irr"].value is None
    assert any("no revenue" in warning for warning in result.warnings)


@few
@given(tree=trees())
def test_money_is_conserved_and_balances_close(underwrite, tree):
    result = underwrite(tree)
    table = result.sources_and_uses
    uses, sources = (sum(table[side].values()) for side in ("uses", "sources"))
    assert uses == pytest.approx(sources, rel=1e-9)
    assert min(table["uses"].values()) >= -0.01
    head = result.runs["contract_only"].lines
    assert min(head["debt_balance"]) >= -0.01
    assert head["debt_balance"][-1] == pytest.approx(0, abs=0.01)
    assert sum(result.metrics["lcoc_usd_per_accelerator_hour"].parts.values()) == pytest.approx(
        result.metrics["lcoc_usd_per_accelerator_hour"].value, rel=1e-9
    )


@few
@given(tree=trees())
def test_the_frozen_debt_is_the_sized_one(underwrite, tree):
    """The sizing run and the first return case are the same case, with the debt worked out and with it as data."""
    result = underwrite(tree)
    if result.sized is None:
        assert "debt" not in tree.get("capital", {})
        return
    frozen = model.evaluate(result.factory, result.known, "contract_only", model.freeze(result.sized))
    shared = [name for name in result.sized.ledger.lines if name in frozen.lines]
    assert len(shared) > 150
    for name in shared:
        one, other = result.sized.lines[name], frozen.lines[name]
        assert other == pytest.approx(one, rel=1e-9, abs=1e-3, nan_ok=True), name


def test_the_money_layer_would_be_missed(iren):
    """The factories stand on facts in money: without the layer the test above would fail."""
    assert sum("USD" in fact.unit for fact in iren.factory.library.used.values()) >= 3
    assert isinstance(iren.factory.library, Library)


def by_name(tree, parts):
    """The tree with each milestone as so many equal phases by name."""
    power = {name: item for name, item in tree["power"].items() if name != "energised"}
    phases, before = {}, 0.0
    for month, reached in tree["power"]["energised"].items():
        own = Quantity((reached.value - before) / parts, "power")
        phases |= {f"{month} {part}": {"energised": month, "power": own} for part in range(parts)}
        before = reached.value
    return {**tree, "power": power, "phases": phases}


@few
@given(tree=trees())
def test_phases_in_halves_are_the_same_factory(underwrite, differences, tree):
    assert differences(underwrite(tree), underwrite(by_name(tree, 1))) == []
    assert differences(underwrite(by_name(tree, 1)), underwrite(by_name(tree, 2))) == []


@few
@given(tree=trees(), months=st.sampled_from([3, 6, 12]))
def test_a_later_delivery_never_lowers_unit_cost(underwrite, tree, months):
    """The silicon, and all that is sold from it, comes later than power."""

    def late(by):
        lag = Quantity(float(by), "time")
        offtake = {
            name: {
                **item,
                "starts": {"after": "energised" if name == "tenants" else "delivered", "lag": Quantity(0.0, "time")},
            }
            for name, item in tree["offtake"].items()
        }
        silicon = {**tree["silicon"], "delivered": {"after": "energised", "lag": lag}}
        result = underwrite({**tree, "offtake": offtake, "silicon": silicon, "capital": {}})
        return result.metrics["lcoc_usd_per_accelerator_hour"].value

    assert late(months) >= late(0)
