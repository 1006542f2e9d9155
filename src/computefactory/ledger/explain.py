"""Where a number comes from, and one cell calculated again by the line's own function: a reading of its own.

Nothing here uses the plan or the generated source: verbs are answered from the finished results, straight from their
definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import LedgerError
from computefactory.ledger import roots
from computefactory.ledger.check import ONE_NUMBER, LineSet
from computefactory.ledger.expression import Literal, Name, Verb, leaves
from computefactory.ledger.line import Given, Item, Line
from computefactory.ledger.memory import Result
from computefactory.ledger.number import Known

__all__ = ["Explained", "Reading"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One number and what it was made of.

    ``item`` and ``month`` are indices, None where the number has none; ``formula`` is the formula of a line, the verb
    where a sum or rate of ``name`` is meant, empty for a given; ``source`` is a given's dotted path.
    """

    name: str
    item: int | None
    month: int | None
    label: str
    formula: str
    value: float
    unit: str
    kind: str  # line, given
    source: str
    inputs: tuple[Explained, ...] = ()


class Reading:
    """Values and results of one case, answering by name, month and item."""

    def __init__(self, sheet: LineSet, values: Mapping[str, ArrayLike], results: Mapping[str, Result]) -> None:
        self.sheet, self.values, self.results = sheet, values, results

    def node(self, name: str, month: int | None, item: int | None, depth: int) -> Explained:
        """The number of ``name`` and its inputs down to ``depth``."""
        found = self._item(name)
        month, item = month if found.timed else None, item if found.per else None
        value = self.value(name, month, item)
        inputs = tuple(self._inputs(found, month, item, depth - 1)) if isinstance(found, Line) and depth > 0 else ()
        formula = found.formula if isinstance(found, Line) else ""
        return self._node(found, month, item, formula, value, inputs)

    def _inputs(self, line: Line, month: int | None, item: int | None, depth: int) -> Iterator[Explained]:
        shown: set[str] = set()
        for leaf in leaves(line.expression):
            if str(leaf) in shown:
                continue
            shown.add(str(leaf))
            if isinstance(leaf, Name):
                yield self.node(leaf.name, month, item, depth)
                continue
            yield self._verb_node(leaf, month, item, depth)
            if leaf.verb in ("prev", "ahead", "trailing"):
                for argument in leaf.arguments:
                    if isinstance(argument, Name) and argument.name not in shown:
                        shown.add(argument.name)
                        yield self.node(argument.name, month, item, depth)

    def _verb_node(self, verb: Verb, month: int | None, item: int | None, depth: int) -> Explained:
        found = self._item(verb.line)
        at = {"prev": -1, "following": 1}.get(verb.verb)
        if at is not None and month is not None and 0 <= month + at < self._periods(verb.line):
            return self.node(verb.line, month + at, item, depth)
        arguments = self._arguments(verb, month, item)
        value = self.answer(verb.line, verb.verb, arguments, month, item)
        inputs: tuple[Explained, ...] = ()
        if verb.verb in ("over", "senior"):
            last = len(self.array(verb.line)) if verb.verb == "over" else item
            assert last is not None
            inputs = tuple(self.node(verb.line, month, other, depth) for other in range(last))
        month = None if verb.verb in ONE_NUMBER or not found.timed else month
        item = None if verb.verb == "over" or not found.per else item
        return self._node(found, month, item, str(verb), value, inputs)

    def _node(
        self,
        item: Item,
        month: int | None,
        index: int | None,
        formula: str,
        value: float,
        inputs: tuple[Explained, ...],
    ) -> Explained:
        kind, source = ("given", item.source) if isinstance(item, Given) else ("line", "")
        return Explained(item.name, index, month, item.label, formula, value, str(item.unit), kind, source, inputs)

    def _item(self, name: str) -> Item:
        if name not in self.sheet.lines and name not in self.sheet.givens:
            raise LedgerError(f"there is no line or given {name!r}")
        return self.sheet[name]

    def array(self, name: str) -> NDArray[np.float64]:
        """All numbers of a line or given."""
        source = self.results if name in self.sheet.lines else self.values
        return np.asarray(source[name], dtype=np.float64)

    def value(self, name: str, month: int | None, item: int | None) -> float:
        """One number; month and item only where the line or given has them.

        Raises:
            LedgerError: a month or an item is needed, or lies outside.
        """
        found = self._item(name)
        array = self.array(name)
        for axis, wanted, index in (("item", found.per is not None, item), ("month", found.timed, month)):
            if not wanted:
                continue
            if index is None:
                raise LedgerError(f"{name} has one number per {found.per if axis == 'item' else axis}: say which")
            if not 0 <= index < len(array):
                raise LedgerError(f"{name} has no {axis} {index}: there are {len(array)}")
            array = array[index]
        return float(array)

    def series(self, name: str, item: int | None) -> NDArray[np.float64]:
        """(month,), or a table's (ages,), of one item."""
        array = self.array(name)
        return array[item] if self._item(name).per is not None and item is not None else array

    def _periods(self, name: str) -> int:
        return int(self.array(name).shape[-1])

    def evaluate(self, name: str, month: int | None, item: int | None) -> float:
        """One cell of a line by its own function."""
        line = self._item(name)
        if not isinstance(line, Line) or line.function is None:
            raise LedgerError(f"{name} is given, not calculated")
        return float(line.function(**{need: self.known(need, month, item) for need in line.inputs}))

    def known(self, name: str, month: int | None, item: int | None) -> Known:
        """A number that knows its name; nan for a line that is only reached through a verb."""
        found = self._item(name)
        plain = not (isinstance(found, Given) and found.table)
        reached = (month is not None or not found.timed) and (item is not None or found.per is None)
        value = self.value(name, month, item) if plain and reached else float("nan")
        return Known(value, Name(name), partial(self.answer, month=month, item=item))

    def _arguments(self, verb: Verb, month: int | None, item: int | None) -> tuple[float, ...]:
        return tuple(
            part.value if isinstance(part, Literal) else self.known(str(part), month, item) for part in verb.arguments
        )

    def answer(
        self, x: str, verb: str, arguments: tuple[float, ...], month: int | None = None, item: int | None = None
    ) -> float:
        """What a verb says about the line ``x`` at this month and item, from its definition.

        nan where it needs a month or an item and there is none: then it is part of what another verb works on.
        """
        read = self._item(x)
        if item is None and read.per is not None and verb != "over":
            return nan
        if month is None and read.timed and verb not in ONE_NUMBER:
            return nan
        match verb:
            case "over":
                return float(sum(self.value(x, month, other) for other in range(len(self.array(x)))))
            case "senior":
                assert item is not None
                return float(sum(self.value(x, month, other) for other in range(item)))
            case "solve":
                return float(self.array(x)) - float(self.array(f"{x}_gap"))
            case "total":
                return float(self.series(x, item).sum())
            case "lowest":
                return float(self.series(x, item).min())
            case "highest":
                return float(self.series(x, item).max())
            case "irr":
                flows = self.series(x, item).tolist()
                return roots.irr(flows, 0, len(flows), float(self.array("years")[0]))
        assert month is not None
        flows = self.series(x, item)
        if verb == "prev":
            return float(flows[month - 1]) if month > 0 else float(arguments[0]) if arguments else 0.0
        if verb == "following":
            return float(flows[month + 1]) if month + 1 < len(flows) else 0.0
        if verb == "ytd":
            starts = np.flatnonzero(self.array("year_start")[: month + 1])
            return float(flows[starts[-1] if len(starts) else 0 : month + 1].sum())
        if verb in ("ahead", "trailing"):
            clock, length = self.array("month"), float(arguments[0])
            since = clock - clock[month]
            step = clock[1] - clock[0] if len(clock) > 1 else 1.0
            later = verb == "ahead"
            within = (length - since) / step + 1 if later else (length + since) / step
            share = np.where((since > 0) == later, np.clip(within, 0.0, 1.0), 0.0)
            return float((flows * share)[share > 0].sum())
        schedule, ages = arguments
        assert isinstance(schedule, Known)
        assert isinstance(ages, Known)
        return self._spread(flows, self.series(str(schedule.symbol), item), self.array(str(ages.symbol)), month)

    @staticmethod
    def _spread(
        flows: NDArray[np.float64], schedule: NDArray[np.float64], clock: NDArray[np.float64], month: int
    ) -> float:
        ages = np.rint(clock[month] - clock[: month + 1]).astype(int)
        inside = ages < len(schedule)
        vintages = flows[: month + 1][inside]
        return float((vintages * schedule[ages[inside]])[vintages != 0].sum())
