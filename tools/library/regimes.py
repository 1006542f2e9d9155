"""Rows of income tax: national rates from collected facts, and how each regime lets assets and losses be deducted.

Rates of countries are facts. How a regime depreciates and limits losses and interest is recalled where a row names it
and assumed elsewhere: low confidence, with a range, and to be replaced through a ``--library`` folder.
"""

from __future__ import annotations

from dataclasses import replace

from library.book import COLLECTED, RECALLED, Book, Line, Row, stated
from library.text import Quantity, slug

UNVERIFIED = f"{RECALLED}, unverified"
US = "united_states"
UNLIMITED = 1200.0  # months: a loss that never lapses
RATES = ("corporate_tax_rate_taxfoundation", "corporate_tax_rate")  # the first a country has
STRAIGHT, DECLINING = "straight_line", "declining_balance"
# field: value, unit, low, high, note; what a regime has where nothing else is recalled
DEFAULTS: dict[str, tuple[float | str, str, float | None, float | None, str]] = {
    "loss_limit": (1.0, "1", 0.5, 1.0, "share of income that losses carried forward may offset"),
    "loss_life": (UNLIMITED, "month", 60.0, UNLIMITED, "how long after its tax year a loss may be used"),
    "interest_limit": (0.3, "1", 0.3, 1.0, "of tax EBITDA"),
    "withholding": (0.0, "1", 0.0, 0.15, "of distributions; depends on where the owner is"),
    "building_method": (STRAIGHT, "text", None, None, "shell and soft cost"),
    "building": (0.04, "1/year", 0.025, 0.05, "of cost a year: shell and soft cost"),
    "building_bonus": (0.0, "1", 0.0, 0.0, "share expensed at once"),
    "plant_method": (STRAIGHT, "text", None, None, "electrical, mechanical, grid"),
    "plant": (0.1, "1/year", 0.0667, 0.15, "a year: electrical, mechanical, grid"),
    "plant_bonus": (0.0, "1", 0.0, 0.0, "share expensed at once"),
    "equipment_method": (STRAIGHT, "text", None, None, "silicon, fabric, storage"),
    "equipment": (0.25, "1/year", 0.2, 0.334, "a year: silicon, fabric, storage"),
    "equipment_bonus": (0.0, "1", 0.0, 0.0, "share expensed at once"),
}
# regime -> field: value, low, high, note
RECALLED_RULES: dict[str, dict[str, tuple[float | str, float | None, float | None, str]]] = {
    "united_kingdom": {
        "federal": (0.25, 0.25, 0.25, "main rate since April 2023"),
        "loss_limit": (0.5, 0.5, 1.0, "half of profits above 5 million GBP a group"),
        "building": (0.03, 0.03, 0.03, "structures and buildings allowance"),
        "plant_method": (DECLINING, None, None, "special rate pool: integral features"),
        "plant": (0.06, 0.06, 0.06, "writing-down allowance of the special rate pool"),
        "plant_bonus": (0.5, 0.0, 0.5, "first-year allowance of the special rate pool"),
        "equipment_method": (DECLINING, None, None, "main pool"),
        "equipment": (0.14, 0.14, 0.18, "writing-down allowance of the main pool from April 2026; 18 % before"),
        "equipment_bonus": (1.0, 0.0, 1.0, "full expensing of new main-pool assets by companies"),
    },
    "norway": {
        "interest_limit": (0.25, 0.25, 1.0, "of tax EBITDA"),
        "building_method": (DECLINING, None, None, "balance group i"),
        "building": (0.02, 0.02, 0.06, "balance group i: office buildings; h: plant buildings 4 to 6 %"),
        "plant_method": (DECLINING, None, None, "balance group j"),
        "plant": (0.1, 0.1, 0.1, "balance group j: fixed installations in buildings"),
        "equipment_method": (DECLINING, None, None, "balance group a"),
        "equipment": (0.3, 0.2, 0.3, "balance group a: office machines"),
    },
    "sweden": {
        "plant_method": (DECLINING, None, None, "book depreciation method"),
        "plant": (0.3, 0.2, 0.3, "30 % declining or 20 % straight line, whichever is faster"),
        "equipment_method": (DECLINING, None, None, "book depreciation method"),
        "equipment": (0.3, 0.2, 0.3, "30 % declining or 20 % straight line, whichever is faster"),
    },
    "finland": {
        "loss_life": (120.0, 120.0, UNLIMITED, "ten years"),
        "interest_limit": (0.25, 0.25, 1.0, "of tax EBITDA"),
        "building_method": (DECLINING, None, None, "industrial buildings"),
        "building": (0.07, 0.04, 0.07, "industrial buildings"),
        "plant_method": (DECLINING, None, None, "machinery and equipment"),
        "plant": (0.25, 0.25, 0.25, "machinery and equipment"),
        "equipment_method": (DECLINING, None, None, "machinery and equipment"),
        "equipment": (0.25, 0.25, 0.25, "machinery and equipment"),
    },
    "canada": {
        "loss_life": (240.0, 240.0, 240.0, "twenty years"),
        "building_method": (DECLINING, None, None, "class 1"),
        "building": (0.06, 0.04, 0.1, "class 1, non-residential"),
        "plant_method": (DECLINING, None, None, "class 8"),
        "plant": (0.2, 0.2, 0.2, "class 8"),
        "equipment_method": (DECLINING, None, None, "class 50"),
        "equipment": (0.55, 0.3, 0.55, "class 50: data-processing equipment"),
    },
    "india": {
        "federal": (0.2517, 0.2517, 0.3494, "22 % with surcharge and cess for companies without incentives"),
        "loss_life": (96.0, 96.0, 96.0, "eight years; unabsorbed depreciation does not lapse"),
        "building_method": (DECLINING, None, None, "written-down value"),
        "building": (0.1, 0.1, 0.1, "written-down value"),
        "plant_method": (DECLINING, None, None, "written-down value"),
        "plant": (0.15, 0.15, 0.15, "written-down value"),
        "equipment_method": (DECLINING, None, None, "written-down value"),
        "equipment": (0.4, 0.4, 0.4, "computers, written-down value"),
    },
    "united_arab_emirates": {
        "federal": (0.09, 0.09, 0.15, "9 %; 15 % for groups above 750 million EUR of revenue from 2025"),
        "loss_limit": (0.75, 0.75, 0.75, "of income"),
    },
    "germany": {"loss_limit": (0.7, 0.6, 0.7, "above 1 million EUR")},
    "france": {"loss_limit": (0.5, 0.5, 1.0, "above 1 million EUR")},
    "italy": {"loss_limit": (0.8, 0.8, 0.8, "of income")},
    "spain": {"loss_limit": (0.25, 0.25, 0.7, "25 to 70 % of income by turnover")},
    "portugal": {"loss_limit": (0.65, 0.65, 0.75, "of income")},
    "netherlands": {
        "loss_limit": (0.5, 0.5, 1.0, "above 1 million EUR"),
        "interest_limit": (0.245, 0.2, 0.25, "of tax EBITDA"),
    },
    "ireland": {"federal": (0.125, 0.125, 0.15, "12.5 %; 15 % for groups above 750 million EUR of revenue")},
    "poland": {
        "loss_limit": (0.5, 0.5, 0.5, "half of each year's loss a year"),
        "loss_life": (60.0, 60.0, 60.0, "five years"),
    },
    "iceland": {"loss_life": (120.0, 120.0, 120.0, "ten years")},
    "japan": {
        "loss_limit": (0.5, 0.5, 1.0, "of income, large companies"),
        "loss_life": (120.0, 120.0, 120.0, "ten years"),
        "interest_limit": (0.2, 0.2, 1.0, "of adjusted income"),
    },
    "south_korea": {
        "loss_limit": (0.8, 0.8, 0.8, "of income, large companies"),
        "loss_life": (180.0, 180.0, 180.0, "fifteen years"),
    },
    "china": {"loss_life": (60.0, 60.0, 120.0, "five years; ten for high technology")},
    "brazil": {"loss_limit": (0.3, 0.3, 0.3, "of income")},
    "mexico": {"loss_life": (120.0, 120.0, 120.0, "ten years")},
    "indonesia": {"loss_life": (60.0, 60.0, 120.0, "five years")},
    "malaysia": {"loss_life": (120.0, 120.0, 120.0, "ten years")},
    "thailand": {"loss_life": (60.0, 60.0, 60.0, "five years")},
    "switzerland": {"loss_life": (84.0, 84.0, 84.0, "seven years")},
    "saudi_arabia": {"loss_limit": (0.25, 0.25, 0.25, "of income")},
    "south_africa": {"loss_limit": (0.8, 0.8, 0.8, "of income")},
    "singapore": {"interest_limit": (1.0, 1.0, 1.0, "no such limit"), "equipment": (0.334, 0.334, 1.0, "three years")},
    "australia": {
        "equipment": (0.25, 0.25, 0.5, "four years"),
        "building": (0.025, 0.025, 0.04, "capital works"),
    },
}
# share expensed at once of property acquired before 2025-01-20, by calendar year of placing in service
BEFORE_2025 = {
    **dict.fromkeys((2008, 2009), 0.5),
    **dict.fromkeys((2010, 2011), 1.0),
    **dict.fromkeys(range(2012, 2017), 0.5),
    **dict.fromkeys(range(2017, 2023), 1.0),
    2023: 0.8,
    2024: 0.6,
    2025: 0.4,
    2026: 0.2,
    2027: 0.0,
}
UNCERTAIN = {2010: 0.5, 2017: 0.5}  # the share rose within these years
# states that add the federal share back and keep their own schedule
OWN_SCHEDULE = (
    *("AR", "CA", "CT", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "KY", "MA", "MD", "ME", "MI", "MN", "NC", "NH"),
    *("NJ", "NY", "PA", "RI", "SC", "VA", "VT", "WI"),
)
NO_STATE = "no income tax of a state: the national row holds the combined rate"


def draw(book: Book, lines: list[Line]) -> None:
    """National rates, rules of each regime, the US rows by date, and what states do."""
    found: dict[str, Line] = {}
    for indicator in reversed(RATES):
        found |= {x["country"]: x for x in lines if x.file == "markets.csv" and x["indicator"] == indicator}
    for country, line in found.items():
        key = slug(country)
        if key != US:
            _regime(book, key, line)
    _united_states(book)
    _states(book)


def _regime(book: Book, key: str, line: Line) -> None:
    own = RECALLED_RULES.get(key, {})
    if "federal" not in own:
        rate = stated(line)
        book.add(line, "tax", key, "federal", replace(rate, unit="1"), note="statutory rate, sub-national tax included")
    for name, (value, unit, low, high, note) in DEFAULTS.items():
        if name not in own:
            _row(book, "tax", key, name, Quantity(value, unit, low, high), note, "assumed")
    for name, (value, low, high, note) in own.items():
        unit = DEFAULTS.get(name, (0, "1"))[1]
        _row(book, "tax", key, name, Quantity(value, unit, low, high), note, UNVERIFIED)
    _row(book, "tax", key, "depreciation", Quantity("rates", "text"), "a yearly rate for each group", "assumed")
    _row(
        book, "tax", key, "convention", Quantity("full_year", "text"), "a yearly rate counts from the first", "assumed"
    )


def _united_states(book: Book) -> None:
    """Which date and year decide the share expensed at once; the convention of personal property."""
    for year, share in BEFORE_2025.items():
        value = Quantity(share, "1", UNCERTAIN.get(year, share), share)
        note = "acquired before 2025-01-20 and placed in service in that year (section 168(k))"
        _row(book, "tax", US, f"bonus_placed_{year}", value, note, UNVERIFIED)
    note = "property acquired (by written binding contract) in a later month: Public Law 119-21"
    _row(book, "tax", US, "bonus_acquired_after", Quantity("2025-01", "text"), note, UNVERIFIED)
    note = "tables of IRS Publication 946"
    _row(book, "tax", US, "depreciation", Quantity("macrs", "text"), note, UNVERIFIED)
    note = "half-year, or mid-quarter where the test says so (section 168(d)(3))"
    _row(book, "tax", US, "convention", Quantity("tested", "text"), note, UNVERIFIED)
    note = "of a year's personal property in its last quarter (section 168(d)(3))"
    _row(book, "tax", US, "mid_quarter_test", Quantity(0.4, "1", 0.4, 0.4), note, UNVERIFIED)
    note = "losses of 2018 and later do not lapse (section 172)"
    _row(book, "tax", US, "loss_life", Quantity(UNLIMITED, "month", UNLIMITED, UNLIMITED), note, UNVERIFIED)
    note = "domestic owners; 30 % or by treaty abroad (section 1442)"
    _row(book, "tax", US, "withholding", Quantity(0.0, "1", 0.0, 0.0), note, UNVERIFIED)


def _states(book: Book) -> None:
    regions = list(dict.fromkeys(row.key for row in book.rows if row.table == "region"))
    for key in regions:
        if not key.startswith("US-"):
            _row(book, "region", key, "state_income_tax", Quantity(0.0, "1", 0.0, 0.0), NO_STATE, "assumed")
            _row(book, "region", key, "state_bonus", Quantity(1.0, "1", 1.0, 1.0), NO_STATE, "assumed")
            continue
        own = key.removeprefix("US-") in OWN_SCHEDULE
        note = "adds the federal share back" if own else "follows the federal share"
        _row(book, "region", key, "state_bonus", Quantity(float(not own), "1", 0.0, 1.0), note, UNVERIFIED)


def _row(book: Book, table: str, key: str, name: str, value: Quantity, note: str, source: str) -> None:
    as_of = COLLECTED if source == "assumed" else "2025"
    book.rows.append(Row(table, key, name, value, as_of, source, "", "low", note))
