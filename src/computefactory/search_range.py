"""Where a solution is looked for: what a field allows, what the file allows, and the edges of where a metric exists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.crossing import Metric
from computefactory.errors import FactoryFileError
from computefactory.schema import Field

__all__ = ["first_points", "fitting", "near_edges"]

Row = NDArray[np.float64]

WIDEST = 16.0  # times what stands there now, either way
POINTS = 65
DECADES = (-6, 12)  # powers of ten tried where nothing, or zero, stands there now
PER_DECADE = 4
HALVINGS = 8  # towards the last value that the file allows
EDGE_ROUNDS, EDGE_POINTS = 4, 8  # towards where a metric begins to exist
WHOLE_POINTS = 17  # of a field that takes whole numbers: each is a run of its own


def first_points(field: Field, within: tuple[float, float] | None) -> Row:
    """Values to begin with, ascending, all within the field's own bounds."""
    reads, base = field.reads, field.base
    count = WHOLE_POINTS if reads.fixed else POINTS
    if within is not None:
        parts = [np.linspace(within[0], within[1], count)]
    elif base:
        parts = [base * np.geomspace(1 / WIDEST, WIDEST, count)]
    else:
        first, last = DECADES
        powers = 10.0 ** np.linspace(first, last, (last - first) * PER_DECADE + 1)
        parts = [powers if not reads.fixed else np.linspace(0, 120, count), *([-powers] if reads.low < 0 else [])]
    ends = [end for end in (reads.low, reads.high) if np.isfinite(end)]
    if within is None and not reads.fixed:
        parts.append(np.array(ends))
        if len(ends) > 1:
            parts.append(np.linspace(ends[0], ends[1], count))
    points = np.unique(np.concatenate(parts))
    points = np.unique(np.round(points)) if reads.whole else points
    points = points[(points >= reads.low) & (points <= reads.high)]
    return points[points > reads.low] if reads.low_open else points


def fitting(points: Row, base: float | None, look: Metric) -> tuple[Row, Row, str]:
    """The points that the file allows, the metric there, and what is wrong beyond them.

    They hang together around what stands there now.

    Raises:
        FactoryFileError: not even that is allowed.
    """
    try:
        return points, look(points), ""
    except FactoryFileError:
        if not len(points):
            raise
    start = int(np.argmin(np.abs(points - (base or 0.0))))
    look(points[[start]])
    first = start - _reach(points[start::-1], look)
    last = start + _reach(points[start:], look)
    beyond = [("below", points[first], points[first - 1])] if first else []
    beyond += [("above", points[last], points[last + 1])] if last + 1 < len(points) else []
    ends = [_last_allowed(inside, outside, look) for _, inside, outside in beyond]
    kept = np.unique([*points[first : last + 1], *ends])
    said = (f"{side} that {_refusal(outside, look)}" for side, _, outside in beyond)
    return kept, look(kept), "; ".join(said)


def _reach(points: Row, look: Metric) -> int:
    """How many steps from the first point the file allows, found by halving."""
    allowed, refused = 0, len(points)
    while refused - allowed > 1:
        middle = (allowed + refused) // 2
        if _is_allowed(points[middle], look):
            allowed = middle
        else:
            refused = middle
    return allowed


def _last_allowed(inside: float, outside: float, look: Metric) -> float:
    for _ in range(HALVINGS):
        middle = 0.5 * (inside + outside)
        if _is_allowed(middle, look):
            inside = middle
        else:
            outside = middle
    return inside


def _is_allowed(point: float, look: Metric) -> bool:
    return not _refusal(point, look)


def _refusal(point: float, look: Metric) -> str:
    """What is wrong with a value; nothing where the file allows it."""
    try:
        look(np.array([point]))
    except FactoryFileError as error:
        problem = error.problems[0]
        return f"{problem.path}: {problem.expected}"
    return ""


def near_edges(points: Row, found: Row, look: Metric, *, whole: bool) -> tuple[Row, Row]:
    """More points where the metric exists on one side only: it may pass the target just before it ends."""
    for _ in range(EDGE_ROUNDS):
        exists = np.isfinite(found)
        edges = np.flatnonzero(exists[1:] != exists[:-1])
        inner = [np.linspace(points[k], points[k + 1], EDGE_POINTS + 2)[1:-1] for k in edges]
        fresh = np.concatenate(inner) if inner else np.empty(0)
        fresh = np.setdiff1d(np.round(fresh) if whole else fresh, points)
        if not fresh.size:
            break
        order = np.argsort(np.concatenate([points, fresh]), kind="stable")
        points, found = np.concatenate([points, fresh])[order], np.concatenate([found, look(fresh)])[order]
    return points, found
