"""The shape of the source: every module is named for its subject, says what it is for and exports what exists."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCES = sorted((Path(__file__).resolve().parents[2] / "src" / "computefactory").rglob("*.py"))
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "core"}


def faults(path, text):
    """What is wrong with the shape of a module."""
    tree = ast.parse(text)
    if not DRAWERS.isdisjoint({path.stem, path.parent.name}):
        yield f"{path}: name the subject"
    if not (ast.get_docstring(tree) or "").partition("\n")[0].strip():
        yield f"{path}: no docstring whose first line says what it is for"
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
    if len(exported) != len(set(exported)):
        yield f"{path}: exports a name twice"
    if "__getattr__" not in present and not set(exported) <= present:  # else some are imported when asked for
        yield f"{path}: exports {sorted(set(exported) - present)}, which it does not have"


def test_every_module_has_its_shape():
    assert len(SOURCES) > 100
    found = [fault for path in SOURCES for fault in faults(path, path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


def test_a_module_without_its_shape_is_found():
    told = "\n".join(faults(Path("plant/utils.py"), '""" """\n__all__ = ["gone", "gone"]\n'))
    assert told.count("\n") == 3, told
    assert not list(faults(Path("plant/air.py"), '"""Moist air."""\n__all__ = ["x"]\nx = 1\n'))
