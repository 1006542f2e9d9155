"""Running plain functions by name: a function's name is its result, its parameters are what it needs.

The physics and the dates of a factory are *steps*: ordinary functions in an ordered tuple. ``run`` calls each with
the results before it, so every number can be named, explained and calculated again. Over scenarios a step is worked
out when somebody reads it, in one of three ways:

* a plain step is called once for each distinct set of what it really reads, never once a scenario;
* an *elementwise* step takes numbers and columns of scenarios alike, and is called once for all of them;
* *hourly* steps hold a year of hours. They and what is summed up from them are called together for one set of inputs
  after the other, and only the sums are kept; where there are many sets, they are tabulated (:mod:`.response`).
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import response
from computefactory.errors import FactoryFileError

__all__ = [
    "Batch",
    "Deferred",
    "Step",
    "Varying",
    "elementwise",
    "hourly",
    "number",
    "parameters",
    "part",
    "parts",
    "run",
]

Step = Callable[..., Any]
Sketch = Callable[..., Mapping[str, NDArray[np.float64]]]
Rows = slice | NDArray[np.intp] | tuple[slice, None]
Column = NDArray[Any]  # one value a scenario
Read = dict[str, Column]
_SINGLE = {float, int, str}
ROWS = 256  # scenarios that are sketched at a time: their hours stay in the processor's cache
UPRIGHT = (slice(None), None)  # of a column: shape (scenario, 1)
_KEPT = 4  # last results that an hourly step remembers: those of neighbouring sets often agree
_AXES: dict[Step, int] = {}  # of an elementwise step's result in one scenario
_HOURLY: set[Step] = set()


def elementwise(*, axes: int = 0) -> Callable[[Step], Step]:
    """A step that takes numbers and columns of scenarios alike; ``axes`` has its result in one scenario (months: 1)."""

    def mark(step: Step) -> Step:
        _AXES[step] = axes
        return step

    return mark


def number(value: Any) -> float:
    """A number as a plain one; a column of scenarios as it stands, which records call a number too."""
    found: float = value if np.ndim(value) else float(value)
    return found


def hourly(step: Step) -> Step:
    """A step whose result holds hours: over scenarios only what other steps make of it is kept."""
    _HOURLY.add(step)
    return step


@dataclass(frozen=True, slots=True)
class Varying:
    """A result that differs between scenarios: the distinct values, and which one each scenario has."""

    values: Sequence[Any] | NDArray[np.float64]
    index: NDArray[np.intp]  # shape (scenario,)

    def get(self, attribute: str) -> Varying:
        """The attribute of every distinct value."""
        return Varying(tuple(getattr(value, attribute) for value in self.values), self.index)

    def stack(self) -> NDArray[np.float64]:
        """Shape (scenario, ...): the values laid out."""
        return np.asarray(self.values, dtype=float)[self.index]

    def part(self, rows: Any) -> Varying:
        """Some of the scenarios."""
        return Varying(self.values, self.index[rows])


@dataclass(frozen=True, slots=True)
class Deferred:
    """An elementwise step of many scenarios, worked out for as many of them as are asked for at a time."""

    step: Step
    fixed: Mapping[str, Any]
    varying: Mapping[str, Any]
    axes: int
    rows: slice
    attribute: str = ""

    def result(self) -> Any:
        """What the step gives for these scenarios."""
        found = self.step(**self.fixed, **{name: _whole(value, self.rows) for name, value in self.varying.items()})
        return getattr(found, self.attribute) if self.attribute else found

    def get(self, attribute: str) -> Deferred:
        """An attribute of the step's result."""
        return replace(self, attribute=attribute)

    def stack(self) -> NDArray[np.float64]:
        """Shape (scenario, ...): series, or a tuple's numbers beside each other."""
        found, n = self.result(), self.rows.stop - self.rows.start
        if isinstance(found, tuple):
            return np.stack([np.broadcast_to(value, n) for value in found], axis=-1) if found else np.zeros((n, 0))
        return _spread(found, n, self.axes)

    def part(self, rows: Any) -> Deferred:
        """Some of the scenarios."""
        return replace(self, rows=rows)


class _Watched:
    """A record as it stands in one scenario; notes which of its scenario columns are read."""

    __slots__ = ("_path", "_read", "_record", "_scenario")

    def __init__(self, record: Any, path: str, scenario: int, read: Read) -> None:
        self._record, self._path, self._scenario, self._read = record, path, scenario, read

    def __getattr__(self, name: str) -> Any:
        return _seen(getattr(self._record, name), f"{self._path}.{name}", self._scenario, self._read)


class _Columns:
    """A record that differs between scenarios, its numbers as columns."""

    __slots__ = ("_varying",)

    def __init__(self, varying: Varying) -> None:
        self._varying = varying

    def __getattr__(self, name: str) -> Any:
        return self._varying.get(name).stack()


@cache
def parameters(step: Step) -> tuple[str, ...]:
    """The names of what a step needs."""
    return tuple(inspect.signature(step).parameters)


def run(
    steps: Sequence[Step],
    inputs: Mapping[str, Any],
    held: Mapping[str, Any] | None = None,
    sketch: Sketch | None = None,
) -> dict[str, Any]:
    """Call ``steps`` in order; the result holds the inputs and every step's result by name.

    ``held`` are results of steps that are not called: the same in every scenario. ``sketch`` says roughly what is
    summed up from hours, for columns of shape (scenario, 1): it makes a table of it closer.

    Inputs are numbers and records, or tuples of them; an array of shape (scenario,) may stand for any number. A step
    reads the fields of records and does not hand the records on. Where anything varies, results come when they are
    read (:class:`Batch`).
    """
    known = {**inputs, **(held or {})}
    if any(_columns(value) for value in inputs.values()):
        return Batch(steps, inputs, held or {}, sketch)
    for step in steps:
        known[step.__name__] = step(**{name: known[name] for name in parameters(step)})
    return known


class Batch(dict[str, Any]):
    """Inputs and results of many scenarios by name; a step is worked out when its result is first read."""

    def __init__(
        self, steps: Sequence[Step], inputs: Mapping[str, Any], held: Mapping[str, Any], sketch: Sketch | None
    ) -> None:
        super().__init__({**inputs, **held})
        columns = {name: found for name, value in inputs.items() if (found := _columns(value))}
        self.scenarios = len(next(iter(columns.values()))[0])
        self.response: response.Response | None = None  # what was tabulated, and its error
        self._steps = {step.__name__: step for step in steps}
        self._inputs, self._held, self._varied = inputs, held, set(columns)
        self._hours = _Hours(steps)
        self._sketch = sketch

    def __missing__(self, name: str) -> Any:
        if name in self._hours.sums:
            self._sum_up(name)
            return self[name]
        step = self._steps[name]
        arguments = {each: self[each] for each in parameters(step)}
        varying = {each: value for each, value in arguments.items() if self._varies(each)}
        fixed = {each: value for each, value in arguments.items() if each not in varying}
        found = self._called(step, fixed, varying) if varying else step(**fixed)
        self[name] = found
        return found

    @property
    def anew(self) -> frozenset[str]:
        """The steps whose results differ between scenarios."""
        differ = {name for name, value in self.items() if isinstance(value, Varying | Deferred)}
        return frozenset(differ - self._varied | self._hours.moved)

    @property
    def tabulated(self) -> dict[str, float]:
        """Results that are taken from a table, with the largest relative error seen."""
        return {} if self.response is None else {name: self.response.errors[name] for name in self.response.values}

    def work_out(self, names: Iterable[str]) -> None:
        """Find what is wrong with the scenarios before anything is read."""
        for name in names:
            self[name]

    def _varies(self, name: str) -> bool:
        return name in self._varied or isinstance(self[name], Varying | Deferred)

    def _called(self, step: Step, fixed: Mapping[str, Any], varying: Mapping[str, Any]) -> Any:
        """The step's result in all scenarios."""
        if step not in _AXES:

            def look(scenario: int) -> tuple[Any, Read]:
                read: Read = {}
                seen = {name: _seen(value, name, scenario, read) for name, value in varying.items()}
                return step(**fixed, **seen), read

            return _merged(*_each(look, self.scenarios))
        series = Deferred(step, fixed, varying, _AXES[step], slice(0, self.scenarios))
        try:
            return series if series.axes else _from_columns(series.result(), self.scenarios)
        except FactoryFileError as error:
            if self.response is None or error.scenario is None:
                raise
            # it may be no more than the table's error that refuses this scenario: once more, alone and exactly
            rows = slice(error.scenario, error.scenario + 1)
            alone = {name: part(value, rows) for name, value in self._inputs.items()}
            return run(list(self._steps.values()), alone, self._held)[step.__name__]

    def _sum_up(self, wanted: str) -> None:
        """What is summed up from hours: tabulated where that is close enough, else worked out for every set."""
        hours = self._hours
        outside, watched = self._outside()

        def look(scenario: int) -> tuple[dict[str, Any], Read]:
            return hours.at(scenario, outside, watched)

        if not hours.tried:
            hours.tried = True
            self._tabulate(look)
        if wanted not in self:
            results, index = _each(look, self.scenarios)
            for name in hours.sums - self.keys():
                self[name] = _merged([each[name] for each in results], index)
        hours.forget()

    def _outside(self) -> tuple[dict[str, Any], set[str]]:
        """What hours are made of, and what of it differs between scenarios."""
        outside = {name: self[name] for name in self._hours.outside}
        return outside, {name for name in outside if self._varies(name)}

    def _tabulate(self, look: Callable[[int], tuple[dict[str, Any], Read]]) -> None:
        """Take from a table what it gives closely."""
        first, read = look(0)
        drivers = _numbers(read, self)
        if drivers is None:
            return
        place, index = _distinct(list(read.values()), np.arange(self.scenarios))
        told = [name for name, value in first.items() if _is_numeric(value)]

        def at(row: int) -> dict[str, Any] | None:
            found, seen = look(int(place[row]))
            return {name: found[name] for name in told} if seen.keys() == read.keys() else None

        self.response = response.tabulate(drivers[place], at, lambda: self._sketched(place, first))
        if self.response is not None:
            self.update(self.response.constant)
            for name, rows in self.response.values.items():
                values = list(map(tuple, rows.tolist())) if isinstance(first[name], tuple) else rows
                self[name] = Varying(values, index)

    def _sketched(self, places: NDArray[np.intp], like: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
        """What the sketch says of some scenarios, shape (scenario, ...) of results ``like`` these."""
        if self._sketch is None:
            return {}
        names = parameters(self._sketch)
        hours = self._hours.hours(0, *self._outside())
        fixed = {name: hours.get(name, self.get(name)) for name in names if name in hours or not self._varies(name)}
        told: list[Mapping[str, NDArray[np.float64]]] = []
        for first in range(0, len(places), ROWS):
            rows = places[first : first + ROWS]
            columns = {name: part(_whole(self[name], rows), UPRIGHT) for name in names if name not in fixed}
            found = self._sketch(**fixed, **columns)
            told.append({name: _spread(value, len(rows), np.ndim(like[name])) for name, value in found.items()})
        return {name: np.concatenate([each[name] for each in told]) for name in told[0]}


class _Hours:
    """The hourly steps of a chain and what is summed up from them, worked out together and forgotten."""

    def __init__(self, steps: Sequence[Step]) -> None:
        by_hour = {step.__name__ for step in steps if step in _HOURLY}
        self.members = [step for step in steps if step in _HOURLY or by_hour.intersection(parameters(step))]
        names = {step.__name__ for step in self.members}
        self.sums = names - by_hour
        self.outside = {name for step in self.members for name in parameters(step)} - names
        self.tried = False
        self.moved: set[str] = set()  # those that differ between scenarios
        self.forget()

    def forget(self) -> None:
        """Drop the hours that are remembered."""
        self._last: dict[str, deque[_Hourly]] = {step.__name__: deque(maxlen=_KEPT) for step in self.members}

    def hours(self, scenario: int, outside: Mapping[str, Any], watched: Collection[str]) -> dict[str, Any]:
        """The hours of one scenario themselves."""
        return self._called(scenario, outside, watched)[0]

    def at(self, scenario: int, outside: Mapping[str, Any], watched: Collection[str]) -> tuple[dict[str, Any], Read]:
        """Sums of one scenario, and the columns they are taken from."""
        found, read = self._called(scenario, outside, watched)
        return {name: found[name] for name in self.sums}, read

    def _called(
        self, scenario: int, outside: Mapping[str, Any], watched: Collection[str]
    ) -> tuple[dict[str, Any], Read]:
        found: dict[str, Any] = {}
        read: Read = {}
        for step in self.members:
            inside = {name: found[name] for name in parameters(step) if name in found}
            last = next((each for each in self._last[step.__name__] if each.holds(scenario, inside)), None)
            if last is None:
                own: Read = {}
                seen = {
                    name: _seen(outside[name], name, scenario, own) if name in watched else outside[name]
                    for name in parameters(step)
                    if name not in found
                }
                last = _Hourly(step(**inside, **seen), inside, own, scenario)
                self._last[step.__name__].append(last)
            found[step.__name__] = last.result
            read |= last.read
            if last.read or not self.moved.isdisjoint(inside):
                self.moved.add(step.__name__)
        return found, read


@dataclass(frozen=True, slots=True)
class _Hourly:
    """A result with all that it was taken from."""

    result: Any
    inside: Mapping[str, Any]
    read: Read
    scenario: int

    def holds(self, scenario: int, inside: Mapping[str, Any]) -> bool:
        """Whether another scenario gives the same."""
        return all(self.inside[name] is value for name, value in inside.items()) and all(
            column[scenario] == column[self.scenario] for column in self.read.values()
        )


def _each(look: Callable[[int], tuple[Any, Read]], n: int) -> tuple[list[Any], NDArray[np.intp]]:
    """Results of all scenarios: those that agree in all that a call read share its result."""
    results: list[Any] = []
    index = np.empty(n, dtype=np.intp)
    waiting = [np.arange(n)]
    while waiting:
        scenarios = waiting.pop()
        result, read = look(int(scenarios[0]))
        same, *others = _alike(scenarios, list(read.values()))
        index[same] = len(results)
        results.append(result)
        waiting += others
    return results, index


def _seen(value: Any, path: str, scenario: int, read: Read) -> Any:
    """A value in one scenario; the columns it is taken from are noted in ``read``."""
    if isinstance(value, (float, int, str)):
        return value
    if isinstance(value, Varying):
        read[path] = value.index
        return value.values[value.index[scenario]]
    if isinstance(value, np.ndarray) and value.ndim == 1:
        read[path] = value
        return float(value[scenario])
    if isinstance(value, tuple) and _columns(value):
        return tuple(_seen(item, f"{path}.{i}", scenario, read) for i, item in enumerate(value))
    return _Watched(value, path, scenario, read) if is_dataclass(value) else value


def _distinct(columns: Sequence[Column], scenarios: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A scenario of each distinct set of what the columns hold, and the set of every scenario."""
    group = np.zeros(len(scenarios), dtype=np.intp)
    for column in columns:
        values, own = np.unique(column[scenarios], return_inverse=True)
        group = np.unique(group * len(values) + own.reshape(-1), return_inverse=True)[1].reshape(-1)
    place = np.empty(group.max() + 1, dtype=np.intp)
    place[group[::-1]] = scenarios[::-1]  # the first of each
    return place, group


def _alike(scenarios: NDArray[np.intp], columns: Sequence[Column]) -> list[NDArray[np.intp]]:
    """Groups of scenarios in which every column holds one value; the group of the first scenario leads."""
    if len(scenarios) == 1 or not columns:
        return [scenarios]
    _, group = _distinct(columns, scenarios)
    groups = np.split(scenarios[np.argsort(group, kind="stable")], np.cumsum(np.bincount(group))[:-1])
    return [groups.pop(int(group[0])), *groups]


def _merged(results: Sequence[Any], index: NDArray[np.intp]) -> Any:
    """Equal numbers as one value, so that a change that does not get through costs nothing further down."""
    places: dict[tuple[bool, Any], int] = {}
    place = [
        places.setdefault((True, value) if _only_numbers(value) else (False, id(value)), len(places))
        for value in results
    ]
    kept = dict(zip(place, results, strict=True))
    return Varying(tuple(kept.values()), np.asarray(place)[index]) if len(kept) > 1 else results[0]


def _only_numbers(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, tuple) and all(isinstance(item, float) for item in value))


def _from_columns(result: Any, n: int) -> Any:
    """An elementwise step's number, or tuple of numbers, of all scenarios: one where it is the same in all."""
    columns = [np.broadcast_to(value, n) for value in (result if isinstance(result, tuple) else (result,))]
    place, index = _distinct(columns, np.arange(n))
    rows = list(zip(*(column[place].tolist() for column in columns), strict=True))
    values = rows if isinstance(result, tuple) else [row[0] for row in rows]
    return Varying(values, index) if len(place) > 1 else values[0]


def _spread(value: NDArray[np.float64], n: int, axes: int) -> NDArray[np.float64]:
    """Shape (scenario, ...), also where no scenario moves it: ``axes`` has one scenario."""
    return np.broadcast_to(value, (n, *np.shape(value)[np.ndim(value) - axes :]))


def _whole(value: Any, rows: Rows) -> Any:
    """A value with its numbers as columns of some of the scenarios."""
    if isinstance(value, Varying):
        first = value.values[0]
        if is_dataclass(first):
            return _Columns(value.part(rows))
        laid = value.part(rows).stack()
        return tuple(laid.T) if isinstance(first, tuple) else laid
    return value.part(rows).stack() if isinstance(value, Deferred) else part(value, rows)


def parts(known: Mapping[str, Any], rows: slice) -> dict[str, Any]:
    """Results of some of the scenarios."""
    return {name: value.part(rows) if isinstance(value, Varying | Deferred) else value for name, value in known.items()}


def part(value: Any, rows: Rows) -> Any:
    """The same for some of the scenarios: columns are cut wherever they stand in records and tuples."""
    if isinstance(value, Varying | Deferred):
        return value.part(rows)
    if isinstance(value, np.ndarray):
        return value[rows] if value.ndim == 1 else value
    if isinstance(value, tuple) and _columns(value):
        return tuple(part(item, rows) for item in value)
    if is_dataclass(value) and not isinstance(value, type) and _columns(value):
        return replace(value, **{item.name: part(getattr(value, item.name), rows) for item in fields(value)})
    return value


def _numbers(read: Read, known: Mapping[str, Any]) -> NDArray[np.float64] | None:
    """Everything that was read as columns of numbers, shape (scenario, column); None where it is more than numbers."""
    found = []
    for path, column in read.items():
        value = known.get(path)
        if not isinstance(value, Varying):
            found.append(np.asarray(column, dtype=float)[:, None])
        elif _only_numbers(value.values[0]):
            found.append(value.stack().reshape(len(column), -1))
        else:
            return None
    return np.concatenate(found, axis=1) if found else None


def _is_numeric(value: Any) -> bool:
    return isinstance(value, np.ndarray) or _only_numbers(value)


def _columns(value: Any) -> list[Column]:
    """Every array of scenarios in a value."""
    if isinstance(value, np.ndarray):
        return [value] if value.ndim == 1 else []
    if isinstance(value, Varying):
        return [value.index]
    if isinstance(value, tuple):
        if set(map(type, value)) <= _SINGLE:  # a series
            return []
        return [column for item in value if not isinstance(item, float) for column in _columns(item)]
    if is_dataclass(value):
        return [column for item in fields(value) for column in _columns(getattr(value, item.name))]
    return []
