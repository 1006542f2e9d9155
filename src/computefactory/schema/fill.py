"""Records made from what their fields say of themselves (:mod:`computefactory.records`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np

from computefactory.records import Absent, Derived, FromRow, Like, Needs, Rising, Stated, hints, marks
from computefactory.schema import derive
from computefactory.schema.currency import code_in
from computefactory.schema.origin import TEXT, Sources, Traced
from computefactory.units import PerYear, unit_of

__all__ = ["field_of", "fill", "rising"]

Record = TypeVar("Record")
Given = Traced | Callable[[], Traced] | Any  # a traced value, how to find it when it is needed, or records made before


def fill(sources: Sources, record: Callable[..., Record], prefix: str, at: str = "", /, **by_hand: Given) -> Record:
    """A record, each field by hand or by the first of its ways that leads somewhere.

    ``prefix`` is where the record stands among the inputs, ``at`` where its chapter stands in the file. What is given
    by hand and is no field is for the functions that fields are derived by.

    Raises:
        LookupError: a field has no way that leads anywhere (a mistake of ours).
    """
    filling = _Filling(sources, cast("type", record), prefix, at, by_hand)
    names = [item.name for item in fields(cast("type", record))]
    made = {name: filling.value(name) for name in names}
    found = sources.make(record, prefix, **made)
    filling.account(found)
    return found


def field_of(sources: Sources, record: type, name: str, at: str, /, **by_hand: Given) -> Traced:
    """One field of a record by its ways, before the record is made."""
    found: Traced = _Filling(sources, record, at, at, by_hand).value(name)
    return found


class _Filling:
    """The fields of one record, made when they are needed."""

    def __init__(self, sources: Sources, record: type, prefix: str, at: str, made: dict[str, Given]) -> None:
        self.sources = sources
        self.record = record
        self.prefix = prefix
        self.at = at
        self.made = made

    def value(self, name: str) -> Any:
        """A field or what was given beside the fields."""
        if name not in self.made:
            self.made[name] = self._by_ways(name)
        elif callable(found := self.made[name]):
            self.made[name] = found()
        return self.made[name]

    def account(self, record: object) -> None:
        """Say which stated fields count only beside something that the record does not have."""
        for name, traced in self.made.items():
            about = marks(self.record, name) if name in hints(self.record) else ()
            for need in (mark for mark in about if isinstance(mark, Needs)):
                if not any(_something(getattr(record, other)) for other in need.fields):
                    stated = [self._path(mark.path or name) for mark in about if isinstance(mark, Stated)]
                    for path in (*stated, _path_of(traced)):
                        self.sources.account.idle(path, need.why)

    def _by_ways(self, name: str) -> Traced:
        annotation = hints(self.record)[name]
        rising_of = ""
        for mark in marks(self.record, name):
            if isinstance(mark, Rising):
                rising_of = self._path(mark.path)
            elif (found := self._way(mark, name, annotation)) is not None:
                return rising(self.sources, rising_of, found) if rising_of else found
        raise LookupError(f"{self.prefix}.{name} is neither given nor has it a way that leads anywhere")

    def _way(self, way: object, name: str, annotation: object) -> Traced | None:
        match way:
            case Stated(path, read, others):
                found = self.sources.given(self._path(path or name), _asked(read) if read else annotation, some=True)
                if found is not None and not read:
                    found = self._instead(found, name)
                return found and self._read(read, found, others)
            case FromRow(table, key, field, read):
                named = self.value(key[1:]) if key.startswith("=") else key
                named_by = _path_of(named) if isinstance(named, Traced) else ""
                unit = _asked(read) if read else annotation
                stated = next((item.path or name for item in marks(self.record, name) if isinstance(item, Stated)), "")
                path = self._path(stated) if stated else ""
                return self._read(
                    read, self.sources.fact(unit, table, named, field or name, path=path, named_by=named_by), ()
                )
            case Derived(function, inputs):
                return self.sources.derive(getattr(derive, function), *map(self.value, inputs))
            case Like(field):
                return cast("Traced", self.value(field))
            case Absent(value, why):
                return self.sources.absent(f"{self.prefix}.{name}", value, annotation, why)
        return None

    def _instead(self, found: Traced, name: str) -> Traced:
        """What is stated, beside the row that would stand there otherwise."""
        for mark in marks(self.record, name):
            if isinstance(mark, FromRow) and not mark.read:
                named = self.value(mark.key[1:]) if mark.key.startswith("=") else mark.key
                return self.sources.instead(found, (mark.table, named, mark.field or name))
        return found

    def _read(self, read: str, found: Traced, others: tuple[str, ...]) -> Traced:
        return self.sources.derive(getattr(derive, read), found, *map(self.value, others)) if read else found

    def _path(self, path: str) -> str:
        return path[1:] if path.startswith("/") else f"{self.at}.{path}".removeprefix(".")


def rising(sources: Sources, path: str, escalator: Traced) -> Traced:
    """The yearly rise of a price, in USD: with the forward rate of its currency, where the file states inflation there.

    Relative purchasing power: the forward rate rises by (1 + inflation at home) / (1 + inflation abroad) a year.
    """
    code = code_in(sources.document.places.given(path))
    abroad = sources.given(f"capital.inflation_abroad.{code}", PerYear) if code else None
    if abroad is None:
        return escalator
    home = sources.get("operations.inflation", PerYear, ("operations", "default", "inflation"))
    return sources.derive(derive.with_forward_rate, escalator, home, abroad)


def _path_of(named: Any) -> str:
    """The path of the file that a value stands at, if it does."""
    origin = named.origin if isinstance(named, Traced) else None
    return origin.path if origin is not None and origin.kind == "file" else ""


def _something(value: Any) -> bool:
    """Whether a value is neither nothing nor zero, in any scenario."""
    return bool(np.any(np.nan_to_num(value))) if isinstance(value, (float, np.ndarray)) else bool(value)


@cache
def _asked(function: str) -> object:
    """The unit in which a function takes what is stated."""
    first = next(iter(hints(getattr(derive, function)).values()))
    return "month" if first is int else first if unit_of(first) else TEXT
