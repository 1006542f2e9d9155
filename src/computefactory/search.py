"""The input that gives a wanted result: any number of the file, any metric, any return case.

The whole range is looked at before anything is believed: a batch over the scenario axis shows where the metric passes
the target, further batches close in. A passage counts only where the metric comes to the target: it may jump over it,
or cease to exist. No solution, or more than one, is said with what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import model, scenarios
from computefactory.crossing import Metric, Passage, closed_in, passages
from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.finance.cases import CASES
from computefactory.metrics import METRICS, RETURNS, VALUES, Definition, definition_of
from computefactory.renamed import now_called
from computefactory.schema import Factory, Field, field_of
from computefactory.search_range import first_points, fitting, near_edges
from computefactory.units import parse_unit, shown

__all__ = ["Solution", "solve"]

CLOSE = 1e-6  # of the target, or of a thousandth of all that the metric runs through: it is reached
SAME = 1e-9  # relative distance of two solutions that are one
LISTED = 6  # solutions named where there are several
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
    source: str | Path | Factory,
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
    factory = source if isinstance(source, Factory) else model.load(source, library=library)
    definition = _definition(metric, case, target)
    field = field_of(factory.document.model, factory.origins, path)
    if within is not None and not (isfinite(within[0]) and isfinite(within[1]) and within[0] < within[1]):
        raise FactoryFileError([Problem("bad_value", "--within", f"{within}", "a low and a high, in this order")])
    look = _looking(factory, field, definition, case, library, resize=resize)
    points, found, beyond = fitting(first_points(field, within), field.base, look)
    span = _Span(field, metric, target, *near_edges(points, found, look, whole=field.reads.whole), beyond)
    closed = [
        closed_in(passage, target, look, whole=field.reads.whole)
        for passage in passages(span.points, span.found, target)
    ]
    answers = _distinct([side for passage in closed if span.is_reached((side := passage.nearer(target))[1])])
    if len(answers) != 1:
        raise NoSolution(span.why(answers, closed))
    value, reached = answers[0]
    _carried(factory, field, value, library, span)
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


def _looking(
    factory: Factory,
    field: Field,
    definition: Definition,
    case: str,
    library: tuple[Path | str, ...],
    *,
    resize: bool,
) -> Metric:
    """The metric over values of the field; nan where it does not exist."""

    def together(points: Row) -> Row:
        asked = scenarios.Scenarios(
            factory, {field.path: points}, [definition.name], case, resize, library=library, limits=False
        )
        return asked.run()[definition.name]

    def alone(points: Row) -> Row:
        found = []
        for value in points:
            done = model.run(factory.document, overrides={field.path: float(value)}, library=library, resize=resize)
            number = done.metric(definition.name, case).value
            found.append(np.nan if number is None else number)
        return np.array(found)

    return alone if field.reads.fixed else together


@dataclass(frozen=True, slots=True)
class _Span:
    """What was looked at."""

    field: Field
    metric: str
    target: float
    points: Row
    found: Row
    beyond: str  # what the file does not allow outside

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
        said = f"{self.metric}{missing} {runs} {self} and never is {_number(self.target)}"
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


def _carried(factory: Factory, field: Field, value: float, library: tuple[Path | str, ...], span: _Span) -> None:
    """Refuse a solution that the plant cannot power, cool or carry."""
    changed = model.load(factory.document, overrides={field.path: value}, library=library)
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
