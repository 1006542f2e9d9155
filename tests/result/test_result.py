"""The result as a document: its stored schema, finite numbers, files, the facts that it stands on."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

import computefactory as cf
from computefactory.errors import ComputeFactoryError, FactoryFileError, OutputError
from computefactory.library import Library
from computefactory.schema import load, resolve

STORED = Path(__file__).with_name("result-1.schema.json")
FACTORIES = ["iren-horizon", "legacy-h100-hall"]


@pytest.fixture(scope="session", params=FACTORIES)
def result(request):
    return cf.run(request.param)


@pytest.fixture(scope="session")
def validator():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(stored)
    return jsonschema.Draft202012Validator(stored)


def strict(content):
    """Through JSON and back, refusing what JSON does not have."""
    return json.loads(json.dumps(content, allow_nan=False))


def test_the_result_fits_the_stored_schema(result, validator):
    validator.validate(strict(result.as_dict()))


@pytest.mark.parametrize(
    "overrides",
    [
        {"offtake.microsoft.total_value": "0 USD", "offtake.microsoft.prepayment": None},
        {"capital.debt": None},
        {"silicon.spares": 500, "capital.debt.senior.matures": "2028-12"},
    ],
    ids=["free", "no debt", "spares"],
)
def test_odd_results_fit_it_too(validator, overrides):
    content = strict(cf.run("iren-horizon", overrides=overrides, resize=True).as_dict())
    validator.validate(content)
    assert content["engine"]["overrides"].keys() == overrides.keys()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("metrics"),
        lambda content: content["metrics"].pop("llcr"),
        lambda content: content["metrics"]["llcr"].update(unit="USD"),
        lambda content: content["metrics"]["pue_annual"].update(value=None),
        lambda content: content["returns"].pop("full_life"),
        lambda content: content.update(version=2),
        lambda content: content["qualification"].update(verdict="fine"),
    ],
)
def test_the_schema_would_see_what_goes_missing(result, validator, spoil):
    content = strict(result.as_dict())
    spoil(content)
    assert list(validator.iter_errors(content))


def test_a_number_that_is_missing_has_its_reason(result):
    for metrics in (result.metrics, *result.returns.values()):
        for metric in metrics.values():
            assert (metric.value is None) == bool(metric.reason)
            assert metric.value is None or np.isfinite(metric.value)


def test_units_stand_in_the_names(result):
    ends = {"_usd": "USD", "_mw": "MW", "_kw": "kW", "_months": "month", "_usd_per_grid_kwh": "USD/kWh", "_irr": "1"}
    for name, metric in result.metrics.items():
        for end, unit in ends.items():
            assert not name.endswith(end) or metric.unit == unit, name


def test_the_same_file_gives_the_same_bytes(result):
    again = cf.run(result.factory.document.file.removesuffix(".yaml"))
    assert json.dumps(again.as_dict()) == json.dumps(result.as_dict())


def test_parts_and_sides_sum(result):
    cost = result.metrics["lcoc_usd_per_accelerator_hour"]
    assert sum(cost.parts.values()) == pytest.approx(cost.value, rel=1e-9)
    uses, sources = (sum(result.sources_and_uses[side].values()) for side in ("uses", "sources"))
    assert uses == pytest.approx(sources, abs=0.01)
    assert sum(result.known["limits"].utilisation.values()) > 0


def test_months_are_named_and_whole(result):
    frame = result.monthly
    timeline = result.factory.timeline
    assert frame.index.tolist() == timeline.names
    assert frame.index.name == "month"
    assert not frame.columns.duplicated().any()
    for axis, line in (("contract", "c_revenue"), ("asset", "a_capex")):
        columns = [f"{line}[{item}]" for item in result.items(axis)]
        whole = frame["contract_revenue" if axis == "contract" else "capex"]
        np.testing.assert_allclose(frame[columns].sum(axis=1), whole, rtol=1e-9, atol=0.01)
    assert result.frame("full_life").shape[0] == timeline.periods


def test_saving_twice_is_saving_once(result, tmp_path):
    first = result.save(tmp_path / "a")
    assert [path.name for path in first] == ["result.json", "monthly.parquet", "monthly.csv"]
    before = [path.read_bytes() for path in first]
    assert [path.read_bytes() for path in result.save(tmp_path / "a")] == before
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(path.name for path in first)
    assert json.loads(first[0].read_text(encoding="utf-8")) == strict(result.as_dict())
    assert pd.read_parquet(first[1]).equals(result.monthly)


def test_what_fails_on_the_way_leaves_nothing(result, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", fails)
    with pytest.raises(KeyboardInterrupt):
        result.save(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError):
        result.save(__file__)


# what it stands on


@pytest.fixture(scope="session")
def facts():
    library = Library.load()
    return [fact for table in library.tables() for fact in library.rows(table)]


@pytest.mark.parametrize("name", FACTORIES)
def test_the_facts_listed_are_all_that_is_needed(facts, name):
    """The same numbers from a library that holds nothing else: no figure hides in the code or comes in unlisted."""
    whole = cf.run(name)
    listed = {(fact["table"], fact["key"], fact["field"]) for fact in whole.as_dict()["facts"]}
    few = Library.of(fact for fact in facts if (fact.table, fact.key, fact.field) in listed)
    alone = cf.run(resolve(load(name), few))
    assert strict(alone.as_dict())["metrics"] == strict(whole.as_dict())["metrics"]
    assert strict(alone.as_dict())["returns"] == strict(whole.as_dict())["returns"]


@pytest.mark.parametrize(
    "row", ["capital/default/discount_rate", "system/GB300 NVL72/rack_power", "tax/united_states/federal"]
)
def test_a_row_that_is_gone_is_named(facts, row):
    with pytest.raises(FactoryFileError, match=row):
        resolve(load("iren-horizon"), Library.of(fact for fact in facts if fact.path != row))


@pytest.mark.parametrize(
    ("row", "metric", "more"),
    [
        ("capital/default/discount_rate", "npv_usd", False),
        ("operations/default/silicon_support", "ebitda_usd_per_year", False),
        ("tax/united_states/federal", "project_irr", False),
        ("reliability/default/repair", "availability", False),
    ],
)
def test_a_row_that_is_larger_moves_the_result(facts, row, metric, more):
    """The library is what is used: no literal stands in for it."""
    changed = Library.of(replace(fact, value=fact.value * 1.2) if fact.path == row else fact for fact in facts)
    assert any(fact.path == row for fact in facts)
    base, moved = cf.run("iren-horizon"), cf.run(resolve(load("iren-horizon"), changed))
    assert (moved.metrics[metric].value > base.metrics[metric].value) is more
    assert moved.metrics[metric].value != base.metrics[metric].value


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_a_stored_result_is_its_numbers(name):
    result = cf.run(name)
    stored = pickle.dumps(result)
    assert len(stored) < 1_000_000
    again = pickle.loads(stored)
    assert again.as_dict() == result.as_dict()
    for metric in ("equity_irr", "capex_usd"):
        assert again.metric(metric, "full_life") == result.metric(metric, "full_life")
    for case in ("contract_only", "full_life"):
        assert again.frame(case).equals(result.frame(case))
    with pytest.raises(ComputeFactoryError, match="run the file again"):
        cf.explain(again, "equity_irr")


def test_a_result_asks_nothing_itself():
    """What it holds is there when it is made; questions stand beside it."""
    result = cf.run("iren-horizon")
    held = dict(vars(result))
    result.as_dict()
    assert vars(result) == held
    assert not {"explain", "sensitivities", "solve", "workbook"} & set(dir(result))
    assert set(cf.__all__) <= set(dir(cf))


def test_a_supply_that_nothing_draws_on_has_no_series(tmp_path):
    """A landlord whose tenants buy their own power."""
    grid = "{a: {kind: tariff, energy: 60 USD/MWh}, b: {kind: interruptible, power: 1 MW, hours: 20 hours}}"
    result = cf.run("core-scientific-590mw", overrides={"power.supply": grid})
    assert not any(name.startswith("s_cost") for name in result.monthly)
