"""The plant's power from file and library: connection, milestones, supply, electrical chain."""

from __future__ import annotations

from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, annotation, measured
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_supply import is_plain, plain_price
from computefactory.schema.supply import TariffChapter
from computefactory.units import (
    Kilovolt,
    Kva,
    Kw,
    One,
)

__all__ = ["electrical", "interconnection", "phases", "shortage", "supply"]

TEXT = "text"


def interconnection(sources: Sources) -> inputs.Interconnection:
    """The connection to the grid."""
    path = "power.interconnection"
    capacity = sources.required(f"{path}.capacity", Kw)
    level = sources.required(f"{path}.level", Kilovolt)
    if isinstance(level.value, str):
        named = sources.fact(Kilovolt, "voltage", level.value, "level", path=f"{path}.level")
        level = sources.derive(derive.voltage, sources.required(f"{path}.level"), named)
    substation = sources.given(f"{path}.dedicated_substation")
    return sources.make(
        inputs.Interconnection,
        "plant.interconnection",
        capacity=capacity,
        reserved=sources.given(f"{path}.reserved", Kw) or sources.derive(derive.all_of, capacity),
        firm=sources.given(f"{path}.firm", Kw) or sources.derive(derive.all_of, capacity),
        level=level,
        real=_real(sources),
        status=sources.required(f"{path}.status"),
        dedicated_substation=sources.derive(derive.flag, substation) if substation else sources.derive(derive.no),
    )


def _real(sources: Sources) -> Traced:
    """Power factor times apparent power, where the connection is stated in MVA."""
    apparent = sources.given("power.interconnection.apparent", Kva)
    if apparent is None:
        return sources.derive(derive.no_apparent_limit)
    return sources.derive(derive.real_power, apparent, sources.kept("plant.electrical.power_factor"))


def phases(sources: Sources, dates: Calendar) -> tuple[inputs.Phase, ...]:
    """One phase a milestone."""
    return tuple(
        sources.make(
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
        none = sources.derive(derive.no)
        return sources.make(
            inputs.Supply,
            "plant.supply",
            energy=plain_price(sources),
            demand=sources.derive(derive.no_demand_price),
            fixed=sources.derive(derive.no_fixed_charge),
            minimum_take=none,
            minimum_take_of_reserved=none,
            minimum_take_on_energy=none,
        )
    ((name, tariff),) = sources.document.model.power.supply.items()
    path = f"power.supply.{name}"
    of = sources.given(f"{path}.minimum_take.of")
    applies = sources.given(f"{path}.minimum_take.applies_to")

    def get(field: str) -> Traced:
        return sources.get(f"{path}.{field}", annotation(inputs.Supply, field), ("supply", "default", field))

    share = (
        sources.required(f"{path}.minimum_take.share", One)
        if isinstance(tariff, TariffChapter) and tariff.minimum_take
        else sources.fact(One, "supply", "default", "minimum_take", path=f"{path}.minimum_take.share")
    )
    return sources.make(
        inputs.Supply,
        "plant.supply",
        energy=sources.required(f"{path}.energy", annotation(inputs.Supply, "energy")),
        demand=get("demand"),
        fixed=get("fixed"),
        minimum_take=share,
        minimum_take_of_reserved=sources.derive(derive.of_reserved, of) if of else sources.derive(derive.no),
        minimum_take_on_energy=sources.derive(derive.on_energy, applies) if applies else sources.derive(derive.no),
    )


def shortage(sources: Sources) -> inputs.Shortage:
    """What happens in hours that the supply does not reach."""
    allowed = sources.given("power.shortage.allowed")
    return sources.make(
        inputs.Shortage,
        "plant.shortage",
        allowed=sources.derive(derive.flag, allowed) if allowed else sources.derive(derive.no_shedding),
        lost_load=sources.get(
            "power.shortage.lost_load", annotation(inputs.Shortage, "lost_load"), ("supply", "default", "lost_load")
        ),
    )


def electrical(sources: Sources) -> inputs.Electrical:
    """The electrical chain: the row of its redundancy under what the file states."""
    redundancy = sources.get("electrical.redundancy", TEXT, ("electrical", "default", "redundancy"))
    values = {
        name: sources.get(f"electrical.{name}", annotation(inputs.Electrical, name), ("electrical", redundancy, name))
        for name in measured(inputs.Electrical)
    }
    return sources.make(inputs.Electrical, "plant.electrical", **values)
