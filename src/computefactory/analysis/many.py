"""Many scenarios of one company at once, on the lines of a single run with a scenario axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory import schema
from computefactory.analysis.evaluation import company_ledger, inputs_for
from computefactory.analysis.inside import with_factories
from computefactory.analysis.metrics import COMPANY_METRICS, CompanyMetric, known_of
from computefactory.analysis.run import BASE, CASES, load, run
from computefactory.analysis.worth_scenarios import middle_of
from computefactory.errors import FactoryFileError, Problem
from computefactory.metrics import Definition, Metric, definition_of, existing, lines_beside
from computefactory.scenarios import Outcome, alike, by_kind, refuse_unread
from computefactory.schema import Document
from computefactory.schema.resolve_company import Company
from computefactory.schema.resolve_company import company as resolved
from computefactory.units import shown

__all__ = ["run_many"]

KEEP = ("revenue_usd_next_twelve_months", "cash_to_come_usd", "funding_gap_usd")
Row = NDArray[np.float64]


def run_many(
    source: str | Path | Document | Company,
    scenarios: Mapping[str, ArrayLike | Sequence[str]],
    *,
    keep: Sequence[str] = KEEP,
    case: str = BASE,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
    threads: int | None = None,
) -> dict[str, Row]:
    """A company in many scenarios.

    Args:
        source: a path, the name of a shipped company, or one already loaded.
        scenarios: path -> one value a scenario: dotted paths of the file, rows (``library:…``) or ``given:`` and a
            given of the ledger, in canonical units; texts and dates as they stand in a file are read one by one.
        keep: metrics, those of the (middle) valuation too, each in its own unit and nan where one does not exist, or
            lines of the ledger.
        case: what counts: ``sold``, ``secured`` or ``announced``.
        library: folders of facts that come before the package's own.
        hindsight: let in facts that were public after the day of the question.
        threads: how many threads a large batch takes; default: one a processor.

    Returns:
        name -> array of shape (scenario,), (scenario, month) or (scenario, item, month).

    Raises:
        FactoryFileError: a path or case that does not exist, values out of range, lengths that differ.
        LedgerError: a name in ``keep`` that is no metric and no line.
    """
    if case not in CASES:
        raise FactoryFileError([Problem("unknown_case", "case", repr(case), ", ".join(CASES))])
    base = source if isinstance(source, Company) else load(source, library=library, hindsight=hindsight)
    names = (keep,) if isinstance(keep, str) else tuple(dict.fromkeys(keep))

    def together(overrides: Mapping[str, Any], columns: Mapping[str, Row], n: int) -> Outcome:
        given, levers, paths = by_kind(columns)
        company = _changed(base, {**overrides, **paths}, levers)
        refuse_unread(given, company_ledger())
        return _lines(company, given, n, names, case, threads, base)

    return dict(alike(scenarios, base, together).values)


def _changed(base: Company, overrides: Mapping[str, Any], levers: Mapping[str, Row]) -> Company:
    """The company with other values: numbers, or one a scenario."""
    if not levers and not overrides:
        return base
    document = schema.load(base.document, overrides)
    return resolved(document, base.library.whole, hindsight=base.hindsight, varied={**base.varied, **levers})


def _lines(
    company: Company,
    given: Mapping[str, Row],
    n: int,
    keep: Sequence[str],
    case: str,
    threads: int | None,
    base: Company,
) -> Outcome:
    """What is wanted of scenarios that differ in numbers alone."""
    company, inside, _ = with_factories(company)
    wanted = {name: COMPANY_METRICS.get(name) or _of_value(name) for name in keep}
    own, whole = company_ledger(), company_ledger(valued=True)
    read = [line for name, item in wanted.items() for line in ((name,) if item is None else _read(item))]
    valued = any(line in whole.lines and line not in own.lines for line in read)
    ledger = whole if valued else own
    inputs = middle_of(company, run(base).workings, inside) if valued else inputs_for(company)
    stage = {} if valued else {"stage": CASES[case]}  # what is not sold is worth nothing
    lines = ledger.run_many({**inputs, **stage, **given}, n, tuple(dict.fromkeys(read)), threads)
    found, units = {}, {}
    for name, item in wanted.items():
        units[name] = item.unit if item else shown(ledger.lines[name].unit)
        found[name] = lines[name] if item is None else _measured(item, company, lines, n)
    return Outcome(found, units)


def _of_value(name: str) -> Definition | None:
    """A metric of the valuation, which a company shares with a factory."""
    item = definition_of(name)
    return item if item is not None and item.source == "valuation" else None


def _read(item: Definition) -> tuple[str, ...]:
    """The lines that a metric needs."""
    return (*((item.key,) if item.source != "input" else ()), *lines_beside(item))


def _measured(item: Definition, company: Company, lines: Mapping[str, Row], n: int) -> Row:
    """A metric of every scenario: nan where it does not exist, or rests on what nobody states."""
    if isinstance(item, CompanyMetric):
        asked = Metric(item.name, item.label, item.unit, 0.0)
        if known_of(item, asked, company).value is None:
            return np.full(n, np.nan)
    read = lines if item.source != "input" else {item.key: np.broadcast_to(item.read(company), n)}
    return np.asarray(existing(item, read))
