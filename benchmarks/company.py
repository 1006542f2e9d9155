"""A company of 12 blocks over 40 quarters: one run, and many scenarios of it, against their budgets.

    python benchmarks/company.py [SCENARIOS]

Peers in the same run: a like company's book, cost, loans and cash by hand, in numpy (a loop over months, all scenarios
and blocks at once) and in pandas (a table of months and blocks, one company after the other). They leave out much that
the ledger has: facilities, depreciation, tax with losses, hand-over, prepayments, cases, where each number is from.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from computefactory.analysis.evaluation import company_ledger
from computefactory.analysis.many import run_many
from computefactory.analysis.run import load, run

BLOCKS, MONTHS, THREADS = 12, 120, 2
ONE, MANY = 0.100, 10.0  # seconds: budgets of a warm run, and of 10,000 scenarios on two cores
BUDGETED = 10_000
REPEATS = 7
KEEP = ("revenue_usd_next_twelve_months", "funding_gap_usd")
START, RAMP, UNTIL, POWER, CAPEX, ADVANCE, LOAN, TENOR = 4, 12, 84, 50_000.0, 26_000.0, 0.75, 0.10, 54
BOOK, MARGIN = 2.4e9, 0.7


def text() -> str:
    """The file: every block half delivered, with a buyer and a book of its own."""
    blocks = "\n".join(
        f"  block_{k}: {{system: HGX H100, evidence: stated, in_service: 2024-06, until: {2029 + k // 4}-12, "
        f"full: 2026-0{1 + k % 6}, price: 8 million USD/MW-year, margin: 70 %, capex: 26 million USD/MW, "
        f"shell: {{tenure: leased, rent: 130 USD/kW-month}}, "
        f"power: {{secured: {{2024-12: 50 MW}}, sold: {{2024-12: 50 MW}}, billing: {{2024-12: 25 MW}}}}, "
        f"customers: {{buyer_{k}: {{buyer: Microsoft}}}}}}"
        for k in range(BLOCKS)
    )
    return f"""kind: company
schema: 1
name: Twelve Blocks
as_of: 2025-03-31
business:
  committed: {{sells: accelerators, committed: true, share: 96 %}}
  hours: {{sells: accelerators, share: 4 %}}
blocks:
{blocks}
book:
  {{kind: rpo, amount: 14 bn USD, deferred: 2 bn USD, schedule: {{24 months: 55 %, 48 months: 40 %, 72 months: 5 %}}}}
debt: {{loan: {{balance: 4 bn USD, rate: 11 %/year, matures: 2029-12}}}}
shares: {{classes: {{common: 500000000}}}}
cash: {{unrestricted: 1.2 bn USD, restricted: 0 USD}}
overhead: {{amount: 200 million USD/year, stock_compensation: 100 million USD/year}}
reported:
  2024: {{revenue: 2 bn USD}}
  2024-12-31:
    {{property_equipment_gross: 9 bn USD, property_equipment_net: 8 bn USD, construction_in_progress: 1 bn USD,
      debt_principal: 4 bn USD}}
"""


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def in_numpy(n: int) -> np.ndarray:
    """Cash by month of like companies, a numpy loop over months: (scenario, month)."""
    margin = np.linspace(0.6, 0.8, n)[:, None]
    landed = np.zeros((n, BLOCKS))
    balance, cash = np.zeros((n, BLOCKS)), np.zeros((n, MONTHS))
    payment = LOAN / 12 / (1 - (1 + LOAN / 12) ** -TENOR)
    drawn = np.zeros((n, BLOCKS))
    for month in range(MONTHS):
        grown = min(max((month + 1 - START) / RAMP, 0.0), 1.0)
        before = min(max((month - START) / RAMP, 0.0), 1.0)
        weight = (POWER / 2 + POWER / 2 * grown) * (month < UNTIL)
        revenue = BOOK * weight / (POWER * (UNTIL - START)) * np.ones((n, BLOCKS))
        landed += revenue
        interest = balance * LOAN / 12
        repaid = np.minimum(np.maximum(drawn * payment - interest, 0.0), balance)
        capex = CAPEX * POWER / 2 * (grown - before)
        balance += ADVANCE * capex - repaid
        drawn += ADVANCE * capex
        flow = revenue * margin - (1 - ADVANCE) * capex - interest - repaid
        cash[:, month] = (cash[:, month - 1] if month else 0.0) + flow.sum(axis=1)
    return cash


def in_pandas(margin: float) -> float:
    """Largest gap of one like company, as a table of months and blocks."""
    month = pd.RangeIndex(MONTHS, name="month")
    grown = pd.Series(np.clip((np.arange(MONTHS) + 1 - START) / RAMP, 0, 1), index=month)
    weight = (POWER / 2 + POWER / 2 * grown) * (month < UNTIL)
    table = pd.concat({f"block {k}": BOOK * weight / weight.sum() for k in range(BLOCKS)}, axis=1)
    capex = pd.concat({name: CAPEX * POWER / 2 * grown.diff().fillna(grown) for name in table}, axis=1)
    drawn = ADVANCE * capex
    payment = LOAN / 12 / (1 - (1 + LOAN / 12) ** -TENOR)
    due = (drawn.shift().rolling(TENOR, min_periods=1).sum() * payment).fillna(0.0)
    flow = table * margin - capex + drawn - due
    return float(-flow.sum(axis=1).cumsum().min())


def main() -> int:
    """Print one row a way of working; 1 where a budget is missed."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else BUDGETED
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twelve-blocks.yaml"
        path.write_text(text(), encoding="utf-8")
        company = load(path)
        blocks, months = len(company.blocks), company.timeline.periods
        machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"{machine}, Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}")
        print(f"{len(company_ledger().lines)} lines x {months} months, {blocks} blocks; keeps {', '.join(KEEP)}\n")
        run(company)
        whole, alone = seconds(lambda: run(path)), seconds(lambda: run(company))
        print(f"one company, three cases, file to result    {1e3 * whole:10.1f} ms")
        print(f"the same, read already                      {1e3 * alone:10.1f} ms   budget {1e3 * ONE:,.0f} ms")

        def batch() -> object:
            changes = {
                "blocks.block_0.margin": np.linspace(0.6, 0.8, n),
                "blocks.block_1.price": np.linspace(500.0, 900.0, n),
                "book.amount": np.linspace(13e9, 15e9, n),
            }
            return run_many(company, changes, keep=KEEP, threads=THREADS)

        first, warm = seconds(batch, 1), seconds(batch, 3)
        print(f"{n:,} scenarios on {THREADS} threads, compiling       {first:10.2f} s")
        budget = MANY * n / BUDGETED
        print(f"{n:,} scenarios on {THREADS} threads, compiled        {warm:10.2f} s    budget {budget:,.0f} s")
        print(f"peer: {n:,} by hand in numpy                {seconds(lambda: in_numpy(n), 3):10.2f} s")
        some = np.linspace(0.6, 0.8, 50)
        each = seconds(lambda: [in_pandas(margin) for margin in some], 3) / len(some)
        print(f"peer: one after the other in pandas         {1e3 * each:10.1f} ms, so {each * n:,.0f} s for {n:,}")
    return int(alone > ONE or warm > budget)


if __name__ == "__main__":
    raise SystemExit(main())
