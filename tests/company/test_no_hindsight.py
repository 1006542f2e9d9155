"""No company file reads what was public only after its day: every later row is poisoned, and nothing moves."""

import csv
from pathlib import Path

import numpy as np
import pytest

from computefactory import schema
from computefactory.analysis.run import run
from computefactory.library import COLUMNS, Library
from computefactory.library.lookup import DATED
from computefactory.library.sheets import KNOWN
from computefactory.schema.resolve_company import company

WHOLE = Library.load()


def poisoned(day: str, folder: Path) -> Library:
    """The library under a user's folder that holds every row public after a day, a million times too large."""
    rows = [row for table in DATED for row in WHOLE.rows(table) if row.known > day and row.key != "default"]
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
