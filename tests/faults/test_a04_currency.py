"""A loan in another currency: at the file's rate of exchange, refused without one; limits that no loan keeps."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError

SENIOR = "capital.debt.senior"
EURO = {f"{SENIOR}.currency": "EUR", "capital.fx.EUR": "1.08 USD/EUR"}


def test_a04_a_loan_in_euro_is_the_same_money_at_the_files_rate():
    """1.08 USD/EUR: the commitment in EUR is that in USD over 1.08, and caps in EUR are read at it."""
    dollars, euros = (cf.run("iren-horizon", overrides=more, resize=True).debt for more in ({}, EURO))
    loan = euros["tranches"]["senior"]
    assert euros["debt_usd"] == pytest.approx(dollars["debt_usd"], rel=1e-12)
    assert loan["currency"] == "EUR"
    assert loan["commitment_in_currency"] == pytest.approx(dollars["debt_usd"] / 1.08)
    capped = cf.run("iren-horizon", overrides=EURO | {f"{SENIOR}.max_commitment": "1 bn EUR"}, resize=True).debt
    assert capped["debt_usd"] == pytest.approx(1.08e9)


def test_a04_a_rate_in_euro_bears_the_forward_rate():
    """Inflation of 2.5 % at home and 1.5 % abroad: 6 % in EUR costs 1.06 x 1.025 / 1.015 - 1 in USD (parity)."""
    abroad = {"capital.inflation_abroad.EUR": "1.5 %/year", "operations.inflation": "2.5 %/year"}
    loan = cf.load("iren-horizon", overrides=EURO | abroad).finance.tranches[0]
    assert loan.fixed_rate == pytest.approx(1.06 * 1.025 / 1.015 - 1)


def test_a04_a_loan_currency_without_a_rate_is_refused():
    """``currency: GBP`` without ``capital.fx.GBP``: refused at its place, with what to state."""
    with pytest.raises(FactoryFileError, match=r"senior\.currency: GBP.*capital\.fx"):
        cf.load("iren-horizon", overrides={f"{SENIOR}.currency": "GBP"})


def test_a04_a_limit_path_that_no_loan_keeps_is_refused():
    """``max_ltv`` on silicon at a landlord's site, which has none: refused at its place, with the reason."""
    notes = {"capital.debt.notes.secures": "silicon", "capital.debt.notes.max_ltv": "50 %"}
    with pytest.raises(FactoryFileError, match=r"notes\.max_ltv.*silicon has none"):
        cf.run("core-scientific-590mw", overrides=notes, resize=True)
