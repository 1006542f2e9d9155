"""Several runs as one sheet: what is the same stands once, what differs has a name and a page of its own."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from computefactory.ledger import Ledger, at, belonging, given, line, over, prev, total
from computefactory.ledger.beside import Beside, join
from computefactory.ledger.workbook import write_workbook
from computefactory.units import Balance, Month, One, Usd
from spreadsheet import Book, calculated, rewritten

MONTHS = 5
GIVENS = [
    given("month", Month, series=True, source="timeline.month", doc="Months."),
    given("months", Month, series=True, source="timeline.months", doc="Length."),
    given("price", Usd, per="contract", source="book.price", doc="Price."),
    given("escalator", One, source="book.escalator", doc="Rise a month."),
    given("held", One, series=True, source="case.held", doc="1 until the exit."),
]
FROZEN = given("loan", Usd, source="frozen.loan", doc="Sized elsewhere.")


@line(per="contract")
def sold(price: Usd) -> Usd:
    """The same whenever the exit is."""
    return price * 1


@line
def revenue(sold: Usd, held: One, uplift: Usd) -> Usd:
    return (over(sold) + uplift) * held


@line
def uplift(escalator: One, month: Month, months: Month, sold: Usd) -> Usd:
    return over(sold) * escalator * (month / months)


@line
def cash(cash: Balance, revenue: Usd) -> Balance:
    return prev(cash) + revenue


@line
def loan(sold: Usd) -> Usd:
    return over(sold) * 2


@line
def value(cash: Balance, revenue: Usd, loan: Usd, held: One) -> Usd:
    return total(revenue * held) + at(cash, held) * 0 - loan


MAIN = Ledger([*GIVENS, sold, revenue, uplift, cash, loan])
OTHER = Ledger([*GIVENS, FROZEN, sold, revenue, uplift, cash, value])


def values(held: int, escalator: float = 0.0) -> dict[str, object]:
    month = np.arange(float(MONTHS))
    series = {"month": month, "months": np.ones(MONTHS), "held": (month < held).astype(float)}
    return series | {"price": np.array([10.0, 30.0]), "escalator": escalator}


@pytest.fixture
def runs():
    main, other = values(2), values(4)
    first = MAIN.run(main)
    second = OTHER.run(other | {"loan": first["loan"]})
    return main, first, Beside("Later", OTHER, other | {"loan": first["loan"]}, second, ["value"])


def test_what_is_the_same_stands_once(runs):
    main, first, beside = runs
    joined = join(MAIN, main, first, [beside])
    added = set(joined.sheet.lines) - set(MAIN.lines)
    named = {name for name in added if joined.sheet.lines[name].name == name and "*" not in name and "+" not in name}
    assert {"revenue (Later)", "cash (Later)", "value"} <= named
    assert not {"sold (Later)", "loan (Later)", "uplift (Later)"} & added
    assert set(joined.sheet.givens) == {*MAIN.givens, "held (Later)"}
    assert joined.results["value"] == pytest.approx(4 * 40 - 80)
    assert set(joined.pages) == added
    assert set(joined.pages.values()) == {"Later"}


def test_what_the_main_run_works_out_is_read_from_it(runs):
    main, first, beside = runs
    joined = join(MAIN, main, first, [beside])
    assert "loan" in joined.sheet.lines
    assert "loan" not in joined.sheet.givens


def test_the_sheets_recalculate_and_silent_rows_are_folded_away(runs, tmp_path):
    main, first, beside = runs
    path = tmp_path / "book.xlsx"
    items = {"contract": ["a", "b"]}
    write_workbook(MAIN, main, first, path, title="t", periods=list("abcde"), items=items, beside=[beside])
    again = calculated(path)
    assert again.row("Later_Numbers", "value")[4] == pytest.approx(80.0)
    assert again.row("Later", "revenue (Later)")[6:11] == pytest.approx([40.0] * 4 + [0.0])
    sheet = openpyxl.load_workbook(path)["Lines"]
    row = Book(path).places["Lines", "uplift"] + 1
    assert sheet.row_dimensions[row].hidden
    assert sheet.row_dimensions[row].outlineLevel == 1
    assert not sheet.row_dimensions[Book(path).places["Lines", "revenue"] + 1].hidden
    place = ("Inputs", f"E{Book(path).places['Inputs', 'escalator'] + 1}")
    typed = calculated(rewritten(path, tmp_path / "typed.xlsx", {place: 0.5}))
    woken = values(2, escalator=0.5)
    assert typed.row("Lines", "uplift")[6:11] == pytest.approx(MAIN.run(woken)["uplift"])
    assert typed.row("Later_Numbers", "value")[4] == pytest.approx(80.0 + 20 * (1 + 2 + 3))
    awake = tmp_path / "awake.xlsx"
    write_workbook(MAIN, woken, MAIN.run(woken), awake, title="t", periods=list("abcde"), items=items)
    sheet = openpyxl.load_workbook(awake)["Lines"]
    assert not sheet.row_dimensions[Book(awake).places["Lines", "uplift"] + 1].hidden


A_HELD = given("a_held", One, per="asset", series=True, source="case.held", doc="1 until the exit.")
P_ASSET = given("p_asset", One, per="part", source="parts.asset", doc="Place of its asset.")
P_HELD = belonging(A_HELD, P_ASSET, "p_held")


@line(per="part")
def p_let(p_held: One, month: Month, months: Month) -> One:
    return p_held * (month >= 0) * (months / months)


@line
def let(p_let: One) -> One:
    return total(over(p_let))


def test_what_belongs_to_items_is_that_of_its_own_run(tmp_path):
    """The parts of an asset that leaves later in the other run: its own numbers, whatever stands in what is handed."""
    ledger = Ledger([GIVENS[0], GIVENS[1], A_HELD, P_ASSET, P_HELD, p_let, let])
    month = np.arange(float(MONTHS))
    time = {"month": month, "months": np.ones(MONTHS), "p_asset": np.array([0.0, 0.0])}
    main, later = (time | {"a_held": (month[None, :] < end).astype(float)} for end in (2, 4))
    stale = later | {"p_held": np.ones((2, MONTHS))}
    first, second = ledger.run(main), ledger.run(stale)
    assert (first["let"], second["let"]) == (4.0, 8.0)
    joined = join(ledger, main, first, [Beside("Later", ledger, stale, second, ["let"])])
    assert joined.sheet.givens["p_held (Later)"].of == "a_held (Later)"
    assert joined.values["p_held (Later)"].sum() == 8.0
    path = tmp_path / "book.xlsx"
    names = [str(k) for k in range(MONTHS)]
    beside = [Beside("Later", ledger, stale, second, ["let"])]
    items = {"asset": ["site"], "part": ["a", "b"]}
    write_workbook(ledger, main, first, path, title="small", periods=names, items=items, beside=beside)
    book = calculated(rewritten(path, tmp_path / "bare.xlsx"))
    assert not book.errors()
    assert book.row("Later_Numbers", "let (Later)")[4] == 8.0
