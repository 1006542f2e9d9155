"""Availability of the accelerators and goodput of a training job.

A node that fails counts once: waiting for repair in availability, lost work in goodput. Building and fabric outages
are common to all nodes and multiply.
"""

from __future__ import annotations

from math import exp, expm1, inf, log1p, nextafter, sqrt

import numpy as np

from computefactory.plant.inputs import Reliability, Silicon
from computefactory.units import Count, Hour, One, PerHour

__all__ = ["STEPS", "best_interval", "nodes_available"]

_ITERATIONS = 100
_TOLERANCE = 1e-15


def nodes_available(needed: int, spares: int, failures: PerHour, repair: Hour) -> One:
    """``E[min(K, n)] / n``: nodes up, at most the ``n`` needed, of ``n + s`` that fail and are repaired independently.

    Birth-death chain with a repair for every failed node, its states counted by nodes down: p(j+1)/p(j) =
    (n+s-j)/(j+1) x failures x repair. Logarithms keep it exact for any size: the terms rise to the mode from p(0).
    Without spares this is the mean of a binomial, 1 / (1 + failures x repair).
    """
    if spares == 0 or failures * repair == 0:
        return 1 / (1 + failures * repair)
    down = np.arange(needed + spares)
    ratio = np.log((needed + spares - down) / (down + 1.0) * failures * repair)
    weight = np.concatenate(([0.0], np.cumsum(ratio)))
    probability = np.exp(weight - weight.max())
    short = np.maximum(np.arange(needed + spares + 1) - spares, 0)
    return float(1 - (short * probability).sum() / probability.sum() / needed)


def node_availability(silicon: Silicon, reliability: Reliability, accelerators_active: Count) -> One:
    """Share of the active nodes that are up, hot spares standing in."""
    needed = max(round(accelerators_active / silicon.accelerators_per_node), 1)
    spares = round(silicon.spares / silicon.accelerators_per_node)
    return nodes_available(needed, spares, reliability.failures, reliability.repair)


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


STEPS = (node_availability, availability, job_failures, checkpoint_interval, goodput)
