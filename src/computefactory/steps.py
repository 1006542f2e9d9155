"""Running plain functions by name: a function's name is its result, its parameters are what it needs.

The physics and the dates of a factory are *steps*: ordinary functions in an ordered tuple. ``run`` calls each with
the results before it, so every number can be named, explained and calculated again. Where inputs differ between
scenarios a step is called once for each distinct set of what it really reads, never once a scenario.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Step", "Varying", "parameters", "run"]

Step = Callable[..., Any]
Column = NDArray[Any]  # one value a scenario
_SINGLE = {float, int, str}


@dataclass(frozen=True, slots=True)
class Varying:
    """A result that differs between scenarios: the distinct values, and which one each scenario has."""

    values: tuple[Any, ...]
    index: NDArray[np.intp]  # shape (scenario,)

    def get(self, attribute: str) -> Varying:
        """The attribute of every distinct value."""
        return Varying(tuple(getattr(value, attribute) for value in self.values), self.index)

    def stack(self) -> NDArray[np.float64]:
        """Shape (scenario, ...): the values laid out."""
        return np.asarray(self.values, dtype=float)[self.index]


class _Watched:
    """A record as it stands in one scenario; notes which of its scenario columns are read."""

    __slots__ = ("_path", "_read", "_record", "_scenario")

    def __init__(self, record: Any, path: str, scenario: int, read: dict[str, Column]) -> None:
        self._record, self._path, self._scenario, self._read = record, path, scenario, read

    def __getattr__(self, name: str) -> Any:
        return _seen(getattr(self._record, name), f"{self._path}.{name}", self._scenario, self._read)


@cache
def parameters(step: Step) -> tuple[str, ...]:
    """The names of what a step needs."""
    return tuple(inspect.signature(step).parameters)


def run(steps: Sequence[Step], inputs: Mapping[str, Any], held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Call ``steps`` in order; the result holds the inputs and every step's result by name.

    ``held`` are results of steps that are not called: the same in every scenario.

    Inputs are numbers and records, or tuples of them; an array of shape (scenario,) may stand for any number. A step
    reads the fields of records and does not hand the records on.
    """
    known = {**inputs, **(held or {})}
    columns = {name: _columns(value) if name in inputs else [] for name, value in known.items()}
    for step in steps:
        arguments = {name: known[name] for name in parameters(step)}
        varying = {name: value for name, value in arguments.items() if columns[name]}
        result = _call(step, arguments, varying) if varying else step(**arguments)
        known[step.__name__] = result
        columns[step.__name__] = [result.index] if isinstance(result, Varying) else []
    return known


def _call(step: Step, arguments: Mapping[str, Any], varying: Mapping[str, Any]) -> Any:
    """The results of all scenarios: those that agree in all that a call read share its result."""
    n = len(next(column for value in varying.values() for column in _columns(value)))
    results: list[Any] = []
    index = np.empty(n, dtype=np.intp)
    waiting = [np.arange(n)]
    while waiting:
        scenarios = waiting.pop()
        read: dict[str, Column] = {}
        first = int(scenarios[0])
        result = step(**{**arguments, **{name: _seen(value, name, first, read) for name, value in varying.items()}})
        same, *others = _alike(scenarios, list(read.values()))
        index[same] = len(results)
        results.append(result)
        waiting += others
    return _merged(results, index)


def _seen(value: Any, path: str, scenario: int, read: dict[str, Column]) -> Any:
    """A value in one scenario; the columns it is taken from are noted in ``read``."""
    if isinstance(value, (float, int, str)):
        return value
    if isinstance(value, Varying):
        read[path] = value.index
        return value.values[value.index[scenario]]
    if isinstance(value, np.ndarray) and value.ndim == 1:
        read[path] = value
        return float(value[scenario])
    if isinstance(value, tuple) and _columns(value):
        return tuple(_seen(item, f"{path}.{i}", scenario, read) for i, item in enumerate(value))
    return _Watched(value, path, scenario, read) if is_dataclass(value) else value


def _alike(scenarios: NDArray[np.intp], columns: Sequence[Column]) -> list[NDArray[np.intp]]:
    """Groups of scenarios in which every column holds one value; the group of the first scenario leads."""
    if len(scenarios) == 1 or not columns:
        return [scenarios]
    rows = np.stack([column[scenarios] for column in columns], axis=1)
    _, group, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    groups = np.split(scenarios[np.argsort(group, kind="stable")], np.cumsum(count)[:-1])
    return [groups.pop(int(group[0])), *groups]


def _merged(results: Sequence[Any], index: NDArray[np.intp]) -> Any:
    """Equal numbers as one value, so that a change that does not get through costs nothing further down."""
    places: dict[tuple[bool, Any], int] = {}
    place = [
        places.setdefault((True, value) if _numbers(value) else (False, id(value)), len(places)) for value in results
    ]
    kept = dict(zip(place, results, strict=True))
    return Varying(tuple(kept.values()), np.asarray(place)[index]) if len(kept) > 1 else results[0]


def _numbers(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, tuple) and all(isinstance(part, float) for part in value))


def _columns(value: Any) -> list[Column]:
    """Every array of scenarios in a value."""
    if isinstance(value, np.ndarray):
        return [value] if value.ndim == 1 else []
    if isinstance(value, Varying):
        return [value.index]
    if isinstance(value, tuple):
        if set(map(type, value)) <= _SINGLE:  # a series
            return []
        return [column for item in value if not isinstance(item, float) for column in _columns(item)]
    if is_dataclass(value):
        return [column for item in fields(value) for column in _columns(getattr(value, item.name))]
    return []
