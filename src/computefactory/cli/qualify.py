"""``computefactory qualify``: what a factory qualifies for, what is missing and what curing it costs."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import File, Hindsight, Json, Layers, PageFile, Set


def qualify(
    file: File,
    spec: Annotated[
        str | None, typer.Option("--spec", metavar="NAME", help="A buyer's specification: a shipped name or a file.")
    ] = None,
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    hindsight: Hindsight = False,
) -> None:
    """Say what a factory qualifies for, or what a company is. Specifications, cures, evidence, what is missing."""
    from computefactory import answers
    from computefactory.appraisal import Qualification
    from computefactory.cli import page

    found = answers.qualify(file, specification=spec, overrides=set_, library=library or [], hindsight=hindsight)
    if isinstance(found, Qualification):
        from computefactory.report.qualify import qualification

        laid_out = qualification(found)
    else:
        from computefactory.report.company_kind import company_kind

        laid_out = company_kind(found)
    page.give(laid_out, output, as_json=as_json)
