"""What a forecast has to beat: growth held, and what the company itself had said."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["Guidance", "growth_held", "guided", "mean_absolute"]

_GUIDE = re.compile(r"guide_(?P<when>FY\d{4}|Q[1-4]_\d{4}|\d{4}_exit)_(?P<what>.+?)(?:_(?P<end>low|high))?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a field of a row of guidance speaks of: a period (``FY2026``, ``2026-Q2``, ``2026-12``) and a quantity."""

    period: str
    what: str
    end: str  # low, high, or nothing for a figure without a range


def growth_held(before: float | None, last: float | None, ahead: int) -> float | None:
    """The ratio of the last two known quarters held: ``last x (last / before)^ahead``.

    None where one of them is unknown or not positive.
    """
    if before is None or last is None or before <= 0 or last <= 0:
        return None
    return last * (last / before) ** ahead


def guided(field: str) -> Guidance | None:
    """What a field such as ``guide_Q2_2026_revenue_low`` guides to; None for any other field."""
    found = _GUIDE.fullmatch(field)
    if found is None:
        return None
    when = found["when"]
    if when.startswith("Q"):
        when = f"{when[-4:]}-{when[:2]}"
    elif when.endswith("exit"):
        when = f"{when[:4]}-12"
    return Guidance(when, found["what"], found["end"] or "")


def mean_absolute(pairs: list[tuple[float, float]]) -> float | None:
    """Mean of |forecast / reported - 1| over pairs of (forecast, reported); None where all reported are 0."""
    shares = [abs(ours / theirs - 1) for ours, theirs in pairs if theirs]
    return math.fsum(shares) / len(shares) if shares else None
