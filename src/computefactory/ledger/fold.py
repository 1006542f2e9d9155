"""The lines that one set of inputs really needs: constants folded, what is nothing left out.

A ledger states every line once, with all its terms. Where an input is all zero or all one, terms vanish: an escalator
of nothing, a contract without options, an axis without items. Folding finds them before anything is calculated, so a
term that a factory does not have costs nothing, and nobody has to say which terms are rare. The folded lines have the
values of the general ones; explanation, units and the workbook read the general ones.

Folding assumes that every line is nothing until its formula says otherwise, so a balance that nothing moves is found to
be nothing although it reads itself (the optimistic propagation of constants of Wegman and Zadeck, ACM TOPLAS 13, 1991).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from computefactory.ledger import number
from computefactory.ledger.check import LineSet, used
from computefactory.ledger.expression import (
    Binary,
    Call,
    Compare,
    Expression,
    Literal,
    Name,
    Negative,
    Verb,
    leaves,
    names,
    rebuilt,
)
from computefactory.ledger.line import Item
from computefactory.units import DIMENSIONLESS

__all__ = ["Folded", "fold", "nodes"]

NOTHING = Literal(0.0, None)
ONE = Literal(1.0, DIMENSIONLESS)
_LAGS = ("trailing", "ahead")  # over no months they are nothing
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "maximum": number.maximum,
    "minimum": number.minimum,
    "floor": number.floor,
    "compound": lambda rate, time: number.power(1.0 + rate, time),
}
_SIGNS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": number.divide,
    "**": number.power,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """What is left to calculate, and what is known: lines that are one number everywhere, or another line or given."""

    sheet: LineSet
    constants: Mapping[str, float]
    aliases: Mapping[str, str]


def fold(sheet: LineSet, constants: Mapping[str, float], empty: Collection[str], wanted: Collection[str]) -> Folded:
    """The lines that ``wanted`` needs; ``constants`` are givens of one number, axes of ``empty`` have no items.

    Lines found in rounds are left as they are.
    """
    if any(
        isinstance(leaf, Verb) and leaf.verb == "solve"
        for line in sheet.lines.values()
        for leaf in leaves(line.expression)
    ):
        return Folded(sheet, {}, {})
    known = _values(sheet, constants, empty)
    folder = _Folder(sheet, known, empty)
    folded = {
        name: known[name] if name in known else folder.fold(line.expression) for name, line in sheet.lines.items()
    }
    aliases: dict[str, str] = {}
    for name, expression in folded.items():
        if isinstance(expression, Name) and _shape(sheet[name]) == _shape(sheet[expression.name]):
            aliases[name] = expression.name
    aliases = {name: _last(name, aliases) for name in aliases}
    lines = {name: replace(line, expression=_renamed(folded[name], aliases)) for name, line in sheet.lines.items()}
    numbers = {name: value.value for name, value in known.items() if name in sheet.lines}
    needed: set[str] = set()
    waiting = [aliases.get(name, name) for name in wanted if name not in numbers]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(used(lines[name].expression) if name in lines else ())
    return Folded(
        LineSet(
            {name: line for name, line in lines.items() if name in needed},
            {name: given for name, given in sheet.givens.items() if name in needed},
        ),
        numbers,
        aliases,
    )


def _shape(item: Item) -> tuple[str | None, bool]:
    return item.per, item.timed


def _last(name: str, aliases: Mapping[str, str]) -> str:
    """The end of a chain of names that stand for another."""
    while name in aliases:
        name = aliases[name]
    return name


def nodes(sheet: LineSet) -> int:
    """How many parts the formulas of a sheet have: what an evaluation in one month costs."""
    queue = [line.expression for line in sheet.lines.values()]
    for expression in queue:
        queue.extend(expression.parts)
    return len(queue)


def _values(sheet: LineSet, constants: Mapping[str, float], empty: Collection[str]) -> dict[str, Literal]:
    """Givens and lines that are one number in every month and item.

    Every line starts as nothing; one whose formula says otherwise becomes the number it says, and varies if that
    changes again, or is none. Those that read it are asked again, until nothing changes. Lines are asked in the order
    in which they stand, so that few divide by one that is not yet asked.
    """
    known = {name: _literal(value) for name, value in constants.items()}
    known |= dict.fromkeys(sheet.lines, NOTHING)
    settled = {name for name, line in sheet.lines.items() if line.per in empty}  # they have no value at all
    readers: dict[str, list[str]] = {}
    for name, line in sheet.lines.items():
        for read in names(line.expression):
            if read in sheet.lines:
                readers.setdefault(read, []).append(name)
    folder = _Folder(sheet, known, empty)
    told: set[str] = set()
    waiting = deque(name for name in sheet.lines if name not in settled)
    queued = set(waiting)
    while waiting:
        name = waiting.popleft()
        queued.discard(name)
        before = known.get(name)
        if before is None:
            continue
        found = folder.fold(sheet.lines[name].expression)
        if isinstance(found, Literal) and found.value == before.value:
            continue
        if isinstance(found, Literal) and name not in told:
            told.add(name)
            known[name] = found
        else:
            del known[name]
        for reader in readers.get(name, ()):
            if reader not in queued and reader not in settled:
                queued.add(reader)
                waiting.append(reader)
    return known


def _literal(value: float) -> Literal:
    return Literal(value, DIMENSIONLESS) if value else NOTHING


def _renamed(expression: Expression, aliases: Mapping[str, str]) -> Expression:
    """Every name that stands for another one replaced by that."""
    if isinstance(expression, Name):
        return Name(aliases[expression.name]) if expression.name in aliases else expression
    return rebuilt(expression, lambda part: _renamed(part, aliases)) if expression.parts else expression


class _Folder:
    """Folds formulas where some names are known to be one number."""

    def __init__(self, sheet: LineSet, known: Mapping[str, Literal], empty: Collection[str]) -> None:
        self.sheet, self.known, self.empty = sheet, known, empty

    def fold(self, expression: Expression) -> Expression:
        """The formula with everything calculated that is known."""
        match expression:
            case Name(name):
                return self.known.get(name, expression)
            case Verb():
                return self._verb(expression)
            case Negative() | Binary() | Compare() | Call():
                return simple(rebuilt(expression, self.fold))
        return expression

    def _verb(self, verb: Verb) -> Expression:
        """Whatever reaches for nothing finds nothing; other numbers are reached as the lines that they are."""
        if verb.verb in ("over", "senior") and self.sheet[verb.line].per in self.empty:
            return NOTHING
        if verb.verb == "spread":
            read = (verb.operand, verb.arguments[0])
            return NOTHING if any(_is(self.fold(part), 0.0) for part in read) else verb
        arguments = tuple(self.fold(argument) for argument in verb.arguments)
        operand = self.fold(verb.operand)
        if verb.verb in _LAGS and _is(arguments[0], 0.0):
            return NOTHING
        if isinstance(operand, Literal) and verb.verb != "irr":
            same = (
                operand.value == (arguments[0].value if isinstance(arguments[0], Literal) else None)
                if arguments
                else not operand.value
            )
            if verb.verb == "prev" and same:
                return operand
            if verb.verb != "prev" and not operand.value:
                return NOTHING
            if verb.verb in ("lowest", "highest"):
                return operand
        return Verb(verb.verb, verb.operand, arguments)


def _is(expression: Expression, value: float) -> bool:
    return isinstance(expression, Literal) and expression.value == value


def simple(expression: Expression) -> Expression:
    """A formula whose parts are folded, folded itself: no verb looks at it."""
    parts = expression.parts
    numbers = [part.value for part in parts if isinstance(part, Literal)]
    if len(numbers) == len(parts):
        return _calculated(expression, numbers)
    match expression:
        case Negative(Negative(operand)):
            return operand
        case Binary("+", left, right):
            return right if _is(left, 0.0) else left if _is(right, 0.0) else expression
        case Binary("-", left, right):
            return left if _is(right, 0.0) else Negative(right) if _is(left, 0.0) else expression
        case Binary("*", left, right):
            for one, other in ((left, right), (right, left)):
                if _is(one, 0.0):
                    return NOTHING
                if _is(one, 1.0):
                    return other
        case Binary("/", left, right):
            return NOTHING if _is(left, 0.0) else left if _is(right, 1.0) else expression
        case Binary("**", left, right):
            return ONE if _is(right, 0.0) or _is(left, 1.0) else left if _is(right, 1.0) else expression
        case Call("compound", (rate, time)):
            return ONE if _is(rate, 0.0) or _is(time, 0.0) else expression
        case Call("maximum" | "minimum", (Name(a), Name(b))) if a == b:
            return parts[0]
        case Call("where", (condition, a, b)):
            if isinstance(condition, Literal):
                return a if condition.value else b
            return a if isinstance(a, Literal) and _is(b, a.value) else expression
    return expression


def _calculated(expression: Expression, numbers: list[float]) -> Expression:
    """A formula of numbers alone; one that has no finite result stays as it is."""
    match expression:
        case Negative():
            value = 0.0 - numbers[0]
        case Binary(sign) | Compare(sign):
            value = _SIGNS[sign](*numbers)
        case Call("where"):
            value = numbers[1] if numbers[0] else numbers[2]
        case Call(function):
            value = _FUNCTIONS[function](*numbers)
        case _:
            return expression
    return _literal(value) if value - value == 0 else expression
