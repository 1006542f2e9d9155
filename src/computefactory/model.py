"""The chain, end to end: a factory file in, an underwriting out. The file to read first.

    file + library --schema--> inputs --plant, cases--> steps --ledger--> lines --> metrics, verdict

``run`` underwrites once; :mod:`.scenarios` does the same over a scenario axis, through the same steps and lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from computefactory import offtake, plant, schema, steps
from computefactory.errors import FactoryFileError, Problem
from computefactory.finance import cases
from computefactory.finance.cases import HEAD
from computefactory.finance.loans import UNCAPPED, Tranche
from computefactory.gather import gather
from computefactory.ledger import Given, Ledger
from computefactory.ledger.memory import filled
from computefactory.library import Library
from computefactory.qualification.findings import balloons_above, findings, sized_as_stated
from computefactory.result import Result, result_of
from computefactory.schema import Changes, Document, Factory, Overrides
from computefactory.schema.resolve_valuation import Question, valued
from computefactory.summary import unmet
from computefactory.timeline import Timeline
from computefactory.workings import LINES, Choices, Run, Values, Workings, ledger_for

__all__ = ["HEAD", "LINES", "Choices", "Run", "Values", "ledger_for", "load", "run", "run_steps"]

SCHEDULE = ("t_planned_draw", "t_planned_repayment", "t_planned_balloon", "t_make_whole")
DATES = ("t_first_service", "underwritten_operation")
PLANNED = ("planned_equity", "planned_cfads")  # beside the debt, until full operation
FROZEN = ("t_commitment", *SCHEDULE, *DATES, *PLANNED)
RECEIPTS = ("c_certain_revenue", "c_credit", "l_certain_rent", "c_backstop_now", "l_backstop_now")
VALUATION, VALUED = "valuation", "full_life"  # the valuation's lines stand over those of the full life
CHECKS = ("within_limits", "supply_limits")  # steps that refuse what the plant cannot do


class Runs(dict[str, Run]):
    """The runs by case; beside them the valuation at full operation, evaluated when it is first asked for."""

    @cached_property
    def valuation(self) -> Run:
        """The full life with the lines of the valuation."""
        return with_valuation(self[VALUED], Question())

    def __missing__(self, case: str) -> Run:
        if case != VALUATION:
            raise KeyError(case)
        return self.valuation


def load(
    source: str | Path | Document, *, overrides: Overrides | None = None, library: Sequence[Path | str] = ()
) -> Factory:
    """A factory file (path or shipped name), checked and resolved with the library.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    document = source if isinstance(source, Document) and not overrides else schema.load(source, overrides)
    return schema.resolve(document, Library.load([Path(layer) for layer in library]))


def choices_of(factory: Factory, debt: str) -> Choices:
    """The conventions of a factory; ``debt`` is ``sized`` or ``frozen``."""
    tranches = factory.finance.tranches
    stated = factory.finance.choices
    chosen = {item.name: getattr(stated, item.name) for item in fields(stated)} | {
        "debt": debt,
        "supply": "stack" if factory.plant.sources else "tariff",
        "timing": "within" if any(np.any(item.drawn_early) for item in tranches) else "end",
    }
    return tuple(sorted(chosen.items()))


def run_steps(factory: Factory, *, limits: bool = True, held: Values | None = None) -> Values:
    """Physics and dates: every step's result by name; ``held`` are results taken as they stand.

    Raises:
        FactoryFileError: with ``limits``, the plant cannot power, cool or carry what is installed.
    """
    book, money = factory.offtake, factory.finance
    site = factory.plant
    inputs = {
        "timeline": factory.timeline,
        "site": site.site,
        "interconnection": site.interconnection,
        "phases": site.phases,
        "supply": site.supply,
        "sources": site.sources,
        "shortage": site.shortage,
        "silicon": site.silicon,
        "generations": site.generations,
        "halls": site.halls,
        "cooling": site.cooling,
        "electrical": site.electrical,
        "network": site.network,
        "reliability": site.reliability,
        "production": site.production,
        "contracts": book.contracts,
        "leases": book.leases,
        "contract_ends": tuple(item.start + item.tenor for item in book.committable),
        "contract_phases": tuple(item.phase for item in book.committable),
        "leased_power": sum((lease.power for lease in book.leases), 0.0),
        "full_operation": money.full_operation,
        "economic_life": money.economic_life,
        "refresh": money.refresh,
        "refresh_cost": money.refresh_cost,
        "silicon_terms": money.silicon_terms,
        "silicon_outlays": tuple(
            sum(
                (
                    item.cost * (1 + item.contingency)
                    for item in money.assets
                    if item.consumable and item.generation == place
                ),
                0.0,
            )
            for place in range(len(site.clusters))
        ),
        "merchant": book.merchant,
        "values": money.values,
        "capital": money.capital,
        "operations": money.operations,
        "owns_building": 1.0 - (np.asarray(money.operations.lease_rent) > 0),
    }
    held = {**(held or {}), **({} if site.sources else plant.NO_STACK)}
    left_out = {*held, *(() if limits else CHECKS)}
    chain = [step for step in (*plant.STEPS, *offtake.STEPS, *cases.STEPS) if step.__name__ not in left_out]
    try:
        known = steps.run(chain, inputs, held, plant.short_year)
        if isinstance(known, steps.Batch):
            known.work_out((*cases.CASES, *_steps_of_lines(), *(CHECKS if limits else ())))
    except FactoryFileError as error:
        places, named = factory.document.places, {"power.energised": "phases"} if factory.document.model.phases else {}
        raise FactoryFileError(
            places.problem(item.code, named.get(item.path, item.path), item.given, item.expected, item.hint)
            for item in error.problems
        ) from None
    return known


@cache
def _steps_of_lines() -> tuple[str, ...]:
    """The steps whose results go into lines."""
    sources = (item.source.split(".") for item in LINES if isinstance(item, Given))
    return tuple(dict.fromkeys(path[1] for path in sources if path[0] == "steps"))


def namespace(factory: Factory, known: Values, case: str, frozen: Values | None, n: int = 0) -> Values:
    """What the sources of givens (``finance.debt.rate``) are looked up in."""
    return {
        "timeline": factory.timeline,
        "plant": factory.plant,
        "offtake": factory.offtake,
        "finance": factory.finance,
        "receipts": receipts(factory, known, case, n) if frozen is None else {},
        "steps": known,
        "case": known[case],
        "frozen": frozen or {},
        "valuation": factory.valuation,
    }


def receipts(factory: Factory, known: Values, case: str, n: int = 0) -> dict[str, tuple[NDArray[np.float64], ...]]:
    """For each tranche the share of committed receipts, by month, that it is repaid from, and what backs it at most.

    All receipts or one contract's; where a backstop alone carries the loan, those of the months in which it stands.
    With ``n`` the series of so many scenarios, shape (scenario, month).
    """
    money, book = factory.finance, factory.offtake
    whole, free = np.ones(factory.timeline.periods), np.full(factory.timeline.periods, UNCAPPED)
    if not any(item.offtaker or item.backed for item in money.tranches):
        return {"share": (whole,) * len(money.tranches), "backstop": (free,) * len(money.tranches)}
    ledger = _receipts_ledger(choices_of(factory, "frozen"))
    inputs = inputs_for(ledger, namespace(factory, known, case, {}))
    lines = ledger.run_many(inputs, n, RECEIPTS) if n else ledger.run(inputs)
    billed, credited, rent, *backing = (np.asarray(lines[name]) for name in RECEIPTS)
    net = np.concatenate([billed - credited, rent], axis=-2)
    standing = np.concatenate(
        [np.broadcast_to(each, part.shape) for each, part in zip(backing, (billed, rent), strict=True)], axis=-2
    )
    names = [part.contract for part in book.contracts] + [part.contract for part in book.leases]
    every = net.sum(axis=-2)

    def share(item: Tranche) -> NDArray[np.float64]:
        if not (item.offtaker or item.backed):
            return whole
        kept = net * (standing > 0) if item.backed else net
        own = kept[..., _own(item, names), :].sum(axis=-2)
        return np.asarray(np.divide(own, every, out=np.zeros_like(own), where=every > 0))

    def backstop(item: Tranche) -> NDArray[np.float64]:
        return np.asarray(standing[..., _own(item, names), :].sum(axis=-2)) if item.backed else free

    return {
        "share": tuple(share(item) for item in money.tranches),
        "backstop": tuple(backstop(item) for item in money.tranches),
    }


def _own(item: Tranche, names: Sequence[str]) -> list[int]:
    """The parts of the book that repay a tranche."""
    return [k for k, name in enumerate(names) if item.offtaker in ("", name)]


@cache
def _receipts_ledger(choices: Choices) -> Ledger:
    """The committed receipts of each part of the book, alone."""
    return Ledger(LINES, choices=dict(choices), wanted=RECEIPTS)


def part(factory: Factory, rows: slice) -> Factory:
    """The same factory in some of its scenarios."""
    chapters = ("plant", "offtake", "finance", "valuation")
    return replace(factory, **{name: steps.part(getattr(factory, name), rows) for name in chapters})


def inputs_for(ledger: Ledger, space: Values) -> Values:
    """Every given of the ledger."""
    stated = {name: gather(given, space) for name, given in ledger.givens.items() if not given.of}
    return filled(ledger.givens, stated)


def in_cases(factory: Factory, known: Values, frozen: Values) -> dict[str, Run]:
    """Every case with the debt as it stands: one batch, a scenario a case."""
    choices = choices_of(factory, "frozen")
    ledger = ledger_for(choices)
    shared = inputs_for(ledger, namespace(factory, known, HEAD, frozen))
    own = {
        given.name: np.stack([gather(given, {"case": known[case]}) for case in cases.CASES])
        for given in ledger.givens.values()
        if given.source.startswith("case.")
    }
    lines = ledger.run_many(shared | own, len(cases.CASES), ledger.lines)
    return {
        case: Run(
            case,
            factory,
            known,
            choices,
            shared | {name: values[k] for name, values in own.items()},
            {**frozen, **one_case(lines, k)},
        )
        for k, case in enumerate(cases.CASES)
    }


def one_case(lines: Mapping[str, NDArray[np.float64]], k: int) -> Values:
    """The lines of one scenario of a batch, as a single run has them."""
    return {name: value[k] if value.ndim > 1 else float(value[k]) for name, value in lines.items()}


def evaluate(factory: Factory, known: Values, case: str, frozen: Values | None) -> Run:
    """One case: the debt is sized where ``frozen`` is None, else taken as it stands."""
    choices = choices_of(factory, "sized" if frozen is None else "frozen")
    ledger = ledger_for(choices)
    inputs = inputs_for(ledger, namespace(factory, known, case, frozen))
    return Run(case, factory, known, choices, inputs, {**(frozen or {}), **ledger.run(inputs)})


def with_valuation(full: Run, question: Question) -> Run:
    """A full-life run with the lines of the valuation over it."""
    factory = valued(full.factory, question)
    ledger = ledger_for(full.choices, valued=True)
    space = namespace(factory, full.known, VALUED, {})
    fresh = {name: gather(given, space) for name, given in ledger.givens.items() if name not in full.inputs}
    inputs = {**{name: full.inputs[name] for name in ledger.givens if name in full.inputs}, **fresh}
    own = [name for name in ledger.lines if name not in full.lines]
    lines = ledger.run(inputs, wanted=own, known=full.lines)
    return Run(VALUED, factory, full.known, full.choices, inputs, {**full.lines, **lines}, question=question)


def freeze(sized: Run) -> Values:
    """Amount, draws and schedule of a sized debt: data for every other run."""
    return {name: sized.lines[name] for name in FROZEN}


def run(
    source: str | Path | Document | Factory,
    *,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    resize: bool = False,
) -> Result:
    """Underwrite one factory.

    Args:
        source: a path, the name of a shipped factory, or one already loaded.
        overrides: values as they would stand in the file, by dotted path (``{"silicon.total_price": "6.2 bn USD"}``),
            in maps like the file's own (``{"silicon": {"total_price": "6.2 bn USD"}}``), or as texts
            (``"silicon.total_price=6.2 bn USD"``). The debt stays as the file without them sizes it, so that a bad
            scenario shows in the cover.
        library: folders of facts that come before the package's own.
        resize: size the debt anew with the overrides in force.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    factory = source if isinstance(source, Factory) else load(source, overrides=overrides, library=library)
    base = factory
    if overrides and not resize and not isinstance(source, Factory):
        base = load(source, library=library)
    if [item.name for item in base.finance.tranches] != [item.name for item in factory.finance.tranches]:
        base = factory
    base = base.as_signed
    known = run_steps(factory)
    sized = evaluate(base, known if base is factory else run_steps(base), HEAD, None)
    if problems := unmet(sized):
        raise FactoryFileError(problems)
    frozen = moved(freeze(sized), base.timeline, factory.timeline)
    held = [] if base is factory else sized_as_stated(factory.overrides)
    return _underwritten(factory, known, frozen, sized if base.finance.debt else None, held)


def run_case(result: Result, changes: Changes) -> Result:
    """The factory of a result with changes; the debt stays as it was sized there.

    Raises:
        FactoryFileError: the changed file is wrong, has other tranches, or ends before the debt is repaid.
    """
    before = result.factory
    document = schema.load(before.document, dict(changes.overrides))
    factory = schema.resolve(document, before.library, {**before.varied, **changes.levers})
    names, old = ([item.name for item in each.finance.tranches] for each in (factory, before))
    if names != old:
        given, expected = ", ".join(names) or "no debt", f"the tranches that were sized: {', '.join(old) or 'none'}"
        raise FactoryFileError([Problem("other_debt", "capital.debt", given, expected)])
    frozen = moved(freeze(result.runs[HEAD]), before.timeline, factory.timeline)
    held = sized_as_stated(changes.overrides)
    return _underwritten(factory, run_steps(factory), frozen, result.sized, held)


def _underwritten(
    factory: Factory, known: Values, frozen: Values, sized: Run | None, held: Sequence[str] = ()
) -> Result:
    """A factory with a debt as it stands, and the run that sized it; ``held`` is said beside what it finds."""
    runs = Runs(in_cases(factory, known, frozen))
    large = balloons_above(factory, known, sized.inputs, sized.lines) if sized is not None else []
    warnings = (*factory.warnings, *findings(factory, known, runs[HEAD].lines), *large, *held)
    work = Workings(factory, known, runs, sized)
    return result_of(work, warnings)


def moved(frozen: Values, before: Timeline, after: Timeline) -> Values:
    """A frozen schedule on another timeline: the same sums and dates in the same calendar months.

    Raises:
        FactoryFileError: the other timeline does not hold all of the debt.
    """
    if before == after:
        return frozen
    result = dict(frozen)
    for name in DATES:
        result[name] = frozen[name] + (before.start - after.start)
    for name in (*SCHEDULE, *PLANNED):
        value = np.asarray(frozen[name])
        series = np.zeros((*value.shape[:-1], after.periods))
        for month in np.flatnonzero(np.any(value.reshape(-1, before.periods), axis=0)):
            place = after.index(before.start + int(month) * before.step)
            if name in PLANNED:  # what was to come before the first month is there in it
                place = min(max(place, 0), after.periods - 1)
            if not 0 <= place < after.periods:
                given = f"the sized debt moves money in {before.names[month]}"
                hint = "size the debt anew (--resize)"
                raise FactoryFileError([Problem("debt_outside", "capital.debt", given, "months of the timeline", hint)])
            series[..., place] += value[..., month]
        result[name] = series
    return result


def frozen_of(factory: Factory, known: Values) -> Values:
    """The debt as the sizing case of this factory, without its events, leaves it."""
    ledger, signed = ledger_for(choices_of(factory, "sized")), factory.as_signed
    known = known if signed is factory else run_steps(signed, limits=False)
    sized = ledger.run(inputs_for(ledger, namespace(signed, known, HEAD, None)), FROZEN)
    return moved(sized, signed.timeline, factory.timeline)
