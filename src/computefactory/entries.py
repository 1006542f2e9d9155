"""Entries by name, each name once: what the registries are made of."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Registry"]

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
