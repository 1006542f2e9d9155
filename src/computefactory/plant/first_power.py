"""When power comes: published waits of large loads, observed slippage of campuses, both as distributions of months.

Public facts are few and most are recalled, so a wait is an expert's range (triangular) and is called one. Slippage is
what campuses showed against their announced dates; those not yet delivered when they were last seen are right-censored.
A distribution stands here as equally likely months, so that the mean of any value over it is a plain mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.units import Month, One

__all__ = ["Slippage", "fit_slippage", "late_by", "triangular", "wait"]

Months = NDArray[np.float64]
FAR = 1e-12  # chance beyond which a law of extremes is its tail
POINTS = 400  # equally likely months: a quantile is met to a quarter of a percent


@dataclass(frozen=True, slots=True)
class Slippage:
    """A right-skewed law of months late: Gumbel, mode ``location`` and ``scale``, with what it rests on."""

    location: Month
    scale: Month
    observed: int
    censored: int

    def late_more_than(self, months: Month) -> One:
        """Chance of being later than that."""
        return float(-np.expm1(-np.exp(-(months - self.location) / self.scale)))


def _chances() -> Months:
    return (np.arange(POINTS) + 0.5) / POINTS


def triangular(low: Month, likely: Month, high: Month) -> Months:
    """Equally likely months of a triangular law, by its inverse in closed form, shape (point,).

    Raises:
        ValueError: the three are not in order.
    """
    if not low <= likely <= high:
        raise ValueError(f"{low:g}, {likely:g}, {high:g}: low, likely and high in this order")
    if high == low:
        return np.full(POINTS, float(low))
    chance = _chances()
    turn = (likely - low) / (high - low)
    rising = low + np.sqrt(chance * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - chance) * (high - low) * (high - likely))
    return np.where(chance < turn, rising, falling)


def wait(whole: tuple[Month, Month, Month], remaining: tuple[One, One, One]) -> Months:
    """Months still to wait: the whole wait's range times the range of the share that lies ahead."""
    low, likely, high = (months * share for months, share in zip(whole, remaining, strict=True))
    return triangular(low, likely, high)


def fit_slippage(observed: Sequence[Month], at_least: Sequence[Month]) -> Slippage:
    """The slippage of campuses: months late where delivered, and what they were late at least where not yet.

    Maximum likelihood with right-censored data (Klein and Moeschberger 2003, section 3.5), as scipy fits it.

    Raises:
        ValueError: fewer than three campuses were delivered.
    """
    least = 3
    if len(observed) < least:
        raise ValueError(f"{len(observed)} delivered campuses: a slippage needs at least {least}")
    from scipy import stats

    data = stats.CensoredData(uncensored=list(observed), right=list(at_least))
    location, scale = stats.gumbel_r.fit(data)
    return Slippage(float(location), float(scale), len(observed), len(at_least))


def late_by(slippage: Slippage, at_least: Month) -> Months:
    """Equally likely months late, given that it is already ``at_least`` that late; early counts as on time.

    Power before its date earns nothing until the building and the silicon are there.
    """
    left = slippage.late_more_than(at_least)
    if left < FAR:  # out there the law is exponential
        return np.asarray(at_least - slippage.scale * np.log1p(-_chances()))
    quantile = slippage.location - slippage.scale * np.log(-np.log1p(-left * (1 - _chances())))
    return np.asarray(np.maximum(quantile, max(at_least, 0.0)))
