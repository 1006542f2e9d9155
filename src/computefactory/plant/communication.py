"""Is the fabric enough for the work: bytes of a training step over each tier, and the time they add to it.

Accelerators stand in order: those of a layer (tensor) next to each other, then experts, then stages (pipeline),
then replicas (data). Of X bytes that the members of a group send each other, ``X (1 - max(S, stride) / span)`` leave
groups of S accelerators; S = 1 gives all of them, the ``(n-1)/n`` of a ring. Each tier has the rate that the fabric
guarantees with everybody sending at once. A part of the time hides behind computing (overlap, assumed with a range);
what is left is exposed. Kernels' share of peak is assumed too: the ratio between two sizes or fabrics is worth more
than the level.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.plant.fabric import FabricBill
from computefactory.plant.inputs.silicon import Silicon
from computefactory.plant.scale_up import ScaleUp
from computefactory.units import Count, Gbps, One

__all__ = ["Step", "Tier", "Traffic", "Training", "flows", "tiers", "training_step"]

FLOP_PER_PARAMETER = 6.0  # forward and backward, a token (Kaplan et al. 2020, arXiv 2001.08361)
BITS = 8.0
GIGA, TERA = 1e9, 1e12
REDUCTIONS = 4.0  # of a layer: two forward, two backward (Shoeybi et al. 2019, arXiv 1909.08053)
EXCHANGES = 4.0  # of an expert layer: to the experts and back, forward and backward
WAYS = 2.0  # forward and backward between stages


@dataclass(frozen=True, slots=True)
class Training:
    """A published run and how it is spread; shares and bytes are defaults of the library."""

    name: str
    parameters: One
    active_parameters: One  # that work on a token
    expert_parameters: One  # in routed experts
    layers: One
    expert_layers: One
    width: One
    batch: One  # tokens a step
    sequence: One  # tokens
    tensor: Count
    pipeline: Count
    chunks: One  # of a stage, taken in turn
    expert_group: Count
    expert_copies: One  # that a token is sent as
    kernel_share: One
    gradient_bytes: float  # [byte]
    weight_bytes: float  # [byte]
    activation_bytes: float  # [byte]
    overlap: One
    tensor_overlap: One
    kept_near: One


@dataclass(frozen=True, slots=True)
class Tier:
    """Groups of ``inside`` accelerators, and the rate of one to others in the same group of the tier."""

    name: str
    below: Count  # bytes that leave groups of so many cross the tier
    rate: Gbps


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes that an accelerator sends in a step among a group, and how much of their time hides."""

    name: str
    sent: float  # were the group unbounded [byte]
    stride: Count
    span: Count
    overlap: One

    def crossing(self, group: Count, kept_near: One = 0.0) -> float:
        """Bytes that leave groups of so many [byte]."""
        return self.sent * max(1 - max(group, self.stride) / self.span, 0.0) * (1 - kept_near)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the job; times in seconds."""

    accelerators: Count
    compute: float
    bubble: float  # stages waiting for the first and last microbatch
    communication: float
    exposed: float
    exposed_of: tuple[float, ...]  # by flow
    need: tuple[Gbps, ...]  # by tier: the rate at which all traffic would fit beside computing
    enough: tuple[bool, ...]
    efficiency: One  # compute / (compute + exposed)
    mfu: One


def tiers(scale_up: ScaleUp, bill: FabricBill, silicon: Silicon) -> tuple[Tier, ...]:
    """From the scale-up domain outwards, with what the fabric guarantees to all at once."""
    found = (
        Tier("scale-up domain", 1.0, scale_up.rate),
        Tier("leaf", silicon.scale_up_domain, bill.leaf_rate),
        Tier("pod", max(bill.leaf_accelerators, silicon.scale_up_domain), bill.pod_rate),
        Tier("core", max(bill.pod_accelerators, silicon.scale_up_domain), bill.core_rate),
    )
    return found[: 1 + int(bill.tiers)]


def flows(run: Training, accelerators: Count) -> tuple[Traffic, ...]:
    """What an accelerator sends in a step of the job.

    Replicas: gradients scattered and weights gathered, each once around the ring, ``(n-1)/n`` of the bytes (Patarasuk
    and Yuan, J. Parallel Distrib. Comput. 69, 2009; Rajbhandari et al. 2020, arXiv 1910.02054); those that share
    experts first sum, near by, what is not in experts. A smaller job has fewer replicas, then fewer stages, then a
    narrower layer.
    """
    tensor = min(run.tensor, accelerators)
    pipeline = max(min(run.pipeline, accelerators / tensor), 1.0)
    replicas = accelerators / tensor / pipeline
    experts = min(run.expert_group, replicas)
    tokens = run.batch / replicas  # of a group of tensor x pipeline
    shared = (run.parameters - run.expert_parameters) / tensor / pipeline
    own = run.expert_parameters / tensor / pipeline / experts
    state = run.gradient_bytes + run.weight_bytes
    activations = tokens * run.width * run.activation_bytes
    layers = run.layers / pipeline
    inner = tensor * experts
    return (
        Traffic("layer", 2 * REDUCTIONS * layers * activations, 1.0, tensor, run.tensor_overlap),
        Traffic(
            "experts",
            EXCHANGES * run.expert_layers / pipeline * run.expert_copies * activations / tensor,
            tensor,
            inner,
            run.overlap,
        ),
        Traffic("stages", WAYS * run.chunks * activations / tensor, inner, inner * pipeline, run.overlap),
        Traffic("replicas, near", shared * state, tensor, inner, run.overlap),
        Traffic("replicas", (shared / experts + own) * state, inner * pipeline, accelerators, run.overlap),
    )


def training_step(run: Training, accelerators: Count, peak: float, found: tuple[Tier, ...]) -> Step:
    """Compute, bubble and exposed communication of a step, with ``peak`` in TFLOP/s of an accelerator.

    The tiers of one flow work at once, the slowest sets its time; flows share the network card and add. Exposed is the
    part that does not overlap, and whatever is longer than computing. The bubble is ``(p-1) / (v m)`` of computing with
    m microbatches of a sequence in v chunks (Narayanan et al. 2021, arXiv 2104.04473).
    """
    compute = FLOP_PER_PARAMETER * run.active_parameters * run.batch / accelerators / (peak * TERA * run.kernel_share)
    traffic = flows(run, accelerators)

    def bytes_over(flow: Traffic, place: int) -> float:
        # a leaf's and a pod's own traffic may be kept near by placement; a domain's is what the job makes it
        crossing = flow.crossing(found[place].below, run.kept_near if place > 1 else 0.0)
        beyond = flow.crossing(found[1].below) if place == 0 and len(found) > 1 else 0.0
        return crossing - beyond

    def seconds(flow: Traffic) -> float:
        over = [(bytes_over(flow, place), tier.rate) for place, tier in enumerate(found)]
        return max(sent * BITS / GIGA / rate if sent else 0.0 for sent, rate in over)

    times = [seconds(flow) for flow in traffic]
    hidden = [time * flow.overlap for time, flow in zip(times, traffic, strict=True)]
    covered = min(compute / sum(hidden), 1.0) if sum(hidden) else 1.0
    exposed_of = tuple(time - covered * part for time, part in zip(times, hidden, strict=True))
    exposed = sum(exposed_of)
    tensor = min(run.tensor, accelerators)
    pipeline = max(min(run.pipeline, accelerators / tensor), 1.0)
    microbatches = max(run.batch / run.sequence / (accelerators / tensor / pipeline), 1.0)
    bubble = compute * (pipeline - 1) / (run.chunks * microbatches)
    need = tuple(
        sum(bytes_over(flow, place) for flow in traffic) * BITS / GIGA / compute for place in range(len(found))
    )
    return Step(
        accelerators=accelerators,
        compute=compute,
        bubble=bubble,
        communication=sum(times),
        exposed=exposed,
        exposed_of=exposed_of,
        need=need,
        enough=tuple(one <= tier.rate for one, tier in zip(need, found, strict=True)),
        efficiency=compute / (compute + exposed),
        mfu=run.kernel_share * compute / (compute + bubble + exposed),
    )
