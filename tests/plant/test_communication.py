"""Traffic of a training step by hand; what a thinner fabric does to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.library import Library
from computefactory.plant.communication import Tier, flows, tiers, training_step
from computefactory.plant.fabric import fabric_of
from computefactory.plant.scale_up import scale_up
from computefactory.studies.training import runs, training

LIBRARY = Library.load()
RUNS = [training(LIBRARY, name) for name in runs(LIBRARY)]
PLAIN = replace(
    RUNS[0],
    parameters=1e9,
    active_parameters=1e9,
    expert_parameters=0.0,
    expert_layers=0.0,
    layers=10.0,
    width=1000.0,
    batch=1e6,
    sequence=1000.0,
    tensor=1.0,
    pipeline=1.0,
    expert_group=1.0,
    expert_copies=0.0,
    kernel_share=0.5,
    gradient_bytes=2.0,
    weight_bytes=2.0,
    activation_bytes=2.0,
    overlap=0.75,
    tensor_overlap=0.0,
)
NETWORK = (Tier("domain", 1.0, 4000.0), Tier("leaf", 8.0, 400.0), Tier("core", 64.0, 100.0))


def sent(run, accelerators, group=1.0):
    return {flow.name: flow.crossing(group) for flow in flows(run, accelerators)}


@pytest.mark.parametrize("accelerators", [2.0, 8.0, 1000.0])
def test_a_ring_of_replicas(accelerators):
    """2 P bytes (n - 1) / n, and nothing else with neither layers nor stages spread."""
    found = sent(PLAIN, accelerators)
    assert found.pop("replicas") == pytest.approx(2 * 1e9 * 2 * (accelerators - 1) / accelerators, rel=1e-12)
    assert set(found.values()) == {0.0}


def test_a_layer_and_its_stages():
    """Tensor 4 in pipeline 5 on 40: two replicas of half a million tokens."""
    run = replace(PLAIN, tensor=4.0, pipeline=5.0, chunks=2.0)
    found = sent(run, 40.0)
    tokens = 5e5 * 1000 * 2  # bytes of activations of a replica
    assert found["layer"] == pytest.approx(4 * 2 * (3 / 4) * 2 * tokens, rel=1e-12)  # two layers a stage
    assert found["stages"] == pytest.approx(2 * 2 * tokens / 4 * (4 / 5), rel=1e-12)
    assert found["replicas"] == pytest.approx(1e9 / 20 * 4 * (1 / 2), rel=1e-12)


def test_experts_exchange_tokens():
    """Every token goes to three experts of eight: there and back, forward and backward, in each of four layers."""
    run = replace(PLAIN, expert_parameters=8e8, expert_layers=4.0, expert_group=8.0, expert_copies=3.0)
    found = sent(run, 16.0)
    assert found["experts"] == pytest.approx(4 * 4 * 3 * (1e6 / 16) * 1000 * 2 * (7 / 8), rel=1e-12)
    whole = found["replicas, near"] + found["replicas"]
    assert whole == pytest.approx(2e8 * 4 * (15 / 16) + 1e8 * 4 * (1 / 2), rel=1e-12)  # rings of sixteen and of two
    assert sent(run, 16.0, 8.0)["experts"] == 0  # the group fits below eight


def test_a_step_by_hand():
    """128 replicas: 4 GB less what stays near, a quarter of it exposed, the core the slowest."""
    step = training_step(PLAIN, 128.0, 1.0, NETWORK)
    compute = 6 * 1e9 * 1e6 / 128 / (1e12 * 0.5)
    over_leaf, over_core = (4e9 * (1 - group / 128) * 8e-9 for group in (8, 64))
    assert step.compute == pytest.approx(compute, rel=1e-12)
    assert step.communication == pytest.approx(max(over_leaf / 400, over_core / 100), rel=1e-12)
    assert step.exposed == pytest.approx(step.communication / 4, rel=1e-12)
    assert step.efficiency == pytest.approx(compute / (compute + step.exposed), rel=1e-12)
    assert step.need[1:] == pytest.approx((over_leaf / compute, over_core / compute), rel=1e-12)
    assert step.bubble == 0
    assert step.mfu == pytest.approx(0.5 * step.efficiency, rel=1e-12)


def test_no_more_hides_than_there_is_computing():
    step = training_step(PLAIN, 128.0, 1e6, NETWORK)  # computing takes next to nothing
    assert step.exposed == pytest.approx(step.communication - step.compute, rel=1e-9)
    assert not all(step.enough)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_one_accelerator_exposes_nothing(run):
    step = training_step(run, 1.0, 1000.0, NETWORK)
    assert (step.communication, step.exposed, step.bubble) == (0, 0, 0)
    assert step.efficiency == 1
    assert set(step.need) == {0.0}


def built(site, **changes):
    network = replace(site.network, **changes)
    return tiers(scale_up(site.silicon, network), fabric_of(site.silicon, network), site.silicon)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
@pytest.mark.parametrize("name", ["oversubscription", "core_oversubscription"])
def test_doubling_oversubscription_lowers_efficiency(campus, run, name):
    found = [
        training_step(run, 65536.0, campus.silicon.bf16_dense, built(campus, pod=4096.0, **{name: ratio})).efficiency
        for ratio in (1.0, 2.0, 4.0, 8.0, 16.0)
    ]
    assert all(thin < full for full, thin in pairwise(found))


@given(st.sampled_from(RUNS), st.floats(1, 1e5), st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0, 0.9))
def test_faster_is_never_worse(run, accelerators, leaf, core, near):
    def efficiency(leaf, core, near):
        found = (Tier("domain", 1.0, 7200.0), Tier("leaf", 8.0, leaf), Tier("core", 64.0, core))
        return training_step(replace(run, kept_near=near), accelerators, 989.0, found).efficiency

    base = efficiency(leaf, core, near)
    assert 0 < base <= 1
    for better in (efficiency(2 * leaf, core, near), efficiency(leaf, 2 * core, near), efficiency(leaf, core, 0.95)):
        assert better >= base - 1e-12


def test_utilisation_of_a_public_run_falls_as_measured(hall):
    """Llama 3 405B, 8,192 to 16,384 H100: 43 to 41 per cent; a ratio of 0.953, within a twentieth."""
    site = replace(
        hall,
        silicon=replace(hall.silicon, accelerators=24576.0),
        network=replace(hall.network, fabric="fat_tree", rails=1.0, switch_radix=128.0, pod=3072.0),
    )
    run = next(run for run in RUNS if run.name == "Llama 3 405B")
    for ratio in (1.0, 7.0):
        found = built(site, core_oversubscription=ratio)
        small, large = (training_step(run, size, 989.0, found).mfu for size in (8192.0, 16384.0))
        assert large / small == pytest.approx(0.41 / 0.43, rel=0.05)
        assert small == pytest.approx(0.43, rel=0.15)
