"""The loops behind the verbs, in the subset of Python that also compiles; generated source calls them.

``memory`` is the ledger's one flat store (a list, or an array where compiled); every other argument that names a
series is its offset in it. Sums run from the oldest period to the newest, so all backends add in the same order.
"""

from __future__ import annotations

from collections.abc import MutableSequence

__all__ = ["ahead", "clear", "spread", "trailing"]

Memory = MutableSequence[float]


def clear(memory: Memory, start: int, count: int) -> None:
    """Set ``count`` cells from ``start`` to zero."""
    for cell in range(start, start + count):
        memory[cell] = 0.0


def trailing(
    memory: Memory, x: int, month: int, now: int, months: float, step: float, last: float, first: int
) -> tuple[float, float, int]:
    """Sum of x over the last ``months`` months, that of the periods wholly within, and the first of these.

    A period of ``step`` months that lies within in part counts by its share. ``last`` and ``first`` are the whole
    periods' sum and first period of the period before. That sum is added up anew when something other than zero
    leaves it, never reduced: what has left leaves no rounding behind.
    """
    whole = last + memory[x + now]
    edge = memory[month + now] - months
    stale = False
    while first <= now and memory[month + first] < edge + step:
        if memory[x + first] != 0.0:
            stale = True
        first += 1
    if stale:
        whole = 0.0
        for period in range(first, now + 1):
            whole += memory[x + period]
    result = whole
    if first > 0 and memory[month + first - 1] > edge:
        result += memory[x + first - 1] * ((memory[month + first - 1] - edge) / step)
    return result, whole, first


def ahead(memory: Memory, x: int, periods: int, now: int, months: float, step: float) -> float:
    """Sum of x over the next ``months`` months; of the furthest period of ``step`` months the share that is within."""
    result = 0.0
    if months > 0.0:
        count = min(months / step, periods - 1.0 - now)
        last = now + int(count)
        for period in range(now + 1, last + 1):
            result += memory[x + period]
        share = count - (last - now)
        if share > 0.0:
            result += memory[x + last + 1] * share
    return result


def spread(
    memory: Memory, result: int, vintage: float, schedule: int, ages: int, clock: int, periods: int, now: int
) -> None:
    """Add a vintage of this period, at its age by the clock in every period from now on, to ``result``."""
    if vintage != 0.0:
        start = memory[clock + now]
        for period in range(now, periods):
            age = int(memory[clock + period] - start + 0.5)
            if age >= ages:
                break
            memory[result + period] += vintage * memory[schedule + age]
