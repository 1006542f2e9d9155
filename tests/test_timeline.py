"""The calendar of the periods against the standard library's."""

from __future__ import annotations

from calendar import monthrange

import pytest

from computefactory.timeline import Timeline, month_number


@pytest.mark.parametrize("step", [1, 3, 12])
def test_periods_are_as_long_as_their_months(step):
    first = month_number("1899-11")
    line = Timeline(first, 240, step)
    months = [divmod(first + k, 12) for k in range(240 * step)]
    days = [monthrange(year, month + 1)[1] for year, month in months]
    lengths = [sum(days[i : i + step]) for i in range(0, len(days), step)]
    assert line.days.tolist() == lengths
    assert line.hours.tolist() == [24.0 * days for days in lengths]
