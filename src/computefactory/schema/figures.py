"""What a company reported: stated in its file, else the library's rows of it, newest first, by period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from computefactory.library import operators
from computefactory.library.dates import last_day
from computefactory.schema.origin import Sources, Traced

__all__ = ["Figures", "ReportedFigure"]

_QUARTER = re.compile(r"\d{4}-Q[1-4]")
_YEAR = re.compile(r"(FY)?(\d{4})")
_ENDS = re.compile(r"\d{4}-(03-31|06-30|09-30|12-31)")  # of a calendar quarter
KINDS = ("year", "quarter", "instant")


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """One reported figure, of a period that ends on a day."""

    traced: Traced
    metric: str
    period: str
    end: str


@dataclass(frozen=True, slots=True)
class _Period:
    name: str  # as it stands in the file or the key
    end: str
    stated: bool  # in the file


class Figures:
    """The reported figures of one company, as they were public at the date of the question."""

    def __init__(self, sources: Sources, operator: str | None) -> None:
        self.sources = sources
        self.operator = operator
        until = sources.library.as_of or sources.document.company.as_of  # no later period, whenever it became public
        found = [period for period in self._all() if period.stated or period.end <= until]
        self._periods = sorted(found, key=lambda period: (period.end, period.stated), reverse=True)

    def newest(self, unit: object, kind: str, *metrics: str, until: str = "") -> ReportedFigure | None:
        """The newest figure of the first of several metrics that a period has: of a year, a quarter, or a day."""
        for period in self._periods:
            if self._is(period, kind) and not (until and period.end > until):
                for metric in metrics:
                    if (found := self._at(period, metric, unit)) is not None:
                        return found
        return None

    def on(self, unit: object, day: str, *metrics: str) -> ReportedFigure | None:
        """The figure of a balance on a day."""
        for period in self._periods:
            for metric in metrics if period.end == day else ():
                if (found := self._at(period, metric, unit)) is not None:
                    return found
        return None

    def of(self, unit: object, kind: str, day: str, *metrics: str) -> ReportedFigure | None:
        """The figure of the year or quarter that ends on a day."""
        for period in self._periods:
            for metric in metrics if period.end == day and self._is(period, kind) else ():
                if (found := self._at(period, metric, unit)) is not None:
                    return found
        return None

    def ends(self, kind: str, *metrics: str) -> list[str]:
        """The days on which periods of a kind end that have one of the metrics, newest first."""
        found = [p.end for p in self._periods if self._is(p, kind) and any(self._has(p, name) for name in metrics)]
        return list(dict.fromkeys(found))

    def named(self, day: str, prefix: str) -> list[str]:
        """The metrics of the rows of a day whose names begin with a text, without it."""
        names = [
            name
            for period in self._periods
            if period.end == day and not period.stated
            for name in self.sources.library.fields(operators.TABLE, f"{self.operator}/{period.name}")
        ]
        return list(dict.fromkeys(name.removeprefix(prefix) for name in names if name.startswith(prefix)))

    def _all(self) -> Iterator[_Period]:
        library = self.sources.library
        for name in self.sources.document.company.reported:
            yield _Period(name, self.end_of(name), stated=True)
        for name in operators.periods(library, self.operator) if self.operator else ():
            yield _Period(name, operators.end_of(library, self.operator or "", name), stated=False)

    def end_of(self, name: str) -> str:
        """Last day of a period of the file."""
        year = _YEAR.fullmatch(name)
        if year is None:
            return last_day(name)
        return operators.end_of(self.sources.library, self.operator or "", f"FY{year[2]}")

    def _is(self, period: _Period, kind: str) -> bool:
        year = _YEAR.fullmatch(period.name) is not None
        if kind == "year":
            return year
        return kind == "instant" or (
            not year and (_QUARTER.fullmatch(period.name) or _ENDS.fullmatch(period.end)) is not None
        )

    def _has(self, period: _Period, metric: str) -> bool:
        if period.stated:
            return getattr(self.sources.document.company.reported[period.name], metric, None) is not None
        return self.sources.library.seen(operators.TABLE, f"{self.operator}/{period.name}", metric) is not None

    def _at(self, period: _Period, metric: str, unit: object) -> ReportedFigure | None:
        if not self._has(period, metric):
            return None
        if period.stated:
            traced = self.sources.required(f"reported.{period.name}.{metric}", unit)
        else:
            traced = self.sources.fact(unit, operators.TABLE, f"{self.operator}/{period.name}", metric)
        return ReportedFigure(traced, metric, period.name, period.end)
