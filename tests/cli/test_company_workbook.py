"""The workbook of a company: another program calculates the same, its checks hold, inputs say where they are from."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory import workbook
from computefactory.analysis.worth_scenarios import MIDDLE
from computefactory.workbook.company import COMPANY_CHECKS
from spreadsheet import Book, compare, needs_office, recalculated, rewritten

NAME = "coreweave-2025-03"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("company") / "crwv.xlsx"
    result = cf.run(NAME)
    assert workbook.write(result, path) > 20_000
    return result, path


@needs_office
def test_libreoffice_calculates_the_company_from_nothing(written, tmp_path):
    result, path = written
    (book,) = recalculated(tmp_path, rewritten(path, tmp_path / "book.xlsx"))
    run = result.workings
    items = {axis: result.items(axis) for axis in run.ledger.sheet.axes}
    assert compare(book, run.ledger.lines.values(), run.lines, items) > 20_000
    assert not book.errors()
    assert book.row("Checks", "master check")[6] == "ok"
    assert set(book.column("Reconciliation", 8)[7:]) == {"ok"}
    middle = result.valued[MIDDLE].lines
    for name in ("industrial_enterprise_value_usd", "industrial_equity_value_usd", "cloud_enterprise_value_usd"):
        assert book.row("Value_Numbers", name)[4] == pytest.approx(middle[name], rel=1e-9)


def test_its_inputs_say_where_they_come_from(written):
    _, path = written
    book = Book(path)
    sources = [str(value) for value in book.column("Inputs", 3) if value]
    assert any(value.startswith("coreweave-2025-03.yaml:") for value in sources)
    assert any("library operator/CoreWeave/" in value for value in sources)
    labels = {str(value) for value in book.column("Checks", 0)}
    assert {check.label for check in COMPANY_CHECKS} <= labels


def test_the_verb_writes_a_case(cli, tmp_path):
    status, out, err = cli("workbook", NAME, "-o", tmp_path / "x.xlsx", "--case", "secured", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["formulas"] > 20_000


def test_a_case_that_does_not_exist(errors, tmp_path):
    (error,) = errors("workbook", NAME, "-o", tmp_path / "x.xlsx", "--case", "contract_only")
    assert (error["code"], error["expected"]) == ("unknown_case", "sold, secured, announced")
