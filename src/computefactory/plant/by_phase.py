"""What each phase takes from the generation of silicon that stands in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefactory.ledger import given
from computefactory.plant.inputs import Cluster, Phase, Silicon, silicon_of
from computefactory.steps import elementwise, number
from computefactory.units import Count, One

__all__ = ["STEPS", "of_phases"]


def of_phases(phases: tuple[Phase, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """For each phase the value of its generation."""
    return tuple(values[int(phase.generation)] for phase in phases)


@elementwise()
def phase_installed(phases: tuple[Phase, ...], silicon: Silicon, generations: tuple[Cluster, ...]) -> tuple[Count, ...]:
    """Accelerators installed of the phase's generation."""
    return of_phases(phases, tuple(each.accelerators for each in silicon_of(silicon, generations)))


@elementwise()
def phase_active(phases: tuple[Phase, ...], generation_active: tuple[Count, ...]) -> tuple[Count, ...]:
    """Active accelerators of the phase's generation."""
    return of_phases(phases, generation_active)


@elementwise()
def phase_load(phases: tuple[Phase, ...], load_shares: tuple[One, ...]) -> tuple[One, ...]:
    """Share of the phase's generation in the design IT load of the site."""
    return of_phases(phases, load_shares)


@elementwise()
def phase_availability(phases: tuple[Phase, ...], generation_availability: tuple[One, ...]) -> tuple[One, ...]:
    """Share of the active hours of the phase's generation that can be used."""
    return of_phases(phases, generation_availability)


@elementwise()
def phase_hours(
    phases: tuple[Phase, ...],
    active_shares: tuple[One, ...],
    generation_availability: tuple[One, ...],
    availability: One,
) -> tuple[One, ...]:
    """Share of the phase's generation in the accelerator-hours that can be used."""
    some = np.asarray(availability) > 0
    ratios = (np.where(some, each / np.where(some, availability, 1.0), 1.0) for each in generation_availability)
    return of_phases(phases, tuple(number(part * ratio) for part, ratio in zip(active_shares, ratios, strict=True)))


p_installed = given(
    "p_installed",
    Count,
    per="phase",
    source="steps.phase_installed",
    doc="Accelerators installed of the phase's generation.",
)
p_active = given("p_active", Count, per="phase", source="steps.phase_active", doc="The same less spares.")
p_load = given(
    "p_load",
    One,
    per="phase",
    source="steps.phase_load",
    doc="Share of the phase's generation in the design IT load.",
)
p_availability = given(
    "p_availability",
    One,
    per="phase",
    source="steps.phase_availability",
    doc="Share of the active hours of the phase's generation that can be used.",
)
p_hours = given(
    "p_hours",
    One,
    per="phase",
    source="steps.phase_hours",
    doc="Share of the phase's generation in the accelerator-hours that can be used.",
)
STEPS = (phase_installed, phase_active, phase_load, phase_availability, phase_hours)
