"""Income tax by hand: Publication 946, the mid-quarter test, states of their own, losses that lapse, holidays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefactory import finance
from small_factory import TIMELINE, inputs, ledger, of_asset

Run = Callable[..., Mapping[str, Any]]
NONE = np.zeros(TIMELINE.periods)
HALF = finance.macrs("5")
BY_MONTH: dict[str, Any] = {"by_month": (1.0, 0.0), "bonus": (0.0, 0.0)}
BY_QUARTER = {**BY_MONTH, "by_quarter": True}
OWN_STATE = {"own_state": True}


def placed(**shares: float) -> np.ndarray:
    """Shares by month name of 2026: ``jan=0.4``."""
    row = NONE.copy()
    for name, share in shares.items():
        row[["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].index(name)] = share
    return row


def by_year(series: np.ndarray) -> np.ndarray:
    return series.reshape(-1, 12).sum(axis=1)


def silicon(run: Run, when: np.ndarray, bonus: float = 0.0, **changes: Any) -> np.ndarray:
    """Yearly tax depreciation of the silicon, share of its cost; a building is built beside it."""
    tax = BY_QUARTER | {"bonus": (bonus, bonus)}
    lines = run(a_placed=np.array([placed(dec=1.0), when]), tax=tax, **changes)
    return by_year(of_asset(lines["d_depreciation"], 1, **tax)) / 200e6


def test_more_than_forty_per_cent_in_the_last_quarter_is_mid_quarter(run: Run) -> None:
    """40 % in January, 10 % in September, 50 % in October: tables A-2, A-4 and A-5 of IRS Pub. 946."""
    found = silicon(run, placed(jan=0.4, sep=0.1, oct=0.5))
    by_hand = [0.18, 0.328, 0.1968, 0.4 * 0.1101 + 0.1 * 0.1224 + 0.5 * 0.1368]
    assert found[:4] == pytest.approx(by_hand, rel=1e-12)
    assert found[:6].sum() == pytest.approx(1.0, rel=1e-12)


def test_forty_per_cent_exactly_is_half_year(run: Run) -> None:
    """The building that enters service in December is real property: the test does not count it."""
    found = silicon(run, placed(jan=0.6, dec=0.4))
    assert found[:6] == pytest.approx([0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576], rel=1e-12)


def test_the_test_looks_at_each_year_by_itself_and_before_bonus(run: Run) -> None:
    """Expensing four fifths of everything leaves the test as it is; what is left follows the quarter's table."""
    found = silicon(run, placed(oct=1.0), bonus=0.8)
    assert found[0] == pytest.approx(0.8 + 0.2 * 0.05, rel=1e-12)
    later = NONE.copy()
    later[[3, 22]] = 0.5  # April 2026 and November 2027
    found = silicon(run, later)
    assert found[:2] == pytest.approx([0.5 * 0.20, 0.5 * 0.32 + 0.5 * 0.05], rel=1e-12)


def test_a_stated_convention_is_a_test_that_always_or_never_fires(run: Run) -> None:
    assert silicon(run, placed(feb=1.0), mid_quarter_test=-1.0)[0] == pytest.approx(0.35)
    assert silicon(run, placed(dec=1.0), mid_quarter_test=float("nan"))[0] == pytest.approx(0.20)


def test_real_property_runs_by_month_from_the_middle_of_its_first(run: Run) -> None:
    """Pub. 946 table A-7a, month 7: 1.177 %, then 2.564 % a year; the table rounds each month to 0.214 %."""
    lines = run(a_placed=np.array([placed(jul=1.0), placed(jul=1.0)]), tax=BY_MONTH)
    shares = by_year(lines["d_depreciation"][0]) / 105e6
    assert shares[0] == pytest.approx(5.5 / 468, rel=1e-12)
    assert shares[:3] == pytest.approx([0.01177, 0.02564, 0.02564], abs=2e-5)


def test_a_straight_line_takes_all_of_the_basis(run: Run) -> None:
    """Two years by month, mid-month: the 25th month takes the other half of the first."""
    lines = run(
        a_placed=np.array([placed(mar=1.0)] * 2),
        tax=BY_MONTH | {"by_month": (1.0, 1.0), "life": (24.0, 24.0), "mid_month": (1.0, 0.0)},
    )
    half, whole = lines["d_depreciation"][0] / 105e6, lines["d_depreciation"][1] / 200e6
    assert half[2:5] == pytest.approx([1 / 48, 1 / 24, 1 / 24])
    assert half[25:28] == pytest.approx([1 / 24, 1 / 48, 0.0], abs=1e-15)
    assert whole[[2, 25]] == pytest.approx([1 / 24, 1 / 24])
    assert whole[26] == pytest.approx(0, abs=1e-15)
    assert [half.sum(), whole.sum()] == pytest.approx([1.0, 1.0], rel=1e-12)


# states


def test_a_state_that_adds_bonus_back(run: Run) -> None:
    """Silicon of 200 million expensed federally; the state follows the printed table and its tax is deducted."""
    lines = run(tax=OWN_STATE, losses_at_once=1.0, state_rate=0.08, c_accelerators=np.array([0.0]))
    state = by_year(of_asset(lines["d_depreciation"], 1, state=True, **OWN_STATE)) / 200e6
    assert state[1:6] == pytest.approx([0.20, 0.32, 0.192, 0.1152, 0.1152], rel=1e-9)
    assert by_year(of_asset(lines["d_depreciation"], 1, **OWN_STATE))[1] == pytest.approx(200e6), (
        "all of it federally, in 2027"
    )
    year = slice(12, 24)
    federal_income = lines["income"][year].sum() - lines["tax_depreciation"][year].sum() - lines["interest_allowed"][23]
    state_income = federal_income + 200e6 * 0.8
    state_tax = 0.08 * state_income
    assert lines["state_tax"][year].sum() == pytest.approx(state_tax, rel=1e-9)
    assert lines["tax_paid"][year].sum() == pytest.approx(state_tax + 0.21 * (federal_income - state_tax), rel=1e-9)


def test_the_two_bases_meet_at_the_exit(run: Run) -> None:
    """What the state has not allowed by the exit is left in its basis: over life both have deducted the same."""
    lines = run(tax=OWN_STATE, losses_at_once=1.0, state_rate=0.08)
    added = lines["tax_depreciation"] - lines["state_depreciation"]
    assert added.max() > 1e6
    assert (added + lines["state_sale"]).sum() == pytest.approx(0, abs=1e-3)
    assert lines["project_tax"].sum() == pytest.approx(
        (0.21 + 0.08 - 0.21 * 0.08)
        * (lines["ebitda"].sum() + lines["gain_on_sale"].sum() - lines["tax_depreciation"].sum()),
        rel=1e-9,
    )


def test_a_state_that_follows_is_the_combined_rate(run: Run) -> None:
    plain, both = run(losses_at_once=1.0), run(losses_at_once=1.0, state_rate=0.06)
    combined = 0.21 + 0.06 - 0.21 * 0.06
    np.testing.assert_allclose(both["project_tax"], plain["project_tax"] * combined / 0.21, rtol=1e-9, atol=1e-3)


def test_one_tax_is_deducted_from_what_the_next_is_levied_on(run: Run) -> None:
    assert run(state_rate=0.06)["tax_rate"] == pytest.approx(0.06 + 0.94 * 0.21, rel=1e-12)
    assert run()["tax_rate"] == pytest.approx(0.21, rel=1e-12)


def test_an_owner_without_debt_pays_the_tax_without_debt(run: Run) -> None:
    """In every period, both taxes, the sale at the exit included: the two readings of one return."""
    unlevered = {"sizing_dscr": 1e12, "dsra": 0.0, "upfront_fee": 0.0, "commitment_fee": 0.0}
    lines = run(tax=OWN_STATE, state_rate=0.08, senior=unlevered)
    assert lines["commitment"] < 1
    assert np.abs(lines["state_sale"]).max() > 1e6
    assert lines["state_tax"].sum() > 1e6
    np.testing.assert_allclose(lines["tax_paid"], lines["project_tax"], rtol=0, atol=1.0)


def test_lenders_tax_knows_committed_revenue_and_no_sale(run: Run) -> None:
    """A third of what is committed comes on top without commitment; the sale at the exit is not counted either."""
    lines = run(losses_at_once=1.0, c_committed=np.array([0.75]))
    assert lines["revenue"].sum() > 1.2 * lines["committed_revenue"].sum() > 1e6
    assert np.abs(lines["gain_on_sale"]).max() > 1e6
    taxable = by_year(lines["committed_revenue"] - lines["opex"] - lines["tax_depreciation"])
    np.testing.assert_allclose(by_year(lines["lender_tax"]), 0.21 * taxable, rtol=1e-9, atol=1e-3)
    taxable = by_year(lines["revenue"] + lines["gain_on_sale"] - lines["opex"] - lines["tax_depreciation"])
    np.testing.assert_allclose(by_year(lines["project_tax"]), 0.21 * taxable, rtol=1e-9, atol=1e-3)


def test_nothing_is_carried_where_losses_are_used_at_once(run: Run) -> None:
    lines = run(losses_at_once=1.0)
    assert lines["tax_paid"].min() < -1e6
    assert not lines["j_nol_closing"].any()
    assert not lines["v_nol_closing"].any()


# losses


def fifo(taxable: list[float], limit: float, years: int) -> list[float]:
    """Losses carried at each year's end, each vintage on its own, the oldest first."""
    vintages: list[list[float]] = []
    carried = []
    for year, income in enumerate(taxable):
        use = min(sum(left for _, left in vintages), max(income, 0) * limit)
        for vintage in vintages:
            part = min(use, vintage[1])
            vintage[1] -= part
            use -= part
        vintages = [vintage for vintage in vintages if year - vintage[0] < years]
        if income < 0:
            vintages.append([year, -income])
        carried.append(sum(left for _, left in vintages))
    return carried


@settings(max_examples=30, deadline=None)
@given(
    shares=st.lists(st.floats(0, 1), min_size=4, max_size=4),
    price=st.floats(0.2, 3.0),
    years=st.integers(1, 6),
    limit=st.sampled_from([0.3, 0.8, 1.0]),
)
def test_losses_lapse_oldest_first(shares: list[float], price: float, years: int, limit: float) -> None:
    book = ledger()
    when = NONE.copy()
    when[[4, 16, 28, 40]] = np.array(shares) / max(sum(shares), 1)
    values = inputs(
        book,
        tax={"bonus": (0.0, shares[0])},
        a_placed=np.array([when, when]),
        c_price=np.array([price]),
        losses_lapse=1.0,
        loss_life=years * 12.0,
        loss_limit=limit,
    )
    lines = book.run(values)
    ends = slice(11, None, 12)
    expected = fifo(list(lines["j_taxable"][0][ends]), limit, years)
    np.testing.assert_allclose(lines["j_nol_closing"][0][ends], expected, rtol=1e-9, atol=1e-2)
    expected = fifo(list(lines["v_taxable"][0][ends]), limit, years)
    np.testing.assert_allclose(lines["v_nol_closing"][0][ends], expected, rtol=1e-9, atol=1e-2)


@pytest.mark.parametrize("limit", [0.1, 0.3])
def test_interest_beyond_its_limit_is_carried_to_later_years(run: Run, limit: float) -> None:
    """IRC 163(j), year by year: up to a share of income before interest, what is more waits for the next year."""
    lines = run(interest_limit=limit, losses_at_once=1.0, senior={"sizing_dscr": 1.1, "fixed_rate": 0.12})
    income, interest = by_year(lines["income"]), by_year(lines["interest"])
    carried, allowed = 0.0, []
    for year in range(len(income)):
        allowed.append(min(carried + interest[year], limit * max(income[year], 0)))
        carried += interest[year] - allowed[-1]
        assert lines["disallowed_interest"][12 * year + 11] == pytest.approx(carried, rel=1e-9, abs=1e-3)
    assert lines["disallowed_interest"].max() > 1e6
    assert np.diff(lines["disallowed_interest"][11::12]).min() < -1e6  # and is used
    assert (carried < 1) == (limit > 0.2)  # all of it in time, or not
    taxable = income - by_year(lines["tax_depreciation"]) - allowed
    np.testing.assert_allclose(by_year(lines["tax_paid"]), 0.21 * taxable, rtol=1e-9, atol=1e-2)


def test_a_replacement_has_a_basis_of_its_own(run: Run) -> None:
    """Half the price of the first silicon, expensed when it enters service; the building is not replaced."""
    refresh = NONE.copy()
    refresh[40] = 1.0
    lines = run(p_refresh=refresh[None])
    assert of_asset(lines["d_depreciation"], 1)[40] == pytest.approx(0.5 * 200e6, rel=1e-12)
    assert of_asset(lines["d_basis"], 0)[40] == 0


def test_a_holiday_levies_nothing_and_losses_roll_through_it(run: Run) -> None:
    levied = np.ones(TIMELINE.periods)
    levied[12:36] = 0.0
    plain, free = run(), run(tax_levied=levied)
    np.testing.assert_allclose(by_year(free["project_tax"])[1:3], 0.0, atol=1e-6)
    np.testing.assert_allclose(by_year(free["project_tax"])[3:], by_year(plain["project_tax"])[3:], rtol=1e-12)


def test_withholding_takes_its_share_of_profit_paid_out(run: Run) -> None:
    lines = run(withholding_rate=0.1)
    after = lines["building"] == 0
    assert lines["withholding"].sum() == pytest.approx(0.1 * lines["distribution"][after].sum())
    assert lines["equity_flow"].sum() == pytest.approx(
        lines["distribution"].sum() - lines["equity_in"].sum() - lines["withholding"].sum()
    )


def test_nothing_is_withheld_from_owners_money_that_comes_back_at_close(run: Run) -> None:
    lines = run(withholding_rate=0.1, c_price=np.array([30.0]), t_distributes=np.array([1.0]))
    building = lines["building"] > 0
    assert lines["distribution"][building].sum() > 1e6
    assert not lines["withholding"][building].any()


# all of it at once


@settings(max_examples=15, deadline=None)
@given(
    months=st.lists(st.integers(0, 30), min_size=3, max_size=3),
    bonus=st.sampled_from([0.0, 0.4, 1.0]),
    state=st.sampled_from([0.0, 0.09]),
    reading=st.sampled_from(["tested", "never", "always"]),
)
def test_depreciation_sums_to_basis_and_the_sheet_closes(
    months: list[int], bonus: float, state: float, reading: str
) -> None:
    book = ledger()
    when = NONE.copy()
    for month in months:
        when[month] += 1 / 3
    test = {"tested": 0.4, "never": float("nan"), "always": -1.0}[reading]
    tax = BY_QUARTER | OWN_STATE | {"bonus": (bonus, bonus)}
    values = inputs(
        book,
        tax=tax,
        a_placed=np.array([when, when]),
        state_rate=state,
        losses_lapse=1.0,
        mid_quarter_test=test,
        withholding_rate=0.05,
    )
    lines = book.run(values)
    gone = lines["d_depreciation"].sum(axis=1) + lines["d_basis_sold"].sum(axis=1)
    for of_state in (False, True):
        found = [of_asset(gone, asset, state=of_state, **tax) for asset in (0, 1)]
        np.testing.assert_allclose(found, [105e6, 200e6], rtol=1e-12)
    assert np.all(lines["d_tax_basis"] > -1e-3)
    assert np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"]))
    many = book.run_many(
        {
            name: np.broadcast_to(value, (2, *np.shape(value))) if name == "state_rate" else value
            for name, value in values.items()
        },
        2,
        keep=["tax_paid", "equity_irr", "project_tax"],
    )
    for scenario in (0, 1):
        np.testing.assert_allclose(many["tax_paid"][scenario], lines["tax_paid"], rtol=1e-9, atol=1e-3)
        np.testing.assert_allclose(many["project_tax"][scenario], lines["project_tax"], rtol=1e-9, atol=1e-3)
