"""The plant: from the site's weather and power to accelerators that run. Physics as steps, energy money as lines."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.plant import (
    by_phase,
    climate,
    cooling,
    cooling_year,
    fabric,
    layout,
    limits,
    meter,
    onsite,
    output,
    power,
    reliability,
    scale_up,
    silicon,
    stack,
    supply_bill,
    supply_limits,
    supply_lines,
    tariff,
    tokens,
)
from computefactory.plant.inputs import GIVENS
from computefactory.plant.short_year import short_year

__all__ = ["LINES", "NO_STACK", "STEPS", "short_year"]

NO_STACK = stack.NO_STACK
STEPS = (
    *climate.STEPS,
    *fabric.STEPS,
    *scale_up.STEPS,
    *silicon.STEPS,
    *cooling.STEPS,
    *cooling_year.STEPS,
    *onsite.STEPS,
    *power.STEPS,
    *stack.STEPS,
    *meter.STEPS,
    *supply_bill.STEPS,
    *reliability.STEPS,
    *by_phase.STEPS,
    *output.STEPS,
    *tokens.STEPS,
    *layout.STEPS,
    *limits.STEPS,
    *supply_limits.STEPS,
)

LINES = [*GIVENS, *collect(by_phase, tariff, supply_lines)]
