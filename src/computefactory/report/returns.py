"""The page ``returns``: every measure of return in the three cases side by side, and what breaks even."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from computefactory.finance.cases import HEAD, RETURN_CASES
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import itself, page
from computefactory.result import Result
from computefactory.studies.break_even import BreakEven, break_even
from computefactory.studies.dated_returns import Dated, dated_returns
from computefactory.units import Usd

__all__ = ["returns", "sale_month", "sold", "uncommitted"]

TITLES = {
    "contract_only": "contract only",
    "contract_and_residual": "with residual",
    "full_life": "full life",
}
LEDGER = (  # metric, label, unit on the page
    ("project_irr_before_tax", "unlevered IRR before tax", "%"),
    ("project_irr", "unlevered IRR after tax", "%"),
    ("project_irr_with_prepayment", "unlevered IRR with prepayments", "%"),
    ("equity_irr", "equity IRR", "%"),
    ("npv_usd", "NPV, unlevered after tax", "USD"),
    ("moic", "equity multiple", "x"),
    ("payback_months", "payback", "month"),
    ("payback_after_prepayment_months", "payback after prepayments", "month"),
)
SALE, UNCOMMITTED = "total(durable_value * at_exit)", "maximum(1 - committed_value / total(revenue), 0)"
ROUNDING = 1e-6  # of the revenue
FACTOR = "returns:break_even.break_even_factor"
SOLD, ACTIVE = "over(offtake.contracts.accelerators * offtake.contracts.sold)", "accelerators_active"
XIRR = worked("the rate at which flows at month ends, discounted by days / 365, add up to nothing", "equity_flow")
MIRR = worked(
    "(what comes in, reinvested to the end / what goes in, discounted) ^ (1 / years) - 1, both at the cost of capital",
    "equity_flow",
    "finance.capital.discount_rate",
)


@page("returns", itself, dated_returns, break_even)
def returns(result: Result, dated: Mapping[str, Dated], even: BreakEven) -> Page:
    """All returns."""
    sections = (_cases(result, dated), _rests_on(result), _cover(result), _break_even(result, even))
    return Page("returns", result.factory.name, sections)


def _cases(result: Result, dated: Mapping[str, Dated]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for name, label, unit in LEDGER:
        found = [result.returns[case][name] for case in RETURN_CASES]
        rows.append((name, label, unit, *(metric.value if metric.value is not None else None for metric in found)))
    rows.append(("equity_xirr", "equity XIRR, by dates", "%", *(dated[case].xirr for case in RETURN_CASES)))
    rows.append(("equity_mirr", "equity MIRR", "%", *(dated[case].mirr for case in RETURN_CASES)))
    places = (*(Of(name) for name, _, _ in LEDGER), XIRR, MIRR)
    columns = (
        Column("measure", "measure", hidden=True),
        Column("label", ""),
        Column("unit", "unit", hidden=True),
        *(Column(case, TITLES[case], of=Of(case=case)) for case in RETURN_CASES),
    )
    reasons = {
        f"{label}, {case.replace('_', ' ')}: {metric.reason.replace('_', ' ')}"
        for name, label, _ in LEDGER
        for case in RETURN_CASES
        if (metric := result.returns[case][name]).value is None
    }
    happened = ["With the events of the file, on debt sized as if none happened."] * bool(
        result.factory.document.model.events
    )
    words = "MIRR finances and reinvests at the after-tax cost of capital. XIRR counts days, 365 to the year."
    return Section(
        "cases", "Returns", (), Grid(columns, tuple(rows), places=places), (*happened, words, *sorted(reasons))
    )


def _rests_on(result: Result) -> Section:
    """What of contract only is a sale, what nobody owes, and what is left without."""
    metrics = result.metrics
    cash, payback = metrics["contract_cash_usd"], metrics["contract_payback_months"]
    figures = (
        Figure("sale_usd", "sale of halls in contract only", sold(result), "USD", sale_month(result), SALE),
        Figure("sale_share", "  of their cost", _share_of_cost(result), "%", of=f"{SALE} / durable_cost"),
        Figure("uncommitted", "revenue that nobody owes", uncommitted(result), "%", of=UNCOMMITTED),
        Figure("contract_cash_usd", "contract cash alone: no sale", cash.value, "USD"),
        Figure(
            "contract_payback_months",
            "  payback",
            payback.value,
            "month",
            "" if payback.value is not None else "not within the contract",
        ),
    )
    words = ["Contract only sells the halls at cost less straight line, by class; contract cash alone sells nothing."]
    if (uncommitted(result) or 0.0) > ROUNDING:
        words.append("Both hold the revenue that nobody owes.")
    return Section("rests_on", "What contract only rests on", figures, text=(*words, *_let_again(result)))


def _let_again(result: Result) -> tuple[str, ...]:
    """How the empty shell is let again in the two other cases, as in the value."""
    void, refit = result.factory.offtake.merchant.void, result.factory.finance.values.upgrade_cost
    after = f"after a void of {void:g} months and a refit of {refit:,.0f} USD/kW for the next silicon"
    words = f"With residual and in full life, as in value, the empty shell is let again {after}."
    return (words,) if result.known["owns_building"] else ()


def sold(result: Result) -> Usd:
    """What assets fetch at the exit of contract only, before what leaving costs."""
    lines = result.runs[HEAD].lines
    return float(np.sum(lines["durable_value"] * lines["at_exit"]))


def sale_month(result: Result) -> str:
    """The month of that sale."""
    return result.factory.timeline.names[int(np.argmax(result.runs[HEAD].lines["at_exit"]))]


def _share_of_cost(result: Result) -> float | None:
    cost = float(result.runs[HEAD].lines["durable_cost"])
    return sold(result) / cost if cost else None


def uncommitted(result: Result) -> float | None:
    """Share of contract-only revenue that no buyer owes: on demand, mined, or beyond an exit."""
    lines = result.runs[HEAD].lines
    revenue, owed = float(np.sum(lines["revenue"])), float(lines["committed_value"])
    return max(1 - owed / revenue, 0.0) if revenue else None


def _cover(result: Result) -> Section:
    names = (("min_dscr", "lowest DSCR"), ("average_dscr", "average DSCR"), ("llcr", "LLCR at full operation"))
    metrics = result.metrics
    figures = [Figure(name, label, metrics[name].value, "x", metrics[name].reason) for name, label in names]
    on_cost = result.qualification.conventional_card["noi_yield"]
    figures.append(Figure("yield_on_cost", "yield on cost", on_cost, "%", of="ebitda_usd_per_year / capex_usd"))
    return Section("cover", "Cover and yield", tuple(figures))


def _break_even(result: Result, found: BreakEven) -> Section:
    figures = (
        Figure(
            "break_even_price_usd_per_accelerator_hour",
            "break-even price",
            found.price,
            "USD/accelerator-hour",
            of=worked("average_price x break-even factor", "average_price", FACTOR),
        ),
        Figure(
            "break_even_factor",
            "break-even / today's prices",
            found.factor,
            "x",
            of=worked("the factor on all prices and rents at which npv_usd without debt is nothing", "npv_usd"),
        ),
        Figure(
            "break_even_utilisation",
            "break-even share of accelerators sold",
            found.utilisation,
            "%",
            of=worked("accelerators sold x break-even factor / accelerators_active", SOLD, FACTOR, ACTIVE),
        ),
        Figure(
            "lcoc_usd_per_accelerator_hour",
            "levelised cost, available hours",
            result.metrics["lcoc_usd_per_accelerator_hour"].value,
            "USD/accelerator-hour",
        ),
    )
    words = "All prices and rents by one factor, contracts alone: there the NPV at the cost of capital is zero."
    return Section("break_even", "Break-even", figures, text=(words, *([found.reason] if found.reason else [])))
