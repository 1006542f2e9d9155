"""What each lender asks of a result: commitment and the limit that binds it, month by month, covenants and downside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.page import Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import page
from computefactory.report.what_binds import what_binds
from computefactory.summary import binding_by_month

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["loans"]

TESTS, COVENANT = ("t_dscr", "t_tested"), "finance.tranches.covenant_dscr"


@page("loans")
def loans(result: Result) -> Page:
    """The page of all tranches: what limits each, and its covenants; every test stands on a page of its own."""
    found = result.debt
    if not found.get("tranches"):
        return Page("loans", result.factory.name, (Section("debt", "Debt", text=("There is none.",)),))
    downside = found["downside"]
    low = result.metrics["min_dscr"].value
    figures = (
        Figure("debt_usd", "committed at close", found["debt_usd"], "USD", f"sized on {found['sized_on']}"),
        Figure("min_dscr", "lowest cover of all debt", low, "", "12-month look-back at quarter ends"),
        Figure(
            "downside_dscr",
            f"lowest cover with {100 * downside['cash_lower_by']:.0f} % less cash",
            downside["min_dscr"],
            "",
            "passes at 1.00x" if downside["passes"] else "below 1.00x",
            Of("min_dscr * (1 - finance.tranches.downside)", result.factory.finance.tranches[0].name),
        ),
        Figure("llcr", "loan life cover", result.metrics["llcr"].value),
    )
    sections = [
        Section("debt", "Debt", figures),
        Section("tranches", "Tranches in order of rank", grid=_terms(found["tranches"])),
        *([binds] if (binds := what_binds(result)) else []),
        Section("covenants", "Covenants", grid=_covenants(found["tranches"])),
        Section("binding", "What limits each month", grid=_months(result)),
    ]
    return Page("loans", result.factory.name, tuple(sections))


def _terms(tranches: Mapping[str, Any]) -> Grid:
    columns = (
        Column("tranche", "tranche"),
        Column("kind", "kind"),
        Column("commitment_usd", "commitment", "USD", of=Of("t_commitment", case="sized")),
        Column("rate_per_year", "rate at close", "1/year", of=Of("t_rate", case="sized")),
        Column("closes", "closes"),
        Column("ends", "ends"),
        Column("refinanced_by", "then"),
    )
    rows = tuple((name, *(item[one.name] for one in columns[1:])) for name, item in tranches.items())
    return Grid(columns, rows, places=tuple(Of(item=name, month=item["closes"]) for name, item in tranches.items()))


def _covenants(tranches: Mapping[str, Any]) -> Grid:
    columns = (
        Column("tranche", "tranche"),
        Column("lowest_dscr", "lowest", of="lowest(t_dscr)"),
        Column("lockup_dscr", "lock-up at", of="finance.tranches.lockup_dscr"),
        Column(
            "lockups", "below", of=worked("tests of cover below the lock-up", *TESTS, "finance.tranches.lockup_dscr")
        ),
        Column("covenant_dscr", "default at", of="finance.tranches.covenant_dscr"),
        Column("defaults", "below", of=worked("tests of cover below the covenant", *TESTS, COVENANT)),
        Column("first", "first"),
    )
    rows = []
    for name, item in tranches.items():
        if not item["covenant_dscr"] and not item["lockup_dscr"]:
            continue
        broken = item["lockups"] or item["defaults"]
        first = broken[0]["month"] if broken else ""
        counts = len(item["lockups"]), len(item["defaults"])
        tests = (item["lowest_dscr"], item["lockup_dscr"], counts[0], item["covenant_dscr"], counts[1])
        rows.append((name, *tests, first))
    return Grid(columns, tuple(rows))


def _months(result: Result) -> Grid:
    """For every month of service the most that each tranche may owe, and why: for files."""
    assert result.sized is not None
    lines, names = result.sized.lines, result.sized.timeline.names
    columns = (
        Column("tranche", "tranche"),
        Column("month", "month"),
        Column("limit_by_cover_usd", "by cover", "USD", of=Of("t_limit_at_dscr", case="sized")),
        Column("limit_by_value_usd", "by value", "USD", of=Of("t_limit_at_ltv", case="sized")),
        Column("owed_usd", "owed", "USD", of=Of("t_balance", case="sized")),
        Column("binds", "binds"),
    )
    rows = []
    for rank, terms in enumerate(result.factory.finance.tranches):
        binding = binding_by_month(result.sized, rank)
        for month in np.flatnonzero(lines["t_repaying"][rank]):
            cover, value, owed = (
                float(lines[name][rank][month]) for name in ("t_limit_at_dscr", "t_limit_at_ltv", "t_balance")
            )
            limited = value if terms.has_ltv else None
            rows.append((terms.name, names[month], cover, limited, owed, binding.get(names[month], "")))
    places = tuple(Of(item=row[0], month=row[1]) for row in rows)
    return Grid(columns, tuple(rows), long=True, places=places, key=(0, 1))
