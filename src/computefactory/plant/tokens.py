"""Tokens from accelerator-hours: measured where a benchmark stands for the model, else by the roofline.

Serving: the input of a request is limited by arithmetic; each token of the answer reads the weights once for all
requests decoded together and the cache of each (Williams, Waterman, Patterson, CACM 52, 2009; Pope et al., Efficiently
Scaling Transformer Inference, MLSys 2023). A replica is taken to share its work evenly and its links to be free, so
the roofline is an upper side; it counts as much as measured systems reach of it. Training: 6 operations a parameter
and token (Kaplan et al. 2020, Scaling Laws for Neural Language Models; Hoffmann et al. 2022, Training Compute-Optimal
Large Language Models), serving 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, isnan, nan

import numpy as np

from computefactory.plant.inputs import Cluster, Production, Silicon
from computefactory.plant.silicon import mean_of
from computefactory.steps import elementwise, number
from computefactory.units import Gigabit, MillionTokensPerAcceleratorHour, One, TokenPerSecond

__all__ = [
    "STEPS",
    "Served",
    "batch_that_fits",
    "cache_of_request",
    "decode_step",
    "largest_batch",
    "prefill_time",
    "tokens_of",
    "touched",
    "training_tokens_of",
    "weights",
]

FORWARD, TRAINING = 2.0, 6.0  # operations a parameter and token: a multiply and an add; three such passes
GIGABIT_PER_BYTE = 8e-9
FLOP_PER_TFLOP = 1e12
SECONDS, MILLION = 3600.0, 1e6
_ROUNDING = 1e-9  # of a request
_MOST = 2.0**40  # requests: more than any memory holds


def weights(parameters: One, bytes_per_parameter: One) -> Gigabit:
    """Memory of the weights."""
    return parameters * bytes_per_parameter * GIGABIT_PER_BYTE


def touched(parameters: One, active: One, batch: One) -> One:
    """Parameters that a decode step reads: ``N (1 - (1 - a/N)^B)``, each token of B choosing its own ``a`` evenly.

    The active ones for a single request, all of them for many; all always in a dense model.
    """
    missed: float = (1 - active / parameters) ** batch
    return parameters * (1 - missed)


def prefill_time(active: One, rate: float, mfu: One) -> float:
    """Accelerator-seconds that a token of input takes: ``2 a / (peak MFU)``; rate in TFLOP/s."""
    return FORWARD * active / (rate * mfu * FLOP_PER_TFLOP)


def decode_step(production: Production, batch: One) -> tuple[float, float]:
    """Seconds of a decode step of a replica, by memory and by arithmetic: the longer one holds.

    ``(W_touched + B KV) / (A BW eta)`` and ``2 a B / (A peak MFU)``, A accelerators in the replica.
    """
    read = weights(touched(production.parameters, production.active, batch), production.bytes_per_parameter)
    read += batch * cache_of_request(production.kv_bytes_per_token, production.context)
    memory = read / (production.replica * production.memory_bandwidth * production.bandwidth_efficiency)
    arithmetic = batch * prefill_time(production.active, production.rate, production.inference_mfu)
    return memory, arithmetic / production.replica


def cache_of_request(kv_bytes_per_token: One, context: One) -> Gigabit:
    """Key-value cache of a request, on average."""
    return kv_bytes_per_token * context * GIGABIT_PER_BYTE


def batch_that_fits(production: Production) -> One:
    """Whole requests whose cache finds room beside the weights."""
    room = production.replica * production.memory * production.memory_usable
    left = room - weights(production.parameters, production.bytes_per_parameter)
    cache = cache_of_request(production.kv_bytes_per_token, production.context)
    return max(float(floor(min(left / cache + _ROUNDING, _MOST))), 0.0)


def largest_batch(production: Production) -> One:
    """Most requests decoded together that fit and still give each the interactivity wanted; 0: not even one.

    A step takes longer the more requests it decodes, so halving finds it.
    """
    low, high = 0.0, batch_that_fits(production)
    wanted = 1 / production.interactivity
    while low < high:
        middle = floor((low + high + 1) / 2)
        if max(decode_step(production, middle)) <= wanted * (1 + _ROUNDING):
            low = middle
        else:
            high = middle - 1.0
    return low


@dataclass(frozen=True, slots=True)
class Served:
    """A replica that serves by the roofline."""

    batch: One  # requests decoded together
    fits: One  # requests that the memory holds
    prefill: float  # accelerator-seconds of the input, per token of output
    memory_step: float  # s
    arithmetic_step: float  # s
    interactivity: TokenPerSecond  # of a user
    tokens: TokenPerSecond  # of output per accelerator; nan: none can be served as asked


def served(production: Production | None) -> Served | None:
    """The roofline of serving; None without a model."""
    if production is None:
        return None
    fits = batch_that_fits(production)
    batch = largest_batch(production) if isnan(production.batch) else production.batch
    prefill = prefill_time(production.active, production.rate, production.inference_mfu)
    prefill *= production.input_tokens / production.output_tokens
    if not 0 < batch <= fits:
        memory, arithmetic = decode_step(production, 1.0)
        return Served(0.0, fits, prefill, memory, arithmetic, 1 / max(memory, arithmetic), nan)
    memory, arithmetic = decode_step(production, batch)
    step = max(memory, arithmetic)
    tokens = 1 / (prefill + production.replica * step / batch)
    return Served(batch, fits, prefill, memory, arithmetic, 1 / step, tokens)


def inference_tokens(production: Production | None, served: Served | None) -> TokenPerSecond:
    """Tokens of output per accelerator: measured, else what published results reach of the roofline; nan: no model."""
    if production is None or served is None:
        return nan
    if isfinite(production.measured):
        return production.measured
    return served.tokens * production.roofline_reached


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
        found.append(float(tokens_of(made, inference_tokens(made, served(made)), trained)))
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


STEPS = (served, inference_tokens, training_tokens, other_tokens, tokens_per_hour, token_rate)
