"""What a share is worth: what dilutes the owners, at the value that is found or at a price that is given.

Options, units and warrants count by the treasury method: what holders pay buys shares back at the price that is being
found, so the price solves ``p (n + options) = equity + options x strike`` where they are in the money. Convertibles
convert where the price is above their conversion price, else they are debt; redeemable shares are owed at their put
price until the price is above it. The price stands on both sides; what all holders get rises with it along straight
pieces, so the equity fills one piece after the other, like a waterfall, and no rounds are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from computefactory.ledger import line, maximum, minimum, over, senior, where
from computefactory.units import One, Usd

if TYPE_CHECKING:
    from computefactory.valuation.inputs import Holder

__all__ = ["owed_at", "shares_at"]


@line(per="holder")
def h_joined(h_shares: One) -> One:
    """Shares that share in a rise of the price above this holder's."""
    return senior(h_shares) + h_shares


@line(per="holder")
def h_step(h_joined: One, h_above: Usd, h_until: Usd) -> Usd:
    """What all holders get while the price rises from this holder's to the next one's."""
    return h_joined * (h_until - h_above)


def _rise(equity: float, owed: float, step: float, last: float, joined: float) -> float:
    """Rise of the price in a step: what all notes and the steps before leave of the equity, as much as it takes."""
    left = maximum(equity - owed - senior(step), 0)
    return where(joined > 0, where(last > 0, left, minimum(left, step)) / joined, 0)


def _diluted(price: float, above: float, shares: float, pays: float) -> float:
    """Shares of a holder that has joined, less those that its payment buys back."""
    return where(price > above, shares - where(price > 0, pays / price, 0), where(above > 0, 0, shares))


@line(per="holder")
def h_industrial(
    industrial_enterprise_value_usd: Usd,
    claims_before_notes: Usd,
    h_owed: Usd,
    h_step: Usd,
    h_last: One,
    h_joined: One,
) -> Usd:
    """Rise of the price, from this holder's to the next one's, that the industrial value pays for."""
    return _rise(industrial_enterprise_value_usd - claims_before_notes, over(h_owed), h_step, h_last, h_joined)


@line
def industrial_value_usd_per_share(h_industrial: Usd, shares_stated: One) -> Usd:
    """Industrial value of a share, diluted; 0 where no shares are stated."""
    return over(h_industrial) * (shares_stated > 0)


@line
def industrial_notes(h_owed: Usd, h_above: Usd, industrial_value_usd_per_share: Usd) -> Usd:
    """Convertibles that stay debt at the industrial value."""
    return over(h_owed * (industrial_value_usd_per_share <= h_above))


@line
def industrial_shares(
    h_above: Usd, h_shares: One, h_pays: Usd, industrial_value_usd_per_share: Usd, shares_stated: One
) -> One:
    """Shares outstanding at the industrial value, diluted; 0 where none are stated."""
    return over(_diluted(industrial_value_usd_per_share, h_above, h_shares, h_pays)) * (shares_stated > 0)


@line
def industrial_equity_value_usd(
    industrial_enterprise_value_usd: Usd, claims_before_notes: Usd, industrial_notes: Usd
) -> Usd:
    """Industrial value of the equity."""
    return industrial_enterprise_value_usd - claims_before_notes - industrial_notes


@line(per="holder")
def h_cloud(
    cloud_enterprise_value_usd: Usd, claims_before_notes: Usd, h_owed: Usd, h_step: Usd, h_last: One, h_joined: One
) -> Usd:
    """Rise of the price, from this holder's to the next one's, that the cloud value pays for."""
    return _rise(cloud_enterprise_value_usd - claims_before_notes, over(h_owed), h_step, h_last, h_joined)


@line
def cloud_value_usd_per_share(h_cloud: Usd, shares_stated: One) -> Usd:
    """Cloud value of a share, diluted; 0 where no shares are stated."""
    return over(h_cloud) * (shares_stated > 0)


@line
def cloud_notes(h_owed: Usd, h_above: Usd, cloud_value_usd_per_share: Usd) -> Usd:
    """Convertibles that stay debt at the cloud value."""
    return over(h_owed * (cloud_value_usd_per_share <= h_above))


@line
def cloud_shares(
    h_above: Usd, h_shares: One, h_pays: Usd, cloud_value_usd_per_share: Usd, shares_stated: One, cloud_known: One
) -> One:
    """Shares outstanding at the cloud value, diluted; 0 where none are stated, or no multiple was known."""
    stated = (shares_stated > 0) * (cloud_known > 0)
    return over(_diluted(cloud_value_usd_per_share, h_above, h_shares, h_pays)) * stated


@line
def cloud_equity_value_usd(cloud_enterprise_value_usd: Usd, claims_before_notes: Usd, cloud_notes: Usd) -> Usd:
    """Cloud value of the equity."""
    return cloud_enterprise_value_usd - claims_before_notes - cloud_notes


def shares_at(holders: Sequence[Holder], price: float) -> float:
    """Shares outstanding at a price of a share, diluted by the treasury method."""
    return sum(_diluted(price, each.above, each.shares, each.pays) for each in holders)


def owed_at(holders: Sequence[Holder], price: float) -> float:
    """What notes and redeemable shares are still owed at a price of a share."""
    return sum(each.owed for each in holders if price <= each.above)
