"""``computefactory show``: the statements, the debt, the tax, the sources and uses of a factory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, Resize, Set


def show(
    file: File,
    page: Annotated[str, typer.Argument(metavar="PAGE", help="statements, debt, tax, sources, or a page of figures.")],
    annual: Annotated[bool, typer.Option("--annual", help="Years (the default on the screen).")] = False,
    quarterly: Annotated[bool, typer.Option("--quarterly", help="Quarters.")] = False,
    monthly: Annotated[bool, typer.Option("--monthly", help="Months (the default in a file).")] = False,
    case: Annotated[str, typer.Option("--case", help="The return case.")] = "contract_only",
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write .csv, .json or .parquet.")] = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Show one page of a factory's money, in years, quarters or months."""
    import computefactory as cf
    from computefactory import report
    from computefactory.errors import FactoryFileError, Problem

    chosen = [name for name, said in (("year", annual), ("quarter", quarterly), ("month", monthly)) if said]
    if len(chosen) > 1:
        given = " and ".join(f"--{name}" for name in chosen)
        raise FactoryFileError([Problem("contradiction", "", given, "one of --annual, --quarterly, --monthly")])
    if page not in (*report.PAGES, *report.SHEETS):
        known = ", ".join((*report.PAGES, *report.SHEETS))
        raise FactoryFileError([Problem("unknown_page", page, "no such page", known)])
    if page in report.SHEETS:
        from computefactory.cli import sheet

        result = cf.run(file, overrides=set_, library=library or [], resize=resize)
        sheet.give(report.SHEETS[page](result), output, as_json=as_json)
        return
    period = chosen[0] if chosen else "month" if output or as_json else "year"
    result = cf.run(file, overrides=set_, library=library or [], resize=resize)
    found = report.table(result, page, period, case)
    if output is not None:
        report.write(found, output)
        print(f"written: {output}")
    elif as_json:
        print(json.dumps(found.as_dict(), indent=2, allow_nan=False))
    else:
        from computefactory.cli import table

        table.show(found, result.factory.name)
