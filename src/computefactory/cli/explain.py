"""``computefactory explain``: where a number comes from."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from computefactory.cli.options import Case, File, Hindsight, Json, Layers, Resize, Set


def explain(
    file: File,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A metric, line, step, path or formula, e.g. equity_irr.")
    ],
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="The month, quarter (2027-Q1) or year.")
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", metavar="ITEM", help="One contract, tranche, asset, hall.")
    ] = None,
    case: Case = "",
    depth: Annotated[int, typer.Option("--depth", help="Levels to print.", min=1)] = 3,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
    hindsight: Hindsight = False,
) -> None:
    """Say where a number comes from. Its formula, the inputs of that, and so on to file lines and library rows."""
    from computefactory import answers
    from computefactory.explanation import explain as explained

    result = answers.run(file, overrides=set_, library=library or [], resize=resize, hindsight=hindsight)
    tree = explained(result, name, month, case, item)
    if as_json:
        print(json.dumps(tree.as_dict(), indent=2, allow_nan=False))
    else:
        print("\n".join(tree.text(depth)))
