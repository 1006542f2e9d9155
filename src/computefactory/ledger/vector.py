"""Many cases at once in numpy: arrays have the axes (scenario, item, month), of size one where a value has none.

A line that does not feed itself is calculated for the whole life in one expression; only lines that look back at
themselves (or forward) go month by month. No compiler is needed, so a few hundred variations of one case cost less
than compiling would.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import LedgerError
from computefactory.ledger import roots
from computefactory.ledger.check import ONE_NUMBER, LineSet, used
from computefactory.ledger.expression import (
    Binary,
    Call,
    Compare,
    Expression,
    Literal,
    Name,
    Negative,
    Verb,
    leaves,
    names,
)
from computefactory.ledger.graph import components
from computefactory.ledger.line import Given, Item, Line
from computefactory.ledger.memory import Inputs
from computefactory.ledger.partition import Part, border
from computefactory.ledger.plan import Plan

__all__ = ["Vector"]

Cube = NDArray[np.float64]
_LIFE = {"total": np.add, "lowest": np.minimum, "highest": np.maximum}  # over all periods
_AT_ONCE = 16  # numbers of a month up to which plain Python is faster than numpy
_PAIRED = 8  # items from which numpy adds by pairs
_BLOCK_CELLS = 20_000_000  # numbers that a block of scenarios may hold at once
CLOCK, YEAR_START, YEARS = "month", "year_start", "years"  # the series that verbs read


class Vector:
    """The lines of a sheet as numpy reads them; none may be solved in rounds."""

    def __init__(self, sheet: LineSet) -> None:
        self.sheet = sheet
        self.groups = _groups(sheet, sheet.lines)

    def run(self, inputs: Inputs, n: int, keep: Collection[str]) -> dict[str, Cube]:
        """The lines of ``keep`` for ``n`` scenarios, shaped (scenario, ...)."""
        last = self._last_uses(keep)
        block = max(1, _BLOCK_CELLS // max(1, inputs.periods * len(self.sheet.lines)))
        blocks = [range(first, min(first + block, n)) for first in range(0, n, block)]
        with np.errstate(all="ignore"):
            parts = [self._block(inputs, keep, last, scenarios) for scenarios in blocks]
        if len(parts) == 1:
            return parts[0]
        return {name: np.concatenate([part[name] for part in parts]) for name in keep}

    def _last_uses(self, keep: Collection[str]) -> list[list[str]]:
        """For each group the lines that nothing reads after it."""
        last = {name: place for place, group in enumerate(self.groups) for name in group.reads}
        result: list[list[str]] = [[] for _ in self.groups]
        for place, group in enumerate(self.groups):
            for name in group.lines:
                if name not in keep:
                    result[max(last.get(name, place), place)].append(name)
        return result

    def _block(
        self, inputs: Inputs, keep: Collection[str], last: Sequence[Sequence[str]], scenarios: range
    ) -> dict[str, Cube]:
        sheet = self.sheet
        reader = _Evaluator({name: _cube(sheet, inputs, name, scenarios) for name in sheet.givens}, inputs.periods)
        for group, done in zip(self.groups, last, strict=True):
            group.read(reader, inputs)
            for name in done:
                del reader.known[name]
        return {name: _flat(sheet.lines[name], reader.known[name], len(scenarios)) for name in keep}


def _groups(sheet: LineSet, members: Collection[str], *, ranked: bool = False) -> list[_Group]:
    """Lines that need each other stand together; ``ranked`` needs of items ahead do not count."""
    graph = {
        name: [
            need
            for leaf in leaves(sheet.lines[name].expression)
            if not (ranked and isinstance(leaf, Verb) and leaf.verb == "senior")
            for need in names(leaf)
            if need in members
        ]
        for name in members
    }
    return [_Group(sheet, group, group[0] in graph[group[0]]) for group in components(graph)]


class _Group:
    """Lines that need each other, or one line."""

    def __init__(self, sheet: LineSet, group: Sequence[str], itself: bool) -> None:
        self.lines = {name: sheet.lines[name] for name in group}
        self.recursive = itself or len(group) > 1
        self.reads = dict.fromkeys(name for line in self.lines.values() for name in sorted(used(line.expression)))
        self.sheet = sheet

    @cached_property
    def part(self) -> Part:
        """The lines as a program of their own, what they read handed to them as if given."""
        sheet = self.sheet
        read = [sheet[name] for name in self.reads if name not in self.lines]
        givens = {item.name: border(item) if isinstance(item, Line) else item for item in read}
        return Part(self.lines, givens, self.lines)

    def read(self, reader: _Evaluator, inputs: Inputs) -> None:
        """Leave its lines in what the reader knows."""
        if self.recursive:
            self.together(reader, inputs)
            return
        (line,) = self.lines.values()
        value = reader.read(line.expression, None)
        # a line of an item has all its items, also where its formula reads nothing that differs between them
        items = inputs.items[line.per] if line.per else 1
        shape = (value.shape[0], items, inputs.periods if line.timed else value.shape[2])
        reader.known[line.name] = value if value.shape == shape else np.broadcast_to(value, shape)

    def by_rank(self, axis: str, reader: _Evaluator, inputs: Inputs) -> None:
        """All of it as often as there are items: each round is right for one more."""
        for name, line in self.lines.items():
            reader.known[name] = np.zeros((1, inputs.items[axis], inputs.periods if line.timed else 1))
        for _ in range(inputs.items[axis]):
            for group in self.inner:
                group.read(reader, inputs)

    @cached_property
    def inner(self) -> list[_Group]:
        """Its groups once those ahead are known."""
        return _groups(self.sheet, self.lines, ranked=True)

    def together(self, reader: _Evaluator, inputs: Inputs) -> None:
        """Case by case in plain Python, or all cases of a month at once where there are many numbers in it."""
        axis = next((segment.ranked for segment in self.part.plan.segments if segment.ranked), None)
        if axis is not None:
            self.by_rank(axis, reader, inputs)
            return
        n = max((reader.known[name].shape[0] for name in self.reads if name not in self.lines), default=1)
        items = {name: inputs.items[line.per] if line.per else 1 for name, line in self.lines.items()}
        if n * sum(items.values()) <= _AT_ONCE * len(items):
            self._case_by_case(reader, inputs, n)
            return
        symbols = {key: self.lines[key].expression for key in _in_order(self.part.plan) if key in self.lines}
        periods = inputs.periods if any(line.timed for line in self.lines.values()) else 1
        for name in symbols:
            reader.known[name] = np.zeros((n, items[name], periods))
        _month_by_month(reader, symbols, max(items.values()))

    def _case_by_case(self, reader: _Evaluator, inputs: Inputs, n: int) -> None:
        part, values, varied = self.part, {}, set()
        for name in self.reads:
            if name in self.lines:
                continue
            cube = reader.known[name]
            values[name] = _flat(self.sheet[name], cube, cube.shape[0])
            if cube.shape[0] > 1:
                varied.add(name)
            else:
                values[name] = values[name][0]
        ages = {name: inputs.ages[name] for name in values if name in inputs.ages}
        memory = part.memory(Inputs(values, frozenset(varied), inputs.periods, inputs.items, ages))
        out = np.empty((n, sum(memory.place[name][1] for name in part.keep)))
        part.plain(memory, out)
        at = 0
        for name in part.keep:
            line, width = self.lines[name], memory.place[name][1]
            items = inputs.items[line.per] if line.per else 1
            reader.known[name] = out[:, at : at + width].reshape(n, items, inputs.periods if line.timed else 1)
            at += width


def _in_order(plan: Plan) -> list[str]:
    return [
        node.key
        for segment in plan.segments
        for stage in segment.stages
        for loop in (*stage.before, *stage.monthly)
        for node in loop.nodes
    ]


def _cube(sheet: LineSet, inputs: Inputs, name: str, scenarios: range) -> Cube:
    """A given as (scenario, item, month or age)."""
    given, array = sheet.givens[name], inputs.values[name]
    array = array[scenarios.start : scenarios.stop] if name in inputs.varied else array[None]
    if given.per is None:
        array = array[:, None]
    return array if given.series or given.table else array[..., None]


def _flat(item: Item, cube: Cube, n: int) -> Cube:
    """A cube without the axes that the line or given does not have."""
    if cube.shape[0] != n:
        cube = np.broadcast_to(cube, (n, *cube.shape[1:]))
    if item.per is None:
        cube = cube[:, 0]
    long = item.timed or (isinstance(item, Given) and item.table)
    return cube if long else cube[..., 0]


def _month_by_month(reader: _Evaluator, symbols: Mapping[str, Expression], items: int) -> None:
    """Lines that feed each other over the months: forward, or backward where one looks at the month after.

    An item that needs those ahead of it is right once they are: then each month takes a turn an item.
    """
    verbs = {
        leaf.verb
        for symbol in symbols.values()
        for leaf in leaves(symbol)
        if isinstance(leaf, Verb) and leaf.line in symbols
    }
    periods = max(reader.known[name].shape[2] for name in symbols)
    turns = items if "senior" in verbs else 1
    for t in range(periods - 1, -1, -1) if "following" in verbs else range(periods):
        for _ in range(turns):
            for name, symbol in symbols.items():
                reader.known[name][:, :, t : t + 1] = reader.read(symbol, t)


class _Evaluator:
    """Evaluates formulas: over the whole life (``t`` is None) or in one month."""

    def __init__(self, known: dict[str, Cube], periods: int) -> None:
        self.known = known
        self.periods = periods
        self.month = known[CLOCK][0, 0] if CLOCK in known else np.arange(periods, dtype=float)
        self.step = self.month[1] - self.month[0] if periods > 1 else 1.0

    def read(self, symbol: Expression, t: int | None) -> Cube:
        """The value of a formula."""
        if isinstance(symbol, Literal):
            return _number(symbol.value)
        if isinstance(symbol, Name):
            return self._at(self.known[symbol.name], t)
        if isinstance(symbol, Verb):
            return self._verb(symbol, t)
        return _operate(symbol, [self.read(part, t) for part in symbol.parts])

    @staticmethod
    def _at(cube: Cube, t: int | None) -> Cube:
        return cube if t is None or cube.shape[2] == 1 else cube[:, :, t : t + 1]

    def _verb(self, symbol: Verb, t: int | None) -> Cube:
        x = self.known[symbol.line]
        if symbol.verb in ("over", "senior", *ONE_NUMBER):
            return self._sum(symbol.verb, self._at(x, t) if symbol.verb in ("over", "senior") else x)
        if x.shape[2] != self.periods:
            x = np.broadcast_to(x, (*x.shape[:2], self.periods))
        if symbol.verb == "prev":
            start = self.read(symbol.arguments[0], t) if symbol.arguments else np.zeros((1, 1, 1))
            return self._shifted(x, start, t)
        if symbol.verb == "following":
            if t is None:
                return np.concatenate([x[:, :, 1:], np.zeros((*x.shape[:2], 1))], axis=2)
            return x[:, :, t + 1 : t + 2] if t + 1 < self.periods else np.zeros((*x.shape[:2], 1))
        if symbol.verb == "spread":
            return self._at(self._vintages(symbol, x, None if t is None else t + 1), t)
        if symbol.verb == "ytd":
            return self._year_to_date(x, t)
        return self._window(x, self.read(symbol.arguments[0], None), t, ahead=symbol.verb == "ahead")

    def _year_to_date(self, x: Cube, t: int | None) -> Cube:
        starts = np.flatnonzero(self.known[YEAR_START][0, 0] > 0)
        if t is not None:
            first = max(starts[starts <= t], default=0)
            return np.cumsum(x[:, :, first : t + 1], axis=2)[:, :, -1:]
        years = np.split(x, starts[starts > 0], axis=2)
        return np.concatenate([np.cumsum(year, axis=2) for year in years], axis=2)

    def _window(self, x: Cube, length: Cube, t: int | None, *, ahead: bool) -> Cube:
        """Sum of the next (or last) ``length`` months, added from the oldest so that other scenarios change no bit.

        Of a period that lies within in part its share counts; as in the kernel it is added last.
        """
        first, last = (0, self.periods) if t is None else (t, t + 1)
        result = np.zeros((*np.broadcast_shapes(x.shape[:2], length.shape[:2]), last - first))
        part = np.zeros_like(result)
        longest = min(float(np.nan_to_num(length.max(initial=0.0), nan=np.inf)) / self.step, self.periods - 1.0)
        busy = np.flatnonzero((x != 0).any(axis=(0, 1))) if t is None and not ahead else np.arange(0)
        if t is None and not ahead and len(busy) < longest:
            for start in busy.tolist():
                share = self._share(length, self.month[start:], self.month[start])
                _add(result[:, :, start:], part[:, :, start:], x[:, :, start : start + 1], share)
            return result + part
        furthest = int(np.ceil(longest))
        for lag in range(1, furthest + 1) if ahead else range(furthest, -1, -1):
            start, end = (first, min(last, self.periods - lag)) if ahead else (max(first, lag), last)
            if start >= end:
                continue
            other = slice(start + lag, end + lag) if ahead else slice(start - lag, end - lag)
            now, then, place = self.month[start:end], self.month[other], slice(start - first, end - first)
            share = self._share_ahead(length, now, then) if ahead else self._share(length, now, then)
            _add(result[:, :, place], part[:, :, place], x[:, :, other], share)
        return result + part

    def _share(self, length: Cube, now: Cube, then: Cube | np.float64) -> Cube:
        """How much of a period of ``then`` lies within the last ``length`` months."""
        return np.asarray(np.clip((then - (now - length)) / self.step, 0.0, 1.0))

    def _share_ahead(self, length: Cube, now: Cube, then: Cube) -> Cube:
        """How much of a period of ``then`` lies within the next ``length`` months."""
        return np.asarray(np.clip((now + length - then + self.step) / self.step, 0.0, 1.0))

    @staticmethod
    def _shifted(x: Cube, start: Cube, t: int | None) -> Cube:
        if t is None:
            scenarios = max(x.shape[0], start.shape[0])
            items = _wider(x.shape[1], start.shape[1])
            first = np.broadcast_to(start, (scenarios, items, 1))
            return np.concatenate([first, np.broadcast_to(x[:, :, :-1], (scenarios, items, x.shape[2] - 1))], axis=2)
        return x[:, :, t - 1 : t] if t else start

    def _sum(self, verb: str, x: Cube) -> Cube:
        if verb == "over":  # one item after the other, as in the kernel; numpy adds many of them by pairs
            return np.asarray(x.sum(axis=1, keepdims=True) if x.shape[1] < _PAIRED else np.cumsum(x, axis=1)[:, -1:])
        if verb == "senior":
            return np.concatenate([np.zeros((len(x), 1, x.shape[2])), np.cumsum(x, axis=1)[:, :-1]], axis=1)[
                :, : x.shape[1]
            ]
        x = np.broadcast_to(x, (*x.shape[:2], self.periods))
        if verb in _LIFE:
            return np.asarray(_LIFE[verb].reduce(x, axis=2, keepdims=True))
        years = float(self.known[YEARS][0, 0, 0])
        rates = [roots.irr(row, 0, self.periods, years) for row in x.reshape(-1, self.periods).tolist()]
        return np.array(rates, dtype=float).reshape(*x.shape[:2], 1)

    def _vintages(self, symbol: Verb, x: Cube, until: int | None) -> Cube:
        schedule, clock = symbol.arguments
        assert isinstance(schedule, Name)
        assert isinstance(clock, Name)
        table = self.known[schedule.name]
        time = self.known[clock.name][0, 0]
        scenarios, items = max(x.shape[0], table.shape[0]), _wider(x.shape[1], table.shape[1])
        result = np.zeros((scenarios, items, self.periods))
        for t in np.flatnonzero((x[:, :, :until] != 0).any(axis=(0, 1))):
            ages = (time[t:] - time[t] + 0.5).astype(int)
            ages = ages[ages < table.shape[2]]
            result[:, :, t : t + len(ages)] += x[:, :, t : t + 1] * table[:, :, ages]
        return result


def _add(whole: Cube, part: Cube, x: Cube, share: Cube) -> None:
    """Add to ``whole`` where all of ``x`` counts, to ``part`` where some does."""
    whole += np.where(share >= 1.0, x, 0.0)
    some = (share > 0.0) & (share < 1.0)
    if some.any():
        part += np.where(some, x * share, 0.0)


@cache
def _number(value: float) -> Cube:
    return np.full((1, 1, 1), value)


def _wider(a: int, b: int) -> int:
    """Item sizes broadcast: an empty axis wins over size one."""
    return b if a == 1 else a


_OPERATIONS = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _operate(symbol: Expression, parts: Sequence[Cube]) -> Cube:
    match symbol:
        case Negative():
            result = -parts[0]
        case Binary(operator) | Compare(operator):
            result = _OPERATIONS[operator](*parts)
        case Call("minimum"):
            result = np.minimum(parts[0], parts[1])
        case Call("maximum"):
            result = np.maximum(parts[0], parts[1])
        case Call("where"):
            result = np.where(parts[0] != 0, parts[1], parts[2])
        case Call("compound"):
            result = np.power(1.0 + parts[0], parts[1])
        case Call("floor"):
            result = np.floor(parts[0])
        case _:
            raise LedgerError(f"{symbol} cannot be read in numpy")
    return np.asarray(result, dtype=float)
