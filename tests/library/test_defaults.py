"""What the engine asks of the library is there, in the engine's own unit."""

import sys
from dataclasses import fields

import pytest

from computefactory.finance import inputs as finance
from computefactory.finance import loans
from computefactory.library import Library
from computefactory.plant import inputs as plant
from computefactory.schema.quantity import convert
from computefactory.units import unit_of

LIBRARY = Library.load()
HUMIDITY = {"dew_low", "dew_high", "humidity_low", "humidity_high"}
USUAL = ("fabric", "oversubscription", "core_oversubscription", "fibre_price", "copper_price", "copper_share")
MODULE = ("module_rate", "module_power", "module_price")
BY_DEFAULT = {"switch", "included", "rails", "pod", *USUAL, *(f"scale_up_{name}" for name in MODULE)}
RECORDS = (  # table, record, fields that come from elsewhere
    ("cooling", None, plant.Cooling, {"architecture", "chiller", "density_exponent", *HUMIDITY}),
    ("air_class", None, plant.Cooling, {item.name for item in fields(plant.Cooling)} - HUMIDITY),
    ("fan_rating", None, plant.Cooling, {item.name for item in fields(plant.Cooling)} - {"density_exponent"}),
    ("electrical", None, plant.Electrical, set()),
    ("network", None, plant.Network, BY_DEFAULT),
    ("reliability", ("default",), plant.Reliability, {"shrinks", "interval"}),
    (
        "system",
        ("GB300 NVL72", "HGX H100", "GB200 NVL72", "HGX H200", "HGX B200", "HGX B300", "Vera Rubin NVL72"),
        plant.Silicon,
        {"system", "accelerators", "available", "spares", "spares_in_rack", "rack_area"},
    ),
    (
        "operations",
        ("default",),
        finance.Operations,
        {"facility_base", "lease_rent", "leased_power", "lease_extension", "facility_escalator", "overhead_escalator"},
    ),
    ("capital", ("default",), finance.Capital, {"available", "owner_focus"}),
    ("tax", ("united_states",), finance.IncomeTax, {"state", "levied", "losses_lapse", "losses_at_once", "in_sizing"}),
    (
        "debt",
        ("default",),
        loans.Tranche,
        {field.name for field in fields(loans.Tranche)} - set(LIBRARY.fields("debt", "default")),
    ),
    ("reserves", ("default",), loans.Reserves, set()),
    ("values", ("default",), finance.Values, {"silicon_low", "upgrade_cost"}),
)


@pytest.mark.parametrize(
    ("name", "keys", "record", "elsewhere"), RECORDS, ids=lambda part: getattr(part, "__name__", None)
)
def test_engine_reads_every_field_in_its_own_unit(name, keys, record, elsewhere):
    for key in keys or [key for key in LIBRARY.keys(name) if key != "default"]:
        for field in fields(record):
            if field.name in elsewhere:
                continue
            fact = LIBRARY.fact(name, key, field.name)
            unit = unit_of(eval(field.type, vars(sys.modules[record.__module__])))
            if unit is not None:
                assert fact.unit == "GB/s" or convert(1.0, fact.unit, unit) == 1.0, fact  # bytes as published


def test_unsourced_numbers_of_systems_have_a_range():
    asked = {field.name for field in fields(plant.Silicon)}
    for fact in LIBRARY.rows("system"):
        if fact.field in asked and fact.source.startswith(("recalled", "assumed")) and fact.unit != "text":
            assert fact.low is not None, fact
            assert fact.high is not None, fact


def test_what_every_network_takes_by_default():
    for name in USUAL:
        assert LIBRARY.fact("network", "default", name).value is not None
    for name in MODULE:
        assert float(LIBRARY.fact("scale_up", "default", name).value) > 0
