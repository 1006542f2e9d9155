"""What a file states, what that comes to and what results, against what such things are (the library's ``plausible``).

Outside of the row ``usual`` is a warning, outside of ``possible`` a refusal; a range for a field stands under its path
with NAME for the names of entries, else under its unit. Nothing (0) is always usual: no such cost, or no wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite, log
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from pydantic import BaseModel

from computefactory.errors import UnitError
from computefactory.library import Fact, Library
from computefactory.schema.origin import Sources
from computefactory.schema.quantity import convert, unit_text
from computefactory.schema.schedule import chapter_of
from computefactory.schema.types import Reads, ReadsRate
from computefactory.timeline import HOURS_PER_YEAR, MONTH_HOURS
from computefactory.units import DIMENSIONLESS, Unit

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from computefactory.finance.inputs import Finance
    from computefactory.metrics import Metric
    from computefactory.offtake.inputs import Offtake
    from computefactory.plant.inputs import Plant

__all__ = ["implausible_inputs", "implausible_results"]

TABLE, USUAL, POSSIBLE = "plausible", "usual", "possible"
ROUNDING = 1e-9
BUILDING = "build"
PREFIX, CALENDARS, CLOCKS = "a prefix: k, M, G, million, bn", "a month and a year", "an hour and a month or a year"
PER_CENT = "a share and per cent"
_NUMBER = re.compile(r"\s*(?:US\$|\$|USD)?\s*([-+]?[\d._]+(?:[eE][-+]?\d+)?)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Range:
    """A row of the library: the ends of the range, what is typical, who says so; all in the row's unit."""

    low: float
    typical: float
    high: float
    unit: str
    source: str

    @classmethod
    def of(cls, fact: Fact) -> Range:
        """The range of a row."""
        low = -np.inf if fact.low is None else fact.low
        high = np.inf if fact.high is None else fact.high
        return cls(low, float(fact.value), high, "" if fact.unit == "1" else fact.unit, fact.source)

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        slack = ROUNDING * abs(value)
        return self.low - slack <= value <= self.high + slack

    def __str__(self) -> str:
        return f"{self.shown(self.low)} to {self.shown(self.high, unit=True)} ({self.source})"

    def shown(self, value: float, *, unit: bool = False) -> str:
        """A value in the unit of the range, with it or without; a rate in per cent."""
        rate = self.unit == "1/year"
        words = {"1/year": "%/year", "month": "months", "hour": "hours"}.get(self.unit, self.unit)
        return f"{value * 100 if rate else value:,.6g} {words if unit else ''}".strip()


@dataclass(frozen=True, slots=True)
class Slip:
    """A factor that one unit is taken for another by, which would explain a value; what is mixed up."""

    factor: float
    words: str


@dataclass(frozen=True, slots=True)
class Outlier:
    """A value outside of a range."""

    value: float
    outside: Range
    impossible: bool
    slip: Slip | None

    @property
    def shown(self) -> str:
        """The value in the unit of the range."""
        return self.outside.shown(float(f"{self.value:.4g}"), unit=True)


def implausible_inputs(sources: Sources, site: Plant, book: Offtake, money: Finance) -> list[str]:
    """Warnings of fields that are not usual; what is impossible is refused.

    Moved levers and values by scenario are not judged: a search looks at what is absurd to know what is not.
    """
    if sources.varied:
        return []
    said: dict[str, str] = {}
    given = sources.document.places.given
    for path, pattern, unit, value in _stated(sources.model):
        if found := _judged(sources.library, (pattern, unit_text(unit) if unit.powers else ""), value, unit):
            said[path] = _told(sources, path, given(path), found, _meant(given(path), found))
    stated = tuple(said)
    with np.errstate(divide="ignore", invalid="ignore"):  # a price of nothing has no ratio
        derived = tuple(_derived(sources, site, book, money))
    for path, name, value in derived:
        found = None if sources.problems else _judged(sources.library, (name,), value)
        if found is None or (not found.impossible and any(each.startswith(path) for each in stated)):
            continue  # or what it follows from is told
        hint = f"is a unit mixed up, {found.slip.words} ({found.slip.factor:,.4g})?" if found.slip else ""
        comes = f"{name.replace('_', ' ')} {found.shown}"
        alone = sources.document.places.node(path) is None or path == BUILDING
        what = comes if alone else f"{given(path)} ({comes})"
        said[f"{path} {name}"] = _told(sources, path, what, found, hint)
    return [text for text in said.values() if text]


def implausible_results(library: Library, metrics: Mapping[str, Metric]) -> list[str]:
    """Warnings of results that are not usual."""
    found = [(metric.label, _judged(library, (name,), metric.value)) for name, metric in metrics.items()]
    return [f"{label}: {item.shown} is outside of what is usual, {item.outside}" for label, item in found if item]


def _told(sources: Sources, path: str, given: str, found: Outlier, hint: str) -> str:
    """The warning; a problem in its place, and nothing, where it is impossible."""
    if found.impossible:
        sources.refuse("implausible", path, given, f"what is possible, {found.outside}", hint)
        return ""
    return f"{path}: {given} is outside of what is usual, {found.outside}" + f". {hint}" * bool(hint)


def _meant(given: str, found: Outlier) -> str:
    """What may have been meant, as the file would have it."""
    match = _NUMBER.fullmatch(given.strip("'\""))
    if found.slip is None or match is None:
        return ""
    number = float(match[1].replace("_", "")) / found.slip.factor
    return f"did you mean {number:,.4g} {match[2].strip()}".rstrip() + f" ({found.slip.words})?"


def _judged(library: Library, names: tuple[str, ...], value: Any, unit: Unit | None = None) -> Outlier | None:
    """A value outside of the range of its name or unit, the possible one first; of many scenarios none is judged."""
    if value is None or np.ndim(value) or not isfinite(value) or value == 0:
        return None
    usual = _range(library, names, USUAL, unit)
    for limits in (_range(library, names, POSSIBLE, unit), usual):
        if limits is not None:
            shown = float(value) / (convert(1.0, limits.unit, unit) if unit is not None and limits.unit else 1.0)
            if not limits.holds(shown):
                return Outlier(shown, limits, limits is not usual, _slip(shown, usual or limits))
    return None


def _range(library: Library, names: tuple[str, ...], kind: str, unit: Unit | None) -> Range | None:
    """The range of the first name that has one, in a unit of the same dimension."""
    facts = (library.seen(TABLE, name, kind) for name in names if name)
    return next((Range.of(fact) for fact in facts if fact and (unit is None or _same_dimension(fact.unit, unit))), None)


@cache
def _same_dimension(written: str, unit: Unit) -> bool:
    """Whether text of a unit can be read into another."""
    try:
        convert(1.0, "" if written == "1" else written, unit)
    except UnitError:
        return False
    return True


def _slip(value: float, usual: Range) -> Slip | None:
    """The mix-up that brings a value nearest to what is typical, of those that bring it into what is usual."""
    tried = [slip for one in _slips(usual.unit) for slip in (one, Slip(1 / one.factor, one.words))]
    fitting = [slip for slip in tried if usual.low <= value / slip.factor <= usual.high and value * usual.typical > 0]
    return min(fitting, key=lambda slip: abs(log(value / slip.factor / usual.typical)), default=None)


@cache
def _slips(unit: str) -> tuple[Slip, ...]:
    """What may be mixed up in a unit."""
    words = set(re.findall(r"[A-Za-z%]+", unit))
    found = [Slip(100.0, PER_CENT)] if unit in ("", "1/year") else []
    found += [Slip(1e3, PREFIX), Slip(1e6, PREFIX)] if not unit or words - {"month", "year", "hour"} else []
    found += [Slip(12.0, CALENDARS)] if words & {"month", "year"} else []
    return (*found, *([Slip(MONTH_HOURS, CLOCKS), Slip(HOURS_PER_YEAR, CLOCKS)] if "hour" in words else []))


def _stated(model: BaseModel, path: str = "", pattern: str = "") -> Iterator[tuple[str, str, Unit, Any]]:
    """Every number of a file: its path, the path with NAME for the names of entries, its unit, its value."""
    for name, (word, read) in _fields(type(model)).items():
        value = getattr(model, name)
        if value is not None:
            yield from _inside(value, f"{path}.{word}".strip("."), f"{pattern}.{word}".strip("."), read)


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, tuple[str, Reads | ReadsRate | None]]:
    """What a file calls each field of a chapter, and how its numbers are read."""

    def attached(annotation: Any) -> Iterator[Any]:
        yield from getattr(annotation, "__metadata__", ())
        for part in get_args(annotation):
            yield from attached(part)

    def read(field: FieldInfo) -> Reads | ReadsRate | None:
        about = (*field.metadata, *attached(field.annotation))
        return next((item for item in about if isinstance(item, Reads | ReadsRate)), None)

    return {name: (field.alias or name, read(field)) for name, field in model.model_fields.items()}


def _inside(
    value: Any, path: str, pattern: str, read: Reads | ReadsRate | None
) -> Iterator[tuple[str, str, Unit, Any]]:
    """The numbers in a value of a field."""
    if isinstance(value, BaseModel):
        yield from _stated(value, path, pattern)
    elif isinstance(value, dict):
        for name, held in value.items():
            yield from _inside(held, f"{path}.{name}", f"{pattern}.NAME", read)
    elif isinstance(value, tuple):
        for place, held in enumerate(value):
            yield from _inside(held, f"{path}.{place}", pattern, read)
    elif read is not None and not isinstance(value, str):
        yield path, pattern, getattr(read, "unit", DIMENSIONLESS), value


def _derived(sources: Sources, site: Plant, book: Offtake, money: Finance) -> Iterator[tuple[str, str, Any]]:
    """What fields come to: where they stand, the name of the range, the value."""
    capacity = sum(np.asarray(hall.it_capacity) for hall in site.halls)
    cost = sum(np.asarray(item.cost) for item in money.assets)
    paid: list[Any] = []
    for place, cluster in enumerate(site.clusters):
        chapter, silicon = chapter_of(cluster.name), cluster.silicon
        if not np.all(silicon.accelerators):
            paid.append(np.nan)
            continue
        bought = [item.cost for item in money.assets if item.name == "silicon" and item.generation == place]
        paid.append(sum(np.asarray(each) for each in bought) / silicon.accelerators)
        yield _where(sources, f"{chapter}.total_price", f"{chapter}.price"), "silicon_price", paid[-1]
        yield f"{chapter}.rack_power", "accelerator_power", silicon.rack_power / silicon.accelerators_per_rack
    for part in book.contracts:
        if not part.floor:
            path = _where(sources, f"offtake.{part.contract}.total_value", f"offtake.{part.contract}.price")
            yield path, "yearly_price_over_cost", part.price * HOURS_PER_YEAR / paid[0]
            yield path, "price_over_market", part.price / book.merchant.price_new
    durable = sum(np.asarray(item.cost) for item in money.assets if not item.consumable)
    yield "build", "durable_cost", durable / capacity
    yield "build.lease.power", "leased_over_capacity", money.operations.leased_power / capacity
    if np.all(cost > 0):
        yield "operations.overhead", "overhead_over_cost", money.operations.overhead / cost


def _where(sources: Sources, *paths: str) -> str:
    """The first path that the file states; the last where it states none."""
    return next((path for path in paths if sources.document.places.node(path) is not None), paths[-1])
