"""The model that runs and how it is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.plant.inputs.silicon import OF_SYSTEM
from computefactory.records import Absent, Derived, Doc, FromRow, Like, Stated
from computefactory.units import Count, Gbps, Gigabit, Hour, One, PerYear, Tflops, TokenPerSecond

PRODUCTION = FromRow("production", "default")


@dataclass(frozen=True, slots=True)
class Production:
    """The model that runs and how it is served."""

    parameters: Annotated[One, Doc("Parameters of the model."), Stated("model.parameters")]
    active: Annotated[One, Doc("Parameters used for a token."), Stated("model.active"), Like("parameters")]
    bytes_per_parameter: Annotated[One, Doc("Bytes of a parameter."), Stated("model.bytes_per_parameter"), PRODUCTION]
    kv_bytes_per_token: Annotated[
        One, Doc("Bytes of the cache per token."), Stated("model.kv_bytes_per_token"), PRODUCTION
    ]
    context: Annotated[
        One,
        Doc("Tokens in the cache of a request, on average."),
        Stated("model.context"),
        Derived("mean_context", ("input_tokens", "output_tokens")),
    ]
    training_share: Annotated[
        One,
        Doc("Share of the hours that train; the rest serve."),
        Stated(),
        PRODUCTION,
    ]
    input_tokens: Annotated[One, Doc("Tokens of a prompt."), Stated(), PRODUCTION]
    output_tokens: Annotated[One, Doc("Tokens of an answer."), Stated(), PRODUCTION]
    interactivity: Annotated[
        TokenPerSecond,
        Doc("Wanted for a user where no batch is stated."),
        Stated(),
        PRODUCTION,
    ]
    batch: Annotated[
        One,
        Doc("Requests that a replica decodes together."),
        Stated(),
        Absent(float("nan"), "as many requests at a time as memory and interactivity allow"),
    ]
    replica: Annotated[Count, Doc("Accelerators that hold the model together."), Stated(), Like("scale_up_domain")]
    chosen: Annotated[One, Doc("Share of the experts that a token goes to; 1: a dense model.")]
    experts_per_token: Annotated[
        One, Doc("Experts that a token goes to."), Stated("model.experts_per_token"), PRODUCTION
    ]
    layers: Annotated[One, Doc("Layers."), Stated("model.layers"), Derived("usual_layers", ("active", "aspect"))]
    width: Annotated[
        One, Doc("Numbers that stand for a token."), Stated("model.width"), Derived("usual_width", ("layers", "aspect"))
    ]
    kv_heads: Annotated[
        One, Doc("Heads that the cache is dealt out by; 1: latent attention."), Stated("model.kv_heads"), PRODUCTION
    ]
    attention_flop: Annotated[
        One,
        Doc("Operations of attention for a token and one before it, in decoding."),
        Stated("model.attention_flop"),
        Derived("usual_attention", ("layers", "width")),
    ]
    activation_bytes: Annotated[One, Doc("Bytes of a number that a group sums."), PRODUCTION]
    dispatch_bytes: Annotated[One, Doc("Bytes of a number sent to an expert and back."), PRODUCTION]
    imbalance: Annotated[One, Doc("Load of the busiest accelerator's experts / mean."), PRODUCTION]
    layer_overhead: Annotated[Hour, Doc("Of a layer in every pass, whatever its size."), PRODUCTION]
    exchange_latency: Annotated[Hour, Doc("Of a layer's exchanges, for each doubling of who takes part."), PRODUCTION]
    scale_up_domain: Annotated[Count, Doc("Accelerators of a scale-up domain.")]
    scale_up_bandwidth: Annotated[Gbps, Doc("Of an accelerator inside its domain, both ways together.")]
    nic_rate: Annotated[Gbps, Doc("Scale-out bandwidth per accelerator.")]
    rate: Annotated[Tflops, Doc("Dense rate in inference."), Stated(), Like("rate_of_width")]
    inference_mfu: Annotated[One, Doc("Model FLOP utilisation in inference."), Stated(), Like("mfu_of_kind")]
    bandwidth_efficiency: Annotated[
        One,
        Doc("Share of the memory bandwidth that is reached."),
        Stated(),
        PRODUCTION,
    ]
    memory: Annotated[Gigabit, Doc("Memory of an accelerator."), OF_SYSTEM]
    memory_usable: Annotated[
        One,
        Doc("Share of it that weights and cache may take."),
        Stated(),
        PRODUCTION,
    ]
    memory_bandwidth: Annotated[Gbps, Doc("Memory bandwidth of an accelerator."), OF_SYSTEM]
    software_improvement: Annotated[
        PerYear,
        Doc("Yearly gain of tokens by software."),
        Stated(),
        PRODUCTION,
    ]
    measured: Annotated[
        TokenPerSecond,
        Doc("Measured tokens per accelerator."),
        Stated(),
        Absent(float("nan"), "nothing is measured of this model on this system"),
    ]
    measured_input: Annotated[
        One,
        Doc("Tokens of the prompts that were measured, where the file asks for requests of its own."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    measured_output: Annotated[
        One,
        Doc("Tokens of their answers."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    measured_interactivity: Annotated[
        TokenPerSecond,
        Doc("Least that a user was given."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    roofline_reached: Annotated[
        One,
        Doc("Tokens made / roofline."),
        Stated(),
        Absent(float("nan"), "what is reached follows from exchange, imbalance and overhead"),
    ]
    calibration: Annotated[One, Doc("Measured / estimated."), PRODUCTION]
    calibration_low: Annotated[One, Doc("Measured / estimated, lowest seen.")]
    calibration_high: Annotated[One, Doc("Measured / estimated, highest seen.")]
