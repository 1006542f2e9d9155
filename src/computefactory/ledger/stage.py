"""One stage of the plan as a scalar function: loads, what stands before, the loop over the months, what follows it.

Names of the source: ``_M`` the memory, ``_O`` sizes and offsets, ``_T`` periods, ``_t`` and ``_i`` this period and
item, ``_at_x`` where x starts in memory. Every other name is a line, a given, or a verb spelled as an identifier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from computefactory.ledger.check import LineSet
from computefactory.ledger.expression import Binary, Call, Compare, Expression, Literal, Name, Negative, Verb
from computefactory.ledger.plan import Loop, Plan, PlanNode, Stage

__all__ = ["Function", "ProgramLayout", "code"]

Leaf = Callable[[Name | Verb], str]
Text = tuple[str | None, str]  # (what it stores, or None: needed in any case; source)


class ProgramLayout(Protocol):
    """What the functions of one program share: the slots in memory and the identifiers."""

    sheet: LineSet
    plan: Plan

    def store(self, key: str, per: str | None = None) -> None:
        """Give ``key`` a slot: a line, a hidden node, or (with ``#``) the running state of the node of an item."""

    def stored(self, key: str) -> bool:
        """Whether ``key`` has a slot."""

    def offset(self, key: str) -> str:
        """Where the slot starts, as source."""

    def count(self, axis: str) -> str:
        """How many items, as source."""

    def ages(self, table: str) -> str:
        """How long the table is, as source."""

    def shape(self, key: str) -> tuple[str | None, bool]:
        """(item axis, timed) of a line, given or hidden node."""

    def local(self, key: str) -> str:
        """The identifier of a line, given or verb."""


@dataclass(slots=True)
class _Place:
    """The loop being written: its parts in the order of the source, and what is already known inside it."""

    members: frozenset[str]
    start: list[str] = field(default_factory=list)
    loads: dict[str, str] = field(default_factory=dict)
    body: list[Text] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    after: list[Text] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A hidden node with its verb and its identifier."""

    node: PlanNode
    verb: Verb
    name: str


class Function:
    """The source of one stage."""

    def __init__(self, layout: ProgramLayout, stage: Stage, name: str) -> None:
        self.layout, self.stage, self.name = layout, stage, name
        self.offsets: dict[str, str] = {}
        self.loads: dict[str, str] = {}
        self.month_loads: dict[str, str] = {}
        self.carried: dict[str, str] = {}
        self.after: list[Text] = []
        self._writers: dict[str, Callable[[_Hidden, _Place], None]] = {
            "solve": self._solve,
            "total": self._total,
            "lowest": self._extreme,
            "highest": self._extreme,
            "over": self._over,
            "senior": self._senior,
            "ytd": self._ytd,
            "trailing": self._trailing,
            "ahead": self._ahead,
            "spread": self._spread,
            "irr": self._irr,
        }
        self.known: set[str] = set()
        self.in_months = {node.key for loop in stage.monthly for node in loop.nodes}
        self.before: list[Text] = []
        for loop in stage.before:
            self.before += self._loop(loop)
        self.monthly: list[Text] = [text for loop in stage.monthly for text in self._loop(loop)]

    def text(self) -> str:
        """The function, once every function of the program has been written: stores that nobody reads are left out."""

        def kept(texts: list[Text]) -> list[str]:
            for key, _ in texts:
                if key is not None and self.layout.stored(key):
                    self._at(key)
            return [text for key, text in texts if key is None or self.layout.stored(key)]

        lines = kept(self.before)
        if self.monthly:
            months = "range(_T - 1, -1, -1)" if self.stage.backward else "range(_T)"
            body = [*self.month_loads.values(), *kept(self.monthly), *self.carried.values()]
            lines += [f"for _t in {months}:", *(f"    {text}" for text in body), *kept(self.after)]
        head = ["_T = _O[0]", *self.offsets.values(), *self.loads.values()]
        return "\n".join([f"def {self.name}(_O, _M):", *(f"    {text}" for text in (*head, *lines))])

    # where things stand

    def _at(self, key: str, per: str | None = None) -> str:
        """The identifier of the slot's offset."""
        self.layout.store(key, per)
        name = f"_at_{self.layout.local(key)}"
        self.offsets.setdefault(name, f"{name} = {self.layout.offset(key)}")
        return name

    def _items(self, axis: str) -> str:
        name = f"_n_{axis}"
        self.offsets.setdefault(name, f"{name} = {self.layout.count(axis)}")
        return name

    def _cell(self, key: str, month: str = "_t") -> str:
        """The cell of this item and month; stores the key."""
        self.layout.store(key)
        return self._own_cell(key, month, self._at(key))

    def _own_cell(self, key: str, month: str = "_t", at: str = "") -> str:
        per, timed = self.layout.shape(key)
        item = (" + _i * _T" if timed else " + _i") if per else ""
        return f"_M[{at or f'_at_{self.layout.local(key)}'}{item}{f' + {month}' if timed else ''}]"

    def _row(self, key: str) -> str:
        """The offset of the first month of this item; stores the key."""
        return f"{self._at(key)} + _i * _T" if self.layout.shape(key)[0] else self._at(key)

    def _value(self, expression: Expression, place: _Place) -> str:
        """Source of a formula at this place; loads what stands in memory."""
        return code(expression, lambda leaf: self._leaf(leaf, place))

    def _leaf(self, leaf: Name | Verb, place: _Place) -> str:
        if isinstance(leaf, Verb) and leaf.verb in ("prev", "following"):
            return self._lag(leaf, place)
        key = leaf.name if isinstance(leaf, Name) else str(leaf)
        name = self.layout.local(key)
        per, timed = self.layout.shape(key)
        if key not in place.inside and not (per is None and key in self.known):
            loads = place.loads if per else self.month_loads if timed else self.loads
            loads.setdefault(name, f"{name} = {self._cell(key)}")
        return name

    def _lag(self, verb: Verb, place: _Place) -> str:
        """``prev`` and ``following``: carried in a local where this pass computes x, else read from memory."""
        back = verb.verb == "prev"
        start = self._value(verb.arguments[0], place) if verb.arguments else "0.0"
        if self.layout.shape(verb.line)[0] is None and verb.line in self.in_months and back != self.stage.backward:
            name = self.layout.local(str(verb))
            if name not in self.carried:
                self.before.append((None, f"{name} = {start}"))
                self.carried[name] = f"{name} = {self.layout.local(verb.line)}"
            return name
        if back:
            return f"({self._cell(verb.line, '_t - 1')} if _t > 0 else {start})"
        return f"({self._cell(verb.line, '_t + 1')} if _t < _T - 1 else 0.0)"

    # what is written

    def _loop(self, loop: Loop) -> list[Text]:
        place = _Place(frozenset(node.key for node in loop.nodes))
        for node in loop.nodes:
            self._node(node, place)
            place.inside.add(node.key)
        self.known.update(node.key for node in loop.nodes if node.per is None)
        inner = [*((None, text) for text in place.loads.values()), *place.body, *((None, text) for text in place.end)]
        if loop.per:
            inner = [
                (None, f"for _i in range({self._items(loop.per)}):"),
                *((key, f"    {text}") for key, text in inner),
            ]
        return [*((None, text) for text in place.start), *inner, *place.after]

    def _node(self, node: PlanNode, place: _Place) -> None:
        name, verb = self.layout.local(node.key), node.verb
        if verb is None:
            place.body.append((None, f"{name} = {self._value(node.expression, place)}"))
        else:
            self._writers[verb.verb](_Hidden(node, verb, name), place)
        if verb is None or verb.verb in ("senior", "ytd", "trailing", "ahead", "irr"):
            place.body.append((node.key, f"{self._own_cell(node.key)} = {name}"))

    def _clear(self, at: str, size: str) -> None:
        self.before.append((None, f"_clear(_M, {at}, {size})"))

    def _solve(self, hidden: _Hidden, place: _Place) -> None:
        place.body.append((None, f"{hidden.name} = {self._cell(hidden.node.key)}"))  # left there by the round before

    def _total(self, hidden: _Hidden, place: _Place) -> None:
        x = self._value(Name(hidden.verb.line), place)
        if hidden.node.per:
            self._clear(self._at(hidden.node.key), self._items(hidden.node.per))
            place.body.append((None, f"{self._cell(hidden.node.key)} += {x}"))
        else:
            self.before.append((None, f"{hidden.name} = 0.0"))
            place.body.append((None, f"{hidden.name} += {x}"))
            self.after.append((hidden.node.key, f"{self._own_cell(hidden.node.key)} = {hidden.name}"))

    def _extreme(self, hidden: _Hidden, place: _Place) -> None:
        x = self._value(Name(hidden.verb.line), place)
        call, start = ("_minimum", "_INF") if hidden.verb.verb == "lowest" else ("_maximum", "-_INF")
        if hidden.node.per:
            cell = self._cell(hidden.node.key)
            place.body.append((None, f"{cell} = {x} if _t == 0 else {call}({cell}, {x})"))
        else:
            self.before.append((None, f"{hidden.name} = {start}"))
            place.body.append((None, f"{hidden.name} = {call}({hidden.name}, {x})"))
            self.after.append((hidden.node.key, f"{self._own_cell(hidden.node.key)} = {hidden.name}"))

    def _over(self, hidden: _Hidden, place: _Place) -> None:
        place.start.append(f"{hidden.name} = 0.0")
        place.body.append((None, f"{hidden.name} += {self._value(Name(hidden.verb.line), place)}"))
        place.after.append((hidden.node.key, f"{self._own_cell(hidden.node.key)} = {hidden.name}"))

    def _senior(self, hidden: _Hidden, place: _Place) -> None:
        place.start.append(f"{hidden.name} = 0.0")
        # x may be computed further down in this turn of the loop
        line = hidden.verb.line
        x = self.layout.local(line) if line in place.members else self._value(Name(line), place)
        place.end.append(f"{hidden.name} += {x}")

    def _ytd(self, hidden: _Hidden, place: _Place) -> None:
        x, restart = self._value(Name(hidden.verb.line), place), self._value(Name("year_start"), place)
        if hidden.node.per:
            state = self._state(hidden.node, "sum")
            place.body.append((None, f"{hidden.name} = {x} if {restart} else {state} + {x}"))
            place.body.append((None, f"{state} = {hidden.name}"))
        else:
            self.before.append((None, f"{hidden.name} = 0.0"))
            place.body.append((None, f"{hidden.name} = {x} if {restart} else {hidden.name} + {x}"))

    def _state(self, node: PlanNode, what: str) -> str:
        """The cell of an item's running state, zero before the first month."""
        assert node.per is not None
        at = self._at(f"{node.key}#{what}", node.per)
        self._clear(at, self._items(node.per))
        return f"_M[{at} + _i]"

    def _trailing(self, hidden: _Hidden, place: _Place) -> None:
        first, whole = f"_first_{hidden.name}", f"_whole_{hidden.name}"
        months = self._value(hidden.verb.arguments[0], place)
        call = f"_trailing(_M, {self._row(hidden.verb.line)}, {self._clock()}, _t, {months}, _step"
        if hidden.node.per:
            last, start = self._state(hidden.node, "sum"), self._state(hidden.node, "first")
            place.body.append((None, f"{hidden.name}, {whole}, {first} = {call}, {last}, int({start}))"))
            place.body += [(None, f"{last} = {whole}"), (None, f"{start} = {first}")]
        else:
            self.before += [(None, f"{whole} = 0.0"), (None, f"{first} = 0")]
            place.body.append((None, f"{hidden.name}, {whole}, {first} = {call}, {whole}, {first})"))

    def _ahead(self, hidden: _Hidden, place: _Place) -> None:
        months = self._value(hidden.verb.arguments[0], place)
        self._clock()
        call = f"_ahead(_M, {self._row(hidden.verb.line)}, _T, _t, {months}, _step)"
        place.body.append((None, f"{hidden.name} = {call}"))

    def _clock(self) -> str:
        """Where the months stand; beside it the length of a period."""
        clock = self._at("month")
        self.offsets.setdefault("_step", f"_step = _M[{clock} + 1] - _M[{clock}] if _T > 1 else 1.0")
        return clock

    def _spread(self, hidden: _Hidden, place: _Place) -> None:
        schedule, clock = (argument.name for argument in hidden.verb.arguments if isinstance(argument, Name))
        ages = f"_ages_{schedule}"
        self.offsets.setdefault(ages, f"{ages} = {self.layout.ages(schedule)}")
        self._clear(self._at(hidden.node.key), f"_T * {self._items(hidden.node.per)}" if hidden.node.per else "_T")
        table = self._at(schedule) + (f" + _i * {ages}" if self.layout.shape(schedule)[0] else "")
        x = self._value(Name(hidden.verb.line), place)
        arguments = f"{self._row(hidden.node.key)}, {x}, {table}, {ages}, {self._at(clock)}, _T, _t"
        place.body.append((None, f"_spread(_M, {arguments})"))
        place.body.append((None, f"{hidden.name} = {self._cell(hidden.node.key)}"))

    def _irr(self, hidden: _Hidden, place: _Place) -> None:
        call = f"_irr(_M, {self._row(hidden.verb.line)}, _T, _M[{self._at('years')}])"
        place.body.append((None, f"{hidden.name} = {call}"))


def code(expression: Expression, leaf: Leaf) -> str:
    """Source of a formula; ``leaf`` gives that of its names and verbs."""
    match expression:
        case Name() | Verb():
            return leaf(expression)
        case Literal(value):
            return repr(value)
        case Negative(operand):
            return f"(-{code(operand, leaf)})"
        case Binary("/", left, Literal(value)) if value:
            return f"({code(left, leaf)} / {value!r})"
        case Binary("/", left, right):
            return f"_divide({code(left, leaf)}, {code(right, leaf)})"
        case Binary("**", left, right):
            return f"_power({code(left, leaf)}, {code(right, leaf)})"
        case Binary(operator, left, right):
            return f"({code(left, leaf)} {operator} {code(right, leaf)})"
        case Compare():
            return f"(1.0 if {_condition(expression, leaf)} else 0.0)"
        case Call("where", (condition, a, b)):
            return f"({code(a, leaf)} if {_condition(condition, leaf)} else {code(b, leaf)})"
        case Call("compound", (rate, time)):
            return f"_power(1.0 + {code(rate, leaf)}, {code(time, leaf)})"
        case Call(function, arguments):
            return f"_{function}({', '.join(code(argument, leaf) for argument in arguments)})"
    raise AssertionError(f"no source for {expression}")


def _condition(expression: Expression, leaf: Leaf) -> str:
    if isinstance(expression, Compare):
        return f"{code(expression.left, leaf)} {expression.operator} {code(expression.right, leaf)}"
    return code(expression, leaf)
