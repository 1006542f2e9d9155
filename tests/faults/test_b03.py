"""B3: three costs of an hour stand unreconciled, and page and workbook show two numbers for one name."""

from __future__ import annotations

import openpyxl
import pytest

import computefactory as cf
from computefactory import workbook
from computefactory.page import plain
from computefactory.registry import PAGES
from computefactory.studies.break_even import break_even
from computefactory.workbook.factory import FIGURES


def section(result, page, name):
    return next(each for each in PAGES[page](result).sections if each.name == name)


@pytest.mark.parametrize("name", ["iren-horizon", "inference-site", "legacy-h100-hall"])
def test_b03_break_even_stands_beside(name):
    """Beside levelised cost and price stands the price at which the contracts alone earn the file's own rate: there the
    NPV is nothing. Where the NPV is negative the page says so, and no page shows price less levelised cost."""
    result = cf.run(name)
    even, unit = break_even(result), section(result, "overview", "unit_cost")
    rows = {plain(row[0]): row for row in unit.grid.rows}
    assert rows["breaks even at"][1].value == even.price
    assert plain(rows["breaks even at"][2]) == "contracts alone earn 10.0 %"
    short = result.metrics["npv_usd"].value < 0
    assert short is (even.price > result.metrics["price_usd_per_accelerator_hour"].value)
    assert any("sold below break-even" in plain(words) for words in unit.text) is short
    figures = {figure.name: figure for figure in section(result, "view_operator", "unit_cost").figures}
    assert figures["break_even"].value == even.price
    assert not {"margin"} & figures.keys()


def test_b03_break_even_price_earns_the_rate():
    """IREN at the price that breaks even: the NPV is nothing, at the file's own 10 %."""
    even = break_even(cf.run("iren-horizon"))
    changed = cf.load("iren-horizon", overrides={"offtake.microsoft.price": even.price})
    assert abs(cf.run(changed).metrics["npv_usd"].value) < 1e-6 * 8.81e9


def test_b03_no_price_no_break_even():
    """A landlord sells no accelerator-hours: neither cost nor price nor break-even of an hour is shown."""
    unit = section(cf.run("core-scientific-590mw"), "overview", "unit_cost")
    assert unit.grid is None


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_b03_one_number_for_one_name(name, tmp_path):
    """Sources, uses, unit cost and every headline of the workbook's first page are those of the result: 9.51 bn stood
    on the page beside 11.87 in the workbook, 3.070 USD an hour beside 3.23."""
    result = cf.run(name)
    workbook.write(result, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx", read_only=True, data_only=True)
    rows = [[cell for cell in row if cell is not None] for row in book["Summary"].iter_rows(values_only=True)]
    book.close()
    rows = [row for row in rows if row]
    shown = {row[0]: row[1] for row in rows if len(row) > 1}
    for label, line, _ in FIGURES:
        named = {
            "commitment": "debt_usd",
            "first_cost": "capex_usd",
            "lcoc (UnitCost)": "lcoc_usd_per_accelerator_hour",
        }
        metric = result.metric(named.get(line, line))
        if metric.value is not None:
            assert shown[label] == pytest.approx(metric.value, rel=1e-9), label
    start = next(k for k, row in enumerate(rows) if str(row[0]).startswith("sources and uses"))
    parts = {row[0]: row[1] for row in rows[start + 1 :] if len(row) > 1 and isinstance(row[1], float)}
    both = result.sources_and_uses
    for source, value in both["sources"].items():
        assert parts[source] == pytest.approx(value, rel=1e-9, abs=0.01), source
    total = next(row for row in rows[start:] if row[0] == "sum")
    assert total[1:3] == pytest.approx([sum(both["sources"].values()), sum(both["uses"].values())], rel=1e-9)
    cost = result.metrics["lcoc_usd_per_accelerator_hour"]
    for part, value in cost.parts.items():
        assert shown[part] == pytest.approx(value, rel=1e-9, abs=1e-12), part
