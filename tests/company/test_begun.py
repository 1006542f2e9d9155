"""What began to bill between the balance sheet and the question counts: in what bills, and in the forecast."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefactory.analysis.run import CompanyResult, run

FILE = """\
kind: company
schema: 1
name: Contoso
as_of: 2026-09-30
blocks:
  halls:
    price: 10 million USD/MW-year
    margin: 70 %
    capex: 20 million USD/MW
    power:
      sold: {2026-01: 100 MW}
      billing: {2026-06: 20 MW, LEVELS}
    full: 2026-12
    until: 2031-12
    customers: {fabrikam: {buyer: Fabrikam, share: 40 %}, others: {buyer: various}}
book: {kind: rpo, amount: 5 bn USD, deferred: 0 USD}
reported: {2026-06-30: {cash_and_equivalents: 1 bn USD}}
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory):
    """A run of the file with other levels of what bills."""

    def of(levels: str) -> CompanyResult:
        path = Path(tmp_path_factory.mktemp("company")) / "contoso.yaml"
        path.write_text(FILE.replace("LEVELS", levels), encoding="utf-8")
        return run(str(path))

    return of


def test_stated_levels_up_to_the_question_bill_in_their_months(asked) -> None:
    found = asked("2026-07: 30 MW, 2026-09: 60 MW")
    bills = found.series["billing_power"][:6] / 1e3  # from 2026-07
    assert bills[2:] == pytest.approx([60, 60 + 40 / 3, 60 + 80 / 3, 100])
    assert bills.sum() == pytest.approx(30 + 30 + 60 + 60 + 40 / 3 + 60 + 80 / 3 + 100)  # kW-months as stated
    assert float(found.workings.lines["power_billing"]) == pytest.approx(60e3)
    assert found.series["committed_revenue"].sum() == pytest.approx(5e9)


def test_what_has_begun_is_paid_and_built_before(asked) -> None:
    early, late = asked("2026-09: 100 MW"), asked("2026-10: 100 MW")
    cost = [float(each.series["capex"].sum()) for each in (early, late)]
    assert cost == pytest.approx([80 * 20e6] * 2)
    assert early.series["capex"][0] == pytest.approx(80 * 20e6)  # two months before 2026-09
    assert float(late.workings.lines["power_billing"]) == pytest.approx(20e3)  # a level after the question is a plan


def test_shipped_files_bill_what_they_state_to_bill() -> None:
    for name, bills in (("terawulf-2026-09", 162e3), ("iren-2026-09", 50e3), ("applied-digital-2026-09", 175e3)):
        found = run(name)
        month = int(found.factory.terms.as_of)
        assert float(found.workings.lines["power_billing"]) == pytest.approx(bills)
        assert found.series["billing_power"][month] >= bills * (1 - 1e-9)
