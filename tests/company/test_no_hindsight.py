"""No company file reads what was public only after its day: every later row is poisoned, and nothing moves."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.analysis.company_facts import kind_of_company
from computefactory.analysis.run import CompanyResult, run
from computefactory.analysis.value import value_of
from computefactory.library import COLUMNS, Library
from computefactory.library.lookup import DATED
from computefactory.library.sheets import KNOWN
from computefactory.schema.resolve_company import company

WHOLE = Library.load()
LAST = "2026-11-30"  # later than every file


def poisoned(day: str, folder: Path) -> Library:
    """The library under a user's folder that holds every row public after a day, a million times too large.

    Beside them stands a row of the last day for whatever has a name and a date: a period nobody has reported yet.
    """
    rows = [row for table in DATED for row in WHOLE.rows(table) if row.known > day and row.key != "default"]
    again = {
        (row.table, key, row.field): replace(row, key=key, known=LAST)
        for table in DATED
        for row in WHOLE.rows(table)
        if row.key.rpartition("/")[0] and (key := f"{row.key.rpartition('/')[0]}/{LAST}") not in WHOLE.keys(table)
    }
    rows += again.values()
    with (folder / "later.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, *KNOWN))
        for row in rows:
            worse = repr(row.value * 1e6 + 1) if isinstance(row.value, float) else f"XX {row.value}"
            cells = (row.table, row.key, row.field, worse, row.unit, "", "", row.as_of, "poison", "", "low", "", "")
            writer.writerow((*cells, row.known, "published"))
    return Library.load([folder])


@pytest.mark.parametrize("name", ["coreweave-2025-03", "coreweave-2025-05", "nebius-2026-09"])
def test_a_company_reads_nothing_that_was_public_later(name, tmp_path):
    """Inputs, origins, months and metrics are the same to the bit, and the whole library does hold the poison."""
    document = schema.load(name, kind="company")
    there = poisoned(document.company.as_of, tmp_path)
    clean, bad = company(document, WHOLE), company(document, there)
    for part in ("terms", "blocks", "facilities", "holders", "economics", "missing", "warnings", "balance_date"):
        assert repr(getattr(clean, part)) == repr(getattr(bad, part)), part
    assert clean.origins.keys() == bad.origins.keys()
    ours, theirs = run(clean), run(bad)
    assert {key: metric.value for key, metric in ours.metrics.items()} == {
        key: metric.value for key, metric in theirs.metrics.items()
    }
    for series in ours.series:
        assert np.array_equal(ours.series[series], theirs.series[series], equal_nan=True), series


def test_an_answer_for_a_day_is_the_same_whatever_comes_later(tmp_path):
    """``cf.run`` with the poison in a user's folder: result, value, class as JSON, but for the library's hash."""
    poisoned("2025-03-31", tmp_path)
    clean, bad = (cf.run("coreweave-2025-03", library=layers) for layers in ([], [tmp_path]))
    for said in (CompanyResult.as_dict, lambda found: value_of(found, price="40 USD/share").as_dict(), kind_as_dict):
        ours, theirs = (json.dumps(without_hash(said(found)), default=str) for found in (clean, bad))
        assert ours == theirs
        assert "poison" not in theirs


def test_every_fact_says_when_it_was_public():
    """None later than the day, but for those that hold whatever the year."""
    result = cf.run("coreweave-2025-03")
    dated = [row for row in result.facts if row["table"] in DATED and row["key"] != "default"]
    assert len(dated) > 20
    assert all(row["known"] <= "2025-03-31" and row["known_basis"] for row in dated)
    source = cf.explain(result, "operator/CoreWeave/FY2024/revenue").source
    assert (source["known"], source["known_basis"]) == ("2025-03-16", "rule")


def kind_as_dict(result: CompanyResult) -> dict[str, Any]:
    return kind_of_company(result).as_dict()


def without_hash(said: Any) -> Any:
    """The same without the digest of the library's bytes, wherever it stands."""
    if isinstance(said, dict):
        return {key: without_hash(value) for key, value in said.items() if key != "library_hash"}
    return [without_hash(item) for item in said] if isinstance(said, list | tuple) else said


def test_hindsight_reads_the_quarter_that_had_ended():
    """The same day, with what was public later of periods that had ended: the first quarter of 2025."""
    document = schema.load("coreweave-2025-03", kind="company")
    then, after = (company(document, WHOLE, hindsight=known) for known in (False, True))
    assert [found.balance_date for found in (then, after)] == ["2024-12-31", "2025-03-31"]
    assert then.blocks[0].price != after.blocks[0].price
    assert {item.name for item in after.facilities} > {item.name for item in then.facilities}


FILE = """
kind: company
schema: 1
name: Northgrid
as_of: {day}
currency: USD
business: {{committed: {{sells: accelerators, committed: true, share: 100 %}}}}
blocks:
  hall:
    sells: accelerators
    evidence: stated
    power: {{sold: {{2024-01: 40 MW}}, energised: {{2024-01: 40 MW}}, billing: {{2024-01: 40 MW}}}}
    until: 2029-12
    customers: {{microsoft: {{buyer: Microsoft, share: 100 %}}}}
"""


@pytest.mark.parametrize(
    ("day", "margin", "date"), [("2025-03-31", 0.6916, "2024-12-31"), ("2026-09-30", 0.72, "2026-02-26")]
)
def test_what_a_company_does_not_report_is_the_market_s_of_its_day(day, margin, date, tmp_path):
    """Price and margin are those of the newest vintage public then, and a warning says so."""
    file = tmp_path / "northgrid.yaml"
    file.write_text(FILE.format(day=day), encoding="utf-8")
    found = company(schema.load(file, kind="company"), WHOLE)
    assert found.blocks[0].margin == margin
    assert found.blocks[0].price > 600.0
    assert any(f"margin of accelerators: the market's of {date}" in text for text in found.warnings)
    assert {(item.whose, item.name): item.value for item in found.economics}["market", "margin"] == margin


def test_before_any_vintage_the_figure_is_missing(tmp_path):
    file = tmp_path / "northgrid.yaml"
    file.write_text(FILE.format(day="2024-06-30"), encoding="utf-8")
    found = company(schema.load(file, kind="company"), WHOLE)
    assert np.isnan(found.blocks[0].margin)
    assert "blocks.hall.margin" in [item.path for item in found.missing]
