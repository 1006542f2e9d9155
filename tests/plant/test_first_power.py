"""Distributions of months: closed forms, and a censored fit that finds the law its data were drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.plant.first_power import Slippage, fit_slippage, late_by, triangular, wait


@given(st.lists(st.floats(0, 120), min_size=3, max_size=3).map(sorted))
def test_a_triangular_law_has_its_mean_and_keeps_its_ends(three):
    low, likely, high = three
    months = triangular(low, likely, high)
    assert months.mean() == pytest.approx((low + likely + high) / 3, abs=0.01 + 1e-3 * (high - low))
    assert low <= months.min() <= months.max() <= high
    assert np.all(np.diff(months) >= -1e-9)


def test_the_median_of_a_symmetric_wait_is_its_middle():
    assert np.median(wait((24, 36, 48), (1, 1, 1))) == pytest.approx(36, abs=0.05)
    assert np.median(wait((24, 36, 48), (0.5, 0.5, 0.5))) == pytest.approx(18, abs=0.05)


@pytest.mark.parametrize("three", [(5, 4, 6), (1, 7, 6)])
def test_a_range_out_of_order_is_refused(three):
    with pytest.raises(ValueError, match="in this order"):
        triangular(*three)


def test_the_fit_finds_the_law_behind_censored_data():
    generator = np.random.default_rng(7)
    months = generator.gumbel(2.0, 1.5, 4000)
    seen = generator.uniform(0, 6, 4000)
    delivered = months <= seen
    found = fit_slippage(months[delivered].tolist(), seen[~delivered].tolist())
    assert (found.location, found.scale) == pytest.approx((2.0, 1.5), abs=0.1)
    naive = fit_slippage(months[delivered].tolist(), [])
    assert naive.location < found.location - 0.3, "leaving out what has not come makes campuses look punctual"


def test_few_campuses_are_no_evidence():
    with pytest.raises(ValueError, match="at least 3"):
        fit_slippage([1.0, 2.0], [3.0])


def test_what_is_late_already_stays_late():
    law = Slippage(1.0, 1.5, 10, 5)
    fresh, overdue = late_by(law, -np.inf), late_by(law, 4.0)
    assert fresh.min() == 0
    assert overdue.min() >= 4.0
    assert overdue.mean() > fresh.mean()
    for months in (50.0, 900.0, 9000.0):  # exponential that far out: its mean is the scale
        assert late_by(law, months).mean() - months == pytest.approx(1.5, abs=0.01)
    # conditional tail of the law itself: P(D > 6 | D > 4)
    assert (overdue > 6).mean() == pytest.approx(law.late_more_than(6) / law.late_more_than(4), abs=0.01)
