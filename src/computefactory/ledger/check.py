"""Selecting the lines of a ledger and checking that each fits the others: names, axes, time, stocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from computefactory.errors import DimensionMismatch, LedgerError
from computefactory.ledger.expression import Binary, Expression, Literal, Name, Verb, leaves, line_of, names, rebuilt
from computefactory.ledger.line import Given, Item, Line, unwrap
from computefactory.ledger.units import check_unit, formula_unit
from computefactory.ledger.verbs import solve
from computefactory.units import DIMENSIONLESS, Unit

__all__ = ["LineSet", "select", "used"]

_CLOCKS = {"ahead": "month", "trailing": "month", "ytd": "year_start", "irr": "years"}
_FLOWS = ("total", "ytd", "ahead", "trailing", "spread", "irr")
ONE_NUMBER = ("total", "irr", "lowest", "highest", "solve")  # verbs whose result does not vary over time


@dataclass(frozen=True, slots=True)
class LineSet:
    """The lines and givens of one set of conventions, checked; in order of definition.

    Before a line stand those that its verbs work on where these are formulas (not ``declared``), named by their text.
    """

    lines: Mapping[str, Line]
    givens: Mapping[str, Given]

    def __getitem__(self, name: str) -> Item:
        return self.lines[name] if name in self.lines else self.givens[name]

    @property
    def axes(self) -> tuple[str, ...]:
        """Item axes, in order of first use."""
        items: tuple[Item, ...] = (*self.givens.values(), *self.lines.values())
        return tuple(dict.fromkeys(item.per for item in items if item.per))


def select(
    items: Iterable[Item | Callable[..., float]], choices: Mapping[str, str], wanted: Collection[str] | None
) -> LineSet:
    """The lines that ``choices`` keep and ``wanted`` needs, each checked.

    Raises:
        LedgerError: with the line and what to do about it.
    """
    chosen = _chosen(items, choices)
    lines = {name: item for name, item in chosen.items() if isinstance(item, Line)}
    for line in lines.values():
        _check_names(line, chosen)
    lines = _lifted(lines, chosen)
    gaps = _gaps(lines)
    lines = lines | gaps
    chosen = {**chosen, **lines}
    needed = _needed(lines if wanted is None else [_known(name, lines) for name in wanted], lines, gaps)
    belong = [chosen[name] for name in sorted(needed) if name in chosen]
    needed |= {name for item in belong if isinstance(item, Given) and item.of for name in (item.of, item.by)}
    lines = {name: line for name, line in lines.items() if name in needed}
    lines = _timed(lines, chosen)
    sheet = LineSet(lines, {name: item for name, item in chosen.items() if isinstance(item, Given) and name in needed})
    for line in lines.values():
        _check_line(line, sheet)
    counted = {given.per for given in sheet.givens.values()}
    for axis in {line.per for line in lines.values() if line.per} - counted:
        raise LedgerError(f"no given is per {axis!r}: the number of its items is unknown")
    if not any(given.series for given in sheet.givens.values()) and any(line.timed for line in lines.values()):
        raise LedgerError("lines vary over time but no given is a series: the number of periods is unknown")
    return sheet


def _chosen(items: Iterable[Item | Callable[..., float]], choices: Mapping[str, str]) -> dict[str, Item]:
    chosen: dict[str, Item] = {}
    for item in map(unwrap, items):
        if any(choices.get(choice) != value for choice, value in item.only.items()):
            continue
        if chosen.setdefault(item.name, item) is not item:
            conditions = f" under {dict(choices)}" if choices else ""
            raise LedgerError(f"{item.name} is defined twice{conditions}")
    return chosen


def used(expression: Expression) -> set[str]:
    """Every name a formula needs, clocks that its verbs read included."""
    found: set[str] = set()
    for leaf in leaves(expression):
        if isinstance(leaf, Name):
            found.add(leaf.name)
        else:
            found.add(leaf.line)
            found.update(argument.name for argument in leaf.arguments if isinstance(argument, Name))
            if leaf.verb in _CLOCKS:
                found.add(_CLOCKS[leaf.verb])
    return found


def _check_names(line: Line, known: Mapping[str, Item]) -> None:
    queue = [line.expression]
    for part in queue:
        queue.extend(part.parts)
        if isinstance(part, Verb) and part.verb in _CLOCKS:
            clock = known.get(_CLOCKS[part.verb])
            if not (isinstance(clock, Given) and clock.series and clock.per is None):
                raise LedgerError(f"line {line.name}: {part} needs the series given {_CLOCKS[part.verb]!r}")
    for name in sorted(set(names(line.expression)) - set(known)):
        close = get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise LedgerError(f"line {line.name}: unknown name {name!r}{hint}")


def _lifted(lines: Mapping[str, Line], known: Mapping[str, Item]) -> dict[str, Line]:
    """The lines with verbs that read names only: every formula that a verb works on has become a line before it."""
    made: dict[str, Line] = {}
    units = {name: item.unit for name, item in known.items()}
    for line in lines.values():

        def lift(expression: Expression, line: Line = line) -> Expression:
            if not isinstance(expression, Verb):
                return rebuilt(expression, lift)
            return rebuilt(expression, lambda part: part if isinstance(part, (Name, Literal)) else part_of(line, part))

        def part_of(line: Line, written: Expression) -> Name:
            name = line_of(written)
            if name not in made:
                expression = rebuilt(written, lift) if not isinstance(written, Verb) else lift(written)
                unit = _unit_of(line, expression, units)
                label = f"Part of {line.name}."
                made[name] = Line(name, unit, label, expression, {}, _axis(line, expression, {**known, **made}))
                units[name] = unit
            return Name(name)

        expression = lift(line.expression)
        made[line.name] = line if expression is line.expression else replace(line, expression=expression)
    return made


def _unit_of(line: Line, expression: Expression, units: Mapping[str, Unit]) -> Unit:
    try:
        return formula_unit(expression, units) or DIMENSIONLESS
    except DimensionMismatch as error:
        raise DimensionMismatch(f"line {line.name} = {line.formula}: {error}") from None


def _axis(line: Line, expression: Expression, known: Mapping[str, Item]) -> str | None:
    """The item axis of a part of a line: that of what it reads."""
    axes = {known[name].per: name for name in _items_read(expression) if known[name].per}
    if len(axes) > 1:
        read = " and ".join(f"{name} per {axis}" for axis, name in axes.items())
        raise LedgerError(f"line {line.name}: {expression} reads {read}: an expression has the items of one axis")
    return next(iter(axes), None)


def _items_read(expression: Expression) -> set[str]:
    """Names whose items a formula has."""
    found: set[str] = set()
    for leaf in leaves(expression):
        if isinstance(leaf, Name):
            found.add(leaf.name)
        elif leaf.verb != "over":
            found.update(names(leaf))
    return found


def _known(name: str, lines: Mapping[str, Line]) -> str:
    if name not in lines:
        close = get_close_matches(name, lines, n=1)
        raise LedgerError(f"wanted: there is no line {name!r}" + (f"; did you mean {close[0]}?" if close else ""))
    return name


def _gaps(lines: Mapping[str, Line]) -> dict[str, Line]:
    """For each ``solve`` the line that says how far its last round was from standing still."""
    gaps: dict[str, Line] = {}
    for line in lines.values():
        for leaf in leaves(line.expression):
            if isinstance(leaf, Verb) and leaf.verb == "solve":
                name = f"{leaf.line}_gap"
                if name in lines:
                    raise LedgerError(f"line {name}: this name belongs to the gap of {leaf}")
                unit = lines[leaf.line].unit if leaf.line in lines else line.unit
                label = f"What the last round of {leaf} left open."
                formula = Binary("-", Name(leaf.line), leaf)
                gaps[name] = Line(name, unit, label, formula, {leaf.line: unit}, function=_gap(leaf))
    return gaps


def _gap(solved: Verb) -> Callable[..., float]:
    def gap(**needs: float) -> float:
        return needs[solved.line] - solve(needs[solved.line])

    return gap


def _needed(wanted: Iterable[str], lines: Mapping[str, Line], gaps: Mapping[str, Line]) -> set[str]:
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        if name in lines:
            waiting.extend(used(lines[name].expression))
            waiting.extend(
                f"{leaf.line}_gap"
                for leaf in leaves(lines[name].expression)
                if isinstance(leaf, Verb) and leaf.verb == "solve" and f"{leaf.line}_gap" in gaps
            )
    return needed


def _timed(lines: Mapping[str, Line], known: Mapping[str, Item]) -> dict[str, Line]:
    """Find the lines that vary over time; the others are computed once."""
    timed = {name for name, item in known.items() if isinstance(item, Given) and item.series}
    waiting = dict(lines)
    while found := [name for name, line in waiting.items() if _is_timed(line.expression, timed)]:
        timed.update(found)
        for name in found:
            del waiting[name]
    return {name: replace(line, timed=name in timed) for name, line in lines.items()}


def _is_timed(expression: Expression, timed: Collection[str]) -> bool:
    for leaf in leaves(expression):
        if isinstance(leaf, Name):
            if leaf.name in timed:
                return True
        elif leaf.verb in ("over", "senior"):
            if leaf.line in timed:
                return True
        elif leaf.verb not in ONE_NUMBER:
            return True
    return False


def _check_line(line: Line, sheet: LineSet) -> None:
    subject = f"line {line.name}"
    for leaf in leaves(line.expression):
        if isinstance(leaf, Name):
            _check_axis(line, sheet[leaf.name])
            _no_table(subject, sheet[leaf.name])
        else:
            _check_verb(line, leaf, sheet)
    units = {name: sheet[name].unit for name in used(line.expression)}
    for name, annotated in line.needs.items():
        if annotated is not None and annotated != sheet[name].unit:
            found = sheet[name].unit
            raise DimensionMismatch(f"{subject}: parameter {name} is annotated {annotated}, but it is {found}")
    check_unit(subject, line.expression, line.unit, units)


def _check_axis(line: Line, item: Item) -> None:
    if item.per is not None and item.per != line.per:
        own = f"per {line.per}" if line.per else "no items"
        hint = "" if line.per else f" or declare per={item.per!r}"
        raise LedgerError(
            f"line {line.name} ({own}) uses {item.name}, which is per {item.per}: use over({item.name}){hint}"
        )


def _no_table(subject: str, item: Item) -> None:
    if isinstance(item, Given) and item.table:
        raise LedgerError(f"{subject}: {item.name} is a table by age; only spread(x, {item.name}, clock) reads it")


def _check_verb(line: Line, verb: Verb, sheet: LineSet) -> None:
    subject = f"line {line.name}: {verb}"
    if not isinstance(verb.operand, Name):
        raise LedgerError(f"{subject}: a number alone does not vary over time, items or rounds")
    item = sheet[verb.line]
    _no_table(subject, item)
    if verb.verb in _FLOWS and item.stock:
        raise LedgerError(f"{subject}: {item.name} is a balance; sum its flows, or flag the month and sum that line")
    if verb.verb in ("over", "senior"):
        if item.per is None:
            raise LedgerError(f"{subject}: {item.name} has no items")
        if verb.verb == "senior" and item.per != line.per:
            raise LedgerError(f"{subject}: only a line per {item.per!r} has items that rank ahead")
    else:
        _check_axis(line, item)
    if verb.verb == "solve":
        if item.timed or item.per or isinstance(item, Given):
            raise LedgerError(f"{subject}: solve() is for single numbers; {item.name} is not one")
        if any(not isinstance(argument, Literal) for argument in verb.arguments):
            raise LedgerError(f"{subject}: the start is a constant, so that splitting a batch changes nothing")
    elif verb.verb not in ("over", "senior") and not item.timed:
        raise LedgerError(f"{subject}: {item.name} does not vary over time")
    if verb.verb == "spread":
        _check_spread(subject, verb, sheet)
        return
    for argument in verb.arguments:
        if isinstance(argument, Name):
            _no_table(subject, sheet[argument.name])
            _check_argument(subject, sheet[argument.name], item)
            if sheet[argument.name].timed:
                raise LedgerError(f"{subject}: {argument.name} varies over time; it must be one number")


def _check_argument(subject: str, argument: Item, item: Item) -> None:
    if argument.per not in (None, item.per):
        raise LedgerError(f"{subject}: {argument.name} is per {argument.per}, {item.name} is not")


def _check_spread(subject: str, verb: Verb, sheet: LineSet) -> None:
    schedule, clock = (sheet[part.name] if isinstance(part, Name) else None for part in verb.arguments)
    if not (isinstance(schedule, Given) and schedule.table):
        raise LedgerError(f"{subject}: the schedule must be a given with table=True")
    _check_argument(subject, schedule, sheet[verb.line])
    if not (isinstance(clock, Given) and clock.series and clock.per is None):
        raise LedgerError(f"{subject}: the clock must be a series given without items, such as month")
