"""Depreciation schedules: printed tables, closed forms, refusals."""

from __future__ import annotations

import pytest

from computefactory.errors import FactNotFound
from computefactory.finance import macrs, straight_line, with_bonus

# IRS Publication 946, Tables, per cent
PRINTED = {
    "5": (20.00, 32.00, 19.20, 11.52, 11.52, 5.76),
    "15": (5.00, 9.50, 8.55, 7.70, 6.93, 6.23, 5.90, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 2.95),
    "5 mid-quarter Q1": (35.00, 26.00, 15.60, 11.01, 11.01, 1.38),
    "5 mid-quarter Q4": (5.00, 38.00, 22.80, 13.68, 10.94, 9.58),
}


@pytest.mark.parametrize("table", PRINTED)
def test_macrs_as_printed(table):
    assert macrs(table) == pytest.approx([share / 100 for share in PRINTED[table]], abs=1e-12)


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(FactNotFound, match="macrs"):
        macrs("6")


def test_straight_line():
    assert straight_line(4) == (0.25,) * 4
    assert straight_line(4, half_year=True) == (0.125, 0.25, 0.25, 0.25, 0.125)
    with pytest.raises(ValueError, match="at least one"):
        straight_line(0)


def test_bonus_comes_first_and_keeps_the_sum():
    assert with_bonus((0.2, 0.8), 0.4) == pytest.approx((0.52, 0.48))
    assert with_bonus(PRINTED["5"], 1.0)[0] == 1.0
    with pytest.raises(ValueError, match="between 0 and 1"):
        with_bonus((1.0,), 1.5)
