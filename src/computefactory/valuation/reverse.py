"""What a price implies: the value of one input at which the valuation gives that price, the others held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.units import Usd

__all__ = ["Implied", "crossing"]

Array = NDArray[np.float64]
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Implied:
    """One input: what the price implies, what it is now, or why there is no answer."""

    name: str
    label: str
    unit: str
    value: float | None
    base: float
    reason: str = ""  # out_of_range, not_unique, no_effect, returns_below_cost_of_capital, not_needed

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {"value": self.value, "base": self.base, "unit": self.unit, "label": self.label}
        return found | ({"reason": self.reason} if self.reason else {})


def crossing(values: Callable[[Array], Array], points: Array, target: Usd) -> tuple[float | None, str]:
    """Where a function of one input meets a target: the whole range first, then closer, then straight between.

    Returns the input, or None with the reason: ``no_effect``, ``out_of_range``, ``not_unique``.
    """
    found = np.asarray(values(points), dtype=float)
    if np.ptp(found) <= abs(target) * 1e-9:
        return None, "no_effect"
    for _ in range(ROUNDS):
        gap = found - target
        exact = np.flatnonzero(gap == 0)
        if exact.size == 1:
            return float(points[exact[0]]), ""
        where = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)
        if where.size == 0:
            return None, "out_of_range"
        if where.size > 1:
            return None, "not_unique"
        k = int(where[0])
        points = np.linspace(points[k], points[k + 1], points.size)
        found = np.asarray(values(points), dtype=float)
    gap = found - target
    k = int(np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) <= 0)[0])
    step = gap[k + 1] - gap[k]
    share = -gap[k] / step if step else 0.0
    return float(points[k] + share * (points[k + 1] - points[k])), ""
