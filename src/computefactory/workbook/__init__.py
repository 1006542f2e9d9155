"""The money of a factory or a company as a live workbook: one formula a row, inputs with their sources, checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from computefactory.errors import FactoryFileError, Problem
from computefactory.result import Result
from computefactory.workbook.factory import factory_book

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["write"]

SUFFIX = ".xlsx"


def write(result: Result | CompanyResult, path: Path | str, case: str = "") -> int:
    """Write a case, by default that of the metrics, as a workbook; returns how many live formulas it has.

    Raises:
        FactoryFileError: no such case, or a name that does not end in ``.xlsx``.
        OutputError: the place cannot be written.
    """
    target = Path(path)
    if target.suffix != SUFFIX:
        raise FactoryFileError([Problem("unknown_format", "-o", target.name, f"a name ending in {SUFFIX}")])
    case = case or result.head
    if isinstance(result, Result):
        return factory_book(result, case).write(target)
    from computefactory.workbook.company import company_book

    return company_book(result, case).write(target)
