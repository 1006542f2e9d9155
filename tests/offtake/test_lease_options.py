"""Options of tenants and landlords to go on after the base term, by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf

LEASE = (
    "kind: colocation, buyer: CoreWeave, signed: 2025-11, power: 20 MW, price: 120 USD/kW-month, escalator: 2 %/year, "
    "electricity: passed_through, starts: 2027-01, tenor: 60 months"
)
OPTION = ", extension: {{owner: {}, term: 36 months, notice: 12 months{}}}"
NO_SILICON = {"silicon.accelerators": "0"}
START, TENOR = 12, 60
END = START + TENOR


def full(file: Path) -> tuple[cf.Result, dict[str, np.ndarray]]:
    result = cf.run(cf.load(file, overrides=NO_SILICON))
    for case in ("contract_only", "full_life"):
        np.testing.assert_allclose(result.runs[case].lines["imbalance"], 0, atol=0.01)
    return result, dict(result.runs["full_life"].lines)


@pytest.mark.parametrize(
    ("owner", "price", "extends"),
    [("buyer", 40, True), ("buyer", 400, False), ("seller", 400, True), ("seller", 40, False)],
)
def test_its_owner_extends_where_the_market_says_so(
    write: Callable[..., Path], owner: str, price: int, extends: bool
) -> None:
    """Expected: today's market rent at the price level of the notice, risen to the middle of the extension."""
    result, lines = full(write(one=LEASE + OPTION.format(owner, f", price: {price} USD/kW-month")))
    money = result.factory.finance
    level = lines["cost_index"][END - 12]
    expected = money.values.release_rent * level * (1 + money.operations.inflation) ** ((12 + 18) / 12)
    assert lines["l_market_expected"][0] == pytest.approx(expected, rel=1e-12)
    assert bool(lines["l_extends"][0]) == extends
    rent = lines["l_rent"][0]
    if extends:
        np.testing.assert_allclose(rent[END : END + 12], 20_000 * price)
        np.testing.assert_allclose(rent[END + 12 : END + 24], 20_000 * price * 1.02)
    assert (rent[END:] > 0).sum() == (36 if extends else 0)
    assert not result.runs["contract_only"].lines["l_extended"].any(), "an option commits nobody"


def test_the_extension_is_not_let_again_beside_it(write: Callable[..., Path]) -> None:
    """Space under an extension brings its rent and bears its upkeep; only what is empty is let again."""
    _, alone = full(write(one=LEASE))
    _, lines = full(write(one=LEASE + OPTION.format("seller", ", price: 400 USD/kW-month")))
    during = slice(END, END + 36)
    np.testing.assert_allclose(lines["re_lease_revenue"][during], 0, atol=1e-6)
    later = slice(END + 36 + 6, None)  # after the extension and the void
    np.testing.assert_allclose(lines["re_lease_revenue"][END + 36 : later.start], 0, atol=1e-6)
    np.testing.assert_allclose(lines["re_lease_revenue"][later], alone["re_lease_revenue"][later])
    assert (lines["facility_cost"][during] > 0).all()


def test_the_rent_of_the_last_year_holds_where_none_is_stated(write: Callable[..., Path]) -> None:
    result = cf.load(write(one=LEASE.replace("20 MW", "5 MW") + OPTION.format("seller", "")))
    assert result.offtake.leases[0].extension_price == pytest.approx(120 * 1.02**4)


def test_a_tenant_who_has_gone_extends_nothing(write: Callable[..., Path]) -> None:
    gone = "events: {gone: {kind: default, contract: one, month: 2030-01}}\n"
    _, lines = full(write(gone, one=LEASE + OPTION.format("seller", ", price: 400 USD/kW-month")))
    assert not lines["l_extended"].any()


def test_notice_longer_than_the_term_is_refused(problems: Callable[..., dict[str, str]]) -> None:
    option = OPTION.format("buyer", "").replace("12 months", "61 months")
    assert problems(one=LEASE.replace("20 MW", "5 MW") + option) == {"offtake.one.extension.notice": "out_of_range"}
