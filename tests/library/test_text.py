"""The reading of collected wording: ranges, bounds, arrows, units."""

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "tools" / "library" / "text.py"
SPEC = importlib.util.spec_from_file_location("library_text", FILE)
text = importlib.util.module_from_spec(SPEC)
sys.modules["library_text"] = text
SPEC.loader.exec_module(text)


@pytest.mark.parametrize("month", ["2025-09", "1999-12"])
def test_a_month_is_no_span(month):
    assert text.quantity(month, "").value == month


@pytest.mark.parametrize(
    ("written", "unit", "value", "low", "high", "canonical"),
    [
        ("60-65", "% of new price", 0.625, 0.60, 0.65, "1"),
        (">90", "%", 0.90, 0.90, None, "1"),
        ("<5", "%", 0.05, None, 0.05, "1"),
        ("up to 96", "%", 0.96, None, 0.96, "1"),
        ("8+", "USD per GPU-hour", 8, 8, None, "USD/accelerator-hour"),
        ("7-12+", "USD per GPU-hour", 9.5, 7, 12, "USD/accelerator-hour"),
        ("10-15 ", "minutes", 12.5 / 60, 10 / 60, 15 / 60, "h"),
        ("600-800", "USD volume", 700, 600, 800, "USD"),
        ("34 -> 54", "% (Jan 2024 -> Dec 2024)", 0.44, 0.34, 0.54, "1"),
        ("38.1 -> 35.5", "%", 0.368, 0.355, 0.381, "1"),
        ("4.29 / 3.99", "USD per GPU-hour", 4.14, 3.99, 4.29, "USD/accelerator-hour"),
        ("-44%", "", -0.44, None, None, "1"),
        ("2.77x", "factor", 2.77, None, None, "1"),
        ("1,234.5", "MW", 1234500, None, None, "kW"),
        ("11.7", "million USD/MW", 11700, None, None, "USD/kW"),
        ("15.2", "USD/W", 15200, None, None, "USD/kW"),
        ("35", "bn USD/GW", 35000, None, None, "USD/kW"),
        ("45", "USD/MWh", 0.045, None, None, "USD/kWh"),
        ("225", "bp", 0.0225, None, None, "1/year"),
        ("5", "years (worst hub)", 60, None, None, "month"),
        ("42", "furlongs", 42, None, None, "furlongs"),
    ],
)
def test_numbers_in_words(written, unit, value, low, high, canonical):
    found = text.quantity(written, unit)
    assert found.unit == canonical
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.low == (None if low is None else pytest.approx(low, abs=1e-12))
    assert found.high == (None if high is None else pytest.approx(high, abs=1e-12))


@pytest.mark.parametrize("written", ["31 / 8 / 4", "k^2/2", "<5 / <3", "9x to 900x per year", "stable", "1 MB - 4 GB"])
def test_words_stay_words(written):
    found = text.quantity(written, "switches")
    assert (found.value, found.unit, found.wording) == (written, "text", "unit as stated: switches")


def test_a_grade_or_a_date_is_no_number():
    assert text.quantity("2026-06-18", "date").unit == "text"
    assert text.quantity("3", "rating").value == "3"


def test_the_row_s_own_range_counts_and_the_wording_is_kept():
    found = text.quantity("53", "percent of construction", "50", "60")
    assert (found.value, found.low, found.high) == (0.53, 0.5, 0.6)
    assert found.wording == "stated as 53 percent of construction"
    assert text.quantity("5", "month").wording == ""


def test_field_names():
    assert text.slug("mean, p95 (USD/kWh)", "", "2025-H1") == "mean_p95_usd_kwh_2025_h1"
    assert [text.shown(x) for x in (0.1 + 0.2, 1e9, None, "AAA", -3.5)] == ["0.3", "1000000000", "", "AAA", "-3.5"]
