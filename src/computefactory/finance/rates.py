"""Rates of return and values of flows at equal periods or at dates, under the names the field uses.

The first flow falls at time 0, the others one period apart. Every internal rate is a root that
:func:`computefactory.ledger.irr_roots` has enclosed: where none exists, or several, nothing is returned in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import gcd, isfinite
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.errors import NoSolution
from computefactory.ledger import irr_roots, without_dust

__all__ = [
    "Rate",
    "irr",
    "level_payment",
    "mirr",
    "moic",
    "nominal_rate",
    "npv",
    "payback",
    "rate_of_return",
    "xirr",
    "xnpv",
]

DAYS_PER_YEAR = 365.0  # the year of XIRR and XNPV in spreadsheets
CLOSE = 1e-9  # of the discounted flows' size: what a root may leave
Flows = NDArray[np.float64]
Day: TypeAlias = date | np.datetime64  # of a time of day the date alone counts, in the zone it is written in


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly effective rate, or None with the reason; ``roots`` holds every rate found, ascending.

    ``total_loss``: money goes in and none comes back; ``not_unique``: several roots; ``does_not_exist``: no root;
    ``no_flows``: nothing but zeros.
    """

    value: float | None
    reason: str = ""
    roots: tuple[float, ...] = ()


_WHY = {
    "total_loss": "money goes in and none comes back: the return is a total loss",
    "does_not_exist": "no rate above -100 % makes these flows worth nothing",
    "no_flows": "there are no flows but zeros",
}


def nominal_rate(real: float, inflation: float) -> float:
    """The yearly rate in money of the day that a real one comes to: (1 + real)(1 + inflation) - 1 (Fisher)."""
    return (1 + real) * (1 + inflation) - 1


def rate_of_return(flows: ArrayLike, periods_per_year: float = 1) -> Rate:
    """The internal rate of return of ``flows`` (period,), or why there is none. Source: Norstrom 1972; see ``roots``.

    Amounts of less than 1e-13 of the largest are rounding and count as nothing.

    Raises: ValueError when flows are no finite numbers in one row.
    """
    row = _row(flows)
    counted = without_dust(row)
    if not counted:
        return Rate(None, "no_flows")
    if max(counted) <= 0:
        return Rate(None, "total_loss")
    found = irr_roots(row, periods_per_year)
    roots = tuple(root for root in found if isfinite(root) and root > -1 and _is_root(row, root, periods_per_year))
    if len(roots) == 1 and len(found) == 1:
        return Rate(roots[0], "", roots)
    return Rate(None, "not_unique" if len(found) > 1 else "does_not_exist", roots)


def irr(flows: ArrayLike, periods_per_year: float = 1) -> float:
    """The one yearly effective rate at which ``flows`` are worth nothing.

    Raises: NoSolution when there is none, or several (they are named).
    """
    return _value(rate_of_return(flows, periods_per_year))


def xirr(flows: ArrayLike, dates: Sequence[Day] | NDArray[np.datetime64]) -> float:
    """The one yearly effective rate at which flows at ``dates`` are worth nothing; a year has 365 days.

    Days are counted by date, as in a spreadsheet: times of day do not matter.

    Raises: NoSolution as :func:`irr`; ValueError when flows and dates do not pair, or one is no date.
    """
    row, days = _dated(flows, dates)
    step = gcd(*days) or 1
    grid = np.zeros(max(days) // step + 1)
    np.add.at(grid, [day // step for day in days], row)
    return _value(rate_of_return(grid, DAYS_PER_YEAR / step))


def npv(rate: float, flows: ArrayLike, periods_per_year: float = 1) -> float:
    """Worth at time 0 of ``flows`` (period,) at a yearly effective rate; the first flow is not discounted.

    A spreadsheet's NPV discounts its first flow too: there, put the flow of time 0 beside it.
    """
    row = _row(flows)
    return float(np.sum(row * _growth(rate) ** (-np.arange(len(row)) / periods_per_year)))


def xnpv(rate: float, flows: ArrayLike, dates: Sequence[Day] | NDArray[np.datetime64]) -> float:
    """Worth at the earliest date of flows at ``dates``, at a yearly effective rate; a year has 365 days."""
    row, days = _dated(flows, dates)
    return float(np.sum(row * _growth(rate) ** (-np.array(days) / DAYS_PER_YEAR)))


def mirr(flows: ArrayLike, finance_rate: float, reinvest_rate: float, periods_per_year: float = 1) -> float:
    """Yearly rate that turns outflows, discounted at one rate, into inflows reinvested to the end at another.

    Raises: NoSolution when there are no outflows or no inflows.
    """
    row = _row(flows)
    periods = len(row) - 1
    put_in = -npv(finance_rate, np.minimum(row, 0), periods_per_year)
    got_out = npv(reinvest_rate, np.maximum(row, 0), periods_per_year)
    if put_in <= 0 or got_out <= 0 or periods == 0:
        raise NoSolution("a modified rate needs outflows and inflows, and more than one period")
    growth = got_out * _growth(reinvest_rate) ** (periods / periods_per_year) / put_in
    return float(growth ** (periods_per_year / periods) - 1)


def payback(flows: ArrayLike, rate: float = 0, periods_per_year: float = 1) -> float | None:
    """Years from time 0 until the running sum, discounted at ``rate``, is no longer below zero; None if it stays so.

    Counted in whole periods, from the last time the sum was below zero.
    """
    row = _row(flows)
    running = np.cumsum(row * _growth(rate) ** (-np.arange(len(row)) / periods_per_year))
    below = np.flatnonzero(running < -CLOSE * np.abs(row).max())
    if not below.size:
        return 0.0
    first = int(below[-1]) + 1
    return first / periods_per_year if first < len(row) else None


def moic(flows: ArrayLike) -> float:
    """Multiple on invested capital: all that comes back over all that goes in.

    Raises: NoSolution when nothing goes in.
    """
    row = _row(flows)
    put_in = -float(np.minimum(row, 0).sum())
    if put_in == 0:
        raise NoSolution("nothing is invested: a multiple does not exist")
    return float(np.maximum(row, 0).sum()) / put_in


def level_payment(principal: float, rate: float, periods: float) -> float:
    """Equal payment at the end of each period that repays ``principal`` at ``rate`` a period (annuity).

    Raises: ValueError when there is no period, or the rate is -100 % or less.
    """
    if periods <= 0:
        raise ValueError(f"{periods!r} periods: a loan needs at least one")
    _growth(rate)
    if rate == 0:
        return principal / periods
    return float(principal * rate / -np.expm1(-periods * np.log1p(rate)))  # log1p: exact for the smallest rates


def _value(rate: Rate) -> float:
    if rate.value is not None:
        return rate.value
    several = ", ".join(f"{root:.6g}" for root in rate.roots)
    raise NoSolution(f"{rate.reason}: {_WHY.get(rate.reason, f'several rates fit: {several}')}")


def _growth(rate: float) -> float:
    if not rate > -1:
        raise ValueError(f"a rate of {rate!r} is not above -100 %")
    return 1.0 + rate


def _row(flows: ArrayLike) -> Flows:
    row = np.asarray(flows, dtype=float)
    if row.ndim != 1 or not row.size or not np.all(np.isfinite(row)):
        raise ValueError("flows must be finite numbers in one row, at least one")
    return row


def _dated(flows: ArrayLike, dates: Sequence[Day] | NDArray[np.datetime64]) -> tuple[Flows, list[int]]:
    row = _row(flows)
    if len(dates) != len(row):
        raise ValueError(f"{len(row)} flows, {len(dates)} dates: each flow needs its date")
    days = [_day(place, given) for place, given in enumerate(dates)]
    first = min(days)
    return row, [(day - first).days for day in days]


def _day(place: int, given: object) -> date:
    """The date of a flow, its time of day left out."""
    if isinstance(given, np.datetime64):
        if np.isnat(given) or np.datetime_data(given)[0] in ("Y", "M"):
            raise ValueError(f"date {place + 1} is {given}: a day is needed")
        given = given.astype("datetime64[D]").item()
    if given != given:  # noqa: PLR0124  # what frames call not a time
        raise ValueError(f"date {place + 1} is {given}: a day is needed")
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    raise ValueError(f"date {place + 1} is {given!r}: a date is needed, such as date(2026, 11, 30)")


def _is_root(row: Flows, rate: float, periods_per_year: float) -> bool:
    """Whether the flows at ``rate`` are worth nothing, measured against their discounted size."""
    powers = -np.log1p(rate) / periods_per_year * np.arange(len(row))
    terms = row / np.abs(row).max() * np.exp(powers - powers.max())
    return bool(abs(terms.sum()) <= CLOSE * np.abs(terms).sum())
