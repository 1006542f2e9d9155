"""``computefactory show``: the statements, the debt, the tax, the sources and uses of a factory."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, PageFile, Resize, Set
from computefactory.errors import FactoryFileError, Problem
from computefactory.registry import PAGES


def show(
    file: File,
    page: Annotated[str, typer.Argument(metavar="PAGE", help=f"statements, debt, tax, sources, {', '.join(PAGES)}.")],
    annual: Annotated[bool, typer.Option("--annual", help="Years (the default on the screen).")] = False,
    quarterly: Annotated[bool, typer.Option("--quarterly", help="Quarters.")] = False,
    monthly: Annotated[bool, typer.Option("--monthly", help="Months (the default in a file).")] = False,
    case: Annotated[str, typer.Option("--case", help="The return case.")] = "contract_only",
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Show one page or table of a factory. Tables of money come in years, quarters or months."""
    import computefactory as cf
    from computefactory import report
    from computefactory.cli import page as screen
    from computefactory.page import Page
    from computefactory.report.what_binds import what_binds

    chosen = [name for name, said in (("year", annual), ("quarter", quarterly), ("month", monthly)) if said]
    if len(chosen) > 1:
        given = " and ".join(f"--{name}" for name in chosen)
        raise FactoryFileError([Problem("contradiction", "", given, "one of --annual, --quarterly, --monthly")])
    if page not in (*report.TABLES, *PAGES):
        known = ", ".join((*report.TABLES, *PAGES))
        raise FactoryFileError([Problem("unknown_page", page, "no such page", known)])
    if page in PAGES and (chosen or case != "contract_only"):
        given = f"{page} by {chosen[0]}" if chosen else f"{page} --case {case}"
        expected = f"one of {', '.join(report.TABLES)}: what has periods and cases"
        raise FactoryFileError([Problem("not_allowed", "", given, expected)])
    result = cf.run(file, overrides=set_, library=library or [], resize=resize)
    if page in PAGES:
        screen.give(PAGES[page](result), output, as_json=as_json)
        return
    picture = output is not None and output.suffix == ".svg"
    period = chosen[0] if chosen else "month" if as_json or (output and not picture) else "year"
    screen.give(report.table(result, page, period, case), output, as_json=as_json)
    if page == "debt" and output is None and not as_json and (binds := what_binds(result)):
        screen.give(Page("what_binds", result.factory.name, (binds,)), None, as_json=False)
