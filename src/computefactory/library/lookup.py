"""Looking facts up: ``library.fact(table, key, field)`` over the package's tables and the user's layers.

The package ships one CSV file a table, read when first asked for; a layer is a folder of CSV files whose rows replace
the package's (and an earlier layer's) of the same table, key and field. Of several rows of one field in a layer the one
public last stands, unless one is preferred. A row whose key holds a ``*`` gives what the rows of the keys that it fits
leave out. Every look-up is remembered in ``used``, so that a result can list the facts it stands on.

``library.at(date)`` is the same library on that day: without any row of a dated table that was public only later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from computefactory.errors import FactNotFound, LibraryError, Problem
from computefactory.library.dates import last_day
from computefactory.library.rows import Fact, as_fact
from computefactory.library.sheets import FactFile, RawRow, Source, is_sources, read_rows, read_sources

__all__ = ["DATED", "PACKAGE", "Library", "is_dated"]

PACKAGE = Path(__file__).with_name("data")
SOURCES = "sources"
# tables whose rows speak of companies and of the market at a date; what the others say holds whatever the year, and so
# does a row of the key default: the usual terms, for want of others
DATED = (
    *("buyer", "comparable", "contract_price", "credit_spread", "deal", "debt", "margin", "merchant", "multiple"),
    *("operator", "price", "residual", "risk_free"),
)
ALMOST = 0.85  # likeness of a misspelt name
MOST = 20  # problems of a folder that are told at once
Made = TypeVar("Made")
Rows = list[RawRow | Fact]
DEFAULT = "default"
ANY = "*"  # in a key: whatever stands there


class FactTable(NamedTuple):
    """Rows by key and field; those of patterns (``HGX *``) apart, in their order."""

    rows: dict[str, dict[str, Rows]]
    patterns: dict[str, dict[str, Rows]]


@dataclass(frozen=True)
class _Layer:
    """Tables by name, each read by a call; ``digest`` covers every byte that can change an answer."""

    tables: Mapping[str, Callable[[], FactTable]]
    digest: Callable[[], bytes]


@dataclass
class Library:
    """Facts in layers, last wins. Build it with :meth:`load` or :meth:`of`.

    ``as_of`` is the day on which it is read, nothing where it is read whole.
    """

    layers: tuple[_Layer, ...]
    used: dict[tuple[str, str, str], Fact] = field(default_factory=dict)
    as_of: str = ""
    _whole: Library | None = None

    @classmethod
    def load(cls, layers: Sequence[Path | str] = ()) -> Library:
        """The package's facts with the user's folders over them.

        Raises:
            LibraryError: a folder holds no table, or a row of it is malformed (file, row and column are named).
        """
        return cls((_package(), *(_folder(Path(layer)) for layer in layers)))

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Library:
        """A library of exactly these facts."""
        chosen = tuple(facts)
        tables = _by_table(chosen)
        return cls((_Layer(_held(tables), lambda: repr(chosen).encode()),))

    def at(self, day: str) -> Library:
        """The same library without any row of a dated table that was public only after a day.

        What it has looked up is its own. A later day than that of a library read at a date opens nothing again.

        Raises:
            ValueError: the day is no date.
        """
        if not last_day(day):
            raise ValueError(f"{day!r} is not a date (YYYY-MM-DD)")
        last = min(filter(None, (last_day(day), self.as_of)))
        return Library(tuple(_until(layer, last) for layer in self.layers), as_of=last, _whole=self.whole)

    @property
    def whole(self) -> Library:
        """The library that this one, read at a date, is a part of; itself where it is read whole."""
        return self._whole or self

    def hidden(self, table: str, key: str, name: str) -> Fact | None:
        """What the whole library says of a table, key and field where this one, read at a date, may not."""
        if self._whole is None or self.seen(table, key, name) is not None:
            return None
        return self._whole.seen(table, key, name)

    def later(self, table: str) -> list[Fact]:
        """The rows of a table that this library, read at a date, may not say."""
        if self._whole is None:
            return []
        return [row for row in self._whole.rows(table) if row.known > self.as_of and is_dated(row)]

    def fact(self, table: str, key: str, name: str) -> Fact:
        """The fact of a table, key and field: from the last layer that has it, the preferred one of several.

        Raises:
            FactNotFound: no layer has it; carries the nearest names.
            LibraryError: the row is malformed, or of several none (or more than one) is marked preferred.
        """
        known = self.used.get((table, key, name))
        if known is not None:
            return known
        fact = self.seen(table, key, name)
        if fact is None:
            later = self.hidden(table, key, name)
            said = f"it was public on {later.known} ({later.known_basis}), after {self.as_of}" if later else ""
            raise FactNotFound(table, key, name, [] if later else self._nearest(table, key, name), said)
        self.used[table, key, name] = fact
        return fact

    def seen(self, table: str, key: str, name: str) -> Fact | None:
        """The same without any use of it, such as a range that is looked at; None where no layer has it.

        Raises:
            LibraryError: the row is malformed, or of several none (or more than one) is marked preferred.
        """
        rows = self._rows(table, key).get(name)
        if not rows:
            return None
        rows[:] = [_fact(row) for row in rows]  # a row becomes a fact when first asked for
        return _of_key(_one([row for row in rows if isinstance(row, Fact)]), key)

    def rows_used(self, tables: Collection[str]) -> list[dict[str, Any]]:
        """Rows of these tables that were looked up so far, with source, date, range and confidence, by path."""
        names = ("path", "value", "unit", "low", "high", "as_of", "source", "confidence")
        used = (fact for place, fact in sorted(self.used.items()) if place[0] in tables)
        return [{name: getattr(fact, name) for name in names} for fact in used]

    def unread(self) -> list[str]:
        """What the user's folders state and nothing reads: tables, fields and keys like none of the package's.

        A row that was looked up is read, whatever it is called; a key unlike any other is a thing of the user's own.
        """
        layers = self.whole.layers
        said = (self._unread(layers[0], name, _table(layer, name)) for layer in layers[1:] for name in layer.tables)
        return list(dict.fromkeys(each for found in said for each in found))

    def _unread(self, first: _Layer, name: str, held: FactTable) -> Iterator[str]:
        package = _table(first, name)
        if name not in first.tables:
            yield f"the table {name} of a library folder: nothing reads it{_or(name, first.tables)}"
            return
        used = {(key, named) for table, key, named in self.used if table == name}
        known = {*_fields(package), *(named for _, named in used)}
        shapes = {_shape(each) for each in known}
        for key in held.rows.keys() - package.rows.keys() - {key for key, _ in used}:
            if near := _or(key, package.rows):
                yield f"{name}/{key} of a library folder: nothing reads it{near}"
        for each in _fields(held):
            if _shape(each) not in shapes:
                yield f"the field {each} of {name} in a library folder: nothing reads it{_or(each, known)}"

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        return sorted({name for layer in self.layers for name in layer.tables})

    def keys(self, table: str) -> list[str]:
        """Keys of a table in the order of its rows; empty for an unknown table."""
        return list(dict.fromkeys(key for layer in self.layers for key in _table(layer, table).rows))

    def fields(self, table: str, key: str) -> list[str]:
        """Fields that a key of a table has; empty for an unknown key."""
        return list(self._rows(table, key))

    def rows(self, table: str) -> list[Fact]:
        """Every row in force: of each key and field, all rows of the last layer that has it."""
        keys = self.keys(table)
        return [_of_key(_fact(row), key) for key in keys for rows in self._rows(table, key).values() for row in rows]

    def count(self, table: str) -> int:
        """How many rows of a table are in force; what stands in them is not checked."""
        return sum(len(rows) for key in self.keys(table) for rows in self._rows(table, key).values())

    def _rows(self, table: str, key: str) -> dict[str, Rows]:
        """What is said of a key, by field: the last layer's word, then that of the patterns that the key fits."""
        layers = [_table(layer, table) for layer in self.layers]
        found: dict[str, Rows] = {}
        for layer in layers:
            found.update(layer.rows.get(key, {}))
        for layer in reversed(layers) if found else ():
            for pattern, fields in layer.patterns.items():
                if fnmatchcase(key, pattern):
                    found = {**found, **{name: rows for name, rows in fields.items() if name not in found}}
        return found

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits over all layers' bytes."""
        digest = hashlib.sha256()
        for layer in self.layers:
            digest.update(layer.digest())
        return digest.hexdigest()[:16]

    def _nearest(self, table: str, key: str, name: str) -> list[str]:
        """Paths of what may have been meant: the first part that is wrong, with its close neighbours."""
        if table not in self.tables():
            return _close(table, self.tables())
        if key not in self.keys(table):
            return [f"{table}/{near}" for near in _close(key, self.keys(table))]
        return [f"{table}/{key}/{near}" for near in _close(name, self.fields(table, key))]


def is_dated(fact: Fact) -> bool:
    """Whether a row speaks of a day: of a dated table, and not of its usual terms."""
    return fact.table in DATED and fact.key != DEFAULT


def _close(word: str, known: Sequence[str]) -> list[str]:
    """Up to three names like ``word``, whatever the case; names that contain it come first."""
    import difflib  # only a wrong name needs it

    lower = {name.lower(): name for name in known}
    holding = [name for small, name in lower.items() if word and word.lower() in small]
    like = [lower[small] for small in difflib.get_close_matches(word.lower(), lower, n=3, cutoff=0.5)]
    return list(dict.fromkeys(holding[:2] + like))[:3]


def _almost(name: str, known: Iterable[str]) -> str:
    """Which of those known a name almost is; nothing where it is like none."""
    from difflib import get_close_matches  # only a user's folder needs it

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=ALMOST)), "")


def _or(name: str, known: Iterable[str]) -> str:
    """A question after a name that is almost one of those known."""
    near = _almost(name, known)
    return f" ({near}?)" if near else ""


def _fields(table: FactTable) -> list[str]:
    """The fields of a table, whatever has them."""
    return list(
        dict.fromkeys(each for rows in (table.rows, table.patterns) for fields in rows.values() for each in fields)
    )


def _shape(field: str) -> str:
    """A field with its years and months left out."""
    return re.sub(r"\d+", "#", field)


def _fact(row: RawRow | Fact) -> Fact:
    return row if isinstance(row, Fact) else as_fact(row)


def _of_key(fact: Fact, key: str) -> Fact:
    """What a pattern says, of one key that fits."""
    return fact if fact.key == key else replace(fact, key=key)


def _one(facts: Sequence[Fact]) -> Fact:
    """The only fact; of several the preferred one, else the one public last."""
    chosen = [fact for fact in facts if fact.preferred] if len(facts) > 1 else list(facts)
    if not chosen and len({fact.known for fact in facts}) == len(facts):
        chosen = [max(facts, key=lambda fact: fact.known)]
    if len(chosen) == 1:
        return chosen[0]
    lines, first = ", ".join(str(fact.line) for fact in facts), facts[0]
    given = f"{first.path} stands {len(facts)} times (lines {lines})"
    expected = "yes in exactly one of them, or a day in known for each"
    raise LibraryError.at(first.file, facts[-1].line, "preferred", given, expected)


def _until(layer: _Layer, day: str) -> _Layer:
    """A layer without the rows of dated tables that were public only after a day; each is read when first asked for."""
    return _package_until(day) if layer is _package() else _cut(layer, day)


@lru_cache(maxsize=16)
def _package_until(day: str) -> _Layer:
    return _cut(_package(), day)


def _cut(layer: _Layer, day: str) -> _Layer:
    tables = {name: cache(partial(_public, read, day)) for name, read in layer.tables.items() if name in DATED}
    return _Layer({**layer.tables, **tables}, layer.digest)


def _public(read: Callable[[], FactTable], day: str) -> FactTable:
    """The rows of a table that were public by a day, and what holds where nothing is stated."""

    def kept(rows: Rows) -> Rows:
        rows[:] = [_fact(row) for row in rows]  # a row becomes a fact once
        return [row for row in rows if isinstance(row, Fact) and (row.known <= day or not is_dated(row))]

    def of(held: Mapping[str, Mapping[str, Rows]]) -> dict[str, dict[str, Rows]]:
        found = {key: {name: kept(rows) for name, rows in fields.items()} for key, fields in held.items()}
        some = {key: {name: rows for name, rows in fields.items() if rows} for key, fields in found.items()}
        return {key: fields for key, fields in some.items() if fields}

    table = read()
    return FactTable(of(table.rows), of(table.patterns))


def _table(layer: _Layer, name: str) -> FactTable:
    read = layer.tables.get(name)
    return read() if read else FactTable({}, {})


def _by_table(rows: Iterable[RawRow | Fact]) -> dict[str, FactTable]:
    tables: dict[str, FactTable] = {}
    for row in rows:
        table = tables.setdefault(row.table, FactTable({}, {}))
        held = table.patterns if ANY in row.key else table.rows
        held.setdefault(row.key, {}).setdefault(row.field, []).append(row)
    return tables


def _held(tables: Mapping[str, FactTable]) -> dict[str, Callable[[], FactTable]]:
    def give(table: FactTable) -> Callable[[], FactTable]:
        return lambda: table

    return {name: give(table) for name, table in tables.items()}


@cache
def _package() -> _Layer:
    """The shipped tables: one file each, named by it, read once a process and only when asked for."""
    files = {file.stem: file for file in sorted(PACKAGE.glob("*.csv"))}
    sources = cache(lambda: read_sources(files[SOURCES]))

    def reader(file: Path) -> Callable[[], FactTable]:
        @cache
        def read() -> FactTable:
            return _by_table(read_rows(FactFile(file, "package", sources))).get(file.stem, FactTable({}, {}))

        return read

    tables = {name: reader(file) for name, file in files.items() if name != SOURCES}
    return _Layer(tables, cache(lambda: _bytes(files.values())))


def _folder(folder: Path) -> _Layer:
    """A user's folder: any CSV file in it may hold rows of any table; all are read and checked at once."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise LibraryError.at(folder, None, "", "no such folder, or no CSV table in it", "a folder of *.csv")
    own = next((file for file in files if file.stem == SOURCES and is_sources(file)), None)

    @cache
    def sources() -> Mapping[str, Source]:
        return {**read_sources(PACKAGE / f"{SOURCES}.csv"), **(read_sources(own) if own else {})}

    problems: list[Problem] = []

    def kept(read: Callable[[], Made]) -> list[Made]:
        try:
            return [read()]
        except LibraryError as error:
            problems.extend(error.problems)
            return []

    def read(file: Path) -> list[RawRow]:
        return list(read_rows(FactFile(file, str(folder), sources)))

    rows = [row for file in files if file != own for each in kept(partial(read, file)) for row in each]
    for column in sorted({row.column for row in rows if row.column}):
        kept(partial(_known_column, *column, folder))
    tables = _by_table(fact for row in rows for fact in kept(partial(as_fact, row)))
    for held in tables.values():
        for fields in (*held.rows.values(), *held.patterns.values()):
            for several in fields.values():
                kept(partial(_one, [_fact(row) for row in several]))
    if problems:
        raise LibraryError(problems[:MOST])
    return _Layer(_held(tables), lambda: _bytes(files))


def _known_column(table: str, field: str, folder: Path) -> None:
    """A column of a user's sheet that is almost one of the package's table is misspelt.

    Raises:
        LibraryError: it is.
    """
    names = _fields(_table(_package(), table))
    if _shape(field) not in {_shape(name) for name in names} and (near := _almost(field, names)):
        expected = f"{near}, or a name unlike it"
        raise LibraryError.at(folder / f"{table}.csv", 1, field, "no field of this table", expected)


def _bytes(files: Iterable[Path]) -> bytes:
    """A digest of names and contents."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.digest()
