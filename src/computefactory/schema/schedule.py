"""Dates: milestones of power, deliveries and the starts of contract parts, from anchors to calendar months.

Each energised milestone makes a phase, and each phase its own part of every contract, so a delay of one milestone
moves only what is anchored to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.schema.contracts import Mining, OfftakeTerms, OnDemand
from computefactory.schema.power import PowerChapter
from computefactory.schema.silicon import Anchor, SiliconChapter
from computefactory.timeline import month_number

__all__ = ["Milestone", "deliveries", "idles", "late", "milestones", "signed_of", "starts"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A month from which more power is there; months are calendar month numbers, ``planned`` without any delay."""

    name: str
    month: int
    planned: int


def milestones(power: PowerChapter) -> list[Milestone]:
    """The milestones in the order of the file."""
    return [Milestone(name, month_number(name) + late(power, name), month_number(name)) for name in power.energised]


def late(power: PowerChapter, name: str) -> int:
    """Months by which the power of a milestone comes late."""
    delay = power.delay
    if delay is None or (delay.after is not None and month_number(name) <= delay.after):
        return 0
    return int(delay.by)


def idles(power: PowerChapter) -> bool:
    """Whether the silicon comes as planned although power is late."""
    return power.delay is not None and power.delay.silicon == "comes_as_planned"


def deliveries(silicon: SiliconChapter, power: PowerChapter, phases: list[Milestone]) -> list[int]:
    """Month in which the silicon of each phase is delivered."""
    if not isinstance(silicon.delivered, Anchor):
        return [silicon.delivered] * len(phases)
    lag = int(silicon.delivered.lag)
    return [(phase.planned if idles(power) else phase.month) + lag for phase in phases]


def signed_of(terms: OfftakeTerms) -> int | None:
    """Month of signature; None for what is sold as it comes."""
    return None if isinstance(terms, (OnDemand, Mining)) else int(terms.signed)  # type: ignore[attr-defined]


def starts(terms: OfftakeTerms, phases: list[Milestone], delivered: list[int]) -> list[int]:
    """Month in which the part of each phase starts."""
    if not isinstance(terms.starts, Anchor):
        return [max(terms.starts, phase.month) if phase.month > phase.planned else terms.starts for phase in phases]
    lag = int(terms.starts.lag)
    if terms.starts.after == "delivered":
        return [month + lag for month in delivered]
    if terms.starts.after == "signed":
        return [(signed_of(terms) or 0) + lag] * len(phases)
    return [phase.month + lag for phase in phases]
