"""Availability of the accelerators and goodput of a training job.

A node that fails counts once: waiting for repair in availability, lost work in goodput. Building and fabric outages
are common to all nodes and multiply.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log1p, nextafter, sqrt

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.inputs import Reliability, Silicon
from computefactory.units import Count, Hour, One, PerHour

__all__ = ["STEPS", "Job", "all_available", "best_interval", "nodes_available"]

_ITERATIONS = 100
_TOLERANCE = 1e-15
_ROUNDING = 1e-9  # of a rack


def nodes_available(needed: int, spares: int, failures: PerHour, repair: Hour) -> One:
    """``E[min(K, n)] / n``: nodes up, at most the ``n`` needed, of ``n + s`` that fail and are repaired independently.

    Birth-death chain with a repair for every failed node, its states counted by nodes down: p(j+1)/p(j) =
    (n+s-j)/(j+1) x failures x repair. Logarithms keep it exact for any size: the terms rise to the mode from p(0).
    Without spares this is the mean of a binomial, 1 / (1 + failures x repair).
    """
    if spares == 0 or failures * repair == 0:
        return 1 / (1 + failures * repair)
    probability = _nodes_down(needed + spares, failures * repair)
    short = np.maximum(np.arange(needed + spares + 1) - spares, 0)
    return float(1 - (short * probability).sum() / needed)


def all_available(needed: int, spares: int, failures: PerHour, repair: Hour) -> One:
    """``P(K >= n)``: the chance that all ``n`` nodes needed are up at once, of ``n + s`` in the same chain."""
    if failures * repair == 0:
        return 1.0
    return float(_nodes_down(needed + spares, failures * repair)[: spares + 1].sum())


def _nodes_down(nodes: int, load: One) -> NDArray[np.float64]:
    """Stationary chance of 0, 1, ... nodes down; ``load`` is failures x repair of one node."""
    down = np.arange(nodes)
    weight = np.concatenate(([0.0], np.cumsum(np.log((nodes - down) / (down + 1.0) * load))))
    likely = np.exp(weight - weight.max())
    return np.asarray(likely / likely.sum(), dtype=np.float64)


def _pool(silicon: Silicon, active: Count) -> tuple[int, int, int]:
    """Nodes needed and spare that stand in for each other, and how many such pools: the site, or each rack."""
    node = silicon.accelerators_per_node
    if silicon.spares_in_rack > 0:
        needed = (silicon.accelerators_per_rack - silicon.spares_in_rack) / node
        racks = ceil(silicon.accelerators / silicon.accelerators_per_rack - _ROUNDING)
        return max(round(needed), 1), round(silicon.spares_in_rack / node), racks
    return max(round(active / node), 1), round(silicon.spares / node), 1


def node_availability(silicon: Silicon, reliability: Reliability, accelerators_active: Count) -> One:
    """Share of the active nodes that are up, hot spares standing in: those of the site, or of the same rack."""
    needed, spares, _ = _pool(silicon, accelerators_active)
    return nodes_available(needed, spares, reliability.failures, reliability.repair)


def all_nodes_up(silicon: Silicon, reliability: Reliability, accelerators_active: Count) -> One:
    """Chance that every active node is up at once: an all-or-nothing level holds, not an availability."""
    needed, spares, pools = _pool(silicon, accelerators_active)
    return all_available(needed, spares, reliability.failures, reliability.repair) ** pools


def availability(node_availability: One, reliability: Reliability, power_served: One) -> One:
    """Share of active accelerator-hours that can be used: nodes x building x fabric x (1 - planned) x power served."""
    return node_availability * reliability.facility * reliability.fabric * (1 - reliability.planned) * power_served


def job_failures(silicon: Silicon, reliability: Reliability, accelerators_active: Count) -> PerHour:
    """Failures of the reference job: every node of it stops the job. It is no larger than what is active."""
    job = min(reliability.job, accelerators_active)
    return reliability.failures * job / silicon.accelerators_per_node


def best_interval(overhead: One) -> One:
    """``u = 1 + W0(-exp(-1 - x))`` for ``x >= 0``: the best work between checkpoints in units of mean time to failure.

    Solved as ``ln(1 - u) + u + x = 0``, which has no trouble at the branch point. The left side falls and is concave,
    so Newton descends from any point right of the root; ``sqrt(2 x)`` (Young's interval) and ``1 - exp(-1 - x)`` are.
    """
    if overhead <= 0:
        return 0.0
    u = min(sqrt(2 * overhead), -expm1(-1 - overhead), nextafter(1.0, 0.0))
    for _ in range(_ITERATIONS):
        step = (log1p(-u) + u + overhead) * (1 - u) / u
        if not 0 < u + step < u * (1 - _TOLERANCE):
            break
        u += step
    return u


def checkpoint_interval(job_failures: PerHour, reliability: Reliability) -> Hour:
    """Work between checkpoints that loses least (h); infinite where nothing fails."""
    if job_failures == 0:
        return inf
    return best_interval(job_failures * reliability.checkpoint_write) / job_failures


def goodput(job_failures: PerHour, reliability: Reliability) -> One:
    """Share of the job's time that is kept work.

    ``ETTR = L t / (exp(L R) (exp(L (t + d)) - 1))`` with failures L, work t between checkpoints, write d and restart R
    (Daly, Future Generation Computer Systems 22, 2006) has its maximum where ``L t = 1 + W0(-exp(-1 - L d))``, and
    there ``ETTR = (1 - L t) exp(-L R)``. Detection and swap D multiply by ``M / (M + D)``, M = 1/L.
    """
    kept = 1 - best_interval(job_failures * reliability.checkpoint_write)
    return kept * exp(-job_failures * reliability.restart) / (1 + job_failures * reliability.detect)


@dataclass(frozen=True, slots=True)
class Job:
    """The reference job's time: kept shares multiply to the goodput."""

    accelerators: Count
    mean_time_to_failure: Hour  # infinite where nothing fails
    checkpoint_interval: Hour
    young_interval: Hour  # sqrt(2 x write x mean time to failure): a check, near the best one for short writes
    kept_of_checkpoints: One  # after writes and the work lost since the last
    kept_of_restarts: One
    kept_of_detection: One


def job(
    reliability: Reliability,
    accelerators_active: Count,
    job_failures: PerHour,
    checkpoint_interval: Hour,
) -> Job:
    """Where the time of the reference job goes; Young's interval (CACM 17, 1974) beside the best."""
    between = 1 / job_failures if job_failures else inf
    return Job(
        accelerators=min(reliability.job, accelerators_active),
        mean_time_to_failure=between,
        checkpoint_interval=checkpoint_interval,
        young_interval=sqrt(2 * reliability.checkpoint_write * between) if reliability.checkpoint_write else 0.0,
        kept_of_checkpoints=1 - best_interval(job_failures * reliability.checkpoint_write),
        kept_of_restarts=exp(-job_failures * reliability.restart),
        kept_of_detection=1 / (1 + job_failures * reliability.detect),
    )


STEPS = (node_availability, all_nodes_up, availability, job_failures, checkpoint_interval, goodput, job)
