"""What no scenario moves is calculated once: the lines of a batch in two parts, before and behind what varies.

A line moves where it reads, through any number of lines, a given that differs between scenarios. The others are the
same in all of them: they run once in plain Python, and what the moving lines read of them is handed on as if given.
Lines that nothing wanted needs are in neither part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from computefactory.ledger.check import LineSet, used
from computefactory.ledger.line import Given, Line
from computefactory.ledger.memory import Inputs, Memory, Result
from computefactory.ledger.plan import make_plan
from computefactory.ledger.python import Case, Program, load, write

__all__ = ["Part", "Parts", "border", "moved", "split"]


class Part:
    """Lines of a sheet as a program that leaves those of ``keep`` in memory."""

    def __init__(self, lines: Mapping[str, Line], givens: Mapping[str, Given], keep: Iterable[str]) -> None:
        sheet = LineSet(lines, givens)
        self.keep = tuple(name for name in keep if name in lines)
        self.plan = make_plan(sheet)
        self.program: Program = write(sheet, self.plan, self.keep)

    @cached_property
    def case(self) -> Case:
        """The program as plain Python."""
        return load(self.program)

    def memory(self, inputs: Inputs) -> Memory:
        """Where everything stands for these inputs."""
        return Memory(self.program, inputs)

    def plain(self, memory: Memory, out: NDArray[np.float64]) -> None:
        """Fill ``out`` (scenario, cell of what is kept) case by case in plain Python."""
        cells = memory.shared().tolist()
        into = [memory.place[name] for name in memory.varied_names]
        for scenario in range(len(out)):
            varied = memory.varied(scenario, scenario + 1)[0].tolist()
            at = 0
            for start, length in into:
                cells[start : start + length] = varied[at : at + length]
                at += length
            unsolved = self.case(memory.offsets, cells)
            at = 0
            for name in self.keep:
                start, length = memory.place[name]
                out[scenario, at : at + length] = np.nan if unsolved else cells[start : start + length]
                at += length


@dataclass(frozen=True, slots=True)
class Parts:
    """``fixed`` runs once and keeps what ``moving`` reads of it and what is wanted of it."""

    fixed: Part
    moving: Part

    def once(self, inputs: Inputs) -> tuple[dict[str, Result], bool]:
        """The kept fixed lines, and whether every ``solve`` among them has come to rest."""
        memory = self.fixed.memory(inputs)
        cells = memory.shared().tolist()
        unsolved = self.fixed.case(memory.offsets, cells)
        return memory.unpack(np.array(cells), self.fixed.keep), not unsolved

    def moved(self, inputs: Inputs, once: Mapping[str, Result]) -> Memory:
        """Where everything of the moving lines stands, what they read of the fixed ones filled in."""
        handed = {name: np.asarray(value, dtype=np.float64) for name, value in once.items()}
        values = {**inputs.values, **handed}
        return self.moving.memory(Inputs(values, inputs.varied, inputs.periods, inputs.items, inputs.ages))


def split(sheet: LineSet, varied: Collection[str], keep: Collection[str]) -> Parts:
    """The lines that ``keep`` needs: those that no given of ``varied`` reaches, and the others."""
    needs = {name: used(line.expression) for name, line in sheet.lines.items()}
    wanted = _reach(keep, needs)
    reached = moved(sheet, varied)
    moving = {name: line for name, line in sheet.lines.items() if name in wanted and name in reached}
    fixed = {name: line for name, line in sheet.lines.items() if name in wanted and name not in reached}
    read = {need for name in moving for need in needs[name]}
    handed = [name for name in fixed if name in read or name in keep]
    borders = {name: border(fixed[name]) for name in handed}
    return Parts(Part(fixed, sheet.givens, handed), Part(moving, {**sheet.givens, **borders}, keep))


def moved(sheet: LineSet, varied: Collection[str]) -> set[str]:
    """``varied`` and every line that reads one of them, through any number of lines."""
    readers: dict[str, list[str]] = {}
    for name, line in sheet.lines.items():
        for need in used(line.expression):
            readers.setdefault(need, []).append(name)
    return _reach(varied, readers)


def _reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that can be reached."""
    queue = list(start)
    seen = set(queue)
    for name in queue:
        for other in edges.get(name, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return seen


def border(line: Line) -> Given:
    """A finished line, handed on as if given."""
    return Given(line.name, line.unit, line.name, line.label, line.per, series=line.timed)
