"""``computefactory library``: the facts, with sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from computefactory.cli.options import Json, Layers
from computefactory.errors import FactoryFileError, Problem


def library(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="A table; without one, all tables.")] = None,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="Rows of one key only.")] = None,
    as_json: Json = False,
    layers: Layers = None,
) -> None:
    """List the facts with their sources. Each figure has its range, date, source and confidence."""
    from computefactory.library import Library

    facts = Library.load(layers or [])
    if table is None:
        counts = {name: facts.count(name) for name in facts.tables()}
        if as_json:
            print(json.dumps(counts, indent=2))
        else:
            for name, count in counts.items():
                print(f"{name:<28}{count:>7} rows")
        return
    if table not in facts.tables():
        raise _unknown(table, "a table of the library", facts.tables())
    rows = [row for row in facts.rows(table) if key is None or row.key == key]
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
        print(f"    {row.source}, {row.as_of}; confidence {row.confidence}{'; ' + row.address if row.address else ''}")


def _unknown(given: str, expected: str, known: Sequence[str]) -> FactoryFileError:
    from difflib import get_close_matches  # only a wrong name needs it

    close = get_close_matches(given, known)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known[:12])}"
    return FactoryFileError([Problem("unknown_name", "", given, expected, hint)])
