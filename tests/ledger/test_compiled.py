"""The compiler's cache: kept where it can be, never in the way where it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.ledger import Ledger, given, line, prev, total
from computefactory.units import Balance, Usd

pytest.importorskip("numba", reason="the fast extra is not installed")

SALES = given("sales", Usd, series=True, source="sales", doc="Sales.")


@line
def cash(cash: Balance, sales: Usd) -> Balance:
    return prev(cash) + sales


@line
def all_sales(sales: Usd) -> Usd:
    return total(sales)


@line
def range(sales: Usd) -> Usd:  # noqa: A001  a line may have the name of something the source itself uses
    return sales * 2


ITEMS = [SALES, cash, all_sales, range]


def run():
    from computefactory.ledger import compiled

    compiled._blocks.clear()
    batch = Ledger(ITEMS).run_many({"sales": np.eye(3)}, 3, ["cash", "all_sales", "range"], compiled=True)
    assert np.array_equal(batch["cash"], np.cumsum(np.eye(3), axis=1))
    assert np.array_equal(batch["all_sales"], np.ones(3))
    assert np.array_equal(batch["range"], 2 * np.eye(3))


def test_machine_code_is_kept_and_found_again_and_another_formula_has_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    run()
    (source,) = (tmp_path / "computefactory").glob("ledger_*.py")
    kept = {path.name for path in (tmp_path / "computefactory").rglob("*.nb*")}
    assert kept
    stamp = source.stat().st_mtime_ns
    run()
    assert source.stat().st_mtime_ns == stamp
    assert {path.name for path in (tmp_path / "computefactory").rglob("*.nb*")} == kept
    Ledger([SALES, cash]).run_many({"sales": np.eye(3)}, 3, ["cash"], compiled=True)
    assert len(list((tmp_path / "computefactory").glob("ledger_*.py"))) == 2


def test_a_place_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    run()
