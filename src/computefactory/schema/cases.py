"""Cases of a factory: a file of ``kind: scenario``, what each sets in a factory file, by path.

A case holds absolute values, as they would stand in the file, and relative ones: ``{times: 80 %}``,
``{plus: 200 bp/year}``, ``{at: low}``. ``*`` in a path is every entry of a map, ``$largest`` the largest buyer, so
one file of cases serves every factory. What a factory has nothing of is said, and not left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from computefactory.errors import FactoryFileError, Problem, UnitError
from computefactory.library import Library
from computefactory.schema import types as t
from computefactory.schema.document import Document
from computefactory.schema.factory import FactoryFile
from computefactory.schema.levers import Lever, field_of, number_at
from computefactory.schema.problems import Places, near, problems_of, unknown_field
from computefactory.schema.quantity import parse_quantity
from computefactory.schema.read import YamlNode, read_bytes
from computefactory.schema.shipped import source_bytes
from computefactory.schema.types import Chapter, optional, required
from computefactory.units import DIMENSIONLESS, parse_unit

if TYPE_CHECKING:
    from computefactory.schema.resolve import Factory

__all__ = ["CaseTerms", "Changes", "cases_json_schema", "load_cases"]

KIND, LENDER = "scenario", "lender"
LARGEST, LIBRARY = "$largest", "library:"
RELATIVE = ("times", "plus", "at")


class CaseChapter(Chapter):
    """One case; without ``set`` and ``together`` it is the factory as its file has it."""

    label: t.Text = required("what it is called in a table")
    set_: dict[t.Text, Any] | None = optional(
        "paths of a factory file and what stands there, or {times: 80 %}, {plus: 200 bp/year}, {at: low}",
        alias="set",
        min_length=1,
    )
    together: tuple[t.Text, ...] | None = optional("cases of this file that hold at once (or: set)", min_length=1)
    without: t.Text | None = optional("what is said of a factory that has nothing of it")


class ScenarioFile(Chapter):
    """Cases that a factory is put through, by name; the debt stays as the factory's file sizes it."""

    model_config = ConfigDict(title="computefactory file of cases")

    kind: Literal["scenario"] = required("what the file describes")
    version: Literal[1] = required("version of the file's shape", alias="schema")
    name: t.Text = required("name of the set of cases")
    cases: dict[t.Text, CaseChapter] = Field(description="the cases by name, in the order of the table", min_length=1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a case comes to in one factory: overrides by path, and values of levers."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    levers: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.overrides or self.levers)


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """One case as its file states it; ``stated`` holds for each path what is set and where that stands."""

    name: str
    label: str
    stated: Mapping[str, tuple[YamlNode, str]]
    without: str
    places: Places

    @property
    def base(self) -> bool:
        """Whether it is the factory as its file has it."""
        return not self.stated

    def changes(self, factory: Factory, largest: str) -> Changes:
        """What it comes to in a factory whose largest buyer is ``largest`` (empty: none is named).

        Raises:
            FactoryFileError: a path that a factory file does not have, a change that does not fit what stands there.
        """
        overrides: dict[str, Any] = {}
        levers: dict[str, float] = {}
        problems: list[Problem] = []
        for path, (node, place) in self.stated.items():
            try:
                if path.startswith(LIBRARY):
                    levers |= dict(_of_rows(path, node, factory))
                elif LARGEST not in _text(node) or largest:
                    overrides |= dict(_of_file(path, node, factory, largest))
            except FactoryFileError as error:
                problems += [self.at(problem, place) for problem in error.problems]
        if problems:
            raise FactoryFileError(problems)
        return Changes(overrides, levers)

    def at(self, problem: Problem, place: str = "") -> Problem:
        """A problem of the factory that it makes, where this file says so; else with the case, and the path it has."""
        set_here = [
            where for path, (_, where) in self.stated.items() if problem.path.startswith(path.partition("*")[0])
        ]
        place = place or (set_here[-1] if set_here else "")
        given = problem.given if place else f"{problem.path}: {problem.given}"
        return self.places.problem(problem.code, place or f"cases.{self.name}", given, problem.expected, problem.hint)


def load_cases(path_or_name: str | Path = LENDER) -> tuple[CaseTerms, ...]:
    """Cases by path, or by the name of a shipped file: those that a lender asks for.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    file, data = source_bytes(KIND, path_or_name)
    tree = read_bytes(data, file)
    if tree.root is None:
        raise FactoryFileError(tree.problems)
    root, places = tree.root, Places(tree.root, file, {})
    if wrong := places.wrong_kind(KIND):
        raise FactoryFileError(wrong)
    try:
        model = ScenarioFile.model_validate(root.plain())
    except ValidationError as error:
        raise FactoryFileError([*tree.problems, *problems_of(error, ScenarioFile, root, places)]) from None
    problems = [*tree.problems, *_wrong(model, places)]
    if problems:
        raise FactoryFileError(problems)
    return tuple(
        CaseTerms(name, case.label, dict(_stated(model, name, places)), case.without or "", places)
        for name, case in model.cases.items()
    )


def cases_json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a file of cases."""
    shape = ScenarioFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}


def _stated(model: ScenarioFile, name: str, places: Places) -> Iterator[tuple[str, tuple[YamlNode, str]]]:
    """Path, what is set there and where; of cases together those of each."""
    case = model.cases[name]
    for other in case.together or ():
        yield from _stated(model, other, places)
    for path in case.set_ or ():
        where = f"cases.{name}.set.{path}"
        node = places.node(where)
        assert node is not None
        yield path, (node, where)


def _wrong(model: ScenarioFile, places: Places) -> Iterator[Problem]:
    """What no factory can tell: unknown paths, changes of no kind, cases that are not there or meet on one path."""
    for name, case in model.cases.items():
        where = f"cases.{name}"
        if case.set_ is not None and case.together is not None:
            yield places.problem("alternatives", where, "set and together", "one of them")
        met: dict[str, str] = {}
        for place, other in enumerate(case.together or ()):
            known = [each for each, found in model.cases.items() if found.set_]
            if other not in known:
                expected = f"cases that set something: {', '.join(known)}"
                yield places.problem("unknown_name", f"{where}.together.{place}", other, expected, near(other, known))
                continue
            for path in model.cases[other].set_ or ():
                if path in met:
                    given = f"{met[path]} and {other} both set {path}"
                    yield places.problem("twice", f"{where}.together.{place}", given, "cases that set different paths")
                met[path] = other
        for path in case.set_ or ():
            yield from _wrong_path(f"{where}.set.{path}", path, places)


def _wrong_path(where: str, path: str, places: Places) -> Iterator[Problem]:
    """A path that no factory file has; a change of a row that is none."""
    node = places.node(where)
    change = _relative(node) if node else None
    if path.startswith(LIBRARY):
        tables = Library.load().tables()
        table = path.removeprefix(LIBRARY).partition("/")[0]
        if table not in tables:
            expected = "a table of the library and a row: library:residual/low_case/month_12"
            yield places.problem("unknown_path", where, path, expected, near(table, tables), key=True)
        elif change is None:
            yield places.wrong("not_a_change", where, "{times: …}, {plus: …} or {at: low}")
        return
    missing = unknown_field(path, FactoryFile)
    if missing:
        part, known = missing
        expected = (
            f"a path of a factory file; instead of {part} one of {', '.join(known)}" if known else "a shorter path"
        )
        yield places.problem("unknown_path", where, path, expected, near(part, known), key=True)
    elif change and change[0] == "at":
        hint = "state the value itself, or name the row: library:table/key/field"
        yield places.problem("not_a_change", where, "at", "times or plus: a file's own number has no range", hint)


def _relative(node: YamlNode) -> tuple[str, YamlNode] | None:
    """What a change says and by how much; None where a value stands there."""
    if isinstance(node.content, dict) and len(node.content) == 1:
        (kind, amount), *_ = node.content.items()
        return (kind, amount) if kind in RELATIVE else None
    return None


def _text(node: YamlNode) -> str:
    """A value as text of one line, as it would stand in a file."""
    if isinstance(node.content, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_text(item)}" for key, item in node.content.items()) + "}"
    if isinstance(node.content, list):
        return "[" + ", ".join(map(_text, node.content)) + "]"
    return json.dumps(node.content, ensure_ascii=False) if isinstance(node.content, str) else node.written or "null"


def _of_file(path: str, node: YamlNode, factory: Factory, largest: str) -> Iterator[tuple[str, Any]]:
    """Overrides: what is to stand at each place that the path means."""
    change = _relative(node)
    document = factory.document
    for place in _expanded(path, document.places):
        if change is None:
            entry, names = _missing_entry(place, document)
            if entry:
                expected = f"an entry of the file: {', '.join(names)}"
                raise FactoryFileError([Problem("unknown_path", place, entry, expected, near(entry, names))])
            if node.content is not None or document.places.node(place) is not None:
                yield place, None if node.content is None else _text(node).replace(LARGEST, largest)
            continue
        find = number_at if "*" in path else field_of  # among many, some may be of a kind that has no such field
        number = find(document.model, factory.origins, place)
        if number is None:
            continue
        if number.base is not None or (change[0] == "plus" and _in_no_map(place, document.places)):
            yield place, _changed(change, number.base or 0.0, number.reads.unit, place)


def _in_no_map(path: str, places: Places) -> bool:
    """Whether a field belongs to a map within a chapter that the file does not have: power.delay.by counts from 0."""
    above = path.rpartition(".")[0]
    return "." in above and places.node(above) is None


def _of_rows(path: str, node: YamlNode, factory: Factory) -> Iterator[tuple[str, float]]:
    """Values of the levers that rest on a row of the library."""
    change = _relative(node)
    assert change is not None
    for lever in factory.levers():
        if fnmatchcase(lever.path, path):
            yield lever.path, _moved(lever, change)


def _moved(lever: Lever, change: tuple[str, YamlNode]) -> float:
    kind, amount = change
    if kind != "at":
        return _changed(change, lever.base, parse_unit(lever.unit), lever.path)
    if amount.content not in ("low", "high"):
        raise FactoryFileError([Problem("not_allowed", lever.path, _text(amount), "low or high")])
    return lever.low if amount.content == "low" else lever.high


def _changed(change: tuple[str, YamlNode], base: float, unit: Any, path: str) -> float:
    """A number times a share, or plus a quantity of its unit."""
    kind, amount = change
    text = str(amount.content) if isinstance(amount.content, (str, int, float)) else _text(amount)
    try:
        given = parse_quantity(text, DIMENSIONLESS if kind == "times" else unit)
    except UnitError as error:
        raise FactoryFileError([Problem(error.code, path, error.given, error.expected, error.hint)]) from None
    return base * given if kind == "times" else base + given


def _expanded(path: str, places: Places) -> list[str]:
    """The path for every entry that its stars stand for."""
    if "*" not in path:
        return [path]
    head, _, rest = path.partition("*")
    node = places.node(head.removesuffix("."))
    names = [name for name, _ in node.children()] if node and isinstance(node.content, dict) else []
    return [found for name in names for found in _expanded(f"{head}{name}{rest}", places)]


def _missing_entry(path: str, document: Document) -> tuple[str, list[str]]:
    """The first step of a path into an entry of a map that the file does not have, and those that it has."""
    parts = path.split(".")
    for end in range(2, len(parts)):
        above, place = ".".join(parts[: end - 1]), ".".join(parts[:end])
        node = document.places.node(above)
        if node and node.content and document.places.node(place) is None and _holds_entries(above):
            return parts[end - 1], [name for name, _ in node.children()]
    return "", []


def _holds_entries(path: str) -> bool:
    """Whether a path leads to a map whose keys are the file's own names."""
    return unknown_field(f"{path}.{_ANY}", FactoryFile) is None


_ANY = "any_name"
