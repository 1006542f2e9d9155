"""The page of a company's debt: each facility with its rate, maturity and principal due, cash, and the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.analysis.gap import Gap, gap_of
from computefactory.library.operators import end_of
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Said, Section, Words, worked
from computefactory.registry import company_page, itself
from computefactory.report.company_words import dash, headed, known, millions, share
from computefactory.timeline import MONTHS_PER_YEAR, month_name

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["debt", "mean_rate", "short_of"]

NET = "net_debt_usd"
LONG = 20  # letters of a name that leave room for all years
YEARS = 4  # with a column of their own; what is due later stands in one
DUE = "f_principal"
FIRST_YEAR = worked("own interest of the first twelve months", "own_interest")


@company_page("debt", itself, gap_of)
def debt(result: CompanyResult, gap: Gap) -> Page:
    """All sections."""
    standing = _standing(result)
    sections = (_facilities(result), *([standing] if standing.figures else ()), *short_of(gap))
    return Page("debt", result.name, sections, note=headed(result, "debt"))


def _facilities(result: CompanyResult) -> Section:
    company, run = result.factory, result.workings
    title = f"Financial debt on {company.balance_date}"
    if not company.facilities:
        return Section("facilities", title, text=("it owes none",))
    if all(dash(item.balance) for item in company.facilities):
        return Section("facilities", title, text=("what it owes is not known",))
    long = max(len(item.name) for item in company.facilities) > LONG
    years = list(dict.fromkeys(name[:4] for name in result.months))[: YEARS - long]
    columns = (
        Column("facility", "facility"),
        Column("balance", "m USD"),
        Column("rate", "rate"),
        Column("matures", "matures"),
        *(Column(f"due_{year}", year) for year in years),
        Column("due_later", "later"),
    )
    rows: list[tuple[Cell, ...]] = []
    for place, item in enumerate(company.facilities):
        due = np.asarray(run.lines[DUE])[place]
        rows.append(
            (
                item.name,
                millions(item.balance, Of("f_balance", item.name)),
                share(item.rate, Of("f_rate", item.name), 1),
                month_name(int(company.timeline.start + item.matures)),
                *_by_year(result, due, years, item.name),
            )
        )
    total = np.asarray(run.lines[DUE]).sum(axis=0)
    balance = sum(float(item.balance) for item in company.facilities)
    rows.append(
        (
            "all",
            millions(balance, "over(f_balance)"),
            share(mean_rate(result), worked("mean by balance", "f_rate", "f_balance"), 1),
            "",
            *_by_year(result, total, years, ""),
        )
    )
    return Section(
        "facilities", title, grid=Grid(columns, tuple(rows)), note="principal due by year", text=_sum(result)
    )


def _by_year(result: CompanyResult, due: np.ndarray, years: list[str], item: str) -> list[Cell]:
    """Principal due in each year, and later."""
    of = np.array([name[:4] for name in result.months])
    line = DUE if item else f"over({DUE})"
    cells = [millions(float(due[of == year].sum()), Of(line, item, year)) for year in years]
    later = float(due[~np.isin(of, years)].sum())
    return [*cells, millions(later, worked(f"principal due after {years[-1]}", DUE))]


def mean_rate(result: CompanyResult) -> float | None:
    """Mean rate of the facilities by balance; None where there is none."""
    facilities = result.factory.facilities
    balances = np.array([float(item.balance) for item in facilities])
    rates = np.array([float(item.rate) for item in facilities])
    return float(balances @ rates / balances.sum()) if facilities and balances.sum() > 0 else None


def _sum(result: CompanyResult) -> tuple[Words, ...]:
    """Whether the facilities are those of the principal reported; a new loan is not among them."""
    origins, company = result.factory.origins, result.factory
    rows = [
        key
        for key in origins
        if key.startswith("library:operator/") and key.endswith("/debt_principal")
        if end_of(company.library, company.operator or "", key.split("/")[2]) == company.balance_date
    ]
    if not rows:
        return ()
    reported = float(origins[rows[-1]].value)
    balance = sum(float(item.balance) for item in result.factory.facilities)
    pieces = ("reported: ", Said(f"{reported / 1e6:,.1f}", reported, rows[-1].removeprefix("library:")), " m USD")
    return ((*pieces, "; the facilities sum to it" if abs(balance - reported) < 1e-3 * reported else "; they differ"),)


def _standing(result: CompanyResult) -> Section:
    terms, lines = result.factory.terms, result.workings.lines
    drawn = float(np.asarray(lines["draws"]).sum())
    paid = known(float(np.asarray(lines["own_interest"])[:MONTHS_PER_YEAR].sum()))
    figures = [
        Figure(
            "net_debt_usd", "debt and finance leases less cash", result.metrics["net_debt_usd"].value, "USD", of=NET
        ),
        Figure("cash_usd", "cash, unrestricted", known(terms.opening_cash), "USD", of="opening_cash"),
        Figure(
            "restricted_cash_usd",
            "  restricted, not counted",
            known(terms.restricted_cash),
            "USD",
            of="company.terms.restricted_cash",
        ),
        Figure("cash_floor_usd", "  held as a floor", known(terms.cash_floor), "USD", of="cash_floor"),
        Figure("proceeds_usd", "proceeds of offerings", float(np.sum(terms.proceeds)), "USD", of="total(proceeds)"),
        Figure("new_loans_usd", "new loans on what is undelivered", drawn, "USD", of="total(draws)"),
        Figure("interest_usd", "interest paid, first twelve months", paid, "USD", of=FIRST_YEAR),
    ]
    return Section("standing", "Cash and what is still drawn", tuple(item for item in figures if item.value))


def short_of(gap: Gap) -> tuple[Section, ...]:
    """The funding gap and what would fill it; no section where there is none."""
    return (Section("gap", "Funding gap", text=gap.said),) if gap.amount else ()
