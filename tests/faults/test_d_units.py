"""D: units as people write them are read, a rate by the month compounds, a hint leads to the right unit."""

from __future__ import annotations

import pytest

from computefactory import model, units
from computefactory.errors import FactoryFileError, UnitError
from computefactory.schema import load
from computefactory.schema.currency import stated_rates
from computefactory.schema.quantity import parse_quantity
from computefactory.units import unit_of
from small_factory import book_file

ANCHOR = (
    "kind: take_or_pay, buyer: Microsoft, signed: 2026-01, accelerators: 7000, price: 3 USD/GPU-hour, "
    "tenor: 60 months, starts: {after: energised, lag: 1 month}"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return book_file(tmp_path_factory.mktemp("d"), anchor=ANCHOR)


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("3.50 USD/kW-mo", units.UsdPerKwMonth, 3.5),
        ("$3.50/kW/mo", units.UsdPerKwMonth, 3.5),
        ("6.2 cents/kWh", units.UsdPerKwh, 0.062),
        ("6.2 ¢/kWh", units.UsdPerKwh, 0.062),
        ("0.2 USD/kW-day", units.UsdPerKwMonth, 0.2 * 365 / 12),
        ("$10/kW-month", units.UsdPerKwDay, 10 * 12 / 365),
        ("120 USD/kW-year", units.UsdPerKwDay, 120 / 365),
        ("329.17 USD/MW-day", units.UsdPerKwDay, 0.32917),
        ("50 USD/day", units.UsdPerMonth, 50 * 365 / 12),
        ("3.6 USD/GJ", units.UsdPerKwh, 0.01296),
        ("1 USD/therm", units.UsdPerKwh, 1 / 29.307107),
    ],
)
def test_d_units_people_write_are_read(text, annotation, value):
    """A price by the day where one by the month stands (a year has 365 days), cents, kW-mo: right is the same price."""
    assert parse_quantity(text, unit_of(annotation)) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "annotation", "hint"),
    [
        ("10 USD/kW", units.UsdPerKwMonth, "10 USD/kW-month"),
        ("10 USD/kW", units.UsdPerKwYear, "10 USD/kW-year"),
        ("10 USD/kW", units.UsdPerKwDay, "10 USD/kW-day"),
        ("3 USD/GPU", units.UsdPerAcceleratorHour, "3 USD/GPU-hour"),
        ("900 USD", units.UsdPerMonth, "900 USD/month"),
        ("5 %", units.PerYear, "5 %/year"),
        ("10 USD/kVA-month", units.UsdPerKwMonth, "electrical.power_factor"),
    ],
)
def test_d_units_a_hint_leads_to_the_unit_of_the_field(text, annotation, hint):
    """10 USD/kW where a charge by the month stands: right is a hint at USD/kW-month, which is taken as it stands."""
    with pytest.raises(UnitError) as refused:
        parse_quantity(text, unit_of(annotation))
    assert hint in refused.value.hint
    if "did you" in refused.value.hint:
        assert parse_quantity(hint, unit_of(annotation)) == pytest.approx(float(text.split()[0].rstrip("%")), rel=0.99)


@pytest.mark.parametrize(
    ("text", "sign", "yearly"),
    [
        ("1 %/month", 1, 1.01**12 - 1),
        ("1 %/mo", 1, 1.01**12 - 1),
        ("100 bp per month", 1, 1.01**12 - 1),
        ("-1 %/month", 1, 0.99**12 - 1),
        ("1 %/month", -1, 1 - 0.99**12),
        ("3 %/quarter", 1, 1.03**4 - 1),
        ("12 %/year", 1, 0.12),
        ("1 %/month", 0, 0.12),  # a fee, or the nominal rate of a loan: r/12 of the balance a month
    ],
)
def test_d_units_by_the_month_is_not_a_twelfth_of_a_year(text, sign, yearly):
    """1 %/month compounds to 12.68 %, a fall of 1 %/month to 11.36 %; a nominal rate of a loan stays 12 %."""
    assert parse_quantity(text, unit_of(units.PerYear), sign) == pytest.approx(yearly, rel=1e-12)


@pytest.mark.parametrize(
    ("path", "yearly"),
    [
        ("capital.discount_rate", 1.01**12 - 1),
        ("capital.risk_free", 1.01**12 - 1),
        ("operations.inflation", 1.01**12 - 1),
        ("offtake.anchor.escalator", 1.01**12 - 1),
        ("offtake.anchor.hazard", 1.01**12 - 1),
        ("merchant.decline", 1 - 0.99**12),
        ("power.supply.grid.escalator", 1.01**12 - 1),
        ("capital.base_rate", 0.12),
        ("operations.silicon_support.share_of_price", 0.12),
        ("operations.property_tax.share_of_durable", 0.12),
    ],
)
def test_d_units_every_rate_says_whether_it_compounds(file, path, yearly):
    """1 %/month at each rate of a file: right is 12.68 % of what grows, 11.36 % of what falls, 12 % of a charge."""
    found = load(file, {path: "1 %/month"}).model
    for name in path.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    assert found == pytest.approx(yearly, rel=1e-12)


def test_d_units_a_month_of_a_discount_rate_moves_the_value(file):
    """IREN at 1 %/month: NPV -1.510 bn USD at 12.68 % a year, not -1.396 at 12 % (both of the earlier costs)."""
    by_month, effective, twelfth = (
        model.run(file, overrides={"capital.discount_rate": rate}).metric("npv_usd").value
        for rate in ("1 %/month", f"{100 * (1.01**12 - 1):.10f} %/year", "12 %/year")
    )
    assert by_month == pytest.approx(effective, rel=1e-9)
    assert by_month < twelfth


def test_d_units_apparent_power_is_read_beside_the_power_factor(file):
    """10 USD/kVA-month and 60 MVA at a power factor of 95 %: right is 10.53 USD/kW-month and 57 MW, else a refusal."""
    stated = {"power.supply.grid.demand": "10 USD/kVA-month", "power.interconnection.capacity": "60 MVA"}
    found = load(file, {**stated, "electrical.power_factor": "95 %"}).model.power
    assert found.supply["grid"].demand == pytest.approx(10 / 0.95)
    assert found.interconnection.capacity == pytest.approx(57_000)
    with pytest.raises(FactoryFileError, match=r"electrical\.power_factor"):
        load(file, stated)
    with stated_rates({"electrical": {"power_factor": "95 %"}}):
        assert parse_quantity("60 MVA", unit_of(units.Kva)) == 60_000
