"""Dates as sources write them, read so that nothing counts as public before it was: ``2025-Q3`` is its last day."""

from __future__ import annotations

import re
from calendar import monthrange
from functools import cache

__all__ = ["COLLECTED", "last_day"]

COLLECTED = "2026-11"  # no fact of the package is younger
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:(?P<decade>s)|-(?P<part>Q[1-4]|H[12]|mid)|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?|(?P<open>-)(?!\d))?(?!\d)"
)
_LAST_MONTH = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12, "H1": 6, "H2": 12, "mid": 6}


@cache
def last_day(text: str) -> str:
    """The last day that a date may mean, the latest of several: ``FY2024`` is 2024-12-31, ``2025-mid`` 2025-06-30.

    A range that is left open ends when the facts were collected. Nothing where there is no date.
    """
    return max((_end(match) for match in _DATE.finditer(text)), default="")


def _end(match: re.Match[str]) -> str:
    if match["open"]:
        return last_day(COLLECTED)
    year = int(match["year"]) + (9 if match["decade"] else 0)
    month = int(match["month"] or _LAST_MONTH.get(match["part"] or "", 12))
    return f"{year:04d}-{month:02d}-{match['day'] or monthrange(year, month)[1]}"
