"""Compare estimated tokens with what was measured, by batch: points fitted to, other systems and models, later ones.

    python tools/validate_tokens.py          # writes docs/validation/tokens.md
    python tools/validate_tokens.py --fit    # fits the six shares and times again and prints them

The points are ``tools/facts/throughput.csv``; its column ``set`` says what each was used for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp, isfinite, log, sqrt
from pathlib import Path
from statistics import median
from typing import Any

from build_reference import table as lines_of
from computefactory.library import Library
from computefactory.model import load
from computefactory.plant.inputs.production import Production
from computefactory.plant.tokens import batch_that_fits, bound, decoding, serve

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "tokens.md"
SETS = ("fit", "test", "later")
FITTED = ("bandwidth_efficiency", "layer_overhead", "exchange_latency", "imbalance", "mixture", "dense")
START = (0.6, 45e-6, 20e-6, 1.5, 0.25, 0.6)  # of a search; times in s
LEAST, MOST = (0.2, 0.0, 0.0, 1.0, 0.02, 0.1), (0.95, 2e-4, 1e-4, 4.0, 1.0, 1.0)
HOUR = 3600.0
TWO, FARTHEST = 2.0, 12
BLIND = (0.53, 1.8)  # range of measured / estimated before the later points were read


@dataclass(frozen=True)
class Point:
    """A measured point: who served what, how many at once, and the tokens of output an accelerator made."""

    key: str
    kind: str
    model: str
    system: str
    software: str
    here: bool  # the accelerators that decode take in the requests too
    width: float
    replica: float
    batch: float | None
    asked: float
    answered: float
    tokens: float
    run: str
    note: str


@cache
def points() -> tuple[Point, ...]:
    """All points of the table."""
    library = Library.load([ROOT / "tools" / "facts"])

    def of(key: str, name: str) -> Any:
        return library.fact("throughput", key, name).value if name in library.fields("throughput", key) else None

    return tuple(
        Point(
            key=key,
            kind=str(of(key, "set")),
            model=str(of(key, "model")),
            system=str(of(key, "system")),
            software=str(of(key, "software")),
            here=of(key, "taken_in") == "here",
            width=float(of(key, "bytes_per_parameter")),
            replica=float(of(key, "replica")),
            batch=None if of(key, "batch") is None else float(of(key, "batch")),
            asked=float(of(key, "input_tokens")),
            answered=float(of(key, "output_tokens")),
            tokens=float(of(key, "tokens")),
            run=str(of(key, "run") or ""),
            note=library.fact("throughput", key, "replica").note,
        )
        for key in library.keys("throughput")
    )


@cache
def _model(system: str, model: str, width: float) -> Production:
    """The library's model on the library's system; a factory that holds it."""
    terms = {"production.model.name": model, "production.model.bytes_per_parameter": f"{width:g}"}
    silicon = {"silicon.system": system, "production.replica": "144", "merchant.price": "2 USD/GPU-hour"}
    made = load("legacy-h100-hall", overrides={**terms, **silicon}).plant.production
    assert made is not None
    return made


def production(point: Point) -> Production:
    """What the program is told of a point: model, system, accelerators, lengths; nothing of what was measured."""
    return replace(
        _model(point.system, point.model, point.width),
        replica=point.replica,
        input_tokens=point.asked,
        output_tokens=point.answered,
        context=point.asked + point.answered / 2,
    )


MOST_REQUESTS = {"at most 3,000": 3000.0, "at most 1,500": 1500.0, "at most 1,000": 1000.0}  # of a test of that many


def at_once(point: Point, made: Production) -> float:
    """Requests at once: as measured, else as many as fit and as the test has."""
    if point.batch is not None:
        return point.batch
    asked = [most for words, most in MOST_REQUESTS.items() if words in point.note]
    return min(batch_that_fits(made), *asked, 1e9)


def estimate(point: Point, made: Production | None = None) -> float:
    """Tokens of output an accelerator, estimated; only decoding where others take in the requests."""
    made = made or production(point)
    batch = at_once(point, made)
    return serve(made, batch).tokens if point.here else batch / (made.replica * decoding(made, batch).seconds)


def ratio(point: Point) -> float:
    """Estimated / measured."""
    return estimate(point) / point.tokens


def held(point: Point) -> bool:
    """Whether the range that the page prints holds the measurement."""
    made = production(point)
    found = estimate(point, made)
    ceiling = bound(made, at_once(point, made), 1.0, 1.0) if point.here else float("inf")
    return found * made.calibration_low <= point.tokens <= min(found * made.calibration_high, ceiling)


def blind() -> float:
    """Share of the later points in the range that was drawn without them."""
    later = [1 / ratio(point) for point in points() if point.kind == "later"]
    return sum(BLIND[0] <= each <= BLIND[1] for each in later) / len(later)


def changed(made: Production, values: Sequence[float]) -> Production:
    """The model with other shares and times."""
    bandwidth, overhead, latency, imbalance, mixture, dense = values
    return replace(
        made,
        bandwidth_efficiency=bandwidth,
        layer_overhead=overhead / HOUR,
        exchange_latency=latency / HOUR,
        imbalance=imbalance,
        inference_mfu=mixture if made.chosen < 1 else dense,
    )


@cache
def _fitted_to() -> tuple[tuple[Point, Production], ...]:
    return tuple((point, production(point)) for point in points() if point.kind == "fit")


def misses(values: Sequence[float]) -> list[float]:
    """Log(estimated / measured) of the points fitted to, with these shares and times; MLPerf's ten count twice."""
    return [
        (TWO if point.software.startswith("MLPerf") else 1.0)
        * log(estimate(point, changed(made, values)) / point.tokens)
        for point, made in _fitted_to()
    ]


def fit() -> dict[str, float]:
    """The six that make the squares of the misses least."""
    import numpy as np
    from scipy.optimize import least_squares

    found = least_squares(
        lambda values: np.array(misses(values)), START, bounds=(LEAST, MOST), diff_step=1e-3, x_scale=START
    )
    return dict(zip(FITTED, map(float, found.x), strict=True))


def summary(chosen: Iterable[Point]) -> list[str]:
    """Count, median, typical error, worst and how many lie within two-fold and in the range, as cells."""
    some = list(chosen)
    ratios = [ratio(point) for point in some]
    typical = sqrt(sum(log(each) ** 2 for each in ratios) / len(ratios))
    near = sum(1 / TWO <= each <= TWO for each in ratios)
    inside = sum(held(point) for point in some)
    low, high = min(ratios), max(ratios)
    return [
        f"{len(some)}",
        f"{median(ratios):.2f}",
        f"x/÷ {exp(typical):.2f}",
        f"{low:.2f} to {high:.2f}",
        f"{near} ({near / len(some):.0%})",
        f"{inside} ({inside / len(some):.0%})",
    ]


HEADS = ("points", "median", "typical", "lowest to highest", "within two-fold", "in the range")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as one piece of text."""
    return "\n".join(lines_of(heads, rows))


def by(name: str, of: Callable[[Point], str]) -> str:
    """A table by some trait and set."""
    rows = [
        [trait, kind, *summary(some)]
        for trait in sorted({of(point) for point in points()})
        for kind in SETS
        if (some := [point for point in points() if of(point) == trait and point.kind == kind])
    ]
    return table((name, "set", *HEADS), rows)


def requests(point: Point) -> str:
    """Requests at once, as they are known."""
    made = production(point)
    return f"{at_once(point, made):,.0f}" + ("" if point.batch is not None else " (most)")


def rows_of(kind: str) -> list[list[str]]:
    """Every point of a set."""
    return [
        [
            point.model,
            point.system,
            point.software,
            f"{point.width:g} B",
            f"{point.replica:g}",
            f"{point.asked:,.0f} / {point.answered:,.0f}" + ("" if point.here else " d"),
            requests(point),
            f"{point.tokens:,.4g}",
            f"{estimate(point):,.4g}",
            f"{ratio(point):.2f}",
            "yes" if held(point) else "**no**",
        ]
        for point in sorted(
            (point for point in points() if point.kind == kind),
            key=lambda each: (
                each.model,
                each.system,
                each.software,
                each.asked,
                each.answered,
                each.replica,
                ratio(each),
            ),
        )
    ]


def given(values: Mapping[str, str]) -> str:
    """The six as the library has them."""
    library = Library.load()
    facts = {name: library.fact("production", "default", name) for name in values}
    rows = [
        [values[name], f"`{name}`", f"{fact.value:g} {fact.unit}".removesuffix(" 1"), f"{fact.low:g} to {fact.high:g}"]
        for name, fact in facts.items()
    ]
    return table(("", "row", "value", "range"), rows)


SIX = {
    "bandwidth_efficiency": "share of the memory's bandwidth",
    "inference_mfu": "share of the dense rate, dense models",
    "inference_mfu_mixture": "the same, mixtures of experts",
    "imbalance": "busiest accelerator's experts / mean",
    "layer_overhead": "of a layer in every pass",
    "exchange_latency": "of a layer's exchanges, each doubling",
}


ABOUT = """Written by `tools/validate_tokens.py`; do not edit. Tokens of output a second and accelerator, without
speculative decoding. The points stand in `tools/facts/throughput.csv` with their sources; the column `set` says
what each was used for. Ratio: estimated / measured."""
KINDS = """* `fit`: six shares and times are fitted to these: one system of each family of chips (H200, B200,
  GB200, MI300X, MI355X) with DeepSeek-R1, and MLPerf's dense models on four systems. No factor by model, system,
  software or batch.
* `test`: other systems of the same families, other models and publishers. They were not fitted, but they are no
  blind test: about twenty variants of the form and of the split were looked at with their scores in sight (whether
  exchange overlaps, whether imbalance holds for attention, layouts in between).
* `later`: found and read after form and values stood, and none of the six was changed for them. That is the blind
  test; one of them, DeepSeek's own service, was known before and not looked at."""
FOUR = """The four of fault C5, DeepSeek-R1 in FP8 on eight H200, 1,024 in and out (before: 6.5, 7.9, 11.3, 19.1):"""
HOW = """Least squares of log(estimated / measured) over the set `fit`; `python tools/validate_tokens.py --fit`
repeats it. Values are rounded. The range that the page of a factory prints (`calibration`) is {low:g} to {high:g}
times the estimate, at most the roofline; it holds {held} of {all} points. Before the later points were read it was
{early_low:g} to {early_high:g}, which held {share:.0%} of those."""
LEFT_OUT = """InferenceX's dashboard shows 427 configurations of DeepSeek-R1 without speculative decoding. 138 are
older by more than 60 days than the newest run of the same system, software and width: the same MI300X made 1.6
times as many tokens three months later. Four had less than one request at a time, six make fewer tokens than the
same configuration with fewer requests, as a failing run does. 279 are left. Where other accelerators take in the
requests (`d` below), only decoding is compared, and requests at once are output rate × time a token, which leaves
out those that wait. MLPerf's Server and Interactive results, whose requests at once are not published, are left
out; Offline is served with as many as fit."""
WEAK = """* Thousands of requests at once of a dense model with vLLM on MI300X are two to three and a half times
  too high: outside the range. Work for each request outside the accelerators is not in the estimate.
* gpt-oss on Hopper is up to 2.2 times too high at many requests: its four-bit weights are worked with in BF16
  there, not at the FP8 rate that the library takes (a file can state `rate`).
* DeepSeek on MI300X and MI325X is a third to a half too high.
* DeepSeek with very many requests over many accelerators is too low by up to 1.8 times, where experts are balanced
  better than by chance.
* No point is of a mixture of few large experts (Mixtral 8x7B, which the library names): the share of the dense rate
  is one of small experts, so with many short requests such a model is likely to do better than its range."""
LEGEND = """In / out: mean tokens; `d`: decoding alone. At once: requests on a replica; most: as many as fit or the
test had."""
HEADS_OF_POINTS = (
    *("model", "system", "software", "width", "on", "in / out", "at once"),
    *("measured", "estimated", "ratio", "in range"),
)


def four() -> str:
    """The points of the fault."""
    rows = []
    for point in sorted((p for p in points() if "fault C5" in p.note), key=lambda each: each.batch or 0):
        found, made = estimate(point), production(point)
        ends = (found * made.calibration_low, found * made.calibration_high)
        rows.append(
            [
                f"{point.batch:g}",
                f"{point.tokens:g}",
                f"{found:.1f}",
                *(f"{end:.0f}" for end in ends),
                f"{ratio(point):.2f}",
            ]
        )
    return table(("at once", "measured", "estimated", "low", "high", "ratio"), rows)


def farthest() -> str:
    """The points that are farthest off."""
    worst = sorted(points(), key=lambda point: -abs(log(ratio(point))))[:FARTHEST]
    rows = [
        [p.model, p.system, p.software, requests(p), f"{ratio(p):.2f}", f"{p.kind}; {p.note}".removesuffix("; ")]
        for p in worst
    ]
    return table(("model", "system", "software", "at once", "ratio", "note"), rows)


def page() -> str:
    """The whole page."""
    range_of = Library.load().fact("production", "default", "calibration")
    inside = sum(held(point) for point in points())
    how = HOW.format(
        low=range_of.low,
        high=range_of.high,
        held=inside,
        all=len(points()),
        early_low=BLIND[0],
        early_high=BLIND[1],
        share=blind(),
    )
    sets = [[kind, *summary(point for point in points() if point.kind == kind)] for kind in SETS]
    parts = (
        *("# Tokens by batch: estimated against measured", ABOUT, "## How well", table(("set", *HEADS), sets), KINDS),
        *(FOUR, four(), "## What is fitted", given(SIX), how),
        *("## By model", by("model", lambda point: point.model)),
        *("## By system", by("system", lambda point: point.system)),
        *("## What was left out, by rule", LEFT_OUT, "## Known weaknesses", WEAK, "## The farthest off", farthest()),
        *(part for kind in SETS for part in (f"## Points: {kind}", table(HEADS_OF_POINTS, rows_of(kind)))),
        LEGEND,
    )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--fit" in sys.argv:
        for name, value in fit().items():
            print(f"{name:22} {value:.3g}")
    else:
        PAGE.write_text(page(), encoding="utf-8")
        assert all(isfinite(ratio(point)) for point in points())
        print(PAGE.relative_to(ROOT))
