"""What holds whoever goes, whenever, and whatever is recovered."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from small_factory import FULL_OPERATION, TENOR, inputs, ledger

CENT = 0.01
SHARE = st.floats(0.0, 1.0)


def one(value: float) -> np.ndarray:
    return np.array([value])


@settings(max_examples=60)
@given(
    left=st.floats(0.0, FULL_OPERATION + TENOR + 12.0),
    void=st.floats(0.0, 24.0),
    wrong_way=SHARE,
    recovery=SHARE,
    prepayment=st.floats(0.0, 0.5),
    first=st.sampled_from([0.0, 1.0]),
    agreed=st.one_of(st.none(), st.floats(0.0, 4e8)),
    wait=st.floats(0.0, 4.0),
    backstop=st.floats(0.0, 2e8),
)
def test_the_books_close_and_money_paid_ahead_is_used_once(
    left: float,
    void: float,
    wrong_way: float,
    recovery: float,
    prepayment: float,
    first: float,
    agreed: float | None,
    wait: float,
    backstop: float,
) -> None:
    """Balances close; prepayments are credited, kept or paid back; owners wait for what is owed back to customers."""
    book = ledger()
    event = {
        "c_leaves": one(1.0),
        "c_left": one(left),
        "c_claim_recovery": one(recovery),
        "c_refund_first": one(first),
        "c_agreed": one(float(agreed is not None)),
        "c_agreed_sum": one(agreed or 0.0),
        "c_backstop": one(backstop),
        "c_wait": one(wait),
        "c_prepayment": one(prepayment),
        "re_let_void": void,
        "wrong_way": wrong_way,
    }
    lines = book.run(inputs(book, **event))
    np.testing.assert_allclose(lines["imbalance"], 0, atol=1.0)
    np.testing.assert_allclose(lines["c_credit"].sum(), lines["c_prepay_in"].sum(), atol=CENT)
    paid = lines["refund_paid"].sum() + lines["refund_owed"][-1]
    np.testing.assert_allclose(paid, lines["refund_deferred"].sum(), atol=CENT)
    waiting = (lines["refund_owed"] > 1.0) & (lines["building"] == 0)
    np.testing.assert_allclose(lines["distribution"][waiting], 0, atol=CENT)
    months = np.arange(len(lines["c_billed"][0]))
    void_months = (months + 1 > left) & (months + 1 <= max(left + void, FULL_OPERATION))
    np.testing.assert_allclose((lines["c_revenue"] - lines["c_settled"])[0][void_months], 0, atol=CENT)
    assert (lines["c_settled"] <= lines["c_owed"] + CENT).all()
    assert (lines["c_owed"][0][~((months <= left) & (months + 1 > left))] == 0).all()


@settings(max_examples=30)
@given(
    left=st.integers(FULL_OPERATION, FULL_OPERATION + TENOR - 1), price=st.floats(1.5, 6.0), rate=st.floats(0.0, 0.2)
)
def test_a_claim_recovered_in_full_makes_its_creditor_whole(left: int, price: float, rate: float) -> None:
    """At the month of the default revenue is worth what it was, or more where others pay more."""
    book = ledger()
    loan = {"senior": {"fixed_rate": rate}}
    plain = book.run(inputs(book, c_price=one(price), **loan))
    event = {"c_leaves": one(1.0), "c_left": one(float(left)), "c_claim_recovery": one(1.0)}
    gone = book.run(inputs(book, c_price=one(price), **event, **loan))
    end = FULL_OPERATION + TENOR
    factor = (1 + rate / 12) ** -np.arange(end - left)
    before, after = (float((lines["c_revenue"][0][left:end] * factor).sum()) for lines in (plain, gone))
    assert after >= before * (1 - 1e-9)
    if gone["c_owed"].sum() > 0:
        np.testing.assert_allclose(after, before, rtol=1e-9)
