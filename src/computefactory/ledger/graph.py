"""Strongly connected components and shortest circles of a graph given as ``needs[node] -> nodes it needs``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

__all__ = ["Needs", "circle", "components"]

Needs = Mapping[str, Iterable[str]]


def components(needs: Needs) -> list[list[str]]:
    """Strongly connected components, each after everything it needs (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    found: list[list[str]] = []
    for root in needs:
        if root in index:
            continue
        work = [(root, iter(needs[root]))]
        index[root] = low[root] = len(index)
        open_nodes.append(root)
        is_open.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_nodes.append(other)
                    is_open.add(other)
                    work.append((other, iter(needs[other])))
                    break
                if other in is_open:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = open_nodes.index(node)
                    component = open_nodes[cut:]
                    del open_nodes[cut:]
                    is_open.difference_update(component)
                    found.append(component)
    order = {node: place for place, node in enumerate(needs)}
    return [sorted(component, key=order.__getitem__) for component in found]


def circle(needs: Needs, within: Iterable[str], through: Callable[[str, str], bool]) -> list[str]:
    """The shortest path node -> … -> node inside ``within`` whose first step satisfies ``through``; empty if none."""
    inside = list(within)
    members = set(inside)
    best: list[str] = []
    for start in inside:
        for first in needs[start]:
            if first not in members or not through(start, first):
                continue
            path = _shortest(needs, first, start, members)
            if path and (not best or len(path) + 1 < len(best)):
                best = [start, *path]
    return best


def _shortest(needs: Needs, start: str, goal: str, members: set[str]) -> list[str]:
    before: dict[str, str | None] = {start: None}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            path: list[str] = []
            step: str | None = node
            while step is not None:
                path.append(step)
                step = before[step]
            return path[::-1]
        for other in needs[node]:
            if other in members and other not in before:
                before[other] = node
                queue.append(other)
    return []
