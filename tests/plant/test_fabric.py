"""Fat trees against their identities and published counts."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.errors import FactoryFileError
from computefactory.plant.fabric import fabric_bill, reach


@pytest.fixture(scope="session")
def size(campus):
    def sized(accelerators, radix, rails=1.0, oversubscription=1.0):
        network = replace(campus.network, switch_radix=float(radix), rails=rails, oversubscription=oversubscription)
        return fabric_bill(replace(campus.silicon, accelerators=float(accelerators)), network)

    return sized


@pytest.mark.parametrize("radix", [4, 16, 48, 64, 144])
def test_full_trees(size, radix):
    one, two, three = (size(n, radix) for n in (radix, radix**2 // 2, radix**3 // 4))
    assert (one.tiers, two.tiers, three.tiers) == (1, 2, 3)
    assert one.switches == 1
    assert two.switches == 3 * radix / 2
    assert three.switches == 5 * radix**2 / 4
    assert (one.links, two.links, three.links) == (radix, 2 * radix**2 / 2, 3 * radix**3 / 4)


@pytest.mark.parametrize("radix", [64, 128, 144])
def test_reach(campus, radix):
    network = replace(campus.network, switch_radix=float(radix), oversubscription=1.0)
    assert [reach(network, tiers) for tiers in (1, 2, 3)] == [radix, radix**2 / 2, radix**3 / 4]


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
    assert size(accelerators, 64, rails=8.0).switches == pytest.approx(switches, rel=0.01)


def test_published_counts_are_those_of_the_facts(shared):
    with (shared / "facts" / "interconnect.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] == "count" and row["key"] == "switches"]
    counts = {float(row["item"].split(" ")[0].replace(",", "")): float(row["value"]) for row in rows}
    assert counts == {512: 8, 1024: 48, 16384: 768, 32768: 2560, 104858: 8192}


@given(st.integers(1, 60000), st.sampled_from([32, 64, 144]), st.sampled_from([1.0, 2.0, 8.0]))
def test_counts_are_never_below_the_identity(size, accelerators, radix, rails):
    try:
        bill = size(accelerators, radix, rails)
    except FactoryFileError:
        assert accelerators / rails > radix**3 / 4 - 1
        return
    each = {1: 1, 2: 3, 3: 5}[bill.tiers]
    assert bill.switches >= each * accelerators / radix - 1e-9
    assert bill.endpoints >= accelerators
    assert bill.transceivers == 2 * bill.links


def test_oversubscription_saves_switches_above_the_leaves(size):
    full, thin = size(16384, 64, 8.0), size(16384, 64, 8.0, oversubscription=3.0)
    assert thin.switches < full.switches
    # one to three: 48 ports down, 16 up; 2,048 endpoints a rail on 43 leaves, 43 x 16 / 64 = 10.75 spines
    assert thin.switches == 8 * (43 + 11)


def test_power_and_cost_are_those_of_the_parts(campus, size):
    bill = size(2048, 64)
    network = campus.network
    assert bill.power_kw == pytest.approx(96 * network.switch_power + 8192 * network.transceiver_power)
    assert bill.cost_usd == pytest.approx(
        96 * network.switch_price + 8192 * network.transceiver_price + 2048 * network.nic_price
    )
