"""Formulas over names as a page or a user writes them: parsed once, read with any look-up of names.

Values have shape (item, period); what stands alone on an axis has length one there. The verbs of the ledger that need
no neighbour month mean the same here: ``total``, ``lowest``, ``highest`` over the whole life, ``over`` all items.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import HOURS_OF_MONTH, MONTH_STARTS

__all__ = ["Formula", "Leaf", "Values", "is_name", "parts_of", "read"]

Values = NDArray[np.float64]  # shape (item, period)
Look = Callable[["Leaf"], Values]

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\[[^\]]+\]|\.\w+)*(?!\w*\()(?![\w.\[])")
_PART = re.compile(r"\[([^\]]+)\]|(\w+)")


def _summed(values: Values, axis: int) -> Values:
    return np.asarray(values.sum(axis=axis, keepdims=True))


def _by_month(hours: Values) -> Values:
    """Sums of the calendar months of a typical year."""
    return np.asarray(np.add.reduceat(hours, MONTH_STARTS, axis=1))


def _at_peak(values: Values, of: Values) -> Values:
    """The value in the period in which another is highest."""
    place = int(np.argmax(of[0]))
    return values[:, place : place + 1] if values.shape[1] > 1 else values


_LIFE: Mapping[str, Callable[..., Values]] = {  # over all periods, whatever month is asked for
    "total": lambda x: _summed(x, 1),
    "lowest": lambda x: x.min(axis=1, keepdims=True),
    "highest": lambda x: x.max(axis=1, keepdims=True),
    "mean": lambda x: x.mean(axis=1, keepdims=True),
    "by_month": _by_month,
    "top_by_month": lambda x: np.maximum.reduceat(x, MONTH_STARTS, axis=1),
    "mean_by_month": lambda x: _by_month(x) / HOURS_OF_MONTH,
    "at_peak": _at_peak,
    "so_far": lambda x: np.cumsum(x, axis=1),
    "later": lambda x: _summed(x, 1) - np.cumsum(x, axis=1),
}
_SERIES = ("so_far", "later")  # then the month asked for, of a longer period its last
_EVERY: Mapping[str, Callable[..., Values]] = {"over": lambda x: _summed(x, 0)}  # all items, whatever item is asked for
_HERE: Mapping[str, Callable[..., Any]] = {
    "sum": lambda x: np.asarray(x.sum(keepdims=True)),  # what item and month leave
    "items": lambda x: _summed(x, 0),  # what the item leaves, period by period
    "first": lambda x: x[:1],
    "end": lambda x: x[:, -1:],
    "where": np.where,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "floor": np.floor,
    "abs": np.abs,
}
VERBS = (*_LIFE, *_EVERY, *_HERE)
ALONE = ("over", "sum", "items", "first")  # they leave one of what there are several of
_ARGUMENTS = {"at_peak": 2, "maximum": 2, "minimum": 2, "where": 3}  # of the others one
LARGEST = 10**300  # a whole number that is still a float
LONGEST = 2000  # characters
_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A name in a formula; ``life``: in all periods; ``every``: all items; ``verb``: what it is read through."""

    name: str
    life: bool = False
    every: bool = False
    verb: str = ""


@dataclass(frozen=True)
class Formula:
    """A formula: its text, its names in the order of reading, and its value."""

    text: str
    leaves: tuple[Leaf, ...]
    _root: ast.expr
    _names: tuple[str, ...]

    def value(self, look: Look, place: slice) -> Values:
        """The value; ``place`` are the periods asked for, which only a running sum needs."""
        with np.errstate(all="ignore"):
            return np.asarray(self._value(self._root, look, place, Leaf("")), dtype=float)

    def axis(self, axis_of: Callable[[Leaf], str]) -> str:
        """What the value is per; empty for one thing.

        Raises:
            ValueError: parts of it are per different things.
        """
        return self._axis(self._root, axis_of, Leaf(""))

    def _axis(self, node: ast.expr, axis_of: Callable[[Leaf], str], how: Leaf) -> str:
        if isinstance(node, ast.Name):
            return axis_of(Leaf(self._names[int(node.id[1:])], how.life, how.every, how.verb))
        verb = node.func.id if isinstance(node, ast.Call) else ""  # type: ignore[attr-defined]
        parts = (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr) and part is not _head(node))
        found = {axis for part in parts if (axis := self._axis(part, axis_of, _through(verb, how)))}
        if len(found) > 1:
            raise ValueError(" and ".join(sorted(found)))
        return "" if verb in ALONE else next(iter(found), "")

    def _value(self, node: ast.expr, look: Look, place: slice, how: Leaf) -> Any:
        if isinstance(node, ast.Constant):
            return np.full((1, 1), float(node.value))  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return look(Leaf(self._names[int(node.id[1:])], how.life, how.every, how.verb))
        if isinstance(node, ast.UnaryOp):
            return -self._value(node.operand, look, place, how)
        if isinstance(node, ast.Compare):
            sides = (self._value(side, look, place, how) for side in (node.left, node.comparators[0]))
            return np.asarray(_OPERATORS[type(node.ops[0])](*sides), dtype=float)
        if isinstance(node, ast.BinOp):
            left, right = (self._value(side, look, place, how) for side in (node.left, node.right))
            return _OPERATORS[type(node.op)](left, right)
        assert isinstance(node, ast.Call)
        verb = node.func.id  # type: ignore[attr-defined]
        values = [self._value(part, look, place, _through(verb, how)) for part in node.args]
        found = (_LIFE.get(verb) or _EVERY.get(verb) or _HERE[verb])(*values)
        return found[:, place][:, -1:] if verb in _SERIES and not how.life else found


def _head(node: ast.expr) -> ast.expr | None:
    """The name of a verb that is called."""
    return node.func if isinstance(node, ast.Call) else None


def _through(verb: str, how: Leaf) -> Leaf:
    return Leaf(
        "", how.life or verb in _LIFE, how.every or verb in _EVERY, verb if verb in (*_LIFE, *_EVERY) else how.verb
    )


def is_name(text: str) -> bool:
    """Whether a text is one name or path."""
    return _NAME.fullmatch(text) is not None


def parts_of(name: str) -> list[str]:
    """``finance.tranches[senior].rate`` in its parts."""
    return [inside or word for inside, word in _PART.findall(name)]


@cache
def read(text: str) -> Formula | None:
    """The formula of a text; None where it is none."""
    if len(text) > LONGEST:
        return None
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        names.append(match[0])
        return f"n{len(names) - 1}"

    try:
        root = ast.parse(_NAME.sub(place, text), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    leaves: list[Leaf] = []
    if not _known(root, names, leaves, Leaf("")):
        return None
    return Formula(text, tuple(dict.fromkeys(leaves)), root, tuple(names))


def _known(node: ast.AST, names: list[str], leaves: list[Leaf], how: Leaf) -> bool:
    """Whether a tree holds nothing but names, numbers, operators and verbs; its names are kept."""
    if isinstance(node, ast.Name):
        leaves.append(Leaf(names[int(node.id[1:])], how.life, how.every, how.verb))
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float) or (isinstance(node.value, int) and node.value < LARGEST)
    if isinstance(node, ast.Call):
        verb = node.func.id if isinstance(node.func, ast.Name) else ""
        inside = _through(verb, how)
        fits = verb in VERBS and not node.keywords and len(node.args) == _ARGUMENTS.get(verb, 1)
        return fits and all(_known(part, names, leaves, inside) for part in node.args)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _known(node.operand, names, leaves, how)
    if isinstance(node, ast.BinOp):
        return type(node.op) in _OPERATORS and all(_known(side, names, leaves, how) for side in (node.left, node.right))
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        one = len(node.ops) == 1 and type(node.ops[0]) in _OPERATORS
        return one and all(_known(side, names, leaves, how) for side in sides)
    return False
