"""What binds the plant: how much of each limit the installed load uses, and how many racks each would hold.

A limit is something that money spent on silicon alone does not lift. The accelerators ordered are a decision, not a
limit; the share of them that is sold is the book's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isnan
from typing import Any

import numpy as np

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.inputs import Cluster, Cooling, Electrical, Hall, Phase, Silicon, silicon_of
from computefactory.plant.power import Chain
from computefactory.plant.stack import Dispatch
from computefactory.steps import elementwise, number
from computefactory.units import Celsius, Kw, One

__all__ = ["STEPS", "Limits"]

ROUNDING = 1e-9
PER_RACK = ("rack_density", "floor")  # of one rack: more racks do not use more of it
NAMES: Mapping[str, tuple[str, str, str]] = {
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


def peak_per_it_kw(full_load_power: Chain) -> One:
    """Highest facility power per kW of design IT, design hours included."""
    return float(full_load_power.grid.max())


def imported_peak(dispatch: Dispatch) -> Kw:
    """Highest import of a supply stack at the design draw; below zero without one: then all is imported."""
    return dispatch.peak if dispatch.sent else -1.0


@elementwise()
def peak_power(peak_per_it_kw: One, it_design_load: Kw) -> Kw:
    """Highest grid power of the installed silicon, design hours included."""
    return peak_per_it_kw * it_design_load


@elementwise()
def grid_peak_per_it_kw(peak_per_it_kw: One, imported_peak: Kw, it_design_load: Kw) -> One:
    """Highest draw from the grid per kW of design IT: the facility's, or what a supply stack imports of it."""
    stack = np.asarray(imported_peak) >= 0
    return number(np.where(stack, imported_peak / np.where(stack, it_design_load, 1.0), peak_per_it_kw))


@elementwise()
def stranded_power(connection_power: Kw, grid_peak_per_it_kw: One, it_design_load: Kw, leased_power: Kw) -> Kw:
    """Grid power of the connection that neither the installed silicon nor the tenants draw in the worst hour."""
    return connection_power - grid_peak_per_it_kw * (it_design_load + leased_power)


@elementwise()
def power_without_halls(
    connection_power: Kw, grid_peak_per_it_kw: One, it_design_load: Kw, leased_power: Kw, it_capacity: Kw
) -> Kw:
    """Grid power of the connection that full halls would not draw in the worst hour."""
    housed = np.maximum(it_capacity, it_design_load + leased_power)
    return number(connection_power - grid_peak_per_it_kw * housed)


@elementwise()
def uses(
    racks: One,
    it_design_load: Kw,
    leased_power: Kw,
    interconnection_limit: Kw,
    grid_peak_per_it_kw: One,
    phases: tuple[Phase, ...],
    halls: tuple[Hall, ...],
    cooling: tuple[Cooling, ...],
    silicon: Silicon,
    generations: tuple[Cluster, ...],
    fullest_fabric: tuple[One, One],
) -> tuple[float, ...]:
    """What silicon and tenants together use of each limit, and the limit, in the order of :data:`NAMES`; nan: none."""
    it = it_design_load + leased_power
    every = silicon_of(silicon, generations)
    standing = [every[int(hall.generation)] for hall in halls]
    racks_held = zip(halls, cooling, strict=True)
    dense = [(hall.rack_power, np.minimum(hall.rack_limit, each.rack_limit)) for hall, each in racks_held]
    floors = zip(halls, standing, strict=True)
    heavy = [(each.rack_mass / each.rack_area, hall.floor_rating) for hall, each in floors]
    pairs = (
        (it, interconnection_limit),
        (grid_peak_per_it_kw * it, sum(phase.power for phase in phases)),
        (it, sum(hall.it_capacity for hall in halls)),
        (racks, sum(hall.space_racks for hall in halls)),
        _tightest(dense),
        _tightest(heavy),
        _tightest([(each.accelerators, each.available) for each in every]),
        fullest_fabric,
    )
    return tuple(number(value) for pair in pairs for value in pair)


def _tightest(pairs: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Use and limit where most of the limit is used; one without a limit (nan) binds nothing."""
    used, limit = pairs[0]
    for other, most in pairs[1:]:
        tighter = (np.asarray(other) * limit > np.asarray(used) * most) | np.isnan(limit)
        used, limit = np.where(tighter, other, used), np.where(tighter, most, limit)
    return used, limit


@elementwise()
def within_limits(
    uses: tuple[float, ...],
    halls: tuple[Hall, ...],
    hall_coolants: tuple[Celsius, ...],
    hall_coolant_limits: tuple[Celsius, ...],
    hall_inlets: tuple[Celsius, ...],
    hall_inlet_limits: tuple[Celsius, ...],
    silicon: Silicon,
    generations: tuple[Cluster, ...],
) -> One:
    """Use of the limit that binds.

    Raises:
        FactoryFileError: a limit is passed, or coolant or air is warmer than the silicon accepts in every hour; all at
            once. Hours in which only the weather makes it so are counted (``coolant_hours_exceeded``).
    """
    systems = [silicon_of(silicon, generations)[int(hall.generation)].system for hall in halls]
    warm = [
        *(("coolant", *each) for each in zip(systems, hall_coolants, hall_coolant_limits, strict=True)),
        *(("inlet air", *each) for each in zip(systems, hall_inlets, hall_inlet_limits, strict=True)),
    ]
    used, limit = np.array(np.broadcast_arrays(*uses), dtype=float).reshape(len(NAMES), 2, -1).swapaxes(0, 1)
    share = np.fmax.reduce(np.divide(used, limit, out=np.zeros_like(used), where=used > 0))
    over = share > 1 + ROUNDING
    too_warm = np.logical_or.reduce(np.broadcast_arrays(*(np.greater(value, most) for _, _, value, most in warm)))
    wrong = np.broadcast_to(over | too_warm, np.broadcast_shapes(over.shape, np.shape(too_warm)))
    if wrong.any():
        scenario = int(np.argmax(np.where(wrong, share + too_warm, 0.0)))

        def here(value: Any) -> float:
            return float(np.broadcast_to(value, wrong.shape)[scenario])

        passed = (_passed(name, here(used[k]), here(limit[k])) for k, name in enumerate(NAMES))
        hot = dict.fromkeys((medium, system, here(value), here(most)) for medium, system, value, most in warm)
        problems = [problem for problem in passed if problem] + [_too_warm(*each) for each in hot if each[2] > each[3]]
        raise FactoryFileError(problems, scenario)
    return number(share if any(map(np.ndim, uses)) else share[0])


def limits(racks: One, it_design_load: Kw, leased_power: Kw, uses: tuple[float, ...], electrical: Electrical) -> Limits:
    """Use of each limit by silicon and tenants together, and what is left of it; racks may share what is provided."""
    it = it_design_load + leased_power
    pairs = dict(zip(NAMES, zip(uses[::2], uses[1::2], strict=True), strict=True))
    utilisation = {name: used / limit for name, (used, limit) in pairs.items() if used and not isnan(limit)}
    shared = ("power", "energised", "cooling")  # with the tenants, who keep what they lease
    own = {
        name: it_design_load / it if name in shared else 1.0
        for name, share in utilisation.items()
        if name not in PER_RACK and share and it_design_load  # a landlord has no racks of his own
    }
    shares = {"power": electrical.provisioning}
    held_of = {
        name: (racks + racks * (1 / utilisation[name] - 1) / part) / shares.get(name, 1.0) for name, part in own.items()
    }
    free = {name: most - racks for name, most in held_of.items()}
    held = {name: float(floor(racks + more + ROUNDING)) for name, more in free.items()}
    return Limits(utilisation, held, free, max(utilisation, key=utilisation.__getitem__))


def _passed(name: str, used: float, limit: float) -> Problem | None:
    if not used > limit * (1 + ROUNDING):
        return None
    path, quantity, hint = NAMES[name]
    return Problem("over_limit", path, f"{used:,.6g} {quantity}", f"at most {limit:,.6g}", hint)


def _too_warm(medium: str, system: str, value: Celsius, limit: Celsius) -> Problem:
    """A set point that the silicon does not accept: warm in the coolest hour."""
    return Problem("too_warm", "cooling", f"{medium} at {value:.1f} degC", f"at most {limit:.1f} degC for {system}")


STEPS = (
    peak_per_it_kw,
    imported_peak,
    peak_power,
    grid_peak_per_it_kw,
    stranded_power,
    power_without_halls,
    uses,
    within_limits,
    limits,
)
