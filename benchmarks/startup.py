"""Cold wall time of the everyday commands, against their budgets, and the heavy modules they load.

    python benchmarks/startup.py

Each command runs in a fresh process; the first run fills the byte-code cache and is not counted. The peer in the same
run is an interpreter that imports numpy, pydantic and typer and does nothing: what no program built on them can beat.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from statistics import median

RUNS = 7
HEAVY = ("pandas", "scipy.optimize", "pvlib", "numba", "sqlalchemy")
BUDGETS = {"library": 0.5, "check": 0.9, "run": 1.5}  # seconds on two cores
COMMANDS = (
    ("library",),
    ("check", "iren-horizon"),
    ("check", "legacy-h100-hall"),
    ("run", "iren-horizon"),
    ("run", "legacy-h100-hall"),
)
CALL = "import sys; from computefactory.cli import main; status = main()"
LOADED = f"; print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"


def process(code: str, *arguments: str) -> tuple[float, str]:
    """Wall time of one interpreter from start to end [s], and what it wrote to standard error."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 our own commands
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, done.stderr.strip()


def times(code: str, *arguments: str) -> list[float]:
    """Seven cold runs after one that fills the caches of byte code and files."""
    process(code, *arguments)
    return sorted(process(code, *arguments)[0] for _ in range(RUNS))


def main() -> int:
    """Print the table; 1 where a budget is missed or a heavy module loaded."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pydantic", "typer"))
    print(f"computefactory {version('computefactory')}, Python {platform.python_version()}, {packages}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {RUNS} fresh processes each\n")
    print(f"{'command':<28}{'median s':>10}{'least s':>10}{'budget s':>10}  heavy modules")
    missed = False
    for command in COMMANDS:
        found = times(CALL, *command)
        loaded = process(CALL + LOADED, *command)[1]
        budget = BUDGETS[command[0]]
        missed |= median(found) > budget or loaded != "[]"
        print(f"{' '.join(command):<28}{median(found):>10.2f}{found[0]:>10.2f}{budget:>10.1f}  {loaded}")
    for name, code in (("peer: imports alone", "import numpy, pydantic, typer"), ("peer: Python alone", "pass")):
        found = times(code)
        print(f"{name:<28}{median(found):>10.2f}{found[0]:>10.2f}")
    return int(missed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:  # byte code of this checkout, whoever else is working in it
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        sys.exit(main())
