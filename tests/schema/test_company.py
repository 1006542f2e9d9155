"""A company file: read, resolved with the library as it stood on its day, refused where it contradicts itself."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema.read import read_text
from computefactory.schema.resolve_company import company

LIBRARY = Library.load()


@pytest.fixture(scope="session")
def coreweave():
    return company(schema.load("coreweave-2025-03", kind="company"), LIBRARY)


@pytest.fixture(scope="module")
def validator():
    exported = schema.company_json_schema()
    jsonschema.Draft202012Validator.check_schema(exported)
    return jsonschema.Draft202012Validator(exported)


@pytest.mark.parametrize("name", schema.names("company"))
def test_the_json_schema_takes_what_ships(validator, name):
    validator.validate(read_text(schema.shipped_text(name, "company"), name).root.plain())


def test_the_json_schema_says_what_every_field_is(validator):
    for name, part in validator.schema["$defs"].items():
        for field, content in part["properties"].items():
            assert "description" in content, f"{name}.{field}"
    json.dumps(validator.schema)


def test_a_bare_name_means_the_newest_file_of_the_company():
    assert schema.load("coreweave", kind="company").file == "coreweave-2026-09.yaml"


@pytest.mark.parametrize("name", schema.names("company"))
def test_every_shipped_company_is_read_and_resolved(name):
    found = company(schema.load(name, kind="company"), LIBRARY)
    assert found.blocks
    assert found.balance_date <= found.as_of
    for axis in ("block", "facility", "holder"):
        assert len(set(found.items_of(axis))) == len(found.items_of(axis))


def test_month_0_follows_the_newest_balance_sheet_that_was_public(coreweave):
    assert (coreweave.balance_date, coreweave.timeline.names[0], coreweave.terms.as_of) == ("2024-12-31", "2025-01", 2)


def test_the_book_of_december_and_the_order_beside_it(coreweave):
    book = sum(block.book for block in coreweave.blocks)
    assert book == pytest.approx(15.1e9 + 11.9e9)
    inside = [block for block in coreweave.blocks if block.block != "openai"]
    assert sum(block.book - block.deferred for block in inside) == pytest.approx(15.1e9 - 4.063904e9)


def test_facilities_sum_to_the_principal_at_their_mean_rate(coreweave):
    total = sum(each.balance for each in coreweave.facilities)
    assert total == pytest.approx(8_033_477_000)
    assert sum(each.balance * each.rate for each in coreweave.facilities) / total == pytest.approx(0.119, abs=5e-4)


def test_unit_economics_are_those_of_what_the_company_reported(coreweave):
    own = {each.name: each.value for each in coreweave.economics if each.whose == "own"}
    assert own["price"] == pytest.approx(747.4e6 * 4 / 12 / 360e3)
    assert own["margin"] == pytest.approx(1 - (493.35 + 960.685 - 863.413) / 1915.426)
    assert own["capex"] == pytest.approx((12_880.005e6 - 3_200.866e6) / 360e3)


def test_shares_that_may_be_put_are_basic_shares_and_join_above_their_put_price(coreweave):
    assert coreweave.terms.shares_stated == pytest.approx(465.407066e6)
    put = next(holder for holder in coreweave.holders if holder.name == "redeemable shares")
    assert put.above == 38.95
    assert put.owed == pytest.approx(29.874066e6 * 38.95)


def test_overhead_by_the_year_is_that_by_the_month_twelve_times():
    stated = schema.load("coreweave-2025-03", {"overhead.amount": "12 million USD/year"}, kind="company")
    assert company(stated, LIBRARY).terms.overhead == pytest.approx(1e6)


@pytest.mark.parametrize("day", ["2025-11-30", "2026-09-30"])
def test_facilities_of_an_earlier_day_stand_with_what_else_is_owed_beside_them(day):
    found = company(schema.load("coreweave-2025-05", {"as_of": day}, kind="company"), LIBRARY)
    assert [each.name for each in found.facilities][-1] == "not by facility"
    assert found.facilities[-1].balance > 0
    assert any("2025-03-31" in each.name for each in found.missing)


def test_capital_cost_is_of_the_newest_balance_sheet_that_gives_it():
    found = company(schema.load("coreweave-2025-05", {"as_of": "2025-11-30"}, kind="company"), LIBRARY)
    own = {each.name: each for each in found.economics if each.whose == "own"}
    assert (found.balance_date, own["capex"].period) == ("2025-09-30", "2025-03-31")
    assert own["capex"].value == pytest.approx((15_610.549e6 - 4_073.81e6) / 420e3)


def test_the_balance_sheet_is_the_newest_of_which_cash_is_known():
    found = company(schema.load("coreweave-2025-05", {"as_of": "2025-08-15"}, kind="company"), LIBRARY)
    assert found.balance_date == "2025-03-31"
    assert any("of 2025-06-30 the debt is known and no cash" in warning for warning in found.warnings)


def test_every_lever_may_take_a_value_a_scenario(coreweave):
    every = {lever.path: np.array([lever.low, lever.high]) for lever in coreweave.levers()}
    moved = coreweave.with_values(every)
    varied = {name for block in moved.blocks for name in block.__slots__ if np.ndim(getattr(block, name)) == 1}
    assert {"price", "margin", "capex", "book", "full_power", "risk_free", "spread", "market_price"} <= varied


def test_the_schedule_of_the_book_and_what_falls_due_are_rows_where_the_company_published_them():
    may = company(schema.load("coreweave-2025-05", kind="company"), LIBRARY)
    assert sum(may.terms.schedule[:24]) == pytest.approx(0.58)
    assert sum(may.terms.schedule[:48]) == pytest.approx(0.98)
    within = np.array(may.timeline.calendar_year) == 2026
    assert sum(np.array(each.due)[within].sum() for each in may.facilities) == pytest.approx(3172.359e6)


def test_rows_give_each_kind_of_holder_that_a_file_without_classes_leaves_out(coreweave):
    alone = company(schema.load("coreweave-2025-03", {"shares": "null"}, kind="company"), LIBRARY)
    assert [each.name for each in coreweave.holders] == [each.name for each in alone.holders]  # it states a press count
    own = {"shares.units": "{all: 1 million}"}
    found = company(schema.load("coreweave-2025-03", own, kind="company"), LIBRARY)
    assert {each.name for each in found.holders} == {"shares", "units all", "warrants", "options", "redeemable shares"}
    counted = company(schema.load("coreweave-2025-03", {"shares.classes": "{a: 1 million}"}, kind="company"), LIBRARY)
    assert ([each.name for each in counted.holders], counted.terms.shares_stated) == (["shares"], 1e6)


def test_a_book_for_which_more_would_have_to_bill_than_is_secured_is_refused():
    with pytest.raises(FactoryFileError, match=r"takes 6,54\d MW; expected at most what is secured, 1,300 MW"):
        company(schema.load("coreweave-2025-03", {"book.amount": "200 bn USD"}, kind="company"), LIBRARY)


def test_share_based_pay_is_of_the_newest_year_that_has_it():
    """Its overhead is stated; its share-based pay is a row of 2025, not of the year of the last row of overhead."""
    found = company(schema.load("coreweave-2026-09", kind="company"), LIBRARY)
    assert found.terms.stock_pay == pytest.approx(630.409e6 / 12)
    assert company(schema.load("coreweave-2025-05", kind="company"), LIBRARY).terms.stock_pay == pytest.approx(
        31.487e6 / 12
    )


def test_notes_fall_due_at_once():
    found = company(schema.load("coreweave-2026-09", kind="company"), LIBRARY)
    notes = next(each for each in found.facilities if each.name == "notes_2030")
    assert [index for index, due in enumerate(notes.due) if due] == list(range(42, 48))  # 2030-01 to 2030-06


def test_deferred_revenue_of_an_earlier_day_than_the_book_is_said():
    found = company(schema.load("coreweave-2026-09", kind="company"), LIBRARY)
    assert any(said.startswith("deferred revenue is of 2025-09-30") for said in found.warnings)
