"""Contract terms by hand: volumes, exits, lateness, options, guarantees, who is served first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.schema import derive
from small_factory import FULL_OPERATION, TENOR, TIMELINE

Run = Callable[..., Mapping[str, Any]]
BILL = 4_000 * 730.0 * 3.0
FIRM = "buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01"
MONTHLY = 7_200 * 730 * 3.0
CAPPED = ", electricity_cap: {} USD/kWh"


def one(value: float) -> np.ndarray:
    return np.array([value])


def yearly(*shares: float) -> np.ndarray:
    """Use by year of the small factory's contract."""
    year = np.maximum(TIMELINE.month - FULL_OPERATION, 0) // 12
    return np.array([[shares[min(int(k), len(shares) - 1)] for k in year]])


def test_a_minimum_volume_is_owed_and_made_up_later(run: Run) -> None:
    """Half is owed. Use is 20 % in the first year, 80 % in the second, then 50 %; all hours are available."""
    terms = {"c_committed": one(0.5), "c_sold": one(1.0), "c_use": yearly(0.2, 0.8, 0.5), "availability": 1.0}
    hours = 4_000 * 730.0
    plain = run(**terms)["c_billed"][0] / (hours * 3.0)
    np.testing.assert_allclose(plain[FULL_OPERATION : FULL_OPERATION + 12], 0.5)
    np.testing.assert_allclose(plain[FULL_OPERATION + 12 : FULL_OPERATION + 24], 0.8)
    made = run(**terms, c_make_up=one(60.0))
    paid = made["c_billed"][0] / (hours * 3.0)
    # the bank of 12 x 0.3 is used up by 0.3 a month in the second year
    np.testing.assert_allclose(paid[FULL_OPERATION : FULL_OPERATION + 24], 0.5)
    np.testing.assert_allclose(made["c_to_make_up"][0][FULL_OPERATION + 23], 0, atol=1e-6)
    lost = run(**terms, c_make_up=one(6.0))["c_billed"][0] / (hours * 3.0)
    # after six months what was not taken is lost: the second year finds six months of it, and loses one a month unused
    assert lost[FULL_OPERATION + 12] == pytest.approx(0.5)
    assert lost[FULL_OPERATION + 20] == pytest.approx(0.8)
    assert lost[FULL_OPERATION : FULL_OPERATION + TENOR].sum() > paid.sum()


def test_a_shortfall_may_cost_less_than_the_price(run: Run) -> None:
    terms = {"c_committed": one(0.5), "c_sold": one(0.2), "availability": 1.0, "c_shortfall": one(0.6)}
    lines = run(**terms)
    assert lines["c_billed"][0][FULL_OPERATION] == pytest.approx(BILL * (0.2 + 0.3 * 0.6))
    assert lines["c_committed_revenue"][0][FULL_OPERATION] == pytest.approx(BILL * 0.5 * 0.6)


def test_backlog_runs_off_to_nothing_and_sums_to_the_value(run: Run) -> None:
    lines = run(c_escalator=one(0.03))
    value = float(lines["c_value"][0])
    assert value == pytest.approx(BILL * 12 * sum(1.03**year for year in range(5)), rel=1e-12)
    assert lines["c_committed_revenue"].sum() == pytest.approx(value, rel=1e-12)
    assert lines["c_to_come"][0][0] == pytest.approx(value, rel=1e-12)
    assert abs(lines["c_to_come"][0][FULL_OPERATION + TENOR - 1]) < 1e-6


def test_damages_before_acceptance_and_credits_after_it_never_meet(run: Run) -> None:
    """Three months late at 100,000 USD a day, capped at 8 million; then 2 % of each bill is credited."""
    terms = {
        "c_guaranteed": one(FULL_OPERATION - 3.0),
        "c_damages_rate": one(100_000 / 24),
        "c_damages_cap": one(8e6),
        "c_sla": one(0.02),
    }
    lines = run(**terms)
    late = slice(FULL_OPERATION - 3, FULL_OPERATION)
    days = TIMELINE.days[late]
    assert days.sum() == 92  # November to January
    np.testing.assert_allclose(lines["c_damages"][0][late], [3.0e6, 3.1e6, 8e6 - 6.1e6], rtol=1e-12)
    assert lines["c_damages"].sum() == pytest.approx(8e6)
    assert not np.any((lines["c_damages"] > 0) & (lines["c_sla_credit"] > 0))
    assert lines["c_revenue"][0][FULL_OPERATION] == pytest.approx(BILL * 0.98)
    assert lines["c_value"][0] == pytest.approx(BILL * TENOR, rel=1e-12), "credits and damages leave the value alone"


def test_a_cap_holds_in_a_book_that_states_no_other_rare_term(lines: Run) -> None:
    """Three months late at 100,000 USD a day, at most 4 million: 9.2 million without the cap."""
    late = f"kind: take_or_pay, {FIRM}, tenor: 60 months, delay: {{damages: 100000 USD/day, guaranteed: 2026-10"
    assert lines(a=f"{late}}}")["c_damages"].sum() == pytest.approx(9.2e6)
    assert lines(a=f"{late}, cap: 4 million USD}}")["c_damages"].sum() == pytest.approx(4e6)


def test_the_exit_that_costs_least_bounds_the_commitment() -> None:
    plain = (60.0, 0.0, (), 1e6, 0.0)
    assert derive.committed_until(*plain) == 60
    ninety_days = (6.0, 0.0, 0.0, 0.0)
    assert derive.committed_until(*plain, *ninety_days) == 6
    assert derive.exit_fee(*plain, *ninety_days) == 0
    # 40 million at any time from month 12: 52 million, less than 60; from month 24 it would cost more than staying
    assert derive.committed_until(*plain, 12.0, 40e6, 0.0, 0.0) == 12
    assert derive.exit_fee(*plain, 12.0, 40e6, 0.0, 0.0) == 40e6
    assert derive.committed_until(*plain, 24.0, 40e6, 0.0, 0.0) == 60
    # of several ways out the cheapest: six months of bills at month 24, or half of what is left at month 12
    assert derive.committed_until(*plain, 24.0, 0.0, 6.0, 0.0, 12.0, 0.0, 0.0, 0.5) == 24
    assert derive.exit_fee(*plain, 24.0, 0.0, 6.0, 0.0, 12.0, 0.0, 0.0, 0.5) == 6e6
    # where a long stop has passed nothing is owed
    assert derive.committed_until(60.0, 0.0, (), 1e6, 1.0) == 0


def test_a_ninety_day_exit_is_not_committed(lines: Run) -> None:
    firm = lines(a=f"kind: take_or_pay, {FIRM}, tenor: 36 months")
    loose = lines(
        a=f"kind: take_or_pay, {FIRM}, tenor: 36 months, "
        "exits: {either: {cause: convenience, after: 3 months, notice: 90 days}}"
    )
    assert loose["committed_revenue"].sum() == pytest.approx(6 * MONTHLY, rel=1e-12)
    assert firm["committed_revenue"].sum() == pytest.approx(36 * MONTHLY, rel=1e-12)
    np.testing.assert_array_equal(loose["revenue"], firm["revenue"])
    assert loose["coverage"] == pytest.approx(firm["coverage"] / 6, rel=1e-3)
    assert loose["weighted_tenor_months"] == pytest.approx(6)


def test_a_fee_at_the_exit_is_committed_and_a_cause_is_no_way_out(lines: Run) -> None:
    terms = "exits: {w: {cause: convenience, after: 9 months, notice: 3 months, fee_months: 6 months}}"
    fee = lines(a=f"kind: take_or_pay, {FIRM}, tenor: 36 months, {terms}")
    assert fee["committed_revenue"].sum() == pytest.approx(18 * MONTHLY, rel=1e-12)
    cause = lines(a=f"kind: take_or_pay, {FIRM}, tenor: 36 months, {terms.replace('convenience', 'failure')}")
    assert cause["committed_revenue"].sum() == pytest.approx(36 * MONTHLY, rel=1e-12)


def test_who_ranks_ahead_is_served_first(run: Run) -> None:
    """Installed 4,000: two contracts on demand of 3,000 each in a half-powered hall."""
    two = {
        name: np.repeat(value, 2, axis=0)
        for name, value in {
            "c_committed": one(0.0),
            "c_accelerators": one(3_000.0),
            "c_use": yearly(1.0),
            "c_ramp": yearly(1.0),
        }.items()
    }
    from small_factory import CHOICES, inputs, ledger

    book = ledger(**CHOICES)
    values = inputs(book)
    for name, given in book.givens.items():
        if given.per == "contract" and not given.of:
            values[name] = two.get(name, np.repeat(values[name], 2, axis=0))
    lines = book.run(values)
    at = FULL_OPERATION
    hours = TIMELINE.hours[at] * 0.98
    np.testing.assert_allclose(lines["c_served"][:, at], [3_000 * hours, 1_000 * hours], rtol=1e-12)
    np.testing.assert_allclose(lines["c_billed"][:, at], np.array([1.0, 1 / 3]) * 3_000 * 730 * 3 * 0.98, rtol=1e-12)


def test_a_floor_pays_for_what_nobody_takes_up_to_its_limit(lines: Run) -> None:
    floor = "kind: floor, buyer: NVIDIA, rating: AA-, signed: 2025-11, accelerators: 7200, price: 1 USD/GPU-hour"
    half = "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 3600, price: 3 USD/GPU-hour"
    terms = "starts: 2027-01, tenor: 24 months"
    book = lines(a=f"{floor}, {terms}", b=f"{half}, {terms}")
    month = int(np.flatnonzero(book["c_live"][0])[0])
    unsold = 3_600 * 31 * 24 * float(book["c_deliverable"][0][month] / (7_200 * 31 * 24))
    assert book["c_billed"][1][month] == pytest.approx(unsold * 1.0, rel=1e-12), "the floor comes last"
    assert book["c_billed"][0][month] == pytest.approx(3_600 * 730 * 3.0)
    np.testing.assert_allclose(book["c_committed_revenue"], book["c_billed"], rtol=1e-12)
    capped = lines(a=f"{floor}, {terms}, limit: 10 million USD", b=f"{half}, {terms}")
    assert capped["c_billed"][1].sum() == pytest.approx(10e6)
    assert capped["c_committed_revenue"][1].sum() == pytest.approx(10e6)


def test_a_limit_is_for_all_phases_together(write: Callable[..., Path]) -> None:
    floor = "kind: floor, buyer: NVIDIA, rating: AA-, signed: 2025-11, accelerators: 7200, price: 2 USD/GPU-hour"
    file = write(a=f"{floor}, starts: 2027-01, tenor: 24 months, limit: 10 million USD")
    file.write_text(file.read_text().replace("{2026-12: 30 MW}", "{2026-11: 12 MW, 2026-12: 30 MW}"))
    assert cf.run(file).runs["contract_only"].lines["c_billed"].sum() == pytest.approx(10e6)


def test_the_market_under_the_path_of_a_crash(write: Callable[..., Path]) -> None:
    """Full life: the contract keeps its price, what is renewed after it falls with the path and ends with it."""
    terms = f"kind: take_or_pay, {FIRM}, tenor: 24 months"
    calm = cf.run(write("merchant: {}", a=terms)).runs["full_life"].lines
    crash = cf.run(write("merchant: {path: ethereum_2021, path_from: 2029-01}", a=terms)).runs["full_life"].lines
    np.testing.assert_array_equal(calm["contract_revenue"], crash["contract_revenue"])
    first = int(np.flatnonzero(calm["renewal_revenue"])[0])
    ratio = crash["renewal_revenue"][first : first + 17] / calm["renewal_revenue"][first : first + 17]
    assert ratio[0] == pytest.approx(1.0)
    assert ratio[2] == pytest.approx(1 - 0.82, abs=0.005)
    assert ratio[16] == 0


def test_a_contract_beyond_the_horizon_is_named(write: Callable[..., Path]) -> None:
    result = cf.run(write(a=f"kind: take_or_pay, {FIRM}, tenor: 300 months"))
    assert any("240 months" in warning for warning in result.warnings)
    assert np.isfinite(result.returns["full_life"]["npv_usd"].value or np.nan)


def test_a_ramp_is_part_of_the_value(lines: Run) -> None:
    terms = (
        "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200, starts: 2027-01, tenor: 24 months"
    )
    book = lines(a=f"{terms}, total_value: 300 million USD, ramp: [25 %, 50 %], escalator: 2 %/year")
    assert float(book["c_value"][0]) == pytest.approx(300e6, rel=1e-12)
    bills = book["c_billed"][0][book["c_live"][0] > 0]
    assert bills[0] / bills[2] == pytest.approx(0.25)
    assert bills[1] / bills[2] == pytest.approx(0.50)
    assert bills[12] / bills[11] == pytest.approx(1.02)


def test_power_passed_on_is_borne_by_the_buyer(lines: Run) -> None:
    terms = f"kind: take_or_pay, {FIRM}, tenor: 36 months"
    kept, passed = lines(a=terms), lines(a=f"{terms}, electricity: passed_through")
    live = kept["c_live"][0] > 0
    np.testing.assert_allclose((passed["revenue"] - kept["revenue"])[live], kept["power_cost"][live], rtol=1e-9)


def test_power_is_passed_on_up_to_the_price_that_caps_it(lines: Run) -> None:
    """Of a price below the cost of a kWh the buyer bears just that price; of one far above it all of the cost."""
    terms = f"kind: take_or_pay, {FIRM}, tenor: 36 months, electricity: passed_through"
    free, low, high = (lines(a=terms + cap) for cap in ("", CAPPED.format(0.01), CAPPED.format(9)))
    live = free["c_live"][0] > 0
    recovered = low["c_power_recovered"][0][live]
    np.testing.assert_allclose(recovered, 0.01 * low["grid_energy"][live], rtol=1e-9)
    assert np.all(recovered < free["c_power_recovered"][0][live])
    np.testing.assert_array_equal(high["c_power_recovered"], free["c_power_recovered"])
    np.testing.assert_allclose((free["revenue"] - low["revenue"])[live], low["power_cost"][live] - recovered, rtol=1e-9)


def test_a_cap_on_power_that_nobody_passes_on_is_refused(write: Callable[..., Path]) -> None:
    for terms in (FIRM, FIRM + ", electricity: included"):
        with pytest.raises(FactoryFileError) as refused:
            cf.load(write(a=f"kind: take_or_pay, tenor: 60 months, {terms}{CAPPED.format(0.05)}"))
        assert [problem.path for problem in refused.value.problems] == ["offtake.a.electricity_cap"]


@pytest.mark.parametrize(
    ("owner", "price", "extends"),
    [("buyer", 1.5, True), ("buyer", 4.0, False), ("seller", 1.5, False), ("seller", 4.0, True)],
)
def test_an_option_is_exercised_by_its_owner_on_what_is_known(
    write: Callable[..., Path], owner: str, price: float, *, extends: bool
) -> None:
    """At notice, 34 months after full operation, 4.2 USD/h new and 15 % a year down: 2.65; 1.5 years on, 2.08."""
    option = f"extension: {{owner: {owner}, term: 24 months, notice: 6 months, price: {price} USD/GPU-hour}}"
    file = write("merchant: {price: 4.2 USD/GPU-hour}", a=f"kind: take_or_pay, {FIRM}, tenor: 40 months, {option}")
    result = cf.run(file)
    full = result.runs["full_life"].lines
    expected = 4.2 * 0.85 ** (34 / 12) * 0.85 ** (18 / 12)
    assert full["c_market_expected"][0] == pytest.approx(expected, rel=1e-12)
    assert float(full["c_extends"][0]) == extends
    billed = (full["c_billed"][0] > 0) * (full["c_extended"][0] > 0)
    assert billed.sum() == (20 if extends else 0), "to the end of the silicon's life"
    assert not result.runs["contract_only"].lines["c_extended"].any(), "an option commits nobody"


def test_guarantor_first_then_the_market_of_that_state(run: Run) -> None:
    hazard, years = 0.05, 3
    at = FULL_OPERATION + 12 * years
    alone = run(c_hazard=one(hazard))
    assert alone["c_survival"][0][at] == pytest.approx(1.05**-years)
    whole = run(c_hazard=one(hazard), c_guarantee_full=one(1.0), c_guarantor_hazard=one(0.01))
    assert whole["c_survival"][0][at] == pytest.approx(1 - (1 - 1.05**-years) * (1 - 1.01**-years))
    stop = run(c_hazard=one(hazard), c_backstop=one(20e6), c_backstop_from=one(12.0), c_backstop_over=one(48.0))
    fails = 1.05 ** (-(years - 1 / 12)) - 1.05**-years
    assert stop["c_backstop_now"][0][at] == pytest.approx(20e6 * 0.5)
    assert stop["c_backstop_expected"][0][at] == pytest.approx(fails * 10e6)
    market = 3.0 * 0.8**years * (1 - 0.3)
    let = (1 - 1.05 ** -(years - 0.5)) * 4_000 * TIMELINE.hours[at] * 0.98 * 0.8
    assert alone["c_re_let_expected"][0][at] == pytest.approx(let * market, rel=1e-12)


def test_value_rises_with_tenor_and_with_credit(lines: Run) -> None:
    terms = f"kind: take_or_pay, {FIRM}"

    def cover(tenor: int, grade: str) -> float:
        book = lines(a=f"{terms}, tenor: {tenor} months, rating: {grade}")
        return float((book["c_expected"].sum(axis=0) / book["book_growth"]).sum())

    assert cover(36, "AA") < cover(60, "AA") < cover(84, "AA")
    assert cover(60, "B") < cover(60, "BB") < cover(60, "AA")


def test_hazards_from_spreads_and_curves() -> None:
    assert derive.hazard_of_spread(0.03, 0.4) == pytest.approx(0.05)
    assert derive.hazard_of_curve((0.02, 0.05, 0.09), 4.0, 40.0) == pytest.approx(0.91 ** (-1 / 3) - 1)
    assert derive.hazard_of_curve((0.02, 0.05, 0.09), 0.0, 18.0) == pytest.approx((1 - 0.035) ** (-1 / 1.5) - 1)
    assert derive.hazard_of_curve((0.02,), 0.0, 60.0) == pytest.approx(1 / 0.98 - 1)


def test_leases_by_value_triple_net_and_ended_early(lines: Run) -> None:
    lease = (
        "kind: powered_shell, buyer: CoreWeave, signed: 2025-11, power: 1 MW, electricity: passed_through, "
        "starts: 2027-01, tenor: 60 months, escalator: 3 %/year"
    )
    value = "total_value: 10 million USD"
    book = lines(a=f"{lease}, {value}", b=f"kind: take_or_pay, {FIRM}, tenor: 60 months")
    assert book["l_rent"].sum() == pytest.approx(10e6, rel=1e-12)
    net = lines(a=f"{lease}, {value}, expenses: triple_net", b=f"kind: take_or_pay, {FIRM}, tenor: 60 months")
    live = net["l_live"][0] > 0
    share = 1_000 / 20_000
    expected = share * (net["facility_cost"] + net["property_tax"])[live]
    np.testing.assert_allclose(net["l_recovered"][0][live], expected, rtol=1e-12)
    gone = "exits: {w: {cause: convenience, after: 12 months, notice: 12 months}}"
    early = lines(a=f"{lease}, {value}, {gone}", b=f"kind: take_or_pay, {FIRM}, tenor: 60 months")
    first = 10e6 / sum(12 * 1.03**k for k in range(5))
    assert early["l_committed_rent"].sum() == pytest.approx(first * 12 * (1 + 1.03), rel=1e-9)


def test_the_librarys_escalator_parts_no_books_unless_a_term_is_stated(lines: Run) -> None:
    """The rent rises 3 % a year, as the library says; the books spread it where they part from the bank anyhow."""
    lease = (
        "kind: colocation, buyer: Microsoft, signed: 2025-11, power: 1 MW, price: 150 USD/kW-month, "
        "electricity: passed_through, starts: 2027-01, tenor: 36 months"
    )
    plain = lines(a=lease)
    assert plain["l_rent"].max() == pytest.approx(150_000 * 1.03**2)
    assert not np.any(plain["rent_accrued"])
    stated = lines(a=f"{lease}, payment_terms: 30 days")
    assert stated["rent_accrued"].max() > 0
    np.testing.assert_allclose(stated["receivable"], stated["l_revenue"][0] * stated["bills_open"], rtol=1e-12)


def test_mining_follows_the_path_and_owes_nothing(lines: Run) -> None:
    """The same megawatt under contract keeps its rent; the miner's output falls by 82 % in two months, then to zero."""
    mine = "kind: mining, power: 1 MW, price: 0.12 USD/kWh, path: ethereum_2021, starts: 2027-01, tenor: 36 months"
    let = (
        "kind: colocation, buyer: Microsoft, signed: 2025-11, power: 1 MW, price: 88 USD/kW-month, "
        "electricity: included, starts: 2027-01, tenor: 36 months"
    )
    other = f"kind: take_or_pay, {FIRM}, tenor: 60 months"
    mining, contract = lines(a=mine, b=other), lines(a=let, b=other)
    rent = mining["l_rent"][0][mining["l_live"][0] > 0]
    assert rent[0] == pytest.approx(1_000 * 0.12 * 730.5 * 0.9995 * 0.995), "while the site runs"
    assert rent[2] / rent[0] == pytest.approx(1 - 0.82, abs=0.005)
    assert not rent[16:].any(), "the workload ends"
    assert not mining["l_committed_rent"].any()
    assert contract["l_committed_rent"].sum() == pytest.approx(contract["l_rent"].sum())
    assert mining["l_power_cost"].sum() > contract["l_power_cost"].sum(), "miners draw their full power"


def test_contracts_that_follow_each_other_share_the_silicon(lines: Run) -> None:
    first = f"kind: take_or_pay, {FIRM}, tenor: 24 months"
    after = first.replace("2027-01", "2029-01").replace("price: 3", "price: 2")
    book = lines(a=first, b=after)
    assert book["contract_revenue"].sum() == pytest.approx(24 * MONTHLY * (1 + 2 / 3), rel=1e-12)
    second = int(np.flatnonzero(book["c_live"][1])[0])
    assert book["running"][second] == 1.0
    assert not book["ended_share"][second]
