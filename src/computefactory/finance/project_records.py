"""A project becomes the records that the lines read: every problem found at once, then the factory's own records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.finance import inputs
from computefactory.finance.debt_sizing import NO_LIMIT
from computefactory.finance.loans import UNCAPPED, Reserves, Tranche
from computefactory.finance.project_inputs import Asset, Conventions, Debt, Flow, Project, Replacement, Tax
from computefactory.finance.rates import nominal_rate
from computefactory.finance.schedules import Schedule
from computefactory.records import Absent, hints, marks
from computefactory.timeline import MONTHS_PER_YEAR, Timeline

__all__ = ["MOVABLE", "change", "check", "choices", "finite", "moves", "space", "timeline"]

OPENS = 2000 * MONTHS_PER_YEAR  # operation begins with a calendar year, and tax years with it
DRAWN = {"end": 0.0, "middle": 0.5, "start": 1.0}  # part of its period in which a draw bears interest
FULL = 1 + 1e-9  # a sum of shares, with its rounding
Wrong = tuple[str, str, str]  # where, what stands there, what is expected
_ANY, _SHARE, _RATE, _SUM = (-np.inf, np.inf), (0.0, 1.0), (-1.0, np.inf), (0.0, np.inf)
_BOUNDS: Mapping[type, Mapping[str, tuple[float, float]]] = {
    Project: {
        **dict.fromkeys(("inflation", "discount_rate", "real_discount_rate"), _RATE),
        **dict.fromkeys(("price", "financing_cost", "construction_financing", "reserve_interest"), _SUM),
        **dict.fromkeys(("working_reserve", "receivables_reserve"), _SUM),
        "salvage": _ANY,
    },
    Tax: dict.fromkeys(("federal", "state", "loss_limit"), _SHARE),
    Debt: dict.fromkeys(("rate", "fee", "moratorium", "reserve"), _SUM)
    | dict.fromkeys(("fraction", "max_fraction"), _SHARE),
    Flow: {"escalation": _RATE, "indexed": _SHARE, "priced": _SHARE},
    Asset: {"share": _SUM},
    Replacement: {"cost": _SUM, "escalation": _RATE, "indexed": _SHARE},
}
_OPTIONAL = ("real_discount_rate", "fraction", "max_fraction")
_OF_REPLACEMENTS = {"r_amount": "a_cost", "r_escalation": "a_escalation"}
_OF_DEBT = {
    "debt_rate": ("t_fixed_rate",),
    "fee_rate": ("t_upfront_fee",),
    "fraction": ("t_gearing", "t_estimate", "t_shared"),
    "cover": ("t_dscr_sizing",),
}
MOVABLE = (
    *("price", "inflation", "discount_rate", "capex", "financing_cost", "salvage_value", "reserve_interest_rate"),
    *("f_amount", "f_escalation", *_OF_REPLACEMENTS, "federal_rate", "state_rate", "loss_limit", *_OF_DEBT),
)
Array = NDArray[np.float64]
Record = TypeVar("Record")


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
    return Timeline(OPENS - project.building * project.step, project.building + project.periods, project.step)


def check(project: Project) -> None:
    """Refuse what is no project, or one that cannot be read.

    Raises: FactoryFileError with every problem.
    """
    if not isinstance(project, Project):
        raise FactoryFileError([Problem("bad_value", "project", type(project).__name__, "a Project")])
    problems = [Problem("bad_value", f"project.{path}", given, expected) for path, given, expected in _wrong(project)]
    if problems:
        raise FactoryFileError(problems)


def _wrong(project: Project) -> Iterator[Wrong]:
    if project.step not in (1, 3, MONTHS_PER_YEAR):
        yield "step", f"{project.step!r}", "1, 3 or 12 months"
        return
    for name in ("periods", "building"):
        if not (isinstance(getattr(project, name), int) and getattr(project, name) >= 1):
            yield name, f"{getattr(project, name)!r}", "a whole number of at least 1"
            return
    misshapen = list(_wrong_kinds(project))
    if misshapen:
        yield from misshapen
        return
    yield from _wrong_fields(project, "")
    yield from _wrong_fields(project.tax, "tax.")
    yield from _wrong_fields(project.conventions, "conventions.")
    yield from _wrong_series("capex", project.capex, project.building + project.periods, shorter=True)
    for name, (flow, _) in flows(project).items():
        yield from _wrong_flow(name, flow, project.periods)
    if project.real_discount_rate is not None and project.discount_rate:
        yield "real_discount_rate", "beside discount_rate", "one of them: the other follows from inflation"
    yield from _wrong_conventions(project)
    yield from _wrong_assets(project)
    if project.debt is not None:
        yield from _wrong_debt(project, project.debt)


def _wrong_kinds(project: Project) -> Iterator[Wrong]:
    """What is no record of the kind that stands there."""
    debt = {} if project.debt is None else {"debt": (project.debt, Debt)}
    single: dict[str, tuple[object, type]] = {
        "tax": (project.tax, Tax),
        "conventions": (project.conventions, Conventions),
        **debt,
    }
    for name, kind in (("assets", Asset), ("replacements", Replacement)):
        items = getattr(project, name)
        if isinstance(items, Mapping):
            single |= {f"{name}.{key}": (item, kind) for key, item in items.items()}
        else:
            yield name, f"{type(items).__name__}", f"{kind.__name__} by name"
    for path, (record, wanted) in single.items():
        if not isinstance(record, wanted):
            yield path, f"{type(record).__name__}", f"a {wanted.__name__}"


def finite(value: object) -> float:
    """A finite number, or nan."""
    try:
        number = np.nan if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan
    return number if np.isfinite(number) else np.nan


def _wrong_fields(record: Any, prefix: str) -> Iterator[Wrong]:
    """Numbers out of bounds, and words that are none of the known ones."""
    for name, (least, most) in _BOUNDS.get(type(record), {}).items():
        value = getattr(record, name)
        number = finite(value)
        above = number > least if least == -1 else number >= least  # -100 % itself is no growth but an end
        optional = value is None and name in _OPTIONAL
        if not optional and not (above and number <= most):
            low, high = "" if least == -np.inf else f" from {least:g}", "" if most == np.inf else f", at most {most:g}"
            yield prefix + name, f"{value!r}", f"a finite number{low}{high}"
    for name, known in _words(record.__class__).items():
        if name != "step" and getattr(record, name) not in known:
            yield prefix + name, f"{getattr(record, name)!r}", " or ".join(known)


def _wrong_series(name: str, amounts: object, periods: int, *, shorter: bool = False) -> Iterator[Wrong]:
    try:
        series = np.asarray(amounts, dtype=float)
    except (TypeError, ValueError):
        yield name, f"{amounts!r:.60}", "numbers"
        return
    fits = series.ndim == 0 or (
        series.ndim == 1 and (series.size == periods or (shorter and 0 < series.size < periods))
    )
    if not fits:
        yield name, f"{series.shape} numbers", f"one number, or {'at most ' if shorter else ''}{periods} in a row"
    elif not np.all(np.isfinite(series)):
        yield name, "a number that is not finite", "finite numbers"


def _wrong_flow(name: str, flow: Flow, periods: int) -> Iterator[Wrong]:
    yield from _wrong_fields(flow, f"{name}.")
    if (flow.amounts is None) == (flow.units is None):
        yield name, "amounts and units" if flow.units is not None else "neither amounts nor units", "exactly one"
    elif flow.units is None:
        yield from _wrong_series(name, flow.amounts, periods)
    else:
        found = list(_wrong_series(f"{name}.units", flow.units, periods))
        yield from found or (
            [(f"{name}.units", "units below zero", "units from 0")] if np.min(np.asarray(flow.units)) < 0 else []
        )
        yield from _wrong_series(f"{name}.unit_price", flow.unit_price, periods)


@cache
def _words(record: Any) -> dict[str, tuple[str, ...]]:
    """The fields of a record that are one of several words, and the words."""
    hints = get_type_hints(record).items()
    return {name: get_args(hint) for name, hint in hints if get_origin(hint) is Literal}


def _wrong_conventions(project: Project) -> Iterator[Wrong]:
    read, tax = project.conventions, project.tax
    if read.deducted == "each_other" and read.losses != "at_once":
        yield (
            "conventions.deducted", "each_other with losses carried forward",
            "losses used at once: with losses carried forward the two taxes have no closed form",
        )  # fmt: skip
    if read.losses == "at_once" and tax.loss_limit != 1:
        yield "tax.loss_limit", f"{tax.loss_limit!r} with losses used at once", "1, or losses carried forward"
    if read.deducted == "each_other" and finite(tax.federal) * finite(tax.state) >= 1:
        yield "conventions.deducted", "each_other with both rates 1", "rates of which one is below 1"


def _wrong_assets(project: Project) -> Iterator[Wrong]:
    if sum(finite(asset.share) for asset in project.assets.values()) > FULL:
        yield "assets", "shares above 1 in all", "shares of the basis that sum to 1 at most"
    for name, asset in project.assets.items():
        yield from _wrong_fields(asset, f"assets.{name}.")
        yield from _wrong_schedules(f"assets.{name}", asset)
    for name, item in project.replacements.items():
        yield from _wrong_fields(item, f"replacements.{name}.")
        yield from _wrong_schedules(f"replacements.{name}", item)
        if not (finite(item.every) >= 1 and item.every % 1 == 0):
            yield f"replacements.{name}.every", f"{item.every!r}", "a whole number of periods, at least 1"


def _wrong_schedules(path: str, item: Asset | Replacement) -> Iterator[Wrong]:
    given: Mapping[str, object] = {"federal": item.federal, **({} if item.state is None else {"state": item.state})}
    for kind, schedule in given.items():
        shares = [finite(share) for share in schedule] if isinstance(schedule, Sequence) else []
        if not (shares and sum(shares) <= FULL and min(shares) >= 0):
            told = f"a schedule that sums to {sum(shares):g}" if shares else f"{schedule!r:.60}"
            yield f"{path}.{kind}", told, "shares by year, 1 at most in all"


def _wrong_debt(project: Project, debt: Debt) -> Iterator[Wrong]:
    yield from _wrong_fields(debt, "debt.")
    if debt.draws != "with_cost" and debt.fraction is None:
        yield "debt.draws", f"{debt.draws} for a debt sized by dscr", "with_cost, or a debt sized by fraction"
    if (debt.fraction is None) == (debt.dscr is None):
        yield "debt", "fraction and dscr" if debt.dscr is not None else "neither fraction nor dscr", "exactly one"
    if debt.max_fraction is not None and debt.dscr is None:
        yield "debt.max_fraction", f"{debt.max_fraction!r}", "nothing: it caps a debt sized by dscr"
    if debt.dscr is not None:
        found = list(_wrong_series("debt.dscr", debt.dscr, project.periods))
        yield from found or ([("debt.dscr", f"{debt.dscr!r:.60}", "a cover above 0")] if np.min(debt.dscr) <= 0 else [])
    life, tenor, moratorium = project.periods * project.step, finite(debt.tenor), finite(debt.moratorium)
    for name, months in (("tenor", tenor), ("moratorium", moratorium)):
        if months % project.step > 0:
            yield f"debt.{name}", f"{months:g} months", f"whole periods of {project.step} months"
    if not moratorium < tenor <= life:
        yield (
            "debt.tenor", f"{debt.tenor!r} months",
            f"more than the moratorium and at most the {life} months of operation: it must be repaid by then",
        )  # fmt: skip


def choices(project: Project) -> dict[str, str]:
    """What selects lines where conventions are true alternatives."""
    debt = project.debt
    estimated = debt is not None and debt.max_fraction is not None and project.conventions.cap == "first_estimate"
    return {
        "debt": "sized",
        "draw_order": "pro_rata" if debt is None or debt.draws == "with_cost" else "by_uses",
        "timing": "end" if debt is None or debt.drawn == "end" else "within",
        "sized_by": "fraction" if debt is not None and debt.dscr is None else "cover",
        "cap": "first_estimate" if estimated else "all_uses",
    }


def space(project: Project) -> dict[str, Any]:
    """What the sources of givens are looked up in: the factory's records, and the terms of a project alone."""
    time, read = timeline(project), project.conventions
    count, first = time.periods, project.building
    age = np.arange(count) - first
    assets, classes, terms = _assets(project, age)
    loans = () if project.debt is None else (_tranche(project, project.debt),)
    row = np.zeros(count)
    return {
        "timeline": time,
        "constant": {"none": row, "nil": 0.0},
        "case": SimpleNamespace(exit_month=float(time.step * (count - 1)), no_test=0.0),
        "steps": {"test_date": row + 1, "contract_end": time.horizon},
        "receipts": {
            "share": tuple(_counted(project, loan.sizing_dscr) for loan in loans),
            "backstop": tuple(np.full(count, UNCAPPED) for _ in loans),
        },
        "finance": SimpleNamespace(
            full_operation=float(first * project.step),
            assets=assets,
            tax_classes=classes,
            tax=_tax(project, count),
            jurisdictions=_levying(project),
            tranches=loans,
            base_rate=row,
            reserves=Reserves(maintenance=float(project.working_reserve), refresh=0.0),
        ),
        "project": project,
        "read": SimpleNamespace(
            discount_rate=_discount_rate(project, project.inflation),
            full_years=np.maximum(age // (MONTHS_PER_YEAR // project.step), 0.0),
            calendar_year=np.arange(count, dtype=float),
            year_share=row + 1,
            one_year=float(project.step),
            growth_added=float(read.growth == "added"),
            salvage_in_ebitda=float(read.salvage == "in_ebitda"),
            replacements_reserved=float(read.replacements == "reserved"),
            financing_in_basis=float(read.basis != "capex"),
            reserves_in_basis=float(read.basis == "all_uses"),
            left_over_taken=float(read.left_over == "taken"),
        ),
        "flows": tuple(_flow(flow, earned, project) for flow, earned in flows(project).values()),
        "terms": terms,
        "shares": tuple(SimpleNamespace(of_basis=terms[int(item.asset)].share, whole=row + 1) for item in classes),
        "levies": tuple(
            SimpleNamespace(
                deducts=float(read.deducted != "neither"),
                mutual=float(read.deducted == "each_other" and bool(item.state)),
            )
            for item in _levying(project)
        ),
        "loans": tuple(
            SimpleNamespace(
                estimate=_most(project.debt),
                shared=1.0 if project.debt and project.debt.draws == "hard_cost" else _most(project.debt),
                no_limit=float(NO_LIMIT),
                none=row,
            )
            for _ in loans
        ),
    }


def moves(project: Project, changes: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The rows of ``changes``, of one length.

    Raises: FactoryFileError with every name, shape or length that does not fit.
    """
    count, flow, item = project.building + project.periods, len(flows(project)), len(project.replacements)
    shapes = {"f_amount": (flow, count), "f_escalation": (flow,), "r_amount": (item,), "r_escalation": (item,)}
    rows: dict[str, Array] = {}
    problems = []
    for name, values in changes.items():
        if name not in MOVABLE:
            problems.append(Problem("unknown_field", name, "no input that can vary", ", ".join(MOVABLE)))
            continue
        try:
            found = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            problems.append(Problem("bad_value", name, f"{values!r:.60}", "numbers"))
            continue
        shape = shapes.get(name, ())
        if name == "capex":
            shape = (found.shape[-1],) if found.ndim and 0 < found.shape[-1] <= count else (count,)
        if found.ndim and found.shape[1:] != shape:
            problems.append(Problem("bad_value", name, f"shape {found.shape}", f"{('rows', *shape)}"))
        else:
            rows[name] = found
    lengths = {row.shape[:1] for row in rows.values()}
    if not problems and (len(lengths) != 1 or () in lengths):
        told = f"lengths {sorted(lengths)}"
        problems.append(Problem("bad_value", "changes", told, "one length for all, as leading axis"))
    if problems:
        raise FactoryFileError(problems)
    return rows


def change(project: Project, values: dict[str, Any], changes: Mapping[str, Array]) -> dict[str, Any]:
    """The givens ``values`` with those that ``changes`` move, the scenario axis leading."""
    result = dict(values)
    renewed = len(project.replacements)
    for name, rows in changes.items():
        if name == "capex":
            spent, entering, size = _spending(rows, project.building, len(values["month"]))
            shares = np.append([item.share for item in project.assets.values()], _share_left(project))
            own = np.broadcast_to(result["a_cost"], (len(rows), np.shape(values["a_cost"])[-1]))
            result["a_cost"] = np.concatenate([size[:, None] * shares, own[:, len(shares) :]], axis=1)
            for given, series in (("a_spending", spent), ("a_placed", entering)):
                every = np.broadcast_to(values[given], (len(rows), *values[given].shape)).copy()
                every[:, : len(shares)] = series[:, None, :]
                result[given] = every
        elif name in _OF_REPLACEMENTS:
            given = _OF_REPLACEMENTS[name]
            every = np.broadcast_to(result[given], (len(rows), np.shape(values[given])[-1])).copy()
            every[:, every.shape[1] - renewed :] = rows
            result[given] = every
        elif name in _OF_DEBT:
            found = [given for given in _OF_DEBT[name] if given in values] if project.debt else []
            if name == "fraction" and project.debt and project.debt.draws == "hard_cost":
                found = [given for given in found if given != "t_shared"]
            result.update(dict.fromkeys(found, rows[:, None]))
        elif name == "f_amount":
            operating = np.arange(len(values["month"])) >= project.building
            result[name] = np.where(operating, rows, 0.0)
        else:
            result[name] = rows
    if project.real_discount_rate is not None and "inflation" in changes and "discount_rate" not in changes:
        result["discount_rate"] = _discount_rate(project, changes["inflation"])
    return {name: value for name, value in result.items() if name in values}


def _discount_rate(project: Project, inflation: Any) -> Any:
    if project.real_discount_rate is None:
        return float(project.discount_rate)
    return nominal_rate(project.real_discount_rate, inflation)


def _most(debt: Debt | None) -> float:
    """The share of uses that debt is at most; 0 where none is stated."""
    return float((debt.fraction if debt.dscr is None else debt.max_fraction) or 0.0) if debt else 0.0


def _counted(project: Project, cover: float) -> Array:
    """Share of the cash that counts at the first period's ``cover``, where later ones have another."""
    assert project.debt is not None
    covers = np.ones(1) if project.debt.dscr is None else np.asarray(project.debt.dscr, dtype=float)
    return np.append(np.ones(project.building), np.broadcast_to(cover / covers, project.periods))


def _tranche(project: Project, debt: Debt) -> Tranche:
    """The loan as the factory knows it: fixed rate, drawn from time 0, sized on the cash of each period."""
    begins = float(project.building * project.step)
    ends = begins + debt.tenor - project.step
    most, estimated = _most(debt), project.conventions.cap == "first_estimate" and debt.dscr is not None
    capped = debt.dscr is None or (debt.max_fraction is not None and not estimated)
    return _record(
        Tranche,
        name="debt",
        kind=debt.repayment,
        begins=begins,
        matures=ends,
        ends=ends,
        profile_ends=ends,
        repaid_share=(0.0,) * (project.building + project.periods),
        available_until=begins,
        distributes=1.0,
        fixed_share=1.0,
        fixed_rate=float(debt.rate),
        margin=(0.0,) * (project.building + project.periods),
        drawn_early=DRAWN[debt.drawn],
        sizing_dscr=float(np.ravel(1.0 if debt.dscr is None else debt.dscr)[0]),
        max_advance=np.nan,
        max_ltv=np.nan,
        max_gearing=most if capped else np.nan,
        moratorium=float(debt.moratorium),
        interest_covered=1.0,
        upfront_fee=float(debt.fee),
        dsra=float(debt.reserve),
    )


def _record(made: Callable[..., Record], /, **stated: Any) -> Record:
    """A record of the factory: what is not stated is as it is where a file states nothing, or none."""
    values = {}
    for name, hint in hints(made).items():
        without = "" if hint.__origin__ is str else 0.0
        values[name] = next((mark.value for mark in marks(made, name) if isinstance(mark, Absent)), without)
    return made(**(values | stated))


def _tax(project: Project, count: int) -> inputs.IncomeTax:
    return _record(
        inputs.IncomeTax,
        federal=float(project.tax.federal),
        state=float(project.tax.state),
        loss_limit=float(project.tax.loss_limit),
        losses_at_once=float(project.conventions.losses == "at_once"),
        levied=(1.0,) * count,
    )


def _levying(project: Project) -> tuple[inputs.Jurisdiction, ...]:
    """State and nation, in the order in which one tax is deducted from the next income."""
    both = (inputs.Jurisdiction("state", 1.0), inputs.Jurisdiction("federal", 0.0))
    return both[::-1] if project.conventions.deducted == "federal_from_state" else both


def _flow(flow: Flow, earned: bool, project: Project) -> SimpleNamespace:
    """A flow from time 0."""

    def series(amounts: ArrayLike) -> Array:
        return np.append(np.zeros(project.building), np.broadcast_to(amounts, project.periods))

    return SimpleNamespace(
        amount=series(flow.money),
        units=series(0.0 if flow.units is None or not earned else flow.units),
        counted=float(earned and flow.units is not None),
        escalation=float(flow.escalation),
        indexed=float(flow.indexed),
        revenue=float(earned),
        priced=float(flow.priced and earned),
    )


def _spending(capex: Array, first: int, count: int) -> tuple[Array, Array, Array]:
    """By period: the share of capital cost that is paid, the share that enters service; and the cost of all."""
    spent = np.concatenate([capex, np.zeros((*capex.shape[:-1], count - capex.shape[-1]))], axis=-1)
    entering = np.where(np.arange(count) < first, 0.0, spent)
    entering[..., first] += spent[..., :first].sum(axis=-1)
    size = np.asarray(spent.sum(axis=-1))
    scale = np.where(size != 0, size, 1.0)
    return spent / scale[..., None], entering / scale[..., None], scale


def _share_left(project: Project) -> float:
    """What the classes of the basis leave: never depreciated."""
    return 1.0 - sum(item.share for item in project.assets.values())


def _assets(
    project: Project, age: NDArray[np.int_]
) -> tuple[tuple[inputs.FixedAsset, ...], tuple[inputs.TaxClass, ...], tuple[SimpleNamespace, ...]]:
    """Classes of the basis, what they leave, and replacements; their schedules; how their cost grows."""
    count = len(age)
    spent, entering, size = _spending(np.atleast_1d(np.asarray(project.capex, dtype=float)), project.building, count)
    assets, classes, terms = [], [], []

    def asset(name: str, cost: float, spending: Array, placed: Array, *, again: bool) -> None:
        series = {"spending": tuple(spending.tolist()), "placed": tuple(placed.tolist())}
        assets.append(
            _record(inputs.FixedAsset, name=name, cost=cost, **series, depreciable=1.0, consumable=float(again))
        )

    def deducted(name: str, item: Asset | Replacement) -> None:
        returns = [(item.federal, 1.0, 1.0 if item.state is None else 0.0)]
        if item.state is not None:
            returns.append((item.state, 0.0, 1.0))
        for schedule, federal, state in returns:
            place, shares = float(len(assets) - 1), _by_period(schedule, project.step)
            terms = {"bonus": (0.0,) * count, "schedule": shares, "federal": federal, "state": state}
            classes.append(_record(inputs.TaxClass, name=name, asset=place, **terms))

    still = {"escalation": 0.0, "indexed": 0.0, "every": 1.0}
    for name, part in project.assets.items():
        asset(name, part.share * float(size), spent, entering, again=False)
        terms.append(SimpleNamespace(**still, share=float(part.share)))
        deducted(name, part)
    asset("not depreciated", _share_left(project) * float(size), spent, entering, again=False)
    terms.append(SimpleNamespace(**still, share=0.0))
    for name, item in project.replacements.items():
        due = ((age >= 0) & ((age + 1) % item.every == 0)).astype(float)
        asset(name, float(item.cost), due, due, again=True)
        grown = {"escalation": float(item.escalation), "indexed": float(item.indexed), "every": float(item.every)}
        terms.append(SimpleNamespace(**grown, share=0.0))
        deducted(name, item)
    return tuple(assets), tuple(classes), tuple(terms)


def _by_period(schedule: Schedule, step: int) -> tuple[float, ...]:
    """Shares by period of age: those of a year fall in equal parts."""
    per_year = MONTHS_PER_YEAR // step
    return tuple((np.repeat(np.asarray(schedule, dtype=float), per_year) / per_year).tolist())
