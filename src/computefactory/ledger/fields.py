"""Givens made from the fields of records: name, unit, meaning and place are the field's own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from computefactory.errors import LedgerError
from computefactory.ledger.line import Given, given
from computefactory.records import WORKED_OUT_OF, ByAge, ByMonth, Called, Doc, hints
from computefactory.units import unit_of

__all__ = ["givens_of"]


def givens_of(record: type, path: str, *, prefix: str | None = None, per: str | None = None) -> list[Given]:
    """The givens of a record that stands at ``path`` of the inputs.

    With a ``prefix`` (that of its axis, or "") every field that is a number, a series or a table is one, and every
    property that is worked out of a field; without one, only what is ``Called``.

    Raises:
        LedgerError: a field that becomes a given does not say what it is.
    """
    return [item for name in _names(record) for item in _given(record, path, name, prefix, per)]


def _names(record: type) -> list[str]:
    properties = [name for name in dir(record) if isinstance(getattr(record, name), property) and name in WORKED_OUT_OF]
    return [*hints(record), *properties]


def _given(record: type, path: str, name: str, prefix: str | None, per: str | None) -> Iterator[Given]:
    annotation, doc = _field(record, name)
    marks = getattr(annotation, "__metadata__", ())
    called = next((mark.name for mark in marks if isinstance(mark, Called)), "" if prefix is None else name)
    long = next((mark for mark in marks if isinstance(mark, (ByMonth, ByAge))), None)
    unit = long.unit if long else annotation
    if not called or unit_of(unit) is None:
        return
    if not doc:
        raise LedgerError(f"{record.__name__}.{name} does not say what it is: Doc(...)")
    series, table = isinstance(long, ByMonth), isinstance(long, ByAge)
    yield given(f"{prefix or ''}{called}", unit, source=f"{path}.{name}", doc=doc, per=per, series=series, table=table)


def _field(record: type, name: str) -> tuple[Any, str]:
    """Annotation and meaning of a field or property."""
    found = hints(record).get(name)
    if found is not None:
        return found, next((mark.text for mark in getattr(found, "__metadata__", ()) if isinstance(mark, Doc)), "")
    getter = vars(record)[name].fget
    return hints(getter)["return"], (inspect.getdoc(getter) or "").partition("\n")[0]
