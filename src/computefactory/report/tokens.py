"""The section Tokens of ``show FILE output``: what the machines make of a model, from what, and how sure that is."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from computefactory.page import Cell, Column, Figure, Grid, Of, Section, worked
from computefactory.plant.tokens import by_batch
from computefactory.report.named import FiguresOf
from computefactory.timeline import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from computefactory.plant.inputs.production import Production
    from computefactory.result import Result

__all__ = ["tokens"]

RATE = "token/s"
PER_MILLION = "USD/million tokens"
MILLISECONDS, SECONDS, MILLION = 1e3, 3600.0, 1e6
MADE = "plant.production"
ROOM = f"{MADE}.replica * {MADE}.memory * {MADE}.memory_usable / 8"
PASS = (f"{MADE}.parameters", f"{MADE}.active", f"{MADE}.memory_bandwidth", f"{MADE}.rate", f"{MADE}.replica")
STEP = (
    ("weights", "weights"),
    ("cache", "cache"),
    ("arithmetic", "computing"),
    ("dispatch", "to experts and back"),
    ("reduction", "sums of the group"),
    ("overhead", "overhead of layers"),
)
FASTER = ("lcoc_usd_per_accelerator_hour", "token_rate", f"{MADE}.software_improvement")
MORE = 0.1  # 1/year, of software improvement


def tokens(result: Result) -> tuple[Section, ...]:
    """Tokens, where the file names a model; nothing is said without one."""
    made = result.factory.plant.production
    if made is None:
        return ()
    figures = (*_model(result), *_serving(result), *_training(result), *_whole(result))
    whole = Section("tokens", "Tokens", figures, grid=_years(result), text=_words(result))
    return (whole, _batches(result, made)) if made.training_share < 1 else (whole,)


def _batches(result: Result, made: Production) -> Section:
    """Each number of requests at once: what a user and an accelerator get, the range, the cost and what limits it."""
    an_hour = float(result.runs["unit_cost"].lines["lcoc"]) * MILLION / SECONDS
    columns = (
        Column("requests", "at once", of=worked("requests that a replica decodes together", f"{MADE}.replica")),
        Column("user", "a user", RATE, of=worked("1 / (step + requests x input pass / output)", *PASS)),
        Column("tokens", "accelerator", RATE, of=worked("requests x a user's / accelerators", *PASS)),
        Column("low", "as low as", RATE, of=worked("accelerator x calibration_low", *PASS, f"{MADE}.calibration_low")),
        Column(
            "high",
            "as high as",
            RATE,
            of=worked("accelerator x calibration_high, at most the roofline", *PASS, f"{MADE}.calibration_high"),
        ),
        Column(
            "cost", "cost", "USD/Mtoken", of=worked("cost of an hour / its tokens", "lcoc_usd_per_accelerator_hour")
        ),
        Column("limit", "limit"),
    )
    rows = [
        (each.batch, each.interactivity, each.tokens, each.low, each.high, an_hour / each.tokens, each.step.limit)
        for each in by_batch(made)
    ]
    said = (
        "Requests at once on a replica that takes in and decodes. Limit: what takes most of a step: reading weights or "
        "cache, computing, exchange between accelerators, or what every layer costs whatever its size. The range holds "
        "99 % of measured points without speculative decoding. Cost: of an available hour that only serves, with "
        "today's software."
    )
    measured = ("What was measured is used above; these are estimates.",) if isfinite(made.measured) else ()
    return Section("tokens_by_batch", "Tokens by batch", grid=Grid(columns, tuple(rows)), text=(said, *measured))


def _model(result: Result) -> list[Figure]:
    return [
        FiguresOf(result)(name, label, "", f"{MADE}.{field}")
        for name, label, field in (
            ("model_parameters", "parameters of the model", "parameters"),
            ("model_active_parameters", "of them used for a token", "active"),
            ("model_bytes_per_parameter", "bytes a parameter in serving", "bytes_per_parameter"),
            ("training_share", "share of the hours that train", "training_share"),
        )
    ]


def _serving(result: Result) -> list[Figure]:
    made, shown = result.factory.plant.production, FiguresOf(result)
    assert made is not None
    if made.training_share >= 1:
        return []
    figures = [
        shown("replica_accelerators", "accelerators that hold the model", "", f"{MADE}.replica"),
        shown("replica_memory_gb", "their memory that can be used", "GB", ROOM),
        shown("batch", "requests decoded together", "", "inference.batch"),
        shown("batch_that_fits", "requests that the memory holds", "", "inference.fits"),
        shown("layer_group", "accelerators that share a layer", "", "inference.step.group"),
        *(
            shown(
                f"decode_step_{name}_ms",
                f"decode step: {label}",
                "ms",
                Of(f"inference.step.{name}", scale=MILLISECONDS),
            )
            for name, label in STEP
        ),
        shown("prefill_ms", "input of a request", "ms", Of("inference.prefill", scale=MILLISECONDS)),
        shown("interactivity", "tokens that a user gets", RATE, "inference.interactivity"),
        shown("roofline_tokens", "roofline at the rates that are reached", RATE, "inference.roofline"),
        shown("estimated_tokens", "estimate, output of an accelerator", RATE, "inference.tokens"),
        shown("estimated_tokens_low", "as low as", RATE, "inference.low", "measured / estimated of published points"),
        shown("estimated_tokens_high", "as high as", RATE, "inference.high"),
    ]
    if isfinite(made.measured):
        figures.append(shown("measured_tokens", "measured", RATE, f"{MADE}.measured"))
    elif isfinite(made.roofline_reached):
        figures.append(shown("roofline_reached", "of the roofline, as stated", "", f"{MADE}.roofline_reached"))
    return [*figures, shown("inference_tokens", "= used", RATE, "inference_tokens")]


def _training(result: Result) -> list[Figure]:
    made, shown = result.factory.plant.production, FiguresOf(result)
    assert made is not None
    if made.training_share <= 0:
        return []
    rate = "plant.silicon.bf16_dense * plant.silicon.mfu"
    return [
        shown("training_rate_tflops", "peak x MFU in training", "TFLOP/s", rate),
        shown("training_tokens", "tokens trained by an accelerator", RATE, "training_tokens"),
    ]


def _whole(result: Result) -> list[Figure]:
    return [
        FiguresOf(result)(name, label, unit)
        for name, label, unit in (
            ("tokens_per_accelerator_hour", "tokens of an available hour", "token/accelerator-hour"),
            ("lcoc_usd_per_million_tokens", "levelised cost of tokens", PER_MILLION),
        )
    ]


def _years(result: Result) -> Grid:
    """Each year's tokens, and their cost with the software of full operation, as it improves, and ten points faster."""
    run, factory = result.runs["unit_cost"], result.factory
    made = factory.plant.production
    assert made is not None
    hours, cost = np.asarray(run.lines["available_hours"]), float(run.lines["lcoc"])
    tokens, rate = np.asarray(run.lines["tokens"]), float(result.known["token_rate"])
    years = np.maximum(factory.timeline.month - factory.finance.full_operation, 0) / MONTHS_PER_YEAR
    faster = tokens * (1 + MORE / (1 + made.software_improvement)) ** years
    columns = (
        Column("year", "year"),
        Column("tokens", "tokens", "Mtoken", of=Of("tokens", case="unit_cost")),
        Column("cost_without", "cost without", "USD/Mtoken", of=Of("lcoc / token_rate", case="unit_cost")),
        Column("cost", "cost", "USD/Mtoken", of=Of("lcoc * sum(available_hours) / sum(tokens)", case="unit_cost")),
        Column(
            "cost_faster",
            "10 points more",
            "USD/Mtoken",
            of=worked("the same with ten points a year more of improvement", *FASTER),
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    names = np.array([name[:4] for name in factory.timeline.names])
    for year in dict.fromkeys(names):
        these = names == year
        served = float(hours[these].sum())
        if served > 0 and rate > 0:
            amounts = (served * rate, float(tokens[these].sum()), float(faster[these].sum()))
            rows.append((str(year), amounts[1], *(cost * served / amount for amount in amounts)))
    return Grid(columns, tuple(rows), places=tuple(Of(month=str(row[0])) for row in rows))


def _words(result: Result) -> tuple[str, ...]:
    made, roofline = result.factory.plant.production, result.known["inference"]
    assert made is not None
    said = []
    if made.training_share < 1:
        if roofline.batch < 1 and not (isfinite(made.measured) and not isfinite(made.measured_input)):
            said.append(
                "No request can be served as asked: alone on a replica a user gets "
                f"{roofline.interactivity:.3g} of the {made.interactivity:.3g} tokens/s wanted."
            )
        elif isfinite(made.measured_input):
            said.append(
                f"Serving is measured with requests of {made.measured_input:,.0f} in and {made.measured_output:,.0f} "
                "out; the file asks for others, so the rate goes to those of the file by the ratio of the estimates."
            )
        elif isfinite(made.measured):
            said.append(
                "Serving is measured, with the requests of the measurement; the estimate beside it is of "
                f"{made.input_tokens:,.0f} in and {made.output_tokens:,.0f} out."
            )
        elif isfinite(made.roofline_reached):
            said.append("Serving is the stated share of the roofline; the estimate stands beside it.")
        else:
            said.append(
                f"Serving is estimated; a decode step is limited by {roofline.step.limit}. It takes the longest of "
                "reading weights and cache, computing, and sending tokens to experts and back; then sums within the "
                "group that shares a layer, and what each layer costs whatever its size."
            )
    if made.training_share > 0:
        said.append("Training: tokens = accelerator-seconds x peak x MFU x goodput / (6 x active parameters).")
    said.append(
        "Tokens of serving are of output; their input is in their cost. "
        f"Software: {made.software_improvement:.0%} more tokens a year from full operation, as the file or library "
        "says. A price by the accelerator-hour does not move with it: the buyer keeps the gain; the owner keeps it "
        "where he sells tokens. "
        "By year: without any improvement, with what is stated, and with ten points a year more."
    )
    return tuple(said)
