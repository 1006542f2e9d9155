"""``computefactory value``: what a factory is worth, by parts and by multiples, and what a price implies."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import File, Hindsight, Json, Layers, PageFile, Set


def value(
    file: File,
    at: Annotated[str | None, typer.Option("--at", metavar="MONTH", help="Month; default: full operation.")] = None,
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="MONEY", help="See what it implies: '25 bn USD', of a company '40 USD/share'."),
    ] = None,
    of: Annotated[str, typer.Option("--of", help="What the price is of: enterprise or equity.")] = "enterprise",
    credit: Annotated[
        str, typer.Option("--credit", help="spread: promised cash at a rate with it; expected: cash after default.")
    ] = "spread",
    leases: Annotated[
        str, typer.Option("--leases", help="Rent to landlords: in_cash as a cost, as_debt as a liability.")
    ] = "in_cash",
    output: PageFile = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    hindsight: Hindsight = False,
) -> None:
    """Say what a factory or a company is worth. Industrial and cloud value, the bridge, and what a price implies."""
    from computefactory import answers
    from computefactory.appraisal import Valuation
    from computefactory.cli import page

    found = answers.value(
        file,
        at=at,
        price=price,
        price_of=of,
        credit=credit,
        leases=leases,
        overrides=set_,
        library=library or [],
        hindsight=hindsight,
    )
    if isinstance(found, Valuation):
        from computefactory.report.value import valuation

        laid_out = valuation(found)
    else:
        from computefactory.registry import stamped
        from computefactory.report.company_value import company_valuation

        laid_out = stamped(company_valuation(found), found.result)
    page.give(laid_out, output, as_json=as_json)
