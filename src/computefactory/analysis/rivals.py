"""What a forecast has to beat: growth held, and what the company itself had said."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["Guidance", "growth_held", "guided", "mean_absolute"]

_GUIDE = re.compile(r"guide_(?P<when>fy\d{4}|q[1-4]_\d{4}|\d{4}_exit)_(?P<what>.+?)(?:_(?P<end>low|high))?", re.ASCII)
_LAST_MONTH = {"q1": "03", "q2": "06", "q3": "09", "q4": "12"}


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a field of guidance speaks of: a quantity, and a year (``FY2026``) or the last month of a quarter."""

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
    """What a field such as ``guide_q2_2026_revenue_low`` guides to; None for any other field."""
    found = _GUIDE.fullmatch(field)
    if found is None:
        return None
    when = found["when"]
    if when.startswith("fy"):
        period = when.upper()
    else:
        period = f"{when[:4]}-12" if when.endswith("exit") else f"{when[-4:]}-{_LAST_MONTH[when[:2]]}"
    return Guidance(period, found["what"], found["end"] or "")


def mean_absolute(pairs: list[tuple[float, float]]) -> float | None:
    """Mean of |forecast / reported - 1| over pairs of (forecast, reported); None where all reported are 0."""
    shares = [abs(ours / theirs - 1) for ours, theirs in pairs if theirs]
    return math.fsum(shares) / len(shares) if shares else None
