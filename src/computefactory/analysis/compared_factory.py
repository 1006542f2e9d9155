"""What a factory answers to the rows of a comparison: its own names and formulas, with the evidence of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from computefactory.analysis.side_by_side import Answer, ComparedGroup, ComparedRow, missing, number
from computefactory.metrics import METRICS, RETURNS, Definition
from computefactory.names import number_of
from computefactory.page import Of, worked
from computefactory.qualification import NOT_APPLICABLE
from computefactory.studies.book import study

if TYPE_CHECKING:
    from computefactory.qualification import Check, Specification
    from computefactory.result import Result

__all__ = ["answers_of", "metrics_of", "parts_of"]

CALCULATED = "calculated"
POWER = "(it_load_mw + over(offtake.leases.power * (1 - offtake.leases.full_draw)) / 1000)"  # MW, also of tenants
FORMULAS: dict[str, tuple[str, str]] = {  # row: formula, what is missing where it gives nothing
    "owner_focus": ("finance.capital.owner_focus", "capital.owner_focus is not stated"),
    "committed_share": ("committed_value / total(revenue)", "there is no revenue"),
    "tenor_months": ("weighted_tenor_months", "nobody owes it anything"),
    "book_years": ("committed_value / revenue_usd_per_year", "there is no revenue"),
    "billing_mw": (POWER, "it has no IT power"),
    "price_usd_per_mw_year": (f"revenue_usd_per_year / {POWER}", "it has no IT power"),
    "margin": ("ebitda_margin", "there is no revenue"),
    "capex_usd_per_mw": (f"capex_usd / {POWER}", "it has no IT power"),
    "debt_to_ebitda": ("debt_usd / ebitda_usd_per_year", "there is no EBITDA"),
}
CHECKED = {"rack_power_kw": ("density", "rack power"), "liquid_share": ("liquid", "rack heat by liquid")}
OWED = worked("the largest buyer's share of what is owed", "committed_value")
SQUARES = worked("sum of squared shares of what is owed", "committed_value")
GROUPS: tuple[tuple[str, str, str], ...] = (  # name, title, its first metric: they follow one another
    ("metrics_plant", "Plant and output", "it_capacity_mw"),
    ("metrics_cost", "Cost and price", "lcoc_usd_per_accelerator_hour"),
    ("metrics_money", "Money and contracts", "capex_usd"),
    ("metrics_debt", "Debt", "debt_usd"),
    ("metrics_returns", "Returns, contracts alone", "project_irr"),
)


def answers_of(result: Result) -> dict[str, Answer]:
    """An answer to every row that is asked of all files."""
    return {
        "class": Answer(result.qualification.verdict, CALCULATED),
        **{item.name: _specification(item) for item in result.qualification.specifications},
        **{
            name: _formula(result, formula, "stated" if name == "owner_focus" else CALCULATED, why)
            for name, (formula, why) in FORMULAS.items()
        },
        **{name: _checked(result, *of) for name, of in CHECKED.items()},
        **_customers(result),
        "contracted_mw": _contracted(result),
    }


def _formula(result: Result, formula: str, evidence: str, why: str) -> Answer:
    of = Of(formula)
    return number(number_of(result, of), of, evidence, why)


def _specification(item: Specification) -> Answer:
    """The outcome of one of the four, on its evidence; where it does not pass, what it lacks."""
    if item.result == NOT_APPLICABLE:
        return Answer(item.result, item.missing)
    evidence = "assumed by the author" if item.assumed else item.evidence
    return Answer(item.result, f"{evidence}; lacks {item.missing}" if item.missing else evidence)


def _checked(result: Result, specification: str, check: str) -> Answer:
    """The value of a check of one of the four specifications, on its evidence."""
    item: Specification = next(each for each in result.qualification.specifications if each.name == specification)
    found: Check | None = next((each for each in item.checks if each.name.startswith(check)), None)
    if found is None or not isinstance(found.value, float):
        return missing(item.missing or "not shown")
    evidence = "assumed by the author" if item.assumed else item.evidence
    return Answer(found.value, evidence, of=worked(f"mean of the halls by IT power: {found.name}"))


def _customers(result: Result) -> dict[str, Answer]:
    """Who owes what, and how unlike they are."""
    book = study(result)
    shares = [share for share in book.shares.values() if share > 0]
    nobody = missing("nobody owes it anything")
    rated = {item.name: item for item in result.qualification.specifications}["offtake"]
    worst = next((check.value for check in rated.checks if check.name.startswith("buyer's rating")), None)
    stated = f"{rated.evidence}, by what is owed"
    return {
        "customers": Answer(float(len(shares)), stated, of=worked("buyers who owe something", "committed_value")),
        "largest_customer_share": Answer(max(shares), stated, of=OWED) if shares else nobody,
        "customer_concentration": Answer(sum(s**2 for s in shares), stated, of=SQUARES) if shares else nobody,
        "worst_credit": Answer(str(worst), rated.evidence) if shares and worst is not None else nobody,
    }


def _contracted(result: Result) -> Answer:
    """Critical IT that somebody has signed for: the share of its accelerators that is sold, and what is let."""
    own = number_of(result, Of("it_load_mw")) or 0.0
    sold = f"it_load_mw * accelerators_sold / accelerators_active + {POWER} - it_load_mw" if own else POWER
    return _formula(result, sold, CALCULATED, "it has no IT power")


def metrics_of(results: Sequence[Result]) -> Iterator[ComparedGroup]:
    """Every named metric that one of them has, in the order in which results give them."""
    starts = {first: (name, title) for name, title, first in GROUPS}
    rows: dict[tuple[str, str], list[ComparedRow]] = {}
    group = GROUPS[0][:2]
    for item in (*METRICS, *RETURNS):
        group = starts.get(item.name, group)
        row = _metric(results, item)
        if any(answer.value is not None for answer in row.answers):
            rows.setdefault(group, []).append(row)
    for (name, title), found in rows.items():
        yield ComparedGroup(name, title, tuple(found))


def _metric(results: Sequence[Result], item: Definition) -> ComparedRow:
    def of(result: Result) -> Answer:
        metric = result.metrics[item.name]
        return number(metric.value, item.name, CALCULATED, metric.reason.replace("_", " "))

    return ComparedRow(item.name, item.label, item.unit, tuple(map(of, results)))


def parts_of(results: Sequence[Result]) -> ComparedGroup:
    """The parts of the unit cost: their differences sum to that of the whole."""
    metrics = [result.metrics["lcoc_usd_per_accelerator_hour"] for result in results]
    names = list(dict.fromkeys(name for metric in metrics for name in metric.parts))

    def part(name: str) -> ComparedRow:
        of = Of(f"lcoc_{name}", case="unit_cost")
        why = "no accelerator-hours are produced"
        found = (number(metric.parts.get(name), of, CALCULATED, why) for metric in metrics)
        return ComparedRow(f"lcoc_{name}", name, metrics[0].unit, tuple(found))

    return ComparedGroup("unit_cost_parts", "Unit cost by part", tuple(map(part, names)))
