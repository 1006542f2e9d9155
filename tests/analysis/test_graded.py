"""A forecast of round numbers graded on what CoreWeave reported, and on rows made up for the purpose."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import small_company as small
from computefactory.analysis.divided import Forecast
from computefactory.analysis.graded import forecast_of, grade
from computefactory.analysis.reported import LINES, reports_of
from computefactory.analysis.run import run
from computefactory.library import Fact, Library
from computefactory.library.dates import last_day
from computefactory.report.company_graded import graded_page
from computefactory.report.graded_picture import graded_picture
from computefactory.timeline import month_name, month_number

MILLION = 1e6
FIRST = month_number("2025-01")
LINE = {line.name: line for line in LINES}
CAPEX_OF_DEFINITION = "capex_company_defined"


@pytest.fixture(scope="module")
def library():
    return Library.load()


def forecast(**monthly):
    """Two years of level months: 240 million USD of revenue on 400 MW of the 650 that are sold."""
    level = {
        "revenue": 240 * MILLION,
        "committed_revenue": 240 * MILLION,
        "adjusted_ebitda": 150 * MILLION,
        "capex": 100 * MILLION,
        "interest": 80 * MILLION,
        "billing_power": 400e3,
        "net_debt": 7_000 * MILLION,
        "debt_balance": 8_500 * MILLION,
        "backlog": 14_000 * MILLION,
    } | monthly
    series = {name: np.full(24, float(value)) for name, value in level.items()}
    opening = {"billing_power": 360e3, "net_debt": 6_672.394e6, "debt_balance": 8_033.477e6, "backlog": 15.1e9}
    return Forecast(FIRST, series, opening, np.full(24, 650e3), 9e9, 2.4e9)


@pytest.fixture(scope="module")
def found(library):
    return grade(forecast(), library, operator="CoreWeave", as_of="2025-03-31")


def line_of(graded, name):
    return next(line for line in graded.lines if line.line.name == name)


def cells(graded, name):
    return line_of(graded, name).cells


def test_every_later_quarter_stands_on_the_page_known_or_missing(found):
    ends = ["2025-03", "2025-06", "2025-09", "2025-12", "2026-03", "2026-06"]
    assert all([cell.end for cell in line.cells] == ends for line in found.lines)
    counted = {line.line.name: line.ours.n for line in found.lines}
    assert {name for name, n in counted.items() if n == 6} >= {
        "revenue",
        "adjusted_ebitda",
        "interest",
        "billing_power",
    }
    assert counted["rpo"] < 6, "no later obligations were found"
    assert found.n == sum(counted.values())
    assert found.missing == 8 * 6 - found.n


def test_shares_sum_to_the_error_of_every_cell(found):
    split = [(line.line.name, cell) for line in found.lines for cell in line.cells if cell.error is not None]
    assert len(split) == found.n
    for name, cell in split:
        assert sum(cell.causes.values()) == pytest.approx(cell.error, rel=1e-9, abs=1e-9 * 1e9), (name, cell.end)


def test_a_quarter_by_hand(found):
    """Q4 2025: 720 m forecast on 400 MW; 1,571.9 m reported on a mean of 720 MW (590 to 850), 650 of them sold."""
    cell = cells(found, "revenue")[3]
    assert cell.forecast == pytest.approx(720e6)
    assert cell.error == pytest.approx(720e6 - 1571.9e6)
    assert cell.causes["signed_after"] == pytest.approx(-70 * 1571.9e6 / 720)
    assert cell.causes["timing"] == pytest.approx(-250 * 720e6 / 400)
    assert cell.causes["price"] == pytest.approx(650 * (720e6 / 400 - 1571.9e6 / 720))
    assert cell.causes["volume"] == cell.causes["margin"] == cell.causes["rest"] == 0


def test_rivals_know_what_was_known_and_no_more(found):
    revenue = cells(found, "revenue")
    assert revenue[0].growth == pytest.approx(747.4e6 * 747.4 / 583.941)
    assert revenue[5].growth == pytest.approx(747.4e6 * (747.4 / 583.941) ** 6)
    assert all(cell.growth is None for cell in cells(found, "billing_power")), "one active power was known"
    assert not found.guidance
    assert all(cell.guidance is None for line in found.lines for cell in line.cells)


def test_guidance_counts_in_its_own_period(library):
    found = grade(forecast(), library, operator="CoreWeave", as_of="2026-05-20")
    revenue = line_of(found, "revenue")
    assert [cell.end for cell in revenue.cells] == ["2026-06"], "earlier quarters were known on the day"
    assert revenue.cells[0].guidance.middle == pytest.approx(2_525e6)
    assert revenue.guidance.n == 1
    assert revenue.guidance.mean_absolute == pytest.approx(1 - 2525 / 2575)
    assert revenue.duels["guidance"] == pytest.approx((1, 1 - 720 / 2575, 1 - 2525 / 2575))
    assert {each.period for each in found.guidance} >= {"FY2026", "2026-06", "2026-12"}


def test_one_definition_a_line_and_the_others_named(library):
    capex = reports_of(library, "CoreWeave", LINE["capex"], FIRST - 1)
    assert set(capex.definition.split(", ")) == {"capex_cash", "purchase_of_property_equipment_cash"}
    assert {fact.field for fact in capex.others} == {CAPEX_OF_DEFINITION}
    later = reports_of(library, "CoreWeave", LINE["capex"], month_number("2025-09"))
    assert later.definition == f"{CAPEX_OF_DEFINITION} (accrued, less the rise of construction in progress)"
    net = reports_of(library, "CoreWeave", LINE["net_debt"], FIRST - 1)
    assert net.quarters[month_number("2025-03")].value == pytest.approx((8807.921 - 1276.456) * MILLION)
    assert "discount" in net.quarters[month_number("2025-09")].note
    assert month_number("2026-06") not in net.quarters, "a vendor's total may hold leases"


def test_the_last_quarter_of_a_half_year_is_derived_and_says_so(library):
    capex = reports_of(library, "Nebius", LINE["capex"], month_number("2025-12"))
    derived = capex.quarters[month_number("2026-06")]
    assert derived.value == pytest.approx(8130.3e6 - 2500e6)
    assert derived.note == "derived: 6 months less the 3 before"


def fact(period, name, value, known):
    return Fact(
        table="operator", key=f"Acme/{period}", field=name, value=value, unit="USD", low=None, high=None, as_of=known,
        source="made up", address="", confidence="low", preferred=False, note="", layer="test", file="", line=1,
        known=known, known_basis="published",
    )  # fmt: skip


def test_a_fourth_quarter_is_the_year_less_the_others():
    quarters = {"2025-03-31": 10.0, "2025-06-30": 20.0, "2025-09-30": 30.0}
    rows = [fact(end, "revenue", value, end) for end, value in quarters.items()]
    made = Library.of([*rows, fact("FY2025", "revenue", 100.0, "2026-02-01")])
    revenue = reports_of(made, "Acme", LINE["revenue"], FIRST - 1)
    last = revenue.quarters[month_number("2025-12")]
    assert (last.value, last.known, last.note) == (40.0, "2026-02-01", "derived: 12 months less the 9 before")


def test_a_company_that_reports_nothing_later_is_graded_on_nothing(library):
    found = grade(forecast(), library, operator="Acme", as_of="2025-03-31")
    assert found.n == found.missing == 0
    assert not found.worst
    page = graded_page(found)
    assert [section.name for section in page.sections] == ["guidance"]
    assert "nothing can be graded yet" in str(page.text[1])


def test_the_page_says_first_what_is_sold_and_what_was_wrong(found):
    page = graded_page(found)
    assert page.text == (found.floor,)
    summary = page.sections[0]
    assert summary.figures[0].value == found.n
    assert summary.text[0].startswith(f"1. {found.worst[0].line.label}: ")
    named = {section.name for section in page.sections}
    assert named >= {line.line.name for line in found.lines} | {"causes", "guidance", "definitions"}
    said = page_text(page, "definitions")
    assert "not compared, another definition: 2025-09-30 capex_company_defined 1,900 m USD" in said
    assert "missing: 2025-06, 2026-03, 2026-06" in said


def test_the_page_says_which_guidance_was_known(found, library):
    assert page_text(graded_page(found), "guidance") == "none in the facts on 2025-03-31"
    later = grade(forecast(), library, operator="CoreWeave", as_of="2026-05-20")
    rows = next(section for section in graded_page(later).sections if section.name == "guidance").grid.rows
    quarter = next(row for row in rows if row[:2] == ("2026-06", "revenue, m USD"))
    assert quarter[2:7] == (2450, 2600, "2026-05-07", "2,450–2,600", 2575)
    assert quarter[7] == pytest.approx(2525 / 2575 - 1)
    assert quarter[8] == 720


def test_guidance_of_a_year_is_compared_with_its_quarters(library):
    """The year 2025: guided on 14 May, reported a year later; ours is the first quarter as known and three of ours."""
    later = replace(forecast(), start=month_number("2025-04"))
    found = grade(later, library, operator="CoreWeave", as_of="2025-05-15")
    year = next(each for each in found.guidance if (each.period, each.what) == ("FY2025", "revenue"))
    assert (year.low, year.high, year.reported.value) == (4900e6, 5100e6, 5131e6)
    assert year.forecast == pytest.approx(981.632e6 + 3 * 720e6)
    capex = next(each for each in found.guidance if (each.period, each.what) == ("FY2025", "capex"))
    assert capex.reported.facts[0].field == CAPEX_OF_DEFINITION, "what is guided is not the cash that we forecast"
    assert capex.forecast is None


def page_text(page, name):
    return "\n".join(map(str, next(section for section in page.sections if section.name == name).text))


@pytest.fixture(scope="module")
def small_run():
    return run(small.company())


def reported_as_forecast(ours, quarters):
    """Rows that say of every line, in its own fields, what was forecast of it."""
    fields = {name: name for name in ("revenue", "adjusted_ebitda", "rpo")}
    fields |= {"capex": "capex_cash", "interest": "interest_expense", "billing_power": "active_power"}
    for end in range(ours.start - 1, ours.start + 3 * quarters, 3):
        day = last_day(month_name(end))
        yield fact(day, "debt_principal", ours.stands("debt_balance", end), day)
        yield fact(day, "cash_and_equivalents", ours.stands("debt_balance", end) - ours.stands("net_debt", end), day)
        for name, field in fields.items():
            line = LINE[name]
            value = ours.quarter(line, end) if line.flow else ours.stands(line.series, end)
            if value is not None:
                yield fact(day, field, value, day)


def test_a_run_that_came_true_has_no_error_in_any_line(small_run):
    ours = forecast_of(small_run)
    made = Library.of(reported_as_forecast(ours, 6))
    lines = [line for line in LINES if line.name != "backlog"]
    found = grade(ours, made, operator="Acme", as_of=last_day(month_name(ours.start - 1)), lines=lines)
    assert {line.ours.n for line in found.lines} == {6}
    for line in found.lines:
        assert line.ours.mean_absolute == pytest.approx(0, abs=1e-9), line.line.name
        assert all(abs(share) < 1e-9 for share in (line.shares or {}).values()), line.line.name


def test_what_is_graded_of_a_run_is_its_own_months(small_run):
    ours, lines = forecast_of(small_run), small_run.workings.lines
    assert ours.quarter(LINE["revenue"], ours.start + 2) == pytest.approx(lines["revenue"][:3].sum())
    assert ours.quarter(LINE["net_debt"], ours.start + 5) == pytest.approx(lines["net_debt"][5])
    assert ours.quarter(LINE["revenue"], ours.start + len(small_run.months)) is None
    assert ours.stands("debt_balance", ours.start - 1) == pytest.approx(lines["debt_principal"])
    assert ours.under_contract(ours.start) == max(ours.sold)
    assert ours.sold[-1] == 0, "every contract has ended"


def test_what_is_not_forecast_is_not_compared(library):
    """A line that lacks an input is not a number in any month: it is no forecast, and no error."""
    found = grade(forecast(capex=np.nan), library, operator="CoreWeave", as_of="2025-03-31")
    capex = line_of(found, "capex")
    assert capex.ours.n == 0
    assert capex not in found.worst
    assert all(cell.forecast is None and not cell.causes for cell in capex.cells)
    assert cells(found, "net_debt")[0].causes["rest"] == cells(found, "net_debt")[0].error


@pytest.mark.parametrize("seed", range(6))
def test_shares_sum_whatever_is_missing(library, seed):
    """Half of what CoreWeave reported is taken away at random: what is left is graded, and no cell loses its sum."""
    draw = np.random.default_rng(seed)
    rows = [each for each in library.rows("operator") if each.key.startswith("CoreWeave/") and draw.random() > 0.5]
    found = grade(forecast(), Library.of(rows), operator="CoreWeave", as_of="2025-03-31")
    for line in found.lines:
        for cell in line.cells:
            total = sum(cell.causes.values())
            assert bool(cell.causes) == (cell.error is not None), (line.line.name, cell.end)
            assert total == pytest.approx(cell.error or 0.0, rel=1e-9, abs=1e-9 * 1e10), (line.line.name, cell.end)


def test_the_picture_has_a_panel_for_each_line_that_was_compared(found):
    drawn = graded_picture(graded_page(found))
    tree = ET.fromstring(drawn)
    words = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert tree.attrib["role"] == "img"
    assert "growth held" in tree.attrib["aria-label"]
    compared = [line for line in found.lines if line.ours.n]
    assert all(any(word.startswith(f"{line.line.label}, ") for word in words) for line in compared)
    bars = [bar for bar in tree.iter("{http://www.w3.org/2000/svg}rect") if bar.attrib["fill"] == "#b8c2cc"]
    assert len(bars) == found.n + 1, "a bar for each reported figure, and the legend's"
