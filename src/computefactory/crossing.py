"""Where a function of one input meets a target, found between points that are looked at many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MET", "Metric", "Passage", "closed_in", "passages"]

ROUNDS = 120  # of closing in at most: halving alone comes to the last digits in half of them
MET = 1e-14  # of the target, or of what the metric runs through at first: nearer than numbers can be
INSIDE = 9  # points that a passage is divided by where the metric does not exist in its midst
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


def closed_in(passage: Passage, target: float, look: Metric, *, whole: bool = False, met: float = MET) -> Passage:
    """The passage made as narrow as numbers allow, or until the metric is within ``met``; ``whole``: of whole numbers.

    One point at a time, by inverse quadratic interpolation where it is sure to help and by halving where it is not
    (Chandrupatla, Advances in Engineering Software 28, 1997): a smooth metric takes about six.
    """
    near = met * max(abs(target), abs(passage.at_high - passage.at_low))
    before: tuple[float, float] | None = None  # the side that was given up last
    newest = "low"
    for _ in range(ROUNDS):
        if abs(passage.nearer(target)[1] - target) <= near:
            break
        point = _next(passage, target, before, newest)
        point = _whole(point, passage) if whole else point
        if not passage.low < point < passage.high:
            break
        value = float(look(np.array([point]))[0])
        if not np.isfinite(value):
            inner = _inside(passage, target, look, whole=whole)
            if inner is None:  # it ceases to exist before it gets there
                break
            passage, before = inner, None
        elif (value >= target) == (passage.at_low >= target):
            before, newest = (passage.low, passage.at_low), "low"
            passage = Passage(point, passage.high, value, passage.at_high)
        else:
            before, newest = (passage.high, passage.at_high), "high"
            passage = Passage(passage.low, point, passage.at_low, value)
    return passage


def _next(passage: Passage, target: float, before: tuple[float, float] | None, newest: str) -> float:
    """Where to look next: on a straight line at first, then on a parabola through the last three points or midway."""
    low, high = (passage.low, passage.at_low - target), (passage.high, passage.at_high - target)
    (a, at_a), (b, at_b) = (low, high) if newest == "low" else (high, low)
    if before is None:
        share = at_a / (at_a - at_b)
    else:
        c, at_c = before[0], before[1] - target
        place, height = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
        share = 0.5
        if height**2 < place and (1 - height) ** 2 < 1 - place:
            share = at_a / (at_b - at_a) * at_c / (at_b - at_c)
            share += (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
    least = min(2 * np.finfo(float).eps * max(abs(a), abs(b)) / abs(b - a), 0.5)
    return float(a + min(max(share, least), 1 - least) * (b - a))


def _whole(point: float, passage: Passage) -> float:
    """The whole number next to a point, within the passage where one is."""
    return min(max(float(np.round(point)), passage.low + 1), passage.high - 1)


def _inside(passage: Passage, target: float, look: Metric, *, whole: bool) -> Passage | None:
    """A narrower passage where the metric exists on both sides; None where there is none."""
    points = np.linspace(passage.low, passage.high, INSIDE + 2)
    points = np.unique(np.round(points)) if whole else points
    found = np.concatenate([[passage.at_low], look(points[1:-1]), [passage.at_high]])
    return next(iter(passages(points, found, target)), None)
