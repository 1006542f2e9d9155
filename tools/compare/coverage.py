"""Which definition of each line with several is read by which case, and which lines are nothing in every case.

::

    PYTHONPATH=<tree>/src:tools python -m compare.coverage

Asks the version that ``PYTHONPATH`` names. Exit status 1 where a definition is read by no case.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np

from compare.cases import CASES, FOLDER, Case
from compare.snapshot import choices_of, lines_of_run, run_case, runs_of, twins

__all__ = ["main"]


def choices(case: Case) -> tuple[list[dict[str, str]], dict[str, bool]]:
    """The conventions of the runs of a case, and of each line whether it is ever anything."""
    result = run_case(case, str(FOLDER / case.file) if case.path else case.file)
    chosen = choices_of(result)
    moves: dict[str, bool] = {}
    for _, run in runs_of(result):
        for name, _, _, _, value in lines_of_run(run):
            moves[name] = moves.get(name, False) or bool(np.any(value))
    debts = ["frozen", *(["sized"] if result.sized is not None else [])]
    return [{**chosen, "debt": debt} for debt in debts], moves


def fitting(when: dict[str, str], chosen: list[dict[str, str]]) -> bool:
    """Whether a definition holds in any run."""
    return any(all(one.get(name) == value for name, value in when.items()) for one in chosen)


def missing(by_case: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    """Definitions that no case reads."""
    for name, definitions in twins().items():
        for when in definitions:
            if not any(fitting(when, chosen) for chosen in by_case.values()):
                yield f"{name} where {when}"


def main() -> int:
    """Print the three lists."""
    by_case, moves = {}, Counter[str]()
    for case in CASES:
        by_case[case.name], found = choices(case)
        moves.update({name: int(value) for name, value in found.items()})
        told = " ".join(f"{name}={value}" for name, value in by_case[case.name][-1].items())
        print(f"{case.name}: {sum(found.values())} of {len(found)} lines move; {told}")
    readers = {tuple(sorted(when.items())) for definitions in twins().values() for when in definitions}
    print("\nreading of lines with several definitions, and the cases that use it")
    for reader in sorted(readers):
        cases = [name for name, chosen in by_case.items() if fitting(dict(reader), chosen)]
        words = ", ".join(f"{name}={value}" for name, value in reader) or "always"
        print(f"  {words}: {len(cases)} cases, such as {', '.join(cases[:3])}")
    still = sorted(name for name, count in moves.items() if not count)
    print(f"\nlines that are nothing in every case ({len(still)}): {', '.join(still)}")
    unread = list(missing(by_case))
    print(f"definitions that no case reads ({len(unread)}): {'; '.join(unread)}")
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main())
