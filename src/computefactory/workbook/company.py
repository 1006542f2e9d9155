"""The workbook of a company: what must hold, and what a reader looks for first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from computefactory import __version__
from computefactory.analysis.worth_scenarios import MIDDLE
from computefactory.company import VALUE_LINES
from computefactory.errors import FactoryFileError, Problem
from computefactory.ledger.audit import AuditCheck
from computefactory.ledger.line import Line
from computefactory.ledger.summary import Course, Headline, Summary
from computefactory.workbook.pages import CaseBook

if TYPE_CHECKING:
    from computefactory.analysis.evaluation import CompanyRun
    from computefactory.analysis.run import CompanyResult

__all__ = ["COMPANY_CHECKS", "company_book"]

VALUE = "Value"  # the page of the valuation, middle
COMPANY_FIGURES: tuple[tuple[str, str, Literal["share", "money", "number"]], ...] = (
    ("revenue signed and not recognised", "book_at_start", "money"),
    ("of that, cash still to come", "cash_to_come", "money"),
    ("revenue of what counts, next twelve months", "revenue_next_twelve_months", "money"),
    ("contract margin of what bills", "average_margin", "share"),
    ("principal of financial debt", "debt_principal", "money"),
    ("debt and finance leases less cash", "opening_net_debt", "money"),
    ("largest funding gap", "largest_gap", "money"),
    ("industrial enterprise value, middle", "industrial_enterprise_value_usd", "money"),
    ("industrial equity value, middle", "industrial_equity_value_usd", "money"),
    ("cloud frame: enterprise value, middle", "cloud_enterprise_value_usd", "money"),
)
COMPANY_CHECKS = (
    AuditCheck(
        "revenue is what is owed, on demand, unsold, of factories",
        "equal",
        ("revenue",),
        ("committed_revenue", "on_demand_revenue", "unsold_revenue", "factory_revenue"),
        scale="revenue",
    ),
    AuditCheck(
        "cash comes from where it is said to, and goes there",
        "equal",
        ("adjusted_ebitda", "prepayments", "draws", "proceeds", "factory_retained"),
        ("credits", "capex", "interest", "capitalised_interest", "principal", "tax", "cash_flow"),
        scale="revenue",
    ),
    AuditCheck("no more lands than is in the book", "never_negative", ("backlog",), scale="backlog"),
    AuditCheck("no more is credited than was prepaid", "never_negative", ("deferred_revenue",), scale="backlog"),
    AuditCheck("the debt is never overpaid", "never_negative", ("debt_balance",), scale="debt_balance"),
)


def company_book(result: CompanyResult, case: str) -> CaseBook:
    """A case of a company: what is sold, what is secured too, what is announced too.

    Raises:
        FactoryFileError: no such case.
    """
    if case not in result.runs:
        raise FactoryFileError([Problem("unknown_case", "--case", case, ", ".join(result.runs))])
    run, valued = result.runs[case], result.valued[MIDDLE]
    wanted = [item.name for item in VALUE_LINES if isinstance(item, Line)]
    return CaseBook(result.name, run, _first(result, run), COMPANY_CHECKS, beside={VALUE: (valued, wanted)})


def _first(result: CompanyResult, run: CompanyRun) -> Summary:
    """The first page: what a reader looks for before the lines."""
    return Summary(
        about=_about(result, run),
        figures=tuple(Headline(*figure) for figure in COMPANY_FIGURES),
        courses=(
            Course(
                "revenue and adjusted EBITDA",
                "money",
                "million USD a month",
                areas=(("revenue", "revenue"),),
                lines=(("adjusted EBITDA", "adjusted_ebitda"),),
            ),
            Course(
                "cash, debt and the gap that nobody fills",
                "money",
                "million USD",
                areas=(("financial debt", "debt_balance"),),
                lines=(("cash", "cash"), ("funding gap", "funding_gap")),
            ),
            Course(
                "capacity: critical IT",
                "thousands",
                "MW",
                areas=(("delivered", "delivered_power"),),
                lines=(("billing", "billing_power"),),
            ),
        ),
    )


def _about(result: CompanyResult, run: CompanyRun) -> dict[str, str]:
    """What it is, and on what it rests."""
    overrides = ", ".join(f"{path}={value}" for path, value in result.overrides.items())
    known = "of what was public then" if not result.stamp else result.stamp
    return {
        "company": result.name,
        "as of": f"{result.as_of}, {known}",
        "balance sheet": result.factory.balance_date,
        "case": run.case,
        "set over the file": overrides or "nothing",
        "engine": f"computefactory {__version__}; library {result.library_hash[:12]}; file {result.file_hash[:12]}",
        "how to read it": "each row has one formula across time; the same column is the same month on every sheet",
    }
