"""What a tree is made of: lines and givens, steps, fields with their origin; each opened once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory import steps
from computefactory.explanation.node import Node
from computefactory.finance import cases
from computefactory.ledger.expression import Name, Verb, leaves
from computefactory.names.place import RECORDS
from computefactory.offtake import STEPS as OFFTAKE_STEPS
from computefactory.plant import STEPS as PLANT_STEPS
from computefactory.records import WORKED_OUT_OF
from computefactory.units import DIMENSIONLESS, Month, shown, unit_of

if TYPE_CHECKING:
    from computefactory.underwriting import Evaluation, Underwritten

__all__ = ["STEPS", "Opened", "describe", "finite"]

RATIOS = (DIMENSIONLESS, unit_of(Month))  # units of covers, and of months of what may never come
STEPS = {step.__name__: step for step in (*PLANT_STEPS, *OFFTAKE_STEPS, *cases.STEPS)}


class Opened:
    """Opens names of one result, ``depth`` levels down, and remembers what is opened already."""

    def __init__(self, result: Underwritten, months: range | None, depth: int | None) -> None:
        self.result, self.months, self.left = result, months, depth
        self.opened: set[tuple[Any, ...]] = set()

    def below(self, make: Callable[[], Iterable[Node]]) -> tuple[Node, ...]:
        """What stands below a node, as far as the tree is opened."""
        if self.left == 0:
            return ()
        self.left = None if self.left is None else self.left - 1
        found = tuple(make())
        self.left = None if self.left is None else self.left + 1
        return found

    def line(self, run: Evaluation, name: str, month: int | None, item: int | None, verb: str = "") -> Node:
        """A ledger line or given, opened once; without a month a series is shown whole."""
        node = replace(self._cell(run, name, month, item), verb=verb)
        key = (run.case, run.ledger.hash, id(run.factory), name, node.month, node.item)
        other_month = month is not None and month not in (self.months or ()) and node.month is not None
        if key in self.opened or other_month:
            return replace(node, see=True)
        self.opened.add(key)
        if name in run.ledger.givens:
            return replace(node, **self._origin(run, name, month, item))
        every = {str(leaf): leaf for leaf in leaves(run.ledger.lines[name].expression)}.values()
        below = self.below(lambda: [child for leaf in every for child in self._children(run, leaf, month, item)])
        return replace(node, inputs=below)

    def _children(self, run: Evaluation, leaf: Name | Verb, month: int | None, item: int | None) -> list[Node]:
        """What a name or verb of a formula reads."""
        if isinstance(leaf, Name):
            return [self.line(run, leaf.name, month, item)]
        extra = [
            node for part in leaf.arguments if isinstance(part, Name) for node in self._children(run, part, month, item)
        ]
        owner = run.ledger.lines.get(leaf.line) or run.ledger.givens[leaf.line]
        if leaf.verb in ("over", "senior"):
            items = range(len(run.factory.items_of(owner.per or "")))
            return [*(self.line(run, leaf.line, month, i, leaf.verb) for i in items), *extra]
        at = month
        if leaf.verb in ("total", "irr", "ahead", "trailing", "spread", "ytd", "lowest", "highest"):
            at = None
        elif month is not None:
            at = month - 1 if leaf.verb == "prev" else month + 1
            if not 0 <= at < run.timeline.periods:
                return extra
        return [self.line(run, leaf.line, at, item, leaf.verb), *extra]

    def _cell(self, run: Evaluation, name: str, month: int | None, item: int | None) -> Node:
        """The value of a line or given, or its series in a few words."""
        is_line = name in run.ledger.lines
        owner: Any = run.ledger.lines[name] if is_line else run.ledger.givens[name]
        values = np.asarray(run.lines[name] if is_line else run.inputs[name], dtype=float)
        timed = owner.timed and not getattr(owner, "table", False)
        items = run.factory.items_of(owner.per) if owner.per else []
        of = item if owner.per else None
        if of is not None:
            values = values[of]
        if timed and month is not None:
            values = values[..., month]
        if owner.unit in RATIOS:
            values = np.where(values == cases.NO_TEST, np.nan, values)  # stands where there is none
        number = float(values) if values.ndim == 0 else None
        return Node(
            name,
            "line" if is_line else "given",
            owner.label if is_line else owner.doc,
            finite(number) if number is not None else None,
            "" if number is not None and np.isfinite(number) else "none" if number is not None else describe(values),
            shown(owner.unit),
            f"{name} = {owner.formula}" if is_line else "",
            month=run.timeline.names[month] if timed and month is not None else None,
            item=items[of] if of is not None else None,
            case=run.case,
        )

    def _origin(self, run: Evaluation, name: str, month: int | None, item: int | None) -> dict[str, Any]:
        """Where a given comes from: a step, a field of the inputs, the calendar, or the sizing run."""
        given = run.ledger.givens[name]
        source = given.source
        if given.of:
            of = int(run.inputs[given.by][item]) if item is not None else None
            return {"inputs": self.below(lambda: [self.line(run, given.of, month, of)])}
        root, *path = source.split(".")
        if root == "steps":
            return {"inputs": self.below(lambda: [self.step(run, path[0])])}
        if root == "case":
            return {"inputs": self.below(lambda: [self.step(run, run.case)])}
        if root == "timeline":
            return {"kind": "calendar", "label": f"calendar from {run.timeline.names[0]}"}
        if root == "frozen":
            sized = self.result.sized
            if sized is None:
                return {"kind": "convention", "label": "no debt"}
            at = month if sized.timeline == run.timeline else None
            return {"label": "frozen as sized", "inputs": self.below(lambda: [self.line(sized, name, at, item)])}
        if root == "receipts":
            what = {"share": "share of committed receipts", "backstop": "what a backstop pays at most"}
            return {"kind": "convention", "label": f"{what[source.rpartition('.')[2]]}, by month"}
        if given.per and item is not None:
            crossed = self.result.crossed(source, run.factory.items_of(given.per)[item])
            if crossed is not None:
                named = None if month is None else run.timeline.names[month]
                return {"inputs": self.below(lambda: [self._across(*crossed, named)])}
        paths = self._read_from(source, name, run, item)
        return {"inputs": self.below(lambda: [self.leaf(run, path) for path in paths])}

    def _across(self, other: Underwritten, names: tuple[str, ...], month: str | None) -> Node:
        """The result of a file inside, with the lines that are taken of it, in the same calendar month."""
        run = other.runs[other.head]
        calendar = run.timeline.names
        outside = month is not None and month not in calendar
        at = None if month is None or outside else calendar.index(month)
        within = Opened(other, None if at is None else range(at, at + 1), self.left)
        taken = () if outside else names
        below = within.below(lambda: [within.line(other.run_with(name, run) or run, name, at, None) for name in taken])
        text = f"nothing in {month}" if outside else "underwritten in full, a run of its own"
        return Node(other.name, "result", "a file inside", text_value=text, inputs=below)

    def _read_from(self, source: str, name: str, run: Evaluation, item: int | None) -> list[str]:
        """The field's path among the inputs, with the item's name in it; without an item that of each."""
        record, _, last = source.rpartition(".")
        axis = run.ledger.givens[name].per
        if axis is None:
            return [source]
        items = run.factory.items_of(axis)
        return [f"{record}.{name}.{last}" for name in (items if item is None else [items[item]])]

    def step(self, run: Evaluation, name: str) -> Node:
        """A step, with what its function is called with."""
        function = STEPS[name]
        value = run.known[name]
        node = Node(
            name,
            "step",
            (inspect.getdoc(function) or "").partition("\n")[0],
            finite(float(value)) if isinstance(value, (int, float, np.floating)) else None,
            describe(value),
            function=f"{function.__module__}.{function.__qualname__}",
        )
        key = ("step", id(run.factory), name)
        if key in self.opened:
            return replace(node, see=True)
        self.opened.add(key)
        return replace(
            node, inputs=self.below(lambda: [self._argument(run, part) for part in steps.parameters(function)])
        )

    def _argument(self, run: Evaluation, name: str) -> Node:
        if name in STEPS:
            return self.step(run, name)
        if name == "timeline":
            return Node(name, "calendar", text_value=f"calendar from {run.timeline.names[0]}")
        return self.leaf(run, RECORDS[name], name)

    def leaf(self, run: Evaluation, path: str, name: str = "") -> Node:
        """A field with its origin, or a record with all its fields."""
        factory = run.factory
        key = ("leaf", id(factory), path)
        if path in factory.origins:
            origin = factory.origins[path]
            value = factory.value(path)
            seen = key in self.opened
            self.opened.add(key)
            below = () if seen else self.below(lambda: [self.leaf(run, parent) for parent in origin.parents])
            number = finite(value) if isinstance(value, (int, float)) else None
            return Node(
                name or path,
                "field",
                path if name else "",
                value=number,
                text_value="" if number is not None else describe(value),
                unit=shown(origin.unit),
                source=origin.as_dict(),
                inputs=below,
                see=seen,
            )
        node = Node(name or path, "record", path if name else "")
        if key in self.opened:
            return replace(node, see=True)
        self.opened.add(key)
        record, _, last = path.rpartition(".")
        places = sorted(place for place in factory.origins if place.startswith(f"{path}."))
        if last in WORKED_OUT_OF:
            places = [f"{record}.{WORKED_OUT_OF[last]}"]
        below = self.below(lambda: [self.leaf(run, place) for place in places])
        return replace(node, text_value="" if places else "none", inputs=below)


def finite(value: float) -> float | None:
    """A number, None where it does not exist."""
    return float(value) if np.isfinite(value) else None


def describe(value: Any) -> str:
    """A series, record or text in a few words."""
    if isinstance(value, np.ndarray) and value.ndim:
        if not value.size:
            return "empty"
        known = value[np.isfinite(value)]
        if not known.size:
            return f"none in {value.size} values"
        return f"{known.size} values from {np.min(known):.6g} to {np.max(known):.6g}, mean {np.mean(known):.6g}"
    if isinstance(value, tuple) and value and not is_dataclass(value[0]):
        return f"{len(value)} values"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__} of {len(fields(value))} fields"
    return "" if isinstance(value, (int, float)) else str(value)
