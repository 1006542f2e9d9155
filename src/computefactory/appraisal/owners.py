"""From enterprise to equity value: debt, cash, customers' money, leases, other claims, dilution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.appraisal.site import CASE
from computefactory.valuation import (
    NOTHING_OWED,
    Claims,
    Convertible,
    Options,
    PerShare,
    per_share,
    present_value,
)

if TYPE_CHECKING:
    from computefactory.appraisal.worth import Industrial
    from computefactory.result import Result

__all__ = ["Equity", "equity_of"]


@dataclass(frozen=True)
class Equity:
    """Every step from enterprise to equity; ``steps`` add up to ``value``."""

    enterprise_value: float
    steps: dict[str, float]
    share: PerShare | None
    restricted_cash: float

    @property
    def value(self) -> float:
        """What is left for the owners of shares, options and converted notes."""
        return self.enterprise_value + sum(self.steps.values())

    @property
    def claims(self) -> float:
        """Net claims: enterprise less equity value."""
        return -sum(self.steps.values())

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {"enterprise_value_usd": self.enterprise_value, **self.steps}
        found["equity_value_usd"] = self.value
        found["restricted_cash_not_counted"] = self.restricted_cash
        if self.share is not None:
            found["usd_per_share"] = self.share.price
            found["diluted_shares"] = self.share.shares
        return found


def equity_of(result: Result, industrial: Industrial, enterprise_value: float) -> Equity:
    """Equity value for an enterprise value at the same date."""
    index = industrial.question.index
    lines = result.runs[CASE].lines
    before = index - 1
    at = float(result.factory.timeline.month[index])
    months = result.factory.timeline.month

    def opening(name: str) -> float:
        return float(np.asarray(lines[name])[before]) if before >= 0 else 0.0

    customers = 0.0
    for item, row in zip(industrial.items, _customers(result, lines), strict=False):
        customers += float(present_value(row, item.rate, months, at))
    fees = float(present_value(np.asarray(lines["financing_fees"]), industrial.rates.market, months, at))
    claims = claims_of(result)
    steps = {
        "debt": -opening("debt_balance"),
        "cash": opening("cash") + opening("reserve_target"),
        "customers_money": customers,
        "financing_fees": -fees,
        "leases": -industrial.lease_liability if industrial.question.leases_as_debt else 0.0,
        "other_debt": -claims.other_debt,
        "preferred": -claims.preferred - _preferred(lines, before),
        "minorities": -claims.minorities,
        "owner_cash": claims.cash,
        "operating_losses": _losses(result, lines, claims, index),
    }
    before_notes = enterprise_value + sum(steps.values())
    share = per_share(before_notes, claims) if claims.shares else None
    if claims.convertibles:
        steps["convertibles"] = -(share.unconverted if share else sum(note.amount for note in claims.convertibles))
    return Equity(enterprise_value, steps, share, claims.restricted_cash)


def claims_of(result: Result) -> Claims:
    """What the file states of the owner's balance sheet."""
    capital = result.factory.document.model.capital
    stated = capital.claims if capital is not None else None
    if stated is None:
        return NOTHING_OWED
    plain = ("other_debt", "preferred", "minorities", "cash", "restricted_cash", "operating_losses", "shares")
    return Claims(
        **{name: float(getattr(stated, name) or 0.0) for name in plain},
        options=tuple(Options(item.count, item.strike) for item in stated.options.values()),
        convertibles=tuple(Convertible(item.amount, item.conversion_price) for item in stated.convertibles.values()),
    )


def _preferred(lines: Any, before: int) -> float:
    """Owed on the preferred equity of this file's own tranches at the opening of the date."""
    owed = np.asarray(lines["t_preferred_owed"])
    return float(owed[:, before].sum()) if before >= 0 and owed.size else 0.0


def _customers(result: Result, lines: Any) -> Any:
    """Prepayments still to come less credits still to be given, by part of each contract."""
    if not result.factory.offtake.contracts:
        return []
    return np.asarray(lines["c_prepay_in"]) - np.asarray(lines["c_credit"])


def _losses(result: Result, lines: Any, claims: Claims, index: int) -> float:
    """Losses of the owner against this factory's income: year by year, up to the limit, after the factory's own."""
    if not claims.operating_losses:
        return 0.0
    tax, timeline = result.factory.finance.tax, result.factory.timeline
    project = result.items("view").index("project")
    income, used = (np.asarray(lines[name])[project] for name in ("v_taxable", "v_losses_used"))
    rate, left, worth = float(lines["tax_rate"]), claims.operating_losses, 0.0
    for period in np.flatnonzero(timeline.year_end):
        if period < index or left <= 0:
            continue
        room = max(float(income[period]), 0.0) * float(tax.loss_limit) - float(used[period])
        taken = min(max(room, 0.0), left)
        left -= taken
        years = (timeline.month[period] - timeline.month[index]) / 12
        worth += taken * rate / (1 + float(result.factory.finance.capital.discount_rate)) ** years
    return worth
