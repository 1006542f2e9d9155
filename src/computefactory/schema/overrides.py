"""Overrides (``--set path=value``): put into the tree before it is read, so they meet the same rules as the file.

They come as texts (``path=value``), as a map of dotted paths, or as maps in maps, the way the file itself is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from computefactory.errors import FactoryFileError, Problem
from computefactory.schema.read import YamlNode, read_text
from computefactory.schema.types import Canonical, Varied

__all__ = ["Override", "Overrides", "read_overrides", "replaced", "value_at", "vary", "with_overrides"]

Override = str | float | bool | NDArray[np.float64] | None
Overrides = str | Sequence[str] | Mapping[str, Any]
PLACE = "--set"
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {  # setting one takes the other away
    "price": ("total_price", "total_value"),
    "total_price": ("price",),
    "total_value": ("price",),
}


def read_overrides(given: Overrides | None) -> dict[str, Override]:
    """Dotted path -> value, however overrides are given: one text or several, a map of paths, maps in maps.

    Raises:
        FactoryFileError: a text without ``=``, a path given twice, a value of no kind that a file holds.
    """
    found: dict[str, Override] = {}
    problems = []
    for path, value, shown in _pairs(given):
        known = isinstance(value, (str, int, float, np.number, np.ndarray)) or value is None
        if not path or not known:
            expected = "PATH=VALUE" if value is ... else "a number, a text as it would stand in the file, or a map"
            problems.append(Problem("wrong_override", path, shown, expected, "", PLACE))
        elif path in found:
            problems.append(Problem("duplicate_override", path, shown, "each path once", "", PLACE))
        found[path] = value
    if problems:
        raise FactoryFileError(problems)
    return found


def _pairs(given: Any, path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Path, value and how it was given, one for each value; ``...`` where a text has none."""
    if isinstance(given, Mapping) and (given or not path):
        for name, value in given.items():
            yield from _pairs(value, f"{path}.{name}" if path else str(name))
    elif path:
        if isinstance(given, (list, tuple)) and all(isinstance(item, str) for item in given):
            given = f"[{', '.join(given)}]"
        value = given.isoformat() if isinstance(given, date) else given
        yield path, value, repr(given)
    else:
        for text in [given] if isinstance(given, str) else given or ():
            name, sign, value = text.partition("=") if isinstance(text, str) else ("", "", text)
            yield name.strip(), value.strip() if sign and name.strip() else ..., repr(text)


def vary(overrides: Mapping[str, Override]) -> bool:
    """Whether any override differs between scenarios."""
    return any(isinstance(value, np.ndarray) for value in overrides.values())


def with_overrides(
    root: YamlNode, overrides: Mapping[str, Override], bound: str
) -> tuple[YamlNode, dict[str, str], dict[str, NDArray[np.float64]], list[Problem]]:
    """The tree with all overrides, what was given for each, the arrays among them, and problems.

    An array stands in the tree as its smallest or largest value (``bound``): what holds for both ends holds between.
    """
    given: dict[str, str] = {}
    arrays: dict[str, NDArray[np.float64]] = {}
    problems: list[Problem] = []
    sizes = {value.size for value in overrides.values() if isinstance(value, np.ndarray)}
    if len(sizes) > 1:
        found = f"{' and '.join(str(size) for size in sorted(sizes))} scenarios"
        problems.append(Problem("wrong_shape", "", found, "arrays of one length", "", PLACE))
    for path, value in overrides.items():
        node, shown = _node(value, bound)
        if isinstance(value, np.ndarray):
            arrays[path] = np.asarray(value, dtype=float)
            if value.ndim != 1 or not value.size or not np.all(np.isfinite(arrays[path])):
                expected = "a one-dimensional array of finite numbers"
                problems.append(Problem("wrong_shape", path, f"an array of shape {value.shape}", expected, "", PLACE))
                continue
        if node is None or not all(path.split(".")):
            problems.append(Problem("not_yaml", path, shown, "path=value as it would stand in the file", "", PLACE))
            continue
        changed = _with(root, path, node)
        if changed is None:
            hint = "only fields can be set; state the whole entry in the file"
            problems.append(Problem("unknown_field", path, shown, "a path of the file", hint, PLACE))
            continue
        root, given[path] = changed, shown
    return root, given, arrays, problems


def replaced(model: Any, path: str, values: NDArray[np.float64]) -> Any:
    """The model with an array at a path; what stood there was validated at both ends."""
    if not path:
        return values
    if isinstance(model, BaseModel):
        name, _, rest = path.partition(".")
        return model.model_copy(update={name: replaced(getattr(model, name), rest, values)})
    name = _first_of(model, path)
    return {**model, name: replaced(model[name], path[len(name) + 1 :], values)}


def value_at(model: Any, path: str, *, some: bool = False) -> Any:
    """What a model holds at a dotted path; None where the path leads through a field that is not given.

    ``some`` allows a field that only other kinds of the entry have.
    """
    while path and model is not None:
        if isinstance(model, BaseModel):
            name, _, path = path.partition(".")
            model = getattr(model, name, None) if some else getattr(model, name)
        else:
            name = _first_of(model, path)
            model, path = model.get(name), path[len(name) + 1 :]
    return model


def _node(value: Override, bound: str) -> tuple[YamlNode | None, str]:
    """The node of an override and what to call it."""
    if value is None:
        return YamlNode(None, None, None), "null"
    if isinstance(value, str):
        tree = read_text(value, PLACE)
        nothing = all(problem.code == "empty" for problem in tree.problems)
        return tree.root or (YamlNode(None, None, None) if nothing else None), value
    if isinstance(value, bool):
        return YamlNode(value, None, None, written=str(value).lower()), str(value).lower()
    if isinstance(value, np.ndarray):
        number = float(getattr(np, bound)(value)) if value.size else 0.0
        return YamlNode(Varied(number), None, None, written=f"{number:g}"), f"{number:g} ({bound} of the scenarios)"
    return YamlNode(Canonical(value), None, None, written=f"{value:g}"), f"{value:g}"


def _with(node: YamlNode, path: str, value: YamlNode) -> YamlNode | None:
    """A copy of the tree with ``value`` at ``path``; None where the path leads through a scalar or a list."""
    if not isinstance(node.content, dict):
        return None
    name = _first_of(node.content, path)
    rest = path[len(name) + 1 :]
    children = dict(node.content)
    if rest:
        inner = _with(children.get(name, YamlNode({}, None, None)), rest, value)
        if inner is None:
            return None
        children[name] = inner
    else:
        for other in ALTERNATIVES.get(name, ()):
            children.pop(other, None)
        if value.content is None:
            children.pop(name, None)
        else:
            children[name] = value
    return YamlNode(children, node.line, node.column, node.size, keys=node.keys)


def _first_of(known: Mapping[str, Any], path: str) -> str:
    """The first step of a path: the longest known name that it starts with, else up to the first dot."""
    name = path
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or path.partition(".")[0]
