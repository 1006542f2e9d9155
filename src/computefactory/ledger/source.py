"""From plan to program: one generator writes the function that plain Python runs and numba compiles.

The program is a list of passes. Inside a pass, item lines of one axis that stand together share one inner loop. A
value is a local variable; it is stored over the periods only if a later pass, a lag, a window or the caller needs it.
What keeps state (windows, year to date, vintages) is a hidden node computed once a period, however many lines use it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from computefactory.ledger.expression import Literal, Operation, Reference, Symbol, Verb, walk
from computefactory.ledger.plan import Stage

__all__ = ["Layout", "Program", "write"]

STATEFUL = ("trailing", "ytd", "spread", "ahead")
CLOCK, YEAR_START, YEARS = "month", "year_start", "years"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the generator must know of a line or given."""

    per: str | None
    timed: bool
    table: bool = False
    formula: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which names live in which array of the program: ``series`` rows over periods, ``scalars``, ``tables``."""

    series: tuple[str, ...]
    scalars: tuple[str, ...]
    tables: tuple[str, ...]
    buffers: tuple[str, ...]  # rows of working space over periods
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Source of ``def program(T, N, M, S, tables...)`` and where its arrays hold what."""

    text: str
    layout: Layout


@dataclass(slots=True)
class _Writer:
    entries: Mapping[str, Entry]
    matrix: bool  # index as [i, t] (numba) or [i][t] (lists)
    stored: Collection[str]
    text: list[str] = field(default_factory=list)
    depth: int = 1
    temporaries: int = 0
    local: set[str] = field(default_factory=set)  # names whose value of this period is in a local variable
    hidden: dict[tuple[str, ...], str] = field(default_factory=dict)

    def emit(self, line: str) -> None:
        self.text.append("    " * self.depth + line)

    def temporary(self, expression: str) -> str:
        if expression.isidentifier():
            return expression
        self.temporaries += 1
        name = f"_{self.temporaries}"
        self.emit(f"{name} = {expression}")
        return name

    def at(self, name: str, period: str) -> str:
        """A stored value."""
        entry = self.entries[name]
        if entry.per is None:
            return f"v_{name}[{period}]"
        return f"v_{name}[i, {period}]" if self.matrix else f"v_{name}[i][{period}]"

    def now(self, name: str) -> str:
        """The value of this period."""
        if name in self.local:
            return f"x_{name}"
        entry = self.entries[name]
        if entry.timed:
            return self.at(name, "t")
        return f"s_{name}[i]" if entry.per else f"s_{name}"

    def expression(self, symbol: Symbol) -> str:
        if isinstance(symbol, Literal):
            return repr(symbol.value)
        if isinstance(symbol, Reference):
            return self.now(symbol.name)
        if isinstance(symbol, Verb):
            return self.verb(symbol)
        assert isinstance(symbol, Operation)
        return self.operation(symbol)

    def verb(self, symbol: Verb) -> str:
        name = symbol.name
        item = "[i]" if self.entries[name].per else ""
        if symbol.verb == "prev":
            start = self.expression(symbol.extra[0])
            return f"({self.at(name, 't - 1')} if t > 0 else {start})"
        if symbol.verb == "following":
            return f"({self.at(name, 't + 1')} if t + 1 < T else 0.0)"
        if symbol.verb == "total":
            return f"total_{name}{item}"
        if symbol.verb == "over":
            return f"over_{name}"
        if symbol.verb == "senior":
            return f"senior_{name}"
        if symbol.verb == "irr":
            return f"irr_{name}{item}"
        return self.hidden[_key(symbol)]

    def operation(self, symbol: Operation) -> str:
        arguments = [self.expression(argument) for argument in symbol.arguments]
        name = symbol.name
        if name in ("+", "-", "*"):
            return f"({arguments[0]} {name} {arguments[1]})"
        if name in ("<", "<=", ">", ">="):
            return f"(1.0 if {arguments[0]} {name} {arguments[1]} else 0.0)"
        if name == "neg":
            return f"(-{arguments[0]})"
        if name == "/":
            divisor = symbol.arguments[1]
            if isinstance(divisor, Literal) and divisor.value:
                return f"({arguments[0]} / {arguments[1]})"
            above, below = self.temporary(arguments[0]), self.temporary(arguments[1])
            return f"({above} / {below} if {below} != 0.0 else divide({above}, {below}))"
        if name in ("minimum", "maximum"):
            a, b = self.temporary(arguments[0]), self.temporary(arguments[1])
            return f"({a} if {a} {'<' if name == 'minimum' else '>'} {b} else {b})"
        if name == "where":
            return f"({arguments[1]} if {arguments[0]} != 0.0 else {arguments[2]})"
        if name == "floor":
            return f"float(floor({arguments[0]}))"
        base = arguments[0] if name == "**" else f"(1.0 + {arguments[0]})"
        return f"power({base}, {arguments[1]})"


def _key(symbol: Verb) -> tuple[str, ...]:
    extras = tuple(item.name if isinstance(item, Reference) else repr(item) for item in symbol.extra)
    return (symbol.verb, symbol.name, *extras)


def _groups(lines: Collection[str], entries: Mapping[str, Entry]) -> list[list[str]]:
    """Neighbouring lines of one axis, split where a line sums over one of its own group."""
    groups: list[list[str]] = []
    for name in lines:
        entry = entries[name]
        assert entry.formula is not None
        last = groups[-1] if groups else []
        sums = {verb.name for verb in walk(entry.formula) if isinstance(verb, Verb) and verb.verb == "over"}
        if last and entries[last[0]].per == entry.per and not (entry.per and sums & set(last)):
            last.append(name)
        else:
            groups.append([name])
    return groups


def _verbs(names: Collection[str], entries: Mapping[str, Entry]) -> list[Verb]:
    found = []
    for name in names:
        formula = entries[name].formula
        assert formula is not None
        found += [symbol for symbol in walk(formula) if isinstance(symbol, Verb)]
    return found


def _references(names: Collection[str], entries: Mapping[str, Entry]) -> set[str]:
    found = set()
    for name in names:
        formula = entries[name].formula
        assert formula is not None
        found |= {symbol.name for symbol in walk(formula) if isinstance(symbol, Reference)}
    return found


def _must_store(plan: Collection[Stage], entries: Mapping[str, Entry], keep: Collection[str]) -> set[str]:
    """Timed lines that something reads after their own place in their own pass."""
    stored = {name for name in keep if entries[name].timed}
    home: dict[str, tuple[int, int]] = {}
    for number, stage in enumerate(plan):
        for position, group in enumerate(_groups(stage.lines, entries)):
            home.update({name: (number, position) for name in group})
    for number, stage in enumerate(plan):
        for verb in _verbs((*stage.scalars, *stage.lines), entries):
            if verb.verb in ("prev", "following", "trailing", "ahead", "irr"):
                stored.add(verb.name)
            elif verb.verb in ("over", "ytd", "spread") and home.get(verb.name, (number,))[0] != number:
                stored.add(verb.name)
        for position, group in enumerate(_groups(stage.lines, entries)):
            for name in _references(group, entries) | {v.name for v in _verbs(group, entries) if v.verb in ("ytd", "spread", "senior")}:
                place = home.get(name)
                if place is None:
                    continue
                if place[0] != number or (entries[name].per and place != (number, position)):
                    stored.add(name)
    return {name for name in stored if entries[name].formula is not None and entries[name].timed}


def write(entries: Mapping[str, Entry], plan: Collection[Stage], keep: Collection[str], *, matrix: bool) -> Program:
    """Write the program that calculates every line of ``plan`` and stores those in ``keep``."""
    stored = _must_store(plan, entries, keep)
    writer = _Writer(entries, matrix, stored)
    axes = tuple(sorted({entry.per for entry in entries.values() if entry.per}))
    givens = [name for name, entry in entries.items() if entry.formula is None]
    tables = tuple(name for name in givens if entries[name].table)
    series = (*(name for name in givens if entries[name].timed), *sorted(stored))
    scalars = tuple(
        name for name, entry in entries.items() if not entry.timed and not entry.table
    )
    buffers = tuple(
        dict.fromkeys(
            "_".join(("spread", *_key(verb)[1:]))
            for stage in plan
            for verb in _verbs(stage.lines, entries)
            if verb.verb == "spread"
        )
    )
    totals = {verb.name for stage in plan for verb in _verbs((*stage.scalars, *stage.lines), entries) if verb.verb == "total"}
    irrs = {verb.name for stage in plan for verb in _verbs((*stage.scalars, *stage.lines), entries) if verb.verb == "irr"}
    for number, stage in enumerate(plan):
        _write_scalars(writer, stage, keep)
        if stage.lines:
            _write_pass(writer, number, stage, totals, irrs)
    layout = Layout(series, scalars, tables, buffers, axes)
    return Program(_assemble(writer, layout), layout)


def _assemble(writer: _Writer, layout: Layout) -> str:
    """The function's head: bind every array row to a local name."""
    entries = writer.entries
    sizes = ", ".join(f"n_{axis}" for axis in layout.axes)
    tables = "".join(f", v_{name}" for name in layout.tables)
    head = [f"def program(T, N, M, S{tables}):"]
    if layout.axes:
        for k, axis in enumerate(layout.axes):
            head.append(f"    n_{axis} = N[{k}]")
    head.append("    row = 0")
    for name in (*layout.series, *layout.buffers):
        axis = entries[name].per if name in entries else _buffer_axis(name, entries)
        if axis is None:
            head += [f"    v_{name} = M[row]", "    row += 1"]
        else:
            head += [f"    v_{name} = M[row : row + n_{axis}]", f"    row += n_{axis}"]
    head.append("    col = 0")
    for name in layout.scalars:
        axis = entries[name].per
        if axis is None:
            head += [f"    s_{name} = S[col]", f"    c_{name} = col", "    col += 1"]
        else:
            head += [f"    s_{name} = S[col : col + n_{axis}]", f"    c_{name} = col", f"    col += n_{axis}"]
    del sizes
    return "\n".join((*head, *writer.text, "    return 0", ""))


def _buffer_axis(name: str, entries: Mapping[str, Entry]) -> str | None:
    line = next(item for item in sorted(entries, key=len, reverse=True) if name.startswith(f"spread_{item}_"))
    return entries[line].per


def _write_scalars(writer: _Writer, stage: Stage, keep: Collection[str]) -> None:
    entries = writer.entries
    for group in _groups(stage.scalars, entries):
        axis = entries[group[0]].per
        _sums_over(writer, group, timed=False)
        if axis:
            writer.emit(f"for i in range(n_{axis}):")
            writer.depth += 1
        for name in group:
            formula = entries[name].formula
            assert formula is not None
            value = writer.expression(formula)
            if axis:
                writer.emit(f"s_{name}[i] = {value}")
                if not writer.matrix:
                    writer.emit(f"S[c_{name} + i] = s_{name}[i]")
            else:
                writer.emit(f"s_{name} = {value}")
                writer.emit(f"S[c_{name}] = s_{name}")
        if axis:
            writer.depth -= 1


def _sums_over(writer: _Writer, group: Collection[str], *, timed: bool) -> None:
    """Sums over items of lines that were calculated before this group and are not summed yet."""
    entries = writer.entries
    for verb in _verbs(group, entries):
        if verb.verb != "over":
            continue
        name = verb.name
        entry = entries[name]
        if (name, "over") in writer.hidden and entry.timed:
            continue
        writer.emit(f"over_{name} = 0.0")
        writer.emit(f"for i in range(n_{entry.per}):")
        writer.emit(f"    over_{name} += {writer.at(name, 't') if entry.timed else f's_{name}[i]'}")
        if entry.timed:
            writer.hidden[(name, "over")] = f"over_{name}"
    del timed


def _write_pass(writer: _Writer, number: int, stage: Stage, totals: Collection[str], irrs: Collection[str]) -> None:
    entries = writer.entries
    writer.local = set()
    writer.hidden = {}
    members = set(stage.lines)
    stateful = {_key(verb): verb for verb in _verbs(stage.lines, entries) if verb.verb in STATEFUL}
    _write_state(writer, number, stateful)
    for name in members & set(totals):
        axis = entries[name].per
        writer.emit(f"total_{name} = [0.0] * n_{axis}" if axis and not writer.matrix else f"total_{name} = zeros(n_{axis})" if axis else f"total_{name} = 0.0")
    writer.emit(f"for t in range(T{' - 1, -1, -1' if stage.backward else ''}):")
    writer.depth += 1
    for group in _groups(stage.lines, entries):
        _write_group(writer, number, group, members, totals)
    writer.depth -= 1
    for name in members & set(irrs):
        axis = entries[name].per
        if axis:
            writer.emit(f"irr_{name} = [0.0] * n_{axis}" if not writer.matrix else f"irr_{name} = zeros(n_{axis})")
            writer.emit(f"for i in range(n_{axis}):")
            writer.emit(f"    irr_{name}[i] = irr(v_{name}[i], 1.0 / v_{YEARS}[0])")
        else:
            writer.emit(f"irr_{name} = irr(v_{name}, 1.0 / v_{YEARS}[0])")


def _write_state(writer: _Writer, number: int, stateful: Mapping[tuple[str, ...], Verb]) -> None:
    """Starting values of the hidden nodes of one pass."""
    for k, verb in enumerate(stateful.values()):
        axis = writer.entries[verb.name].per
        state = f"h{number}_{k}"
        if verb.verb in ("trailing", "ytd"):
            names = [state, *([f"{state}_from"] if verb.verb == "trailing" else [])]
            for name in names:
                zero = "0" if name.endswith("_from") else "0.0"
                if axis is None:
                    writer.emit(f"{name} = {zero}")
                elif writer.matrix:
                    writer.emit(f"{name} = {'zeros_int' if zero == '0' else 'zeros'}(n_{axis})")
                else:
                    writer.emit(f"{name} = [{zero}] * n_{axis}")
        elif verb.verb == "spread":
            buffer = "_".join(("spread", *_key(verb)[1:]))
            if axis is None:
                writer.emit(f"for u in range(T): v_{buffer}[u] = 0.0")
            else:
                cell = f"v_{buffer}[i, u]" if writer.matrix else f"v_{buffer}[i][u]"
                writer.emit(f"for i in range(n_{axis}):")
                writer.emit(f"    for u in range(T): {cell} = 0.0")
    writer.hidden = {("state", *key): f"h{number}_{k}" for k, key in enumerate(stateful)}


def _write_group(writer: _Writer, number: int, group: list[str], members: set[str], totals: Collection[str]) -> None:
    entries = writer.entries
    axis = entries[group[0]].per
    _sums_over(writer, group, timed=True)
    verbs = _verbs(group, entries)
    for verb in verbs:
        if verb.verb in STATEFUL and entries[verb.name].per is None and not (verb.name in group and axis is None):
            _write_hidden(writer, verb)
    summed = [name for name in group if axis and _is_summed(name, members, entries)]
    seniors = [name for name in group if any(v.verb == "senior" and v.name == name for v in verbs)] if axis else []
    if axis:
        for name in summed:
            writer.emit(f"over_{name} = 0.0")
            writer.hidden[(name, "over")] = f"over_{name}"
        for name in seniors:
            writer.emit(f"senior_{name} = 0.0")
        writer.emit(f"for i in range(n_{axis}):")
        writer.depth += 1
    for name in group:
        formula = entries[name].formula
        assert formula is not None
        for verb in [item for item in walk(formula) if isinstance(item, Verb) and item.verb in STATEFUL]:
            if entries[verb.name].per == axis:
                _write_hidden(writer, verb)
        writer.emit(f"x_{name} = {writer.expression(formula)}")
        writer.local.add(name)
        if name in writer.stored:
            writer.emit(f"{writer.at(name, 't')} = x_{name}")
        if name in totals:
            writer.emit(f"total_{name}{'[i]' if axis else ''} += x_{name}")
        if name in summed:
            writer.emit(f"over_{name} += x_{name}")
    if axis:
        for name in seniors:
            writer.emit(f"senior_{name} += x_{name}")
        writer.depth -= 1
        writer.local -= set(group)
        for key in [key for key, value in writer.hidden.items() if value.startswith("y")]:
            if entries[key[1]].per == axis:
                del writer.hidden[key]


def _is_summed(name: str, members: Collection[str], entries: Mapping[str, Entry]) -> bool:
    return any(verb.verb == "over" and verb.name == name for verb in _verbs(members, entries))


def _write_hidden(writer: _Writer, verb: Verb) -> None:
    """The value of a hidden node in this period, once."""
    key = _key(verb)
    if key in writer.hidden:
        return
    state = writer.hidden[("state", *key)]
    item = "[i]" if writer.entries[verb.name].per else ""
    now = writer.now(verb.name)
    value = f"y_{state}"
    if verb.verb == "ytd":
        writer.emit(f"{state}{item} = {now} if v_{YEAR_START}[t] > 0.0 else {state}{item} + {now}")
        writer.emit(f"{value} = {state}{item}")
    elif verb.verb == "trailing":
        months = writer.expression(verb.extra[0])
        writer.emit(f"{state}{item} += {now}")
        writer.emit(f"while {state}_from{item} <= t and v_{CLOCK}[t] - v_{CLOCK}[{state}_from{item}] >= {months}:")
        writer.emit(f"    {state}{item} -= {writer.at(verb.name, f'{state}_from{item}')}")
        writer.emit(f"    {state}_from{item} += 1")
        writer.emit(f"{value} = {state}{item}")
    elif verb.verb == "ahead":
        months = writer.expression(verb.extra[0])
        writer.emit(f"{value} = 0.0")
        writer.emit("u = t + 1")
        writer.emit(f"while u < T and v_{CLOCK}[u] - v_{CLOCK}[t] <= {months}:")
        writer.emit(f"    {value} += {writer.at(verb.name, 'u')}")
        writer.emit("    u += 1")
    else:
        _write_spread(writer, verb, now, value)
    writer.hidden[key] = value


def _write_spread(writer: _Writer, verb: Verb, now: str, value: str) -> None:
    schedule, clock = verb.extra
    assert isinstance(schedule, Reference)
    assert isinstance(clock, Reference)
    buffer = "_".join(("spread", *_key(verb)[1:]))
    of_item = writer.entries[verb.name].per is not None
    by_item = writer.entries[schedule.name].per is not None
    table = f"v_{schedule.name}[i]" if by_item else f"v_{schedule.name}"

    def cell(period: str) -> str:
        if not of_item:
            return f"v_{buffer}[{period}]"
        return f"v_{buffer}[i, {period}]" if writer.matrix else f"v_{buffer}[i][{period}]"

    writer.emit(f"if {now} != 0.0:")
    writer.emit("    for u in range(t, T):")
    writer.emit(f"        age = int(v_{clock.name}[u] - v_{clock.name}[t])")
    writer.emit(f"        if age >= len({table}): break")
    writer.emit(f"        {cell('u')} += {now} * {table}[age]")
    writer.emit(f"{value} = {cell('t')}")
