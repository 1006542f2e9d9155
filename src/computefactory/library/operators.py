"""What operators reported: rows of the table ``operator``, keyed ``CoreWeave/FY2024`` or ``CoreWeave/2024-12-31``.

A fiscal year holds its flows and the balances of its last day; a date holds the balances of that day and, at the end of
a quarter, the flows of the quarter. The library that is asked may be one read at a date: then no later row exists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from computefactory.library.dates import last_day
from computefactory.library.lookup import Library
from computefactory.library.rows import Fact

__all__ = [
    "DEFINITIONS",
    "TABLE",
    "Kind",
    "ReportDefinition",
    "amount",
    "end_of",
    "later_names",
    "latest",
    "like",
    "names",
    "period_of",
    "periods",
    "reported",
    "same",
]

TABLE = "operator"
Kind = Literal["year", "quarter", "instant"]
_YEAR = re.compile(r"FY(\d{4})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ReportDefinition(NamedTuple):
    """A field under which operators report a figure, and how it compares with the first of its list.

    ``loss``: what is written is a loss, with or without its sign. ``differs`` says what another definition counts that
    the first does not; nothing where both are the same figure.
    """

    field: str
    loss: bool = False
    differs: str = ""


# one figure under several names: the first is the definition that the others are compared with
DEFINITIONS: dict[str, tuple[ReportDefinition, ...]] = {
    "revenue": (
        ReportDefinition("revenue"),
        ReportDefinition("revenue_group"),
        ReportDefinition("revenue_quarter_total"),
        ReportDefinition("revenue_core", differs="of the infrastructure business alone"),
    ),
    "adjusted_ebitda": (ReportDefinition("adjusted_ebitda"), ReportDefinition("adjusted_ebitda_group")),
    "operating_income": (ReportDefinition("operating_income"), ReportDefinition("operating_loss", loss=True)),
    "net_income": (ReportDefinition("net_income"), ReportDefinition("net_loss", loss=True)),
    # the figure of 2026-Q2 gives 267 for a year before, which is interest_expense of 2025-Q2
    "interest_expense": (ReportDefinition("interest_expense"), ReportDefinition("interest_expense_net")),
    "debt": (
        ReportDefinition("debt_principal"),
        ReportDefinition("debt_total_net_of_discount", differs="less the discount and cost not yet written off"),
        ReportDefinition("debt_total", differs="as a data vendor counts it, perhaps with leases"),
    ),
    "capex": (
        ReportDefinition("capex_cash"),
        ReportDefinition("purchase_of_property_equipment_cash"),
        ReportDefinition("capex", differs="as the company or a data vendor counts it"),
        ReportDefinition("capex_company_defined", differs="accrued, less the rise of construction in progress"),
    ),
    "cash": (
        ReportDefinition("cash_and_equivalents"),
        ReportDefinition("cash", differs="perhaps with restricted cash and securities"),
        ReportDefinition("cash_incl_restricted_and_securities", differs="with restricted cash and securities"),
    ),
    "rpo": (
        ReportDefinition("rpo"),
        ReportDefinition("revenue_backlog", differs="with what is contracted beyond the accounting standard's term"),
        ReportDefinition("backlog", differs="with what is contracted beyond the accounting standard's term"),
        ReportDefinition("backlog_reported", differs="headline values added by a third party"),
    ),
}


def names(library: Library) -> list[str]:
    """The operators that have rows, in the order of the table."""
    return list(dict.fromkeys(key.rpartition("/")[0] for key in library.keys(TABLE)))


def later_names(library: Library) -> list[str]:
    """The operators of rows that a library, read at a date, may not say."""
    return list(dict.fromkeys(row.key.rpartition("/")[0] for row in library.later(TABLE)))


def end_of(library: Library, operator: str, period: str) -> str:
    """Last day of a period: of ``FY2024`` that of the operator's fiscal year, 31 December where no row says another."""
    year = _YEAR.fullmatch(period)
    if year is None:
        return last_day(period)
    ends = library.seen("fiscal_year", operator, "ends")
    return f"{year[1]}-{ends.value if ends else '12-31'}"


def periods(library: Library, operator: str) -> list[str]:
    """Periods of which an operator has rows, by their last day, a year before the date of its last day."""
    held = [key.rpartition("/") for key in library.keys(TABLE)]
    found = [period for name, _, period in held if name == operator]
    return sorted(found, key=lambda period: (end_of(library, operator, period), not _YEAR.fullmatch(period)))


def period_of(fact: Fact) -> str:
    """The period of a row: ``FY2024``, ``2024-12-31``."""
    return fact.key.rpartition("/")[2]


def reported(library: Library, operator: str, metric: str) -> dict[str, Fact]:
    """What an operator reported of one metric, by period, oldest first."""
    keys = {period: f"{operator}/{period}" for period in periods(library, operator)}
    return {
        period: library.fact(TABLE, key, metric)
        for period, key in keys.items()
        if library.seen(TABLE, key, metric) is not None
    }


def latest(library: Library, operator: str, metrics: str | Sequence[str], kind: Kind) -> Fact | None:
    """The newest row of the first of several metrics that its period has; None where no period has one.

    ``year`` looks at fiscal years, ``quarter`` at dates that end a month, ``instant`` at both.
    """
    wanted = (metrics,) if isinstance(metrics, str) else metrics
    for period in reversed(periods(library, operator)):
        key = f"{operator}/{period}"
        held = next((name for name in wanted if library.seen(TABLE, key, name) is not None), None)
        if held is not None and _is(period, kind):
            return library.fact(TABLE, key, held)
    return None


def like(library: Library, operator: str, figure: str, kind: Kind) -> Fact | None:
    """The newest row of a figure of :data:`DEFINITIONS` under any name for it."""
    return latest(library, operator, [each.field for each in same(figure)], kind)


def same(figure: str) -> tuple[ReportDefinition, ...]:
    """The definitions of a figure that are one and the same."""
    return tuple(each for each in DEFINITIONS[figure] if not each.differs)


def amount(fact: Fact) -> float:
    """The number of a row, a loss below zero however it is written."""
    loss = any(each.loss and each.field == fact.field for several in DEFINITIONS.values() for each in several)
    return -abs(float(fact.value)) if loss else float(fact.value)


def _is(period: str, kind: Kind) -> bool:
    """Whether a period is of a kind."""
    if kind == "year":
        return _YEAR.fullmatch(period) is not None
    if kind == "quarter":
        return _DAY.fullmatch(period) is not None and last_day(period[:7]) == period
    return True
