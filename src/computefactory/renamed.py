"""What a line, given or metric of an earlier version is called now: ``renamed.csv`` beside this module.

Each row has the ``old`` name; ``new``, a name or an expression on lines, empty where nothing stands for it any more;
and the ``reason``. Whoever asks for an old name is told the new one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["now_called", "renamed"]


@cache
def renamed() -> Mapping[str, tuple[str, str]]:
    """New name and reason by old name."""
    text = (files("computefactory") / "renamed.csv").read_text(encoding="utf-8")
    return {row["old"]: (row["new"], row["reason"]) for row in csv.DictReader(text.splitlines())}


def now_called(name: str) -> str:
    """A hint where the name is an old one, else nothing."""
    if name not in renamed():
        return ""
    new, reason = renamed()[name]
    if not new:
        return f"`{name}` is gone: {reason}"
    return f"`{name}` is now called `{new}`" if new.isidentifier() else f"`{name}` is part of others now: {new}"
