"""Tables and sheets as files: CSV, JSON or Parquet by the name's ending, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from computefactory.errors import FactoryFileError, OutputError, Problem
from computefactory.page import Page
from computefactory.published import published
from computefactory.received import why
from computefactory.report.money import Table

__all__ = ["write"]


def write(found: Table | Page, path: Path, draw: Callable[[Table | Page], str] | None = None) -> None:
    """Write ``.csv``, ``.json`` or ``.parquet``, or ``.svg`` where something draws it.

    Raises:
        FactoryFileError: another suffix.
        OutputError: the place cannot be written.
    """
    try:
        with published(path) as draft:
            if path.suffix == ".csv":
                draft.write_text(found.as_csv(), encoding="utf-8")
            elif path.suffix == ".json":
                draft.write_text(json.dumps(found.as_dict(), indent=2, allow_nan=False) + "\n", encoding="utf-8")
            elif path.suffix == ".parquet":
                import pyarrow as pa
                from pyarrow import parquet

                parquet.write_table(pa.table(found.columns_of()), draft)
            elif path.suffix == ".svg" and draw is not None:
                draft.write_text(draw(found), encoding="utf-8", newline="\n")
            else:
                endings = ".csv, .json or .parquet" if draw is None else ".csv, .json, .parquet or .svg"
                raise FactoryFileError([Problem("unknown_format", "-o", path.name, f"a name ending in {endings}")])
    except OSError as error:
        raise OutputError(f"cannot write {path}: {why(error)}") from error
