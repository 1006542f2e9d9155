"""The page of covenants: a row for every test, the gap by month, and what lenders recover."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.registry import PAGES

LATE = {"power.delay": {"by": "6 months", "silicon": "comes_as_planned"}}
POOR = {"offtake.microsoft.total_value": "5.9 bn USD"}


@pytest.fixture(scope="module")
def late():
    return PAGES["covenants"](cf.run("iren-horizon", overrides=LATE)).as_dict()


@pytest.fixture(scope="module")
def poor():
    return PAGES["covenants"](cf.run("iren-horizon", overrides=POOR)).as_dict()


def test_every_quarter_with_service_has_a_row_and_no_cell_is_blank(late):
    rows = late["tests"]["rows"]
    quarters = [f"{year}-{month:02d}" for year in range(2027, 2032) for month in (3, 6, 9, 12)]
    assert [row["month"] for row in rows] == quarters
    assert all(cell not in (None, "") for row in rows for cell in row.values())
    assert [row["looked_back_months"] for row in rows[:5]] == [3, 6, 9, 12, 12]
    assert rows[0]["state"] == "breach"
    assert rows[0]["margin_usd"] < 0


def test_the_gap_stands_by_month_and_adds_up(late):
    rows = late["funding_gap"]["rows"]
    total = late["cover"]["funding_gap_usd"]["value"]
    assert sum(row["gap_usd"] for row in rows) == pytest.approx(total)
    assert {row["month"] for row in rows} < {f"2026-{month:02d}" for month in range(1, 13)}
    assert "somebody funds the gap before service" in " ".join(late["default"]["text"])


def test_the_first_breach_and_a_stub_are_said(late):
    assert late["cover"]["first_breach"]["value"].startswith("2027-03: senior at 0.")
    assert late["cover"]["min_dscr"]["note"] == "in 2027-03, 3 months"


def test_a_price_that_does_not_carry_the_debt_ends_in_a_default_with_recoveries(poor):
    (row,) = poor["default"]["rows"]
    parts = row["from_reserve_usd"] + row["from_silicon_usd"] + row["from_durable_usd"]
    assert row["recovery"] == pytest.approx(parts / row["owed_usd"])
    assert 0 < row["recovery"] < 1
    month = poor["cover"]["default"]["value"]
    states = {row["month"]: row["state"] for row in poor["tests"]["rows"]}
    assert any("default" in state and month <= at for at, state in states.items())
    assert any("reserve drawn" in state for state in states.values())
    drawn = [row["month"] for row in poor["funding_gap"]["rows"] if row["reserve_drawn_usd"] > 0]
    assert min(drawn) < month, "the reserve pays first"


def test_without_debt_it_says_so():
    page = PAGES["covenants"](cf.run("legacy-h100-hall")).as_dict()
    assert page["covenants"]["text"] == ["There is no debt: nothing is tested."]
