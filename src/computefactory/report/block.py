"""Blocks of rows and lines, each of cells, for a page that mixes words and numbers in one cell."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.report.sheet import Of

__all__ = ["Block", "Cell", "Line", "Part", "Said", "brief", "money", "parts", "percent", "said", "share", "usd"]

MILLION, BILLION = 1e6, 1e9
TEN_THOUSAND = 1e4  # from here on four digits would be written with an exponent


@dataclass(frozen=True, slots=True)
class Said:
    """A number as it is printed, its value before any rounding, and what it is of."""

    text: str
    value: float
    of: Of

    def __str__(self) -> str:
        return self.text


Part = str | Said
Cell = Part | tuple[Part, ...]
Line = tuple[tuple[Cell, str], ...]  # cells side by side, each with its style


@dataclass(frozen=True, slots=True)
class Block:
    """A title with a note, rows of cells in columns of these widths (``right``: to the right), or lines."""

    title: str = ""
    note: Cell = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    widths: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()


def parts(cell: Cell) -> tuple[Part, ...]:
    """What stands in a cell, from left to right."""
    return cell if isinstance(cell, tuple) else (cell,)


def usd(value: float) -> str:
    """Money as people say it."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:,.2f} bn USD"
    if abs(value) >= MILLION:
        return f"{value / MILLION:,.1f} m USD"
    return f"{value:,.0f} USD"


def percent(value: float, digits: int = 1) -> str:
    """A share as people say it."""
    return f"{100 * value:z.{digits}f} %"


def said(text: str, value: float, of: Of | str) -> Said:
    """A number as it is printed."""
    return Said(text, value, Of(of) if isinstance(of, str) else of)


def money(value: float, of: Of | str) -> Said:
    """Money as people say it, and what it is of."""
    return said(usd(value), value, of)


def share(value: float, of: Of | str, digits: int = 1) -> Said:
    """A share as people say it, and what it is of."""
    return said(percent(value, digits), value, of)


def brief(value: float) -> str:
    """A number in few characters."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:.2f} bn"
    if abs(value) >= MILLION:
        return f"{value / MILLION:.1f} m"
    return f"{value:,.0f}" if abs(value) >= TEN_THOUSAND else f"{value:,.4g}"
