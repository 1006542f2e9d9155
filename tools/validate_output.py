"""Compare fabric, reliability, goodput and scaling with published counts and fleets; nothing is tuned.

    python tools/validate_output.py

Writes ``docs/validation/output.md`` and its plot. Published figures are rows of the library; ours are the functions
of the plant with the rows' own inputs, and defaults of the library where a source gives none.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from build_reference import table
from computefactory import model
from computefactory.library import Library
from computefactory.plant.fabric import FabricBill, fabric_of
from computefactory.plant.reliability import goodput_of, nodes_available
from computefactory.plant.scale_up import scale_up
from output import rigid, scale

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "output.md"
HOURS_PER_DAY, NODE = 24.0, 8
RADIX, RAILS = 64.0, 8.0  # of the published H100 fabrics: 64 ports of 400 Gb/s, a rail an accelerator of the server
CLUSTERS = (512, 1024, 16384, 32768, 104858)
UNITS = ((31, 8, 4), (63, 16, 8), (95, 24, 16), (127, 32, 16))  # nodes, leaves, spines as the vendor's design prints
LIBRARY = Library.load([ROOT / "tools" / "facts"])
LEGACY = model.load("legacy-h100-hall").plant


def value(key: str, name: str, shelf: str = "reliability") -> float:
    """A published number."""
    return float(LIBRARY.fact(shelf, key, name).value)


def bill(accelerators: int, **changes: object) -> FabricBill:
    """The fabric of so many H100."""
    network = replace(LEGACY.network, switch_radix=RADIX, rails=RAILS, **changes)  # type: ignore[arg-type]
    return fabric_of(replace(LEGACY.silicon, accelerators=float(accelerators)), network)


def fabrics() -> list[str]:
    """Published counts of switches against the identity and the built fabric."""
    rows = []
    for count in CLUSTERS:
        published = value(f"{count:,} H100 cluster, 400G InfiniBand non-blocking", "count_switches", "interconnect")
        ours = bill(count)
        error = f"{100 * (ours.switches / published - 1):+.1f} %"
        rows.append((f"{count:,}", f"{published:,.0f}", f"{ours.least_switches:,.0f}", f"{ours.switches:,.0f}", error))
    return table(("H100", "published", "identity", "ours, built", "difference"), rows)


def reference_design() -> list[str]:
    """A vendor's scalable units, leaves by rail under common spines."""
    rows = []
    for nodes, leaves, spines in UNITS:
        ours = bill(nodes * NODE, fabric="rail_leaves")
        rows.append((str(nodes), f"{leaves} / {spines}", f"{ours.leaves:.0f} / {ours.spines:.0f}"))
    return table(("nodes", "published leaves / spines", "ours"), rows)


def failures() -> list[str]:
    """Mean time between failures of a job, in proportion to its size, against what was measured or projected."""
    llama = value("Llama 3 405B", "interruptions_unexpected_interruptions_16_384_h100_54_days")
    rates = {
        "RSC-1": value("Meta RSC-1", "failure_rate_failures_16k_a100_11_months") / HOURS_PER_DAY / NODE,
        "CoreWeave": 1 / value("CoreWeave H100", "failure_rate_days_per_failure_per_gpu_fleet_survival_fit") / 24,
    }
    cases = (
        ("RSC-1", 16384, value("Meta RSC projection", "mttf_job_mttf_16_384_gpus"), "projected by its authors"),
        ("RSC-1", 131072, value("Meta RSC projection", "mttf_job_mttf_131_072_gpus"), "projected by its authors"),
        ("RSC-1", 1024, value("Meta RSC measured", "mttf_job_mttf_1_024_gpus"), "measured"),
        ("CoreWeave", 1024, value("CoreWeave H100", "mttf_job_mttf_1_024_gpus") * HOURS_PER_DAY, "vendor's figure"),
        ("CoreWeave", 16384, 54 * HOURS_PER_DAY / llama, "measured by another operator (Llama 3, 419 in 54 days)"),
    )
    rows = []
    for fleet, size, published, how in cases:
        ours = 1 / (rates[fleet] * size)
        rows.append((fleet, f"{size:,}", f"{published:.3g} h", how, f"{ours:.3g} h", f"{ours / published:.2f}"))
    return table(("rate of", "accelerators", "published", "how", "ours", "ours / published"), rows)


def training() -> list[str]:
    """Effective training time of a public run, from its own failures and library defaults for the rest."""
    reliability = LEGACY.reliability
    rate = value("Llama 3 405B", "failure_rate_implied_unexpected_interruptions_per_node_day_16_384_h100_54_days")
    job = rate / HOURS_PER_DAY * 16384 / NODE
    write = value("Llama 3", "checkpoint_blocking_write_assumed_in_validated_model_16_384") / 3600
    rows = []
    for seconds in (1.0, write * 3600, 60.0):
        for detect in (0.05, reliability.detect):
            kept = goodput_of(job, replace(reliability, checkpoint_write=seconds / 3600, detect=detect))
            rows.append((f"{seconds:.0f} s", f"{60 * detect:.0f} min", f"{100 * kept:.1f} %"))
    published = f"more than {100 * value('Llama 3 405B', 'goodput_effective_training_time_16_384_h100_54_days'):.0f} %"
    return [f"Published: {published}. Ours, at {1 / job:.2f} h between failures:", "", *table(
        ("blocking write", "detection and swap", "kept time"), rows)]  # fmt: skip


def page() -> str:
    """The whole page."""
    silicon = model.load("iren-horizon").plant
    optics = scale_up(silicon.silicon, silicon.network)
    full = replace(silicon.silicon, accelerators=72.0 * 1000, spares=0.0)
    rate, repair = silicon.reliability.failures, silicon.reliability.repair
    rack = nodes_available(16, 2, rate, repair)
    parts = [
        "# Output: fabric, failures, goodput and scaling against published figures",
        (
            "Written by `tools/validate_output.py`; do not edit. The law of scaling is fitted, and judged on what "
            "it has not seen; nothing else is."
        ),
        "## Switches",
        "\n".join(fabrics()),
        (
            "The published counts are the identities `3N/k` and `5N/k`; full trees are built as counted. The largest "
            "cluster does not fill its pods: whole bundles of links take more switches than the identity."
        ),
        "A vendor's reference design (DGX SuperPOD H100, recalled beyond the first unit), whose bill is built:",
        "\n".join(reference_design()),
        (
            f"Optics in the place of a rack's copper: published 648 modules, 19.4 kW and 550,800 USD for 72 "
            f"accelerators; ours {optics.optics:.0f}, {optics.optics_power_kw:.1f} kW and "
            f"{optics.optics_cost_usd:,.0f} USD."
        ),
        "## Time between failures of a job",
        "\n".join(failures()),
        (
            "Proportion holds for large jobs. At 1,024 accelerators the measured fleet fails 3.6 times as often as its "
            "node rate says: small jobs die of causes that do not go with size. `show FILE output` says so below the "
            "size of the row `reliability/default/large_job`. Fleets differ threefold: the rate is an input."
        ),
        "## Effective training time of Llama 3 405B",
        "\n".join(training()),
        (
            "The run's own write and restart are not public; recovery was automatic in all but three cases. With "
            "minutes of detection and a short write the published share is met; with a quarter of an hour (the "
            "library's default) or a blocking minute it is not. Restart is the library's row in every line."
        ),
        *rigid.sections(),
        *scale.sections(),
        "## Spares in the rack",
        (
            f"Operators of NVL72 run 64 of 72. With two spare trays of 18 the chain gives {100 * rack:.4f} % of the 16 "
            f"needed (failure rate and repair time of the library, {full.accelerators_per_node:.0f} accelerators a "
            "tray). No public measurement was found to compare."
        ),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    PAGE.with_name(scale.PICTURE).write_text(scale.picture(), encoding="utf-8")
