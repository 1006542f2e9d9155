"""The ledger: checked once, run as often as you like."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import NoSolution
from computefactory.ledger import batch, explain, vector
from computefactory.ledger.check import select
from computefactory.ledger.line import Given, Item, Line
from computefactory.ledger.memory import Memory, Result, read_inputs
from computefactory.ledger.partition import Parts, split
from computefactory.ledger.plan import make_plan
from computefactory.ledger.python import Case, Program, load, write

__all__ = ["Ledger"]

_REMEMBERED = 32  # ways a batch was split: what varies in it and what is kept of it


class Ledger:
    """The lines that ``choices`` keep, in the order of calculation.

    ``wanted`` keeps only what those lines need. ``givens`` and ``lines`` are in order of definition; ``plan`` is the
    order of calculation.

    Raises:
        LedgerError: lines that do not fit together, each with the line and what to do (``CircularLine``,
            ``DimensionMismatch``).
    """

    def __init__(
        self,
        items: Iterable[Item | Callable[..., float]],
        choices: Mapping[str, str] | None = None,
        wanted: Collection[str] | None = None,
    ) -> None:
        self.sheet = select(items, choices or {}, wanted)
        self.lines: Mapping[str, Line] = self.sheet.lines
        self.givens: Mapping[str, Given] = self.sheet.givens
        self.plan = make_plan(self.sheet)
        self._parts: dict[tuple[frozenset[str], frozenset[str]], Parts] = {}

    @cached_property
    def _whole(self) -> tuple[Program, Case]:
        """All lines as one program."""
        program = write(self.sheet, self.plan, self.lines)
        return program, load(program)

    @cached_property
    def hash(self) -> str:
        """A digest of every formula, unit and shape: equal exactly where the calculation is."""
        text = "\n".join(
            [
                *(f"{item.name}: {item.unit} {item.per} {item.series} {item.table}" for item in self.givens.values()),
                *(f"{item.name}: {item.unit} {item.per} = {item.formula}" for item in self.lines.values()),
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def run(self, values: Mapping[str, ArrayLike]) -> dict[str, Result]:
        """Every line of one case, in plain Python: numbers, (month,), (item,) or (item, month).

        Raises:
            LedgerError: givens missing, unknown or misshapen.
            NoSolution: a ``solve`` does not come to rest; named.
        """
        program, case = self._whole
        memory = Memory(program, read_inputs(self.sheet, values))
        cells = memory.shared().tolist()
        unsolved = case(memory.offsets, cells)
        results = memory.unpack(np.array(cells), self.lines)
        if unsolved:
            raise NoSolution(f"no solution after many rounds: {', '.join(self._moving(results))}")
        return results

    def run_many(
        self,
        values: Mapping[str, ArrayLike],
        n: int,
        keep: Iterable[str],
        threads: int | None = None,
        compiled: bool | None = None,
    ) -> dict[str, NDArray[np.float64]]:
        """The lines of ``keep`` for ``n`` cases, the scenario axis leading; how the work is split changes no bit.

        A given with a leading axis of length ``n`` differs between cases; the others are shared, and lines that read
        only these are calculated once. Where a ``solve`` does not come to rest, all lines that differ are nan.
        ``compiled``: True needs numba, False does without, None uses it where it is installed and the batch is worth
        compiling for.

        Raises:
            LedgerError: givens or names that do not fit.
        """
        kept = tuple(dict.fromkeys(keep))
        batch.check_names(kept, self.lines)
        inputs = read_inputs(self.sheet, values, n)
        if batch.in_numpy(n, compiled) and not any(segment.solved for segment in self.plan.segments):
            return vector.run_many(self.sheet, self.plan, inputs, n, kept)
        return batch.run_many(self._split(inputs.varied, frozenset(kept)), inputs, n, kept, threads, compiled)

    def explain(
        self,
        values: Mapping[str, ArrayLike],
        results: Mapping[str, Result],
        name: str,
        month: int | None = None,
        item: int | None = None,
        depth: int = 1,
    ) -> explain.Node:
        """Where one number comes from: its formula and its inputs, ``depth`` levels down."""
        return explain.Reading(self.sheet, values, results).node(name, month, item, depth)

    def evaluate(
        self,
        name: str,
        month: int | None,
        item: int | None,
        values: Mapping[str, ArrayLike],
        results: Mapping[str, Result],
    ) -> float:
        """One cell again, by calling the line's own function with the numbers of ``results``."""
        return explain.Reading(self.sheet, values, results).evaluate(name, month, item)

    def _split(self, varied: frozenset[str], keep: frozenset[str]) -> Parts:
        if (varied, keep) not in self._parts:
            while len(self._parts) >= _REMEMBERED:
                del self._parts[next(iter(self._parts))]
            self._parts[varied, keep] = split(self.sheet, varied, [name for name in self.lines if name in keep])
        return self._parts[varied, keep]

    def _moving(self, results: Mapping[str, Result]) -> list[str]:
        """The solved lines whose gap is not closed."""
        solved = [verb.line for segment in self.plan.segments for verb in segment.solved]
        gaps = {name: (float(results[f"{name}_gap"]), float(results[name])) for name in solved}
        return [name for name, (gap, value) in gaps.items() if not abs(gap) <= 1e-9 * abs(value)]
