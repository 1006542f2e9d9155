"""``computefactory show``: the statements, the debt, the tax, the sources and uses of a factory."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import Case, File, Hindsight, Json, Layers, PageFile, Resize, Set
from computefactory.errors import FactoryFileError, Problem
from computefactory.registry import COMPANY_PAGES, PAGES

FEW = 6  # quarters of a forecast on the screen
_OF_FACTORY = f"statements, debt, tax, sources, {', '.join(PAGES)}"
_OF_COMPANY = f"forecast, {', '.join(COMPANY_PAGES)}"


def show(
    file: File,
    page: Annotated[
        str, typer.Argument(metavar="PAGE", help=f"Of a factory: {_OF_FACTORY}. Of a company: {_OF_COMPANY}.")
    ],
    annual: Annotated[bool, typer.Option("--annual", help="Years (the default on the screen).")] = False,
    quarterly: Annotated[bool, typer.Option("--quarterly", help="Quarters (the default of a forecast).")] = False,
    monthly: Annotated[bool, typer.Option("--monthly", help="Months (the default in a file).")] = False,
    case: Case = "",
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
    hindsight: Hindsight = False,
) -> None:
    """Show one page or table of a factory or a company. Tables of money come in years, quarters or months."""
    from computefactory import answers, report, schema
    from computefactory.cli import page as screen
    from computefactory.finance.cases import HEAD
    from computefactory.page import Page
    from computefactory.report.what_binds import what_binds
    from computefactory.result import Result

    chosen = [name for name, said in (("year", annual), ("quarter", quarterly), ("month", monthly)) if said]
    if len(chosen) > 1:
        given = " and ".join(f"--{name}" for name in chosen)
        raise FactoryFileError([Problem("contradiction", "", given, "one of --annual, --quarterly, --monthly")])
    company = schema.kind_of(file) == "company"
    pages, tables = (COMPANY_PAGES, report.COMPANY_TABLES) if company else (PAGES, report.TABLES)
    if page not in (*tables, *pages):
        raise FactoryFileError([Problem("unknown_page", page, "no such page", ", ".join((*tables, *pages)))])
    if page in pages and (chosen or (case not in ("", HEAD) and not company)):
        given = f"{page} by {chosen[0]}" if chosen else f"{page} --case {case}"
        expected = f"one of {', '.join(tables)}: what has periods{'' if company else ' and cases'}"
        raise FactoryFileError([Problem("not_allowed", "", given, expected)])
    result = answers.run(
        file,
        overrides=set_,
        library=library or [],
        resize=resize,
        case=case if company else "",
        hindsight=hindsight,
    )
    if page in pages:
        screen.give(pages[page](result), output, as_json=as_json)
        return
    filed = as_json or (output is not None and output.suffix != ".svg")
    usual, most = ("quarter", None if filed or chosen else FEW) if company else ("year", None)
    period = chosen[0] if chosen else "month" if filed else usual
    screen.give(report.table(result, page, period, case, most), output, as_json=as_json)
    if isinstance(result, Result) and page == "debt" and not filed and output is None and (binds := what_binds(result)):
        screen.give(Page("what_binds", result.factory.name, (binds,)), None, as_json=False)
