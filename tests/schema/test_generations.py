"""Two generations of silicon at one site: halves of one are the whole, what differs adds up, nonsense is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.registry import PAGES

PHASES = {"one": "2026-03", "two": "2026-06", "three": "2026-09", "four": "2026-12"}
LATER = ("three", "four")
NO_FABRIC_POWER = {"switch_power": "0 kW", "transceiver_power": "0 kW"}  # a fabric of half the size is not half of it


def site() -> dict[str, Any]:
    """IREN Horizon in four phases with a hall each, every hall of one generation."""
    file = YAML(typ="safe").load((files("computefactory") / "factories" / "iren-horizon.yaml").read_text())
    del file["power"]["energised"], file["sources"]
    hall = file["build"]["halls"].pop("horizon") | {"it_capacity": "50 MW"}
    file["build"]["halls"] = {name: dict(hall) for name in PHASES}
    file["phases"] = {name: {"energised": month, "power": "75 MW", "halls": [name]} for name, month in PHASES.items()}
    file["interconnect"] |= NO_FABRIC_POWER
    return file


def halved(file: dict[str, Any], **other: Any) -> dict[str, Any]:
    """The same with the silicon of the last two phases as a generation of its own, sold by a contract of its own."""
    found = deepcopy(file)
    found["silicon"] |= {"accelerators": 38000, "total_price": "2.905 bn USD"}
    found["generations"] = {"second": found["silicon"] | other}
    for name in LATER:
        found["phases"][name]["generation"] = "second"
    whole = found["offtake"].pop("microsoft") | {"accelerators": 38000, "total_value": "4.85 bn USD"}
    found["offtake"] = {"a": whole | {"phases": ["one", "two"]}, "b": whole | {"generation": "second"}}
    return found


@pytest.fixture
def run(tmp_path):
    """A run of a file given as a mapping."""

    def result(file: dict[str, Any], **terms: Any) -> cf.Result:
        path = tmp_path / "factory.yaml"
        path.write_text(json.dumps(file, default=str))
        return cf.run(path, **terms)

    return result


def numbers(result: cf.Result) -> dict[str, float]:
    """Every metric that is a number, and every return of every case."""
    found = {name: item.value for name, item in result.metrics.items() if isinstance(item.value, float)}
    returns = {f"{case} {name}": item.value for case, row in result.returns.items() for name, item in row.items()}
    return found | {name: value for name, value in returns.items() if isinstance(value, float)}


def test_two_equal_generations_of_half_the_size_are_one(run):
    one, two = run(site()), run(halved(site()))
    left, right = numbers(one), numbers(two)
    for name, value in left.items():
        assert right[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
    for line in ("available_hours", "grid_energy", "power_cost", "silicon_support", "cfads", "silicon_value"):
        for case in ("contract_only", "full_life", "unit_cost"):
            np.testing.assert_allclose(one.runs[case].lines[line], two.runs[case].lines[line], rtol=1e-9, atol=1e-3)


def mixed() -> dict[str, Any]:
    """A liquid-cooled generation, and beside it from 2026-09 an older one in racks of a quarter of the power."""
    file = halved(site())
    file["build"]["spending"]["duration"] = "10 months"
    del file["interconnect"]["switch_power"], file["interconnect"]["transceiver_power"]
    file["generations"]["second"] = {
        "system": "GB200 NVL72",
        "accelerators": 20000,
        "price": "40000 USD/GPU",
        "delivered": {"after": "energised", "lag": "0 months"},
        "paid": {"before_delivery": "2 months"},
        "economic_life": "48 months",
        "book_life": "48 months",
        "utilisation": "70 %",
        "market_price": "2.10 USD/GPU-hour",
        "refresh": ["40 months"],
    }
    other = {"accelerators": 18000, "price": "2.40 USD/GPU-hour", "generation": "second"}
    kept = {name: value for name, value in file["offtake"]["b"].items() if name not in ("total_value", "prepayment")}
    file["offtake"]["b"] = kept | other
    return file


@pytest.fixture
def two(run):
    return run(mixed())


def alone(file: dict[str, Any], generation: str) -> dict[str, Any]:
    """The part of a mixed site that holds one generation."""
    found = deepcopy(file)
    (other,) = found.pop("generations").values()
    kept = [name for name, phase in found["phases"].items() if ("generation" in phase) == (generation == "second")]
    found["phases"] = {name: found["phases"][name] for name in kept}
    found["build"]["halls"] = {name: found["build"]["halls"][name] for name in kept}
    for phase in found["phases"].values():
        phase.pop("generation", None)
    if generation == "second":
        found["silicon"] = other
        found["silicon"].pop("market_price")
    contract = found["offtake"]["b" if generation == "second" else "a"]
    contract.pop("generation", None)
    contract.pop("phases", None)
    found["offtake"] = {"only": contract}
    return found


def test_a_mixed_site_is_the_sum_of_its_parts(two, run):
    """Racks, IT load, fabrics, silicon, hours and revenue of two sites of one generation each are the mixed one."""
    parts = [run(alone(mixed(), name)) for name in ("silicon", "second")]
    for name in ("racks", "it_design_load", "accelerators_active", "it_typical_load", "accelerators_installed"):
        assert two.known[name] == pytest.approx(sum(part.known[name] for part in parts), rel=1e-12), name
    for name in ("switches", "power_kw", "cost_usd", "transceivers"):
        both = sum(getattr(part.known["fabric_bill"], name) for part in parts)
        assert getattr(two.known["fabric_bill"], name) == pytest.approx(both, rel=1e-12), name
    runs = [part.runs["contract_only"] for part in (*parts, two)]
    for line in ("silicon_cost", "first_cost"):
        assert runs[2].lines[line] == pytest.approx(runs[0].lines[line] + runs[1].lines[line], rel=1e-12), line
    for line in ("available_hours", "contract_revenue", "silicon_support"):
        totals = [run.lines[line].sum() for run in runs]
        assert totals[2] == pytest.approx(totals[0] + totals[1], rel=1e-12), line
    energy = [run.lines["it_energy"].sum() for run in runs]
    assert energy[2] == pytest.approx(
        energy[0] + energy[1], rel=2e-4
    )  # a month in which one starts has its own share of the load


def test_power_of_a_mixed_site_is_that_of_its_parts(two, run):
    """Cooling is proportional to what is cooled, so peak power adds up; the meter's at one mean load of the chain."""
    parts = [run(alone(mixed(), name)) for name in ("silicon", "second")]
    assert two.known["peak_power"] == pytest.approx(sum(part.known["peak_power"] for part in parts), rel=1e-9)
    loads, means = two.known["generation_loads"], two.known["hall_load_factors"]
    assert two.known["load_shares"] == pytest.approx([load / sum(loads) for load in loads])
    assert means[0] * two.known["mean_load"] == pytest.approx(parts[0].known["mean_load"])
    assert means[2] * two.known["mean_load"] == pytest.approx(0.7)


def test_each_generation_lives_its_own_life(two):
    """60 and 48 months from acceptance; replaced, written off and priced by its own terms."""
    assert two.known["phase_lives"] == (60, 60, 48, 48)
    unit = two.runs["unit_cost"]
    month, hours = np.arange(len(unit.lines["working"])), two.factory.timeline.hours
    counts = [two.known["generation_active"][k] / 2 * two.known["generation_availability"][k] for k in (0, 0, 1, 1)]
    alive = [
        (month >= phase.accepted) * (month < phase.accepted + life) * count
        for phase, life, count in zip(two.factory.plant.phases, (60, 60, 48, 48), counts, strict=True)
    ]
    np.testing.assert_allclose(unit.lines["available_hours"], sum(alive) * hours, rtol=1e-12)
    assets = {asset.name: asset for asset in two.factory.finance.assets}
    assert assets["silicon"].book_life == 60
    assert assets["second silicon"].book_life == 48
    assert assets["second silicon"].cost == 20000 * 40000
    assert {"second fabric", "second storage"} <= assets.keys()
    full = two.runs["full_life"].lines["a_refresh"]
    names = [asset.name for asset in two.factory.finance.assets]
    assert not full[names.index("silicon")].any()
    made = two.known["refresh_made"]
    assert made[0] == ()
    assert np.count_nonzero(full[names.index("second silicon")]) == 2 * len(made[1])


def test_the_market_pays_each_generation_its_own_price(two):
    prices = two.known["phase_prices"]
    assert prices[2] == prices[3] == 2.10
    assert prices[0] == prices[1] == two.factory.offtake.merchant.price_new != 2.10
    found = two.runs["full_life"].lines["c_merchant_price"]
    names = [part.name for part in two.factory.offtake.contracts]
    assert found[names.index("b three")].max() == pytest.approx(2.10)


def test_a_generation_that_ends_leaves_the_other_alone(run):
    """A contract that follows on one generation takes nothing of the other, which was never sold."""
    file = mixed()
    first = file["offtake"]["a"] | {"tenor": "24 months", "total_value": "2 bn USD"}
    del first["prepayment"]
    after = {key: value for key, value in first.items() if key != "starts"}
    file["offtake"] = {"a": first, "later": after | {"starts": "2029-03", "tenor": "24 months"}}
    file["phases"]["two"]["accepted"] = "2026-07"
    lines = run(file).runs["contract_only"].lines
    month = int(np.flatnonzero(lines["c_live"][2])[0]) + 12
    assert lines["c_ended"][:2, month].sum() == 38000
    assert not lines["ended_share"][month]
    assert lines["working"][month] == pytest.approx(1.0)


def test_a_batch_gives_what_single_runs_give(run):
    """Prices and sizes of both generations vary."""
    file = mixed()
    result = run(file)
    paths = {"generations.second.price": [40000.0, 30000.0], "silicon.total_price": [2.905e9, 2.5e9]}
    many = cf.run_many(result.factory, paths, keep=["npv_usd", "lcoc"])
    for row in range(2):
        over = {"generations.second.price": f"{paths['generations.second.price'][row]} USD/GPU"}
        over["silicon.total_price"] = f"{paths['silicon.total_price'][row]} USD"
        one = run(file, overrides=over)
        assert many["npv_usd"][row] == pytest.approx(one.runs["contract_only"].lines["npv_usd"], rel=1e-9)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda f: f["offtake"]["b"].update(generation="third"), "offtake.b.generation", "unknown_name"),
        (lambda f: f["phases"]["four"].update(generation="secnd"), "phases.four.generation", "unknown_name"),
        (lambda f: f["offtake"]["b"].update(accelerators=21000), "offtake.b.accelerators", "oversold"),
        (lambda f: f["offtake"]["b"].pop("generation"), "offtake.b.generation", "missing"),
        (lambda f: f["offtake"]["a"].update(generation="second"), "offtake.a.generation", "contradiction"),
        (lambda f: f["phases"]["four"].pop("halls"), "phases.four.halls", "missing"),
        (lambda f: [f["phases"][n].pop("generation") for n in LATER], "generations.second", "missing"),
        (lambda f: [p.update(generation="second") for p in f["phases"].values()], "silicon", "missing"),
        (
            lambda f: f["generations"]["second"].update(accelerators=0),
            "generations.second.accelerators",
            "out_of_range",
        ),
        (lambda f: f["generations"].update(third=f["generations"]["second"]), "generations", "not_supported"),
        (lambda f: f["generations"]["second"].update(system="GB20 NVL72"), "generations.second.system", "unknown_name"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(run, change, path, code):
    file = mixed()
    change(file)
    with pytest.raises(FactoryFileError) as caught:
        run(file)
    assert path in {item.path for item in caught.value.problems}, caught.value
    assert code in {item.code for item in caught.value.problems if item.path == path}, caught.value


def test_explanations_lead_into_both_generations(two):
    for name in ("plant.generations.second.silicon.rack_power", "generations.second.price", "racks", "phase_prices"):
        assert cf.explain(two, name).name == name


def test_hours_of_both_cost_what_the_sites_hours_cost(two):
    """LCOC by generation: weighted by discounted hours it is the site's; dearer silicon on a shorter life shows."""
    lines = two.runs["unit_cost"].lines
    second = lines["second_hours_pv"]
    both = lines["lcoc_of_first"] * (lines["hours_pv"] - second) + lines["lcoc_of_second"] * second
    assert both == pytest.approx(lines["lcoc"] * lines["hours_pv"], rel=1e-12)
    section = next(part for part in PAGES["plant"](two).sections if part.name == "generations")
    assert [row[0] for row in section.grid.rows] == ["silicon", "second"]
    assert section.grid.rows[1][-1] == pytest.approx(float(lines["lcoc_of_second"]))


def test_equal_generations_cost_the_same_an_hour(run):
    """Two halves of one silicon, in phases that start at the same time: each costs what the whole does."""
    file = site()
    file["phases"] = {name: phase | {"energised": "2026-12"} for name, phase in file["phases"].items()}
    lines = run(halved(file)).runs["unit_cost"].lines
    assert lines["lcoc_of_second"] == pytest.approx(float(lines["lcoc"]), rel=1e-9)
    assert lines["lcoc_of_first"] == pytest.approx(float(lines["lcoc"]), rel=1e-9)


@pytest.mark.parametrize("name", ["sensitivity", "plant", "output", "book", "valuation"])
def test_every_page_is_made_of_a_mixed_site(two, name):
    """Sensitivities move each number of the file and the rows, halls of phases and both generations among them."""
    assert PAGES[name](two).sections


def test_the_size_of_a_hall_moves_what_its_phase_takes_of_the_building(run):
    """In a batch as in single runs: the shares of phases, and when they enter service, follow the halls."""
    file = mixed()
    many = cf.run_many(run(file).factory, {"build.halls.four.it_capacity": [50e3, 60e3]}, keep=["npv_usd"])
    one = run(file, overrides={"build.halls.four.it_capacity": "60 MW"})
    assert many["npv_usd"][1] == pytest.approx(one.runs["contract_only"].lines["npv_usd"], rel=1e-9)
    assert many["npv_usd"][0] != many["npv_usd"][1]


def swapped(file: dict[str, Any]) -> dict[str, Any]:
    """The same site with the other generation described first."""
    found = deepcopy(file)
    second = found["generations"].pop("second")
    found["generations"] = {"old": found["silicon"] | {"market_price": found["merchant"]["price"]}}
    found["merchant"] = {"price": second.pop("market_price")}
    found["silicon"] = second
    for phase in found["phases"].values():
        if phase.pop("generation", "") != "second":
            phase["generation"] = "old"
    found["offtake"]["a"]["generation"], found["offtake"]["b"]["generation"] = "old", "silicon"
    return found


def test_which_generation_is_described_first_changes_nothing(run):
    """Every metric and return of every case; what an hour costs on each changes its name."""
    file = mixed() | {"merchant": {"price": "3.10 USD/GPU-hour"}}
    one, other = run(file), run(swapped(file))
    left, right = numbers(one), numbers(other)
    assert len(left) > 60
    for name, value in left.items():
        assert right[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
    costs, others = one.runs["unit_cost"].lines, other.runs["unit_cost"].lines
    assert costs["lcoc_of_first"] == pytest.approx(float(others["lcoc_of_second"]), rel=1e-9)
    assert costs["lcoc_of_second"] == pytest.approx(float(others["lcoc_of_first"]), rel=1e-9)


def test_phases_say_how_many_of_each_generation_they_hold(run):
    """Accelerators of phases add up to those of their generation, and a half of a phase is a half."""
    file = mixed()
    for name, count in zip(PHASES, (20000, 18000, 12000, 8000), strict=True):
        file["phases"][name]["accelerators"] = count
    result = run(file)
    assert [phase.silicon for phase in result.factory.plant.phases] == [20 / 38, 18 / 38, 0.6, 0.4]
    assert [part.accelerators for part in result.factory.offtake.contracts] == [20000, 18000, 10800, 7200]
    file["phases"]["four"]["accelerators"] = 9000
    with pytest.raises(FactoryFileError, match="21,000 in all phases of second"):
        run(file)


def test_service_credits_are_of_the_generation_that_is_sold(run):
    """The same service level on nodes of 72 and of 4 accelerators: what fails together decides the expected credit."""
    file = mixed()
    level = {"below": ["99.5 %"], "credit": ["10 %"]}
    file["generations"]["second"]["accelerators_per_node"] = 72
    file["silicon"]["accelerators_per_node"] = 4
    for terms in file["offtake"].values():
        terms["service_level"] = level
    found = run(file).known["sla_credits"]
    file["generations"]["second"]["accelerators_per_node"] = 4
    same = run(file).known["sla_credits"]
    assert found[:2] == same[:2]
    assert found[2] != same[2]
