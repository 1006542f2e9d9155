"""The gap stays open in the forecast, and each means that would fill it is reckoned on its own."""

from __future__ import annotations

import numpy as np
import pytest

import small_company as small
from computefactory.analysis.gap import gap_of
from computefactory.analysis.run import run


def test_each_means_fills_the_gap_by_itself() -> None:
    result = run(small.company())
    gap = gap_of(result)
    assert gap.amount is not None
    assert gap.amount == pytest.approx(float(np.max(200e6 - result.series["cash"])))
    assert gap.first == result.months[int(np.argmax(result.series["cash"] < 200e6))]
    assert gap.financed_mw is not None
    assert gap.financed_mw * 1000 * 26_000 * 0.7 == pytest.approx(gap.amount)
    assert gap.prepaid_share == pytest.approx(gap.amount / 5.7e9)
    assert len(gap.said) == 3
    filled = run(small.company(proceeds=(gap.amount,)))
    assert gap_of(filled).amount == pytest.approx(0, abs=1e-3)


def test_a_gap_that_rests_on_what_nobody_states_is_not_known() -> None:
    gap = gap_of(run("nebius-2026-09"))
    assert gap.amount is None
    assert "principal of the financial debt" in gap.said[0]


def test_no_gap_is_said_by_silence() -> None:
    gap = gap_of(run(small.company(opening_cash=9e9)))
    assert (gap.amount, gap.said) == (0, ())
