"""Strong-scaling efficiency of training, from measured times to train the same model on more accelerators.

A series is one system (round, benchmark, submitter, accelerator) measured at several sizes; of several times at one
size the best stands. Published times hold the benchmark's correction for the steps a run took, so they compare as
they are. Between sizes, efficiency is ``T(n0) n0 / (T(n) n)``. The law has one parameter, Amdahl's serial part in the
form of a size h: ``T(n) ~ 1/n + 1/h``, so that work costs ``1 + n/h`` accelerator-hours and at h half are lost.

Its error is what it says of a series that took no part in the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from computefactory.units import Count, One

__all__ = ["Law", "Series", "efficiency", "fit", "held_out", "law"]

GOLDEN = (sqrt(5) - 1) / 2
SMALLEST, LARGEST = log(1.0), log(1e8)  # accelerators at which half is lost: the bracket of the search
ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Series:
    """One system at rising sizes; ``measured`` is its efficiency relative to the first."""

    name: str
    benchmark: str
    sizes: tuple[Count, ...]
    measured: tuple[One, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """The fit with its error on series left out: root mean square and largest, relative."""

    half: Count
    series: int
    points: int
    error: One
    largest_error: One
    smallest_size: Count
    largest_size: Count


def efficiency(accelerators: Count, reference: Count, half: Count) -> One:
    """Efficiency at one size relative to another: ``(1 + n0/h) / (1 + n/h)`` (Amdahl, AFIPS 1967)."""
    return (1 + reference / half) / (1 + accelerators / half)


def fit(chosen: Sequence[Series]) -> Count:
    """The size at which half is lost: least squares of the log of efficiency over all sizes after the first.

    Golden-section search over its logarithm; the bracket's upper end means that nothing is lost.
    """

    def squares(at: float) -> float:
        half = exp(at)
        return sum(
            log(efficiency(size, one.sizes[0], half) / measured) ** 2
            for one in chosen
            for size, measured in zip(one.sizes[1:], one.measured[1:], strict=True)
        )

    low, high = SMALLEST, LARGEST
    while high - low > ENOUGH:
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if squares(left) <= squares(right):
            high = right
        else:
            low = left
    return exp((low + high) / 2)


def held_out(chosen: Sequence[Series]) -> tuple[tuple[One, ...], ...]:
    """What the law says of each series, beyond its first size, fitted to the others."""
    told = []
    for one in chosen:
        half = fit([other for other in chosen if other is not one])
        told.append(tuple(efficiency(size, one.sizes[0], half) for size in one.sizes[1:]))
    return tuple(told)


def law(chosen: Sequence[Series]) -> Law:
    """The fit to all series, with the error of each left out in turn."""
    errors = [
        told / measured - 1
        for one, row in zip(chosen, held_out(chosen), strict=True)
        for told, measured in zip(row, one.measured[1:], strict=True)
    ]
    return Law(
        half=fit(chosen),
        series=len(chosen),
        points=len(errors),
        error=sqrt(sum(error**2 for error in errors) / len(errors)),
        largest_error=max(abs(error) for error in errors),
        smallest_size=min(one.sizes[0] for one in chosen),
        largest_size=max(one.sizes[-1] for one in chosen),
    )
