"""The plant: from the site's weather and power to accelerators that run. Physics as steps, energy money as lines."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.plant import (
    climate,
    cooling,
    cooling_year,
    fabric,
    layout,
    limits,
    lines,
    meter,
    output,
    power,
    reliability,
    silicon,
)

__all__ = ["LINES", "STEPS"]

STEPS = (
    *climate.STEPS,
    *fabric.STEPS,
    *silicon.STEPS,
    *cooling.STEPS,
    *cooling_year.STEPS,
    *power.STEPS,
    *meter.STEPS,
    *reliability.STEPS,
    *output.STEPS,
    *layout.STEPS,
    *limits.STEPS,
)

LINES = collect(lines)
