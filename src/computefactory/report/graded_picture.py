"""A graded forecast as a picture: what was reported as bars, the forecast and growth held as lines, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import floor, log10

from computefactory.page import Page, Section, is_number
from computefactory.registry import picture

__all__ = ["graded_picture"]

ACROSS, PANEL, HEIGHT, TOP, LEFT, PLOT, DEEP = 2, 400, 220, 84, 62, 320, 140
INK, PALE, LINE, BAR, OURS, RIVAL = "#1f2933", "#616e7c", "#d5dbe1", "#b8c2cc", "#0072b2", "#d55e00"
TICKS = 4
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
Numbers = Sequence[float | None]


@picture("graded")
def graded_picture(page: Page) -> str:
    """Panels of two columns, one a line that was compared; each from nothing to its largest number."""
    panels = [section for section in page.sections if section.grid is not None and _compared(section)]
    height = TOP + HEIGHT * -(-len(panels) // ACROSS) + 8
    title = f"{escape(page.title)}, {escape(page.note)}: reported, forecast, growth held"
    said = "".join(map(str, page.text[:1]))
    box = f'viewBox="0 0 {ACROSS * PANEL} {height}" role="img" aria-label="{title}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="system-ui, sans-serif" font-size="12">']
    parts += [f"<title>{title}</title>", f"<desc>{escape(said)}</desc>"]
    parts.append('<rect width="100%" height="100%" fill="#ffffff"/>')
    parts.append(f'<text x="16" y="26" font-size="17" fill="{INK}">{title}</text>')
    parts += _legend()
    parts += [part for place, section in enumerate(panels) for part in _panel(section, place)]
    return "\n".join([*parts, "</svg>", ""])


def _column(section: Section, name: str) -> Numbers:
    """A column of a section's grid; None where it has no number."""
    grid = section.grid
    assert grid is not None
    place = next((k for k, column in enumerate(grid.columns) if column.name == name), None)
    cells = [None if place is None else row[place] for row in grid.rows]
    return [float(cell) if isinstance(cell, (int, float)) and is_number(cell) else None for cell in cells]


def _compared(section: Section) -> bool:
    """Whether a section is a line of which any quarter was forecast and reported."""
    pairs = zip(_column(section, "forecast"), _column(section, "reported"), strict=True)
    return any(ours is not None and theirs is not None for ours, theirs in pairs) and section.name != "guidance"


def _legend() -> Iterator[str]:
    for place, (words, colour) in enumerate((("reported", BAR), ("forecast", OURS), ("growth held", RIVAL))):
        x = 16 + 120 * place
        yield f'<rect x="{x}" y="40" width="14" height="10" fill="{colour}"/>'
        yield f'<text x="{x + 20}" y="49" fill="{INK}">{words}</text>'
    yield f'<text x="376" y="49" fill="{PALE}">no bar: missing in the facts; growth held off the scale is cut</text>'


def _round(step: float) -> float:
    """The next larger step of an axis that people read easily."""
    if step <= 0:
        return 1.0
    power = 10.0 ** floor(log10(step))
    return next(each * power for each in STEPS if each * power >= step * (1 - 1e-12))


def _panel(section: Section, place: int) -> Iterator[str]:
    grid = section.grid
    assert grid is not None
    ours, theirs, growth = (_column(section, name) for name in ("forecast", "reported", "growth_held"))
    most = TICKS * _round(max(abs(value) for value in (*ours, *theirs) if value is not None) / TICKS)
    left, base = LEFT + PANEL * (place % ACROSS), TOP + HEIGHT * (place // ACROSS) + 20 + DEEP
    step = PLOT / max(len(grid.rows), 1)
    unit = next(column.unit for column in grid.columns if column.name == "reported")
    head = f"{escape(section.title)}, {unit}"
    yield f'<text x="{left}" y="{base - DEEP - 14}" fill="{INK}" font-weight="600">{head}</text>'
    for tick in range(TICKS + 1):
        y = round(base - DEEP * tick / TICKS, 1)
        yield f'<line x1="{left}" y1="{y}" x2="{left + PLOT}" y2="{y}" stroke="{LINE}"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end" fill="{PALE}">{most * tick / TICKS:,.0f}</text>'
    for k, row in enumerate(grid.rows):
        x, value = left + step * k, theirs[k]
        at = f'x="{x + step / 2:.1f}" y="{base + 16}" text-anchor="middle" font-size="11"'
        yield f'<text {at} fill="{PALE}">{row[0]}</text>'
        if value is not None:
            tall = round(DEEP * max(value, 0.0) / most, 1)
            at = f'x="{x + step / 4:.1f}" y="{base - tall:.1f}"'
            yield f'<rect {at} width="{step / 2:.1f}" height="{tall}" fill="{BAR}"/>'
    for numbers, colour, dashes in ((growth, RIVAL, ' stroke-dasharray="5 4"'), (ours, OURS, "")):
        points = [
            f"{left + step * (k + 0.5):.1f},{base - DEEP * min(max(value, 0.0), most) / most:.1f}"
            for k, value in enumerate(numbers)
            if value is not None
        ]
        yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2.5"{dashes}/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in (at.split(",") for at in points))
