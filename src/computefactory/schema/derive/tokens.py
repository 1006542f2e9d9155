"""Inputs of tokens."""

from __future__ import annotations

from typing import cast

import numpy as np

from computefactory.units import One, Tflops, TokenPerSecond

BYTE, HALF = 1.0, 0.5  # widths of FP8 and FP4 numbers


def mean_context(input_tokens: One, output_tokens: One) -> One:
    """Tokens in the cache on average while the answer grows: the input and half of the output."""
    return input_tokens + output_tokens / 2


def inference_rate(bytes_per_parameter: One, bf16: Tflops, fp8: Tflops, fp4: Tflops) -> Tflops:
    """The dense rate of the narrowest number that holds a parameter."""
    narrow = np.where(np.asarray(bytes_per_parameter) <= HALF, fp4, fp8)
    return cast("Tflops", np.where(np.asarray(bytes_per_parameter) <= BYTE, narrow, bf16)[()])


def by_kind(parameters: One, active: One, dense: One, mixture: One) -> One:
    """One value for dense models, another for mixtures of experts."""
    return cast("One", np.where(np.asarray(active) < np.asarray(parameters), mixture, dense)[()])


def middle_rate(*rates: TokenPerSecond) -> TokenPerSecond:
    """The median of the results."""
    return cast("TokenPerSecond", np.median(np.stack(np.broadcast_arrays(*rates)), axis=0)[()])
