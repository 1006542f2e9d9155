"""``computefactory value``: what a factory is worth, by parts and by multiples, and what a price implies."""

from __future__ import annotations

from typing import Annotated

import typer

from computefactory.cli.options import File, Json, Layers, PageFile, Set
from computefactory.errors import FactoryFileError, Problem, UnitError


def value(
    file: File,
    at: Annotated[str | None, typer.Option("--at", metavar="MONTH", help="Month; default: full operation.")] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="MONEY", help="See what a price implies, e.g. '25 bn USD'.")
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
) -> None:
    """Say what a factory is worth. Industrial and cloud value, from one to the other, and what a price implies."""
    from computefactory import appraisal
    from computefactory.cli import page
    from computefactory.report.value import valuation

    found = appraisal.value(
        file,
        at=at,
        price=_money(price) if price is not None else None,
        price_of=of,
        credit=credit,
        leases=leases,
        overrides=set_,
        library=library or [],
    )
    page.give(valuation(found), output, as_json=as_json)


def _money(text: str) -> float:
    from computefactory.schema import parse_quantity
    from computefactory.units import Usd, unit_of

    unit = unit_of(Usd)
    assert unit is not None
    try:
        return parse_quantity(text, unit)
    except UnitError as error:
        raise FactoryFileError([Problem(error.code, "--price", error.given, error.expected, error.hint)]) from None
