"""The workbook of a factory: which run, what stands beside it, what must hold, and what a reader looks for first."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Literal

from computefactory import __version__
from computefactory.errors import FactoryFileError, Problem
from computefactory.finance.cases import HEAD, NO_TEST
from computefactory.ledger.audit import AuditCheck
from computefactory.ledger.line import Line
from computefactory.ledger.summary import Course, Headline, Rule, Stack, Summary
from computefactory.metrics import LCOC_PARTS, METRICS
from computefactory.model import FROZEN
from computefactory.summary import SOURCES, USES
from computefactory.valuation.lines import LINES as VALUATION_LINES
from computefactory.workbook.pages import CaseBook

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.workings import Run

__all__ = ["CHECKS", "factory_book"]

COVENANT = "covenant"
LEAST_COVER = 0.5  # where the axis of cover begins
FIGURES: tuple[tuple[str, str, Literal["share", "money", "number"]], ...] = (
    ("owners' return after tax", "equity_irr", "share"),
    ("project return after tax, without debt", "project_irr", "share"),
    ("net present value at the discount rate", "npv_usd", "money"),
    ("owners' multiple", "moic", "number"),
    ("payback", "payback_months", "number"),
    ("debt committed", "commitment", "money"),
    ("lowest cover at a test date", "min_dscr", "number"),
    ("average cover", "average_dscr", "number"),
    ("loan life cover", "llcr", "number"),
    ("cost before financing", "first_cost", "money"),
    ("funded cost", "funded_cost_usd", "money"),
    ("revenue of the first full year", "revenue_usd_per_year", "money"),
    ("EBITDA of the first full year", "ebitda_usd_per_year", "money"),
    ("EBITDA margin", "ebitda_margin", "share"),
    ("committed hours over what could be sold", "coverage", "share"),
    ("levelised cost of an accelerator-hour", "lcoc (UnitCost)", "number"),
    ("industrial enterprise value", "industrial_enterprise_value_usd", "money"),
    ("industrial equity value", "industrial_equity_value_usd", "money"),
    ("cloud frame: enterprise value", "cloud_enterprise_value_usd", "money"),
)
CHECKS = (
    AuditCheck("cash is never negative", "never_negative", ("cash",), scale="total_assets"),
    AuditCheck("the debt is repaid", "ends_at_zero", ("debt_balance",), scale="debt_balance"),
    AuditCheck("the debt is never overpaid", "never_negative", ("debt_balance",), scale="debt_balance"),
    AuditCheck(
        "sources are uses, to full operation",
        "equal",
        ("source_prepayment", "source_operations", "source_debt", "source_preferred", "source_equity"),
        (
            "used_capex",
            "used_interest",
            "used_repayment",
            "used_fees",
            "used_reserve",
            "early_distribution",
            "cash_at_conversion",
        ),
        scale="total_assets",
    ),
    AuditCheck("the balance sheet closes", "zero", ("imbalance",), scale="total_assets"),
)


def factory_book(result: Result, case: str) -> CaseBook:
    """A case of a factory.

    The contract-only case carries the sizing of the debt, live, with a switch that holds the debt as sized here.
    Other cases, and a file changed by overrides without sizing anew, have the frozen schedule among their inputs.

    Raises:
        FactoryFileError: no such case.
    """
    if case not in result.runs:
        raise FactoryFileError([Problem("unknown_case", "--case", case, ", ".join(result.runs))])
    run = result.runs[case]
    live = result.sized is not None and case == HEAD and not result.sized_before_overrides
    if live:
        assert result.sized is not None
        run = result.sized
    first = _first(result, run, live=live)
    return CaseBook(result.factory.name, run, first, CHECKS, FROZEN if live else (), _beside(result, run))


def _beside(result: Result, run: Run) -> dict[str, tuple[Run, list[str]]]:
    """What stands beside the case, by page: the unit cost over the silicon's life, the value over the full life."""
    whole, valuation = result.runs["unit_cost"], result.runs["valuation"]
    costs = [item.key for item in METRICS if item.source == "unit_cost"] + [f"lcoc_{part}" for part in LCOC_PARTS]
    values = [item.name for item in VALUATION_LINES if isinstance(item, Line)]
    found = {"UnitCost": (whole, costs), "Value": (valuation, values)}
    return {page: (other, wanted) for page, (other, wanted) in found.items() if other is not run}


def _first(result: Result, run: Run, *, live: bool) -> Summary:
    """The first page: what a reader looks for before the lines."""
    sides = {
        side: [(name, line) for name, line in parts.items() if line in run.ledger.lines]
        for side, parts in (("sources", SOURCES), ("uses", {"what is built": "used_capex", **USES}))
    }
    tested = [float(cover) for cover in run.lines["dscr"] if 0 < cover < NO_TEST] if "dscr" in run.lines else []
    covenant = float((result.debt or {}).get("covenant_dscr") or 0.0) if result.sized else 0.0
    rule = Rule(
        COVENANT, "Cover below which the covenant breaks; shown beside the cover.", covenant, "the terms of the debt"
    )
    return Summary(
        rules=(rule,) if covenant else (),
        about=_about(result, run, live=live),
        figures=tuple(Headline(*figure) for figure in FIGURES),
        stacks=(
            Stack("sources and uses, to full operation", sides, "money"),
            Stack(
                "unit cost, by part",
                {"an accelerator-hour": [(part, f"lcoc_{part} (UnitCost)") for part in LCOC_PARTS]},
                "number",
            ),
        ),
        courses=(
            Course(
                "cash available, debt service, and cover over twelve months",
                "money",
                "million USD a month",
                areas=(("cash available for debt service", "cfads"), ("debt service", "service")),
                marks=(("cover (right)", "dscr"),),
                limits=((f"{COVENANT} (right)", COVENANT),),
                low=LEAST_COVER,
                high=max(2 * LEAST_COVER, ceil(max(tested, default=0.0) + LEAST_COVER)),
            ),
            Course(
                "capacity: power as it comes",
                "thousands",
                "MW",
                areas=(("energised", "energised_power"),),
                lines=(("drawn at the peak", "peak_power"), ("billed", "billed_demand")),
            ),
        ),
    )


def _about(result: Result, run: Run, *, live: bool) -> dict[str, str]:
    """What it is, and on what it rests."""
    factory = result.factory
    if result.sized is None:
        debt = "none"
    elif live:
        debt = "sized in this workbook on contracted revenue; hold = 1 on Inputs keeps it as it was written"
    else:
        debt = f"frozen; sized on: {result.debt['sized_on']}"
    overrides = ", ".join(f"{path}={value}" for path, value in factory.overrides.items())
    return {
        "factory": factory.name,
        "case": run.case.replace("_", " "),
        "debt": debt,
        "set over the file": overrides or "nothing",
        "engine": f"computefactory {__version__}; library {factory.library_hash[:12]}; file {factory.file_hash[:12]}",
        "how to read it": "each row has one formula across time; the same column is the same month on every sheet",
    }
