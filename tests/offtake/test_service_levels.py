"""Service credits: two bands by hand, against a simulated fleet, convex in availability, repeated failure."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.offtake.service_levels import MONTH_HOURS, Downtime, chance_below, expected_credit, fleet, repeated

FIRM = "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, "
BANDS = ((0.995, 0.98), (0.10, 0.25))


def test_two_bands_by_hand() -> None:
    """Nodes never fail; outages of 1 % of the month come half a time a month: one is band 1, three are band 2.

    Availability after k outages is 1 - k/100: below 99.5 % from k = 1, below 98 % from k = 3.
    """
    month = Downtime(0.0, 0.0, 0.5, 0.0100000001, 0.0)
    poisson = [exp(-0.5) * 0.5**k / [1, 1, 2][k] for k in range(3)]
    one_or_more, three_or_more = 1 - poisson[0], 1 - sum(poisson)
    month_of_two = Downtime(0.0, 0.0, 0.5, 0.0099999999, 0.0)
    assert chance_below(0.995, month) == pytest.approx(one_or_more, rel=1e-12)
    assert chance_below(0.98, month_of_two) == pytest.approx(three_or_more, rel=1e-9)
    expected = 0.10 * one_or_more + 0.15 * three_or_more
    assert expected_credit(*BANDS, 1.0, month_of_two) == pytest.approx(expected, rel=1e-9)
    capped = 0.10 * one_or_more + 0.10 * three_or_more
    assert expected_credit(*BANDS, 0.20, month_of_two) == pytest.approx(capped, rel=1e-9)


def test_planned_maintenance_counts_only_where_it_is_said() -> None:
    assert expected_credit(*BANDS, 1.0, Downtime(0.0, 0.0, 0.0, 0.01, 0.0)) == 0.0
    assert expected_credit(*BANDS, 1.0, Downtime(0.0, 0.0, 0.0, 0.01, 0.006)) == pytest.approx(0.10)


def test_the_credit_of_the_mean_month_is_not_the_mean_credit() -> None:
    calm, rough = Downtime(0.004, 0.0, 0.0, 0.01, 0.0), Downtime(0.004, 0.003**2, 0.0, 0.01, 0.0)
    assert expected_credit(*BANDS, 1.0, calm) == 0.0
    assert expected_credit(*BANDS, 1.0, rough) > 0.02


def months_of_a_fleet(needed: int, spares: int, failures: float, repair: float, months: int) -> np.ndarray:
    """Share of node-hours lost in each month, event by event (Gillespie)."""
    random = np.random.default_rng(7)
    lost = np.zeros(months)
    now, down = 0.0, 0
    while now < months * MONTH_HOURS:
        fail, mend = failures * (needed + spares - down), down / repair
        then = now + random.exponential(1 / (fail + mend))
        missing = max(down - spares, 0) / needed
        while missing and now < min(then, months * MONTH_HOURS):
            month = min(int(now / MONTH_HOURS + 1e-12), months - 1)
            end = min(then, (month + 1) * MONTH_HOURS, months * MONTH_HOURS)
            lost[month] += (end - now) * missing
            now = end if end > now else then
        now = then
        down += 1 if random.random() < fail / (fail + mend) else -1
    return lost / MONTH_HOURS


@pytest.mark.parametrize(("needed", "spares"), [(40, 0), (400, 0), (200, 2)])
def test_a_simulated_fleet_agrees(needed: int, spares: int) -> None:
    """Six hundred months of nodes that fail at a rate and are repaired in an exponential time."""
    failures, repair = 1 / 2_000, 24.0
    monthly = months_of_a_fleet(needed, spares, failures, repair, 600)
    month = fleet(needed, spares, failures, repair)
    assert monthly.mean() == pytest.approx(month.mean, rel=0.06)
    assert monthly.std() == pytest.approx(month.variance**0.5, rel=0.15)
    for threshold in (1 - month.mean, 1 - 1.5 * month.mean, 1 - 2 * month.mean):
        assert np.mean(1 - monthly < threshold) == pytest.approx(chance_below(threshold, month), abs=0.05)


def test_repeated_failure_is_a_binomial() -> None:
    chance = 0.1
    least = sum(comb(12, k) * chance**k * 0.9 ** (12 - k) for k in range(3, 13))
    assert repeated(chance, 3, 12) == pytest.approx(least, rel=1e-12)
    assert repeated(chance, 3, 6) > sum(comb(6, k) * chance**k * 0.9 ** (6 - k) for k in range(3, 7))


def test_credits_of_a_file_lower_revenue_and_not_value(write: Callable[..., Path]) -> None:
    terms = FIRM + "starts: 2027-01, tenor: 48 months"
    level = (
        "service_level: {below: [99.5 %, 98 %], credit: [10 %, 25 %], cap: 20 %, "
        "terminates: {below: 97 %, times: 3, within: 12 months}}"
    )
    plain = cf.run(write(a=terms)).runs["contract_only"].lines
    result = cf.run(write(a=f"{terms}, {level}"))
    lines = result.runs["contract_only"].lines
    share = result.known["sla_credits"][0]
    assert 0 < share < 0.2
    live = lines["c_live"][0] > 0
    np.testing.assert_allclose(lines["revenue"][live], plain["revenue"][live] * (1 - share), rtol=1e-12)
    assert lines["c_value"][0] == plain["c_value"][0]
    assert 0 <= result.known["sla_exits"][0] < 0.2
    assert cf.explain(result, "revenue", "2027-01").as_dict()
