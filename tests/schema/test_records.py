"""What the fields of records say of themselves must hold: paths, rows, functions, reasons."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

import computefactory as cf
from computefactory.library import Library
from computefactory.records import Absent, Derived, Doc, FromRow, Like, Stated, hints, marks
from computefactory.schema import derive, fill
from computefactory.schema.factory import FactoryFile
from computefactory.units import unit_of


@pytest.fixture(scope="module")
def filled():
    """Every record that is filled for the shipped factories, with where its chapter stands and what stands beside."""
    found = {}
    made = fill._Filling.__init__

    def remember(self, sources, record, prefix, at, by_hand):
        found.setdefault(record, (at, set()))[1].update(by_hand)
        made(self, sources, record, prefix, at, by_hand)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fill._Filling, "__init__", remember)
        for name in ("iren-horizon", "core-scientific-590mw", "coreweave-leased-100mw"):
            cf.load(name)
    return found


def each(filled, kind):
    return [
        (record, item.name, mark)
        for record in filled
        for item in fields(record)
        for mark in marks(record, item.name)
        if isinstance(mark, kind)
    ]


def models(annotation: Any) -> set[type[BaseModel]]:
    """The chapters that an annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in models(part)}


def in_file(path: str) -> bool:
    """Whether some file may state it; the name of an entry leads to any entry."""
    known, stands = {FactoryFile}, False
    for part in path.split("."):
        named = [
            field.annotation
            for model in known
            for name, field in model.model_fields.items()
            if part == (field.alias or name)
        ]
        stands = bool(named)
        if named:
            known = {model for annotation in named for model in models(annotation)}
    return stands


def test_every_number_says_what_it_is(filled):
    for record in filled:
        for item in fields(record):
            if unit_of(hints(record)[item.name]):
                assert any(isinstance(mark, Doc) for mark in marks(record, item.name)), f"{record.__name__}.{item.name}"


def test_every_path_is_one_of_the_file(filled):
    for record, name, way in each(filled, Stated):
        path = way.path or name
        path = path[1:] if path.startswith("/") else f"{filled[record][0]}.{path}".removeprefix(".")
        assert in_file(path), f"{record.__name__}.{name}: {path}"


def test_a_path_that_no_file_has_is_noticed():
    assert in_file("offtake.anybody.service_level.terminates.below")
    assert not in_file("offtake.anybody.service_level.terminates.belo")
    assert not in_file("capital.payment_terms.custom")


def test_every_row_is_one_of_the_library(filled):
    library = Library.load()
    for _, name, way in each(filled, FromRow):
        if way.key.startswith("="):
            assert any((way.field or name) in library.fields(way.table, key) for key in library.keys(way.table))
        else:
            library.fact(way.table, way.key, way.field or name)


def test_every_function_takes_what_it_is_given_and_gives_the_unit_of_the_field(filled):
    named = [
        *((record, name, way.function, way.inputs, 0) for record, name, way in each(filled, Derived)),
        *((record, name, way.read, way.others, 1) for record, name, way in each(filled, Stated) if way.read),
        *((record, name, way.read, (), 1) for record, name, way in each(filled, FromRow) if way.read),
    ]
    for record, name, function, others, first in named:
        found = getattr(derive, function)
        inspect.signature(found).bind(*range(first + len(others)))
        said = unit_of(hints(record)[name])
        assert said is None or unit_of(get_type_hints(found, include_extras=True)["return"]) == said, function


def test_what_fields_are_derived_of_is_there(filled):
    for record, (_, beside) in filled.items():
        known = {item.name for item in fields(record)} | beside
        for item in fields(record):
            for way in marks(record, item.name):
                needed = {Derived: "inputs", Stated: "others"}.get(type(way))
                wanted = getattr(way, needed) if needed else (way.field,) if isinstance(way, Like) else ()
                assert set(wanted) <= known, f"{record.__name__}.{item.name}: {set(wanted) - known}"


def test_what_is_absent_says_why(filled):
    for record, name, way in each(filled, Absent):
        assert len(way.why.split()) > 1, f"{record.__name__}.{name}"


def test_an_absent_field_is_explained_by_what_that_means():
    factory = cf.load("iren-horizon")
    origin = factory.origins["offtake.contracts.microsoft 2026-03.damages"]
    assert origin.as_dict() == {
        "kind": "absent",
        "unit": "USD/h",
        "why": "lateness is not paid for",
        "meaning": "Damages while it is late.",
    }
    assert origin.key not in {lever.path for lever in factory.levers()}
    stated = cf.load("iren-horizon", overrides={"offtake.microsoft.delay.damages": "24000 USD/day"})
    assert stated.origins["offtake.contracts.microsoft 2026-03.damages"].value == pytest.approx(250)


def test_what_only_one_kind_of_contract_can_state_is_absent_in_the_others():
    """A batch may move what a file does not state: the field is read as if it stood there."""
    rises = cf.load("iren-horizon", overrides={"offtake.microsoft.escalator": "3 %/year"})
    origin = rises.origins["offtake.contracts.microsoft 2026-03.escalator"]
    assert (origin.kind, origin.value) == ("file", pytest.approx(0.03))
    assert rises.origins["offtake.contracts.microsoft 2026-03.make_up"].kind == "absent"
    assert "file:offtake.microsoft.escalator" in {lever.path for lever in rises.levers()}
