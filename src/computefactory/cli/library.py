"""``computefactory library``: the facts, with sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from computefactory.cli.options import Json, Layers
from computefactory.errors import FactoryFileError, Problem

if TYPE_CHECKING:
    from computefactory.library import Fact, Library


def library(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table, or a path such as operator/CoreWeave/FY2024.")
    ] = None,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="Rows of one key, or of those under it.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only what was public on this day.")] = None,
    as_json: Json = False,
    layers: Layers = None,
) -> None:
    """List the facts with their sources. Each figure has its range, date, source and confidence."""
    from computefactory.library import Library

    whole = Library.load(layers or [])
    facts = whole if as_of is None else _at(whole, as_of)
    if table is None:
        counts = {name: facts.count(name) for name in facts.tables()}
        if as_json:
            print(json.dumps(counts, indent=2))
        else:
            for name, count in counts.items():
                print(f"{name:<28}{count:>7} rows")
        return
    if key is None and "/" in table:
        table, _, key = table.partition("/")
    if table not in facts.tables():
        raise _unknown(table, "a table of the library", facts.tables(), _holding(facts, table))
    rows = _under(facts.rows(table), key)
    if later := () if rows else _under(whole.rows(table), key):
        given, expected = f"{table}/{key}", f"a row public by {facts.as_of}"
        hint = f"the first of its rows was public on {min(row.known for row in later)}"
        raise FactoryFileError([Problem("not_known", "--as-of", given, expected, hint)])
    if not rows:
        raise _unknown(key or "", f"a key of the table {table}", facts.keys(table))
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        spread = f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None else ""
        value = f"{row.value:g}" if isinstance(row.value, float) else str(row.value)
        unit = "" if row.unit in ("text", "1") else f" {row.unit}"
        print(f"{row.key}  {row.field} = {value}{unit}{spread}")
        public = f"; public {row.known} ({row.known_basis})" if row.known_basis != "as_of" else ""
        address = f"; {row.address}" if row.address else ""
        print(f"    {row.source}, {row.as_of}{public}; confidence {row.confidence}{address}")


def _under(rows: Sequence[Fact], key: str | None) -> list[Fact]:
    """The rows of a key, or of all keys that begin with it."""
    return [row for row in rows if key is None or f"{row.key}/{row.field}/".startswith(f"{key}/")]


def _at(facts: Library, day: str) -> Library:
    try:
        return facts.at(day)
    except ValueError as error:
        raise FactoryFileError([Problem("bad_value", "--as-of", day, "a date such as 2025-03-31")]) from error


def _holding(facts: Library, key: str) -> list[str]:
    """Paths of the tables that have a key, or keys that begin with it."""
    return [
        f"{name}/{key}" for name in facts.tables() if any(f"{each}/".startswith(f"{key}/") for each in facts.keys(name))
    ]


def _unknown(given: str, expected: str, known: Sequence[str], paths: Sequence[str] = ()) -> FactoryFileError:
    from difflib import get_close_matches  # only a wrong name needs it

    close = paths or get_close_matches(given, known)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known[:12])}"
    return FactoryFileError([Problem("unknown_name", "", given, expected, hint)])
