"""Figures and rows that are what a name, path or formula is worth in the result, read from that name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from computefactory.names import number_of
from computefactory.page import Figure, Of

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Shown", "figures_of"]

Shown = Callable[..., Figure]


def figures_of(result: Result) -> Shown:
    """Makes figures of a result by what they are of: without ``of`` by the metric of their name."""

    def shown(name: str, label: str, unit: str = "", of: Of | str = "", note: str = "") -> Figure:
        asked = of if isinstance(of, Of) else Of(of or name)
        return Figure(name, label, number_of(result, asked), unit, note, of)

    return shown
