"""Both ways of running a batch; ``small_ledger`` beside this file is importable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(params=[False, True], ids=["numpy", "numba"])
def compiled(request, tmp_path_factory, monkeypatch):
    """Without the compiler, and with it where it is installed, kept in a folder of the tests' own."""
    if request.param:
        pytest.importorskip("numba", reason="the fast extra is not installed")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    return request.param
