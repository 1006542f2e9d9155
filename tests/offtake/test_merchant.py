"""The market: the anchor pays an entrant exactly, chains against brute force, nothing knows the future."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import computefactory as cf
from computefactory.offtake.merchant import anchor, margins, price_of_age, replacement, residual, running_cost, worth

FIRM = "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200, starts: 2027-01, tenor: 36 months"


@given(
    cost=st.floats(1_000, 100_000),
    decline=st.floats(0.0, 0.5),
    rate=st.floats(0.01, 0.2),
    years=st.integers(1, 8),
    share=st.floats(0.0, 0.5),
)
def test_at_the_anchor_an_entrant_earns_its_rate(
    cost: float, decline: float, rate: float, years: int, share: float
) -> None:
    opex, hours, scrap = 0.3, 7_000.0, share * cost
    first = anchor(cost, scrap, opex, decline, rate, years, hours)
    earned = sum(
        (price_of_age(first, opex, decline, k - 1) - opex) * hours / (1 + rate) ** k for k in range(1, years + 1)
    )
    assert earned + scrap / (1 + rate) ** years == pytest.approx(cost, rel=1e-9)


def test_the_anchor_by_hand() -> None:
    """One year: 40,000 USD at 10 % with 8,000 hours and no scrap: 44,000 / 8,000 above running cost."""
    assert anchor(40_000, 0, 0.5, 0.2, 0.10, 1, 8_000) == pytest.approx(0.5 + 5.5)
    older = price_of_age(6.0, 0.5, 0.2, 2, relative_output=0.4, porting=0.1)
    assert older == pytest.approx(0.4 * 0.9 * (0.5 + 5.5 * 0.64))


def test_silicon_stands_below_its_running_cost() -> None:
    cost = running_cost(1.8, 0.05, 0.02)
    assert cost == pytest.approx(0.11)
    np.testing.assert_allclose(margins([0.05, 0.11, 0.31], cost), [0, 0, 0.2])


def test_electricity_retires_nothing_where_rent_is_ten_times_it() -> None:
    """At 4 USD/h and 25 % a year down it takes 13 years until power at 0.1 USD/h binds; the successor binds first."""
    price = 4.0 * 0.75 ** (np.arange(240) / 12)
    margin = margins(price, 0.1) * 8766 / 12
    assert np.flatnonzero(margin)[-1] > 12 * 12
    assert worth(margin, 60_000, np.zeros(241), 0.008).life < 12 * 12


def test_the_best_life_is_the_best_of_all_chains() -> None:
    margin = np.maximum(1_000 * 0.97 ** np.arange(120) - 150, 0)
    cost, rate = 12_000.0, 0.01
    scrap = cost * 0.6 * 0.95 ** np.arange(121)
    found = worth(margin, cost, scrap, rate)

    def chain(life: int) -> float:
        """Machine after machine for three thousand months, one flow at a time."""
        value = 0.0
        for month in range(3_000):
            age = month % life
            value += margin[age] / (1 + rate) ** (month + 1) - (cost / (1 + rate) ** month if age == 0 else 0)
            value += scrap[life] / (1 + rate) ** (month + 1) if age == life - 1 else 0
        return value

    values = {life: chain(life) for life in range(6, 120)}
    best = max(values, key=values.__getitem__)
    assert found.life == best
    assert found.chain == pytest.approx(values[best], rel=1e-6)
    new = np.full(len(margin) + 1, found.chain)
    assert replacement(margin, new, scrap, rate) == pytest.approx(best, abs=1)


def test_nothing_is_replaced_by_what_is_worth_less() -> None:
    margin = np.full(60, 10.0)
    assert replacement(margin, np.zeros(61), np.zeros(61), 0.01) is None
    assert worth(margin, 10_000, np.zeros(61), 0.01).life == 60


def test_a_residual_is_known_on_its_day() -> None:
    """Twelve months at 1 USD/h above running cost, without decline: an annuity and the scrap."""
    rate = 0.12
    monthly = (1 + rate) ** (1 / 12) - 1
    annuity = (1 - (1 + monthly) ** -12) / monthly
    found = residual(1.5, 0.5, 0.0, rate, 8_766, 12, 500.0)
    assert found == pytest.approx(annuity * 8_766 / 12 + 500 / 1.12, rel=1e-12)
    assert residual(1.5, 0.5, 0.3, rate, 8_766, 12, 500.0) < found
    assert residual(0.4, 0.5, 0.0, rate, 8_766, 12, 500.0) == pytest.approx(500 / 1.12), "it stands"


def test_a_refresh_that_is_not_worth_its_cost_is_not_made(write: Callable[..., Path]) -> None:
    file = write("merchant: {price: 6 USD/GPU-hour, decline: 5 %/year}", a=f"{FIRM}, price: 3 USD/GPU-hour")
    text = file.read_text().replace("  price: 60000", "  refresh: [60 months, 120 months]\n  price: 60000")
    file.write_text(text)
    rich = cf.run(file)
    assert rich.known["refresh_made"] == ((60, 120),)
    assert np.count_nonzero(rich.runs["full_life"].lines["a_refresh"].sum(axis=0)) == 2
    file.write_text(text.replace("6 USD/GPU-hour", "1 USD/GPU-hour"))
    poor = cf.run(file)
    assert poor.known["refresh_made"] == ((),)
    assert poor.known["refresh_value"][0] < 0
    assert any("not replaced as planned" in warning for warning in poor.warnings)
    assert not any("not replaced" in warning for warning in rich.warnings)
    assert not poor.runs["full_life"].lines["a_refresh"].any()
    assert poor.runs["full_life"].lines["npv_usd"] > -np.inf


def test_a_contract_below_a_forced_sale_is_named(write: Callable[..., Path]) -> None:
    cheap = cf.run(write(a=f"{FIRM}, price: 0.60 USD/GPU-hour"))
    assert any("forced sale" in warning for warning in cheap.warnings)
    fair = cf.run(write(a=f"{FIRM}, price: 3 USD/GPU-hour"))
    assert not any("forced sale" in warning for warning in fair.warnings)
