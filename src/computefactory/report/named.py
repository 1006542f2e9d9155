"""Figures and rows that are what a name, path or formula is worth in the result, read from that name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from computefactory.names import number_of
from computefactory.page import Cell, Column, Figure, Grid, Of

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["FiguresOf", "filled"]


@dataclass(frozen=True, slots=True)
class FiguresOf:
    """Makes figures of a result by what they are of: without ``of`` by the metric of their name."""

    result: Result

    def __call__(self, name: str, label: str, unit: str = "", of: Of | str = "", note: str = "") -> Figure:
        """A figure with its number, and where that is from."""
        asked = of if isinstance(of, Of) else Of(of or name)
        return Figure(name, label, number_of(self.result, asked), unit, note, of)


def filled(
    result: Result,
    columns: Sequence[Column],
    words: Iterable[Sequence[Cell]],
    places: Sequence[Of | tuple[Of | str, ...]] = (),
) -> Grid:
    """Rows of words, in the order of their columns, with the number of every cell that has a name."""
    blank = Grid(tuple(columns), tuple(map(tuple, words)), places=tuple(places))

    def cells(row: int) -> Iterator[Cell]:
        said = iter(blank.rows[row])
        for column in range(len(columns)):
            of = blank.of(row, column) if column else Of()
            yield number_of(result, of) if of.name else next(said)

    return replace(blank, rows=tuple(tuple(cells(row)) for row in range(len(blank.rows))))
