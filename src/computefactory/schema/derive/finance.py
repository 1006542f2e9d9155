"""Inputs of the money lines."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import numpy as np

from computefactory import steps
from computefactory.plant.fabric import fabric_of
from computefactory.plant.inputs import Network, Silicon
from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import Count, Hour, Kw, Month, One, PerYear, Usd

HOURS_PER_MONTH = 720.0  # of payment terms: thirty days of 24 hours
ROUNDING = 1e-9  # sums of shares and quotients of counts: 1056.0000000001 racks are 1056


def price_times_accelerators(price: float, accelerators: Count) -> Usd:
    """Price of one times their number."""
    return price * accelerators


def cost_of_capacity(cost: float, capacity: Kw) -> Usd:
    """Cost per kW times IT capacity."""
    return cost * capacity


def sum_of(*costs: Usd) -> Usd:
    """Their sum."""
    return sum(costs)


def share_of(cost: Usd, share: One) -> Usd:
    """A share of the cost."""
    return cost * share


def product(left: One, right: One) -> One:
    """The product of two shares."""
    return left * right


def fabric_cost(silicon: Silicon, network: Network) -> Usd:
    """Cost of switches, transceivers and NICs of the sized fabric."""
    bill = steps.run((fabric_of,), {"silicon": silicon, "network": network})["fabric_of"]
    cost = bill.get("cost_usd").stack() if isinstance(bill, steps.Varying) else bill.cost_usd
    return cast("float", cost)


def spending(start: int, duration: Month, profile: str, month_0: int, timeline: Timeline) -> tuple[float, ...]:
    """Share of the cost paid in each month: even, or an S-curve whose sum is 3x^2 - 2x^3 (cubic smoothstep)."""
    x = np.linspace(0, 1, int(duration) + 1)
    total = x if profile == "linear" else x * x * (3 - 2 * x)
    return _placed_from(start - month_0, np.diff(total), timeline)


def _placed_from(index: int, shares: np.ndarray, timeline: Timeline) -> tuple[float, ...]:
    series = np.zeros(timeline.periods)
    series[index : index + len(shares)] = shares
    return tuple(series.tolist())


def in_months(timeline: Timeline, *parts: float) -> tuple[float, ...]:
    """Shares by month: ``parts`` are pairs of a calendar month number and a share."""
    series = np.zeros(timeline.periods)
    for month, share in zip(parts[::2], parts[1::2], strict=True):
        series[timeline.index(int(month))] += share
    return tuple(series.tolist())


def paid_in_months(timeline: Timeline, *parts: float) -> tuple[float, ...]:
    """Share of all payments by month: ``parts`` are pairs of a calendar month number and an amount."""
    paid = sum(parts[1::2])
    whole = np.where(np.asarray(paid) > 0, paid, 1.0)
    series: list[float] = [0.0] * timeline.periods
    for month, amount in zip(parts[::2], parts[1::2], strict=True):
        series[timeline.index(int(month))] += cast("float", amount / whole)
    return tuple(series)


def placed_in(timeline: Timeline, month: int) -> tuple[float, ...]:
    """All of it enters service in one month."""
    return tuple(float(timeline.index(month) == period) for period in range(timeline.periods))


def placed_after(timeline: Timeline, last: int, *parts: float) -> tuple[float, ...]:
    """Each phase's share enters service when it is energised, and not before the last payment.

    ``parts`` are pairs of a calendar month number and a share.
    """
    series: list[float] = [0.0] * timeline.periods
    for month, share in zip(parts[::2], parts[1::2], strict=True):
        series[timeline.index(max(int(month), last))] += share
    return tuple(series)


def in_service(spent: tuple[float, ...], timeline: Timeline, *parts: float) -> tuple[float, ...]:
    """Each phase's share enters service when it is energised and its share of the cost is paid.

    ``parts`` are pairs of a calendar month number and a share.
    """
    paid = np.cumsum(spent)
    series: list[float] = [0.0] * timeline.periods
    reached: float = 0.0
    for month, share in zip(parts[::2], parts[1::2], strict=True):
        reached += share
        paid_for = np.argmax(paid >= np.asarray(reached)[..., np.newaxis] - ROUNDING, axis=-1)
        places = np.maximum(timeline.index(int(month)), paid_for)
        for place in np.unique(places).tolist():
            series[place] += cast("float", share * (places == place))
    return tuple(series)


def residual_by_month(*values: One) -> tuple[float, ...]:
    """Share of cost by month of age, straight between yearly values; nothing after the last."""
    between = np.arange(MONTHS_PER_YEAR) / MONTHS_PER_YEAR
    return (
        *(start + (end - start) * share for start, end in pairwise(values) for share in between.tolist()),
        values[-1],
    )


def schedule(*shares: One) -> tuple[float, ...]:
    """Shares by tax year."""
    return shares


def months_of_terms(late: Hour) -> Month:
    """Months of thirty days (30/360)."""
    return late / HOURS_PER_MONTH


def rent_even(*terms: float) -> One:
    """1 where the books part from the bank anywhere: any term that is not nothing."""
    return cast("float", np.any(np.broadcast_arrays(*(np.asarray(term) != 0 for term in terms)), axis=0) * 1.0)


def with_forward_rate(escalator: PerYear, home: PerYear, abroad: PerYear) -> PerYear:
    """Rise in USD of a price in another currency: its own, and the difference in inflation."""
    return (1 + escalator) * (1 + home) / (1 + abroad) - 1
