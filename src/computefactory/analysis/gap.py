"""The funding gap of a company and what would fill it, one means at a time: debt, or customers' prepayments.

Nothing fills it in the forecast. Each means is reckoned alone, on its own terms: what lenders advance on silicon, the
cash that the book still brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["Gap", "gap_of"]

MILLION = 1e6
KILOWATTS = 1e3  # of a MW


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing to hold the cash floor, and what would fill it."""

    amount: float | None  # USD, the largest; None: it is not known
    why: str  # then the facts that are missing
    floor: float  # USD
    first: str  # month in which cash first falls below the floor; empty: never
    largest: str  # month in which the most is missing; empty: never
    financed_mw: float | None  # silicon on which a loan at the advance is that much; None: nothing is lent
    advance: float | None  # at that advance
    prepaid_share: float | None  # of the cash that the book still brings; None: it brings none

    @property
    def said(self) -> tuple[str, ...]:
        """The gap in sentences: nothing where there is none."""
        if self.amount is None:
            return (f"Whether cash lasts is not known: {self.why}.",)
        if not self.amount:
            return ()
        floor, amount = self.floor / MILLION, self.amount / MILLION
        fall = f"Cash falls below the floor of {floor:,.0f} million USD in {self.first}"
        found = [
            f"{fall}; the most that is missing is {amount:,.0f} million USD, in {self.largest}. Nobody fills it here."
        ]
        if self.financed_mw is not None and self.advance is not None:
            power = f"{self.financed_mw:,.0f} MW of silicon"
            found.append(f"Debt that fills it: loans at the advance of {self.advance:.0%} on {power}.")
        if self.prepaid_share is not None:
            share = f"{self.prepaid_share:.0%} of what customers still owe"
            found.append(
                f"Prepayments that fill it: {share}{'' if self.prepaid_share <= 1 else ', which is not there'}."
            )
        return tuple(found)


def gap_of(result: CompanyResult) -> Gap:
    """The gap of a company's head case."""
    lines, inputs = result.workings.lines, result.workings.inputs
    floor, metric = float(np.asarray(inputs["cash_floor"])), result.metrics["funding_gap_usd"]
    if metric.value is None:
        return Gap(None, metric.reason, floor, "", "", None, None, None)
    missing, amount = np.asarray(lines["funding_gap"]), metric.value
    power = np.asarray(inputs["b_full_power"]) * np.asarray(lines["b_counts"])
    cost = power * np.asarray(inputs["b_capex_per_kw"])
    lent = float((cost * np.asarray(inputs["b_advance"])).sum())
    to_come = float(lines["cash_to_come"])
    return Gap(
        amount=amount,
        why="",
        floor=floor,
        first=result.months[int(np.argmax(missing > 0))] if amount else "",
        largest=result.months[int(np.argmax(missing))] if amount else "",
        financed_mw=amount / lent * float(power.sum()) / KILOWATTS if lent > 0 else None,
        advance=lent / float(cost.sum()) if lent > 0 else None,
        prepaid_share=amount / to_come if to_come > 0 else None,
    )
