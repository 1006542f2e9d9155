"""What an input states, and what of it was used: the rest is named, never passed over.

Whoever reads an input says what he reads, by path of a file or heading of a table, and what cannot matter here and why.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Account"]


class Account:
    """What was read of an input, and what changes nothing although it was."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._idle: dict[str, str] = {}
        self._said: list[str] = []

    def read(self, name: str) -> None:
        """Something takes what stands there."""
        self._read.add(name)

    def idle(self, name: str, why: str) -> None:
        """What stands there changes nothing here, in words that follow its name."""
        self._idle[name] = why

    def say(self, sentence: str) -> None:
        """What else a reader must know of what is stated."""
        self._said.append(sentence)

    def left(self, stated: Iterable[str]) -> list[str]:
        """What is stated and nothing read."""
        return [name for name in stated if name not in self._read]

    def unused(self, stated: Iterable[str], otherwise: str) -> list[str]:
        """A sentence on everything stated that changes nothing; ``otherwise`` says why, where nobody has."""
        reasons = {name: self._idle.get(name, "" if name in self._read else otherwise) for name in stated}
        return [*dict.fromkeys(self._said), *(f"{name} changes nothing: {why}" for name, why in reasons.items() if why)]
