"""Cooling from file and library: what an architecture reads, air classes, curves, pumps from pressure."""

from __future__ import annotations

import math

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant.cooling import ARCHITECTURES
from computefactory.schema.silicon import Architecture
from computefactory.schema.standard import cooling_of


def cooling(**fields):
    overrides = {f"cooling.{name}": str(value) for name, value in fields.items()}
    return cf.load("legacy-h100-hall", overrides=overrides).plant.cooling[0]


def test_every_architecture_of_the_file_is_modelled():
    assert set(Architecture.__args__) == set(ARCHITECTURES)


@pytest.mark.parametrize("name", [name for name, way in ARCHITECTURES.items() if way.liquid == "none"])
def test_the_file_and_the_library_alone_give_the_same(name):
    ours, rows = cooling(architecture=name), cooling_of(Library.load(), name)
    for field in ours.__slots__:
        value = getattr(ours, field)
        assert value == getattr(rows, field) or (isinstance(value, float) and math.isnan(value)), field


def test_what_an_architecture_never_reads_is_no_lever():
    names = {lever.path for lever in cf.load("iren-horizon").levers()}
    assert not any("immersion_capture" in name or "adiabatic" in name or "air_class" in name for name in names)
    assert any(name.endswith("dry_cooler_approach") for name in names)


def test_an_air_class_sets_the_humidity():
    assert cooling(architecture="air_adiabatic").dew_high == 15.0
    wide = cooling(architecture="air_adiabatic", air_class="A2", humidity_high="90 %")
    assert (wide.dew_high, wide.humidity_high) == (21.0, 0.9)
    with pytest.raises(FactoryFileError, match="A9"):
        cooling(air_class="A9")


def test_pumps_from_pressure_by_hand():
    # 250 kPa / (0.7 x 4.186 MJ/(m3 K) x 7.5 K)
    plant = cooling(pump_pressure="250 kPa")
    assert plant.pump_power == pytest.approx(250e3 / (0.7 * 4.186e6 * 7.5))


def test_curves_of_a_machine_replace_the_carnot_fraction():
    plant = cooling(chiller="Carrier_19XR_1143kW_6_57COP_VSD", chilled_water="10 degC")
    assert plant.chiller.cop == 6.57
    assert len(plant.chiller.capacity_curve) == 6
    assert plant.chiller_modules == 4
    found = schema.resolve(schema.load("legacy-h100-hall"), Library.load())
    assert found.plant.cooling[0].chiller is None
    result = cf.run(
        "legacy-h100-hall", overrides={"cooling.chiller": plant.chiller.name, "cooling.chilled_water": "10 degC"}
    )
    assert 1.2 < result.metrics["pue_annual"].value < 1.6


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"chiller": "Carrier_19XR_1143kW_6_57COP_VSD"}, "the machine's map"),  # 14 degC of chilled water
        ({"chiller": "Carrier_19XR_1143kW_6_57COP_VSD", "water_cooled": 0}, "dry condensers"),
        ({"chiller": "Carrier 19XR"}, "table chiller"),
    ],
)
def test_a_machine_that_does_not_fit_is_refused(fields, words):
    with pytest.raises(FactoryFileError, match=words):
        cf.run("legacy-h100-hall", overrides={f"cooling.{name}": str(value) for name, value in fields.items()})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("air_rise", "0 K"),
        ("water_rise", "0 K"),
        ("rejection_air_rise", "0 K"),
        ("fan_efficiency", "0 %"),
        ("carnot_fraction", "0"),
        ("cycles_of_concentration", "1"),
        ("chiller_modules", "0.5"),
        ("dew_high", "150 degC"),
    ],
)
def test_what_would_divide_by_nothing_is_refused(field, value):
    with pytest.raises(FactoryFileError, match=field):
        cooling(**{field: value})
