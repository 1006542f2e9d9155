"""What the plant produces: usable accelerator-hours and useful floating-point work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.inputs import Cluster, Silicon, silicon_of
from computefactory.plant.meter import each_month
from computefactory.plant.silicon import mean_of
from computefactory.steps import elementwise, number
from computefactory.timeline import Timeline
from computefactory.units import Count, Kw, One, PflopDayPerAcceleratorHour, Tflops

__all__ = ["STEPS"]

TFLOP_PER_PFLOP = 1e3
HOURS_PER_DAY = 24.0


@elementwise(axes=1)
def accelerator_hours_full(accelerators_active: Count, availability: One, timeline: Timeline) -> NDArray[np.float64]:
    """Usable accelerator-hours with everything installed and running, shape (month,)."""
    return np.asarray(each_month(accelerators_active * availability) * timeline.hours)


@elementwise()
def useful_tflops(
    silicon: Silicon,
    generations: tuple[Cluster, ...],
    generation_goodput: tuple[One, ...],
    active_shares: tuple[One, ...],
) -> Tflops:
    """Useful dense BF16 rate of one accelerator in a usable hour: peak x MFU x goodput, the mean of all active."""
    every = zip(silicon_of(silicon, generations), generation_goodput, strict=True)
    return mean_of(tuple(each.bf16_dense * each.mfu * kept for each, kept in every), active_shares)


@elementwise()
def work_rate(useful_tflops: Tflops, goodput: One) -> PflopDayPerAcceleratorHour:
    """Model work of an accelerator in an hour that nothing spoils: peak x MFU, of several generations by what is kept.

    MFU as Chowdhery et al. 2022 (arXiv 2204.02311) define it: model operations, nothing recomputed, over peak.
    """
    some = np.asarray(goodput) > 0
    rate = useful_tflops / np.where(some, goodput, 1.0)
    return number(rate / TFLOP_PER_PFLOP / HOURS_PER_DAY)


@elementwise()
def useful_tflops_per_grid_kw(
    useful_tflops: Tflops, accelerators_active: Count, availability: One, it_typical_load: Kw, pue_annual: One
) -> float:
    """Useful rate per kW drawn from the grid: what PUE alone does not show [TFLOP/s per kW]."""
    load = np.where(np.asarray(it_typical_load) > 0, it_typical_load, np.nan)
    return number(useful_tflops * accelerators_active * availability / (load * pue_annual))


STEPS = (accelerator_hours_full, useful_tflops, work_rate, useful_tflops_per_grid_kw)
