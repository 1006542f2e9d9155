"""H6: a damaged compile cache is never repaired."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.ledger import Ledger, given, line, prev
from computefactory.units import Balance, Usd

pytest.importorskip("numba", reason="the fast extra is not installed")

SALES = given("sales", Usd, series=True, source="sales", doc="Sales.")


@line
def cash(cash: Balance, sales: Usd) -> Balance:
    return prev(cash) + sales


def run():
    from computefactory.ledger import compiled

    compiled._blocks.clear()
    batch = Ledger([SALES, cash]).run_many({"sales": np.eye(3)}, 3, ["cash"], compiled=True)
    assert np.array_equal(batch["cash"], np.cumsum(np.eye(3), axis=1))


@pytest.mark.parametrize("pattern", ["*.py", "__pycache__/*.nbi", "__pycache__/*.nbc"])
@pytest.mark.parametrize("damage", [b"", b"\x80\x04nothing", None])
def test_h06_damaged_cache(tmp_path, monkeypatch, pattern, damage):
    """A file of the compile cache that is empty, cut or garbage is made anew: the batch runs, the next one finds it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    run()
    folder = tmp_path / "computefactory"
    (kept,) = folder.glob(pattern)
    before = kept.read_bytes()
    kept.write_bytes(before[: len(before) // 2] if damage is None else damage)
    run()
    assert len(kept.read_bytes()) == len(before)
    stamp = kept.stat().st_mtime_ns
    run()
    assert kept.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("place", ["nowhere", "file", "read-only"])
def test_h06_no_place_for_a_cache(tmp_path, monkeypatch, place):
    """Without a home, with a file where the folder should be, in a folder that takes nothing: the batch runs, and
    nothing is kept."""
    from computefactory.ledger import compiled

    if place == "nowhere":
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setattr("pathlib.Path.home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    else:
        (tmp_path / "file").write_text("", encoding="utf-8")
        (tmp_path / "read-only").mkdir(mode=0o555)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / place))
    run()
    if place == "nowhere":
        with pytest.raises(FileNotFoundError):
            compiled._folder()
