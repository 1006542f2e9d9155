"""The house measured: a class name has one meaning, no circle of imports, and the tool sees what it is for."""

from __future__ import annotations

import pytest


@pytest.fixture
def house(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "tools"))
    import measure_house

    return measure_house


def test_a_class_name_has_one_meaning_and_nothing_imports_in_a_circle(house):
    found = house.measured(house.present())
    assert not found.shared_names
    assert not found.circles


def test_circles_and_second_meanings_are_found_wherever_they_hide(house):
    texts = {
        "__init__.py": "from computefactory.a import A",
        "a.py": "class A: ...\ndef late():\n    from computefactory.room import b",
        "room/__init__.py": "",
        "room/b.py": "from . import c\nif TYPE_CHECKING:\n    from computefactory import d\nclass A: ...",
        "room/c.py": "import computefactory.a",
        "d.py": "from computefactory.room.c import X",
        "schema/derive/fee.py": "def no_fee():\n    return 0.0\ndef fee(rate):\n    return rate",
    }
    found = house.measured([house.module(path, text) for path, text in texts.items()])
    assert found.circles == [["a", "room.b", "room.c"]]
    assert found.shared_names == {"A": ["a", "room.b"]}
    assert found.inner_imports == ["a -> room.b"]
    assert found.constant_derivations == ["no_fee"]
    assert found.modules == 7
