"""``computefactory library``: the facts, with sources."""

from __future__ import annotations

import json
from dataclasses import asdict
from difflib import get_close_matches
from typing import Annotated

import typer

from computefactory.cli.options import Json, Layers
from computefactory.errors import FactNotFound


def library(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="A table; without one, all tables.")] = None,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="Rows of one key only.")] = None,
    as_json: Json = False,
    layers: Layers = None,
) -> None:
    """List the reference library: each figure with its range, date, source and confidence."""
    from computefactory.library import Library

    facts = Library.load(layers or [])
    if table is None:
        counts = {name: len(facts.rows(name)) for name in facts.tables()}
        if as_json:
            print(json.dumps(counts, indent=2))
        else:
            for name, count in counts.items():
                print(f"{name:<28}{count:>7} rows")
        return
    if table not in facts.tables():
        raise FactNotFound(table, key or "", "", get_close_matches(table, facts.tables()))
    rows = [row for row in facts.rows(table) if key is None or row.key == key]
    if not rows:
        raise FactNotFound(table, key or "", "", get_close_matches(key or "", facts.keys(table)))
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        spread = f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None else ""
        value = f"{row.value:g}" if isinstance(row.value, float) else str(row.value)
        unit = "" if row.unit in ("text", "1") else f" {row.unit}"
        print(f"{row.key}  {row.field} = {value}{unit}{spread}")
        print(f"    {row.source}, {row.as_of}; confidence {row.confidence}{'; ' + row.address if row.address else ''}")
