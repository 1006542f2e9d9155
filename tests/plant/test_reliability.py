"""Availability against exact chains, goodput against search, quadrature and Young's interval."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import lambertw
from scipy.stats import binom

from computefactory.plant.reliability import (
    all_available,
    best_interval,
    checkpoint_interval,
    goodput_of,
    nodes_available,
)


@given(st.floats(1e-8, 1e-1), st.floats(0.1, 1000))
def test_one_node(failures, repair):
    assert nodes_available(1, 0, failures, repair) == pytest.approx((1 / repair) / (failures + 1 / repair))


@given(st.floats(1e-5, 0.02), st.floats(1, 100))
def test_one_node_and_a_spare_by_the_chain_written_out(failures, repair):
    generator = np.array(  # states: 0, 1, 2 nodes up
        [
            [-2 / repair, 2 / repair, 0],
            [failures, -failures - 1 / repair, 1 / repair],
            [0, 2 * failures, -2 * failures],
        ]
    )
    balance = np.vstack([generator.T, np.ones(3)])
    state = np.linalg.lstsq(balance, np.array([0, 0, 0, 1.0]), rcond=None)[0]
    assert nodes_available(1, 1, failures, repair) == pytest.approx(state[1] + state[2], rel=1e-9)


@pytest.mark.parametrize(("needed", "spares"), [(10, 2), (1000, 10), (9500, 48), (50000, 400)])
@pytest.mark.parametrize("repair", [4.0, 24.0, 200.0])
def test_any_size_against_scipy(needed, spares, repair):
    failures = 0.00379 / 24
    up = 1 / (1 + failures * repair)
    states = np.arange(needed + spares + 1)
    expected = (np.minimum(states, needed) * binom.pmf(states, needed + spares, up)).sum() / needed
    assert nodes_available(needed, spares, failures, repair) == pytest.approx(expected, rel=1e-9)


def test_spares_help_and_never_beyond_one():
    values = [nodes_available(1000, spares, 1e-3, 24.0) for spares in (0, 5, 20, 40, 100)]
    assert np.all(np.diff(values) > 0)
    assert values[-1] <= 1
    assert nodes_available(1000, 10, 0.0, 24.0) == 1


def test_availability_multiplies_common_causes(campus, run, timeline):
    known, reliability = run(campus, timeline), campus.reliability
    nodes = 1 / (1 + reliability.failures * reliability.repair)
    assert known["availability"] == pytest.approx(nodes * 0.9995 * 0.999 * 0.995, rel=1e-12)
    spared = replace(campus, silicon=replace(campus.silicon, spares=800.0))
    assert run(spared, timeline)["node_availability"] > nodes
    assert run(spared, timeline)["accelerators_active"] == 75200


@given(st.floats(1e-6, 20))
def test_interval_is_lambert(overhead):
    expected = 1 + lambertw(-exp(-1 - overhead)).real
    # scipy's own W0 is good to about sqrt(eps) next to the branch point
    assert best_interval(overhead) == pytest.approx(expected, rel=1e-6)
    u = best_interval(overhead)
    assert (u - 1) * exp(u - 1) == pytest.approx(-exp(-1 - overhead), rel=1e-9)


@given(st.floats(1e-12, 1e-5))
def test_interval_is_young_for_short_writes(overhead):
    assert best_interval(overhead) == pytest.approx((2 * overhead) ** 0.5, rel=3e-3)


def ettr(interval, failures, write, restart):
    """Expected kept share, exponential failures, restart after each: the published form."""
    return failures * interval / (exp(failures * restart) * np.expm1(failures * (interval + write)))


@given(st.floats(1e-3, 1.0), st.floats(1e-3, 0.5), st.floats(0, 1))
def test_goodput_is_the_best_over_all_intervals(campus, failures, write, restart):
    reliability = replace(campus.reliability, checkpoint_write=write, restart=restart, detect=0.0)
    found = minimize_scalar(
        lambda log: -ettr(exp(log), failures, write, restart),
        bounds=(-15, 8),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert goodput_of(failures, reliability) == pytest.approx(-found.fun, rel=1e-7)
    interval = checkpoint_interval(failures, reliability)
    assert ettr(interval, failures, write, restart) == pytest.approx(goodput_of(failures, reliability), rel=1e-9)


def test_goodput_by_simulation(campus):
    """Segments of work and write until one fits between failures: the renewal argument, drawn at random."""
    failures, write, restart = 0.2, 0.05, 0.3
    reliability = replace(campus.reliability, checkpoint_write=write, restart=restart, detect=0.0)
    interval = checkpoint_interval(failures, reliability)
    rng = np.random.default_rng(1)
    kept, elapsed = 0.0, 0.0
    for gap in rng.exponential(1 / failures, 200_000):
        usable = max(gap - restart, 0.0)  # the restart itself can fail: then nothing is kept
        kept += np.floor(usable / (interval + write)) * interval
        elapsed += gap
    assert kept / elapsed == pytest.approx(goodput_of(failures, reliability), rel=5e-3)


def test_detection_costs_its_share_of_the_time_between_failures(campus):
    quick = replace(campus.reliability, detect=0.0)
    slow = replace(campus.reliability, detect=2.0)
    assert goodput_of(0.25, slow) / goodput_of(0.25, quick) == pytest.approx(4 / (4 + 2))


def test_nothing_fails_nothing_is_lost(campus):
    assert goodput_of(0.0, campus.reliability) == 1
    assert checkpoint_interval(0.0, campus.reliability) == inf
    assert goodput_of(100.0, replace(campus.reliability, checkpoint_write=10.0)) == pytest.approx(0, abs=1e-6)


def test_the_job_is_no_larger_than_the_site(hall, campus, run, timeline):
    per_accelerator = campus.reliability.failures / 8
    assert run(campus, timeline)["job_failures"] == pytest.approx(8192 * per_accelerator)
    assert run(hall, timeline)["job_failures"] == pytest.approx(3200 * per_accelerator)


@pytest.mark.parametrize(("needed", "spares"), [(16, 2), (100, 0), (1000, 10), (9500, 48)])
@pytest.mark.parametrize("repair", [4.0, 24.0, 200.0])
def test_chance_that_all_are_up_against_scipy(needed, spares, repair):
    failures = 0.00379 / 24
    up = 1 / (1 + failures * repair)
    expected = binom.sf(needed - 1, needed + spares, up)
    assert all_available(needed, spares, failures, repair) == pytest.approx(expected, rel=1e-8)


@given(st.integers(1, 400), st.integers(0, 20), st.floats(1e-6, 1e-2), st.floats(0.5, 300))
def test_availability_is_a_share_that_grows_with_spares_and_quick_repair(needed, spares, failures, repair):
    base = nodes_available(needed, spares, failures, repair)
    assert 0 < base <= 1
    assert nodes_available(needed, spares + 1, failures, repair) >= base - 1e-12
    assert nodes_available(needed, spares, failures, repair * 2) <= base + 1e-12
    chance = all_available(needed, spares, failures, repair)
    assert 0 <= chance <= base + 1e-12  # all up implies each up
    assert all_available(needed, spares + 1, failures, repair) >= chance - 1e-12


def test_spares_of_a_rack_stand_in_for_that_rack_only(campus, run, timeline):
    """64 of 72: 16 nodes needed of 18; a pool of as many spares for the whole site does better."""
    nodes = replace(campus.silicon, accelerators=72000.0, accelerators_per_node=4.0)
    racked = replace(campus, silicon=replace(nodes, spares=8000.0, spares_in_rack=8.0))
    pooled = replace(campus, silicon=replace(nodes, spares=8000.0))
    rate, repair = campus.reliability.failures, campus.reliability.repair
    found = run(racked, timeline)
    assert found["accelerators_active"] == 64000
    assert found["node_availability"] == pytest.approx(nodes_available(16, 2, rate, repair), rel=1e-12)
    assert found["all_nodes_up"] == pytest.approx(all_available(16, 2, rate, repair) ** 1000, rel=1e-9)
    assert run(pooled, timeline)["node_availability"] >= found["node_availability"]


def test_where_the_jobs_time_goes_multiplies_to_goodput(campus, run, timeline):
    known = run(campus, timeline)
    job = known["job"]
    product = job.kept_of_checkpoints * job.kept_of_restarts * job.kept_of_detection
    assert product == pytest.approx(known["goodput"], rel=1e-12)
    assert job.mean_time_to_failure == pytest.approx(1 / known["job_failures"])
    assert job.young_interval == pytest.approx(job.checkpoint_interval, rel=0.05)
