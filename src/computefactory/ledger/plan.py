"""The order of calculation: which lines share a pass over the months, in which direction, and what stands before it.

A plan is a list of :class:`Segment`; a segment is calculated once, or in rounds where it holds a ``solve``. Its
:class:`Stage` s first computes lines without time (``before``), then runs over the months (``monthly``): forward for
even numbers, backward for odd ones. Within either, a :class:`Loop` holds nodes of one item axis, in order.

Nodes are lines and, beside them, every verb that carries a state (``total(x)``, ``ytd(x)`` …): a *hidden node* named
by its text and computed once however many lines use it. ``prev`` and ``following`` are read in place and need none.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal as OneOf

from computefactory.errors import CircularLine, LedgerError
from computefactory.ledger.check import ONE_NUMBER, LineSet
from computefactory.ledger.expression import Expression, Name, Verb, leaves
from computefactory.ledger.graph import circle, components

__all__ = ["Loop", "Plan", "PlanNode", "Segment", "Stage", "Use", "make_plan"]

How = OneOf["same", "prev", "following", "senior", "ranked", "whole", "solve"]
_LIFE = ("total", "lowest", "highest")  # over all periods
_FORWARD = ("trailing", "ytd", "spread", *_LIFE)  # these go from the oldest to the newest, whoever needs them


@dataclass(frozen=True, slots=True)
class Use:
    """``key`` is needed: this month, the month before or after, for its whole life, or a round ago.

    Of items ahead, ``senior`` is this month's; ``ranked`` is theirs once their whole life is known.
    """

    key: str
    how: How


@dataclass(frozen=True, slots=True, eq=False)
class PlanNode:
    """Something computed: a line, or a hidden verb (``expression`` is the verb itself).

    ``per`` and ``timed`` are the shape of its value; ``loop`` and ``monthly`` say where it is computed: ``total(x)``
    is one number, added up month by month; ``over(x)`` has no items, but runs over them.
    """

    key: str
    expression: Expression
    per: str | None
    timed: bool
    loop: str | None
    monthly: bool
    uses: tuple[Use, ...]

    @property
    def verb(self) -> Verb | None:
        """The verb of a hidden node; None for a line."""
        return self.expression if isinstance(self.expression, Verb) and self.key == str(self.expression) else None


@dataclass(frozen=True, slots=True)
class Loop:
    """Nodes computed one after the other, for every item of ``per`` (None: once)."""

    per: str | None
    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands before a pass over the months, and the pass."""

    backward: bool
    before: tuple[Loop, ...]
    monthly: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Stages calculated in order: once, in rounds until the ``solved`` verbs stand still, or once for each item.

    In a segment ``ranked`` by an axis an item needs the whole life of those ahead. The first needs nobody, so after as
    many rounds as there are items all are right, whatever stood in memory before.
    """

    stages: tuple[Stage, ...]
    solved: tuple[Verb, ...]
    ranked: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All segments in order, every node by key."""

    segments: tuple[Segment, ...]
    nodes: Mapping[str, PlanNode]


def make_plan(sheet: LineSet) -> Plan:
    """Order the lines of ``sheet``.

    Raises:
        CircularLine: lines that need each other within a month or through a whole-life sum; spells the path.
        LedgerError: a circle with both ``prev`` and ``following``, or a ``solve`` that stands in no circle.
    """
    nodes = _nodes(sheet)
    groups = components({key: [use.key for use in node.uses] for key, node in nodes.items()})
    level: dict[str, int] = {}
    solved: dict[int, list[Verb]] = {}
    ranks: dict[int, str] = {}
    for group in groups:
        axis = _rank(group, nodes)
        verbs = [verb for key in group if (verb := nodes[key].verb) is not None and verb.verb == "solve"]
        if verbs and len(group) == 1:
            raise LedgerError(f"{verbs[0]} stands in no circle: use {verbs[0].line} itself")
        needed = [level[use.key] for key in group for use in nodes[key].uses if use.key in level]
        # straight segments are even, rounds odd; rounds come after all that they need, rounds included
        apart = bool(verbs or axis)
        here = max(((at | 1) + (at & 1) * 2 if apart else at + (at & 1) for at in needed), default=int(apart))
        while apart and (here in ranks or (axis and here in solved)):
            here += 2
        level.update(dict.fromkeys(group, here))
        if axis:
            ranks[here] = axis
        if verbs:
            solved.setdefault(here, []).extend(verbs)
    segments = []
    for number in sorted(set(level.values())):
        members = {key: node for key, node in nodes.items() if level[key] == number}
        segments.append(Segment(_stages(members), tuple(solved.get(number, ())), ranks.get(number)))
    return Plan(tuple(segments), nodes)


def _rank(group: list[str], nodes: dict[str, PlanNode]) -> str | None:
    """The axis by whose rank a circle opens, its uses of items ahead then ``ranked``; None where it is none of these.

    It is one that runs through a whole life or looks both back and ahead, all of its nodes of one axis.
    """
    inside = {use.how for key in group for use in nodes[key].uses if use.key in group}
    axes = {nodes[key].per for key in group}
    knot = "whole" in inside or ({"prev", "following"} <= inside)
    if not knot or "senior" not in inside or len(axes) > 1 or None in axes:
        return None
    for key in group:
        uses = (Use(use.key, "ranked") if use.how == "senior" and use.key in group else use for use in nodes[key].uses)
        nodes[key] = replace(nodes[key], uses=tuple(uses))
    return axes.pop()


def _nodes(sheet: LineSet) -> dict[str, PlanNode]:
    nodes: dict[str, PlanNode] = {}
    for line in sheet.lines.values():
        for leaf in leaves(line.expression):
            if isinstance(leaf, Verb) and leaf.verb not in ("prev", "following"):
                nodes.setdefault(str(leaf), _hidden(leaf, sheet))
        uses = _line_uses(line.expression)
        nodes[line.name] = PlanNode(
            line.name, line.expression, line.per, line.timed, line.per, line.timed, _computed(uses, sheet)
        )
    return nodes


def _computed(uses: list[Use], sheet: LineSet) -> tuple[Use, ...]:
    """The uses that need an order: givens are always there."""
    return tuple(dict.fromkeys(use for use in uses if use.key not in sheet.givens))


def _line_uses(expression: Expression) -> list[Use]:
    uses: list[Use] = []
    for leaf in leaves(expression):
        if isinstance(leaf, Name):
            uses.append(Use(leaf.name, "same"))
        elif leaf.verb == "prev":
            uses += [Use(leaf.line, "prev"), *_arguments(leaf)]
        elif leaf.verb == "following":
            uses.append(Use(leaf.line, "following"))
        else:
            uses.append(Use(str(leaf), "whole" if leaf.verb in _LIFE else "same"))
    return uses


def _arguments(verb: Verb) -> list[Use]:
    return [Use(argument.name, "same") for argument in verb.arguments if isinstance(argument, Name)]


_NEEDS: Mapping[str, How] = {"senior": "senior", "ahead": "whole", "irr": "whole", "solve": "solve"}


def _hidden(verb: Verb, sheet: LineSet) -> PlanNode:
    item = sheet[verb.line]
    summed = verb.verb == "over"
    uses = [Use(verb.line, _NEEDS.get(verb.verb, "same")), *_arguments(verb)]
    return PlanNode(
        key=str(verb),
        expression=verb,
        per=None if summed else item.per,
        timed=item.timed and verb.verb not in ONE_NUMBER,
        loop=item.per,
        monthly=item.timed and verb.verb not in ("irr", "solve"),
        uses=_computed(uses, sheet),
    )


def _stages(nodes: Mapping[str, PlanNode]) -> tuple[Stage, ...]:
    needs = {key: [use.key for use in _ordering(node, nodes)] for key, node in nodes.items()}
    stage: dict[str, int] = {}
    for group in components(needs):
        parity = _direction(group, nodes, needs)
        here = 0
        for key in group:
            for use in _ordering(nodes[key], nodes):
                if use.key in stage:
                    here = max(here, _earliest(stage[use.key], use.how))
        if parity is not None and here % 2 != parity:
            here += 1
        stage.update(dict.fromkeys(group, here))
    result = []
    for number in sorted(set(stage.values())):
        members = {key: node for key, node in nodes.items() if stage[key] == number}
        before = _loops({key: node for key, node in members.items() if not node.monthly})
        monthly = _loops({key: node for key, node in members.items() if node.monthly})
        result.append(Stage(bool(number % 2), before, monthly))
    return tuple(result)


def _ordering(node: PlanNode, nodes: Mapping[str, PlanNode]) -> list[Use]:
    return [use for use in node.uses if use.key in nodes and use.how not in ("solve", "ranked")]


def _earliest(stage: int, how: How) -> int:
    """The first stage that can reach a node of ``stage``: a lag along the pass needs no new one."""
    backward = bool(stage % 2)
    if how == "whole" or (how == "prev" and backward) or (how == "following" and not backward):
        return stage + 1
    return stage


def _direction(group: list[str], nodes: Mapping[str, PlanNode], needs: Mapping[str, list[str]]) -> int | None:
    """0: forward, 1: backward, None: either."""
    inside = {(key, use.key, use.how) for key in group for use in _ordering(nodes[key], nodes) if use.key in group}
    hows = {how for _, _, how in inside}
    forward = "prev" in hows or any((verb := nodes[key].verb) is not None and verb.verb in _FORWARD for key in group)
    if "whole" in hows:
        path = circle(needs, group, lambda a, b: (a, b, "whole") in inside)
        verb = next((nodes[key].verb for key in path if nodes[key].verb is not None), None)
        through = f"{verb.verb}()" if verb is not None else "its whole life"
        raise CircularLine(f"a circle through {through}: {_spell(path, nodes)}; break it with solve(x)")
    if "following" in hows and forward:
        path = circle(needs, group, lambda a, b: (a, b, "following") in inside)
        raise LedgerError(f"a circle looks both back (prev) and ahead (following): {_spell(path, nodes)}")
    if "following" in hows:
        return 1
    return 0 if forward else None


def _spell(path: list[str], nodes: Mapping[str, PlanNode]) -> str:
    """``size <- total(pv) <- cfads``: a hidden verb stands for the line it names."""
    words = path[:1]
    for before, key in pairwise(path):
        verb = nodes[before].verb
        if verb is None or verb.line != key or key == path[0]:
            words.append(key)
    return " <- ".join(words)


def _loops(nodes: Mapping[str, PlanNode]) -> tuple[Loop, ...]:
    """Order nodes by what they need in the same month, keeping an item loop open as long as it serves."""
    needs = {
        key: [use.key for use in node.uses if use.how in ("same", "senior") and use.key in nodes]
        for key, node in nodes.items()
    }
    groups = [_group(group, nodes, needs) for group in components(needs)]
    missing: list[set[str]] = []
    users: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        missing.append({need for node in group for need in needs[node.key]} - {node.key for node in group})
        for need in missing[place]:
            users.setdefault(need, []).append(place)
    ready = [place for place, lacking in enumerate(missing) if not lacking]
    loops: list[tuple[str | None, list[PlanNode]]] = []
    unfinished: set[str] = set()  # a sum over items is known only when its loop has ended

    def merges(place: int) -> bool:
        """Whether a group can stand in the loop that is open."""
        group = groups[place]
        return group[0].loop == loops[-1][0] and not any(
            need in unfinished for node in group for need in needs[node.key]
        )

    while ready:
        merged = next(filter(merges, ready), None) if loops else None
        if merged is None:
            loops.append((groups[ready[0]][0].loop, []))
            unfinished.clear()
        chosen = ready[0] if merged is None else merged
        ready.remove(chosen)
        loops[-1][1].extend(groups[chosen])
        for node in groups[chosen]:
            if node.loop is not None and node.per is None:
                unfinished.add(node.key)
            for place in users.get(node.key, ()):
                missing[place].discard(node.key)
                if not missing[place]:
                    insort(ready, place)
    return tuple(Loop(axis, tuple(inside)) for axis, inside in loops)


def _group(group: list[str], nodes: Mapping[str, PlanNode], needs: Mapping[str, list[str]]) -> list[PlanNode]:
    """A node alone, or nodes that need each other through ``senior`` only: they share one turn of the item loop."""
    inside = {key: [need for need in needs[key] if need in group] for key in group}
    if len(group) == 1 and not inside[group[0]]:
        return [nodes[group[0]]]
    within_item = {key: [use.key for use in nodes[key].uses if use.how == "same" and use.key in group] for key in group}
    ordered = components(within_item)
    one_axis = all(nodes[key].loop is not None and nodes[key].per is not None for key in group)
    one_axis = one_axis and len({nodes[key].loop for key in group}) == 1
    knot = next((part for part in ordered if len(part) > 1 or part[0] in within_item[part[0]]), None)
    if knot or not one_axis:
        path = circle(needs, knot or group, lambda *_: True)
        raise CircularLine(f"a circle within one month: {_spell(path, nodes)}")
    return [nodes[part[0]] for part in ordered]
