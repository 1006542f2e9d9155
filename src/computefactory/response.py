"""What many sets of inputs give, from few that are worked out: a guess, what corrects it, the error seen.

Used where one set costs a year of hours and there are thousands of them. The guess comes from a cheaper model of the
same thing (two levels of fidelity with an additive correction: Kennedy and O'Hagan, Biometrika 87, 2000); without one
it is nothing. The correction is a sum of Chebyshev polynomials of the driven inputs, each brought to -1 ... 1, up to a
total degree, by least squares. Its nodes are sets of the batch, chosen where the polynomial is least settled (discrete
Leja points: Bos, De Marchi, Sommariva and Vianello, SIAM J. Numer. Anal. 48, 2010), so nothing is asked outside of what
the batch holds. The error is the largest at further sets, half of them those furthest from all nodes. A result whose
error is too large is not tabulated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BY_MONTH", "TOLERANCE", "Response", "tabulate"]

Array = NDArray[np.float64]
Places = NDArray[np.intp]

TOLERANCE = 5e-5  # of the largest value of a number: half of 1e-4 of a PUE of one
BY_MONTH = 1e-4  # of the largest month of a series
DEGREES = (16, 8, 5, 3, 2, 2, 2, 2, 2, 2)  # by number of inputs
MORE = 1.5  # nodes over terms, with two inputs and more
CHECKS = 32
WORTH = 2  # sets for each that a table needs, below which all are worked out
CANDIDATES = 4_000
SAME = 1e-14  # share of the variance below which an input follows from the others
SEED = 20251103


@dataclass(frozen=True, slots=True)
class Response:
    """Results by name, a row for each set; beside them the largest relative error at sets that took no part."""

    values: Mapping[str, Array]
    constant: Mapping[str, Any]  # the same in every set that was worked out
    errors: Mapping[str, float]
    nodes: int
    checks: int


def tabulate(
    drivers: Array, look: Callable[[int], Mapping[str, Any] | None], guess: Callable[[], Mapping[str, Array]]
) -> Response | None:
    """The results of every set of ``drivers``, shape (set, input); None where that saves nothing.

    ``look`` works one set out: arrays, numbers and tuples of numbers by name, or None where the set takes another
    branch than the others. ``guess`` says roughly what all give, shape (set, ...), where something is known.
    """
    if len(drivers) < WORTH * CHECKS:
        return None
    inputs = _independent(drivers)
    size = inputs.shape[1]
    if size > len(DEGREES):
        return None
    powers = _powers(size, DEGREES[size - 1])
    wanted = len(powers) if size == 1 else int(MORE * len(powers))
    if len(drivers) < WORTH * (wanted + CHECKS):
        return None
    random = np.random.default_rng(SEED)
    candidates = _candidates(inputs, random)
    nodes = _nodes(_basis(inputs[candidates], powers), wanted, random)
    checks = _between(inputs[candidates], nodes, random)
    places = candidates[np.concatenate([nodes, checks])]
    seen = []
    for place in places.tolist():
        result = look(place)
        if result is None:
            return None
        seen.append(result)
    return _corrected(_basis(inputs, powers), places, len(nodes), seen, guess())


def _independent(drivers: Array) -> Array:
    """Inputs brought to -1 ... 1; those that follow from each other on straight lines count once."""
    spread = np.ptp(drivers, axis=0)
    scaled = (drivers[:, spread > 0] - drivers[:, spread > 0].mean(axis=0)) / spread[spread > 0]
    size, axes = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    free = size > SAME * size.max()
    if not free.all():
        scaled = scaled @ axes[:, free]
    low, high = scaled.min(axis=0), scaled.max(axis=0)
    return np.asarray((2 * scaled - low - high) / (high - low))


def _powers(inputs: int, degree: int) -> Places:
    """Degrees of each term in each input, at most ``degree`` together, shape (term, input)."""
    terms = [
        np.bincount(np.array(chosen, dtype=int), minlength=inputs + 1)[1:]
        for chosen in combinations_with_replacement(range(inputs + 1), degree)
    ]
    return np.array(terms, dtype=np.intp)


def _basis(inputs: Array, powers: Places) -> Array:
    """Products of Chebyshev polynomials, shape (set, term)."""
    found = np.ones((len(inputs), len(powers)))
    for column, power in zip(inputs.T, powers.T, strict=True):
        found *= np.polynomial.chebyshev.chebvander(column, int(power.max()))[:, power]
    return found


def _candidates(inputs: Array, random: np.random.Generator) -> Places:
    """Sets that may be nodes: all, or as many at random as suffice, always with the ends of every input."""
    if len(inputs) <= CANDIDATES:
        return np.arange(len(inputs))
    ends = np.concatenate([inputs.argmin(axis=0), inputs.argmax(axis=0)])
    return np.unique(np.concatenate([ends, random.choice(len(inputs), CANDIDATES, replace=False)]))


def _nodes(basis: Array, size: int, random: np.random.Generator) -> Places:
    """Leja points, the rows that elimination takes as pivots; more, where asked for, at random."""
    left = basis.copy()
    chosen = []
    for term in range(basis.shape[1]):
        row = int(np.argmax(np.abs(left[:, term])))
        chosen.append(row)
        if left[row, term]:
            left[:, term + 1 :] -= np.outer(left[:, term] / left[row, term], left[row, term + 1 :])
        left[row] = 0.0
    rest = np.setdiff1d(np.arange(len(basis)), chosen)
    more = random.choice(rest, size - len(chosen), replace=False)
    return np.unique(np.concatenate([chosen, more]).astype(np.intp))


def _between(inputs: Array, nodes: Places, random: np.random.Generator) -> Places:
    """Half of the sets furthest from all nodes and from each other, half at random."""
    distance = np.min([((inputs - inputs[node]) ** 2).sum(axis=1) for node in nodes], axis=0)
    chosen = []
    for _ in range(CHECKS // 2):
        place = int(np.argmax(distance))
        chosen.append(place)
        distance = np.minimum(distance, ((inputs - inputs[place]) ** 2).sum(axis=1))
    rest = np.setdiff1d(np.arange(len(inputs)), [*nodes.tolist(), *chosen])
    return np.concatenate([np.array(chosen, dtype=np.intp), random.choice(rest, CHECKS // 2, replace=False)])


def _corrected(
    basis: Array, places: Places, nodes: int, seen: list[Mapping[str, Any]], guess: Mapping[str, Array]
) -> Response:
    """Polynomials through what the guess misses at the nodes, their errors at the checks; all sets where close."""
    values: dict[str, Array] = {}
    constant: dict[str, Any] = {}
    errors: dict[str, float] = {}
    for name, first in seen[0].items():
        at = np.stack([np.asarray(result[name], dtype=float) for result in seen])
        if all(np.array_equal(row, at[0], equal_nan=True) for row in at):
            constant[name], errors[name] = first, 0.0
            continue
        errors[name] = np.inf
        if not np.isfinite(at).all():
            continue
        rough = guess.get(name, np.zeros((len(basis), *(1,) * (at.ndim - 1))))
        missed = (at - rough[places]).reshape(len(at), -1)
        terms = np.linalg.lstsq(basis[places[:nodes]], missed[:nodes], rcond=None)[0]
        apart = np.abs(basis[places[nodes:]] @ terms - missed[nodes:])
        errors[name] = float(apart.max() / np.abs(at).max())
        if errors[name] <= (BY_MONTH if at.ndim > 1 else TOLERANCE):
            values[name] = rough + (basis @ terms).reshape(len(basis), *at.shape[1:])
    return Response(values, constant, errors, nodes, len(places) - nodes)
