"""Where books and bank part, by hand: payment terms, rent in a straight line, leases on the sheet, long prepayments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_factory import FULL_OPERATION, TENOR, inputs, lease_terms, ledger

Run = Callable[..., Mapping[str, Any]]
LAST = FULL_OPERATION + TENOR - 1
LEASE = {
    "l_power": np.array([2_000.0]),
    "l_price": np.array([150.0]),
    "l_passed": np.array([1.0]),
    "l_start": np.array([float(FULL_OPERATION)]),
    "l_tenor": np.array([36.0]),
    "l_escalator": np.array([0.03]),
    "l_committed": np.array([1.0]),
    "l_hazard": np.array([0.0]),
    "l_signed": np.array([-1.0]),
    **lease_terms(tenor=[36.0]),
}


def closes(lines: Mapping[str, Any]) -> bool:
    return bool(np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"])))


def late(**months: float) -> dict[str, Any]:
    """Payment terms by who waits: customers, suppliers, taxes, or the ``contract`` and the ``tenant``."""
    axes = {"contract": "c_wait", "tenant": "l_wait"}
    return {axes.get(who, f"{who}_wait"): np.array([wait]) if who in axes else wait for who, wait in months.items()}


def test_forty_five_days_are_a_month_and_a_half_of_bills(run: Run) -> None:
    plain, lines = run(), run(**late(contract=1.5))
    bill = 4_000 * 730 * 3.0
    t = FULL_OPERATION
    assert lines["receivable"][[t, t + 1, t + 20]] == pytest.approx([bill, 1.5 * bill, 1.5 * bill], rel=1e-12)
    assert lines["cash_earnings"][t] == pytest.approx(plain["ebitda"][t] - bill, rel=1e-12)
    assert lines["cash_earnings"][t + 1] == pytest.approx(plain["ebitda"][t + 1] - bill / 2, rel=1e-12)
    assert lines["receivable"][LAST] == 0, "the exit settles it"
    assert lines["tied_up"].sum() == pytest.approx(0, abs=1e-4)
    assert lines["npv_usd"] < plain["npv_usd"]
    assert lines["sizing_cfads"].sum() == pytest.approx(plain["sizing_cfads"].sum(), rel=1e-12)
    assert lines["commitment"] < plain["commitment"]
    assert closes(lines)


def test_suppliers_and_the_tax_office_wait(run: Run) -> None:
    plain, lines = run(), run(**late(suppliers=1.0, taxes=3.0))
    t = FULL_OPERATION + 5
    bought = lines["opex"] - lines["rent_paid"] - lines["property_tax"]
    np.testing.assert_allclose(lines["payable"][:LAST], bought[:LAST], rtol=1e-12)
    assert lines["tax_payable"][t] == pytest.approx(lines["tax_paid"][t - 2 : t + 1].sum(), rel=1e-12)
    assert lines["tax_settled"].sum() == pytest.approx(lines["tax_paid"].sum(), rel=1e-12)
    np.testing.assert_array_equal(lines["ebitda"], plain["ebitda"])
    assert lines["project_irr"] > plain["project_irr"]
    assert closes(lines)


def test_what_is_not_stated_is_not_in_the_books(run: Run) -> None:
    """No terms, no lease, no rate for prepayments; a tenant's rent that rises, but books that follow the bank."""
    lines = run(**LEASE, rent_even=0.0, c_prepayment=np.array([0.2]), finance_lease=1.0)
    nothing = ("receivable", "committed_receivable", "payable", "tax_payable", "project_tax_payable", "tied_up")
    nothing += ("tax_unpaid", "lease_liability", "lease_right", "leaseback_liability", "leaseback_right")
    nothing += ("rent_accrued", "rent_difference", "financing_revenue", "accretion", "deferred_interest")
    for name in nothing:
        assert not np.any(lines[name]), name
    np.testing.assert_array_equal(lines["cash_earnings"], lines["ebitda"])
    np.testing.assert_array_equal(lines["tax_settled"], lines["tax_paid"])
    np.testing.assert_array_equal(lines["project_tax_settled"], lines["project_tax"])
    np.testing.assert_array_equal(lines["sizing_receipts"], lines["committed_revenue"])
    assert closes(lines)


def test_rent_paid_is_even_and_the_lease_stands_on_the_sheet(run: Run) -> None:
    """1,000 kW at 50 USD, rising 4 % a year, for 73 months, at 8 % a year."""
    lines = run(building_rent=50.0, building_leased=1_000.0, building_escalator=0.04)
    month = np.arange(LAST + 1)
    rent = 50_000 * 1.04 ** (month // 12)
    np.testing.assert_allclose(lines["rent_paid"][: LAST + 1], rent, rtol=1e-12)
    np.testing.assert_allclose(lines["rent_expense"][: LAST + 1], rent.sum() / 73, rtol=1e-9)
    worth = [sum(rent[k:] / 1.08 ** ((month[k:] - k + 1) / 12)) for k in range(LAST + 1)]  # before month k's rent
    assert lines["lease_begun"][0] == pytest.approx(worth[0], rel=1e-12)
    np.testing.assert_allclose(lines["lease_liability"][:LAST], worth[1:], rtol=1e-12)
    accrued = np.cumsum(rent.sum() / 73 - rent)
    np.testing.assert_allclose(lines["lease_right"][:LAST], worth[1:] - accrued[:LAST], rtol=1e-9)
    assert lines["lease_right"][LAST] == pytest.approx(0, abs=1e-4)
    assert lines["lease_liability"][LAST] == 0
    assert closes(lines)


def test_a_finance_lease_costs_more_first(run: Run) -> None:
    rent = {"building_rent": 50.0, "building_leased": 1_000.0}
    operating, finance = run(**rent), run(**rent, finance_lease=1.0)
    assert finance["rent_expense"][0] > operating["rent_expense"][0]
    assert finance["rent_expense"].sum() == pytest.approx(operating["rent_expense"].sum(), rel=1e-9)
    steps = np.diff(finance["lease_right"][: LAST + 1])
    np.testing.assert_allclose(steps, -finance["lease_begun"][0] / 73, rtol=1e-9)
    np.testing.assert_array_equal(finance["equity_flow"], operating["equity_flow"])
    assert closes(finance)


def test_tenants_rent_is_earned_evenly(run: Run) -> None:
    """Three years at 300,000 USD a month, rising 3 %: 309,090 USD a month in the books."""
    lines = run(**LEASE)
    during = slice(FULL_OPERATION, FULL_OPERATION + 36)
    earned = lines["l_rent"][0] + lines["l_rent_accrual"][0]
    np.testing.assert_allclose(earned[during], 300_000 * (1 + 1.03 + 1.0609) / 3, rtol=1e-12)
    assert lines["rent_accrued"][FULL_OPERATION] == pytest.approx(9_090.0, rel=1e-9)
    assert lines["rent_accrued"][-1] == pytest.approx(0, abs=1e-4)
    np.testing.assert_array_equal(lines["tax_paid"], run(**LEASE)["tax_paid"])
    assert closes(lines)


def test_four_thousand_paid_two_years_ahead_at_six_per_cent_earns_4494(run: Run) -> None:
    """The figures of ASC 606-10-55-244 f. (example 29): 4,000 of cash become 4,494 of revenue and 494 of interest."""
    value = 4_000 * 730 * TENOR * 3.0
    lines = run(
        c_prepayment=np.array([4_000 / value]),
        c_prepaid=np.array([LAST - 24.0]),
        c_credited_from=np.array([float(LAST)]),
        prepayment_rate=0.06,
    )
    assert lines["prepayment_in"].sum() == pytest.approx(4_000)
    assert lines["prepayment_credit"].sum() + lines["financing_revenue"].sum() == pytest.approx(4_494.4, rel=1e-9)
    assert lines["accretion"].sum() == pytest.approx(494.4, rel=1e-9)
    assert lines["accretion"][: LAST - 11].sum() == pytest.approx(4_000 * 0.06, rel=1e-9), "240 in the first year"
    owed = lines["deferred_revenue"] + lines["deferred_interest"]
    assert owed[LAST - 12] == pytest.approx(4_240, rel=1e-9)
    assert owed[-1] == pytest.approx(0, abs=1e-4)
    assert closes(lines)


def test_a_prepayment_of_a_year_or_less_finances_nobody(run: Run) -> None:
    """ASC 606-10-32-18: no more than a year between payment and service."""
    lines = run(
        c_prepayment=np.array([0.1]),
        c_start=np.array([float(FULL_OPERATION)]),
        c_tenor=np.array([9.0]),
        c_prepaid=np.array([FULL_OPERATION - 3.0]),
        c_credited_from=np.array([float(FULL_OPERATION)]),
        prepayment_rate=0.06,
    )
    assert np.all(lines["accretion"] == 0)
    assert np.all(lines["financing_revenue"] == 0)


@settings(max_examples=20, deadline=None)
@given(
    customers=st.floats(0, 4),
    suppliers=st.floats(0, 4),
    taxes=st.floats(0, 6),
    rent=st.floats(0, 100),
    finance=st.sampled_from([0.0, 1.0]),
    prepayment=st.floats(0, 0.4),
    rate=st.floats(0, 0.15),
    at_once=st.sampled_from([0.0, 1.0]),
    order=st.sampled_from(["debt_first", "pro_rata", "equity_first"]),
)
def test_the_sheet_closes_whatever_the_books_separate(
    customers: float,
    suppliers: float,
    taxes: float,
    rent: float,
    finance: float,
    prepayment: float,
    rate: float,
    at_once: float,
    order: str,
) -> None:
    book = ledger(draw_order=order)
    lines = book.run(
        inputs(
            book,
            **late(contract=customers, customers=customers, suppliers=suppliers, taxes=taxes),
            building_rent=rent,
            building_leased=5_000.0,
            building_escalator=0.03,
            finance_lease=finance,
            c_prepayment=np.array([prepayment]),
            prepayment_rate=rate,
            losses_at_once=at_once,
            **LEASE | late(tenant=customers / 2),
        )
    )
    assert closes(lines)
    for name in ("receivable", "payable", "tax_payable", "lease_right", "lease_liability", "rent_accrued"):
        assert abs(lines[name][-1]) < 1e-2, name
    assert abs(lines["deferred_revenue"][-1] + lines["deferred_interest"][-1]) < 1e-2
    assert lines["net_income"].sum() == pytest.approx(lines["distribution"].sum() - lines["equity_in"].sum(), abs=1.0)
