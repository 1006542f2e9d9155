"""Two versions side by side, and where they part.

::

    make compare                                     # against the commit where the rewrite started
    python -m compare --fast --only lines            # shipped factories and those with every term awake
    python -m compare --case 'iren-horizon/*' --show 50

Exit status: 0 nothing differs, 1 something does. Snapshots are kept in ``build/compare``: of the base for good, of the
present tree by its content, so that a change of ``renamed.csv`` alone is answered at once.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from compare import trees
from compare.cases import Case, chosen
from compare.differences import KINDS, TOLERANCE, Difference, Report, Snapshot, compare
from compare.renamed import MOST_GONE, TABLE, TableError, read

__all__ = ["main"]

EQUAL, DIFFERENT = 0, 1


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(prog="compare", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("--base", default=trees.BASE, metavar="COMMIT", help="the commit to compare with")
    found.add_argument("--base-tree", type=Path, metavar="DIR", help="its sources, where they stand already")
    found.add_argument("--base-python", type=Path, metavar="FILE", help="its interpreter")
    found.add_argument("--tree", type=Path, metavar="DIR", help="the tree asked about; default: this one")
    found.add_argument("--python", type=Path, metavar="FILE", help="its interpreter")
    found.add_argument("--case", action="append", default=[], metavar="NAME", help="these cases alone (a pattern)")
    found.add_argument("--only", action="append", choices=KINDS, help="these kinds alone")
    found.add_argument("--fast", action="store_true", help="shipped factories and those with every term awake alone")
    found.add_argument("--show", type=int, default=15, metavar="N", help="differences shown of each case")
    found.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    found.add_argument("--tolerance", type=float, default=TOLERANCE, help="of a row's largest number")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing, compare, report."""
    given = parser().parse_args(arguments)
    cases = chosen(given.case, fast=given.fast)
    if not cases:
        print(f"no case is named {', '.join(given.case)}", file=sys.stderr)
        return DIFFERENT
    try:
        table = read()
    except TableError as error:
        print(error, file=sys.stderr)
        return DIFFERENT
    base = trees.base_tree(given.base, given.base_tree, given.base_python)
    new = trees.present_tree(given.tree, given.python)
    start = time.perf_counter()
    spent = trees.make([base, new], cases, given.jobs)
    made = time.perf_counter() - start
    reports = []
    for case in cases:
        sides = [Snapshot(trees.folder(tree, case)) for tree in (base, new)]
        reports.append(compare(sides[0], sides[1], table, given.only or KINDS, given.tolerance))
    told(cases, reports, given.show)
    whole = time.perf_counter() - start
    work = ", ".join(f"{name.partition('-')[0]} {seconds:.0f} s of work" for name, seconds in spent.items())
    print(f"\n{made:.0f} s for snapshots ({work or 'all kept'}), {whole - made:.0f} s to compare")
    return verdict(reports, len(table))


def told(cases: Sequence[Case], reports: Sequence[Report], most: int) -> None:
    """The table of all cases, then the worst differences of each."""
    width = max(len(case.name) for case in cases)
    print(f"{'case':<{width}} {'metrics':>8} {'lines':>7} {'json':>8} {'pages':>7}   differences")
    for report in reports:
        found = Counter(difference.kind for difference in report.differences)
        counts = "".join(f" {report.counts[kind]:>{size}}" for kind, size in zip(KINDS, (8, 7, 8, 7), strict=True))
        parts = [f"{number} {kind}" for kind, number in found.items()]
        parts += [
            f"({number} {what})" for number, what in ((report.dust, "dust"), (report.rounded, "rounded")) if number
        ]
        print(f"{report.case:<{width}}{counts}   {', '.join(parts) or 'none'}")
    for report in reports:
        if report.differences:
            print(f"\n{report.case}")
        for item in worst(report.differences, most):
            size = "" if item.size == float("inf") else f" {item.size:.1e}"
            print(f"  {item.kind} {item.place}{size}: {item.told[:200]}")
        if len(report.differences) > most:
            print(f"  and {len(report.differences) - most} more (--show N)")


def worst(differences: Sequence[Difference], most: int) -> list[Difference]:
    """Metrics first, then lines, JSON and pages; in each the largest first."""
    return sorted(differences, key=lambda item: (KINDS.index(item.kind), -item.size))[:most]


def verdict(reports: Sequence[Report], renamed: int) -> int:
    """What it comes to in a line, and the exit status."""
    number = sum(len(report.differences) for report in reports)
    gone = {name.partition(" ")[2] for report in reports for name in report.gone if name.startswith("line ")}
    new = {name for report in reports for name in report.new}
    values = sum(sum(report.counts.values()) for report in reports)
    print(
        f"{values:,} values and rows in {len(reports)} cases: "
        f"{f'{number:,} DIFFER' if number else 'no difference'}; "
        f"{renamed} names in {TABLE.name}, {len(gone)} lines gone, {len(new)} lines and givens new"
    )
    if len(gone) > MOST_GONE:
        print(f"{len(gone)} lines are gone without a successor, at most {MOST_GONE} may be")
        return DIFFERENT
    return DIFFERENT if number else EQUAL
