"""``computefactory ask``: a question about a factory that takes more than one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, Set

QUESTIONS = ("time-to-power",)


def ask(
    file: File,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="time-to-power.")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM", help="Month of the knowledge.")] = None,
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write .csv, .json or .parquet.")] = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
) -> None:
    """Ask what one run does not say: when power comes and what waiting costs."""
    import computefactory as cf
    from computefactory.cli import sheet
    from computefactory.errors import FactoryFileError, Problem
    from computefactory.report import time_to_power as page
    from computefactory.studies import time_to_power

    if question not in QUESTIONS:
        raise FactoryFileError([Problem("unknown_question", question, "no such question", ", ".join(QUESTIONS))])
    factory = cf.load(file, overrides=set_, library=library or [])
    sheet.give(page.sheet(factory, time_to_power.study(factory, as_of)), output, as_json=as_json)
