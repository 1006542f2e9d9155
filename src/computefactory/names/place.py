"""Which items and periods a number is asked for, and the values of names there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.errors import FactoryFileError, Problem
from computefactory.finance.inputs import Finance
from computefactory.names.formula import Leaf, Values, parts_of
from computefactory.offtake.inputs import Offtake
from computefactory.plant.inputs import Plant
from computefactory.schema.overrides import value_at
from computefactory.timeline import quarter_name

if TYPE_CHECKING:
    from computefactory.schema.subject import Subject
    from computefactory.timeline import Timeline
    from computefactory.underwriting import Evaluation, Underwritten

__all__ = [
    "RECORDS",
    "Place",
    "axis_of",
    "chosen",
    "stated_at",
    "values_of",
]

RECORDS = {  # what steps are handed: where it stands among the inputs
    item.name: f"{room}.{item.name}"
    for room, record in (("finance", Finance), ("offtake", Offtake), ("plant", Plant))
    for item in fields(record)
} | {
    "silicon_outlays": "finance.assets",
    "contract_ends": "offtake",
    "contract_phases": "offtake",
    "leased_power": "offtake.leases",
    "owns_building": "finance.operations.lease_rent",
}
GROUPS = ("contract", "buyer", "block", "customer")  # several records may go by one of these
OF_GENERATIONS = (
    *("racks", "active", "loads", "fabrics", "nodes_up", "whole_jobs", "availability", "job_failures", "goodput"),
)
OF_PHASES = ("installed", "active", "load", "availability", "hours", "lives", "refresh_costs", "prices", "ends")
# results of steps that hold a number for each of some records: what the records are
ALONG: Mapping[str, str] = {
    "cooling": "plant.halls",
    "hall_shares": "plant.halls",
    "design_flows": "plant.halls",
    **dict.fromkeys(("hall_liquid", "hall_inlet", "hall_load_factors", "hall_coolants", "hall_inlets"), "plant.halls"),
    **dict.fromkeys(("hall_coolant_limits", "hall_inlet_limits"), "plant.halls"),
    **dict.fromkeys((f"generation_{name}" for name in OF_GENERATIONS), "plant.clusters"),
    **dict.fromkeys(("active_shares", "load_shares", "rack_shares", "liquid_shares"), "plant.clusters"),
    **dict.fromkeys(("fabric_powers", "refresh_value"), "plant.clusters"),
    **dict.fromkeys((f"phase_{name}" for name in OF_PHASES), "plant.phases"),
    "ride_throughs": "plant.halls",
    "sla_credits": "offtake.contracts",
    "sla_exits": "offtake.contracts",
    "lease_credits": "offtake.leases",
    "sent": "plant.sources",
    "price": "plant.sources",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An item and the periods of a month, quarter or year; empty and all where none is asked for."""

    item: str = ""
    month: str = ""
    periods: range = range(0)
    fits: set[str] = field(default_factory=set)  # items that something had

    @classmethod
    def of(cls, timeline: Timeline, item: str | None, month: str | None) -> Place:
        """A place on a timeline.

        Raises:
            FactoryFileError: no such month.
        """
        if not month:
            return cls(item or "", "", range(timeline.periods))
        names = timeline.names
        found = [k for k, name in enumerate(names) if month in (name, name[:4], quarter_name(name))]
        if not found:
            expected = f"a month from {names[0]} to {names[-1]}"
            raise FactoryFileError([Problem("unknown_month", "--month", month, expected, "write YYYY-MM")])
        return cls(item or "", month, range(found[0], found[-1] + 1))

    @property
    def one(self) -> int | None:
        """The period, if it is one."""
        return self.periods[0] if self.month and len(self.periods) == 1 else None

    def pick(self, records: Sequence[Any], every: Sequence[Any] = ()) -> list[int] | None:
        """Which records the item names, as :func:`chosen`; remembers that it fits."""
        picked = chosen(records, self.item, every)
        if picked:
            self.fits.add(self.item)
        return picked

    @property
    def slice(self) -> slice:
        """The periods as a slice."""
        return slice(self.periods.start, self.periods.stop)


def chosen(records: Sequence[Any], item: str, every: Sequence[Any] = ()) -> list[int] | None:
    """Which records an item names: one by its name, or all of a contract, buyer, block or customer; None: none of them.

    None of these is an answer too where the item names some of ``every``: a contract has no leases.
    """
    if not item:
        return None
    exact = [k for k, record in enumerate(records) if record.name == item]
    of = [k for k, record in enumerate(records) if item in (_of(record, name) for name in GROUPS)]
    if exact or of:
        return exact or of
    return [] if every and chosen(every, item) else None


def _of(record: Any, name: str) -> Any:
    return getattr(record, name, None)


def values_of(result: Underwritten, run: Evaluation, leaf: Leaf, place: Place) -> Values | None:
    """The values of a name at a place, shape (item, period); None where nothing has the name."""
    first, *path = parts_of(leaf.name)
    if not path and first in result.definitions:
        value = result.metric(first, run.case).value
        return np.full((1, 1), np.nan if value is None else value)
    owner = result.run_with(first, run)
    if owner is not None:
        return _line(owner, first, path, leaf, place)
    walked = None
    if first == "steps":
        walked = _walk(run.factory, run.known, [first, *path], 1, leaf, place)
    elif first in run.known:
        walked = _walk(run.factory, run.known[first], [first, *path], 1, leaf, place)
    elif first in run.factory.chapters:
        walked = _walk(run.factory, run.factory, [first, *path], 0, leaf, place)
    if walked is not None:
        return walked
    stated = stated_at(run.factory, leaf.name)
    return np.full((1, 1), float(stated)) if isinstance(stated, (int, float)) else None


def axis_of(result: Underwritten, run: Evaluation, leaf: Leaf, place: Place) -> str:
    """What a name has a value for each of, at a place; empty where it is one."""
    values = values_of(result, run, leaf, place)
    if values is None or len(values) == 1:
        return ""
    first, *path = parts_of(leaf.name)
    owner = result.run_with(first, run)
    if owner is not None:
        given: Any = owner.ledger.lines.get(first) or owner.ledger.givens[first]
        records = run.factory.records_of(given.per)
        return type(records[0]).__name__ if records else ""
    value: Any = run.known.get(first, run.factory) if first not in run.factory.chapters else getattr(run.factory, first)
    for name in path:
        if isinstance(value, tuple):
            break
        value, first = getattr(value, name, None), name
    along = _along(run.factory, first, value) if isinstance(value, tuple) else ()
    return type(along[0]).__name__ if along else ""


def stated_at(factory: Subject, path: str) -> Any:
    """What the file says at a path, in the canonical unit; None where it says nothing."""
    if f"file:{path}" in factory.origins:
        return factory.origins[f"file:{path}"].value
    try:
        return value_at(factory.document.model, path)
    except AttributeError:
        return None


def _line(run: Evaluation, name: str, path: Sequence[str], leaf: Leaf, place: Place) -> Values:
    is_line = name in run.ledger.lines
    owner: Any = run.ledger.lines[name] if is_line else run.ledger.givens[name]
    values = np.asarray(run.lines[name] if is_line else run.inputs[name], dtype=float)
    timed = owner.timed and not getattr(owner, "table", False)
    if owner.per is None:
        values = values[np.newaxis]
    if not timed:
        values = values.reshape(len(values), values.size // max(len(values), 1))
    if owner.per is not None:
        at = replace(place, item=path[0]) if path else place
        values = _items(values, run.factory.records_of(owner.per), at, leaf, run.factory)
    return values[:, place.slice] if timed and not leaf.life else values


def _items(values: Values, records: Sequence[Any], place: Place, leaf: Leaf, factory: Subject) -> Values:
    if leaf.every:
        return values
    picked = place.pick(records, factory.book if records and hasattr(records[0], "buyer") else ())
    return values if picked is None else values[picked]


def _walk(factory: Subject, value: Any, parts: Sequence[str], start: int, leaf: Leaf, place: Place) -> Values | None:
    """Down a path through records, dictionaries and tuples of records."""
    for k in range(start, len(parts)):
        name = parts[k]
        if isinstance(value, tuple):
            names = [record.name for record in _along(factory, parts[k - 1], value)]
            if name in names:
                value = value[names.index(name)]
                continue
            walked = [_walk(factory, record, parts, k, leaf, place) for record in value]
            rest = [found for found in walked if found is not None]
            if len(rest) < len(walked):
                return None
            stacked = np.vstack(rest) if rest else np.zeros((0, 1))
            return _items(stacked, _along(factory, parts[k - 1], value), place, leaf, factory)
        if isinstance(value, Mapping):
            value = value.get(name)
        elif hasattr(value, name):
            value = getattr(value, name)
        else:
            return None
        if value is None:
            return None
    return _numbers(factory, value, parts[-1], leaf, place)


def _numbers(factory: Subject, value: Any, name: str, leaf: Leaf, place: Place) -> Values | None:
    """A number, a series or a number for each record."""
    try:
        values = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    along = _along(factory, name, value) if isinstance(value, tuple) and name in ALONG else None
    if along is not None:
        return _items(values.reshape(len(along), values.size // max(len(along), 1)), along, place, leaf, factory)
    if values.ndim > 1:
        return None
    values = values.reshape(1, -1)
    series = values.shape[1] == factory.timeline.periods
    return values[:, place.slice] if series and not leaf.life else values


def _along(factory: Subject, name: str, value: Sequence[Any]) -> Sequence[Any]:
    """The records that a tuple's members stand for."""
    if name not in ALONG:
        return value
    root, records = ALONG[name].split(".")
    found: Sequence[Any] = getattr(getattr(factory, root), records)
    return found
