"""A11: a bullet or balloon is tested as a refinancing, by later cash and by value, never in the service ratio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from small_factory import FULL_OPERATION, SENIOR, TENOR, inputs, ledger

PLAIN: dict[str, Any] = {"federal_rate": 0.0, "inflation": 0.0, "overhead_rate": 0.0, "tax_in_sizing": 0.0}
END = FULL_OPERATION + TENOR - 1


def bullet(matures: int, **terms: Any) -> Mapping[str, Any]:
    """The small factory with one bullet that matures in a month of the contract."""
    loan = replace(
        SENIOR,
        kind="bullet",
        dsra=0.0,
        **{"amount": 60e6, **dict.fromkeys(("matures", "ends", "profile_ends"), float(matures)), **terms},
    )
    book = ledger()
    return book.run(inputs(book, tranches=(loan,), **PLAIN))


@pytest.mark.parametrize("late", range(6))
def test_a11_the_lowest_cover_does_not_depend_on_the_month_of_maturity(late: int) -> None:
    """A bullet of 60 million that matures in one of six months running: cover is that of its interest.

    It was 2.03x when it matured in November and 0.15x in December, a test month.
    """
    last = FULL_OPERATION + 34 + late
    lines = bullet(last)
    interest = 60e6 * 0.06 / 12
    tested = np.flatnonzero(lines["tested"])
    for test in tested:
        window = slice(max(FULL_OPERATION, test - 11), min(test, last) + 1)
        months = window.stop - window.start
        assert lines["dscr"][test] == pytest.approx(lines["cfads"][window].sum() / (months * interest), rel=1e-9)
    assert tested[-1] <= last + 2, "the quarter of its last payment is tested too"
    assert tested[-1] >= last


def test_a11_it_is_tested_by_later_cash_and_by_value() -> None:
    """By hand: CFADS after its end at 0.5 % a month over 60 million, and 60 million over the silicon's low value."""
    last = FULL_OPERATION + 36
    lines = bullet(last)
    later = sum(lines["cfads"][last + k] / 1.005**k for k in range(1, END - last + 1))
    assert lines["t_balloon_llcr"][0] == pytest.approx(later / 60e6, rel=1e-6)
    assert lines["t_balloon_ltv"][0] == pytest.approx(60e6 / lines["silicon_value"][last], rel=1e-12)


def test_a11_a_bullet_that_cash_cannot_pay_is_a_gap_and_a_default() -> None:
    """200 million due in the last month but two of the contract: cash pays a little of it, the rest is unpaid."""
    last = END - 2
    lines = bullet(last, amount=200e6)
    short = 200e6 + 1e6 - lines["cfads"][last] - lines["cash"][last - 1]
    assert lines["service_unpaid"][last] == pytest.approx(short, rel=1e-9)
    assert lines["default_month"] == last
    assert lines["min_dscr"] > 2


def test_a11_without_one_there_is_no_such_test() -> None:
    """A sculpted loan leaves nothing beside service."""
    book = ledger()
    lines = book.run(inputs(book, tranches=(replace(SENIOR, dsra=0.0),), **PLAIN))
    assert not lines["t_balloon_due"].any()
    assert lines["t_balloon_llcr"][0] == lines["t_balloon_ltv"][0] == 0
