"""How accelerators and the building fail, and what a training job loses by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Derived, Doc, FromRow, Stated
from computefactory.units import Count, Hour, One, PerHour

RELIABILITY = FromRow("reliability", "default")


@dataclass(frozen=True, slots=True)
class Reliability:
    """Failure and repair; the training job."""

    failures: Annotated[
        PerHour,
        Doc("Failures of a node."),
        Stated(),
        Derived("failures_of_node", ("known_failures", "accelerators_per_node", "known_node")),
    ]
    repair: Annotated[Hour, Doc("Mean time to repair a node."), Stated(), RELIABILITY]
    facility: Annotated[One, Doc("Availability of the building."), Stated(), RELIABILITY]
    fabric: Annotated[One, Doc("Availability of the fabric."), Stated(), RELIABILITY]
    planned: Annotated[One, Doc("Share of time in planned maintenance."), Stated(), RELIABILITY]
    least_believed: Annotated[One, Doc("Availability below which a site is broken rather than run."), RELIABILITY]
    job: Annotated[Count, Doc("Accelerators in the reference job."), Stated("job.accelerators"), RELIABILITY]
    shrinks: Annotated[
        One,
        Doc("1: the job runs on with the nodes that are up; 0: it waits for all that it needs."),
        Stated("job.shrinks", "is_true"),
        Absent(1.0, "jobs shrink to the nodes that are up"),
    ]
    interval: Annotated[
        Hour,
        Doc("Work between checkpoints."),
        Stated("job.interval"),
        Absent(float("nan"), "the interval that loses least"),
    ]
    checkpoint_write: Annotated[Hour, Doc("Time to write a checkpoint."), Stated("job.write"), RELIABILITY]
    restart: Annotated[Hour, Doc("Time to restart."), Stated("job.restart"), RELIABILITY]
    detect: Annotated[Hour, Doc("Detection and swap."), Stated("job.detect"), RELIABILITY]
