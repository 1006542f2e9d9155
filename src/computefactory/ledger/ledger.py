"""The ledger: lines and givens, checked against each other once, then run as often as wanted."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from computefactory.errors import DimensionMismatch, LedgerError
from computefactory.ledger import python
from computefactory.ledger.expression import Reference, Symbol, Verb, literal, walk
from computefactory.ledger.line import Given, Line
from computefactory.ledger.plan import Stage, Use, make_plan, uses_of
from computefactory.ledger.render import render
from computefactory.ledger.source import CLOCK, YEAR_START, YEARS, Entry, Program, write
from computefactory.ledger.units import infer
from computefactory.units import Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from computefactory.ledger.explain import Node

__all__ = ["BuiltLine", "Ledger"]

WINDOWS = {"trailing": CLOCK, "ahead": CLOCK, "ytd": YEAR_START, "irr": YEARS}  # series givens that verbs read
STOCK_REFUSED = ("total", "ytd", "ahead", "trailing")


@dataclass(frozen=True, slots=True)
class BuiltLine:
    """A line that has been traced and checked: ``timed`` says whether it has a period axis."""

    name: str
    unit: Unit
    stock: bool
    per: str | None
    timed: bool
    label: str
    formula: str
    inputs: tuple[str, ...]
    symbol: Symbol
    declared: Line


class Ledger:
    """Lines and givens that fit together.

    Args:
        items: what ``collect`` returns.
        choices: which conventional lines to keep: a line with ``only={"losses": "used_at_once"}`` exists only where
            ``choices["losses"]`` says so.
        wanted: keep only what these lines need (default: every line).

    Raises:
        LedgerError: a line that does not fit, with its name and what to do.
    """

    def __init__(
        self,
        items: Sequence[Line | Given],
        choices: Mapping[str, str] | None = None,
        wanted: Collection[str] | None = None,
    ) -> None:
        kept = [item for item in items if all((choices or {}).get(key) == value for key, value in item.only.items())]
        declared = _by_name([item for item in kept if isinstance(item, Line)], "line")
        givens = _by_name([item for item in kept if isinstance(item, Given)], "given")
        twice = declared.keys() & givens.keys()
        if twice:
            raise LedgerError(f"{', '.join(sorted(twice))}: both a line and a given")
        symbols = {name: _trace(line, declared, givens) for name, line in declared.items()}
        names = _needed(symbols, wanted, declared)
        symbols = {name: symbols[name] for name in names}
        read = {use.name for symbol in symbols.values() for use in uses_of(symbol)} | _implied(symbols.values())
        self.givens: dict[str, Given] = {name: given for name, given in givens.items() if name in read}
        timed = _timed(symbols, self.givens)
        for name, symbol in symbols.items():
            _check(declared[name], symbol, declared, self.givens, timed)
        self.lines: dict[str, BuiltLine] = {
            name: BuiltLine(
                name,
                declared[name].unit,
                declared[name].unit.stock,
                declared[name].per,
                timed[name],
                declared[name].label,
                render(symbol),
                tuple(dict.fromkeys(use.name for use in uses_of(symbol))),
                symbol,
                declared[name],
            )
            for name, symbol in symbols.items()
        }
        uses: dict[str, list[Use]] = {name: uses_of(symbol) for name, symbol in symbols.items()}
        per = {name: line.per for name, line in declared.items()}
        self.plan: list[Stage] = make_plan(uses, timed, per)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """What the program writer must know of each name."""
        return {
            **{name: Entry(given.per, given.series, given.table) for name, given in self.givens.items()},
            **{name: Entry(line.per, line.timed, formula=line.symbol) for name, line in self.lines.items()},
        }

    @cached_property
    def hash(self) -> str:
        """Changes when any formula does."""
        text = "\n".join(f"{name}[{line.per}] = {line.formula}" for name, line in self.lines.items())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def program(self, keep: Collection[str], *, matrix: bool) -> Program:
        """The program that stores ``keep``."""
        return write(self.entries, self.plan, keep, matrix=matrix)

    def run(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """One case in plain Python: every line by name, shaped (), (month,), (item,) or (item, month).

        Raises:
            LedgerError: a given that is missing, unknown or of the wrong shape.
        """
        return python.run(self, values)

    def run_many(
        self, values: Mapping[str, Any], n: int, keep: Sequence[str], threads: int | None = None
    ) -> dict[str, NDArray[Any]]:
        """``n`` cases; any given may have a leading scenario axis. Compiled where the ``fast`` extra is installed."""
        from computefactory.ledger import batch

        return batch.run_many(self, values, n, keep, threads)

    def evaluate(
        self, name: str, values: Mapping[str, Any], results: Mapping[str, Any], month: int = 0, item: int = 0
    ) -> float:
        """One line in one period, from its inputs, by calling its real function: an independent reading."""
        from computefactory.ledger import explain

        return explain.evaluate(self, name, values, results, month, item)

    def explain(
        self,
        name: str,
        values: Mapping[str, Any],
        results: Mapping[str, Any],
        month: int | None = None,
        item: int | None = None,
        depth: int = 1,
    ) -> Node:
        """The formula of a line with the values of its inputs, ``depth`` levels down."""
        from computefactory.ledger import explain

        return explain.explain(self, name, values, results, month, item, depth)


def _by_name(items: Sequence[Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        if item.name in found and found[item.name] != item:
            raise LedgerError(f"{kind} {item.name} is declared twice under the same choices")
        found[item.name] = item
    return found


def _trace(line: Line, declared: Mapping[str, Line], givens: Mapping[str, Given]) -> Symbol:
    """Call the line once with symbols."""
    for parameter in line.parameters:
        if parameter not in declared and parameter not in givens:
            near = difflib.get_close_matches(parameter, [*declared, *givens], 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise LedgerError(f"line {line.name}: unknown name '{parameter}'{hint}")
    arguments: list[Any] = [Reference(parameter) for parameter in line.parameters]
    try:
        symbol = literal(line.function(*arguments))
    except LedgerError as error:
        raise LedgerError(f"line {line.name}: {error}") from None
    unused = set(line.parameters) - {use.name for use in uses_of(symbol)}
    if unused:
        raise LedgerError(f"line {line.name}: parameter {', '.join(sorted(unused))} is not used")
    return symbol


def _needed(
    symbols: Mapping[str, Symbol], wanted: Collection[str] | None, declared: Mapping[str, Line]
) -> list[str]:
    if wanted is None:
        return list(symbols)
    seen: set[str] = set()
    queue = list(wanted)
    for name in queue:
        if name not in declared:
            raise LedgerError(f"no line is called {name}")
        seen.add(name)
        for use in uses_of(symbols[name]):
            if use.name in declared and use.name not in seen and use.name not in queue:
                queue.append(use.name)
    return [name for name in symbols if name in seen]


def _implied(symbols: Collection[Symbol]) -> set[str]:
    """Givens that verbs read without naming them."""
    return {
        WINDOWS[node.verb] for symbol in symbols for node in walk(symbol) if isinstance(node, Verb) and node.verb in WINDOWS
    }


def _timed(symbols: Mapping[str, Symbol], givens: Mapping[str, Given]) -> dict[str, bool]:
    """Which lines have a period axis: those that read one, directly or through others."""
    timed = {name: False for name in symbols} | {name: given.series for name, given in givens.items()}
    uses = {name: uses_of(symbol) for name, symbol in symbols.items()}
    changed = True
    while changed:
        changed = False
        for name, needs in uses.items():
            if not timed[name] and any(
                use.verb in ("prev", "following", "trailing", "ytd", "spread", "ahead")
                or (use.verb in ("same", "over", "senior") and timed.get(use.name, False))
                for use in needs
            ):
                timed[name] = changed = True
    return timed


def _check(
    line: Line, symbol: Symbol, declared: Mapping[str, Line], givens: Mapping[str, Given], timed: Mapping[str, bool]
) -> None:
    """Axes, stocks, whole-life verbs, the line's own name, units."""
    for use in uses_of(symbol):
        owner: Line | Given = declared[use.name] if use.name in declared else givens[use.name]
        if use.verb in ("over", "senior") and owner.per is None:
            raise LedgerError(f"line {line.name}: {use.verb}({use.name}), but {use.name} has no items")
        if use.verb != "over" and owner.per is not None and owner.per != line.per:
            own = f"is per {line.per}" if line.per else "has no items"
            raise LedgerError(
                f"line {line.name} ({own}) uses {use.name}, which is per {owner.per}: "
                f"use over({use.name}) or declare per='{owner.per}'"
            )
        if use.verb in STOCK_REFUSED and owner.unit.stock:
            raise LedgerError(f"line {line.name}: {use.verb}({use.name}), but {use.name} is a balance: sums are of flows")
        if use.verb in ("total", "irr") and (use.name in givens or not timed[use.name]):
            raise LedgerError(f"line {line.name}: {use.verb}({use.name}) needs a line with a period axis")
        if use.verb == "same" and use.name == line.name:
            raise LedgerError(f"line {line.name} uses itself in the same period: use prev({use.name})")
        if use.verb != "schedule" and isinstance(owner, Given) and owner.table:
            raise LedgerError(f"line {line.name}: the table {use.name} can only be used in spread()")

    def unit_of(name: str) -> Unit:
        return declared[name].unit if name in declared else givens[name].unit

    unit = infer(symbol, unit_of, line.name)
    if unit is not None and unit != line.unit:
        raise DimensionMismatch(f"line {line.name} = {render(symbol)} gives {unit}, declared {line.unit}")
