"""What the chapters of a file must agree on: dates in order, loads within limits, nothing sold twice.

A check is a function whose parameters are the chapters it needs; it runs when those could be read, whatever else is
wrong with the file, so that all problems show at once. What needs the library is checked when it is resolved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from computefactory.errors import Problem
from computefactory.schema.checks import debt, offtake, plant
from computefactory.schema.checks.plant import Found
from computefactory.schema.problems import Places, near

__all__ = ["check"]


def check(chapters: Mapping[str, object], places: Places) -> list[Problem]:
    """All problems between the chapters that could be read."""
    problems: list[Problem] = []
    for one in _CHECKS:
        names = [name for name in inspect.signature(one).parameters if name != "at"]
        if all(chapters.get(name) is not None for name in names):
            problems.extend(one(at=places, **{name: chapters[name] for name in names}))
    return problems


def _sources(at: Places, sources: Mapping[str, tuple[str, ...]]) -> Found:
    known = at.paths
    covered: dict[str, str] = {}
    for source, paths in sources.items():
        for place, path in enumerate(paths):
            where = f"sources.{source}.{place}"
            if path not in known:
                yield at.problem("unknown_path", where, path, "a path of this file", near(path, known))
            elif covered.setdefault(path, source) != source:
                yield at.problem("duplicate_key", where, path, "one source a path", f"already under {covered[path]}")


_CHECKS: tuple[Callable[..., Found], ...] = (*plant.CHECKS, *offtake.CHECKS, *debt.CHECKS, _sources)
