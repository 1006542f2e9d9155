"""The plant's power from file and library: connection, milestones, supply, electrical chain."""

from __future__ import annotations

from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_supply import is_plain, plain_price
from computefactory.units import Kilovolt, One, UsdPerKwMonth, UsdPerMonth

__all__ = ["electrical", "interconnection", "phases", "shortage", "supply"]

IN_STACK = "a stack has these charges in its tariffs"


def interconnection(sources: Sources) -> inputs.Interconnection:
    """The connection to the grid."""
    path = "power.interconnection"
    level = sources.required(f"{path}.level", Kilovolt)
    if isinstance(level.value, str):
        named = sources.fact(Kilovolt, "voltage", level.value, "level", path=f"{path}.level")
        level = sources.derive(derive.voltage, sources.required(f"{path}.level"), named)
    factor = sources.kept("plant.electrical.power_factor")
    return fill(sources, inputs.Interconnection, "plant.interconnection", path, level=level, power_factor=factor)


def phases(sources: Sources, dates: Calendar) -> tuple[inputs.Phase, ...]:
    """One phase a milestone."""
    return tuple(
        fill(
            sources,
            inputs.Phase,
            f"plant.phases.{phase.name}",
            name=sources.name_at(f"power.energised.{phase.name}", phase.name),
            month=dates.from_start(sources, phase.milestone),
            energised=phase.energised,
            share=phase.share,
        )
        for phase in dates.phases
    )


def supply(sources: Sources) -> inputs.Supply:
    """The one plain tariff; beside a stack, what its tenants pay a kWh and nothing else."""
    if not is_plain(sources):
        fields = (
            ("demand", UsdPerKwMonth),
            ("fixed", UsdPerMonth),
            ("minimum_take", One),
            ("minimum_take_of_reserved", One),
            ("minimum_take_on_energy", One),
        )
        none = {name: sources.absent(f"plant.supply.{name}", 0.0, unit, IN_STACK) for name, unit in fields}
        return fill(sources, inputs.Supply, "plant.supply", energy=plain_price(sources), **none)
    (name,) = sources.document.model.power.supply
    return fill(sources, inputs.Supply, "plant.supply", f"power.supply.{name}")


def shortage(sources: Sources) -> inputs.Shortage:
    """What happens in hours that the supply does not reach."""
    return fill(sources, inputs.Shortage, "plant.shortage", "power.shortage")


def electrical(sources: Sources) -> inputs.Electrical:
    """The electrical chain: the row of its redundancy under what the file states."""
    redundancy = sources.get("electrical.redundancy", "text", ("electrical", "default", "redundancy"))
    return fill(sources, inputs.Electrical, "plant.electrical", "electrical", redundancy=redundancy)
