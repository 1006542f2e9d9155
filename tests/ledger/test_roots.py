"""Rates of return against published answers, pyxirr, numpy's roots, and flows made to mislead."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from computefactory.ledger import Ledger, line
from computefactory.ledger import given as declare
from computefactory.ledger import irr as verb
from computefactory.ledger.roots import irr, irr_roots
from computefactory.units import PerYear, Usd, Year

X = declare("x", Usd, series=True, source="x", doc="Flows.")
YEARS = declare("years", Year, series=True, source="years", doc="Length.")
FLOWS = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]


def rate(flows, periods_per_year=1):
    numbers = [float(flow) for flow in flows]
    return irr(numbers, 0, len(numbers), 1 / periods_per_year)


@pytest.mark.parametrize(("count", "published"), [(6, 0.087), (5, -0.021), (3, -0.444)])
def test_microsofts_example(count, published):
    """Microsoft's function reference for IRR prints 8.7 %, -2.1 % and -44.4 %."""
    assert rate(FLOWS[:count]) == pytest.approx(published, abs=5e-4)


def test_several_roots_are_all_found_and_none_is_chosen():
    flows = [-1.0, 2.3, -1.32]  # (1.1 v - 1)(1.2 v - 1) with the sign turned
    assert irr_roots(flows, 1) == pytest.approx((0.1, 0.2), abs=1e-12)
    assert math.isnan(rate(flows))


def test_a_double_root_is_one_root():
    assert irr_roots([-1.0, 2.2, -1.21], 1) == pytest.approx((0.1,), abs=1e-7)


def test_no_root():
    assert irr_roots([-1.0, 3.0, -2.5], 1) == ()
    assert math.isnan(rate([-1.0, 3.0, -2.5]))


def test_the_root_that_is_zero():
    for flows in ([-1, 1], [-3, 1, 2], [-2, 1, -1, 2], [-100, *[0.5] * 200]):
        assert rate(flows) == pytest.approx(0.0, abs=1e-14)
        assert irr_roots(flows, 1) == pytest.approx((0.0,), abs=1e-14)


@pytest.mark.parametrize(
    "flows",
    [[], [0, 0, 0], [5, 5, 5], [-5, -5], [-100, 0, 0], [0, -100, 0], [math.nan, 1, -1], [-1, math.inf], [7]],
)
def test_what_has_no_rate(flows):
    assert math.isnan(rate(flows))
    assert irr_roots(flows, 12) == ()


def test_one_change_of_running_sums_is_enough():
    """Norstrom (1972): flows that change sign three times, their running sums once, have one positive rate."""
    flows = [-100.0, 30.0, -10.0, 60.0, 70.0]
    assert rate(flows) > 0
    assert irr_roots(flows, 1) == pytest.approx((rate(flows),), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 1e-300, 1.0, 1e15, 1e290])
def test_size_does_not_matter(scale):
    flows = np.array(FLOWS) * scale
    assert rate(flows) == pytest.approx(rate(FLOWS), rel=1e-12)
    assert irr_roots(flows, 1) == pytest.approx((rate(FLOWS),), rel=1e-12)


@pytest.mark.parametrize(("lost", "back"), [(1e-6, 1e6), (1e6, 1e-6), (1.0, 1e-12), (1e-12, 1.0)])
def test_extreme_rates_of_one_payment(lost, back):
    """-a now, +b after k periods: the rate is (b/a)^(1/k) - 1."""
    for periods in (1, 3, 40):
        flows = [-lost, *[0.0] * (periods - 1), back]
        assert rate(flows) == pytest.approx((back / lost) ** (1 / periods) - 1, rel=1e-9)


def test_what_cancelling_leaves_is_no_flow():
    """A cent in a hundred billion is a flow, a thousandth of it is what rounding leaves."""
    assert irr_roots([1e-12, -1.0, 1.1], 1) == pytest.approx((0.1, 1e12), rel=1e-6)
    for flows in ([1e-14, *FLOWS], [*FLOWS, -1e-14], [1e-14, -1e-14, 1e-14, *FLOWS, 1e-14, -1e-14]):
        assert rate(flows) == pytest.approx(rate(FLOWS), rel=1e-12)
        assert irr_roots(flows, 1) == pytest.approx((rate(FLOWS),), rel=1e-12)
    assert math.isnan(rate([-1.0, 1e-14]))  # all is lost, whatever dust comes back
    assert irr_roots([1e-9, -1e15], 1) == ()


def test_money_in_another_unit_has_the_same_rate():
    """What is drawn cancels what is spent, to rounding: in which months something is left depends on the unit."""
    months = np.random.default_rng(3).dirichlet(np.ones(12))
    dusty = 0
    for factor in np.geomspace(1e-4, 1e4, 2_000):
        spent = 17e6 * factor * months
        drawn = spent / 3 + spent / 7 + spent * (11 / 21)
        flows = np.concatenate([drawn - spent, [-40e6 * factor], np.full(48, 1.3e6) * factor])
        dusty += int(np.any(flows[:12] > 0))
        assert rate(flows, 12) == pytest.approx(rate(flows[12:], 12), rel=1e-9)
        assert len(irr_roots(flows, 12)) == 1
    assert dusty > 100


def test_leading_and_trailing_zeros_change_nothing():
    assert rate([0, 0, *FLOWS, 0, 0, 0]) == rate(FLOWS)


def test_long_tails():
    """Money back after 25 years of months; an annuity whose rate a formula cannot give is checked by its value."""
    flows = np.full(300, 1.0)
    flows[0] = -150.0
    found = rate(flows, 12)
    monthly = (1 + found) ** (1 / 12)
    assert (flows / monthly ** np.arange(300)).sum() == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8))
@settings(max_examples=300)
def test_roots_are_those_of_the_polynomial(flows):
    """numpy finds the eigenvalues of the companion matrix; close pairs and tiny ends it cannot resolve are left out."""
    row = np.trim_zeros(np.where(np.abs(flows) < 1e-3, 0.0, flows))
    assume(len(row) > 1)
    candidates = np.roots(row[::-1])
    near_axis = np.abs(candidates.imag) < 1e-4 * np.abs(candidates)
    real = np.sort(candidates[np.abs(candidates.imag) < 1e-12 * np.abs(candidates)].real)
    assume(near_axis.sum() == len(real))
    assume(len(real) < 2 or np.diff(real).min() > 1e-4)
    wanted = sorted(1 / v - 1 for v in real if v > 0)
    found = irr_roots(row, 1)
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-7)
    single = rate(row)
    assert single == pytest.approx(found[0], rel=1e-9, abs=1e-9) if len(found) == 1 else math.isnan(single)


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_planted_roots_are_found_in_long_flows(seed):
    """Flows with known roots times a polynomial with positive coefficients, which has no positive root (Descartes)."""
    chance = np.random.default_rng(seed)
    planted = np.sort(chance.uniform(-0.05, 0.1, size=chance.integers(1, 4)))
    assume(len(planted) == 1 or np.diff(planted).min() > 5e-3)
    flows = chance.uniform(0.1, 1.0, size=60)
    for root in planted:
        flows = np.convolve(flows, [1.0, -(1.0 + root)])
    assert irr_roots(flows, 1) == pytest.approx(planted, abs=1e-6)


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_monthly_projects_agree_with_pyxirr(seed):
    pyxirr = pytest.importorskip("pyxirr")
    chance = np.random.default_rng(seed)
    flows = np.where(np.arange(240) < 24, -80.0, 12.0 + chance.normal(size=240))
    flows[120] -= 300.0  # a refresh
    found = rate(flows, 12)
    assume(not math.isnan(found))
    assert found == pytest.approx((1 + pyxirr.irr(flows)) ** 12 - 1, rel=1e-8, abs=1e-9)


@line
def found(x: Usd) -> PerYear:
    return verb(x)


def test_compiled_rates_are_the_same(compiled):
    """The ledger's verb on both batch readings, hostile flows included."""
    chance = np.random.default_rng(5)
    rows = [
        *chance.normal(size=(30, 12)),
        *([*row, *[0.0] * (12 - len(row))] for row in (FLOWS, [-1, 2.3, -1.32], [-1, 1], [0], [-100], [-1e-9, 1e15])),
    ]
    flows = np.array(rows, dtype=float)
    batch = Ledger([X, YEARS, found]).run_many(
        {"x": flows, "years": np.full(12, 0.25)}, len(flows), ["found"], compiled=compiled
    )["found"]
    assert batch == pytest.approx([rate(row, 4) for row in flows], rel=1e-9, abs=1e-12, nan_ok=True)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=14))
@settings(max_examples=300)
def test_any_numbers_give_a_rate_or_none_and_never_an_exception(flows):
    single, roots = rate(flows, 12), irr_roots(flows, 12)
    assert math.isnan(single) or single >= -1
    assert all(root >= -1 for root in roots)
    assert list(roots) == sorted(roots)
