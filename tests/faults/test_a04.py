"""A4: what a lender advances on cost, what must be kept on value, and cover by credit and tenor are three terms."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.finance.debt_sizing import NO_LIMIT
from computefactory.library import Library
from computefactory.registry import PAGES
from small_factory import inputs, ledger

LIBRARY = Library.load()
SENIOR = "capital.debt.senior"
IREN_SILICON, IREN_PREPAID = 5.81e9, 0.2 * 9.7e9


@cache
def debt(**terms: Any) -> dict[str, Any]:
    """The debt object of IREN with terms of its loan."""
    stated = {f"{SENIOR}.{name}": value for name, value in terms.items()}
    return cf.run("iren-horizon", overrides=stated, resize=True).debt


def test_a04_iren_is_sized_from_rows_near_what_was_lent():
    """Silicon 5.81 bn less 1.94 bn prepaid is 3.87 bn; cover of 1.30x carries 3.77 bn; 3.65 bn were lent (was 2.67)."""
    limits = debt()["limits"]
    assert limits["advance"] == pytest.approx(IREN_SILICON - IREN_PREPAID, rel=1e-12)
    assert limits["cover"] == pytest.approx(3.87e9, rel=0.03)
    assert debt()["debt_usd"] == min(limits[name] for name in ("advance", "cover", "gearing"))
    assert debt()["debt_usd"] == pytest.approx(3.65e9, rel=0.04)


def test_a04_without_a_covenant_on_value_no_value_limits():
    """``max_ltv`` is a covenant of the file: without one the curve of used prices sizes nothing."""
    assert debt()["max_ltv"] is None
    assert "loan_to_value" not in {name for name, value in debt()["limits"].items() if value is not None}


def test_a04_sizing_cover_moves_the_loan_in_proportion():
    """1.30x to 1.60x lowers what cover carries by 1.30/1.60 (it moved 2.72 to 2.61 bn only)."""
    loose, tight = debt(sizing_dscr=1.30), debt(sizing_dscr=1.60)
    assert tight["limits"]["cover"] == pytest.approx(loose["limits"]["cover"] * 1.30 / 1.60, rel=1e-9)
    assert tight["debt_usd"] == pytest.approx(loose["debt_usd"] * 1.30 / 1.60, rel=1e-9)


@pytest.mark.parametrize(("term", "limit"), [("max_advance", "advance"), ("max_gearing", "gearing")])
def test_a04_a_limit_is_switched_off_by_none(term, limit):
    """``max_advance: none`` and ``max_gearing: none`` leave the others as they were."""
    off, on = debt(**{term: "none"})["limits"], debt()["limits"]
    assert off.get(limit) is None
    assert {name: value for name, value in off.items() if name != limit} == pytest.approx(
        {name: value for name, value in on.items() if name != limit}
    )


def test_a04_cover_of_none_leaves_what_the_cash_itself_carries():
    """``sizing_dscr: none``: a loan is still repaid from cash, at 1.00x."""
    assert debt(sizing_dscr="none")["limits"]["cover"] == pytest.approx(1.30 * debt()["limits"]["cover"], rel=1e-9)


def test_a04_a_stated_covenant_on_value_holds_in_every_month():
    """``max_ltv: 55 %`` is kept from the first service to the last: 3.20 bn at origination would not be."""
    result = cf.run("iren-horizon", overrides={f"{SENIOR}.max_ltv": "55 %"}, resize=True)
    lines = result.sized.lines
    served = lines["t_repaying"][0] > 0
    assert np.all(lines["t_balance"][0][served] <= 0.55 * lines["silicon_value"][served] + 1.0)
    assert result.debt["binding_limit"] == "loan_to_value"


def test_a04_the_cost_limit_holds_whatever_pays_first():
    """``max_gearing`` without draws pro rata was refused; 30 % of IREN's cost now binds whoever pays first."""
    found = debt(max_gearing="30 %")
    assert found["binding_limit"] == "gearing"
    assert found["debt_usd"] == pytest.approx(found["limits"]["gearing"])


@pytest.mark.parametrize(("rating", "cover"), [("AAA", 1.30), ("A-", 1.30), ("BBB", 1.35), ("BB+", 1.45), ("B1", 1.50)])
def test_a04_cover_follows_the_credit_of_who_pays(rating, cover):
    """A loan that states no cover takes the row of the buyer's letter: 1.30x at AAA, 1.50x at B for five years."""
    loan = cf.load("iren-horizon", overrides={"offtake.microsoft.rating": rating}).finance.tranches[0]
    assert loan.sizing_dscr == pytest.approx(cover)


def test_a04_cover_rises_with_tenor_and_rent_has_rows_of_its_own():
    """Two years beyond the row's tenor add twice its step; a lease to B+ is sized at 1.40x, not at compute's 1.50x."""
    longer = {f"{SENIOR}.amortises_until": "2033-12", f"{SENIOR}.refinanced_by": "takeout"}
    takeout = {"capital.debt.takeout": {"matures": "2033-12"}}
    step = float(LIBRARY.fact("cover", "compute AAA", "per_year_longer").value)
    loan = cf.load("iren-horizon", overrides=longer | takeout).finance.tranches[0]
    assert loan.sizing_dscr == pytest.approx(1.30 + 2 * step)
    assert cf.load("core-scientific-590mw").finance.tranches[0].sizing_dscr == pytest.approx(1.40)


def test_a04_every_default_is_a_row_with_a_range():
    """Covers, advance, cost limit, tail, covenant and lock-up: a row with source, date, low and high each."""
    rows = list(LIBRARY.rows("cover"))
    names = ("max_advance", "max_advance_durable", "max_gearing", "tail", "tail_rent", "covenant_dscr", "lockup_dscr")
    rows += [LIBRARY.fact("debt", "default", name) for name in names]
    for fact in rows:
        assert all((fact.source, fact.as_of)), fact.path
        assert float(fact.low) <= float(fact.value) <= float(fact.high), fact.path


def test_a04_the_page_says_what_binds_and_what_was_lent():
    """``run`` and ``show loans``: every limit with its value, those that are none and why, and the disclosed amount."""
    result = cf.run("iren-horizon")
    found = result.debt
    assert (found["binding_limit"], found["next_limit"]) == ("cover", "advance")
    assert found["disclosed"]["amount_usd"] == 3.65e9
    assert found["disclosed"]["row"] == "IREN Microsoft GPU financing"
    assert set(found["no_limit"]) == {"loan_to_value", "backstop"}
    for page in ("overview", "loans"):
        text = str(PAGES[page](result).as_dict())
        assert "cover at 1.30x binds" in text
        assert "advance on cost at 100 %; next" in text
        assert "disclosed: IREN Microsoft GPU financing (2026-06-01)" in text


def test_a04_a_row_to_compare_with_can_be_named_and_is_checked():
    """``disclosed: DDTL 4.0`` takes that row; a row that does not exist is refused with its place."""
    named = cf.run("coreweave-leased-100mw", overrides={"capital.debt.ddtl.disclosed": "DDTL 4.0"}).debt
    assert named["disclosed"]["amount_usd"] == 8.5e9
    with pytest.raises(FactoryFileError, match=r"ddtl\.disclosed: DDTL 4\.1"):
        cf.load("coreweave-leased-100mw", overrides={"capital.debt.ddtl.disclosed": "DDTL 4.1"})


def test_a03_a_loan_asked_for_and_sized_at_nothing_warns():
    """A3: no cash is committed before the loan matures, so nothing is lent: a warning names the tranche."""
    result = cf.run("iren-horizon", overrides={f"{SENIOR}.max_advance": "20 %"}, resize=True)
    assert result.debt["debt_usd"] == 0
    assert any("senior is asked for and sized at nothing" in text for text in result.warnings)


@settings(max_examples=60, deadline=None)
@given(
    price=st.floats(2.0, 9.0),
    dscr=st.sampled_from([np.nan, 1.1, 1.3, 1.6]),
    advance=st.sampled_from([np.nan, 0.5, 0.9, 1.0]),
    ltv=st.sampled_from([np.nan, 0.4, 0.7]),
    gearing=st.sampled_from([np.nan, 0.2, 0.6]),
    prepayment=st.floats(0.0, 0.3),
    order=st.sampled_from(["pro_rata", "debt_first", "equity_first"]),
)
def test_a04_a_loan_keeps_every_limit_and_meets_one(price, dscr, advance, ltv, gearing, prepayment, order):
    """Random terms: no limit is passed on any date, and the loan equals the smallest of them."""
    senior = {"sizing_dscr": dscr, "max_advance": advance, "max_ltv": ltv, "max_gearing": gearing}
    book = ledger(draw_order=order)
    values = inputs(book, c_price=np.array([price]), c_prepayment=np.array([prepayment]), senior=senior)
    lines = book.run(values)
    loan = lines["t_commitment"][0]
    names = ("t_debt_at_dscr", "t_debt_at_ltv", "t_debt_at_advance", "t_debt_at_gearing")
    limits = [float(lines[name][0]) for name in names]
    assert loan == pytest.approx(max(min(limits), 0.0), rel=1e-12)
    assert (limits[2] < NO_LIMIT) == np.isfinite(advance)
    cent = 1e-9 * loan + 0.01
    served = lines["t_repaying"][0] > 0
    owed = lines["t_balance"][0]
    if np.isfinite(ltv):
        assert np.all(owed[served] <= ltv * lines["silicon_value"][served] + cent)
    if np.isfinite(advance):
        assert loan + lines["prepayment_in"].sum() <= advance * lines["silicon_cost"] + cent or loan == 0
    cover = 1.0 if np.isnan(dscr) else dscr
    due = (np.roll(owed, 1) * 0.06 / 12 + lines["t_planned_repayment"][0])[served]
    assert np.all(due <= np.maximum(lines["sizing_cfads"][served], 0) / cover + cent)


def test_a04_a_limit_set_over_the_file_without_sizing_is_said():
    """``--set`` keeps the debt as sized: a limit set so changes nothing, and the page says what would."""
    limits = {"capital.debt.senior.max_gearing": "10 %", "offtake.microsoft.escalator": "1 %/year"}
    held = cf.run("iren-horizon", overrides=limits)
    assert held.metrics["debt_usd"].value == cf.run("iren-horizon").metrics["debt_usd"].value
    said = [text for text in held.warnings if "--resize" in text]
    assert len(said) == 1
    assert said[0].startswith("capital.debt.senior.max_gearing ")
    assert not [text for text in cf.run("iren-horizon", overrides=limits, resize=True).warnings if "--resize" in text]


@pytest.mark.parametrize(("path", "value"), [("cap_rate", "0 %/year"), ("repayment", "{}"), ("cap_rate", "-1 %/year")])
def test_a04_a_term_that_says_nothing_is_refused(path, value):
    """A cap rate of nothing was read as none stated, an empty schedule as no schedule."""
    with pytest.raises(FactoryFileError) as error:
        cf.run("iren-horizon", overrides={f"capital.debt.senior.{path}": value})
    assert f"capital.debt.senior.{path}" in str(error.value)


AS_TESTED: dict[str, dict[str, Any]] = {
    "tax paid later": {"capital.payment_terms.taxes": "90 days"},
    "agent's fee": {f"{SENIOR}.agency_fee": "10 million USD/year"},
    "letter of credit": {f"{SENIOR}.dsra_held": "letter_of_credit", f"{SENIOR}.letter_fee": "3 %/year"},
}


@pytest.mark.parametrize("overrides", AS_TESTED.values(), ids=AS_TESTED)
def test_a04_what_lowers_a_test_lowers_the_loan(overrides: dict[str, Any]) -> None:
    """Tax paid 90 days later, an agent's or a letter's fee: sized at 1.30x, tested at 1.26 to 1.28x; right: 1.30x."""
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    assert result.debt["binding_limit"] == "cover"
    assert result.metrics["min_dscr"].value == pytest.approx(1.30, abs=0.003)


@pytest.mark.parametrize("fee", [{}, {"fee_months": 12}, {"fee": "2 bn USD"}], ids=["none", "12 months", "2 bn"])
def test_a04_a_fee_for_leaving_serves_no_debt(fee: dict[str, Any]) -> None:
    """A buyer that may leave after 36 months for a fee and stays: 3.63 bn lent, 0.61x; right: 2.61 bn, 1.30x."""
    exits = {"early": {"cause": "convenience", "after": "36 months", "notice": "6 months", **fee}}
    result = cf.run("iren-horizon", overrides={"offtake.microsoft.exits": exits}, resize=True)
    assert result.debt["debt_usd"] == pytest.approx(2.6137e9, rel=1e-3)
    assert result.metrics["min_dscr"].value == pytest.approx(1.30, abs=0.003)
