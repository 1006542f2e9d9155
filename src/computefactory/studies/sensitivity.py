"""Which inputs a factory depends on most: equity IRR at the low and the high of each, one at a time, debt frozen.

A fact moves over its own published range; a figure of the file, or a fact without a range, moves by ten per cent and
is marked so. All the variations of one factory are one batch: the scenario axis runs through steps and ledger alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from computefactory.strength import KEEP, moved, rows_of, strength_of
from computefactory.units import finite, shown

if TYPE_CHECKING:
    from computefactory.qualification import Strength
    from computefactory.result import Result
    from computefactory.scenarios import Outcome
    from computefactory.strength import Move

__all__ = ["Swing", "sensitivities", "swings_and_strength"]

RETURN = "equity_irr"


@dataclass(frozen=True, slots=True)
class Swing:
    """Equity IRR at both ends of one input, in the input's canonical unit."""

    path: str
    label: str
    unit: str
    base: float
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    assumed_range: bool  # True: ten per cent either way, for want of a range

    @property
    def size(self) -> float:
        """Distance between the two ends; the largest possible where one end has no return."""
        if self.at_low is None or self.at_high is None:
            return np.inf
        return abs(self.at_high - self.at_low)


def sensitivities(result: Result) -> tuple[Swing, ...]:
    """Inputs by the largest change of equity IRR over their range, debt frozen: worked out anew at each call."""
    return _swings(result, ())[0]


def swings_and_strength(result: Result) -> tuple[tuple[Swing, ...], Strength]:
    """The same beside the strength of the verdict, where it is not known yet: what both look at is one batch."""
    if result.qualification.strength is not None:
        return sensitivities(result), result.qualification.strength
    rows = rows_of(result)
    swings, made, outcome = _swings(result, rows)
    return swings, strength_of(result, made, outcome)


def _swings(result: Result, rows: Sequence[Move]) -> tuple[tuple[Swing, ...], list[Move], Outcome | None]:
    """The sensitivities, and the batch with the ends of further rows."""
    levers = result.factory.levers()
    own = [(lever, (lever.low, lever.high)) for lever in levers]
    moves = [*own, *(move for move in rows if move not in own)]
    if not moves:
        return (), [], None
    moves, outcome = moved(result, moves, [RETURN, *(KEEP if rows else ())])
    returns = outcome[RETURN]
    found = [
        Swing(
            lever.path,
            lever.label,
            shown(lever.unit),
            lever.base,
            lever.low,
            lever.high,
            finite(returns[2 * i]),
            finite(returns[2 * i + 1]),
            lever.assumed_range,
        )
        for i, lever in enumerate(levers)
    ]
    return tuple(sorted(found, key=lambda swing: (-swing.size, swing.path))), moves, outcome
