"""Multiples, annuities and growth against what can be worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.library.peers import CLOUD, multiple_of, peers_at
from computefactory.schema import derive
from computefactory.timeline import month_number
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


CLOUDS = ("DigitalOcean", "OVH", "Alphabet", "Microsoft", "Amazon", "Oracle")


def clouds(month, names=CLOUD):
    """Multiples of the clouds known in a month, by company."""
    library = Library.load()
    peers = peers_at(library, "cloud", month_number(month), names)
    return {peer.company: float(multiple_of(library, peer, names).value) for peer in peers}


def test_the_cloud_median_by_hand():
    """2.83, 3.2, 6.1, 8.6, 9.6, 11.4: between 6.1 and 8.6; of last twelve months alone 8.3 and 5.84 in place of two."""
    found = clouds("2027-01")
    assert set(found) == set(CLOUDS)
    assert derive.median_of(*found.values()) == pytest.approx(7.35)
    assert (derive.lowest_of(*found.values()), derive.highest_of(*found.values())) == (2.83, 11.4)
    assert derive.median_of(*clouds("2027-01", ("ev_revenue_ltm",)).values()) == pytest.approx(7.07)


def test_a_row_counts_from_the_month_in_which_it_was_known():
    assert clouds("2025-01") == {}
    assert clouds("2025-03") == {"DigitalOcean": 6.52}
    assert clouds("2025-06") == {"DigitalOcean": 6.52}
    assert clouds("2025-07") == {"DigitalOcean": 5.84, "OVH": 2.83}
    assert clouds("2026-09") == {"DigitalOcean": 11.4, "OVH": 2.83, "Oracle": 6.1}


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
