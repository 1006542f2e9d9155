"""D: each term of a contract for power moves at its own rate, and what must be taken is taken."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory import model
from small_factory import FACTORY

ANCHOR = (
    "  a: {kind: take_or_pay, buyer: Microsoft, signed: 2026-01, accelerators: 7000, price: 3 USD/GPU-hour, "
    "tenor: 60 months, starts: {after: energised, lag: 1 month}}\n"
)
TARIFF = "grid: {kind: tariff, energy: 50 USD/MWh}"
HOURS = 8760


def run(folder, supply):
    """A run of the small factory on another supply."""
    file = folder / "factory.yaml"
    file.write_text(FACTORY.replace(TARIFF, supply) + ANCHOR, encoding="utf-8")
    return model.run(file)


def charges(folder, *, strike="0 %/year", market="0 %/year"):
    """Fixed charges by month under a virtual contract of 10 MW at 40 USD/MWh, its escalator and the market's stated."""
    ppa = f"hedge: {{kind: ppa, price: 40 USD/MWh, volume: 10 MW, settlement: virtual, escalator: {strike}}}"
    grid = f"grid: {{kind: tariff, energy: 50 USD/MWh, escalator: {market}}}"
    return run(folder, f"{grid}, {ppa}").runs["contract_only"].lines["fixed_charges"]


def test_d_supply_an_escalator_rises_the_strike_and_not_the_difference(tmp_path):
    """Strike 40 rising 10 % a year against a market of 50 that stays: right is 40·1.1^n − 50, a cost from year three on
    (48.4, 53.24); on the difference it was −10·1.1^n, an income for ever."""
    still, rising = charges(tmp_path), charges(tmp_path, strike="10 %/year")
    years = np.arange(len(still)) // 12
    settled = still / (40 - 50)  # energy of each month, in MWh
    assert np.any(settled)
    np.testing.assert_allclose(rising, settled * (40 * 1.1**years - 50), rtol=1e-9)


def test_d_supply_the_market_leg_rises_with_the_market(tmp_path):
    """Strike 40 that stays against a market of 50 rising 10 % a year: right is 40 − 50·1.1^n."""
    still, rising = charges(tmp_path), charges(tmp_path, market="10 %/year")
    years = np.arange(len(still)) // 12
    np.testing.assert_allclose(rising, still / -10 * (40 - 50 * 1.1**years), rtol=1e-9)


def test_d_supply_negative_hours_are_taken_or_curtailed_as_the_contract_says(tmp_path):
    """Half of the hours at −50, half at 30 USD/MWh beside 5 MW: taken, right is 43.8 GWh paid; curtailed, half of both;
    with a basis of 60 the settled price is never below zero, and all is taken again."""
    (tmp_path / "market.csv").write_text("price\n" + "-50\n30\n" * (HOURS // 2), encoding="utf-8")
    market = "spot: {kind: wholesale, hourly: {file: market.csv, unit: USD/MWh}}"
    sent, paid = [], []
    for terms in ("", ", negative_prices: curtailed", ", negative_prices: curtailed, basis: 60 USD/MWh"):
        found = run(tmp_path, f"{market}, must: {{kind: ppa, price: 40 USD/MWh, volume: 5 MW{terms}}}")
        sent.append(found.known["dispatch"].sent[1].sum())
        paid.append(found.runs["contract_only"].lines["s_fixed_charge"][1].sum())
    assert sent == pytest.approx([5_000 * HOURS, 2_500 * HOURS, 5_000 * HOURS])
    assert paid[1] == pytest.approx(paid[0] / 2)


@pytest.mark.parametrize("price", [-50, 0, 30])
def test_d_supply_what_must_be_taken_is_taken_where_the_market_pays(tmp_path, price):
    """8,760 hours at −50, 0 or 30 USD/MWh beside a contract of 5 MW that is paid whether used or not: right is 43.8 GWh
    of the contract each time; at −50 all of the load came from the market and the contract was paid for nothing."""
    (tmp_path / "market.csv").write_text("price\n" + f"{price}\n" * HOURS, encoding="utf-8")
    ppa = "must: {kind: ppa, price: 40 USD/MWh, volume: 5 MW}"
    market = "spot: {kind: wholesale, hourly: {file: market.csv, unit: USD/MWh}}"
    sent = run(tmp_path, f"{market}, {ppa}").known["dispatch"].sent
    assert sent[1].sum() == pytest.approx(5_000 * HOURS)
    assert sent[0].min() > 0  # the market brings the rest
