"""Several runs of one model as one sheet: what is the same in all of them stands once.

The runs of a factory differ in a few givens (the case) and in what is asked of them. Beside a main run, another adds
the lines that its own givens reach, under names that say so, and those that the main run does not have. It reads
everything else from the main run: also what is given to it and calculated there, such as a debt that is sized.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.ledger.check import LineSet, used
from computefactory.ledger.expression import Expression, Name, rebuilt
from computefactory.ledger.ledger import Ledger
from computefactory.ledger.line import Given, Line
from computefactory.ledger.memory import Result, filled
from computefactory.ledger.partition import moved

__all__ = ["Beside", "Joined", "join"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another run: the page of its lines, what went in and came out, and the lines that are asked of it."""

    page: str
    ledger: Ledger
    values: Mapping[str, ArrayLike]
    results: Mapping[str, Result]
    wanted: Collection[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """The lines of all runs; ``pages`` says which run has added a line, ``nothing`` which lines are nothing in it."""

    sheet: LineSet
    values: Mapping[str, NDArray[np.float64]]
    results: Mapping[str, Result]
    pages: Mapping[str, str]
    nothing: Collection[str]


def join(
    ledger: Ledger, values: Mapping[str, ArrayLike], results: Mapping[str, Result], others: Sequence[Beside]
) -> Joined:
    """The main run with what the others add."""
    lines, givens = dict(ledger.lines), dict(ledger.givens)
    stated = filled(givens, values)
    arrays = {name: np.asarray(stated[name], dtype=float) for name in givens}
    found, pages, nothing = dict(results), {}, ledger.nothing(values)
    for run in others:
        sheet = run.ledger.sheet
        other = replace(run, values=filled(sheet.givens, run.values))
        needed = _needed(sheet, run.wanted)
        own = {name for name in sheet.givens if name in needed and name not in lines and not _same(name, other, arrays)}
        reached = moved(sheet, own)
        known = lines.keys() | givens.keys()
        names = {name: f"{name} ({other.page})" if name in reached and name in known else name for name in needed}
        silent = other.ledger.nothing(other.values)
        for name in sheet.lines:
            if name in needed and names[name] not in lines:
                line = sheet.lines[name]
                lines[names[name]] = replace(line, name=names[name], expression=_renamed(line.expression, names))
                found[names[name]], pages[names[name]] = other.results[name], other.page
                nothing |= {names[name]} if name in silent else set()
        for name in own:
            item = sheet.givens[name]
            of, by = names.get(item.of, ""), names.get(item.by, "")
            givens[names[name]] = replace(item, name=names[name], of=of, by=by)
            arrays[names[name]] = np.asarray(other.values[name], dtype=float)
    return Joined(LineSet(lines, givens), arrays, found, pages, nothing)


def _same(name: str, other: Beside, arrays: Mapping[str, NDArray[np.float64]]) -> bool:
    return name in arrays and np.array_equal(arrays[name], np.asarray(other.values[name], dtype=float))


def _needed(sheet: LineSet, wanted: Collection[str]) -> set[str]:
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            item = sheet.lines.get(name) or sheet.givens.get(name)
            waiting.extend(used(item.expression) if isinstance(item, Line) else ())
            waiting.extend((item.of, item.by) if isinstance(item, Given) and item.of else ())
    return needed


def _renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    if isinstance(expression, Name):
        return Name(names.get(expression.name, expression.name))
    return rebuilt(expression, lambda part: _renamed(part, names)) if expression.parts else expression
