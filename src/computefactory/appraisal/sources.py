"""The library rows that an answer rests on, with source, date, range and confidence."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["rows_used"]


def rows_used(result: Result, tables: Collection[str]) -> list[dict[str, Any]]:
    """Rows of these tables that were looked up so far, by path."""
    used = result.factory.library.used
    return [
        {
            "path": fact.path,
            "value": fact.value,
            "unit": fact.unit,
            "low": fact.low,
            "high": fact.high,
            "as_of": fact.as_of,
            "source": fact.source,
            "confidence": fact.confidence,
        }
        for place, fact in sorted(used.items())
        if place[0] in tables
    ]
