"""Values into the flat memory and results out of it: shapes are checked here and nowhere else.

Shapes, always in the order scenario, item, month: a number, (month,), (item,), (item, month); tables (ages,) or
(item, ages). An axis may have no items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import LedgerError
from computefactory.ledger.check import LineSet
from computefactory.ledger.line import Given
from computefactory.ledger.python import Program

__all__ = ["Inputs", "Memory", "Result", "filled", "read_inputs"]

Array = NDArray[np.float64]
Result = float | Array


@dataclass(frozen=True, slots=True)
class Inputs:
    """Checked givens by name (those in ``varied`` lead with the scenario axis), and how long each axis is."""

    values: Mapping[str, Array]
    varied: frozenset[str]
    periods: int
    items: Mapping[str, int]
    ages: Mapping[str, int]

    def constants(self) -> dict[str, float]:
        """Givens that are 0 everywhere, or 1 everywhere."""
        found: dict[str, float] = {}
        for name, array in self.values.items():
            if array.size and (first := float(array.flat[0])) in (0.0, 1.0) and (array == first).all():
                found[name] = first
        return found


def read_inputs(sheet: LineSet, values: Mapping[str, ArrayLike], scenarios: int | None = None) -> Inputs:
    """Check names and shapes; ``scenarios`` allows a leading axis of that length on any given.

    Raises:
        LedgerError: missing, unknown or misshapen givens, named.
    """
    missing = [name for name, given in sheet.givens.items() if name not in values and not given.of]
    extra = [name for name in values if name not in sheet.givens]
    if missing or extra:
        parts = [f"{word}: {', '.join(names)}" for word, names in (("missing", missing), ("unknown", extra)) if names]
        raise LedgerError(f"givens do not match the ledger; {'; '.join(parts)}")
    values = filled(sheet.givens, values)
    arrays: dict[str, Array] = {}
    varied: set[str] = set()
    lengths: dict[str, tuple[int, str]] = {}
    for name, given in sheet.givens.items():
        array = _array(name, values[name])
        axes = _axes(given)
        if scenarios is not None and array.ndim == len(axes) + 1:
            varied.add(name)
            axes = ["scenario", *axes]
        if array.ndim != len(axes):
            raise LedgerError(f"given {name} has shape {array.shape}; expected {_spell(axes)}")
        empty = given.per is not None and array.shape[axes.index(given.per)] == 0
        for axis, length in zip(axes, array.shape, strict=True):
            if axis == "scenario" and length != scenarios:
                raise LedgerError(f"given {name} has {length} scenarios; expected {scenarios}")
            if empty and axis != given.per:
                continue  # nothing to hold: the other axes say nothing
            known, where = lengths.setdefault(axis, (length, name))
            if known != length:
                raise LedgerError(f"given {name} has {length} along {axis}; {where} has {known}")
        arrays[name] = array
    return Inputs(
        arrays,
        frozenset(varied),
        lengths.get("month", (0, ""))[0],
        {axis: lengths[axis][0] for axis in sheet.axes},
        {name: lengths.get(f"ages of {name}", (0, ""))[0] for name, given in sheet.givens.items() if given.table},
    )


def filled(givens: Mapping[str, Given], values: Mapping[str, ArrayLike]) -> dict[str, ArrayLike]:
    """The values with those of givens that belong to the items of another axis, whatever stands there.

    Raises:
        LedgerError: an item belongs to one that there is not.
    """
    result = dict(values)
    for name, given in givens.items():
        if given.of:
            known, places = _array(given.of, values[given.of]), _array(given.by, values[given.by])
            axis = -2 if given.series or given.table else -1
            if places.size and not (places.min() >= 0 and places.max() < known.shape[axis]):
                raise LedgerError(f"given {given.by} places items among {known.shape[axis]} of {given.of}: {places}")
            result[name] = known.take(places.astype(int), axis=axis)
    return result


def _array(name: str, value: ArrayLike) -> Array:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LedgerError(f"given {name} is not made of numbers of one shape: {error}") from None


def _axes(given: Given) -> list[str]:
    axes = [given.per] if given.per else []
    return [*axes, "month"] if given.series else [*axes, f"ages of {given.name}"] if given.table else axes


def _spell(axes: list[str]) -> str:
    words = ["ages" if axis.startswith("ages of ") else axis for axis in axes]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})" if words else "a number"


class Memory:
    """Where everything of a program stands for inputs of given sizes."""

    def __init__(self, program: Program, inputs: Inputs) -> None:
        self.inputs = inputs
        self.offsets, lengths = program.sizes(inputs.periods, inputs.items, inputs.ages)
        self.size = sum(lengths)
        first = len(self.offsets) - len(lengths)
        self.place = {
            slot.key: (offset, length)
            for slot, offset, length in zip(program.slots, self.offsets[first:], lengths, strict=True)
        }
        self.shapes = {
            slot.key: (
                *([inputs.items[slot.per]] if slot.per else []),
                *([inputs.periods] if slot.timed else []),
            )
            for slot in program.slots
        }

    def shared(self) -> Array:
        """The memory with the givens that all scenarios share; zero elsewhere."""
        memory = np.zeros(self.size)
        for name, array in self.inputs.values.items():
            if name not in self.inputs.varied:
                start, length = self.place[name]
                memory[start : start + length] = array.reshape(-1)
        return memory

    def varied(self, first: int, last: int) -> Array:
        """Shape (scenario, cell): the givens of scenarios ``first`` to ``last`` that are not shared, side by side."""
        names = self.varied_names
        parts = [self.inputs.values[name][first:last].reshape(last - first, self.place[name][1]) for name in names]
        return np.concatenate(parts, axis=1) if parts else np.empty((last - first, 0))

    @property
    def varied_names(self) -> tuple[str, ...]:
        """The givens with a scenario axis, in order of declaration."""
        return tuple(name for name in self.inputs.values if name in self.inputs.varied)

    def unpack(self, memory: Array, names: Iterable[str]) -> dict[str, Result]:
        """The named lines of one case."""
        results: dict[str, Result] = {}
        for name in names:
            start, length = self.place[name]
            shape = self.shapes[name]
            results[name] = memory[start : start + length].reshape(shape) if shape else float(memory[start])
        return results
