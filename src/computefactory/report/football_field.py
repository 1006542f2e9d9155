"""The football field as a picture: every method's range of enterprise value, side by side."""

from __future__ import annotations

from html import escape

from computefactory.page import Page
from computefactory.registry import picture

__all__ = ["football_field"]

LEFT, WIDTH, TOP, ROW, RIGHT = 300, 460, 64, 38, 110
BILLION = 1e9
LEAST, TICKS = 5 * BILLION, 12
COLOURS = {"industrial": "#1b7f4d", "cloud": "#b3541e"}
INK, PALE, LINE = "#1f2933", "#7b8794", "#d5dbe1"


@picture("valuation")
def football_field(valuation: Page) -> str:
    """Bars from low to high with the middle marked, in bn USD of enterprise value."""
    rows = valuation.data["football_field"]
    most = max(row["high_usd"] for row in rows)
    step = _step(most)
    top = max(-(-most // step), 1) * step
    height = TOP + ROW * len(rows) + 44
    at = valuation.data["at"]
    when = f"in {at}" if len(at) == len("2026-09") else f"on {at}"  # a month, or a day
    title = f"{escape(valuation.title)}: enterprise value {when}, bn USD, by method"
    box = f'viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="system-ui, sans-serif" font-size="14">']
    parts.append('<rect width="100%" height="100%" fill="#ffffff"/>')
    parts.append(f'<text x="16" y="26" font-size="17" fill="{INK}">{title}</text>')
    for tick in range(0, round(top / BILLION) + 1, round(step / BILLION)):
        x = _x(tick * BILLION, top)
        parts.append(f'<line x1="{x}" y1="{TOP - 14}" x2="{x}" y2="{height - 34}" stroke="{LINE}"/>')
        parts.append(f'<text x="{x}" y="{height - 14}" text-anchor="middle" fill="{PALE}">{tick}</text>')
    for place, row in enumerate(rows):
        y = TOP + ROW * place
        low, middle, high = (_x(row[name], top) for name in ("low_usd", "value_usd", "high_usd"))
        colour = COLOURS.get(row["method"], "#52606d")
        parts.append(f'<text x="{LEFT - 14}" y="{y + 5}" text-anchor="end" fill="{INK}">{escape(row["label"])}</text>')
        width = round(max(high - low, 3.0), 1)
        parts.append(f'<rect x="{low}" y="{y - 8}" width="{width}" height="16" rx="3" fill="{colour}" opacity="0.35"/>')
        parts.append(
            f'<line x1="{middle}" y1="{y - 11}" x2="{middle}" y2="{y + 11}" stroke="{colour}" stroke-width="3"/>'
        )
        number = f"{row['value_usd'] / BILLION:.1f}"
        parts.append(f'<text x="{LEFT + WIDTH + 20}" y="{y + 5}" fill="{INK}">{number}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _step(most: float) -> float:
    """USD between two ticks: 5 bn, and 1, 2 or 5 times a power of ten where that would be more than a dozen."""
    steps = (float(base * 10**power) * BILLION for power in range(12) for base in (1, 2, 5))
    return next(step for step in steps if step >= LEAST and most <= TICKS * step)


def _x(value: float, top: float) -> float:
    return round(LEFT + WIDTH * max(value, 0.0) / top, 1)
