"""A6: what a tenant pays of the construction comes in with the spending and goes out of the rent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.scenarios import Scenarios
from small_factory import book_file

LEASE = (
    "kind: colocation, buyer: CoreWeave, signed: 2025-11, power: 5 MW, price: 120 USD/kW-month, escalator: 0 %/year, "
    "electricity: passed_through, starts: 2027-01, tenor: 60 months"
)
RENT, FUNDED, START = 600_000.0, 7.5e6, 12
FUNDING = ", tenant_funding: {per_power: 1.5 million USD/MW, credited: 50 %}"


def lines(file: Path, **overrides: str) -> dict[str, np.ndarray]:
    found = dict(cf.run(file, overrides={"silicon.accelerators": "0", **overrides}).runs["contract_only"].lines)
    np.testing.assert_allclose(found["imbalance"], 0, atol=0.01)
    return found


def test_a06_paid_with_the_spending_and_credited_up_to_half_a_months_fee(tmp_path: Path) -> None:
    """7.5 million in step with the building, then 0.3 million a month for 25 months: half of a rent of 0.6."""
    with_it = lines(book_file(tmp_path, shell=LEASE + FUNDING))
    paid = with_it["l_funding_in"][0]
    assert paid.sum() == pytest.approx(FUNDED)
    np.testing.assert_allclose(paid, FUNDED * with_it["capex"] / with_it["capex"].sum(), rtol=1e-12)
    credit = with_it["l_credit"][0]
    np.testing.assert_allclose(credit[START : START + 25], RENT / 2)
    assert credit.sum() == pytest.approx(FUNDED)
    assert with_it["revenue"].sum() == pytest.approx(60 * RENT), "a credit is no lower rent"


def test_a06_it_is_financing(tmp_path: Path) -> None:
    """Project flows and NPV are those without it; owners put in less and take out less."""
    plain, funded = (cf.run(book_file(tmp_path, shell=LEASE + more)) for more in ("", FUNDING))
    assert funded.metrics["npv_usd"].value == pytest.approx(plain.metrics["npv_usd"].value, rel=1e-12)
    before, after = (each.runs["contract_only"].lines for each in (plain, funded))
    assert after["equity_in"][:START].sum() == pytest.approx(before["equity_in"][:START].sum() - FUNDED)
    difference = (after["equity_flow"] - before["equity_flow"]).sum()
    assert difference == pytest.approx(0, abs=1.0), "all of it is paid back, and tax follows the rent"


def test_a06_not_paid_back_it_is_rent_received_early(tmp_path: Path) -> None:
    """Without a credit it is earned evenly over the term: revenue of 60 rents and 7.5 million, cash at once."""
    kept = lines(book_file(tmp_path, shell=LEASE + ", tenant_funding: {amount: 7.5 million USD}"))
    np.testing.assert_allclose(kept["l_revenue"][0][START : START + 60], RENT + FUNDED / 60)
    assert kept["deferred_revenue"][START - 1] == pytest.approx(FUNDED)
    assert kept["deferred_revenue"][-1] == pytest.approx(0, abs=0.01)


def test_a06_paid_in_a_month_of_its_own(tmp_path: Path) -> None:
    """A month that is stated takes the place of the spending's, before everything else too."""
    dated = lines(book_file(tmp_path, shell=LEASE + ", tenant_funding: {amount: 7.5 million USD, paid: 2025-12}"))
    assert dated["l_funding_in"][0][0] == pytest.approx(FUNDED), "month 0 is that of the first dollar"


def test_a06_what_the_rent_has_not_paid_back_at_the_end_is_the_landlords(tmp_path: Path) -> None:
    """At 10 % of a rent sixty months pay back 3.6 million of 7.5: the rest is earned in the last."""
    slow = lines(book_file(tmp_path, shell=LEASE + FUNDING.replace("50 %", "10 %")))
    assert slow["l_paid_back"].sum() == pytest.approx(60 * RENT / 10)
    assert slow["l_earned"][0][START + 59] == pytest.approx(FUNDED - 60 * RENT / 10)


def test_a06_a_tenant_who_goes_leaves_what_is_not_used_against_its_claim(tmp_path: Path) -> None:
    """Gone after a year: 3.9 million not yet credited are kept against the rent lost, and nothing is owed back."""
    gone = "events: {gone: {kind: default, contract: shell, after: 12 months, recovery: 0 %}}\n"
    left = lines(book_file(tmp_path, gone, shell=LEASE + FUNDING))
    assert left["l_settled"][0][START + 12] == pytest.approx(FUNDED - 12 * RENT / 2)
    assert left["refund_owed"].max() == 0
    assert left["deferred_revenue"][START + 12] == pytest.approx(0, abs=0.01)


def test_a06_core_scientific() -> None:
    """1.5 million USD/MW of 590 MW: 885 million in while the sites are built, and out again at half of a month's fee.

    Without the outflow the file had an unlevered return of 54 %.
    """
    result = cf.run("core-scientific-590mw")
    found = result.runs["contract_only"].lines
    assert found["l_funding_in"].sum() == pytest.approx(885e6)
    assert found["l_paid_back"].sum() == pytest.approx(885e6)
    assert (found["l_paid_back"] <= 0.5 * found["l_rent"] * (1 + 1e-12)).all()
    assert found["capex"].sum() > 2 * 885e6
    assert result.metrics["project_irr"].value == pytest.approx(0.276, abs=0.02)


def test_a06_a_batch_says_what_single_runs_say(tmp_path: Path) -> None:
    """Over the sum and the cap a month."""
    file = book_file(tmp_path, shell=LEASE + FUNDING)
    path = "offtake.shell.tenant_funding"
    values = {f"{path}.per_power": [500.0, 1500.0], f"{path}.credited": [0.2, 0.5]}
    many = Scenarios(cf.load(file), values, ("equity_irr", "project_irr_with_prepayment"), resize=True).run()
    for k in range(2):
        single = cf.run(file, overrides={name: value[k] for name, value in values.items()}, resize=True)
        for name in ("equity_irr", "project_irr_with_prepayment"):
            assert many[name][k] == pytest.approx(single.metrics[name].value, rel=1e-9)


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        ("{amount: 900 million USD}", "offtake.shell.tenant_funding"),
        ("{amount: 1 million USD, per_power: 1 million USD/MW}", "offtake.shell.tenant_funding.per_power"),
        ("{credited: 50 %}", "offtake.shell.tenant_funding.amount"),
        ("{amount: 1 million USD, credited: 120 %}", "offtake.shell.tenant_funding.credited"),
    ],
)
def test_a06_above_cost_or_said_twice_is_refused(tmp_path: Path, terms: str, path: str) -> None:
    """A tenant does not pay more than the building costs; a sum is stated once."""
    with pytest.raises(FactoryFileError) as error:
        cf.run(book_file(tmp_path, shell=f"{LEASE}, tenant_funding: {terms}"))
    assert [problem.path for problem in error.value.problems] == [path]
