"""Many scenarios of one factory at once: the one door to a batch.

    base + changes by path --schema, steps--> numbers --ledger, cut in chunks--> lines and metrics

Whoever asks in many runs asks here: ``run_many``, the sensitivities, ``solve``, the studies, the ranges of a value.
What is handed to an executor is numbers and the digest of the lines they are for: a worker takes the lines from its own
copy of the package, and no file or record travels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory import model, schema, steps
from computefactory.errors import FactoryFileError, LedgerError, Problem
from computefactory.finance.cases import CASES
from computefactory.ledger import Ledger
from computefactory.metrics import Definition, definition_of, existing, lines_beside
from computefactory.model import Run, Values
from computefactory.result import Result
from computefactory.schema import Factory
from computefactory.schema.resolve_valuation import Question, valued
from computefactory.schema.subject import Subject
from computefactory.steps import Batch, Deferred, Varying
from computefactory.units import shown

__all__ = ["GIVEN", "Outcome", "Scenarios", "Trials", "alike", "by_kind", "refuse_unread", "run_many"]

KEEP = ("equity_irr", "project_irr", "npv_usd", "min_dscr")
GIVEN = "given:"
LEVERS = ("file:", "library:")
LONGEST = 60  # characters of a wrong value that are shown
LAID = 16_384  # scenarios whose monthly series stand in memory at a time: 33 MB for one of 250 months
Row = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: an array for each name, the scenario axis leading, and its unit.

    ``anew`` are the steps of the plant and the dates whose results differ between the scenarios. ``tabulated`` are
    those that a large batch takes from a table, each with the largest relative error seen at whole years that took no
    part in it; empty where every scenario is worked out hour by hour.
    """

    values: Mapping[str, Row]
    units: Mapping[str, str]
    anew: frozenset[str] = frozenset()
    tabulated: Mapping[str, float] = field(default_factory=dict)
    factory: Factory | None = None  # its inputs, numbers or one a scenario; none where they were read one by one

    def __getitem__(self, name: str) -> Row:
        return self.values[name]


@dataclass(frozen=True)
class Scenarios:
    """Scenarios of a factory: what differs in them, and what is wanted of each.

    Args:
        base: a path, the name of a shipped factory, one already loaded, or a result, whose debt is then the one sized
            there.
        changes: path -> one value a scenario, all lists of one length. A path is one of the file, of a row of the
            library (``library:merchant/default/void``), or ``given:`` and a given of the ledger. A value is a number in
            the canonical unit of the field, or a text as it would stand in the file. Scenarios that differ in a date or
            in words (``site.place``) are read one by one.
        keep: what is wanted of each: metrics, in their own unit and nan where one does not exist, or ledger lines.
        case: the case of the lines and the returns.
        resize: size the debt in each scenario; without it the debt stays as the base sizes it.
        executor: None (this process), or what has ``submit`` or ``map``, such as a
            ``concurrent.futures.ProcessPoolExecutor``. The same bits however the batch is cut.
        library: folders of facts that come before the package's own.
        chunks: into how many parts the batch is cut for the executor; default: one a processor.
        threads: how many threads a large batch takes; default: one a processor, or one with an executor.
    """

    base: str | Path | Factory | Result | Run
    changes: Mapping[str, ArrayLike | Sequence[str]]
    keep: Sequence[str] = KEEP
    case: str = model.HEAD
    resize: bool = False
    executor: Any = None
    library: Sequence[Path | str] = ()
    chunks: int | None = None
    threads: int | None = None
    limits: bool = field(default=True, init=False, repr=False)
    held: Sequence[str] = field(default=(), init=False, repr=False)
    until: int | None = field(default=None, init=False, repr=False)

    def run(self) -> Outcome:
        """Underwrite them all.

        Raises:
            FactoryFileError: a path or case that does not exist, values out of range, lengths that differ.
            LedgerError: a name in ``keep`` that is no metric and no line.
        """
        known = (*CASES, model.VALUATION)
        if self.case not in known:
            raise FactoryFileError([Problem("unknown_case", "case", repr(self.case), ", ".join(known))])
        chunks: object = self.chunks
        if chunks is not None and not (isinstance(chunks, int) and chunks >= 1):
            raise FactoryFileError([Problem("bad_value", "chunks", repr(chunks), "a whole number of at least 1")])
        base = self._base()
        return alike(self.changes, base.factory, partial(self._together, base))

    def _base(self) -> Run:
        """The base as it stands: inputs, steps, and among the lines the debt that is frozen."""
        if isinstance(self.base, Run):
            return self.base
        if isinstance(self.base, Result):
            return self.base.runs[model.HEAD]
        factory = self.base if isinstance(self.base, Factory) else model.load(self.base, library=self.library)
        known = model.run_steps(factory, limits=self.limits)
        frozen = model.frozen_of(factory, known)
        return Run(model.HEAD, factory, known, model.choices_of(factory, "frozen"), {}, frozen)

    def _together(self, base: Run, overrides: Values, columns: Mapping[str, Row], n: int) -> Outcome:
        """Scenarios that differ in numbers alone."""
        given, levers, paths = by_kind(columns)
        if columns and len(given) == len(columns):
            return _Batch(self, base.factory, base.known, model.freeze(base), given, n, moved=False).run()
        document = schema.load(base.factory.document, {**overrides, **paths})
        factory = schema.resolve(document, base.factory.library, {**base.factory.varied, **levers})
        known = model.run_steps(factory, limits=self.limits, held={name: base.known[name] for name in self.held})
        frozen = self._frozen(base, factory)
        if frozen is None and factory.as_signed is not factory:
            signed = self._as_signed(factory, given, n)
            frozen, given = {name: row[0] for name, row in signed.items()}, {**given, **signed}
        return _Batch(self, factory, known, frozen, given, n).run()

    def _as_signed(self, factory: Factory, given: dict[str, Row], n: int) -> dict[str, Row]:
        """The debt that each scenario carries without the events of the file."""
        signed = factory.as_signed
        asked = replace(self, keep=model.FROZEN, case=model.HEAD)
        sized = _Batch(asked, signed, model.run_steps(signed, limits=False), None, given, n).run()
        return model.moved(dict(sized.values), signed.timeline, factory.timeline)

    def _frozen(self, base: Run, factory: Factory) -> Values | None:
        """The debt of the base on the calendar of ``factory``; None: it is sized there."""
        before, after = ([item.name for item in each.finance.tranches] for each in (base.factory, factory))
        if self.resize or before != after:
            return None
        return model.moved(model.freeze(base), base.timeline, factory.timeline)


@dataclass(frozen=True)
class Trials(Scenarios):
    """Scenarios that a study tries out: none is refused because the plant could not power, cool or carry it.

    Args:
        held: steps that stay as the base has them.
        until: periods that are looked at; default: all.
    """

    limits: bool = field(default=False, init=False, repr=False)
    held: Sequence[str] = ()
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of some scenarios, made of numbers: all that a worker needs beside the package's own lines.

    Those of ``values`` that have one axis more than their given lead with the scenario axis.
    """

    choices: model.Choices
    valued: bool
    digest: str  # of the lines that the choices keep
    values: Mapping[str, ArrayLike]
    known: Mapping[str, ArrayLike]  # lines of the base
    n: int
    keep: tuple[str, ...]
    threads: int | None = None
    way: str | None = None

    def run(self) -> dict[str, Row]:
        """The lines, the scenario axis leading."""
        ledger = model.ledger_for(self.choices, valued=self.valued)
        if ledger.hash != self.digest:
            raise LedgerError("a worker has other lines than the program that asks it: install one version for both")
        # one layout in memory, here and there: numpy's sums depend on it in the last bit, and pickling changes it
        values, known = (
            {name: np.asarray(value, order="C") for name, value in each.items()} for each in (self.values, self.known)
        )
        return ledger.run_many(values, self.n, self.keep, self.threads, known=known, way=self.way)

    def cut(self, chunks: int) -> list[Chunk]:
        """The same in so many parts: how the whole is read decides how they are."""
        ledger = model.ledger_for(self.choices, valued=self.valued)
        way = ledger.way(self.values, self.n, self.keep, self.known)
        axes = {name: bool(item.per) + (item.series or item.table) for name, item in ledger.givens.items()}
        ends = np.linspace(0, self.n, min(max(chunks, 1), self.n) + 1).astype(int).tolist()
        return [
            replace(
                self,
                values={
                    name: np.asarray(value)[first:last] if np.ndim(value) > axes[name] else value
                    for name, value in self.values.items()
                },
                n=last - first,
                threads=self.threads or 1,
                way=self.way or way,
            )
            for first, last in pairwise(ends)
        ]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Scenarios with their steps run: the lines and metrics of each are still to be evaluated."""

    asked: Scenarios
    factory: Factory
    known: Values
    frozen: Values | None
    given: dict[str, Row]
    n: int
    moved: bool = True  # something other than givens differs from the base

    def run(self) -> Outcome:
        """Every name that is wanted.

        Raises:
            FactoryFileError: a given that no line reads.
        """
        if self.given:
            refuse_unread(self.given, self._ledger(model.VALUATION))
        own = self._ledger(self.asked.case).lines
        values: dict[str, Row] = {}
        units: dict[str, str] = {}
        wanted: dict[str, dict[str, Definition | None]] = {}
        keep = (self.asked.keep,) if isinstance(self.asked.keep, str) else self.asked.keep
        for name in dict.fromkeys(keep):
            definition = definition_of(name)
            units[name] = definition.unit if definition else shown(own[name].unit) if name in own else ""
            if definition is None or definition.source == "case":
                wanted.setdefault(self.asked.case, {})[name] = definition
            elif definition.source in ("step", "input"):
                values[name] = self._of_plant(definition)
            else:
                wanted.setdefault(definition.source, {})[name] = definition
        for case, names in wanted.items():
            values |= self._of_run(case, names)
        anew = self.known.anew if isinstance(self.known, Batch) else frozenset()
        tabulated = self.known.tabulated if isinstance(self.known, Batch) else {}
        return Outcome({name: values[name] for name in units}, units, anew, tabulated, self.factory)

    def _ledger(self, case: str) -> Ledger:
        return model.ledger_for(self._choices, valued=case == model.VALUATION)

    @property
    def _choices(self) -> model.Choices:
        return model.choices_of(self.factory, "sized" if self.frozen is None else "frozen")

    def _of_plant(self, definition: Definition) -> Row:
        """A metric that is a step's result or an input."""
        value = self.known[definition.key] if definition.source == "step" else definition.read(self.factory)
        value = value.stack() if isinstance(value, Varying | Deferred) else np.broadcast_to(value, self.n)
        return np.asarray(value * definition.scale, dtype=float)

    def _of_run(self, case: str, names: Mapping[str, Definition | None]) -> dict[str, Row]:
        """Lines and metrics of one run of the ledger."""
        ledger = self._ledger(case)
        keep = [line for name, item in names.items() for line in ((item.key, *lines_beside(item)) if item else (name,))]
        kept, way = tuple(dict.fromkeys(keep)), None
        parts: list[dict[str, Row]] = []
        for each in self._laid_out():
            values, known = each.values_of(case, ledger)
            if each.n < self.n:
                way = way or ledger.way(values, each.n, kept, known, of=self.n)
            whole = Chunk(
                self._choices,
                case == model.VALUATION,
                ledger.hash,
                values,
                known,
                each.n,
                kept,
                self.asked.threads,
                way,
            )
            parts.append(_done(whole, self.asked.executor, self.asked.chunks))
        lines = parts[0] if len(parts) == 1 else {name: np.concatenate([each[name] for each in parts]) for name in kept}
        return {name: np.asarray(existing(item, lines) if item else lines[name]) for name, item in names.items()}

    def _laid_out(self) -> Iterator[_Batch]:
        """Parts whose monthly series stand in memory at a time: the whole where the steps' series are one for all."""
        count = -(-self.n // LAID) if any(isinstance(value, Deferred) for value in self.known.values()) else 1
        if count == 1:
            yield self
            return
        for first, last in pairwise(self.n * k // count for k in range(count + 1)):
            rows = slice(first, last)
            given = {name: values[rows] if len(values) == self.n else values for name, values in self.given.items()}
            known = steps.parts(self.known, rows)
            yield replace(self, factory=model.part(self.factory, rows), known=known, given=given, n=last - first)

    def values_of(self, case: str, ledger: Ledger) -> tuple[Values, Values]:
        """Every given, and the lines of the base where they hold."""
        base = None if self.moved else self._base_of(case)
        given = {name: value for name, value in self.given.items() if name in ledger.givens}
        if base is not None:
            return {**base.inputs, **given}, base.lines
        factory, until = self.factory, self.asked.until
        if case == model.VALUATION:
            question = self.asked.base.question if isinstance(self.asked.base, Run) else None
            factory, case = factory if factory.valuation else valued(factory, question or Question()), model.VALUED
        values = model.inputs_for(ledger, model.namespace(factory, self.known, case, self.frozen, self.n)) | given
        return {name: value[..., :until] if ledger.givens[name].series else value for name, value in values.items()}, {}

    def _base_of(self, case: str) -> Run | None:
        """The run of the base that a case is read beside."""
        base = self.asked.base
        if isinstance(base, Result):
            return base.runs[case]
        own = isinstance(base, Run) and (model.VALUATION if base.question else base.case) == case
        return base if own and isinstance(base, Run) else None


def run_many(
    source: str | Path | Factory,
    scenarios: Mapping[str, ArrayLike | Sequence[str]],
    *,
    keep: Sequence[str] = KEEP,
    case: str = model.HEAD,
    library: Sequence[Path | str] = (),
    threads: int | None = None,
) -> dict[str, Row]:
    """Underwrite a factory in many scenarios, debt frozen as the base case sized it: :class:`Scenarios` in one call.

    Args:
        source: a path, the name of a shipped factory, or one already loaded.
        scenarios: dotted path of the file -> one value a scenario, in the canonical unit of the field.
        keep: what to return, each with a leading scenario axis: ledger lines of ``case``, or metrics, each in its own
            unit and from its own run (unit cost, valuation at full operation); nan where one does not exist.
        case: the case of the lines and the returns.
        library: folders of facts that come before the package's own.
        threads: how many threads a large batch takes; default: one a processor.

    Returns:
        name -> array of shape (scenario,), (scenario, month) or (scenario, item, month).

    Raises:
        FactoryFileError: a path or case that does not exist, values out of range, lengths that differ.
    """
    return dict(Scenarios(source, scenarios, keep, case, library=library, threads=threads).run().values)


def by_kind(columns: Mapping[str, Row]) -> tuple[dict[str, Row], dict[str, Row], dict[str, Row]]:
    """Values of givens by name, of what levers move, and of paths of the file."""
    given = {path.removeprefix(GIVEN): values for path, values in columns.items() if path.startswith(GIVEN)}
    levers = {path: values for path, values in columns.items() if path.startswith(LEVERS)}
    paths = {path: values for path, values in columns.items() if not path.startswith((GIVEN, *LEVERS))}
    return given, levers, paths


def refuse_unread(given: Mapping[str, Row], ledger: Ledger) -> None:
    """Let through givens of a ledger alone.

    Raises:
        FactoryFileError: a given that no line reads.
    """
    if unknown := given.keys() - ledger.givens.keys():
        said = "no line reads it", "a given of the ledger"
        raise FactoryFileError([Problem("unknown_path", f"{GIVEN}{name}", *said) for name in sorted(unknown)])


def alike(
    changes: Mapping[str, ArrayLike | Sequence[str]],
    subject: Subject,
    together: Callable[[Values, Mapping[str, Row], int], Outcome],
) -> Outcome:
    """Scenarios evaluated together where they differ in numbers alone, the others one by one: overrides, columns, n.

    Raises:
        FactoryFileError: a path that does not exist, values out of range, lengths that differ.
    """
    columns, apart, n = _columns(changes, subject)
    if not apart:
        return together({}, columns, n)
    found: list[tuple[Places, Outcome]] = []
    rows = list(zip(*apart.values(), strict=True))
    for row in dict.fromkeys(rows):
        places = np.array([place for place, other in enumerate(rows) if other == row])
        own = {path: values[places] for path, values in columns.items()}
        overrides = dict(zip(apart, row, strict=True))
        found.append((places, together(overrides, own, len(places) if own else 1)))
    return _gathered(found, n, ", ".join(apart))


def _done(whole: Chunk, executor: Any, chunks: int | None) -> dict[str, Row]:
    """A batch evaluated here, or cut and handed on."""
    if executor is None:
        return whole.run()
    parts = whole.cut(chunks or os.cpu_count() or 1)
    if hasattr(executor, "submit"):
        found = [each.result() for each in [executor.submit(Chunk.run, each) for each in parts]]
    elif hasattr(executor, "map"):
        found = list(executor.map(Chunk.run, parts))
    else:
        expected = "what has submit or map, such as concurrent.futures.ProcessPoolExecutor()"
        raise FactoryFileError([Problem("not_an_executor", "executor", repr(executor), expected)])
    done = sum(len(each[whole.keep[0]]) for each in found) if whole.keep else whole.n
    if done != whole.n:
        raise LedgerError(f"the executor gave back {done} of {whole.n} scenarios")
    return {name: np.concatenate([each[name] for each in found]) for name in whole.keep}


def _columns(
    changes: Mapping[str, ArrayLike | Sequence[str]], subject: Subject
) -> tuple[dict[str, Row], dict[str, list[Any]], int]:
    """Numbers by path, what is read one by one, and how many scenarios there are."""
    columns: dict[str, Row] = {}
    apart: dict[str, list[Any]] = {}
    problems = []
    for path, values in changes.items():
        try:
            listed = values if isinstance(values, np.ndarray) else list(values)  # type: ignore[arg-type]
            words = any(isinstance(value, str) or value is None for value in listed)
            number = (
                None
                if path.startswith((GIVEN, *LEVERS))
                else schema.number_at(subject.document.model, subject.origins, path)
            )
            if number and words and not number.reads.fixed:
                columns[path] = schema.numbers(subject.document.model, number, listed)
            elif words or (number and number.reads.fixed):
                apart[path] = list(listed)
            else:
                numbers = np.asarray(listed)
                if numbers.dtype.kind not in "iuf":
                    raise TypeError(numbers.dtype)  # noqa: TRY301  # truth, complex numbers and bytes are no numbers here
                columns[path] = numbers.astype(float)
        except FactoryFileError as error:
            problems += error.problems
        except (TypeError, ValueError):
            problems.append(Problem("wrong_shape", path, repr(values)[:LONGEST], "a list with one value a scenario"))
        if path.startswith(LEVERS) and path not in subject.origins:
            problems.append(Problem("unknown_path", path, "nothing rests on it", "a number that explain names"))
        if path in columns and columns[path].ndim != 1 and not path.startswith(GIVEN):
            problems.append(Problem("wrong_shape", path, f"shape {columns[path].shape}", "one value a scenario"))
        elif path in columns and not np.all(np.isfinite(columns[path])):
            problems.append(Problem("not_finite", path, f"{columns[path]}"[:LONGEST], "finite numbers"))
    lengths = {len(values) for values in columns.values() if values.ndim} | set(map(len, apart.values()))
    if not problems and (len(lengths) != 1 or 0 in lengths):
        given = " and ".join(map(str, sorted(lengths))) + " scenarios" if lengths else "no scenario"
        problems.append(
            Problem("scenario_lengths", ", ".join(changes), given, "one list of equal length for each path")
        )
    if problems:
        raise FactoryFileError(problems)
    return columns, apart, lengths.pop()


def _gathered(found: Sequence[tuple[Places, Outcome]], n: int, paths: str) -> Outcome:
    """Outcomes of some scenarios each, as one."""
    first = found[0][1]
    values: dict[str, Row] = {}
    for name, array in first.values.items():
        if any(each[name].shape[1:] != array.shape[1:] for _, each in found):
            given, expected = (
                f"{name} has another length or other items in each",
                "numbers, where calendar or book differ",
            )
            raise FactoryFileError([Problem("not_varied", paths, given, expected)])
        values[name] = np.empty((n, *array.shape[1:]))
        for places, each in found:
            values[name][places] = each[name]
    anew = frozenset().union(*(each.anew for _, each in found))
    names = {name for _, each in found for name in each.tabulated}
    tabulated = {name: max(each.tabulated.get(name, 0.0) for _, each in found) for name in names}
    return Outcome(values, first.units, anew, tabulated)
