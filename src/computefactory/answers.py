"""One way to ask, whatever the file describes: each question goes to the room that answers it for that kind of file.

``cf.run``, ``cf.value``, ``cf.qualify`` and the verbs of the command line stand here. The kind is read once, from the
first key of the file; a factory goes straight on, and the rooms of companies are loaded only for a company.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from computefactory import model, schema
from computefactory.errors import FactoryFileError, Problem
from computefactory.schema import Document, Factory, Overrides

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.result import Result
    from computefactory.schema.resolve_company import Company

    OfFactory = str | Path | Document | Factory
    OfCompany = str | Path | Document | Company
    Source = OfFactory | Company

__all__ = ["load", "run"]

COMPANY, FACTORY = "company", "factory"


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


def _kind(source: Source) -> str:
    """What a file, a document or what was made of one describes."""
    if isinstance(source, (str, Path)):
        return schema.kind_of(source)
    return source.kind if isinstance(source, Document) else source.document.kind


def _refuse(kind: str, **asked: Any) -> None:
    """Refuse what is asked of the other kind of file."""
    problems = [
        Problem("not_allowed", f"--{name}", "" if given is True else str(given), f"no --{name}: a {kind} has none")
        for name, given in asked.items()
        if given
    ]
    if problems:
        raise FactoryFileError(problems)
