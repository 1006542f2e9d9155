"""What modules add to the program under a name: metrics, pages, pictures, studies. Whoever shows them reads here.

A page is what ``show`` shows and ``run --view`` prints of a result, a picture is a page drawn, a study is a question
that ``ask`` answers. Adding one touches its module alone.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from computefactory.page import Page
    from computefactory.result import Result

__all__ = ["PAGES", "PICTURES", "STUDIES", "Registry", "itself", "page", "picture", "study"]

Entry = TypeVar("Entry")


class Registry(Mapping[str, Entry], Generic[Entry]):
    """Entries by name, each name once.

    Those of a ``room`` of the package stand in its modules below a line ``@kind("name"``. The line is read to know the
    name, and the module imported when the entry is asked for, so that a list of names costs nothing.
    """

    def __init__(self, kind: str, room: str = "") -> None:
        self.kind, self.room = kind, room
        self._entries: dict[str, Entry] = {}

    @cached_property
    def homes(self) -> dict[str, str]:
        """The module of each name of the room.

        Raises:
            ValueError: a name stands twice.
        """
        found: dict[str, str] = {}
        line = re.compile(rf'^@{self.kind}\("([^"]+)"', re.MULTILINE)
        modules = [file for file in self._files() if file.name.endswith(".py")]
        for file in sorted(modules, key=lambda file: file.name):
            for name in line.findall(file.read_text(encoding="utf-8")):
                if name in found:
                    raise ValueError(f"{self.kind} {name!r} stands twice: in {found[name]} and {file.name}")
                found[name] = f"computefactory.{self.room}.{file.name.removesuffix('.py')}"
        return found

    def _files(self) -> Iterator[Traversable]:
        return (files("computefactory") / self.room).iterdir() if self.room else iter(())

    def add(self, name: str, entry: Entry) -> Entry:
        """Take in an entry.

        Raises:
            ValueError: the name is taken.
        """
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def __getitem__(self, name: str) -> Entry:
        if name not in self._entries and name in self.homes:
            importlib.import_module(self.homes[name])
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.homes, **self._entries})

    def __len__(self) -> int:
        return len({**self.homes, **self._entries})


PAGES: Registry[Callable[..., Page]] = Registry("page", "report")
PICTURES: Registry[Callable[[Page], str]] = Registry("picture", "report")
STUDIES: Registry[Callable[..., Page]] = Registry("study", "studies")


def itself(result: Result) -> Result:
    """The result, where a page reads it beside what calculations have found in it."""
    return result


def page(name: str, *found_by: Callable[..., Any]) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates what lays out a page: of a result, or of what these calculations have found in it."""

    def register(lay_out: Callable[..., Page]) -> Callable[..., Page]:
        def of(result: Result, *asked: str) -> Page:
            return lay_out(*(find(result, *asked) for find in found_by or (itself,)))

        PAGES.add(name, of)
        return lay_out

    return register


def picture(name: str) -> Callable[[Callable[[Page], str]], Callable[[Page], str]]:
    """Decorates what draws a page, as SVG."""
    return lambda draw: PICTURES.add(name, draw)


def study(name: str) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates the answer to a question: of a factory, and of what else its parameters ask for (``as_of``)."""
    return lambda answer: STUDIES.add(name, answer)
