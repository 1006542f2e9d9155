"""Where a function of one input meets a target, found between points that are looked at many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Metric", "Passage", "closed_in", "passages"]

INSIDE = 33  # points that a passage is divided by
ROUNDS = 9  # of closing in: to the last digits
MET = 1e-14  # of the target: nearer than numbers can be
BESIDE = 1e-9  # of the passage: how near to where a straight line would meet the target
Row = NDArray[np.float64]
Metric = Callable[[Row], Row]  # values of the input -> the metric, nan where it does not exist


@dataclass(frozen=True, slots=True)
class Passage:
    """Where the metric passes the target: on either side the input and the metric, as near as numbers can be."""

    low: float
    high: float
    at_low: float
    at_high: float

    def nearer(self, target: float) -> tuple[float, float]:
        """The side that comes closer."""
        sides = (self.low, self.at_low), (self.high, self.at_high)
        return min(sides, key=lambda side: abs(side[1] - target))


def passages(points: Row, found: Row, target: float) -> list[Passage]:
    """Neighbours between which the metric passes the target."""
    above, exists = found >= target, np.isfinite(found)
    places = np.flatnonzero((above[1:] != above[:-1]) & exists[1:] & exists[:-1])
    # a first or last point that is the target itself has no neighbour on the other side
    alone = [k for k in np.flatnonzero(found == target) if not {k - 1, k} & set(places.tolist())]
    rows = [(k, k + 1) for k in places] + [(k, k) for k in alone]
    return [Passage(*points[[a, b]].tolist(), *found[[a, b]].tolist()) for a, b in sorted(rows)]


def closed_in(passage: Passage, target: float, look: Metric, *, whole: bool = False) -> Passage:
    """The passage made as narrow as numbers allow; ``whole``: between whole numbers."""
    for _ in range(ROUNDS):
        if abs(passage.nearer(target)[1] - target) <= MET * abs(target):
            break
        points = np.linspace(passage.low, passage.high, INSIDE)
        points = np.unique(np.round(points) if whole else [*points, *_straight(passage, target)])
        inside = points[1:-1]
        if not inside.size:
            break
        found = np.concatenate([[passage.at_low], look(inside), [passage.at_high]])
        inner = passages(points, found, target)
        if not inner:  # it ceases to exist before it gets there
            break
        passage = inner[0]
    return passage


def _straight(passage: Passage, target: float) -> Row:
    """Where a straight line between both sides meets the target, and just beside it."""
    share = (target - passage.at_low) / (passage.at_high - passage.at_low)
    around = np.clip([share - BESIDE, share, share + BESIDE], 0.0, 1.0)
    return np.asarray(passage.low + around * (passage.high - passage.low))
