"""Internal rates of return: the one root where there is exactly one, and every root where asked.

With v = 1/(1 + rate of a period) a rate of return is a positive root of f(v) = sum of flow[t] v^t. By Descartes' rule
f has at most as many as the flows change sign; f(v)/(1 - v) has the running sums as coefficients, so f has at most as
many roots below 1 as the running sums change sign (Norstrom 1972), and read from the end the same holds above 1. All
three counts are exact when they are 1. Where they leave several possible, the roots are enclosed by those of v^-m f
differentiated, which changes sign once less (Rolle), down to none.

What is left where money cancels is no flow: amounts of less than 1e-13 of the largest count as nothing. Otherwise a
hundred-millionth of a cent before the first draw would be a second change of sign, and make a second rate.

Everything above ``without_dust`` is in the subset of Python that also compiles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["irr", "irr_roots", "without_dust"]

Flows = Sequence[float]


def cleaned(flows: Flows, start: int, count: int) -> list[float]:
    """The flows over the largest, from the first that counts to the last; empty where there is none to count."""
    dust = 1e-13  # of the largest: what adding and taking away leaves
    least = 1e-300  # smaller is nothing
    row = [0.0]
    row.pop()  # an empty list of floats, typed for the compiler
    largest = 0.0
    for k in range(count):
        if not abs(flows[start + k]) < math.inf:
            return row
        largest = max(largest, abs(flows[start + k]))
    if largest < least:
        return row
    last = 0
    for k in range(count):
        flow = flows[start + k] / largest
        if abs(flow) >= dust:
            row.append(flow)
            last = len(row)
        elif last > 0:
            row.append(0.0)
    return row[:last]


def sign_changes(flows: Flows, start: int, count: int, step: int) -> tuple[int, int]:
    """Sign changes of the flows, and of their running sums, read from ``start`` on in steps of 1 or -1."""
    changes = 0
    sum_changes = 0
    last = 0.0
    last_sum = 0.0
    running = 0.0
    for k in range(count):
        flow = flows[start + step * k]
        running += flow
        if flow != 0.0:
            if (last < 0.0) != (flow < 0.0) and last != 0.0:
                changes += 1
            last = flow
        if running != 0.0:
            if (last_sum < 0.0) != (running < 0.0) and last_sum != 0.0:
                sum_changes += 1
            last_sum = running
    return changes, sum_changes


def single_root(flows: Flows, start: int, count: int, step: int) -> float:
    """log(v) of the one root in (0, 1] of the polynomial with coefficients from ``flows[start]`` (not 0) by ``step``.

    Newton on log(inflows / outflows) over log(v), nearly a straight line, inside a bracket that it may not leave.
    The largest flow is 1, so that nothing overflows.
    """
    first = flows[start]
    low = math.log(abs(first)) - 1.0  # Cauchy's bound: no root below
    high = 0.0
    x = max(-0.01, 0.5 * low)  # about one per cent a period
    rounding = 2e-16
    for _ in range(200):
        gain = 0.0
        loss = 0.0
        gain_age = 0.0
        loss_age = 0.0
        v = math.exp(x)
        power = 1.0
        for k in range(count):
            value = flows[start + step * k] * power
            if value > 0.0:
                gain += value
                gain_age += k * value
            else:
                loss -= value
                loss_age -= k * value
            power *= v
        if gain == loss:
            return x
        if (gain > loss) == (first > 0.0):
            low = x
        else:
            high = x
        new = 0.5 * (low + high)
        if gain > 0.0 and loss > 0.0:
            slope = gain_age / gain - loss_age / loss
            if slope != 0.0:
                newton = x + (math.log(loss) - math.log(gain)) / slope
                if low < newton < high or abs(newton - x) <= rounding:
                    new = newton
        if abs(new - x) <= rounding * max(1.0, abs(x)):
            return new
        x = new
    return x


def ratio(coefficients: Flows, start: int, count: int, v: float) -> float:
    """The polynomial at v over the sum of its terms' magnitudes: between -1 and 1, 0 at a root."""
    value = 0.0
    size = 0.0
    if v <= 1.0:
        for k in range(count - 1, -1, -1):
            value = value * v + coefficients[start + k]
            size = size * v + abs(coefficients[start + k])
    else:
        w = 1.0 / v
        for k in range(count):
            value = value * w + coefficients[start + k]
            size = size * w + abs(coefficients[start + k])
    return value / size if size > 0.0 else 0.0


def enclosed_root(coefficients: Flows, start: int, count: int, low: float, high: float) -> float:
    """log(v) of the root between two points of opposite sign, by Ridders' method in log(v)."""
    at_low = ratio(coefficients, start, count, math.exp(low))
    at_high = ratio(coefficients, start, count, math.exp(high))
    for _ in range(100):
        middle = 0.5 * (low + high)
        at_middle = ratio(coefficients, start, count, math.exp(middle))
        size = max(abs(at_low), abs(at_middle), abs(at_high))  # squares of what is left do not vanish
        a, b, c = at_low / size, at_middle / size, at_high / size
        root = math.sqrt(max(b * b - a * c, 0.0))
        if b == 0.0 or root == 0.0:
            return middle
        new = middle + (middle - low) * (b if a > c else -b) / root
        if not low < new < high:
            new = middle
        at_new = ratio(coefficients, start, count, math.exp(new))
        if at_new == 0.0:
            return new
        if (at_middle < 0.0) != (at_new < 0.0):
            if new < middle:
                low, at_low, high, at_high = new, at_new, middle, at_middle
            else:
                low, at_low, high, at_high = middle, at_middle, new, at_new
        elif (at_low < 0.0) != (at_new < 0.0):
            high, at_high = new, at_new
        else:
            low, at_low = new, at_new
        if high - low <= 1e-15 * max(1.0, abs(low)):
            return new
    return 0.5 * (low + high)


def all_roots(flows: Flows, start: int, count: int) -> list[float]:
    """log(v) of every positive root, ascending; first and last flow are not zero. A double root counts once."""
    row = [flows[start + k] for k in range(count)]
    levels = sign_changes(row, 0, count, 1)[0]
    table = [0.0] * (levels * count) + row
    for level in range(levels, 0, -1):
        here = level * count
        before = 0
        turn = 0.0
        for k in range(1, count):
            if table[here + k] != 0.0:
                if (table[here + k] < 0.0) != (table[here + before] < 0.0):
                    turn = 0.5 * (before + k)
                    break
                before = k
        for k in range(count):
            table[here - count + k] = table[here + k] * (k - turn) / count
    points = [0.0]
    points.pop()
    for level in range(1, levels + 1):
        points = next_roots(table, level * count, count, points)
    return points


def next_roots(table: Flows, start: int, count: int, points: list[float]) -> list[float]:
    """The roots of one level, each between two neighbours of ``points`` (the roots of the level below) or beyond."""
    roots = [0.0]
    roots.pop()  # an empty list of floats, typed for the compiler
    touching = 1e-14  # of the terms' size: a double root
    largest = 0.0
    first = -1
    last = 0
    for k in range(count):
        largest = max(largest, abs(table[start + k]))
        if table[start + k] != 0.0:
            last = k
            if first < 0:
                first = k
    if largest == 0.0:
        return roots
    # Cauchy's bounds, within what exp() can hold
    lowest = max(math.log(abs(table[start + first])) - math.log(abs(table[start + first]) + largest) - 1.0, -700.0)
    highest = min(math.log(abs(table[start + last]) + largest) - math.log(abs(table[start + last])) + 1.0, 700.0)
    left = lowest
    at_left = 1.0 if table[start + first] > 0.0 else -1.0
    for k in range(len(points) + 1):
        if k < len(points):
            right = points[k]
            at_right = ratio(table, start, count, math.exp(right))
            if abs(at_right) <= touching:
                at_right = 0.0
        else:
            right = highest
            at_right = 1.0 if table[start + last] > 0.0 else -1.0
        if left < right and at_left * at_right < 0.0:
            roots.append(enclosed_root(table, start, count, left, right))
        if at_right == 0.0:
            roots.append(right)
        left = right
        at_left = at_right
    return roots


def yearly(log_v: float, years: float) -> float:
    """The yearly effective rate of a root, ``years`` being the length of a period."""
    growth = -log_v / years
    most = 700.0  # what exp() can hold
    return math.expm1(growth) + 0.0 if growth < most else math.inf  # + 0.0: no minus zero


def irr(flows: Flows, start: int, count: int, years: float) -> float:
    """Yearly effective rate at which the flows are worth nothing; nan where there is none or several.

    ``years`` is the length of a period.
    """
    row = cleaned(flows, start, count)
    end = len(row) - 1
    changes, below = sign_changes(row, 0, len(row), 1)
    above = sign_changes(row, end, len(row), -1)[1]
    odd = changes % 2  # an odd number of sign changes proves a root: guards the counts where the total is about zero
    if changes == 0 or below + above + odd == 0:
        return math.nan
    if below + above == 1 and odd == 1:
        if below == 1:
            return yearly(single_root(row, 0, len(row), 1), years)
        return yearly(-single_root(row, end, len(row), -1), years)
    roots = all_roots(row, 0, len(row))
    return yearly(roots[0], years) if len(roots) == 1 else math.nan


def without_dust(flows: ArrayLike) -> list[float]:
    """``flows`` (shape (period,)) over the largest, zeros and dust at both ends cut; empty where not finite numbers."""
    numbers = np.asarray(flows, dtype=float)
    return cleaned(numbers.tolist(), 0, len(numbers))


def irr_roots(flows: ArrayLike, periods_per_year: float) -> tuple[float, ...]:
    """Every yearly effective rate above -100 % at which ``flows`` (shape (period,)) are worth nothing, ascending."""
    row = without_dust(flows)
    roots = all_roots(row, 0, len(row)) if row else []
    return tuple(yearly(root, 1.0 / periods_per_year) for root in reversed(roots))
