"""Sale and leaseback by hand: what leaves, what it fetches, the rent after it, what books and tax make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError
from small_factory import FULL_OPERATION, TENOR, inputs, ledger, of_asset

Run = Callable[..., Mapping[str, Any]]
LAST = FULL_OPERATION + TENOR - 1
SOLD = 30
SALE = {
    "leaseback_made": 1.0,
    "leaseback_month": float(SOLD),
    "leaseback_price": 110e6,
    "leaseback_rent": 1e6,
    "leaseback_escalator": 0.03,
    "leaseback_building": 1.0,
}


def closes(lines: Mapping[str, Any]) -> bool:
    return bool(np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"])))


def test_the_building_leaves_with_its_book_value_and_its_gain(run: Run) -> None:
    """105 million in service in month 12, over 360 months: 19 months are written off when it is sold in month 30."""
    lines = run(**SALE)
    book = 105e6 * (1 - 19 / 360)
    assert lines["sale_proceeds"][SOLD] == 110e6
    assert lines["a_book_sold"][:, SOLD].sum() == pytest.approx(book, rel=1e-12)
    assert lines["gain_on_disposal"][SOLD] == pytest.approx(110e6 - book, rel=1e-12)
    assert np.all(lines["a_book_depreciation"][0][SOLD + 1 :] == 0)
    assert lines["sale_proceeds"][LAST] == 0, "nothing durable is left to sell"
    assert lines["durable_value"][SOLD] == 0
    assert closes(lines)


def test_tax_takes_the_basis_of_that_month(run: Run) -> None:
    lines = run(**SALE)
    kept = 105e6 - lines["d_depreciation"][0].sum()
    assert lines["gain_on_sale"][SOLD] == pytest.approx(110e6 - kept, rel=1e-12)
    assert np.all(np.abs(lines["d_tax_basis"][0][SOLD:]) < 1e-6)
    assert np.all(lines["d_depreciation"][0][SOLD + 1 :] == 0)


def test_rent_runs_from_the_next_month_and_is_even_in_the_books(run: Run) -> None:
    """42 months at a million, rising 3 % every twelve."""
    lines = run(**SALE)
    rent = 1e6 * 1.03 ** (np.arange(LAST - SOLD) // 12)
    np.testing.assert_allclose(lines["leaseback_paid"][SOLD + 1 : LAST + 1], rent, rtol=1e-12)
    assert lines["leaseback_paid"].sum() == pytest.approx(rent.sum(), rel=1e-12)
    np.testing.assert_allclose(lines["leaseback_expense"][SOLD + 1 : LAST + 1], rent.sum() / 42, rtol=1e-12)
    worth = sum(rent / 1.08 ** (np.arange(1, 43) / 12))
    assert lines["leaseback_begun"][SOLD] == pytest.approx(worth, rel=1e-12)
    assert lines["leaseback_right"][SOLD] == pytest.approx(worth, rel=1e-12)
    assert lines["leaseback_right"][LAST] == pytest.approx(0, abs=1e-4)
    assert lines["leaseback_liability"][LAST] == 0
    assert lines["opex"][SOLD + 1] - run()["opex"][SOLD + 1] == pytest.approx(1e6)


def test_silicon_sold_is_worth_nothing_to_the_seller(run: Run) -> None:
    lines = run(**SALE | {"leaseback_building": 0.0}, case_residual=1.0)
    assert lines["silicon_value"][SOLD - 1] > 0
    assert np.all(lines["silicon_value"][SOLD:] == 0)
    assert lines["durable_value"][LAST] > 0
    assert closes(lines)


def test_no_sale_after_the_exit_and_none_in_the_unit_cost(run: Run) -> None:
    plain = run()
    for changes in ({"leaseback_month": float(LAST)}, {"case_leaseback": 0.0}, {"leaseback_made": 0.0}):
        lines = run(**{**SALE, **changes})
        for name in ("sale_proceeds", "equity_flow", "opex", "lcoc"):
            np.testing.assert_array_equal(lines[name], plain[name])


@settings(max_examples=20, deadline=None)
@given(
    sold=st.integers(FULL_OPERATION, LAST + 5),
    price=st.floats(0, 300e6),
    rent=st.floats(0, 5e6),
    building=st.sampled_from([0.0, 1.0]),
    state=st.sampled_from([0.0, 0.05]),
    release=st.sampled_from([0.0, 1.0]),
)
def test_the_sheet_closes_whatever_is_sold(
    sold: int, price: float, rent: float, building: float, state: float, release: float
) -> None:
    book = ledger()
    tax = {"own_state": state > 0}
    lines = book.run(
        inputs(
            book,
            leaseback_made=1.0,
            leaseback_month=float(sold),
            leaseback_price=price,
            leaseback_rent=rent,
            leaseback_building=building,
            case_re_lease=release,
            case_residual=release,
            state_rate=state,
            tax=tax,
        )
    )
    assert closes(lines)
    basis = lines["d_depreciation"].sum(axis=1) + lines["d_basis_sold"].sum(axis=1)
    np.testing.assert_allclose([of_asset(basis, asset, **tax) for asset in (0, 1)], [105e6, 200e6], rtol=1e-9)
    worn = lines["a_book_depreciation"].sum(axis=1) + lines["a_book_sold"].sum(axis=1)
    np.testing.assert_allclose(worn, [105e6, 200e6], rtol=1e-9)
    assert abs(lines["leaseback_right"][-1]) < 1e-2


STATED = {
    "capital.sale_leaseback.sells": "building",
    "capital.sale_leaseback.sold": "2028-06",
    "capital.sale_leaseback.price": "3 bn USD",
    "capital.sale_leaseback.rent": "25 million USD/month",
}


def test_a_file_may_state_it() -> None:
    result = cf.run("iren-horizon", overrides=STATED)
    lines, names = result.runs["contract_only"].lines, result.factory.timeline.names
    assert lines["leaseback_proceeds"][names.index("2028-06")] == 3e9
    assert lines["leaseback_paid"][names.index("2028-07")] == pytest.approx(25e6)
    assert closes(lines)
    plain = cf.run("iren-horizon")
    name = "lcoc_usd_per_accelerator_hour"
    assert result.metrics[name].value == pytest.approx(plain.metrics[name].value, rel=1e-12)


@pytest.mark.parametrize(
    ("factory", "changes", "path"),
    [
        ("iren-horizon", {"capital.sale_leaseback.sold": "2026-01"}, "capital.sale_leaseback.sold"),
        ("legacy-h100-hall", {}, "capital.sale_leaseback.sells"),
    ],
)
def test_what_cannot_be_sold_is_refused(factory: str, changes: dict[str, str], path: str) -> None:
    with pytest.raises(FactoryFileError) as error:
        cf.run(factory, overrides=STATED | changes)
    assert [problem.path for problem in error.value.problems] == [path]
