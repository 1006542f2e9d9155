"""``computefactory init``: start a new file from a shipped one, or roll a company's file forward to a later day."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import Layers
from computefactory.errors import FactoryFileError, Problem
from computefactory.published import published
from computefactory.received import why


def init(
    new: Annotated[Path, typer.Argument(metavar="NEW.yaml", help="The file to write.")],
    like: Annotated[
        str, typer.Option("--like", help="The shipped factory or company, or the file, to start from.")
    ] = "iren-horizon",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Of a company: roll the file forward to this day, each change told.")
    ] = None,
    library: Layers = None,
) -> None:
    """Start a new file from a shipped one, with its comments. A company's may be rolled forward to a later day."""
    text, told = _rolled(like, as_of, library or []) if as_of else (_text(like), [])
    if os.path.lexists(new):
        problem = Problem("file_exists", str(new), "the file exists", "a name that is free", "init never overwrites")
        raise FactoryFileError([problem])
    try:
        with published(new) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        given = why(error)
        raise FactoryFileError([Problem("unwritable", str(new), given, "a place that can be written")]) from None
    for change in told:
        print(change)
    print(f"{new} written; next: computefactory check {new}")


def _text(like: str) -> str:
    from computefactory import schema

    return schema.source_text(schema.kind_of(like), like)


def _rolled(like: str, as_of: str, layers: list[Path]) -> tuple[str, list[str]]:
    from computefactory import schema
    from computefactory.library import Library
    from computefactory.schema.rolled import rolled

    if schema.kind_of(like) != "company":
        raise FactoryFileError([Problem("wrong_kind_of_file", "--as-of", like, "a company: a factory has no day")])
    return rolled(schema.load(like, kind="company"), Library.load(layers), as_of)
