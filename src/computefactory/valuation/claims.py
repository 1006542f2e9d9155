"""From the value of the enterprise to that of its owners: what ranks ahead of them, and what dilutes them.

Options count by the treasury method: what holders pay buys shares back at the price that is being found, so the price
solves ``p (n + options) = equity + options x strike`` where they are in the money. Convertibles convert where the price
is above their conversion price, else they are debt. The price stands on both sides; the pieces are lines, so the answer
is found piece by piece, without rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from computefactory.units import Usd

__all__ = ["NOTHING_OWED", "Claims", "Convertible", "Options", "PerShare", "per_share"]


@dataclass(frozen=True, slots=True)
class Options:
    """Options, warrants or share units: how many, and what a holder pays for one share."""

    count: float
    strike: Usd


@dataclass(frozen=True, slots=True)
class Convertible:
    """A note that becomes shares above its conversion price."""

    amount: Usd
    conversion_price: Usd


@dataclass(frozen=True, slots=True)
class Claims:
    """What a file states of the owner's balance sheet beyond this factory's own debt."""

    other_debt: Usd = 0.0
    preferred: Usd = 0.0
    minorities: Usd = 0.0
    cash: Usd = 0.0
    restricted_cash: Usd = 0.0  # not the owners' until the restriction ends: shown, not counted
    operating_losses: Usd = 0.0  # carried forward from elsewhere
    shares: float = 0.0
    options: tuple[Options, ...] = ()
    convertibles: tuple[Convertible, ...] = ()

    @property
    def ahead(self) -> Usd:
        """Net claims that rank ahead of the owners, convertibles apart."""
        return self.other_debt + self.preferred + self.minorities - self.cash


NOTHING_OWED = Claims()


@dataclass(frozen=True, slots=True)
class PerShare:
    """The price, the diluted shares and the convertibles that stay debt."""

    price: Usd
    shares: float
    unconverted: Usd


def per_share(equity: Usd, claims: Claims) -> PerShare:
    """Price of a share where ``equity`` is owned by shares, options and convertibles together.

    ``equity`` is what is left after all claims but the convertibles. Each option and note enters at its trigger; the
    price is the line between two triggers that meets its own condition.
    """
    triggers = sorted(
        {0.0, *(item.strike for item in claims.options), *(item.conversion_price for item in claims.convertibles)}
    )
    for low, high in zip(triggers, [*triggers[1:], inf], strict=True):
        options = [item for item in claims.options if item.strike <= low]
        converted = [note for note in claims.convertibles if note.conversion_price <= low]
        debt = sum(note.amount for note in claims.convertibles if note.conversion_price > low)
        shares = claims.shares + sum(item.count for item in options)
        shares += sum(note.amount / note.conversion_price for note in converted)
        money = equity - debt + sum(item.count * item.strike for item in options)
        price = max(money / shares, 0.0) if shares else 0.0
        if price <= high:  # the value of all holders rises with the price, so the first such piece is the only one
            break
    bought_back = sum(item.count * item.strike / price for item in options) if price else 0.0
    return PerShare(price, shares - bought_back, debt)
