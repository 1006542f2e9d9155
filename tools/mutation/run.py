"""Change the code a little, run the tests that should notice, and keep the list of what happened.

``run.py fold plan`` draws mutants of these rooms by the seed and writes ``results.csv``; ``run.py`` alone prints the
table and writes it into ``docs/validation/mutation.md``. Tests run on a copy, one mutant at a time, until the first
failure. In ``results.csv`` a survivor is judged by hand: its word, and ``equivalent`` where nobody could see it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("src") / "computefactory"
RESULTS = Path(__file__).resolve().parent / "results.csv"
PAGE = ROOT / "docs" / "validation" / "mutation.md"
BEGIN, END = "<!-- table: tools/mutation/run.py -->", "<!-- end -->"
SEED = 9
LONGEST = 600  # seconds that the tests of one mutant may take
FIELDS = ("room", "module", "line", "place", "kind", "before", "after", "outcome", "by", "word")
WITHOUT_COMPILER = ("-k", "not numba and not general- and not folded-")


@dataclass(frozen=True, slots=True)
class Room:
    """Modules that are drawn from together, how many mutants, and the tests that should notice, fast ones first.

    What pins formulas as text (reference pages, goldens) is not among them.
    """

    modules: tuple[str, ...]
    count: int
    tests: tuple[tuple[str, ...], ...]


LEDGER_TESTS = (
    ("tests/ledger/test_plan.py",),
    ("tests/ledger/test_verbs.py", "tests/ledger/test_messages.py", "tests/ledger/test_solve.py", *WITHOUT_COMPILER),
    ("tests/ledger/test_project.py", "tests/ledger/test_periods.py", *WITHOUT_COMPILER),
    ("tests/ledger/test_random.py", "tests/ledger/test_partition.py", *WITHOUT_COMPILER),
    ("tests/ledger/test_fold.py", "-k", "random"),
    ("tests/ledger/test_closed_forms.py", "tests/ledger/test_explain.py", *WITHOUT_COMPILER),
)
DEBT_TESTS = (
    ("tests/finance/test_debt.py",),
    ("tests/finance/test_tranches.py", "tests/finance/test_schedules.py"),
    ("tests/model/test_tranches.py", "tests/model/test_frozen_debt.py", "tests/finance/test_accounts.py"),
    ("tests/model/test_statements.py",),
    ("tests/model/test_metamorphic.py",),
)
TAX_TESTS = (
    ("tests/finance/test_tax.py",),
    ("tests/finance/test_debt.py", "-k", "tax"),
    ("tests/model/test_tax.py",),
    ("tests/finance/test_leaseback.py", "tests/finance/test_accounts.py", "tests/finance/test_schedules.py"),
    ("tests/model/test_statements.py",),
    ("tests/model/test_metamorphic.py",),
)
ROOMS = {
    "fold": Room(
        ("ledger/fold.py",),
        60,
        (
            ("tests/ledger/test_fold.py", "-k", "not random"),
            ("tests/ledger/test_fold.py", "-k", "random"),
            ("tests/ledger/test_prepared.py", *WITHOUT_COMPILER),
        ),
    ),
    "plan": Room(("ledger/plan.py",), 45, LEDGER_TESTS),
    "debt": Room(
        ("finance/sizing_case.py", "finance/collateral.py", "finance/debt_sizing.py", "finance/debt_draws.py"),
        50,
        DEBT_TESTS,
    ),
    "tax": Room(
        ("finance/tax.py", "finance/depreciation.py"),
        50,
        TAX_TESTS,
    ),
}


def main() -> None:
    """Run the rooms that are named, and print the table of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", metavar="room", help=", ".join(ROOMS))
    parser.add_argument("--again", action="store_true", help="run again only what survived")
    chosen = parser.parse_args()
    rows = _read()
    for room in chosen.rooms:
        rows = _run(room, rows, again=chosen.again)
    shown = f"{table(rows)}\n\n{left(rows)}"
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{shown}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print(shown)


def table(rows: Sequence[dict[str, str]]) -> str:
    """How many mutants of each room were drawn, killed, left and judged the same as the code."""
    lines = [
        "| room | drawn | refused by units | killed | equivalent | survive | killed of those that differ |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in (*ROOMS, "all"):
        own = [row for row in rows if name in (row["room"], "all")]
        if not own:
            continue
        seen = Counter(row["outcome"] for row in own)
        share = seen["killed"] / max(1, len(own) - seen["refused"] - seen["equivalent"])
        cells = (len(own), seen["refused"], seen["killed"], seen["equivalent"], seen["survived"], f"{share:.0%}")
        lines.append(f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def left(rows: Sequence[dict[str, str]]) -> str:
    """What no test noticed, with a word on each."""
    lines = ["| where | change | outcome | word |", "| --- | --- | --- | --- |"]
    for row in rows:
        if row["outcome"] in ("survived", "equivalent"):
            change = f"`{row['before']}` → `{row['after']}`".replace("|", "\\|")
            where = f"`{row['place']}` in `{row['module']}`"
            lines.append(f"| {where} | {change} | {row['outcome']} | {row['word']} |")
    return "\n".join(lines)


def drawn(room: Room) -> list[Mutant]:
    """The mutants of a room in the order of the draw: that of a digest with the seed, so that an edit moves few."""
    every = {_key(_described(mutant)): mutant for module in room.modules for mutant in mutants(ROOT / PACKAGE / module)}
    return [every[key] for key in sorted(every, key=_place)]


def _place(key: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join((str(SEED), *key)).encode()).hexdigest()


def _run(name: str, rows: list[dict[str, str]], *, again: bool) -> list[dict[str, str]]:
    room = ROOMS[name]
    before = {_key(row): row for row in rows if row["room"] == name}
    others = [row for row in rows if row["room"] != name]
    found: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(Path(folder))
        for tests in room.tests:
            if failed := _fails(copy, tests)[0]:
                sys.exit(f"the tests fail without a change: {failed}")
        for mutant in drawn(room):
            if sum(row["outcome"] != "refused" for row in found) >= room.count:
                break
            row = {"room": name, **_described(mutant), "outcome": "", "by": "", "word": ""}
            known = before.get(_key(row))
            if known is not None and (not again or known["outcome"] in ("killed", "refused")):
                row = known
            else:
                row["word"] = known["word"] if known else ""
                row["outcome"], row["by"] = _outcome(copy, room, mutant)
                if row["outcome"] == "survived" and known is not None and known["outcome"] == "equivalent":
                    row["outcome"] = "equivalent"
                print(len(found), row["outcome"], row["line"], mutant.before[:60], "->", mutant.after[:60], row["by"])
            found.append(row)
            _write([*others, *found])
    return [*others, *found]


def _outcome(copy: Path, room: Room, mutant: Mutant) -> tuple[str, str]:
    """``killed`` (and by which test), ``refused`` (the units or axes no longer fit) or ``survived``."""
    path = copy / mutant.path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    path.write_text(mutant.source, encoding="utf-8")
    try:
        for tests in room.tests:
            failed, output = _fails(copy, tests)
            if failed:
                refused = "finance" in path.parts and re.search(r"DimensionMismatch|LedgerError: line", output)
                return ("refused", "") if refused else ("killed", failed)
    finally:
        path.write_text(text, encoding="utf-8")
    return "survived", ""


def _fails(copy: Path, tests: Sequence[str]) -> tuple[str, str]:
    """The first test that fails, or nothing; and what was printed."""
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--tb=short", "--no-header"]
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        done = subprocess.run(  # noqa: S603  the tests' own command
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return "no end", ""
    output = done.stdout + done.stderr
    if done.returncode == 0:
        return "", output
    named = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", output, re.MULTILINE)
    return (named[1].removeprefix("tests/") if named else "no start"), output


def _copy(folder: Path) -> Path:
    """The code and its tests, where nobody else changes them."""
    for part in ("src", "tests", "tools"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _described(mutant: Mutant) -> dict[str, str]:
    module = mutant.path.relative_to(ROOT / PACKAGE).as_posix()
    names = ("module", "line", "place", "kind", "before", "after")
    return dict(
        zip(names, (module, str(mutant.line), mutant.place, mutant.kind, mutant.before, mutant.after), strict=True)
    )


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("module", "place", "kind", "before", "after"))


def _read() -> list[dict[str, str]]:
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(rows: Sequence[dict[str, str]]) -> None:
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
