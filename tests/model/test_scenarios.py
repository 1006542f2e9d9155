"""The one door to a batch: however it is cut and wherever it is run, the same bits; what is wrong is said at once."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

import computefactory as cf
from computefactory import scenarios
from computefactory.errors import FactoryFileError, LedgerError
from computefactory.scenarios import Chunk, Scenarios

CHANGES = {
    "offtake.microsoft.total_value": np.linspace(8e9, 11e9, 7),
    "operations.reliability.repair": np.arange(7) + 9,
}
KEEP = (
    "equity_irr",
    "min_dscr",
    "availability",
    "lcoc_usd_per_accelerator_hour",
    "a_capex",
    "industrial_equity_value_usd",
)


def same(found, expected):
    assert found.units == expected.units
    for name in expected.values:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.fixture(scope="module")
def whole():
    return Scenarios("iren-horizon", CHANGES, KEEP).run()


@pytest.mark.parametrize("chunks", [1, 2, 3, 50])
def test_cutting_and_threads_change_no_bit(whole, chunks):
    with ThreadPoolExecutor(2) as pool:
        same(Scenarios("iren-horizon", CHANGES, KEEP, executor=pool, chunks=chunks).run(), whole)


def test_processes_change_no_bit(whole):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        same(Scenarios("iren-horizon", CHANGES, KEEP, executor=pool, chunks=3).run(), whole)


def test_the_debt_sized_in_each_is_cut_too():
    changes = {"offtake.microsoft.total_value": [9e9, 9.7e9, 10e9]}
    alone = Scenarios("iren-horizon", changes, ["debt_usd"], resize=True)
    with ThreadPoolExecutor(1) as pool:
        same(replace(alone, executor=pool, chunks=3).run(), alone.run())
    run = cf.run("iren-horizon", overrides={"offtake.microsoft.total_value": 9e9}, resize=True)
    assert alone.run()["debt_usd"][0] == pytest.approx(run.metrics["debt_usd"].value, rel=1e-9)


class Mapper:
    """An executor that has map alone, and looks at what it is given."""

    def __init__(self):
        self.sizes = []

    def map(self, function, parts):
        for part in parts:
            sent = pickle.dumps((function, part))
            assert b"computefactory.schema" not in sent
            assert b"iren" not in sent.lower()
            self.sizes.append(len(sent))
            yield pickle.loads(sent)[0](pickle.loads(sent)[1])


def test_what_travels_is_numbers_and_a_digest(whole):
    executor = Mapper()
    same(Scenarios("iren-horizon", CHANGES, KEEP, executor=executor, chunks=2).run(), whole)
    assert max(executor.sizes) < 1_000_000


def test_a_worker_of_another_version_is_refused(monkeypatch):
    sent = []
    monkeypatch.setattr(scenarios, "_done", lambda part, *_: sent.append(part) or part.run())
    Scenarios("iren-horizon", CHANGES, ["npv_usd"]).run()
    with pytest.raises(LedgerError, match="install one version"):
        Chunk.run(replace(sent[0], digest="another"))


def test_a_result_is_a_base_with_its_debt():
    sized = cf.run("iren-horizon", overrides={"offtake.microsoft.total_value": "9 bn USD"}, resize=True)
    found = Scenarios(sized, {"offtake.microsoft.total_value": [9e9]}, ["equity_irr"]).run()
    assert found["equity_irr"][0] == pytest.approx(sized.metrics["equity_irr"].value, rel=1e-9)


def test_a_row_of_the_library_is_moved_like_a_field():
    path = "library:operations/default/silicon_support"
    found = Scenarios("legacy-h100-hall", {path: [0.01, 0.04]}, ["npv_usd"]).run()
    assert found["npv_usd"][0] > found["npv_usd"][1]
    assert found.units == {"npv_usd": "USD"}


def test_one_name_is_kept_alone(whole):
    assert set(Scenarios("iren-horizon", {"silicon.total_price": [5.81e9]}, "npv_usd").run().values) == {"npv_usd"}


def test_texts_are_read_as_the_file_is():
    texts = Scenarios("iren-horizon", {"offtake.microsoft.total_value": ["9 bn USD", "9700 million USD"]}).run()
    same(texts, Scenarios("iren-horizon", {"offtake.microsoft.total_value": [9e9, 9.7e9]}).run())
    euros = cf.load("iren-horizon", overrides={"capital.fx": "{EUR: 1.25 USD/EUR}"})
    foreign = Scenarios(euros, {"offtake.microsoft.total_value": ["7.2 bn EUR", "9.7 bn USD"]}).run()
    np.testing.assert_allclose(foreign["equity_irr"], texts["equity_irr"], rtol=1e-12)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("offtake.microsoft.tenor", [60.0, 48.0, 60.0]),
        ("site.place", ["Childress TX", "Abilene TX", "Childress TX"]),
        ("offtake.microsoft.signed", ["2025-11", "2026-02", "2025-11"]),
    ],
)
def test_dates_and_words_are_read_one_by_one(path, values):
    prices = [9e9, 9e9, 10e9]
    found = Scenarios("iren-horizon", {path: values, "offtake.microsoft.total_value": prices}).run()
    for i, value in enumerate(values):
        alone = cf.run("iren-horizon", overrides={path: value, "offtake.microsoft.total_value": prices[i]})
        for name in ("equity_irr", "npv_usd", "min_dscr"):
            expected = alone.metrics[name].value
            assert found[name][i] == pytest.approx(np.nan if expected is None else expected, rel=1e-9, nan_ok=True)


def test_a_given_of_the_valuation_moves_the_value_alone():
    keep = ["npv_usd", "industrial_enterprise_value_usd"]
    found = Scenarios("iren-horizon", {"given:risk_premium": [0.01, 0.05]}, keep).run()
    assert found["npv_usd"][0] == found["npv_usd"][1]
    assert found["industrial_enterprise_value_usd"][0] > found["industrial_enterprise_value_usd"][1]


@pytest.mark.parametrize(
    ("changes", "options", "codes"),
    [
        ({"silicon.total_price": [5e9]}, {"case": "zzz"}, ["unknown_case"]),
        ({"silicon.total_price": ["5 bn EUR", "cheap", "5 bn USD"]}, {}, ["unknown_unit", "not_a_quantity"]),
        ({"silicon.total_price": [5e9, 6e9], "capital.discount_rate": [0.1]}, {}, ["scenario_lengths"]),
        ({"silicon.total_price": [5e9, 6e9], "site.place": ["Childress TX"]}, {}, ["scenario_lengths"]),
        ({"silicon.total_price": []}, {}, ["scenario_lengths"]),
        ({"silicon.total_price": 5e9}, {}, ["wrong_shape"]),
        ({"silicon.total_price": [[5e9], [6e9]]}, {}, ["wrong_shape"]),
        ({"silicon.total_price": [{}, {}]}, {}, ["wrong_shape"]),
        ({"library:merchant/default/never": [1.0]}, {}, ["unknown_path"]),
        ({"given:never": [1.0]}, {}, ["unknown_path"]),
        ({"library:merchant/default/sold": [np.nan]}, {}, ["not_finite"]),
        ({"library:merchant/default/sold": ["half"]}, {}, ["unknown_field"]),
        ({"site.place": ["Childress TX", "Nowhere"]}, {}, ["unknown_name"]),
        ({"silicon.total_price": [5e9]}, {"executor": object()}, ["not_an_executor"]),
    ],
)
def test_wrong_scenarios_are_clear_problems(changes, options, codes):
    with pytest.raises(FactoryFileError) as error:
        Scenarios("iren-horizon", changes, **options).run()
    assert [problem.code for problem in error.value.problems] == codes


class Pickling:
    """An executor that hands on what a process would be handed, and may lose the last part."""

    def __init__(self, lost=0):
        self.lost = lost

    def map(self, work, parts):
        found = [pickle.loads(pickle.dumps(work(pickle.loads(pickle.dumps(part))))) for part in parts]
        return found[: len(found) - self.lost]


def test_pickling_changes_no_bit_of_what_the_plant_moves():
    """The sums of numpy depend on how an array lies in memory, and pickling changes that."""
    changes = {
        "silicon.utilisation": np.linspace(0.5, 0.95, 30),
        "power.supply.grid.energy": np.linspace(0.03, 0.1, 30),
    }
    asked = Scenarios("inference-site", changes, ["lcoc_usd_per_accelerator_hour", "industrial_enterprise_value_usd"])
    same(replace(asked, executor=Pickling(), chunks=3).run(), asked.run())


def test_a_lost_part_is_said():
    with pytest.raises(LedgerError, match="3 of 7 scenarios"):
        Scenarios("iren-horizon", CHANGES, KEEP, executor=Pickling(lost=1), chunks=2).run()


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"changes": {"given:nope": [1.0]}}, "given:nope"),
        ({"chunks": 2.5}, "chunks"),
        ({"chunks": 0}, "chunks"),
        ({"changes": {"offtake.microsoft.total_value": [True]}}, "offtake.microsoft.total_value"),
        ({"changes": {"offtake.microsoft.total_value": [1j]}}, "offtake.microsoft.total_value"),
        ({"changes": {"offtake.microsoft.total_value": [b"5e9"]}}, "offtake.microsoft.total_value"),
    ],
)
def test_what_is_no_scenario_is_a_problem_with_its_place(asked, place):
    with pytest.raises(FactoryFileError) as refused:
        Scenarios(**{"base": "iren-horizon", "changes": CHANGES} | asked).run()
    assert [problem.path for problem in refused.value.problems] == [place]


def test_a_metric_stands_on_its_own_case_and_a_return_on_the_one_asked_for():
    asked = Scenarios("iren-horizon", {"operations.reliability.repair": [9.0]}, ["min_dscr", "equity_irr"], "full_life")
    result = cf.run("iren-horizon", overrides={"operations.reliability.repair": "9 h"})
    found = asked.run()
    assert found["min_dscr"][0] == pytest.approx(result.metrics["min_dscr"].value, rel=1e-9)
    assert found["equity_irr"][0] == pytest.approx(result.returns["full_life"]["equity_irr"].value, rel=1e-9)
