"""Tables: what a longer period shows of months, and that the books close in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory import report
from computefactory.cli import main
from computefactory.errors import FactoryFileError, OutputError


@pytest.fixture(scope="module")
def result() -> cf.Result:
    return cf.run("iren-horizon")


@pytest.mark.parametrize("page", list(report.TABLES))
def test_years_are_the_sum_or_the_end_of_their_months(result: cf.Result, page: str) -> None:
    months, years = report.table(result, page, "month"), report.table(result, page, "year")
    named = {(row.section, row.name): row for row in months.rows}
    year_of = [column[:4] for column in months.columns]
    for row in years.rows:
        values = named[row.section, row.name].values
        for year, shown in zip(years.columns, row.values, strict=True):
            inside = values[[place for place, name in enumerate(year_of) if name == year]]
            if not inside.size:
                assert abs(shown) < 1
                continue
            assert shown == pytest.approx(inside.sum(), abs=1e-3) or shown == pytest.approx(inside[-1], abs=1e-3)


def test_the_balance_sheet_closes_in_every_case(result: cf.Result) -> None:
    for case in result.runs:
        rows = {row.name: row.values for row in report.table(result, "statements", "quarter", case).rows}
        assert np.abs(rows["imbalance"]).max() <= max(0.01, 1e-12 * rows["total_assets"].max())


def test_cash_flow_rows_explain_the_change_of_cash(result: cf.Result) -> None:
    rows = {row.name: row.values for row in report.table(result, "statements", "year").rows}
    out = (
        "prepayment_credit",
        "tax_paid",
        "capex",
        "financing_fees",
        "interest",
        "repayment",
        "reserve_move",
        "distribution",
    )
    into = ("ebitda", "prepayment_in", "sale_proceeds", "planned_draw", "equity_in")
    change = sum(rows[name] for name in into) - sum(rows[name] for name in out)
    np.testing.assert_allclose(np.cumsum(change), rows["cash"], atol=0.01)


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_files_hold_the_same_numbers(result: cf.Result, tmp_path: Path, suffix: str) -> None:
    found = report.table(result, "debt", "quarter")
    path = tmp_path / f"debt.{suffix}"
    report.write(found, path)
    row = next(row for row in found.rows if row.name == "debt_balance")
    if suffix == "csv":
        read = next(line for line in csv.reader(path.read_text().splitlines()) if line[1] == "debt_balance")[3:]
        assert [float(text) for text in read] == row.values.tolist()
    elif suffix == "json":
        read = next(item for item in json.loads(path.read_text())["rows"] if item["name"] == "debt_balance")["values"]
        assert read == row.values.tolist()
    else:
        import pandas as pd

        frame = pd.read_parquet(path).set_index("line")
        assert frame.loc["debt_balance"].iloc[2:].tolist() == row.values.tolist()
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_wrong_pages_formats_and_places_are_refused(result: cf.Result, tmp_path: Path) -> None:
    with pytest.raises(FactoryFileError, match="statements, debt, tax, sources"):
        report.table(result, "plant")
    with pytest.raises(FactoryFileError, match="csv"):
        report.write(report.table(result, "tax"), tmp_path / "tax.xls")
    with pytest.raises(OutputError):
        report.write(report.table(result, "tax"), tmp_path / "nowhere" / "tax.csv")


def test_the_command_prints_in_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "iren-horizon", "statements"]) == 0
    text = capsys.readouterr().out
    assert "balance sheet" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert main(["show", "iren-horizon", "debt", "--annual", "--monthly"]) == 2
