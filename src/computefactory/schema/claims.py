"""The file's ``capital.claims``: the owner's balance sheet beyond this factory's own debt."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from computefactory import units
from computefactory.schema.types import Chapter, Money, PositiveNumber, Reads, Text, optional
from computefactory.units import parse_unit

PositiveMoney = Annotated[units.Usd, Reads(parse_unit("USD"), low_open=True)]


class Options(Chapter):
    """Options, warrants or share units of one kind."""

    count: PositiveNumber = Field(description="how many shares they are for")
    strike: Money = Field(description="what a holder pays for one share")


class Convertible(Chapter):
    """A note that becomes shares."""

    amount: Money = Field(description="what is owed if it is not converted")
    conversion_price: PositiveMoney = Field(description="price of a share at which it converts")


class OwnerClaims(Chapter):
    """The owner's balance sheet beyond this factory's own debt: from enterprise to equity value."""

    other_debt: Money | None = optional("debt beside that of this file")
    preferred: Money | None = optional("preferred shares")
    minorities: Money | None = optional("shares of others in the factory's company")
    cash: Money | None = optional("cash beside that of this file")
    restricted_cash: Money | None = optional("cash that owners cannot take: shown, not counted")
    operating_losses: Money | None = optional("tax losses carried forward from elsewhere")
    shares: PositiveNumber | None = optional("shares outstanding")
    options: dict[Text, Options] = Field({}, description="options, warrants and share units by name")
    convertibles: dict[Text, Convertible] = Field({}, description="convertible notes by name")
