"""The glossary lists every unit type with its canonical unit, and everything public is documented."""

from __future__ import annotations

import inspect
import re

import computefactory
from computefactory import units


def test_the_glossary_lists_every_unit_type(root):
    text = (root / "docs" / "glossary.md").read_text(encoding="utf-8")
    listed = {}
    for name, unit, stock in re.findall(r"^\| `(\w+)` \| ([^|,]+?)(, a stock)? \|$", text, re.MULTILINE):
        listed[name] = (units.parse_unit(unit.replace("kWh", "kW·h")), bool(stock))
    types = {name: units.unit_of(kind) for name, kind in vars(units).items() if units.unit_of(kind) is not None}
    assert listed == {name: (unit, unit.stock) for name, unit in types.items()}


def test_everything_public_is_documented(root):
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    for name in getattr(computefactory, "__all__", []):
        member = getattr(computefactory, name)
        assert re.search(rf"\bcf\.{name}\b", text), f"cf.{name} stands in no page of the docs"
        if callable(member) or inspect.ismodule(member):
            assert inspect.getdoc(member), f"cf.{name} has no docstring"
