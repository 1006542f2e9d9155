"""Dates: phases, deliveries and the starts of contract parts, from anchors to calendar months.

Each phase makes its own part of every contract that takes it, so a delay of one moves only what is anchored to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from computefactory.plant.inputs.clusters import FIRST
from computefactory.schema.build import BuildingLease
from computefactory.schema.contracts import HourTerms, Mining, OfftakeTerms, OnDemand
from computefactory.schema.power import PhaseChapter, PowerChapter
from computefactory.schema.silicon import Anchor, SiliconChapter
from computefactory.timeline import month_number
from computefactory.units import Count, Kw

__all__ = [
    "Milestone",
    "Phases",
    "Systems",
    "bound",
    "chapter_of",
    "deliveries",
    "end_of",
    "idles",
    "milestones",
    "rents",
    "shares",
    "signed_of",
    "starts",
    "systems",
]

Phases = Mapping[str, PhaseChapter]
Systems = Mapping[str, SiliconChapter]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A phase as the file states it; months are calendar month numbers, ``planned`` without any delay."""

    name: str
    path: str  # where its power stands
    before: str  # where the power before it stands, of which its own is the rest; nothing where its own is stated
    month: int
    planned: int
    power: Kw  # its own
    halls: tuple[str, ...] | Mapping[str, Kw] | None = None
    generation: str = FIRST
    accelerators: Count | None = None
    delivered: int | None = None
    accepted: int | None = None
    handed_over: int | None = None
    rented: int | None = None

    @property
    def late(self) -> bool:
        """Whether its power comes later than planned."""
        return self.month > self.planned


def milestones(power: PowerChapter, phases: Phases) -> list[Milestone]:
    """The phases in order of time; one of no power is none."""
    found = [
        Milestone(
            name,
            f"phases.{name}.power",
            "",
            _late(power, each.energised),
            each.energised,
            each.power,
            halls=each.halls,
            generation=each.generation or FIRST,
            accelerators=each.accelerators,
            delivered=each.delivered,
            accepted=each.accepted,
            handed_over=each.handed_over,
            rented=each.lease,
        )
        for name, each in phases.items()
    ]
    before, level = "", 0.0
    for name, reached in (power.energised or {}).items():
        path, planned = f"power.energised.{name}", month_number(name)
        if reached != level:
            found.append(Milestone(name, path, before, _late(power, planned), planned, reached - level))
            before, level = path, reached
    return sorted((each for each in found if each.power > 0), key=lambda each: each.planned)


def _late(power: PowerChapter, planned: int) -> int:
    """The month in which power that is planned for a month comes."""
    delay = power.delay
    if delay is None or (delay.after is not None and planned <= delay.after):
        return planned
    return planned + int(delay.by)


def idles(power: PowerChapter) -> bool:
    """Whether the silicon comes as planned although power is late."""
    return power.delay is not None and power.delay.silicon == "comes_as_planned"


def systems(silicon: SiliconChapter, generations: Mapping[str, SiliconChapter]) -> Systems:
    """Every generation of silicon by name, the first before the others."""
    return {FIRST: silicon, **generations}


def chapter_of(generation: str) -> str:
    """Where the file states a generation of silicon."""
    return FIRST if generation == FIRST else f"generations.{generation}"


def deliveries(systems: Systems, power: PowerChapter, months: Sequence[Milestone]) -> list[int]:
    """Month in which the silicon of each phase is delivered."""

    def month(phase: Milestone) -> int:
        silicon = systems.get(phase.generation, systems[FIRST])
        if phase.delivered is not None:
            return phase.delivered
        if not isinstance(silicon.delivered, Anchor):
            return silicon.delivered
        return (phase.planned if idles(power) else phase.month) + int(silicon.delivered.lag)

    return [month(phase) for phase in months]


def rents(lease: BuildingLease, phases: Sequence[Milestone]) -> list[int]:
    """First month of rent for each phase."""

    def month(phase: Milestone) -> int:
        if phase.rented is not None:
            return phase.rented
        if isinstance(lease.starts, int):
            return lease.starts
        energised = lease.starts is not None and lease.starts.after == "energised"
        begun = phase.month if energised else phase.planned if phase.handed_over is None else phase.handed_over
        return begun + (int(lease.starts.lag) if lease.starts is not None else 0)

    return [month(phase) for phase in phases]


def shares(phases: Sequence[Milestone]) -> list[float]:
    """Share of each phase in the accelerators of its generation: as stated for all, else by power."""
    sizes = [phase.power if phase.accelerators is None else phase.accelerators for phase in phases]
    totals = {phase.generation: 0.0 for phase in phases}
    for phase, size in zip(phases, sizes, strict=True):
        totals[phase.generation] += size
    return [size / (totals[phase.generation] or 1.0) for phase, size in zip(phases, sizes, strict=True)]


def end_of(terms: OfftakeTerms, start: int) -> int:
    """Month after the last of a part that starts in a month."""
    ends = [start + int(terms.tenor)] if terms.tenor is not None else []
    return max(min([*ends, terms.ends + 1] if terms.ends is not None else ends, default=start), start)


def signed_of(terms: OfftakeTerms) -> int | None:
    """Month of signature; None for what is sold as it comes."""
    return None if isinstance(terms, (OnDemand, Mining)) else int(terms.signed)  # type: ignore[attr-defined]


def bound(terms: OfftakeTerms, phases: Sequence[Milestone]) -> list[int]:
    """Places of the phases that a contract takes; one in accelerator-hours sells a single generation."""
    taken = [place for place, phase in enumerate(phases) if terms.phases is None or phase.name in terms.phases]
    if not isinstance(terms, HourTerms):
        return taken
    sold = terms.generation or (FIRST if terms.phases is None else None)
    return [place for place in taken if sold in (None, phases[place].generation)]


def starts(terms: OfftakeTerms, phases: Sequence[Milestone], delivered: Sequence[int]) -> list[int]:
    """Month in which the part of each phase would start."""
    if not isinstance(terms.starts, Anchor):
        return [max(terms.starts, phase.month) if phase.late else terms.starts for phase in phases]
    lag = int(terms.starts.lag)
    if terms.starts.after == "delivered":
        return [month + lag for month in delivered]
    if terms.starts.after == "signed":
        return [(signed_of(terms) or 0) + lag] * len(phases)
    return [phase.month + lag for phase in phases]
