"""What published training runs say of a factory: whether its fabric is enough for them, and what size costs.

Information beside the money: the MFU of the silicon stands for the job.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from computefactory.library import Library
from computefactory.plant.communication import Step, Tier, Training, tiers, training_step
from computefactory.plant.scaling import Law, Series, efficiency, law
from computefactory.units import Count, One

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Adequacy", "Scaling", "adequacy", "runs", "scaling", "series", "training"]

TABLE, DEFAULT = "training", "default"
HIDING = ("overlap", "tensor_overlap")
MLPERF, TIME = "mlperf", "time-to-train"
LEAST_SIZES = 2


@dataclass(frozen=True, slots=True)
class Adequacy:
    """Published runs on the factory's reference job; ``ends`` at the low and high end of what hides."""

    tiers: tuple[Tier, ...]
    runs: tuple[Training, ...]
    steps: tuple[Step, ...]
    ends: tuple[tuple[Step, Step], ...]
    job: Count


@dataclass(frozen=True, slots=True)
class Scaling:
    """The law of measured series, and the efficiency of the reference job against the size ``reference``."""

    law: Law
    job: Count
    reference: Count
    efficiency: One


def runs(library: Library) -> list[str]:
    """The published runs of the library."""
    return [key for key in library.keys(TABLE) if key != DEFAULT]


def training(library: Library, name: str) -> Training:
    """A published run by its key."""
    own = (field for field in Training.__slots__ if field != "name")
    known = set(library.fields(TABLE, name))
    values = {field: float(library.fact(TABLE, name if field in known else DEFAULT, field).value) for field in own}
    return Training(name=name, **values)


def series(library: Library, smallest: Count = 1.0, benchmark: str = "") -> tuple[Series, ...]:
    """Measured series whose first size is at least ``smallest``, of one benchmark or all.

    Efficiency from accelerator-hours, after MLCommons' results: sizes count accelerators (for TPU v5p, chips and not
    the cores of its name).
    """
    found: dict[tuple[str, ...], dict[float, float]] = {}
    for key in library.keys(MLPERF):
        version, model, kind, submitter, *_, system = key.split(", ")
        if kind != TIME or (benchmark and model != benchmark):
            continue
        size = float(library.fact(MLPERF, key, "n_accelerators").value)
        hours = float(library.fact(MLPERF, key, "result").value)
        times = found.setdefault((model, version, submitter, system.partition("x ")[2]), {})
        times[size] = min(hours, times.get(size, hours))
    chosen = []
    for (model, version, submitter, accelerator), times in found.items():
        sizes = tuple(sorted(times))
        if len(sizes) < LEAST_SIZES or sizes[0] < smallest:
            continue
        first = times[sizes[0]] * sizes[0]
        measured = tuple(first / (times[size] * size) for size in sizes)
        chosen.append(Series(f"{model}, {version}, {submitter}, {accelerator}", model, sizes, measured))
    return tuple(chosen)


def adequacy(result: Result) -> Adequacy | None:
    """Every published run on this factory; a landlord's tenants bring their own fabric."""
    plant, known, library = result.factory.plant, result.known, result.factory.library
    silicon = plant.silicon
    if not silicon.accelerators:
        return None
    found = tiers(known["scale_up"], known["fabric_bill"], silicon)
    job = min(plant.reliability.job, silicon.accelerators)
    tried = tuple(training(library, name) for name in runs(library))

    def step(run: Training) -> Step:
        return training_step(run, job, silicon.bf16_dense, found)

    ends = tuple((step(_hiding(library, run, "low")), step(_hiding(library, run, "high"))) for run in tried)
    return Adequacy(found, tried, tuple(map(step, tried)), ends, job)


def _hiding(library: Library, run: Training, end: str) -> Training:
    """The run with both overlaps at the low or high end of their rows."""
    overlap, tensor = (float(getattr(library.fact(TABLE, DEFAULT, name), end)) for name in HIDING)
    return replace(run, overlap=overlap, tensor_overlap=tensor)


def scaling(result: Result) -> Scaling | None:
    """What measured training runs say of the job's size; a landlord has no job."""
    if not result.factory.plant.silicon.accelerators:
        return None
    library, job = result.factory.library, result.known["job"].accelerators
    smallest, reference = (
        float(library.fact(TABLE, DEFAULT, name).value) for name in ("smallest_measured_job", "reference_job")
    )
    found = law(series(library, smallest))
    return Scaling(found, job, reference, efficiency(job, reference, found.half))
