"""CoreWeave from 2025-03-31 reckoned again in plain numpy, from figures of its prospectus and of its file."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.analysis.graded import forecast_of
from computefactory.analysis.reported import LINES
from computefactory.analysis.run import run
from computefactory.timeline import month_number

N = 24
T = np.arange(N)
MARGIN = 1 - (493.35 + 960.685 - 863.413) / 1915.426
PRICE = 747.4 / 3 / 360  # million USD a MW-month
ON_DEMAND = 0.04 / 0.96
CAPEX = (12880.005 - 3200.866) / 360
FACILITIES = {  # balance, rate, months to the last repayment
    "term loan": (1000.0, 0.12, 36),
    "ddtl 1": (2012.5, 0.15, 39),
    "ddtl 2": (3843.819, 0.11, 60),
    "oem": (1177.158, 0.095, 30),
}
ADVANCE, TENOR, HANDOVER, LEAD = 0.75, 54, 2, 2


def grown(start, ahead=0):
    """Share of a block that has come by each month: four quarters from its first month."""
    return np.clip((T + 1 + ahead - start) / 12, 0, 1)


def steps(share):
    return np.diff(share, prepend=0.0)


@pytest.fixture(scope="module")
def by_hand():
    """Months by name: MW, million USD."""
    hopper = 360 * 41 * PRICE / (1 + ON_DEMAND)  # what 360 MW still earn of the book to 2028-05
    ordered = 15100 - hopper  # the rest is ordered: over 48 months from the middle of its ramp, to 2029-06
    power = ordered * (1 + ON_DEMAND) / (PRICE * (54 - 5.5))
    book = hopper / 41 + ordered / 48.5 * grown(0)
    openai = 11900 / (70 - 3 - 5.5) * grown(3)  # an order has no hours on demand beside it
    order = 11900 / 61.5 / PRICE
    revenue = book * (1 + ON_DEMAND) + openai
    waiting = power * (grown(0, HANDOVER) - grown(0)) + order * (grown(3, HANDOVER) - grown(3))
    cost = (revenue + waiting * PRICE) * (1 - MARGIN)
    due = CAPEX * (power * steps(grown(0, LEAD)) + order * steps(grown(3, LEAD)))
    capex = steps(np.maximum(np.cumsum(due) - 3200.866, 0))
    interest = np.zeros(N)
    for balance, rate, months in FACILITIES.values():
        interest += balance * np.clip(1 - T / months, 0, 1) * rate / 12
    rate = sum(balance * rate for balance, rate, _ in FACILITIES.values()) / 8033.477 / 12
    for month in T[:-1]:
        paid = ADVANCE * capex[month] * rate / (1 - (1 + rate) ** -TENOR)
        left = ADVANCE * capex[month]
        for later in range(month + 1, N):
            interest[later] += left * rate
            left -= paid - left * rate
    return {
        "billing_power": 360 + power * grown(0) + order * grown(3),
        "revenue": revenue,
        "adjusted_ebitda": revenue - cost - (18.389 + 118.644 - 31.487) / 12,
        "capex": capex,
        "interest": interest,
        "backlog": 15100 + 11900 - np.cumsum(book + openai),
    }


@pytest.fixture(scope="module")
def ours():
    return forecast_of(run("coreweave-2025-03"))


@pytest.mark.parametrize("name", ["billing_power", "revenue", "adjusted_ebitda", "capex", "interest", "backlog"])
def test_every_quarter_agrees(ours, by_hand, name):
    line = next(line for line in LINES if line.series == name)
    months = by_hand[name] * (1e3 if name == "billing_power" else 1e6)
    for last in range(2, N, 3):
        hand = months[last - 2 : last + 1].sum() if line.flow else months[last]
        assert ours.quarter(line, month_number("2025-01") + last) == pytest.approx(hand, rel=1e-9, abs=1e-3), last


def test_a_book_with_a_schedule_lands_by_it():
    """From 2025-05-15: 58 % of 14.7 bn USD in two years, straight; of OpenAI's 11.9 bn 94 % are owed."""
    ours, revenue = forecast_of(run("coreweave-2025-05")), next(line for line in LINES if line.name == "revenue")
    month = 14700 * 0.58 / 24 * (1 + ON_DEMAND) + 0.94 * 11900 / (67 - 5.5) * grown(0)
    for last in range(2, N, 3):
        hand = 1e6 * month[last - 2 : last + 1].sum()
        assert ours.quarter(revenue, month_number("2025-04") + last) == pytest.approx(hand, rel=1e-9), last
