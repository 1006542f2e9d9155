"""What a factory shows of each quantity that a buyer may ask for, hall by hall, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from computefactory.qualification import Shown, weakest
from computefactory.schema.overrides import value_at

if TYPE_CHECKING:
    from computefactory.plant.inputs import Cooling, Hall
    from computefactory.result import Result

__all__ = ["shown_by_hall"]

LIQUID = ("direct_to_chip", "immersion")
NOTHING = float("nan")


def shown_by_hall(result: Result) -> list[tuple[str, float, Mapping[str, Shown]]]:
    """Name, IT capacity and facts of every hall."""
    site = _of_the_site(result)
    plant = result.factory.plant
    return [
        (hall.name, float(hall.it_capacity), {**site, **_of_a_hall(result, hall, cooling)})
        for hall, cooling in zip(plant.halls, plant.cooling, strict=True)
    ]


def _evidence(result: Result, *paths: str) -> str:
    return weakest([result.factory.evidence(path) for path in paths])


def _stated(result: Result, path: str) -> Shown:
    """A figure that the file alone can give."""
    document = result.factory.document
    value = value_at(document.model, path)
    if value is None:
        return Shown(NOTHING, "none")
    source = document.source_of(path)
    return Shown(float(value), "stated" if source in (None, "assumed") else "disclosed")


def _of_a_hall(result: Result, hall: Hall, cooling: Cooling) -> dict[str, Shown]:
    path = f"plant.halls.{hall.name}"
    built = _evidence(result, f"{path}.architecture")
    liquid = hall.architecture.startswith(LIQUID)
    share = float(result.factory.plant.standing(hall).liquid_fraction) if liquid else 0.0
    return {
        "rack_power": Shown(
            min(float(hall.rack_limit), float(cooling.rack_limit)), _evidence(result, f"{path}.rack_limit")
        ),
        "liquid_to_chip": Shown(float(liquid), built),
        "liquid_share": Shown(share, built),
        "coolant_supply": Shown(float(cooling.liquid_supply) if liquid else NOTHING, built),
        "rack_mass": _stated(result, f"build.halls.{hall.name}.rack_mass_limit"),
        "feed_voltage": _stated(result, f"build.halls.{hall.name}.feed_voltage"),
    }


def _of_the_site(result: Result) -> dict[str, Shown]:
    plant, known = result.factory.plant, result.known
    halls = [f"plant.halls.{hall.name}" for hall in plant.halls]
    climate = _evidence(result, "plant.site.place", *(f"{path}.architecture" for path in halls))
    price = result.metrics["power_cost_usd_per_grid_kwh"].value
    return {
        "block": Shown(float(known["it_capacity"]), _evidence(result, *(f"{path}.it_capacity" for path in halls))),
        "pue": Shown(float(known["pue_annual"]), climate),
        "wue": Shown(result.metrics["wue_l_per_kwh"].value or 0.0, climate),
        "availability": Shown(float(plant.reliability.facility), _evidence(result, "plant.reliability.facility")),
        "delivery": _delivery(result),
        "fibre_latency": _stated(result, "site.fibre_latency"),
        "connection_level": Shown(
            float(plant.interconnection.level), _file_evidence(result, "power.interconnection.level")
        ),
        "grid_power": Shown(float(plant.interconnection.reserved), _evidence(result, "plant.interconnection.reserved")),
        "power_price": Shown(NOTHING if price is None else price, _evidence(result, "plant.supply.energy")),
        "accelerators": Shown(float(plant.accelerators), _evidence(result, "plant.silicon.accelerators")),
        "scale_up_domain": Shown(float(plant.silicon.scale_up_domain), _evidence(result, "plant.silicon.system")),
        "oversubscription": Shown(
            float(plant.network.oversubscription), _evidence(result, "plant.network.oversubscription")
        ),
    }


def _file_evidence(result: Result, path: str) -> str:
    """Evidence of a name in the file whose number is a row (transmission: 138 kV)."""
    source = result.factory.document.source_of(path)
    return "stated" if source in (None, "assumed") else "disclosed"


def _delivery(result: Result) -> Shown:
    """Months from signature to the last start, the longest of all signed contracts and leases."""
    book = result.factory.offtake
    paths: list[tuple[float, str]] = [
        *((item.start - item.signed, f"offtake.contracts.{item.name}") for item in book.contracts if item.committed),
        *((lease.start - lease.signed, f"offtake.leases.{lease.name}") for lease in book.leases),
    ]
    if not paths:
        return Shown(NOTHING, "none")
    evidence: Sequence[str] = [result.factory.evidence(f"{path}.start") for _, path in paths]
    return Shown(max(months for months, _ in paths), weakest(evidence))
