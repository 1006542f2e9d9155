"""Scaling against MLPerf and MFU against public runs: the tables, and the plot beside the page."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from build_reference import table
from computefactory import model
from computefactory.library import Library
from computefactory.plant.communication import Step, tiers, training_step
from computefactory.plant.fabric import fabric_of
from computefactory.plant.scale_up import scale_up
from computefactory.plant.scaling import efficiency, fit, held_out, law
from computefactory.studies.training import series, training
from pue import plot

__all__ = ["PICTURE", "picture", "sections"]

PICTURE = "scaling-mlperf.svg"
NEAR = 0.05
LIBRARY = Library.load()
SMALLEST = float(LIBRARY.fact("training", "default", "smallest_measured_job").value)
LARGE = series(LIBRARY, SMALLEST)
SETS = (
    ("pretraining, together", LARGE),
    ("GPT-3 175B", series(LIBRARY, SMALLEST, "GPT-3 175B")),
    ("Llama 3.1 405B", series(LIBRARY, SMALLEST, "Llama 3.1 405B")),
    ("Llama 3.1 8B", series(LIBRARY, benchmark="Llama 3.1 8B")),
    ("Llama 2 70B LoRA", series(LIBRARY, benchmark="Llama 2 70B LoRA")),
)
RUN, SIZES = "Llama 3 405B", (8192.0, 16384.0)
MEASURED = ("mfu_bf16_mfu_8_192_h100_tp8_cp1_pp16_dp64", "mfu_bf16_mfu_16_384_h100_dp128")
CLUSTER, POD, RADIX, BETWEEN_PODS = 24576.0, 3072.0, 128.0, 7.0  # of the run, by its row of `interconnect`


def picture() -> str:
    """What the law says of each system left out of the fit against what it measured."""
    points = [
        (f"{one.benchmark.split(' ')[0]} {size:,.0f}", measured, told)
        for one, row in zip(LARGE, held_out(LARGE), strict=True)
        for size, measured, told in zip(one.sizes[1:], one.measured[1:], row, strict=True)
    ]
    return plot.scatter("Scaling efficiency, MLPerf training", "measured", "told", points, 0.6, 1.1, 0.1, NEAR)


def laws() -> list[str]:
    """Fits by benchmark, each with the error on systems left out."""
    rows = []
    for name, chosen in SETS:
        found = law(chosen)
        sizes = f"{found.smallest_size:,.0f} to {found.largest_size:,.0f}"
        error, most = f"{100 * found.error:.1f} %", f"{100 * found.largest_error:.0f} %"
        rows.append((name, str(found.series), str(found.points), sizes, f"{found.half:,.0f}", error, most))
    return table(("fit to", "systems", "sizes", "accelerators", "half is lost at", "error left out", "largest"), rows)


def told() -> list[str]:
    """Every system of the pretraining benchmarks at its largest size."""
    rows = []
    for one, row in zip(LARGE, held_out(LARGE), strict=True):
        sizes = f"{one.sizes[0]:,.0f} to {one.sizes[-1]:,.0f}"
        error = f"{100 * (row[-1] / one.measured[-1] - 1):+.1f} %"
        rows.append((one.name, sizes, f"{one.measured[-1]:.3f}", f"{row[-1]:.3f}", error))
    return table(("system", "accelerators", "measured", "told, left out", "error"), rows)


def strange() -> float:
    """Root mean square error on the systems of a benchmark told by the other benchmarks alone."""
    errors = []
    for benchmark in sorted({one.benchmark for one in LARGE}):
        half = fit([one for one in LARGE if one.benchmark != benchmark])
        errors += [
            efficiency(size, one.sizes[0], half) / measured - 1
            for one in LARGE
            if one.benchmark == benchmark
            for size, measured in zip(one.sizes[1:], one.measured[1:], strict=True)
        ]
    return sqrt(sum(error**2 for error in errors) / len(errors))


def step(accelerators: float, between_pods: float) -> Step:
    """The public run on the fabric of its cluster."""
    site = model.load("legacy-h100-hall").plant
    changes = {"rails": 1.0, "switch_radix": RADIX, "pod": POD, "core_oversubscription": between_pods}
    network = replace(site.network, fabric="fat_tree", **changes)  # type: ignore[arg-type]
    silicon = replace(site.silicon, accelerators=CLUSTER)
    found = tiers(scale_up(silicon, network), fabric_of(silicon, network), silicon)
    return training_step(training(LIBRARY, RUN), accelerators, silicon.bf16_dense, found)


def utilisation() -> list[str]:
    """MFU of the public run at two sizes, with pods joined fully and as they were."""
    published = [float(LIBRARY.fact("reliability", RUN, name).value) for name in MEASURED]
    rows = [("measured", *(f"{100 * mfu:.0f} %" for mfu in published), f"{published[1] / published[0]:.3f}")]
    for between, name in ((1.0, "ours, traffic kept in pods"), (BETWEEN_PODS, "ours, all over the thin core")):
        small, large = (step(size, between).mfu for size in SIZES)
        rows.append((name, f"{100 * small:.1f} %", f"{100 * large:.1f} %", f"{large / small:.3f}"))
    return table(("", *(f"{size:,.0f} H100" for size in SIZES), "ratio"), rows)


def sections() -> list[str]:
    """Text and tables, in order."""
    strong = efficiency(SIZES[1], SIZES[0], fit(LARGE))
    return [
        "## Scaling of training",
        (
            "The law `T(n) ∝ 1/n + 1/h` fitted to MLPerf's times to train; each system (round, benchmark, submitter, "
            "accelerator) is then told by a fit to the others. Of four forms with one parameter (a power, a logarithm, "
            "a square root, Amdahl's) the last was taken, for the least error left out on pretraining: the choice saw "
            "these systems. Rounds repeat machines; told by the other benchmarks alone, systems of a whole "
            f"benchmark are missed by {100 * strange():.1f} %."
        ),
        "\n".join(laws()),
        f"![Scaling]({PICTURE})",
        "\n".join(told()),
        (
            "Fine-tuning and small models scale over tens of accelerators and differ by submitter: the law fits them "
            "badly, and `show FILE output` takes the pretraining benchmarks only. The largest error is the mixture of "
            "experts at 8,192, one system in the newest round. Times to train hold what a larger batch costs in steps, "
            "starting up and evaluation, in runs of minutes to hours: a production run loses less (below), so the "
            "figure stands beside the MFU and not in it."
        ),
        "## MFU of a public run as it grows",
        "\n".join(utilisation()),
        (
            "Llama 3 405B, batch held at 16 million tokens, pods of 3,072 joined at 1:7. The share of peak that "
            "kernels reach (0.55, range 0.45 to 0.65) is assumed, not fitted: the level is a tenth high. The fall with "
            "size is the comparison: traffic and the idle ends of the pipeline. The run's scheduler kept traffic in "
            f"pods, which the first line of ours stands for. MLPerf's law says {strong:.2f} for the same step."
        ),
    ]
