"""Two checkouts of the project side by side: what the everyday commands cost, each in turn, medians of rounds.

    python benchmarks/house.py --against ../other --against-python ../other/.venv/bin/python

Everything is seconds of CPU, so that a busy machine does not matter much; ``cold`` is a whole process beside one that
imports numpy, pydantic, ruamel.yaml and pint and does nothing. A batch is run a first time uncounted, so that a
compiled kernel stands in the user's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parents[1]
FACTORY = "iren-horizon"
CONTRACTS = 200  # of four phases each
HANDFUL, BATCH = 4, 40_000  # scenarios; so many are worth a kernel of their own
REPEATS = 5
IMPORTS = "import numpy, pydantic, ruamel.yaml, pint"
PAGE = f"import sys; from computefactory.cli import main; sys.exit(main(['run', '{FACTORY}']))"
SHOWN = {
    "cold": ("cold `run` with its page, times the imports", "{:.2f}"),
    "warm_run": ("warm `run`, ms", "{:.0f}"),
    "warm_value": ("warm `value`, ms", "{:.0f}"),
    "fixed": (f"`run_many` of {HANDFUL}, second call, ms", "{:.0f}"),
    "large": (f"{CONTRACTS} contracts of four phases, s", "{:.2f}"),
    "large_peak": ("the same, most memory held, MB", "{:.0f}"),
    "nodes": ("formula nodes of the ledger", "{:,.0f}"),
    "kernel": ("kernel, microseconds a scenario", "{:.1f}"),
    "rate": (f"batch of {BATCH:,}, scenarios a second", "{:,.0f}"),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout and the interpreter with its dependencies."""

    path: Path
    python: str

    def run(self, *arguments: str) -> tuple[float, float, str]:
        """CPU seconds and largest memory [MB] of one process in this tree, and what it wrote."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPATH"] = str(self.path / "src")
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([self.python, *arguments], env=environment, stdout=out)  # noqa: S603
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{self.path}: {arguments[:3]} ended with {process.returncode}")
            out.seek(0)
            return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read().decode()

    def measure(self, what: str, *arguments: str) -> tuple[dict[str, float], float]:
        """What a measure of this file finds in this tree, and the largest memory [MB]."""
        _, peak, text = self.run(__file__, "--measure", what, *arguments)
        return json.loads(text.splitlines()[-1]), peak


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def usual(work: Callable[[], object]) -> float:
    """Median CPU seconds of calls after a first one that fills what is kept."""
    work()
    return median(spent(work) for _ in range(REPEATS))


def warm() -> dict[str, float]:
    """Second calls in one process [ms]."""
    import computefactory as cf

    prices = {"silicon.total_price": [5.5e9 + 0.1e9 * k for k in range(HANDFUL)]}
    return {
        "warm_run": 1000 * usual(lambda: cf.run(FACTORY)),
        "warm_value": 1000 * usual(lambda: cf.value(FACTORY)),
        "fixed": 1000 * usual(lambda: cf.run_many(FACTORY, prices)),
    }


def large(path: str) -> dict[str, float]:
    """One run of the large factory [s]."""
    import computefactory as cf

    cf.run  # noqa: B018 loads the engine
    return {"large": spent(lambda: cf.run(path))}


def batch() -> dict[str, float]:
    """A batch, with what it costs whatever its size taken off for the kernel."""
    import numpy as np

    import computefactory as cf

    def many(n: int) -> float:
        return spent(lambda: cf.run_many(FACTORY, {"silicon.total_price": np.linspace(5e9, 7e9, n)}, threads=1))

    many(BATCH)
    once, twice = (median(many(n) for _ in range(2)) for n in (BATCH, 2 * BATCH))
    return {"nodes": _nodes(), "kernel": 1e6 * (twice - once) / BATCH, "rate": BATCH / once}


def _nodes() -> int:
    """Parts of the formulas that a run calculates: folded, in checkouts that fold."""
    import computefactory as cf

    run = cf.run(FACTORY).runs["full_life"]
    try:
        from computefactory.ledger.fold import fold
        from computefactory.ledger.memory import read_inputs
    except ImportError:
        lines = run.ledger.lines
    else:
        sheet = run.ledger.sheet
        constants = read_inputs(sheet, run.inputs).constants()
        empty = {given.per for given in sheet.givens.values() if given.per and not len(run.inputs[given.name])}
        lines = fold(sheet, constants, empty, list(sheet.lines)).sheet.lines
    queue: list[Any] = [line.expression for line in lines.values()]
    for expression in queue:
        queue.extend(getattr(expression, "parts", ()))
    return len(queue)


def large_factory() -> str:
    """The shipped factory with its contract cut into many."""
    text = (HERE / "src" / "computefactory" / "factories" / f"{FACTORY}.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("offtake:\n")
    contract, _, after = rest.partition("\ncapital:\n")
    share = contract.replace("accelerators: 76000", f"accelerators: {76_000 // CONTRACTS}") + "\n"
    share = share.replace("total_value: 9.7 bn USD", f"total_value: {9_700 / CONTRACTS} million USD")
    book = "".join(share.replace("  microsoft:", f"  part{k}:", 1) for k in range(CONTRACTS))
    sources = "".join(f"    - offtake.part{k}\n" for k in range(CONTRACTS))
    after = re.sub(r" {4}- offtake\.microsoft\..*\n", "", after.replace("    - offtake.microsoft\n", sources))
    return f"{before}offtake:\n{book}\ncapital:\n{after}"


def one_round(tree: Tree, large_file: str) -> dict[str, float]:
    """Every measure of a tree, once."""
    imports, page = tree.run("-c", IMPORTS)[0], tree.run("-c", PAGE)[0]
    book, peak = tree.measure("large", large_file)
    return {"cold": page / imports, "large_peak": peak, **book, **tree.measure("warm")[0], **tree.measure("batch")[0]}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, required=True, help="another checkout")
    parser.add_argument("--against-python", required=True, help="the interpreter of its environment")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    trees = {"this": Tree(HERE, sys.executable), "other": Tree(given.against.resolve(), given.against_python)}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        path = Path(folder) / "large.yaml"
        path.write_text(large_factory(), encoding="utf-8")
        for tree in trees.values():
            tree.run("-c", PAGE)  # byte code
        for _ in range(given.rounds):
            for name, tree in trees.items():
                found[name].append(one_round(tree, str(path)))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {given.rounds} rounds\n")
    print("| measure | other | this | other / this |\n| --- | ---: | ---: | ---: |")
    for key, (title, form) in SHOWN.items():
        before, after = (median(item[key] for item in found[name]) for name in ("other", "this"))
        print(f"| {title} | {form.format(before)} | {form.format(after)} | {before / after:.2f} |")


MEASURES: dict[str, Callable[..., dict[str, float]]] = {"warm": warm, "large": large, "batch": batch}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(MEASURES[sys.argv[2]](*sys.argv[3:])))
    else:
        main()
