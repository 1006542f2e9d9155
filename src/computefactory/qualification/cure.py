"""What it costs, and how long it takes, to cure what is missing: spans of money and months with the rows they rest on.

Evidence on retrofits conflicts: a mechanical refit where power already exists is reported 80 % below a new build, a
refit with the electrical plant 20 to 30 % below. Electrical scope decides, so both stand in the span. What a refit
cannot cure is said: liquid *from construction* needs another building, money spent before a signature is spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from computefactory.units import Month, Usd

__all__ = ["Cure", "Span", "add"]


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its low and high; nan: not known."""

    low: float
    value: float
    high: float

    def times(self, factor: float) -> Span:
        """The span scaled; a negative factor turns it round."""
        ends = sorted((self.low * factor, self.high * factor))
        return Span(ends[0], self.value * factor, ends[1])

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return isfinite(self.value)

    def as_dict(self) -> dict[str, float | None]:
        """The JSON object."""
        return {
            name: float(number) if isfinite(number) else None
            for name, number in (("low", self.low), ("value", self.value), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class Cure:
    """One way to cure one check: its cost and months, the library rows, and what it does not mend."""

    specification: str
    what: str
    cost: Span  # USD
    months: Span
    rows: tuple[str, ...] = ()
    note: str = ""
    curable: bool = True
    yearly: Usd = field(default=0.0)  # money a year where the cure is no capex
    instead_of: str = ""  # cures with one name here are alternatives

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "specification": self.specification,
            "what": self.what,
            "curable": self.curable,
            "cost_usd": self.cost.as_dict(),
            "cost_usd_per_year": self.yearly,
            "months": self.months.as_dict(),
            "alternatives": self.instead_of,
            "rows": list(self.rows),
            "note": self.note,
        }


def add(cures: Sequence[Cure]) -> tuple[Usd, Usd, Month]:
    """The low and high capex of all cures that exist and the longest of them: they can go on side by side.

    Of alternatives the cheapest counts in the low sum and the dearest in the high one.
    """
    possible = [cure for cure in cures if cure.curable]
    low, high = 0.0, 0.0
    groups: dict[str, list[Cure]] = {}
    for place, cure in enumerate(possible):
        if cure.cost.known:
            groups.setdefault(cure.instead_of or str(place), []).append(cure)
    for group in groups.values():
        low += min(cure.cost.low for cure in group)
        high += max(cure.cost.high for cure in group)
    months = [cure.months.value for cure in possible if cure.months.known]
    return low, high, max(months, default=0.0)
