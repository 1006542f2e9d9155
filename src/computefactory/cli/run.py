"""``computefactory run``: underwrite a factory or a company and print its page, or the page of one reader."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from computefactory.cli.options import CompanyCase, File, Hindsight, Json, Layers, Output, Resize, Set
from computefactory.errors import FactoryFileError, Problem

READERS = ("operator", "infrastructure", "equity")


def run(
    file: File,
    case: CompanyCase = "",
    hindsight: Hindsight = False,
    view: Annotated[
        str | None,
        typer.Option("--view", metavar="READER", help="One reader's page: operator, infrastructure, equity."),
    ] = None,
    output: Output = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Underwrite a factory or a company on one page. Output, cost, debt, returns, verdict; a company at its date."""
    from computefactory import answers
    from computefactory.cli import page
    from computefactory.registry import pages_of
    from computefactory.result import Result
    from computefactory.strength import with_strength

    if view is not None and view not in READERS:
        raise FactoryFileError([Problem("not_allowed", "--view", view, f"one of {', '.join(READERS)}")])
    result = answers.run(file, overrides=set_, library=library or [], resize=resize, case=case, hindsight=hindsight)
    pages, name = pages_of(result), "overview" if view is None else f"view_{view}"
    if name not in pages:
        raise FactoryFileError([Problem("not_allowed", "--view", str(view), f"no --view: a {result.of} has none")])
    if isinstance(result, Result) and (output is not None or (as_json and view is None)):
        result = with_strength(result)
    if output is not None:
        written = result.save(output)
    if as_json and view is None:
        print(json.dumps(result.as_dict(), indent=2, allow_nan=False))
    else:
        page.give(pages[name](result), None, as_json=as_json)
    if output is not None and not as_json:
        print("written: " + ", ".join(str(path) for path in written))
