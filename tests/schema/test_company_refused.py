"""What a company file may not say: one message each, with the place, what was given, what is allowed, a hint."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema.resolve_company import company

LIBRARY = Library.load()
MARCH, MAY = "coreweave-2025-03", "coreweave-2025-05"


def resolved(overrides, name=MARCH, **options):
    return company(schema.load(name, overrides, kind="company"), LIBRARY, **options)


def refused(overrides, name=MARCH):
    with pytest.raises(FactoryFileError) as error:
        resolved(overrides, name)
    return error.value.problems


@pytest.mark.parametrize(
    ("overrides", "code", "path", "given", "expected"),
    [
        ({"blocks.openai.signed": "2025-06-12"}, "after_the_date", "blocks.openai.signed", "2025-06-12", "2025-03-31"),
        ({"blocks.openai.deal": "CRWV-OAI-2"}, "after_the_date", "blocks.openai.deal", "2025-05-31", "2025-03-31"),
        (
            {"blocks.ordered.power.sold.2025-09": "164 MW"},
            *("after_the_date", "blocks.ordered.power.sold.2025-09", "2025-09-01", "2025-03-31"),
        ),
        ({"book.date": "2025-05-01"}, "after_the_date", "book.date", "2025-05-01", "2025-03-31"),
        ({"reported.2025.revenue": "5 bn USD"}, "after_the_date", "reported.2025", "2025-12-31", "2025-03-31"),
        (
            {"cash.proceeds.more": "{amount: 1 bn USD, date: 2025-09-01}"},
            *("after_the_date", "cash.proceeds.more.date", "2025-09-01", "2025-03-31"),
        ),
        ({"debt.ddtl_1.balance": "1 bn USD"}, "wrong_sum", "debt", "7,020.98 million", "8,033.48 million"),
        ({"debt.oem.due": "{2025: 2 bn USD}"}, "above_limit", "debt.oem.due", "2,000 million", "1,177.16 million"),
        ({"debt.oem.due": "{soon: 1 USD}"}, "not_a_date", "debt.oem.due.soon", "soon", "2026"),
        ({"book.deferred": "16 bn USD"}, "above_limit", "book.deferred", "16 bn USD", "15.1 bn USD"),
        (
            {"blocks.hopper.price": "8 million EUR/MW-year"},
            "unknown_unit",
            "blocks.hopper.price",
            "EUR",
            "a rate for EUR",
        ),
        ({"blocks.hopper.price": "8 USD"}, "wrong_dimension", "blocks.hopper.price", "8 USD", "USD/kW-month"),
        ({"currency": "EUR"}, "not_allowed", "currency", "EUR", "USD"),
        ({"operator": "CoreWave"}, "unknown_name", "operator", "CoreWave", "table operator"),
        ({"blocks.hopper.system": "HGX H900"}, "unknown_name", "blocks.hopper.system", "HGX H900", "table system"),
        ({"blocks.hopper.cooling": "liquid"}, "unknown_name", "blocks.hopper.cooling", "liquid", "table cooling"),
        (
            {"shares": "{classes: {class_a: 0, class_b: 0}}"},
            *("not_allowed", "shares.classes", "no share at all", "more than none"),
        ),
        ({"blocks.openai.deal": "CRWV-OAI-9"}, "unknown_name", "blocks.openai.deal", "CRWV-OAI-9", "table deal"),
        ({"blocks.x": "{factory: nowhere}"}, "no_such_file", "blocks.x.factory", "nowhere", "a factory file"),
        (
            {"blocks.x": "{factory: iren-horizon, price: 3 USD/kW-month}"},
            *("one_of", "blocks.x.price", "factory and price", "own file"),
        ),
        ({"leases.counted": "[rent, claim]"}, "not_allowed", "leases.counted", "[rent, claim]", "rent, claim"),
        (
            {"shares.classes": "{class_a: 3, Class A: 2}"},
            *("duplicate_key", "shares.classes.Class A", "Class A", "each name once"),
        ),
        (
            {"blocks.hopper.customers.microsoft.share": "90 %"},
            *("above_limit", "blocks.hopper.customers", "128 %", "100 %"),
        ),
        ({"business.committed.share": "60 %"}, "not_allowed", "business", "0.64", "sum to 1"),
        (
            {"blocks.hopper.power": "{sold: {2024-12: 360 MW}, billing: {2024-12: 410 MW}}"},
            *("out_of_order", "blocks.hopper.power.billing.2024-12", "410 MW", "360 MW"),
        ),
        (
            {"blocks.hopper.power": "{secured: {2024-12: 300 MW}, energised: {2024-12: 400 MW}}"},
            *("out_of_order", "blocks.hopper.power.energised.2024-12", "400 MW", "300 MW"),
        ),
        ({"blocks.hopper.tenor_left": "9 months"}, "one_of", "blocks.hopper.tenor_left", "until and", "one of them"),
        (
            {"blocks.hopper.power": "{sold: {2024-06: 400 MW}, billing: {2024-06: 380 MW, 2024-12: 360 MW}}"},
            *("out_of_order", "blocks.hopper.power.billing.2024-12", "360 MW", "380 MW"),
        ),
        ({"book.schedule": "{24 months: 50 %, 12 months: 9 %}"}, "dates_out_of_order", "book.schedule", "12", "rise"),
        ({"book.schedule": "{24 months: 80 %, 48 months: 30 %}"}, "above_limit", "book.schedule", "110 %", "100 %"),
        ({"reported.2023-13.revenue": "1 USD"}, "not_a_date", "reported.2023-13", "2023-13", "2024-Q4"),
        ({"as_of": "1800-01-01"}, "out_of_range", "as_of", "1800-01-01", "1990"),
        ({"blocks.hopper.owed": "90 %"}, "missing", "blocks.hopper.up_to", "owed without", "up_to: true"),
    ],
)
def test_each_has_one_message_at_its_place(overrides, code, path, given, expected):
    (problem,) = refused(overrides)
    assert (problem.code, problem.path) == (code, path)
    assert given in problem.given
    assert expected in problem.expected


def test_a_book_larger_than_its_capacity_can_serve_is_refused():
    fixed = {"blocks.ordered.power": "{secured: {2024-12: 30 MW}, sold: {2024-12: 30 MW}}"}
    (problem,) = refused(fixed)
    assert problem.code == "over_capacity"
    assert "15.1 bn USD" in problem.given
    assert "390 MW" in problem.expected
    assert "sold and not delivered" in problem.hint


def test_rpo_and_backlog_are_not_mixed():
    (problem,) = refused({"book.amount": "25.9 bn USD"}, MAY)
    assert (problem.code, problem.path) == ("contradiction", "book.kind")
    assert "backlog" in problem.expected
    assert resolved({"book.kind": "backlog"}, MAY).blocks


def test_a_liability_whose_rent_stays_in_the_margin_counts_leases_both_ways():
    silent = {f"blocks.{name}.shell.rent": None for name in ("hopper", "ordered", "openai")}
    (problem,) = refused({"leases.counted": "claim", **silent})
    assert (problem.code, problem.path) == ("one_of", "leases.counted")
    assert resolved({"leases.counted": "claim"}).terms.lease_liability == pytest.approx(2602.016e6)


def test_hindsight_lets_in_what_became_public_later_of_the_time_before():
    later = resolved({"blocks.openai.signed": "2025-06-12"}, hindsight=True)
    assert later.hindsight
    assert later.balance_date == "2025-03-31"
    assert not resolved({}).hindsight


def test_a_company_without_a_share_count_runs_and_says_so():
    nobody = resolved({"operator": None, "debt": None, "as_of": "2025-04-30"})
    assert nobody.holders == ()
    assert nobody.terms.shares_stated == 0
    assert "the number of shares" in [item.name for item in nobody.missing]


def test_a_segment_has_no_shares():
    (problem,) = refused({"parent": "NVIDIA", "shares.classes": "{a: 1 million}"})
    assert (problem.code, problem.path) == ("one_of", "shares")
    assert resolved({"parent": "NVIDIA", "shares": None}).holders == ()


def test_money_of_another_currency_is_read_at_the_rate_that_the_file_states():
    euro = resolved({"blocks.hopper.price": "8 million EUR/MW-year", "fx.EUR": "1.08 USD/EUR"})
    assert euro.blocks[0].price == pytest.approx(8e6 * 1.08 / 12 / 1000)


PATHS = [
    *(
        "as_of",
        "operator",
        "parent",
        "book.amount",
        "book.deferred",
        "book.kind",
        "book.schedule",
        "blocks.hopper.power",
    ),
    *(
        "blocks.hopper.price",
        "blocks.hopper.until",
        "blocks.openai.value",
        "blocks.openai.signed",
        "blocks.openai.full",
    ),
    *("blocks.ordered.full", "blocks.ordered.tenor_left", "debt.oem.balance", "debt.oem.matures", "shares.classes"),
    *("cash.proceeds", "leases.counted", "land.x", "reported.2024.revenue", "tax.losses", "financing.rate", "overhead"),
]
VALUES = [
    *("", "{}", "[]", "null", "0", "-1", "1e30", "nan", "2025-01", "2019-01", "2150-12-31", "x", "none", "true"),
    *("0 MW", "12 months", "1 %", "120 %", "1 bn USD", "0 USD", "-5 bn USD", "rpo", "claim", "CoreWeave", "9 %/year"),
    *("{sold: {2024-12: 1 MW}}", "{billing: {2030-01: 0 MW}}", "{a: 0}", "{a: 1 million}", "{12 months: 0 %}"),
    *("{power: 1 GW, status: study}", "{amount: 1 USD/year}", "{x: {amount: 1 USD, date: 2024-01-01}}"),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.dictionaries(some.sampled_from(PATHS), some.sampled_from(VALUES), min_size=1, max_size=3))
def test_whatever_is_set_is_refused_in_words_or_resolved(overrides):
    try:
        found = resolved(overrides)
    except FactoryFileError as error:
        for problem in error.problems:
            assert problem.code
            assert problem.expected
            assert problem.given
    else:
        for block in found.blocks:
            assert block.power >= 0
            assert isnan(block.full_power) or block.full_power >= block.power - 1e-6 or block.stage > 0
            assert isnan(block.book) or block.book >= 0
