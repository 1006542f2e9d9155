"""The page of ``show FILE output``: from accelerators to hours to work, what each costs, and who keeps a gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, megawatts, worked
from computefactory.registry import itself, page
from computefactory.report.book import borne
from computefactory.report.named import FiguresOf, filled
from computefactory.report.tokens import tokens
from computefactory.studies.elasticity import Elasticity, Kept, elasticities, kept_by_owner
from computefactory.studies.training import Scaling, scaling

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["output"]

SHARE = "%"
HOURS = "accelerator-hour"
PER_HOUR = "USD/accelerator-hour"
SECONDS = 3600.0
HOURS_PER_DAY = 24.0
# a fleet that measured small jobs, in the words of its rows: 1,024 accelerators, nodes of eight
MEASURED = ("reliability", "Meta RSC measured", "mttf_job_mttf_1_024_gpus")
FLEET = ("reliability", "Meta RSC-1", "failure_rate_failures_16k_a100_11_months")
SMALLEST = "training/default/smallest_measured_job"
FITTED = worked("fitted to the measured series of the library (plant/scaling)", SMALLEST)
GAIN = "one per cent of the first year's power bill, or of what contracts pay for hours"
GAINED = ("total(power_cost * first_year)", "total(contract_revenue * first_year)")
KEPT = ("ebitda_usd_per_year", *GAINED)
SPARE_POWER = "plant.silicon.spares * plant.silicon.rack_power / plant.silicon.accelerators_per_rack"
NAMEPLATE = "accelerators_installed * total(hours * first_year)"
SOLD = "minimum(over(c_reserved * c_sold * c_availability), available_hours)"
HOURS_OF = (  # from the nameplate down
    ("nameplate", "installed, all hours", NAMEPLATE),
    ("active", "less spares, while it runs", "accelerators_active * total(hours * first_year * running)"),
    ("available", "less repair, outages, maintenance", "total(available_hours * first_year)"),
    ("sold", "of them under contract and sold", f"total({SOLD} * first_year)"),
    ("useful", "of them kept work of long jobs", f"total({SOLD} * first_year) * goodput"),
)
SMALL_JOB, NODE = 1024, 8
SHRINKS = "The job runs on with the nodes that are up; with job.shrinks: false it waits for all that it needs."
RIGID = (
    "The job needs all of its nodes (job.shrinks: false). The site is taken to be full of such jobs: free nodes "
    "stand in as spares, those of a job that waits too; what no whole job fills runs smaller work that gives way."
)


@page("output", itself, scaling, elasticities, kept_by_owner)
def output(result: Result, scaled: Scaling | None, moved: Sequence[Elasticity], kept: Sequence[Kept]) -> Page:
    """The page; a landlord's silicon is his tenants', and so is its output."""
    if scaled is None:
        text = ("The factory has no accelerators of its own: tenants bring them and keep what they do.",)
        return Page("output", result.factory.name, (Section("output", "Output", text=text),))
    sections = (
        _availability(result),
        _goodput(result),
        _hours(result),
        _work(result),
        _scaling(scaled),
        *tokens(result),
        _elasticities(moved),
        _kept(kept),
        _months(result),
    )
    return Page("output", result.factory.name, sections)


def _availability(result: Result) -> Section:
    pool = "of its rack" if result.factory.plant.silicon.spares_in_rack else "of the site"
    shown = FiguresOf(result)
    figures = (
        shown("accelerators_installed", "accelerators installed"),
        shown("accelerators_spare", "of them spare", "", "plant.silicon.spares", f"for any {pool}"),
        shown("spare_power_mw", "power of hot spares", "MW", megawatts(SPARE_POWER)),
        shown("node_accelerators", "accelerators that fail together", "", "plant.silicon.accelerators_per_node"),
        shown(
            "node_failures_per_1000_days",
            "failures per 1,000 node-days",
            of=Of("plant.reliability.failures", scale=24e3),
        ),
        shown("repair_hours", "time to repair", "h", "plant.reliability.repair"),
        shown("node_availability", "nodes up, spares standing in", "", "node_availability"),
        shown("facility_availability", "x building", "", "plant.reliability.facility"),
        shown("fabric_availability", "x fabric", "", "plant.reliability.fabric"),
        shown("unplanned_share", "x not in planned maintenance", "", "1 - plant.reliability.planned"),
        shown("power_served", "x power that the supply serves"),
        shown("availability", "= availability"),
        shown("all_nodes_up", "chance that every active node is up", "", "all_nodes_up"),
    )
    text = (
        (
            "Building and fabric fail for all nodes at once. The last line is the chance that an all-or-nothing "
            "service level holds; it is not an availability."
        ),
        *borne(result),
    )
    return Section("availability", "Availability", figures, text=text)


def _goodput(result: Result) -> Section:
    job, shown = result.known["job"], FiguresOf(result)
    write = Of("plant.reliability.checkpoint_write", scale=SECONDS)
    best, young = (Of(f"job.{name}_interval", scale=60) for name in ("checkpoint", "young"))
    reliability = result.factory.plant.reliability
    said = "stated" if np.isfinite(reliability.interval) else "the best: none is stated"
    figures = (
        shown("job_accelerators", "accelerators of the reference job", "", "job.accelerators"),
        shown("job_mttf_hours", "mean time to its failure", "h", "job.mean_time_to_failure"),
        shown("checkpoint_write_seconds", "checkpoint write", "s", write),
        shown("stated_interval_minutes", "work between checkpoints", "min", Of("job.interval", scale=60), said),
        shown("checkpoint_interval_minutes", "best work between checkpoints", "min", best),
        shown("young_interval_minutes", "Young's interval, a check", "min", young),
        shown("kept_at_best", "kept at the best", "", "job.kept_at_best"),
        shown("whole_jobs", "time that it runs, of nodes up", "", "job.whole"),
        shown("kept_of_checkpoints", "x kept after writes and lost work", "", "job.kept_of_checkpoints"),
        shown("kept_of_restarts", "x after restarts", "", "job.kept_of_restarts"),
        shown("kept_of_detection", "x after detection and swap", "", "job.kept_of_detection"),
        shown("goodput", "= goodput"),
    )
    text = [SHRINKS if reliability.shrinks else RIGID]
    library = result.factory.library
    if job.accelerators < float(library.fact("reliability", "default", "large_job").value):
        measured = float(library.fact(*MEASURED).value)
        rate = float(library.fact(*FLEET).value) / HOURS_PER_DAY / NODE
        text.append(
            f"Failures in proportion to size hold for large jobs: at {SMALL_JOB:,} accelerators a public fleet "
            f"measured {measured:g} h between failures where proportion gives {1 / (rate * SMALL_JOB):.1f} h. "
            f"Goodput of a job of {job.accelerators:,.0f} may be lower."
        )
    return Section("goodput", "Goodput of the reference job", figures, _jobs(result), text=tuple(text))


def _jobs(result: Result) -> Grid | None:
    """The reference job on each generation, where there are several."""
    clusters = result.factory.plant.clusters
    if not clusters[1:]:
        return None
    columns = (
        Column("generation", "generation"),
        Column("job_failures_per_day", "failures a day", "1/day"),
        Column("runs", "it runs, of nodes up", SHARE),
        Column("kept", "goodput", SHARE),
    )
    scales = {"job_failures": HOURS_PER_DAY, "whole_jobs": 1.0, "goodput": 1.0}
    places: list[tuple[Of | str, ...]] = [
        ("", *(Of(f"generation_{name}", item=each.name, scale=scale) for name, scale in scales.items()))
        for each in clusters
    ]
    return filled(result, columns, ((each.name,) for each in clusters), places)


def _hours(result: Result) -> Section:
    """A year's hours from the nameplate down."""
    columns = (
        Column("stage", "stage"),
        Column("what", "what is left"),
        Column("hours", "hours", HOURS),
        Column("share", "of nameplate", SHARE),
    )
    text = ("Reserved hours are billed by the contract's own month and may pass the hours that are available.",)
    places = [("", "", of, f"{of} / ({NAMEPLATE})") for _, _, of in HOURS_OF]
    grid = filled(result, columns, (words for *words, _ in HOURS_OF), places)
    return Section("hours", "Hours of the first full year", grid=grid, text=text)


def _work(result: Result) -> Section:
    shown = FiguresOf(result)
    useful_hour = "lcoc_usd_per_accelerator_hour / goodput"
    figures = (
        shown("peak_tflops", "dense BF16 rate of an accelerator", "TFLOP/s", "plant.silicon.bf16_dense"),
        shown("mfu", "x share that a model uses (MFU)", "", "plant.silicon.mfu"),
        shown("goodput", "x goodput"),
        shown("useful_tflops", "= useful rate", "TFLOP/s", "useful_tflops"),
        shown("useful_tflops_per_grid_kw", "per kW from the grid", "TFLOP/s/kW", "useful_tflops_per_grid_kw"),
        shown("useful_pflop_days_per_year", "useful work of a year, all hours used", "PFLOP-day"),
        shown("lcoc_usd_per_accelerator_hour", "levelised cost of an available hour", PER_HOUR),
        shown("lcoc_usd_per_useful_hour", "of an hour of kept work", PER_HOUR, useful_hour),
        shown("lcoc_usd_per_pflop_day", "of a PFLOP-day of kept work", "USD/PFLOP-day"),
    )
    return Section("work", "Useful work and its cost", figures)


def _scaling(scaled: Scaling) -> Section:
    """What measured training runs say of the job's size; information, not a factor of the work above."""
    found, job = scaled.law, scaled.job
    figures = (
        Figure(
            "scaling_series",
            "measured series",
            found.series,
            note=f"MLPerf training, {found.points} sizes",
            of=worked("series of the library with jobs from the smallest size on", SMALLEST),
        ),
        Figure("scaling_half_accelerators", "size at which half of the work is lost", found.half, of=FITTED),
        Figure("scaling_job_accelerators", "accelerators of the reference job", job, of="job.accelerators"),
        Figure(
            "scaling_efficiency",
            "its efficiency",
            scaled.efficiency,
            note=f"{scaled.reference:,.0f} accelerators = 1",
            of=worked(
                "(1 + reference job / half size) / (1 + job / half size)",
                "job.accelerators",
                "output:scaling.scaling_half_accelerators",
                "training/default/reference_job",
            ),
        ),
        Figure(
            "scaling_error", "error of a series left out", found.error, note="root mean square, relative", of=FITTED
        ),
        Figure("scaling_largest_error", "largest", found.largest_error, of=FITTED),
    )
    text = [
        (
            "The same model to the same quality on more accelerators, in runs of minutes to hours: a long run with a "
            "large batch loses less. Not in the money: the MFU above stands for the job."
        ),
    ]
    if not found.smallest_size <= job <= found.largest_size:
        text.append(f"Measured from {found.smallest_size:,.0f} to {found.largest_size:,.0f}: the job lies outside.")
    return Section("scaling", "Scaling, as measured", figures, text=tuple(text))


def _elasticities(moved: Sequence[Elasticity]) -> Section:
    columns = (
        Column("driver", "one per cent more"),
        Column("lcoc_percent", "hour", "% of cost", of=_moved("lcoc_usd_per_accelerator_hour")),
        Column("work_cost_percent", "PFLOP-day", "% of cost", of=_moved("lcoc_usd_per_pflop_day")),
        Column("project_irr_points", "IRR", "points", of=_moved("project_irr")),
        Column("equity_irr_points", "equity IRR", "points", of=_moved("equity_irr")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple((item.label, *_changes(item)) for item in moved)
    words = (
        "hour, PFLOP-day: levelised cost of an available hour and of kept work. Returns: contract only; debt and "
        "service credits stand as they are."
    )
    return Section("elasticities", "What one per cent does", grid=Grid(columns, rows), text=(words,))


def _moved(name: str) -> Of:
    return worked(
        "half the change from one per cent less to one per cent more; of availability all of that from less", name
    )


def _changes(item: Elasticity) -> tuple[float, ...]:
    """In per cent and percentage points."""
    return tuple(100 * value for value in (item.cost, item.work_cost, item.project_irr, item.equity_irr))


def _kept(kept: Sequence[Kept]) -> Section:
    columns = (
        Column("gain", "one per cent of"),
        Column("worth_usd_per_year", "a year", "USD", of=worked(GAIN, *GAINED)),
        Column(
            "efficiency_kept_by_owner", "owner", SHARE, of=worked("change of EBITDA / what the gain is worth", *KEPT)
        ),
    )
    rows = tuple((item.label, item.worth_usd_per_year, item.share) for item in kept)
    text = ("Worth at the power cost and contract prices of the first full year; the buyer keeps the rest.",)
    return Section("kept", "Who keeps a gain in efficiency", grid=Grid(columns, rows), text=text)


def _months(result: Result) -> Section:
    """Hours month by month."""
    columns = (
        Column("month", "month"),
        Column("installed_hours", "installed", HOURS, of="running * accelerators_installed * hours"),
        Column("available_hours", "available", HOURS, of="available_hours"),
        Column("sold_hours", "sold", HOURS, of=SOLD),
        Column("useful_hours", "useful", HOURS, of=f"{SOLD} * goodput"),
    )
    live = np.asarray(result.runs["contract_only"].lines["running"]) > 0
    months = [name for name, there in zip(result.factory.timeline.names, live, strict=True) if there]
    grid = filled(result, columns, ((month,) for month in months), [Of(month=month) for month in months])
    return Section("months", "Month by month", grid=replace(grid, long=True))
