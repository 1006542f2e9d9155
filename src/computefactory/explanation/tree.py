"""Builds the tree of one number: each name is answered by its line, step, field, row or page, and opened once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory import report
from computefactory.errors import FactNotFound, FactoryFileError, Problem
from computefactory.explanation.node import Node
from computefactory.explanation.opened import STEPS, Opened, describe, finite
from computefactory.library import is_dated
from computefactory.names.formula import Formula, Leaf, is_name, parts_of, read
from computefactory.names.number import single
from computefactory.names.place import (
    RECORDS,
    Place,
    axis_of,
    stated_at,
    values_of,
)
from computefactory.page import Of
from computefactory.records import WORKED_OUT_OF
from computefactory.renamed import now_called

if TYPE_CHECKING:
    from computefactory.underwriting import Evaluation, Underwritten

__all__ = ["STEPS", "Explainer", "explain"]

SIZED = "sized"  # the case that sized the debt


def explain(result: Underwritten, name: str, month: str | None = None, case: str = "", item: str | None = None) -> Node:
    """The tree of one number, by its name, path or formula, down to file lines and library rows.

    Args:
        result: what ``cf.run`` gave.
        name: a metric, ledger line, step, path, row of the library, number of a page or formula.
        month: a month (``2027-03``), quarter (``2027-Q1``) or year, where the number is a series.
        case: the return case; of a company ``sold``, ``secured`` or ``announced``; default: that of its metrics.
        item: one contract, tranche, asset, hall.

    Raises:
        FactoryFileError: no such name, item, month or case.
    """
    return Explainer(result).node(Of(name, item or "", month or "", case))


@dataclass
class Explainer:
    """Answers for one result; ``depth`` is how many levels are opened, None for all. Pages are made once."""

    result: Underwritten
    depth: int | None = None
    pages: report.Pages = field(init=False)

    def __post_init__(self) -> None:
        self.pages = report.Pages(self.result)

    def node(self, of: Of) -> Node:
        """The tree of what a page or a user names."""
        result = self.result
        case = of.case or result.head
        known = dict(result.runs) | ({SIZED: result.sized} if result.sized is not None else {})
        if case not in known:
            raise FactoryFileError([Problem("unknown_case", "--case", case, ", ".join(known))])
        run = known[case]
        assert run is not None
        return _Tree(self, run, Place.of(run.timeline, of.item, of.month), self.depth).root(of.name)


class _Tree(Opened):
    """The tree of one number."""

    def __init__(self, owner: Explainer, run: Evaluation, place: Place, depth: int | None) -> None:
        super().__init__(owner.result, place.periods if place.month else None, depth)
        self.owner, self.run, self.place = owner, run, place

    def root(self, name: str) -> Node:
        """The tree of what was asked for.

        Raises:
            FactoryFileError: no such name, or nothing in it has the item.
        """
        found = self.any(name)
        if self.place.item and self.place.item not in self.place.fits:
            problem = Problem("unknown_item", "--item", self.place.item, f"an item that {name} has")
            raise FactoryFileError([problem])
        return found

    def any(self, name: str) -> Node:
        """Whatever a name, path, row or formula is."""
        for answer in (self._name, self._page, self._row, self._path, self._formula):
            found = answer(name)
            if found is not None:
                return found
        known = (*self.result.definitions, *self.run.ledger.lines, *STEPS)
        near = difflib.get_close_matches(name, dict.fromkeys(known), 3)
        hint = now_called(name) or (f"did you mean {', '.join(near)}?" if near else "")
        expected = "a name from the reference"
        problem = Problem("unknown_name", name, "no metric, line or step has this name", expected, hint)
        raise FactoryFileError([problem])

    def at(self, place: Place, name: str) -> Node:
        """A name at another place than the one asked for."""
        asked, self.place = self.place, place
        found = self.any(name)
        self.place = asked
        return found

    def whole(self, *, item: str = "") -> Place:
        """All periods."""
        return Place(item, "", range(self.run.timeline.periods), self.place.fits)

    # what can be asked for

    def _name(self, name: str) -> Node | None:
        """A metric, line, given or step."""
        if name in self.result.definitions:
            return self._metric(name)
        first, *path = parts_of(name) if is_name(name) else [name]
        run = self.result.run_with(first, self.run)
        if run is not None and len(path) <= 1:
            return self._series(run, first, path)
        whole = name in STEPS and name in self.run.known and (not self.place.item or np.ndim(self.run.known[name]) == 0)
        return self.step(self.run, name) if whole else None

    def _metric(self, name: str) -> Node:
        definition, result = self.result.definitions[name], self.result
        case = self.run.case
        metric = result.metric(name, case)

        def child() -> Iterable[Node]:
            if definition.source == "step":
                return [self.step(result.runs[case], definition.key)]
            if definition.source == "input":
                return [self.leaf(result.runs[case], definition.key)]
            run = result.runs[case if definition.source in ("case", result.of) else definition.source]
            owner = result.run_with(definition.key, run)  # a line of the valuation alone stands in no other run
            assert owner is not None
            return [self.line(owner, definition.key, self.place.one, None)]

        scale = f" x {definition.scale:g}" if definition.scale != 1 else ""
        formula = f"{definition.key}{scale}"
        return Node(
            name, "metric", metric.label, metric.value, metric.reason, metric.unit, formula, inputs=self.below(child)
        )

    def _series(self, run: Evaluation, name: str, path: list[str]) -> Node:
        """A line or given; of several items or months their sum, or what stands at the end."""
        is_line = name in run.ledger.lines
        owner: Any = run.ledger.lines[name] if is_line else run.ledger.givens[name]
        records = run.factory.records_of(owner.per) if owner.per else ()
        item = path[0] if path else self.place.item
        picked = replace(self.place, item=item).pick(records, self._book(owner.per))
        if path and picked is None:
            expected = ", ".join(record.name for record in records)
            raise FactoryFileError([Problem("unknown_item", name, item, expected)])
        timed = owner.timed and not getattr(owner, "table", False)
        several = picked is not None and len(picked) != 1
        longer = timed and bool(self.place.month) and self.place.one is None
        one = picked[0] if picked is not None and len(picked) == 1 else None
        if not several and not longer:
            return self.line(run, name, self.place.one, one)
        values = values_of(self.result, run, Leaf(f"{name}[{item}]" if item and owner.per else name), self.place)
        assert values is not None
        ends = timed and report.kept_at_end(name, owner)
        number = single(values[:, -1:] if ends else values, self.place, summed=True)
        verb = "end" if longer and ends else "sum"
        items: list[int | None] = [*picked] if picked is not None else [None]
        months: list[int | None] = [*self.place.periods] if longer else [self.place.one]
        return replace(
            self._cell(run, name, None, None),
            value=number,
            text_value="" if number is not None else describe(values),
            verb=verb,
            month=self.place.month or None,
            item=item or None,
            inputs=self.below(lambda: [self.line(run, name, month, place) for place in items for month in months]),
        )

    def _book(self, axis: str | None) -> tuple[Any, ...]:
        """All contracts and leases, where an axis is one of them."""
        return self.result.factory.book if axis in ("contract", "lease") else ()

    def _page(self, name: str) -> Node | None:
        """A number of a page."""
        if ":" not in name:
            return None
        number = self.owner.pages.number(name, self.place.item)
        if number is None:
            return None
        self.place.fits.add(self.place.item)
        of = number.of
        if of.how:
            below = self.below(lambda: [self.at(self.whole(), part) for part in of.inputs])
        else:
            below = self.below(lambda: [self.owner.node(of)] if of.name != name else [])
        value, text = (number.value, "") if not isinstance(number.value, str) else (None, number.value)
        return Node(
            name,
            "figure",
            number.label,
            None if value is None else finite(float(value)),
            text or ("" if value is not None else "none"),
            number.unit,
            of.how,
            month=of.month or None,
            item=self.place.item or None,
            inputs=below,
        )

    def _row(self, name: str) -> Node | None:
        """A row of the library, as it is written there."""
        table, _, rest = name.partition("/")
        key, _, last = rest.rpartition("/")
        if not key or table not in self.result.factory.library.tables():
            return None
        try:
            fact = self.result.factory.library.fact(table, key, last)
        except FactNotFound as error:
            if key not in self.result.factory.library.keys(table):
                return None
            hint = f"did you mean {', '.join(error.nearest)}?" if error.nearest else ""
            problem = Problem("unknown_name", name, "the library has no such row", "table/key/field", hint)
            raise FactoryFileError([problem]) from None
        source = {
            **{part: getattr(fact, part) for part in ("table", "key", "field", "source", "as_of", "address")},
            **{part: getattr(fact, part) for part in ("confidence", "layer", "file", "line")},
            **({part: getattr(fact, part) for part in ("known", "known_basis")} if is_dated(fact) else {}),
        }
        number = float(fact.value) if isinstance(fact.value, (int, float)) else None
        text = "" if number is not None else str(fact.value)
        return Node(name, "field", fact.note, number, text, fact.unit, source={"kind": "fact", **source})

    def _path(self, name: str) -> Node | None:
        """Into the record of a step, the inputs or the file."""
        if not is_name(name):
            return None
        first, *rest = parts_of(name)
        factory = self.run.factory
        if first == "steps" and rest and rest[0] in STEPS and self._attribute(name) is not None:
            return self.step(self.run, rest[0])
        if first in STEPS and (found := self._attribute(name)) is not None:
            return replace(found, kind="attribute", inputs=self.below(lambda: [self.step(self.run, first)]))
        inputs = f"{RECORDS[first]}.{'.'.join(rest)}".rstrip(".") if first in RECORDS else ".".join([first, *rest])
        if inputs.partition(".")[0] in factory.chapters and (found := self._attribute(name)) is not None:
            places = self._places(inputs)
            if len(places) == 1 and places[0] in factory.origins:
                return replace(self.leaf(self.run, places[0]), name=name, item=found.item)
            return replace(found, inputs=self.below(lambda: [self.leaf(self.run, place) for place in places]))
        if f"file:{name}" in factory.origins:
            return replace(self.leaf(self.run, f"file:{name}"), name=name)
        stated = stated_at(factory, name)
        if not isinstance(stated, (int, float)):
            return None
        file, line, column = factory.document.places.place(name)
        where = {"kind": "file", "path": name, "file": file, "line": line, "column": column}
        source = {key: content for key, content in where.items() if content is not None}
        return Node(name, "field", "", float(stated), source=source)

    def _attribute(self, name: str) -> Node | None:
        """The value of a path, without what it is made of."""
        values = values_of(self.result, self.run, Leaf(name), self.place)
        if values is None:
            return None
        number = single(values, self.place)
        text = "" if number is not None and np.isfinite(number) else describe(values if values.size > 1 else "none")
        return Node(
            name,
            "record",
            value=None if number is None else finite(number),
            text_value=text,
            item=self.place.item or None,
        )

    def _places(self, path: str) -> list[str]:
        """The paths of the inputs that a path means: with the names of the items asked for."""
        origins = self.run.factory.origins
        if path in origins:
            return [path]
        parts = path.split(".")
        for k in range(1, len(parts)):
            value = _got(self.run.factory, parts[: k + 1])
            if isinstance(value, tuple) and value and hasattr(value[0], "name") and k + 1 < len(parts):
                named = [record.name for record in value]
                inside = [name for name in named if path.startswith(f"{'.'.join(parts[: k + 1])}.{name}.")]
                picked = self.place.pick(value)
                wanted = inside or [named[i] for i in (picked if picked is not None else range(len(named)))]
                rest = path.removeprefix(f"{'.'.join(parts[: k + 1])}.")
                rest = rest.removeprefix(f"{inside[0]}.") if inside else rest
                return [self._kept(f"{'.'.join(parts[: k + 1])}.{name}", rest) for name in wanted]
        return [self._kept(".".join(parts[:-1]), parts[-1])]

    def _kept(self, record: str, last: str) -> str:
        """The field that a property is worked out of, else its whole record."""
        paths = (f"{record}.{last}", f"{record}.{WORKED_OUT_OF.get(last, last)}")
        return next((path for path in paths if path in self.run.factory.origins), record)

    def _formula(self, name: str) -> Node | None:
        formula = read(name)
        if formula is None or (len(formula.leaves) == 1 and formula.leaves[0].name == name):
            return None
        for leaf in formula.leaves:
            self._look(leaf)  # says what is unknown
        try:
            formula.axis(lambda leaf: axis_of(self.result, self.run, leaf, self.place))
            values = formula.value(self._look, self.place.slice)
        except (ValueError, IndexError) as error:  # names on axes that do not meet
            expected = "names per one thing, the others in over(...)"
            problem = Problem("no_number", name, f"names per different things: {error}", expected, "ask for one --item")
            raise FactoryFileError([problem]) from None
        number = single(values, self.place, summed=True)
        return Node(
            name,
            "formula",
            value=None if number is None else finite(number),
            text_value=describe(values) if number is None else "" if np.isfinite(number) else "none",
            month=self.place.month or None,
            item=self.place.item or None,
            case=self.run.case,
            inputs=self.below(lambda: self._leaves(formula)),
        )

    def _look(self, leaf: Leaf) -> Any:
        values = values_of(self.result, self.run, leaf, self.place)
        if values is None:
            self.any(leaf.name)  # says where it is unknown
            raise FactoryFileError([Problem("unknown_name", leaf.name, "it is no number", "a number")])
        return values

    def _leaves(self, formula: Formula) -> Iterable[Node]:
        for leaf in formula.leaves:
            item = "" if leaf.every else self.place.item
            place = self.whole(item=item) if leaf.life else replace(self.place, item=item)
            yield replace(self.at(place, leaf.name), verb=leaf.verb)


def _got(record: Any, path: Iterable[str]) -> Any:
    """What stands at a path of attributes; None where it leads nowhere."""
    for name in path:
        record = getattr(record, name, None)
    return record
