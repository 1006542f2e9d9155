"""Fault A11, sizing: balloons are terms of their own, and the month in which a bullet falls due moves no size."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from small_factory import FULL_OPERATION, SENIOR, TENOR, TIMELINE, inputs, ledger

END = FULL_OPERATION + TENOR - 1
PLAIN: dict[str, Any] = {
    "federal_rate": 0.0,
    "inflation": 0.0,
    "overhead_rate": 0.0,
    "tax_in_sizing": 0.0,
    "c_price": np.array([4.0]),
}
SENIOR_DEBT = "capital.debt.senior"


def run(*tranches: Any) -> Any:
    """The small factory, untaxed, without rising cost."""
    book = ledger()
    return book.run(inputs(book, tranches=tranches, **PLAIN))


def repaid(shares: dict[int, float]) -> tuple[float, ...]:
    """Shares of the commitment by months from month 0."""
    return tuple(shares.get(month, 0.0) for month in range(TIMELINE.periods))


@pytest.mark.parametrize("month", range(END - 16, END - 4))
def test_a11_a_bullet_has_one_cover_whatever_its_month(month: int) -> None:
    """2.03x where it fell due in November, 0.15x in December; right: the same, a bullet is tested as a refinancing."""
    bullet = replace(SENIOR, kind="bullet", amount=30e6, dsra=0.0, matures=float(month))
    lines = run(replace(bullet, ends=float(month), profile_ends=float(month)))
    first = run(replace(bullet, ends=float(END - 16), profile_ends=float(END - 16)))
    assert lines["commitment"] == 30e6
    assert lines["min_dscr"] == pytest.approx(first["min_dscr"], rel=0.02)


@pytest.mark.parametrize("month", range(END - 16, END - 4))
def test_a11_a_loan_behind_a_bullet_has_one_size_whatever_the_month(month: int) -> None:
    """A level loan behind it is sized on regular service: a month more of interest moves it little."""
    level = replace(SENIOR, name="level", kind="level", dsra=0.0)

    def size(due: int) -> float:
        bullet = replace(SENIOR, kind="bullet", amount=30e6, dsra=0.0, ends=float(due), profile_ends=float(due))
        return float(run(bullet, level)["t_commitment"][1])

    assert size(month) == pytest.approx(size(END - 16), rel=0.01)


@pytest.mark.parametrize("kind", ["level", "equal_principal"])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.6])
def test_a11_a_balloon_is_a_share_of_the_commitment(kind: str, share: float) -> None:
    """What is left is due in the last month beside regular service; regular service alone sizes the loan."""
    lines = run(replace(SENIOR, kind=kind, balloon_share=share, dsra=0.0, distributes=1.0))
    debt, principal = lines["commitment"], lines["t_scheduled_principal"][0]
    assert lines["t_planned_balloon"][0].sum() == pytest.approx(share * debt, rel=1e-12)
    assert principal.sum() == pytest.approx(debt, rel=1e-12)
    regular = principal - lines["t_planned_balloon"][0]
    service = (lines["t_interest"][0] + regular)[FULL_OPERATION : END + 1]
    if kind == "level":
        assert service == pytest.approx(np.full(TENOR, service[0]), rel=1e-9)
    years = np.convolve(lines["sizing_cfads"][FULL_OPERATION : END + 1], np.ones(12), "valid")
    assert (years / np.convolve(service, np.ones(12), "valid")).min() == pytest.approx(1.3, rel=1e-9)


@pytest.mark.parametrize("every", [3, 6, 12])
@pytest.mark.parametrize("sweep", [0.0, 0.5])
def test_a11_principal_that_falls_due_seldom_is_set_aside_before_owners_are_paid(every: int, sweep: float) -> None:
    """Principal every 3, 6, 12 months, without a reserve, sized at 1.3x: none went unpaid though owners were paid."""
    months = range(FULL_OPERATION + every - 1, END + 1, every)
    loan = replace(SENIOR, kind="scheduled", dsra=0.0, sweep=sweep, max_commitment=1e15)
    lines = run(replace(loan, repaid_share=repaid(dict.fromkeys(months, 1 / len(months)))))
    assert lines["service_unpaid"].sum() == 0
    assert lines["cure"][FULL_OPERATION:].sum() == 0
    before = [month - 1 for month in months if month > FULL_OPERATION + every]
    if not sweep:
        kept = lines["t_scheduled_principal"][0][[month + 1 for month in before]] * (every - 1) / every
        assert lines["cash"][before] == pytest.approx(kept, rel=1e-9)
        assert lines["distribution"][FULL_OPERATION:].sum() > 0


def test_a11_monthly_principal_needs_nothing_set_aside() -> None:
    """A sculpted and a level loan fall due every month: no cash is kept for them."""
    for kind in ("sculpted", "level"):
        assert run(replace(SENIOR, kind=kind, dsra=0.0))["set_aside"].sum() == 0


def test_a11_a_balloon_lets_a_loan_be_larger() -> None:
    """A level loan with a balloon of 0, 20 and 50 %: the larger the balloon the larger the loan, 30 % more at half."""
    sizes = [run(replace(SENIOR, kind="level", balloon_share=share, dsra=0.0))["commitment"] for share in (0, 0.2, 0.5)]
    assert sizes == sorted(sizes)
    assert sizes[2] > 1.3 * sizes[0]


def test_a11_a_stated_schedule_is_followed_and_sized_by_its_worst_test() -> None:
    """Five payments a year apart, the last with a balloon: D is the least of room over a dollar's service."""
    months = [FULL_OPERATION + 11 + 12 * k for k in range(5)]
    shares = dict(zip(months, (0.1, 0.15, 0.2, 0.25, 0.3), strict=True))
    loan = replace(SENIOR, kind="scheduled", repaid_share=repaid(shares), dsra=0.0, distributes=1.0)
    lines = run(replace(loan, max_commitment=1e15))
    debt = lines["commitment"]
    principal = lines["t_scheduled_principal"][0]
    assert np.flatnonzero(principal).tolist() == months
    assert principal[months] == pytest.approx([debt * share for share in shares.values()], rel=1e-9)
    owed = 1 - np.cumsum(repaid(shares))
    service = np.concatenate([[1.0], owed[:-1]]) * 0.06 / 12 + np.array(repaid(shares))
    room = lines["sizing_cfads"] / 1.3
    tests = range(FULL_OPERATION + 11, END + 1)
    sized = min(room[m - 11 : m + 1].sum() / service[m - 11 : m + 1].sum() for m in tests)
    assert debt == pytest.approx(sized, rel=1e-9)
    ends = replace(loan, balloon_share=0.3, repaid_share=repaid(shares))
    with_balloon = run(ends)
    assert with_balloon["t_planned_balloon"][0].sum() == pytest.approx(0.3 * with_balloon["commitment"], rel=1e-9)
    assert with_balloon["commitment"] > debt


def test_a11_a_file_states_its_schedule() -> None:
    """Half-yearly shares that end in a balloon of 30 %: due in these months, of what is drawn."""
    shares = {f"{year}-{month}": "8.75 %" for year in range(2027, 2031) for month in ("06", "12")}
    overrides = {
        SENIOR_DEBT: {"kind": "scheduled", "repayment": shares, "balloon": "30 %", "max_advance": "none"},
    }
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    lines, names = result.runs["contract_only"].lines, result.factory.timeline.names
    principal = lines["t_scheduled_principal"][0]
    due = [names[month] for month in np.flatnonzero(principal > 1)]
    assert due == [*shares, "2031-12"]
    assert principal[names.index("2031-12")] == pytest.approx(0.3 * principal.sum(), rel=1e-9)
    assert result.debt["tranches"]["senior"]["balloon_usd"] == pytest.approx(0.3 * result.debt["debt_usd"], rel=1e-9)


def test_a11_amounts_by_month_are_the_most_that_is_lent() -> None:
    """Payments of 200 million a half-year from 2027-06, without a kind: a loan of at most 2 bn, repaid in ten parts."""
    amounts = {f"{year}-{month}": "200 million USD" for year in range(2027, 2032) for month in ("06", "12")}
    overrides = {f"{SENIOR_DEBT}.repayment_amounts": amounts, f"{SENIOR_DEBT}.sizing_dscr": 1.05}
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    assert result.debt["debt_usd"] == pytest.approx(2e9, rel=1e-9)
    assert result.debt["binding_limit"] == "commitment_cap"
    principal = result.runs["contract_only"].lines["t_scheduled_principal"][0]
    assert principal[principal > 1] == pytest.approx(np.full(10, 200e6), rel=1e-9)


BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"kind": "scheduled", "repayment": {"2027-06": "50 %", "2028-06": "30 %"}}, "unpaid_at_maturity", "repayment"),
    (
        {"kind": "scheduled", "repayment": {"2027-06": "50 %", "2028-06": "60 %"}, "balloon": "10 %"},
        "unpaid_at_maturity",
        "repayment",
    ),
    ({"kind": "scheduled"}, "missing", "repayment"),
    ({"kind": "level", "repayment": {"2027-06": "100 %"}}, "not_allowed", "repayment"),
    ({"repayment": {"2033-06": "100 %"}}, "dates_out_of_order", "repayment.2033-06"),
    ({"repayment": {"2026-06": "100 %"}}, "dates_out_of_order", "repayment.2026-06"),
    ({"kind": "sculpted", "balloon": "20 %"}, "not_allowed", "balloon"),
    ({"kind": "level", "balloon": "100 %"}, "out_of_range", "balloon"),
)


@pytest.mark.parametrize(("terms", "code", "field"), BAD, ids=[f"{code} {field}" for _, code, field in BAD])
def test_a11_a_schedule_that_does_not_repay_is_refused(terms: dict[str, Any], code: str, field: str) -> None:
    """With place, what was given and what to do."""
    with pytest.raises(FactoryFileError) as error:
        cf.load("iren-horizon", overrides={SENIOR_DEBT: terms})
    assert (code, f"{SENIOR_DEBT}.{field}") in [(item.code, item.path) for item in error.value.problems]
