"""A page of figures: one shape for the screen, JSON, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from computefactory import report
from computefactory.cli import page as screen
from computefactory.page import Column, Figure, Grid, Page, Said, Section


@pytest.fixture
def page() -> Page:
    figures = (
        Figure("pue_annual", "PUE", 1.2345, "1"),
        Figure("binding", "what binds", "power", note="of six limits"),
        Figure("gap_usd", "gap", float("nan"), "USD", "nothing to compare"),
        Figure("capex_usd", "capex", 5.81e9, "USD"),
        Figure("share", "share", 0.5, "%"),
    )
    grid = Grid((Column("month", "month"), Column("peak_mw", "peak", "MW")), (("2026-01", 75.0), ("2026-02", None)))
    return Page("plant", "Small", (Section("summary", "Summary", figures), Section("months", "Months", grid=grid)))


def test_json_holds_only_finite_numbers_and_every_unit(page):
    found = json.loads(json.dumps(page.as_dict(), allow_nan=False))
    assert found["kind"] == "plant"
    assert found["summary"]["pue_annual"] == {
        "value": 1.2345,
        "unit": "1",
        "label": "PUE",
        "of": {"name": "pue_annual"},
    }
    assert found["summary"]["gap_usd"] == {
        "value": None,
        "unit": "USD",
        "label": "gap",
        "note": "nothing to compare",
    }
    assert found["months"]["rows"] == [{"month": "2026-01", "peak_mw": 75.0}, {"month": "2026-02", "peak_mw": None}]
    assert found["months"]["units"] == {"month": "1", "peak_mw": "MW"}
    assert found["months"]["of"] == [{"peak_mw": {"name": "plant:months.peak_mw", "item": "2026-01"}}, {}]


def test_the_files_hold_the_same_cells(page, tmp_path):
    report.write(page, tmp_path / "page.csv")
    report.write(page, tmp_path / "page.parquet")
    rows = list(csv.DictReader((tmp_path / "page.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["name"], row["value"] or row["text"], row["unit"]) for row in rows[:2]] == [
        ("pue_annual", "1.2345", "1"),
        ("binding", "power", ""),
    ]
    frame = pd.read_parquet(tmp_path / "page.parquet")
    assert len(frame) == len(rows) == 9
    assert float(rows[5 + 1]["value"]) == frame["value"][6] == 75.0


def test_the_screen_shows_units_and_leaves_long_grids_to_files(page, capsys):
    long = Section("hours", "Hours", grid=Grid((Column("pue", "PUE"),), ((1.1,), (1.2,)), long=True))
    screen.show(Page("plant", "Small", (*page.sections, long)))
    text = capsys.readouterr().out
    assert "5.81 bn USD" in text
    assert "50.0 %" in text
    assert "2 rows: write them with -o FILE.csv" in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_text_that_looks_like_a_formula_is_text_in_csv(text):
    page = Page("plant", text, (Section(text, text, (Figure("a", "a", text, text),)),))
    (row,) = list(csv.reader(io.StringIO(page.as_csv(), newline="")))[1:]
    assert [row[0], row[4], row[5]] == [f"'{text}"] * 3


def test_a_number_in_words_leaves_as_both_and_says_what_it_is():
    cost = Said("2.25", 2.2477, "lcoc_power")
    cells = (("power", cost), ("all", ("PUE ", Said("1.145", 1.1449, "pue_annual"), " a year")))
    grid = Grid((Column("part", "", width=16), Column("cost", "", width=10, right=True)), cells)
    page = Page("overview", "Small", (Section("cost", "Cost", grid=grid, note=("at ", Said("10 %", 0.1, "wacc"))),))
    found = page.as_dict()["cost"]
    assert found["rows"] == [
        {"part": "power", "cost": {"text": "2.25", "value": 2.2477}},
        {"part": "all", "cost": "PUE 1.145 a year"},
    ]
    assert (found["units"], found["note"]) == ({}, "at 10 %")
    assert [(number.value, number.of.name) for number in page.numbers()] == [
        (2.2477, "lcoc_power"),
        (1.1449, "pue_annual"),
        (0.1, "wacc"),
    ]
    assert "cost,1,cost,2.2477,2.25," in page.as_csv()
