"""The plant's network and reliability from file and library."""

from __future__ import annotations

from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced
from computefactory.units import (
    Count,
    Gbps,
    Hour,
    Kw,
    One,
    PerHour,
    Usd,
)

__all__ = ["network", "reliability"]

TEXT = "text"

_SWITCH = {
    "switch_radix": One,
    "switch_power": Kw,
    "transceiver_power": Kw,
    "switch_price": Usd,
    "transceiver_price": Usd,
    "nic_price": Usd,
}
_USUAL = {
    "oversubscription": One,
    "core_oversubscription": One,
    "fibre_price": Usd,
    "copper_price": Usd,
    "copper_share": One,
}
_MODULE = {"rate": Gbps, "power": Kw, "price": Usd}  # of the optics that could carry a scale-up network


def network(sources: Sources) -> inputs.Network:
    """The scale-out network."""
    system = sources.document.model.silicon.system
    switch = sources.get("interconnect.switch", TEXT, ("system", system, "switch"), named_by="silicon.system")
    by = "interconnect.switch" if sources.given("interconnect.switch") else "silicon.system"
    listed = sources.given("silicon.price_includes")
    fabric = sources.get("interconnect.fabric", TEXT, ("network", "default", "fabric"))
    if fabric.value != "fat_tree":
        rails = sources.fact(One, "system", system, "rails", named_by="silicon.system")
    else:
        rails = sources.derive(derive.single_rail)
    values = {
        name: sources.get(f"interconnect.{name}", unit, ("network", switch, name), named_by=by)
        for name, unit in _SWITCH.items()
    }
    usual = {
        name: sources.get(f"interconnect.{name}", unit, ("network", "default", name)) for name, unit in _USUAL.items()
    }
    optics = {
        f"scale_up_module_{name}": sources.fact(unit, "scale_up", "default", f"module_{name}")
        for name, unit in _MODULE.items()
    }
    return sources.make(
        inputs.Network,
        "plant.network",
        fabric=fabric,
        pod=sources.given("interconnect.pod", Count) or sources.derive(derive.no_accelerators),
        rails=rails,
        switch=switch,
        port_rate=_port_rate(sources, switch, by),
        included=sources.derive(derive.includes_fabric, listed) if listed else sources.derive(derive.no),
        **values,
        **usual,
        **optics,
    )


def _port_rate(sources: Sources, switch: Traced, named_by: str) -> Traced:
    """Rate of the switch's ports; a switch whose ports the file counts has them at the NIC's rate."""
    if sources.given("interconnect.switch_radix") and not sources.given("interconnect.port_rate"):
        return sources.kept("plant.silicon.nic_rate")
    return sources.get("interconnect.port_rate", Gbps, ("network", switch, "port_rate"), named_by=named_by)


def reliability(sources: Sources) -> inputs.Reliability:
    """Failure, repair and the reference job."""
    path = "operations.reliability"

    def get(unit: object, field: str, row: str) -> Traced:
        return sources.get(f"{path}.{field}", unit, ("reliability", "default", row))

    rate = sources.given(f"{path}.failures", PerHour) or sources.derive(
        derive.failures_of_node,
        sources.fact(PerHour, "reliability", "default", "failures", path=f"{path}.failures"),
        sources.kept("plant.silicon.accelerators_per_node"),
        sources.fact(Count, "reliability", "default", "node", path=f"{path}.failures"),
    )
    return sources.make(
        inputs.Reliability,
        "plant.reliability",
        failures=rate,
        repair=get(Hour, "repair", "repair"),
        facility=get(One, "facility", "facility"),
        fabric=get(One, "fabric", "fabric"),
        planned=get(One, "planned", "planned"),
        job=get(Count, "job.accelerators", "job"),
        checkpoint_write=get(Hour, "job.write", "checkpoint_write"),
        restart=get(Hour, "job.restart", "restart"),
        detect=get(Hour, "job.detect", "detect"),
    )
