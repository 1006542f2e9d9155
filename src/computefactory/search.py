"""The input that gives a wanted result: any number of the file, any metric, any return case.

The whole range is looked at before anything is believed: a batch of points shows where the metric passes the target,
and each passage is closed in. A passage counts only where the metric comes to the target: it may jump over it, or cease
to exist. No solution, or more than one, is said with what was found. Where the supply has to be planned anew at each
point, which takes a second, seven points show the range and about six more close a passage in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import model, schema
from computefactory.crossing import MET, Passage, closed_in, passages
from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.finance.cases import CASES
from computefactory.metrics import METRICS, RETURNS, VALUES, Definition, definition_of
from computefactory.qualification.findings import sized_as_stated
from computefactory.renamed import now_called
from computefactory.result import Result
from computefactory.scenarios import Trials
from computefactory.schema import Factory, Field, field_of
from computefactory.units import parse_unit, shown

__all__ = ["Solution", "solve"]

CLOSE = 1e-6  # of the target, or of a thousandth of all that the metric runs through: it is reached
SAME = 1e-9  # relative distance of two solutions that are one
DEAR = 1e-9  # of the target: near enough where each point plans the supply anew
LISTED = 6  # solutions named where there are several
WIDEST = 16.0  # times what stands there now, either way
MANY, FEWER = 65, 17  # points looked at first; of a field that shapes the calendar: each is a run of its own
FEW = 7  # of them where the supply is planned anew at each
NEAR = (0.95, 1.0, 1.05)  # times what stands there now: looked at beside them
DECADES = (-6, 12)  # powers of ten tried where nothing, or zero, stands there now
PER_DECADE = 4
HALVINGS = 8  # towards the last value that the file allows
EDGE_ROUNDS, EDGE_POINTS, DEAR_EDGE_POINTS = 4, 8, 2  # towards where a metric begins to exist
Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solution:
    """``value`` of the field at ``path`` for which ``metric`` is ``target``; ``reached`` is what it is there.

    ``base`` is None where the file does not state the field. ``whole`` is, of a count that came out as a fraction, the
    whole number beside it that comes closer, and the metric there.
    """

    path: str
    value: float
    unit: str
    base: float | None
    metric: str
    target: float
    case: str
    reached: float
    whole: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found = {name: getattr(self, name) for name in self.__slots__ if name != "whole"}
        if self.whole:
            found["whole"] = dict(zip(("value", "reached"), self.whole, strict=True))
        return {"kind": "solution", "version": 1} | found


def solve(
    source: str | Path | Factory | Result,
    path: str,
    metric: str,
    target: float,
    *,
    case: str = model.HEAD,
    library: tuple[Path | str, ...] = (),
    resize: bool = False,
    within: tuple[float, float] | None = None,
) -> Solution:
    """The value of the field at ``path`` that makes ``metric`` equal ``target`` in a return case.

    The debt stays as the file sizes it, unless ``resize``. ``within`` bounds the search, in the field's canonical unit;
    without it the range is what the field allows, and where that is open, a sixteenth to sixteen times what stands
    there now.

    Raises:
        FactoryFileError: no such path, metric or case.
        NoSolution: the target is not reached, or reached more than once, or only where the plant cannot be built; says
            what was found.
    """
    base = source if isinstance(source, Result) else model.run(source, library=library)
    factory = base.factory
    definition = _definition(metric, case, target)
    field = field_of(factory.document.model, factory.origins, path)
    if within is not None and not (isfinite(within[0]) and isfinite(within[1]) and within[0] < within[1]):
        raise FactoryFileError([Problem("bad_value", "--within", f"{within}", "a low and a high, in this order")])
    look = _Look(base, field, definition, case, resize=resize)
    span = _looked_at(look, within, target)
    closed = [
        closed_in(passage, target, look, whole=field.reads.whole, met=DEAR if look.planned else MET)
        for passage in passages(span.points, span.found, target)
    ]
    answers = _distinct([side for passage in closed if span.is_reached((side := passage.nearer(target))[1])])
    if len(answers) != 1:
        held = [] if resize else sized_as_stated({path: None})
        raise NoSolution("; ".join([span.why(answers, closed), *held]))
    value, reached = answers[0]
    _carried(factory, field, value, span)
    unit = shown(field.reads.unit)
    return Solution(path, value, unit, field.base, metric, target, case, reached, _whole(field, value, target, look))


def _definition(metric: str, case: str, target: float) -> Definition:
    problems = []
    definition = definition_of(metric)
    if definition is None or definition.source == "input":
        names = ", ".join(item.name for item in (*RETURNS, *METRICS, *VALUES) if item.source != "input")
        problems.append(Problem("unknown_metric", "--target", metric, names, now_called(metric)))
    if case not in CASES:
        problems.append(Problem("unknown_case", "--case", case, ", ".join(CASES)))
    if not isfinite(target):
        problems.append(Problem("wrong_target", "--target", f"{target}", "a finite number"))
    if problems:
        raise FactoryFileError(problems)
    assert definition is not None
    return definition


class _Look:
    """The metric over values of the field, nan where it does not exist; what was seen once is not looked at again."""

    def __init__(self, base: Result, field: Field, definition: Definition, case: str, *, resize: bool) -> None:
        self.base, self.field, self.metric, self.resize = base, field, definition.name, resize
        self.case = case if definition.source == "case" else model.HEAD
        self.planned = False  # whether the supply had to be planned anew: each point takes a second, not a hundredth
        self._seen: dict[float, float] = {}

    def __call__(self, points: Row) -> Row:
        new = np.array([point for point in points.tolist() if point not in self._seen])
        if new.size:
            asked = Trials(self.base, {self.field.path: new}, [self.metric], self.case, self.resize)
            found = asked.run()
            self._seen.update(zip(new.tolist(), found[self.metric].tolist(), strict=True))
            if self.base.factory.plant.sources:
                self.planned |= self.field.reads.fixed or "supply_plan" in found.anew
        return np.array([self._seen[point] for point in points.tolist()])

    def refusal(self, points: Row) -> str:
        """What the file does not allow of these values; nothing where it allows them all."""
        factory = self.base.factory
        try:
            if self.field.reads.fixed:
                self(points)
            else:
                schema.resolve(schema.load(factory.document, {self.field.path: points}), factory.library)
        except FactoryFileError as error:
            problem = error.problems[0]
            return f"{problem.path}: {problem.expected}"
        return ""


def _looked_at(look: _Look, within: tuple[float, float] | None, target: float) -> _Span:
    """The metric at a few points, and at many where a point is cheap; more beside the edges of where it exists."""
    field = look.field
    points, beyond = _fitting(_first_points(field, within, FEWER if field.reads.fixed else MANY), field.base, look)
    few = points[np.unique(np.linspace(0, len(points) - 1, FEW).round().astype(int))]
    if field.base:  # what stands there now, and what is near it, is where an answer is wanted most
        beside = field.base * (np.array(NEAR) if not field.reads.whole else np.ones(1))
        few = np.union1d(few, beside[(beside >= points[0]) & (beside <= points[-1])])
    found = look(few)
    if look.planned:
        points = few
    else:
        found = look(points)
    points, found = _near_edges(points, found, look, target)
    return _Span(field, look.metric, target, points, found, beyond, few=look.planned)


@dataclass(frozen=True, slots=True)
class _Span:
    """What was looked at."""

    field: Field
    metric: str
    target: float
    points: Row
    found: Row
    beyond: str  # what the file does not allow outside
    few: bool  # points are dear: what lies between them was not looked at

    def is_reached(self, value: float) -> bool:
        """Whether a value of the metric is the target."""
        known = self.found[np.isfinite(self.found)]
        size = max(abs(self.target), 1e-3 * float(np.ptp(known))) if known.size else abs(self.target)
        return abs(value - self.target) <= CLOSE * size

    def __str__(self) -> str:
        unit, low, high = shown(self.field.reads.unit), self.points[0], self.points[-1]
        return f"between {_number(low)} and {_number(high)}{'' if unit == '1' else f' {unit}'} of {self.field.path}"

    def why(self, answers: list[tuple[float, float]], closed: list[Passage]) -> str:
        """Why there is not one solution."""
        return self._why(answers, closed) + (f" ({self.beyond})" if self.beyond and not answers else "")

    def _why(self, answers: list[tuple[float, float]], closed: list[Passage]) -> str:
        known = self.found[np.isfinite(self.found)]
        if not known.size:
            return f"{self.metric} does not exist anywhere {self}"
        low, high = float(known.min()), float(known.max())
        if high - low <= SAME * max(abs(low), abs(high)):
            return f"{self.metric} is {_number(low)} throughout {self}: it does not depend on it"
        if len(answers) > 1:
            named = " and ".join(_number(value, 8) for value, _ in answers[:LISTED])
            more = f" and {len(answers) - LISTED} more" if len(answers) > LISTED else ""
            return (
                f"{self.metric} is {_number(self.target)} more than once {self}: at {named}{more}; "
                "bound the search to one of them (--within)"
            )
        missing = "" if known.size == self.found.size else ", where it exists,"
        runs = f"runs from {_number(low)} to {_number(high)}"
        never = f"at the {self.points.size} points looked at, and" if self.few else "and"
        said = f"{self.metric}{missing} {runs} {self} {never} never is {_number(self.target)}"
        for passage in closed:
            start = f"{_number(passage.low, 8)} to " if self.field.reads.whole else ""
            at = start + _number(passage.high, 8)
            said += f"; at {at} it goes from {_number(passage.at_low)} to {_number(passage.at_high)} at once"
        return said


def _number(value: float, digits: int = 6) -> str:
    """A number as people write it: no exponent for dollars."""
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:,.{digits}g}"


def _distinct(answers: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for answer in sorted(answers):
        if not kept or abs(answer[0] - kept[-1][0]) > SAME * max(abs(answer[0]), abs(kept[-1][0])):
            kept.append(answer)
    return kept


def _carried(factory: Factory, field: Field, value: float, span: _Span) -> None:
    """Refuse a solution that the plant cannot power, cool or carry."""
    changed = schema.resolve(schema.load(factory.document, {field.path: value}), factory.library)
    try:
        model.run_steps(changed)
    except FactoryFileError as error:
        told = "; ".join(f"{problem.given}, {problem.expected}" for problem in error.problems)
        raise NoSolution(
            f"{span.metric} would be {span.target:g} at {value:,.8g} of {field.path}, which cannot be built: {told}"
        ) from None


def _whole(field: Field, value: float, target: float, look: Callable[[Row], Row]) -> tuple[float, float] | None:
    """The whole number beside a count that came out as a fraction."""
    if field.reads.unit != parse_unit("accelerator") or value == round(value):
        return None
    points = np.array([np.floor(value), np.ceil(value)])
    points = points[points > field.reads.low] if field.reads.low_open else points
    found = look(points)
    if not np.any(np.isfinite(found)):
        return None
    nearest = int(np.nanargmin(np.abs(found - target)))
    return float(points[nearest]), float(found[nearest])


def _first_points(field: Field, within: tuple[float, float] | None, count: int) -> Row:
    """Values to begin with, ascending, all within the field's own bounds."""
    reads, base = field.reads, field.base
    if within is not None:
        parts = [np.linspace(within[0], within[1], count)]
    elif base:
        parts = [base * np.geomspace(1 / WIDEST, WIDEST, count)]
    else:
        first, last = DECADES
        powers = 10.0 ** np.linspace(first, last, (last - first) * PER_DECADE + 1)
        parts = [powers if not reads.fixed else np.linspace(0, 120, count), *([-powers] if reads.low < 0 else [])]
    ends = [end for end in (reads.low, reads.high) if np.isfinite(end)]
    if within is None and not reads.fixed:
        parts.append(np.array(ends))
        if len(ends) > 1:
            parts.append(np.linspace(ends[0], ends[1], count))
    points = np.unique(np.concatenate(parts))
    points = np.unique(np.round(points)) if reads.whole else points
    points = points[(points >= reads.low) & (points <= reads.high)]
    return points[points > reads.low] if reads.low_open else points


def _fitting(points: Row, base: float | None, look: _Look) -> tuple[Row, str]:
    """The points that the file allows and what is wrong beyond them; they hang together around what stands there now.

    Raises:
        FactoryFileError: not even that is allowed.
    """
    if len(points) and not look.refusal(points):
        return points, ""
    start = int(np.argmin(np.abs(points - (base or 0.0)))) if len(points) else 0
    look(points[[start]])
    first = start - _reach(points[start::-1], look)
    last = start + _reach(points[start:], look)
    beyond = [("below", points[first], points[first - 1])] if first else []
    beyond += [("above", points[last], points[last + 1])] if last + 1 < len(points) else []
    ends = [_last_allowed(inside, outside, look) for _, inside, outside in beyond]
    said = (f"{side} that {look.refusal(np.array([outside]))}" for side, _, outside in beyond)
    return np.unique([*points[first : last + 1], *ends]), "; ".join(said)


def _reach(points: Row, look: _Look) -> int:
    """How many steps from the first point the file allows, found by halving."""
    allowed, refused = 0, len(points)
    while refused - allowed > 1:
        middle = (allowed + refused) // 2
        if look.refusal(points[[middle]]):
            refused = middle
        else:
            allowed = middle
    return allowed


def _last_allowed(inside: float, outside: float, look: _Look) -> float:
    for _ in range(HALVINGS):
        middle = 0.5 * (inside + outside)
        if look.refusal(np.array([middle])):
            outside = middle
        else:
            inside = middle
    return inside


def _near_edges(points: Row, found: Row, look: _Look, target: float) -> tuple[Row, Row]:
    """More points where the metric exists on one side only: it may pass the target just before it ends.

    Where a point is dear, only where the metric comes nearer to the target on its way to the edge.
    """
    for _ in range(EDGE_ROUNDS):
        exists = np.isfinite(found)
        edges = np.flatnonzero(exists[1:] != exists[:-1]).tolist()
        if look.planned:
            edges = [k for k in edges if _comes_nearer(found, k, target)]
        count = DEAR_EDGE_POINTS if look.planned else EDGE_POINTS
        inner = [np.linspace(points[k], points[k + 1], count + 2)[1:-1] for k in edges]
        fresh = np.concatenate(inner) if inner else np.empty(0)
        fresh = np.setdiff1d(np.round(fresh) if look.field.reads.whole else fresh, points)
        if not fresh.size:
            break
        order = np.argsort(np.concatenate([points, fresh]), kind="stable")
        points, found = np.concatenate([points, fresh])[order], np.concatenate([found, look(fresh)])[order]
    return points, found


def _comes_nearer(found: Row, edge: int, target: float) -> bool:
    """Whether the metric, on its way to the edge behind the point ``edge``, is not yet past the target and nears it."""
    last, before = (edge, edge - 1) if np.isfinite(found[edge]) else (edge + 1, edge + 2)
    if not 0 <= before < len(found) or not np.isfinite(found[before]):
        return True
    return bool((target - found[last]) * (found[last] - found[before]) > 0)
