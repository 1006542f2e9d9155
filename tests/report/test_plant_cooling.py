"""The page ``plant``, cooling: its numbers are the steps', heat closes, months make the year."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.cli import main
from computefactory.registry import PAGES


@pytest.fixture(scope="module", params=["iren-horizon", "legacy-h100-hall"])
def found(request):
    result = cf.run(request.param)
    return result, PAGES["plant"](result).as_dict()


def test_the_year_is_the_metrics(found):
    result, page = found
    for name in ("pue_annual", "pue_design", "tue_annual"):
        assert page["pue"][name]["value"] == result.metrics[name].value
    hours = [page["pue"][name]["value"] for name in ("free_h", "partial_h", "mechanical_h")]
    assert sum(hours) == 8760


def test_what_goes_in_comes_out(found):
    _, page = found
    heat = {name: part["value"] for name, part in page["heat"].items() if isinstance(part, dict)}
    entered = (
        "it_to_liquid_mw",
        "it_to_air_mw",
        "lighting_mw",
        "room_fans_mw",
        "humidifiers_mw",
        "pumps_mw",
        "compressors_mw",
    )
    assert sum(heat[name] for name in entered) == pytest.approx(heat["rejected_mw"], rel=1e-9)
    assert heat["free_mw"] <= heat["rejected_mw"]


def test_hours_make_months_and_months_the_year(found):
    result, page = found
    rows = page["pue_hours"]["rows"]
    assert len(rows) == 8760
    assert sum(row["pue"] for row in rows) / 8760 == pytest.approx(result.metrics["pue_annual"].value)
    january = [row["pue"] for row in rows[:744]]
    assert sum(january) / 744 == pytest.approx(page["pue_months"]["rows"][0]["pue"])


def test_the_screen_shows_it_all(found, capsys):
    result, _ = found
    name = {"IREN Horizon 1-4": "iren-horizon"}.get(result.factory.name, "legacy-h100-hall")
    assert main(["show", name, "plant"]) == 0
    said = capsys.readouterr().out
    assert "nan" not in said.lower().split()
    assert ("Ride:" in said) == (name == "iren-horizon")


def test_classes_are_the_coolest_that_fit(found):
    result, page = found
    if result.factory.plant.halls[0].name == "horizon":
        assert page["temperatures"]["water_class_horizon"]["value"] == "W27"  # 26 degC
        assert page["temperatures"]["coolant_class_horizon"]["value"] == "S30"
    else:
        assert not any("class" in name for name in page["temperatures"])


def test_flows_are_heat_over_rise(found):
    result, page = found
    (row,) = page["flows"]["rows"]
    plant = result.factory.plant.cooling[0]
    assert row["liquid_l_per_s"] == pytest.approx(row["liquid_mw"] * 1e3 / (4.186 * plant.water_rise))
    assert row["liquid_m3_per_h"] == pytest.approx(row["liquid_l_per_s"] * 3.6)
    if row["liquid_mw"]:
        assert row["ride_through_min"] > 0
    else:
        assert row["ride_through_min"] is None
