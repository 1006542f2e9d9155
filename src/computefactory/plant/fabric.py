"""Scale-out fabric: a folded Clos (fat tree) of one switch model, sized from its endpoints.

With radix k and no oversubscription, two tiers reach k^2/2 endpoints with 3N/k switches and three reach k^3/4 with
5N/k (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008). A fabric that is not full needs more: every leaf must reach every
spine by the same number of links, or two leaves cannot use all of their uplinks between them. Hence whole bundles: with
L leaves a spine takes ``b = k // L`` links of each and ``ceil(up / b)`` spines are needed (published bills round so).

Kinds: ``fat_tree`` (nodes on any leaf), ``rail_optimised`` (accelerator i of every node on plane i, the planes apart)
and ``rail_leaves`` (leaves by rail under common spines, as in vendors' reference designs).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isnan

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.inputs import Cluster, Network, Silicon
from computefactory.units import Count, Gbps, Kw, One, Usd

__all__ = ["STEPS", "FabricBill", "Tree", "fabric_of", "reach", "tree"]

MOST_TIERS = 3
LEAST = (0, 1, 3, 5)  # switches of a full tree by tiers, times endpoints / radix
ROUNDING = 1e-9  # of a switch


@dataclass(frozen=True, slots=True)
class Tree:
    """Switches and links of one plane, or of all planes together."""

    tiers: int
    pods: int
    leaves: int
    spines: int
    cores: int
    endpoint_links: int
    leaf_links: int  # leaf to spine
    core_links: int  # spine to core

    @property
    def switches(self) -> int:
        """All of them."""
        return self.leaves + self.spines + self.cores


SUMMED = (
    *("planes", "pods", "endpoints", "switches", "leaves", "spines", "cores", "least_switches"),
    *("links", "endpoint_links", "leaf_links", "core_links", "copper_links", "transceivers", "nics"),
    *("switch_power_kw", "transceiver_power_kw", "power_kw"),
    *("switch_cost_usd", "transceiver_cost_usd", "cable_cost_usd", "nic_cost_usd", "cost_usd", "reach"),
)
NO_TREE = Tree(0, 0, 0, 0, 0, 0, 0, 0)  # tenants bring silicon and fabric


@dataclass(frozen=True, slots=True)
class FabricBill:
    """What the fabric is made of; ``cost_usd`` is its value whether or not the silicon's price includes it.

    ``power_kw`` leaves out network cards and the optics in them: the design power of a rack holds both.
    """

    tiers: int
    planes: One
    pods: One
    endpoints: One
    switches: One
    leaves: One
    spines: One
    cores: One
    least_switches: One  # by the identity of full trees
    links: One
    endpoint_links: One
    leaf_links: One
    core_links: One
    copper_links: One
    transceivers: One
    nics: One  # one a port
    switch_power_kw: Kw
    transceiver_power_kw: Kw
    power_kw: Kw
    switch_cost_usd: Usd
    transceiver_cost_usd: Usd
    cable_cost_usd: Usd
    nic_cost_usd: Usd
    cost_usd: Usd
    reach: One  # endpoints that the largest fabric of these switches could hold
    leaf_accelerators: One  # below one leaf of each plane
    pod_accelerators: One  # below one pod
    leaf_rate: Gbps  # of an accelerator, all at once, to any other below the same leaf
    pod_rate: Gbps  # to any other in the pod
    core_rate: Gbps  # to any other


def _up(value: float) -> int:
    return ceil(value - ROUNDING)


def _radix(network: Network, rate: Gbps) -> int:
    """Ports at the rate of a network card: a faster port is split, a slower one is not."""
    split = int(network.port_rate / rate + ROUNDING)
    return int(network.switch_radix) * max(split, 1)


def _ports(network: Network, radix: int) -> tuple[int, int]:
    """Ports of a leaf down to endpoints and up to spines."""
    down = int(radix * network.oversubscription / (1 + network.oversubscription) + ROUNDING)
    return down, radix - down


def reach(network: Network, rate: Gbps, tiers: int) -> int:
    """Endpoints that ``tiers`` tiers can hold on one plane: k, then k x down, then k/2 x k x down."""
    radix = _radix(network, rate)
    down, up = _ports(network, radix)
    return (radix, radix * down * (up > 0), radix * (radix // 2) * down * (up > 0))[tiers - 1]


def tree(endpoints: int, leaves: int, radix: int, down: int, pod_leaves: int, core_oversubscription: One) -> Tree:
    """The smallest tree of equal bundles over ``leaves`` leaves; one leaf alone uses all its ports down.

    A core switch takes as many links of every pod as its ports allow.
    """
    up = radix - down
    if leaves == 1:
        return Tree(1, 1, 1, 0, 0, endpoints, 0, 0)
    pods = ceil(leaves / pod_leaves)
    if pods == 1 and leaves <= radix:
        return Tree(2, 1, leaves, ceil(up / (radix // leaves)), 0, endpoints, leaves * up, 0)
    per_pod = ceil(leaves / pods)
    bundle = (radix // 2) // per_pod
    spines = ceil(up / bundle)
    upward = _up(per_pod * bundle / core_oversubscription)
    cores = ceil(spines * upward / (radix // pods))
    return Tree(3, pods, leaves, pods * spines, cores, endpoints, leaves * up, pods * spines * upward)


def fabric_of(silicon: Silicon, network: Network) -> FabricBill:
    """Switches, links, optics, network cards, power and cost, for the NIC rate of every accelerator.

    Links between switches are optical, a transceiver at each end; of the endpoint links ``copper_share`` are copper
    cables and the rest optical.

    Raises:
        FactoryFileError: three tiers of this switch cannot hold the endpoints, or pods are too many for a core switch.
    """
    rate = silicon.nic_rate
    ports = max(_up(rate / network.port_rate), 1)  # of the switch, per accelerator
    part = min(rate / ports / network.port_rate, 1.0)  # of a module at the port's rate, per end of a link
    rails = max(int(network.rails), 1)
    planes = rails if network.fabric == "rail_optimised" else 1
    total = _up(silicon.accelerators) * ports
    endpoints = _up(total / planes)
    radix = _radix(network, rate)
    down, up = _ports(network, radix)
    most = reach(network, rate, MOST_TIERS)
    leaves = _leaves(endpoints, down, radix, rails if network.fabric == "rail_leaves" else 1)
    pod_leaves = _pod_leaves(network, leaves, radix, down * planes / ports)
    if endpoints <= most and leaves > radix * pod_leaves and not isnan(network.pod):
        raise FactoryFileError([_pod_too_small(network, ceil(leaves / radix) * down * planes / ports, radix)])
    if endpoints > most or (leaves > 1 and up == 0) or leaves > radix * pod_leaves:
        raise FactoryFileError([_too_many(silicon.accelerators, network, most * planes // ports)])
    one = tree(endpoints, leaves, radix, down, pod_leaves, network.core_oversubscription) if total else NO_TREE
    links = (one.endpoint_links + one.leaf_links + one.core_links) * planes
    copper = round(one.endpoint_links * planes * network.copper_share)
    in_cards = one.endpoint_links * planes - copper  # optics that the rack's design power holds
    transceivers = 2 * (links - copper)
    switches = one.switches * planes
    switch_power = switches * network.switch_power
    optics_power = (transceivers - in_cards) * network.transceiver_power * part
    costs = (
        switches * network.switch_price,
        transceivers * network.transceiver_price * part,
        (links - copper) * network.fibre_price + copper * network.copper_price,
        total * network.nic_price,
    )
    blocked = max(down / up, 1.0) if one.tiers > 1 else 1.0
    return FabricBill(
        tiers=one.tiers,
        planes=float(planes),
        pods=float(one.pods),
        endpoints=float(endpoints * planes),
        switches=float(switches),
        leaves=float(one.leaves * planes),
        spines=float(one.spines * planes),
        cores=float(one.cores * planes),
        least_switches=LEAST[one.tiers] * endpoints * planes / radix,
        links=float(links),
        endpoint_links=float(one.endpoint_links * planes),
        leaf_links=float(one.leaf_links * planes),
        core_links=float(one.core_links * planes),
        copper_links=float(copper),
        transceivers=float(transceivers),
        nics=float(total),
        switch_power_kw=switch_power,
        transceiver_power_kw=optics_power,
        power_kw=switch_power + optics_power,
        switch_cost_usd=costs[0],
        transceiver_cost_usd=costs[1],
        cable_cost_usd=costs[2],
        nic_cost_usd=costs[3],
        cost_usd=sum(costs),
        reach=float(most * planes),
        leaf_accelerators=min((radix if one.tiers == 1 else down) * planes / ports, silicon.accelerators),
        pod_accelerators=min(ceil(one.leaves / one.pods) * down * planes / ports, silicon.accelerators)
        if one.tiers > 1
        else silicon.accelerators,
        leaf_rate=rate,
        pod_rate=rate / blocked,
        core_rate=rate / blocked / (network.core_oversubscription if one.pods > 1 else 1.0),
    )


def _leaves(endpoints: int, down: int, radix: int, rails: int) -> int:
    """Leaves: as few as hold the endpoints; where leaves go by rail, as few for each rail."""
    if rails > 1:
        return rails * _up(_up(endpoints / rails) / max(down, 1))
    return 1 if endpoints <= radix else _up(endpoints / max(down, 1))


def _pod_leaves(network: Network, leaves: int, radix: int, accelerators_of_leaf: float) -> int:
    """Leaves of a pod: all of them where two tiers hold them, else half the radix; fewer where the file says so."""
    if not isnan(network.pod):
        return min(max(int(network.pod / accelerators_of_leaf + ROUNDING), 1), radix // 2)
    if leaves <= radix and network.core_oversubscription == 1:
        return leaves
    return radix // 2


def _too_many(accelerators: Count, network: Network, most: int) -> Problem:
    return Problem(
        "fabric_too_small",
        "silicon.accelerators",
        f"{accelerators:,.0f} accelerators on {network.switch}",
        f"at most {most:,} endpoints in {MOST_TIERS} tiers of {network.switch_radix:g} ports",
        "Take a switch with more ports or more rails.",
    )


def _pod_too_small(network: Network, least: float, radix: int) -> Problem:
    return Problem(
        "pod_too_small",
        "interconnect.pod",
        f"pods of {network.pod:,.0f} accelerators",
        f"at least {ceil(least - ROUNDING):,}: a core switch joins no more than {radix} pods",
        "Leave interconnect.pod out to take pods as large as the switch allows.",
    )


def generation_fabrics(silicon: Silicon, network: Network, generations: tuple[Cluster, ...]) -> tuple[FabricBill, ...]:
    """The fabric of each generation: they are apart, each of its own switches."""
    return (fabric_of(silicon, network), *(fabric_of(each.silicon, each.network) for each in generations))


def fabric_bill(generation_fabrics: tuple[FabricBill, ...]) -> FabricBill:
    """The fabrics of all generations together; tiers and rates are those of the first, which the reference job uses."""
    first = generation_fabrics[0]
    if len(generation_fabrics) == 1:
        return first
    return replace(first, **{name: sum(getattr(each, name) for each in generation_fabrics) for name in SUMMED})


def fabric_powers(generation_fabrics: tuple[FabricBill, ...]) -> tuple[Kw, ...]:
    """Power of each generation's fabric."""
    return tuple(each.power_kw for each in generation_fabrics)


def fullest_fabric(generation_fabrics: tuple[FabricBill, ...]) -> tuple[One, One]:
    """Endpoints and reach of the fabric that has the least room left."""
    return max(((each.endpoints, each.reach) for each in generation_fabrics), key=lambda pair: pair[0] / pair[1])


STEPS = (generation_fabrics, fabric_bill, fabric_powers, fullest_fabric)
