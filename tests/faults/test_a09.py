"""Fault A9: a refinancing ignored sweeps, a plant sold early paid its owners before its lenders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.model import FROZEN
from small_factory import FULL_OPERATION, SENIOR, TENOR, inputs, ledger

END = float(FULL_OPERATION + TENOR - 1)
DUE = FULL_OPERATION + 23


def structure(sweep: float, kind: str = "level", by: str = "level", dsra: float = 0.0) -> tuple[Any, ...]:
    """A mini-perm due in month 24 of 60 that cash prepays in part, and the loan that repays it."""
    first = replace(
        SENIOR,
        name="mini",
        kind=kind,
        sweep=sweep,
        dsra=dsra,
        ends=float(DUE),
        matures=float(DUE),
        refinanced_by="next",
        max_commitment=150e6,
    )
    second = replace(
        SENIOR, name="next", kind=by, dsra=dsra, closes=float(DUE), begins=DUE + 1.0, takes_out="mini", upfront_fee=0.0
    )
    return first, second


def both(tranches: tuple[Any, ...], sized: dict[str, Any], run: dict[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The debt sized, and frozen under other values."""
    sizing, running = ledger(), ledger(debt="frozen")
    first = sizing.run(inputs(sizing, tranches=tranches, **sized))
    frozen = {name: first[name] for name in FROZEN}
    return first, frozen | running.run(inputs(running, tranches=tranches, **{**sized, **run}, **frozen))


@pytest.mark.parametrize("sweep", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("price", [3.0, 4.0])
def test_a09_a_refinancing_lends_what_is_owed(sweep: float, price: float) -> None:
    """After sweeps 894 m were owed, 1,115 m drawn and 216 m went to owners; right: it draws what falls due."""
    for lines in both(structure(sweep), {}, {"c_price": np.array([price])}):
        due = lines["t_scheduled_principal"][0, DUE]
        balloon = min(lines["t_planned_balloon"][0, DUE], due)
        assert lines["t_draw"][1, DUE] == pytest.approx(min(balloon, lines["t_commitment"][1]), rel=1e-12)
        assert lines["t_balance"][0, DUE] == pytest.approx(0, abs=0.01)
        assert lines["distribution"][DUE] <= max(lines["cfads"][DUE] - lines["service"][DUE], 0) + 0.01
        assert lines["t_scheduled_principal"][1].sum() == pytest.approx(lines["t_draw"][1, DUE], rel=1e-9)
        assert lines["t_cancelled"][1].sum() == pytest.approx(
            lines["t_commitment"][1] - lines["t_draw"][1, DUE], abs=0.01
        )


@settings(max_examples=25, deadline=None)
@given(
    sweep=st.floats(0.0, 1.0),
    kind=st.sampled_from(["level", "sculpted", "equal_principal"]),
    by=st.sampled_from(["level", "sculpted"]),
    price=st.floats(1.5, 8.0),
    shock=st.floats(0.4, 1.5),
    dsra=st.integers(0, 6),
)
def test_a09_no_refinancing_pays_owners(
    sweep: float, kind: str, by: str, price: float, shock: float, dsra: int
) -> None:
    """Sized or frozen under another price: what is drawn repays, to the cent, and the books close."""
    sized = {"c_price": np.array([price])}
    for lines in both(structure(sweep, kind, by, float(dsra)), sized, {"c_price": np.array([price * shock])}):
        assert lines["t_draw"][1, DUE] <= lines["t_scheduled_principal"][0, DUE] + 0.01
        assert lines["t_balance"].min() >= -0.01
        assert np.abs(lines["imbalance"]).max() <= max(0.01, 1e-12 * lines["total_assets"].max())


@pytest.mark.parametrize("early", [6, 20, 40])
@pytest.mark.parametrize("silicon", [0.0, 1.0])
def test_a09_a_plant_sold_early_repays_lenders_first(early: int, silicon: float) -> None:
    """The plant is sold that many months before its last contract month: owners get what lenders leave, no new loan."""
    left = END - early
    run = {"exit_month": left, "c_tenor": np.array([TENOR - float(early)]), "case_residual": silicon}
    _, lines = both(structure(0.0), {}, run)
    month = int(left)
    paid = lines["distribution"][month]
    owed = lines["t_balance"][:, month].sum()
    assert lines["sale_proceeds"][month] > 50e6
    assert paid == pytest.approx(0, abs=0.01) or owed == pytest.approx(0, abs=0.01)
    assert not lines["t_draw"][1, month:].any() or month > DUE
    assert lines["t_swept"][:, month].sum() > 0
    assert np.abs(lines["imbalance"]).max() <= 0.01 + 1e-12 * lines["total_assets"].max()


def test_a09_what_is_sold_and_rented_back_repays_the_loan_on_it() -> None:
    """The silicon is sold for 90 million and rented: the loan that it secures is repaid before owners take any."""
    sale = FULL_OPERATION + 12
    changes = {
        "leaseback_made": 1.0,
        "leaseback_month": float(sale),
        "leaseback_price": 90e6,
        "leaseback_rent": 1e6,
    }
    book = ledger()
    for secures, repaid in (("silicon", True), ("durable", False)):
        loan = replace(SENIOR, secures=secures, dsra=0.0, max_commitment=80e6)
        lines = book.run(inputs(book, tranches=(loan,), **changes))
        assert bool(lines["t_balance"][0, sale] < 0.01) is repaid
    both_loans = replace(SENIOR, dsra=0.0, max_commitment=130e6, sizing_dscr=1.05)
    lines = book.run(inputs(book, tranches=(both_loans,), c_price=np.array([6.0]), **changes))
    assert lines["t_swept"][0, sale] == pytest.approx(min(90e6, lines["t_balance"][0, sale - 1]), rel=0.1)


def test_a09_a_customer_gone_does_not_pay_owners_while_lenders_are_owed() -> None:
    """IREN's contract ends early: the sale repays what is owed before owners get any."""
    result = cf.run("iren-horizon", overrides={"offtake.microsoft.tenor": "30 months"})
    lines = result.runs["contract_only"].lines
    owing = (lines["debt_balance"] > 1.0) & (lines["sold_up"] > 0)
    assert lines["t_swept"].sum() > 1e9
    assert not lines["distribution"][owing].any()


REFINANCED = {
    "capital.debt.senior.matures": "2029-12",
    "capital.debt.senior.amortises_until": "2031-12",
    "capital.debt.senior.refinanced_by": "note",
}


def test_a09_a_refinancing_that_asks_for_more_than_is_owed_is_refused() -> None:
    """A bullet of 2 bn that takes out what is left of IREN's loan, 1.1 bn: refused at its amount."""
    note = {"kind": "bullet", "amount": "2 bn USD", "rate": "6 %/year", "matures": "2031-12"}
    with pytest.raises(FactoryFileError, match="what is owed then") as error:
        cf.run("iren-horizon", overrides={**REFINANCED, "capital.debt.note": note}, resize=True)
    assert [item.path for item in error.value.problems] == ["capital.debt.note.amount"]


def test_a09_what_sweeps_have_repaid_is_not_lent_again() -> None:
    """IREN's loan swept by a fifth of the cash and taken out in 2029: the new loan lends what is left, and says so."""
    terms = {"capital.debt.senior.sweep": "20 %", "capital.debt.note": {"rate": "6 %/year", "matures": "2031-12"}}
    result = cf.run("iren-horizon", overrides={**REFINANCED, **terms}, resize=True)
    lines = result.runs["contract_only"].lines
    month = result.factory.timeline.names.index("2029-12")
    assert lines["t_draw"][1, month] < lines["t_commitment"][1] - 1e6
    assert lines["t_balance"][0, month] == pytest.approx(0, abs=0.01)
    assert lines["t_draw"][1, month] == pytest.approx(lines["t_handed_on"][0, month], rel=1e-12)
    assert any(text.startswith("note lends") for text in result.warnings)
