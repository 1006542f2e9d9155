"""A company of which everything is stated under ``reported``: what its author is told, and what is never said."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import computefactory as cf
from computefactory.analysis.run import run
from computefactory.cli import main

STATED = """\
kind: company
schema: 1
name: Borealis Compute
as_of: 2026-09-30
business: {committed: {sells: accelerators, committed: true, share: 100 %}}
blocks:
  hopper:
    system: HGX H100
    evidence: stated
    cooling: air_chiller
    power: {secured: {2026-06: 40 MW}, sold: {2026-06: 40 MW}, energised: {2026-06: 40 MW}, billing: {2026-06: 30 MW}}
    price: 9 million USD/MW-year
    margin: 65 %
    capex: 26 million USD/MW
    full: 2027-06
    until: 2030-06
    customers: {contoso: {buyer: Contoso, rating: A}}
book: {kind: rpo, amount: 900 million USD, deferred: 100 million USD}
shares: {classes: {common: 100 million}}
financing: {rate: 9 %/year}
reported:
  2025: {revenue: 200 million USD, adjusted_ebitda: 120 million USD, sales_marketing: 5 million USD,
    general_admin: 12 million USD, stock_based_compensation: 4 million USD}
  2026-06-30: {debt_principal: 0 USD, cash_and_equivalents: 80 million USD, property_equipment_net: 800 million USD,
    construction_in_progress: 0 USD}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    place = tmp_path_factory.mktemp("stated") / "borealis.yaml"
    place.write_text(STATED, encoding="utf-8")
    return str(place)


@pytest.fixture(scope="module")
def found(file):
    return run(file)


def test_what_only_the_value_reads_is_not_called_useless(file, found):
    assert "adjusted_ebitda" not in " ".join(found.warnings)
    first, second = (
        cf.value(file, price="5 USD/share", overrides={"reported.2025.adjusted_ebitda": stated}).as_dict()
        for stated in ("120 million USD", "60 million USD")
    )
    assert first != second


def test_a_company_that_owes_nothing_lacks_no_rate_and_no_maturity(found):
    missing = [item.name for item in found.factory.missing]
    assert not [name for name in missing if "matures" in name or "rate of" in name]
    assert found.metrics["debt_principal_usd"].value == 0
    assert np.all(np.isfinite(found.workings.lines["interest"]))


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"as_of": "2028-03-31"}, "balance sheet of 2026-06-30 is 21 months older than the question"),
        ({"blocks.hopper.full": "2026-03"}, "hopper was to be full before 2026-06-30 and was not"),
        (
            {
                "reported.2026-06-30.debt_principal": "500 million USD",
                "debt.term": "{balance: 500 million USD, rate: 10 %/year, matures: 2026-01}",
            },
            "term matured before 2026-06-30, when it still stood",
        ),
    ],
)
def test_dates_that_have_passed_are_said(file, found, overrides, said):
    assert said in " ".join(run(file, overrides=overrides).warnings)
    assert said not in " ".join(found.warnings)


@pytest.mark.parametrize("page", ["backlog", "debt", "shares", "graded", "facts", "forecast"])
def test_the_json_of_a_page_says_that_it_is_of_a_company(file, page, capsys):
    assert main(["show", file, page, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["of"] == "company"
    assert "factory" not in told


def test_cash_that_comes_before_the_revenue_of_its_order_stands_in_its_year(file, capsys):
    order = "{value: 3 bn USD, signed: 2026-08-01, full: 2028-12, until: 2033-12, prepayment: {share: 20 %, \
paid_before: 18 months}, power: {sold: {2026-08: 60 MW}}, price: 10 million USD/MW-year, system: GB300 NVL72}"
    assert main(["show", file, "backlog", "--json", "--set", f"blocks.order={order}"]) == 0
    rows = json.loads(capsys.readouterr().out)["landing"]["rows"]
    assert sum(row["prepayments"] for row in rows) == pytest.approx(600e6)


def test_a_figure_that_does_not_exist_is_an_empty_cell(file, tmp_path, capsys):
    out = tmp_path / "forecast.csv"
    unknown = ["--set", "reported.2026-06-30.debt_principal=500 million USD", "--set", "financing.rate=null"]
    assert main(["show", file, "forecast", "-o", str(out), *unknown]) == 0
    capsys.readouterr()
    cells = {row[1]: row[3:] for row in csv.reader(out.read_text(encoding="utf-8").splitlines())}
    assert set(cells["interest"]) == {""}


@pytest.mark.parametrize("day", ["2015-03-31", "2024-03-31"])
def test_a_company_asked_about_before_any_of_its_rows_is_not_rated(day, tmp_path, capsys):
    """Its name is no misspelling: rows of it were refused, and that is an answer."""
    early = tmp_path / "early.yaml"
    early.write_text(f"kind: company\nschema: 1\nname: X\nas_of: {day}\noperator: CoreWeave\n", encoding="utf-8")
    assert main(["qualify", str(early), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["class"] == "not rated: data missing"


def test_a_company_of_no_blocks_has_no_book_that_is_nought(tmp_path):
    bare = tmp_path / "bare.yaml"
    bare.write_text("kind: company\nschema: 1\nname: X\nas_of: 2025-03-31\noperator: CoreWeave\n", encoding="utf-8")
    metrics = run(bare).metrics
    for name in ("backlog_usd", "cash_to_come_usd", "revenue_usd_next_twelve_months", "funding_gap_usd"):
        assert (metrics[name].value, bool(metrics[name].reason)) == (None, True)
    assert metrics["debt_principal_usd"].value == pytest.approx(8_033_477_000)
