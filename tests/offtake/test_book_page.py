"""The book page: backlog runs off to the value, shares square to the index, and a default does what it must."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.registry import PAGES
from computefactory.studies.book import study

TERMS = "kind: take_or_pay, signed: 2025-11, price: 3 USD/GPU-hour, starts: 2027-01"
BIG = f"{TERMS}, buyer: Microsoft, accelerators: 5400, tenor: 60 months"
SMALL = f"{TERMS}, buyer: Meta, accelerators: 1800, tenor: 36 months"
DEBT = "capital: {debt: {senior: {rate: 6 %/year, matures: 2030-12, draw_order: [prepayment, debt, equity]}}}"
PREPAID = "prepayment: {share: 20 %, paid_before_start: 3 months, credited_from: 13 months}"


def test_shares_concentration_and_the_first_commitment_that_ends(write: Callable[..., Path]) -> None:
    page = PAGES["book"](cf.run(write(a=BIG, b=SMALL))).as_dict()
    hours = 730 * 3.0
    big, small = 5_400 * 60 * hours, 1_800 * 36 * hours
    summary = page["summary"]
    assert summary["committed_usd"]["value"] == pytest.approx(big + small, rel=1e-12)
    assert summary["largest_customer"]["value"] == "Microsoft"
    share = big / (big + small)
    assert summary["largest_customer_share"]["value"] == pytest.approx(share)
    assert summary["hhi"]["value"] == pytest.approx(share**2 + (1 - share) ** 2)
    assert summary["commitment_ends"]["value"] == "2029-12"
    bars = {row["contract"]: row["bar"] for row in page["ladder"]["rows"]}
    assert bars["a"] == "█" * 24
    assert bars["b"].count("█") == round(24 * 36 / 60)
    assert bars["not committed"].startswith("·")
    assert bars["not committed"].endswith("▂"), "a quarter of the capacity"


def test_the_backlog_runs_off_and_cash_to_come_leaves_out_what_is_paid(write: Callable[..., Path]) -> None:
    result = cf.run(write(a=f"{BIG}, {PREPAID}", b=SMALL))
    page = PAGES["book"](result).as_dict()["backlog"]
    rows = page["rows"]
    value = sum(entry.value for entry in study(result).entries) / 1e6
    assert sum(row["due_million_usd"] for row in rows) == pytest.approx(value, rel=1e-9)
    prepaid = 0.2 * 5_400 * 60 * 730 * 3.0 / 1e6
    assert sum(row["prepaid_million_usd"] for row in rows) == pytest.approx(prepaid, rel=1e-9)
    assert sum(row["credited_million_usd"] for row in rows) == pytest.approx(prepaid, rel=1e-9)
    assert rows[-1]["left_million_usd"] == rows[-1]["deferred_million_usd"] == 0
    for row in rows:
        gap = row["left_million_usd"] - row["deferred_million_usd"]
        assert row["cash_to_come_million_usd"] == pytest.approx(gap, abs=1e-5)
    assert page["cash_to_come_at_full_operation_usd"]["value"] == pytest.approx((value - prepaid) * 1e6, rel=1e-9)


def test_a_default_stops_what_the_customer_pays_and_nothing_else(write: Callable[..., Path]) -> None:
    result = cf.run(write(DEBT, a=BIG, b=SMALL))
    base = result.metrics["min_dscr"].value
    found = {item.name: item for item in study(result).customers}
    assert base is not None
    for item in found.values():
        assert item.cover_gone is not None
        assert item.cover_relet is not None
        assert item.cover_gone < item.cover_relet < base
    assert found["Microsoft"].cover_gone < found["Meta"].cover_gone  # type: ignore[operator]
    # without Meta the hours that it paid for are missing, and the debt is the same: a quarter of the revenue
    alone = cf.run(write(DEBT, a=BIG))
    lines = result.runs["contract_only"].lines
    lost = lines["c_revenue"][1][:48].sum() / lines["contract_revenue"][:48].sum()
    assert lost == pytest.approx(0.25)
    assert alone.metrics["debt_usd"].value < result.metrics["debt_usd"].value  # type: ignore[operator]


def test_a_buyer_that_owes_nothing_defaults_without_harm_to_the_cover_of_others(write: Callable[..., Path]) -> None:
    tiny = f"{TERMS}, buyer: Amazon, accelerators: 1, tenor: 36 months"
    result = cf.run(write(DEBT, a=BIG, b=tiny))
    found = {item.name: item for item in study(result).customers}
    assert found["Amazon"].cover_gone == pytest.approx(result.metrics["min_dscr"].value, rel=1e-2)


def test_lateness_guarantees_and_prices_are_shown(write: Callable[..., Path]) -> None:
    late = "delay: {damages: 100000 USD/day, cap: 9 million USD, long_stop: 6 months}"
    backed = (
        f"{SMALL.replace('Meta', 'Fluidstack, rating: B')}, guarantor: Alphabet, backstop: {{amount: 50 million USD}}"
    )
    page = PAGES["book"](cf.run(write(a=f"{BIG}, {late}", b=backed))).as_dict()
    (row,) = page["lateness"]["rows"]
    assert row["damages_million_usd_per_day"] == pytest.approx(0.1)
    assert row["days_to_cap"] == pytest.approx(90)
    assert row["long_stop"] == "2027-07"
    customers = {row["customer"]: row for row in page["customers"]["rows"]}
    assert customers["Fluidstack"]["guarantor"] == "Alphabet 50 m USD"
    first = page["market"]["rows"][0]
    assert first["contract_usd_per_hour"] == pytest.approx(3.0)
    assert first["above_market"] == pytest.approx(3.0 / first["market_usd_per_hour"] - 1)


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_the_page_fits_the_screen_and_the_json_holds_numbers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name, "book"]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80
    assert main(["show", name, "book", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert page["kind"] == "book"
    assert np.isfinite(page["summary"]["committed_usd"]["value"])
