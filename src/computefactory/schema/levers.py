"""The numbers that a factory or company rests on, to be moved one at a time; the numeric fields of a file by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from computefactory.errors import FactNotFound, FactoryFileError, Problem, UnitError
from computefactory.library import Library
from computefactory.schema.currency import stated_rates
from computefactory.schema.document import ASSUMED
from computefactory.schema.factory import FactoryFile
from computefactory.schema.kinds import kind_named
from computefactory.schema.origin import Origin, number_in
from computefactory.schema.overrides import value_at
from computefactory.schema.problems import field_at
from computefactory.schema.types import Canonical, Chapter, Reads
from computefactory.units import parse_unit

__all__ = ["Field", "Lever", "field_of", "levers", "number_at", "numbers", "ranged"]

TEN_PER_CENT = 0.10
NO_ENTRIES: Mapping[str, BaseModel] = MappingProxyType({})
LIFE = "/book_life"  # of an asset class: a guess, unlike the law that its other fields state
CHOSEN = ("network",)  # tables of what is built as it is chosen: stated, it is no guess
NOT_MOVED = (
    "place",
    "macrs",
    "asset",
    "specification",
    "region",
    "rating",
    "phase",
    "fan_rating",
)  # measured, law, a scale, a date


@dataclass(frozen=True, slots=True)
class Lever:
    """An input with the range it may move in, in its canonical unit."""

    path: str  # file:… or library:…
    label: str
    unit: str
    base: float
    low: float
    high: float
    assumed_range: bool  # ten per cent either way, for want of a range
    row: tuple[float, float] | None = None  # the range of the row that it is, or that the file assumes a value of


@dataclass(frozen=True, slots=True)
class Field:
    """A numeric field of a file: how it is read, and what it is now (None: not stated, and not known to the engine)."""

    path: str
    reads: Reads
    base: float | None


def field_of(model: Chapter, origins: Mapping[str, Origin], path: str) -> Field:
    """The numeric field at a path, stated or not.

    Raises:
        FactoryFileError: there is no such field, it holds no number, or it belongs to an entry that is not in the file.
    """
    reads = _reads(path, type(model), _entries(model)) if path and all(path.split(".")) else None
    stated = _stated(model, path) if reads is not None else None
    if reads is None or isinstance(stated, Problem):
        expected = "a field of the file that holds a number, e.g. silicon.total_price"
        unknown = Problem(
            "unknown_path", path, "no such number in the file", expected, "computefactory schema lists all"
        )
        raise FactoryFileError([stated if isinstance(stated, Problem) else unknown])
    if stated is None:
        stated = next(
            (value for key, origin in origins.items() if (value := _used(key, origin, path)) is not None), None
        )
    return Field(path, reads, stated)


def number_at(model: Chapter, origins: Mapping[str, Origin], path: str) -> Field | None:
    """The same; None where no number is."""
    try:
        return field_of(model, origins, path)
    except FactoryFileError:
        return None


def numbers(model: Chapter, field: Field, values: Iterable[Any]) -> NDArray[np.float64]:
    """Values of a field of the file, texts as they would stand there or numbers, in its canonical unit.

    Raises:
        FactoryFileError: every value that the field does not take.
    """
    found, problems = [], []
    place = kind_named(getattr(model, "kind")).rates  # noqa: B009 of every kind of file
    stated: Any = {code: f"{rate!r} USD/{code}" for code, rate in (value_at(model, place) or {}).items()}
    for name in reversed(place.split(".")):
        stated = {name: stated}
    with stated_rates(stated, place):
        for value in values:
            try:
                found.append(field.reads.read(value if isinstance(value, str) or value is None else Canonical(value)))
            except PydanticCustomError as error:
                told = error.context or {}
                expected, hint = told.get("expected", ""), told.get("hint", "")
                problems.append(Problem(error.type, field.path, repr(value), expected, hint))
    if problems:
        raise FactoryFileError(problems)
    return np.array(found)


def _stated(model: Chapter, path: str) -> float | Problem | None:
    """What the file says; None where it says nothing."""
    found: Any = model
    while path and found is not None:
        if isinstance(found, BaseModel):
            name, _, path = path.partition(".")
            found = getattr(found, name, None)
            continue
        fitting = [name for name in found if path.startswith(f"{name}.")] if isinstance(found, dict) else []
        if not fitting:
            name, known = path.partition(".")[0], ", ".join(map(str, found)) if isinstance(found, dict) else ""
            return Problem("unknown_path", path, f"no such number in the file: there is no {name}", known)
        name = max(fitting, key=len)
        found, path = found[name], path[len(name) + 1 :]
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) and isfinite(found) else None


def _used(key: str, origin: Origin, path: str) -> float | None:
    """The value of a resolved input that a field not stated stands for: a default, or the price of a total value."""
    if not isinstance(origin.value, float) or not isfinite(origin.value):
        return None
    head, _, last = path.rpartition(".")
    of_part = key.startswith("offtake.") and f".{head.rpartition('.')[2]} " in key and key.endswith(f".{last}")
    return origin.value if of_part or key.endswith(f".{path}") else None


def levers(origins: Mapping[str, Origin], file: type[Chapter] = FactoryFile) -> list[Lever]:
    """Every leaf that is a number and not a date, and that can move."""
    return [lever for key, origin in origins.items() if (lever := _lever(key, origin, file)) and lever.low < lever.high]


def ranged(origins: Mapping[str, Origin], library: Library, file: type[Chapter] = FactoryFile) -> list[Lever]:
    """Rows with a range, and figures that the file assumes, with the range of the row that they stand instead of."""
    found = []
    for key, origin in origins.items():
        lever = _lever(key, origin, file)
        if lever is None:
            continue
        row = _assumed(origin, library, lever.base) if origin.kind == "file" else lever.row
        if row is not None:
            found.append(replace(lever, row=row))
    return found


def _assumed(origin: Origin, library: Library, base: float) -> tuple[float, float] | None:
    """The range of the row that an assumed figure of the file stands instead of, that figure in it."""
    if origin.source != ASSUMED or origin.instead is None or origin.instead[0] in CHOSEN:
        return None
    try:
        fact = library.fact(*origin.instead)
        if fact.low is None or fact.high is None:
            return None
        low, high = (number_in(end, fact.unit, parse_unit(origin.unit)) for end in (fact.low, fact.high))
    except (FactNotFound, UnitError):
        return None
    return (min(low, base), max(high, base)) if low < high else None


def _lever(key: str, origin: Origin, file: type[Chapter]) -> Lever | None:
    base = origin.value
    if key != origin.key or origin.kind in ("derived", "absent") or not isinstance(base, float) or not isfinite(base):
        return None
    if origin.kind == "fact":
        if origin.path.partition("/")[0] in NOT_MOVED and not origin.path.endswith(LIFE):
            return None
        label = f"{origin.path.rpartition('/')[2].replace('_', ' ')} ({origin.path.rpartition('/')[0]})"
        if origin.low is not None and origin.high is not None and origin.low < origin.high:
            return Lever(key, label, origin.unit, base, origin.low, origin.high, False, (origin.low, origin.high))
    else:
        reads = _reads(origin.path, file)
        if reads is None or reads.fixed:
            return None
        label = origin.path
    low, high = base * (1 - TEN_PER_CENT), base * (1 + TEN_PER_CENT)
    return Lever(key, label, origin.unit, base, low, high, assumed_range=True)


def _reads(path: str, file: type[BaseModel], entries: Mapping[str, BaseModel] = NO_ENTRIES) -> Reads | None:
    """How a field of a file is read: as the entry that holds it does, where it is of one of several kinds."""
    own = [(type(entry), path.removeprefix(f"{at}.")) for at, entry in entries.items() if path.startswith(f"{at}.")]
    return next((item for place in (*own, (file, path)) for item in field_at(*place) if isinstance(item, Reads)), None)


def _entries(model: Chapter) -> Mapping[str, BaseModel]:
    """Entries of a file whose fields depend on what kind of entry they are, by path."""
    return {f"offtake.{name}": entry for name, entry in getattr(model, "offtake", NO_ENTRIES).items()}
