"""The only calendar arithmetic: periods from the first dollar, named by their last month ``YYYY-MM``.

Month 0 holds the first dollar; flows fall at the end of the period; years in annual statements are calendar years.
A *calendar month number* counts months since year 0 (``2026 * 12 + 2`` is March 2026), so that dates subtract.
The same series serve months, quarters and years: lines multiply by ``years``, ``hours`` or ``months`` of the period
and never assume one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HOURS_PER_YEAR",
    "MONTHS_PER_QUARTER",
    "MONTHS_PER_YEAR",
    "MONTH_HOURS",
    "Timeline",
    "month_name",
    "month_number",
    "quarter_name",
]

MONTHS_PER_YEAR = 12
MONTHS_PER_QUARTER = 3
HOURS_PER_YEAR = 8766.0  # of an average year, 365.25 days
MONTH_HOURS = HOURS_PER_YEAR / MONTHS_PER_YEAR
DAYS_360 = 360.0  # of the year in which money markets count interest
_EPOCH = 1970 * MONTHS_PER_YEAR  # numpy counts from there
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
Series = NDArray[np.float64]


def month_number(text: str) -> int:
    """Calendar month number of ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises:
        ValueError: the text is not a date.
    """
    match = _MONTH.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a month (YYYY-MM) or a date (YYYY-MM-DD)")
    day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    return day.year * MONTHS_PER_YEAR + day.month - 1


def month_name(number: int) -> str:
    """``YYYY-MM`` of a calendar month number."""
    year, month = divmod(number, MONTHS_PER_YEAR)
    return f"{year:04d}-{month + 1:02d}"


def quarter_name(month: str) -> str:
    """``2026-Q2`` of ``2026-05``."""
    return f"{month[:4]}-Q{(int(month[5:7]) - 1) // MONTHS_PER_QUARTER + 1}"


@dataclass(frozen=True)
class Timeline:
    """``periods`` periods of ``step`` calendar months from ``start`` (a calendar month number).

    All series have shape (month,), one entry a period; ``step`` is 1, 3 or 12.
    """

    start: int
    periods: int
    step: int = 1

    @classmethod
    def spanning(cls, start: int, last: int, step: int = 1) -> Timeline:
        """From ``start`` to the December of the year of ``last``, so that the last tax year is whole."""
        end = (last // MONTHS_PER_YEAR + 1) * MONTHS_PER_YEAR
        return cls(start, -(-(end - start) // step), step)

    def index(self, number: int) -> int:
        """The period that a calendar month number falls in (may lie outside the timeline)."""
        return (number - self.start) // self.step

    @cached_property
    def _last_month(self) -> NDArray[np.int64]:
        return self.start + self.step * np.arange(1, self.periods + 1) - 1

    @cached_property
    def names(self) -> list[str]:
        """The last month of each period as ``YYYY-MM``."""
        return [month_name(int(number)) for number in self._last_month]

    @cached_property
    def month(self) -> Series:
        """Calendar months from month 0 to the period [month]: 0, 1, 2 … The clock that dates are compared with."""
        return self.step * np.arange(self.periods, dtype=float)

    @cached_property
    def months(self) -> Series:
        """Length of each period [month]."""
        return np.full(self.periods, float(self.step))

    @cached_property
    def years(self) -> Series:
        """Length of each period [year]."""
        return self.months / MONTHS_PER_YEAR

    @cached_property
    def days(self) -> Series:
        """Length of each period [day]."""
        number = self.start + self.step * np.arange(self.periods + 1) - _EPOCH
        firsts = number.astype("datetime64[M]").astype("datetime64[D]")
        return np.diff(firsts).astype(float)

    @cached_property
    def actual_360(self) -> Series:
        """Length of each period as actual days over 360 [year]."""
        return self.days / DAYS_360

    @cached_property
    def hours(self) -> Series:
        """Length of each period [h]."""
        return self.days * 24.0

    @cached_property
    def elapsed_years(self) -> Series:
        """Time from month 0 to each period [year]: the exponent of a discount factor."""
        return self.month / MONTHS_PER_YEAR

    @property
    def horizon(self) -> float:
        """Calendar months from month 0 to the end [month]."""
        return float(self.step * self.periods)

    @property
    def one_year(self) -> float:
        """Twelve months [month]."""
        return float(MONTHS_PER_YEAR)

    @cached_property
    def years_since_start(self) -> Series:
        """Calendar years since that of month 0 [year]: what steps each January 1."""
        return np.asarray(self.calendar_year - self.calendar_year[0], dtype=float)

    @cached_property
    def calendar_year(self) -> Series:
        """The tax year each period ends in."""
        return np.asarray(self._last_month // MONTHS_PER_YEAR, dtype=float)

    @cached_property
    def month_of_year(self) -> NDArray[np.int64]:
        """0 for a period that ends in January … 11 for December."""
        return np.asarray(self._last_month % MONTHS_PER_YEAR)

    @cached_property
    def quarter(self) -> Series:
        """1 to 4: the quarter of the tax year each period ends in."""
        return np.asarray(self.month_of_year // MONTHS_PER_QUARTER + 1, dtype=float)

    @cached_property
    def year_start(self) -> Series:
        """1 in the first period of each tax year."""
        change = np.diff(self.calendar_year, prepend=self.calendar_year[0] - 1)
        return np.asarray(change > 0, dtype=float)

    @cached_property
    def year_end(self) -> Series:
        """1 in the last period of each tax year."""
        return np.append(self.year_start[1:], 1.0)
