"""Specification files: shipped ones, one's own, and lists that contradict themselves."""

from __future__ import annotations

import pytest

from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema import kind_of, load_specification, specification_names

HEAD = "kind: specification\nschema: 1\nname: Mine\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "mine.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def problems(file):
    with pytest.raises(FactoryFileError) as error:
        load_specification(file, Library.load())
    return error.value.problems


@pytest.mark.parametrize("name", specification_names())
def test_a_shipped_specification_stands_on_rows(name):
    found = load_specification(name, Library.load())
    assert found.requirements
    assert kind_of(name) == "specification"
    assert all(need.source for need in found.requirements)


def test_nine_thresholds_of_hyperscale_buyers_are_recalled():
    found = load_specification("hyperscale-liquid", Library.load())
    assert [need.recalled for need in found.requirements] == [True] * 9
    latency = next(need for need in found.requirements if need.quantity == "fibre_latency")
    assert latency.at_most * 3.6e6 == pytest.approx(1.0)  # one millisecond


def test_the_file_goes_over_the_library(written):
    file = written(HEAD + "thresholds: hyperscale_liquid\nrequire:\n  rack_power: {at_least: 0.23 MW, source: RFP}\n")
    needs = {need.quantity: need for need in load_specification(file, Library.load()).requirements}
    assert needs["rack_power"].at_least == 230
    assert needs["rack_power"].source == "RFP"
    assert not needs["rack_power"].recalled
    assert needs["pue"].at_most == 1.25


def test_a_library_folder_moves_a_threshold(tmp_path):
    header = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note"
    row = "specification,hyperscale_liquid,rack_power_at_least,0.2,MW,,,2026-11,our own list,,high,,"
    (tmp_path / "mine.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    needs = {n.quantity: n for n in load_specification("hyperscale-liquid", Library.load([tmp_path])).requirements}
    assert (needs["rack_power"].at_least, needs["rack_power"].recalled) == (200, False)


@pytest.mark.parametrize(
    ("require", "code", "path"),
    [
        ("rack_power: {at_least: 200 kW, at_most: 100 kW}", "contradiction", "require.rack_power"),
        ("rack_power: {at_most: 20 kW}\n  liquid_share: {at_least: 50 %}", "contradiction", "require.rack_power"),
        ("rack_power: {at_most: 20 kW}\n  liquid_to_chip: {at_least: 1}", "contradiction", "require.rack_power"),
        ("rack_power: {at_least: 120 kW}\n  liquid_to_chip: {at_most: 0}", "contradiction", "require.rack_power"),
        ("liquid_share: {at_most: 0}\n  coolant_supply: {at_most: 40 degC}", "contradiction", "require.coolant_supply"),
        ("rack_powre: {at_least: 120 kW}", "unknown_field", "require.rack_powre"),
        ("rack_power: {at_least: 120}", "no_unit", "require.rack_power.at_least"),
        ("rack_power: {at_least: 120 kWh}", "wrong_dimension", "require.rack_power.at_least"),
        ("rack_power: {least: 120 kW}", "unknown_field", "require.rack_power.least"),
        ("liquid_share: {at_least: 120 %}", "out_of_range", "require.liquid_share.at_least"),
        ("rack_power: {source: nobody}", "missing", "require.rack_power"),
        ("rack_power: {at_least: .nan kW}", "not_finite", "require.rack_power.at_least"),
        ("rack_power: {at_least: -5 kW}", "negative", "require.rack_power.at_least"),
        ("rack_power: 120 kW", "wrong_kind", "require.rack_power"),
    ],
)
def test_a_list_without_sense_is_refused(written, require, code, path):
    file = written(f"{HEAD}require:\n  {require}\n")
    found = problems(file)
    assert [(problem.code, problem.path) for problem in found] == [(code, path)]
    assert found[0].file == str(file)
    assert found[0].line


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD, "empty"),
        (HEAD + "thresholds: hyperscale_liqiud\n", "unknown_name"),
        (HEAD + "thresholds: compute_factory\n", "unknown_name"),
        (HEAD.replace("specification", "factory"), "wrong_kind_of_file"),
        ("- a list\n", "not_a_map"),
        ("", "empty"),
        (HEAD.replace("1", "2"), "not_allowed"),
        (HEAD + "require: {}\n", "empty"),
    ],
)
def test_a_file_of_another_shape_is_refused(written, text, code):
    assert code in [problem.code for problem in problems(written(text))]


def test_an_unknown_name_is_met_with_the_nearest():
    (problem,) = problems("hyperscale-liqiud")
    assert "hyperscale-liquid" in problem.hint


def test_all_problems_at_once(written):
    file = written(
        HEAD + "require:\n  pue: {at_least: 1.3, at_most: 1.2}\n  rack_power: {at_least: 9 kW, at_most: 5 kW}\n"
    )
    assert len(problems(file)) == 2
