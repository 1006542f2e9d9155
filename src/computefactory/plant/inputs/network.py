"""The networks between accelerators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.plant.inputs.silicon import OF_SYSTEM
from computefactory.records import Absent, Doc, FromRow, Needs, Stated
from computefactory.units import Count, Gbps, Kw, One, Usd

OF_NETWORK = FromRow("network", "default")
OF_SWITCH = FromRow("network", "=switch")
IN_COPPER = Needs(("copper_share",), "no link is copper: copper_share is 0")


@dataclass(frozen=True, slots=True)
class Network:
    """Scale-out fabric: a fat tree of one switch model; and the scale-up network inside a domain."""

    fabric: Annotated[str, Doc("fat_tree, rail_optimised, rail_leaves."), Stated(), OF_NETWORK]
    oversubscription: Annotated[One, Doc("Of the leaves."), Stated(), OF_NETWORK]
    core_oversubscription: Annotated[One, Doc("Between pods."), Stated(), OF_NETWORK]
    pod: Annotated[
        Count,
        Doc("Accelerators below one set of spines."),
        Stated(),
        Absent(float("nan"), "as many below one set of spines as the switch allows"),
    ]
    rails: Annotated[One, Doc("Rails of a node."), Absent(1.0, "a fat tree has one rail")]
    switch: Annotated[str, Doc("Switch model."), Stated(), OF_SYSTEM]
    switch_radix: Annotated[One, Doc("Ports at the port rate."), Stated(), OF_SWITCH]
    port_rate: Annotated[Gbps, Doc("Rate of a port."), Stated(), OF_SWITCH]
    switch_power: Annotated[Kw, Doc("Of a switch without optics."), Stated(), OF_SWITCH]
    transceiver_power: Annotated[Kw, Doc("Of a module at the port rate."), Stated(), OF_SWITCH]
    switch_price: Annotated[Usd, Doc("Price of a switch."), Stated(), OF_SWITCH]
    transceiver_price: Annotated[Usd, Doc("Price of a module."), Stated(), OF_SWITCH]
    fibre_price: Annotated[Usd, Doc("Price of an optical cable."), Stated(), OF_NETWORK]
    copper_price: Annotated[Usd, Doc("Price of a copper cable with its ends."), Stated(), IN_COPPER, OF_NETWORK]
    copper_share: Annotated[One, Doc("Of the links to accelerators."), Stated(), OF_NETWORK]
    nic_price: Annotated[Usd, Doc("Price of a NIC."), Stated(), OF_SWITCH]
    included: Annotated[
        One,
        Doc("1: the silicon price includes the fabric (sized, not costed again)."),
        Absent(0.0, "the price of the silicon pays for no fabric"),
    ]
    scale_up_module_rate: Annotated[
        Gbps,
        Doc("Of the optics that would carry the scale-up network, each way."),
        FromRow("scale_up", "default", "module_rate"),
    ]
    scale_up_module_power: Annotated[Kw, Doc("Of such a module."), FromRow("scale_up", "default", "module_power")]
    scale_up_module_price: Annotated[Usd, Doc("Of such a module."), FromRow("scale_up", "default", "module_price")]
