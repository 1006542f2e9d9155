"""Debt is sized once: what is set over the file changes its cover, never its size, unless it is sized anew."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.model import moved
from computefactory.timeline import Timeline

LOWER = {"offtake.microsoft.total_value": "7.76 bn USD"}


def test_a_lower_price_lowers_the_cover_not_the_loan() -> None:
    base, lower = cf.run("iren-horizon"), cf.run("iren-horizon", overrides=LOWER)
    assert lower.metrics["debt_usd"].value == base.metrics["debt_usd"].value
    assert (lower.metrics["min_dscr"].value or 0) < (base.metrics["min_dscr"].value or 0) - 0.2
    assert "before --set" in lower.debt["sized_on"]


def test_resize_sizes_anew_at_the_same_cover() -> None:
    base, resized = cf.run("iren-horizon"), cf.run("iren-horizon", overrides=LOWER, resize=True)
    assert (resized.metrics["debt_usd"].value or 0) < (base.metrics["debt_usd"].value or 0)
    assert resized.metrics["min_dscr"].value == pytest.approx(base.metrics["min_dscr"].value, rel=0.02)


def test_a_delay_leaves_the_schedule_where_it_was() -> None:
    """The last phase three months late: principal falls due in the same calendar months."""
    base = cf.run("iren-horizon")
    late = cf.run("iren-horizon", overrides={"power.energised.2026-12": None, "power.energised.2027-03": "300 MW"})
    assert late.factory.finance.full_operation == base.factory.finance.full_operation + 3
    before, after = (run.frame("contract_only")["repayment"] for run in (base, late))
    shared = before.index.intersection(after.index)
    np.testing.assert_allclose(after[shared], before[shared], atol=1e-6)


def test_a_schedule_keeps_its_calendar_months_on_another_timeline() -> None:
    """Six months later: sums and dates stand six places earlier; owners' money of before is there at the start."""
    early, late = Timeline(24_300, 24), Timeline(24_306, 24)
    frozen = {
        "t_commitment": np.array([5.0]),
        "t_planned_draw": np.eye(24)[[8]],
        "t_planned_repayment": np.eye(24)[[20]],
        "t_planned_balloon": np.zeros((1, 24)),
        "t_make_whole": np.zeros((1, 24)),
        "t_first_service": np.array([12.0]),
        "underwritten_operation": 12.0,
        "planned_equity": np.eye(24)[4] + np.eye(24)[10],
        "planned_cfads": np.eye(24)[11],
    }
    there = moved(frozen, early, late)
    assert there["t_commitment"].tolist() == [5.0]
    assert np.flatnonzero(there["t_planned_draw"][0]) == [2]
    assert there["t_first_service"].tolist() == [6.0]
    assert there["underwritten_operation"] == 6.0
    assert np.flatnonzero(there["planned_equity"]).tolist() == [0, 4]
    assert np.flatnonzero(there["planned_cfads"]).tolist() == [5]
    with pytest.raises(FactoryFileError, match="resize"):
        moved({**frozen, "t_planned_draw": np.eye(24)[[3]]}, early, late)
