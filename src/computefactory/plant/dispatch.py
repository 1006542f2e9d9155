"""Least-cost dispatch: which source feeds the load in each hour, as one linear programme on HiGHS.

Sources are *feeds* (a price and a limit by the hour, perhaps a least load and a cost to start), *peaks* (a charge on
the highest draw of some feeds in each month) and *stores*. A fleet of machines is divisible: what runs is a share of
it. A store that would charge and discharge in one hour (a price below zero pays for its losses) is solved again with
one of the two shut in that hour.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import NoSolution
from computefactory.units import Kw, Kwh, One, Usd, UsdPerKw, UsdPerKwh

__all__ = ["DispatchPlan", "Feed", "Peak", "Store", "dispatch_load"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

REFUSED = 1e4  # USD/kWh, far above any price: load is shed against the rules only where nothing else is left
TIME_LIMIT = 60.0  # s
ROUNDS = 6
TINY = 1e-7  # of the largest load


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """Power at a price, up to a limit by the hour."""

    name: str
    price: Array  # USD/kWh, shape (hour,)
    limit: Array  # kW
    imported: bool = False  # through the connection
    minimum_load: One = 0.0  # of what runs
    start_cost: UsdPerKw = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """A charge on the highest draw of feeds in each month, at least a floor, at least a share of earlier peaks."""

    feeds: tuple[int, ...]
    price: Array  # USD/kW, shape (month,)
    floor: Array  # kW, shape (month,)
    hours: Mask  # where it is measured
    ratchet: One = 0.0
    ratchet_months: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """Storage; as full at the end as at the beginning."""

    name: str
    power: Kw
    energy: Kwh
    efficiency: One
    discharge: Kwh = float("inf")  # in all hours together


@dataclass(frozen=True, slots=True, eq=False)
class DispatchPlan:
    """What was found, shape (hour,) each: kW by feed and store; ``shed`` is load that nothing serves."""

    feeds: tuple[Array, ...]
    charge: tuple[Array, ...]
    discharge: tuple[Array, ...]
    level: tuple[Array, ...]  # kWh at the end of the hour
    shed: Array
    cost: Usd
    running: tuple[Array, ...] = ()  # of each feed with a least load or a cost to start


@dataclass
class _Programme:
    """Columns and rows as they are added, then the solver that holds them; numbers stand in arrays."""

    cost: list[Array] = field(default_factory=list)
    low: list[Array] = field(default_factory=list)
    high: list[Array] = field(default_factory=list)
    row_low: list[Array] = field(default_factory=list)
    row_high: list[Array] = field(default_factory=list)
    cells: list[tuple[Places, Places, Array]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0
    solver: Any = None

    def add_columns(self, cost: Array, low: Array, high: Array) -> Places:
        size = len(cost)
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.columns += size
        return np.arange(self.columns - size, self.columns)

    def add_rows(self, low: Array, high: Array, parts: Sequence[tuple[Places, float]]) -> Places:
        size = len(low)
        rows = np.arange(self.rows, self.rows + size)
        self.rows += size
        self.row_low.append(low)
        self.row_high.append(high)
        for columns, factor in parts:
            self.cells.append((rows, columns, np.full(size, factor)))
        return rows

    def solve(self, time_limit: float) -> Array:
        """The cheapest columns; a second time it starts from the first solution."""
        import highspy

        if self.solver is None:
            self.solver = self._solver()
        self.solver.setOptionValue("time_limit", time_limit)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            status = self.solver.modelStatusToString(self.solver.getModelStatus())
            raise NoSolution(f"the dispatch of {len(self.cost[0]):,} hours has no cheapest plan: {status.lower()}")
        return np.asarray(self.solver.getSolution().col_value)

    def bound(self, columns: Places, low: Array, high: Array) -> None:
        """Other bounds for the next solution."""
        for column, least, most in zip(columns.tolist(), low.tolist(), high.tolist(), strict=True):
            self.solver.changeColBounds(column, least, most)

    def _solver(self) -> Any:
        import highspy

        rows, columns, values = (np.concatenate(part) for part in zip(*self.cells, strict=True))
        order = np.lexsort((rows, columns))
        rows, columns, values = rows[order], columns[order], values[order]
        programme: Any = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = self.columns, self.rows
        programme.col_cost_ = np.concatenate(self.cost)
        programme.col_lower_, programme.col_upper_ = np.concatenate(self.low), np.concatenate(self.high)
        programme.row_lower_, programme.row_upper_ = np.concatenate(self.row_low), np.concatenate(self.row_high)
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = np.searchsorted(columns, np.arange(self.columns + 1))
        programme.a_matrix_.index_, programme.a_matrix_.value_ = rows, values
        base: Any = highspy.Highs.__base__
        solver: Any = base()  # the solver itself: the class around it greets on standard output
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(programme)
        return solver


class _Month:
    """One month as a programme: everything in units of the largest load, so that numbers are near 1."""

    def __init__(self, case: _Case, here: Places, month: int) -> None:
        self.case, self.here, self.lp = case, here, _Programme()
        hours, scale, lp = len(here), case.scale, self.lp
        none = np.zeros(hours)
        self.sent = [lp.add_columns(feed.price[here], none, feed.limit[here] / scale) for feed in case.feeds]
        worth = np.where(case.may_shed[here], case.lost_load, REFUSED)
        self.shed = lp.add_columns(worth, none, case.load[here] / scale)
        self.into, self.out, self.level = self._stores(hours / len(case.load))
        self.runs = [self._start(feed, sent) for feed, sent in zip(case.feeds, self.sent, strict=True)]
        load = case.load[here] / scale
        balance = [(columns, 1.0) for columns in (*self.sent, *self.out, self.shed)]
        lp.add_rows(load, load, [*balance, *((columns, -1.0) for columns in self.into)])
        through = [columns for feed, columns in zip(case.feeds, self.sent, strict=True) if feed.imported]
        if through:
            lp.add_rows(np.full(hours, -np.inf), case.import_limit[here] / scale, [(part, 1.0) for part in through])
        self.billed = [self._peak(peak, month) for peak in case.peaks]
        self.found = np.zeros(0)

    def _stores(self, share: float) -> tuple[list[Places], list[Places], list[Places]]:
        """Charge, discharge and level, as full at the end as at the beginning; losses fall half on each way."""
        lp, scale, hours = self.lp, self.case.scale, len(self.here)
        none, before = np.zeros(hours), np.roll(np.arange(hours), 1)
        found: tuple[list[Places], list[Places], list[Places]] = ([], [], [])
        for store in self.case.stores:
            one_way = float(np.sqrt(store.efficiency))
            into = lp.add_columns(none, none, np.full(hours, store.power / scale))
            out = lp.add_columns(none, none, np.full(hours, store.power / scale))
            held = lp.add_columns(none, none, np.full(hours, store.energy / scale))
            lp.add_rows(none, none, [(held, 1.0), (held[before], -1.0), (into, -one_way), (out, 1 / one_way)])
            if np.isfinite(store.discharge):
                row = lp.add_rows(np.array([-np.inf]), np.array([store.discharge * share / scale]), [])
                lp.cells.append((np.repeat(row, hours), out, np.ones(hours)))
            for columns, kept in zip((into, out, held), found, strict=True):
                kept.append(columns)
        return found

    def _start(self, feed: Feed, sent: Places) -> Places | None:
        """What of a fleet runs: no less than it sends, no more than its least load allows, and starting costs."""
        if not feed.minimum_load and not feed.start_cost:
            return None
        lp, hours = self.lp, len(sent)
        none, free = np.zeros(hours), np.full(hours, np.inf)
        runs = lp.add_columns(none, none, feed.limit[self.here] / self.case.scale)
        lp.add_rows(none, free, [(runs, 1.0), (sent, -1.0)])
        lp.add_rows(none, free, [(sent, 1.0), (runs, -feed.minimum_load)])
        if feed.start_cost:
            starts = lp.add_columns(np.full(hours, feed.start_cost), none, free)
            lp.add_rows(none, free, [(starts, 1.0), (runs, -1.0), (runs[np.roll(np.arange(hours), 1)], 1.0)])
        return runs

    def _peak(self, peak: Peak, month: int) -> Places:
        """The billed peak."""
        lp = self.lp
        floor, price = peak.floor[month : month + 1], peak.price[month : month + 1]
        billed = lp.add_columns(price, floor / self.case.scale, np.array([np.inf]))
        inside = np.flatnonzero(peak.hours[self.here])
        rows = lp.add_rows(np.zeros(len(inside)), np.full(len(inside), np.inf), [])
        lp.cells.append((rows, np.repeat(billed, len(inside)), np.ones(len(inside))))
        for place in peak.feeds:
            lp.cells.append((rows, self.sent[place][inside], np.full(len(inside), -1.0)))
        return billed

    def solve(self) -> None:
        """The cheapest month; where a store would both charge and discharge, one of them is shut and it is redone."""
        for _ in range(ROUNDS):
            self.found = self.lp.solve(self.case.time_limit)
            again = False
            for into, out, store in zip(self.into, self.out, self.case.stores, strict=True):
                both = (self.found[into] > TINY) & (self.found[out] > TINY)
                filling = self.found[into] * store.efficiency > self.found[out]
                shut = np.concatenate([out[both & filling], into[both & ~filling]])
                self.lp.bound(shut, np.zeros(len(shut)), np.zeros(len(shut)))
                again |= bool(len(shut))
            if not again:
                return

    def power(self, columns: Places | None) -> Array:
        """Columns of the solution in kW."""
        if columns is None:
            return np.zeros(len(self.here))
        return np.maximum(self.found[columns], 0.0) * self.case.scale

    def cost(self) -> Usd:
        """What the month costs."""
        return float(np.concatenate(self.lp.cost) @ self.found * self.case.scale)


@dataclass(frozen=True, slots=True)
class _Case:
    """What all months share."""

    load: Array
    feeds: Sequence[Feed]
    import_limit: Array
    peaks: Sequence[Peak]
    stores: Sequence[Store]
    lost_load: UsdPerKwh
    may_shed: Mask
    time_limit: float
    scale: float


def dispatch_load(
    load: Array,
    feeds: Sequence[Feed],
    *,
    month: Places,
    import_limit: Array | None = None,
    peaks: Sequence[Peak] = (),
    stores: Sequence[Store] = (),
    lost_load: UsdPerKwh = REFUSED,
    may_shed: Mask | None = None,
    time_limit: float = TIME_LIMIT,
) -> DispatchPlan:
    """The cheapest way to serve ``load`` [kW], shape (hour,); ``month`` numbers the months from 0.

    Least ``sum(price x power) + sum(demand price x billed peak) + starts + lost load``, with power in balance every
    hour: the economic dispatch of power systems as a linear programme (Wood, Wollenberg and Sheble, Power Generation,
    Operation and Control), a fleet's units divisible.

    In hours of ``may_shed`` a kWh not served costs ``lost_load``, elsewhere so much that it is the last resort. Months
    are solved one by one; a ratchet joins them: what it bills for the peaks found is a floor in a second round.

    Raises:
        NoSolution: HiGHS finds no optimum within the time limit (of each month).
    """
    hours = len(load)
    case = _Case(
        load,
        feeds,
        np.full(hours, np.inf) if import_limit is None else import_limit,
        peaks,
        stores,
        lost_load,
        np.zeros(hours, dtype=bool) if may_shed is None else may_shed,
        time_limit,
        max(float(np.max(load, initial=0.0)), 1.0),
    )
    numbers = np.unique(month)
    months = []
    for count, number in enumerate(numbers, 1):
        _say(f"dispatch of {hours:,} hours, {len(feeds) + len(stores)} sources: month {count} of {len(numbers)}")
        found = _Month(case, np.flatnonzero(month == number), int(number))
        found.solve()
        months.append(found)
    _ratchet(case, months)
    _say("")

    def year(columns: Sequence[Places | None]) -> Array:
        series = np.zeros(hours)
        for each, part in zip(months, columns, strict=True):
            series[each.here] = each.power(part)
        return series

    return DispatchPlan(
        tuple(year([each.sent[k] for each in months]) for k in range(len(feeds))),
        tuple(year([each.into[k] for each in months]) for k in range(len(stores))),
        tuple(year([each.out[k] for each in months]) for k in range(len(stores))),
        tuple(year([each.level[k] for each in months]) for k in range(len(stores))),
        year([each.shed for each in months]),
        sum(each.cost() for each in months),
        tuple(year([each.runs[k] for each in months]) for k in range(len(feeds))),
    )


def _ratchet(case: _Case, months: Sequence[_Month]) -> None:
    """The floors that the peaks found put under other months, the year taken as one of many alike."""
    for k, peak in enumerate(case.peaks):
        if not peak.ratchet:
            continue
        drawn = np.array([each.found[each.billed[k][0]] for each in months])
        reach = range(1, min(peak.ratchet_months, len(months) - 1) + 1)
        for place, each in enumerate(months):
            floor = peak.ratchet * max((drawn[place - lag] for lag in reach), default=0.0)
            if floor > drawn[place] * (1 + TINY):
                each.lp.bound(each.billed[k], np.array([floor]), np.array([np.inf]))
                each.solve()


def _say(text: str) -> None:
    """Progress, where somebody looks at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\x1b[2K\r{text}")
        sys.stderr.flush()
