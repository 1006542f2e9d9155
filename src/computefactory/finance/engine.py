"""The engine on its own: revenue, cost and capital cost in, statements and returns out, without a factory.

::

    import computefactory as cf

    project = cf.finance.Project(periods=20, revenue=30e6, cost=6e6, capex=150e6, discount_rate=0.08)
    done = cf.finance.underwrite(project)
    done.returns["equity_irr"].value
    done.statement("cash")["equity_flow"]

It is a small ledger of its own whose lines the project's conventions select; each number explains itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.finance import engine_cover, engine_debt, engine_draws, engine_givens, engine_lines, engine_tax
from computefactory.finance.engine_inputs import Project
from computefactory.finance.rates import Rate, rate_of_return
from computefactory.ledger import Explained, Ledger, collect
from computefactory.timeline import MONTHS_PER_YEAR

__all__ = ["MOVABLE", "STATEMENTS", "Underwriting", "price_for", "underwrite", "underwrite_many"]

ITEMS = collect(engine_lines, engine_debt, engine_draws, engine_cover, engine_tax)
STATEMENTS = {
    "income": (
        "revenue", "cost", "ebitda", "late_salvage", "reserve_interest", "interest", "federal_depreciation", "tax",
        "net_income",
    ),
    "cash": (
        "ebitda", "late_salvage", "reserve_interest", "replacement_cost", "reserve_move", "capex", "operating_cash",
        "uses", "draw", "interest", "principal", "equity_flow_before_tax", "tax", "equity_flow",
    ),
    "balance": ("reserves", "property_value", "total_assets", "debt_balance", "owners_equity", "imbalance"),
    "debt": (
        "cfads", "draw", "interest", "principal", "service", "debt_balance", "dscr", "debt_reserve",
        "working_reserve", "replacement_reserve",
    ),
    "tax": (
        "income", "federal_depreciation", "federal_taxable", "federal_tax", "state_depreciation", "state_taxable",
        "state_tax", "tax",
    ),
}  # fmt: skip
MOVABLE = (
    "price", "inflation", "discount_rate", "capex", "financing_cost", "salvage_value", "reserve_interest_rate",
    "f_amount", "f_escalation", "r_amount", "r_escalation", "federal_rate", "state_rate", "loss_limit",
    "debt_rate", "fee_rate", "fraction", "cover",
)  # fmt: skip
_RATES = {
    "equity_irr": "equity_flow",
    "equity_irr_before_tax": "equity_flow_before_tax",
    "project_irr": "project_flow",
}
_CLOSE = 1e-9  # of all uses, or of the debt: rounding
_DOUBLINGS = 60  # of the price, before it is said that none is high enough
_STEPS = 200  # towards a price
_NEAR = 1e-13  # of the price: where to stop
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Underwriting:
    """A project underwritten. ``lines`` holds every line by name: numbers, (period,), (item,) or (item, period)."""

    project: Project
    ledger: Ledger
    values: Mapping[str, ArrayLike]
    lines: Mapping[str, Any]

    def statement(self, name: str) -> dict[str, Array]:
        """The lines of ``income``, ``cash``, ``balance``, ``debt`` or ``tax``, each (period,)."""
        return {line: np.asarray(self.lines.get(line, self.values.get(line))) for line in STATEMENTS[name]}

    @property
    def returns(self) -> dict[str, Rate]:
        """Each rate of return, or why there is none."""
        per_year = MONTHS_PER_YEAR / self.project.step
        return {name: rate_of_return(self.lines[flow], per_year) for name, flow in _RATES.items()}

    @property
    def sources_and_uses(self) -> dict[str, dict[str, float]]:
        """Money before operation; both sides add up to the same."""
        before = slice(0, self.project.building)
        sums = {name: float(np.sum(np.asarray(self.statement("cash")[name])[before])) for name in ("capex", "draw")}
        interest, fee = (float(np.sum(self.lines[name][before])) for name in ("interest", "fee"))
        reserves = float(self.lines["reserves"][self.project.building - 1])
        uses = {"capex": sums["capex"], "financing_cost": float(self.project.financing_cost), "fee": fee}
        uses |= {"interest": interest, "reserves": reserves}
        return {"sources": {"debt": sums["draw"], "equity": sum(uses.values()) - sums["draw"]}, "uses": uses}

    @property
    def warnings(self) -> list[str]:
        """What a reader must know beside the numbers."""
        found = []
        if self.project.debt and self.lines["debt"] <= 0:
            found.append("no debt: cash leaves no room for service, or the share of uses is zero")
        if self.lines["paid_out_at_close"] > _CLOSE * self.lines["total_uses"]:
            found.append(f"distribution at close: debt pays out {self.lines['paid_out_at_close']:,.2f} to owners")
        paid = np.flatnonzero(self.lines["equity_flow"][self.project.building :] < -_CLOSE * self.lines["total_uses"])
        if paid.size:
            first = self.project.building + int(paid[0])
            found.append(
                f"owners pay in during operation, first {-self.lines['equity_flow'][first]:,.2f} in period {first}"
            )
        return found

    def explain(self, name: str, period: int | None = None, item: int | None = None, depth: int = 1) -> Explained:
        """Where one number comes from: its formula and its inputs, ``depth`` levels down."""
        return self.ledger.explain(self.values, self.lines, name, period, item, depth)


def underwrite(project: Project) -> Underwriting:
    """Underwrite a project by its conventions.

    Raises: FactoryFileError with every problem of the input; NoSolution when its debt does not exist: uses that grow
    faster than the debt, equity below zero that is no marked distribution, a loan that cash never repays.
    """
    done = _calculate(project)
    reason = _refusal(done)
    if reason:
        raise NoSolution(reason)
    return done


def underwrite_many(
    project: Project,
    changes: Mapping[str, ArrayLike],
    keep: Sequence[str] = ("equity_irr", "npv", "debt", "min_dscr"),
    threads: int | None = None,
) -> dict[str, Array]:
    """Underwrite a project once for each row of ``changes``; debt is sized anew in each.

    ``changes`` names givens of :data:`MOVABLE`, each with a leading axis of one length. The lines of ``keep`` come
    with that axis leading; ``refused`` is 1 where :func:`underwrite` would raise, and the lines are nan there.

    Raises: FactoryFileError when a name or a length does not fit, or the project itself.
    """
    engine_givens.check(project)
    rows = {name: np.asarray(values, dtype=float) for name, values in changes.items()}
    lengths = {row.shape[:1] for row in rows.values()}
    problems = [
        Problem("unknown_field", name, "no input that can vary", ", ".join(MOVABLE))
        for name in rows
        if name not in MOVABLE
    ]
    if len(lengths) != 1 or () in lengths:
        problems.append(
            Problem("bad_value", "changes", f"lengths {sorted(lengths)}", "one length for all, as leading axis")
        )
    if problems:
        raise FactoryFileError(problems)
    ledger = _ledger(tuple(sorted(engine_givens.choices(project).items())))
    values = {name: value for name, value in (engine_givens.givens(project) | rows).items() if name in ledger.givens}
    n = lengths.pop()[0]
    checks = ("paid_out_at_close", "total_uses", "debt", "unit_use", "unit_owed_at_end")
    found = ledger.run_many(values, n, dict.fromkeys((*keep, *checks)), threads)
    share = np.broadcast_to(_share_of_itself(project, values), n)
    refused = (share * found["unit_use"] >= 1) | ((found["debt"] > 0) & (np.abs(found["unit_owed_at_end"]) > _CLOSE))
    if project.conventions.at_close == "refused":
        refused |= found["paid_out_at_close"] > _CLOSE * np.abs(found["total_uses"])
    kept = {name: np.array(found[name]) for name in keep}
    for line in kept.values():
        line[refused] = np.nan
    return kept | {"refused": refused.astype(float)}


def price_for(project: Project, target: float, year: int | None = None) -> Underwriting:
    """The project at the price whose equity return after tax is ``target`` by the end of a ``year`` of operation.

    ``year`` None is the whole life. The price multiplies every priced revenue; it stands in ``.project.price``.

    Raises: NoSolution when no price above zero gives the return, or the return at that price is not unique.
    """
    engine_givens.check(project)
    per_year = MONTHS_PER_YEAR // project.step
    periods = project.periods if year is None else year * per_year
    if not (target > -1 and 1 <= periods <= project.periods):
        raise FactoryFileError(
            [Problem("bad_value", "target", f"{target!r} by year {year}", "a rate above -100 % within the life")]
        )
    last = project.building + periods
    weights = (1 + target) ** (-np.arange(last) / per_year)

    def worth(price: float) -> float:
        return float(_calculate(replace(project, price=price)).lines["equity_flow"][:last] @ weights)

    price = _crossing(worth, project.price or 1.0, target)
    done = underwrite(replace(project, price=price))
    found = rate_of_return(done.lines["equity_flow"][:last], per_year)
    if found.value is None:
        raise NoSolution(f"at price {price:.10g} the return is {found.reason}: {list(found.roots)}")
    return done


def _crossing(worth: Callable[[float], float], start: float, target: float) -> float:
    """The price at which ``worth`` rises through zero: false position, Illinois variant, at once where it is linear."""
    low, at_low = 0.0, worth(0.0)
    if at_low >= 0:
        raise NoSolution(f"at a price of zero the return is {target:g} or more already")
    high, at_high = start, worth(start)
    for _ in range(_DOUBLINGS):
        if at_high >= 0:
            break
        low, at_low, high = high, at_high, 2 * high
        at_high = worth(high)
    else:
        raise NoSolution(f"no price up to {high:.3g} gives a return of {target:g}")
    side = 0
    for _ in range(_STEPS):
        new = (low * at_high - high * at_low) / (at_high - at_low)
        if not low < new < high or high - low <= _NEAR * high:
            break
        at_new = worth(new)
        if at_new >= 0:
            high, at_high = new, at_new
            at_low /= 2 if side > 0 else 1
            side = 1
        else:
            low, at_low = new, at_new
            at_high /= 2 if side < 0 else 1
            side = -1
    return high if side > 0 or at_high == 0 else low


@cache
def _ledger(chosen: tuple[tuple[str, str], ...]) -> Ledger:
    return Ledger(ITEMS, dict(chosen))


def _calculate(project: Project) -> Underwriting:
    engine_givens.check(project)
    ledger = _ledger(tuple(sorted(engine_givens.choices(project).items())))
    values = {name: value for name, value in engine_givens.givens(project).items() if name in ledger.givens}
    return Underwriting(project, ledger, values, ledger.run(values))


def _share_of_itself(project: Project, values: Mapping[str, ArrayLike]) -> Array:
    """The share that debt is of uses which it is a part of."""
    alone = project.conventions.cap == "first_estimate" and (project.debt or engine_givens.NO_DEBT).dscr is not None
    return np.asarray(0.0 if alone else values.get("fraction", 0.0), dtype=float)


def _refusal(done: Underwriting) -> str:
    """Why the debt cannot be what was asked for; nothing where it can."""
    lines, debt = done.lines, done.project.debt
    share = float(_share_of_itself(done.project, done.values))
    if share * lines["unit_use"] >= 1:
        return (
            f"debt of {share:.1%} of all uses does not exist: each dollar of it brings "
            f"{lines['unit_use']:.3f} of fees, interest and reserve with it"
        )
    if debt is not None and lines["debt"] > 0 and abs(lines["unit_owed_at_end"]) > _CLOSE:
        return f"the debt of {lines['debt']:,.2f} is never repaid: no cash is available to sculpt its principal by"
    if done.project.conventions.at_close == "refused" and lines["paid_out_at_close"] > _CLOSE * abs(
        lines["total_uses"]
    ):
        return (
            f"negative equity: debt of {lines['debt']:,.2f} ({lines['debt_fraction']:.1%} of all uses) would pay "
            f"{lines['paid_out_at_close']:,.2f} to owners before operation; cap it with max_fraction, or allow it "
            f"with at_close='distributed'"
        )
    return ""
