"""One company, month by month: the records in, every line and metric out, for what is sold, secured and announced.

The three cases are three scenarios of one batch: each counts one stage of capacity more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from computefactory import schema
from computefactory.analysis.evaluation import CompanyRun, company_ledger, inputs_for
from computefactory.analysis.fit import below_reported
from computefactory.analysis.inside import TAKEN, Inside, with_factories
from computefactory.analysis.metrics import COMPANY_METRICS, known_of
from computefactory.analysis.worth_scenarios import MIDDLE, in_scenarios
from computefactory.company.inputs import ANNOUNCED, SECURED, SOLD
from computefactory.errors import FactoryFileError, Problem
from computefactory.library import Library
from computefactory.metrics import Definition, Metric, measure
from computefactory.schema import Document, Overrides
from computefactory.schema.kinds import COMPANY
from computefactory.schema.resolve_company import Company
from computefactory.schema.resolve_company import company as resolved
from computefactory.timeline import MONTHS_PER_YEAR, quarter_name
from computefactory.underwriting import Evaluation, Series, Underwritten, series_of

__all__ = ["BASE", "CASES", "CompanyResult", "load", "run"]

CASES = {"sold": SOLD, "secured": SECURED, "announced": ANNOUNCED}
BASE = "sold"


@dataclass(frozen=True)
class CompanyResult(Underwritten):
    """One company at a date.

    Attributes:
        name: of the company.
        as_of: the day of the question, ``YYYY-MM-DD``.
        hindsight: whether facts that were not public on that day were let in.
        case: what counts: ``sold``, ``secured`` or ``announced``.
        metrics: every named metric.
        months: the calendar, ``YYYY-MM``.
        quarters: the calendar, ``YYYY-Qn``, of every quarter that the months reach.
        facts: library rows that were looked up.
        warnings: what a reader should know before he reads a number.
        cases: the ledger by case.
        inside: the factories inside, by block.
    """

    of: ClassVar[str] = "company"
    name: str
    as_of: str
    hindsight: bool
    case: str
    file_hash: str
    library_hash: str
    overrides: Mapping[str, str]
    metrics: Mapping[str, Metric]
    months: tuple[str, ...] = field(repr=False)
    quarters: tuple[str, ...] = field(repr=False)
    facts: tuple[Mapping[str, Any], ...] = field(repr=False)
    warnings: tuple[str, ...]
    cases: Mapping[str, CompanyRun] = field(repr=False, compare=False)
    inside: Inside = field(repr=False, compare=False)

    @property
    def head(self) -> str:
        """The case that the metrics are of."""
        return self.case

    @property
    def factory(self) -> Company:
        """The company's inputs."""
        return self.workings.factory

    @property
    def stamp(self) -> str:
        """With hindsight every page says so."""
        return f"WITH HINDSIGHT: facts that were not public on {self.as_of} are read" if self.hindsight else ""

    @property
    def runs(self) -> Mapping[str, CompanyRun]:
        """The ledger by case."""
        return self.cases

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """What each of its metrics is."""
        return COMPANY_METRICS

    @property
    def workings(self) -> CompanyRun:
        """The run that the numbers are of."""
        return self.cases[self.case]

    @cached_property
    def valued(self) -> Mapping[str, CompanyRun]:
        """Low, middle and high: what is sold with the lines of the valuation over it, evaluated when asked for."""
        return in_scenarios(self.factory, self.cases[BASE], self.inside)

    def run_with(self, name: str, run: Evaluation) -> Evaluation | None:
        """The run whose ledger has a name; of what the valuation alone has that of its middle values."""
        found = super().run_with(name, run)
        whole = company_ledger(valued=True)
        own = found is None and (name in whole.lines or name in whole.givens)
        return self.valued[MIDDLE] if own else found

    def crossed(self, source: str, item: str) -> tuple[Underwritten, tuple[str, ...]] | None:
        """The factory inside a block that a given of it is taken from, and the lines there."""
        lines = TAKEN.get(source.rpartition(".")[2])
        return (self.inside[item], lines) if lines is not None and item in self.inside else None

    @cached_property
    def series(self) -> Series:
        """Every monthly line, ``line`` or ``line[item]``."""
        return self.rows(self.case)

    def rows(self, case: str) -> Series:
        """Every monthly line of a case by ``line`` or ``line[item]``."""
        return series_of(self.cases[case])

    def metric(self, name: str, case: str = BASE) -> Metric:
        """One metric by name, in a case.

        Raises:
            KeyError: no metric or case has that name.
        """
        return self.metrics[name] if case == self.case else _measured(self.cases[case])[name]

    def quarterly(self, name: str) -> NDArray[np.float64]:
        """A line, or ``line[item]``, by calendar quarter: flows summed, what stands (balances, power) at its end."""
        values = self.series[name]
        starts = self._starts
        if self._stands(name.partition("[")[0]):
            return np.asarray(values[np.append(starts[1:], len(values)) - 1])
        return np.asarray(np.add.reduceat(values, starts))

    @property
    def _starts(self) -> NDArray[np.intp]:
        """The first month of each quarter."""
        return np.unique([quarter_name(month) for month in self.months], return_index=True)[1]

    def _stands(self, line: str) -> bool:
        ledger = company_ledger()
        unit = (ledger.lines.get(line) or ledger.givens[line]).unit
        return unit.stock or unit.powers != (("USD", 1),)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        return {
            "kind": "result",
            "version": 1,
            "of": "company",
            "engine": self.engine,
            "company": self.name,
            "as_of": self.as_of,
            "balance_date": self.factory.balance_date,
            "hindsight": self.hindsight,
            "case": self.case,
            "metrics": {name: metric.as_dict() for name, metric in self.metrics.items()},
            "missing": [asdict(item) for item in self.factory.missing],
            "facts": [dict(fact) for fact in self.facts],
            "warnings": list(self.warnings),
        }


def load(
    source: str | Path | Document,
    *,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
) -> Company:
    """A company file (path or shipped name), checked and resolved with the library as it stood on its day.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    document = schema.load(source, overrides, kind=COMPANY)
    return resolved(document, Library.load([Path(layer) for layer in library]), hindsight=hindsight)


def run(
    source: str | Path | Document | Company,
    *,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
    case: str = BASE,
) -> CompanyResult:
    """The months of a company at its date.

    Args:
        source: a path, the name of a shipped company, or one already loaded.
        overrides: values as they would stand in the file, by dotted path, in maps, or as texts ``path=value``.
        library: folders of facts that come before the package's own.
        hindsight: let in facts that were public only after the day of the question.
        case: what counts: ``sold`` (the base), ``secured`` too, ``announced`` too.

    Raises:
        FactoryFileError: every problem found, at once; no such case.
    """
    if case not in CASES:
        raise FactoryFileError([Problem("unknown_case", "--case", case, ", ".join(CASES))])
    if isinstance(source, Company):
        company = source
    else:
        company = load(source, overrides=overrides, library=library, hindsight=hindsight)
    company, inside, said = with_factories(company)
    cases = _in_cases(company)
    chosen = cases[case]
    months = tuple(company.timeline.names)
    return CompanyResult(
        name=company.name,
        as_of=company.as_of,
        hindsight=company.hindsight,
        case=case,
        file_hash=company.file_hash,
        library_hash=company.library_hash,
        overrides=dict(company.overrides),
        metrics=_measured(chosen),
        months=months,
        quarters=tuple(dict.fromkeys(map(quarter_name, months))),
        facts=tuple(company.facts_used()),
        warnings=(*company.warnings, *said, *below_reported(chosen), *_found(chosen)),
        cases=cases,
        inside=inside,
    )


def _in_cases(company: Company) -> dict[str, CompanyRun]:
    """Every case: one batch, a scenario a case."""
    ledger, inputs = company_ledger(), inputs_for(company)
    stages = np.array([*CASES.values()])
    lines = ledger.run_many({**inputs, "stage": stages}, len(CASES), ledger.lines)
    return {
        case: CompanyRun(
            case,
            company,
            {**inputs, "stage": stage},
            {name: value[k] if value.ndim > 1 else float(value[k]) for name, value in lines.items()},
        )
        for k, (case, stage) in enumerate(CASES.items())
    }


def _measured(run: CompanyRun) -> dict[str, Metric]:
    """Every metric of a run."""
    periods = MONTHS_PER_YEAR / run.timeline.step
    found = {}
    for name, item in COMPANY_METRICS.items():
        value = item.read(run.factory) if item.source == "input" else run.lines[item.key]
        found[name] = known_of(item, measure(item, value, run.lines, periods), run.factory)
    return found


def _found(run: CompanyRun) -> Sequence[str]:
    """What the months show that the file should not: a book that does not land, debt that outlives them."""
    lines = run.lines
    found = []
    for name, what in {"book_unlanded": "of the book does not land", "debt_balance": "of debt is not repaid"}.items():
        left = float(np.asarray(lines[name]).reshape(-1)[-1])
        if left > max(0.01, 1e-9 * lines["book_at_start"]):
            found.append(f"{left:,.0f} USD {what} by {run.timeline.names[-1]}, the last month reckoned")
    return found
