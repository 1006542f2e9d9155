"""Many scenarios of a company at once: row k is run k to the bit, whatever differs in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from computefactory.analysis.many import run_many
from computefactory.analysis.run import load, run
from computefactory.analysis.value import value_of
from computefactory.errors import FactoryFileError
from computefactory.schema.resolve_company import Company

NAME = "coreweave-2025-03"
CHANGES: dict[str, Any] = {
    "blocks.openai.prepayment.share": [0.1, 0.2, 0.3],
    "book.amount": [14.9e9, 15.1e9, 15.3e9],
    "debt.ddtl_1.rate": [0.1, 0.12, 0.15],
}
KEEP = ("revenue_usd_next_twelve_months", "funding_gap_usd", "cash_to_come_usd", "shares_basic", "cash", "capex", "tax")


@pytest.fixture(scope="module")
def company() -> Company:
    """CoreWeave at its offering, read once."""
    return load(NAME)


def test_a_row_is_a_run_to_the_bit(company: Company) -> None:
    many = run_many(company, CHANGES, keep=KEEP)
    for k in range(3):
        one = run(NAME, overrides={path: values[k] for path, values in CHANGES.items()})
        for name in KEEP:
            found = one.metrics[name].value if name in one.metrics else one.workings.lines[name]
            np.testing.assert_array_equal(many[name][k], found)


def test_values_of_scenarios_are_those_of_each_company(company: Company) -> None:
    keep = ["industrial_enterprise_value_usd", "cloud_enterprise_value_usd", "industrial_value_usd_per_share"]
    prices = [600.0, 1_800.0]
    many = run_many(company, {"blocks.hopper.price": prices}, keep=keep)
    found = value_of(run(NAME, overrides={"blocks.hopper.price": prices[1]}))
    assert found.industrial.enterprise is not None
    assert found.industrial.per_share is not None
    assert found.cloud is not None
    assert found.cloud.enterprise is not None
    middle = found.industrial.enterprise[1], found.cloud.enterprise[1], found.industrial.per_share[1]
    assert [many[name][1] for name in keep] == pytest.approx(middle, rel=1e-12)
    assert many[keep[0]][0] < many[keep[0]][1]


def test_dates_are_read_one_by_one_and_rows_and_givens_together(company: Company) -> None:
    many = run_many(company, {"blocks.ordered.full": ["2025-12", "2026-06"]}, keep="revenue_usd_next_twelve_months")
    later = run(NAME, overrides={"blocks.ordered.full": "2026-06"}).metrics["revenue_usd_next_twelve_months"].value
    assert many["revenue_usd_next_twelve_months"][1] == later
    assert many["revenue_usd_next_twelve_months"][0] > later
    row = run_many(company, {"library:company/default/advance": [0.5, 0.75]}, keep="funding_gap_usd")["funding_gap_usd"]
    assert row[0] != row[1]
    given = run_many(company, {"given:cash_floor": [0.0, 1e9]}, keep="funding_gap_usd")["funding_gap_usd"]
    assert given[1] == pytest.approx(given[0] + 1e9)


def test_cases_count_a_stage_of_capacity_more(company: Company) -> None:
    sold, secured = (
        run_many(company, {"given:cash_floor": [0.0]}, keep=["revenue"], case=case)["revenue"][0].sum()
        for case in ("sold", "secured")
    )
    assert secured > sold


@pytest.mark.parametrize(
    ("changes", "options", "code"),
    [
        ({"blocks.hopper.margin": [0.5]}, {"case": "pipeline"}, "unknown_case"),
        ({"given:nothing": [0.5]}, {}, "unknown_path"),
        ({"blocks.hopper.margins": [0.5]}, {}, "unknown_field"),
        ({"book.amount": [1e9], "cash.floor": [0.0, 1.0]}, {}, "scenario_lengths"),
    ],
)
def test_what_is_refused(company: Company, changes: dict[str, Any], options: dict[str, Any], code: str) -> None:
    with pytest.raises(FactoryFileError) as caught:
        run_many(company, changes, **options)
    assert code in {problem.code for problem in caught.value.problems}
