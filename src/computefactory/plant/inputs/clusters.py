"""The generations of silicon, each with its network, failures and model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.plant.inputs.network import Network
from computefactory.plant.inputs.production import Production
from computefactory.plant.inputs.reliability import Reliability
from computefactory.plant.inputs.silicon import Silicon
from computefactory.records import Doc

FIRST = "silicon"  # the name of the generation that the file's chapter ``silicon`` describes


@dataclass(frozen=True, slots=True)
class Cluster:
    """Silicon of one generation, with the network between it, how it fails and what runs on it."""

    name: Annotated[str, Doc("Its name in the file; the first is called silicon.")]
    silicon: Silicon
    network: Network
    reliability: Reliability
    production: Production | None


def silicon_of(first: Silicon, others: tuple[Cluster, ...]) -> tuple[Silicon, ...]:
    """The silicon of every generation."""
    return (first, *(each.silicon for each in others))
