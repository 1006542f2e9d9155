"""Internal rates of return: every root, or none; never a number that is not a root.

The value of a flow at the periodic growth factor ``g = 1 + i`` is ``sum(flow[t] / g**t)``. Roots are looked for as sign
changes on a grid of ``log g`` and closed by bisection. One sign change in the flows proves one root (Descartes); several
may mean several roots or none (Norstrom 1972), so then the whole grid is searched. The same functions run in plain
Python and compiled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["irr", "irr_roots", "value_at"]

GRID = 400  # points between the extremes
LOWEST, HIGHEST = -3.0, 3.0  # log of the periodic growth factor: -95 % to +1,900 % a period
BISECTIONS = 80


def value_at(flows: Sequence[float], log_growth: float) -> float:
    """Present value of ``flows`` at the periodic log growth, scaled so that it cannot overflow."""
    discount = math.exp(-abs(log_growth))
    total = 0.0
    if log_growth >= 0.0:
        for t in range(len(flows) - 1, -1, -1):
            total = total * discount + flows[t]
    else:  # value at the end: the same roots
        for t in range(len(flows)):
            total = total * discount + flows[t]
    return total


def _bisect(flows: Sequence[float], low: float, high: float, at_low: float) -> float:
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        at_middle = value_at(flows, middle)
        if at_middle == 0.0 or high - low < 1e-16:
            return middle
        if (at_low < 0.0) == (at_middle < 0.0):
            low, at_low = middle, at_middle
        else:
            high = middle
    return 0.5 * (low + high)


def _sign_changes(flows: Sequence[float]) -> int:
    changes = 0
    last = 0.0
    for flow in flows:
        if flow != 0.0:
            if last != 0.0 and (flow < 0.0) != (last < 0.0):
                changes += 1
            last = flow
    return changes


def _newton(flows: Sequence[float]) -> float:
    """The root where there is exactly one sign change: Newton from zero growth, kept inside its bracket."""
    low, high = LOWEST, HIGHEST
    at_low = value_at(flows, low)
    if (at_low < 0.0) == (value_at(flows, high) < 0.0):
        return math.nan
    x = 0.0
    for _ in range(60):
        discount = math.exp(-abs(x))
        total = 0.0
        slope = 0.0
        if x >= 0.0:
            for t in range(len(flows) - 1, -1, -1):
                slope = slope * discount + total
                total = total * discount + flows[t]
            step = total / (slope * discount) if slope != 0.0 else math.nan
        else:
            for t in range(len(flows)):
                slope = slope * discount + total
                total = total * discount + flows[t]
            step = -total / (slope * discount) if slope != 0.0 else math.nan
        if total == 0.0:
            return x
        if (total < 0.0) == (at_low < 0.0):
            low = max(low, x)
        else:
            high = min(high, x)
        following = x + step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - x) < 1e-15:
            return following
        x = following
    return x


def irr(flows: Sequence[float], periods_per_year: float) -> float:
    """The yearly effective rate of return; nan where no root or more than one exists."""
    changes = _sign_changes(flows)
    if changes == 0:
        return math.nan
    if changes == 1:
        return math.expm1(_newton(flows) * periods_per_year)
    found = math.nan
    step = (HIGHEST - LOWEST) / GRID
    before = value_at(flows, LOWEST)
    for k in range(1, GRID + 1):
        x = LOWEST + step * k
        now = value_at(flows, x)
        if now == 0.0 or (before != 0.0 and (before < 0.0) != (now < 0.0)):
            if not math.isnan(found):
                return math.nan
            found = x if now == 0.0 else _bisect(flows, x - step, x, before)
        before = now
    return math.expm1(found * periods_per_year)


def irr_roots(flows: Sequence[float], periods_per_year: float) -> tuple[float, ...]:
    """Every yearly rate at which the flows are worth nothing, in rising order."""
    values = [float(flow) for flow in flows]
    if _sign_changes(values) == 0:
        return ()
    found = []
    step = (HIGHEST - LOWEST) / GRID
    before = value_at(values, LOWEST)
    for k in range(1, GRID + 1):
        x = LOWEST + step * k
        now = value_at(values, x)
        if now == 0.0:
            found.append(x)
        elif before != 0.0 and (before < 0.0) != (now < 0.0):
            found.append(_bisect(values, x - step, x, before))
        before = now
    return tuple(math.expm1(root * periods_per_year) for root in found)
