"""``computefactory qualify``: what a factory qualifies for, what is missing and what curing it costs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, Set


def qualify(
    file: File,
    spec: Annotated[
        str | None, typer.Option("--spec", metavar="NAME", help="A buyer's specification: a shipped name or a file.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write .csv, .json or .parquet.")] = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
) -> None:
    """The four specifications by hall, cures, a buyer's specification, the next generations of silicon."""
    from computefactory import appraisal
    from computefactory.cli import sheet
    from computefactory.report.qualify import page

    found = appraisal.qualify(file, specification=spec, overrides=set_, library=library or [])
    sheet.give(page(found), output, as_json=as_json)
