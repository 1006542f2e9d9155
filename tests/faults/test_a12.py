"""A12: who guarantees the whole of a contract counts first: in cash, margin, value and verdict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from small_factory import book_file

FIRM = (
    "kind: take_or_pay, {}, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01, "
    "tenor: 60 months"
)
LEASE = (
    "kind: colocation, {}, signed: 2025-11, power: 5 MW, price: 400 USD/kW-month, electricity: passed_through, "
    "starts: 2027-01, tenor: 60 months"
)
LOAN = "capital: {debt: {senior: {secures: silicon, matures: 2031-06}}}\n"
STRONG = "buyer: OpenAI, guarantor: A bank, guarantor_rating: AA"


@pytest.mark.parametrize("terms", [FIRM, LEASE])
def test_a12_value_discounts_at_the_guarantors_spread(tmp_path: Path, terms: str) -> None:
    """An unrated buyer with a full guarantor of AA is worth what a buyer of AA is worth, and more than without."""
    worth = [
        cf.value(book_file(tmp_path, one=terms.format(party))).industrial.parts["contracts"]
        for party in (STRONG, "buyer: Someone, rating: AA", "buyer: OpenAI")
    ]
    assert worth[0] == pytest.approx(worth[1], rel=1e-12)
    assert worth[0] > worth[2]


def test_a12_iren_with_an_unrated_buyer_and_a_guarantor_of_aa() -> None:
    """The shipped file with OpenAI for a buyer: a guarantor of AA brings the rate and the value of AA."""
    named = {"offtake.microsoft.buyer": "OpenAI"}
    bare = cf.value("iren-horizon", overrides=named).industrial
    full = cf.value(
        "iren-horizon",
        overrides=named | {"offtake.microsoft.guarantor": "A bank", "offtake.microsoft.guarantor_rating": "AA"},
    ).industrial
    rated = cf.value("iren-horizon", overrides=named | {"offtake.microsoft.rating": "AA"}).industrial
    assert full.enterprise_value == pytest.approx(rated.enterprise_value, rel=1e-12)
    assert full.enterprise_value > bare.enterprise_value


def test_a12_the_verdict_looks_to_who_pays(tmp_path: Path) -> None:
    """The rating in the verdict is the guarantor's; a guarantee up to a sum is no guarantee of the whole."""

    def rating(party: str) -> tuple[str, bool]:
        checks = cf.run(book_file(tmp_path, one=FIRM.format(party))).qualification.specifications[3].checks
        found = next(check for check in checks if check.name.startswith("buyer's rating"))
        return str(found.value), found.passes

    assert rating(STRONG) == ("AA", True)
    assert rating(STRONG + ", backstop: {amount: 1 million USD}") == ("unrated", False)
    assert rating("buyer: Microsoft, guarantor: A bank, guarantor_rating: BB") == ("AAA", True), "the better of both"


def test_a12_margin_and_cash_follow(tmp_path: Path) -> None:
    """The loan's margin is the guarantor's, and expected cash fails only where both do."""
    rates = []
    for party in (STRONG, "buyer: Someone, rating: AA", "buyer: OpenAI"):
        lines = cf.run(book_file(tmp_path, LOAN, one=FIRM.format(party))).runs["contract_only"].lines
        rates.append(lines["t_rate"][0, 20])
    assert rates[0] == rates[1] < rates[2]
    lines = cf.run(book_file(tmp_path, one=FIRM.format(STRONG))).runs["contract_only"].lines
    both = (1 - lines["c_buyer_survival"]) * (1 - lines["c_guarantor_survival"])
    np.testing.assert_allclose(lines["c_survival"], 1 - both)


def test_a12_an_unrated_second_buyer_is_the_weakest(tmp_path: Path) -> None:
    """Of a rated and an unrated buyer the unrated one fails the verdict, whichever stands first."""
    half = FIRM.replace("7200", "3600")
    names = [half.format("buyer: Microsoft"), half.format("buyer: OpenAI")]
    for first, second in (names, names[::-1]):
        checks = cf.run(book_file(tmp_path, a=first, b=second)).qualification.specifications[3].checks
        assert not next(check for check in checks if check.name.startswith("buyer's rating")).passes


@pytest.mark.parametrize(
    ("name", "hint"), [("Amazon Web Services of Europe", "it has Amazon"), ("Nobody Known", "state a guarantor_rating")]
)
def test_a12_an_unknown_guarantor_is_said_with_a_hint(tmp_path: Path, name: str, hint: str) -> None:
    """A guarantor that the library lacks counts as unrated, and the page says so with the nearest names."""
    result = cf.run(book_file(tmp_path, one=FIRM.format(f"buyer: OpenAI, guarantor: {name}")))
    said = next(word for word in result.warnings if "no guarantor" in word)
    assert hint in said
