"""A14: one default curve a buyer, which runs while the site is built."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from small_factory import book_file

FIRM = "kind: take_or_pay, buyer: {}, signed: {}, accelerators: {}, price: 3 USD/GPU-hour, starts: {}"
FIRST = FIRM.format("OpenAI", "2025-11", 3600, "2027-01") + ", tenor: 60 months"


def survival(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """By month, of every part of the book."""
    lines = cf.run(file).runs["contract_only"].lines
    return lines["c_survival"], lines["l_survival"]


def test_a14_the_buyer_may_default_while_the_site_is_built() -> None:
    """Abilene, four phases, 4 % a year from month 0 (signed before it): cover 1.130 became 1.026, 0.104 less.

    The right value is the step: rent by hall and each phase's own life move both ends of it.
    """
    result = cf.run("stargate-abilene")
    lines, t = result.runs["contract_only"].lines, np.arange(result.factory.timeline.periods)
    for part in lines["c_survival"]:
        np.testing.assert_allclose(part, 1.04 ** (-t / 12), rtol=1e-12)
    from_start = lines["c_committed_revenue"] * 1.04 ** (-np.maximum(lines["c_age"], 0) / 12)
    paid = (from_start.sum(axis=0) - lines["opex"] - lines["lender_tax"]) / lines["book_growth"]
    before = paid.sum() / lines["capex_to_cover_pv"]
    assert before - result.metrics["committed_capex_cover"].value == pytest.approx(1.130 - 1.026, abs=0.002)


def test_a14_all_contracts_of_a_buyer_share_its_curve(tmp_path: Path) -> None:
    """Two contracts and a lease of one buyer, signed years apart: one curve, from the first signature."""
    later = FIRM.format("OpenAI", "2027-06", 1800, "2028-01") + ", tenor: 36 months"
    lease = (
        "kind: colocation, buyer: OpenAI, signed: 2026-12, power: 2 MW, price: 120 USD/kW-month, "
        "electricity: passed_through, starts: 2027-01, tenor: 60 months"
    )
    hours, space = survival(book_file(tmp_path, a=FIRST, b=later, c=lease))
    np.testing.assert_array_equal(hours[0], hours[1])
    np.testing.assert_array_equal(hours[0], space[0])
    alone, _ = survival(book_file(tmp_path, b=later))
    assert alone[0][17] == 1 > alone[0][18], "signed in month 17: nothing to default on before"


def test_a14_buyers_apart_have_curves_apart(tmp_path: Path) -> None:
    """A second buyer signed two years later is two years younger on its curve."""
    other = FIRM.format("Anthropic", "2028-01", 1800, "2028-03") + ", tenor: 36 months"
    hours, _ = survival(book_file(tmp_path, a=FIRST, b=other))
    np.testing.assert_allclose(hours[1][24:], hours[0][:-24])


def test_a14_a_curve_counts_from_the_same_month(tmp_path: Path) -> None:
    """A cumulative default curve gives the rate at the end of the last contract, counted from the signature."""
    curve = ", default_curve: [2 %, 4 %, 6 %, 8 %, 10 %, 12 %]"
    hours, _ = survival(book_file(tmp_path, a=FIRST + curve))
    assert hours[0][71] == pytest.approx(1 - (0.10 + 0.02 * 11 / 12))  # December 2031: five years and eleven months


def test_a14_delay_lets_the_curve_run(tmp_path: Path) -> None:
    """The same contract a year late is worth less in expectation: its buyer may default before it starts."""
    firm = FIRST.replace("starts: 2027-01", "starts: {after: energised, lag: 1 month}")
    file = book_file(tmp_path, a=firm)
    plain, late = (
        float(cf.run(file, overrides=more).runs["contract_only"].lines["c_expected"].sum())
        for more in (None, {"power.delay.by": "12 months"})
    )
    assert late == pytest.approx(plain / 1.04, rel=1e-9)


def test_a14_several_rates_of_one_buyer_are_said(tmp_path: Path) -> None:
    """One buyer defaults once: contracts that state different rates for it warn."""
    later = FIRM.format("OpenAI", "2027-06", 1800, "2028-01") + ", tenor: 36 months, hazard: 1 %/year"
    result = cf.run(book_file(tmp_path, a=FIRST, b=later))
    assert any("one buyer defaults once" in warning for warning in result.warnings)
