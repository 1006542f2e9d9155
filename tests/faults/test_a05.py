"""A5: a landlord borrows on contracted rent and on cost, not on a depreciated building."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.result import Result

CORE = "core-scientific-590mw"
PATH = "capital.debt.notes"
UNTAXED = {  # and without the tenant's construction money, which the rent would pay back
    "owner.tax": "bahrain",
    "offtake.coreweave.tenant_funding": None,
    "build.halls.six_sites.cost": "1.5 million USD/MW",
}
TO_LEASE_END = {"secures": "rent", "matures": "2031-05", "amortises_until": "2039-02", "max_gearing": "none"}


@cache
def landlord(**terms: Any) -> Result:
    """Core Scientific's halls with other terms of its notes, without tax and the tenant's construction money."""
    stated = {f"{PATH}.{name}": value for name, value in terms.items()}
    return cf.run(CORE, overrides=UNTAXED | stated, resize=True)


def rent(result: Result) -> np.ndarray:
    """Contracted rent less operating cost, by month."""
    lines = result.sized.lines
    return lines["committed_revenue"] - lines["opex"]


def present(flows: np.ndarray, first: int, rate: float) -> float:
    """Worth a month before ``first``."""
    later = flows[first:]
    return float((later * (1 + rate / 12) ** -np.arange(1.0, len(later) + 1)).sum())


def test_a05_notes_on_rent_carry_what_the_rent_carries():
    """1.40x on net rent to the lease's end less six months: near 3.58 bn by hand, of 3.3 bn issued (was 0.50)."""
    result = landlord(**TO_LEASE_END)
    begins = int(result.factory.finance.tranches[0].begins)
    last = int(result.known["contract_end"]) - 6
    by_hand = present(rent(result)[: last + 1], begins, 0.0775) / 1.40
    assert result.debt["limits"]["cover"] == pytest.approx(by_hand, rel=1e-6)
    assert result.debt["limits"]["cover"] == pytest.approx(3.58e9, rel=0.03)


def test_a05_a_profile_to_the_leases_end_leaves_a_named_balloon():
    """Five-year notes on a twelve-year lease: the balloon is the sculpt's balance then, said, and not refused."""
    result = landlord(**TO_LEASE_END)
    loan = result.debt["tranches"]["notes"]
    end = int(result.factory.finance.tranches[0].ends)
    owed = present(rent(result)[: int(result.known["contract_end"]) - 5], end + 1, 0.0775) / 1.40
    assert loan["balloon_usd"] == pytest.approx(owed, rel=1e-6)
    assert any("balloon" in text and "risk of refinancing" in text for text in result.warnings)


def test_a05_a_takeout_repays_the_balloon():
    """The same notes with a tranche that repays them: nothing is flagged."""
    takeout = {
        f"{PATH}.refinanced_by": "takeout",
        "capital.debt.takeout": {"secures": "rent", "rate": "7.75 %/year", "matures": "2038-08"},
    }
    stated = {f"{PATH}.{name}": value for name, value in TO_LEASE_END.items()}
    result = cf.run(CORE, overrides=UNTAXED | stated | takeout, resize=True)
    assert result.debt["tranches"]["takeout"]["commitment_usd"] == pytest.approx(
        result.debt["tranches"]["notes"]["balloon_usd"], rel=1e-6
    )
    assert not any("risk of refinancing" in text for text in result.warnings)


def test_a05_contracted_rent_is_collateral_at_the_debt_rate():
    """``secures: rent`` with ``max_ltv: 60 %``: owed at most 60 % of net rent to come at 7.75 %, in every month."""
    result = landlord(**TO_LEASE_END, max_ltv="60 %", sizing_dscr="none")
    lines, loan = result.sized.lines, result.factory.finance.tranches[0]
    begins, ends = int(loan.begins), int(loan.ends)
    worth = present(rent(result), begins, 0.0775)
    assert result.debt["limits"]["loan_to_value"] == pytest.approx(0.6 * worth, rel=1e-6)
    assert result.debt["binding_limit"] == "loan_to_value"
    served = slice(begins, ends)
    assert np.all(lines["t_balance"][0][served] <= 0.6 * lines["t_value"][0][served] + 1.0)


def test_a05_income_value_at_a_cap_rate():
    """``cap_rate: 6.5 %``: the value is the next year's net rent over it."""
    result = landlord(**TO_LEASE_END, max_ltv="20 %", cap_rate="6.5 %/year")
    begins = int(result.factory.finance.tranches[0].begins)
    year = rent(result)[begins : begins + 12].sum()
    assert result.debt["limits"]["loan_to_value"] == pytest.approx(0.20 * year / 0.065, rel=1e-6)


@pytest.mark.parametrize("share", [0.70, 0.85])
def test_a05_cost_limits_a_landlord_where_it_is_stated(share):
    """85 % LTC: the loan is that share of funded cost, with interest, fees and reserves."""
    result = landlord(**TO_LEASE_END | {"max_gearing": f"{100 * share:g} %"})
    assert result.debt["binding_limit"] == "gearing"
    assert result.debt["debt_usd"] == pytest.approx(result.debt["limits"]["gearing"])


@pytest.mark.parametrize(("kind", "cover"), [("sculpted", 1.31), ("level", 1.10), ("sculpted", 2.7)])
def test_a05_other_deals_can_be_said(kind, cover):
    """Sculpted 1.31x on triple-net rent, level 1.10x, cover 2.7x: each sizes and is tested at what it says."""
    terms = {"secures": "rent", "kind": kind, "sizing_dscr": cover, "max_gearing": "none", "matures": "2038-08"}
    more = {"offtake.coreweave.expenses": "triple_net"}
    stated = {f"{PATH}.{name}": value for name, value in terms.items()}
    result = cf.run(CORE, overrides=UNTAXED | more | stated, resize=True)
    assert result.debt["binding_limit"] == "cover"
    lines = result.sized.lines
    due = (lines["t_interest"] + lines["t_planned_repayment"])[0]
    first, end = (int(getattr(result.factory.finance.tranches[0], name)) for name in ("begins", "ends"))
    covers = [lines["sizing_cfads"][k : k + 12].sum() / due[k : k + 12].sum() for k in range(first, end - 10)]
    assert min(covers) == pytest.approx(cover, rel=1e-3)


def test_a05_the_rows_of_a_landlord():
    """Tails: 6 months [0–24] of rent, 0 of compute; cover by the tenant's letter (B+: 1.40x)."""
    loan = cf.load(CORE).finance.tranches[0]
    assert (loan.tail, loan.sizing_dscr) == (6.0, pytest.approx(1.40))
    assert cf.load("iren-horizon").finance.tranches[0].tail == 0


@pytest.mark.parametrize(("terms", "above"), [("level", True), ("equal_principal", True), ("level", False)])
def test_a05_a_stated_balloon_above_a_sculpts_balance_is_said(terms, above):
    """A balloon of 95 % is more than 1.40x carries after it, one of 30 % is not: both are a risk of refinancing."""
    share = "95 %" if above else "30 %"
    result = landlord(secures="rent", kind=terms, balloon=share, matures="2031-05", max_gearing="none")
    end = int(result.factory.finance.tranches[0].ends)
    carried = present(rent(result)[: int(result.known["contract_end"]) - 5], end + 1, 0.0775) / 1.40
    owed = result.debt["tranches"]["notes"]["balloon_usd"]
    assert (owed > carried) == above
    said = [text for text in result.warnings if "sculpted loan would owe" in text]
    assert bool(said) == above
    assert all(f"{owed / 1e6:,.1f} million" in text and f"{carried / 1e6:,.1f} million" in text for text in said)
    assert any(
        f"balloon of {owed / 1e6:,.1f} million" in text and "risk of refinancing" in text for text in result.warnings
    )


def test_a05_a_bullet_above_a_sculpts_balance_is_said():
    """Four billion due at once in 2031 on rent that carries less after it."""
    stated = {"kind": "bullet", "matures": "2031-05", "amount": "4 bn USD"}
    result = landlord(secures="rent", **stated)
    assert any("4,000.0 million" in text and "sculpted loan would owe" in text for text in result.warnings)
