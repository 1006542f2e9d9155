"""The order of calculation: what each line needs, which pass it belongs to, and what cannot be calculated at all.

A *stage* is one pass over the periods, with the numbers that have no period (``scalars``) before it. Even stages run
forward, odd ones backward (for ``following``). A sum over the whole life is known only after its line's pass, so what
uses it waits for a later stage. Within a stage lines are ordered by their same-period uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from computefactory.errors import CircularLine, LedgerError
from computefactory.ledger.expression import Operation, Reference, Symbol, Verb

__all__ = ["Stage", "Use", "make_plan", "uses_of"]

WHOLE_LIFE = ("total", "ahead", "irr")
FORWARD = ("prev", "trailing", "ytd", "spread")
BACKWARD = ("following",)


@dataclass(frozen=True, slots=True)
class Use:
    """A line needs ``name``, through ``verb`` (``same`` for the same period)."""

    name: str
    verb: str


@dataclass(frozen=True, slots=True)
class Stage:
    """``scalars`` in order, then ``lines`` of one pass in order."""

    backward: bool
    scalars: tuple[str, ...]
    lines: tuple[str, ...]


def uses_of(formula: Symbol) -> list[Use]:
    """Everything a formula needs."""
    found: list[Use] = []

    def visit(symbol: Symbol) -> None:
        if isinstance(symbol, Reference):
            found.append(Use(symbol.name, "same"))
        elif isinstance(symbol, Verb):
            found.append(Use(symbol.name, symbol.verb))
            for position, extra in enumerate(symbol.extra):
                if symbol.verb == "spread" and position == 0 and isinstance(extra, Reference):
                    found.append(Use(extra.name, "schedule"))
                else:
                    visit(extra)
        elif isinstance(symbol, Operation):
            for argument in symbol.arguments:
                visit(argument)

    visit(formula)
    return found


def components(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected components, dependencies first (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    result: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, children = work[-1]
            for child in children:
                if child not in index:
                    index[child] = low[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    work.append((child, iter(graph[child])))
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    result.append(component[::-1])
    return result


def make_plan(uses: Mapping[str, list[Use]], timed: Mapping[str, bool], per: Mapping[str, str | None]) -> list[Stage]:
    """Stages for lines with their ``uses`` of other lines; ``timed`` says which have a period axis.

    Raises:
        CircularLine: lines that need each other within one period or through the whole life; names the path.
        LedgerError: ``prev`` and ``following`` in one circle.
    """
    graph = {name: [use.name for use in needs if use.name in uses] for name, needs in uses.items()}
    stage_of: dict[str, int] = {}
    for component in components(graph):
        inside = set(component)
        _check(component, inside, uses)
        stage = _stage(component, inside, uses, timed, stage_of)
        stage_of.update(dict.fromkeys(component, stage))
    plan = []
    for number in range(max(stage_of.values(), default=-1) + 1):
        members = [name for name in uses if stage_of[name] == number]
        scalars = _order([name for name in members if not timed[name]], uses, per)
        lines = _order([name for name in members if timed[name]], uses, per)
        plan.append(Stage(number % 2 == 1, tuple(scalars), tuple(lines)))
    return plan


def _check(component: list[str], inside: set[str], uses: Mapping[str, list[Use]]) -> None:
    verbs = {use.verb for name in component for use in uses[name] if use.name in inside}
    whole = [(name, use) for name in component for use in uses[name] if use.name in inside and use.verb in WHOLE_LIFE]
    if whole:
        name, use = whole[0]
        path = _path(use.name, name, inside, uses, lagged=True)
        shown = " <- ".join([name, f"{use.verb}({use.name})", *path[1:]])
        raise CircularLine(f"a circle through {use.verb}(): {shown}; size or sum on lines that do not look back at it")
    if "prev" in verbs and "following" in verbs:
        raise LedgerError(f"prev() and following() in one circle: {', '.join(sorted(component))}")


def _path(start: str, goal: str, inside: set[str], uses: Mapping[str, list[Use]], *, lagged: bool) -> list[str]:
    """A chain of uses from ``start`` to ``goal`` (shortest, by breadth)."""
    before: dict[str, str] = {}
    queue = [start]
    for node in queue:
        if node == goal and before:
            break
        for use in uses[node]:
            if use.name in inside and use.name not in before and (lagged or _same_period(use.verb)):
                before[use.name] = node
                queue.append(use.name)
    path = [goal]
    while path[-1] != start or len(path) == 1:
        path.append(before[path[-1]])
    return path[::-1]


def _same_period(verb: str) -> bool:
    return verb not in ("prev", "following", *WHOLE_LIFE)


def _stage(
    component: list[str],
    inside: set[str],
    uses: Mapping[str, list[Use]],
    timed: Mapping[str, bool],
    stage_of: Mapping[str, int],
) -> int:
    verbs = {use.verb for name in component for use in uses[name] if timed.get(use.name, False)}
    parity = 1 if verbs & set(BACKWARD) else 0 if verbs & set(FORWARD) else None
    earliest = 0
    for name in component:
        for use in uses[name]:
            if use.name in inside or use.name not in stage_of:
                continue
            known = stage_of[use.name]
            if not timed[use.name]:
                needed = known
            elif use.verb in WHOLE_LIFE:
                needed = known + 1
            elif parity is not None and known % 2 != parity:
                needed = known + 1
            elif (use.verb == "following" and known % 2 == 0) or (use.verb in FORWARD and known % 2 == 1):
                needed = known + 1
            else:
                needed = known
            earliest = max(earliest, needed)
    if all(not timed[name] for name in component) or parity is None:
        return earliest
    return earliest if earliest % 2 == parity else earliest + 1


def _order(names: list[str], uses: Mapping[str, list[Use]], per: Mapping[str, str | None]) -> list[str]:
    """By same-period uses; among lines that are ready, those of the axis just written come first."""
    members = set(names)
    waiting = {
        name: {use.name for use in uses[name] if use.name in members and _same_period(use.verb)} for name in names
    }
    users: dict[str, list[str]] = {name: [] for name in names}
    for name, needs in waiting.items():
        for need in needs:
            users[need].append(name)
    ready = [name for name in names if not waiting[name]]
    ordered: list[str] = []
    axis: str | None = None
    while ready:
        pick = next((name for name in ready if per[name] == axis), ready[0])
        ready.remove(pick)
        ordered.append(pick)
        axis = per[pick]
        for user in users[pick]:
            waiting[user].discard(pick)
            if not waiting[user]:
                ready.append(user)
    left = [name for name in names if waiting[name]]
    if left:
        inside = set(left)
        for name in left:
            try:
                path = _path(name, name, inside, uses, lagged=False)
            except KeyError:
                continue
            raise CircularLine(f"a circle within one period: {' <- '.join(path)}")
        raise CircularLine(f"a circle within one period among {', '.join(left)}")
    return ordered
