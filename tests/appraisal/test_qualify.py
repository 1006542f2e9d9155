"""What the shipped factories qualify for, and what moves it."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory.appraisal import qualification_of
from computefactory.qualification.definition import definition


def test_a_factory_needs_no_cure_and_the_old_hall_needs_another_building(iren, legacy):
    good, bad = qualification_of(iren), qualification_of(legacy)
    assert not any(good.cures.values())
    assert good.cure == (0, 0, 0)
    cost = {cure.what.partition(":")[0]: cure for cures in bad.cures.values() for cure in cures}
    assert bad.cures["liquid"][0].cost.value == 8e3 * 11_000  # 8 MW of a new liquid-cooled hall
    assert len(bad.cures["density"]) == 2  # both readings of what a refit costs
    assert not cost["speculative capex"].curable
    low, high, months = bad.cure
    assert 88e6 < low < high < 120e6  # the new building and the connection, no refit beside it
    assert months == 42  # the wait for a connection in Texas


def test_definition_has_six_lines(iren):
    lines = definition(iren)
    assert list(lines) == ["workload", "binding", "inputs", "process", "output", "owner"]
    assert "76,000 accelerators in GB300 NVL72" in lines["inputs"]


def test_what_the_file_states_becomes_shown(iren):
    before = qualification_of(iren).technical
    assert before.rate == (0, 1)
    stated = {
        "build.halls.horizon.rack_mass_limit": "1800 kg",
        "build.halls.horizon.feed_voltage": "480 V",
        "site.fibre_latency": "0.4 ms",
        "operations.reliability.facility": "99.995 %",
    }
    assert set(before.not_shown) == {"rack_mass", "feed_voltage", "fibre_latency", "availability"}
    after = cf.qualify("iren-horizon", overrides=stated).technical
    assert (after.rate, after.not_shown) == ((1, 1), [])
    worse = cf.qualify("iren-horizon", overrides={**stated, "site.fibre_latency": "3 ms"}).technical
    assert worse.rate == (0, 0)


def test_halls_are_judged_one_by_one():
    halls = {
        "build.halls.horizon.it_capacity": "150 MW",
        "build.halls.annex.it_capacity": "50 MW",
        "build.halls.annex.rack_limit": "140 kW",
        "build.halls.annex.cost": "15 million USD/MW",
    }
    found = cf.qualify("iren-horizon", overrides=halls, specification="nvidia-blackwell")
    assert {hall.name: hall.it_capacity for hall in found.technical.halls} == {"horizon": 150e3, "annex": 50e3}
    assert found.defences["next"].share == 0


def test_the_next_generation_fits_a_hall_built_for_it():
    assert cf.qualify("iren-horizon").defences["next"].share == 0  # 230 kW against 200
    bigger = cf.qualify("iren-horizon", overrides={"build.halls.horizon.rack_limit": "250 kW"})
    assert bigger.defences["next"].share in (0, 1)
    cooling = float(bigger.result.factory.plant.cooling[0].rack_limit)
    assert bigger.defences["next"].share == float(cooling >= 230)


def test_json_is_finite_and_whole(legacy, iren):
    for result in (legacy, iren):
        found = json.loads(json.dumps(qualification_of(result).as_dict(), allow_nan=False))
        assert found["kind"] == "qualification"
        assert set(found["specifications"]) == {"density", "liquid", "power", "offtake"}
        assert {"definition", "technical_qualification", "defensibility", "conventional_card"} <= found.keys()
        assert found["technical_qualification"]["recalled"] == 9


def test_a_power_price_above_the_region_costs_its_gap_a_year(legacy):
    lines = legacy.runs["contract_only"].lines
    gap = lines["power_cost_usd_per_grid_kwh"] - legacy.factory.thresholds.power_price
    cures = qualification_of(legacy).cures["power"]
    assert cures[1].yearly == pytest.approx(gap * lines["grid_energy_of_year"])


def test_a_landlord_shows_what_its_tenants_show():
    """Tenants pay their own power, so no price is shown; 590 MW of 120 kW racks hold 4,916 domains of a rack each."""
    found = cf.qualify("core-scientific-590mw")
    checks = {check.name: check for item in found.verdict.specifications for check in item.checks}
    price = next(check for name, check in checks.items() if name.startswith("all-in power"))
    assert (price.value, price.margin, price.fails) == (None, None, False)
    assert checks["workload in full scale-up domains"].value == pytest.approx(590e3 / 120)
    assert {item.name: item.result for item in found.verdict.specifications}["power"] == "not shown"
    assert not any(found.cures.get("power", ()))
    for kept in (found.as_dict(), found.result.as_dict()):
        json.dumps(kept, allow_nan=False)
