"""Factories inside a company: one is its months, two are their sum; what lies before month 0 is left out and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import small_company as small
from computefactory.analysis.inside import SERIES
from computefactory.analysis.run import CompanyResult, run
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.model import HEAD
from computefactory.timeline import Timeline, month_number

ZERO = dict.fromkeys(("overhead", "stock_pay", "opening_cash", "cash_floor", "construction", "plant", "losses"), 0.0)
TOTALS = {"revenue": "revenue", "adjusted_ebitda": "ebitda", "capex": "capex", "interest": "interest"}
TOTALS |= {"draws": "planned_draw", "principal": "repayment", "tax": "tax_paid", "cash_flow": "equity_flow"}
TOTALS |= {"prepayments": "prepayment_in", "credits": "prepayment_credit", "debt_balance": "debt_balance"}
NOTHING = dict.fromkeys(("power", "full_power", "book", "deferred", "prepayment", "capex", "price"), 0.0)


def of(start: str, *factories: str) -> CompanyResult:
    """A company of nothing but these factories."""
    blocks = [small.block(name, factory=name, **NOTHING) for name in factories]
    alone = small.company(*blocks, facilities=(), finance_leases=0.0, **ZERO)
    return run(replace(alone, library=Library.load([]), timeline=Timeline(month_number(start), 120)))


@pytest.fixture(scope="module")
def one() -> CompanyResult:
    """A company of one factory, from the month before it begins."""
    return of("2025-01", "coreweave-leased-100mw")


def test_one_factory_is_the_company(one: CompanyResult) -> None:
    factory = one.inside["coreweave-leased-100mw"]
    before = month_number(factory.months[0]) - month_number(one.months[0])
    assert before > 0
    assert len(one.months) == before + len(factory.months)
    for name, line in TOTALS.items():
        theirs = np.asarray(factory.runs[HEAD].lines[line])
        ours = one.series[name]
        assert not ours[:before].any()
        np.testing.assert_allclose(ours[before:], theirs, rtol=0, atol=1e-9 * max(1.0, np.abs(theirs).max()))
    assert one.series["billing_power"].max() > 50_000
    assert not one.warnings


def test_two_factories_are_their_sum(one: CompanyResult) -> None:
    both, other = of("2025-01", "coreweave-leased-100mw", "iren-horizon"), of("2025-01", "iren-horizon")
    for name in (*TOTALS, "cash", "net_debt", "billing_power", "depreciation"):
        first, second = (np.pad(each.series[name], (0, len(both.months)))[: len(both.months)] for each in (one, other))
        if name in ("cash", "net_debt"):  # what stands stays where the shorter calendar ends
            first[len(one.months) :], second[len(other.months) :] = one.series[name][-1], other.series[name][-1]
        np.testing.assert_allclose(both.series[name], first + second, rtol=0, atol=1e-9 * np.abs(first).max())


def test_months_before_the_balance_sheet_are_left_out_and_said() -> None:
    late = of("2027-01", "coreweave-leased-100mw")
    factory = late.inside["coreweave-leased-100mw"]
    place = factory.months.index("2027-01")
    lines = factory.runs[HEAD].lines
    np.testing.assert_allclose(late.series["revenue"], lines["revenue"][place:])
    assert late.metrics["debt_principal_usd"].value == pytest.approx(lines["debt_balance"][place - 1])
    np.testing.assert_allclose(late.series["debt_balance"], lines["debt_balance"][place:])
    assert any("before the balance sheet" in warning for warning in late.warnings)


def test_every_series_of_a_factory_is_a_field(one: CompanyResult) -> None:
    block = one.factory.blocks[0]
    assert all(len(getattr(block, name)) == len(one.months) for name in SERIES)


def test_a_factory_that_rests_on_later_facts_is_refused_where_it_stands() -> None:
    with pytest.raises(FactoryFileError) as caught:
        run("coreweave-2025-03", overrides={"blocks.denton.factory": "coreweave-leased-100mw"})
    first, *others = caught.value.problems
    assert (first.path, first.given) == ("blocks.denton.factory", "coreweave-leased-100mw")
    assert "--hindsight" in first.hint
    assert any("after 2025-03-31" in str(problem) for problem in others)
