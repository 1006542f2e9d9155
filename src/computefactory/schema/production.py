"""The file's chapter ``production``: the model that runs, and how it is served."""

from __future__ import annotations

from typing import Literal

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

__all__ = ["ProductionChapter"]


class ServedModel(Chapter):
    """The language model."""

    name: t.Text | None = optional("a model of the library, such as DeepSeek-R1: what is not stated here is its row's")
    parameters: t.PositiveNumber | None = optional("parameters of the model (or: name)")
    active: t.PositiveNumber | None = optional("of them used for a token, in a mixture of experts; default: all")
    bytes_per_parameter: t.PositiveNumber | None = optional("bytes that hold a parameter in inference")
    experts: t.PositiveNumber | None = optional("experts of a layer, in a mixture")
    experts_per_token: t.PositiveNumber | None = optional("of them that a token goes to")
    layers: t.PositiveNumber | None = optional("layers; default: as models of its size have")
    width: t.PositiveNumber | None = optional("numbers that stand for a token; default: likewise")
    kv_heads: t.PositiveNumber | None = optional("heads that the cache is dealt out by; 1: latent attention")
    attention_flop: t.PositiveNumber | None = optional(
        "operations of attention for a token and one before it, in decoding; default: 4 x layers x width"
    )
    kv_bytes_per_token: t.PositiveNumber | None = optional("bytes of key-value cache for a token")
    context: t.PositiveNumber | None = optional(
        "tokens in the cache of a request, on average; default: input and half of the output"
    )
    benchmark: t.Text | None = optional(
        "MLPerf inference benchmark whose measured rate stands for it, such as llama2-70b-99.9"
    )
    scenario: Literal["Offline", "Server", "Interactive"] | None = optional(
        "scenario of the benchmark; default: Server"
    )


class ProductionChapter(Chapter):
    """What the accelerators make, in tokens."""

    model: ServedModel = required("the model that runs")
    training_share: t.Share | None = optional("share of the hours that train; the rest serve")
    input_tokens: t.PositiveNumber | None = optional("tokens of a request")
    output_tokens: t.PositiveNumber | None = optional("tokens of its answer")
    interactivity: t.TokenSpeed | None = optional("tokens that a user gets a second, at least (or: batch)")
    batch: t.WholeNumber | None = optional("requests that a replica decodes together (or: interactivity)")
    replica: t.PositiveAccelerators | None = optional(
        "accelerators that hold the model together; default: a scale-up domain"
    )
    rate: t.Computing | None = optional("dense rate in inference; default: by the bytes of a parameter")
    inference_mfu: t.PositiveShare | None = optional("share of that rate that inference reaches")
    bandwidth_efficiency: t.PositiveShare | None = optional("share of the memory's bandwidth it reaches")
    measured: t.TokenSpeed | None = optional(
        "tokens of output that an accelerator was measured to make (or: benchmark)"
    )
    roofline_reached: t.PositiveNumber | None = optional(
        "tokens made / roofline; default: worked out from exchange, imbalance and overhead"
    )
    memory_usable: t.PositiveShare | None = optional("share of the memory for weights and cache")
    software_improvement: t.Growth | None = optional(
        "more tokens from the same machines, a year, from full operation on"
    )
