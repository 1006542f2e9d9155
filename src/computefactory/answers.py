"""One way to ask, whatever the file describes: each question goes to the room that answers it for that kind of file.

``cf.run``, ``cf.value``, ``cf.qualify`` and the verbs of the command line stand here. The kind is read once, from the
first key of the file; a factory goes straight on, and the rooms of companies are loaded only for a company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory import model, schema
from computefactory.errors import FactoryFileError, Problem, UnitError
from computefactory.schema import Document, Factory, Overrides

if TYPE_CHECKING:
    from computefactory.analysis.compare import Comparison
    from computefactory.analysis.kind import CompanyKind
    from computefactory.analysis.run import CompanyResult
    from computefactory.analysis.value import CompanyValuation
    from computefactory.appraisal import Qualification, Valuation
    from computefactory.result import Result
    from computefactory.schema.resolve_company import Company

    OfFactory = str | Path | Document | Factory
    OfCompany = str | Path | Document | Company
    Source = OfFactory | Company

__all__ = ["compare", "load", "qualify", "run", "run_many", "value"]

COMPANY, FACTORY = "company", "factory"
LEAST_COMPARED = 2  # files


def load(
    source: str | Path | Document,
    *,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
) -> Factory | Company:
    """A file (path or shipped name), checked and resolved with the library.

    Args:
        source: a path, the name of a shipped file, or a document that was read.
        overrides: values by path, as in :func:`run`.
        library: folders of facts that come before the package's own.
        hindsight: of a company, let in facts that were not public on its date.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    if _kind(source) == COMPANY:
        from computefactory.analysis import run as reckoned

        return reckoned.load(source, overrides=overrides, library=library, hindsight=hindsight)
    _refuse(FACTORY, hindsight=hindsight)
    return model.load(source, overrides=overrides, library=library)


def run(
    source: Source,
    *,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    resize: bool = False,
    case: str = "",
    hindsight: bool = False,
) -> Result | CompanyResult:
    """Underwrite one factory, or reckon one company at its date.

    Args:
        source: a path, the name of a shipped file, or what is already loaded.
        overrides: values as they would stand in the file, by dotted path (``{"silicon.total_price": "6.2 bn USD"}``),
            in maps like the file's own (``{"silicon": {"total_price": "6.2 bn USD"}}``), or as texts
            (``"silicon.total_price=6.2 bn USD"``). The debt of a factory stays as the file without them sizes it, so
            that a bad scenario shows in the cover.
        library: folders of facts that come before the package's own.
        resize: of a factory, size the debt anew with the overrides in force.
        case: of a company, what counts: ``sold`` (default), ``secured`` or ``announced``.
        hindsight: of a company, let in facts that were not public on its date; every page says so.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    if _kind(source) != COMPANY:
        _refuse(FACTORY, hindsight=hindsight, case=case)
        return model.run(cast("OfFactory", source), overrides=overrides, library=library, resize=resize)
    from computefactory.analysis import run as reckoned

    _refuse(COMPANY, resize=resize)
    company = cast("OfCompany", source)
    case = case or reckoned.BASE
    return reckoned.run(company, overrides=overrides, library=library, hindsight=hindsight, case=case)


def qualify(
    source: Source,
    *,
    specification: str | Path | None = None,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
) -> Qualification | CompanyKind:
    """What a factory qualifies for, or what a company is.

    Args:
        source: a path, the name of a shipped file, or what is already loaded.
        specification: of a factory, a buyer's specification; default: the four specifications and a usual one.
        overrides: values by path, as in :func:`run`.
        library: folders of facts that come before the package's own.
        hindsight: of a company, let in facts that were not public on its date.

    Raises:
        FactoryFileError: every problem found in the input.
    """
    if _kind(source) != COMPANY:
        from computefactory import appraisal

        _refuse(FACTORY, hindsight=hindsight)
        factory = cast("OfFactory", source)
        return appraisal.qualify(factory, specification=specification, overrides=overrides, library=library)
    from computefactory.analysis.company_facts import kind_of_company

    _refuse(COMPANY, spec=specification)
    return kind_of_company(_reckoned(source, overrides, library, hindsight=hindsight))


def value(
    source: Source,
    *,
    price: float | str | None = None,
    at: str | None = None,
    price_of: str = "enterprise",
    credit: str = "spread",
    leases: str = "in_cash",
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
) -> Valuation | CompanyValuation:
    """What a factory or a company is worth, and what a price implies.

    Args:
        source: a path, the name of a shipped file, or what is already loaded.
        price: a price, to see what it implies: of a factory in USD; of a company as ``40 USD/share`` or ``20 bn USD``.
        at: of a factory, the month of the valuation (``2027-01``); default: full operation. A company has its date.
        price_of: of a factory, ``enterprise`` or ``equity``: what the price is of.
        credit: of a factory, ``spread`` discounts promised cash at a rate with the buyer's spread; ``expected``
            discounts cash after expected default without it. Never both.
        leases: of a factory, ``in_cash`` counts rent paid to landlords as a cost; ``as_debt`` as a liability. A company
            states it in its file. Never both.
        overrides: values by path, as in :func:`run`.
        library: folders of facts that come before the package's own.
        hindsight: of a company, let in facts that were not public on its date.

    Raises:
        FactoryFileError: every problem found in the input; a price below what a forced sale would bring.
        NoSolution: of a factory, a price that no market price, rate, growth or share of hours sold gives.
    """
    if _kind(source) != COMPANY:
        from computefactory import appraisal

        _refuse(FACTORY, hindsight=hindsight)
        asked: dict[str, Any] = {"at": at, "price_of": price_of, "credit": credit, "leases": leases}
        money = _usd(price) if isinstance(price, str) else price
        return appraisal.value(cast("OfFactory", source), price=money, overrides=overrides, library=library, **asked)
    from computefactory.analysis.value import value_of

    others = {"of": (price_of, "enterprise"), "credit": (credit, "spread"), "leases": (leases, "in_cash")}
    _refuse(COMPANY, at=at, **{name: given for name, (given, usual) in others.items() if given != usual})
    result = _reckoned(source, overrides, library, hindsight=hindsight)
    return value_of(result, price=f"{price:g} USD" if isinstance(price, (int, float)) else price)


def run_many(
    source: Source,
    scenarios: Mapping[str, ArrayLike | Sequence[str]],
    *,
    keep: Sequence[str] | None = None,
    case: str = "",
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
    threads: int | None = None,
) -> dict[str, NDArray[np.float64]]:
    """A factory or a company in many scenarios at once; the debt of a factory stays as the base case sized it.

    Args:
        source: a path, the name of a shipped file, or what is already loaded.
        scenarios: path -> one value a scenario, all lists of one length: dotted paths of the file, rows of the library
            (``library:…``) or ``given:`` and a given of the ledger. Numbers are in the canonical unit of the field,
            texts as they would stand in the file.
        keep: metrics, in their own unit and nan where one does not exist, or ledger lines; default: the usual few.
        case: the return case of a factory; of a company ``sold``, ``secured`` or ``announced``.
        library: folders of facts that come before the package's own.
        hindsight: of a company, let in facts that were not public on its date.
        threads: how many threads a large batch takes; default: one a processor.

    Returns:
        name -> array of shape (scenario,), (scenario, month) or (scenario, item, month).

    Raises:
        FactoryFileError: a path or case that does not exist, values out of range, lengths that differ.
        LedgerError: a name in ``keep`` that is no metric and no line.
    """
    asked: dict[str, Any] = {"keep": keep, "case": case}
    chosen: dict[str, Any] = {name: given for name, given in asked.items() if given}
    if _kind(source) != COMPANY:
        from computefactory import scenarios as many

        _refuse(FACTORY, hindsight=hindsight)
        factory = cast("str | Path | Factory", source)
        return many.run_many(factory, scenarios, library=library, threads=threads, **chosen)
    from computefactory.analysis import many as companies

    company = cast("OfCompany", source)
    return companies.run_many(company, scenarios, library=library, hindsight=hindsight, threads=threads, **chosen)


def _usd(text: str) -> float:
    """A price of a factory in USD."""
    from computefactory.units import Usd, unit_of

    unit = unit_of(Usd)
    assert unit is not None
    try:
        return schema.parse_quantity(text, unit)
    except UnitError as error:
        raise FactoryFileError([Problem(error.code, "--price", error.given, error.expected, error.hint)]) from None


def compare(
    *sources: Source,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
    hindsight: bool = False,
) -> Comparison:
    """Factories, companies, or both side by side; of two files of one company also what changed in its value.

    Args:
        sources: two or more: paths, names of shipped files, or what is already loaded.
        overrides: values by path, as in :func:`run`, set in every file.
        library: folders of facts that come before the package's own.
        hindsight: of companies alone, let in facts that were not public on their dates.

    Raises:
        FactoryFileError: fewer than two files, or every problem found in any of them.
    """
    if len(sources) < LEAST_COMPARED:
        given = str(sources[0]) if sources else "nothing"
        raise FactoryFileError([Problem("too_few", "", given, "two files or more", "add another after it")])
    from computefactory.analysis.compare import compared

    results: list[Result | CompanyResult] = []
    problems: list[Problem] = []
    kinds = [_kind(source) for source in sources]
    for source, kind in zip(sources, kinds, strict=True):
        let_in = hindsight and (kind == COMPANY or COMPANY not in kinds)
        try:
            results.append(run(source, overrides=overrides, library=library, hindsight=let_in))
        except FactoryFileError as error:  # each file has its own problems
            problems.extend(error.problems)
    if problems:
        raise FactoryFileError(problems)
    return compared(results)


def _kind(source: Source) -> str:
    """What a file, a document or what was made of one describes."""
    if isinstance(source, (str, Path)):
        return schema.kind_of(source)
    return source.kind if isinstance(source, Document) else source.document.kind


def _reckoned(
    source: Source, overrides: Overrides | None, library: Sequence[Path | str], *, hindsight: bool
) -> CompanyResult:
    from computefactory.analysis import run as reckoned

    return reckoned.run(cast("OfCompany", source), overrides=overrides, library=library, hindsight=hindsight)


def _refuse(kind: str, **asked: Any) -> None:
    """Refuse what is asked of the other kind of file."""
    problems = [
        Problem("not_allowed", f"--{name}", "" if given is True else str(given), f"no --{name}: a {kind} has none")
        for name, given in asked.items()
        if given
    ]
    if problems:
        raise FactoryFileError(problems)
