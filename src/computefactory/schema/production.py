"""The file's chapter ``production``: the model that runs, and how it is served."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from computefactory.schema.types import (
    Chapter,
    Computing,
    Growth,
    PositiveAccelerators,
    PositiveNumber,
    PositiveShare,
    Share,
    Text,
    TokenSpeed,
    WholeNumber,
)

__all__ = ["ProductionChapter"]


class ServedModel(Chapter):
    """The language model."""

    parameters: PositiveNumber = Field(description="parameters of the model")
    active: PositiveNumber | None = Field(
        None, description="of them used for a token, in a mixture of experts; default: all"
    )
    bytes_per_parameter: PositiveNumber | None = Field(None, description="bytes that hold a parameter in inference")
    kv_bytes_per_token: PositiveNumber | None = Field(None, description="bytes of key-value cache for a token")
    context: PositiveNumber | None = Field(
        None, description="tokens in the cache of a request, on average; default: input and half of the output"
    )
    benchmark: Text | None = Field(
        None, description="MLPerf inference benchmark whose measured rate stands for it, such as llama2-70b-99.9"
    )
    scenario: Literal["Offline", "Server", "Interactive"] | None = Field(
        None, description="scenario of the benchmark; default: Server"
    )


class ProductionChapter(Chapter):
    """What the accelerators make, in tokens."""

    model: ServedModel = Field(description="the model that runs")
    training_share: Share | None = Field(None, description="share of the hours that train; the rest serve")
    input_tokens: PositiveNumber | None = Field(None, description="tokens of a request")
    output_tokens: PositiveNumber | None = Field(None, description="tokens of its answer")
    interactivity: TokenSpeed | None = Field(None, description="tokens that a user gets a second, at least (or: batch)")
    batch: WholeNumber | None = Field(None, description="requests that a replica decodes together (or: interactivity)")
    replica: PositiveAccelerators | None = Field(
        None, description="accelerators that hold the model together; default: a scale-up domain"
    )
    rate: Computing | None = Field(None, description="dense rate in inference; default: by the bytes of a parameter")
    inference_mfu: PositiveShare | None = Field(None, description="share of that rate that inference reaches")
    bandwidth_efficiency: PositiveShare | None = Field(None, description="share of the memory's bandwidth it reaches")
    roofline_reached: PositiveNumber | None = Field(
        None,
        description="tokens made / roofline, where no benchmark is named; default: the middle of published results",
    )
    memory_usable: PositiveShare | None = Field(None, description="share of the memory for weights and cache")
    software_improvement: Growth | None = Field(
        None, description="more tokens from the same machines, a year, from full operation on"
    )
