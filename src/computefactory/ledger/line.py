"""How a line is declared: a function whose name is its result and whose parameters are what it needs.

``@line`` leaves the function as it is and remembers it; ``given`` declares what comes from outside. ``collect``
gathers both from modules in the order they are written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar, get_type_hints, overload

from computefactory.errors import LedgerError
from computefactory.units import Unit, unit_of

__all__ = ["Given", "Line", "collect", "given", "line"]

F = TypeVar("F", bound=Callable[..., float])
_MARK = "__ledger_line__"


@dataclass(frozen=True, slots=True)
class Given:
    """An input of the ledger; ``source`` says to the outside where its value comes from.

    ``per`` names its item axis; ``series`` values have a period axis, ``table`` values an age axis.
    """

    name: str
    unit: Unit
    source: str = ""
    doc: str = ""
    per: str | None = None
    series: bool = False
    table: bool = False
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A declared line: its function and what the decorator said."""

    name: str
    function: Callable[..., float]
    per: str | None
    only: Mapping[str, str]
    unit: Unit
    label: str
    parameters: tuple[str, ...]


@overload
def line(function: F) -> F: ...
@overload
def line(
    *, per: str | None = None, name: str | None = None, only: Mapping[str, str] | None = None
) -> Callable[[F], F]: ...
def line(
    function: F | None = None,
    *,
    per: str | None = None,
    name: str | None = None,
    only: Mapping[str, str] | None = None,
) -> F | Callable[[F], F]:
    """Declare a line.

    Args:
        per: the item axis, where the line has one value an item.
        name: the line's name where the function must have another (one of several conventions).
        only: the choices under which this line exists.
    """

    def mark(body: F) -> F:
        setattr(body, _MARK, (name or body.__name__, per, dict(only or {})))
        return body

    return mark if function is None else mark(function)


def given(
    name: str,
    annotation: object,
    *,
    source: str = "",
    doc: str = "",
    per: str | None = None,
    series: bool = False,
    table: bool = False,
    only: Mapping[str, str] | None = None,
) -> Given:
    """Declare an input of the ledger; ``annotation`` is a unit type such as ``Usd``.

    Raises:
        LedgerError: the annotation carries no unit.
    """
    unit = unit_of(annotation)
    if unit is None:
        raise LedgerError(f"given {name}: {annotation!r} carries no unit")
    return Given(name, unit, source, doc, per, series, table, dict(only or {}))


def collect(*modules: ModuleType) -> tuple[Line | Given, ...]:
    """All lines and givens of the modules, in the order in which they are written."""
    found: list[Line | Given] = []
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Given):
                found.append(value)
            elif hasattr(value, _MARK) and value.__module__ == module.__name__:
                found.append(_line_of(value))
    return tuple(found)


def _line_of(function: Any) -> Line:
    name, per, only = getattr(function, _MARK)
    hints = get_type_hints(function, include_extras=True)
    unit = unit_of(hints.get("return"))
    if unit is None:
        raise LedgerError(f"line {name}: the return annotation carries no unit")
    label = (inspect.getdoc(function) or "").partition("\n")[0]
    if not label:
        raise LedgerError(f"line {name} has no docstring")
    return Line(name, function, per, only, unit, label, tuple(inspect.signature(function).parameters))
