"""Values of shipped companies: identities at the offering, what adds up, what a price implies, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import computefactory as cf
from computefactory import appraisal, schema
from computefactory.analysis.asked_price import read_price
from computefactory.analysis.run import run
from computefactory.analysis.value import value_of
from computefactory.cli import page as shown
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.report.company_value import company_valuation
from computefactory.report.football_field import football_field
from computefactory.schema.derive import of_next_twelve_months
from computefactory.schema.resolve_company import company

EV = "industrial_enterprise_value_usd"
COUNTED = {  # million shares, bn USD of equity, of EV
    "basic": (465.4, 18.6, 23.9),
    "treasury": (530.2, 21.2, 26.5),
    "press": (575, 23.0, 28.2),
}


@pytest.fixture(scope="session")
def results():
    """Results by name, each run once."""
    found = {}

    def of(name):
        if name not in found:
            found[name] = run(company(schema.load(name, kind="company"), Library.load()))
        return found[name]

    return of


@pytest.fixture(scope="session")
def offering(results):
    """CoreWeave at the price of its offering."""
    return value_of(results("coreweave-2025-03"), price="40 USD/share")


@pytest.mark.parametrize(("name", "wanted"), COUNTED.items(), ids=COUNTED)
def test_counts_at_the_price_of_the_offering(offering, name, wanted):
    """On what was public on the day: 47.219 options and 15.455 units; the counts of May come to 536.6."""
    counts = {each.name: each for each in offering.priced.counts}
    shares, cap, enterprise = wanted
    assert counts[name].shares / 1e6 == pytest.approx(shares, abs=0.1)
    assert counts[name].market_cap / 1e9 == pytest.approx(cap, abs=0.05)
    assert counts[name].enterprise / 1e9 == pytest.approx(enterprise, abs=0.06)


def test_claims_and_multiples_at_the_offering(offering):
    """8.033 principal - 1.361 cash - 1.423 proceeds; 1,915 million of revenue; 15.1 - 4.06 bn and OpenAI's 11.9."""
    assert offering.claims / 1e9 == pytest.approx(5.25, abs=0.01)
    multiples = offering.priced.multiples
    press = next(each for each in offering.priced.counts if each.name == "press")
    assert press.enterprise / 1.915426e9 == pytest.approx(14.7, abs=0.05)
    assert multiples["revenue_last"] == pytest.approx(13.8, abs=0.05)
    assert multiples["ebitda_last"] == pytest.approx(26.46 / 1.219, rel=0.01)
    assert offering.run.number("cash_to_come") / 1e9 == pytest.approx(22.94, abs=0.01)


def test_the_price_was_a_call_on_what_was_not_signed(offering):
    """A hand calculation on what was known: a few bn of enterprise against 5 bn of net claims."""
    low, middle, high = offering.industrial.enterprise
    assert 0 < low < middle < high < offering.priced.enterprise
    assert middle < offering.claims
    assert offering.industrial.per_share == (0, 0, 0)
    assert "call on contracts not yet signed, at prices not yet seen" in offering.call_on_the_future
    assert offering.beside_clouds.endswith("(2.7 to 24.4): the price lies above all of it")
    assert offering.per_megawatt < 0
    assert {each.name: each.reason for each in offering.implied} == {
        "recontract_price": "does_not_exist",
        "still_to_sign": "no_value_of_a_megawatt",
        "margin": "does_not_exist",
        "rate": "does_not_exist",
        "growth": "returns_below_cost_of_capital",
    }


@pytest.mark.parametrize("name", ["coreweave-2025-03", "iren-2026-09", "coreweave-2026-09"])
def test_parts_add_up_in_every_scenario_and_steps_to_the_equity(results, name):
    found = value_of(results(name))
    parts = np.sum(list(found.parts.values()), axis=0)
    assert found.industrial.enterprise == pytest.approx(parts, rel=1e-9)
    assert found.industrial.enterprise[1] + sum(found.industrial.steps.values()) == pytest.approx(
        found.industrial.equity[1], rel=1e-9
    )
    assert list(found.industrial.enterprise) == sorted(found.industrial.enterprise)


def test_three_clouds_were_known_when_it_was_offered(offering):
    """1.4, 6.52, 12.73 times the 1.915 bn USD of 2024, less 5.25 of net claims and, below 38.95 USD, 1.16 of puts."""
    assert offering.cloud is not None
    assert [each.peer.company for each in offering.clouds] == ["DigitalOcean", "Snowflake", "Rackspace"]
    assert offering.cloud.enterprise == pytest.approx([m * 1.915426e9 for m in (1.4, 6.52, 12.73)])
    assert offering.cloud.equity[1] == pytest.approx(6.52 * 1.915426e9 - 5.249775e9 - 1.1636e9, rel=1e-4)
    assert offering.priced.enterprise > offering.cloud.enterprise[2]


def test_no_cloud_value_where_too_few_were_known_and_the_later_ones_are_named(offering):
    earlier = schema.load("coreweave-2025-03", {"as_of": "2025-03-20", "cash": "null"}, kind="company")
    found = value_of(run(company(earlier, Library.load())))
    assert found.cloud is None
    assert "DigitalOcean (2025-02), Rackspace (2025-02); the next: Snowflake (public 2025-03-31)" in found.no_cloud
    assert all(each.peer.company != "CoreWeave" for group in offering.groups for each in group.companies)


def test_what_a_price_implies_is_what_gives_it(results):
    """A margin that gives the price, put back into the ledger; more power is no answer, for it is worth nothing."""
    found = value_of(results("coreweave-2025-03"), price="1 bn USD")
    margin = next(each for each in found.implied if each.name == "margin")
    moved = np.full_like(found.run.inputs["b_margin"], margin.value)
    lines = found.run.ledger.run({**found.run.inputs, "b_margin": moved}, [EV])
    assert float(lines[EV]) == pytest.approx(found.priced.enterprise, rel=1e-6)
    assert found.priced.per_share is not None
    assert found.priced.market_cap == pytest.approx(1e9, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "price", "code"),
    [
        ("coreweave-2025-03", "40 EUR/share", "wrong_currency"),
        ("coreweave-2025-03", "£23 bn", "wrong_currency"),
        ("coreweave-2025-03", "0 USD/share", "out_of_range"),
        ("coreweave-2025-03", "a lot", "not_a_quantity"),
        ("coreweave-2025-03", "40", "no_unit"),
        ("coreweave-2025-03", "40 USD", "out_of_range"),
        ("aws-2026-09", "40 USD/share", "no_shares"),
    ],
)
def test_a_price_that_is_none_here_is_refused(results, name, price, code):
    with pytest.raises(FactoryFileError) as caught:
        value_of(results(name), price=price)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_segment_has_no_value_of_a_share_and_is_not_beside_its_parent(results):
    found = value_of(results("aws-2026-09"))
    assert found.industrial.per_share is None
    assert "a segment of Amazon" in " ".join(found.industrial.reasons)
    assert all(each.peer.company != "Amazon" for each in found.clouds)


def test_the_page_leaves_as_json(offering):
    page = company_valuation(offering)
    text = json.dumps(page.as_dict(), allow_nan=False)
    assert json.loads(text)["of"] == "company"


@pytest.mark.parametrize("name", ["lambda-2026-09", "nscale-2026-09", "google-cloud-2026-09", "oracle-2026-09"])
def test_what_no_fact_reaches_is_said_and_no_number(results, name):
    """Missing facts make no zero: values are null with their reason, and the page lists what would decide."""
    found = value_of(results(name))
    assert found.industrial.enterprise is None
    assert found.industrial.reasons[0].startswith("no industrial value: nobody states ")
    page = company_valuation(found)
    data = json.loads(json.dumps(page.as_dict(), allow_nan=False))
    assert data["industrial"]["enterprise_value_usd"] is None
    assert [row["name"] for row in data["not_known"]["rows"]] == [item["name"] for item in data["missing"]]


def test_only_an_enterprise_value_where_cash_and_shares_are_not_known(results):
    found = value_of(results("terawulf-2026-09"), price="10 bn USD")
    assert found.industrial.enterprise is not None
    assert (found.industrial.equity, found.claims, found.priced.enterprise, found.implied) == (None, None, None, ())
    assert "cannot be said" in found.call_on_the_future


def test_a_factory_inside_counts_at_its_own_industrial_value(results):
    """Core Scientific without mines is its factory: nothing else of it is known to bring or to cost anything."""
    found = value_of(results("core-scientific-2026-09"))
    (inside,) = found.result.inside.values()
    own = appraisal.value_of(inside, at=max(found.result.months[0], inside.months[0]))
    assert found.parts["factories"] == pytest.approx((own.low, own.industrial.enterprise_value, own.high))
    assert found.industrial.enterprise == pytest.approx(found.parts["factories"])


def test_more_power_is_an_answer_where_a_megawatt_is_worth_something(results):
    """The power that a price asks for, put into the ledger as one more order, gives the price."""
    found = value_of(results("iren-2026-09"), price="45 USD/share")
    power = next(each for each in found.implied if each.name == "still_to_sign")
    assert found.per_megawatt > 0
    gap = found.priced.enterprise - found.industrial.enterprise[1]
    assert power.value * 1e3 == pytest.approx(gap / found.per_megawatt, rel=0.02)  # tax is not quite linear


def test_the_picture_holds_every_method(offering):
    drawn = football_field(company_valuation(offering))
    assert drawn.startswith("<svg")
    assert all(row["label"] in drawn for row in offering.football_field)


@pytest.mark.parametrize("name", ["coreweave-2025-03", "coreweave-2026-09", "terawulf-2026-09", "nebius-2026-09"])
def test_no_row_of_the_page_is_wider_than_the_terminal(results, name, monkeypatch, capsys):
    page = company_valuation(value_of(results(name)))
    plain = [each for each in page.sections if each.grid is None or not each.grid.columns[0].width]  # others fold
    monkeypatch.setattr(shown, "WIDTH", 200)  # so that nothing wraps
    shown.give(replace(page, sections=tuple(plain)), None, as_json=False)
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("text", ["40 USD/share", "40 USD per share", "$40/share", "40 USD a share"])
def test_a_price_of_a_share_as_people_write_it(text):
    assert read_price(text) == (40, True)


def test_a_value_of_all_shares_at_a_put_price_is_the_value_that_was_asked(results):
    """Between 19.5 and 20.6 bn USD the shares that may be put at 38.95 join in part: the rest of them stays owed."""
    asked = value_of(results("coreweave-2025-03"), price="20 bn USD").priced
    (treasury,) = (each for each in asked.counts if each.name == "treasury")
    assert (asked.market_cap, asked.per_share) == (20e9, pytest.approx(38.95))
    assert treasury.shares == pytest.approx(20e9 / 38.95)
    below = 435.533e6 + 15.455e6 + 4.337e6 * (1 - 1.5495 / 38.95) + 47.219e6 * (1 - 1.74 / 38.95)
    assert asked.owed == pytest.approx(29_874_066 * 38.95 - (20e9 - below * 38.95), rel=1e-3)
    beside = value_of(results("coreweave-2025-03"), price="38.95 USD/share").priced
    assert asked.enterprise == pytest.approx(beside.enterprise)


def test_a_multiple_of_the_next_twelve_months_lies_between_two_calendar_years():
    """A cloud worth 60 that earns 6 this year and 10 the next earns 9 in the twelve months after September."""
    found = of_next_twelve_months(60 / 6, 60 / 10, 9 / 12)
    assert found == pytest.approx(60 / 9)
    assert of_next_twelve_months(10.0, 6.0, 0.0) == 10.0
    assert of_next_twelve_months(10.0, 6.0, 1.0) == pytest.approx(6.0)


def test_clouds_of_two_years_consensus_are_counted_on_twelve_months():
    """DigitalOcean in September 2026: 11.4x the year under way, 7.4x the next, so 8.1x the next twelve months."""
    found = cf.value("coreweave-2026-09")
    multiple = found.cloud_multiples["DigitalOcean"]
    assert multiple.value == pytest.approx(1 / (0.25 / 11.4 + 0.75 / 7.4))
    run = found.runs["low"]
    assert run.number("cloud_next") == pytest.approx(min(each.value for each in found.cloud_multiples.values()))
