"""Declaring lines and givens: a function's name is its result, its parameters are what it needs."""

from __future__ import annotations

import inspect
import keyword
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import TypeVar, overload

from computefactory.errors import LedgerError
from computefactory.ledger.expression import Expression, Name, literal, names
from computefactory.units import Unit, unit_of

__all__ = ["Given", "Item", "Line", "belonging", "collect", "given", "line", "unwrap"]

Function = TypeVar("Function", bound=Callable[..., float])
_METADATA = "__line__"


@dataclass(frozen=True, slots=True)
class Given:
    """An input of the ledger.

    Shape: a number; ``series``: (month,); ``per``: (item,), (item, month); ``table``: by age, (ages,) or (item, ages).
    ``source`` is the dotted path it is filled from; ``only`` as for lines. A given that is ``of`` another one is that
    number of the item of its axis to which this item belongs, counted from 0 by the given ``by``: it is never stated.
    """

    name: str
    unit: Unit
    source: str
    label: str
    per: str | None = None
    series: bool = False
    table: bool = False
    only: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    by: str = ""

    @property
    def doc(self) -> str:
        """What it is, in a sentence."""
        return self.label

    @property
    def stock(self) -> bool:
        """Whether it is a balance."""
        return self.unit.stock

    @property
    def timed(self) -> bool:
        """Whether it varies over time."""
        return self.series


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A result of the ledger: one value, one a month, one an item, or one an item and month.

    ``needs`` gives the unit that each parameter is annotated with (None: not annotated); ``timed`` is found by the
    ledger the line stands in. ``function`` is None for a line that the ledger makes itself: what a verb of another
    line works on, named by the text of its formula.
    """

    name: str
    unit: Unit
    label: str
    expression: Expression
    needs: Mapping[str, Unit | None]
    per: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    function: Callable[..., float] | None = None
    timed: bool = False

    @property
    def stock(self) -> bool:
        """Whether it is a balance: reports take its last value, sums refuse it."""
        return self.unit.stock

    @property
    def declared(self) -> bool:
        """Whether somebody gave it its name; else it is a part of another line's formula."""
        return self.name.isidentifier()

    @property
    def formula(self) -> str:
        """The formula as text."""
        return str(self.expression)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names it needs, in the order of the parameters."""
        return tuple(self.needs)


Item = Line | Given


def given(
    name: str,
    unit: object,
    *,
    source: str,
    doc: str,
    per: str | None = None,
    series: bool = False,
    table: bool = False,
    only: Mapping[str, str] | None = None,
) -> Given:
    """Declare an input; ``unit`` is one of the types of :mod:`computefactory.units`.

    Raises:
        LedgerError: the unit is none, the name is not usable, or a table is also a series.
    """
    found = unit_of(unit)
    if found is None:
        raise LedgerError(f"given {name}: {unit!r} is not a unit type")
    if series and table:
        raise LedgerError(f"given {name}: a table is by age, a series by month: it cannot be both")
    _check_name(f"given {name}", name)
    return Given(name, found, source, doc, per, series, table, dict(only or {}))


def belonging(given: Given, by: Given, name: str) -> Given:
    """Declare that a number of the items of one axis is also one of the items of another that belong to them.

    ``by`` gives, for each item that belongs to one, the place of that one from 0.
    """
    _check_name(f"given {name}", name)
    return replace(given, name=name, source=given.name, per=by.per, of=given.name, by=by.name)


@overload
def line(function: Function, /) -> Function: ...


@overload
def line(
    *, per: str | None = None, name: str | None = None, only: Mapping[str, str] | None = None
) -> Callable[[Function], Function]: ...


def line(
    function: Function | None = None,
    /,
    *,
    per: str | None = None,
    name: str | None = None,
    only: Mapping[str, str] | None = None,
) -> Function | Callable[[Function], Function]:
    """Declare a line: the function is traced once and returned unchanged.

    ``per`` names the item axis; ``only`` the conventions under which the line exists; ``name`` overrides the
    function's name where several functions state the same line under different conventions.

    Raises:
        LedgerError: the body does something a formula cannot, or a parameter is not used in it.
    """

    def declare(function: Function) -> Function:
        setattr(function, _METADATA, _trace(function, name or function.__name__, per, dict(only or {})))
        return function

    return declare if function is None else declare(function)


def _trace(function: Callable[..., float], name: str, per: str | None, only: dict[str, str]) -> Line:
    subject = f"line {name}"
    _check_name(subject, name)
    try:
        hints = _hints(function)
    except NameError as error:
        raise LedgerError(f"{subject}: an annotation cannot be read: {error}") from None
    unit = unit_of(hints.get("return"))
    if unit is None:
        raise LedgerError(f"{subject}: the return annotation must be a unit type such as Usd")
    parameters = inspect.signature(function).parameters
    symbols = {parameter: Name(parameter) for parameter in parameters}
    try:
        expression = literal(function(**symbols))
    except LedgerError as error:
        raise LedgerError(f"{subject}: {error}") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise LedgerError(f"{subject}: not a formula: {error}") from error
    used = set(names(expression))
    unused = [parameter for parameter in parameters if parameter not in used]
    if unused:
        raise LedgerError(f"{subject}: parameter {', '.join(unused)} is not used in the body: remove it")
    label = (inspect.getdoc(function) or name.replace("_", " ")).strip().partition("\n")[0]
    needs = {parameter: unit_of(hints.get(parameter)) for parameter in parameters}
    return Line(name, unit, label, expression, needs, per, only, function)


def _hints(function: Callable[..., float]) -> dict[str, object]:
    """What the parameters and the result are annotated with; a name is looked up, anything else is read as typing does.

    Looking up the names of units is a tenth of the time that a run takes to start otherwise.
    """
    names = function.__globals__
    hints = {key: names.get(text) if isinstance(text, str) else text for key, text in function.__annotations__.items()}
    return typing.get_type_hints(function, include_extras=True) if None in hints.values() else hints


def _check_name(subject: str, name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or "__" in name:
        raise LedgerError(f"{subject}: a name is a plain identifier without leading or double underscores")


def unwrap(item: Item | Callable[..., float]) -> Item:
    """The line that a function was declared as; lines and givens as they are."""
    if isinstance(item, (Line, Given)):
        return item
    found = getattr(item, _METADATA, None)
    if not isinstance(found, Line):
        raise LedgerError(f"{item!r} is neither a line nor a given")
    return found


def collect(*modules: ModuleType) -> list[Item]:
    """Lines and givens that ``modules`` define, in order of definition."""
    return list(_unique(item for module in modules for item in _defined(module)))


def _defined(module: ModuleType) -> Iterator[Item]:
    for value in vars(module).values():
        if isinstance(value, Given):
            yield value
        elif isinstance(getattr(value, _METADATA, None), Line) and value.__module__ == module.__name__:
            yield unwrap(value)


def _unique(items: Iterable[Item]) -> Iterator[Item]:
    seen: set[int] = set()
    for item in items:
        if id(item) not in seen:
            seen.add(id(item))
            yield item
