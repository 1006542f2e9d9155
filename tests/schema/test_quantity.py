from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory import units
from computefactory.errors import UnitError
from computefactory.schema import quantity
from computefactory.schema.quantity import convert, parse_quantity
from computefactory.units import ALIASES, DIMENSIONLESS, UNITS, parse_unit, unit_of

# text, unit, value by hand (definitions: BIPM SI brochure; foot, gallon: NIST SP 811)
READ = [
    ("5.81 bn USD", units.Usd, 5.81e9),
    ("$5.81bn", units.Usd, 5.81e9),
    ("USD 5 million", units.Usd, 5e6),
    ("2 trillion USD", units.Usd, 2e12),
    ("-3 USD", units.Usd, -3.0),
    ("15k USD", units.Usd, 15_000.0),
    ("1.5e6 USD", units.Usd, 1.5e6),
    ("$15 million/MW", units.UsdPerKw, 15_000.0),
    ("15 million USD/MW", units.UsdPerKw, 15_000.0),
    ("34 USD/MWh", units.UsdPerKwh, 0.034),
    ("3.50 USD/kW-month", units.UsdPerKwMonth, 3.5),
    ("3.50 USD per kW-month", units.UsdPerKwMonth, 3.5),
    ("3.50 USD/(kW*month)", units.UsdPerKwMonth, 3.5),
    ("42 USD/kW-year", units.UsdPerKwMonth, 3.5),
    ("18 USD/kW-month", units.UsdPerKwYear, 216.0),
    ("2.91 USD/GPU-hour", units.UsdPerAcceleratorHour, 2.91),
    ("2.91 USD/accelerator-hour", units.UsdPerAcceleratorHour, 2.91),
    ("2.91 USD/GPU/hour", units.UsdPerAcceleratorHour, 2.91),
    ("69.84 USD/GPU-day", units.UsdPerAcceleratorHour, 2.91),
    ("10 %/year", units.PerYear, 0.1),
    ("225 bp/year", units.PerYear, 0.0225),
    ("2.5 %/quarter", units.PerYear, 0.1),
    ("60 months", units.Month, 60.0),
    ("5 years", units.Month, 60.0),
    ("2 quarters", units.Month, 6.0),
    ("12 min", units.Hour, 0.2),
    ("90 s", units.Hour, 0.025),
    ("2 days", units.Hour, 48.0),
    ("0.0001 1/h", units.PerHour, 0.0001),
    ("2.4/day", units.PerHour, 0.1),
    ("113 degF", units.Celsius, 45.0),
    ("45 °C", units.Celsius, 45.0),
    ("318.15 K", units.Celsius, 45.0),
    ("3 K", units.Kelvin, 3.0),
    ("80 %", units.One, 0.8),
    ("80%", units.One, 0.8),
    ("0.8", units.One, 0.8),
    ("76000", units.Count, 76_000.0),
    ("76k GPUs", units.Count, 76_000.0),
    ("0.2 GW", units.Kw, 200_000.0),
    ("0.05 W", units.Kw, 0.00005),
    ("100 m^2", units.SquareMetre, 100.0),
    ("100 m**2", units.SquareMetre, 100.0),
    ("1000 ft2", units.SquareMetre, 92.90304),
    ("138 kV", units.Kilovolt, 138.0),
    ("2.5 PFLOP/s", units.Tflops, 2500.0),
    ("0.8 Tbps", units.Gbps, 800.0),
    ("0.5 kPa", units.Pascal, 500.0),
    ("1 gal/kWh", units.LitrePerKwh, 3.785411784),
    ("730 hours/month", units.HourPerMonth, 730.0),
    ("0.06 kW/GPU", units.KwPerAccelerator, 0.06),
]


@pytest.mark.parametrize(("text", "annotation", "value"), READ)
def test_a_quantity_is_read_into_the_canonical_unit(text, annotation, value):
    assert parse_quantity(text, unit_of(annotation)) == pytest.approx(value, rel=1e-12)


def test_ten_per_cent_is_a_tenth_and_no_neighbour_of_it():
    assert parse_quantity("10 %/year", unit_of(units.PerYear)) == 0.1
    assert parse_quantity("20 s", unit_of(units.Hour)) == 20 / 3600


# text, unit, code, part of the hint
REFUSED = [
    ("250 mW", units.Kw, "absurd_prefix", "250 MW"),
    ("34 USD/mWh", units.UsdPerKwh, "absurd_prefix", "34 USD/MWh"),
    ("250 Mw", units.Kw, "unknown_unit", "250 MW"),
    ("250 furlongs", units.Kw, "unknown_unit", "units are"),
    ("5 EUR", units.Usd, "unknown_unit", ""),
    ("250 MWh", units.Kw, "wrong_dimension", "250 MW?"),
    ("250 MW", units.Kwh, "wrong_dimension", "250 MWh?"),
    ("10 %", units.PerYear, "wrong_dimension", "10 %/year"),
    ("60 h", units.Month, "wrong_dimension", "calendar time"),
    ("2 months", units.Hour, "wrong_dimension", "calendar time"),
    ("3 degC", units.Kelvin, "wrong_dimension", "in K"),
    ("45 USD", units.Celsius, "wrong_dimension", ""),
    ("250", units.Kw, "no_unit", "250 kW"),
    ("5 k", units.Usd, "no_unit", ""),
    ("NO", units.Kw, "not_a_quantity", ""),
    ("", units.Kw, "not_a_quantity", ""),
    ("12:30", units.Hour, "wrong_unit", ""),
    ("1,5 MW", units.Kw, "not_a_quantity", "point"),
    ("76,000", units.Count, "not_a_quantity", "76000"),
    ("nan MW", units.Kw, "not_finite", ""),
    ("-inf USD", units.Usd, "not_finite", ""),
    ("1e999 USD", units.Usd, "not_finite", ""),
    ("5 USD/", units.Usd, "wrong_unit", ""),
    ("5 USD/(GPU", units.Usd, "wrong_unit", ""),
    ("5 USD/kW^0.5", units.Usd, "wrong_unit", ""),
    ("5 kW^9^9^9^9", units.Kw, "wrong_unit", ""),
    ("5 (((kW^9)^9)^9)", units.Kw, "wrong_unit", ""),
    ("3 MW 5", units.Kw, "wrong_unit", ""),
    ("3 MW + 5 MW", units.Kw, "wrong_unit", ""),
    ("5 __import__", units.Kw, "unknown_unit", ""),
    ("9" * 200, units.One, "not_a_quantity", ""),
]


@pytest.mark.parametrize(("text", "annotation", "code", "hint"), REFUSED)
def test_what_is_no_such_quantity_is_refused_with_a_hint(text, annotation, code, hint):
    with pytest.raises(UnitError) as refused:
        parse_quantity(text, unit_of(annotation))
    assert refused.value.code == code
    assert hint in refused.value.hint


def test_the_list_of_units_is_short_and_every_alias_leads_into_it():
    assert 30 <= len(UNITS) <= 60
    assert set(ALIASES.values()) <= set(UNITS)
    assert not set(ALIASES) & set(UNITS)


CANONICAL = sorted({unit_of(getattr(units, name)) for name in dir(units)} - {None}, key=str)


def test_every_unit_of_the_engine_can_be_written_in_a_file():
    units_of_engine = [unit for unit in CANONICAL if unit.powers]
    assert len(units_of_engine) > 30
    wrong = [
        str(unit)
        for unit in units_of_engine
        if not parse_quantity(f"7 {quantity.unit_text(unit)}", unit) == convert(7.0, str(unit), unit) == 7.0
    ]
    assert not wrong


RESTATED = {
    "kW": ("W", "kW", "MW", "GW"),
    "USD": ("USD", "k USD", "million USD", "bn USD"),
    "USD/kW*h": ("USD/kWh", "USD/MWh", "USD/GWh"),
    "month": ("month", "quarter", "year"),
    "h": ("s", "min", "h", "day", "week"),
    "USD/kW*month": ("USD/kW-month", "USD/MW-year", "USD/(kW*quarter)"),
    "1/year": ("%/year", "bp/year", "%/month"),
    "USD/accelerator*h": ("USD/GPU-hour", "USD/GPU-day", "bn USD/GPU/s"),
}


def restated(value, unit, written):
    """A canonical value as text in another unit."""
    in_unit = value / parse_quantity(f"1 {written}", unit)
    return f"{in_unit:.17g} {written}"


@given(
    value=st.floats(1e-6, 1e12),
    place=st.sampled_from(sorted(RESTATED)),
    data=st.data(),
)
def test_restating_a_quantity_in_another_unit_changes_nothing(value, place, data):
    unit = parse_unit(place)
    written = data.draw(st.sampled_from(RESTATED[place]))
    text = restated(value, unit, written)
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@given(above=st.sampled_from(sorted(UNITS)), below=st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=3))
def test_pint_and_the_plain_reading_agree(above, below):
    if {"degC", "degF"} & {above, *below}:
        return
    plain = quantity._measure(f"{above}/{'-'.join(below)}", "x")
    by_pint = quantity._by_pint(f"{above}/({'*'.join(below)})", "x")
    assert plain == by_pint


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(UnitError):
        parse_quantity(text, parse_unit("kW"))
        assert any(letter.isdigit() for letter in text)


def test_a_share_needs_no_unit_and_money_does():
    assert parse_quantity("0.25", DIMENSIONLESS) == 0.25
    with pytest.raises(UnitError):
        parse_quantity("0.25", parse_unit("USD"))
