"""The phases of a site beside each other: what each holds, its own dates, and who takes it."""

from __future__ import annotations

from computefactory.page import Column, Section, megawatts
from computefactory.plant.inputs.phases import NEVER
from computefactory.report.named import filled
from computefactory.result import Result
from computefactory.timeline import month_name

__all__ = ["phases"]


def phases(result: Result) -> Section:
    """One row a phase, from power to its own end."""
    factory, own = result.factory, result.known["accelerators_active"] > 0
    lives = result.known["phase_lives"]

    def month(number: float) -> str:
        return month_name(int(factory.timeline.start + number))

    columns = [
        Column("phase", "phase"),
        Column("power_mw", "power", "MW", of=megawatts("plant.phases.power")),
        Column("accelerators", "silicon", of="p_silicon * p_installed"),
        Column("generation", "generation"),
        Column("energised", "energised"),
        Column("delivered", "delivered"),
        Column("accepted", "accepted"),
        Column("ends", "ends"),
        Column("rent_from", "rent"),
        Column("taken_by", "taken by"),
    ]
    rented = any(phase.rent_from < NEVER for phase in factory.plant.phases)
    left_out = [] if rented else ["rent_from"]
    left_out += [] if factory.plant.generations else ["generation"]
    left_out += [] if own else ["accelerators", "delivered", "ends"]
    if all(phase.delivered == phase.energised for phase in factory.plant.phases):
        left_out.append("delivered")
    rows = []
    for place, phase in enumerate(factory.plant.phases):
        takers = dict.fromkeys(part.contract for part in factory.offtake.committable if part.phase == place)
        words = {
            "phase": phase.name,
            "generation": factory.plant.clusters[int(phase.generation)].name,
            "energised": month(phase.energised),
            "delivered": month(phase.delivered),
            "accepted": month(phase.accepted),
            "ends": month(min(phase.accepted + lives[place], phase.rent_until) - 1),
            "rent_from": month(phase.rent_from),
            "taken_by": ", ".join(takers) or "nobody",
        }
        rows.append(tuple(text for name, text in words.items() if name not in left_out))
    shown = tuple(column for column in columns if column.name not in left_out)
    text = (
        "A phase works from acceptance (the first start of what is sold from it, unless stated) to the end of its life"
        f"{'; rent: the first month for its share of the building' if rented else ''}."
    )
    return Section("phases", "Phases", grid=filled(result, shown, rows), text=(text,))
