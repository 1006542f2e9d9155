"""``computefactory solve``: the input that gives a wanted result."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, Resize
from computefactory.errors import FactoryFileError, Problem


def solve(
    file: File,
    path: Annotated[str, typer.Argument(metavar="PATH", help="The field to find, e.g. offtake.microsoft.price.")],
    target: Annotated[
        str, typer.Option("--target", metavar="METRIC=VALUE", help="E.g. equity_irr=15% or min_dscr=1.2.")
    ],
    case: Annotated[str, typer.Option("--case", help="The return case.")] = "contract_only",
    as_json: Json = False,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Find the value of one input that gives a wanted metric; exit status 3 where there is none."""
    import computefactory as cf

    metric, value = _target(target)
    found = cf.solve(file, path, metric, value, case=case, library=tuple(library or []), resize=resize)
    if as_json:
        print(json.dumps(found.as_dict(), indent=2, allow_nan=False))
    else:
        print(f"{found.path} = {found.value:,.10g} {found.unit}  (now {found.base:,.10g})")
        print(f"gives {found.metric} = {target.partition('=')[2].strip()} in {found.case.replace('_', ' ')}")


def _target(text: str) -> tuple[str, float]:
    metric, sign, number = text.partition("=")
    number = number.strip()
    share = number.endswith("%")
    try:
        value = float(number.removesuffix("%"))
    except ValueError:
        sign = ""
        value = 0.0
    if not sign:
        raise FactoryFileError([Problem("wrong_target", "--target", repr(text), "METRIC=VALUE, e.g. equity_irr=15%")])
    return metric.strip(), value / 100 if share else value
