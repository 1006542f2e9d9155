"""One case in plain Python: no compiler, every line kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.errors import LedgerError
from computefactory.ledger.roots import irr
from computefactory.ledger.source import Layout

if TYPE_CHECKING:
    from computefactory.ledger.ledger import Ledger
    from computefactory.ledger.line import Given

__all__ = ["dimensions", "run"]

_PROGRAMS: dict[int, tuple[Callable[..., int], Layout]] = {}


def divide(above: float, below: float) -> float:
    """Division by zero as arrays do it: nan or infinity, never an exception."""
    if above == 0.0 or above != above or below != below:
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1.0, below)


def power(base: float, exponent: float) -> float:
    """A power that is nan below zero and infinite where it is too large."""
    if base < 0.0:
        return math.nan
    if base == 0.0:
        return 1.0 if exponent == 0.0 else 0.0 if exponent > 0.0 else math.inf
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


NAMES = {"divide": divide, "power": power, "floor": math.floor, "irr": irr}


def dimensions(ledger: Ledger, values: Mapping[str, Any], n: int | None = None) -> tuple[int, dict[str, int]]:
    """Number of periods and of items on each axis, checked over all givens; ``n`` allows a leading scenario axis.

    Raises:
        LedgerError: a given that is missing, unknown or of the wrong shape.
    """
    missing = ledger.givens.keys() - values.keys()
    if missing:
        raise LedgerError(f"no value is given for {', '.join(sorted(missing))}")
    unknown = values.keys() - ledger.givens.keys()
    if unknown:
        raise LedgerError(f"values are given for unknown names: {', '.join(sorted(unknown))}")
    periods: dict[int, str] = {}
    items: dict[str, dict[int, str]] = {}
    for name, given in ledger.givens.items():
        shape = np.shape(values[name])
        rank = (given.per is not None) + (given.series or given.table)
        if n is not None and len(shape) == rank + 1 and shape[0] == n:
            shape = shape[1:]
        if len(shape) != rank:
            raise LedgerError(f"{name} has shape {np.shape(values[name])}; expected {_expected(given)}")
        if given.per is not None:
            items.setdefault(given.per, {}).setdefault(shape[0], name)
        if given.series and not (given.per is not None and shape[0] == 0):
            periods.setdefault(shape[-1], name)
    if len(periods) != 1:
        raise LedgerError(f"series of different lengths: {_names(periods)}")
    for axis, sizes in items.items():
        if len(sizes) != 1:
            raise LedgerError(f"{axis} items differ in number: {_names(sizes)}")
    return next(iter(periods)), {axis: next(iter(sizes)) for axis, sizes in items.items()}


def _names(found: Mapping[int, str]) -> str:
    return ", ".join(f"{name} has {size}" for size, name in found.items())


def _expected(given: Given) -> str:
    axes = ([given.per] if given.per else []) + (["month"] if given.series else ["age"] if given.table else [])
    return f"({', '.join(axes)})"


def run(ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    """Every line by name."""
    periods, items = dimensions(ledger, values)
    program, layout = _compiled(ledger)
    counts = [items.get(axis, 0) for axis in layout.axes]
    rows: list[list[float]] = []
    place: dict[str, tuple[int, int]] = {}
    entries = ledger.entries
    for name in (*layout.series, *layout.buffers):
        entry = entries.get(name)
        axis = entry.per if entry else _axis_of_buffer(name, ledger)
        size = items.get(axis, 0) if axis else 1
        place[name] = (len(rows), size)
        if name in ledger.givens:
            content = np.asarray(values[name], dtype=float).tolist()
            rows.extend(content if axis else [content])
        else:
            rows.extend([0.0] * periods for _ in range(size))
    scalars: list[float] = []
    where: dict[str, int] = {}
    for name in layout.scalars:
        axis = entries[name].per
        where[name] = len(scalars)
        if name in ledger.givens:
            content = np.asarray(values[name], dtype=float)
            scalars.extend(content.tolist() if axis else [float(content)])
        else:
            scalars.extend([0.0] * (items.get(axis, 0) if axis else 1))
    tables = [np.asarray(values[name], dtype=float).tolist() for name in layout.tables]
    program(periods, counts, rows, scalars, *tables)
    results: dict[str, Any] = {}
    for name, line in ledger.lines.items():
        if line.timed:
            first, size = place[name]
            block = np.array(rows[first : first + size], dtype=float).reshape(size, periods)
            results[name] = block if line.per else block[0]
        else:
            first = where[name]
            size = items.get(line.per, 0) if line.per else 1
            results[name] = np.array(scalars[first : first + size]) if line.per else scalars[first]
    return results


def _axis_of_buffer(name: str, ledger: Ledger) -> str | None:
    owner = next(item for item in sorted(ledger.entries, key=len, reverse=True) if name.startswith(f"spread_{item}_"))
    return ledger.entries[owner].per


def _compiled(ledger: Ledger) -> tuple[Callable[..., int], Layout]:
    key = id(ledger)
    if key not in _PROGRAMS:
        written = ledger.program(list(ledger.lines), matrix=False)
        space: dict[str, Any] = dict(NAMES)
        exec(compile(written.text, f"<ledger {ledger.hash}>", "exec"), space)
        _PROGRAMS[key] = (space["program"], written.layout)
    return _PROGRAMS[key]
