"""A job that needs all of its nodes, event by event: failures, repairs, spares, detection, restarts, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import floor, inf

import numpy as np

from build_reference import table
from computefactory import model
from computefactory.plant.inputs.reliability import Reliability
from computefactory.plant.reliability import checkpoint_interval, goodput_of, nodes_available, nodes_in_whole_jobs
from computefactory.units import Count, Hour, One

__all__ = ["sections", "simulated"]

SPARES = (0, 2, 4, 6, 8, 12)
HOURS = 200_000.0
SEED = 12


def simulated(needed: int, spares: int, terms: Reliability, interval: Hour, hours: Hour) -> One:
    """Share of the time that is kept work of a job that stops with each failed node and waits for all it needs."""
    rng = np.random.default_rng(SEED)
    segment = interval + terms.checkpoint_write
    now, up, kept, failed, starts = 0.0, needed + spares, 0.0, 0.0, 0.0
    while now < hours:
        failing, repairing = up * terms.failures, (needed + spares - up) / terms.repair
        now += rng.exponential(1 / (failing + repairing))
        if rng.random() * (failing + repairing) < failing:
            up -= 1
            if starts < inf and rng.random() * (up + 1) < needed:  # a node of the job, not a spare
                kept += floor(max(now - starts, 0.0) / segment) * interval
                failed, starts = now, inf if up < needed else now + terms.detect + terms.restart
        else:
            up += 1
            if starts == inf and up >= needed:
                starts = max(now, failed + terms.detect) + terms.restart
    return kept / now


def _rows(accelerators: Count) -> Iterator[tuple[str, ...]]:
    plant = model.load("iren-horizon").plant
    terms = replace(plant.reliability, shrinks=0.0)
    needed = int(accelerators / plant.silicon.accelerators_per_node)
    rate, up = needed * terms.failures, 1 / (1 + terms.failures * terms.repair)
    kept, interval = goodput_of(rate, terms), checkpoint_interval(rate, terms)
    for spares in SPARES:
        shrinks = nodes_available(needed, spares, terms.failures, terms.repair) * kept
        rigid = nodes_in_whole_jobs(needed, spares, needed, up) * kept
        found = simulated(needed, spares, terms, interval, HOURS)
        yield (str(spares), f"{shrinks:.3f}", f"{rigid:.3f}", f"{found:.3f}", f"{rigid - found:+.3f}")


def sections() -> list[str]:
    """The table."""
    return [
        "## A job that needs all of its nodes",
        (
            "8,192 accelerators in nodes of four, failures, repair and job of the library, hot spares for the site; "
            "nodes up x goodput where the job shrinks, and the share of time that is kept work where it waits for all "
            f"nodes, by formula and by {HOURS:,.0f} hours of events drawn at random (`tools/output/rigid.py`)."
        ),
        "\n".join(table(("spare nodes", "shrinks", "rigid", "simulated", "formula less simulated"), list(_rows(8192)))),
        (
            "The formula counts detection after every failure; in the simulation it passes while the job waits for a "
            "repair. Scarce spares therefore do a little better than it says."
        ),
    ]
