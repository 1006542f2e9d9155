"""Scale-out fabric: a folded Clos (fat tree) of one switch model, sized from its endpoints.

With radix k and no oversubscription, two tiers reach k^2/2 endpoints with 3N/k switches and three reach k^3/4 with
5N/k (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008). Rails are separate planes: accelerator i of every node on plane i.
Oversubscription o gives a leaf k o/(1+o) ports down and k/(1+o) up; the tiers above are not oversubscribed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.inputs import Network, Silicon
from computefactory.units import Count, Kw, One

__all__ = ["STEPS", "FabricBill", "fabric_bill", "reach"]

MOST_TIERS = 3
ENDS_OF_A_LINK = 2
ROUNDING = 1e-9  # of a switch


@dataclass(frozen=True, slots=True)
class FabricBill:
    """What the fabric is made of; ``cost_usd`` is its value whether or not the silicon's price includes it."""

    tiers: int
    endpoints: One
    switches: One
    links: One
    transceivers: One
    nics: One
    power_kw: Kw
    cost_usd: float
    reach: One  # endpoints that the largest fabric of these switches could hold


def _up(value: float) -> int:
    return ceil(value - ROUNDING)


def _ports(network: Network) -> tuple[int, int]:
    """Ports of a leaf down to endpoints and up to spines."""
    radix = int(network.switch_radix)
    down = int(radix * network.oversubscription / (1 + network.oversubscription) + ROUNDING)
    return down, radix - down


def reach(network: Network, tiers: int) -> int:
    """Endpoints that ``tiers`` tiers can hold on one rail: k, then k x down, then k/2 x k x down."""
    radix = int(network.switch_radix)
    down, _ = _ports(network)
    return (radix, radix * down, radix * (radix // 2) * down)[tiers - 1]


def _plane(endpoints: int, network: Network, tiers: int) -> tuple[int, int]:
    """Switches and links of one rail."""
    radix = int(network.switch_radix)
    if tiers == 1:
        return 1, endpoints
    down, up = _ports(network)
    leaves = _up(endpoints / down)
    uplinks = leaves * up
    if tiers < MOST_TIERS:
        return leaves + _up(uplinks / radix), endpoints + uplinks
    middle = _up(uplinks / (radix // 2))
    core_links = middle * (radix // 2)
    return leaves + middle + _up(core_links / radix), endpoints + uplinks + core_links


def fabric_bill(silicon: Silicon, network: Network) -> FabricBill:
    """Switches, transceivers, NICs, power and cost for one endpoint an accelerator at its NIC rate.

    Every link is optical with a transceiver at each end, as is usual outside the rack; copper in the rack would save
    the endpoint links' share.

    Raises:
        FactoryFileError: three tiers of this switch cannot hold the endpoints.
    """
    if not silicon.accelerators:  # tenants bring silicon and fabric
        return FabricBill(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, float(reach(network, MOST_TIERS)))
    rails = max(int(network.rails), 1)
    endpoints = _up(silicon.accelerators / rails)
    holding = [tiers for tiers in range(1, MOST_TIERS + 1) if reach(network, tiers) >= endpoints]
    most = reach(network, MOST_TIERS) * rails
    if not holding:
        raise FactoryFileError([_too_many(silicon.accelerators, network, most)])
    switches, links = (count * rails for count in _plane(endpoints, network, holding[0]))
    transceivers = ENDS_OF_A_LINK * links
    nics = silicon.accelerators
    return FabricBill(
        tiers=holding[0],
        endpoints=float(endpoints * rails),
        switches=float(switches),
        links=float(links),
        transceivers=float(transceivers),
        nics=float(nics),
        power_kw=switches * network.switch_power + transceivers * network.transceiver_power,
        cost_usd=switches * network.switch_price + transceivers * network.transceiver_price + nics * network.nic_price,
        reach=float(most),
    )


def _too_many(accelerators: Count, network: Network, most: int) -> Problem:
    return Problem(
        "fabric_too_small",
        "silicon.accelerators",
        f"{accelerators:,.0f} accelerators on {network.switch}",
        f"at most {most:,} endpoints in {MOST_TIERS} tiers of {network.switch_radix:g} ports",
        "Take a switch with more ports or more rails.",
    )


STEPS = (fabric_bill,)
