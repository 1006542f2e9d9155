"""What the plant chapter needs to know of a factory: frozen records in canonical units.

Filled by ``schema.resolve`` from the factory file and the reference library; every field keeps its origin there.
Numbers may be floats or arrays of shape (scenario,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.ledger.fields import givens_of
from computefactory.plant.inputs.clusters import FIRST, Cluster, silicon_of
from computefactory.plant.inputs.cooling import Chiller, Cooling
from computefactory.plant.inputs.electrical import Electrical
from computefactory.plant.inputs.halls import Hall
from computefactory.plant.inputs.network import Network
from computefactory.plant.inputs.phases import PHASES, Phase
from computefactory.plant.inputs.power import Interconnection, Shortage, Supply
from computefactory.plant.inputs.production import Production
from computefactory.plant.inputs.reliability import Reliability
from computefactory.plant.inputs.silicon import Silicon
from computefactory.plant.inputs.site import Site
from computefactory.plant.sources import Source
from computefactory.records import Absent, Doc, Stated
from computefactory.units import Count, Kw, UsdPerKw

__all__ = [
    "FIRST",
    "GIVENS",
    "Chiller",
    "Cluster",
    "Cooling",
    "Electrical",
    "Hall",
    "Interconnection",
    "Network",
    "Phase",
    "Plant",
    "Production",
    "Reliability",
    "Shortage",
    "Silicon",
    "Site",
    "Supply",
    "silicon_of",
]


@dataclass(frozen=True, slots=True)
class Plant:
    """All that is known of the plant of one factory."""

    workload: Annotated[str, Doc("What the factory is for."), Stated(), Absent("not named", "not named in the file")]
    site: Site
    interconnection: Interconnection
    phases: tuple[Phase, ...]
    supply: Supply
    silicon: Silicon
    halls: tuple[Hall, ...]
    cooling: tuple[Cooling, ...]  # one a hall, same order
    electrical: Electrical
    network: Network
    reliability: Reliability
    sources: tuple[Source, ...]  # empty: one plain tariff, ``supply``
    shortage: Shortage
    hall_cost: Annotated[UsdPerKw, Doc("Mean cost of the halls per kW: shown; spending itself is finance's.")]
    production: Production | None = None  # None: no model is named, so nothing is said of tokens
    generations: tuple[Cluster, ...] = ()  # beside the first, which ``silicon`` and the three above are

    @property
    def accelerators(self) -> Count:
        """Accelerators installed, of every generation."""
        return sum(each.silicon.accelerators for each in self.clusters)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Every generation, the first before the others."""
        first = Cluster(FIRST, self.silicon, self.network, self.reliability, self.production)
        return (first, *self.generations)

    def standing(self, place: Phase | Hall) -> Silicon:
        """The silicon that stands in a phase or hall."""
        return self.clusters[int(place.generation)].silicon

    @property
    def energised(self) -> Kw:
        """Power at the meter once every phase is energised."""
        return sum(phase.power for phase in self.phases)


GIVENS = (
    *PHASES.values(),
    *givens_of(Silicon, "plant.silicon"),
    *givens_of(Interconnection, "plant.interconnection"),
    *givens_of(Supply, "plant.supply"),
)
