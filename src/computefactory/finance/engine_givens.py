"""From a project to the givens of its ledger: every problem found at once, then conventions and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.finance.engine_inputs import Asset, Conventions, Debt, Flow, Project, Replacement
from computefactory.timeline import MONTHS_PER_YEAR, Timeline

__all__ = ["check", "choices", "flows", "givens", "timeline"]

NO_DEBT = Debt(rate=0, tenor=0, repayment="equal_principal", fraction=0)
DRAWN = {"end": 0.0, "middle": 0.5, "start": 1.0}  # part of its period in which a draw bears interest
FULL = 1 + 1e-9  # a sum of shares, with its rounding
Array = NDArray[np.float64]


def flows(project: Project) -> dict[str, tuple[Flow, bool]]:
    """Every flow by name, and whether it is revenue."""
    found: dict[str, tuple[Flow, bool]] = {}
    for kind, given in (("revenue", project.revenue), ("cost", project.cost)):
        named = given if isinstance(given, Mapping) else {"": given}
        for name, flow in named.items():
            known = flow if isinstance(flow, Flow) else Flow(amounts=flow)
            found[f"{kind} {name}".rstrip()] = known, kind == "revenue"
    return found


def timeline(project: Project) -> Timeline:
    """The periods from time 0."""
    return Timeline(0, project.building + project.periods, project.step)


def check(project: Project) -> None:
    """Refuse a project that cannot be read.

    Raises: FactoryFileError with every problem.
    """
    problems = [Problem("bad_value", f"project.{path}", given, expected) for path, given, expected in _wrong(project)]
    if problems:
        raise FactoryFileError(problems)


def _wrong(project: Project) -> Iterator[tuple[str, str, str]]:
    if project.step not in (1, 3, MONTHS_PER_YEAR):
        yield "step", f"{project.step!r}", "1, 3 or 12 months"
        return
    for name in ("periods", "building"):
        if not (isinstance(getattr(project, name), int) and getattr(project, name) >= 1):
            yield name, f"{getattr(project, name)!r}", "a whole number of at least 1"
            return
    yield from _wrong_numbers(
        project,
        "",
        at_least={
            "price": 0,
            "inflation": -1,
            "discount_rate": -1,
            "salvage": None,
            "financing_cost": 0,
            "working_reserve": 0,
            "reserve_interest": 0,
        },
    )
    yield from _wrong_numbers(project.tax, "tax.", at_least={"federal": 0, "state": 0, "loss_limit": 0}, below=FULL)
    yield from _wrong_series("capex", project.capex, project.building + project.periods, shorter=True)
    for name, (flow, _) in flows(project).items():
        yield from _wrong_series(name, flow.amounts, project.periods)
        yield from _wrong_numbers(flow, f"{name}.", at_least={"escalation": -1})
    yield from _wrong_conventions(project)
    yield from _wrong_assets(project)
    if project.debt is not None:
        yield from _wrong_debt(project, project.debt)
    yield from _wrong_reserve("working_reserve", project.working_reserve, project.step)


def _wrong_numbers(
    record: object, prefix: str, at_least: Mapping[str, float | None], below: float = np.inf
) -> Iterator[tuple[str, str, str]]:
    for name, least in at_least.items():
        value = getattr(record, name)
        low = -np.inf if least is None else least
        open_below = least is not None and least < 0  # a rate: -100 % itself is no growth but an end
        if not (np.isfinite(value) and (low < value if open_below else low <= value) and value <= below):
            most = "" if below == np.inf else ", at most 1"
            yield prefix + name, f"{value!r}", f"a finite number{'' if least is None else f' from {least}'}{most}"


def _wrong_series(
    name: str, amounts: ArrayLike, periods: int, *, shorter: bool = False
) -> Iterator[tuple[str, str, str]]:
    series = np.asarray(amounts, dtype=float)
    fits = series.ndim == 0 or (
        series.ndim == 1 and (series.size == periods or (shorter and 0 < series.size < periods))
    )
    if not fits:
        yield name, f"{series.shape} numbers", f"one number, or {'at most ' if shorter else ''}{periods} in a row"
    elif not np.all(np.isfinite(series)):
        yield name, "a number that is not finite", "finite numbers"


@cache
def _words(record: type) -> dict[str, tuple[str, ...]]:
    """The fields of a record that are one of several words, and the words."""
    hints = get_type_hints(record).items()
    return {name: get_args(hint) for name, hint in hints if get_origin(hint) is Literal}


def _wrong_conventions(project: Project) -> Iterator[tuple[str, str, str]]:
    for name, known in _words(Conventions).items():
        if getattr(project.conventions, name) not in known:
            yield f"conventions.{name}", f"{getattr(project.conventions, name)!r}", " or ".join(known)
    if project.conventions.deducted == "each_other" and project.conventions.losses != "at_once":
        yield (
            "conventions.deducted", "each_other with losses carried forward",
            "losses used at once: with losses carried forward the two taxes have no closed form",
        )  # fmt: skip
    if project.conventions.losses == "at_once" and project.tax.loss_limit != 1:
        yield "tax.loss_limit", f"{project.tax.loss_limit!r} with losses used at once", "1, or losses carried forward"
    if project.conventions.deducted == "each_other" and project.tax.federal * project.tax.state >= 1:
        yield "conventions.deducted", "each_other with both rates 1", "rates of which one is below 1"


def _wrong_assets(project: Project) -> Iterator[tuple[str, str, str]]:
    if sum(asset.share for asset in project.assets.values()) > FULL:
        yield "assets", "shares above 1 in all", "shares of the basis that sum to 1 at most"
    for name, asset in project.assets.items():
        yield from _wrong_numbers(asset, f"assets.{name}.", at_least={"share": 0})
        yield from _wrong_schedules(f"assets.{name}", asset)
    for name, item in project.replacements.items():
        yield from _wrong_numbers(item, f"replacements.{name}.", at_least={"cost": 0, "escalation": -1})
        yield from _wrong_schedules(f"replacements.{name}", item)
        if item.every < 1 or item.every % 1:
            yield f"replacements.{name}.every", f"{item.every!r}", "a whole number of periods, at least 1"


def _wrong_schedules(path: str, item: Asset | Replacement) -> Iterator[tuple[str, str, str]]:
    given = {"federal": item.federal} if item.state is None else {"federal": item.federal, "state": item.state}
    for kind, schedule in given.items():
        if not schedule or sum(schedule) > FULL or min(schedule) < 0:
            yield f"{path}.{kind}", f"a schedule that sums to {sum(schedule):g}", "shares by year, 1 at most in all"


def _wrong_debt(project: Project, debt: Debt) -> Iterator[tuple[str, str, str]]:
    for name, known in _words(Debt).items():
        if getattr(debt, name) not in known:
            yield f"debt.{name}", f"{getattr(debt, name)!r}", " or ".join(known)
    if debt.draws == "with_uses" and debt.fraction is None:
        yield "debt.draws", "with_uses for a debt sized by dscr", "with_cost, or a debt sized by fraction"
    yield from _wrong_numbers(debt, "debt.", at_least={"rate": 0, "fee": 0, "moratorium": 0, "reserve": 0})
    if (debt.fraction is None) == (debt.dscr is None):
        yield "debt", "fraction and dscr" if debt.dscr is not None else "neither fraction nor dscr", "exactly one"
    if debt.max_fraction is not None and debt.dscr is None:
        yield "debt.max_fraction", f"{debt.max_fraction!r}", "nothing: it caps a debt sized by dscr"
    for name in ("fraction", "max_fraction"):
        value = getattr(debt, name)
        if value is not None and not 0 <= value <= 1:
            yield f"debt.{name}", f"{value!r}", "a share between 0 and 1"
    if debt.dscr is not None and not 0 < debt.dscr < np.inf:
        yield "debt.dscr", f"{debt.dscr!r}", "a cover above 0"
    life = project.periods * project.step
    for name in ("tenor", "moratorium"):
        if getattr(debt, name) % project.step:
            yield f"debt.{name}", f"{getattr(debt, name)!r} months", f"whole periods of {project.step} months"
    if not debt.moratorium < debt.tenor <= life:
        yield (
            "debt.tenor", f"{debt.tenor!r} months",
            f"more than the moratorium and at most the {life} months of operation: it must be repaid by then",
        )  # fmt: skip
    yield from _wrong_reserve("debt.reserve", debt.reserve, project.step)


def _wrong_reserve(path: str, months: float, step: int) -> Iterator[tuple[str, str, str]]:
    if months > step and months % step:
        yield path, f"{months!r} months", f"part of a period or whole periods of {step} months"


def choices(project: Project) -> dict[str, str]:
    """The conventions, and what follows from the debt and the reserves, as choices of lines."""
    debt, read = project.debt or NO_DEBT, project.conventions
    sized_by = "fraction" if debt.dscr is None else "cover" if debt.max_fraction is None else "cover_capped"
    return {
        "growth": read.growth,
        "salvage": read.salvage,
        "replacements": read.replacements,
        "basis": read.basis,
        "left_over": read.left_over,
        "losses": read.losses,
        "federal_deducts_state": _yes(read.deducted in ("state_from_federal", "each_other")),
        "state_deducts_federal": _yes(read.deducted == "federal_from_state"),
        "each_other": _yes(read.deducted == "each_other"),
        "repayment": debt.repayment,
        "shape": "by_cash" if debt.repayment == "sculpted" else "set",
        "sized_by": sized_by,
        "covered": _yes(sized_by != "fraction"),
        "draws": debt.draws,
        "cap": read.cap,
        "debt_reserve": "whole" if debt.reserve > project.step else "part",
        "working": "whole" if project.working_reserve > project.step else "part",
    }


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def givens(project: Project) -> dict[str, Any]:
    """Every number that any choice of lines may ask for, by the name of its given."""
    time, debt = timeline(project), project.debt or NO_DEBT
    count, first, per_year = time.periods, project.building, MONTHS_PER_YEAR // project.step
    age = np.arange(count) - first
    most = debt.fraction if debt.dscr is None else debt.max_fraction
    starts = (age % per_year == 0) | (np.arange(count) == 0)
    return {
        **{name: getattr(time, name) for name in ("month", "months", "years", "elapsed_years", "horizon")},
        "full_years": np.maximum(age // per_year, 0.0),
        "period": np.arange(count, dtype=float),
        "year_start": starts.astype(float),
        "period_months": float(project.step),
        "period_years": project.step / MONTHS_PER_YEAR,
        "operation": float(first * project.step),
        "capex": _capex(project.capex, count),
        **{name: float(getattr(project, name)) for name in ("price", "inflation", "financing_cost", "discount_rate")},
        "salvage_value": float(project.salvage),
        "working_months": float(project.working_reserve),
        "working_share": project.working_reserve / project.step,
        "reserve_interest_rate": float(project.reserve_interest),
        **_flow_givens(project),
        **_replacement_givens(project, age),
        **_asset_givens(project),
        "federal_rate": float(project.tax.federal),
        "state_rate": float(project.tax.state),
        "loss_limit": float(project.tax.loss_limit),
        "debt_rate": float(debt.rate),
        "tenor": float(debt.tenor or project.step),
        "moratorium": float(debt.moratorium),
        "fee_rate": float(debt.fee),
        "fraction": float(most or 0),
        "cover": float(debt.dscr or 0),
        "draw_time": DRAWN[debt.drawn],
        "debt_reserve_months": float(debt.reserve),
        "debt_reserve_share": debt.reserve / project.step,
    }


def _capex(capex: ArrayLike, count: int) -> Array:
    spent = np.atleast_1d(np.asarray(capex, dtype=float))
    return np.pad(spent, (0, count - spent.size))


def _flow_givens(project: Project) -> dict[str, Array]:
    known = list(flows(project).values())
    amounts = [np.broadcast_to(np.asarray(flow.amounts, dtype=float), project.periods) for flow, _ in known]
    return {
        "f_amount": np.pad(np.array(amounts), ((0, 0), (project.building, 0))),
        "f_escalation": np.array([flow.escalation for flow, _ in known], dtype=float),
        "f_indexed": np.array([flow.indexed for flow, _ in known], dtype=float),
        "f_revenue_flag": np.array([revenue for _, revenue in known], dtype=float),
        "f_priced": np.array([flow.priced and revenue for flow, revenue in known], dtype=float),
    }


def _replacement_givens(project: Project, age: NDArray[np.int_]) -> dict[str, Array]:
    items: list[Replacement] = list(project.replacements.values())
    due = [(age >= 0) & ((age + 1) % item.every == 0) for item in items]
    return {
        "r_amount": np.array([item.cost for item in items], dtype=float),
        "r_escalation": np.array([item.escalation for item in items], dtype=float),
        "r_indexed": np.array([item.indexed for item in items], dtype=float),
        "r_every": np.array([item.every for item in items], dtype=float),
        "r_due": np.array(due, dtype=float).reshape(len(items), len(age)),
        "r_federal": _table([item.federal for item in items], project.step),
        "r_state": _table([item.state or item.federal for item in items], project.step),
    }


def _asset_givens(project: Project) -> dict[str, Array]:
    items = list(project.assets.values())
    return {
        "a_share": np.array([item.share for item in items], dtype=float),
        "a_federal": _table([item.federal for item in items], project.step),
        "a_state": _table([item.state or item.federal for item in items], project.step),
    }


def _table(schedules: Sequence[Sequence[float]], step: int) -> Array:
    """Shares by period of age, (item, ages): those of a year fall in equal parts."""
    per_year = MONTHS_PER_YEAR // step
    longest = max((len(schedule) for schedule in schedules), default=1)
    rows = [[*schedule, *[0.0] * (longest - len(schedule))] for schedule in schedules]
    return np.repeat(np.array(rows, dtype=float).reshape(len(schedules), longest), per_year, axis=1) / per_year
