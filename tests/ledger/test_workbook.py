"""The workbook calculated again by another program, from nothing, and what a reader may rely on in it."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from small_ledger import PROJECT, calendar, fit, project_values
from test_random import ITEMS as RANDOM_ITEMS
from test_random import PERIODS, build, ledgers

from computefactory.errors import OutputError
from computefactory.ledger import Ledger, Quantity, floor, given, irr, line, maximum, over, prev, solve, where
from computefactory.ledger.audit import AuditCheck
from computefactory.ledger.expression import Call, Verb
from computefactory.ledger.summary import Course, Headline, Rule, Stack, Summary
from computefactory.ledger.workbook import write_workbook
from computefactory.units import Month, One, PerYear, Usd
from spreadsheet import FIRST, Book, cells_of, compare, needs_office, recalculated, rewritten

YEAR = Quantity(12, "month")
NAMES = {"contract": ["=1+1", "+alpha", "@beta"], "asset": ["-silicon", '=cmd|"/c calc"!A1']}


@line
def whole_years(month: Month) -> One:
    return floor(month / YEAR)


@line
def before(flow: Usd, before_start: Usd) -> Usd:
    return prev(flow, before_start)


@line
def signs(index: One, tax_rate: One) -> One:
    """Where a spreadsheet binds otherwise than Python does."""
    return -(index**2) + (-index) ** 2 * 3 + 2**index**2 - (2**index) ** 2 - -tax_rate - (index - (tax_rate - 1))


@line
def quotients(index: One, tax_rate: One) -> One:
    return index / (tax_rate / 4) / 2 * -(tax_rate - 1) * 1e-20 / 1e-19


@line
def flags(month: Month, matures: Month, live: One) -> One:
    """Comparisons as numbers, as conditions, and beside each other."""
    return where((month > matures) + over(live), (month <= matures) - (month < matures), maximum(month >= matures, -1))


@line(per="contract")
def contract_flow(served: Usd, month: Month, value: Usd) -> Usd:
    return served - value / 2 * (month <= 0)


@line(per="contract")
def contract_rate(contract_flow: Usd) -> PerYear:
    return irr(contract_flow)


@line
def swing_flow(swing: Usd) -> Usd:
    return swing * 1


@line
def no_single_rate(swing_flow: Usd) -> PerYear:
    """10 % and 20 % a period are both roots."""
    return irr(swing_flow)


@line
def per_tenor(book: Usd, nothing: One) -> Usd:
    return book / nothing


@line
def fee(found: Usd) -> Usd:
    return found * 0.02


@line
def wanted(fee: Usd, capital: Usd) -> Usd:
    return fee + capital


@line
def found(wanted: Usd) -> Usd:
    return solve(wanted)


ALL = [
    *PROJECT,
    given("before_start", Usd, source="start", doc="Before the first period."),
    given("swing", Usd, series=True, source="swing", doc="Out, in, out."),
    given("nothing", One, source="nothing", doc="Zero."),
    given("capital", Usd, source="capital", doc="To be funded with its fee."),
    *(whole_years, before, signs, quotients, flags, contract_flow, contract_rate),
    *(swing_flow, no_single_rate, per_tenor, fee, wanted, found),
]
LEDGER = Ledger(ALL)
CHECKS = (
    AuditCheck("the last service is not after the end", "ends_at_zero", ("service",)),
    AuditCheck("sums agree", "equal", ("revenue",), ("cash", "tax"), scale="revenue"),
    AuditCheck("nothing owed is negative", "never_negative", ("owed",), scale="owed"),
)


def case(contracts=3, assets=2, periods=84, step=1):
    values = project_values(contracts, assets, periods) | calendar(periods, step)
    swing = np.zeros(periods)
    swing[:3] = -100, 230, -132
    return fit(LEDGER, values | {"before_start": 7.0, "swing": swing, "nothing": 0.0, "capital": 1000.0})


def first(about=None):
    """A first page of lines that are there, and of some that are not."""
    return Summary(
        about or {"factory": "a project"},
        figures=(Headline("owners' return", "equity_rate", "share"), Headline("nothing", "no_such_line")),
        stacks=(
            Stack("in and out", {"in": [("sales", "revenue"), ("-", "gone")], "out": [("tax", "tax")]}, "money"),
            Stack("not there", {"a": [("b", "gone")]}, "number"),
        ),
        courses=(
            Course(
                "cash",
                "money",
                "USD",
                areas=(("=cash", "cash"),),
                marks=(("owed", "owed"),),
                limits=(("=1", "=least"),),
                high=3.0,
            ),
            Course("sales", "thousands", "", lines=(("sales", "revenue"), ("x", "gone"))),
            Course("nothing", "money", "", areas=(("x", "gone"),)),
        ),
        rules=(Rule("=least", "-", 1.2, "+a"),),
    )


def written(path, values, **options):
    periods = len(values["month"])
    items = {axis: NAMES[axis][: len(values[name])] for axis, name in (("contract", "price"), ("asset", "cost"))}
    results = LEDGER.run(values)
    options = {"title": "=HYPERLINK(1)", "checks": CHECKS, "first": first()} | options
    count = write_workbook(
        LEDGER, values, results, path, periods=[f"p{k}" for k in range(periods)], items=items, **options
    )
    return count, results, items


def formulas(sheet):
    """Rows of a sheet with their formulas by column."""
    rows = ({cell.column: cell for cell in row if cell.data_type == "f"} for row in sheet.iter_rows())
    return [row for row in rows if row]


def test_the_ledger_uses_every_verb_and_function():
    def parts(expression):
        yield expression
        for part in expression.parts:
            yield from parts(part)

    found = [part for entry in LEDGER.lines.values() for part in parts(entry.expression)]
    assert {part.verb for part in found if isinstance(part, Verb)} == {
        *("prev", "following", "total", "ahead", "trailing", "ytd", "spread", "over", "senior", "solve", "irr")
    }
    assert {part.function for part in found if isinstance(part, Call)} == {
        *("maximum", "minimum", "where", "floor", "compound")
    }


SHAPES = [(3, 2, 84, 1), (1, 1, 30, 3), (0, 0, 24, 1), (2, 0, 6, 12)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_formula_stands_with_its_value(tmp_path, shape):
    _, results, items = written(tmp_path / "book.xlsx", case(*shape))
    book = Book(tmp_path / "book.xlsx")
    assert compare(book, LEDGER.lines.values(), results, items) > 50
    assert set(book.column("Reconciliation", 8)[7:]) == {"ok"}


@needs_office
def test_another_program_calculates_the_same_from_nothing(tmp_path):
    runs = {}
    for k, shape in enumerate(SHAPES):
        runs[k] = written(tmp_path / f"full{k}.xlsx", case(*shape))
        rewritten(tmp_path / f"full{k}.xlsx", tmp_path / f"bare{k}.xlsx")
    books = recalculated(tmp_path, *(tmp_path / f"bare{k}.xlsx" for k in runs))
    for book, (_, results, items) in zip(books, runs.values(), strict=True):
        compare(book, LEDGER.lines.values(), results, items)
        assert not book.errors()
        assert book.row("Numbers", "no_single_rate")[4] == "none"
        assert book.row("Numbers", "per_tenor")[4] == "none"
        assert book.row("Numbers", "solve(wanted)")[8] == "ok"
        assert book.row("Checks", "master check")[6] == "ok"
        assert set(book.column("Reconciliation", 8)[7:]) == {"ok"}


@needs_office
def test_changed_inputs_move_everything(tmp_path):
    values = case()
    _, _, items = written(tmp_path / "full.xlsx", values)
    base = Book(tmp_path / "full.xlsx")
    later = {name: np.array(value, dtype=float) for name, value in values.items()}
    later["capacity"] = np.array(33.5)  # a number
    later["price"][1] *= 1.25  # of an item
    later["spending"][0, 3] += 0.1  # of an item in a month
    later["macrs"][1, :2] = 0.75, 0.25  # of a table
    later["year_start"][18] = 1.0  # of a series: one more tax year
    later["rate"] = np.array(0.081)
    moved = {name for name in values if not np.array_equal(values[name], later[name])}
    assert len(moved) == 6
    cells = {}
    for name in moved:
        cells |= cells_of(base, LEDGER.givens[name], values[name], later[name], items)
    (book,) = recalculated(tmp_path, rewritten(tmp_path / "full.xlsx", tmp_path / "bare.xlsx", cells))
    results = LEDGER.run(later)
    compare(book, LEDGER.lines.values(), results, items)
    states = dict(zip(book.column("Reconciliation", 0), book.column("Reconciliation", 8), strict=True))
    assert states["debt"] == states["tax"] == "differs"
    assert states["index"] == "ok"


@needs_office
def test_a_number_found_in_rounds_says_when_it_is_stale(tmp_path):
    written(tmp_path / "full.xlsx", case())
    cell = ("Inputs", f"E{Book(tmp_path / 'full.xlsx').places['Inputs', 'capital'] + 1}")
    (book,) = recalculated(tmp_path, rewritten(tmp_path / "full.xlsx", tmp_path / "bare.xlsx", {cell: 2000.0}))
    assert book.row("Numbers", "wanted")[4] == pytest.approx(2000 + 0.02 * 1000 / 0.98)
    assert book.row("Numbers", "solve(wanted)")[8] == "RE-SOLVE"
    assert book.row("Checks", "master check")[6] == "FAILS"


@needs_office
def test_a_switch_holds_lines_as_they_were_written(tmp_path):
    values = case()
    _, results, _ = written(tmp_path / "full.xlsx", values, held=("debt", "income", "served"))
    places = Book(tmp_path / "full.xlsx").places
    hold, rate = (("Inputs", f"E{places['Inputs', name] + 1}") for name in ("hold", "rate"))
    capacity = ("Inputs", f"E{places['Inputs', 'capacity'] + 1}")
    copies = [
        rewritten(tmp_path / "full.xlsx", tmp_path / f"{switch}.xlsx", {hold: switch, rate: 0.1, capacity: 20.0})
        for switch in (0, 1)
    ]
    live, held = recalculated(tmp_path, *copies)
    assert held.row("Numbers", "debt")[4] == pytest.approx(results["debt"], rel=1e-12)
    assert held.row("Lines", "income")[FIRST : FIRST + 84] == pytest.approx(list(results["income"]), rel=1e-12)
    changed = LEDGER.run(values | {"rate": 0.1, "capacity": 20.0})
    assert live.row("Numbers", "debt")[4] == pytest.approx(changed["debt"], rel=1e-9)
    assert changed["debt"] != pytest.approx(results["debt"], rel=1e-3)
    assert held.row("Lines", "revenue")[FIRST : FIRST + 84] == pytest.approx(list(results["revenue"]), rel=1e-9)
    assert live.row("Lines", "revenue")[FIRST : FIRST + 84] == pytest.approx(list(changed["revenue"]), rel=1e-9)
    assert list(results["revenue"]) != pytest.approx(list(changed["revenue"]), rel=1e-3)


@needs_office
@seed(5)
@settings(
    max_examples=1, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
@drawn(st.lists(ledgers(), min_size=40, max_size=40))
def test_random_ledgers(tmp_path_factory, drawings):
    folder = tmp_path_factory.mktemp("random")
    items = {"item": [f"i{k}" for k in range(RANDOM_ITEMS)]}
    chance = np.random.default_rng(11)
    runs = {}
    for k, ledger in enumerate(map(build, drawings)):
        if ledger is None:
            continue
        numbers = {
            "n": float(chance.integers(20)),
            "number": chance.normal(),
            "wave": chance.normal(size=PERIODS),
            "share": chance.normal(size=RANDOM_ITEMS),
            "waves": chance.normal(size=(RANDOM_ITEMS, PERIODS)),
        }
        values = fit(ledger, calendar(PERIODS, 3, k % 12)) | fit(ledger, numbers)
        results = ledger.run(values)
        full = folder / f"full{k}.xlsx"
        write_workbook(ledger, values, results, full, title="t", periods=["p"] * PERIODS, items=items)
        runs[rewritten(full, folder / f"bare{k}.xlsx")] = ledger, results
    assert len(runs) > 20
    for book, (ledger, results) in zip(recalculated(folder, *runs), runs.values(), strict=True):
        compare(book, ledger.lines.values(), results, items)
        assert not book.errors()


def test_a_row_has_one_formula_across_time(tmp_path):
    written(tmp_path / "book.xlsx", case(), held=("income",))
    file = openpyxl.load_workbook(tmp_path / "book.xlsx")
    rows = [row for name in ("Lines", "contract", "asset") for row in formulas(file[name])]
    assert sum(len(row) for row in rows) > 2000
    for row in rows:
        if len(row) == 1:
            continue
        assert sorted(row) == list(range(FIRST + 1, FIRST + 85))
        first = row[FIRST + 1]
        for cell in row.values():
            assert cell.value == Translator(first.value, first.coordinate).translate_formula(cell.coordinate)


def test_a_formula_holds_no_number(tmp_path):
    """But 0 and 1; every other number of the model stands in a cell of its own, with its unit."""
    count, _, _ = written(tmp_path / "book.xlsx", case())
    file = openpyxl.load_workbook(tmp_path / "book.xlsx")
    found = 0
    for sheet in file:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            found += 1
            tokens = Tokenizer(cell.value).items
            numbers = {float(token.value) for token in tokens if token.subtype == "NUMBER"}
            assert numbers <= {0.0, 1.0}, cell.value
            assert any(token.subtype == "RANGE" for token in tokens), cell.value
    assert found == count
    constants = [row for row in file["Inputs"].iter_rows(values_only=True) if str(row[0]).startswith("constant ")]
    assert constants
    assert all(float(row[0].removeprefix("constant ")) == row[4] for row in constants)


def test_text_never_becomes_a_formula(tmp_path):
    about = {"=1": "=2", "@a": "+b"}
    written(
        tmp_path / "book.xlsx",
        case(),
        first=first(about),
        sources={"price": "=3", "price[=1+1]": "-4", "capacity": "@five"},
    )
    file = openpyxl.load_workbook(tmp_path / "book.xlsx")
    texts = {cell.value for sheet in file for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}
    shown = {"=1+1", "+alpha", "@beta", "-silicon", '=cmd|"/c calc"!A1', "=1", "=2", "@a", "+b", "=3", "-4", "@five"}
    assert shown <= texts
    assert "=HYPERLINK(1): Inputs" in texts
    allowed = {"SUM", "SUMIFS", "SUMIF", "SUMPRODUCT", "IF", "IFERROR", "MAX", "MIN", "INT", "IRR", "N", "ABS", "MOD"}
    allowed |= {"COUNTIF", "AND", "ISNUMBER"}
    for sheet in file:
        for row in formulas(sheet):
            for cell in row.values():
                names = {t.value[:-1] for t in Tokenizer(cell.value).items if t.type == "FUNC" and t.subtype == "OPEN"}
                assert names <= allowed, cell.value


def test_inputs_say_what_they_are(tmp_path):
    sources = {"capacity": "file.yaml:3", "price[+alpha]": "file.yaml:9"}
    written(tmp_path / "book.xlsx", case(), sources=sources)
    book = Book(tmp_path / "book.xlsx")
    assert book.row("Inputs", "capacity")[:5] == [
        "capacity",
        "Most that can be served in a month.",
        "USD",
        "file.yaml:3",
        40,
    ]
    assert book.row("Inputs", "rate")[2:5] == ["1/year", "debt.rate", 0.06]
    assert book.row("Inputs", "price[+alpha]")[:4] == ["price[+alpha]", "+alpha", "USD", "file.yaml:9"]
    file = openpyxl.load_workbook(tmp_path / "book.xlsx")
    page = file["Inputs"]
    typed = [cell for row in page.iter_rows(min_row=7) for cell in row if cell.data_type == "n" and cell.value]
    blue = [cell for cell in typed if cell.font.color is not None and cell.font.color.rgb == "FF0000C0"]
    grey = [cell for cell in typed if cell.font.color is not None and cell.font.color.rgb == "FF808080"]
    assert len(blue) + len(grey) == len(typed)
    assert len(blue) > 40
    assert not formulas(page)


def test_the_first_page_shows_what_is_there(tmp_path):
    _, results, _ = written(tmp_path / "book.xlsx", case())
    book = Book(tmp_path / "book.xlsx")
    assert book.row("Summary", "owners' return")[1] in ("none", pytest.approx(results["equity_rate"]))
    assert book.row("Summary", "sales")[1] == pytest.approx(results["revenue"].sum())
    assert book.row("Summary", "tax")[2] == pytest.approx(results["tax"].sum())
    assert ("Summary", "nothing") not in book.places
    assert book.row("Summary", "master check")[1] == "ok"
    with zipfile.ZipFile(tmp_path / "book.xlsx") as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    assert all("Summary!" in chart or "Lines!" in chart for chart in charts)
    assert any('<c:max val="3' in chart for chart in charts)
    assert not any("<c:f>cash</c:f>" in chart for chart in charts)


def test_a_failed_check_is_written_as_failed(tmp_path):
    wrong = (
        *CHECKS,
        AuditCheck("revenue is tax", "equal", ("revenue",), ("tax",)),
        AuditCheck("no cash", "zero", ("cash",)),
    )
    written(tmp_path / "book.xlsx", case(), checks=wrong)
    book = Book(tmp_path / "book.xlsx")
    states = {row[0]: row[6] for row in book.sheets["Checks"] if len(row) > 6}
    assert states["sums agree"] == "ok"
    assert states["revenue is tax"] == states["no cash"] == states["master check"] == "FAILS"


@pytest.mark.parametrize("place", ["folder.xlsx", "missing/book.xlsx", "file/book.xlsx"])
def test_a_place_that_cannot_be_written(tmp_path, place):
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=re.escape(str(tmp_path / place))):
        written(tmp_path / place, case(1, 1, 6))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder.xlsx"]


def test_a_write_that_fails_keeps_the_workbook_before(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    written(path, case(1, 1, 6))
    before = path.read_bytes()

    def full(self, content):
        self.touch()
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OutputError, match="no space left"):
        written(path, case(1, 1, 7))
    assert [found.name for found in tmp_path.iterdir()] == ["book.xlsx"]
    assert path.read_bytes() == before


def test_a_read_only_workbook_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"signed")
    monkeypatch.setattr("os.access", lambda place, mode: False)
    with pytest.raises(OutputError, match="read-only"):
        written(path, case(1, 1, 6))
    assert path.read_bytes() == b"signed"
