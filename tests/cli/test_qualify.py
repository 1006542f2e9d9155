"""``qualify`` and ``check`` of specification files on the command line."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
@pytest.mark.parametrize("spec", ["hyperscale-liquid", "nvidia-blackwell"])
def test_the_page_fits_eighty_columns(cli, name, spec):
    status, out, err = cli("qualify", name, "--spec", spec)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    for title in ("SIX LINES", "FOUR SPECIFICATIONS", "WHAT CURING COSTS", "TECHNICAL QUALIFICATION", "DEFENSIBILITY"):
        assert title in out


def test_json_and_a_file(cli, tmp_path):
    found = json.loads(cli("qualify", "legacy-h100-hall", "--json")[1])
    assert found["verdict"] == "data centre operator with GPU inventory"
    assert found["technical_qualification"]["rate"] == 0
    target = tmp_path / "q.csv"
    assert cli("qualify", "legacy-h100-hall", "-o", target)[0] == 0
    assert "dallas" in target.read_text(encoding="utf-8")


def test_check_reads_a_specification(cli, errors, tmp_path):
    assert "nothing wrong" in cli("check", "hyperscale-liquid")[1]
    file = tmp_path / "mine.yaml"
    file.write_text("kind: specification\nschema: 1\nname: x\nrequire: {pue: {at_most: 0.9 kW}}\n", encoding="utf-8")
    (problem,) = errors("check", file)
    assert problem["path"] == "require.pue.at_most"
    assert errors("qualify", "iren-horizon", "--spec", file)
    (missing,) = errors("qualify", "iren-horizon", "--spec", "nobody")
    assert missing["code"] == "no_such_file"


def test_the_shape_of_a_specification_is_printed_for_editors(cli):
    from jsonschema import Draft202012Validator

    shape = json.loads(cli("schema", "specification")[1])
    Draft202012Validator.check_schema(shape)
    good = {"kind": "specification", "schema": 1, "name": "x", "require": {"pue": {"at_most": 1.2}}}
    assert Draft202012Validator(shape).is_valid(good)
    assert not Draft202012Validator(shape).is_valid(good | {"require": {"puu": {"at_most": 1.2}}})
    assert json.loads(cli("schema")[1])["title"] == "computefactory factory file"
    assert cli("schema", "plan")[0] == 2
