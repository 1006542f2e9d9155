"""``computefactory qualify``: what a factory qualifies for, what is missing and what curing it costs."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, PageFile, Set


def qualify(
    file: File,
    spec: Annotated[
        str | None, typer.Option("--spec", metavar="NAME", help="A buyer's specification: a shipped name or a file.")
    ] = None,
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
) -> None:
    """Say what a factory qualifies for. The four specifications by hall, cures, a buyer's list, the next silicon."""
    from computefactory import appraisal
    from computefactory.cli import page
    from computefactory.report.qualify import qualification

    found = appraisal.qualify(file, specification=spec, overrides=set_, library=library or [])
    page.give(qualification(found), output, as_json=as_json)
