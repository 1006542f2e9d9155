"""What the valuation is told beside the factory's own lines: the date, rates, multiples, the owner's balance sheet.

A field of a record that has a unit is a given of the ledger, named as the field with the prefix of its axis.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

from computefactory.ledger import Given, given
from computefactory.units import Month, One, PerYear, Usd, UsdPerKw, Year, unit_of

__all__ = ["GIVENS", "PARTS", "Buyer", "Estimate", "Holder", "ShellAsset", "ValuationTerms"]

PARTS = (  # of the industrial value; each is the line ``<part>_value``
    "contracts",
    "merchant",
    "scrap",
    "shell_now",
    "shell_after",
    "shell_upgrade",
    "undeveloped",
    "cost_to_complete",
    "overhead",
    "tax",
)


def said(doc: str) -> Any:
    """A field with what it is, in a sentence."""
    return field(metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Buyer:
    """What discounts the promises of one part of a contract or lease."""

    name: str
    contract: str
    rating: str
    tenor_left: Month = said("From the date to the exit that costs the buyer least.")
    risk_free: PerYear = said("Risk-free rate at that tenor.")
    spread: PerYear = said("Credit spread of the buyer's grade.")


@dataclass(frozen=True, slots=True)
class ShellAsset:
    """An asset class and whether it is part of the building."""

    name: str
    in_shell: One = said("1: durable, and neither grid nor land.")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One of low, middle and high: by the lowest, the median and the highest of a few companies."""

    name: str
    middle: One = said("1: the middle one.")
    new: One = said("Share of the way from the aged plant to a new one.")
    shell_multiple: One = said("Multiple of net rent.")
    silicon_multiple: One = said("Multiple of EBITDA after rent and replacement.")
    cloud_multiple: One = said("Multiple of revenue.")
    liquidation_share: One = said("Share of the depreciated cost of durables that a forced sale brings.")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who shares in the equity from some price of a share on; holders stand in the order of that price.

    The first holds the shares; an option pays its strike; a note gives up what it is owed.
    """

    name: str
    above: Usd = said("Price of a share above which it joins.")
    until: Usd = said("Price at which the next one joins; of the last its own.")
    last: One = said("1: nobody joins at any higher price.")
    shares: One = said("Shares that it then holds.")
    pays: Usd = said("What an option's holder pays.")
    owed: Usd = said("What a note is owed before it converts.")


@dataclass(frozen=True, slots=True)
class ValuationTerms:
    """The terms of one valuation."""

    contracts: tuple[Buyer, ...]
    leases: tuple[Buyer, ...]
    assets: tuple[ShellAsset, ...]
    estimates: tuple[Estimate, ...]  # low, middle, high
    holders: tuple[Holder, ...]
    valuation_date: Month = said("Month of the valuation.")
    default_in_cash: One = said("1: cash after expected default, at rates without the buyers' spreads.")
    leases_as_debt: One = said("1: rent to landlords is a liability, not a cost.")
    market_rate: PerYear = said("Rate of what nobody has promised: the after-tax WACC.")
    shell_rate: PerYear = said("Rate of the shell.")
    risk_premium: PerYear = said("Premium for operating risk.")
    upgrade_cost: UsdPerKw = said("Upgrade of the shell for the next generation of silicon.")
    energises: One = said("Chance that power without halls is energised.")
    undeveloped_price: UsdPerKw = said("Price of energised land without halls.")
    reinvestment: One = said("Share of NOPAT put into new capacity each year.")
    growth_years: Year = said("Years of growth.")
    other_debt: Usd = said("Debt of the owner beside that of this file.")
    owner_preferred: Usd = said("Preferred shares of the owner.")
    minorities: Usd = said("Shares of others in the factory's company.")
    owner_cash: Usd = said("Cash of the owner beside that of this file.")
    restricted_cash: Usd = said("Cash that owners cannot take: shown, not counted.")
    owner_losses: Usd = said("Tax losses of the owner from elsewhere.")
    shares_stated: One = said("Shares outstanding; 0: not stated.")


def _givens(record: type, path: str, prefix: str = "", per: str | None = None) -> list[Given]:
    units = get_type_hints(record, include_extras=True)
    return [
        given(prefix + item.name, units[item.name], source=f"{path}.{item.name}", doc=item.metadata["doc"], per=per)
        for item in fields(record)
        if unit_of(units[item.name])
    ]


GIVENS = (
    *_givens(ValuationTerms, "valuation"),
    *_givens(Buyer, "valuation.contracts", "c_", "contract"),
    *_givens(Buyer, "valuation.leases", "l_", "lease"),
    *_givens(ShellAsset, "valuation.assets", "a_", "asset"),
    *_givens(Estimate, "valuation.estimates", "e_", "estimate"),
    *_givens(Holder, "valuation.holders", "h_", "holder"),
)
