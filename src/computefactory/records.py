"""What the field of a record says of itself: what it means, and where its value comes from.

A record declares each of its fields once, with what stands beside the unit::

    escalator: Annotated[PerYear, Doc("Price rise on anniversaries."), Stated(), FromRow("contract", "default")]

Ways are tried in their order: what the file states, a row of the library, a function of other fields, and what holds
where nothing is stated. ``schema.fill`` takes them; ``ledger.givens_of`` makes the givens of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

__all__ = [
    "UNREAD",
    "WORKED_OUT_OF",
    "Absent",
    "ByAge",
    "ByMonth",
    "Called",
    "Derived",
    "Doc",
    "FromRow",
    "Like",
    "Needs",
    "Rising",
    "Stated",
    "Way",
    "doc_of",
    "hints",
    "marks",
    "worked_out_of",
]

Getter = TypeVar("Getter", bound=Callable[..., Any])
WORKED_OUT_OF: dict[str, str] = {}  # property of a record: the field that it is worked out of


@dataclass(frozen=True, slots=True)
class Doc:
    """What a field is, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Called:
    """What lines call a field, after the prefix of its axis, where that is not its own name."""

    name: str


UNREAD = Called("")  # no line reads it


@dataclass(frozen=True, slots=True)
class ByMonth:
    """One number a month of the timeline."""

    unit: object


@dataclass(frozen=True, slots=True)
class ByAge:
    """One number by age."""

    unit: object


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file says at a path below that of the record, ``/path`` from the top; the field's own name unless named.

    ``read`` names the function of :mod:`computefactory.schema.derive` that makes the field of it and of ``others``.
    """

    path: str = ""
    read: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FromRow:
    """A row of the library; its key ``=name`` is another field's value, its field the record's own unless named."""

    table: str
    key: str
    field: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a function of :mod:`computefactory.schema.derive` makes of other fields."""

    function: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """As another field."""

    field: str


@dataclass(frozen=True, slots=True)
class Absent:
    """What holds where nothing is stated, and what that means."""

    value: Any
    why: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What is stated counts only where one of these fields or properties of the record is not nothing; else ``why``."""

    fields: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Rising:
    """A yearly rise of the price at a path: with the forward rate, where that is in a currency other than USD."""

    path: str


Way = Stated | FromRow | Derived | Like | Absent


@cache
def hints(item: Hashable) -> dict[str, Any]:
    """Annotations of a record's fields or a function, with all that stands beside the type."""
    return get_type_hints(item, include_extras=True)


def marks(record: Hashable, name: str) -> tuple[Any, ...]:
    """What stands beside the type of a field."""
    found: tuple[Any, ...] = getattr(hints(record)[name], "__metadata__", ())
    return found


def doc_of(record: Hashable, name: str) -> str:
    """What a field is, in a sentence; nothing where it does not say."""
    return next((mark.text for mark in marks(record, name) if isinstance(mark, Doc)), "")


def worked_out_of(field: str) -> Callable[[Getter], Getter]:
    """Declare of what field a property is worked out: lines may read it, ``explain`` shows the field below it."""

    def declare(getter: Getter) -> Getter:
        WORKED_OUT_OF[getter.__name__] = field
        return getter

    return declare
