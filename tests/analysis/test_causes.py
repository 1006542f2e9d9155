"""The split of an error by cause sums to it, and a pure error has one cause."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.analysis.causes import (
    CAUSES,
    book_error,
    capacity_error,
    earned_error,
    kept_error,
    net_debt_error,
    spent_error,
)

QUARTERS = 6


def only(split, *causes):
    """Whether nothing but these causes has a share."""
    return all(np.allclose(getattr(split, name), 0, atol=1e-9) for name in CAUSES if name not in causes)


@pytest.mark.parametrize("seed", range(40))
def test_the_shares_sum_to_the_error(seed):
    draw = np.random.default_rng(seed)
    units = ours, theirs = draw.uniform(0, 5e3, (2, QUARTERS)) * (draw.random((2, QUARTERS)) > 0.1)
    sold = draw.uniform(0, 5e3, QUARTERS)
    money = forecast, reported = draw.uniform(-1e8, 1e10, (2, QUARTERS))
    margins = kept, found = draw.uniform(-2, 1, (2, QUARTERS))

    def sums(split, error):
        np.testing.assert_allclose(split.total, error, rtol=0, atol=1e-9 * max(1.0, np.abs(error).max()))

    capacity = capacity_error(ours, theirs, sold)
    sums(capacity, ours - theirs)
    assert (capacity.signed_after <= 0).all()
    assert (capacity.volume >= 0).all()
    revenue, ebitda = (earned_error(capacity, units, money, each) for each in (None, margins))
    sums(revenue, forecast - reported)
    sums(ebitda, forecast * kept - reported * found)
    capex = spent_error(forecast, reported, needed=forecast.sum())
    sums(capex, forecast - reported)
    sums(book_error(forecast, reported, 15.1e9, np.abs(reported)), forecast - reported)
    sums(net_debt_error(forecast, reported, ebitda, capex, revenue), forecast - reported)
    sums(kept_error(forecast, reported), forecast - reported)


def test_a_forecast_that_came_true_has_no_error():
    power, money = [360.0, 420, 470], [900.0, 1000, 1100]
    capacity = capacity_error(power, power, [650.0] * 3)
    assert only(capacity)
    assert only(earned_error(capacity, (power, power), (money, money), ([0.6] * 3, [0.6] * 3)))


def test_capacity_that_came_late_and_came_is_timing():
    capacity = capacity_error([400.0, 500, 600, 600], [360.0, 400, 500, 600], [600.0] * 4)
    assert only(capacity, "timing")
    assert capacity.timing == pytest.approx([40, 100, 100, 0])


def test_capacity_that_never_came_is_volume():
    capacity = capacity_error([400.0, 500, 600], [360.0, 400, 500], [600.0] * 3)
    assert capacity.volume == pytest.approx([40, 100, 100])
    assert only(capacity, "volume")
    half = capacity_error([400.0, 600, 600], [360.0, 400, 550], [600.0] * 3)
    assert half.volume == pytest.approx([40, 50, 50])
    assert half.timing == pytest.approx([0, 150, 0])


def test_a_forecast_that_has_it_later_errs_in_timing():
    capacity = capacity_error([360.0, 400], [500.0, 600], [600.0] * 2)
    assert only(capacity, "timing")


def test_what_is_beyond_all_that_was_sold_was_signed_after():
    units = [600.0, 600], [850.0, 1500]
    capacity = capacity_error(*units, [600.0] * 2)
    assert only(capacity, "signed_after")
    assert capacity.signed_after == pytest.approx([-250, -900])
    revenue = earned_error(capacity, units, units)
    assert only(revenue, "signed_after")


def test_contracts_that_ended_count_as_signed_again():
    """What still bills after its contract in the forecast was signed again after the question."""
    assert only(capacity_error([300.0], [400.0], [300.0]), "signed_after")


def test_price_and_margin_alone():
    units = [400.0], [400.0]
    capacity = capacity_error(*units, [600.0])
    assert only(earned_error(capacity, units, ([1000.0], [900.0])), "price")
    split = earned_error(capacity, units, ([1000.0], [1000.0]), ([0.7], [0.6]))
    assert only(split, "margin")
    assert split.margin == pytest.approx([100])


def test_by_hand():
    """500 MW forecast at 2 a MW, 800 reported at 2.5 of which 600 were sold: 1,000 less 2,000."""
    capacity = capacity_error([500.0], [800.0], [600.0])
    split = earned_error(capacity, ([500.0], [800.0]), ([1000.0], [2000.0]), ([0.6], [0.5]))
    assert split.at(0) == pytest.approx(
        {"signed_after": -250.0, "volume": 0.0, "timing": -120.0, "price": -180.0, "margin": 150.0, "rest": 0.0}
    )
    assert split.total == pytest.approx([600 - 1000])


def test_without_capacity_nothing_divides_the_error():
    capacity = capacity_error([0.0, 100], [100.0, 0], [100.0, 100])
    assert only(earned_error(capacity, ([0.0, 100], [100.0, 0]), ([0.0, 10], [10.0, 10])), "rest")
    assert only(kept_error([5.0], [3.0]), "rest")


def test_spending_beyond_what_was_needed_was_for_more():
    split = spent_error([10.0, 10, 0], [5.0, 20, 30], needed=20)
    assert split.signed_after == pytest.approx([0, -5, -30])
    assert split.timing == pytest.approx([5, -5, 0])


def test_the_book_says_what_was_signed():
    split = book_error([90.0, 80], [140.0, 200], opening=100, recognised=[12.0, 15])
    assert split.signed_after == pytest.approx([-52, -127])
    assert split.timing == pytest.approx([2, 7])
