"""An error of a forecast by cause: pure functions on quarters, each the shares of one line that sum to its error.

The error is forecast less reported. The causes are taken out in one order, the same for every line:

1. *business signed after* the question: what was reported beyond all that had been sold on its day. Capacity fills
   first what was sold then; only what is beyond it counts here, so the share is the least that it can be.
2. *volume*: capacity of what was sold that the forecast has and that was still missing in the last reported quarter.
3. *timing*: capacity of what was sold that came later or earlier, and was there by the last reported quarter.
4. *price* of a unit of what was sold, on the capacity as reported.
5. *margin* on the revenue of what was sold, as reported.

What no reported figure divides stays in ``rest``, and is never spread over the others.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CAUSES",
    "Split",
    "book_error",
    "capacity_error",
    "earned_error",
    "kept_error",
    "net_debt_error",
    "spent_error",
]

Quarters = NDArray[np.float64]
Pair = tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of an error by cause, one number a quarter; they sum to it."""

    signed_after: Quarters
    volume: Quarters
    timing: Quarters
    price: Quarters
    margin: Quarters
    rest: Quarters

    @property
    def total(self) -> Quarters:
        """The error."""
        shares: Quarters = np.sum([getattr(self, name) for name in CAUSES], axis=0)
        return shares

    def at(self, quarter: int) -> dict[str, float]:
        """The shares of one quarter by cause."""
        return {name: float(getattr(self, name)[quarter]) for name in CAUSES}


CAUSES = tuple(each.name for each in fields(Split))


def _split(like: Quarters, **shares: Quarters) -> Split:
    """A split with nothing in the causes that are not named."""
    return Split(**{name: shares.get(name, np.zeros_like(like)) for name in CAUSES})


def _numbers(*given: ArrayLike) -> tuple[Quarters, ...]:
    return tuple(np.asarray(each, dtype=float) for each in given)


def capacity_error(forecast: ArrayLike, reported: ArrayLike, sold: ArrayLike) -> Split:
    """Error of a capacity (MW that bill, a debt): after = -max(0, reported - sold), the rest by when it came.

    Of what was sold, ``D = forecast - min(reported, sold)``; volume is the part of a shortfall (``D > 0``) that the
    last quarter still has, timing the remainder of ``D``. Where the forecast is behind, it has the capacity later
    itself: that is timing.
    """
    ours, theirs, owed = _numbers(forecast, reported, sold)
    after = np.minimum(0.0, owed - theirs)
    short = ours - np.minimum(theirs, owed)
    volume = np.clip(short, 0.0, max(float(short[-1]), 0.0)) if short.size else short
    return _split(ours, signed_after=after, volume=volume, timing=short - volume)


def earned_error(capacity: Split, units: Pair, money: Pair, margins: Pair | None = None) -> Split:
    """Error of what a capacity earns or costs in a quarter: revenue of MW, interest of a debt, EBITDA with margins.

    Each pair is forecast and reported; ``capacity`` is the split of that of ``units``. Capacity that was sold counts at
    the forecast's own price of a unit, ``p = money / units``; what was signed after at the reported one, ``r``; then
    ``price = sold as reported x (p - r)``. With ``margins`` all of these carry the forecast's margin, what was signed
    after the reported one, and ``margin = sold as reported x r x (margin forecast - margin reported)``. Without a unit
    on either side nothing divides the error of the money, and the margin is that on all of it as reported.
    """
    planned, held = _numbers(*units)
    ours, theirs = _numbers(*money)
    kept, found = (np.ones_like(ours),) * 2 if margins is None else _numbers(*margins)
    divided = (planned > 0) & (held > 0)
    p, r = (
        np.divide(paid, many, out=np.zeros_like(ours), where=divided)
        for paid, many in ((ours, planned), (theirs, held))
    )
    sold = held + capacity.signed_after
    shares = {
        "signed_after": capacity.signed_after * r * found,
        "volume": capacity.volume * p * kept,
        "timing": capacity.timing * p * kept,
        "price": sold * (p - r) * kept,
        "margin": sold * r * (kept - found),
    }
    shares = {name: np.where(divided, share, 0.0) for name, share in shares.items()}
    shares["margin"] = np.where(divided, shares["margin"], theirs * (kept - found))
    return _split(ours, **shares, rest=np.where(divided, 0.0, (ours - theirs) * kept))


def spent_error(forecast: ArrayLike, reported: ArrayLike, needed: float) -> Split:
    """Error of capital cost by quarter, ``needed`` being all that the forecast spends to complete what was sold.

    Reported spending fills ``needed`` first; what is beyond it was for business signed after (or what was sold cost
    more: no figure tells them apart), the remainder is timing.
    """
    ours, theirs = _numbers(forecast, reported)
    beyond = np.maximum(0.0, np.cumsum(theirs) - needed)
    after = 0.0 - np.diff(beyond, prepend=0.0)
    return _split(ours, signed_after=after, timing=ours - theirs - after)


def book_error(forecast: ArrayLike, reported: ArrayLike, opening: float, recognised: ArrayLike) -> Split:
    """Error of the book at the ends of quarters: what was signed since the opening, and how fast it was recognised.

    Signed since = reported book - opening + what of it was recognised since; it is the error's share of business signed
    after. The remainder (recognised as reported less as forecast, since the opening) is timing.
    """
    ours, theirs, earned = _numbers(forecast, reported, recognised)
    after = -(theirs - opening + np.cumsum(earned))
    return _split(ours, signed_after=after, timing=ours - theirs - after)


def net_debt_error(forecast: ArrayLike, reported: ArrayLike, ebitda: Split, capex: Split, interest: Split) -> Split:
    """Error of net debt at the ends of quarters: what EBITDA, capital cost and interest added up to since the opening.

    Each cause is that of capital cost and interest less that of EBITDA, summed from the first quarter; ``rest`` is what
    else moved it: prepayments, working capital, rent, tax, acquisitions, shares.
    """
    ours, theirs = _numbers(forecast, reported)
    shares = {
        name: np.cumsum(getattr(capex, name) + getattr(interest, name) - getattr(ebitda, name)) for name in CAUSES
    }
    shares["rest"] = shares["rest"] + (ours - theirs) - np.sum(list(shares.values()), axis=0)
    return _split(ours, **shares)


def kept_error(forecast: ArrayLike, reported: ArrayLike) -> Split:
    """An error that no reported figure divides."""
    ours, theirs = _numbers(forecast, reported)
    return _split(ours, rest=ours - theirs)
