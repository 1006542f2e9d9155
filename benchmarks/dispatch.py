"""A year of dispatch against its budget, and the same year on a peer's road to the same solver.

    python benchmarks/dispatch.py

A site of 100 MW with a market, a delivery tariff with a demand charge, engines, panels and a battery, over 8,760 hours.
The peer is ``scipy.optimize.linprog`` (HiGHS) on the same problem without starts and least loads, month by month, its
matrix written with scipy.sparse: what one would write without this package. Both answers must agree.
"""

from __future__ import annotations

import platform
import time
from importlib.metadata import version

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from computefactory.plant.dispatch import DispatchPlan, Feed, Peak, Store, dispatch_load
from computefactory.plant.hours import HOURS, MONTH, market_year, solar_year

BUDGET, CLOSE = 5.0, 1e-6  # s, share of cost
SCALE = 100e3  # kW
STORE = Store("battery", 20e3, 80e3, 0.86)
DEMAND = 9.0  # USD/kW-month
ENGINES = 0.05  # USD/kWh


def case() -> tuple[np.ndarray, list[Feed], list[Peak]]:
    """Load, sources and the demand charge."""
    load = SCALE * (0.9 + 0.1 * np.sin(2 * np.pi * np.arange(HOURS) / HOURS))
    price = market_year(0.034, 0.014, 0.027, 0.072, 0.15, 1.2, 0.87, 0.5, 0.3) + 0.003
    feeds = [
        Feed("market", price, np.full(HOURS, np.inf), imported=True),
        Feed("engines", np.full(HOURS, ENGINES), np.full(HOURS, 0.4 * SCALE)),
        Feed("panels", np.zeros(HOURS), 0.3 * SCALE * solar_year(32.0, 0.25, 0.4)),
    ]
    return load, feeds, [Peak((0,), np.full(12, DEMAND), np.zeros(12), np.ones(HOURS, dtype=bool))]


def ours(starts: bool) -> DispatchPlan:
    """The package's dispatch, with or without starts and least loads of the engines."""
    load, feeds, peaks = case()
    if starts:
        market, engines, panels = feeds
        engines = Feed("engines", engines.price, engines.limit, minimum_load=0.3, start_cost=2.0)
        feeds = [market, engines, panels]
    limit = np.full(HOURS, 1.2 * SCALE)
    return dispatch_load(load, feeds, month=MONTH, import_limit=limit, peaks=peaks, stores=[STORE])


def peer() -> float:
    """The same year by linprog: cost in USD."""
    load, feeds, _ = case()
    cost = 0.0
    for month in range(12):
        here = np.flatnonzero(month == MONTH)
        n = len(here)
        one, one_way = sparse.identity(n, format="csr"), float(np.sqrt(STORE.efficiency))
        before = sparse.csr_matrix((np.ones(n), (np.arange(n), np.roll(np.arange(n), 1))), shape=(n, n))
        none, column = sparse.csr_matrix((n, n)), sparse.csr_matrix((n, 1))
        # market, engines, panels, charge, discharge, level, peak
        balance = sparse.hstack([one, one, one, -one, one, none, column])
        level = sparse.hstack([none, none, none, -one_way * one, one / one_way, one - before, column])
        peak = sparse.hstack([one, none, none, none, none, none, -np.ones((n, 1))])
        bounds = [(0, 1.2 * SCALE)] * n
        bounds += [(0, value) for feed in feeds[1:] for value in feed.limit[here]]
        bounds += [(0, STORE.power)] * (2 * n) + [(0, STORE.energy)] * n + [(0, None)]
        prices = np.concatenate([*(feed.price[here] for feed in feeds), np.zeros(3 * n), [DEMAND]])
        found = linprog(
            prices,
            A_ub=sparse.csr_matrix(peak),
            b_ub=np.zeros(n),
            A_eq=sparse.vstack([balance, level]),
            b_eq=np.concatenate([load[here], np.zeros(n)]),
            bounds=bounds,
            method="highs",
        )
        cost += float(found.fun)
    return cost


def timed(function: object, *arguments: object) -> tuple[object, float]:
    """A call's result and its wall time [s]."""
    start = time.perf_counter()
    return function(*arguments), time.perf_counter() - start  # type: ignore[operator]


def main() -> None:
    """Print what was measured."""
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in ("computefactory", "highspy", "scipy", "numpy")))
    plan, plain = timed(ours, False)
    _, full = timed(ours, True)
    cost, other = timed(peer)
    assert isinstance(plan, DispatchPlan)
    assert isinstance(cost, float)
    gap = abs(plan.cost / cost - 1)
    print(f"a year, four sources:             {plain:6.2f} s  {plan.cost:,.0f} USD")
    print(f"  with least loads and starts:    {full:6.2f} s  (budget {BUDGET:g} s)")
    print(f"scipy linprog, without them:      {other:6.2f} s  {cost:,.0f} USD, {gap:.1e} apart")
    if gap > CLOSE or full > BUDGET:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
