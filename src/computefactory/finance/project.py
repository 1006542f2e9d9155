"""A project on its own: revenue, cost and capital cost in, statements and returns out, without a factory.

::

    import computefactory as cf

    project = cf.finance.Project(periods=20, revenue=30e6, cost=6e6, capex=150e6, discount_rate=0.08)
    done = cf.finance.underwrite(project)
    done.returns["equity_irr"].value
    done.statement("cash")["equity_flow"]

It becomes the records of a factory's money (:mod:`.project_records`) and runs on the factory's lines; :mod:`.peers`
has the lines in which it differs. Each number explains itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory import finance
from computefactory.errors import FactoryFileError, NoSolution, Problem
from computefactory.finance import peers, project_results
from computefactory.finance.project_inputs import Project
from computefactory.finance.project_records import change, check, choices, finite, moves, space
from computefactory.finance.rates import Rate, rate_of_return
from computefactory.gather import gather
from computefactory.ledger import Explained, Given, Ledger, Line, collect
from computefactory.timeline import MONTHS_PER_YEAR

__all__ = ["Underwriting", "price_for", "underwrite", "underwrite_many"]

STATEMENTS = {
    "income": (
        "revenue", "cost", "ebitda", "late_salvage", "reserve_interest", "interest", "federal_depreciation", "tax",
        "net_income",
    ),
    "cash": (
        "ebitda", "late_salvage", "reserve_interest", "replacement_cost", "reserve_move", "capex", "uses", "draw",
        "interest", "principal", "equity_flow_before_tax", "tax", "equity_flow",
    ),
    "balance": ("reserves", "property_value", "total_assets", "debt_balance", "owners_equity", "imbalance"),
    "debt": (
        "cfads", "draw", "interest", "principal", "service", "debt_balance", "dscr", "llcr_by_period",
        "plcr_by_period", "debt_reserve", "working_reserve", "receivables_reserve", "replacement_reserve",
    ),
    "tax": (
        "income", "federal_depreciation", "federal_taxable", "federal_tax", "state_depreciation", "state_taxable",
        "state_tax", "tax",
    ),
}  # fmt: skip
NAMES = {  # what a project calls lines that a factory has under another name
    "capex": "asset_cost",
    "cost": "opex",
    "debt": "commitment",
    "draw": "planned_draw",
    "federal_depreciation": "federal_deduction",
    "fee": "financing_fees",
    "income": "earnings",
    "late_salvage": "sale_proceeds",
    "principal": "repayment",
    "project_flow": "project_flow_before_tax",
    "project_irr": "project_irr_before_tax",
    "replacement_cost": "replacement",
    "replacement_reserve": "refresh_reserve",
    "state_depreciation": "state_deduction",
    "tax": "tax_paid",
    "working_reserve": "maintenance_reserve",
}
WANTED = (
    *("equity_irr", "equity_irr_before_tax", "project_irr", "npv", "equity_invested", "equity_returned", "total_uses"),
    *(
        "debt",
        "debt_fraction",
        "min_dscr",
        "average_dscr",
        "mean_dscr",
        "llcr",
        "plcr",
        "total_interest",
        "average_life",
    ),
    *("levelised_price", "levelised_price_real", "levelised_cost", "levelised_cost_real", "units", "fee"),
    *("paid_out_at_close", "unpaid_at_end", "replacement_aside", "t_unit_uses"),
    *(name for names in STATEMENTS.values() for name in names),
)
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
    """A project underwritten: numbers, (period,), (item,) or (item, period) in ``found``, by the ledger's names."""

    project: Project
    ledger: Ledger
    values: Mapping[str, ArrayLike]
    found: Mapping[str, Any]

    @cached_property
    def lines(self) -> Mapping[str, Any]:
        """Every line by its name, those of :data:`NAMES` by the project's."""
        return {**self.found, **{name: self.found[line] for name, line in NAMES.items()}}

    def statement(self, name: str) -> dict[str, Array]:
        """The lines of ``income``, ``cash``, ``balance``, ``debt`` or ``tax``, each (period,)."""
        return {line: np.asarray(self.lines[line]) for line in STATEMENTS[name]}

    def per_unit(self, name: str) -> Array:
        """A line by period over the units of the period: nan where there are none.

        Raises: KeyError when there is no such line.
        """
        units = np.asarray(self.lines["units"])
        return np.asarray(np.divide(self.lines[name], units, out=np.full(len(units), np.nan), where=units > 0))

    @property
    def returns(self) -> dict[str, Rate]:
        """Each rate of return, or why there is none."""
        per_year = MONTHS_PER_YEAR / self.project.step
        return {name: rate_of_return(self.lines[flow], per_year) for name, flow in _RATES.items()}

    @property
    def sources_and_uses(self) -> dict[str, dict[str, float]]:
        """Money before operation; both sides add up to the same."""
        before = slice(0, self.project.building)
        sums = {name: float(np.sum(self.lines[name][before])) for name in ("capex", "fee", "interest", "draw")}
        draw = sums.pop("draw")
        closing = float(self.project.financing_cost) + float(self.project.construction_financing)
        reserves = float(self.lines["reserves"][self.project.building - 1])
        uses = {"capex": sums.pop("capex"), "financing_cost": closing, **sums, "reserves": reserves}
        return {"sources": {"debt": draw, "equity": sum(uses.values()) - draw}, "uses": uses}

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
        return self.ledger.explain(self.values, self.found, NAMES.get(name, name), period, item, depth)


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

    ``changes`` names inputs of :data:`.project_records.MOVABLE`, each with a leading axis of one length. The lines of
    ``keep`` come with that axis leading; ``refused`` is 1 where :func:`underwrite` would raise: lines are nan there.

    Raises: FactoryFileError when a name or a length does not fit, or the project itself.
    """
    check(project)
    rows = moves(project, changes)
    n = len(next(iter(rows.values())))
    ledger = _ledger(tuple(sorted(choices(project).items())))
    values = change(project, _values(ledger, project), rows)
    asked = {name: NAMES.get(name, name) for name in keep}
    shared = project.debt is not None and not (project.debt.fraction is None and project.debt.max_fraction is None)
    checks = ("paid_out_at_close", "total_uses", "commitment", "unpaid_at_end", *(["t_unit_uses"] if shared else []))
    found = ledger.run_many(values, n, dict.fromkeys((*asked.values(), *checks)), threads)
    refused = found["unpaid_at_end"] > _CLOSE * found["commitment"]
    if shared:
        refused |= _brought(project, values, found["t_unit_uses"]) >= 1
    if project.conventions.at_close == "refused":
        refused |= found["paid_out_at_close"] > _CLOSE * np.abs(found["total_uses"])
    kept = {name: np.array(found[line]) for name, line in asked.items()}
    for line in kept.values():
        line[refused] = np.nan
    return kept | {"refused": refused.astype(float)}


def price_for(project: Project, target: float, year: int | None = None) -> Underwriting:
    """The project at the price whose equity return after tax is ``target`` by the end of a ``year`` of operation.

    ``year`` None is the whole life. The price multiplies every priced revenue; it stands in ``.project.price``.

    Raises: NoSolution when no price above zero gives the return, or the return at that price is not unique.
    """
    check(project)
    per_year = MONTHS_PER_YEAR // project.step
    periods = project.periods if year is None else finite(year) * per_year
    if not (finite(target) > -1 and 1 <= periods <= project.periods and periods % 1 == 0):
        raise FactoryFileError(
            [Problem("bad_value", "target", f"{target!r} by year {year}", "a rate above -100 % within the life")]
        )
    last = project.building + int(periods)
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
    """The factory's lines, but where a project has one of its own; those that need a plant or contracts are left."""
    conventions = dict(chosen)
    own = [
        item
        for item in (*collect(peers, project_results), *peers.NOTHING)
        if all(conventions.get(name) == value for name, value in item.only.items())
    ]
    names = {item.name for item in own}
    items = {(item.name, *item.only.values()): item for item in finance.LINES if item.name not in names}
    while True:
        known = names | {name for name, *_ in items}
        lost = [key for key, item in items.items() if not set(_needs(item)) <= known]
        if not lost:
            return Ledger((*own, *items.values()), conventions, [NAMES.get(name, name) for name in WANTED])
        for key in lost:
            del items[key]


def _needs(item: Given | Line) -> tuple[str, ...]:
    """The names without which it cannot stand."""
    return item.inputs if isinstance(item, Line) else tuple(filter(None, (item.of, item.by)))


def _values(ledger: Ledger, project: Project) -> dict[str, Any]:
    known = space(project)
    return {name: gather(given, known) for name, given in ledger.givens.items() if not given.of}


def _calculate(project: Project) -> Underwriting:
    check(project)
    ledger = _ledger(tuple(sorted(choices(project).items())))
    values = _values(ledger, project)
    return Underwriting(project, ledger, values, ledger.run(values))


def _brought(project: Project, values: Mapping[str, ArrayLike], unit_uses: Array) -> Array:
    """What each dollar of debt draws for the fees, interest and reserve that come with it: (scenario,), or a number."""
    if project.debt is None:
        return np.zeros(np.shape(unit_uses)[:-1])
    share = 1.0 if project.debt.draws != "with_cost" else np.asarray(values["t_gearing"], dtype=float)[..., 0]
    return np.asarray(share * unit_uses[..., 0])


def _refusal(done: Underwriting) -> str:
    """Why the debt cannot be what was asked for; nothing where it can."""
    lines, debt = done.lines, done.project.debt
    brought = float(_brought(done.project, done.values, lines["t_unit_uses"]))
    if brought >= 1:
        return f"debt of that share of uses does not exist: each dollar of it brings {brought:.3f} of uses with it"
    if debt is not None and lines["unpaid_at_end"] > _CLOSE * lines["debt"]:
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
