"""The error of every line by cause, for the quarters in which what was reported divides it.

Where it does not (no MW, no debt was reported, or an earlier quarter is missing from a sum) the error stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from computefactory.analysis.causes import (
    CAUSES,
    Split,
    book_error,
    capacity_error,
    earned_error,
    kept_error,
    net_debt_error,
    spent_error,
)
from computefactory.analysis.reported import ReportedLine, Reports
from computefactory.timeline import MONTHS_PER_QUARTER

__all__ = ["Forecast", "Splits"]

Months = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The months of a run that are graded, from month 0.

    ``series`` has flows and month-end balances by name, ``opening`` the balances before month 0, ``sold`` the critical
    IT that was sold on the day of the question and is still under contract, ``lent`` all the debt that the forecast
    ever owes at a time, ``to_build`` all that it spends to complete what was sold.
    """

    start: int
    series: Mapping[str, Months]
    opening: Mapping[str, float]
    sold: Months
    lent: float
    to_build: float

    def quarter(self, line: ReportedLine, end: int) -> float | None:
        """The flow of the quarter that ends in a month, or the balance at its end; None where it is not known."""
        last = end - self.start
        values = self.series.get(line.series)
        if values is None or last >= len(values) or last < MONTHS_PER_QUARTER - 1:
            return None
        found = float(values[last - MONTHS_PER_QUARTER + 1 : last + 1].sum() if line.flow else values[last])
        return found if isfinite(found) else None

    def committed(self, end: int) -> float:
        """Share of the revenue of a quarter that comes out of the book."""
        last = end - self.start
        quarter = slice(last - MONTHS_PER_QUARTER + 1, last + 1)
        whole = float(self.series["revenue"][quarter].sum())
        return float(self.series["committed_revenue"][quarter].sum()) / whole if whole else 1.0

    def stands(self, name: str, end: int) -> float:
        """A balance at the end of a month, or before month 0."""
        return float(self.series[name][end - self.start]) if end >= self.start else self.opening[name]

    def under_contract(self, end: int) -> float:
        """Critical IT sold on the day of the question, in a month."""
        return float(self.sold[max(end - self.start, 0)])


class Splits:
    """The error of every line by cause, for the quarters in which the reported figures divide it."""

    def __init__(self, forecast: Forecast, reports: Mapping[str, Reports], ends: Sequence[int]) -> None:
        self.forecast, self.reports = forecast, reports
        self.ends = [end for end in ends if end - forecast.start < len(forecast.sold)]
        self.makers: Mapping[str, Callable[[], tuple[list[int], Split]]] = {
            "billing_power": self._power,
            "revenue": self._revenue,
            "adjusted_ebitda": self._ebitda,
            "capex": self._capex,
            "interest": self._interest,
            "rpo": partial(self._book, "rpo"),
            "backlog": partial(self._book, "backlog"),
            "net_debt": self._net_debt,
        }

    def by_line(self) -> dict[str, dict[int, dict[str, float]]]:
        """ReportedLine -> end of quarter -> cause -> share."""
        return {
            name: {end: split.at(k) for k, end in enumerate(ends)}
            for name in self.makers
            if name in self.reports
            for ends, split in (self._whole(name),)
        }

    def _whole(self, name: str) -> tuple[list[int], Split]:
        """The split of a line with the quarters that were reported and that nothing divides."""
        ends, split = self.makers[name]()
        rest = [end for end in self._known(name) if end not in ends]
        kept = kept_error(self._ours(name, rest), self._theirs(name, rest))
        return [*ends, *rest], _joined(split, kept)

    def _known(self, *names: str) -> list[int]:
        """Quarters that were forecast and reported of all these lines."""
        return [end for end in self.ends if all(self._has(name, end) for name in names)]

    def _has(self, name: str, end: int) -> bool:
        reports = self.reports[name]
        return end in reports.quarters and self.forecast.quarter(reports.line, end) is not None

    def _unbroken(self, *names: str) -> list[int]:
        """The same from the first quarter on, up to the first gap."""
        known = self._known(*names)
        return [end for k, end in enumerate(self.ends) if self.ends[: k + 1] == known[: k + 1]]

    def _ours(self, name: str, ends: Sequence[int]) -> Months:
        line = self.reports[name].line
        return np.array([self.forecast.quarter(line, end) for end in ends], dtype=float)

    def _theirs(self, name: str, ends: Sequence[int]) -> Months:
        return np.array([self.reports[name].quarters[end].value for end in ends], dtype=float)

    def _means(self, name: str, ends: Sequence[int]) -> tuple[Months, Months]:
        """Mean of a balance over each quarter, forecast and reported: half of what stood at both ends."""
        series, quarters = self.reports[name].line.series, self.reports[name].quarters
        both = [(end - MONTHS_PER_QUARTER, end) for end in ends]
        ours = [sum(self.forecast.stands(series, each) for each in pair) / 2 for pair in both]
        theirs = [sum(quarters[each].value for each in pair) / 2 for pair in both]
        return np.array(ours), np.array(theirs)

    def _spanned(self, name: str, *others: str) -> list[int]:
        """Quarters with a balance at both ends, and these other lines."""
        quarters = self.reports[name].quarters
        return [end for end in self._known(name, *others) if end - MONTHS_PER_QUARTER in quarters]

    def _sold(self, ends: Sequence[int]) -> Months:
        return np.array([self.forecast.under_contract(end) for end in ends], dtype=float)

    def _mean_power(self, ends: Sequence[int]) -> tuple[Split, tuple[Months, Months]]:
        """The error of mean MW by cause, and both."""
        units = self._means("billing_power", ends)
        sold = (self._sold(ends) + self._sold([end - MONTHS_PER_QUARTER for end in ends])) / 2
        return capacity_error(*units, sold), units

    def _power(self) -> tuple[list[int], Split]:
        ends = self._known("billing_power")
        return ends, capacity_error(
            self._ours("billing_power", ends), self._theirs("billing_power", ends), self._sold(ends)
        )

    def _revenue(self) -> tuple[list[int], Split]:
        ends = self._spanned("billing_power", "revenue")
        capacity, units = self._mean_power(ends)
        return ends, earned_error(capacity, units, (self._ours("revenue", ends), self._theirs("revenue", ends)))

    def _ebitda(self) -> tuple[list[int], Split]:
        """By MW where they are known on both sides; else revenue stays whole and the margin is taken out."""
        ends = self._spanned("billing_power", "revenue", "adjusted_ebitda")
        capacity, units = self._mean_power(ends)
        rest = [end for end in self._known("revenue", "adjusted_ebitda") if end not in ends]
        nothing = np.zeros(len(rest))
        found = earned_error(capacity, units, *self._margins(ends))
        kept = earned_error(capacity_error(nothing, nothing, nothing), (nothing, nothing), *self._margins(rest))
        return [*ends, *rest], _joined(found, kept)

    def _margins(self, ends: Sequence[int]) -> tuple[tuple[Months, Months], tuple[Months, Months]]:
        """Revenue, and adjusted EBITDA over it; forecast and reported."""
        money = self._ours("revenue", ends), self._theirs("revenue", ends)
        kept = self._ours("adjusted_ebitda", ends), self._theirs("adjusted_ebitda", ends)
        ours, theirs = (
            np.divide(of, on, out=np.zeros_like(of), where=on != 0) for of, on in zip(kept, money, strict=True)
        )
        return money, (ours, theirs)

    def _capex(self) -> tuple[list[int], Split]:
        ends = self._unbroken("capex")
        return ends, spent_error(self._ours("capex", ends), self._theirs("capex", ends), self.forecast.to_build)

    def _interest(self) -> tuple[list[int], Split]:
        ends = self._spanned("debt", "interest")
        units = self._means("debt", ends)
        capacity = capacity_error(*units, np.full(len(ends), self.forecast.lent))
        return ends, earned_error(capacity, units, (self._ours("interest", ends), self._theirs("interest", ends)))

    def _book(self, name: str) -> tuple[list[int], Split]:
        earned = self._unbroken("revenue")
        ends = [end for end in earned if end in self.reports[name].quarters]
        recognised = self._theirs("revenue", earned) * [self.forecast.committed(end) for end in earned]
        so_far = np.cumsum(recognised)[[earned.index(end) for end in ends]]
        opening = self.forecast.opening["backlog"]
        split = book_error(self._ours(name, ends), self._theirs(name, ends), opening, np.diff(so_far, prepend=0.0))
        return ends, split

    def _net_debt(self) -> tuple[list[int], Split]:
        ends = self._unbroken("net_debt", "capex", "interest", "adjusted_ebitda")
        flows = [self._first(name, ends) for name in ("adjusted_ebitda", "capex", "interest")]
        return ends, net_debt_error(self._ours("net_debt", ends), self._theirs("net_debt", ends), *flows)

    def _first(self, name: str, ends: Sequence[int]) -> Split:
        """The split of a line for these quarters alone, in their order."""
        held, split = self._whole(name)
        places = [held.index(end) for end in ends]
        return Split(**{each: getattr(split, each)[places] for each in CAUSES})


def _joined(first: Split, then: Split) -> Split:
    """The quarters of one split, then those of another."""
    return Split(**{each: np.append(getattr(first, each), getattr(then, each)) for each in CAUSES})
