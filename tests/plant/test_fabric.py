"""Fat trees against their identities and published bills; wiring by hand."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.errors import FactoryFileError
from computefactory.plant.fabric import fabric_of, reach, tree
from computefactory.plant.scale_up import scale_up


@pytest.fixture(scope="session")
def size(campus):
    """The bill of a number of accelerators at one port each."""

    def sized(accelerators, radix, rails=1.0, oversubscription=1.0, **changes):
        network = replace(
            campus.network, switch_radix=float(radix), rails=rails, oversubscription=oversubscription, **changes
        )
        return fabric_of(replace(campus.silicon, accelerators=float(accelerators)), network)

    return sized


@pytest.mark.parametrize("radix", [4, 16, 48, 64, 144])
def test_full_trees(size, radix):
    one, two, three = (size(n, radix) for n in (radix, radix**2 // 2, radix**3 // 4))
    assert (one.tiers, two.tiers, three.tiers) == (1, 2, 3)
    assert one.switches == 1
    assert two.switches == 3 * radix / 2
    assert three.switches == 5 * radix**2 / 4
    assert (one.links, two.links, three.links) == (radix, 2 * radix**2 / 2, 3 * radix**3 / 4)
    assert [bill.least_switches for bill in (one, two, three)] == [1, two.switches, three.switches]


@pytest.mark.parametrize("radix", [64, 128, 144])
def test_reach(campus, radix):
    network = replace(campus.network, switch_radix=float(radix), oversubscription=1.0)
    assert [reach(network, 800.0, tiers) for tiers in (1, 2, 3)] == [radix, radix**2 / 2, radix**3 / 4]


def test_one_endpoint_too_many_takes_the_next_tier(size):
    assert size(2048, 64).tiers == 2
    assert size(2049, 64).tiers == 3
    assert size(65536, 64).tiers == 3
    with pytest.raises(FactoryFileError, match="65,536 endpoints"):
        size(65537, 64)


@pytest.mark.parametrize(
    ("accelerators", "switches"),
    # 400G InfiniBand, radix 64, eight rails: counts of the reference facts (interconnect, 2024-08)
    [(512, 8), (1024, 48), (16384, 768), (32768, 2560), (104858, 8192)],
)
def test_published_counts(size, accelerators, switches):
    bill = size(accelerators, 64, rails=8.0)
    assert bill.least_switches == pytest.approx(switches, rel=0.001)
    # full trees are built as counted; the largest is not full, and the published count is 5N/k
    assert bill.switches == (switches if accelerators < 100_000 else 8656)


@pytest.mark.parametrize(("nodes", "leaves", "spines"), [(31, 8, 4), (63, 16, 8), (95, 24, 16), (127, 32, 16)])
def test_a_vendors_reference_bill(size, nodes, leaves, spines):
    """DGX SuperPOD H100, one to four scalable units: leaves by rail under common spines."""
    bill = size(8 * nodes, 64, rails=8.0, fabric="rail_leaves")
    assert (bill.leaves, bill.spines, bill.cores) == (leaves, spines, 0)


def test_pods_of_a_public_cluster(size):
    """24,576 accelerators in pods of 3,072 with a seventh of the bandwidth between pods."""
    bill = size(24576, 128, fabric="fat_tree", pod=3072.0, core_oversubscription=7.0)
    assert (bill.tiers, bill.pods, bill.pod_accelerators) == (3, 8, 3072)
    assert bill.pod_rate == 800
    assert bill.core_rate == pytest.approx(800 / 7)
    full = size(24576, 128, fabric="fat_tree", pod=3072.0)
    assert (bill.leaves, bill.spines) == (full.leaves, full.spines)
    # 48 leaves a pod on 64 spines: 48 or 7 links up each, 128 / 8 of every pod on a core
    assert (full.cores, bill.cores) == (64 * 48 / 16, 64 * 7 / 16)


def wired(one, radix, down):
    """Every switch has the ports that its links need, and two leaves or pods can use all uplinks between them."""
    if one.tiers == 1:
        return one.endpoint_links <= radix
    up = radix - down
    per_pod = ceil(one.leaves / one.pods)
    spines = one.spines // one.pods
    most = ceil(up / spines)  # links of a leaf to one spine
    spine_down = most * per_pod
    if one.tiers == 2:
        return spine_down <= radix and spines * (radix // one.leaves) >= up
    upward = one.core_links // one.spines
    return (
        spine_down + upward <= radix
        and upward * spines >= up * per_pod
        and one.cores * (radix // one.pods) >= spines * upward  # each core takes the same of every pod
        and one.spines * spine_down >= one.leaf_links
    )


@given(st.integers(2, 3000), st.sampled_from([8, 32, 64, 63, 144]), st.integers(1, 3))
def test_no_fabric_is_short_of_ports_or_bandwidth(leaves, radix, oversubscription):
    down = radix * oversubscription // (1 + oversubscription)
    if leaves > radix * (radix // 2):
        return
    one = tree(leaves * down, leaves, radix, down, leaves if leaves <= radix else radix // 2, 1.0)
    assert wired(one, radix, down)


@given(st.integers(1, 60000), st.sampled_from([32, 64, 144]), st.sampled_from([1.0, 2.0, 8.0]))
def test_counts_are_never_below_the_identity(size, accelerators, radix, rails):
    try:
        bill = size(accelerators, radix, rails)
    except FactoryFileError:
        assert accelerators / rails > radix**3 / 4 - 1
        return
    assert bill.switches >= bill.least_switches - 1e-9
    assert bill.endpoints >= accelerators
    assert bill.transceivers == 2 * bill.links
    assert bill.leaf_rate == bill.pod_rate == bill.core_rate


def test_oversubscription_saves_switches_above_the_leaves(size):
    full, thin = size(16384, 64, 8.0), size(16384, 64, 8.0, oversubscription=3.0)
    assert thin.switches < full.switches
    # one to three: 48 ports down, 16 up; 2,048 endpoints a rail on 43 leaves, one link to each of 16 spines
    assert thin.switches == 8 * (43 + 16)
    assert (thin.leaf_rate, thin.pod_rate) == (800, 800 / 3)


def test_a_faster_port_is_split_and_a_slower_one_doubled(campus, size):
    split = size(8192, 64, fabric="fat_tree", port_rate=1600.0)  # 128 ports at 800: 8,192 in two tiers
    assert (split.tiers, split.switches) == (2, 192)
    assert split.transceiver_cost_usd == pytest.approx(2 * 2 * 8192 * campus.network.transceiver_price / 2)
    doubled = size(1024, 64, fabric="fat_tree", port_rate=400.0)
    assert (doubled.endpoints, doubled.nics, doubled.tiers) == (2048, 2048, 2)


def test_power_and_cost_are_those_of_the_parts(campus, size):
    bill, network = size(2048, 64), campus.network
    # 4,096 links; the 2,048 modules in network cards stand in the racks' design power
    assert bill.power_kw == pytest.approx(96 * network.switch_power + 6144 * network.transceiver_power)
    assert bill.cost_usd == pytest.approx(
        96 * network.switch_price
        + 8192 * network.transceiver_price
        + 4096 * network.fibre_price
        + 2048 * network.nic_price
    )


def test_copper_to_the_leaf_saves_its_optics(campus, size):
    fibre, copper, network = size(2048, 64), size(2048, 64, copper_share=1.0), campus.network
    assert (copper.copper_links, copper.transceivers) == (2048, 4096)
    assert fibre.power_kw - copper.power_kw == pytest.approx(2048 * network.transceiver_power)
    saved = 4096 * network.transceiver_price + 2048 * (network.fibre_price - network.copper_price)
    assert fibre.cost_usd - copper.cost_usd == pytest.approx(saved)


def test_optics_in_place_of_the_copper_of_a_rack(campus):
    """Published for GB200 NVL72: 648 twin-port modules, 19.4 kW, 550,800 USD."""
    found = scale_up(campus.silicon, campus.network)
    assert (found.optics, found.optics_power_kw, found.optics_cost_usd) == (648, pytest.approx(19.44), 550_800)
    assert (found.domains, found.racks_of_domain, found.over_scale_out) == (1055, 1, 9)


def test_a_pod_too_small_is_blamed_for_itself(size):
    """16,384 on leaves of 32: 512 leaves; pods of one leaf are 512, and a core switch has 64 ports."""
    with pytest.raises(FactoryFileError, match=r"interconnect\.pod") as caught:
        size(16384, 64, fabric="fat_tree", pod=8.0)
    (problem,) = caught.value.problems
    assert problem.path == "interconnect.pod"
    assert "at least 256" in problem.expected  # eight leaves a pod
    assert size(16384, 64, fabric="fat_tree", pod=256.0).pods == 64
    with pytest.raises(FactoryFileError, match=r"interconnect\.pod"):
        size(16384, 64, fabric="fat_tree", pod=255.0)
