"""The parts of a company's value reckoned again in plain numpy, from its records alone; and what the parts must do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import small_company as small
from computefactory.analysis.evaluation import company_ledger, inputs_for
from computefactory.company.worth_inputs import PARTS, WorthTerms
from computefactory.valuation import Holder

TERMS = WorthTerms(
    at_lenders=0.0,
    shell_rate=0.085,
    shell_life=180.0,
    revenue_last=800e6,
    cloud_last=3.0,
    cloud_next=2.0,
    notes_in_debt=0.0,
    reinvestment=0.5,
)
HELD = (
    Holder("shares", 0.0, 5.0, 0.0, 400e6, 0.0, 0.0),
    Holder("options", 5.0, 39.0, 0.0, 40e6, 200e6, 0.0),
    Holder("redeemable", 39.0, 39.0, 1.0, 30e6, 0.0, 1170e6),
)


def valued(company, worth=TERMS, **given):
    """Every line, the valuation's too."""
    company = replace(company, holders=HELD)
    return company_ledger(valued=True).run({**inputs_for(company, worth), **given})


def discount(rate, month, as_of):
    """Factor of the end of a month, 1 up to the question."""
    return (1 + rate) ** (-np.maximum(month - as_of, 0) / 12)


def by_hand(company, worth):
    """Each part from the records."""
    t, n = company.terms, company.timeline.periods
    m, rates = np.arange(n), company.terms
    market = discount(t.market_rate, m, t.as_of)
    schedule = np.pad(np.array(t.schedule), (0, n - len(t.schedule)))
    parts = dict.fromkeys(PARTS, 0.0)
    income, due, gains = np.zeros(n), np.zeros(n), []
    for b in company.blocks:
        rate = max(b.risk_free + b.spread + rates.premium, b.loan_rate * worth.at_lenders)
        own = discount(rate, m, t.as_of)
        open_ = b.full_power - b.power

        def grown(lead, b=b):
            return np.clip((m + 1 + lead - b.start) / max(b.ramp, 1), 0, 1)

        billing = (b.power + open_ * grown(0)) * (m < b.until)
        landing = schedule if b.scheduled else billing / billing.sum()
        revenue = b.book * landing
        prepaid = b.prepayment * np.diff(grown(b.prepaid_lead), prepend=0)
        ahead, deferred, paid_back = np.cumsum(revenue[::-1])[::-1], b.deferred, np.zeros(n)
        for k in range(n):  # cash already had is earned as the book is
            deferred += prepaid[k]
            paid_back[k] = deferred * revenue[k] / ahead[k] if ahead[k] > 0 else 0.0
            deferred -= paid_back[k]
        waiting = open_ * (grown(b.handover) - grown(0)) * b.price * (1 - b.margin) * (m < b.until)
        cost = revenue * (1 - b.margin) + waiting
        parts["contracts"] += np.sum((revenue + prepaid - paid_back - cost) * own)
        free = (b.power + open_ * grown(b.handover)) * (m < max(b.until, b.retires)) * (m >= b.until)
        after = free * (b.sold_after * b.market_price * (1 - b.decline) ** (m / 12) - b.price * (1 - b.margin))
        margin = revenue * b.on_demand * b.margin + np.maximum(after, 0)
        parts["after_contracts"] += np.sum(margin * market)
        r = 1 + worth.shell_rate
        rent = b.owned_shell * b.full_power * b.shell_rent * 12 * (1 - r ** -(worth.shell_life / 12)) / (r - 1)
        parts["shells"] += rent * discount(worth.shell_rate, max(b.until, b.retires), t.as_of)
        parts["factories"] += b.factory_value
        due += b.capex * open_ * np.diff(grown(b.lead), prepend=0)
        income += revenue - cost + margin
        entering = b.capex * open_ * np.diff(grown(b.handover), prepend=0)
        for k in np.flatnonzero(entering):
            income[k : k + int(b.book_life)] -= entering[k] / b.book_life
        gains.append((revenue - cost, own, margin))
    paid = np.diff(np.maximum(np.cumsum(due) - t.construction, 0), prepend=0)
    parts["cost_to_complete"] = -np.sum(paid * market)
    overhead = (t.overhead + t.stock_pay) * (m < t.overhead_until)
    parts["overhead"] = -np.sum(overhead * market)
    parts["land"], parts["leases"] = t.land_value, t.lease_liability
    standing = t.plant + max(t.construction - due.sum(), 0)
    income -= overhead + standing / t.plant_life * (m < t.plant_life)
    losses, tax = t.losses, 0.0
    for year in range(0, n, 12):
        brought, before = losses, 0.0
        for k in range(year, year + 12):
            taxable = income[year : k + 1].sum()
            used = min(brought, max(taxable, 0) * t.loss_limit)
            owed = (max(taxable, 0) - used) * t.tax_rate
            earned = [max(part[year : k + 1].sum(), 0) for part, _, _ in gains]
            free = max(sum(part[year : k + 1].sum() for _, _, part in gains), 0)
            weight = sum(earned) + free
            worth_of = sum(e * own[k] for e, (_, own, _) in zip(earned, gains, strict=True)) + free * market[k]
            tax += (owed - before) * (worth_of / weight if weight > 0 else market[k])
            before = owed
        losses = brought - used + max(-taxable, 0)
    parts["tax"] = -tax
    return parts


CASES = {
    "two blocks": (small.company(), TERMS),
    "lenders' own rate": (small.company(), replace(TERMS, at_lenders=1.0)),
    "own shells, land, leases as debt": (
        small.company(
            small.block("owned", owned_shell=1.0, until=40.0, retires=70.0), land_value=90e6, lease_liability=500e6
        ),
        TERMS,
    ),
    "an order that does not pay": (small.company(small.block("dear", power=0.0, capex=60_000.0, start=9.0)), TERMS),
}


@pytest.mark.parametrize(("company", "worth"), CASES.values(), ids=CASES)
def test_every_part_by_hand(company, worth):
    lines, wanted = valued(company, worth), by_hand(company, worth)
    found = {name: float(lines.get(f"{name}_value", company.terms.land_value)) for name in PARTS}
    for name in PARTS:
        assert found[name] == pytest.approx(wanted[name], rel=1e-9, abs=1e-3), name
    assert float(lines["industrial_enterprise_value_usd"]) == pytest.approx(sum(wanted.values()), rel=1e-9)


def test_receipts_are_the_book_less_what_was_paid_before():
    lines, company = valued(small.company()), small.company()
    wanted = sum(b.book - b.deferred for b in company.blocks)
    assert np.sum(lines["b_receipts"]) == pytest.approx(wanted, rel=1e-9)


def test_claims_are_principal_leases_and_others_less_unrestricted_cash():
    company = small.company(proceeds=(0.0, 0.0, 700e6, 99e6), preferred=10e6, minorities=5e6)
    wanted = 2_000e6 + 40e6 + 10e6 + 5e6 - 400e6 - 700e6  # what comes in month 3 is after the question
    assert float(valued(company)["claims_before_notes"]) == pytest.approx(wanted)
    note = replace(TERMS, notes_in_debt=300e6)  # it stands among the facilities and among the holders
    assert float(valued(company, note)["claims_before_notes"]) == pytest.approx(wanted - 300e6)


def test_rent_as_debt_or_in_cash_moves_no_share_price():
    companies = [small.company(facilities=(), opening_cash=3e9, lease_liability=owed) for owed in (0.0, 500e6)]
    prices = [float(valued(company)["industrial_value_usd_per_share"]) for company in companies]
    assert prices[0] > 0
    assert prices[1] == pytest.approx(prices[0], rel=1e-12)


def test_equity_below_nothing_is_a_shortfall_and_nothing_a_share():
    lines = valued(small.company(facilities=(small.facility("large", balance=9e9),)))
    assert float(lines["industrial_value_usd_per_share"]) == 0
    shortfall = float(lines["claims_before_notes"] - lines["industrial_enterprise_value_usd"])
    assert float(lines["industrial_equity_value_usd"]) == pytest.approx(-shortfall - 1170e6)


def test_cloud_value_is_each_multiple_on_its_own_twelve_months():
    lines = valued(small.company())
    after = np.asarray(lines["revenue"])[3:15].sum()  # the question is month 2
    assert float(lines["cloud_enterprise_value_usd"]) == pytest.approx(3 * 800e6 + 2 * after, rel=1e-12)
