"""What a lender reads by date: months in which debt is served, sources and uses, short loans, preferred equity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import computefactory as cf
from computefactory.schema.shipped import text_in

LATE = {"power.delay": {"by": "12 months"}}
HEAD = "contract_only"


def lent(folder: Path, senior: dict[str, Any], late: bool = False, **more: Any) -> Any:
    """IREN Horizon with other terms of its loan, and other tranches behind it."""
    yaml = YAML()
    file = yaml.load(text_in("factory", "iren-horizon"))
    debt = file["capital"]["debt"]
    debt["senior"].update(senior)
    debt.update(more)
    yaml.dump(file, folder / "factory.yaml")
    return cf.run(folder / "factory.yaml", overrides=LATE if late else {})


@pytest.mark.parametrize("kind", ["sculpted", "level"])
@pytest.mark.parametrize("late", [False, True])
def test_no_cash_counts_after_the_last_service(kind: str, late: bool, tmp_path: Path) -> None:
    """A loan that may run beyond its contract: when late, cash after its last service is in no cover, nor in LLCR."""
    result = lent(tmp_path, {"kind": kind, "matures": "2034-06", "agency_fee": "300000 USD/year"}, late)
    lines = result.series[HEAD]
    repaid = np.flatnonzero(lines["repayment"] > 1)
    served = slice(repaid[0], repaid[-1] + 1)
    average = lines["cfads"][served].sum() / lines["service"][served].sum()
    assert result.metrics["average_dscr"].value == pytest.approx(average, rel=1e-9)
    assert np.flatnonzero(lines["tested"])[-1] <= repaid[-1] + 2
    start = int(np.flatnonzero(lines["at_underwritten"])[0])
    after = slice(start + 1, repaid[-1] + 1)
    worth = np.cumprod(1 / (1 + lines["blended_charge"][after]))
    value = (lines["cfads"][after] * worth).sum() + lines["early_cfads_value"][start]
    assert result.metrics["llcr"].value == pytest.approx(value / lines["debt_balance"][start], rel=1e-9)


@pytest.mark.parametrize("how", ["revolver", "letter of credit"])
def test_sources_are_uses_where_a_reserve_or_a_revolver_pays_before_completion(how: str, tmp_path: Path) -> None:
    """Service due before a late plant is complete, paid by others than the loan and its owners: both sides agree."""
    line = {"kind": "revolver", "amount": "50 million USD", "rate": "7 %/year", "matures": "2031-12"}
    letter = {"dsra_held": "letter_of_credit", "letter_fee": "1.5 %/year"}
    terms: dict[str, Any] = {"closes": "2026-03", "distribution_at_close": False}
    if how == "revolver":
        result = lent(tmp_path, terms, late=True, line=line)
    else:
        result = lent(tmp_path, terms | letter, late=True)
    lines = result.series[HEAD]
    uses = sum(lines[f"used_{name}"].sum() for name in ("capex", "interest", "repayment", "fees", "reserve"))
    names = ("prepayment", "operations", "debt", "preferred", "equity")
    sources = sum(lines[f"source_{name}"].sum() for name in names)
    left = lines["early_distribution"].sum() + lines["cash_at_conversion"].sum()
    assert (lines["revolver_draw"] + lines["letter_claims"])[lines["completing"] > 0].any()
    assert sources == pytest.approx(uses + left, abs=1.0)


@pytest.mark.parametrize("order", [["prepayment", "debt", "equity"], ["prepayment", "equity", "debt"]])
def test_a_loan_shorter_than_its_reserve_is_sized_on_its_cover(order: list[str], tmp_path: Path) -> None:
    """A month more lends about a month's cash: where the reserve is all of the loan, cost is no limit, not zero."""
    terms = {"closes": "2026-03", "distribution_at_close": False, "draw_order": order}
    amounts = []
    for end in ("2027-05", "2027-06", "2027-07"):
        result = lent(tmp_path, {**terms, "matures": end})
        assert result.debt["binding_limit"] == "cover"
        amounts.append(result.metrics["debt_usd"].value)
    month = np.diff(amounts)
    assert month == pytest.approx([month[0], month[0]], rel=0.02)
    assert amounts[0] == pytest.approx(5 * month[0], rel=0.05)


def test_preferred_equity_is_redeemed_once(tmp_path: Path) -> None:
    """The plant is sold in the month in which it ends: it is paid what it is owed, and owners take the rest."""
    terms = {"kind": "preferred", "amount": "300 million USD", "rate": "12 %/year", "matures": "2031-12"}
    result = lent(tmp_path, {}, preferred=terms)
    lines = result.series[HEAD]
    end = result.months.index("2031-12")
    assert lines["t_balance[preferred]"].min() >= 0
    assert lines["t_repayment[preferred]"][end] == pytest.approx(303e6, abs=5e6)
    assert not lines["equity_flow"][end + 1 :].any()


def test_cover_ends_with_what_a_sweep_has_repaid(tmp_path: Path) -> None:
    """Half of the cash is swept and early cash repays the loan a year before its plan: later cash is in no cover."""
    senior = {"closes": "2026-03", "distribution_at_close": False, "sweep": "60 %", "sizing_dscr": 1.4}
    result = lent(tmp_path, senior)
    lines = result.series[HEAD]
    repaid = np.flatnonzero(lines["repayment"] > 1)
    assert result.months[repaid[-1]] < "2031-06"
    served = slice(repaid[0], repaid[-1] + 1)
    average = lines["cfads"][served].sum() / lines["service"][served].sum()
    assert result.metrics["average_dscr"].value == pytest.approx(average, rel=1e-9)
    assert np.flatnonzero(lines["tested"])[-1] <= repaid[-1] + 2


def test_an_undrawn_revolver_is_no_service(tmp_path: Path) -> None:
    """A revolver that stands half a year beyond the loan: cover, average and LLCR of all debt are those without it."""
    line = {"kind": "revolver", "amount": "20 million USD", "rate": "8 %/year", "matures": "2031-12"}
    senior = {"matures": "2031-06", "closes": "2026-03", "distribution_at_close": False}
    alone, beside = lent(tmp_path, senior), lent(tmp_path, senior, line=line)
    for name in ("average_dscr", "mean_dscr", "llcr"):
        assert beside.metrics[name].value == pytest.approx(alone.metrics[name].value, rel=1e-3)
    assert np.flatnonzero(beside.series[HEAD]["tested"])[-1] == alone.months.index("2031-06")
