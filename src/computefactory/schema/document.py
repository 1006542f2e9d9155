"""Reading a factory or a company: by path or by the name of a shipped one, with overrides, all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from computefactory.errors import FactoryFileError, Problem
from computefactory.schema import checks
from computefactory.schema.currency import stated_rates
from computefactory.schema.kinds import FACTORY, Kind, kind_named
from computefactory.schema.migrate import migrate
from computefactory.schema.overrides import Override, Overrides, read_overrides, replaced, vary, with_overrides
from computefactory.schema.problems import Places, problems_of
from computefactory.schema.read import YamlNode, read_bytes
from computefactory.schema.shipped import names_in, source_bytes, text_in

if TYPE_CHECKING:
    from computefactory.schema.company import CompanyFile
    from computefactory.schema.factory import FactoryFile
    from computefactory.schema.types import Chapter

__all__ = ["ASSUMED", "Document", "load", "names", "shipped_text"]

ASSUMED = "assumed"


@dataclass(frozen=True)
class Document:
    """A file that could be read: what it holds, and where each value stands and who says so."""

    content: Chapter
    file: str
    data: bytes  # as read, overrides apart
    changes: Mapping[str, Override]  # overrides as they were asked for
    overrides: Mapping[str, str]  # path: what was given
    places: Places

    @property
    def model(self) -> FactoryFile:
        """The factory that it describes."""
        return cast("FactoryFile", self.content)

    @property
    def company(self) -> CompanyFile:
        """The company that it describes."""
        return cast("CompanyFile", self.content)

    @property
    def kind(self) -> str:
        """What it describes: a factory or a company."""
        return str(getattr(self.content, "kind"))  # noqa: B009 of every kind of file

    @property
    def hash(self) -> str:
        """Digest of the file's bytes."""
        return hashlib.sha256(self.data).hexdigest()[:16]

    def position(self, path: str) -> tuple[int | None, int | None]:
        """Line and column of a path (1-based), or of the nearest map that holds it; None for an override."""
        _, line, column = self.places.place(path)
        return line, column

    def source_of(self, path: str) -> str | None:
        """The entry of ``sources:`` that covers a path most closely; None where the author alone says so."""
        if self.places.place(path)[0] != self.file:
            return None
        while path and path not in self._sources:
            path = path.rpartition(".")[0]
        return self._sources.get(path) if path else None

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        """The entry of ``sources:`` that names a path; the first of several."""
        stated: Mapping[str, tuple[str, ...]] | None = getattr(self.content, "sources")  # noqa: B009 of every kind of file
        named = [(path, source) for source, paths in (stated or {}).items() for path in paths]
        return dict(reversed(named))


def names(kind: str = FACTORY) -> list[str]:
    """Names of the factories, or files of another kind, that ship with the package."""
    return names_in(kind)


def shipped_text(name: str, kind: str = FACTORY) -> str:
    """The text of a shipped factory, or of a file of another kind.

    Raises:
        FactoryFileError: none of that name ships with the package.
    """
    return text_in(kind, name)


def load(path_or_name: str | Path | Document, overrides: Overrides | None = None, kind: str = FACTORY) -> Document:
    """Read a file, by path or by the name of a shipped one; or a document again, with more overrides.

    ``overrides`` maps dotted paths, or maps in maps, to text as it would stand in the file, or to numbers or arrays
    (one value a scenario) in the canonical unit, or is made of texts ``path=value``; None or the text ``null`` takes a
    field away.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    wanted = read_overrides(overrides)
    if isinstance(path_or_name, Document):
        file, data, kind = path_or_name.file, path_or_name.data, path_or_name.kind
        wanted = {**path_or_name.changes, **wanted}
    else:
        file, data = source_bytes(kind, path_or_name)
    tree = read_bytes(data, file)
    if tree.root is None:
        raise FactoryFileError(tree.problems)
    if not isinstance(tree.root.content, dict):
        found_as = "a list" if isinstance(tree.root.content, list) else "text"
        problem = Problem("not_a_map", "", found_as, "a map: kind, schema, name …", "", file, 1, 1)
        raise FactoryFileError([*tree.problems, problem])
    if refused := Places(tree.root, file, {}).wrong_kind(kind):
        raise FactoryFileError([*tree.problems, *refused])
    of = kind_named(kind)
    root, refused = migrate(tree.root, Places(tree.root, file, {}), of.migrations, of.version)
    if refused:
        raise FactoryFileError([*tree.problems, *refused])
    varied: dict[str, NDArray[np.float64]] = {}
    problems = list(tree.problems)
    model: Chapter | None = None
    for bound in ("min", "max") if vary(wanted) else ("min",):
        changed, given, varied, found = with_overrides(root, wanted, bound)
        places = Places(changed, file, given, root)
        model, more = _validated(of, changed, places)
        problems += [problem for problem in (*found, *more) if problem not in problems]
    if problems or model is None:
        raise FactoryFileError(problems)
    for path, values in varied.items():
        model = replaced(model, path, values)
    return Document(model, file, data, wanted, given, places)


def _validated(of: Kind, root: YamlNode, places: Places) -> tuple[Chapter | None, list[Problem]]:
    """The model, and the problems within and between its chapters."""
    problems = [places.problem("empty", path, "nothing", "a value, or no such line", key=True) for path in places.empty]
    try:
        plain = root.plain()
        with stated_rates(plain, of.rates):
            model = of.model.model_validate(plain)
    except ValidationError as error:
        problems += [item for item in problems_of(error, of.model, root, places) if item.path not in places.empty]
        known = _readable(of, root, {item["loc"][0] for item in error.errors()})
        return None, problems + checks.check(known, places, of.checks, of.follows)
    chapters = {name: getattr(model, name) for name in of.model.model_fields}
    return model, problems + checks.check(chapters, places, of.checks, of.follows)


def _readable(of: Kind, root: YamlNode, wrong: set[Any]) -> dict[str, object]:
    """The chapters without problems of their own."""
    fields = of.model.model_fields
    found = {name: node.plain() for name, node in root.children() if name not in wrong}
    absent = {name: field for name, field in fields.items() if (field.alias or name) not in found}
    left_out = {
        name: field.get_default(call_default_factory=True) for name, field in absent.items() if name not in wrong
    }
    with stated_rates(root.plain(), of.rates):
        return left_out | {
            name: TypeAdapter[object](field.annotation or object).validate_python(found[field.alias or name])
            for name, field in fields.items()
            if name not in absent
        }
