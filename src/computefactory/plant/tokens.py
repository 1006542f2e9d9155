"""Tokens from accelerator-hours: measured where that is stated or a benchmark names it, else estimated from a pass.

A pass of the model over a batch of tokens takes the longest of three things that overlap: reading weights and cache,
arithmetic, and sending tokens to experts and back; and then what nothing hides: sums between the accelerators that
share a layer, and what every layer costs whatever its size. Decoding passes one token of each request, the input of a
request passes at once (Williams, Waterman, Patterson, CACM 52, 2009; Pope et al., Efficiently Scaling Transformer
Inference, MLSys 2023; DeepSeek-AI 2024, arXiv 2412.19437, section 3). Of E experts with k for a token a batch of B
reads ``E (1 - (1 - k/E)^B)``; the accelerators share a layer in the group that makes the pass shortest. Six shares and
times are fitted to measured points (docs/validation/tokens.md). Training: 6 operations a parameter and token (Kaplan
et al. 2020, Scaling Laws for Neural Language Models; Hoffmann et al. 2022, Training Compute-Optimal Large Language
Models), serving 2.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, inf, isfinite, isnan, log2, nan

import numpy as np

from computefactory.plant.inputs import Cluster, Production, Silicon
from computefactory.plant.silicon import mean_of
from computefactory.steps import elementwise, number
from computefactory.units import Gbps, Gigabit, MillionTokensPerAcceleratorHour, One, TokenPerSecond

__all__ = [
    "STEPS",
    "Pass",
    "Served",
    "always_read",
    "batch_that_fits",
    "by_batch",
    "cache_of_request",
    "decoding",
    "forward",
    "largest_batch",
    "prefilling",
    "serve",
    "serving",
    "tokens_of",
    "touched",
    "training_tokens_of",
    "weights",
]

FORWARD, TRAINING = 2.0, 6.0  # operations a parameter and token: a multiply and an add; three such passes
ATTENTION = 4.0  # operations a layer, width, token and token before it: scores and sums, a multiply and an add each
REDUCTIONS = 2.0  # sums of a layer in a pass: after attention and after the feed-forward (Shoeybi et al. 2019)
AROUND_THE_RING = 2.0  # a sum is scattered and gathered: 2 (n-1)/n of its bytes (Patarasuk and Yuan 2009)
BOTH_WAYS = 2.0
GIGABIT_PER_BYTE = 8e-9
FLOP_PER_TFLOP = 1e12
SECONDS, MILLION = 3600.0, 1e6
_ROUNDING = 1e-9  # of a request
_MOST = 2.0**40  # requests: more than any memory holds


def weights(parameters: One, bytes_per_parameter: One) -> Gigabit:
    """Memory of the weights."""
    return parameters * bytes_per_parameter * GIGABIT_PER_BYTE


def always_read(production: Production) -> One:
    """Parameters that every token uses, S: the active are ``S + (N - S) k/E``; all of a dense model."""
    chosen = production.chosen
    if chosen >= 1:
        return production.parameters
    return (production.active - production.parameters * chosen) / (1 - chosen)


def touched(production: Production, tokens: One) -> One:
    """Parameters of experts that a pass of B tokens reads: ``(N - S) (1 - (1 - k/E)^B)``, each choosing evenly."""
    missed: float = (1 - min(production.chosen, 1.0)) ** tokens
    return (production.parameters - always_read(production)) * (1 - missed)


def cache_of_request(kv_bytes_per_token: One, context: One) -> Gigabit:
    """Key-value cache of a request, on average."""
    return kv_bytes_per_token * context * GIGABIT_PER_BYTE


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass of the model over a batch of tokens, in seconds of every accelerator of a replica."""

    group: One  # accelerators that share a layer
    weights: float
    cache: float
    arithmetic: float
    dispatch: float  # tokens to experts and back, beside the work
    reduction: float  # sums within the group, and the start of every exchange
    overhead: float  # of each layer whatever its size

    @property
    def work(self) -> float:
        """The longest of what overlaps."""
        return max(self.weights + self.cache, self.arithmetic, self.dispatch)

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.work + self.reduction + self.overhead

    @property
    def limit(self) -> str:
        """What takes most of it: ``weights``, ``cache``, ``compute``, ``exchange`` or ``overhead``."""
        read = self.weights + self.cache
        if self.dispatch == self.work > max(read, self.arithmetic):
            working = "exchange"
        elif self.arithmetic > read:
            working = "compute"
        else:
            working = "weights" if self.weights >= self.cache else "cache"
        found = {"exchange": self.reduction, "overhead": self.overhead}
        found[working] = found.get(working, 0.0) + self.work
        return max(found, key=lambda name: found[name])


def _groups(production: Production) -> Iterator[One]:
    """Doubling numbers of accelerators that may share a layer: those that find room for their part of the weights."""
    group, every = 1.0, float(production.replica)
    always = always_read(production)
    experts = (production.parameters - always) / every
    while group < every:
        if weights(always / group + experts, production.bytes_per_parameter) <= (
            production.memory * production.memory_usable
        ):
            yield group
        group *= 2
    yield every


def _link(production: Production, accelerators: One) -> Gbps:
    """Rate of an accelerator to others each way: inside its scale-up domain, or out of it."""
    inside = accelerators <= production.scale_up_domain
    return production.scale_up_bandwidth / BOTH_WAYS if inside else production.nic_rate


def forward(production: Production, tokens: One, cache: Gigabit, attention: float) -> Pass:
    """The shortest pass of so many tokens over groups that share a layer; ``cache`` is that of all requests.

    ``attention`` are the operations of a token on those before it. A group holds the layers' common weights and the
    cache of its requests, which heads are dealt out over it; experts are dealt out over the whole replica, and where a
    group is smaller than that the busiest accelerator has ``imbalance`` times its share of them.
    """
    every, always = float(production.replica), always_read(production)
    experts = touched(production, tokens) / every
    mixed = production.chosen < 1
    bandwidth = production.memory_bandwidth * production.bandwidth_efficiency
    rate = production.rate * production.inference_mfu * FLOP_PER_TFLOP
    best: Pass | None = None
    for group in _groups(production):
        dealt = mixed and group < every
        uneven = production.imbalance if dealt else 1.0
        mine = max(tokens * group / every, 1.0)  # tokens of a group
        routed = tokens / every * (production.active - always) * uneven
        sent = mine / group * production.experts_per_token * production.width * production.dispatch_bytes
        summed = AROUND_THE_RING * (group - 1) / group * mine * production.width * production.activation_bytes
        partners = every if mixed else group
        found = Pass(
            group=group,
            weights=weights(experts * uneven + always / group, production.bytes_per_parameter) / bandwidth,
            cache=cache / tokens * mine / min(group, production.kv_heads) / bandwidth,
            arithmetic=(FORWARD * routed + mine / group * (FORWARD * always + attention)) / rate,
            dispatch=production.layers * sent * (1 - 1 / every) * GIGABIT_PER_BYTE / _link(production, every)
            if dealt
            else 0.0,
            reduction=production.layers
            * (
                REDUCTIONS * summed * GIGABIT_PER_BYTE / _link(production, group)
                + production.exchange_latency * SECONDS * log2(partners)
            ),
            overhead=production.layers * production.layer_overhead * SECONDS,
        )
        if best is None or found.seconds < best.seconds:
            best = found
    assert best is not None
    return best


def decoding(production: Production, batch: One) -> Pass:
    """A decode step: one token of each request, each with its cache."""
    cache = batch * cache_of_request(production.kv_bytes_per_token, production.context)
    return forward(production, batch, cache, production.attention_flop * production.context)


def prefilling(production: Production) -> Pass:
    """The input of a request, all at once: a token attends to half of it on average."""
    attention = ATTENTION * production.layers * production.width * production.input_tokens / 2
    return forward(production, max(production.input_tokens, 1.0), 0.0, attention)


def batch_that_fits(production: Production) -> One:
    """Whole requests whose cache finds room beside the weights."""
    room = production.replica * production.memory * production.memory_usable
    left = room - weights(production.parameters, production.bytes_per_parameter)
    cache = cache_of_request(production.kv_bytes_per_token, production.context)
    return max(float(floor(min(left / cache + _ROUNDING, _MOST))), 0.0)


def bound(production: Production, batch: One, bandwidth_share: One, mfu: One) -> TokenPerSecond:
    """Roofline, output of an accelerator: everything is read once, dealt out evenly, and nothing is sent or waits."""
    read = weights(touched(production, batch) + always_read(production), production.bytes_per_parameter)
    read += batch * cache_of_request(production.kv_bytes_per_token, production.context)
    rate = production.rate * mfu * FLOP_PER_TFLOP
    work = FORWARD * production.active + production.attention_flop * production.context
    memory = read / batch / (production.memory_bandwidth * bandwidth_share)
    taken = FORWARD * production.active * production.input_tokens / production.output_tokens / rate
    return 1 / (taken + max(memory, work / rate))


def most_of(production: Production) -> TokenPerSecond:
    """Most tokens of output that an accelerator computes at its dense rate: nothing is read, no input taken in."""
    return production.rate * FLOP_PER_TFLOP / (FORWARD * production.active)


@dataclass(frozen=True, slots=True)
class Served:
    """A replica that serves: its requests at once, a decode step, and what comes of it."""

    batch: One  # requests decoded together
    fits: One  # requests that the memory holds
    step: Pass
    prefill: float  # seconds of the replica for the input of a request
    interactivity: TokenPerSecond  # of a user, while the inputs of others are taken in between
    tokens: TokenPerSecond  # of output per accelerator; nan: none can be served as asked
    low: TokenPerSecond  # by the lowest and highest of measured / estimated, at most the roofline at full rates
    high: TokenPerSecond
    roofline: TokenPerSecond  # at the shares of rates that are reached


def serve(production: Production, batch: One) -> Served:
    """So many requests at once: a step gives each a token, and an output's worth of steps takes in as many inputs."""
    step, taken = decoding(production, batch), prefilling(production).seconds
    speed = 1 / (step.seconds + batch * taken / production.output_tokens)
    tokens, ceiling = batch * speed / production.replica, bound(production, batch, 1.0, 1.0)
    return Served(
        batch=batch,
        fits=batch_that_fits(production),
        step=step,
        prefill=taken,
        interactivity=speed * production.calibration,
        tokens=tokens * production.calibration,
        low=tokens * production.calibration_low,
        high=min(tokens * production.calibration_high, ceiling),
        roofline=bound(production, batch, production.bandwidth_efficiency, production.inference_mfu),
    )


def largest_batch(production: Production) -> One:
    """Most requests decoded together that fit and still give each the interactivity wanted; 0: not even one.

    A user gets the less the more are decoded together, so halving finds it.
    """
    every = range(1, int(batch_that_fits(production)) + 1)
    wanted = production.interactivity * (1 - _ROUNDING)
    return float(bisect(every, -wanted, key=lambda batch: -serve(production, batch).interactivity))


def serving(production: Production) -> Served:
    """What a replica serves with the batch of the file, else the largest that is fast enough."""
    batch = largest_batch(production) if isnan(production.batch) else production.batch
    if 0 < batch <= batch_that_fits(production):
        return serve(production, batch)
    return replace(serve(production, 1.0), batch=0.0, tokens=nan, low=nan, high=nan, roofline=nan)


def most_reached(production: Production) -> One:
    """Share of its roofline that is reached where every rate is full: no file's share can be more."""
    served = serving(production)
    return bound(production, served.batch, 1.0, 1.0) / served.roofline if served.batch >= 1 else inf


def inference(production: Production | None) -> Served | None:
    """The replica as the file has it; None without a model."""
    return None if production is None else serving(production)


def by_batch(production: Production) -> tuple[Served, ...]:
    """Requests at once from one to all that fit, doubling, with the batch of the file among them."""
    fits = batch_that_fits(production)
    asked = {float(2**power) for power in range(int(log2(fits)) + 1)} if fits >= 1 else set()
    asked |= {chosen} if (chosen := serving(production).batch) >= 1 else set()
    return tuple(serve(production, batch) for batch in sorted(asked))


def _as_measured(production: Production) -> Production:
    """With the requests that the benchmark measured."""
    return replace(
        production,
        input_tokens=production.measured_input,
        output_tokens=production.measured_output,
        context=production.measured_input + production.measured_output / 2,
        interactivity=production.measured_interactivity,
        batch=nan,
    )


def inference_tokens(production: Production | None, inference: Served | None) -> TokenPerSecond:
    """Tokens of output per accelerator: measured, else a stated share of the roofline, else estimated; nan: no model.

    A benchmark's rate goes from its own requests to those of the file by the ratio of the two estimates.
    """
    if production is None or inference is None:
        return nan
    if isfinite(production.measured_input):
        return production.measured * inference.tokens / serving(_as_measured(production)).tokens
    if isfinite(production.measured):
        return production.measured
    if isfinite(production.roofline_reached):
        return inference.roofline * production.roofline_reached
    return inference.tokens


def training_tokens_of(production: Production | None, silicon: Silicon, goodput: One) -> TokenPerSecond:
    """Tokens trained per accelerator in a usable hour: ``peak x MFU x goodput / (6 a)``; nan without a model.

    Kaplan et al. 2020, section 2.1; Hoffmann et al. 2022, appendix F. Of a mixture of experts the active parameters.
    """
    if production is None:
        return nan
    return silicon.bf16_dense * silicon.mfu * goodput * FLOP_PER_TFLOP / (TRAINING * production.active)


@elementwise()
def training_tokens(
    production: Production | None, silicon: Silicon, generation_goodput: tuple[One, ...]
) -> TokenPerSecond:
    """Tokens trained per accelerator of the first generation; nan without a model."""
    return training_tokens_of(production, silicon, generation_goodput[0])


def tokens_of(
    production: Production | None, inference_tokens: TokenPerSecond, training_tokens: TokenPerSecond
) -> MillionTokensPerAcceleratorHour:
    """Tokens of an available accelerator-hour, trained and served by their shares of the hours; nan without a model."""
    if production is None:
        return nan
    share = np.asarray(production.training_share)
    trained = np.where(share > 0, share * training_tokens, 0.0)
    answered = np.where(share < 1, (1 - share) * inference_tokens, 0.0)
    return number((trained + answered) * SECONDS / MILLION)


def other_tokens(
    generations: tuple[Cluster, ...], generation_goodput: tuple[One, ...]
) -> tuple[MillionTokensPerAcceleratorHour, ...]:
    """Tokens of an available accelerator-hour of each generation but the first."""
    found = []
    for each, goodput in zip(generations, generation_goodput[1:], strict=True):
        made = each.production
        trained = training_tokens_of(made, each.silicon, goodput)
        found.append(float(tokens_of(made, inference_tokens(made, inference(made)), trained)))
    return tuple(found)


@elementwise()
def tokens_per_hour(
    production: Production | None,
    inference_tokens: TokenPerSecond,
    training_tokens: TokenPerSecond,
    other_tokens: tuple[MillionTokensPerAcceleratorHour, ...],
    active_shares: tuple[One, ...],
) -> MillionTokensPerAcceleratorHour:
    """Tokens of an available accelerator-hour, the mean of all active accelerators; nan without a model."""
    return mean_of((tokens_of(production, inference_tokens, training_tokens), *other_tokens), active_shares)


@elementwise()
def token_rate(tokens_per_hour: MillionTokensPerAcceleratorHour) -> MillionTokensPerAcceleratorHour:
    """The same as an amount to add up: nothing where nothing is known."""
    return number(np.where(np.isfinite(tokens_per_hour), tokens_per_hour, 0.0))


STEPS = (inference, inference_tokens, training_tokens, other_tokens, tokens_per_hour, token_rate)
