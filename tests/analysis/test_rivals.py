"""Growth held and guidance, by hand."""

from __future__ import annotations

import pytest

from computefactory.analysis.guidance import Guided, guided
from computefactory.analysis.rivals import growth_held, mean_absolute


def test_growth_held_is_the_ratio_of_the_last_two_quarters():
    assert growth_held(583.941, 747.4, 1) == pytest.approx(747.4 * 747.4 / 583.941)
    assert growth_held(100, 100, 7) == 100


@pytest.mark.parametrize(("before", "last"), [(None, 1.0), (1.0, None), (0.0, 1.0), (-1.0, 2.0), (1.0, -2.0)])
def test_growth_of_what_is_unknown_or_not_positive_is_none(before, last):
    assert growth_held(before, last, 1) is None


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("guide_q2_2026_revenue_low", Guided("2026-06", "revenue", "low")),
        ("guide_fy2026_adj_operating_income_high", Guided("FY2026", "adj_operating_income", "high")),
        ("guide_2026_exit_active_power", Guided("2026-12", "active_power", "")),
        ("revenue", None),
        ("guide_revenue_per_active_mw_exit", None),
    ],
)
def test_what_a_field_guides_to(field, what):
    assert guided(field) == what


def test_the_mean_error_is_of_what_was_reported():
    assert mean_absolute([(90, 100), (130, 100), (5, 0)]) == pytest.approx(0.2)
    assert mean_absolute([(5, 0)]) is None
