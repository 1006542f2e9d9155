"""Multiples, annuities and growth against what can be worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.valuation import (
    Multiple,
    annuity,
    contract_rate,
    crossing,
    growth_multiple,
    interpolated,
    layer_value,
    median_of,
)


def test_five_years_at_ten_per_cent_are_worth_3_79():
    assert annuity(0.10, 5) == pytest.approx(3.7908, abs=5e-5)
    assert annuity(0.0, 5) == 5


def test_growth_is_worth_nothing_at_the_cost_of_capital():
    assert growth_multiple(0.1, 0.5, 10, 0.1) == pytest.approx(10)
    assert growth_multiple(0.1, 0.5, 10, 0.08) < 10
    # b N (ROIC - r) / (r (1 + r)) = 0.5 x 4 x 0.05 / 0.11
    assert growth_multiple(0.1, 0.5, 4, 0.15) == pytest.approx(10 + 0.1 / 0.11)


@given(st.floats(0.02, 0.3), st.floats(0, 1), st.floats(0, 30), st.floats(-0.2, 0.6))
def test_growth_adds_where_it_earns_more_than_it_costs(rate, share, years, earned):
    added = growth_multiple(rate, share, years, earned) - 1 / rate
    assert added * (earned - rate) >= -1e-9


def test_the_cloud_median_by_hand():
    """10.65, 8.6, 9.6, 3.2, 8.3: the middle one is 8.6."""
    library = Library.load()
    keys = [key for key in library.keys("multiple") if key.startswith("cloud/")]
    multiples = [Multiple(key, float(library.fact("multiple", key, "ev_revenue").value), "", "") for key in keys]
    assert median_of(multiples) == (3.2, 8.6, 10.65)


def test_a_loss_is_worth_nothing_at_any_multiple():
    multiples = [Multiple("a", 8.0, "", ""), Multiple("b", 12.0, "", "")]
    assert (layer_value("x", -5.0, multiples).high, layer_value("x", 10.0, multiples).value) == (0, 100)


def test_default_is_paid_for_once():
    """Promised cash bears the spread, expected cash does not."""
    assert contract_rate(0.04, 0.03, 0.02, expected=False) == pytest.approx(0.09)
    assert contract_rate(0.04, 0.03, 0.02, expected=True) == pytest.approx(0.06)


def test_rates_lie_between_points_and_are_flat_beyond():
    points = [(24.0, 0.04), (60.0, 0.05)]
    assert interpolated(points, 42) == pytest.approx(0.045)
    assert (interpolated(points, 1), interpolated(points, 999)) == (0.04, 0.05)


def test_a_crossing_is_found_or_refused():
    points = np.linspace(0, 10, 17)
    value, reason = crossing(lambda x: x**3, points, 30.0)
    assert (value, reason) == (pytest.approx(30 ** (1 / 3), rel=1e-6), "")
    assert crossing(lambda x: x * 0 + 5, points, 30.0) == (None, "no_effect")
    assert crossing(lambda x: x, points, 30.0) == (None, "out_of_range")
    assert crossing(np.sin, points, 0.5) == (None, "not_unique")
