"""The scale-up network: accelerators that work as one, joined by copper inside the rack.

What optics would cost in its place says why the domain ends where the rack does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from computefactory.plant.inputs import Cluster, Network, Silicon, silicon_of
from computefactory.units import Gbps, Kw, One, Usd

__all__ = ["STEPS", "ScaleUp", "scale_up"]

ROUNDING = 1e-9
BOTH_WAYS = 2.0
ENDS = 2


@dataclass(frozen=True, slots=True)
class ScaleUp:
    """Domains and their bandwidth; ``optics`` are the modules a domain would need without copper."""

    domains: One
    racks_of_domain: One
    rate: Gbps  # of an accelerator, each way
    over_scale_out: One  # times the rate of the network card
    optics: One
    optics_power_kw: Kw
    optics_cost_usd: Usd


def scale_up(silicon: Silicon, network: Network, generations: tuple[Cluster, ...] = ()) -> ScaleUp:
    """Domains of all silicon, and the optics that the first generation's copper saves in each.

    Each way's rate over a module's, at both ends.
    """
    rate = silicon.scale_up_bandwidth / BOTH_WAYS
    ends = silicon.scale_up_domain * rate / network.scale_up_module_rate
    optics = float(ENDS * ceil(ends - ROUNDING))
    return ScaleUp(
        domains=float(
            sum(int(each.accelerators / each.scale_up_domain + ROUNDING) for each in silicon_of(silicon, generations))
        ),
        racks_of_domain=float(ceil(silicon.scale_up_domain / silicon.accelerators_per_rack - ROUNDING)),
        rate=rate,
        over_scale_out=rate / silicon.nic_rate,
        optics=optics,
        optics_power_kw=optics * network.scale_up_module_power,
        optics_cost_usd=optics * network.scale_up_module_price,
    )


STEPS = (scale_up,)
