"""Where a number comes from: the tree from a metric down to file lines, library rows and the calendar.

Every node is one of: a *metric* (a line or step in the unit of its name), a ledger *line* (its formula), a *step* (the
name of its function, which can be called again), or a leaf: a *field* of the inputs with its file line, library row or
the fields it was derived from, a *calendar* series, or a convention. A node that stands elsewhere in the tree, and
another month of a line, are shown with their value and not opened again.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory import steps
from computefactory.errors import FactoryFileError, Problem
from computefactory.finance import cases
from computefactory.finance.origins import READ_FROM, RECORDS
from computefactory.ledger.expression import Name, Verb, leaves
from computefactory.metrics import METRICS, RETURNS
from computefactory.offtake import STEPS as OFFTAKE_STEPS
from computefactory.plant import STEPS as PLANT_STEPS
from computefactory.renamed import now_called
from computefactory.result import items_of
from computefactory.units import shown

if TYPE_CHECKING:
    from computefactory.model import Run
    from computefactory.result import Result

__all__ = ["Node", "explain"]

STEPS = {step.__name__: step for step in (*PLANT_STEPS, *OFFTAKE_STEPS, *cases.STEPS)}


@dataclass(frozen=True, slots=True)
class Node:
    """One number of the tree; ``value`` is None for a series or record, which ``text_value`` then describes."""

    name: str
    kind: str
    label: str = ""
    value: float | None = None
    text_value: str = ""
    unit: str = ""
    formula: str = ""
    function: str = ""
    verb: str = ""
    month: str | None = None
    item: str | None = None
    case: str | None = None
    source: Mapping[str, Any] | None = None
    inputs: tuple[Node, ...] = ()
    see: bool = False  # opened elsewhere in the tree

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: empty fields are left out."""
        result: dict[str, Any] = {"name": self.name, "kind": self.kind, "value": self.value}
        for name in (
            "label",
            "text_value",
            "unit",
            "formula",
            "function",
            "verb",
            "month",
            "item",
            "case",
            "source",
            "see",
        ):
            content = getattr(self, name)
            if content:
                result[name] = dict(content) if name == "source" else content
        if self.inputs:
            result["inputs"] = [node.as_dict() for node in self.inputs]
        return result

    def text(self, depth: int, indent: int = 0) -> list[str]:
        """Lines of text, ``depth`` levels down."""
        where = ", ".join(part for part in (self.item, self.month) if part)
        head = f"{'  ' * indent}{self.verb + ' of ' if self.verb not in ('', 'same') else ''}{self.name}"
        head += f"[{where}]" if where else ""
        if self.value is not None:
            head += f" = {self.value:,.6g} {shown(self.unit)}".rstrip()
        elif self.text_value:
            head += f" = {self.text_value}"
        detail = self.formula or (f"{self.function}()" if self.function else "") or _place(self.source)
        lines = [head, *([f"{'  ' * indent}    {detail}"] if detail else [])]
        if depth > 0:
            for node in self.inputs:
                lines += node.text(depth - 1, indent + 1)
        return lines

    def walk(self) -> Iterator[Node]:
        """The node and every one below it."""
        yield self
        for node in self.inputs:
            yield from node.walk()


def _place(source: Mapping[str, Any] | None) -> str:
    """Where a leaf stands, in one line."""
    if not source:
        return ""
    if source["kind"] == "file":
        by = f" ({source['source']})" if source.get("source") else ""
        return f"{source['file']}:{source['line']}{by}"
    if source["kind"] == "fact":
        row = "/".join(str(source[part]) for part in ("table", "key", "field"))
        return f"library {row}: {source['source']}, {source['as_of']}, confidence {source['confidence']}"
    return str(source.get("formula", source["kind"]))


def explain(result: Result, name: str, month: str | None, case: str) -> Node:
    """The tree of a metric, line, given or step.

    Raises:
        FactoryFileError: no such name, month or case.
    """
    return _Explainer(result, case, _month_index(result, month)).any(name)


def _month_index(result: Result, month: str | None) -> int | None:
    if month is None:
        return None
    names = result.factory.timeline.names
    if month not in names:
        raise FactoryFileError(
            [Problem("unknown_month", "--month", month, f"a month from {names[0]} to {names[-1]}", "write YYYY-MM")]
        )
    return names.index(month)


class _Explainer:
    """Builds one tree; remembers what is already opened in it."""

    def __init__(self, result: Result, case: str, month: int | None) -> None:
        if case not in result.runs:
            near = ", ".join(result.runs)
            raise FactoryFileError([Problem("unknown_case", "--case", case, near)])
        self.result, self.case, self.month = result, case, month
        self.opened: set[tuple[Any, ...]] = set()

    def any(self, name: str) -> Node:
        result = self.result
        definition = next((item for item in (*METRICS, *RETURNS) if item.name == name), None)
        if definition is not None:
            metric = result.metric(name, self.case)
            if definition.source == "step":
                child = self.step(result.runs[self.case], definition.key)
            elif definition.source == "input":
                child = self.leaf(result.runs[self.case], definition.key)
            else:
                case = self.case if definition.source in ("case", "contract_only") else definition.source
                child = self.line(result.runs[case], definition.key, self.month, None)
            scale = f" x {definition.scale:g}" if definition.scale != 1 else ""
            return Node(
                name,
                "metric",
                metric.label,
                metric.value,
                metric.reason,
                metric.unit,
                f"{definition.key}{scale}",
                inputs=(child,),
            )
        run = result.runs[self.case]
        if name in run.ledger.lines or name in run.ledger.givens:
            return self.line(run, name, self.month, None)
        if result.sized is not None and name in result.sized.ledger.lines:
            return self.line(result.sized, name, self.month, None)
        if name in STEPS:
            return self.step(run, name)
        known = [item.name for item in (*METRICS, *RETURNS)] + list(run.ledger.lines) + list(STEPS)
        near = difflib.get_close_matches(name, dict.fromkeys(known), 3)
        raise FactoryFileError(
            [
                Problem(
                    "unknown_name",
                    name,
                    "no metric, line or step has this name",
                    "a name from the reference",
                    now_called(name) or (f"did you mean {', '.join(near)}?" if near else ""),
                )
            ]
        )

    def line(self, run: Run, name: str, month: int | None, item: int | None, verb: str = "") -> Node:
        """A ledger line or given, opened once; without a month a series is shown whole."""
        node = replace(self._cell(run, name, month, item), verb=verb)
        key = (run.case, run.ledger.hash, id(run.factory), name, node.month, node.item)
        other_month = month is not None and month != self.month and node.month is not None
        if key in self.opened or other_month:
            return replace(node, see=True)
        self.opened.add(key)
        if name in run.ledger.givens:
            return replace(node, **self._origin(run, name, month, item))
        found: dict[str, list[Node]] = {}
        for leaf in leaves(run.ledger.lines[name].expression):
            if str(leaf) not in found:
                found[str(leaf)] = self._children(run, leaf, month, item)
        return replace(node, inputs=tuple(child for children in found.values() for child in children))

    def _children(self, run: Run, leaf: Name | Verb, month: int | None, item: int | None) -> list[Node]:
        """What a name or verb of a formula reads."""
        if isinstance(leaf, Name):
            return [self.line(run, leaf.name, month, item)]
        extra = [
            node for part in leaf.arguments if isinstance(part, Name) for node in self._children(run, part, month, item)
        ]
        owner = run.ledger.lines.get(leaf.line) or run.ledger.givens[leaf.line]
        if leaf.verb in ("over", "senior"):
            items = range(len(items_of(run.factory, owner.per or "")))
            return [*(self.line(run, leaf.line, month, i, leaf.verb) for i in items), *extra]
        at = month
        if leaf.verb in ("total", "lowest", "highest", "irr", "ahead", "trailing", "spread", "ytd"):
            at = None
        elif month is not None:
            at = month - 1 if leaf.verb == "prev" else month + 1
            if not 0 <= at < run.timeline.periods:
                return extra
        return [self.line(run, leaf.line, at, item, leaf.verb), *extra]

    def _cell(self, run: Run, name: str, month: int | None, item: int | None) -> Node:
        """The value of a line or given, or its series in a few words."""
        is_line = name in run.ledger.lines
        owner: Any = run.ledger.lines[name] if is_line else run.ledger.givens[name]
        values = np.asarray(run.lines[name] if is_line else run.inputs[name], dtype=float)
        timed = owner.timed and not getattr(owner, "table", False)
        items = items_of(run.factory, owner.per) if owner.per else []
        of = item if owner.per else None
        if of is not None:
            values = values[of]
        if timed and month is not None:
            values = values[..., month]
        number = float(values) if values.ndim == 0 else None
        return Node(
            name,
            "line" if is_line else "given",
            owner.label if is_line else owner.doc,
            _finite(number) if number is not None else None,
            "" if number is not None and np.isfinite(number) else "none" if number is not None else _describe(values),
            shown(owner.unit),
            f"{name} = {owner.formula}" if is_line else "",
            month=run.timeline.names[month] if timed and month is not None else None,
            item=items[of] if of is not None else None,
            case=run.case,
        )

    def _origin(self, run: Run, name: str, month: int | None, item: int | None) -> dict[str, Any]:
        """Where a given comes from: a step, a field of the inputs, the calendar, or the sizing run."""
        source = run.ledger.givens[name].source
        root, *path = source.split(".")
        if root == "steps":
            return {"inputs": (self.step(run, path[0]),)}
        if root == "case":
            return {"inputs": (self.step(run, run.case),)}
        if root == "timeline":
            return {"kind": "calendar", "label": f"calendar from {run.timeline.names[0]}"}
        if root == "frozen":
            sized = self.result.sized
            if sized is None:
                return {"kind": "convention", "label": "no debt"}
            at = month if sized.timeline == run.timeline else None
            return {"label": "frozen as sized", "inputs": (self.line(sized, name, at, item),)}
        if root == "receipts":
            return {"kind": "convention", "label": "share of committed receipts, by month"}
        return {"inputs": (self.leaf(run, self._path(source, name, run, item)),)}

    def _path(self, source: str, name: str, run: Run, item: int | None) -> str:
        """The field's path among the inputs, with the item's name in it."""
        parts = source.split(".")
        axis = run.ledger.givens[name].per
        if axis is None:
            return source
        return ".".join((*parts[:-1], *([items_of(run.factory, axis)[item]] if item is not None else []), parts[-1]))

    def step(self, run: Run, name: str) -> Node:
        """A step, with what its function is called with."""
        function = STEPS[name]
        value = run.known[name]
        node = Node(
            name,
            "step",
            (inspect.getdoc(function) or "").partition("\n")[0],
            _finite(float(value)) if isinstance(value, (int, float, np.floating)) else None,
            _describe(value),
            function=f"{function.__module__}.{function.__qualname__}",
        )
        key = ("step", id(run.factory), name)
        if key in self.opened:
            return replace(node, see=True)
        self.opened.add(key)
        return replace(node, inputs=tuple(self._argument(run, parameter) for parameter in steps.parameters(function)))

    def _argument(self, run: Run, name: str) -> Node:
        if name in STEPS:
            return self.step(run, name)
        if name == "timeline":
            return Node(name, "calendar", text_value=f"calendar from {run.timeline.names[0]}")
        return self.leaf(run, RECORDS[name], name)

    def leaf(self, run: Run, path: str, name: str = "") -> Node:
        """A field with its origin, or a record with all its fields."""
        factory = run.factory
        key = ("leaf", id(factory), path)
        if path in factory.origins:
            origin = factory.origins[path]
            value = factory.value(path)
            below = tuple(self.leaf(run, parent) for parent in origin.parents) if key not in self.opened else ()
            seen = key in self.opened
            self.opened.add(key)
            number = _finite(value) if isinstance(value, (int, float)) else None
            return Node(
                name or path,
                "field",
                path if name else "",
                value=number,
                text_value="" if number is not None else _describe(value),
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
        if last in READ_FROM:
            places = [f"{record}.{READ_FROM[last]}"]
        return replace(
            node, text_value="" if places else "none", inputs=tuple(self.leaf(run, place) for place in places)
        )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _describe(value: Any) -> str:
    """A series, record or text in a few words."""
    if isinstance(value, np.ndarray) and value.ndim:
        if not value.size:
            return "empty"
        return f"{value.size} values from {np.min(value):.6g} to {np.max(value):.6g}, mean {np.mean(value):.6g}"
    if isinstance(value, tuple) and value and not is_dataclass(value[0]):
        return f"{len(value)} values"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__} of {len(fields(value))} fields"
    return "" if isinstance(value, (int, float)) else str(value)
