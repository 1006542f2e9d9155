"""C2: a job that needs all of its nodes waits for them; work between checkpoints as the file states it."""

from __future__ import annotations

from functools import cache
from math import expm1
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import computefactory as cf
from computefactory.plant.reliability import nodes_in_whole_jobs
from computefactory.registry import PAGES
from output.rigid import simulated
from small_factory import book_file

JOB = "operations.reliability.job."
SITE = {  # 8,192 at work and four nodes of four spare
    "silicon.accelerators": "8208",
    "silicon.spares": "16",
    "offtake.microsoft.accelerators": "8192",
    "capital.debt": None,
}
RIGID: dict[str, Any] = {f"{JOB}shrinks": False}


@cache
def iren(**changes: Any) -> cf.Result:
    return cf.run("iren-horizon", overrides={name.replace("__", "."): value for name, value in changes.items()})


def site(changes: dict[str, Any]) -> cf.Result:
    return iren(**{name.replace(".", "__"): value for name, value in (SITE | changes).items()})


def test_c02_a_rigid_job_by_simulation() -> None:
    """8,192 accelerators, four spare nodes: nodes up x goodput 0.890, a job that needs all of them 0.58 as simulated.

    The auditor's 0.891 and 0.562 are of a case whose spares are not told; 0.562 lies between three and four here.
    Detection that passes while the job waits is counted twice: the formula is a little below the simulation.
    """
    shrinks, rigid = site({}), site(RIGID)
    used = float(shrinks.known["node_availability"]) * float(shrinks.metrics["goodput"].value)
    assert used == pytest.approx(0.891, abs=2e-3)
    found = float(rigid.known["node_availability"]) * float(rigid.metrics["goodput"].value)
    terms, interval = rigid.factory.plant.reliability, rigid.known["job"].interval
    assert found == pytest.approx(simulated(2048, 4, terms, interval, 120_000), rel=0.02)
    assert found == pytest.approx(0.58, abs=5e-3)
    three = site(RIGID | {"silicon.accelerators": "8204", "silicon.spares": "12"})
    assert float(three.known["node_availability"]) * float(three.metrics["goodput"].value) < 0.562 < found


def test_c02_money_and_tokens_follow() -> None:
    """Useful work falls with goodput and costs more in proportion; an available hour costs the same."""
    shrinks, rigid = site({}), site(RIGID)
    share = float(rigid.metrics["goodput"].value) / float(shrinks.metrics["goodput"].value)
    assert share == pytest.approx(rigid.known["generation_whole_jobs"][0])
    for name, power in (("useful_pflop_days_per_year", 1), ("lcoc_usd_per_pflop_day", -1)):
        assert float(rigid.metrics[name].value) == pytest.approx(float(shrinks.metrics[name].value) * share**power)
    same = "lcoc_usd_per_accelerator_hour"
    assert float(rigid.metrics[same].value) == pytest.approx(float(shrinks.metrics[same].value))


def test_c02_jobs_that_share_a_site() -> None:
    """Nine jobs of 8,192 on 76,000 accelerators: the nodes that no whole job fills stand in, nothing waits."""
    assert iren(**{f"{JOB}shrinks".replace(".", "__"): False}).known["generation_whole_jobs"][0] == pytest.approx(1)


@pytest.mark.parametrize(("needed", "spares", "job"), [(10, 0, 10), (12, 2, 5), (100, 3, 7), (60, 4, 60), (9, 1, 1)])
@pytest.mark.parametrize("up", [0.4, 0.95, 0.999])
def test_c02_whole_jobs_by_every_state(needed: int, spares: int, job: int, up: float) -> None:
    """Summed over every number of nodes up by hand, from one node a job to a job of the whole site."""
    whole = needed // job
    expected = 0.0
    for state in range(needed + spares + 1):
        runs = min(whole, state // job)
        working = min(state, needed) if runs == whole else runs * job
        expected += binom.pmf(state, needed + spares, up) * working / needed
    assert nodes_in_whole_jobs(needed, spares, job, up) == pytest.approx(expected, rel=1e-9)
    several = nodes_in_whole_jobs(np.array([needed] * 2), spares, np.array([job, needed]), up)
    assert np.asarray(several)[0] == pytest.approx(expected, rel=1e-9)


def test_c02_spares_of_a_rack_carry_whole_racks() -> None:
    """With 64 of 72 in each rack a rigid job waits for racks that are short, more seldom than without."""
    racked = {
        "silicon.spares": None,
        "silicon.spares_in_rack": "8",
        "silicon.accelerators": "9216",
        "offtake.microsoft.accelerators": "8192",
    }
    found = site(RIGID | racked).known
    up = 1 / (1 + 24 * site(RIGID).factory.plant.reliability.failures)
    rack = binom.sf(15, 18, up)
    assert found["generation_whole_jobs"][0] * found["node_availability"] == pytest.approx(rack**128, rel=1e-6)


def test_c02_a_stated_interval() -> None:
    """An hour of work between checkpoints instead of 15.5 minutes: Daly's share there, the best printed beside."""
    best, stated = iren(), iren(**{f"{JOB}interval".replace(".", "__"): "1 hour"})
    terms, rate = stated.factory.plant.reliability, float(stated.known["job_failures"])
    share = rate / expm1(rate * (1 + terms.checkpoint_write))
    job = stated.known["job"]
    assert job.kept_of_checkpoints == pytest.approx(share)
    assert job.kept_at_best == pytest.approx(best.known["job"].kept_of_checkpoints)
    lost = float(stated.metrics["goodput"].value) / float(best.metrics["goodput"].value)
    assert lost == pytest.approx(share / job.kept_at_best)
    figures = {figure.name: figure for part in PAGES["output"](stated).sections for figure in part.figures}
    assert figures["stated_interval_minutes"].value == pytest.approx(60)
    assert figures["checkpoint_interval_minutes"].value == pytest.approx(15.51, abs=0.01)


@pytest.mark.parametrize(("changes", "said"), [({}, False), ({f"{JOB}interval": "2 weeks"}, True)])
def test_c02_a_job_that_keeps_nothing_is_warned_about(changes: dict[str, Any], said: bool) -> None:
    """Two weeks of work between checkpoints of a job that fails every six hours keep nothing: no word came out."""
    assert any(word.startswith("goodput") for word in cf.run("iren-horizon", overrides=changes).warnings) is said


def test_c02_a_batch_is_its_runs(tmp_path: Path) -> None:
    """Interval and size of the job over scenarios give what single runs give."""
    deal = "buyer: Microsoft, signed: 2025-11, accelerators: 900, price: 3 USD/accelerator-hour, tenor: 60 months"
    file = book_file(tmp_path, one=f"kind: take_or_pay, {deal}, starts: {{after: energised, lag: 1 month}}")
    varied = {f"{JOB}interval": [0.1, 2.0], f"{JOB}accelerators": [64.0, 256.0]}
    loaded = cf.load(file, overrides=RIGID)
    batch = cf.run_many(loaded, varied, keep=["goodput"])["goodput"]
    for k, found in enumerate(np.asarray(batch)):
        changes = {name: values[k] for name, values in varied.items()} | RIGID
        assert found == pytest.approx(cf.run(file, overrides=changes).metrics["goodput"].value, rel=1e-9)


def test_c02_a_landlord_has_no_job() -> None:
    """What is stated of jobs and nodes where tenants bring the silicon changes nothing, and a warning names it."""
    result = cf.run("core-scientific-590mw", overrides=RIGID)
    assert any(f"{JOB}shrinks changes nothing" in text for text in result.warnings)
