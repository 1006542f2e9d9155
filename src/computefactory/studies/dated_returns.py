"""Equity returns that need dates or other rates than the ledger's: XIRR by days, MIRR by the cost of capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from computefactory.finance import rates
from computefactory.finance.cases import RETURN_CASES
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import finite

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Dated", "dated_returns"]


@dataclass(frozen=True, slots=True)
class Dated:
    """Yearly rates of one case; None where its equity IRR does not exist."""

    xirr: float | None
    mirr: float | None


def dated_returns(result: Result) -> Mapping[str, Dated]:
    """Of every return case; flows fall at the end of the month."""
    return {case: _of_case(result, case) for case in RETURN_CASES}


def _of_case(result: Result, case: str) -> Dated:
    if result.returns[case]["equity_irr"].value is None:
        return Dated(None, None)
    flows = np.asarray(result.runs[case].lines["equity_flow"], dtype=float)
    flows = flows[: int(np.flatnonzero(flows)[-1]) + 1]
    rate = float(result.factory.finance.capital.discount_rate)
    start = result.factory.timeline.start
    months = (divmod(start + month + 1, MONTHS_PER_YEAR) for month in range(len(flows)))
    ends = [date(year, month + 1, 1) - timedelta(days=1) for year, month in months]
    return Dated(finite(rates.xirr(flows, ends)), finite(rates.mirr(flows, rate, rate, MONTHS_PER_YEAR)))
