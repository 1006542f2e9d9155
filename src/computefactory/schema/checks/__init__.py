"""What the chapters of a file must agree on: dates in order, loads within limits, nothing sold twice.

A check is a function whose parameters are the chapters it needs, or what follows from them; it runs when those could be
read, whatever else is wrong with the file, so that all problems show at once. What needs the library is checked when it
is resolved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from computefactory.errors import Problem
from computefactory.schema import schedule
from computefactory.schema.checks import debt, offtake, plant
from computefactory.schema.checks.plant import Found
from computefactory.schema.problems import Places, near

__all__ = ["check"]


def check(chapters: Mapping[str, object], places: Places) -> list[Problem]:
    """All problems between the chapters that could be read."""
    known: dict[str, object] = {**chapters, "at": places}
    for name, made in _FOLLOWS.items():
        if (needed := _needed(made, known)) is not None:
            known[name] = made(**needed)
    asked = ((one, _needed(one, known)) for one in _CHECKS)
    return [problem for one, needed in asked if needed is not None for problem in one(**needed)]


def _needed(one: Callable[..., object], known: Mapping[str, object]) -> dict[str, Any] | None:
    """What a function asks for by name; None where some of it could not be read."""
    found = {name: known.get(name) for name in inspect.signature(one).parameters}
    return None if any(value is None for value in found.values()) else found


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


_FOLLOWS: dict[str, Callable[..., object]] = {  # each from chapters and what stands above it
    "months": schedule.milestones,
    "systems": schedule.systems,
    "delivered": schedule.deliveries,
}
_CHECKS: tuple[Callable[..., Found], ...] = (*plant.CHECKS, *offtake.CHECKS, *debt.CHECKS, _sources)
