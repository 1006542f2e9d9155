"""Tables that people bring: text into headings, numbers and hours of the year, each column and stamp accounted for."""

from __future__ import annotations

from computefactory.tables.hours import HOURS, LEFT_OUT, Hours, hours_of, laid
from computefactory.tables.moments import ABOUT_TIME
from computefactory.tables.numbers import numbers
from computefactory.tables.sheet import Refused, Sheet, TableHeading, read_sheet, unread

__all__ = [
    "ABOUT_TIME",
    "HOURS",
    "LEFT_OUT",
    "Hours",
    "Refused",
    "Sheet",
    "TableHeading",
    "hours_of",
    "laid",
    "numbers",
    "read_sheet",
    "unread",
]
