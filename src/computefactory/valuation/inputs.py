"""What the valuation is told beside the factory's own lines: the date, rates, multiples, the owner's balance sheet.

A field of a record that has a unit is a given of the ledger, named as the field with the prefix of its axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.ledger.fields import givens_of
from computefactory.records import Absent, Derived, Doc, FromRow, Like, Stated
from computefactory.units import Month, One, PerYear, Usd, UsdPerKw, Year

__all__ = ["GIVENS", "PARTS", "Buyer", "Estimate", "Holder", "ShellAsset", "ValuationTerms"]

NONE_STATED = "the file states none"
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
VALUE = FromRow("value", "default")


@dataclass(frozen=True, slots=True)
class Buyer:
    """What discounts the promises of one part of a contract or lease."""

    name: str
    contract: str
    credit: str
    tenor_left: Annotated[Month, Doc("From the date to the exit that costs the buyer least.")]
    risk_free: Annotated[PerYear, Doc("Risk-free rate at that tenor.")]
    spread: Annotated[PerYear, Doc("Credit spread of the buyer's grade.")]


@dataclass(frozen=True, slots=True)
class ShellAsset:
    """An asset class and whether it is part of the building."""

    name: str
    in_shell: Annotated[One, Doc("1: durable, and neither grid nor land."), Derived("in_shell", ("layer", "name"))]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One of low, middle and high: by the lowest, the median and the highest of a few companies."""

    name: str
    middle: Annotated[One, Doc("1: the middle one."), Derived("is_middle", ("place",))]
    new: Annotated[One, Doc("Share of the way from the aged plant to a new one."), Derived("position", ("place",))]
    shell_multiple: Annotated[One, Doc("Multiple of net rent.")]
    silicon_multiple: Annotated[One, Doc("Multiple of EBITDA after rent and replacement.")]
    cloud_multiple: Annotated[One, Doc("Multiple of revenue.")]
    liquidation_share: Annotated[One, Doc("Share of the depreciated cost of durables that a forced sale brings.")]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who shares in the equity from some price of a share on; holders stand in the order of that price.

    The first holds the shares; an option pays its strike; a note gives up what it is owed.
    """

    name: str
    above: Annotated[Usd, Doc("Price of a share above which it joins.")]
    until: Annotated[Usd, Doc("Price at which the next one joins; of the last its own."), Like("above")]
    last: Annotated[One, Doc("1: nobody joins at any higher price.")]
    shares: Annotated[One, Doc("Shares that it then holds.")]
    pays: Annotated[Usd, Doc("What an option's holder pays."), Absent(0.0, "it pays nothing to join")]
    owed: Annotated[Usd, Doc("What a note is owed before it converts."), Absent(0.0, "it is no note")]


@dataclass(frozen=True, slots=True)
class ValuationTerms:
    """The terms of one valuation."""

    contracts: tuple[Buyer, ...]
    leases: tuple[Buyer, ...]
    assets: tuple[ShellAsset, ...]
    estimates: tuple[Estimate, ...]  # low, middle, high
    holders: tuple[Holder, ...]
    valuation_date: Annotated[Month, Doc("Month of the valuation.")]
    default_in_cash: Annotated[One, Doc("1: cash after expected default, at rates without the buyers' spreads.")]
    leases_as_debt: Annotated[One, Doc("1: rent to landlords is a liability, not a cost.")]
    market_rate: Annotated[PerYear, Doc("Rate of what nobody has promised: the after-tax WACC.")]
    shell_rate: Annotated[PerYear, Doc("Rate of the shell."), VALUE]
    risk_premium: Annotated[PerYear, Doc("Premium for operating risk.")]
    energises: Annotated[One, Doc("Chance that power without halls is energised."), FromRow("value", "=status")]
    undeveloped_price: Annotated[
        UsdPerKw, Doc("Price of energised land without halls."), FromRow("value", "default", "undeveloped")
    ]
    reinvestment: Annotated[One, Doc("Share of NOPAT put into new capacity each year."), VALUE]
    growth_years: Annotated[Year, Doc("Years of growth."), VALUE]
    other_debt: Annotated[Usd, Doc("Debt of the owner beside that of this file."), Stated(), Absent(0.0, NONE_STATED)]
    owner_preferred: Annotated[
        Usd, Doc("Preferred shares of the owner."), Stated("preferred"), Absent(0.0, NONE_STATED)
    ]
    minorities: Annotated[Usd, Doc("Shares of others in the factory's company."), Stated(), Absent(0.0, NONE_STATED)]
    owner_cash: Annotated[
        Usd, Doc("Cash of the owner beside that of this file."), Stated("cash"), Absent(0.0, NONE_STATED)
    ]
    restricted_cash: Annotated[
        Usd,
        Doc("Cash that owners cannot take: shown, not counted."),
        Stated(),
        Absent(0.0, NONE_STATED),
    ]
    owner_losses: Annotated[
        Usd, Doc("Tax losses of the owner from elsewhere."), Stated("operating_losses"), Absent(0.0, NONE_STATED)
    ]
    shares_stated: Annotated[
        One, Doc("Shares outstanding; 0: not stated."), Stated("shares"), Absent(0.0, "no shares are stated")
    ]


GIVENS = (
    *givens_of(ValuationTerms, "valuation", prefix=""),
    *givens_of(Buyer, "valuation.contracts", prefix="c_", per="contract"),
    *givens_of(Buyer, "valuation.leases", prefix="l_", per="lease"),
    *givens_of(ShellAsset, "valuation.assets", prefix="a_", per="asset"),
    *givens_of(Estimate, "valuation.estimates", prefix="e_", per="estimate"),
    *givens_of(Holder, "valuation.holders", prefix="h_", per="holder"),
)
