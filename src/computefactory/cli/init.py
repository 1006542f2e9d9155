"""``computefactory init``: start a new factory file from a shipped one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from computefactory.errors import FactoryFileError, Problem
from computefactory.published import published
from computefactory.received import why


def init(
    new: Annotated[Path, typer.Argument(metavar="NEW.yaml", help="The file to write.")],
    like: Annotated[str, typer.Option("--like", help="The shipped factory to start from.")] = "iren-horizon",
) -> None:
    """Start a new factory file from a shipped one, with its comments."""
    from computefactory import schema as files

    text = files.shipped_text(like)
    if os.path.lexists(new):
        problem = Problem("file_exists", str(new), "the file exists", "a name that is free", "init never overwrites")
        raise FactoryFileError([problem])
    try:
        with published(new) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        given = why(error)
        raise FactoryFileError([Problem("unwritable", str(new), given, "a place that can be written")]) from None
    print(f"{new} written; next: computefactory check {new}")
