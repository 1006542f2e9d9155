"""Many cases at once in numpy: arrays have the axes (scenario, item, month), of size one where a value has none.

A line that does not feed itself is calculated for the whole life in one expression; only lines that look back at
themselves (or forward) go month by month. No compiler is needed, so a few hundred variations of one case cost less
than compiling would.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import LedgerError
from computefactory.ledger import roots
from computefactory.ledger.check import ONE_NUMBER, Sheet
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
from computefactory.ledger.memory import Inputs
from computefactory.ledger.plan import Plan

__all__ = ["run_many"]

Cube = NDArray[np.float64]
_LIFE = {"total": np.add, "lowest": np.minimum, "highest": np.maximum}  # over all periods
_BLOCK_CELLS = 20_000_000  # numbers that a block of scenarios may hold at once
CLOCK, YEAR_START, YEARS = "month", "year_start", "years"  # the series that verbs read


def run_many(sheet: Sheet, plan: Plan, inputs: Inputs, n: int, keep: Collection[str]) -> dict[str, Cube]:
    """The lines of ``keep`` for ``n`` scenarios, shaped (scenario, ...); none may be solved in rounds."""
    needs = {name: list(names(line.expression)) for name, line in sheet.lines.items()}
    wanted = _wanted(needs, keep)
    graph = {name: [need for need in needs[name] if need in needs] for name in needs if name in wanted}
    order = {key: place for place, key in enumerate(_in_order(plan))}
    groups = [sorted(group, key=order.__getitem__) for group in components(graph)]
    block = max(1, _BLOCK_CELLS // max(1, inputs.periods * len(graph)))
    blocks = [range(first, min(first + block, n)) for first in range(0, n, block)]
    with np.errstate(all="ignore"):
        parts = [_block(sheet, inputs, graph, groups, keep, scenarios) for scenarios in blocks]
    return {name: np.concatenate([part[name] for part in parts]) for name in keep}


def _block(
    sheet: Sheet,
    inputs: Inputs,
    graph: Mapping[str, Sequence[str]],
    groups: Sequence[Sequence[str]],
    keep: Collection[str],
    scenarios: range,
) -> dict[str, Cube]:
    reader = _Reader({name: _cube(sheet, inputs, name, scenarios) for name in sheet.givens}, inputs.periods)
    for group in groups:
        formulas = {name: sheet.lines[name].expression for name in group}
        # a line of an item has all its items, also where its formula reads nothing that differs between them
        items = {name: inputs.items[per] if (per := sheet.lines[name].per) else 1 for name in group}
        name = group[0]
        if len(group) > 1 or name in graph[name]:
            periods = inputs.periods if any(sheet.lines[name].timed for name in group) else 1
            _month_by_month(reader, formulas, items, periods)
        else:
            value = reader.read(formulas[name], None)
            shape = (value.shape[0], items[name], inputs.periods if sheet.lines[name].timed else value.shape[2])
            reader.known[name] = np.broadcast_to(value, shape)
    return {name: _flat(sheet, reader.known[name], name, len(scenarios)) for name in keep}


def _wanted(needs: Mapping[str, Sequence[str]], keep: Collection[str]) -> set[str]:
    queue, seen = list(keep), set(keep)
    for name in queue:
        for need in needs[name]:
            if need in needs and need not in seen:
                seen.add(need)
                queue.append(need)
    return seen


def _in_order(plan: Plan) -> list[str]:
    return [
        node.key
        for segment in plan.segments
        for stage in segment.stages
        for loop in (*stage.before, *stage.monthly)
        for node in loop.nodes
    ]


def _cube(sheet: Sheet, inputs: Inputs, name: str, scenarios: range) -> Cube:
    """A given as (scenario, item, month or age)."""
    given, array = sheet.givens[name], inputs.values[name]
    array = array[scenarios.start : scenarios.stop] if name in inputs.varied else array[None]
    if given.per is None:
        array = array[:, None]
    return array if given.series or given.table else array[..., None]


def _flat(sheet: Sheet, cube: Cube, name: str, n: int) -> Cube:
    """A cube without the axes that the line does not have."""
    line = sheet.lines[name]
    cube = np.broadcast_to(cube, (n, *cube.shape[1:]))
    if line.per is None:
        cube = cube[:, 0]
    return np.array(cube if line.timed else cube[..., 0])


def _month_by_month(reader: _Reader, symbols: Mapping[str, Expression], items: Mapping[str, int], periods: int) -> None:
    """Lines that feed each other over the months: forward, or backward where one looks at the month after.

    An item that needs those ahead of it is right once they are: then each month takes a turn an item.
    """
    verbs = {
        leaf.verb
        for symbol in symbols.values()
        for leaf in leaves(symbol)
        if isinstance(leaf, Verb) and leaf.line in symbols
    }
    scenarios = reader.scenarios_of(symbols)
    for name in symbols:
        reader.known[name] = np.zeros((scenarios[name], items[name], periods))
    turns = max(items.values()) if "senior" in verbs else 1
    for t in range(periods - 1, -1, -1) if "following" in verbs else range(periods):
        for _ in range(turns):
            for name, symbol in symbols.items():
                reader.known[name][:, :, t : t + 1] = reader.read(symbol, t)


class _Reader:
    """Evaluates formulas: over the whole life (``t`` is None) or in one month."""

    def __init__(self, known: dict[str, Cube], periods: int) -> None:
        self.known = known
        self.periods = periods
        self.month = known[CLOCK][0, 0] if CLOCK in known else np.arange(periods, dtype=float)
        self.step = self.month[1] - self.month[0] if periods > 1 else 1.0

    def scenarios_of(self, symbols: Mapping[str, Expression]) -> dict[str, int]:
        """Length of the scenario axis of lines that feed each other: the longest of what they read."""
        sizes = dict.fromkeys(symbols, 1)
        for _ in range(len(symbols) + 1):
            for name, symbol in symbols.items():
                sizes[name] = max([sizes[name], *self._lengths(symbol, sizes)])
        return sizes

    def _lengths(self, symbol: Expression, sizes: Mapping[str, int]) -> Iterator[int]:
        for name in names(symbol):
            yield sizes[name] if name in sizes else self.known[name].shape[0]

    def read(self, symbol: Expression, t: int | None) -> Cube:
        """The value of a formula."""
        if isinstance(symbol, Literal):
            return np.full((1, 1, 1), symbol.value)
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
        """Sum of the next (or last) ``length`` months, added up age by age so that other scenarios change no bit.

        Of a period that lies within the last months in part its share counts.
        """
        first, last = (0, self.periods) if t is None else (t, t + 1)
        shape = np.broadcast_shapes(x.shape[:2], length.shape[:2])
        result = np.zeros((*shape, last - first))
        for lag in range(1 if ahead else 0, self.periods):
            start, end = (first, min(last, self.periods - lag)) if ahead else (max(first, lag), last)
            other = slice(start + lag, end + lag) if ahead else slice(start - lag, end - lag)
            age = np.abs(self.month[start:end] - self.month[other])
            share = age <= length if ahead else np.clip((length - age) / self.step, 0.0, 1.0)
            if not share.any():
                break
            result[:, :, start - first : end - first] += np.where(share > 0, x[:, :, other] * share, 0.0)
        return result

    @staticmethod
    def _shifted(x: Cube, start: Cube, t: int | None) -> Cube:
        if t is None:
            scenarios = max(x.shape[0], start.shape[0])
            items = _wider(x.shape[1], start.shape[1])
            first = np.broadcast_to(start, (scenarios, items, 1))
            return np.concatenate([first, np.broadcast_to(x[:, :, :-1], (scenarios, items, x.shape[2] - 1))], axis=2)
        return x[:, :, t - 1 : t] if t else start

    def _sum(self, verb: str, x: Cube) -> Cube:
        if verb == "over":
            return np.asarray(x.sum(axis=1, keepdims=True))
        if verb == "senior":
            return np.asarray(np.cumsum(x, axis=1) - x)
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
            ages = (time[t:] - time[t]).astype(int)
            ages = ages[ages < table.shape[2]]
            result[:, :, t : t + len(ages)] += x[:, :, t : t + 1] * table[:, :, ages]
        return result


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
            result = np.where(parts[0] < parts[1], parts[0], parts[1])
        case Call("maximum"):
            result = np.where(parts[0] > parts[1], parts[0], parts[1])
        case Call("where"):
            result = np.where(parts[0] != 0, parts[1], parts[2])
        case Call("compound"):
            result = np.power(1.0 + parts[0], parts[1])
        case Call("floor"):
            result = np.floor(parts[0])
        case _:
            raise LedgerError(f"{symbol} cannot be read in numpy")
    return np.asarray(result, dtype=float)
