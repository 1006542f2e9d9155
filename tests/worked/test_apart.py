"""The worked examples share no code with the engine: only the comparison may import it."""

from __future__ import annotations

import ast

import pytest


def imported(path):
    """The modules that a file imports, outermost names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("module", ["plain", "figures", "*test_*"])
def test_no_recalculation_imports_the_engine(root, module):
    for path in (root / "tests" / "worked").glob(f"{module}.py"):
        assert "computefactory" not in imported(path), path.name


def test_only_the_comparison_does(root):
    assert "computefactory" in imported(root / "tests" / "worked" / "engine.py")
