"""What a lender tests: every test date with cover, value and reserve; the funding gap by month; a default nobody cures.

Every quarter in which service is due has its row, whether the plant runs or not. A test of fewer than twelve months is
a stub. The flows behind the page go on as if owners cured what is missing; what lenders would get if nobody did stands
below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.finance.cases import HEAD
from computefactory.finance.covenants import below
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Said, Section, Words
from computefactory.registry import page
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["covenants", "first_breach", "lowest_test"]

CENT = 0.01
COVENANT = "finance.tranches.covenant_dscr"
ALL = "all lenders"
MILLION = 1e6
NO_DEBT = "There is no debt: nothing is tested."
NO_GAP = "There is none: planned sources, cash and reserves pay everything that is due."


@page("covenants")
def covenants(result: Result) -> Page:
    """The page of tests: cover at every date, the funding gap by month, and a default that nobody cures."""
    name = result.factory.name
    if not result.debt.get("tranches"):
        return Page("covenants", name, (Section("covenants", "Covenants", text=(NO_DEBT,)),))
    sections = [
        Section("cover", "Cover", _figures(result), note="cash and service of the same months"),
        Section(
            "tests",
            "Every test",
            grid=_tests(result),
            note="at quarter ends, looking back 12 months; fewer in a stub",
        ),
        _gap(result),
        _default(result),
    ]
    balloons = _balloons(result)
    if balloons.rows:
        sections.insert(2, Section("balloons", "What falls due beside service", grid=balloons, note="no part of cover"))
    return Page("covenants", name, tuple(sections))


def lowest_test(result: Result) -> str:
    """When the lowest cover of all lenders is tested, and over how many months; nothing where none is."""
    lines, names = result.runs[HEAD].lines, result.factory.timeline.names
    if not np.any(lines["tested"]):
        return ""
    month = int(np.argmin(lines["dscr"]))
    return f"in {names[month]}{_stub(lines['served_months'][month])}"


def first_breach(result: Result) -> str:
    """The first test below a covenant: its month, tranche and cover; nothing where all are passed."""
    tranches = result.debt.get("tranches", {})
    found = [(item["defaults"][0], name) for name, item in tranches.items() if item["defaults"]]
    if not found:
        return ""
    test, tranche = min(found, key=lambda one: one[0]["month"])
    return f"{test['month']}: {tranche} at {test['dscr']:.2f}x"


def _stub(months: float) -> str:
    return f", {months:.0f} months" if months < MONTHS_PER_YEAR else ""


def _life_cover_said(result: Result) -> str:
    """What loan life cover compares: cash to maturity with all that is owed, a balloon too."""
    return "a balloon counts as owed" if np.any(result.runs[HEAD].lines["t_balloon_due"] > CENT) else "as underwritten"


def _figures(result: Result) -> tuple[Figure, ...]:
    value = {name: item.value for name, item in result.metrics.items()}
    default, breach = result.debt["default_month"], first_breach(result)
    figures = (
        Figure("min_dscr", "lowest cover of all debt", value["min_dscr"], "", lowest_test(result)),
        Figure("average_dscr", "average cover", value["average_dscr"], "", "all CFADS over all service"),
        Figure("mean_dscr", "mean of the tests", value["mean_dscr"]),
        Figure("llcr", "loan life cover", value["llcr"], "", _life_cover_said(result)),
        Figure("plcr", "project life cover", value["plcr"], "", "to the end of the contracts"),
        Figure("average_life_years", "weighted average life", value["average_life_years"], "year"),
        Figure("first_breach", "first breach", breach or None, "", "" if breach else "none"),
        Figure("funding_gap_usd", "funding gap", value["funding_gap_usd"], "USD", "owners cure it"),
        Figure("default", "default, if nobody cures", default, "", "" if default else "none"),
    )
    lost = Figure("loss_at_default_usd", "lenders' loss then", value["loss_at_default_usd"], "USD")
    return figures if default is None else (*figures, lost)


def _tests(result: Result) -> Grid:
    """A row a test: of each tranche and, where there are several, of all lenders."""
    lines, names = result.runs[HEAD].lines, result.factory.timeline.names
    tranches = result.factory.finance.tranches
    columns = (
        Column("tranche", "tranche"),
        Column("month", "month"),
        Column("looked_back_months", "months"),
        Column("cfads_usd", "CFADS", "USD", hidden=True),
        Column("service_usd", "service", "USD", hidden=True),
        Column("margin_usd", "cash above the covenant", "USD", hidden=True),
        Column("dscr", "cover"),
        Column("loan_to_value", "LTV"),
        Column("reserve_held_usd", "reserve", "USD"),
        Column("reserve_required_usd", "required", "USD", hidden=True),
        Column("state", "state"),
    )
    rows: list[tuple[Cell, ...]] = []
    places: list[tuple[Of | str, ...]] = []
    own = ("t_served_months", "t_cfads_year", "t_service_year")
    margin = f"t_cfads_year - {COVENANT} * t_service_year"
    beside = ("t_dscr", "t_loan_to_value", "t_reserve_held", "t_reserve_need")
    for rank, terms in enumerate(tranches):
        for month in np.flatnonzero(lines["t_tested"][rank]):
            looked, cash, due = (float(lines[name][rank][month]) for name in own)
            above = cash - float(terms.covenant_dscr) * due
            cells = [float(lines[name][rank][month]) for name in beside]
            rows.append((terms.name, names[month], looked, cash, due, above, *cells, _state(result, rank, int(month))))
            places.append(("", "", *(Of(name, terms.name, names[month]) for name in (*own, margin, *beside)), ""))
    if len(tranches) > 1:
        whole = ("served_months", "cfads_year", "service_year")
        for month in np.flatnonzero(lines["tested"]):
            looked, cash, due = (float(lines[name][month]) for name in whole)
            rows.append((ALL, names[month], looked, cash, due, "", float(lines["dscr"][month]), "", "", "", ""))
            shown: list[Of | str] = [
                *(Of(name, month=names[month]) for name in whole),
                "",
                Of("dscr", month=names[month]),
            ]
            places.append(("", "", *shown, "", "", "", ""))
    return Grid(columns, tuple(rows), places=tuple(places), key=(0, 1))


def _state(result: Result, rank: int, month: int) -> str:
    """What a test comes to, with what happened in its quarter."""
    lines, terms = result.runs[HEAD].lines, result.factory.finance.tranches[rank]
    cover = float(lines["t_dscr"][rank][month])
    locked = "locked up" if below(cover, terms.lockup_dscr) else "passed"
    state = "breach" if below(cover, terms.covenant_dscr) else locked
    quarter = slice(max(month + 1 - MONTHS_PER_QUARTER // result.factory.timeline.step, 0), month + 1)
    happened = {
        "reserve drawn": lines["t_reserve_drawn"][rank][quarter].sum() > CENT,
        "cured": lines["cure"][quarter].sum() > CENT,
        "default": lines["at_default"][quarter].any(),
    }
    return ", ".join([state, *(word for word, told in happened.items() if told)])


def _balloons(result: Result) -> Grid:
    """What falls due at the end of each tranche beside service, tested as a refinancing."""
    lines, names = result.runs[HEAD].lines, result.factory.timeline.names
    columns = (
        Column("tranche", "tranche"),
        Column("month", "falls due"),
        Column("balloon_usd", "amount", "USD", of="t_balloon_due"),
        Column("balloon_llcr", "later cash / amount", of="t_balloon_llcr"),
        Column("balloon_ltv", "amount / value", of="t_balloon_ltv"),
        Column("paid_by", "paid by"),
    )
    rows, places = [], []
    for rank, terms in enumerate(result.factory.finance.tranches):
        due = lines["t_balloon_due"][rank]
        if due.sum() <= CENT:
            continue
        month = int(np.argmax(due))
        cells = float(due[month]), float(lines["t_balloon_llcr"][rank]), float(lines["t_balloon_ltv"][rank])
        rows.append((terms.name, names[month], *cells, terms.refinanced_by or "cash"))
        places.append(Of(item=terms.name, month=names[month]))
    return Grid(columns, tuple(rows), places=tuple(places))


def _gap(result: Result) -> Section:
    """Months in which sources or cash are short, and what pays."""
    lines, names = result.runs[HEAD].lines, result.factory.timeline.names
    columns = (
        Column("month", "month"),
        Column("service_usd", "service", "USD", of="service"),
        Column("cfads_usd", "CFADS", "USD", of="cfads"),
        Column("reserve_drawn_usd", "reserve", "USD", of="reserve_drawn"),
        Column("revolver_usd", "revolver", "USD", hidden=True, of="revolver_draw"),
        Column("gap_usd", "gap", "USD", of="funding_gap"),
        Column("cure_usd", "cure", "USD", hidden=True, of="cure"),
        Column("unpaid_usd", "unpaid", "USD", of="service_unpaid"),
    )
    short = np.flatnonzero((lines["funding_gap"] > CENT) | (lines["reserve_drawn"] > CENT))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[month], *(float(lines[str(item.of)][month]) for item in columns[1:])) for month in short
    )
    grid = Grid(columns, rows, places=tuple(Of(month=names[month]) for month in short)) if rows else None
    note = "unpaid: interest and principal that cash, reserves and revolvers leave; owners cure the gap"
    return Section("funding_gap", "Funding gap by month", grid=grid, text=() if rows else (NO_GAP,), note=note)


def _default(result: Result) -> Section:
    """What each lender recovers in the first month in which service is unpaid, in order of rank."""
    lines, month = result.runs[HEAD].lines, result.debt["default_month"]
    before = float(lines["funding_gap"][lines["repaying"] == 0].sum())
    funded: tuple[Words, ...] = ()
    if before > CENT:
        amount = Said(f"{before / MILLION:,.1f} million USD", before, "total(funding_gap * (1 - repaying))")
        funded = (("Provided that somebody funds the gap before service, ", amount, "."),)
    if month is None:
        said = "Interest and principal are paid by cash, reserves and revolvers in every month."
        return Section("default", "If nobody cures", text=(said, *funded))
    columns = (
        Column("tranche", "tranche"),
        Column("owed_usd", "owed", "USD", of="t_owed_at_default"),
        Column("from_reserve_usd", "reserve", "USD", of="t_from_reserve"),
        Column("from_silicon_usd", "silicon", "USD", of="t_from_silicon"),
        Column("from_durable_usd", "durables", "USD", of="t_from_durable"),
        Column("recovery", "recovered", of="t_recovery"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (terms.name, *(float(lines[str(item.of)][rank]) for item in columns[1:]))
        for rank, terms in enumerate(result.factory.finance.tranches)
        if not terms.preferred
    )
    note = f"default in {month}: what secures each loan is sold at once"
    return Section("default", "If nobody cures", grid=Grid(columns, rows), text=funded, note=note)
