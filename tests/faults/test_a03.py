"""Fault A3: rent that starts in the month of energisation took the last phase from the collateral."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from small_factory import SENIOR, inputs, ledger

PLACED = 12  # month in which shell and silicon enter service
TENOR = 60
MATURES = 71.0


def lagging(
    lag: int, price: float = 3.0, cost: tuple[float, float] = (100e6, 200e6), **terms: Any
) -> Mapping[str, Any]:
    """The small factory with rent and service a lag after its only phase is placed; untaxed, nothing rises."""
    begins = float(PLACED + lag)
    senior = replace(SENIOR, begins=begins, matures=MATURES, ends=MATURES, profile_ends=MATURES, **terms)
    book = ledger()
    changes: dict[str, Any] = {
        "tranches": (senior,),
        "full_operation": begins,
        "c_start": np.array([begins]),
        "c_tenor": np.array([float(TENOR)]),
        "c_price": np.array([price]),
        "exit_month": begins + TENOR - 1,
        "contract_end": begins + TENOR - 1,
        "a_cost": np.array(cost),
        "a_contingency": np.zeros(2),
        "federal_rate": 0.0,
        "tax_in_sizing": 0.0,
        "inflation": 0.0,
        "overhead_rate": 0.0,
    }
    return book.run(inputs(book, **changes))


@pytest.mark.parametrize("lag", [0, 1])
def test_a03_the_collateral_of_one_phase_is_the_same_without_a_lag(lag: int) -> None:
    """Silicon of 111.104 m and durables worth 56.5425 m lent on at 55 %: 92.2056 m at lag 0 as at lag 1."""
    worth = 56.5425e6 / (1 - 1 / 360)  # a month of straight-line wear after it enters service
    lines = lagging(lag, price=9.0, cost=(worth, 111.104e6), secures="all", max_ltv=0.55)
    assert lines["commitment"] == pytest.approx(92.2056e6, abs=50)


def test_a03_the_last_of_several_phases_counts() -> None:
    """IREN lent on at 55 % of value: the loan at lag 0 is that of lag 1, but for a month of wear of earlier phases."""
    debt = [
        cf.run(
            "iren-horizon",
            overrides={
                "capital.debt.senior.max_ltv": "55 %",
                "offtake.microsoft.starts.lag": f"{lag} months",
            },
            resize=True,
        )
        .metrics["debt_usd"]
        .value
        for lag in (0, 1)
    ]
    assert debt[1] <= debt[0] <= debt[1] * 1.04


@settings(max_examples=25, deadline=None)
@given(
    lag=st.integers(0, 3),
    price=st.floats(2.0, 8.0),
    rate=st.floats(0.0, 0.12),
    cover=st.floats(1.05, 2.0),
    ltv=st.sampled_from([np.nan, 0.3, 0.8]),
    kind=st.sampled_from(["sculpted", "level", "equal_principal", "sweep"]),
)
def test_a03_a_month_more_of_lag_moves_a_loan_little(
    lag: int, price: float, rate: float, cover: float, ltv: float, kind: str
) -> None:
    """By at most one month's CFADS / DSCR and one month's interest; where value binds, by a month of its wear too."""
    terms: dict[str, Any] = {"fixed_rate": rate, "sizing_dscr": cover, "max_ltv": ltv, "kind": kind, "dsra": 0.0}
    early, late = (lagging(lag + more, price, **terms) for more in (0, 1))
    service = early["sizing_cfads"].max() / cover
    interest = early["commitment"] * rate / 12
    conversion = PLACED + lag
    value = early["t_value"][0]
    worn = 0.0 if np.isnan(ltv) else ltv * max(value[conversion - 1] - value[conversion], 0.0)
    moved = abs(late["commitment"] - early["commitment"])
    assert early["commitment"] > 0
    assert moved <= (service + interest + worn) * (1 + 1e-9)
