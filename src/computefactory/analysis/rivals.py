"""What a forecast has to beat: growth held."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["growth_held", "mean_absolute"]


def growth_held(before: float | None, last: float | None, ahead: int) -> float | None:
    """The ratio of the last two known quarters held: ``last x (last / before)^ahead``.

    None where one of them is unknown or not positive.
    """
    if before is None or last is None or before <= 0 or last <= 0:
        return None
    return last * (last / before) ** ahead


def mean_absolute(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Mean of |forecast / reported - 1| over pairs of (forecast, reported); None where all reported are 0."""
    shares = [abs(ours / theirs - 1) for ours, theirs in pairs if theirs]
    return math.fsum(shares) / len(shares) if shares else None
