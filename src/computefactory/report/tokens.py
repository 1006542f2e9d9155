"""The section Tokens of ``show FILE output``: what the machines make of a model, from what, and how sure that is."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from computefactory.page import Cell, Column, Figure, Grid, Of, Section, worked
from computefactory.report.named import FiguresOf
from computefactory.timeline import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["tokens"]

RATE = "token/s"
PER_MILLION = "USD/million tokens"
MILLISECONDS = 1e3
MADE = "plant.production"
ROOM = f"{MADE}.replica * {MADE}.memory * {MADE}.memory_usable / 8"
FASTER = ("lcoc_usd_per_accelerator_hour", "token_rate", f"{MADE}.software_improvement")
MORE = 0.1  # 1/year, of software improvement


def tokens(result: Result) -> tuple[Section, ...]:
    """Tokens, where the file names a model; nothing is said without one."""
    if result.factory.plant.production is None:
        return ()
    figures = (*_model(result), *_serving(result), *_training(result), *_whole(result))
    return (Section("tokens", "Tokens", figures, grid=_years(result), text=_words(result)),)


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
    memory, compute = (Of(f"served.{name}_step", scale=MILLISECONDS) for name in ("memory", "arithmetic"))
    figures = [
        shown("replica_accelerators", "accelerators that hold the model", "", f"{MADE}.replica"),
        shown("replica_memory_gb", "their memory that can be used", "GB", ROOM),
        shown("batch", "requests decoded together", "", "served.batch"),
        shown("batch_that_fits", "requests that the memory holds", "", "served.fits"),
        shown("decode_step_memory_ms", "decode step by memory", "ms", memory),
        shown("decode_step_compute_ms", "decode step by arithmetic", "ms", compute),
        shown("interactivity", "tokens that a user gets", RATE, "served.interactivity"),
        shown("roofline_tokens", "roofline, output of an accelerator", RATE, "served.tokens"),
    ]
    if isfinite(made.measured):
        note = "MLPerf, median of the newest round on this system"
        return [*figures, shown("measured_tokens", "measured, and used", RATE, f"{MADE}.measured", note)]
    middle, note = "middle of published results, or the file", "measured / roofline of published results"
    return [
        *figures,
        shown("roofline_reached", "x reached of it", "", f"{MADE}.roofline_reached", middle),
        shown("estimated_tokens", "= estimate, and used", RATE, "inference_tokens"),
        shown("roofline_tokens_low", "as low as", RATE, f"served.tokens * {MADE}.roofline_low", note),
        shown("roofline_tokens_high", "as high as", RATE, f"served.tokens * {MADE}.roofline_high"),
    ]


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
    made, roofline = result.factory.plant.production, result.known["served"]
    assert made is not None
    said = []
    if made.training_share < 1:
        if isfinite(made.measured):
            said.append(
                "Serving is measured, with the benchmark's own requests; the roofline is of the requests of the file."
            )
        elif roofline.batch < 1:
            said.append(
                "No request can be served as asked: alone on a replica a user gets "
                f"{roofline.interactivity:.3g} of the {made.interactivity:.3g} tokens/s wanted."
            )
        else:
            by = "arithmetic" if roofline.arithmetic_step > roofline.memory_step else "memory"
            said.append(
                f"Serving is a roofline, limited by {by} in decoding: step = the longer of (weights read + batch x "
                "cache) / (accelerators x bandwidth x share reached) and 2 x active x batch / (accelerators x rate x "
                "share reached); a token of output costs its share of a step and input/output x 2 x active / (rate x "
                "share)."
            )
            said.append(
                f"Published results reach {made.roofline_low:g} to {made.roofline_high:g} of it"
                + (" (a mixture of experts: name a benchmark)." if made.active < made.parameters else ".")
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
