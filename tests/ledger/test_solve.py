"""Numbers found by rounds: what they reach, what is left open, and what is said where nothing is reached."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import calendar, fit

from computefactory.errors import LedgerError, NoSolution
from computefactory.ledger import Ledger, Quantity, given, line, maximum, prev, solve, total
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

LAST = Quantity(48, "month")
GIVENS = [
    given("month", Month, series=True, source="timeline.month", doc="Months from the first dollar."),
    given("years", Year, series=True, source="timeline.years", doc="Length of the period."),
    given("ebitda", Usd, series=True, source="ebitda", doc="Before tax."),
    given("discount", One, series=True, source="discount", doc="Worth of a later dollar."),
    given("rate", PerYear, source="rate", doc="Interest."),
    given("cover", One, source="cover", doc="Cover."),
    given("tax_rate", One, source="tax", doc="Tax."),
]


@line
def debt(limit: Usd) -> Usd:
    """Committed debt: it depends on itself through the tax that its interest saves."""
    return solve(limit)


@line
def repaid(debt: Usd, month: Month) -> Usd:
    return debt / 48 * (month > 0) * (month <= LAST)


@line
def owed(owed: Balance, debt: Usd, repaid: Usd, month: Month) -> Balance:
    return prev(owed) + debt * (month <= 0) - repaid


@line
def interest(owed: Balance, rate: PerYear, years: Year) -> Usd:
    return prev(owed) * rate * years


@line
def tax(ebitda: Usd, interest: Usd, tax_rate: One) -> Usd:
    return maximum(ebitda - interest, 0) * tax_rate


@line
def room(ebitda: Usd, tax: Usd, cover: One, discount: One) -> Usd:
    return (ebitda - tax) / cover * discount


@line
def limit(room: Usd) -> Usd:
    return total(room)


@line
def equity(limit: Usd, debt: Usd) -> Usd:
    """After the circle."""
    return limit * 3 - debt


LINES = [debt, repaid, owed, interest, tax, room, limit, equity]
SIZED = Ledger([*GIVENS, *LINES])


def values(**changes):
    month = np.arange(60.0)
    paid = (month > 0) & (month < 49)
    return (
        fit(SIZED, calendar(60))
        | {
            "ebitda": np.where(paid, 40.0, 0.0),
            "discount": (1 + 0.09 / 12) ** -month * paid,
            "rate": 0.09,
            "cover": 1.3,
            "tax_rate": 0.4,
        }
        | changes
    )


def by_hand():
    """The circle is linear where every month pays tax: limit = a + b debt."""
    given = values()
    rest = 1 - np.arange(0, 48) / 48  # owed per dollar before each payment
    unit_interest = np.zeros(60)
    unit_interest[1:49] = rest * 0.09 / 12
    a = (given["ebitda"] * 0.6 / 1.3 * given["discount"]).sum()
    b = (unit_interest * 0.4 / 1.3 * given["discount"]).sum()
    return a / (1 - b)


def test_rounds_reach_the_number_that_stands_still():
    results = SIZED.run(values())
    assert results["debt"] == pytest.approx(by_hand(), rel=1e-8)
    assert results["limit"] - results["debt"] == pytest.approx(results["limit_gap"], abs=1e-9)
    assert abs(results["limit_gap"]) <= 1e-9 * results["limit"]
    assert SIZED.lines["limit_gap"].formula == "limit - solve(limit)"
    assert SIZED.lines["limit_gap"].label == "What the last round of solve(limit) left open."


def test_every_cell_agrees_with_what_the_last_round_used():
    given_values = values()
    results = SIZED.run(given_values)
    for name, item in SIZED.lines.items():
        for month in range(60) if item.timed else [None]:
            found = results[name][month] if item.timed else results[name]
            again = SIZED.evaluate(name, month, None, given_values, results)
            assert again == pytest.approx(found, rel=1e-12, abs=1e-9), (name, month)


def test_debt_frozen_equals_debt_sized():
    """What was sized is data for the next run: the circle is gone and every flow is the same."""
    frozen = given("debt", Usd, source="frozen.debt", doc="Sized earlier.")
    sized = SIZED.run(values())
    later = Ledger([*GIVENS, frozen, *LINES[1:]])
    assert "limit_gap" not in later.lines
    again = later.run(values() | {"debt": sized["debt"]})
    for name in again:
        assert again[name] == pytest.approx(sized[name], rel=1e-12), name


def test_a_batch_reaches_the_same_numbers(compiled):
    covers = np.linspace(1.1, 2.0, 11)
    keep = ["debt", "owed", "limit_gap"]
    batch = SIZED.run_many(values(cover=covers), 11, keep, compiled=compiled)
    parts = [
        SIZED.run_many(values(cover=covers[cut]), len(covers[cut]), keep, compiled=compiled)["debt"]
        for cut in (slice(0, 4), slice(4, 11))
    ]
    assert np.array_equal(batch["debt"], np.concatenate(parts))
    for case, cover in enumerate(covers):
        alone = SIZED.run(values(cover=float(cover)))
        assert batch["debt"][case] == pytest.approx(alone["debt"], rel=1e-12)
        assert batch["owed"][case] == pytest.approx(alone["owed"], rel=1e-12, abs=1e-9)


@line
def hunted(next_guess: Usd) -> Usd:
    return solve(next_guess, 1)


@line
def next_guess(hunted: Usd, push: One, base: Usd) -> Usd:
    return base - hunted * push


HUNT = [given("push", One, source="push", doc=""), given("base", Usd, source="base", doc=""), hunted, next_guess]


def test_what_does_not_stand_still_is_named():
    with pytest.raises(LedgerError, match=r"line hunted.*starts with 1, but next_guess is USD"):
        Ledger(HUNT)


@line(name="hunted")
def hunted_from_zero(next_guess: Usd) -> Usd:
    return solve(next_guess)


def test_no_solution(compiled):
    ledger = Ledger([*HUNT[:2], hunted_from_zero, next_guess])
    assert ledger.run({"push": 0.5, "base": 3.0})["next_guess"] == pytest.approx(2.0, rel=1e-8)
    with pytest.raises(NoSolution, match="no solution after many rounds: next_guess"):
        ledger.run({"push": 1.5, "base": 3.0})
    with pytest.raises(NoSolution, match="next_guess"):
        ledger.run({"push": float("nan"), "base": 3.0})
    batch = ledger.run_many({"push": np.array([0.5, 1.5, 0.25]), "base": 3.0}, 3, ["next_guess"], compiled=compiled)
    assert batch["next_guess"] == pytest.approx([2.0, float("nan"), 2.4], rel=1e-8, nan_ok=True)


def test_without_the_compiler_rounds_run_in_plain_python(monkeypatch):
    """``compiled=False`` means it: a single case and the batch are then the same to the bit."""
    monkeypatch.setattr("computefactory.ledger.batch._compiled", None)
    covers = np.array([1.2, 1.7])
    batch = SIZED.run_many(values(cover=covers), 2, ["debt"], compiled=False)
    assert batch["debt"].tolist() == [SIZED.run(values(cover=float(cover)))["debt"] for cover in covers]
