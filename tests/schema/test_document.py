import os

import numpy as np
import pytest

from computefactory import schema
from computefactory.errors import FactoryFileError


def codes(error):
    return [(p.code, p.path) for p in error.value.problems]


def test_factories_ship_by_name():
    assert schema.names() == [
        "core-scientific-590mw",
        "coreweave-leased-100mw",
        "inference-site",
        "iren-horizon",
        "legacy-h100-hall",
        "stargate-abilene",
    ]
    for name in schema.names():
        assert schema.load(name).model.name
    assert schema.shipped_text("iren-horizon").startswith("#")


def test_a_copy_of_a_shipped_factory_is_the_same_factory(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    copy = schema.load(file)
    assert copy.model == schema.load("iren-horizon").model
    assert copy.hash == schema.load("iren-horizon").hash
    assert copy.file == str(file)


def test_positions_and_sources_are_those_of_the_file(text, line_of):
    document = schema.load("iren-horizon")
    line = line_of(text, "total_value:")
    assert document.position("offtake.microsoft.total_value") == (line, 18)
    assert document.position("offtake.microsoft.no_such")[0] == line_of(text, "kind: take_or_pay")
    assert document.source_of("offtake.microsoft.total_value") == "IREN Q1 FY26 results 2025-11-06"
    assert document.source_of("offtake.microsoft.starts.lag") == "assumed"
    assert document.source_of("owner") is None


@pytest.mark.parametrize("name", ["iren-horizn", "no-such-file.yaml", ""])
def test_a_name_that_leads_nowhere_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FactoryFileError) as error:
        schema.load(name)
    assert error.value.problems[0].code == "no_such_file"
    if name == "iren-horizn":
        assert "iren-horizon" in error.value.problems[0].hint


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(FactoryFileError) as error:
        schema.load(tmp_path)
    assert codes(error) == [("not_a_file", "")]


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path, monkeypatch):
    file = tmp_path / "large.yaml"
    with file.open("wb") as large:
        large.truncate(50_000_000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail("it was read"))
    with pytest.raises(FactoryFileError) as error:
        schema.load(file)
    assert codes(error) == [("too_large", "")]
    assert "50.0 MB" in error.value.problems[0].given


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    file = tmp_path / "closed.yaml"
    file.write_text("kind: factory", encoding="utf-8")
    file.chmod(0)
    with pytest.raises(FactoryFileError) as error:
        schema.load(file)
    assert codes(error) == [("unreadable", "")]


# overrides


def test_an_override_is_read_like_the_file():
    document = schema.load("iren-horizon", {"power.supply.grid.energy": "40 USD/MWh", "owner.name": "Somebody"})
    assert document.model.power.supply["grid"].energy == 0.04
    assert document.model.owner.name == "Somebody"
    assert document.overrides == {"power.supply.grid.energy": "40 USD/MWh", "owner.name": "Somebody"}
    assert document.position("power.supply.grid.energy") == (None, None)
    assert document.source_of("power.supply.grid.energy") is None
    assert document.hash == schema.load("iren-horizon").hash


def test_a_number_is_in_the_canonical_unit():
    document = schema.load("iren-horizon", {"power.supply.grid.energy": 0.05, "silicon.accelerators": 80_000})
    assert document.model.power.supply["grid"].energy == 0.05
    assert document.model.silicon.accelerators == 80_000


def test_an_override_makes_what_it_needs_and_takes_its_alternative_away():
    document = schema.load(
        "iren-horizon",
        {"operations.reliability.repair": "6 h", "offtake.microsoft.price": "0 USD/GPU-hour", "capital.debt": None},
    )
    assert document.model.operations.reliability.repair == 6.0
    terms = document.model.offtake["microsoft"]
    assert (terms.price, terms.total_value) == (0.0, None)
    assert document.model.capital.debt == {}


def test_a_map_can_be_set_whole():
    document = schema.load("iren-horizon", {"offtake.microsoft.starts": "{after: delivered, lag: 2 months}"})
    assert document.model.offtake["microsoft"].starts.lag == 2.0


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("silicon.acelerators", "5", "unknown_field"),
        ("nowhere.at.all", "5", "unknown_field"),
        ("name.deeper", "5", "unknown_field"),
        ("silicon..price", "5", "not_yaml"),
        ("silicon.accelerators", "[", "not_yaml"),
        ("silicon.accelerators", "-5", "negative"),
        ("silicon.accelerators", -5.0, "negative"),
        ("silicon.accelerators", float("nan"), "not_finite"),
        ("silicon.accelerators", np.array([]), "wrong_shape"),
        ("silicon.accelerators", np.array([1.0, np.inf]), "wrong_shape"),
        ("silicon.accelerators", np.ones((2, 2)), "wrong_shape"),
        ("offtake.microsoft.tenor", np.array([60.0, 61.0]), "not_varied"),
        ("offtake.microsoft.signed", np.array([60.0, 61.0]), "not_varied"),
        ("power.energised.2026-12", np.array([3e5, 2.9e5]), "not_varied"),
        ("name", np.array([1.0, 2.0]), "wrong_kind"),
        ("owner.name", 5.0, "wrong_kind"),
        ("site.place", None, "missing"),
    ],
)
def test_a_wrong_override_is_named_as_such(path, value, code):
    with pytest.raises(FactoryFileError) as error:
        schema.load("iren-horizon", {path: value})
    problem = next(p for p in error.value.problems if p.code == code)
    assert path.startswith(problem.path)
    assert problem.file == "--set"


@pytest.mark.parametrize(
    "overrides",
    [
        {
            "capital": {
                "discount_rate": "9 %/year",
                "debt": {"senior": {"draw_order": ["prepayment", "debt", "equity"]}},
            }
        },
        {"capital": {"discount_rate": 0.09}, "capital.debt": {"senior.draw_order": "[prepayment, debt, equity]"}},
        ["capital.discount_rate = 9 %/year", "capital.debt.senior.draw_order=[prepayment, debt, equity]"],
    ],
)
def test_overrides_come_as_maps_in_maps_or_as_texts(overrides):
    model = schema.load("iren-horizon", overrides).model
    assert model.capital.discount_rate == 0.09
    assert model.capital.debt["senior"].draw_order == ("prepayment", "debt", "equity")


def test_one_text_is_one_override():
    assert schema.load("iren-horizon", "owner.name=Some = body").model.owner.name == "Some = body"


@pytest.mark.parametrize(
    ("overrides", "codes"),
    [
        ("owner.name", ["wrong_override"]),
        (["owner.name=A", "=B", 5, "owner.name=C"], ["duplicate_override", "wrong_override", "wrong_override"]),
        ({"owner": {"name": "A"}, "owner.name": "B"}, ["duplicate_override"]),
        ({"owner": {"name": {"A"}}, "capital": {}}, ["wrong_override", "wrong_override"]),
    ],
)
def test_what_is_no_override_is_refused(overrides, codes):
    with pytest.raises(FactoryFileError) as error:
        schema.load("iren-horizon", overrides)
    assert sorted(p.code for p in error.value.problems) == codes
    assert {p.file for p in error.value.problems} == {"--set"}


def test_arrays_of_different_length_are_refused():
    with pytest.raises(FactoryFileError) as error:
        schema.load("iren-horizon", {"capital.discount_rate": np.ones(2) / 9, "silicon.accelerators": np.ones(3)})
    assert "wrong_shape" in {p.code for p in error.value.problems}


def test_an_array_is_kept_and_both_its_ends_are_checked():
    rates = np.array([0.08, 0.10, 0.12])
    document = schema.load("iren-horizon", {"capital.discount_rate": rates})
    assert document.model.capital.discount_rate is not None
    np.testing.assert_array_equal(document.model.capital.discount_rate, rates)
    for bad in ([0.1, 1.1], [-0.1, 0.1]):
        with pytest.raises(FactoryFileError):
            schema.load("iren-horizon", {"capital.discount_rate": np.array(bad)})


def test_a_document_is_loaded_again_with_more_overrides():
    first = schema.load("iren-horizon", {"owner.name": "Somebody"})
    second = schema.load(first, {"capital.discount_rate": "9 %/year"})
    assert (second.model.owner.name, second.model.capital.discount_rate) == ("Somebody", 0.09)
    assert first.model.capital.discount_rate is None
