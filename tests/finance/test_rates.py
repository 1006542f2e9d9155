"""Rates: printed textbook values, an independent library, and vectors made to mislead."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory.errors import NoSolution
from computefactory.finance import (
    irr,
    level_payment,
    mirr,
    moic,
    npv,
    payback,
    rate_of_return,
    xirr,
    xnpv,
)

DATES = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
DATED = [-10_000, 2_750, 4_250, 3_250, 2_750]
BUSINESS = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]
REINVESTED = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
HALF_DIGIT = 0.0005 + 1e-12  # of a tenth of a percent


# printed by Microsoft's function reference for IRR, XIRR, XNPV, NPV, MIRR


@pytest.mark.parametrize(("periods", "printed"), [(6, 0.087), (5, -0.021), (3, -0.444)])
def test_irr_as_printed(periods, printed):
    assert irr(BUSINESS[:periods]) == pytest.approx(printed, abs=HALF_DIGIT)


def test_xirr_and_xnpv_as_printed():
    assert xirr(DATED, DATES) == pytest.approx(0.373362535, abs=5e-9)  # a spreadsheet stops at 1e-8
    assert xnpv(0.09, DATED, DATES) == pytest.approx(2086.65, abs=0.005)


def test_npv_as_printed():
    flows = [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500]
    assert npv(0.08, flows) == pytest.approx(1922.06, abs=0.005)
    assert npv(0.08, [*flows, -9_000]) == pytest.approx(-3749.47, abs=0.005)


@pytest.mark.parametrize(
    ("flows", "reinvest", "printed"),
    [(REINVESTED, 0.12, 0.1261), (REINVESTED[:4], 0.12, -0.0480), (REINVESTED, 0.14, 0.1348)],
)
def test_mirr_as_printed(flows, reinvest, printed):
    assert mirr(flows, 0.10, reinvest) == pytest.approx(printed, abs=0.00005)


def test_capital_charge_of_an_accelerator_hour_as_printed():
    """25,000 dollars over three years of 8,766 hours at 70 % use, without interest: 1.358 dollars an hour."""
    assert level_payment(25_000, 0, 3) / (8_766 * 0.7) == pytest.approx(1.358, abs=0.0005)


# what has no rate, or several


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ([-100, -1, 0], "total_loss"),
        ([0, 0], "no_flows"),
        ([100, 20], "does_not_exist"),
        ([1, -2, 2], "does_not_exist"),  # never zero: (1 - v)^2 + v^2 above 0
    ],
)
def test_no_rate_has_a_reason(flows, reason):
    assert rate_of_return(flows) == type(rate_of_return(flows))(None, reason, ())
    with pytest.raises(NoSolution, match=reason):
        irr(flows)


def test_several_rates_are_all_named():
    """(1 + r) = 1.1, 1.2 and 1.3 by construction."""
    found = rate_of_return(np.poly([1.1, 1.2, 1.3]))
    assert found.value is None
    assert found.reason == "not_unique"
    assert found.roots == pytest.approx((0.1, 0.2, 0.3), rel=1e-9)
    with pytest.raises(NoSolution, match=r"0\.1, 0\.2, 0\.3"):
        irr(np.poly([1.1, 1.2, 1.3]))


def test_a_rate_by_month_is_yearly_and_effective():
    flows = [-100] + [0] * 11 + [110]
    assert irr(flows, 12) == pytest.approx(0.10, rel=1e-12)


amounts = st.floats(-1e9, 1e9).map(lambda x: 0.0 if abs(x) < 1e-6 else x)


@given(st.lists(amounts, min_size=2, max_size=12))
@settings(max_examples=300)
def test_nothing_is_returned_that_is_not_a_root(flows):
    found = rate_of_return(flows)
    assert (found.value is None) == bool(found.reason)
    for root in found.roots:
        logs = -np.log1p(root) * np.arange(len(flows))
        terms = np.array(flows) * np.exp(logs - logs.max())
        assert abs(terms.sum()) <= 1e-8 * np.abs(terms).sum()


@given(st.lists(st.floats(-0.5, 2.0), min_size=1, max_size=4))
@settings(max_examples=200)
def test_every_rate_put_in_is_found(rates):
    """Flows built from their rates; rates that nearly coincide cannot be told apart in rounded flows."""
    if np.min(np.diff(sorted(rates)), initial=1.0) < 0.05:
        return
    found = rate_of_return(np.poly([1 + rate for rate in rates]))
    assert found.roots == pytest.approx(sorted(rates), abs=1e-6)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=30), st.floats(1, 1e7))
def test_conventional_flows_agree_with_another_library(inflows, outflow):
    flows = [-outflow, *inflows]
    theirs = pyxirr.irr(flows)
    if theirs is not None and -0.99 < theirs < 1e3:
        assert irr(flows) == pytest.approx(theirs, rel=1e-7, abs=1e-9)


@given(st.lists(st.tuples(st.integers(1, 4_000), st.floats(1, 1e6)), min_size=1, max_size=8), st.floats(1, 1e6))
@settings(max_examples=60)
def test_dated_flows_agree_with_another_library(inflows, outflow):
    dates = [date(2025, 1, 15)] + [date(2025, 1, 15) + timedelta(days=days) for days, _ in inflows]
    flows = [-outflow, *(amount for _, amount in inflows)]
    assert xnpv(0.07, flows, dates) == pytest.approx(pyxirr.xnpv(0.07, dates, flows), rel=1e-9, abs=1e-6)
    theirs = pyxirr.xirr(dates, flows)
    if theirs is not None and -0.95 < theirs < 10:
        assert xirr(flows, dates) == pytest.approx(theirs, rel=1e-6, abs=1e-7)


@given(st.lists(st.tuples(st.integers(0, 9_000), amounts), min_size=2, max_size=8))
@settings(max_examples=60)
def test_whatever_the_dates_a_rate_makes_the_flows_worth_nothing_or_is_refused(dated):
    flows = [amount for _, amount in dated]
    dates = [date(2020, 2, 29) + timedelta(days=days) for days, _ in dated]
    try:
        found = xirr(flows, dates)
    except NoSolution:
        return
    years = np.array([(day - min(dates)).days for day in dates]) / 365
    logs = -np.log1p(found) * years
    terms = np.array(flows) * np.exp(logs - logs.max())
    assert abs(terms.sum()) <= 1e-8 * np.abs(terms).sum()


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(0, 0.5), st.floats(0, 0.5))
@settings(max_examples=200)
def test_modified_rates_agree_with_another_library(flows, finance, reinvest):
    flows = [0.0 if abs(flow) < 1 else flow for flow in flows]
    if min(flows) < 0 < max(flows):
        assert mirr(flows, finance, reinvest) == pytest.approx(
            pyxirr.mirr(flows, finance, reinvest), rel=1e-9, abs=1e-9
        )
    else:
        with pytest.raises(NoSolution, match="outflows and inflows"):
            mirr(flows, finance, reinvest)


# the rest


def test_level_payment_agrees_with_another_library():
    assert level_payment(1_000, 0.06 / 12, 60) == pytest.approx(-pyxirr.pmt(0.06 / 12, 60, 1_000), rel=1e-12)
    assert level_payment(100, 1e-12, 10) == pytest.approx(10, rel=1e-10)


def test_payback_counts_whole_periods():
    assert payback([-100, 60, 60]) == 2
    assert payback([-100, 60, 60], rate=0.2) is None  # 50 + 41.7 < 100
    assert payback([-100, 0, 100], periods_per_year=12) == pytest.approx(2 / 12)
    assert payback([-100, 120, -50, 40]) == 3  # what is paid back and lost again does not count
    assert payback([5, 5]) == 0


def test_multiple():
    assert moic([-100, 50, 150]) == 2
    with pytest.raises(NoSolution, match="nothing is invested"):
        moic([1, 2])


@pytest.mark.parametrize("flows", [[], [[1, 2]], [1, np.nan], [1, np.inf]])
def test_what_is_no_row_of_numbers_is_refused(flows):
    with pytest.raises(ValueError, match="finite numbers"):
        rate_of_return(flows)


def test_other_refusals():
    with pytest.raises(ValueError, match="above -100"):
        npv(-1, [1, 2])
    with pytest.raises(ValueError, match="each flow needs its date"):
        xirr([1, 2], [date(2026, 1, 1)])
    with pytest.raises(ValueError, match="at least one"):
        level_payment(1, 0.1, 0)
    with pytest.raises(NoSolution, match="outflows and inflows"):
        mirr([-1, -2], 0.1, 0.1)
