"""A number of the items of one axis, read by the items of another that belong to them: stated once."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from computefactory.errors import LedgerError
from computefactory.ledger import Ledger, belonging, given, line, over
from computefactory.ledger.workbook import write_workbook
from computefactory.units import Month, One, Usd

month = given("month", Month, series=True, source="month", doc="Month.")
a_cost = given("a_cost", Usd, per="asset", source="assets.cost", doc="Cost.")
a_placed = given("a_placed", One, per="asset", series=True, source="assets.placed", doc="Share in service.")
p_asset = given("p_asset", One, per="part", source="parts.asset", doc="Place of its asset.")
p_share = given("p_share", One, per="part", source="parts.share", doc="Share of its asset.")
p_cost = belonging(a_cost, p_asset, "p_cost")
p_placed = belonging(a_placed, p_asset, "p_placed")


@line(per="part")
def p_basis(p_cost: Usd, p_placed: One, p_share: One, month: Month) -> Usd:
    return p_cost * p_placed * p_share * (month >= 0)


@line
def basis(p_basis: Usd) -> Usd:
    return over(p_basis)


ITEMS = [month, a_cost, a_placed, p_asset, p_share, p_cost, p_placed, p_basis, basis]
VALUES = {
    "month": np.arange(3.0),
    "a_cost": np.array([100.0, 10.0]),
    "a_placed": np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]),
    "p_asset": np.array([1.0, 0.0, 0.0]),
    "p_share": np.array([1.0, 0.25, 0.75]),
}
EXPECTED = [[0.0, 5.0, 5.0], [25.0, 0.0, 0.0], [75.0, 0.0, 0.0]]


@pytest.fixture(scope="module")
def ledger():
    return Ledger(ITEMS)


def test_each_part_has_the_numbers_of_its_asset(ledger):
    for read in (ledger.run, ledger.run_whole):
        np.testing.assert_array_equal(read(VALUES)["p_basis"], EXPECTED)
    assert ledger.evaluate("p_basis", 1, 0, VALUES, ledger.run(VALUES)) == 5.0


def test_what_stands_there_already_does_not_count(ledger):
    """Inputs that were read once and then changed: the part follows its asset."""
    np.testing.assert_array_equal(ledger.run({**VALUES, "p_cost": np.array([7.0, 7.0, 7.0])})["p_basis"], EXPECTED)


def test_a_batch_moves_the_parts_with_the_asset(ledger):
    costs = np.array([[100.0, 10.0], [200.0, 10.0], [100.0, 0.0]])
    many = ledger.run_many({**VALUES, "a_cost": costs}, 3, keep=["basis"], compiled=False)["basis"]
    np.testing.assert_array_equal(many, [[100.0, 5.0, 5.0], [200.0, 5.0, 5.0], [100.0, 0.0, 0.0]])


def test_only_what_is_read_is_asked_for():
    alone = Ledger(ITEMS, wanted=["p_basis"])
    assert {"a_cost", "a_placed", "p_asset"} <= set(alone.givens)


def test_a_part_of_an_asset_that_there_is_not_is_refused(ledger):
    for place in (2.0, -1.0):
        with pytest.raises(LedgerError, match="p_asset places items among 2 of a_cost"):
            ledger.run({**VALUES, "p_asset": np.array([place, 0.0, 0.0])})


def test_the_workbook_reads_the_one_cell_of_the_asset(ledger, tmp_path):
    file = tmp_path / "parts.xlsx"
    items = {"asset": ["shell", "chips"], "part": ["chips", "shell 1", "shell 2"]}
    write_workbook(ledger, VALUES, ledger.run(VALUES), file, title="parts", periods=["1", "2", "3"], items=items)
    rows = {row[0].value: row for row in openpyxl.load_workbook(file)["Inputs"].iter_rows() if row[0].value}
    assert rows["a_cost[shell]"][4].value == 100.0
    assert rows["p_cost[shell 2]"][4].value == f"=$E${rows['a_cost[shell]'][4].row}"
    assert rows["p_placed[chips]"][6].value == f"=G{rows['a_placed[chips]'][6].row}"
