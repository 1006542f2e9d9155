"""Looking facts up: ``library.fact(table, key, field)`` over the package's tables and the user's layers.

The package ships one CSV file a table, read when first asked for; a layer is a folder of CSV files with the same
columns, whose rows replace the package's (and an earlier layer's) of the same table, key and field. Every look-up is
remembered in ``used``, so that a result can list the facts it stands on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from computefactory.errors import FactNotFound, LibraryError
from computefactory.library.rows import Fact, RawRow, as_fact, read_rows

__all__ = ["PACKAGE", "Library"]

PACKAGE = Path(__file__).with_name("data")
Place = tuple[str, str]  # key, field
Table = Mapping[Place, list[RawRow | Fact]]


@dataclass(frozen=True)
class _Layer:
    """Tables by name, each read by a call; ``digest`` covers every byte that can change an answer."""

    tables: Mapping[str, Callable[[], Table]]
    digest: Callable[[], bytes]


@dataclass
class Library:
    """Facts in layers, last wins. Build it with :meth:`load` or :meth:`of`."""

    layers: tuple[_Layer, ...]
    used: dict[tuple[str, str, str], Fact] = field(default_factory=dict)

    @classmethod
    def load(cls, layers: Sequence[Path | str] = ()) -> Library:
        """The package's facts with the user's folders over them.

        Raises
        ------
            LibraryError: a folder holds no table, or a row of it is malformed (file, row and column are named).
        """
        return cls((_package(), *(_folder(Path(layer)) for layer in layers)))

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Library:
        """A library of exactly these facts."""
        chosen = tuple(facts)
        tables = _by_table((fact.table, fact.key, fact.field, fact) for fact in chosen)
        return cls((_Layer(_held(tables), lambda: repr(chosen).encode()),))

    def fact(self, table: str, key: str, name: str) -> Fact:
        """The fact of a table, key and field: from the last layer that has it, the preferred one of several.

        Raises
        ------
            FactNotFound: no layer has it; carries the nearest names.
            LibraryError: the row is malformed, or of several none (or more than one) is marked preferred.
        """
        known = self.used.get((table, key, name))
        if known is not None:
            return known
        for layer in reversed(self.layers):
            rows = _table(layer, table).get((key, name))
            if rows:
                rows[:] = [_fact(row) for row in rows]  # a row becomes a fact when first asked for
                fact = _one([row for row in rows if isinstance(row, Fact)])
                self.used[table, key, name] = fact
                return fact
        raise FactNotFound(table, key, name, self._nearest(table, key, name))

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        return sorted({name for layer in self.layers for name in layer.tables})

    def keys(self, table: str) -> list[str]:
        """Keys of a table in the order of its rows; empty for an unknown table."""
        return list(dict.fromkeys(key for layer in self.layers for key, _ in _table(layer, table)))

    def fields(self, table: str, key: str) -> list[str]:
        """Fields that a key of a table has; empty for an unknown key."""
        return list(
            dict.fromkeys(name for layer in self.layers for known, name in _table(layer, table) if known == key)
        )

    def rows(self, table: str) -> list[Fact]:
        """Every row in force: of each key and field, all rows of the last layer that has it."""
        return [_fact(row) for rows in self._in_force(table).values() for row in rows]

    def count(self, table: str) -> int:
        """How many rows of a table are in force; what stands in them is not checked."""
        return sum(len(rows) for rows in self._in_force(table).values())

    def _in_force(self, table: str) -> Table:
        merged: dict[Place, list[RawRow | Fact]] = {}
        for layer in self.layers:
            merged.update(_table(layer, table))
        return merged

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


def _close(word: str, known: Sequence[str]) -> list[str]:
    """Up to three names like ``word``, whatever the case; names that contain it come first."""
    import difflib  # only a wrong name needs it

    lower = {name.lower(): name for name in known}
    holding = [name for small, name in lower.items() if word and word.lower() in small]
    like = [lower[small] for small in difflib.get_close_matches(word.lower(), lower, n=3, cutoff=0.5)]
    return list(dict.fromkeys(holding[:2] + like))[:3]


def _fact(row: RawRow | Fact) -> Fact:
    return row if isinstance(row, Fact) else as_fact(row)


def _one(facts: Sequence[Fact]) -> Fact:
    """The only fact, or of several the preferred one."""
    chosen = [fact for fact in facts if fact.preferred] if len(facts) > 1 else list(facts)
    if len(chosen) == 1:
        return chosen[0]
    places = ", ".join(f"{fact.file} row {fact.line}" for fact in facts)
    raise LibraryError(f"{facts[0].path} stands {len(facts)} times ({places}) and not exactly one is marked preferred")


def _table(layer: _Layer, name: str) -> Table:
    read = layer.tables.get(name)
    return read() if read else {}


def _by_table(rows: Iterable[tuple[str, str, str, RawRow | Fact]]) -> dict[str, dict[Place, list[RawRow | Fact]]]:
    tables: dict[str, dict[Place, list[RawRow | Fact]]] = {}
    for table, key, name, row in rows:
        tables.setdefault(table, {}).setdefault((key, name), []).append(row)
    return tables


def _held(tables: Mapping[str, Table]) -> dict[str, Callable[[], Table]]:
    def give(table: Table) -> Callable[[], Table]:
        return lambda: table

    return {name: give(table) for name, table in tables.items()}


@cache
def _package() -> _Layer:
    """The shipped tables: one file each, named by it, read once a process and only when asked for."""
    files = {file.stem: file for file in sorted(PACKAGE.glob("*.csv"))}

    def reader(file: Path) -> Callable[[], Table]:
        @cache
        def read() -> Table:
            rows = ((row.cells[0], row.cells[1], row.cells[2], row) for row in read_rows(file, "package"))
            return _by_table(rows).get(file.stem, {})

        return read

    return _Layer({name: reader(file) for name, file in files.items()}, cache(lambda: _bytes(files.values())))


def _folder(folder: Path) -> _Layer:
    """A user's folder: any CSV file in it may hold rows of any table; all are read and checked at once."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise LibraryError(f"{folder}: no such folder, or no CSV table (*.csv) in it")
    facts = [as_fact(row) for file in files for row in read_rows(file, str(folder))]
    tables = _by_table((fact.table, fact.key, fact.field, fact) for fact in facts)
    for table in tables.values():
        for rows in table.values():
            _one([_fact(row) for row in rows])
    return _Layer(_held(tables), lambda: _bytes(files))


def _bytes(files: Iterable[Path]) -> bytes:
    """A digest of names and contents."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.digest()
