"""The market on a day: the nearest dated row, its age, and what is said where there is none."""

import pytest

from computefactory.library import Library
from computefactory.library.market import capacity_prices, curve, nearest, spread

LIBRARY = Library.load()
IPO, AUTUMN = "2025-03-31", "2026-09-30"


def test_the_curve_is_that_of_the_newest_day():
    then = curve(LIBRARY.at(IPO), "USD", IPO)
    assert {tenor: quote.value for tenor, quote in then.items()} == {24: 0.0389, 60: 0.0396, 120: 0.0423}
    later = curve(LIBRARY.at(AUTUMN), "USD", AUTUMN)
    assert {tenor: (quote.value, quote.date) for tenor, quote in later.items()} == {
        60: (0.0453, "2026-09-02"),
        120: (0.0477, "2026-09-02"),
    }
    assert curve(LIBRARY.at("2025-03-30"), "USD", "2025-03-30") == {}


@pytest.mark.parametrize(
    ("grade", "day", "value", "date", "age"),
    [
        ("BBB", IPO, 0.0119, IPO, 0),
        ("BBB", "2025-11-15", 0.0096, "2025-10-31", 1),
        ("B", "2025-12-31", 0.0311, "2025-06-30", 6),
        ("AAA", IPO, 0.0055, IPO, 0),  # no row of its own on that day: the next grade's
        ("unrated", IPO, 0.05, IPO, 0),
    ],
)
def test_a_spread_is_the_nearest_and_says_its_age(grade, day, value, date, age):
    for library in (LIBRARY.at(day), LIBRARY):
        quote = spread(library, grade, day)
        assert (quote.value, quote.date, quote.age) == (value, date, age)


def test_what_is_not_there_names_the_next():
    quote = nearest(LIBRARY.at("2024-12-31"), "risk_free", "USD", "month_120", "2024-12-31")
    assert (quote.value, quote.fact) == (None, None)
    assert quote.reason == "no row of risk_free/USD was public by 2024-12-31; the next is of 2025-03-31"


def test_a_contract_s_price_is_one_of_its_vintage():
    """A factor of two and more between 2024, November 2025 and the middle of 2026."""
    newest = {day: capacity_prices(LIBRARY.at(day), "accelerators", day)[0] for day in (IPO, "2025-11-30", AUTUMN)}
    assert [round(quote.value) for quote in newest.values()] == [8304, 9700, 20000]
    assert newest[AUTUMN].fact.high == 25000.0
    shells = capacity_prices(LIBRARY.at(IPO), "shell", IPO)
    assert [quote.fact.key for quote in shells] == ["CORZ-CRWV-ALL", "WULF-CORE42", "CORZ-CRWV-3", "CORZ-CRWV-1"]


def test_an_hour_has_a_tier_a_commitment_and_a_date():
    rents = [
        nearest(LIBRARY.at(IPO), "merchant", f"HGX H100/{tier}", "price_new", IPO).value
        for tier in ("neocloud/on_demand", "neocloud/1_year", "hyperscaler/on_demand", "hyperscaler/3_year")
    ]
    assert rents == [2.99, 3.62, 11.06, 4.86]
    bought = nearest(LIBRARY.at(IPO), "price", "NVIDIA H100 SXM5 80GB", "purchase_buy_list_street", IPO)
    assert (bought.value, bought.date) == (31904.63, "2025-01-31")


def test_cells_that_speak_of_later_days_are_apart():
    """Each value on its own day: what was drawn, a limit that was raised, a margin that was raised."""
    drawn = [LIBRARY.at(day).fact("debt", "DDTL 2.0", "drawn").value for day in (IPO, AUTUMN)]
    assert drawn == [3_843_819_000.0, 4.95e9]
    limit = [LIBRARY.at(day).fact("debt", "Revolver", "amount").value for day in (IPO, "2025-06-30", AUTUMN)]
    assert limit == [0.65e9, 1.5e9, 2.5e9]
    assert LIBRARY.at(IPO).fact("deal", "CORZ-CRWV-ALL", "start_and_ramp").value == "590 MW in all"
    assert LIBRARY.at(IPO).seen("deal", "GLXY-CRWV-1", "start_and_ramp") is None
    assert LIBRARY.fact("debt", "Revolver", "amount").value == 2.5e9
