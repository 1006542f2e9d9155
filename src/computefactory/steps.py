"""Running plain functions by name: a function's name is its result, its parameters are what it needs.

The physics and the dates of a factory are *steps*: ordinary functions in an ordered tuple. ``run`` calls each with
the results before it, so every number can be named, explained and calculated again. Where an input differs between
scenarios the step is called once for each distinct set of inputs it really uses, never once a scenario.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Step", "Varying", "parameters", "run", "vary"]

Step = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Varying:
    """A value that differs between scenarios: the distinct values, and which one each scenario has."""

    values: tuple[Any, ...]
    index: NDArray[np.intp]  # shape (scenario,)

    def get(self, attribute: str) -> Varying:
        """The attribute of every distinct value."""
        return Varying(tuple(getattr(value, attribute) for value in self.values), self.index)

    def stack(self) -> NDArray[np.float64]:
        """Shape (scenario, ...): the values laid out."""
        return np.asarray(self.values, dtype=float)[self.index]


def parameters(step: Step) -> tuple[str, ...]:
    """The names of what a step needs."""
    return tuple(inspect.signature(step).parameters)


def run(steps: Sequence[Step], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Call ``steps`` in order; the result holds the inputs and every step's result by name."""
    known = dict(inputs)
    for step in steps:
        known[step.__name__] = _call(step, {name: known[name] for name in parameters(step)})
    return known


def _call(step: Step, arguments: Mapping[str, Any]) -> Any:
    varying = {name: value for name, value in arguments.items() if isinstance(value, Varying)}
    if not varying:
        return step(**arguments)
    rows = np.stack([value.index for value in varying.values()], axis=1)
    distinct, index = np.unique(rows, axis=0, return_inverse=True)
    results = tuple(
        step(**{**arguments, **{name: varying[name].values[i] for name, i in zip(varying, row, strict=True)}})
        for row in distinct
    )
    return _merged(results, index.reshape(-1))


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


def vary(value: Any) -> Any:
    """A record (or tuple of records) with scenario arrays in its fields, as the distinct records without."""
    columns = _columns(value)
    if not columns:
        return value
    _, first, index = np.unique(np.stack(columns, axis=1), axis=0, return_index=True, return_inverse=True)
    return Varying(tuple(_pick(value, int(i)) for i in first), index.reshape(-1))


def _columns(value: Any) -> list[NDArray[np.float64]]:
    if isinstance(value, np.ndarray):
        return [value] if value.ndim == 1 else []
    if isinstance(value, tuple):
        return [column for item in value for column in _columns(item)]
    if is_dataclass(value):
        return [column for item in fields(value) for column in _columns(getattr(value, item.name))]
    return []


def _pick(value: Any, scenario: int) -> Any:
    if isinstance(value, np.ndarray):
        return float(value[scenario])
    if isinstance(value, tuple):
        return tuple(_pick(item, scenario) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _pick(getattr(value, item.name), scenario) for item in fields(value)})
    return value
