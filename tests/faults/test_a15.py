"""A15: dust is no service: cover of a project is cash over what is due, never one rounding error over another."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.finance import Debt, Project, underwrite

SIZE = (1.0, 3.0, 1 / 3, 0.7, 1e6)


@pytest.mark.parametrize("size", SIZE)
@pytest.mark.parametrize("paying", [1, 2, 5, 9])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.0833])
def test_a15_revenue_in_the_first_of_ten_years(size: float, paying: int, rate: float) -> None:
    """Revenue of 2 in the first years of ten and none later, sculpted at 1.30: lowest and average cover 1.30 and 1.30.

    It said -5.8e16 and 6.6e16.
    """
    revenue = [2 * size * (1 + 0.1 * year) for year in range(paying)] + [0.0] * (10 - paying)
    done = underwrite(
        Project(
            periods=10,
            revenue=revenue,
            cost=0.0,
            capex=100 * size,
            discount_rate=0.08,
            debt=Debt(rate=rate, tenor=120, repayment="sculpted", dscr=1.3),
        )
    )
    assert done.lines["debt"] > size
    for name in ("min_dscr", "average_dscr", "llcr"):
        assert float(done.lines[name]) == pytest.approx(1.3, rel=1e-9), name
    tested = np.flatnonzero(done.lines["tested"])
    assert tested.tolist() == list(range(1, paying + 1))


def test_a15_cash_that_is_dust_carries_no_test() -> None:
    """Revenue of a cent in later years against 2 billion in the first: still 1.30 and 1.30."""
    done = underwrite(
        Project(
            periods=10,
            revenue=[2e9, *[0.01] * 9],
            cost=0.0,
            capex=5e9,
            discount_rate=0.08,
            debt=Debt(rate=0.05, tenor=120, repayment="sculpted", dscr=1.3),
        )
    )
    assert float(done.lines["min_dscr"]) == pytest.approx(1.3, rel=1e-9)
    assert float(done.lines["average_dscr"]) == pytest.approx(1.3, rel=1e-9)
