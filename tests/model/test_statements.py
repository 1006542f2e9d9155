"""The three statements close whatever a file combines: regimes, terms, classes, currencies, leases, sales."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf
from computefactory.finance.cases import RETURN_CASES
from computefactory.report.money import table

PIECES = {
    "kingdom": {"owner.tax": "united_kingdom"},
    "north": {"owner.tax": "norway", "owner.tax_holiday.length": "3 years"},
    "lapsing": {"owner.tax": "poland"},
    "state": {"owner.tax_rates.state": "8 %", "owner.tax_rates.state_bonus": "0 %"},
    "early": {"silicon.acquired": "2024-10", "build.acquired": "2024-06"},
    "group": {"owner.losses": "used_at_once"},
    "withheld": {"owner.tax_rates.withholding": "10 %"},
    "late": {"capital.payment_terms.customers": "50 days", "capital.payment_terms.taxes": "90 days"},
    "slow": {"capital.payment_terms.suppliers": "20 days"},
    "lender": {"capital.accounting.prepayment_rate": "7 %/year"},
    "euros": {"capital.fx.EUR": "1.1 USD/EUR", "operations.facility.cost": "180 EUR/kW-year"},
    "classes": {"build.classes.grid.cost": "40 million USD", "build.classes.shell.contingency": "5 %"},
    "leaving": {"build.decommissioning": "30 million USD"},
}
SALE = {
    "capital.sale_leaseback.sells": "building",
    "capital.sale_leaseback.sold": "2028-06",
    "capital.sale_leaseback.price": "2.9 bn USD",
    "capital.sale_leaseback.rent": "24 million USD/month",
}
FACTORIES = {
    "iren-horizon": SALE,
    "legacy-h100-hall": {"build.lease.accounting": "finance"},
}


@settings(max_examples=12, deadline=None)
@given(
    factory=st.sampled_from(sorted(FACTORIES)),
    chosen=st.sets(st.sampled_from(sorted(PIECES)), max_size=7),
    own=st.booleans(),
)
def test_the_statements_close_in_every_case(factory: str, chosen: set[str], own: bool) -> None:
    overrides = {path: value for name in sorted(chosen) for path, value in PIECES[name].items()}
    result = cf.run(factory, overrides=overrides | (FACTORIES[factory] if own else {}), resize=True)
    for case in RETURN_CASES:
        lines = result.runs[case].lines
        assert np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"])), case
        earned = lines["distribution"].sum() - lines["equity_in"].sum()
        assert lines["net_income"].sum() == pytest.approx(earned + lines["owners_equity"][-1], abs=1e3)
        assert np.min(lines["cash"]) > -1e-3
        placed = lines["d_basis"].sum(axis=1)
        gone = lines["d_depreciation"].sum(axis=1) + lines["d_basis_sold"].sum(axis=1) + lines["d_tax_basis"][:, -1]
        np.testing.assert_allclose(gone, placed, rtol=1e-9, atol=1.0)


def test_the_cash_flow_as_printed_adds_up() -> None:
    """Every row of the page, by year: what is not in it does not move cash."""
    late = {"capital.payment_terms.customers": "45 days", "capital.payment_terms.taxes": "60 days"}
    result = cf.run("iren-horizon", overrides=late)
    rows = {row.name: row.values for row in table(result, "statements", "year").rows if row.section == "cash flow"}
    added = ("ebitda", "prepayment_in", "tax_unpaid", "sale_proceeds", "planned_draw", "equity_in")
    taken = ("tied_up", "prepayment_credit", "tax_paid", "capex", "financing_fees", "interest", "repayment")
    moved = sum(rows[name] for name in added) - sum(rows[name] for name in (*taken, "reserve_move", "distribution"))
    np.testing.assert_allclose(moved, np.diff(rows["cash"], prepend=0.0), atol=1.0)
