"""Writing the ledger as scalar Python: a function a stage, locals inside the month loop, stores where needed.

The same text runs as plain Python (``_M`` a list) and compiled (``_M`` an array, see ``compiled.py``). All numbers live
in one flat memory; an item's months lie together: (item, month).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from computefactory.ledger import kernel, number, roots
from computefactory.ledger.check import LineSet
from computefactory.ledger.expression import Name, Verb
from computefactory.ledger.plan import Plan, Segment
from computefactory.ledger.stage import Function, code

__all__ = ["ROUNDS", "Case", "Program", "Slot", "load", "write"]

ROUNDS = 100  # most rounds of a circle
_CLOSE = 1e-9  # relative change at which a solved number stands still
_BUILTINS = ("range", "abs", "int")  # names the source itself uses
Case = Callable[[Sequence[int], list[float]], int]


@dataclass(frozen=True, slots=True)
class Slot:
    """Something in memory, of shape (item of ``per``) x (period, or age of the table)."""

    key: str
    per: str | None
    timed: bool
    table: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """The source and what its ``_O`` holds: periods, items by axis, ages by table, then the offset of each slot."""

    text: str
    axes: tuple[str, ...]
    tables: tuple[str, ...]
    slots: tuple[Slot, ...]

    def sizes(self, periods: int, items: Mapping[str, int], ages: Mapping[str, int]) -> tuple[list[int], list[int]]:
        """``_O`` for these sizes, and the length of each slot."""
        lengths = [
            (items[slot.per] if slot.per else 1) * (ages[slot.key] if slot.table else periods if slot.timed else 1)
            for slot in self.slots
        ]
        header = [periods, *(items[axis] for axis in self.axes), *(ages[table] for table in self.tables)]
        return [*header, *accumulate(lengths[:-1], initial=0)], lengths


def load(program: Program) -> Case:
    """The program as plain Python: (offsets, memory) -> how many circles found no solution."""
    namespace: dict[str, object] = {f"_{name}": getattr(number, name) for name in number.__all__ if name.islower()}
    namespace.update({f"_{name}": getattr(kernel, name) for name in kernel.__all__}, _irr=roots.irr, _INF=inf)
    exec(compile(program.text, "<ledger>", "exec"), namespace)
    case = namespace["case"]
    assert callable(case)
    return case


def write(sheet: LineSet, plan: Plan, keep: Collection[str]) -> Program:
    """Source that leaves the lines of ``keep`` in memory."""
    return _ProgramWriter(sheet, plan, keep).program()


class _ProgramWriter:
    """The layout that the functions of one program share (see :class:`computefactory.ledger.stage.Layout`)."""

    def __init__(self, sheet: LineSet, plan: Plan, keep: Collection[str]) -> None:
        self.sheet, self.plan = sheet, plan
        self.axes = sheet.axes
        self.tables = tuple(given.name for given in sheet.givens.values() if given.table)
        self.slots: dict[str, Slot] = {
            given.name: Slot(given.name, given.per, given.series, given.table) for given in sheet.givens.values()
        }
        self.place = {key: place for place, key in enumerate(self.slots)}
        self.identifiers: dict[str, str] = {}
        self.taken: set[str] = set(_BUILTINS)
        for key in keep:
            self.store(key)

    def program(self) -> Program:
        functions: list[Function] = []
        calls: list[str] = []
        for segment in self.plan.segments:
            names = []
            for stage in segment.stages:
                names.append(f"stage_{len(functions)}")
                functions.append(Function(self, stage, names[-1]))
            made = [f"{name}(_O, _M)" for name in names]
            if segment.ranked:
                made = [f"for _rank in range({self.count(segment.ranked)}):", *(f"    {call}" for call in made)]
            calls += self.rounds(segment, names) if segment.solved else made
        case = "\n    ".join(["def case(_O, _M):", "_open = 0", *calls, "return _open"])
        text = "\n\n\n".join([*(function.text() for function in functions), case]) + "\n"
        return Program(text, self.axes, self.tables, tuple(self.slots.values()))

    def rounds(self, segment: Segment, names: list[str]) -> list[str]:
        """Run the stages until every solved number stands still; they then agree with what the round used."""
        starts, checks, moves = [], [], []
        for verb in segment.solved:
            self.store(str(verb))
            self.store(verb.line)
            used, live = (f"_M[{self.offset(key)}]" for key in (str(verb), verb.line))
            starts.append(f"{used} = {code(verb.arguments[0], _no_leaf) if verb.arguments else '0.0'}")
            checks += [f"    if not abs({live} - {used}) <= {_CLOSE} * abs({live}):", "        _moving = 1"]
            moves.append(f"        {used} = {live}")
        calls = [f"    {name}(_O, _M)" for name in names]
        # a number moves only when another round follows, so that its gap says what the last round left open
        loop = [f"for _round in range({ROUNDS}):", "    if _round > 0:", *moves, *calls, "    _moving = 0", *checks]
        return [*starts, *loop, "    if _moving == 0:", "        break", "_open += _moving"]

    def store(self, key: str, per: str | None = None) -> None:
        """Give ``key`` a slot: a line, a hidden node, or (with ``#``) the running state of the node of an item."""
        if key not in self.slots:
            shape = (per, False) if "#" in key else self.shape(key)
            self.slots[key] = Slot(key, *shape)
            self.place[key] = len(self.place)

    def stored(self, key: str) -> bool:
        """Whether ``key`` has a slot."""
        return key in self.slots

    def offset(self, key: str) -> str:
        """Where the slot starts, as source."""
        return f"_O[{1 + len(self.axes) + len(self.tables) + self.place[key]}]"

    def count(self, axis: str) -> str:
        """How many items, as source."""
        return f"_O[{1 + self.axes.index(axis)}]"

    def ages(self, table: str) -> str:
        """How long the table is, as source."""
        return f"_O[{1 + len(self.axes) + self.tables.index(table)}]"

    def shape(self, key: str) -> tuple[str | None, bool]:
        """(item axis, timed) of a line, given or hidden node."""
        item = self.plan.nodes[key] if key in self.plan.nodes else self.sheet.givens[key]
        return item.per, item.timed

    def local(self, key: str) -> str:
        """The identifier of a line, given or verb."""
        if key not in self.identifiers:
            name = re.sub(r"\W+", "__", key).strip("_")
            name = f"of__{name}" if name[0].isdigit() else name
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            self.identifiers[key] = name
        return self.identifiers[key]


def _no_leaf(leaf: Name | Verb) -> str:
    raise AssertionError(f"{leaf} is no constant")
