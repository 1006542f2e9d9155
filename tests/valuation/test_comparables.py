"""Multiples, annuities and growth against what can be worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.schema import derive
from computefactory.valuation.comparables import annuity

some = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_five_years_at_ten_per_cent_are_worth_3_79(valued):
    assert annuity(0.10, 5) == pytest.approx(3.7908, abs=5e-5)
    assert annuity(0.0, 5) == 5
    found = valued(discount_rate=0.1, l_tenor_left=np.array([60.0]))
    assert found["l_most"][0] == pytest.approx(3.7908, abs=5e-5)


def growth(valued, rate, share, years, earned):
    lines = {"return_on_capital": earned}
    return float(valued(lines, discount_rate=rate, reinvestment=share, growth_years=years)["growth_multiple"])


def test_growth_is_worth_nothing_at_the_cost_of_capital(valued):
    assert growth(valued, 0.1, 0.5, 10, 0.1) == pytest.approx(10)
    assert growth(valued, 0.1, 0.5, 10, 0.08) < 10
    # b N (ROIC - r) / (r (1 + r)) = 0.5 x 4 x 0.05 / 0.11
    assert growth(valued, 0.1, 0.5, 4, 0.15) == pytest.approx(10 + 0.1 / 0.11)


@some
@given(st.floats(0.02, 0.3), st.floats(0, 1), st.floats(0, 30), st.floats(-0.2, 0.6))
def test_growth_adds_where_it_earns_more_than_it_costs(valued, rate, share, years, earned):
    added = growth(valued, rate, share, years, earned) - 1 / rate
    assert added * (earned - rate) >= -1e-9


def test_the_cloud_median_by_hand():
    """10.65, 8.6, 9.6, 3.2, 8.3: the middle one is 8.6."""
    library = Library.load()
    keys = [key for key in library.keys("multiple") if key.startswith("cloud/")]
    values = [float(library.fact("multiple", key, "ev_revenue").value) for key in keys]
    ends = (derive.lowest_of(*values), derive.median_of(*values), derive.highest_of(*values))
    assert ends == (3.2, 8.6, 10.65)


def test_a_loss_is_worth_nothing_at_any_multiple(valued):
    lines = {"net_rent": -5.0, "silicon_income": 10.0, "promised_income": 0.0, "successor_annuity": 0.0}
    found = valued(lines, e_silicon_multiple=np.array([8.0, 10.0, 12.0]))
    assert found["e_shell_layer"].tolist() == [0, 0, 0]
    assert found["e_layers"].tolist() == [80, 100, 120]


def test_rates_lie_between_points_and_are_flat_beyond():
    points = ("024", 0.04, "060", 0.05)
    assert derive.risk_free_at(42.0, *points) == pytest.approx(0.045)
    assert (derive.risk_free_at(1.0, *points), derive.risk_free_at(999.0, *points)) == (0.04, 0.05)
    assert derive.risk_free_at(np.array([1.0, 42.0]), *points).tolist() == pytest.approx([0.04, 0.045])
