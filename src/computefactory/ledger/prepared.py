"""A set of inputs made ready: what is left to calculate of it, and the readings of that, made when they are used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.ledger.check import LineSet
from computefactory.ledger.fold import fold
from computefactory.ledger.memory import Inputs, Result
from computefactory.ledger.partition import Parts, border, moved, split
from computefactory.ledger.vector import Vector

__all__ = ["Known", "Prepared"]

Known = Mapping[str, ArrayLike]


class Prepared:
    """The lines of ``sheet`` that ``wanted`` needs, folded; finished lines that no given of ``varied`` reaches given.

    ``served`` counts the cases that were run without a kernel of its own.
    """

    def __init__(
        self,
        sheet: LineSet,
        wanted: tuple[str, ...],
        constants: Mapping[str, float],
        empty: Collection[str],
        finished: Collection[str],
        varied: Collection[str],
    ) -> None:
        reached = moved(sheet, varied) if finished else set()
        self.finished = [name for name in sheet.lines if name in finished and name not in reached]
        self.general = sheet
        if self.finished:
            borders = {name: border(sheet.lines[name]) for name in self.finished}
            lines = {name: line for name, line in sheet.lines.items() if name not in borders}
            sheet = LineSet(lines, {**sheet.givens, **borders})
        self.wanted = wanted
        self.folded = fold(sheet, constants, empty, [name for name in wanted if name in sheet.lines])
        self.sheet = self.folded.sheet
        self.kept = tuple(dict.fromkeys(name for name in map(self._source, wanted) if name in self.sheet.lines))
        self.served = 0
        self._parts: dict[frozenset[str], Parts] = {}

    @cached_property
    def vector(self) -> Vector:
        """The lines as numpy reads them."""
        return Vector(self.sheet)

    def parts(self, inputs: Inputs) -> Parts:
        """The lines before and behind what varies in these inputs."""
        if inputs.varied not in self._parts:
            self._parts[inputs.varied] = split(self.sheet, inputs.varied, self.kept)
        return self._parts[inputs.varied]

    def handed(self, inputs: Inputs, known: Known) -> Inputs:
        """What of the inputs is read, the finished lines among them."""
        finished = set(self.finished)
        values = {
            name: np.asarray(known[name], dtype=np.float64) if name in finished else inputs.values[name]
            for name in self.sheet.givens
        }
        return replace(inputs, values=values, varied=inputs.varied.intersection(values))

    def results(
        self, inputs: Inputs, known: Known, found: Mapping[str, NDArray[np.float64]], n: int | None
    ) -> dict[str, Result]:
        """Every line that is wanted, of ``n`` cases, or of the one case where ``n`` is None."""
        results: dict[str, Result] = {}
        for name in self.wanted:
            source = self._source(name)
            if source in found:
                value = found[source] if n is not None else found[source][0]
            elif name in self.folded.constants:
                value = np.broadcast_to(self.folded.constants[name], self._shape(name, inputs, n))
            else:
                value = np.asarray(inputs.values[source] if source in inputs.values else known[source], float)
                if n is not None and source not in inputs.varied:
                    value = np.broadcast_to(value, (n, *value.shape))
            results[name] = value if value.ndim else float(value)
        return results

    def _source(self, name: str) -> str:
        return self.folded.aliases.get(name, name)

    def _shape(self, name: str, inputs: Inputs, n: int | None) -> tuple[int, ...]:
        line = self.general.lines[name]
        return (
            *([] if n is None else [n]),
            *([inputs.items[line.per]] if line.per else []),
            *([inputs.periods] if line.timed else []),
        )
