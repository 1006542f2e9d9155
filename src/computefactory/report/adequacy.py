"""The part of the page ``plant`` that asks whether the fabric is enough: published training runs on this factory."""

from __future__ import annotations

from computefactory.page import Cell, Column, Grid, Section, worked
from computefactory.studies.training import Adequacy

__all__ = ["sections"]

SHARE, GBPS, SECONDS = "%", "Gb/s", "s"
TIERS = ("scale_up.rate", "fabric_bill.leaf_rate", "fabric_bill.pod_rate", "fabric_bill.core_rate")
RATE = ("plant.silicon.bf16_dense", "plant.reliability.job")
MADE_OF = (*RATE, *TIERS)
EFFICIENCY = worked("computing / (computing + bubble + exposed)", *MADE_OF)


def sections(found: Adequacy | None) -> tuple[Section, ...]:
    """Need against guarantee at each tier, and what stays exposed."""
    return (_need(found), _exposed(found)) if found is not None else ()


def _need(found: Adequacy) -> Section:
    columns = (
        Column("run", "run"),
        Column("tier", "tier"),
        Column("need_gbps", "needs", GBPS, of=worked("traffic of the tier / time of computing", *MADE_OF)),
        Column("rate_gbps", "guaranteed", GBPS, of=worked("the tier's rate to all at once", *TIERS)),
        Column("use", "use", SHARE, of=worked("needs / guaranteed", *MADE_OF)),
        Column("enough", "enough"),
    )
    rows: list[tuple[Cell, ...]] = [
        (run.name, tier.name, need, tier.rate, need / tier.rate, "yes" if enough else "no")
        for run, step in zip(found.runs, found.steps, strict=True)
        for tier, need, enough in zip(found.tiers, step.need, step.enough, strict=True)
    ]
    text = (
        (
            "Needs: rate of an accelerator at which all traffic over the tier would just fit beside computing. "
            "Guaranteed: to all at once, placement not helping."
        ),
    )
    return Section("adequacy", "Is the fabric enough?", grid=Grid(columns, tuple(rows), key=(0, 1)), text=text)


def _exposed(found: Adequacy) -> Section:
    columns = (
        Column("run", "run"),
        Column("compute_s", "compute", SECONDS, of=worked("operations of a step / (accelerators x rate x MFU)", *RATE)),
        Column("communication_s", "traffic", SECONDS, of=worked("bytes over each tier / its rate", *MADE_OF)),
        Column("exposed_s", "exposed", SECONDS, of=worked("traffic that does not hide behind computing", *MADE_OF)),
        Column("exposed_share", "of step", SHARE, of=worked("exposed / (computing + bubble + exposed)", *MADE_OF)),
        Column("training_efficiency", "efficiency", SHARE, of=EFFICIENCY),
        Column("efficiency_low", "least", SHARE, of=EFFICIENCY),
        Column("efficiency_high", "most", SHARE, of=EFFICIENCY),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            run.name,
            step.compute,
            step.communication,
            step.exposed,
            step.exposed / (step.compute + step.bubble + step.exposed),
            step.efficiency,
            *(end.efficiency for end in between),
        )
        for run, step, between in zip(found.runs, found.steps, found.ends, strict=True)
    ]
    text = (
        (
            f"A step of the run on {found.job:,.0f} accelerators of this factory. Efficiency: computing over computing "
            "and what traffic adds to it; least and most by the range of the share that hides behind computing. Not in "
            "the money: the MFU of the silicon was measured on a good fabric."
        ),
    )
    return Section("exposed", "Time that traffic adds to a training step", grid=Grid(columns, tuple(rows)), text=text)
