"""Events of a file: who stops paying, what the claim brings, what is let again, what is owed back and to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.scenarios import Scenarios

Lines = Callable[..., Mapping[str, Any]]
TAKE = (
    "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01"
)
BILL = 7_200 * 730 * 3.0
START, GONE, TENOR = 12, 30, 60  # 2026-01 is month 0; the first start 2027-01; gone in 2028-07
LOAN = """capital:
  debt: {senior: {secures: silicon, rate: 6 %/year, matures: 2031-06}}
"""
DEFAULT = "events: {gone: {kind: default, contract: one, month: 2028-07%s}}\n"
AHEAD = ", prepayment: {share: 20 %, paid_before_start: 3 months, credited_from: 25 months}"
LET = "kind: colocation, buyer: CoreWeave, signed: 2025-11, power: 5 MW, price: 120 USD/kW-month, escalator: 0 %/year"
TENANT = LET + ", electricity: passed_through, starts: 2027-01, tenor: 60 months"


def settled(write: Callable[..., Path], more: str, terms: str) -> Mapping[str, Any]:
    return cf.run(write(more, one=TAKE + terms + ", tenor: 60 months")).runs["contract_only"].lines


def test_a_default_stops_the_bills_and_lets_again_at_the_market_of_that_state(write: Callable[..., Path]) -> None:
    """By hand: void of six months, then the price of silicon two years old, down by 30 %, fixed to the end."""
    result = cf.run(write(DEFAULT % "", one=TAKE + ", tenor: 60 months"))
    lines, market = result.runs["contract_only"].lines, result.factory.offtake.merchant
    revenue = lines["c_revenue"][0]
    np.testing.assert_allclose(revenue[START:GONE], BILL)
    assert revenue[GONE + 1 : GONE + 6].sum() == pytest.approx(0, abs=1e-6)
    price = market.price_new * (1 - market.decline) ** ((GONE + 6 - START) / 12) * (1 - market.wrong_way)
    hours = result.factory.timeline.hours[GONE + 6 : START + TENOR]
    again = 7_200 * hours * float(result.known["availability"]) * market.sold * price
    np.testing.assert_allclose(revenue[GONE + 6 : START + TENOR], again, rtol=1e-12)
    assert lines["revenue"][START + TENOR :].sum() == 0


@pytest.mark.parametrize("more", [LOAN, ""])
def test_the_claim_is_what_is_lost_at_the_loans_rate_less_what_is_let_again(
    write: Callable[..., Path], more: str
) -> None:
    """Recovered in full, revenue is worth the same at the month of the default as if nothing had happened."""
    plain = settled(write, more, "")
    event = settled(write, more + DEFAULT % ", recovery: 100 %", "")
    rate = 0.06 / 12 if more else 1.1 ** (1 / 12) - 1
    factor = (1 + rate) ** -np.arange(START + TENOR - GONE)
    worth = [float((lines["c_revenue"][0][GONE : START + TENOR] * factor).sum()) for lines in (plain, event)]
    assert worth[1] == pytest.approx(worth[0], rel=1e-12)
    bare = settled(write, more + DEFAULT % "", "")
    assert bare["c_settled"][0][GONE] == pytest.approx(0.38 * event["c_settled"][0][GONE]), "the row of its rank"


def test_the_debt_is_sized_as_if_nothing_happened(write: Callable[..., Path]) -> None:
    plain, event = (cf.run(write(LOAN + more, one=TAKE + ", tenor: 60 months")) for more in ("", DEFAULT % ""))
    assert event.metrics["debt_usd"].value == plain.metrics["debt_usd"].value > 0
    for name in ("coverage", "committed_capex_cover", "weighted_tenor_months"):
        assert event.metrics[name].value == plain.metrics[name].value, "the book as signed"
    assert event.metrics["min_dscr"].value < plain.metrics["min_dscr"].value
    for case in ("contract_only", "contract_and_residual", "full_life"):
        assert event.returns[case]["npv_usd"].value < plain.returns[case]["npv_usd"].value


def test_a_stated_claim_takes_the_place_of_what_is_lost(write: Callable[..., Path]) -> None:
    lines = settled(write, LOAN + DEFAULT % ", claim: 100 million USD, ranks: secured", "")
    assert lines["c_settled"][0][GONE] == pytest.approx(60e6)


def test_what_is_paid_ahead_is_set_off_and_the_rest_is_owed_back_after_the_lenders(
    write: Callable[..., Path],
) -> None:
    """A claim of 40 million against what is unused: the rest goes back, and owners get nothing before."""
    ahead = 0.2 * BILL * 60
    for rank in ("after_debt", "before_debt"):
        more = LOAN + DEFAULT % f", claim: 40 million USD, refund: {rank}"
        lines = settled(write, more, AHEAD)
        assert lines["c_settled"][0][GONE] == pytest.approx(40e6), "kept in full, whatever recovers"
        assert lines["c_refund"][0].sum() == pytest.approx(ahead - 40e6)
        assert lines["deferred_revenue"][GONE:].max() == pytest.approx(0, abs=1e-3)
        np.testing.assert_allclose(lines["imbalance"], 0, atol=0.01)
        if rank == "after_debt":
            owed = lines["refund_owed"] > 1
            assert owed[GONE]
            assert lines["distribution"][owed].sum() == pytest.approx(0, abs=0.01), "junior money waits"
            paid = lines["refund_paid"].sum() + lines["refund_owed"][-1]
            assert paid == pytest.approx(ahead - 40e6)
        else:
            assert lines["refund_owed"].max() == 0


def test_a_claim_above_what_is_paid_ahead_leaves_nothing_to_pay_back(write: Callable[..., Path]) -> None:
    lines = settled(write, DEFAULT % "", AHEAD)
    assert lines["c_owed"][0][GONE] > 0.2 * BILL * 60
    kept = 0.2 * BILL * 60
    assert lines["c_settled"][0][GONE] == pytest.approx(kept + 0.38 * (lines["c_owed"][0][GONE] - kept))
    assert lines["c_refund"].max() == 0
    assert lines["c_credit"][0].sum() == pytest.approx(kept)


def test_a_guarantor_of_the_whole_pays_on_and_one_with_a_limit_pays_up_to_it(write: Callable[..., Path]) -> None:
    plain = settled(write, LOAN, "")
    whole = cf.run(write(LOAN + DEFAULT % "", one=TAKE + ", tenor: 60 months, guarantor: Google"))
    np.testing.assert_array_equal(whole.runs["contract_only"].lines["c_revenue"], plain["c_revenue"])
    assert any("pays on: nothing ends" in warning for warning in whole.warnings)
    limit = settled(write, DEFAULT % "", ", guarantor: Google, backstop: {amount: 50 million USD}")
    assert limit["c_settled"][0][GONE] == pytest.approx(50e6 + 0.38 * (limit["c_owed"][0][GONE] - 50e6))


def test_an_exit_pays_its_fee_at_the_end_of_its_notice(write: Callable[..., Path]) -> None:
    """Notice in July 2028, ninety days: the end in October; a tenth of the 39 bills then left."""
    way = ", exits: {out: {cause: convenience, after: 12 months, notice: 90 days, fee_share: 10 %}}"
    lines = settled(write, "events: {out: {kind: exit, contract: one, month: 2028-07}}\n", way)
    revenue = lines["c_revenue"][0]
    assert revenue[GONE + 2] == pytest.approx(BILL)
    assert revenue[GONE + 3] == pytest.approx(0.1 * 39 * BILL)
    assert revenue[GONE + 4] == 0


def test_a_late_delivery_starts_later_and_pays_damages(write: Callable[..., Path]) -> None:
    late = "events: {slow: {kind: late_delivery, contract: one, by: 3 months}}\n"
    result = cf.run(write(LOAN + late, one=TAKE + ", tenor: 60 months, delay: {damages: 10000 USD/day}"))
    lines = result.runs["contract_only"].lines
    assert lines["c_damages"][0].sum() == pytest.approx(90 * 10_000)  # January to March
    assert lines["c_billed"][0][START : START + 3].sum() == 0
    assert lines["c_billed"][0].sum() == pytest.approx(60 * BILL)
    plain = cf.run(write(LOAN, one=TAKE + ", tenor: 60 months"))
    assert result.metrics["debt_usd"].value == plain.metrics["debt_usd"].value
    assert any("no delay terms" in word for word in cf.run(write(late, one=TAKE + ", tenor: 60 months")).warnings)


def test_a_tenant_who_goes_is_followed_at_the_market_rent_of_that_state(lines: Lines) -> None:
    event = lines("events: {gone: {kind: default, buyer: CoreWeave, after: 18 months, recovery: 0 %}}\n", shell=TENANT)
    rent = event["l_revenue"][0]
    np.testing.assert_allclose(rent[START:GONE], 5_000 * 120.0)
    assert rent[GONE : GONE + 6].sum() == 0
    assert 0 < rent[GONE + 6] < 5_000 * 120.0
    np.testing.assert_allclose(event["imbalance"], 0, atol=0.01)


def test_a_batch_says_what_single_runs_say(write: Callable[..., Path]) -> None:
    """Over the void and the fall of the market, fractions of a month among them; the debt as signed, or sized anew."""
    file = write(LOAN + DEFAULT % "" + "merchant: {wrong_way: 30 %}\n", one=TAKE + AHEAD + ", tenor: 60 months")
    values = {"library:merchant/default/void": [6.0, 2.5], "merchant.wrong_way": [0.2, 0.5]}
    for anew in (False, True):
        many = Scenarios(cf.model.load(file), values, ("npv_usd", "min_dscr", "equity_irr"), resize=anew).run()
        for k in range(2):
            chosen = {
                name.removeprefix("library:"): value[k] for name, value in values.items() if "library" not in name
            }
            factory = cf.model.load(file, overrides=chosen)
            single = cf.run(
                factory.with_values({"library:merchant/default/void": values["library:merchant/default/void"][k]})
            )
            for name in ("npv_usd", "min_dscr", "equity_irr"):
                assert many[name][k] == pytest.approx(single.metrics[name].value, rel=1e-9), (anew, name)


@pytest.mark.parametrize(
    ("event", "path", "code"),
    [
        ("kind: default, contract: onne, month: 2028-07", "events.it.contract", "unknown_name"),
        ("kind: default, buyer: Microsof, month: 2028-07", "events.it.buyer", "unknown_name"),
        ("kind: default, contract: one", "events.it.month", "one_of"),
        ("kind: default, contract: one, month: 2028-07, after: 3 months", "events.it.after", "one_of"),
        ("kind: default, month: 2028-07", "events.it.contract", "one_of"),
        ("kind: default, contract: one, month: 2028-07, ranks: secured, recovery: 3 %", "events.it.recovery", "one_of"),
        ("kind: exit, contract: one, month: 2028-07", "events.it.contract", "not_allowed"),
        ("kind: late_delivery, contract: one", "events.it.by", "missing"),
        ("kind: fire, contract: one, month: 2028-07", "events.it.kind", "unknown_kind"),
    ],
)
def test_what_cannot_be_said_is_refused(
    problems: Callable[..., dict[str, str]], event: str, path: str, code: str
) -> None:
    found = problems(f"events: {{it: {{{event}}}}}\n", one=TAKE + ", tenor: 60 months")
    assert path in found, found
    if code != "unknown_kind":
        assert found[path] == code


def test_what_is_sold_to_nobody_in_particular_cannot_default(problems: Callable[..., dict[str, str]]) -> None:
    sold = "kind: on_demand, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01, tenor: 60 months"
    terms = f"{sold}, share_sold: 80 %, tier: neocloud, commitment: on_demand"
    assert problems(DEFAULT % "", one=terms) == {"events.gone.contract": "not_allowed"}


def test_a_second_end_and_a_notice_before_its_time_are_refused(problems: Callable[..., dict[str, str]]) -> None:
    both = "a: {kind: default, contract: one, month: 2028-07}, b: {kind: default, buyer: Microsoft, after: 3 months}"
    twice = f"events: {{{both}}}\n"
    assert problems(twice, one=TAKE + ", tenor: 60 months") == {"events.b": "contradiction"}
    way = ", exits: {out: {cause: convenience, after: 24 months, notice: 90 days}}"
    early = "events: {out: {kind: exit, contract: one, month: 2028-07}}\n"
    assert problems(early, one=TAKE + way + ", tenor: 60 months") == {"events.out.month": "dates_out_of_order"}


def test_an_event_outside_the_life_of_its_contract_is_said(write: Callable[..., Path]) -> None:
    late = "events: {gone: {kind: default, contract: one, month: 2040-01}}\n"
    result = cf.run(write(late, one=TAKE + ", tenor: 60 months"))
    assert any("has ended by then" in warning for warning in result.warnings)
    plain = cf.run(write("", one=TAKE + ", tenor: 60 months"))
    assert result.metrics["npv_usd"].value == pytest.approx(plain.metrics["npv_usd"].value, rel=1e-12)


def test_the_book_page_shows_what_events_come_to(write: Callable[..., Path]) -> None:
    """Claim, what it brings, what is paid back and let again, each explained; construction money beside them."""
    from computefactory.explanation import Explainer
    from computefactory.registry import PAGES

    more = DEFAULT.strip().replace("}}", "}, slow: {kind: late_delivery, contract: shell, by: 2 months}}") % ""
    funded = TENANT + ", tenant_funding: {per_power: 1 million USD/MW, credited: 25 %}"
    result = cf.run(write(more + "\n", one=TAKE + AHEAD + ", tenor: 60 months", shell=funded))
    made = PAGES["book"](result)
    sections = {section.name: section for section in made.sections}
    rows = {row[0]: row for row in sections["events"].grid.rows}
    assert rows["one"][1:3] == ("default", "2028-07")
    assert rows["shell"][1] == "late by 2 months"
    assert rows["one"][3] > rows["one"][4] > 0 < rows["one"][6]
    assert sections["construction"].grid.rows[0][1:3] == (pytest.approx(5.0), 0.25)
    explainer = Explainer(result, depth=1)
    for name in ("events", "construction"):
        for number in sections[name].numbers("book"):
            if isinstance(number.value, float):
                assert explainer.node(number.of).value * number.of.scale == pytest.approx(number.value, rel=1e-9)


def test_no_cover_counts_what_a_claim_brings_once(write: Callable[..., Path]) -> None:
    """A claim recovered in full and one of nothing: the same covers, CFADS apart by the tax on it, more cash."""
    whole, nothing = (settled(write, LOAN + DEFAULT % f", recovery: {share}", AHEAD) for share in ("100 %", "0 %"))
    assert whole["claims_received"][GONE] > 1e8 > nothing["claims_received"].sum() == 0
    assert whole["min_dscr"] <= nothing["min_dscr"]
    before = slice(START + TENOR - 1)  # the exit keeps the tax of the sale apart
    difference = (whole["cfads"] - nothing["cfads"])[before]
    np.testing.assert_allclose(difference, (nothing["tax_settled"] - whole["tax_settled"])[before], atol=0.01)
    assert whole["equity_flow"].sum() > nothing["equity_flow"].sum()


def test_a_claim_is_paid_at_once_whatever_the_payment_terms(write: Callable[..., Path]) -> None:
    """Bills wait sixty days, the claim does not: cash of all months is the same, and the books close."""
    terms = ", payment_terms: 60 days"
    lines = settled(write, LOAN + DEFAULT % "", AHEAD + terms)
    np.testing.assert_allclose(lines["imbalance"], 0, atol=0.01)
    assert lines["receivable"][GONE + 2] == pytest.approx(0, abs=0.01)
