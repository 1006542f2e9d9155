"""The shape of the file: JSON Schema, migration, what the models and the records agree on."""

import json
from dataclasses import fields

import jsonschema
import pytest
from pydantic import ValidationError

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.plant import inputs
from computefactory.schema import document as documents
from computefactory.schema.factory import FactoryFile
from computefactory.schema.migrate import migrate
from computefactory.schema.origin import hints
from computefactory.schema.problems import Places, field_at
from computefactory.schema.read import YamlNode, read_text
from computefactory.schema.silicon import CoolingChapter, SiliconChapter
from computefactory.schema.types import Reads
from computefactory.units import unit_of


@pytest.fixture(scope="module")
def validator():
    exported = schema.json_schema()
    jsonschema.Draft202012Validator.check_schema(exported)
    return jsonschema.Draft202012Validator(exported)


def plain(name):
    return read_text(schema.shipped_text(name), name).root.plain()


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_the_json_schema_takes_what_the_models_take(validator, name):
    validator.validate(plain(name))


def test_the_json_schema_refuses_what_the_models_refuse(validator):
    spoilt = plain("iren-horizon")
    spoilt["silicon"]["sytem"] = spoilt["silicon"].pop("system")
    found = {error.message for error in validator.iter_errors(spoilt)}
    assert any("sytem" in message for message in found)
    assert any("'system' is a required property" in message for message in found)


def test_the_json_schema_names_units_and_says_what_fields_are(validator):
    contract = validator.schema["$defs"]["PpaChapter"]["properties"]
    assert contract["price"]["unit"] == "USD/(h·kW)"
    assert contract["price"]["description"] == "price of the contract"
    for name, part in validator.schema["$defs"].items():
        for field, content in part["properties"].items():
            assert "description" in content, f"{name}.{field}"
    json.dumps(validator.schema)


def test_models_are_frozen_and_take_nothing_unknown():
    model = schema.load("iren-horizon").model
    with pytest.raises(ValidationError):
        model.name = "other"
    with pytest.raises(ValidationError):
        FactoryFile.model_validate({**plain("iren-horizon"), "extra": 1})


@pytest.mark.parametrize(("model", "record"), [(SiliconChapter, inputs.Silicon), (CoolingChapter, inputs.Cooling)])
def test_the_file_and_the_records_agree_on_names_and_units(model, record):
    for item in fields(record):
        assert item.name in model.model_fields
        unit = unit_of(hints(record)[item.name])
        if unit is not None:
            found = [one for one in field_at(model, item.name) if isinstance(one, Reads)]
            assert [one.unit for one in found] == [unit], item.name


# versions


def older(text):
    """Version 1 as a version 0 might have been: another name for the site, no schema key of today."""
    return text.replace("schema: 1", "schema: 0").replace("site: {place:", "location: {place:")


def to_version_1(root: YamlNode) -> YamlNode:
    names = {"location": "site"}
    content = {names.get(key, key): node for key, node in root.content.items()}
    content["schema"] = YamlNode(1, content["schema"].line, content["schema"].column)
    return YamlNode(
        content, root.line, root.column, keys={names.get(key, key): place for key, place in root.keys.items()}
    )


def test_an_older_file_is_brought_up_to_date(text, tmp_path, monkeypatch):
    file = tmp_path / "old.yaml"
    file.write_text(older(text), encoding="utf-8")
    with pytest.raises(FactoryFileError) as error:
        schema.load(file)
    assert [(p.code, p.given) for p in error.value.problems] == [("schema_version", "0")]
    monkeypatch.setattr(
        documents, "migrate", lambda root, places, *_: migrate(root, places, migrations={0: to_version_1}, current=1)
    )
    assert schema.load(file).model == schema.load("iren-horizon").model
    line, column = schema.load("iren-horizon").position("site.place")
    assert schema.load(file).position("site.place") == (line, column + len("location") - len("site"))


def test_several_steps_are_taken_one_after_the_other():
    root = read_text("schema: 1\nname: x\n", None).root

    def step(to):
        return lambda node: YamlNode(
            {**node.content, "schema": YamlNode(to, 1, 1), f"via{to}": YamlNode(True, 1, 1)}, 1, 1
        )

    found, refused = migrate(root, Places(root, None, {}), {1: step(2), 2: step(3)}, 3)
    assert not refused
    assert found.plain() == {"schema": 3, "name": "x", "via2": True, "via3": True}


def test_a_newer_file_is_refused_with_advice():
    root = read_text("schema: 9\n", "f").root
    _, (problem,) = migrate(root, Places(root, "f", {}))
    assert (problem.code, problem.line) == ("schema_version", 1)
    assert "upgrade" in problem.hint
