"""A library read at a date holds nothing that was public only later."""

from dataclasses import replace

import pytest

from computefactory.errors import FactNotFound, LibraryError
from computefactory.library import COLUMNS, Fact, Library
from computefactory.library.dates import last_day
from computefactory.library.lookup import DATED
from computefactory.library.market import capacity_prices, curve
from computefactory.library.operators import amount, end_of, latest, like, names, periods, reported
from computefactory.library.sheets import KNOWN

LIBRARY = Library.load()
IPO, MAY, AUTUMN = "2025-03-31", "2025-05-15", "2026-09-30"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-31", "2025-03-31"),
        ("2025-02", "2025-02-28"),
        ("FY2024", "2024-12-31"),
        ("2025-mid", "2025-06-30"),
        ("2026-H1", "2026-06-30"),
        ("2025-Q3", "2025-09-30"),
        ("2015-2019", "2019-12-31"),
        ("early 2010s", "2019-12-31"),
        ("2024-06-21, amended 2025", "2025-12-31"),
        ("2025-11-13 (+0.333 on 2025-11-24)", "2025-11-24"),
        ("early 2025 (price $927.2)", "2025-12-31"),
        ("2026-", "2026-11-30"),
        ("no date", ""),
    ],
)
def test_a_date_is_read_for_its_last_day(text, day):
    assert last_day(text) == day


@pytest.mark.parametrize("day", ["2024-12-31", IPO, MAY, "2026-01-31", AUTUMN])
def test_nothing_public_later_is_in_a_library_at_a_date(day):
    """Every table: of a dated one all that was public by the day and no more, of another one everything."""
    then = LIBRARY.at(day)
    for table in LIBRARY.tables():
        rows, all_rows = then.rows(table), LIBRARY.rows(table)
        assert rows == [row for row in all_rows if table not in DATED or row.key == "default" or row.known <= day], (
            table
        )
    assert then.hash == LIBRARY.hash


def test_what_is_hidden_is_told():
    then = LIBRARY.at(IPO)
    place = ("operator", "CoreWeave/2025-03-31", "revenue_backlog")
    assert then.seen(*place) is None
    later = then.hidden(*place)
    assert later is not None
    assert (later.known, later.value) == (MAY, 25.9e9)
    assert then.hidden("operator", "CoreWeave/FY2024", "revenue") is None
    assert LIBRARY.hidden(*place) is None
    with pytest.raises(FactNotFound, match=r"public on 2025-05-15 \(rule\), after 2025-03-31"):
        then.fact(*place)
    assert then.at("2027-01-01").seen(*place) is None
    assert LIBRARY.at(MAY).fact(*place) == later


def test_a_day_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a date"):
        LIBRARY.at("spring")


def test_operators_rows_say_when_they_were_public():
    for fact in LIBRARY.rows("operator"):
        assert fact.known_basis in ("published", "event", "rule"), fact
        assert fact.known <= "2026-11-30"
    rows = LIBRARY.rows("operator")
    assert len(rows) > 680  # 525 collected, what stood in their text, what the filings behind them say
    assert all(row.unit == "1/year" for row in rows if row.field.startswith("rate_"))
    debt = LIBRARY.fact("operator", "CoreWeave/FY2024", "debt_ddtl_1")
    assert (debt.value, debt.unit, debt.known, debt.known_basis) == (2012.5e6, "USD", "2025-03-03", "published")


def test_the_facilities_of_2024_are_the_principal():
    facts = [LIBRARY.at(IPO).fact("operator", "CoreWeave/FY2024", f"debt_{name}").value
             for name in ("ddtl_1", "ddtl_2", "2024_term_loan", "oem")]  # fmt: skip
    assert sum(facts) == LIBRARY.fact("operator", "CoreWeave/FY2024", "debt_principal").value == 8_033_477_000.0


def test_the_newest_period_of_a_kind():
    then = LIBRARY.at(IPO)
    year, quarter = (latest(then, "CoreWeave", "revenue", kind) for kind in ("year", "quarter"))
    assert (year.key, year.value) == ("CoreWeave/FY2024", 1_915_426_000.0)
    assert (quarter.key, quarter.value) == ("CoreWeave/2024-12-31", 747.4e6)
    assert latest(then, "CoreWeave", ("cash", "cash_and_equivalents"), "instant").key == "CoreWeave/FY2024"
    assert latest(LIBRARY.at(MAY), "CoreWeave", "active_power", "instant").value == 420_000.0
    assert latest(then, "Lambda", "rpo", "instant") is None
    assert periods(then, "CoreWeave")[-1] == IPO
    assert list(reported(then, "CoreWeave", "active_power")) == ["FY2024"]
    assert names(LIBRARY)[0] == "CoreWeave"


def test_a_fiscal_year_ends_where_its_row_says():
    asked = (("IREN", "FY2026"), ("CoreWeave", "FY2024"), ("Galaxy", "2026-07"))
    assert [end_of(LIBRARY, *each) for each in asked] == ["2026-06-30", "2024-12-31", "2026-07-31"]


def test_one_figure_under_several_names():
    """A loss is below zero however it is written; a near definition is another figure."""
    nebius = like(LIBRARY, "Nebius", "revenue", "quarter")
    assert (nebius.key, nebius.field) == ("Nebius/2026-06-30", "revenue")
    losses = reported(LIBRARY, "CoreWeave", "net_loss")
    assert amount(losses["2025-03-31"]) == -314_641_000.0
    assert amount(losses["2026-06-30"]) == -626e6
    assert like(LIBRARY, "CoreWeave", "debt", "instant").field == "debt_principal"


def test_a_user_s_row_says_when_it_was_public(layer):
    header = (*COLUMNS, *KNOWN)
    row = {"table": "operator", "key": "Mine/FY2024", "field": "revenue", "value": "5", "unit": "USD"}
    folder = layer(row, {**row, "field": "cash", "known": "2025-02-10", "known_basis": "event"}, header=header)
    mine = Library.load([folder])
    known = [mine.fact("operator", "Mine/FY2024", name).known for name in ("revenue", "cash")]
    assert known == ["2026-01-31", "2025-02-10"]
    assert mine.at(IPO).fields("operator", "Mine/FY2024") == ["cash"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"known": "2025-02-30"}, "column known: '2025-02-30'; expected a date such as"),
        ({"known": "2027-01-01"}, "expected a date that has come"),
        ({"known": "2025-02-10", "known_basis": "rumour"}, "column known_basis: 'rumour'; expected published or event"),
        ({"known_basis": "event"}, "expected nothing where known is empty"),
        ({"key": "Mine"}, "column key: 'Mine'; expected a company and a period"),
        ({"key": "Mine/Q1 2025"}, "column key: 'Mine/Q1 2025'; expected a company and a period"),
    ],
)
def test_a_wrong_date_is_refused(layer, cells, told):
    row = {"table": "operator", "key": "Mine/FY2024", "field": "revenue", "value": "5", "unit": "USD"} | cells
    with pytest.raises(LibraryError) as refused:
        Library.load([layer(row, header=(*COLUMNS, *KNOWN))])
    assert told in str(refused.value)


def poison(library: Library, day: str) -> list[Fact]:
    """Every row that was public only later, a million times too large, or other words."""

    def worse(value: float | str) -> float | str:
        return value * 1e6 + 1 if isinstance(value, float) else f"XX {value}"

    return [
        replace(row, value=worse(row.value), low=None, high=None)
        for table in DATED
        for row in library.rows(table)
        if row.known > day and row.key != "default"
    ]


@pytest.mark.parametrize("day", [IPO, MAY, AUTUMN])
def test_poison_in_what_was_public_later_changes_nothing(day):
    """A layer over the package says nonsense wherever the package speaks of later days: no answer of the day moves."""
    bad = poison(LIBRARY, day)
    assert len(bad) > 50
    layered = Library((*LIBRARY.layers, *Library.of(bad).layers))
    then, poisoned = LIBRARY.at(day), layered.at(day)
    for table in DATED:
        assert poisoned.rows(table) == then.rows(table), table
        assert poisoned.keys(table) == then.keys(table), table
    for name in names(then):
        assert periods(then, name) == periods(poisoned, name)
        for kind in ("year", "quarter", "instant"):
            assert like(then, name, "revenue", kind) == like(poisoned, name, "revenue", kind)
    assert curve(then, "USD", day) == curve(poisoned, "USD", day)
    assert capacity_prices(then, "accelerators", day) == capacity_prices(poisoned, "accelerators", day)
    worse = [fact for fact in bad if layered.seen(fact.table, fact.key, fact.field) == fact]
    assert len(worse) > 50  # the whole library does read the nonsense
