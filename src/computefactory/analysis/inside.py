"""Factories inside a company: each underwritten on its own, its months in the company's calendar.

A factory's month stands in the same calendar month of the company. What lies before the company's month 0 is in its
balance sheet already and is left out, with a word; the company's calendar reaches to the end of the last factory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import model, schema
from computefactory.company.inputs import Block
from computefactory.errors import FactoryFileError
from computefactory.finance.cases import HEAD
from computefactory.result import Result
from computefactory.schema.resolve_company import Company
from computefactory.timeline import Timeline

__all__ = ["SERIES", "TAKEN", "Inside", "with_factories"]

Months = NDArray[np.float64]
Inside = Mapping[str, Result]  # by block
SERIES = {  # what a block takes of the factory inside: its lines
    "factory_revenue": ("revenue",),
    "factory_ebitda": ("ebitda",),
    "factory_capex": ("capex",),
    "factory_prepayments": ("prepayment_in",),
    "factory_credits": ("prepayment_credit",),
    "factory_draws": ("planned_draw", "revolver_draw"),
    "factory_interest": ("interest",),
    "factory_tax": ("tax_paid",),
    "factory_equity": ("equity_flow",),
    "factory_depreciation": ("depreciation",),
    "factory_owed": ("debt_balance",),
}
TAKEN: Mapping[str, tuple[str, ...]] = {  # all that a block takes, with what is worked out of several lines
    **SERIES,
    "factory_principal": ("planned_draw", "revolver_draw", "debt_balance"),
    "factory_power": ("running", "l_let"),
    "factory_debt": ("debt_balance",),
    "factory_value": (),  # at the company's date: no line of the factory's own run
}


def with_factories(company: Company) -> tuple[Company, Inside, list[str]]:
    """The company with the months of the factories inside, their results, and what is to be said of them.

    Raises:
        FactoryFileError: a factory's file is wrong, or does not count in months.
    """
    found = {block.name: _underwritten(company, block) for block in company.blocks if block.factory}
    if not found:
        return company, {}, []
    timeline = _spanning(company.timeline, [each.factory.timeline for each in found.values()])
    blocks = tuple(
        _with_months(block, found[block.name], timeline) if block.factory else block for block in company.blocks
    )
    said = [text for name, result in found.items() for text in _said(name, result, timeline)]
    return replace(company, timeline=timeline, blocks=blocks), found, said


def _underwritten(company: Company, block: Block) -> Result:
    """The factory of a block, on the facts that the company is read with."""
    path = f"blocks.{block.block}.factory"
    try:
        factory = schema.resolve(schema.load(block.factory), company.library)
    except FactoryFileError as error:
        expected = "a factory that can be underwritten" + ("" if company.hindsight else f" on facts of {company.as_of}")
        hint = "" if company.hindsight else "--hindsight lets later facts in, and every page says so"
        problem = company.document.places.problem("not_allowed", path, block.factory, expected, hint)
        raise FactoryFileError([problem, *error.problems]) from None
    if factory.timeline.step != 1:
        problem = company.document.places.problem("not_allowed", path, block.factory, "a factory in months")
        raise FactoryFileError([problem])
    return model.run(factory)


def _spanning(own: Timeline, inside: list[Timeline]) -> Timeline:
    """The company's calendar, to the last month of the last factory at least."""
    end = max(each.start + each.periods for each in (own, *inside))
    return Timeline(own.start, end - own.start)


def _with_months(block: Block, result: Result, timeline: Timeline) -> Block:
    """A block with the months of its factory."""
    run = result.runs[HEAD]
    lines, months = run.lines, np.asarray(run.inputs["months"])
    series = {name: sum(np.asarray(lines[line], dtype=float) for line in parts) for name, parts in SERIES.items()}
    series["factory_principal"] = series["factory_draws"] - np.diff(series["factory_owed"], prepend=0.0)
    let = np.asarray(lines["l_let"]).sum(axis=0) / months if np.size(lines["l_let"]) else 0.0
    series["factory_power"] = lines["running"] * float(run.known["it_design_load"]) + let
    before = timeline.start - run.timeline.start
    opening = {
        name: float(np.asarray(series[name])[before - 1]) if 0 < before <= run.timeline.periods else 0.0
        for name in ("factory_owed", "factory_power")
    }
    moved: dict[str, Any] = {name: tuple(_aligned(row, before, timeline.periods)) for name, row in series.items()}
    return replace(block, **moved, factory_debt=opening["factory_owed"], factory_billing=opening["factory_power"])


def _aligned(row: Any, before: int, periods: int) -> list[float]:
    """Months of a factory in those of the company; ``before`` of them lie before month 0."""
    months = np.asarray(row, dtype=float)
    moved = np.concatenate([np.zeros(max(-before, 0)), months[max(before, 0) :]])[:periods]
    return [*map(float, moved), *[0.0] * (periods - len(moved))]


def _said(name: str, result: Result, timeline: Timeline) -> list[str]:
    """What is left out, and what is counted beside the facilities, of a factory that began before month 0."""
    own = result.factory.timeline
    before = timeline.start - own.start
    if before <= 0:
        return []
    names = own.names
    left = f"the factory {result.name} inside {name} begins in {names[0]}, before the balance sheet: its months to "
    left += f"{names[min(before, own.periods) - 1]} are left out"
    owed = float(np.asarray(result.runs[HEAD].lines["debt_balance"])[min(before, own.periods) - 1])
    return [f"{left}; the {owed:,.0f} USD that it owes then count beside the facilities" if owed > 0 else left]
