"""Small plots as SVG text: intervals side by side, and points against a diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

__all__ = ["intervals", "scatter"]

INK, PALE, MARK, LINE = "#1b1f24", "#c9d3dd", "#b3402a", "#57606a"
FONT = 'font-family="sans-serif" font-size="11"'


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    ground = f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {FONT}>{escape(words)}</text>'


def _ticks(low: float, high: float, step: float) -> list[float]:
    first = round(low / step)
    return [k * step for k in range(first, round(high / step) + 1)]


Band = tuple[float, float]
Row = tuple[str, Band, tuple[float, float, float]]


def intervals(title: str, rows: Sequence[Row], low: float, high: float, step: float) -> str:
    """A row each: the published band pale, ours as a line with the median marked."""
    left, width, row, top = 220, 480, 14, 44

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * width

    height = top + row * len(rows) + 20
    parts = [
        _text(8, 18, title),
        _text(left, 34, "pale: published 5 to 95 %; line: ours; mark: our median", "start", LINE),
    ]
    for tick in _ticks(low, high, step):
        parts.append(f'<path d="M{x(tick):.1f} {top - 4}V{height - 14}" stroke="#e6ebf0"/>')
        parts.append(_text(x(tick), height - 3, f"{tick:.2f}", "middle", LINE))
    for k, (name, band, ours) in enumerate(rows):
        y = top + row * k + row / 2
        parts.append(_text(8, y + 4, name))
        wide = x(band[1]) - x(band[0])
        parts.append(f'<rect x="{x(band[0]):.1f}" y="{y - 5:.1f}" width="{wide:.1f}" height="10" fill="{PALE}"/>')
        parts.append(f'<path d="M{x(ours[0]):.1f} {y:.1f}H{x(ours[2]):.1f}" stroke="{INK}" stroke-width="1.6"/>')
        parts.append(f'<circle cx="{x(ours[1]):.1f}" cy="{y:.1f}" r="3" fill="{MARK}"/>')
    return _svg(left + width + 30, height, title, parts)


Point = tuple[str, float, float]  # name, across, up


def scatter(
    title: str, across: str, up: str, points: Sequence[Point], low: float, high: float, step: float, band: float
) -> str:
    """Points with a diagonal, and lines at ``band`` either side of it; names beside the points outside."""
    left, side, top = 60, 420, 40

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * side

    def y(value: float) -> float:
        return top + side - (value - low) / (high - low) * side

    parts = [_text(8, 18, title)]
    for tick in _ticks(low, high, step):
        parts.append(
            f'<path d="M{x(tick):.1f} {top}V{top + side}M{left} {y(tick):.1f}H{left + side}" stroke="#e6ebf0"/>'
        )
        parts.append(_text(x(tick), top + side + 15, f"{tick:.2f}", "middle", LINE))
        parts.append(_text(left - 6, y(tick) + 4, f"{tick:.2f}", "end", LINE))
    for shift, dash in ((0.0, ""), (band, ' stroke-dasharray="3 3"'), (-band, ' stroke-dasharray="3 3"')):
        first, last = max(low, low - shift), min(high, high - shift)
        path = f"M{x(first):.1f} {y(first + shift):.1f}L{x(last):.1f} {y(last + shift):.1f}"
        parts.append(f'<path d="{path}" stroke="{LINE}" fill="none"{dash}/>')
    for name, a, b in points:
        parts.append(f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.2" fill="{MARK}"/>')
        if abs(a - b) > band:
            parts.append(_text(x(a) + 5, y(b) - 4, name))
    parts += [_text(left + side / 2, top + side + 32, across, "middle"), _text(8, top - 8, up)]
    return _svg(left + side + 110, top + side + 44, title, parts)
