"""Service credits: what a month's availability is expected to cost against the bill.

Credits are convex in availability: the mean month earns none where a bad month earns the cap. So the credit of the mean
is not the mean credit, and the distribution of *monthly* availability is needed:

* nodes fail and are repaired independently (birth-death chain, one repair for each failed node, hot spares standing
  in). The chain's mean and variance at one moment are exact. The month averages a process that forgets with time R, so
  its variance is that of a moment times ``2 (x - 1 + e^-x) / x^2`` with ``x = month / R`` (exact for independent nodes:
  the correlation of a two-state process falls as ``e^-t/R``, R the inverse of failure and repair rate together).
  Downtime is positive and skewed: a gamma law with that mean and variance stands for it;
* building and fabric fail for all nodes at once, and load that the supply sheds is lost to all: outages come as a
  Poisson process and last a fixed time each;
* planned maintenance counts only where the contract says so.

``E[credit] = sum over bands of (credit step) x P(availability < threshold)``, each capped as the contract says. Months
are taken as independent when repeated failures are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb, exp, expm1, inf, log

import numpy as np

from computefactory.ledger import given, line
from computefactory.offtake.inputs import Contract, Deal, Lease, Offtake
from computefactory.plant.inputs import Cluster, Phase, Reliability, Silicon
from computefactory.timeline import MONTH_HOURS
from computefactory.units import Count, Hour, One, PerHour, PerYear, Usd

__all__ = [
    "STEPS",
    "Downtime",
    "chance_below",
    "expected_credit",
    "expected_loss",
    "fleet",
    "paid_whatever_runs",
    "repeated",
]

DELIVERED = ("on_demand", "floor", "mining")  # kinds that are paid for what is delivered
_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Downtime:
    """A month of a contract: mean and variance of the share of node-hours lost, and what befalls all nodes at once."""

    mean: One
    variance: One
    outages: float = 0.0  # expected in a month
    outage: One = 0.0  # share of the month that one takes
    planned: One = 0.0  # share of the month, certain


def nodes_down(needed: int, spares: int, failures: PerHour, repair: Hour) -> tuple[One, One]:
    """Mean and variance of the share of needed nodes that are missing at one moment (see ``plant.reliability``)."""
    load = failures * repair
    if load == 0:
        return 0.0, 0.0
    if spares == 0:
        down = load / (1 + load)
        return down, down * (1 - down) / needed
    states = np.arange(needed + spares)
    ratio = np.log((needed + spares - states) / (states + 1.0) * load)
    weight = np.concatenate(([0.0], np.cumsum(ratio)))
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    missing = np.maximum(np.arange(needed + spares + 1) - spares, 0) / needed
    mean = float(chance @ missing)
    return mean, float(chance @ missing**2) - mean**2


def fleet(needed: int, spares: int, failures: PerHour, repair: Hour) -> Downtime:
    """A month of nodes alone."""
    mean, moment = nodes_down(needed, spares, failures, repair)
    memory = repair / (1 + failures * repair)
    x = MONTH_HOURS / memory if memory else inf
    return Downtime(mean, moment * 2 * (x - 1 + exp(-x)) / x**2 if x < inf else 0.0)


def month_of(
    contract: Contract, silicon: Silicon, reliability: Reliability, active: Count, power_served: One
) -> Downtime:
    """The month of a contract: its own nodes, its share of the spares."""
    needed = max(round(contract.accelerators / silicon.accelerators_per_node), 1)
    share = contract.accelerators / active if active else 0.0
    spares = round(silicon.spares / silicon.accelerators_per_node * share)
    nodes = fleet(needed, spares, reliability.failures, reliability.repair)
    return _with_outages(nodes, contract, reliability, reliability.facility * reliability.fabric * power_served)


def _with_outages(nodes: Downtime, deal: Deal, reliability: Reliability, common: One) -> Downtime:
    """What befalls all at once on top of what nodes lose; ``common`` is the availability of what all hang on."""
    outages = (1 - common) * MONTH_HOURS / deal.sla_outage
    planned = reliability.planned * deal.sla_planned
    return replace(nodes, outages=outages, outage=deal.sla_outage / MONTH_HOURS, planned=planned)


def chance_below(threshold: One, month: Downtime) -> One:
    """Chance that a month's availability is below a threshold."""
    chance, weight, count = 0.0, exp(-month.outages), 0
    while True:
        allowed = 1 - threshold - month.planned - count * month.outage
        if allowed < 0:  # this many outages alone are too many: so are all larger numbers
            return min(chance + 1 - _outages_below(month.outages, count), 1.0)
        chance += weight * _nodes_above(allowed, month)
        count += 1
        weight *= month.outages / count
        if weight < _NEGLIGIBLE and count > month.outages:
            return min(chance, 1.0)


def _outages_below(mean: float, count: int) -> One:
    """Chance of fewer outages than a number."""
    term, found = exp(-mean), 0.0
    for number in range(count):
        found += term
        term *= mean / (number + 1)
    return found


def _nodes_above(allowed: One, month: Downtime) -> One:
    """Chance that nodes lose more than a share of the month."""
    if month.variance <= 0:
        return float(month.mean > allowed)
    from scipy.special import gammaincc

    return float(gammaincc(month.mean**2 / month.variance, allowed * month.mean / month.variance))


def expected_credit(below: tuple[One, ...], credit: tuple[One, ...], cap: One, month: Downtime) -> One:
    """``E[credit]``, share of the monthly bill: steps of the credit times the chance to fall below each threshold."""
    found, before = 0.0, 0.0
    for threshold, share in zip(below, credit, strict=True):
        capped = min(share, cap)
        found += (capped - before) * chance_below(threshold, month)
        before = capped
    return found


def expected_loss(cap: One, month: Downtime) -> One:
    """``E[min(cap, share of the month that is lost)]``: what is credited where only what was available is billed.

    Over the number of outages; of a gamma law ``E[min(a, G)] = m P(k + 1, a / t) + a Q(k, a / t)`` with mean m,
    variance v, ``k = m^2 / v`` and ``t = v / m``.
    """
    found, weight, count = 0.0, exp(-month.outages), 0
    while weight >= _NEGLIGIBLE or count <= month.outages:
        common = month.planned + count * month.outage
        found += weight * (common + _nodes_up_to(cap - common, month) if common < cap else cap)
        count += 1
        weight *= month.outages / count
    return found


def _nodes_up_to(most: One, month: Downtime) -> One:
    """``E[min(most, share of the month that nodes lose)]``."""
    if month.variance <= 0:
        return min(month.mean, most)
    from scipy.special import gammainc, gammaincc

    shape, scale = month.mean**2 / month.variance, month.variance / month.mean
    return float(month.mean * gammainc(shape + 1, most / scale) + most * gammaincc(shape, most / scale))


def _credit(deal: Deal, month: Downtime) -> One:
    """Expected credit, share of the bill, by bands or in proportion."""
    if deal.sla_pro_rata > 0:
        return expected_loss(deal.sla_cap, month)
    return expected_credit(deal.sla_below, deal.sla_credit, deal.sla_cap, month)


def _is_agreed(deal: Deal) -> bool:
    """Whether low availability is credited."""
    return bool(deal.sla_below) or deal.sla_pro_rata > 0


def repeated(chance: One, times: int, within: int) -> PerYear:
    """Yearly chance ``1 - (1 - P)^(12/within)`` of at least ``times`` bad months among ``within``."""
    least = sum(comb(within, k) * chance**k * (1 - chance) ** (within - k) for k in range(times, within + 1))
    return -expm1(log(max(1 - least, _NEGLIGIBLE)) * 12 / within)


def _every(
    silicon: Silicon, reliability: Reliability, generations: tuple[Cluster, ...], active: tuple[Count, ...]
) -> list[tuple[Silicon, Reliability, Count]]:
    """Silicon, its failures and its active accelerators, of each generation."""
    pairs = [(silicon, reliability), *((each.silicon, each.reliability) for each in generations)]
    return [(*pair, count) for pair, count in zip(pairs, active, strict=True)]


def sla_credits(
    contracts: tuple[Contract, ...],
    phases: tuple[Phase, ...],
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
    power_served: One,
) -> tuple[float, ...]:
    """Expected service credit of each part of a contract, share of its bill."""
    every = _every(silicon, reliability, generations, generation_active)
    return tuple(
        _credit(item, month_of(item, *every[int(phases[int(item.phase)].generation)], power_served))
        if _is_agreed(item)
        else 0.0
        for item in contracts
    )


def lease_credits(leases: tuple[Lease, ...], reliability: Reliability, power_served: One) -> tuple[float, ...]:
    """Expected credit of each part of a lease, share of its rent: outages of the building; nodes are the tenant's."""
    return tuple(
        _credit(item, _with_outages(Downtime(0.0, 0.0), item, reliability, reliability.facility * power_served))
        if _is_agreed(item)
        else 0.0
        for item in leases
    )


def paid_whatever_runs(book: Offtake) -> tuple[str, ...]:
    """Contracts that no outage costs anything: neither paid by what is delivered nor with a service level."""
    deals = (deal for deal in book.committable if deal.kind not in DELIVERED and not _is_agreed(deal))
    return tuple(dict.fromkeys(deal.contract for deal in deals))


def sla_exits(
    contracts: tuple[Contract, ...],
    phases: tuple[Phase, ...],
    silicon: Silicon,
    reliability: Reliability,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
    power_served: One,
) -> tuple[float, ...]:
    """Yearly chance, for each part, that repeated failure lets the buyer leave."""
    every = _every(silicon, reliability, generations, generation_active)
    return tuple(
        repeated(
            chance_below(
                item.breach_below, month_of(item, *every[int(phases[int(item.phase)].generation)], power_served)
            ),
            int(item.breach_times),
            int(item.breach_within),
        )
        if item.breach_below > 0
        else 0.0
        for item in contracts
    )


def accelerators_sold(contracts: tuple[Contract, ...]) -> Count:
    """Most accelerators under contract at one time; a floor only promises to pay."""
    firm = [item for item in contracts if not item.floor]
    return max(
        (
            sum(item.accelerators for item in firm if item.start <= month < item.start + item.tenor)
            for month in {first.start for first in firm}
        ),
        default=0.0,
    )


l_sla = given("l_sla", One, per="lease", source="steps.lease_credits", doc="Expected service credit, share of rent.")
c_sla = given("c_sla", One, per="contract", source="steps.sla_credits", doc="Expected service credit, share of a bill.")


@line(per="contract")
def c_sla_credit(c_billed: Usd, c_sla: One) -> Usd:
    """Service credits expected."""
    return c_billed * c_sla


@line(per="lease")
def l_sla_credit(l_rent: Usd, l_sla: One) -> Usd:
    """Service credits expected against the rent."""
    return l_rent * l_sla


STEPS = (sla_credits, lease_credits, sla_exits, accelerators_sold)
