"""The input that gives a wanted result: any number of the file, any metric, any return case.

The whole range is looked at before anything is believed: a batch over the scenario axis shows where the metric crosses
the target, further batches close in on the crossing. No crossing, or more than one, is said with what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.metrics import METRICS, RETURNS, Definition
from computefactory.schema import Factory
from computefactory.units import shown

__all__ = ["Solution", "solve"]

POINTS = 33
ROUNDS = 7  # each divides the bracket by 32: about 1e-10 of the first
WIDEST = (16.0, 8.0, 4.0, 2.0, 1.5, 1.2, 1.05)  # factors either way, the widest that the file's own limits allow


@dataclass(frozen=True, slots=True)
class Solution:
    """``value`` of the field at ``path`` for which ``metric`` is ``target``."""

    path: str
    value: float
    unit: str
    base: float
    metric: str
    target: float
    case: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {"kind": "solution", "version": 1} | {name: getattr(self, name) for name in self.__slots__}


def solve(
    source: str | Path | Factory,
    path: str,
    metric: str,
    target: float,
    *,
    case: str = model.HEAD,
    library: tuple[Path | str, ...] = (),
    resize: bool = False,
) -> Solution:
    """The value of the field at ``path`` that makes ``metric`` equal ``target`` in a return case.

    The debt stays as the file sizes it, unless ``resize``.

    Raises:
        FactoryFileError: no such path, metric or case, or a solution that the plant cannot carry.
        NoSolution: the target is not reached, or reached more than once; says what was found.
    """
    factory = source if isinstance(source, Factory) else model.load(source, library=library)
    definition = _definition(metric)
    base, unit = _base(factory, path)

    def values(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return model.metric_many(factory, {path: points}, definition, case, library=library, resize=resize)

    points, found = _survey(base, values)
    crossings = np.flatnonzero(np.diff(np.sign(found - target)) != 0)
    crossings = crossings[np.isfinite(found[crossings]) & np.isfinite(found[crossings + 1])]
    if crossings.size != 1:
        raise NoSolution(_why(path, unit, metric, target, points, found, crossings))
    low, high = points[crossings[0]], points[crossings[0] + 1]
    for _ in range(ROUNDS):
        inner = np.linspace(low, high, POINTS)
        where = np.flatnonzero(np.diff(np.sign(values(inner) - target)) != 0)
        if not where.size:
            break
        low, high = inner[where[0]], inner[where[0] + 1]
    answer = float(0.5 * (low + high))
    model.load(factory.document, overrides={path: answer}, library=library)
    return Solution(path, answer, unit, base, metric, target, case)


def _definition(metric: str) -> Definition:
    definition = next((item for item in (*METRICS, *RETURNS) if item.name == metric), None)
    if definition is None or definition.source == "input":
        names = ", ".join(item.name for item in (*RETURNS, *METRICS) if item.source != "input")
        raise FactoryFileError([Problem("unknown_metric", "--target", metric, names)])
    return definition


def _base(factory: Factory, path: str) -> tuple[float, str]:
    """The number that stands at a path now, and its unit."""
    origin = factory.origins.get(f"file:{path}")
    if origin is None:
        head, _, last = path.rpartition(".")
        name = head.rpartition(".")[2]
        parts = [
            key
            for key in factory.origins
            if key.startswith("offtake.") and f".{name} " in key and key.endswith(f".{last}")
        ]
        origin = factory.origins[parts[0]] if parts else None
    if origin is None or not isinstance(origin.value, float) or origin.value == 0:
        expected = "a number that stands in the file and is not zero"
        raise FactoryFileError(
            [Problem("unknown_path", path, "no such number in the file", expected, "state it first")]
        )
    return origin.value, shown(origin.unit)


def _survey(base: float, values: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The metric over the widest range that the file's limits allow."""
    problems: FactoryFileError | None = None
    for factor in WIDEST:
        points = base * np.geomspace(1 / factor, factor, POINTS)
        try:
            return points, values(points)
        except FactoryFileError as error:
            problems = error
    assert problems is not None
    raise problems


def _why(
    path: str,
    unit: str,
    metric: str,
    target: float,
    points: NDArray[np.float64],
    found: NDArray[np.float64],
    crossings: NDArray[np.intp],
) -> str:
    span = f"between {points[0]:,.4g} and {points[-1]:,.4g} {unit} of {path}"
    if crossings.size:
        at = ", ".join(f"{points[k]:,.4g}" for k in crossings)
        return f"{metric} is {target:g} more than once {span}: near {at}"
    known = found[np.isfinite(found)]
    if not known.size:
        return f"{metric} does not exist anywhere {span}"
    return f"{metric} runs from {known.min():,.4g} to {known.max():,.4g} {span} and never is {target:g}"
