"""``cf.compare``: factories, companies, or both side by side, each number with its evidence or said to be missing.

What the framework asks of an operator stands first and is asked of every file alike: customers, commitment, density,
liquid, focus, economics, debt. Below it, for factories, every named metric and what the difference consists of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computefactory import __version__, model
from computefactory.analysis.compared_factory import answers_of, metrics_of, parts_of
from computefactory.analysis.side_by_side import SUBJECTS, Answer, ComparedGroup, ComparedRow
from computefactory.errors import FactoryFileError, Problem
from computefactory.strength import with_strength

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.schema import Document, Factory, Overrides

__all__ = ["ComparedFile", "Comparison", "compare"]

FACTORY = "factory"
LEAST = 2  # files


@dataclass(frozen=True)
class ComparedFile:
    """One of those compared: its key, what it calls itself, what it is of, and its result."""

    name: str
    title: str
    of: str
    result: Result

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

    @property
    def asked(self) -> tuple[ComparedGroup, ...]:
        """The groups that are asked of every file, whatever it describes."""
        names = {name for name, *_ in SUBJECTS}
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
        }


def _rows(group: ComparedGroup, names: Sequence[str]) -> dict[str, Any]:
    return {row.name: row.as_dict(names) for row in group.rows}


def compare(
    *sources: str | Path | Document | Factory,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
) -> Comparison:
    """Factories side by side.

    Args:
        sources: two or more: paths, names of shipped files, or what is already loaded.
        overrides: values by path, as in :func:`computefactory.run`, set in every file.
        library: folders of facts that come before the package's own.

    Raises:
        FactoryFileError: fewer than two files, the same twice, or every problem found in one of them.
    """
    if len(sources) < LEAST:
        given = str(sources[0]) if sources else "nothing"
        raise FactoryFileError([Problem("too_few", "", given, "two files or more", "add another after it")])
    subjects = tuple(_subjects(sources, overrides, library))
    return Comparison(subjects, tuple(_groups(subjects)))


def _subjects(
    sources: Sequence[str | Path | Document | Factory], overrides: Overrides | None, library: Sequence[Path | str]
) -> Iterator[ComparedFile]:
    taken: dict[str, int] = {}
    for result in _results(sources, overrides, library):
        name = Path(result.factory.document.file).stem
        taken[name] = taken.get(name, 0) + 1
        unlike = name if taken[name] == 1 else f"{name}-{taken[name]}"
        yield ComparedFile(unlike, result.name, FACTORY, result)


def _results(
    sources: Sequence[str | Path | Document | Factory], overrides: Overrides | None, library: Sequence[Path | str]
) -> list[Result]:
    """Every result; what is wrong with the files is told of all of them at once."""
    found: list[Result] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            found.append(with_strength(model.run(source, overrides=overrides, library=library)))
        except FactoryFileError as error:  # each file has its own problems
            problems.extend(error.problems)
    if problems:
        raise FactoryFileError(problems)
    return found


def _groups(subjects: Sequence[ComparedFile]) -> Iterator[ComparedGroup]:
    found = [answers_of(item.result) for item in subjects]
    for name, title, rows in SUBJECTS:
        yield ComparedGroup(name, title, tuple(_row(*told, found) for told in rows))
    if all(item.of == FACTORY for item in subjects):
        results = [item.result for item in subjects]
        yield from metrics_of(results)
        yield parts_of(results)


def _row(name: str, label: str, unit: str, found: Sequence[Mapping[str, Answer]]) -> ComparedRow:
    return ComparedRow(name, label, unit, tuple(each[name] for each in found))
