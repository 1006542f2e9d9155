"""How strong a verdict is: whether it holds over the ranges of the library rows that it rests on, one row at a time.

A row moves from the low to the high that its source (or, of an assumed row, its author) gives; what the file states
with a source stands, and what it marks as assumed moves over the range of the row that it stands instead of.
All ends are one batch. A verdict that does not hold at every end is marginal, and each row that turns it is named with
the value at which it does. Rows of the definition itself (thresholds, ratings, tax schedules) do not move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError
from computefactory.finance.cases import HEAD
from computefactory.qualification import FACTORY, OPERATOR, Check, Flip, Strength, Verdict, judge
from computefactory.qualification.verdict import LINES, facts_of, specifications_of
from computefactory.scenarios import Trials
from computefactory.schema.levers import Lever
from computefactory.steps import number
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import shown

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.scenarios import Outcome

__all__ = ["KEEP", "Move", "moved", "rows_of", "strength_of", "with_strength"]

LOAD = "it_load_mw"
KEEP = (*LINES, LOAD)  # what a batch must keep for the verdict
MEGAWATT = 1e3  # kW
MOVES = (FACTORY, OPERATOR)
Columns = dict[str, NDArray[np.float64]]
End = tuple[Lever, float, Verdict]  # what is found there
Move = tuple[Lever, tuple[float, float]]  # a row, and the two ends that it is moved to


def with_strength(result: Result) -> Result:
    """The result with the strength of its verdict."""
    return replace(result, qualification=replace(result.qualification, strength=strength_of(result)))


def rows_of(result: Result) -> list[Move]:
    """The rows with a range that the factory rests on; none where no range could turn the verdict."""
    if result.qualification.kind not in MOVES:
        return []
    return [(lever, lever.row) for lever in result.factory.ranged() if lever.row]


def columns_of(moves: Sequence[Move]) -> Columns:
    """Scenarios that make one move each, first to the low end, then to the high."""
    columns = {lever.path: np.full(2 * len(moves), lever.base) for lever, _ in moves}
    for place, (lever, ends) in enumerate(moves):
        columns[lever.path][2 * place : 2 * place + 2] = ends
    return columns


def moved(result: Result, moves: Sequence[Move], keep: Sequence[str]) -> tuple[list[Move], Outcome]:
    """Moves that the factory can make, and their outcome: what a file assumes may have ends that its plant refuses.

    The supply keeps its plan, hour by hour: what a new plan would save on top is of second order.
    """

    def run(some: Sequence[Move]) -> Outcome:
        return Trials(result, columns_of(some), keep, held=["supply_plan"], until=horizon(result)).run()

    def possible(move: Move) -> bool:
        if not move[0].path.startswith("file:"):
            return True
        try:
            run([move])
        except FactoryFileError:
            return False
        return True

    try:
        return list(moves), run(moves)
    except FactoryFileError:
        able = [move for move in moves if possible(move)]
        return able, run(able)


def horizon(result: Result) -> int:
    """Periods that the verdict and the returns of contracts alone look at, with three years to spare."""
    lines = result.runs[HEAD].lines
    series = [np.atleast_2d(lines[name]).any(axis=0) for name in ("equity_flow", "p_in_life", "l_live")]
    last = np.flatnonzero(np.logical_or.reduce(series))[-1:].sum()
    return int(last // MONTHS_PER_YEAR + 3) * MONTHS_PER_YEAR


def strength_of(result: Result, made: Sequence[Move] = (), outcome: Outcome | None = None) -> Strength:
    """Over every row one at a time, then with all at their worse ends; ``made`` are moves whose outcome is known."""
    moves = rows_of(result)
    if not moves:
        return Strength(0)
    if outcome is None:
        made, outcome = moved(result, moves, KEEP)
    moves = [move for move in moves if move in made]
    places = [list(made).index(move) for move in moves]
    found = _verdicts(result, outcome, [k for place in places for k in (2 * place, 2 * place + 1)])
    ends = [
        (lever, end, found[2 * place + k]) for place, (lever, both) in enumerate(moves) for k, end in enumerate(both)
    ]
    return Strength(len(moves), *_located(result, ends))


def _verdicts(result: Result, outcome: Outcome, places: Sequence[int]) -> list[Verdict]:
    """The verdict of each scenario, on the evidence of the file."""
    factory, base = outcome.factory, result.qualification
    assert factory is not None  # rows of the library are numbers: no scenario is read apart
    facts = facts_of(factory, number(outcome[LOAD] * MEGAWATT), outcome.values)
    need, evidence = result.factory.thresholds, {item.name: item.evidence for item in base.specifications}
    return [judge(specifications_of(facts.at(k), need, evidence), {}, facts.kind) for k in places]


def _located(result: Result, ends: Sequence[End]) -> tuple[tuple[Flip, ...], Verdict | None]:
    """Where each row turns the verdict, and the verdict of a factory with every row at its worse end.

    A straight line of the check that turns gives a first value; the run there, a second line.
    """
    base = result.qualification
    turned = [(lever, end, verdict) for lever, end, verdict in ends if verdict.kind != base.kind]
    worse = _worse(base, ends) if base.kind == FACTORY else {}
    n = len(turned) + bool(worse)
    if not n:
        return (), None
    guesses = [_crossing(lever.base, end, base, verdict) for lever, end, verdict in turned]
    columns = {path: np.full(n, base) for path, base in {lever.path: lever.base for lever, *_ in ends}.items()}
    for place, ((lever, *_), guess) in enumerate(zip(turned, guesses, strict=True)):
        columns[lever.path][place] = guess
    for path, end in worse.items():
        columns[path][-1] = end
    at = Trials(result, columns, KEEP, held=["supply_plan"], until=horizon(result)).run()
    looked = _verdicts(result, at, range(n))
    flips = []
    for (lever, end, verdict), guess, there in zip(turned, guesses, looked, strict=False):
        low, high = lever.row or (np.nan, np.nan)
        flips_at = _nearer(lever.base, end, guess, base, verdict, there)
        told = lever.path.partition(":")[2], lever.label, shown(lever.unit), lever.base, low, high
        flips.append(Flip(*told, flips_at, verdict.kind, _turning(base, verdict)))
    nearest = sorted(flips, key=lambda flip: abs(flip.flips_at - flip.value) / (flip.high - flip.low))
    return tuple(nearest), (looked[-1] if worse else None)


def _checks(verdict: Verdict) -> Mapping[str, Check]:
    return {check.name: check for item in verdict.specifications for check in item.checks}


def _turning(base: Verdict, end: Verdict) -> str:
    """The check that decides otherwise: of several the first on the way from a factory, to one the last."""
    before = _checks(base)
    changed = [name for name, check in _checks(end).items() if check.passes != before[name].passes]
    first_or_last = min if base.kind == FACTORY else max
    return first_or_last(changed, key=lambda name: _zero(0.0, 1.0, _margin(base, name), _margin(end, name)))


def _margin(verdict: Verdict, name: str) -> float:
    margin = _checks(verdict)[name].margin
    return np.nan if margin is None else margin


def _crossing(start: float, end: float, base: Verdict, verdict: Verdict) -> float:
    """Where the margin of the check that turns is nothing between two values; the end where it has no number."""
    name = _turning(base, verdict)
    return _zero(start, end, _margin(base, name), _margin(verdict, name))


def _zero(start: float, end: float, at_start: float, at_end: float) -> float:
    """Where a straight line crosses nothing."""
    fall = at_start - at_end
    return float(start + (end - start) * at_start / fall) if np.isfinite(fall) and fall else end


def _nearer(start: float, end: float, guess: float, base: Verdict, verdict: Verdict, there: Verdict) -> float:
    """The crossing again, between the guess and the side on which the check still decides otherwise."""
    name = _turning(base, verdict)
    margin = _margin(there, name)
    if not np.isfinite(margin):
        return guess
    as_before = _checks(there)[name].passes == _checks(base)[name].passes
    other, at_other = (end, _margin(verdict, name)) if as_before else (start, _margin(base, name))
    return _zero(guess, other, margin, at_other)


def _worse(base: Verdict, ends: Sequence[End]) -> dict[str, float]:
    """The end of each row at which what comes closest to failing comes closer."""
    numbers = {name: check for name, check in _checks(base).items() if check.margin is not None}
    closest = min(numbers, key=lambda name: _relative(numbers[name]))
    lowest, found = dict.fromkeys((lever.path for lever, *_ in ends), _margin(base, closest)), dict[str, float]()
    for lever, end, verdict in ends:
        if (margin := _margin(verdict, closest)) < lowest[lever.path]:
            lowest[lever.path], found[lever.path] = margin, end
    return found


def _relative(check: Check) -> float:
    """Margin against the threshold."""
    return float(check.margin or 0.0) / (abs(float(check.threshold)) or 1.0)
