"""Defensibility: the share of IT power that holds the next and the next-but-one generation of silicon without capex.

A hall holds a generation where it supports the rack's power, brings liquid to the chip if the rack needs it, and
supplies coolant that is cold enough. What it lacks costs USD per kW; that capex is what the shell's next rent must
carry, so the valuation takes it off the shell when it is let again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from computefactory.qualification.cure import Span
from computefactory.units import Celsius, Kw, One, UsdPerKw

__all__ = ["Defence", "HallLimits", "SiliconGeneration", "defend"]


@dataclass(frozen=True, slots=True)
class SiliconGeneration:
    """A generation of silicon as a hall meets it."""

    system: str
    rack_power: Kw
    liquid_fraction: One
    coolant_limit: Celsius


@dataclass(frozen=True, slots=True)
class HallLimits:
    """What a hall can hold, and what curing costs there: ``denser`` where liquid is in it, else ``liquid``."""

    name: str
    it_capacity: Kw
    rack_limit: Kw
    liquid: One  # 1: liquid to the chip
    coolant_supply: Celsius
    denser: Span  # USD/kW: more power a rack, liquid already there
    rebuilt: Span  # USD/kW: liquid and power brought in


@dataclass(frozen=True, slots=True)
class Defence:
    """One generation: share of IT power that holds it, upgrade of the rest, and what each hall lacks."""

    generation: SiliconGeneration
    share: One
    upgrade: Span  # USD per kW of all IT power, 0 where every hall holds it
    lacks: tuple[tuple[str, tuple[str, ...]], ...]  # hall, what it lacks

    @property
    def upgrade_usd_per_kw(self) -> UsdPerKw:
        """The middle of the span."""
        return self.upgrade.value

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "system": self.generation.system,
            "rack_power_kw": self.generation.rack_power,
            "share": self.share,
            "unit": "1",
            "upgrade_usd_per_kw": self.upgrade.as_dict(),
            "lacks": {name: list(what) for name, what in self.lacks},
        }


def _lacks(hall: HallLimits, new: SiliconGeneration, liquid_share: One) -> list[str]:
    found = []
    if hall.rack_limit < new.rack_power:
        found.append(f"racks of {new.rack_power:g} kW (holds {hall.rack_limit:g} kW)")
    if new.liquid_fraction >= liquid_share and not hall.liquid:
        found.append("liquid to the chip")
    elif new.liquid_fraction >= liquid_share and hall.coolant_supply > new.coolant_limit:
        found.append(f"coolant at {new.coolant_limit:g} degC (supplies {hall.coolant_supply:g} degC)")
    return found


def defend(halls: Sequence[HallLimits], new: SiliconGeneration, liquid_share: One) -> Defence:
    """Share and upgrade of all halls; a rack with at least ``liquid_share`` of its heat in liquid needs liquid."""
    total = sum(hall.it_capacity for hall in halls)
    lacks = [(hall, _lacks(hall, new, liquid_share)) for hall in halls]
    holding = sum(hall.it_capacity for hall, what in lacks if not what)
    spans = [(hall.denser if hall.liquid else hall.rebuilt).times(hall.it_capacity) for hall, what in lacks if what]
    cost = Span(*(sum(getattr(span, end) for span in spans) for end in ("low", "value", "high")))
    return Defence(
        new,
        holding / total if total else 0.0,
        cost.times(1 / total) if total else cost,
        tuple((hall.name, tuple(what)) for hall, what in lacks if what),
    )
