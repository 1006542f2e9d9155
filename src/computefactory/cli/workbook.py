"""``computefactory workbook``: the money of a factory as a spreadsheet with live formulas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import Case, File, Hindsight, Json, Layers, Resize, Set


def workbook(
    file: File,
    output: Annotated[Path, typer.Option("-o", metavar="FILE.xlsx", help="The workbook to write.")],
    case: Case = "",
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
    hindsight: Hindsight = False,
) -> None:
    """Write a workbook of live formulas. Inputs with their sources, one formula per row across time, checks."""
    from computefactory import answers
    from computefactory import workbook as books

    result = answers.run(file, overrides=set_, library=library or [], resize=resize, hindsight=hindsight)
    formulas = books.write(result, output, case)
    if as_json:
        print(json.dumps({"kind": "workbook", "version": 1, "file": str(output), "formulas": formulas}, indent=2))
    else:
        print(f"written: {output}, {formulas:,} live formulas")
