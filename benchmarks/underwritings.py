"""How many underwritings a second: one contract, one phase, one facility, contract only, debt frozen.

Run ``python benchmarks/underwritings.py [SCENARIOS]``. Peers in the same run: the monthly cash flow of the same factory
written by hand as a numpy loop over scenarios (revenue, cost, debt, equity; no tax), and one rate of return a scenario
by pyxirr. They do far less than an underwriting; they show what the extra costs.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import computefactory as cf
from computefactory import model
from computefactory.schema import Factory, shipped_text

REPEATS = 5
BUILD, END = 16, 76  # months: full operation, last month of the contract
KEEP = ("equity_irr", "project_irr", "npv_usd", "min_dscr")
PRICE, RATE = "offtake.microsoft.price", "capital.debt.senior.rate"
PHASES = "{2026-03: 75 MW, 2026-06: 150 MW, 2026-09: 225 MW, 2026-12: 300 MW}"


def one_phase(folder: Path) -> Path:
    """IREN Horizon energised at once: one contract part."""
    path = folder / "one-phase.yaml"
    path.write_text(shipped_text("iren-horizon").replace(PHASES, "{2026-12: 300 MW}"), encoding="utf-8")
    return path


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def by_hand(n: int, months: int) -> np.ndarray:
    """Equity flow of a like factory, a numpy loop over months: (scenario, month)."""
    price = np.linspace(2.5, 3.5, n)
    balance, flows = np.full(n, 2.7e9), np.zeros((n, months))
    for month in range(months):
        if month < BUILD:
            flows[:, month] = -4.3e9 / BUILD
            continue
        live = month < END
        cash = live * (price * 76_000 * 730 - 21e6)
        interest = balance * 0.06 / 12
        repaid = np.minimum(balance, 2.7e9 / 60) * live
        flows[:, month] = cash - interest - repaid
        balance -= repaid
    return flows


def main() -> None:
    """Print one row a way of working."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        factory = cf.load(one_phase(Path(folder)))
        timeline = factory.timeline
        ledger = model.ledger_for(model.choices_of(factory, "frozen"))
        items = f"{len(factory.offtake.contracts)} contract, {len(factory.finance.assets)} asset classes"
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}"
        )
        print(f"{len(ledger.lines)} lines x {timeline.periods} months, {items}; keeps {', '.join(KEEP)}")

        def batch(count: int) -> Callable[[], object]:
            scenarios = {PRICE: np.linspace(2.5, 3.5, count), RATE: np.linspace(0.05, 0.07, count)}
            return lambda: cf.run_many(factory, scenarios, keep=KEEP)

        single = inputs(factory)
        alone = seconds(lambda: ledger.run(single))
        print(f"one case, plain Python, every line          {1e3 * alone:10.1f} ms")
        small = seconds(batch(300), 3)
        print(f"300 cases in numpy, file to result          {300 / small:10,.0f} a second")
        if find_spec("numba") is not None:
            first = seconds(batch(4_000), 1)
            print(f"compiling, or loading what was compiled     {first:10.1f} s")
            many = n / seconds(batch(n), 3)
            print(f"{n:,} cases compiled, file to result    {many:10,.0f} a second")
        hand = by_hand(n, timeline.periods)
        bare = n / seconds(lambda: by_hand(n, timeline.periods), 3)
        print(f"peer: cash flow by hand in numpy            {bare:10,.0f} a second")
        if find_spec("pyxirr") is not None:
            import pyxirr

            some = hand[:2_000].tolist()
            rate = len(some) / seconds(lambda: [pyxirr.irr(flow) for flow in some], 3)
            print(f"peer: one rate of return by pyxirr          {rate:10,.0f} a second")


def inputs(factory: Factory) -> dict[str, Any]:
    """The ledger's inputs of the contract-only case, debt frozen."""
    known = model.run_steps(factory)
    return model.evaluate(factory, known, model.HEAD, model.frozen_of(factory, known)).inputs


if __name__ == "__main__":
    main()
