"""A small company reckoned by hand, month by month in plain loops, against its quarters on the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import small_company as small
from computefactory.analysis.run import CompanyResult, run

MONTHS = 120  # from a January
FLOWS = (
    *("revenue", "committed_revenue", "on_demand_revenue", "contract_cost", "overhead", "adjusted_ebitda"),
    *("depreciation", "capex", "prepayments", "credits", "interest", "capitalised_interest", "principal", "draws"),
    *("tax", "stock_compensation"),
)
STOCKS = (
    *("deferred_revenue", "backlog", "nol", "cash", "funding_gap", "debt_balance", "net_debt"),
    *("billing_power", "delivered_power"),
)


@pytest.fixture(scope="module")
def result() -> CompanyResult:
    """A company with every term: published schedule, ramp, what has begun, prepayment, construction, loans, losses."""
    terms = {"proceeds": (0.0, 0.0, 150e6), "losses": 20e6, "opening_cash": 250e6, "plant": 300e6, "tax_rate": 0.4}
    company = small.company(**terms)
    standing, coming = company.blocks
    return run(replace(company, blocks=(standing, replace(coming, new_power=15e3, new_from=1.0))))


@pytest.fixture(scope="module")
def by_hand(result: CompanyResult) -> dict[str, np.ndarray]:
    """The same months, reckoned without the ledger."""
    return company_by_hand(result.factory)


def step(month: float, start: float, ramp: float) -> float:
    """Share of a ramp that has come by the end of a month."""
    return min(max((month + 1 - start) / max(ramp, 1), 0.0), 1.0)


def come(month: float, block: Any) -> float:
    """Share of what was undelivered that has come: what had begun by the question, and the rest by its ramp."""
    undelivered = block.full_power - block.power
    begun = block.new_power / undelivered if undelivered else 0.0
    return begun * step(month, block.new_from, 1) + (1 - begun) * step(month, block.start, block.ramp)


def block_by_hand(block: Any, schedule: list[float]) -> dict[str, list[float]]:
    """Power, revenue, cost, cash and cost of building of one block."""
    months: dict[str, list[float]] = defaultdict(list)
    new = block.full_power - block.power
    share = [come(month, block) for month in range(MONTHS)]
    early = {
        name: [come(month + lead, block) for month in range(MONTHS)]
        for name, lead in (("handed", block.handover), ("paid", block.lead), ("prepaid", block.prepaid_lead))
    }
    on = [month < block.until for month in range(MONTHS)]
    power = [(block.power + new * share[m]) * on[m] for m in range(MONTHS)]
    weights = schedule if block.scheduled else [p / sum(power) for p in power]
    deferred = block.deferred
    for m in range(MONTHS):
        committed = block.book * weights[m]
        on_demand = committed * block.on_demand
        waiting = new * (early["handed"][m] - share[m]) * on[m]
        ahead = block.book * sum(weights[m:])
        last = {name: (values[m - 1] if m else 0.0) for name, values in early.items()}
        prepayment = block.prepayment * (early["prepaid"][m] - last["prepaid"]) * (ahead > 1e-3)
        credit = (deferred + prepayment) * (committed / ahead if ahead > 1e-3 else 0.0)
        deferred += prepayment - credit
        found = {
            "billing_power": power[m],
            "delivered_power": (block.power + new * early["handed"][m]) * (m < max(block.until, block.retires)),
            "committed_revenue": committed,
            "on_demand_revenue": on_demand,
            "contract_cost": (1 - block.margin) * (committed + on_demand + waiting * block.price),
            "prepayments": prepayment,
            "credits": credit,
            "deferred_revenue": deferred,
            "backlog": ahead - committed,
            "due": block.capex * new * (early["paid"][m] - last["paid"]),
            "entering": block.capex * new * (early["handed"][m] - last["handed"]),
        }
        for name, value in found.items():
            months[name].append(value)
    return months


def loan_by_hand(draws: list[float], rate: float, tenor: int) -> tuple[list[float], list[float], list[float]]:
    """Interest, principal and balance of loans drawn month by month, each repaid in level payments."""
    interest, principal = np.zeros(MONTHS), np.zeros(MONTHS)
    for drawn, amount in enumerate(draws):
        owed, payment = amount, amount * (rate / 12) / (1 - (1 + rate / 12) ** -tenor)
        for month in range(drawn + 1, min(drawn + 1 + tenor, MONTHS)):
            interest[month] += owed * rate / 12
            repaid = payment - owed * rate / 12
            principal[month] += repaid
            owed -= repaid
    balance = np.cumsum(draws) - np.cumsum(principal)
    return list(interest), list(principal), list(balance)


def company_by_hand(company: Any) -> dict[str, np.ndarray]:
    """Every line of a company that has no factory inside."""
    terms, totals = company.terms, defaultdict(lambda: np.zeros(MONTHS))
    schedule = [*terms.schedule, *[0.0] * MONTHS][:MONTHS]
    blocks = [block_by_hand(block, schedule) for block in company.blocks]
    for block in blocks:
        for name, values in block.items():
            totals[name] += np.array(values)
    own, left = np.zeros(MONTHS), terms.construction
    for m in range(MONTHS):
        used = min(left, totals["due"][m])
        left -= used
        own[m] = totals["due"][m] - used
    gross, owed = np.zeros(MONTHS), np.zeros(MONTHS)
    for block, found in zip(company.blocks, blocks, strict=True):
        paid = [
            found["due"][m] * (own[m] / totals["due"][m] if totals["due"][m] else 0.0) * block.advance
            for m in range(MONTHS)
        ]
        interest, principal, balance = loan_by_hand(paid, block.loan_rate, int(block.loan_tenor))
        totals["draws"] += np.array(paid)
        totals["principal"] += np.array(principal)
        gross += np.array(interest)
        owed += np.array(balance)
    for item in company.facilities:
        balance = item.balance
        for m in range(MONTHS):
            gross[m] += balance * item.rate / 12
            repaid = balance if m >= item.matures else min(item.due[m] if m < len(item.due) else 0.0, balance)
            totals["principal"][m] += repaid
            balance -= repaid
            owed[m] += balance
    until = np.arange(MONTHS) < terms.overhead_until
    totals["overhead"], totals["stock_compensation"] = terms.overhead * until, terms.stock_pay * until
    totals["capex"], totals["debt_balance"] = own, owed
    totals["capitalised_interest"], totals["interest"] = gross * terms.capitalised, gross * (1 - terms.capitalised)
    totals["revenue"] = totals["committed_revenue"] + totals["on_demand_revenue"]
    totals["adjusted_ebitda"] = totals["revenue"] - totals["contract_cost"] - totals["overhead"]
    totals["depreciation"] = depreciation_by_hand(company, blocks, totals)
    totals["tax"], totals["nol"] = tax_by_hand(company, totals)
    proceeds = np.array([*terms.proceeds, *[0.0] * MONTHS][:MONTHS])
    flow = totals["adjusted_ebitda"] + totals["prepayments"] - totals["credits"] - own - gross - totals["principal"]
    totals["cash"] = terms.opening_cash + np.cumsum(flow + totals["draws"] - totals["tax"] + proceeds)
    totals["funding_gap"] = np.maximum(terms.cash_floor - totals["cash"], 0)
    totals["net_debt"] = owed + terms.finance_leases - totals["cash"]
    return dict(totals)


def depreciation_by_hand(company: Any, blocks: list[Any], totals: dict[str, np.ndarray]) -> np.ndarray:
    """Straight lines: of the plant that stood, of each month's additions, of capitalised interest."""
    terms, found = company.terms, np.zeros(MONTHS)
    spare = max(terms.construction - totals["due"].sum(), 0.0)
    found[: int(terms.plant_life)] += (terms.plant + spare) / terms.plant_life
    for block, months in zip(company.blocks, blocks, strict=True):
        for m, cost in enumerate(months["entering"]):
            found[m : m + int(block.book_life)] += cost / block.book_life
    for m, cost in enumerate(totals["capitalised_interest"]):
        found[m : m + int(terms.plant_life)] += cost / terms.plant_life
    return found


def tax_by_hand(company: Any, totals: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Tax as the year to date asks for it, and losses with this year's so far."""
    terms, losses = company.terms, company.terms.losses
    tax, carried = np.zeros(MONTHS), np.zeros(MONTHS)
    income = totals["adjusted_ebitda"] - totals["stock_compensation"] - totals["depreciation"] - totals["interest"]
    for start in range(0, MONTHS, 12):
        charged = 0.0
        for m in range(start, start + 12):
            so_far = income[start : m + 1].sum()
            used = min(losses, max(so_far, 0.0) * terms.loss_limit)
            owed = (max(so_far, 0.0) - used) * terms.tax_rate
            tax[m], charged = owed - charged, owed
            carried[m] = losses - used + max(-so_far, 0.0)
        losses = carried[start + 11]
    return tax, carried


@pytest.mark.parametrize("name", FLOWS)
def test_flows_of_quarters(result: CompanyResult, by_hand: dict[str, np.ndarray], name: str) -> None:
    quarters = by_hand[name].reshape(-1, 3).sum(axis=1)
    np.testing.assert_allclose(result.quarterly(name), quarters, rtol=0, atol=1e-9 * max(np.abs(quarters).max(), 1e6))


@pytest.mark.parametrize("name", STOCKS)
def test_balances_at_the_end_of_quarters(result: CompanyResult, by_hand: dict[str, np.ndarray], name: str) -> None:
    quarters = by_hand[name][2::3]
    np.testing.assert_allclose(result.quarterly(name), quarters, rtol=0, atol=1e-9 * max(np.abs(quarters).max(), 1e6))


def test_the_terms_bite(by_hand: dict[str, np.ndarray]) -> None:
    assert not [name for name in (*FLOWS, *STOCKS) if not np.any(by_hand[name])]
