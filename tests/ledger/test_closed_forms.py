"""Published and hand-derived results of project finance, written as lines.

Fees, interest during construction and a first reserve are linear in the debt where draws are pro rata and repayment
scales with it, so D = a + bD closes to D = a / (1 - b) without rounds.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from computefactory.ledger import Ledger, ahead, following, given, line, prev, solve, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

MONTH = given("month", Month, series=True, source="timeline.month", doc="Months from the first dollar.")
YEARS = given("years", Year, series=True, source="timeline.years", doc="Length of the period.")
NEED = given("need", Usd, source="need", doc="To be funded besides the fee.")
FEE = given("fee", One, source="fee", doc="Share of the loan.")
RATE = given("rate", PerYear, source="rate", doc="Interest.")
GEARING = given("gearing", One, source="gearing", doc="Share of every use that debt pays.")
COST = given("cost", Usd, series=True, source="cost", doc="Cost of the period.")
CFADS = given("cfads", Usd, series=True, source="cfads", doc="Cash available for debt service.")
COVER = given("cover", One, source="cover", doc="Debt service cover.")


@line
def loan(need: Usd, fee: One) -> Usd:
    """D = a / (1 - b) with a = need, b = fee."""
    return need / (1 - fee)


@line
def loan_fee(loan: Usd, fee: One) -> Usd:
    return loan * fee


def test_fee_financed_by_the_loan_it_is_charged_on():
    """Bodmer's example: 100 net, a fee of half the loan, the loan pays it: loan 200, fee 100."""
    results = Ledger([NEED, FEE, loan, loan_fee]).run({"need": 100.0, "fee": 0.5})
    assert results == {"loan": 200.0, "loan_fee": 100.0}


# the same by rounds


@line
def solved_loan(needed_loan: Usd) -> Usd:
    return solve(needed_loan)


@line
def needed_loan(need: Usd, solved_loan: Usd, fee: One) -> Usd:
    return need + solved_loan * fee


@drawn(st.floats(1, 1e12), st.floats(0, 0.5))
def test_rounds_reach_the_closed_form(need, fee):
    values = {"need": need, "fee": fee}
    closed = Ledger([NEED, FEE, loan]).run(values)["loan"]
    results = Ledger([NEED, FEE, solved_loan, needed_loan]).run(values)
    assert results["needed_loan"] == pytest.approx(closed, rel=3e-9)
    assert abs(results["needed_loan_gap"]) <= 1e-9 * results["needed_loan"]


# interest during construction


@line
def interest(opening: Balance, rate: PerYear, years: Year) -> Usd:
    return opening * rate * years


@line
def opening(debt: Balance) -> Balance:
    return prev(debt)


@line
def uses(cost: Usd, interest: Usd) -> Usd:
    return cost + interest


@line
def debt(debt: Balance, uses: Usd, gearing: One) -> Balance:
    return prev(debt) + uses * gearing


@line
def all_interest(interest: Usd) -> Usd:
    return total(interest)


@line
def all_uses(uses: Usd) -> Usd:
    return total(uses)


@line(name="interest")
def interest_on_average(uses: Usd, opening: Balance, gearing: One, rate: PerYear, years: Year) -> Usd:
    return (opening + uses * gearing / 2) * rate * years


@line(name="uses")
def uses_with_average_interest(cost: Usd, opening: Balance, gearing: One, rate: PerYear, years: Year) -> Usd:
    """Use = cost + r (opening + g use / 2), solved for the use."""
    return (cost + opening * rate * years) / (1 - rate * years * gearing / 2)


BUILDING = {"cost": np.full(4, 250.0), "years": np.full(4, 0.25), "gearing": 0.7, "rate": 0.08}


@pytest.mark.parametrize(
    ("lines", "idc", "spent", "owed"),
    [
        ([uses, interest], 21.1967, 1_021.1967, 714.8377),
        ([uses_with_average_interest, interest_on_average], 28.5473, 1_028.5473, 719.9831),
    ],
)
def test_interest_during_construction(lines, idc, spent, owed):
    """Four quarters of 250, 70 % debt pro rata, 2 % a quarter; draws at the end, then in the middle of the quarter."""
    ledger = Ledger([COST, YEARS, GEARING, RATE, *lines, opening, debt, all_interest, all_uses])
    results = ledger.run(BUILDING)
    assert results["all_interest"] == pytest.approx(idc, abs=5e-5)
    assert results["all_uses"] == pytest.approx(spent, abs=5e-5)
    assert results["debt"][-1] == pytest.approx(owed, abs=5e-5)


# sculpting


@line
def capacity(capacity: Balance, cfads: Usd, cover: One, rate: PerYear, years: Year) -> Balance:
    """Owed at most at the end of a period: worth of the service to come."""
    return (following(capacity) + following(cfads) / cover) / (1 + rate * years)


@line(name="capacity")
def capacity_typed(capacity: Balance, room: Usd, rate: PerYear, years: Year) -> Balance:
    """Owed at most at the end of a period."""
    return (following(capacity) + following(room)) / (1 + rate * years)


@line
def room(cfads: Usd, cover: One) -> Usd:
    return cfads / cover


@line
def at_close(capacity: Balance, month: Month) -> Usd:
    return capacity * (month <= 0)


@line
def committed(at_close: Usd) -> Usd:
    return total(at_close)


@line
def owed(owed: Balance, committed: Usd, due: Usd, room: Usd, month: Month) -> Balance:
    return where(month > 0, prev(owed) + due - room, committed)


@line
def due(owed: Balance, rate: PerYear, years: Year) -> Usd:
    return prev(owed) * rate * years


@line
def principal(room: Usd, due: Usd) -> Usd:
    return room - due


SCULPT = {
    "month": 12.0 * np.arange(6),
    "years": np.ones(6),
    "cfads": np.array([0.0, 100, 110, 120, 130, 140]),
    "cover": 1.3,
    "rate": 0.06,
}


def test_sculpted_debt_is_present_value_over_cover():
    """CFADS 100 to 140 at 6 % and 1.30x: debt 385.0630, its principal and interest as printed, nothing left."""
    ledger = Ledger([MONTH, YEARS, CFADS, COVER, RATE, capacity_typed, room, at_close, committed, owed, due, principal])
    results = ledger.run(SCULPT)
    assert results["committed"] == pytest.approx(385.0630, abs=5e-5)
    assert results["principal"][1:] == pytest.approx([53.8193, 64.7408, 76.3175, 88.5889, 101.5965], abs=5e-5)
    assert results["due"][1:] == pytest.approx([23.1038, 19.8746, 15.9902, 11.4111, 6.0958], abs=5e-5)
    assert results["owed"][-1] == pytest.approx(0.0, abs=1e-9)
    present = (SCULPT["cfads"] / 1.06 ** np.arange(6)).sum()
    assert present / results["committed"] == pytest.approx(1.3, rel=1e-12)  # LLCR is the cover


def test_the_same_body_with_a_verb_inside_an_expression():
    """A verb may stand anywhere in a formula as long as it names a line."""
    ledger = Ledger([MONTH, YEARS, CFADS, COVER, RATE, capacity, at_close, committed])
    assert ledger.run(SCULPT)["committed"] == pytest.approx(385.0630, abs=5e-5)


# fee, interest before completion and first reserve together, in closed form against rounds

MONTHS = given("reserve_months", Month, source="reserve", doc="Months of service held.")
PROFILE = given("profile", One, series=True, source="profile", doc="Owed per dollar of debt after completion.")
DRAWN = given("drawn", One, series=True, source="drawn", doc="Owed per dollar of debt before completion.")
ALL_NEED = [MONTH, YEARS, NEED, FEE, RATE, GEARING, MONTHS, PROFILE, DRAWN]


@line
def unit_interest(drawn: One, rate: PerYear, years: Year) -> One:
    return prev(drawn) * rate * years


@line
def unit_idc(unit_interest: One) -> One:
    return total(unit_interest)


@line
def unit_service(profile: One, rate: PerYear, years: Year) -> One:
    return prev(profile) * (1 + rate * years) - profile


@line
def paid_service(unit_service: One, profile: One) -> One:
    return unit_service * (prev(profile) > 0)


@line
def service_ahead(paid_service: One, reserve_months: Month) -> One:
    return ahead(paid_service, reserve_months)


@line
def first_service(service_ahead: One, profile: One, drawn: One) -> One:
    return service_ahead * (profile >= 1) * (drawn >= 1)


@line
def unit_reserve(first_service: One) -> One:
    return total(first_service)


@line
def per_dollar(unit_idc: One, fee: One, unit_reserve: One) -> One:
    """b: what a dollar of debt adds to the uses."""
    return unit_idc + fee + unit_reserve


@line
def geared(need: Usd, gearing: One, per_dollar: One) -> Usd:
    """D = g (C + bD), so D = gC / (1 - gb)."""
    return gearing * need / (1 - gearing * per_dollar)


@line
def round_debt(geared_again: Usd) -> Usd:
    return solve(geared_again)


@line
def geared_again(need: Usd, gearing: One, round_debt: Usd, per_dollar: One) -> Usd:
    return gearing * (need + round_debt * per_dollar)


@pytest.mark.parametrize("gearing", [0.3, 0.7, 0.9])
def test_fee_interest_and_first_reserve_in_one_formula(gearing):
    periods = 12 + 60
    building, serving = np.linspace(1 / 12, 1, 12), 1 - np.arange(1, 61) / 60
    values = {
        "month": np.arange(periods, dtype=float),
        "years": np.full(periods, 1 / 12),
        "need": 900.0,
        "fee": 0.02,
        "rate": 0.09,
        "gearing": gearing,
        "reserve_months": 6.0,
        "profile": np.concatenate([np.zeros(11), [1.0], serving]),
        "drawn": np.concatenate([building, np.zeros(60)]),
    }
    lines = [
        unit_interest,
        unit_idc,
        unit_service,
        paid_service,
        service_ahead,
        first_service,
        unit_reserve,
        per_dollar,
    ]
    ledger = Ledger([*ALL_NEED, *lines, geared, round_debt, geared_again])
    results = ledger.run(values)
    # by hand: interest on what is drawn, level principal plus interest for six months, each per dollar of debt
    idc = building[:-1].sum() * 0.09 / 12 + 1 * 0.09 / 12
    reserve = sum(1 / 60 + (1 - k / 60) * 0.09 / 12 for k in range(6))
    assert results["unit_idc"] == pytest.approx(idc, rel=1e-12)
    assert results["unit_reserve"] == pytest.approx(reserve, rel=1e-12)
    debt = results["geared"]
    assert debt == pytest.approx(gearing * (900 + debt * (idc + 0.02 + reserve)), rel=1e-12)
    assert results["geared_again"] == pytest.approx(debt, rel=1e-8)
