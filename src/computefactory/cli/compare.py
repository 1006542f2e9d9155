"""``computefactory compare``: factories and companies side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import Hindsight, Json, Layers, PageFile, Set


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE FILE …", help="Two files or more, or shipped names.")],
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    hindsight: Hindsight = False,
) -> None:
    """Put files side by side. What each is, its numbers in one unit, what they rest on, where they differ."""
    import computefactory as cf
    from computefactory.cli import page
    from computefactory.report.compare import comparison

    found = cf.compare(*files, overrides=set_, library=library or [], hindsight=hindsight)
    page.give(comparison(found), output, as_json=as_json)
