"""The ledger: checked once, run as often as you like."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import NoSolution
from computefactory.ledger import batch, explain
from computefactory.ledger.check import select
from computefactory.ledger.line import Given, Item, Line
from computefactory.ledger.memory import Inputs, Result, filled, read_inputs
from computefactory.ledger.partition import Part
from computefactory.ledger.plan import make_plan
from computefactory.ledger.prepared import Known, Prepared

__all__ = ["Ledger"]

_REMEMBERED = 32  # sets of inputs that are kept ready


class Ledger:
    """The lines that ``choices`` keep, in the order of calculation.

    ``wanted`` keeps only what those lines need. ``givens`` and ``lines`` are in order of definition; ``plan`` is the
    order of calculation. These are the general lines, with every term; what is run is folded (:mod:`.fold`).

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
        self.rounds = any(segment.solved for segment in self.plan.segments)
        self._prepared: dict[object, Prepared] = {}

    @cached_property
    def whole(self) -> Part:
        """All lines as one program that keeps every declared line, nothing folded."""
        return Part(
            self.lines, self.givens, [name for name, line in self.lines.items() if self.rounds or line.declared]
        )

    @cached_property
    def numbers(self) -> Part:
        """All lines as one program that keeps what is one number: the general kernel of batches."""
        names = [name for name, line in self.lines.items() if line.declared and not line.timed and line.per is None]
        return Part(self.lines, self.givens, names)

    @cached_property
    def hash(self) -> str:
        """A digest of every formula, unit and shape: equal exactly where the calculation is."""
        text = "\n".join(
            [
                *(
                    f"{item.name}: {item.unit} {item.per} {item.series} {item.table} {item.of}"
                    for item in self.givens.values()
                ),
                *(f"{item.name}: {item.unit} {item.per} = {item.formula}" for item in self.lines.values()),
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def run(
        self, values: Mapping[str, ArrayLike], wanted: Collection[str] | None = None, known: Known | None = None
    ) -> dict[str, Result]:
        """Every line of one case, or those that are ``wanted``: numbers, (month,), (item,) or (item, month).

        Lines of ``known`` are finished: they are read and not calculated again.

        Raises:
            LedgerError: givens missing, unknown or misshapen.
            NoSolution: a ``solve`` does not come to rest; named.
        """
        inputs = read_inputs(self.sheet, values)
        if self.rounds:
            return self._whole_case(inputs)
        known = known or {}
        prepared = self._ready(inputs, wanted, known)
        found = prepared.vector.run(prepared.handed(inputs, known), 1, prepared.kept)
        return prepared.results(inputs, known, found, None)

    def run_whole(self, values: Mapping[str, ArrayLike]) -> dict[str, Result]:
        """Every declared line of one case in plain Python, nothing folded: what every other reading must give.

        Raises:
            LedgerError: givens missing, unknown or misshapen.
            NoSolution: a ``solve`` does not come to rest; named.
        """
        return self._whole_case(read_inputs(self.sheet, values))

    def run_many(
        self,
        values: Mapping[str, ArrayLike],
        n: int,
        keep: Iterable[str],
        threads: int | None = None,
        compiled: bool | None = None,
        known: Known | None = None,
        way: str | None = None,
    ) -> dict[str, NDArray[np.float64]]:
        """The lines of ``keep`` for ``n`` cases, the scenario axis leading; how the work is split changes no bit.

        A given with a leading axis of length ``n`` differs between cases; the others are shared, and lines that read
        only these are calculated once, those of ``known`` not at all. What is the same in all cases may stand in memory
        once: copy before writing. Where a ``solve`` does not come to rest, all
        lines that differ are nan. ``compiled``: True needs numba, False does without, None uses it where it is
        installed and the batch is worth it (:func:`computefactory.ledger.batch.way`); ``way`` is what :meth:`way` has
        said of the whole batch, where this is a part of it.

        Raises:
            LedgerError: givens or names that do not fit.
        """
        names = tuple(dict.fromkeys(keep))
        batch.check_names(names, self.lines)
        inputs = read_inputs(self.sheet, values, n)
        if self.rounds:
            compiled = way == "folded" if way else compiled
            return batch.in_parts(self._ready(inputs, names, {}).parts(inputs), inputs, n, names, threads, compiled)
        known = known or {}
        prepared = self._ready(inputs, names, known)
        kept, handed = prepared.kept, prepared.handed(inputs, known)
        match way or batch.way(lambda: self.numbers, prepared, handed, n, compiled):
            case "numpy":
                prepared.served += n
                found = prepared.vector.run(handed, n, kept)
            case "general":
                prepared.served += n
                found = batch.general(self.numbers, inputs, n, kept, threads)
            case _:
                found = batch.in_parts(prepared.parts(handed), handed, n, kept, threads, compiled=True)
        results = prepared.results(inputs, known, found, n)
        return {name: np.asarray(value) for name, value in results.items()}

    def way(
        self, values: Mapping[str, ArrayLike], n: int, keep: Iterable[str], known: Known | None = None, of: int = 0
    ) -> str:
        """How :meth:`run_many` reads such a batch: parts of it that are read so agree with it in every bit.

        ``of`` is the size of the batch where the values are those of ``n`` of it.
        """
        if self.rounds:
            return "numpy" if batch.in_numpy(of or n, None) else "folded"
        inputs, names = read_inputs(self.sheet, values, n), tuple(dict.fromkeys(keep))
        batch.check_names(names, self.lines)
        prepared = self._ready(inputs, names, known or {})
        return batch.way(lambda: self.numbers, prepared, prepared.handed(inputs, known or {}), of or n, None)

    def nothing(self, values: Mapping[str, ArrayLike]) -> set[str]:
        """Lines that are nothing for these inputs, whatever month or item: terms that they do not have."""
        constants = self._ready(read_inputs(self.sheet, values), None, {}).folded.constants
        return {name for name, value in constants.items() if not value}

    def explain(
        self,
        values: Mapping[str, ArrayLike],
        results: Mapping[str, Result],
        name: str,
        month: int | None = None,
        item: int | None = None,
        depth: int = 1,
    ) -> explain.Explained:
        """Where one number comes from: its formula and its inputs, ``depth`` levels down."""
        return explain.Reading(self.sheet, filled(self.givens, values), results).node(name, month, item, depth)

    def evaluate(
        self,
        name: str,
        month: int | None,
        item: int | None,
        values: Mapping[str, ArrayLike],
        results: Mapping[str, Result],
    ) -> float:
        """One cell again, by calling the line's own function with the numbers of ``results``."""
        return explain.Reading(self.sheet, filled(self.givens, values), results).evaluate(name, month, item)

    def _ready(self, inputs: Inputs, wanted: Collection[str] | None, finished: Collection[str]) -> Prepared:
        """What is left to calculate of these inputs, remembered."""
        names = tuple(self.lines) if wanted is None else tuple(wanted)
        constants, empty = inputs.constants(), frozenset(axis for axis, count in inputs.items.items() if not count)
        varied = inputs.varied if finished else None  # what varies decides which finished lines stay so
        key = (names, frozenset(constants.items()), empty, frozenset(finished), varied)
        found = self._prepared.get(key)
        if found is None:
            while len(self._prepared) >= _REMEMBERED:
                del self._prepared[next(iter(self._prepared))]
            found = Prepared(self.sheet, names, constants, empty, finished, inputs.varied)
            self._prepared[key] = found
        return found

    def _whole_case(self, inputs: Inputs) -> dict[str, Result]:
        memory = self.whole.memory(inputs)
        cells = memory.shared().tolist()
        unsolved = self.whole.case(memory.offsets, cells)
        results = memory.unpack(np.array(cells), self.whole.keep)
        if unsolved:
            raise NoSolution(f"no solution after many rounds: {', '.join(self._moving(results))}")
        return results

    def _moving(self, results: Mapping[str, Result]) -> list[str]:
        """The solved lines whose gap is not closed."""
        solved = [verb.line for segment in self.plan.segments for verb in segment.solved]
        gaps = {name: (float(results[f"{name}_gap"]), float(results[name])) for name in solved}
        return [name for name, (gap, value) in gaps.items() if not abs(gap) <= 1e-9 * abs(value)]
