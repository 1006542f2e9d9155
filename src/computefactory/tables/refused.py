"""Why a table cannot be read."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(Exception):
    """What is wrong with a table; ``line`` is where, 1-based."""

    def __init__(self, line: int | None, given: str, expected: str, hint: str = "") -> None:
        super().__init__(given)
        self.line, self.given, self.expected, self.hint = line, given, expected, hint
