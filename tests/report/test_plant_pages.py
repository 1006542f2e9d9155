"""The pages of plant and output: what they say agrees with the result and with itself."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory.registry import PAGES

FACTORIES = ["iren-horizon", "legacy-h100-hall"]


@pytest.fixture(scope="module", params=FACTORIES)
def result(request) -> cf.Result:
    return cf.run(request.param)


@pytest.mark.parametrize("page", ["plant", "output"])
def test_a_page_is_json_of_finite_numbers(result, page):
    found = PAGES[page](result).as_dict()
    assert found["kind"] == page
    json.dumps(found, allow_nan=False)


def test_the_bill_adds_up(result):
    bill = PAGES["plant"](result).as_dict()["bill"]["rows"]
    *parts, whole = bill
    assert whole["part"] == "all"
    for name in ("power_kw", "cost_usd", "count"):
        assert sum(row[name] for row in parts) == pytest.approx(whole[name], rel=1e-12)


def test_factors_multiply(result):
    page = PAGES["output"](result).as_dict()

    def value(section, name):
        return page[section][name]["value"]

    factors = ("node_availability", "facility_availability", "fabric_availability", "unplanned_share", "power_served")
    product = 1.0
    for name in factors:
        product *= value("availability", name)
    assert product == pytest.approx(value("availability", "availability"), rel=1e-12)
    product = 1.0
    for name in ("kept_of_checkpoints", "kept_of_restarts", "kept_of_detection"):
        product *= value("goodput", name)
    assert product == pytest.approx(value("goodput", "goodput"), rel=1e-12)
    useful = value("work", "peak_tflops") * value("work", "mfu") * value("work", "goodput")
    assert useful == pytest.approx(value("work", "useful_tflops"), rel=1e-12)
    # USD an hour over PFLOP-days an hour
    per_hour = value("work", "lcoc_usd_per_accelerator_hour")
    assert value("work", "lcoc_usd_per_pflop_day") == pytest.approx(per_hour / useful * 24e3, rel=1e-9)


def test_hours_only_get_less(result):
    page = PAGES["output"](result).as_dict()
    hours = [row["hours"] for row in page["hours"]["rows"]]
    assert hours == sorted(hours, reverse=True)
    assert page["hours"]["rows"][0]["share"] == 1
    year = [row for row in page["months"]["rows"] if row["useful_hours"] > 0]
    assert all(row["installed_hours"] >= row["available_hours"] >= row["sold_hours"] for row in year)


@pytest.mark.parametrize("page", ["plant", "output"])
def test_a_landlord_has_pages_too(page):
    found = PAGES[page](cf.run("core-scientific-590mw")).as_dict()
    assert "tenants" in json.dumps(found, allow_nan=False) or "bill" not in found


def test_areas_that_the_file_gives_are_shown_in_both_units():
    given = {"build.halls.horizon.white_space": "40000 m2", "build.halls.horizon.building_area": "80000 m2"}
    layout = PAGES["plant"](cf.run("iren-horizon", overrides=given)).as_dict()["layout"]
    assert layout["accelerators_per_m2_white_space"]["value"] == pytest.approx(1.9)
    assert layout["accelerators_per_ft2_white_space"]["value"] == pytest.approx(1.9 * 0.09290304)
    assert layout["accelerators_per_m2_building"]["value"] == pytest.approx(0.95)
    assert layout["white_space_load_kg_per_m2"]["value"] == pytest.approx(1056 * 1360 / 40000)
