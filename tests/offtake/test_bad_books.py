"""Books that contradict themselves: one problem each, at its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import computefactory as cf

FIRM = (
    "kind: take_or_pay, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01, tenor: 36 months"
)
PAID = "paid_before_start: 3 months, credited_from: 13 months"


@pytest.mark.parametrize(
    ("more", "path", "code"),
    [
        ("prepayment: {PAID}", "prepayment.share", "one_of"),
        ("prepayment: {share: 10 %, amount: 1 USD, PAID}", "prepayment.share", "one_of"),
        ("prepayment: {share: 120 %, PAID}", "prepayment.share", "out_of_range"),
        ("prepayment: {amount: 900 million USD, PAID}", "prepayment.amount", "above_limit"),
        ("service_level: {below: [99 %, 98 %], credit: [10 %]}", "service_level.credit", "lengths_differ"),
        ("service_level: {below: [98 %, 99 %], credit: [10 %, 20 %]}", "service_level.below", "out_of_order"),
        ("service_level: {below: [99 %, 98 %], credit: [20 %, 10 %]}", "service_level.credit", "out_of_order"),
        ("service_level: {cap: 10 %}", "service_level.below", "missing"),
        (
            "service_level: {terminates: {below: 98 %, times: 13, within: 12 months}}",
            "service_level.terminates.times",
            "out_of_range",
        ),
        (
            "exits: {w: {cause: convenience, notice: 3 months, fee: 1 USD, fee_share: 10 %}}",
            "exits.w",
            "one_of",
        ),
        ("exits: {w: {cause: whim, notice: 3 months}}", "exits.w.cause", "not_allowed"),
        ("hazard: 2 %/year, spread: 3 %/year", "spread", "one_of"),
        ("recovery: 40 %", "recovery", "not_allowed"),
        ("default_curve: [3 %, 2 %]", "default_curve", "out_of_order"),
        ("buyer: Owner Two, guarantor: Owner", "guarantor", "circular_guarantee"),
        ("buyer: Microsoft, guarantor: Microsoft", "guarantor", "circular_guarantee"),
        ("backstop: {amount: 1 USD}", "backstop", "missing"),
        ("extension: {owner: buyer, term: 12 months, notice: 40 months}", "extension.notice", "out_of_range"),
        ("path: ethereum_2021", "path", "unknown_field"),
    ],
)
def test_a_term_that_cannot_be(problems: Callable[..., dict[str, str]], more: str, path: str, code: str) -> None:
    assert problems(a=f"{FIRM}, {more.replace('PAID', PAID)}") == {f"offtake.a.{path}": code}


def test_a_price_is_not_negative(problems: Callable[..., dict[str, str]]) -> None:
    assert problems(a=FIRM.replace("price: 3", "price: -3")) == {"offtake.a.price": "negative"}


def test_contracts_that_overlap_beyond_capacity(problems: Callable[..., dict[str, str]]) -> None:
    half = FIRM.replace("7200", "4000")
    assert problems(a=half, b=half) == {"offtake.b.accelerators": "oversold"}
    late = half.replace("2027-01", "2029-12")  # one month before the first ends
    assert problems(a=half, b=late) == {"offtake.b.accelerators": "oversold"}


def test_a_circle_of_guarantors(problems: Callable[..., dict[str, str]]) -> None:
    third = FIRM.replace("7200", "2400")
    found = problems(
        a=f"{third}, buyer: Ann, guarantor: Bob",
        b=f"{third}, buyer: Bob, guarantor: Cid",
        c=f"{third}, buyer: Cid, guarantor: Ann",
    )
    assert found == {f"offtake.{name}.guarantor": "circular_guarantee" for name in "abc"}


def test_a_stranger_counts_as_unrated_and_is_named(write: Callable[..., Path]) -> None:
    result = cf.run(write(a=f"{FIRM}, buyer: Nobody Ever Heard Of"))
    assert any("Nobody Ever Heard Of" in warning and "unrated" in warning for warning in result.warnings)
    assert result.factory.offtake.contracts[0].hazard == pytest.approx(0.04)


def test_a_start_after_the_long_stop_commits_nobody(write: Callable[..., Path]) -> None:
    delay = "delay: {damages: 100000 USD/day, guaranteed: 2026-10, long_stop: 2 months}"
    result = cf.run(write(a=f"{FIRM}, {delay}"))
    lines = result.runs["contract_only"].lines
    assert any("long stop" in warning for warning in result.warnings)
    assert lines["c_damages"].sum() == pytest.approx(92 * 100_000)
    assert lines["committed_revenue"].sum() == pytest.approx(-92 * 100_000)
