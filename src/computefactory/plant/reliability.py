"""Availability of the accelerators and goodput of a training job.

A node that fails counts once: waiting for repair in availability, lost work in goodput. Building and fabric outages
are common to all nodes and multiply. A job that does not shrink waits while it is short of a node: that is lost work.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isnan, sqrt
from typing import Any

import numpy as np

from computefactory.plant.inputs import Cluster, Reliability, Silicon, silicon_of
from computefactory.plant.silicon import mean_of
from computefactory.steps import elementwise, number
from computefactory.units import Count, Hour, One, PerHour

__all__ = ["STEPS", "Job", "all_available", "best_interval", "goodput_of", "nodes_available", "nodes_in_whole_jobs"]

_ITERATIONS = 100
_TOLERANCE = 1e-15
_ROUNDING = 1e-9  # of a rack
_LONGEST = 700.0  # failures in a segment: nothing is kept


def nodes_available(needed: Count, spares: Count, failures: PerHour, repair: Hour) -> One:
    """``E[min(K, n)] / n``: nodes up, at most the ``n`` needed, of ``N = n + s`` that fail independently.

    Each is up for a share ``p = 1 / (1 + failures x repair)`` of the time (alternating renewal; Trivedi, Probability
    and Statistics with Reliability, 2nd ed., section 6.6), so K is binomial and ``E[min(K, n)] = N p P(K' < n)
    + n P(K > n)`` with K' of N - 1 nodes, both by the regularised incomplete beta function (Abramowitz and Stegun
    26.5.24). Without spares this is p. Numbers or arrays, elementwise; repair crews are as many as it takes.
    """
    up = 1 / (1 + failures * repair)
    if not np.any(spares):
        return up
    from scipy.special import betainc

    some = np.maximum(spares, 1)
    few, all_up = betainc(some, needed, failures * repair * up), betainc(needed + 1, some, up)
    return number(np.where(np.asarray(spares) > 0, (needed + some) / needed * up * few + all_up, up))


def _at_least(needed: Count, nodes: Count, up: One) -> Any:
    """``P(K >= needed)`` of so many nodes, each up for that share of the time (Abramowitz and Stegun 26.5.24)."""
    from scipy.special import betainc

    inside = betainc(np.clip(needed, 1, np.maximum(nodes, 1)), np.maximum(nodes - needed + 1, 1), up)
    return np.where(np.asarray(needed) <= 0, 1.0, np.where(np.asarray(needed) > nodes, 0.0, inside))


def all_available(needed: int, spares: int, failures: PerHour, repair: Hour) -> One:
    """``P(K >= n)``: the chance that all ``n`` nodes needed are up at once, as in :func:`nodes_available`."""
    up = 1 / (1 + failures * repair)
    if not spares:
        return up**needed
    return float(_at_least(needed, needed + spares, up))


def nodes_in_whole_jobs(needed: Count, spares: Count, job: Count, up: One) -> One:
    """Share of the ``n`` nodes needed that work where a job holds all of its ``j`` nodes or waits for them.

    The site is full of such jobs, ``m = floor(n / j)``, and every free node stands in: with K of ``n + s`` nodes up,
    ``r = min(m, floor(K / j))`` jobs run. The rest of the site runs smaller work that gives way to a job that waits:
    ``E[min(K, n) ; K >= m j] + j E[r ; K < m j]`` over n. A job of the whole site works ``P(K >= n)`` of the time.
    """
    total, whole = needed + spares, np.floor(needed / job + _ROUNDING)
    full = whole * job
    enough = _at_least(full, total, up)
    few = total * up * (_at_least(full - 1, total - 1, up) - _at_least(needed, total - 1, up))
    working = few + needed * _at_least(needed + 1, total, up)
    for fewer in range(1, int(np.max(whole))):  # jobs that wait
        reached = np.where(fewer < whole, _at_least(full - fewer * job, total, up), enough)
        working = working + job * (reached - enough)
        if np.all((reached > 1 - _TOLERANCE) | (fewer >= whole)):
            working = working + job * np.maximum(whole - 1 - fewer, 0) * (1 - enough)
            break
    return number(working / needed)


def _pool(silicon: Silicon, active: Count) -> tuple[Count, Count, Count]:
    """Nodes needed and spare that stand in for each other, and how many such pools: the site, or each rack."""
    node, in_rack = silicon.accelerators_per_node, np.asarray(silicon.spares_in_rack)
    racks = np.ceil(silicon.accelerators / silicon.accelerators_per_rack - _ROUNDING)
    needed = np.where(in_rack > 0, silicon.accelerators_per_rack - in_rack, active) / node
    spares = np.where(in_rack > 0, in_rack, silicon.spares) / node
    return number(np.maximum(np.round(needed), 1)), number(np.round(spares)), number(np.where(in_rack > 0, racks, 1))


def _reliability_of(first: Reliability, others: tuple[Cluster, ...]) -> tuple[Reliability, ...]:
    return (first, *(each.reliability for each in others))


@elementwise()
def generation_nodes_up(
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
) -> tuple[One, ...]:
    """Share of each generation's active nodes that are up, hot spares standing in: its own, or of the same rack."""
    found = []
    every = zip(silicon_of(silicon, generations), _reliability_of(reliability, generations), strict=True)
    for (each, terms), active in zip(every, generation_active, strict=True):
        needed, spares, _ = _pool(each, active)
        found.append(number(nodes_available(needed, spares, terms.failures, terms.repair)))
    return tuple(found)


@elementwise()
def generation_whole_jobs(
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
    generation_nodes_up: tuple[One, ...],
) -> tuple[One, ...]:
    """Share of the nodes up that work where the reference job needs all of its nodes; 1 where it shrinks.

    Where spares stand in for their own rack only, a job holds whole racks: each is up or not, and none is spare.
    """
    found = []
    every = zip(
        silicon_of(silicon, generations),
        _reliability_of(reliability, generations),
        generation_active,
        generation_nodes_up,
        strict=True,
    )
    for each, terms, active, nodes in every:
        if np.all(np.asarray(terms.shrinks) > 0):
            found.append(1.0)
            continue
        needed, spares, pools = _pool(each, active)
        up, racked = 1 / (1 + terms.failures * terms.repair), np.asarray(each.spares_in_rack) > 0
        job = np.ceil(np.minimum(terms.job, active) / each.accelerators_per_node - _ROUNDING)
        whole = nodes_in_whole_jobs(
            number(np.where(racked, pools, needed)),
            number(np.where(racked, 0, spares)),
            np.clip(np.where(racked, np.ceil(job / needed), job), 1, np.where(racked, pools, needed)),
            number(np.where(racked, _at_least(needed, needed + spares, up), up)),
        )
        found.append(number(np.where(np.asarray(terms.shrinks) > 0, 1.0, whole / nodes)))
    return tuple(found)


@elementwise()
def node_availability(generation_nodes_up: tuple[One, ...], active_shares: tuple[One, ...]) -> One:
    """Share of the active nodes that are up, by their accelerators."""
    return mean_of(generation_nodes_up, active_shares)


def all_nodes_up(
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
) -> One:
    """Chance that every active node is up at once: an all-or-nothing level holds, not an availability."""
    chance = 1.0
    every = zip(silicon_of(silicon, generations), _reliability_of(reliability, generations), strict=True)
    for (each, terms), active in zip(every, generation_active, strict=True):
        needed, spares, pools = _pool(each, active)
        chance *= float(all_available(int(needed), int(spares), terms.failures, terms.repair) ** pools)
    return chance


@elementwise()
def site_availability(reliability: Reliability, power_served: One) -> One:
    """Share of the time that the building runs and is fed: what a tenant or a miner has of it."""
    return reliability.facility * (1 - reliability.planned) * power_served


@elementwise()
def generation_availability(
    generation_nodes_up: tuple[One, ...], reliability: Reliability, power_served: One
) -> tuple[One, ...]:
    """Share of the active accelerator-hours of each generation that can be used."""
    return tuple(
        up * reliability.facility * reliability.fabric * (1 - reliability.planned) * power_served
        for up in generation_nodes_up
    )


@elementwise()
def availability(generation_availability: tuple[One, ...], active_shares: tuple[One, ...]) -> One:
    """Share of active accelerator-hours that can be used: nodes x building x fabric x (1 - planned) x power served."""
    return mean_of(generation_availability, active_shares)


@elementwise()
def generation_job_failures(
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
) -> tuple[PerHour, ...]:
    """Failures of the reference job on each generation: every node of it stops the job. It fits what is active."""
    found = []
    every = zip(silicon_of(silicon, generations), _reliability_of(reliability, generations), strict=True)
    for (each, terms), active in zip(every, generation_active, strict=True):
        found.append(number(terms.failures * np.minimum(terms.job, active) / each.accelerators_per_node))
    return tuple(found)


@elementwise()
def job_failures(generation_job_failures: tuple[PerHour, ...]) -> PerHour:
    """Failures of the reference job on the first generation."""
    return generation_job_failures[0]


def best_interval(overhead: One) -> One:
    """``u = 1 + W0(-exp(-1 - x))`` for ``x >= 0``: the best work between checkpoints in units of mean time to failure.

    Solved as ``ln(1 - u) + u + x = 0``, which has no trouble at the branch point. The left side falls and is concave,
    so Newton descends from any point right of the root; ``sqrt(2 x)`` (Young's interval) and ``1 - exp(-1 - x)`` are.
    Numbers or arrays, elementwise.
    """
    x = np.maximum(np.asarray(overhead, dtype=float), 0.0)
    some = x > 0
    u = np.where(some, np.minimum(np.minimum(np.sqrt(2 * x), -np.expm1(-1 - x)), np.nextafter(1.0, 0.0)), 0.5)
    for _ in range(_ITERATIONS):
        step = np.where(some, (np.log1p(-u) + u + x) * (1 - u) / u, 0.0)
        descends = (u + step > 0) & (u + step < u * (1 - _TOLERANCE))
        if not descends.any():
            break
        u = np.where(descends, u + step, u)
    return number(np.where(some, u, 0.0))


@elementwise()
def checkpoint_interval(job_failures: PerHour, reliability: Reliability) -> Hour:
    """Work between checkpoints that loses least (h); infinite where nothing fails."""
    fails = np.where(np.asarray(job_failures) > 0, job_failures, 1.0)
    best = best_interval(job_failures * reliability.checkpoint_write) / fails
    return number(np.where(np.asarray(job_failures) > 0, best, inf))


def kept_of_checkpoints(job_failures: PerHour, reliability: Reliability) -> One:
    """Share kept after writes and the work lost since the last, at the interval stated or at the best.

    ``L t / (exp(L (t + d)) - 1)`` with failures L, work t between checkpoints and write d (Daly, Future Generation
    Computer Systems 22, 2006); its maximum is ``1 - L t``, where ``L t = 1 + W0(-exp(-1 - L d))``.
    """
    best = 1 - best_interval(job_failures * reliability.checkpoint_write)
    interval = np.asarray(reliability.interval)
    if np.all(np.isnan(interval)):
        return number(best)
    fails = np.asarray(job_failures) > 0
    rate, work = np.where(fails, job_failures, 1.0), np.where(np.isnan(interval), 1.0, interval)
    segment = work + reliability.checkpoint_write
    kept = np.where(fails, rate * work / np.expm1(np.minimum(rate * segment, _LONGEST)), work / segment)
    return number(np.where(np.isnan(interval), best, kept))


def goodput_of(job_failures: PerHour, reliability: Reliability) -> One:
    """Share of the job's time that is kept work: of checkpoints, x ``exp(-L R)``, x ``M / (M + D)``.

    A restart R may fail itself (Daly, as above); detection and swap D come once a failure, M = 1 / L. Failures are
    taken to come at a constant rate and one at a time: a job of thousands of accelerators, a write well below M.
    """
    kept = kept_of_checkpoints(job_failures, reliability)
    return number(kept * np.exp(-job_failures * reliability.restart) / (1 + job_failures * reliability.detect))


@elementwise()
def generation_goodput(
    generation_job_failures: tuple[PerHour, ...],
    generation_whole_jobs: tuple[One, ...],
    reliability: Reliability,
    generations: tuple[Cluster, ...],
) -> tuple[One, ...]:
    """Goodput of the reference job on each generation: kept work of the time that its nodes are up."""
    every = zip(generation_job_failures, generation_whole_jobs, _reliability_of(reliability, generations), strict=True)
    return tuple(number(whole * goodput_of(failures, terms)) for failures, whole, terms in every)


@elementwise()
def goodput(generation_goodput: tuple[One, ...], active_shares: tuple[One, ...]) -> One:
    """Share of the time of long jobs that is kept work, by active accelerators."""
    return mean_of(generation_goodput, active_shares)


@dataclass(frozen=True, slots=True)
class Job:
    """The reference job's time: kept shares multiply to the goodput."""

    accelerators: Count
    mean_time_to_failure: Hour  # infinite where nothing fails
    interval: Hour  # as stated, else the best
    checkpoint_interval: Hour
    young_interval: Hour  # sqrt(2 x write x mean time to failure): a check, near the best one for short writes
    whole: One  # time that its nodes are up of the time that nodes are
    kept_of_checkpoints: One  # after writes and the work lost since the last
    kept_at_best: One  # at the best interval
    kept_of_restarts: One
    kept_of_detection: One


def job(
    reliability: Reliability,
    generation_active: tuple[Count, ...],
    job_failures: PerHour,
    checkpoint_interval: Hour,
    generation_whole_jobs: tuple[One, ...],
) -> Job:
    """Where the time of the reference job goes, on the first generation; Young (CACM 17, 1974) beside the best."""
    between = 1 / job_failures if job_failures else inf
    return Job(
        accelerators=min(reliability.job, generation_active[0]),
        mean_time_to_failure=between,
        interval=checkpoint_interval if isnan(reliability.interval) else reliability.interval,
        checkpoint_interval=checkpoint_interval,
        young_interval=sqrt(2 * reliability.checkpoint_write * between) if reliability.checkpoint_write else 0.0,
        whole=generation_whole_jobs[0],
        kept_of_checkpoints=kept_of_checkpoints(job_failures, reliability),
        kept_at_best=1 - best_interval(job_failures * reliability.checkpoint_write),
        kept_of_restarts=exp(-job_failures * reliability.restart),
        kept_of_detection=1 / (1 + job_failures * reliability.detect),
    )


STEPS = (
    generation_nodes_up,
    node_availability,
    all_nodes_up,
    generation_whole_jobs,
    site_availability,
    generation_availability,
    availability,
    generation_job_failures,
    job_failures,
    checkpoint_interval,
    generation_goodput,
    goodput,
    job,
)
