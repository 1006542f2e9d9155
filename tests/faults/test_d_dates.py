"""Dates of flows: days are counted by date, whatever kind of date is given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import computefactory as cf

FLOWS = [-100.0, 105.0]
DAYS = [date(2025, 1, 1), date(2026, 1, 1)]


def at(*hours, zone=None):
    return [datetime(day.year, day.month, day.day, hour, tzinfo=zone) for day, hour in zip(DAYS, hours, strict=True)]


@pytest.mark.parametrize(
    "dates",
    [
        at(18, 8),
        at(0, 23),
        at(18, 8, zone=UTC),
        at(18, 8, zone=timezone(timedelta(hours=-6))),
        [at(18, 8)[0], DAYS[1]],
        [at(18, 8, zone=UTC)[0], at(18, 8)[1]],
        np.array(DAYS, dtype="datetime64[D]"),
        np.array(at(18, 8), dtype="datetime64[ns]"),
        [np.datetime64("2025-01-01T18"), DAYS[1]],
    ],
)
def test_d_times_of_day_do_not_count_in_xirr(dates):
    """105 for 100 lent on 2025-01-01 at 18:00 and repaid on 2026-01-01 at 08:00 is 5.000 %, not 5.014 %."""
    assert cf.finance.xirr(FLOWS, dates) == pytest.approx(0.05, abs=1e-12)
    assert cf.finance.xnpv(0.05, FLOWS, dates) == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize(
    "wrong", ["2026-01-01", 46023, None, np.datetime64("NaT"), np.datetime64("2026-01"), float("nan")]
)
def test_d_what_is_no_date_is_refused_in_words(wrong):
    """A text, a serial number, a month or nothing in place of a date is refused with its place, never a traceback."""
    with pytest.raises(ValueError, match=r"^date 2 is .*needed"):
        cf.finance.xirr(FLOWS, [DAYS[0], wrong])


@settings(max_examples=25, deadline=None)
@given(hours=st.lists(st.integers(0, 23), min_size=4, max_size=4), zone=st.integers(-12, 14))
def test_d_any_time_and_zone_gives_the_rate_of_the_dates(hours, zone):
    """Flows at any hour in any zone have the rate of their dates."""
    flows, days = (
        [-100.0, 20.0, 30.0, 70.0],
        [date(2024, 2, 29), date(2025, 3, 30), date(2026, 10, 25), date(2027, 1, 1)],
    )
    kept = timezone(timedelta(hours=zone))
    timed = [datetime(d.year, d.month, d.day, h, tzinfo=kept) for d, h in zip(days, hours, strict=True)]
    assert cf.finance.xirr(flows, timed) == cf.finance.xirr(flows, days)
