"""``computefactory compare``: factories and companies side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import Json, Layers, PageFile, Set


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE FILE …", help="Two files or more, or shipped names.")],
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
) -> None:
    """Put files side by side. What each is, its numbers in one unit, what they rest on, where they differ."""
    from computefactory.analysis.compare import compare as compared
    from computefactory.cli import page
    from computefactory.report.compare import comparison

    found = compared(*files, overrides=set_, library=library or [])
    page.give(comparison(found), output, as_json=as_json)
