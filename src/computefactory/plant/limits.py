"""What binds the plant: how much of each limit the installed load uses, and how many racks each would hold.

A limit is something that money spent on silicon alone does not lift. The accelerators ordered are a decision, not a
limit; the share of them that is sold is the book's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, isnan, nan

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.fabric import FabricBill
from computefactory.plant.inputs import Cooling, Hall, Phase, Silicon
from computefactory.plant.power import Chain
from computefactory.plant.stack import Dispatch
from computefactory.units import Celsius, KgPerM2, Kw, One

__all__ = ["STEPS", "Limits"]

ROUNDING = 1e-9
PER_RACK = ("rack_density", "floor")  # of one rack: more racks do not use more of it
_NAMES = {
    "power": ("power.interconnection.reserved", "kW of IT load", "Largest IT for the connection in the worst hour."),
    "energised": ("power.energised", "kW of grid power", "Peak at the meter against the last milestone."),
    "cooling": ("build.halls", "kW of IT load", "IT capacity of the halls."),
    "space": ("build.halls", "racks", "Rack positions of the halls."),
    "rack_density": ("build.halls", "kW a rack", "What hall and cooling can hold in one rack."),
    "floor": ("build.halls", "kg/m2 under the racks", "What the floor can bear."),
    "silicon": ("silicon.available", "accelerators", "What the vendor delivers."),
    "fabric": ("interconnect", "endpoints", "Endpoints in three tiers of the switch."),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """``utilisation`` of each limit, 0 to 1; ``racks`` of this kind that each would hold; the largest use binds."""

    utilisation: dict[str, One]
    racks: dict[str, One]
    free: dict[str, float]  # in racks of this kind, not rounded: what is left of a limit
    binding: str


def peak_power(full_load_power: Chain, it_design_load: Kw) -> Kw:
    """Highest grid power of the installed silicon, design hours included."""
    return float(full_load_power.grid.max() * it_design_load)


def grid_peak_per_it_kw(full_load_power: Chain, dispatch: Dispatch, it_design_load: Kw) -> One:
    """Highest draw from the grid per kW of design IT: the facility's, or what a supply stack imports of it."""
    return dispatch.peak / it_design_load if dispatch.sent else float(full_load_power.grid.max())


def stranded_power(connection_power: Kw, grid_peak_per_it_kw: One, it_design_load: Kw, leased_power: Kw) -> Kw:
    """Grid power of the connection that neither the installed silicon nor the tenants draw in the worst hour."""
    return connection_power - grid_peak_per_it_kw * (it_design_load + leased_power)


def limits(
    racks: One,
    it_design_load: Kw,
    leased_power: Kw,
    interconnection_limit: Kw,
    grid_peak_per_it_kw: One,
    phases: tuple[Phase, ...],
    halls: tuple[Hall, ...],
    cooling: tuple[Cooling, ...],
    silicon: Silicon,
    fabric_bill: FabricBill,
    coolant_coolest: Celsius,
    inlet_coolest: Celsius,
) -> Limits:
    """Use of each limit by silicon and tenants together.

    Raises:
        FactoryFileError: a limit is passed, or coolant or air is warmer than the silicon accepts in every hour; all at
            once. Hours in which only the weather makes it so are counted (``coolant_hours_exceeded``).
    """
    it = it_design_load + leased_power
    racked = [
        (hall.rack_power, min(hall.rack_limit, each.rack_limit)) for hall, each in zip(halls, cooling, strict=True)
    ]
    uses = {
        "power": (it, interconnection_limit),
        "energised": (grid_peak_per_it_kw * it, phases[-1].energised),
        "cooling": (it, float(sum(hall.it_capacity for hall in halls))),
        "space": (racks, float(sum(hall.space_racks for hall in halls))),
        "rack_density": max(racked, key=lambda pair: pair[0] / pair[1]),
        "floor": (silicon.rack_mass / silicon.rack_area, _least(hall.floor_rating for hall in halls)),
        "silicon": (silicon.accelerators, silicon.available),
        "fabric": (fabric_bill.endpoints, fabric_bill.reach),
    }
    utilisation = {name: used / limit for name, (used, limit) in uses.items() if used and not isnan(limit)}
    problems = [
        *(_passed(name, *uses[name]) for name, share in utilisation.items() if share > 1 + ROUNDING),
        *_too_warm(silicon, coolant_coolest, inlet_coolest),
    ]
    if problems:
        raise FactoryFileError(problems)
    shared = ("power", "energised", "cooling")  # with the tenants, who keep what they lease
    own = {
        name: it_design_load / it if name in shared else 1.0
        for name, share in utilisation.items()
        if name not in PER_RACK and share and it_design_load  # a landlord has no racks of his own
    }
    free = {name: racks * (1 / utilisation[name] - 1) / part for name, part in own.items()}
    held = {name: float(floor(racks + more + ROUNDING)) for name, more in free.items()}
    return Limits(utilisation, held, free, max(utilisation, key=utilisation.__getitem__))


def _least(limits: Iterable[KgPerM2]) -> KgPerM2:
    """The least of those that are stated; nan where none is."""
    return min((limit for limit in limits if not isnan(limit)), default=nan)


def _passed(name: str, used: float, limit: float) -> Problem:
    path, quantity, hint = _NAMES[name]
    return Problem("over_limit", path, f"{used:,.6g} {quantity}", f"at most {limit:,.6g}", hint)


def _too_warm(silicon: Silicon, coolant: Celsius, inlet: Celsius) -> list[Problem]:
    """A set point that the silicon does not accept: warm in the coolest hour."""
    found = (("coolant", coolant, silicon.coolant_limit), ("inlet air", inlet, silicon.inlet_limit))
    return [
        Problem(
            "too_warm", "cooling", f"{medium} at {value:.1f} degC", f"at most {limit:.1f} degC for {silicon.system}"
        )
        for medium, value, limit in found
        if value > limit
    ]


STEPS = (peak_power, grid_peak_per_it_kw, stranded_power, limits)
