"""The plant's network and reliability from file and library."""

from __future__ import annotations

from computefactory.plant import inputs
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import Sources, Traced
from computefactory.units import Count, One, PerHour

__all__ = ["network", "reliability"]


def network(sources: Sources) -> inputs.Network:
    """The scale-out network."""
    system = sources.required("silicon.system")
    fabric = field_of(sources, inputs.Network, "fabric", "interconnect")
    rails = {}
    if fabric.value != "fat_tree":
        rails = {"rails": sources.fact(One, "system", system, "rails", named_by="silicon.system")}
    if sources.given("interconnect.switch_radix") and not sources.given("interconnect.port_rate"):
        rails["port_rate"] = sources.kept("plant.silicon.nic_rate")  # ports that the file counts have the NIC's rate
    return fill(sources, inputs.Network, "plant.network", "interconnect", system=system, **rails)


def reliability(sources: Sources) -> inputs.Reliability:
    """Failure, repair and the reference job."""
    path = "operations.reliability"

    def known(name: str, unit: object) -> Traced:
        return sources.fact(unit, "reliability", "default", name, path=f"{path}.failures")

    return fill(
        sources,
        inputs.Reliability,
        "plant.reliability",
        path,
        accelerators_per_node=sources.kept("plant.silicon.accelerators_per_node"),
        known_failures=lambda: known("failures", PerHour),
        known_node=lambda: known("node", Count),
    )
