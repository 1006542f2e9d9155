"""How many plants a second a batch underwrites, and what each takes in memory: physics anew in every scenario.

    python benchmarks/plant_inputs.py [SCENARIOS]

Each batch runs in a process of its own. Steps are the physics alone; the whole is file to result, compiled where numba
is installed. PYTHONPATH decides whose package is measured, so that an earlier commit can be asked in the same minute.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import computefactory as cf
from computefactory import model

BATCHES = {
    "load": {"silicon.utilisation": (0.6, 0.9)},
    "cooling": {
        "silicon.utilisation": (0.6, 0.9),
        "cooling.dry_cooler_approach": (6.0, 10.0),
        "cooling.liquid_supply": (38.0, 42.0),
    },
    "reliability": {"operations.reliability.repair": (12.0, 48.0), "operations.reliability.failures": (1e-5, 1e-4)},
    "accelerators": {"silicon.accelerators": (76_000.0, 76_600.0)},
}
MEGABYTE = 1024.0


def one(name: str, n: int) -> None:
    """Print what one batch takes."""
    random = np.random.default_rng(3)
    changes = {path: random.uniform(low, high, n) for path, (low, high) in BATCHES[name].items()}
    factory = cf.load("iren-horizon")
    varied = model.load(factory.document, overrides=changes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    known = model.run_steps(varied)
    spent = time.process_time() - started
    held = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / MEGABYTE
    pue = np.asarray(known["pue_annual"].stack() if hasattr(known["pue_annual"], "stack") else known["pue_annual"])
    print(f"{name:<14}{n:>9,}{n / spent:>14,.0f}{held:>12,.0f}   PUE {pue.min():.5f} to {pue.max():.5f}", flush=True)


def main() -> None:
    """One row a batch, or the one that is named."""
    if len(sys.argv) > 2:  # noqa: PLR2004
        one(sys.argv[1], int(sys.argv[2]))
        return
    n = sys.argv[1] if len(sys.argv) > 1 else "10000"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{'inputs':<14}{'scenarios':>9}{'plants a CPU s':>16}{'MB':>10}", flush=True)
    for name in BATCHES:
        subprocess.run([sys.executable, str(Path(__file__).resolve()), name, n], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
