"""The money of a factory as a live workbook: one formula a row across time, inputs with their sources, checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from computefactory.errors import FactoryFileError, Problem
from computefactory.workbook.factory import CHECKS, factory_book

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["CHECKS", "write"]

SUFFIX = ".xlsx"


def write(result: Result, path: Path | str, case: str = "") -> int:
    """Write a case, by default that of the metrics, as a workbook; returns how many live formulas it has.

    Raises:
        FactoryFileError: no such case, or a name that does not end in ``.xlsx``.
        OutputError: the place cannot be written.
    """
    target = Path(path)
    if target.suffix != SUFFIX:
        raise FactoryFileError([Problem("unknown_format", "-o", target.name, f"a name ending in {SUFFIX}")])
    return factory_book(result, case or result.head).write(target)
