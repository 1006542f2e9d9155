"""What the chapters of a file must agree on: dates in order, loads within limits, nothing sold twice.

A check is a function whose parameters are the chapters it needs, or what follows from them; it runs when those could be
read, whatever else is wrong with the file, so that all problems show at once. What needs the library is checked when it
is resolved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from computefactory.errors import Problem
from computefactory.schema import schedule
from computefactory.schema.checks import debt, offtake, plant, sources
from computefactory.schema.checks.plant import Found
from computefactory.schema.problems import Places

__all__ = ["CHECKS", "FOLLOWS", "check"]


def check(
    chapters: Mapping[str, object],
    places: Places,
    checks: Iterable[Callable[..., Found]],
    follows: Mapping[str, Callable[..., object]],
) -> list[Problem]:
    """All problems between the chapters that could be read; ``follows`` makes what checks ask for beside chapters."""
    known: dict[str, object] = {**chapters, "at": places}
    for name, made in follows.items():
        if (needed := _needed(made, known)) is not None:
            known[name] = made(**needed)
    asked = ((one, _needed(one, known)) for one in checks)
    return [problem for one, needed in asked if needed is not None for problem in one(**needed)]


def _needed(one: Callable[..., object], known: Mapping[str, object]) -> dict[str, Any] | None:
    """What a function asks for by name; None where some of it could not be read."""
    found = {name: known.get(name) for name in inspect.signature(one).parameters}
    return None if any(value is None for value in found.values()) else found


FOLLOWS: dict[str, Callable[..., object]] = {  # each from chapters and what stands above it
    "months": schedule.milestones,
    "systems": schedule.systems,
    "delivered": schedule.deliveries,
}
CHECKS: tuple[Callable[..., Found], ...] = (*plant.CHECKS, *offtake.CHECKS, *debt.CHECKS, *sources.CHECKS)
