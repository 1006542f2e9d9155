"""What a company had said of its own future, each in its own period: how it came out, beside the forecast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from computefactory.analysis.divided import Forecast
from computefactory.analysis.reported import GradedFigure, ReportedLine, Reports, reports_of
from computefactory.library import Fact, Library
from computefactory.library.operators import TABLE, ReportDefinition, amount, end_of, periods
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, month_number

__all__ = ["OWN", "Guided", "StatedGuidance", "came_out", "guided", "stated_by"]

_FIELD = re.compile(r"guide_(?P<when>fy\d{4}|q[1-4]_\d{4}|\d{4}_exit)_(?P<what>.+?)(?:_(?P<end>low|high))?", re.ASCII)
_LAST_MONTH = {"q1": "03", "q2": "06", "q3": "09", "q4": "12"}
OWN = {"revenue": "revenue", "interest_expense": "interest", "active_power": "billing_power"}  # what -> our line
OTHERS = {  # what is guided in a definition that no line of ours has -> the fields in which it is reported
    "capex": "capex_company_defined",
    "adj_operating_income": "adjusted_operating_income",
}


class Guided(NamedTuple):
    """What a field of guidance speaks of: a quantity, and a year (``FY2026``) or the last month of a quarter."""

    period: str
    what: str
    end: str  # low, high, or nothing for a figure without a range


@dataclass(frozen=True, slots=True)
class StatedGuidance:
    """Guidance that was known on the day, and what came of it: reported, and forecast over the same period."""

    what: str
    period: str
    low: float
    high: float
    unit: str
    known: str
    reported: GradedFigure | None = None
    forecast: float | None = None

    @property
    def middle(self) -> float:
        """The middle of it."""
        return (self.low + self.high) / 2


def guided(field: str) -> Guided | None:
    """What a field such as ``guide_q2_2026_revenue_low`` guides to; None for any other field."""
    found = _FIELD.fullmatch(field)
    if found is None:
        return None
    when = found["when"]
    if when.startswith("fy"):
        period = when.upper()
    else:
        period = f"{when[:4]}-12" if when.endswith("exit") else f"{when[-4:]}-{_LAST_MONTH[when[:2]]}"
    return Guided(period, found["what"], found["end"] or "")


def stated_by(library: Library, operator: str, as_of: str, after: int) -> tuple[StatedGuidance, ...]:
    """The newest guidance of each quantity and period that was public on a day, for periods that end after a month."""
    ends: dict[tuple[str, str], dict[str, Fact]] = {}
    for period in periods(library, operator):
        for name in library.fields(TABLE, f"{operator}/{period}"):
            of, fact = guided(name), library.seen(TABLE, f"{operator}/{period}", name)
            if of is None or fact is None or fact.known > as_of or ends_in(library, operator, of.period) <= after:
                continue
            held = ends.setdefault((of.period, of.what), {})
            if of.end not in held or held[of.end].known <= fact.known:
                held[of.end] = fact
    return tuple(_stated(what, period, found) for (period, what), found in sorted(ends.items()))


def ends_in(library: Library, operator: str, period: str) -> int:
    """The month number in which a period of guidance ends."""
    return month_number(end_of(library, operator, period)[:7])


def _stated(what: str, period: str, ends: Mapping[str, Fact]) -> StatedGuidance:
    numbers = [float(fact.value) for fact in ends.values()]
    newest = max(ends.values(), key=lambda fact: fact.known)
    return StatedGuidance(what, period, min(numbers), max(numbers), newest.unit, newest.known)


def came_out(
    each: StatedGuidance, library: Library, operator: str, forecast: Forecast, reports: Mapping[str, Reports]
) -> tuple[GradedFigure | None, float | None]:
    """What was reported of guidance in its own period, and what was forecast; None where either is not known."""
    line = OWN.get(each.what)
    if line is not None and line in reports:
        own = reports[line]
    elif each.what in OTHERS:
        definitions = ((ReportDefinition(OTHERS[each.what]),),)
        own = reports_of(
            library, operator, ReportedLine(each.what, each.what, "", each.unit, True, definitions), forecast.start
        )
    else:
        return None, None
    end = ends_in(library, operator, each.period)
    if not each.period.startswith("FY"):
        ours = forecast.quarter(own.line, end) if end >= forecast.start else None
        return own.quarters.get(end), ours
    quarters = range(end - MONTHS_PER_YEAR + MONTHS_PER_QUARTER, end + 1, MONTHS_PER_QUARTER)
    return _year(library, operator, own, each.period, quarters), _ours(forecast, own, quarters)


def _year(library: Library, operator: str, own: Reports, period: str, quarters: range) -> GradedFigure | None:
    """A year as reported, else its quarters."""
    names = [each.field for definitions in own.line.definitions for each in definitions]
    row = next(filter(None, (library.seen(TABLE, f"{operator}/{period}", name) for name in names)), None)
    if row is not None:
        return GradedFigure(amount(row), (row,))
    known = [own.quarters[end] for end in quarters if end in own.quarters]
    if len(known) < len(quarters):
        return None
    return GradedFigure(sum(each.value for each in known), tuple(fact for each in known for fact in each.facts))


def _ours(forecast: Forecast, own: Reports, quarters: range) -> float | None:
    """A year as forecast: quarters before the balance date as reported, then the forecast's."""
    found = []
    for end in quarters:
        before = own.quarters.get(end) if end < forecast.start else None
        ours = before.value if before else forecast.quarter(own.line, end)
        if ours is None:
            return None
        found.append(ours)
    return sum(found)
