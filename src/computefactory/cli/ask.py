"""``computefactory ask``: a question about a factory that takes more than one run."""

from __future__ import annotations

import inspect
from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, PageFile, Set
from computefactory.errors import FactoryFileError, Problem
from computefactory.registry import STUDIES


def ask(
    file: File,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help=f"{', '.join(STUDIES)}.")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM", help="Month of the knowledge.")] = None,
    add: Annotated[str | None, typer.Option("--add", metavar="FILE", help="Cases of your own.")] = None,
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
) -> None:
    """Ask what one run does not say. When power comes and what waiting costs, what breaks even."""
    from computefactory import model
    from computefactory.cli import page

    if question not in STUDIES:
        raise FactoryFileError([Problem("unknown_question", question, "no such question", ", ".join(STUDIES))])
    answer = STUDIES[question]
    asked = {name: value for name, value in {"as_of": as_of, "add": add}.items() if value is not None}
    for name in sorted(asked.keys() - inspect.signature(answer).parameters):
        option = f"--{name.replace('_', '-')}"
        raise FactoryFileError([Problem("not_allowed", option, asked[name], f"no {option}: {question} has none")])
    factory = model.load(file, overrides=set_, library=library or [])
    page.give(answer(factory, **asked), output, as_json=as_json)
