"""The shape of the source: small modules, each named for its subject."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).resolve().parents[2] / "src" / "computefactory").rglob("*.py"))
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "core"}
MOST_LINES = 400


@pytest.mark.parametrize("module", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_module_is_small_and_named_for_its_subject(module):
    lines = module.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{module} has {lines} lines: split it by subject"
    assert DRAWERS.isdisjoint({module.stem, module.parent.name}), f"{module}: name the subject"


@pytest.mark.parametrize("module", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_module_says_what_it_is_for(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    documented = (ast.get_docstring(tree) or "").splitlines()
    assert documented, f"{module} has no docstring"
    assert documented[0].strip(), f"{module}: the first line says what it is for"


@pytest.mark.parametrize("module", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_what_a_module_exports_exists(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    exported: list[str] = []
    present: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name("__all__")]):
                exported = ast.literal_eval(node.value)
            case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
                present.add(name)
            case ast.FunctionDef(name) | ast.ClassDef(name):
                present.add(name)
            case ast.Import(names) | ast.ImportFrom(names=names):
                present |= {alias.asname or alias.name for alias in names}
    assert len(exported) == len(set(exported))
    if "__getattr__" not in present:  # else some are imported when asked for
        assert set(exported) <= present, f"{module} exports {sorted(set(exported) - present)}"
