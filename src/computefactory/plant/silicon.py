"""Silicon as racked: racks and the IT load that they, their fabric and their support draw.

A site may hold several generations at once. What differs between them is worked out for each (``generation_...``, the
first before the others); the site's own numbers are sums, or means by what each draws or by its active accelerators.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from computefactory.plant.inputs import Cluster, Hall, Silicon, silicon_of
from computefactory.steps import elementwise, number
from computefactory.units import Celsius, Count, Kw, One

__all__ = ["STEPS", "mean_of"]

ROUNDING = 1e-9  # of a rack: 1056.0000000001 racks are 1056


def mean_of(values: tuple[Any, ...], shares: tuple[One, ...]) -> float:
    """Mean by shares that sum to 1; of one value that value."""
    return number(sum(share * value for value, share in zip(values, shares, strict=True)))


def _shares(amounts: tuple[float, ...]) -> tuple[One, ...]:
    """Share of each in the sum; all of it is the first's where there is nothing."""
    total = np.asarray(sum(amounts))
    some = np.where(total > 0, total, 1.0)
    return tuple(number(np.where(total > 0, part / some, float(k == 0))) for k, part in enumerate(amounts))


@elementwise()
def generation_racks(silicon: Silicon, generations: tuple[Cluster, ...]) -> tuple[One, ...]:
    """Racks that hold the accelerators of each generation; the last may be partly filled."""
    return tuple(
        number(np.ceil(each.accelerators / each.accelerators_per_rack - ROUNDING))
        for each in silicon_of(silicon, generations)
    )


@elementwise()
def racks(generation_racks: tuple[One, ...]) -> One:
    """Racks that hold the installed accelerators."""
    return number(sum(generation_racks))


@elementwise()
def rack_power(silicon: Silicon, generations: tuple[Cluster, ...]) -> Kw:
    """Design power of a rack, of the densest generation."""
    return number(reduce(np.maximum, (each.rack_power for each in silicon_of(silicon, generations))))


@elementwise()
def accelerators_installed(silicon: Silicon, generations: tuple[Cluster, ...]) -> Count:
    """Accelerators installed, of every generation."""
    return number(sum(each.accelerators for each in silicon_of(silicon, generations)))


@elementwise()
def generation_active(silicon: Silicon, generations: tuple[Cluster, ...]) -> tuple[Count, ...]:
    """Installed less spares of each generation."""
    return tuple(each.accelerators - each.spares for each in silicon_of(silicon, generations))


@elementwise()
def accelerators_active(generation_active: tuple[Count, ...]) -> Count:
    """Installed less spares."""
    return number(sum(generation_active))


@elementwise()
def active_shares(generation_active: tuple[Count, ...]) -> tuple[One, ...]:
    """Share of each generation in the active accelerators."""
    return _shares(generation_active)


@elementwise()
def generation_loads(
    generation_racks: tuple[One, ...],
    silicon: Silicon,
    generations: tuple[Cluster, ...],
    fabric_powers: tuple[Kw, ...],
) -> tuple[Kw, ...]:
    """Design IT load of each generation [kW]: racks, support (storage, management) and scale-out fabric.

    Hot spares draw power like the rest.
    """
    every = zip(generation_racks, silicon_of(silicon, generations), fabric_powers, strict=True)
    return tuple(
        racks * each.rack_power + each.support_power * each.accelerators + fabric for racks, each, fabric in every
    )


@elementwise()
def it_design_load(generation_loads: tuple[Kw, ...]) -> Kw:
    """Design IT load of what is installed [kW]."""
    return number(sum(generation_loads))


@elementwise()
def load_shares(generation_loads: tuple[Kw, ...]) -> tuple[One, ...]:
    """Share of each generation in the design IT load."""
    return _shares(generation_loads)


@elementwise()
def mean_load(silicon: Silicon, generations: tuple[Cluster, ...], load_shares: tuple[One, ...]) -> One:
    """Mean draw of the installed IT as a share of its design draw."""
    return mean_of(tuple(each.utilisation for each in silicon_of(silicon, generations)), load_shares)


@elementwise()
def it_typical_load(it_design_load: Kw, mean_load: One) -> Kw:
    """Mean IT load: share drawn x design."""
    return it_design_load * mean_load


@elementwise()
def rack_shares(
    generation_racks: tuple[One, ...],
    generation_loads: tuple[Kw, ...],
    silicon: Silicon,
    generations: tuple[Cluster, ...],
) -> tuple[One, ...]:
    """Share of each generation's design IT load that its racks draw; the rest is support and fabric.

    Where tenants bring the silicon, what they lease counts as racks.
    """
    found = []
    for racks, drawn, each in zip(generation_racks, generation_loads, silicon_of(silicon, generations), strict=True):
        load = np.asarray(drawn)
        found.append(number(np.where(load > 0, racks * each.rack_power / np.where(load > 0, load, 1.0), 1.0)))
    return tuple(found)


@elementwise()
def liquid_shares(rack_shares: tuple[One, ...], silicon: Silicon, generations: tuple[Cluster, ...]) -> tuple[One, ...]:
    """Share of each generation's IT heat that its racks give to liquid; support and fabric are cooled by air."""
    every = zip(silicon_of(silicon, generations), rack_shares, strict=True)
    return tuple(each.liquid_fraction * share for each, share in every)


@elementwise()
def hall_shares(halls: tuple[Hall, ...], load_shares: tuple[One, ...]) -> tuple[One, ...]:
    """Share of the design IT load in each hall, by the rack power in it; equal shares where nothing is installed."""
    power = [hall.racks * hall.rack_power for hall in halls]
    found = []
    for hall, own in zip(halls, power, strict=True):
        alike = [part for other, part in zip(halls, power, strict=True) if other.generation == hall.generation]
        total = np.asarray(sum(alike))
        within = np.where(total > 0, own / np.where(total > 0, total, 1.0), 1 / len(alike))
        found.append(number(within * load_shares[int(hall.generation)]))
    return tuple(found)


@elementwise()
def hall_load_factors(
    halls: tuple[Hall, ...], silicon: Silicon, generations: tuple[Cluster, ...], mean_load: One
) -> tuple[One, ...]:
    """Mean draw of the silicon in each hall, as a multiple of the site's; 1 where there is one generation."""
    every = silicon_of(silicon, generations)
    return tuple(number(every[int(hall.generation)].utilisation / mean_load) for hall in halls)


@elementwise()
def hall_coolant_limits(
    halls: tuple[Hall, ...], silicon: Silicon, generations: tuple[Cluster, ...]
) -> tuple[Celsius, ...]:
    """Highest coolant supply that the silicon of each hall accepts."""
    every = silicon_of(silicon, generations)
    return tuple(every[int(hall.generation)].coolant_limit for hall in halls)


@elementwise()
def hall_inlet_limits(
    halls: tuple[Hall, ...], silicon: Silicon, generations: tuple[Cluster, ...]
) -> tuple[Celsius, ...]:
    """Highest inlet air that the silicon of each hall accepts."""
    every = silicon_of(silicon, generations)
    return tuple(every[int(hall.generation)].inlet_limit for hall in halls)


STEPS = (
    generation_racks,
    racks,
    rack_power,
    accelerators_installed,
    generation_active,
    accelerators_active,
    active_shares,
    generation_loads,
    it_design_load,
    load_shares,
    mean_load,
    it_typical_load,
    rack_shares,
    liquid_shares,
    hall_shares,
    hall_load_factors,
    hall_coolant_limits,
    hall_inlet_limits,
)
