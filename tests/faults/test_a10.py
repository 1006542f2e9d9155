"""A10: where value limits a sculpted loan, its service is reshaped to a level cover as far as the path allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from small_factory import FULL_OPERATION, SENIOR, TENOR, inputs, ledger

LIFE = slice(FULL_OPERATION, FULL_OPERATION + TENOR)


def covers(lines, rank=0):
    """Cash of the sizing case to service, month by month while it is served."""
    served = lines["t_repaying"][rank] > 0
    due = (lines["t_interest"] + lines["t_planned_repayment"])[rank][served]
    return lines["sizing_cfads"][served] / np.maximum(due, 0.01)


@pytest.mark.parametrize("ltv", [0.45, 0.55, 0.70])
def test_a10_iren_is_level_once_value_has_bound(ltv):
    """IREN kept to a share of its silicon's value: cover rises while value binds, then is level (1.87 … 3.04, 1.31)."""
    result = cf.run("iren-horizon", overrides={"capital.debt.senior.max_ltv": f"{100 * ltv:g} %"}, resize=True)
    lines = result.sized.lines
    served = lines["t_repaying"][0] > 0
    cover = covers(lines)
    assert np.all(np.diff(cover) >= -1e-9)
    assert np.ptp(cover[len(cover) // 3 :]) < 1e-9 * cover[-1]
    assert cover[0] >= 1.30 - 1e-9
    headroom = ltv * lines["silicon_value"][served] - lines["t_balance"][0][served]
    assert headroom.min() == pytest.approx(0, abs=1.0)
    tests = result.runs["contract_only"].lines["t_dscr"][0]
    assert tests[tests < 1e6][-1] == pytest.approx(tests[tests < 1e6].max(), rel=0.01)


def test_a10_value_that_binds_only_at_the_first_service_leaves_one_cover():
    """A value path that is tight at the start alone: one cover to maturity, PV of the cash over what is lent."""
    result = cf.run("iren-horizon", resize=True)
    lines = result.sized.lines
    assert np.ptp(covers(lines)) < 1e-9
    assert covers(lines)[0] == pytest.approx(1.30, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    price=st.floats(3.0, 9.0),
    ltv=st.floats(0.1, 0.9),
    dscr=st.floats(1.05, 2.0),
    secures=st.sampled_from(["silicon", "durable", "all"]),
)
def test_a10_any_value_path_is_kept_at_the_most_level_cover(price, ltv, dscr, secures):
    """Random limits: what both allow is lent, every month keeps both, and cover is level from the tightest month."""
    book = ledger()
    senior = {"max_ltv": ltv, "sizing_dscr": dscr, "secures": secures}
    lines = book.run(inputs(book, c_price=np.array([price]), senior=senior))
    loan, owed = lines["t_commitment"][0], lines["t_balance"][0]
    assert loan == pytest.approx(lines["t_debt_on_path"][0], rel=1e-12)
    cent = 1e-9 * loan + 0.01
    assert np.all(owed[LIFE] <= lines["t_limit_at_ltv"][0][LIFE] + cent)
    due = (lines["t_interest"] + lines["t_planned_repayment"])[0][LIFE]
    assert np.all(due <= np.maximum(lines["sizing_cfads"][LIFE], 0) / dscr + cent)
    share = lines["t_levelled_share"][0][LIFE]
    assert np.all(np.diff(share) <= 1e-12)
    if loan > 1e6:
        tightest = int(
            np.argmin(np.r_[lines["t_levelled_share"][0][FULL_OPERATION - 1], share] > share[-1] * (1 + 1e-9))
        )
        level = covers(lines)[tightest:-1]
        assert np.ptp(level[due[tightest:-1] > 1.0]) <= 1e-6 * level.max()


def test_a10_those_behind_keep_their_cover():
    """A junior behind a levelled senior: service of both together stays within the junior's cover in every month."""
    from dataclasses import replace

    book = ledger()
    senior = replace(SENIOR, name="senior", max_ltv=0.3, sizing_dscr=1.4)
    junior = replace(SENIOR, name="junior", sizing_dscr=1.2, secures="durable", fixed_rate=0.09)
    lines = book.run(inputs(book, c_price=np.array([6.0]), tranches=(senior, junior)))
    due = (lines["t_interest"] + lines["t_planned_repayment"]).sum(axis=0)[LIFE]
    assert lines["t_commitment"][1] > 1e6
    assert np.all(due <= np.maximum(lines["sizing_cfads"][LIFE], 0) / 1.2 + 0.01)
