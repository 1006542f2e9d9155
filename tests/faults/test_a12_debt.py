"""A12, what lenders make of a guarantee: the guarantor's row where it is whole, else its sum and its window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.result import Result

PATH = "capital.debt.notes"
WHOLE = {"offtake.coreweave.guarantor": "a bank", "offtake.coreweave.guarantor_rating": "AA"}
WINDOW = {f"offtake.coreweave.backstop.{name}": value for name, value in (("amortises_over", "120 months"),)}


def landlord(**changes: Any) -> Result:
    """Core Scientific's halls at the landlord's own cost, untaxed, with notes to the lease's end and other changes."""
    own = {"offtake.coreweave.tenant_funding": None, "build.halls.six_sites.cost": "1.5 million USD/MW"}
    notes = {f"{PATH}.matures": "2031-05", f"{PATH}.amortises_until": "2039-02", "owner.tax": "bahrain"}
    return cf.run("core-scientific-590mw", overrides=own | notes | changes, resize=True)


def test_a12_a_full_guarantor_gives_its_cover_and_lifts_the_cost_limit():
    """A tenant rated B+ with all of its rent guaranteed at AA: 1.30x instead of 1.40x, and cost limits nothing."""
    alone, guaranteed = landlord(), landlord(**WHOLE)
    assert (alone.debt["sizing_dscr"], guaranteed.debt["sizing_dscr"]) == (pytest.approx(1.40), pytest.approx(1.30))
    assert alone.debt["binding_limit"] == "gearing"
    assert guaranteed.debt["binding_limit"] == "cover"
    assert guaranteed.debt["max_gearing"] is None
    assert guaranteed.debt["limits"]["cover"] == pytest.approx(alone.debt["limits"]["cover"] * 1.40 / 1.30, rel=1e-6)


def test_a12_a_full_guarantor_gives_its_margin():
    """A loan without a rate behind an AA guarantor of a buyer rated B+: 1.75 % over the overnight rate, not 6.50 %."""
    loan = {"capital.debt.loan.matures": "2029-01", "offtake.application.rating": "B+"}
    whole = {"offtake.application.guarantor": "a bank", "offtake.application.guarantor_rating": "AA"}
    margins = [cf.load("inference-site", overrides=loan | more).finance.tranches[0].margin[0] for more in ({}, whole)]
    assert margins == pytest.approx([0.065, 0.0175])


def test_a12_a_guarantor_below_investment_grade_leaves_the_cost_limit():
    """Guaranteed at BB: cover is the better of the two letters, and the loan stays within cost."""
    found = landlord(**WHOLE | {"offtake.coreweave.guarantor_rating": "BB"})
    assert found.debt["sizing_dscr"] == pytest.approx(1.35)
    assert found.debt["max_gearing"] == pytest.approx(0.75)


@pytest.mark.parametrize("amount", [0.5e9, 1.3e9])
def test_a12_behind_a_backstop_the_loan_is_at_most_its_sum(amount):
    """A sum that does not fall: the loan is that sum where rent carries more, and cost limits nothing."""
    found = landlord(**WHOLE | {"offtake.coreweave.backstop.amount": amount})
    assert found.debt["binding_limit"] == "backstop"
    assert found.debt["debt_usd"] == pytest.approx(amount, rel=1e-9)
    assert found.debt["max_gearing"] is None
    assert found.debt["sizing_dscr"] == pytest.approx(1.40), "its own row: the guarantor does not stand for all of it"


def test_a12_cover_counts_rent_only_while_the_backstop_stands():
    """Falling to nothing over ten years of a twelve-year lease: rent of the last two years repays nothing."""
    backstop = {"offtake.coreweave.backstop.amount": 5e9}
    standing, falling = landlord(**WHOLE | backstop), landlord(**WHOLE | backstop | WINDOW)
    assert falling.debt["limits"]["cover"] < standing.debt["limits"]["cover"]
    lines = falling.sized.lines
    counted = np.flatnonzero(lines["t_contracted"][0] > 1.0)
    starts = [item.start for item in falling.factory.offtake.leases]
    assert counted[-1] < max(starts) + 120
    assert lines["sizing_cfads"][counted[-1] + 12] > 1e6


def test_a12_the_balance_stays_below_a_backstop_that_falls():
    """In every month no more is owed than the guarantor would then pay."""
    found = landlord(**WHOLE | WINDOW | {"offtake.coreweave.backstop.amount": 1.3e9})
    lines = found.sized.lines
    served = lines["t_repaying"][0] > 0
    standing = lines["l_backstop_now"].sum(axis=0)
    assert np.all(lines["t_balance"][0][served] <= standing[served] + 1.0)
    assert found.debt["binding_limit"] == "backstop"


def test_a12_a_buyer_that_passes_alone_is_lent_on_as_it_is():
    """A backstop beside a tenant rated A is no limit: the tenant carries the loan, and cost limits it."""
    found = landlord(**WHOLE | {"offtake.coreweave.backstop.amount": 1e9, "offtake.coreweave.rating": "A"})
    assert found.debt["limits"].get("backstop") is None
    assert found.debt["max_gearing"] == pytest.approx(0.75)
