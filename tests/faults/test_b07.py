"""B7: a landlord without debt is covered over the base term of the leases."""

from __future__ import annotations

from pathlib import Path

import pytest

import computefactory as cf
from small_factory import book_file

LEASE = (
    "kind: colocation, buyer: CoreWeave, signed: 2025-11, power: {} MW, price: 120 USD/kW-month, "
    "electricity: passed_through, starts: {{after: energised, lag: 1 month}}, tenor: {} months"
)
NO_SILICON = {"silicon.accelerators": "0"}


def coverage(file: Path, **more: str) -> float:
    return float(cf.run(file, overrides=NO_SILICON | more).metrics["coverage"].value)


def test_b07_fully_let_without_debt_is_covered(tmp_path: Path) -> None:
    """All that can be let is let for its base term: 100 %, in one phase or in three, with or without a delay."""
    file = book_file(tmp_path, one=LEASE.format(3, 60), two=LEASE.format(2, 120))
    assert coverage(file) == pytest.approx(1)
    phases = {"power.energised": "{2026-12: 10 MW, 2027-03: 20 MW, 2027-09: 30 MW}"}
    assert coverage(file, **phases) == pytest.approx(1)
    assert coverage(file, **phases, **{"power.delay.by": "5 months"}) == pytest.approx(1)


def test_b07_core_scientific_without_its_notes() -> None:
    """The shipped landlord: 100 % without debt; notes that outlive its first lease leave a little uncovered."""
    bare = cf.run("core-scientific-590mw", overrides={"capital.debt": None})
    assert bare.metrics["coverage"].value == pytest.approx(1)


def test_b07_an_exit_and_a_mine_are_not_covered(tmp_path: Path) -> None:
    """A tenant that may leave after half of its term covers half; power that mines covers nothing."""
    way = ", exits: {out: {cause: convenience, after: 24 months, notice: 6 months}}"
    assert coverage(book_file(tmp_path, one=LEASE.format(2, 60) + way)) == pytest.approx(0.5)
    mine = "kind: mining, power: 2 MW, price: 0.1 USD/kWh, starts: 2027-01, tenor: 60 months"
    assert coverage(book_file(tmp_path, one=LEASE.format(2, 60), two=mine)) == pytest.approx(0.5)


def test_b07_a_dated_end_shortens_the_term_and_not_the_share(tmp_path: Path) -> None:
    """What a delay takes of a lease is no longer part of its base term."""
    file = book_file(tmp_path, one=LEASE.format(3, 60).replace("tenor: 60 months", "ends: 2031-12"))
    assert coverage(file, **{"power.delay.by": "12 months"}) == pytest.approx(1)
