"""Months and the timeline."""

from __future__ import annotations

from computefactory.finance.cases import FULL_LIFE
from computefactory.timeline import Timeline, month_number
from computefactory.units import Month


def calendar_month(name: str) -> int:
    """Calendar month number of a milestone's name."""
    return month_number(name)


def later(month: int, lag: Month) -> int:
    """A lag after a month."""
    return month + int(lag)


def last_of(*months: int) -> int:
    """The latest of them."""
    return max(months)


def accepted_month(longest_wait: Month, ready: int, *starts: int) -> int:
    """The first start of what is sold from a phase, not before power, halls and silicon are there.

    Where nothing starts within the longest wait, the phase is accepted as soon as it could work.
    """
    first = min(starts, default=ready)
    return ready if first > ready + longest_wait else max(first, ready)


def earlier(month: int, lead: Month) -> int:
    """A lead before a month."""
    return month - int(lead)


def first_month(*months: int) -> int:
    """The month of the first dollar: the earliest of all payments."""
    return min(months)


def full_operation_month(*months: int) -> int:
    """The first month with all phases accepted and all contracts started: the latest of both."""
    return max(months)


def months_from_start(month: int, start: int) -> Month:
    """Months from month 0."""
    return float(month - start)


def exposed(signed: int, month_0: int) -> Month:
    """Months from month 0 to the first signature, from which a buyer may default; 0 where that came before."""
    return float(max(signed - month_0, 0))


def timeline_of(start: int, full_operation: int, *ends: int) -> Timeline:
    """From month 0 to the December after 240 months of full operation, or after the last end where that is later."""
    return Timeline.spanning(start, max(full_operation + FULL_LIFE - 1, *ends))


def ends(start: int, length: Month) -> int:
    """The last month of what starts in a month and lasts a length."""
    return start + int(length) - 1


def months_to(start: int, last: int) -> Month:
    """Length of what starts in a month and ends with another; nothing where it would end before."""
    return float(max(last - start + 1, 0))


def shorter(one: Month, other: Month) -> Month:
    """The shorter of two lengths."""
    return min(one, other)


def credited_month(tenor_month: Month, start: int, month_0: int, tenor: Month) -> Month:
    """The month, from month 0, of a month of the tenor counted from 1; the last where the tenor is shorter."""
    return float(start - month_0) + min(tenor_month, max(tenor, 1.0)) - 1
