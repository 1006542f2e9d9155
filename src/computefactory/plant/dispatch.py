"""Least-cost dispatch: which source feeds the load in each hour, as one linear programme on HiGHS.

Sources are *feeds* (a price and a limit by the hour, perhaps a least load and a cost to start), *peaks* (a charge on
the highest draw of some feeds in each month), *takes* (energy of a month that is paid for, drawn or not) and *stores*.
A fleet of machines is divisible: what runs is a share of it. A store does one thing at a time: where a price below zero
would pay for its losses, hours are modes of a mixed programme. Months stand alone, but for a ratchet, or a store that
would discharge more often than it may: these put them into one programme.
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

__all__ = ["DispatchPlan", "Feed", "Peak", "Store", "Take", "dispatch_load"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

REFUSED = 1e4  # USD/kWh, far above any price: load is shed against the rules only where nothing else is left
TIME_LIMIT = 60.0  # s
ROUNDS = 8  # of finding hours that need a mode
NODES = 200  # of a mixed programme's search: as many on every machine
GAP = 5e-3  # of what the stores save: there the search ends
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
class Take:
    """Energy of feeds that is paid for in each month, drawn or not."""

    feeds: tuple[int, ...]
    price: Array  # USD/kWh of what is not drawn, shape (month,)
    least: Array  # kWh, shape (month,)


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
    """What was found, shape (hour,) each: kW by feed and store; ``shed`` is load that nothing serves.

    No plan costs less than ``bound``: below ``cost`` only where a store would charge and discharge in one hour.
    """

    feeds: tuple[Array, ...]
    charge: tuple[Array, ...]
    discharge: tuple[Array, ...]
    level: tuple[Array, ...]  # kWh at the end of the hour
    shed: Array
    cost: Usd
    bound: Usd
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
        self._run(time_limit)
        if not self._ended("kOptimal"):
            status = self.solver.modelStatusToString(self.solver.getModelStatus())
            raise NoSolution(f"the dispatch of {len(self.cost[0]):,} hours has no cheapest plan: {status.lower()}")
        return self._columns()

    def search(self, time_limit: float, gap: float) -> tuple[Array | None, float]:
        """The cheapest columns with one mode an hour, None where the search finds none; what no others come below."""
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("mip_abs_gap", gap)
        self.solver.setOptionValue("mip_max_nodes", NODES)
        self._run(time_limit)
        bound = float(self.solver.getInfo().mip_dual_bound)
        return self._columns() if self._ended("kOptimal", "kSolutionLimit") else None, bound

    def _run(self, time_limit: float) -> None:
        if self.solver is None:
            self.solver = self._solver()
        self.solver.setOptionValue("time_limit", time_limit)
        self.solver.run()

    def _ended(self, *ways: str) -> bool:
        import highspy

        return self.solver.getModelStatus() in [getattr(highspy.HighsModelStatus, way) for way in ways]

    def _columns(self) -> Array:
        return np.asarray(self.solver.getSolution().col_value)

    def add_modes(self, one: Places, other: Places, most: Array) -> Places:
        """For each pair of columns a mode of 0, in which the first is shut, or 1, in which the other is."""
        import highspy

        size = len(one)
        places = np.arange(self.columns, self.columns + size)
        self.columns += size
        self.solver.addVars(size, np.zeros(size), np.ones(size))
        self.solver.changeColsIntegrality(size, places, np.full(size, int(highspy.HighsVarType.kInteger)))
        starts, none = np.arange(0, 2 * size, 2), np.full(size, -np.inf)
        for columns, factor, limit in ((one, -most, np.zeros(size)), (other, most, most)):
            cells = np.column_stack([columns, places]).ravel(), np.column_stack([np.ones(size), factor]).ravel()
            self.solver.addRows(size, none, limit, 2 * size, starts, *cells)
        return places

    def relaxed(self, modes: Places) -> None:
        """Modes need not be whole any more."""
        import highspy

        whole = np.full(len(modes), int(highspy.HighsVarType.kContinuous))
        self.solver.changeColsIntegrality(len(modes), modes, whole)

    def bound(self, columns: Places, low: Array, high: Array) -> None:
        """Other bounds for the next solution."""
        self.solver.changeColsBounds(len(columns), columns, low, high)

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
    """One month in a programme: everything in units of the largest load, so that numbers are near 1."""

    def __init__(self, case: _Case, here: Places, month: int, lp: _Programme) -> None:
        self.case, self.here, self.lp = case, here, lp
        hours, scale, lp = len(here), case.scale, self.lp
        none = np.zeros(hours)
        self.sent = [lp.add_columns(feed.price[here], none, feed.limit[here] / scale) for feed in case.feeds]
        worth = np.where(case.may_shed[here], case.lost_load, REFUSED)
        self.shed = lp.add_columns(worth, none, case.load[here] / scale)
        self.into, self.out, self.level = self._stores()
        self.runs = [self._start(feed, sent) for feed, sent in zip(case.feeds, self.sent, strict=True)]
        load = case.load[here] / scale
        balance = [(columns, 1.0) for columns in (*self.sent, *self.out, self.shed)]
        lp.add_rows(load, load, [*balance, *((columns, -1.0) for columns in self.into)])
        through = [columns for feed, columns in zip(case.feeds, self.sent, strict=True) if feed.imported]
        if through:
            lp.add_rows(np.full(hours, -np.inf), case.import_limit[here] / scale, [(part, 1.0) for part in through])
        for take in case.takes:
            self._take(take, month)
        peaks = [self._peak(peak, month) for peak in case.peaks]
        self.billed, self.drawn = [billed for billed, _ in peaks], [drawn for _, drawn in peaks]

    def _stores(self) -> tuple[list[Places], list[Places], list[Places]]:
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

    def _take(self, take: Take, month: int) -> None:
        """What is not drawn of the least energy."""
        lp, least = self.lp, take.least[month : month + 1] / self.case.scale
        missed = lp.add_columns(take.price[month : month + 1], np.zeros(1), np.maximum(least, 0.0))
        row = lp.add_rows(least, np.array([np.inf]), [(missed, 1.0)])
        for place in take.feeds:
            lp.cells.append((np.repeat(row, len(self.here)), self.sent[place], np.ones(len(self.here))))

    def _peak(self, peak: Peak, month: int) -> tuple[Places, Places]:
        """The billed peak, and the one drawn."""
        lp, free = self.lp, np.array([np.inf])
        floor, price = peak.floor[month : month + 1], peak.price[month : month + 1]
        billed = lp.add_columns(price, floor / self.case.scale, free)
        drawn = lp.add_columns(np.zeros(1), np.zeros(1), free)
        lp.add_rows(np.zeros(1), free, [(billed, 1.0), (drawn, -1.0)])
        inside = np.flatnonzero(peak.hours[self.here])
        rows = lp.add_rows(np.zeros(len(inside)), np.full(len(inside), np.inf), [])
        lp.cells.append((rows, np.repeat(drawn, len(inside)), np.ones(len(inside))))
        for place in peak.feeds:
            lp.cells.append((rows, self.sent[place][inside], np.full(len(inside), -1.0)))
        return billed, drawn


class _Season:
    """Months that are planned together: one, or with ``limits`` of the year all; the year is one of many alike."""

    def __init__(self, case: _Case, month: Places, numbers: Places, *, limits: bool) -> None:
        self.case, self.lp = case, _Programme()
        self.months = [_Month(case, np.flatnonzero(month == number), int(number), self.lp) for number in numbers]
        if limits:
            self._ratchet()
            self._discharge()
        self.found, self.bound = np.zeros(0), 0.0
        stores = [(each, k) for each in self.months for k in range(len(case.stores))]
        self.into = _joined([each.into[k] for each, k in stores])
        self.out = _joined([each.out[k] for each, k in stores])
        sizes = [len(each.into[k]) for each, k in stores]
        self.power = np.repeat([case.stores[k].power / case.scale for _, k in stores], sizes)
        self.efficiency = np.repeat([case.stores[k].efficiency for _, k in stores], sizes)

    def _ratchet(self) -> None:
        """A share of what is drawn in the months before is billed at least."""
        for k, peak in enumerate(self.case.peaks):
            for lag in range(1, min(peak.ratchet_months, len(self.months) - 1) + 1 if peak.ratchet else 0):
                for place, each in enumerate(self.months):
                    parts = [(each.billed[k], 1.0), (self.months[place - lag].drawn[k], -peak.ratchet)]
                    self.lp.add_rows(np.zeros(1), np.array([np.inf]), parts)

    def _discharge(self) -> None:
        """What a store may discharge in all months together."""
        for k, store in enumerate(self.case.stores):
            if np.isfinite(store.discharge):
                row = self.lp.add_rows(np.array([-np.inf]), np.array([store.discharge / self.case.scale]), [])
                for each in self.months:
                    self.lp.cells.append((np.repeat(row, len(each.here)), each.out[k], np.ones(len(each.here))))

    def discharged(self) -> Array:
        """What each store discharges [kWh]."""
        found = np.zeros(len(self.case.stores))
        for each in self.months:
            found += [self.power_of(each, out).sum() for out in each.out]
        return found

    def relax(self) -> None:
        """The cheapest plan, were a store to do two things at a time."""
        self.found = self.lp.solve(self.case.time_limit)
        self.bound = self.cost()

    def settle(self) -> None:
        """The cheapest plan in which every store does one thing at a time.

        Where one does both, the cheaper is shut and the rest planned again; where that costs more than a little over
        the programme without this rule, the hours in question get modes and the best are searched (branch and bound).
        """
        shut = self._in_turn()
        if not shut.any() or self.cost() <= self.bound:
            return
        kept, cost = self.found, self.cost()
        self._allow(shut, self.power[shut])
        everything = np.ones(len(self.into), dtype=bool)
        self._allow(everything, np.zeros(len(self.into)))
        gap = GAP * (self.worth(self.lp.solve(self.case.time_limit)) - self.bound)
        self._allow(everything, self.power)
        if cost - self.bound > gap:
            self._search(shut, gap / self.case.scale)
            if self.cost() > cost:
                self.found = kept

    def _both(self) -> Mask:
        """Where a store charges and discharges in one hour."""
        return np.asarray((self.found[self.into] > TINY) & (self.found[self.out] > TINY))

    def _allow(self, places: Mask, most: Array) -> None:
        """So much charge and discharge in these hours."""
        for columns in (self.into, self.out):
            self.lp.bound(columns[places], np.zeros(len(most)), most)

    def _in_turn(self) -> Mask:
        """Charge or discharge is shut where there are both, until there are not; where one is."""
        shut = np.zeros(len(self.into), dtype=bool)
        for _ in range(ROUNDS):
            both = self._both()
            if not both.any():
                break
            filling = self.found[self.into] * self.efficiency > self.found[self.out]
            columns = np.concatenate([self.out[both & filling], self.into[both & ~filling]])
            self.lp.bound(columns, np.zeros(len(columns)), np.zeros(len(columns)))
            shut |= both
            self.found = self.lp.solve(self.case.time_limit)
        return shut

    def _search(self, wanted: Mask, gap: float) -> None:
        """Modes for these hours and for those that then need one; the rest of the plan with the best of them."""
        modes = np.full(len(self.into), -1)
        for _ in range(ROUNDS):
            modes[wanted] = self.lp.add_modes(self.into[wanted], self.out[wanted], self.power[wanted])
            found, bound = self.lp.search(self.case.time_limit, gap)
            self.bound = max(self.bound, bound * self.case.scale)
            if found is None:
                break
            self.found = found
            wanted = self._both() & (modes < 0)
            if not wanted.any():
                break
        places = modes[modes >= 0]
        fixed = np.round(self.found[places]) if found is not None else np.zeros(0)
        self.lp.relaxed(places)
        self.lp.bound(places[: len(fixed)], fixed, fixed)
        self.found = self.lp.solve(self.case.time_limit)
        self._in_turn()

    def cost(self) -> Usd:
        """What the plan costs."""
        return self.worth(self.found)

    def worth(self, columns: Array) -> Usd:
        """What so much of every column costs."""
        return float(_joined(self.lp.cost) @ columns[: sum(map(len, self.lp.cost))] * self.case.scale)

    def power_of(self, month: _Month, columns: Places | None) -> Array:
        """Columns of the solution in kW."""
        if columns is None:
            return np.zeros(len(month.here))
        return np.maximum(self.found[columns], 0.0) * self.case.scale


def _joined(parts: Sequence[Any]) -> Any:
    """Arrays one after the other."""
    return np.concatenate(parts) if len(parts) else np.zeros(0, dtype=int)


@dataclass(frozen=True, slots=True)
class _Case:
    """What all months share."""

    load: Array
    feeds: Sequence[Feed]
    import_limit: Array
    peaks: Sequence[Peak]
    takes: Sequence[Take]
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
    takes: Sequence[Take] = (),
    stores: Sequence[Store] = (),
    lost_load: UsdPerKwh = REFUSED,
    may_shed: Mask | None = None,
    time_limit: float = TIME_LIMIT,
) -> DispatchPlan:
    """The cheapest way to serve ``load`` [kW], shape (hour,); ``month`` numbers the months from 0.

    Least ``sum(price x power) + sum(demand price x billed peak) + sum(price x energy not taken) + starts + lost load``,
    with power in balance every hour: the economic dispatch of power systems as a linear programme (Wood, Wollenberg and
    Sheble, Power Generation, Operation and Control), a fleet's units divisible.

    In hours of ``may_shed`` a kWh not served costs ``lost_load``, elsewhere so much that it is the last resort. Months
    stand alone, each store as full at their end as at their beginning; a ratchet joins them, and so
    does what a store may discharge in a year where that is less than what pays.

    Raises:
        NoSolution: HiGHS finds no optimum within the time limit (of each month).
    """
    hours = len(load)
    case = _Case(
        load,
        feeds,
        np.full(hours, np.inf) if import_limit is None else import_limit,
        peaks,
        takes,
        stores,
        lost_load,
        np.zeros(hours, dtype=bool) if may_shed is None else may_shed,
        time_limit,
        max(float(np.max(load, initial=0.0)), 1.0),
    )
    numbers = np.unique(month)
    planned: list[_Season] = []
    if not any(peak.ratchet for peak in peaks):
        planned = _planned(case, month, np.split(numbers, len(numbers)), limits=False)
    most = np.array([store.discharge for store in stores])
    if not planned or np.any(sum(span.discharged() for span in planned) > most * (1 + TINY)):
        planned = _planned(case, month, [numbers], limits=True)
    for span in planned:
        span.settle()
    months = [(span, each) for span in planned for each in span.months]

    def year(columns: Sequence[Places | None]) -> Array:
        series = np.zeros(hours)
        for (span, each), part in zip(months, columns, strict=True):
            series[each.here] = span.power_of(each, part)
        return series

    return DispatchPlan(
        tuple(year([each.sent[k] for _, each in months]) for k in range(len(feeds))),
        tuple(year([each.into[k] for _, each in months]) for k in range(len(stores))),
        tuple(year([each.out[k] for _, each in months]) for k in range(len(stores))),
        tuple(year([each.level[k] for _, each in months]) for k in range(len(stores))),
        year([each.shed for _, each in months]),
        sum(span.cost() for span in planned),
        sum(span.bound for span in planned),
        tuple(year([each.runs[k] for _, each in months]) for k in range(len(feeds))),
    )


def _planned(case: _Case, month: Places, spans: Sequence[Places], *, limits: bool) -> list[_Season]:
    """The spans, each solved."""
    planned = []
    size = f"{len(case.load):,} hours, {len(case.feeds) + len(case.stores)} sources"
    for count, numbers in enumerate(spans, 1):
        _say(f"dispatch of {size}: part {count} of {len(spans)}")
        planned.append(_Season(case, month, numbers, limits=limits))
        planned[-1].relax()
    _say("")
    return planned


def _say(text: str) -> None:
    """Progress, where somebody looks at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\x1b[2K\r{text}")
        sys.stderr.flush()
