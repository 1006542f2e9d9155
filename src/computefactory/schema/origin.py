"""Where every resolved value comes from, kept while it is made.

A :class:`Traced` is a value with its :class:`Origin`: a place in the file, a row of the library, or a named function of
other traced values. :class:`Sources` hands them out (the file first, else the library) and builds the chapters' records
from nothing but traced values, so no field can be without an origin; what is missing becomes a problem, all at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel

from computefactory.account import Account
from computefactory.errors import FactNotFound, FactoryFileError, Problem, UnitError
from computefactory.library import Fact, Library, is_dated
from computefactory.records import doc_of, hints
from computefactory.schema.document import Document
from computefactory.schema.kinds import COMPANY
from computefactory.schema.overrides import value_at
from computefactory.schema.problems import field_at, near
from computefactory.schema.quantity import convert, unit_text
from computefactory.schema.types import Reads
from computefactory.units import Unit, unit_of

__all__ = ["MISSING", "TEXT", "Origin", "Sources", "Traced", "number_in", "unit_text_of"]

Record = TypeVar("Record")

TEXT = "text"
DERIVATIONS = "computefactory.schema.derive"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    ``kind`` is ``file`` (``path`` of the file, with place and the source that the file names), ``fact`` (``path`` is
    table/key/field) or ``derived`` (``path`` names the function in :mod:`computefactory.schema.derive`, ``formula``
    says what it does, ``inputs`` are its arguments in order), ``absent`` (nobody states it: ``note`` says what that
    means) or ``asked`` (an option of the question). ``key`` is unique; ``value`` is in ``unit``.
    """

    key: str
    kind: str
    path: str
    value: Any
    unit: str
    inputs: tuple[Origin, ...] = ()
    formula: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    as_of: str = ""
    address: str = ""
    confidence: str = ""
    layer: str = ""
    low: float | None = None
    high: float | None = None
    note: str = ""
    instead: tuple[str, str, str] | None = None  # of a file: the row that would stand there otherwise
    meaning: str = ""  # of the field of the inputs that it is kept for
    known: str = ""  # of a row that a company reads: the day on which it was public
    known_basis: str = ""  # why that day

    @property
    def parents(self) -> tuple[str, ...]:
        """Keys of what it was derived from, in the order of the function's arguments."""
        return tuple(item.key for item in self.inputs)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of its kind, without what is empty."""
        named: dict[str, Any] = {"kind": self.kind, "unit": self.unit}
        if self.kind == "file":
            named |= {"path": self.path, "file": self.file, "line": self.line, "column": self.column}
        elif self.kind == "fact":
            table, _, rest = self.path.partition("/")
            key, _, name = rest.rpartition("/")
            named |= {"table": table, "key": key, "field": name, "as_of": self.as_of}
            named |= {"address": self.address, "confidence": self.confidence, "layer": self.layer, "note": self.note}
            named |= {"low": self.low, "high": self.high, "file": self.file, "line": self.line}
            named |= {"known": self.known, "known_basis": self.known_basis}
        elif self.kind == "asked":
            named |= {"path": self.path}
        elif self.kind == "absent":
            named |= {"why": self.note}
        else:
            named |= {"function": f"{DERIVATIONS}.{self.path}", "formula": self.formula}
        return {
            name: value
            for name, value in (named | {"source": self.source, "meaning": self.meaning}).items()
            if value not in (None, "")
        }

    def leaves(self) -> Iterable[Origin]:
        """The file places and library rows it rests on."""
        if self.kind not in ("derived", "absent"):
            yield self
        for item in self.inputs:
            yield from item.leaves()


@dataclass(frozen=True, slots=True)
class Traced:
    """A value and its origin; ``origin`` is None where the value is missing (a problem says why)."""

    value: Any
    origin: Origin | None


MISSING = Traced(None, None)
OF_FACT = ("source", "as_of", "address", "confidence", "layer", "note", "file", "line")  # kept of a row
OF_DATED = ("known", "known_basis")  # and of one that a company reads
LIMITS = ("over_capacity", "rack_too_dense", "above_limit", "wrong_sum")
FactName = tuple[str, str | Traced, str]  # table, key, field


class Sources:
    """The file and the library, asked for values; remembers origins and problems."""

    def __init__(
        self,
        document: Document,
        library: Library,
        varied: Mapping[str, Any],
        origins: Mapping[str, Origin] | None = None,
    ) -> None:
        self.document = document
        self.model = document.model  # of a factory
        self.content = document.content
        self.library = library
        self.varied = varied  # key of a file or library origin: another value
        self.origins: dict[str, Origin] = dict(origins or {})  # of what is resolved already
        self.problems: list[Problem] = []
        self.unknown: set[tuple[str, str]] = set()  # table and key that the file names and the library lacks
        self.account = Account()  # of the paths of the file
        self._count: Counter[str] = Counter(
            origin.path for key, origin in self.origins.items() if key.startswith("derived:")
        )

    # asking

    def given(self, path: str, unit: object = TEXT, *, some: bool = False) -> Traced | None:
        """What the file says at a path, or None; ``some`` where only some kinds of an entry have the field."""
        value = value_at(self.content, path, some=some)
        if value is None:
            return None
        if isinstance(value, float) and isnan(value):
            return self.absent(path, value, unit, "none, as the file says")
        return self._from_file(path, value, unit_text_of(unit), self.document.places.place(path))

    def required(self, path: str, unit: object = TEXT) -> Traced:
        """What the file must state at a path, and does: its model would not be valid otherwise.

        Raises:
            LookupError: it does not (a mistake of ours).
        """
        found = self.given(path, unit)
        if found is None:
            raise LookupError(path)
        return found

    def stated(self, path: str, unit: object, otherwise: Any, why: str) -> Traced:
        """What the file says at a path, else what holds where it says nothing."""
        return self.given(path, unit) or self.absent(path, otherwise, unit, why)

    def read(self, path: str, value: Any) -> Traced:
        """What another file holds that the file names at a path."""
        return self._from_file(path, value, TEXT, self.document.places.place(path))

    def file_at(self, path: str) -> Traced:
        """A file that the factory file names, from the folder that the factory file stands in."""
        name = value_at(self.content, path)
        place = self.document.places.place(path)
        beside = str(Path(self.document.file).parent / str(name))
        return self._from_file(path, beside, TEXT, place)

    def name_at(self, path: str, name: str) -> Traced:
        """The name that the file gives to an entry."""
        return self._from_file(path, name, TEXT, self.document.places.key_place(path), suffix=" (name)")

    def kept(self, path: str) -> Traced:
        """What is already kept under a path of the resolved records."""
        origin = self.origins.get(path)
        return MISSING if origin is None else Traced(origin.value, origin)

    def fact(
        self, unit: object, table: str, key: str | Traced, name: str, *, path: str = "", named_by: str = ""
    ) -> Traced:
        """A row of the library in the canonical unit; missing where its key is.

        ``path`` is where the file could say it instead, ``named_by`` the field of the file that names the key.
        """
        if isinstance(key, Traced):
            if key.origin is None:
                return MISSING
            key = str(key.value)
        try:
            fact = self.library.fact(table, key, name)
        except FactNotFound as error:
            self._not_found(error, path, named_by)
            return MISSING
        try:
            value, low, high = _in_unit(fact.value, fact.low, fact.high, fact.unit, unit)
        except UnitError as error:
            place = (fact.file, fact.line)
            self.problems.append(Problem("library_unit", fact.path, error.given, error.expected, error.hint, *place))
            return MISSING
        reads = _reads(type(self.content), path) if path else None
        if reads is not None and str(reads.unit) == unit_text_of(unit) and not reads.allows(float(value)):
            given, expected = f"{fact.value:g} {fact.unit}".removesuffix(" 1"), f"{reads.expected}, as {path} of a file"
            self.problems.append(Problem("out_of_range", fact.path, given, expected, "", fact.file, fact.line))
            return MISSING
        about = {name: getattr(fact, name) for name in (*OF_FACT, *self._also_of(fact))}
        key, text = f"library:{fact.path}", unit_text_of(unit)
        return self._register(value, Origin(key, "fact", fact.path, value, text, low=low, high=high, **about))

    def _also_of(self, fact: Fact) -> tuple[str, ...]:
        """What else is kept of a row: for a company when it was public, but for what holds whatever the year."""
        return OF_DATED if self.document.kind == COMPANY and is_dated(fact) else ()

    def named_by(self, fact: Traced, text: str) -> Traced:
        """A text that stands in the name of a library row: its key, or the year of its field."""
        if fact.origin is None:
            return MISSING
        return self._register(text, replace(fact.origin, key=f"{fact.origin.key} ({text})", value=text, unit=TEXT))

    def end(self, fact: Traced, which: str) -> Traced:
        """The ``low`` or ``high`` of a library row; its value where it has no range."""
        if fact.origin is None:
            return MISSING
        end = getattr(fact.origin, which)
        value = fact.value if end is None else end
        return self._register(value, replace(fact.origin, key=f"{fact.origin.key} ({which})", value=value))

    def absent(self, path: str, value: Any, unit: object, why: str) -> Traced:
        """What holds where nobody states a field of the inputs."""
        return self._register(value, Origin(f"absent:{path}", "absent", path, value, unit_text_of(unit), note=why))

    def asked(self, name: str, value: Any, unit: object = TEXT) -> Traced:
        """What neither file nor library says: an option of the question."""
        return self._register(value, Origin(f"asked:{name}", "asked", name, value, unit_text_of(unit)))

    def get(self, path: str, unit: object, fact: FactName, *, named_by: str = "") -> Traced:
        """The file's value, else the library's."""
        stated = self.given(path, unit)
        return self.instead(stated, fact) if stated else self.fact(unit, *fact, path=path, named_by=named_by)

    def instead(self, stated: Traced, fact: FactName) -> Traced:
        """What the file states, with the row that would stand there otherwise."""
        key, origin = fact[1] if isinstance(fact[1], str) else fact[1].value, stated.origin
        if origin is None or origin.kind != "file":
            return stated
        return self._register(stated.value, replace(origin, instead=(fact[0], str(key), fact[2])))

    def derive(self, function: Callable[..., Any], *arguments: Traced) -> Traced:
        """What a function of :mod:`computefactory.schema.derive` makes of traced values."""
        if any(item.origin is None for item in arguments):
            return MISSING
        value = function(*(item.value for item in arguments))
        if isinstance(value, np.generic):
            value = value.item()
        unit, summary = _about(function)
        inputs = tuple(item.origin for item in arguments if item.origin is not None)
        name = function.__name__
        self._count[name] += 1
        key = f"derived:{name} {self._count[name]}"
        return self._register(value, Origin(key, "derived", name, value, unit, inputs, summary))

    def record(self, prefix: str, record: Any) -> Traced:
        """A record made before, as an argument: derived from its fields by its own class."""
        if any(f"{prefix}.{item.name}" not in self.origins for item in fields(record)):
            return MISSING
        inputs = tuple(self.origins[f"{prefix}.{item.name}"] for item in fields(record))
        name = type(record).__name__
        return self._register(record, Origin(f"derived:{prefix}", "derived", name, record, "", inputs, "The record."))

    def _from_file(
        self, path: str, value: Any, unit: str, place: tuple[str | None, int | None, int | None], suffix: str = ""
    ) -> Traced:
        file, line, column = place
        self.account.read(path)
        source = self.document.source_of(path)
        key = f"file:{path}{suffix}"
        origin = Origin(key, "file", path, value, unit, file=file, line=line, column=column, source=source)
        return self._register(value, origin)

    def _register(self, value: Any, origin: Origin) -> Traced:
        if origin.key in self.varied:
            value = self.varied[origin.key]
            origin = replace(origin, value=value)
        self.origins[origin.key] = origin
        return Traced(value, origin)

    # keeping

    def make(self, record: Callable[..., Record], prefix: str, /, **values: Any) -> Record:
        """A record of traced values, whose origins are kept under ``prefix.field``, and of records made before.

        Raises:
            TypeError: a value's unit is not its field's (a mistake of ours, never of the user).
        """
        for name, traced in values.items():
            if isinstance(traced, Traced) and traced.origin is not None:
                unit = _units(record)[name]
                if unit is not None and traced.origin.unit != unit:
                    raise TypeError(f"{prefix}.{name} is in {unit}, its origin in {traced.origin.unit}")
                self.origins[f"{prefix}.{name}"] = replace(traced.origin, meaning=_meanings(record)[name])
        return record(**{name: item.value if isinstance(item, Traced) else item for name, item in values.items()})

    def refuse(self, code: str, path: str, given: str, expected: str, hint: str = "") -> None:
        """Add a problem at a path of the file; a lever moved beyond a limit of the plant is no problem of the file."""
        if not (self.varied and code in LIMITS):
            self.problems.append(self.document.places.problem(code, path, given, expected, hint))

    def check(self) -> None:
        """Raise all problems found so far.

        Raises:
            FactoryFileError: there is at least one.
        """
        if self.problems:
            raise FactoryFileError(self.problems)

    def _not_found(self, error: FactNotFound, path: str, named_by: str) -> None:
        """A missing row; where the file names a key that does not exist, one problem for all its rows."""
        if named_by and error.key not in self.library.keys(error.table):
            if (error.table, error.key) not in self.unknown:
                self.unknown.add((error.table, error.key))
                keys = self.library.keys(error.table)
                known = [key for key in keys if error.field in self.library.fields(error.table, key)] or keys
                hint = near(error.key, known) or f"the library has {', '.join(known[:12])}"
                self.refuse("unknown_name", named_by, error.key, f"a row of the library's table {error.table}", hint)
            return
        name = f"{error.table}/{error.key}/{error.field}"
        where = f"{path} in the file, or a row {name} in a --library folder" if path else f"a row {name} (--library)"
        hint = f"did you mean {', '.join(error.nearest)}?" if error.nearest else error.later
        self.refuse("fact_not_found", path or named_by, f"the library has no row {name}", where, hint)


@cache
def _reads(model: type[BaseModel], path: str) -> Reads | None:
    """How the field of a file is read that a row stands for."""
    return next((item for item in field_at(model, path) if isinstance(item, Reads)), None)


@cache
def _units(record: Hashable) -> dict[str, str | None]:
    """The unit of each of a record's fields as text; None where it has none."""
    found = {name: unit_of(annotation) for name, annotation in hints(record).items()}
    return {name: None if unit is None else str(unit) for name, unit in found.items()}


@cache
def _meanings(record: Hashable) -> dict[str, str]:
    """What each of a record's fields is, in a sentence."""
    return {name: doc_of(record, name) for name in hints(record)}


@cache
def _about(function: Callable[..., Any]) -> tuple[str, str]:
    """Unit and summary of what a function derives."""
    return unit_text_of(hints(function).get("return")), (function.__doc__ or "").partition("\n")[0]


def unit_text_of(unit: object) -> str:
    """The unit of an annotation as text: canonical, ``text`` for words, nothing for records of numbers."""
    if isinstance(unit, str):
        return unit
    found = unit_of(unit)
    return str(found) if found is not None else TEXT if getattr(unit, "__origin__", unit) is str else ""


def _in_unit(value: float | str, low: float | None, high: float | None, written: str, unit: object) -> Any:
    """Value, low and high in the canonical unit."""
    wanted = unit_of(unit)
    if wanted is None:
        if not isinstance(value, str):
            raise UnitError(f"{value:g}", "a text")
        return value, None, None
    if isinstance(value, str):
        raise UnitError(repr(value), f"a number in {unit_text(wanted)}")
    return tuple(None if number is None else number_in(number, written, wanted) for number in (value, low, high))


def number_in(number: float, written: str, unit: Unit) -> float:
    """A number of a row in another unit."""
    if written in ("1", "") and not unit.powers:
        return number
    return convert(number, written, unit)
