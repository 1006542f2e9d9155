"""The values of givens, from records and steps into the ledger's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.ledger import Given
from computefactory.steps import Deferred, Varying

__all__ = ["gather"]


def gather(given: Given, space: Mapping[str, Any]) -> Any:
    """The value of a given, in the ledger's shape, with a leading scenario axis where it varies."""
    root, *path = given.source.split(".")
    value = space[root]
    for attribute in path:
        value = _attribute(value, attribute)
    if isinstance(value, Varying | Deferred):
        return value.stack()
    long = given.series or given.table
    if given.per is None:
        return _row(value) if long else value
    if not len(value):
        return np.zeros((0, 1) if long else 0)
    return _stack([_row(item) if long else np.asarray(item, dtype=float) for item in value], long=long)


def _attribute(value: Any, name: str) -> Any:
    if isinstance(value, Varying | Deferred):
        return value.get(name)
    if isinstance(value, tuple):
        return tuple(getattr(item, name) for item in value)
    if isinstance(value, dict):
        return value[name]
    return getattr(value, name)


def _row(value: Any) -> NDArray[np.float64]:
    """A series or table: (month,), or (scenario, month) where a number in it is an array of scenarios."""
    if isinstance(value, tuple) and np.ndarray in map(type, value):
        return np.stack(np.broadcast_arrays(*value), axis=-1)
    return np.asarray(value, dtype=float)


def _stack(items: list[NDArray[np.float64]], *, long: bool) -> NDArray[np.float64]:
    """Items on their own axis, after the scenarios if there are any; shorter tables are filled with zeros."""
    if long:
        longest = max(item.shape[-1] for item in items)
        if any(item.shape[-1] < longest for item in items):
            items = [np.pad(item, [(0, 0)] * (item.ndim - 1) + [(0, longest - item.shape[-1])]) for item in items]
    if any(item.shape != items[0].shape for item in items):
        items = list(np.broadcast_arrays(*items))
    return np.stack(items, axis=-2 if long else -1)
