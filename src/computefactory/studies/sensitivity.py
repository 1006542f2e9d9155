"""Which inputs a factory depends on most: equity IRR at the low and the high of each, one at a time, debt frozen.

A fact moves over its own published range; a figure of the file, or a fact without a range, moves by ten per cent and
is marked so. All the variations of one factory are one batch: the scenario axis runs through steps and ledger alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from computefactory import model
from computefactory.scenarios import Trials
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import finite, shown

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Swing", "sensitivities"]

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
    factory = result.factory
    levers = factory.levers()
    if not levers:
        return ()
    n = 2 * len(levers)
    columns = {lever.path: np.full(n, lever.base) for lever in levers}
    for i, lever in enumerate(levers):
        columns[lever.path][2 * i : 2 * i + 2] = lever.low, lever.high
    last = np.flatnonzero(result.runs[model.HEAD].lines["equity_flow"])[-1:].sum()
    end = int(last // MONTHS_PER_YEAR + 3) * MONTHS_PER_YEAR  # what is left to pay after the exit falls before it
    # the supply keeps its plan, hour by hour: what a new plan would save on top is of second order
    returns = Trials(result, columns, [RETURN], held=["supply_plan"], until=end).run()[RETURN]
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
    return tuple(sorted(found, key=lambda swing: (-swing.size, swing.path)))
