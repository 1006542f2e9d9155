"""The file's ``capital.claims``: the owner's balance sheet beyond this factory's own debt."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from computefactory import units
from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required
from computefactory.units import parse_unit

PositiveMoney = Annotated[units.Usd, t.Reads(parse_unit("USD"), low_open=True)]


class Options(Chapter):
    """Options, warrants or share units of one kind."""

    count: t.PositiveNumber = required("how many shares they are for")
    strike: t.Money = required("what a holder pays for one share")


class Convertible(Chapter):
    """A note that becomes shares."""

    amount: t.Money = required("what is owed if it is not converted")
    conversion_price: PositiveMoney = required("price of a share at which it converts")


class OwnerClaims(Chapter):
    """The owner's balance sheet beyond this factory's own debt: from enterprise to equity value."""

    other_debt: t.Money | None = optional("debt beside that of this file")
    preferred: t.Money | None = optional("preferred shares")
    minorities: t.Money | None = optional("shares of others in the factory's company")
    cash: t.Money | None = optional("cash beside that of this file")
    restricted_cash: t.Money | None = optional("cash that owners cannot take: shown, not counted")
    operating_losses: t.Money | None = optional("tax losses carried forward from elsewhere")
    shares: t.PositiveNumber | None = optional("shares outstanding")
    options: dict[t.Text, Options] = Field({}, description="options, warrants and share units by name")
    convertibles: dict[t.Text, Convertible] = Field({}, description="convertible notes by name")
