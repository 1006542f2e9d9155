"""The parts of the site that have dates of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.ledger.fields import givens_of
from computefactory.records import UNREAD, Absent, Doc, Like
from computefactory.units import Kw, Month, One

NEVER = 12_000.0  # months: later than anything
OWNED = "the factory owns its building"


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the site with dates of its own: it lives from acceptance to its own end; months from month 0."""

    name: Annotated[str, Doc("Its name, or YYYY-MM of its milestone.")]
    power: Annotated[Kw, Doc("Power at the meter that the phase adds.")]
    share: Annotated[One, Doc("Its share of the building.")]
    silicon: Annotated[One, Doc("Its share of the accelerators of its generation.")]
    outlay: Annotated[One, Doc("Its share of the price of its generation.")]
    energised: Annotated[Month, Doc("Month from which its power is there.")]
    delivered: Annotated[Month, UNREAD, Doc("Month in which its silicon is delivered.")]
    accepted: Annotated[Month, Doc("Month from which it works: accelerator-hours and power start.")]
    rent_from: Annotated[Month, Doc("First month of rent for its share of a leased building."), Absent(NEVER, OWNED)]
    rent_agreed_until: Annotated[
        Month, Doc("Month after the lease's tenor."), Absent(NEVER, "leased as long as the plant runs, or owned")
    ]
    rent_until: Annotated[Month, Doc("Month after the lease, its extension with it."), Like("rent_agreed_until")]
    generation: Annotated[
        One, Doc("Place of its generation of silicon, 0 or 1."), Absent(0.0, "there is one generation")
    ] = 0.0


PHASES = {item.name: item for item in givens_of(Phase, "plant.phases", prefix="p_", per="phase")}
