"""Factories, companies, or both side by side, each number with its evidence or said to be missing.

What the framework asks of an operator stands first and is asked of every file alike: customers, commitment, density,
liquid, focus, economics, debt. Below it, for factories, every named metric and what the difference consists of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from computefactory import __version__
from computefactory.analysis.compared_company import answers_of_company, market_of
from computefactory.analysis.compared_factory import answers_of, metrics_of, parts_of
from computefactory.analysis.run import CompanyResult
from computefactory.analysis.side_by_side import MARKET, SUBJECTS, Answer, ComparedGroup, ComparedRow, missing
from computefactory.analysis.value_change import ValueChange, value_change
from computefactory.result import Result
from computefactory.strength import with_strength

__all__ = ["ComparedFile", "Comparison", "compared"]

PAIR = 2  # files of one company
OF_COMPANIES = missing("of a factory: computefactory value FILE")


@dataclass(frozen=True)
class ComparedFile:
    """One of those compared: its key, what it calls itself, and its result."""

    name: str
    result: Result | CompanyResult

    @property
    def of(self) -> str:
        """``factory`` or ``company``."""
        return self.result.of

    @property
    def title(self) -> str:
        """What it calls itself; of a company with the day of the question."""
        day = f" on {self.result.as_of}" if isinstance(self.result, CompanyResult) else ""
        return f"{self.result.name}{day}"

    @property
    def engine(self) -> dict[str, Any]:
        """What its numbers rest on."""
        return {
            "library_hash": self.result.library_hash,
            "file_hash": self.result.file_hash,
            "overrides": dict(self.result.overrides),
        }


@dataclass(frozen=True)
class Comparison:
    """Files side by side, in groups of rows; every row has one answer a file."""

    subjects: tuple[ComparedFile, ...]
    groups: tuple[ComparedGroup, ...]
    change: ValueChange | None = None  # of two files of one company

    @property
    def asked(self) -> tuple[ComparedGroup, ...]:
        """The groups that are asked of every file, whatever it describes."""
        names = {name for name, *_ in (*SUBJECTS, MARKET)}
        return tuple(group for group in self.groups if group.name in names)

    @property
    def of(self) -> str:
        """``factory``, ``company``, or both."""
        return " and ".join(dict.fromkeys(item.of for item in self.subjects))

    def row(self, name: str) -> ComparedRow:
        """A row by its name.

        Raises:
            KeyError: no row has that name.
        """
        found = next((row for group in self.groups for row in group.rows if row.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        names = [item.name for item in self.subjects]
        return {
            "kind": "comparison",
            "version": 1,
            "of": self.of,
            "engine": {"version": __version__, "files": {item.name: item.engine for item in self.subjects}},
            "files": {item.name: {"of": item.of, "name": item.title} for item in self.subjects},
            "groups": {group.name: {"title": group.title, "rows": _rows(group, names)} for group in self.groups},
            **({} if self.change is None else {"change": self.change.as_dict()}),
        }


def _rows(group: ComparedGroup, names: Sequence[str]) -> dict[str, Any]:
    return {row.name: row.as_dict(names) for row in group.rows}


def compared(results: Sequence[Result | CompanyResult]) -> Comparison:
    """Results side by side."""
    subjects = tuple(_subjects(results))
    own = [item.result for item in subjects if isinstance(item.result, CompanyResult)]
    change = value_change(*own) if len(own) == len(subjects) == PAIR and _same(*own) else None
    return Comparison(subjects, tuple(_groups(subjects)), change)


def _same(first: CompanyResult, second: CompanyResult) -> bool:
    """Whether two files are of one company on two days."""
    names = [item.factory.operator or item.name for item in (first, second)]
    return names[0] == names[1] and first.as_of != second.as_of


def _subjects(results: Sequence[Result | CompanyResult]) -> Iterator[ComparedFile]:
    taken: dict[str, int] = {}
    for result in results:
        name = Path(result.factory.document.file).stem
        taken[name] = taken.get(name, 0) + 1
        unlike = name if taken[name] == 1 else f"{name}-{taken[name]}"
        yield ComparedFile(unlike, with_strength(result) if isinstance(result, Result) else result)


def _groups(subjects: Sequence[ComparedFile]) -> Iterator[ComparedGroup]:
    results = [item.result for item in subjects]
    found = [answers_of(item) if isinstance(item, Result) else answers_of_company(item) for item in results]
    for name, title, rows in SUBJECTS:
        yield ComparedGroup(name, title, tuple(_row(*told, found) for told in rows))
    factories = [item for item in results if isinstance(item, Result)]
    if len(factories) == len(results):
        yield from metrics_of(factories)
        yield parts_of(factories)
        return
    name, title, rows = MARKET
    none = {row: OF_COMPANIES for row, *_ in rows}
    priced = [none if isinstance(item, Result) else market_of(item) for item in results]
    yield ComparedGroup(name, title, tuple(_row(*told, priced) for told in rows))


def _row(name: str, label: str, unit: str, found: Sequence[Mapping[str, Answer]]) -> ComparedRow:
    return ComparedRow(name, label, unit, tuple(each[name] for each in found))
