"""C1: a contract that ends on a date of the calendar loses what comes late."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from small_factory import book_file

BILL = 7_200 * 730 * 3.0
FIRM = "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200"
AFTER = "starts: {after: energised, lag: 1 month}"
LATE = {"power.delay.by": "6 months"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return partial(book_file, tmp_path)


def hours(file: Path, overrides: dict[str, str] | None = None) -> np.ndarray:
    return cf.run(file, overrides=overrides).runs["contract_only"].lines["c_billed"]


@pytest.mark.parametrize("terms", ["price: 3 USD/GPU-hour", "total_value: 946.08 million USD"])
def test_c01_six_months_late_of_a_dated_contract_lose_six_bills(write: Callable[..., Path], terms: str) -> None:
    """Bills of 10 a month to December 2031: six months late lose 60, whether a price or a total value is stated."""
    file = write(one=f"{FIRM}, {terms}, {AFTER}, ends: 2031-12")
    plain, late = hours(file), hours(file, LATE)
    assert plain.sum() == pytest.approx(60 * BILL)
    assert plain.sum() - late.sum() == pytest.approx(6 * BILL)
    assert late[0, 71] > 0 == late[0, 72]


def test_c01_a_length_alone_loses_nothing_but_time(write: Callable[..., Path]) -> None:
    """The same contract of sixty months, whatever its dates: a delay moves its bills and takes none."""
    file = write(one=f"{FIRM}, price: 3 USD/GPU-hour, {AFTER}, tenor: 60 months")
    assert hours(file, LATE).sum() == pytest.approx(hours(file).sum())


def test_c01_beside_a_length_the_earlier_end_holds(write: Callable[..., Path]) -> None:
    """Sixty months, but not beyond December 2032: six months late lose nothing, fourteen lose two bills."""
    file = write(one=f"{FIRM}, price: 3 USD/GPU-hour, {AFTER}, tenor: 60 months, ends: 2032-12")
    assert hours(file, LATE).sum() == pytest.approx(60 * BILL)
    assert hours(file, {"power.delay.by": "14 months"}).sum() == pytest.approx(58 * BILL)


@pytest.mark.parametrize("months", [3, 40, 61])
def test_c01_credits_and_committed_windows_follow(write: Callable[..., Path], months: int) -> None:
    """Late by months: what is paid ahead is credited within what is left, and nothing is committed after the end."""
    ahead = "prepayment: {share: 20 %, paid_before_start: 3 months, credited_from: 25 months}"
    file = write(one=f"{FIRM}, price: 3 USD/GPU-hour, {AFTER}, ends: 2031-12, {ahead}")
    result = cf.run(file, overrides={"power.delay.by": f"{months} months"})
    lines = result.runs["contract_only"].lines
    left = max(60 - months, 0)
    assert lines["c_committed_bill"].sum() == pytest.approx(left * BILL)
    assert lines["c_credit"].sum() == pytest.approx(lines["c_prepay_in"].sum()) == pytest.approx(0.2 * left * BILL)
    np.testing.assert_allclose(lines["imbalance"], 0, atol=0.01)
    assert np.isfinite(result.metrics["speculative_capex_share"].value)
    assert any("brings nothing" in word for word in result.warnings) == (not left)


def test_c01_each_phase_of_a_lease_ends_with_it(write: Callable[..., Path]) -> None:
    """Two phases of 2.5 MW from January and July 2027 to December 2031: 60 and 54 rents, of a value or a price."""
    lease = (
        "kind: colocation, buyer: CoreWeave, signed: 2025-11, power: 5 MW, escalator: 0 %/year, "
        f"electricity: passed_through, {AFTER}, ends: 2031-12"
    )
    phases = {"power.energised": "{2026-12: 15 MW, 2027-06: 30 MW}"}
    rents = []
    for terms in ("price: 120 USD/kW-month", "total_value: 34.2 million USD"):
        file = write(shell=f"{lease}, {terms}")
        rents.append(cf.run(file, overrides=phases).runs["contract_only"].lines["l_rent"].sum(axis=1))
    np.testing.assert_allclose(rents, [[60 * 300_000.0, 54 * 300_000.0]] * 2)


def test_c01_speed_is_worth_more_where_the_end_is_dated(write: Callable[..., Path]) -> None:
    """NPV lost by six months is more with a date than with a length: the last six bills, discounted and after cost."""
    lost = []
    for end in ("tenor: 60 months", "ends: 2031-12"):
        file = write(one=f"{FIRM}, price: 3 USD/GPU-hour, {AFTER}, {end}")
        plain, late = cf.run(file), cf.run(file, overrides=LATE)
        lost.append(plain.metrics["npv_usd"].value - late.metrics["npv_usd"].value)
    assert lost[1] > lost[0] + BILL


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        ("", "offtake.one.tenor"),
        (", ends: 2026-12", "offtake.one.ends"),
        (", ends: soon", "offtake.one.ends"),
    ],
)
def test_c01_no_end_or_one_before_the_start_is_refused(write: Callable[..., Path], terms: str, path: str) -> None:
    """A contract without an end, or that ends before it starts, is refused where it says so."""
    with pytest.raises(FactoryFileError) as error:
        cf.run(write(one=f"{FIRM}, price: 3 USD/GPU-hour, {AFTER}{terms}"))
    assert [problem.path for problem in error.value.problems] == [path]
