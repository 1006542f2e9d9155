"""Every shipped row: what it says and how well it is sourced."""

import re
from fnmatch import fnmatchcase
from itertools import pairwise
from math import isclose
from pathlib import Path

import pytest

from computefactory.library import Library
from computefactory.library.dates import COLLECTED
from computefactory.library.lookup import PACKAGE
from computefactory.library.rows import SYMBOLS
from computefactory.library.sheets import FactFile, read_rows, read_sources
from computefactory.schema.quantity import convert
from computefactory.units import parse_unit

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Library.load()
ALSO = ROOT / "tools" / "facts"  # what only the validation of PUE reads
MOST = 2_000_000  # bytes
# tables whose rows are defaults: an unsourced number there needs a range
ENGINE = (
    *("asset", "build", "capital", "contract", "cooling", "electrical", "macrs", "margin", "merchant", "network"),
    *(
        "operations",
        "place",
        "region",
        "reliability",
        "residual",
        "specification",
        "supply",
        "tax",
        "values",
        "weather",
    ),
)
AHEAD = ("era",)  # facts of eras, read by tools and tests alone so far
SURVEYED = ("latitude", "longitude", "elevation")


def every_fact():
    for library in (LIBRARY, Library.load([ALSO])):
        for table in library.tables():
            yield from library.rows(table)


def test_every_row_is_sound():
    """Reading checks numbers, ranges, confidence, units, dates and sources of each."""
    facts = list(every_fact())
    assert len(facts) > 18_000
    for fact in facts:
        assert fact.value != "", fact
        assert fact.value == fact.value, fact
        for text in (fact.key, fact.field, fact.unit, fact.source, fact.note, str(fact.value)):
            assert text == text.strip(), fact
        assert re.fullmatch(r"[a-z0-9_]+", fact.field), fact
        dates = re.findall(r"(?<!\d)(?:19|20)\d\d(?:-[01]\d)?(?!\d)", fact.as_of)
        assert dates, fact
        assert all(date <= COLLECTED[: len(date)] for date in dates), fact
        unsourced = fact.source.startswith(("recalled", "assumed"))
        assert fact.confidence == "low" or not unsourced, fact
        if unsourced and fact.table in ENGINE and fact.unit != "text" and fact.field not in SURVEYED:
            assert None not in (fact.low, fact.high), fact


def test_units_are_those_of_the_program():
    for unit in sorted({fact.unit for fact in every_fact()} - {"text"}):
        if not set(re.split(r"[\s/*·()-]+", unit)) & set(SYMBOLS):
            base = "degC" if unit == "degC" else unit
            assert convert(1.0, base, parse_unit("degC") if unit == "degC" else measured(base)) == 1.0, unit


def measured(unit):
    """A unit written as people do, as the program's own: ``USD/kW-month``, ``kWh``."""
    words = {"kWh": "kW*h", "hour": "h", "tokens": "token"}
    above, _, below = unit.partition("/")
    named = ["*".join(words.get(word, word) for word in re.split(r"[-*]", part)) for part in (above, below)]
    return parse_unit("/".join(part for part in named if part))


def test_every_source_is_named_once_and_by_some_row():
    for folder in (PACKAGE, ALSO):
        sources = read_sources(folder / "sources.csv")
        text = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.csv") if file.stem != "sources")
        assert set(sources) <= set(re.findall(r"[a-z0-9-]+", text))
        assert len(set(sources.values())) == len(sources)
        assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in sources)


def test_the_package_is_small_and_speaks_of_no_machine():
    files = list(PACKAGE.glob("*.csv"))
    assert sum(file.stat().st_size for file in files) < MOST
    for file in files:
        assert not re.search(r"(?<![\w.])/(?:work|home|root|tmp)/", file.read_text(encoding="utf-8")), file.name


def test_every_table_is_read_or_will_be():
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src" / "computefactory").rglob("*.py"))
    assert [name for name in LIBRARY.tables() if f'"{name}"' not in source] == list(AHEAD)


def test_every_pattern_fits_a_key():
    for file in PACKAGE.glob("*.csv"):
        if file.stem != "sources":
            rows = read_rows(FactFile(file, "package", dict))
            patterns = {row.key for row in rows if "*" in row.key}
            assert all(any(fnmatchcase(key, each) for key in LIBRARY.keys(file.stem)) for each in patterns)


def test_places_have_twelve_months_in_order():
    for place in LIBRARY.keys("place"):
        for month in range(1, 13):
            low, mean, high = (
                float(LIBRARY.fact("place", place, f"drybulb_{which}_{month:02d}").value)
                for which in ("min", "mean", "max")
            )
            assert low < mean < high, (place, month)
            assert 0 < float(LIBRARY.fact("place", place, f"relative_humidity_{month:02d}").value) <= 1
        assert LIBRARY.fact("place", place, "region").value
    for field in ("extreme_margin", "extreme_margin_of_file"):
        assert LIBRARY.fact("weather", "default", field).unit == "K"


def test_northern_places_are_warmest_in_their_summer():
    for place in LIBRARY.keys("place"):
        latitude = float(LIBRARY.fact("place", place, "latitude").value)
        january, july = (float(LIBRARY.fact("place", place, f"drybulb_mean_{m}").value) for m in ("01", "07"))
        if abs(latitude) > 24:
            assert (july > january) == (latitude > 0), place


def test_every_region_of_a_place_has_a_tax_and_american_ones_a_price():
    for place in LIBRARY.keys("place"):
        region = str(LIBRARY.fact("place", place, "region").value)
        tax = LIBRARY.fact("region", region, "tax").value
        if region.startswith("US-"):
            assert tax == "united_states"
            assert 0.03 < float(LIBRARY.fact("region", region, "industrial_price_2023").value) < 0.4
            assert 0 <= float(LIBRARY.fact("region", region, "state_income_tax").value) < 0.13


def test_texas_price_is_that_of_the_annual_tables():
    assert LIBRARY.fact("region", "US-TX", "industrial_price_2023").value == 0.066  # EIA: 6.60 cents/kWh


def test_macrs_rows_sum_to_the_whole_cost():
    for key in ("5", "15", "39", "5 mid-quarter Q1", "5 mid-quarter Q4"):
        shares = [float(LIBRARY.fact("macrs", key, name).value) for name in LIBRARY.fields("macrs", key)]
        assert isclose(sum(shares), 1, abs_tol=1e-12)
        assert LIBRARY.fields("macrs", key) == [f"year_{year:02d}" for year in range(1, len(shares) + 1)]


def test_macrs_declining_balance_by_its_own_rule():
    # 200 % over 5 years, half-year convention, switching to straight line: 20, 32, 19.2, then 11.52 twice
    left, shares = 1.0, []
    for year in range(6):
        straight = left / (5 - year + 0.5) if year else 0.0
        share = min(left, max(left * 0.4 * (0.5 if year == 0 else 1.0), straight))
        shares.append(share)
        left -= share
    printed = [float(LIBRARY.fact("macrs", "5", f"year_{year:02d}").value) for year in range(1, 7)]
    assert printed == pytest.approx(shares, abs=1e-4)


def test_hall_cost_is_split_without_rest():
    shares = [
        float(LIBRARY.fact("build", "default", f"{part}_share").value) for part in ("shell", "electrical", "mechanical")
    ]
    assert isclose(sum(shares), 1, abs_tol=1e-12)


def test_assets_name_a_schedule_and_a_part():
    for asset in LIBRARY.keys("asset"):
        assert LIBRARY.fact("asset", asset, "layer").value in ("durable", "consumable")
        assert LIBRARY.fact("asset", asset, "part").value in ("power", "cooling", "silicon", "interconnect", "shell")
        if LIBRARY.fact("asset", asset, "depreciable").value:
            assert LIBRARY.fact("asset", asset, "macrs").value in LIBRARY.keys("macrs")


def test_residual_falls_from_new():
    names = LIBRARY.fields("residual", "low_case")
    curve = {int(name[-2:]): float(LIBRARY.fact("residual", "low_case", name).value) for name in names}
    values = [curve[age] for age in sorted(curve)]
    assert curve[0] == 1
    assert values == sorted(values, reverse=True)


def test_default_rates_rise_with_time_and_with_weakness():
    letters = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC"]
    curves = [
        [float(LIBRARY.fact("rating", g, f"cumulative_default_{y:02d}").value) for y in range(1, 16)] for g in letters
    ]
    assert all(curve == sorted(curve) for curve in curves)
    fifth = [curve[4] for curve in curves]
    # the study itself has AAA a hair above AA after five years: few issuers, one decade
    assert all(weaker > stronger - 0.0002 for stronger, weaker in pairwise(fifth))
    assert fifth[1:] == sorted(fifth[1:])
    numbers = [float(LIBRARY.fact("rating", grade, "number").value) for grade in letters]
    hazards = [float(LIBRARY.fact("rating", grade, "hazard").value) for grade in letters]
    assert numbers == [1, 3, 6, 9, 12, 15, 18]
    assert hazards[1:] == sorted(hazards[1:])
    assert [1 - (1 + hazard) ** -5 for hazard in hazards] == pytest.approx(fifth, rel=1e-9)


def test_transition_matrices_and_notches_stay_out():
    assert not [name for name in LIBRARY.tables() if "transition" in name]
    assert not [f for f in LIBRARY.rows("rating") if f.field.startswith("cumulative") and re.search(r"[+-]", f.key)]


def test_buyers_have_a_grade_of_the_scale():
    for buyer in LIBRARY.keys("buyer"):
        if "rating" in LIBRARY.fields("buyer", buyer):
            grade = str(LIBRARY.fact("buyer", buyer, "rating").value)
            assert grade == "unrated" or LIBRARY.fact("rating", grade, "number").value
    assert LIBRARY.fact("buyer", "Microsoft", "rating").value == "AAA"


def test_merchant_prices_name_tier_and_commitment():
    for key in LIBRARY.keys("merchant"):
        if key != "default":
            system, tier, commitment, *date = key.split("/")
            assert not date or re.fullmatch(r"20\d\d-\d\d(-\d\d)?", date[0]), key
            assert system in LIBRARY.keys("system")
            assert LIBRARY.fact("merchant", key, "tier").value == tier
            assert LIBRARY.fact("merchant", key, "commitment").value == commitment
            assert LIBRARY.fact("merchant", key, "price_new").unit == "USD/accelerator-hour"
    tiers = {LIBRARY.fact("merchant", k, "tier").value for k in LIBRARY.keys("merchant")}
    assert tiers == {"hyperscaler", "neocloud", "marketplace"}


def test_systems_name_a_switch_that_exists():
    for system in LIBRARY.keys("system"):
        assert LIBRARY.fact("system", system, "switch").value in LIBRARY.keys("network")
