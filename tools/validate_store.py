"""Compare the dispatch of stores with the exact optimum of the whole problem, and with every plan of small ones.

    python tools/validate_store.py

Writes ``docs/validation/store.md``. The exact optimum is one mixed programme over all months at once, a mode for each
store and hour, written apart from the engine (``scipy.optimize.milp``, gap 1e-7); small cases are drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from build_reference import table
from computefactory import model
from computefactory.plant.dispatch import Feed, Peak, Store, Take, dispatch_load

__all__ = ["KINDS", "Case", "exact", "missed", "searched"]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "store.md"
HOURS = 24  # of a month of the small cases
CASES = 20
EXACT = 1e-7
REFUSED = 1e4
FREE = 1e9
SELDOM = "a store that may discharge less often than pays"


@dataclass(frozen=True)
class Case:
    """A load, what may feed it, and the month of every hour."""

    load: Any
    feeds: Sequence[Feed]
    month: Any
    peaks: Sequence[Peak] = ()
    takes: Sequence[Take] = ()
    stores: Sequence[Store] = ()

    def cost(self, *, stored: bool = True) -> float:
        """What the engine's plan costs."""
        return float(self.plan(self.stores if stored else ()).cost)

    def plan(self, stores: Sequence[Store]) -> Any:
        """The engine's plan."""
        terms = {"month": self.month, "peaks": self.peaks, "takes": self.takes, "stores": stores}
        return dispatch_load(self.load, self.feeds, **terms)


@dataclass
class _Rows:
    """A programme as it is written down."""

    columns: int = 0
    cost: dict[int, float] = field(default_factory=dict)
    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[Mapping[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float = 0.0, low: float = 0.0, high: float = np.inf) -> int:
        place = self.columns
        self.columns += 1
        self.cost[place], self.low[place], self.high[place] = cost, low, high
        return place

    def solve(self) -> float:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix

        cells = [(k, place, value) for k, (row, _, _) in enumerate(self.rows) for place, value in row.items()]
        at, places, values = zip(*cells, strict=True)
        matrix = csr_matrix((values, (at, places)), shape=(len(self.rows), self.columns))
        integrality = np.zeros(self.columns)
        integrality[self.whole] = 1
        found = milp(
            list(self.cost.values()),
            constraints=LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for *_, high in self.rows]),
            bounds=Bounds(list(self.low.values()), list(self.high.values())),
            integrality=integrality,
            options={"mip_rel_gap": EXACT},
        )
        return float(found.fun)


def exact(case: Case) -> float:
    """The least cost of all months together."""
    lp, hours, months = _Rows(), range(len(case.load)), np.unique(case.month)
    sent = [[lp.column(feed.price[h], high=min(feed.limit[h], FREE)) for h in hours] for feed in case.feeds]
    shed = [lp.column(REFUSED, high=case.load[h]) for h in hours]
    flows: list[tuple[list[int], list[int]]] = []
    for store in case.stores:
        into, out = ([lp.column(high=store.power) for _ in hours] for _ in range(2))
        level, mode = ([lp.column(high=high) for _ in hours] for high in (store.energy, 1.0))
        lp.whole += mode
        one_way = store.efficiency**0.5
        for number in months:
            here = np.flatnonzero(case.month == number).tolist()
            for before, h in zip([here[-1], *here[:-1]], here, strict=True):
                held = {level[h]: 1.0, into[h]: -one_way, out[h]: 1 / one_way}
                lp.rows.append((held | {level[before]: held.get(level[before], 0.0) - 1.0}, 0.0, 0.0))
        for h in hours:
            lp.rows.append(({into[h]: 1.0, mode[h]: -store.power}, -np.inf, 0.0))
            lp.rows.append(({out[h]: 1.0, mode[h]: store.power}, -np.inf, store.power))
        flows.append((into, out))
    for store, (_, out) in zip(case.stores, flows, strict=True):
        lp.rows.append((dict.fromkeys(out, 1.0), -np.inf, store.discharge))
    for h in hours:
        row = {shed[h]: 1.0} | {each[h]: 1.0 for each in sent}
        row |= {into[h]: -1.0 for into, _ in flows} | {out[h]: 1.0 for _, out in flows}
        lp.rows.append((row, case.load[h], case.load[h]))
    for take in case.takes:
        for number in months:
            drawn = {sent[k][h]: 1.0 for k in take.feeds for h in np.flatnonzero(case.month == number)}
            lp.rows.append((drawn | {lp.column(take.price[number]): 1.0}, take.least[number], np.inf))
    for peak in case.peaks:
        _charge(lp, peak, sent, case.month)
    return lp.solve()


def _charge(lp: _Rows, peak: Peak, sent: list[list[int]], month: Any) -> None:
    """Billed is the floor, what is drawn, or a share of what the months before draw."""
    months = np.unique(month)
    drawn = [lp.column() for _ in months]
    for place, number in enumerate(months):
        billed = lp.column(peak.price[number], low=peak.floor[number])
        lp.rows.append(({billed: 1.0, drawn[place]: -1.0}, 0.0, np.inf))
        for h in np.flatnonzero((month == number) & peak.hours):
            row = {drawn[place]: 1.0} | {sent[k][h]: -1.0 for k in peak.feeds}
            lp.rows.append((row, 0.0, np.inf))
        for lag in range(1, min(peak.ratchet_months, len(months) - 1) + 1 if peak.ratchet else 0):
            lp.rows.append(({billed: 1.0, drawn[place - lag]: -peak.ratchet}, 0.0, np.inf))


def searched(load: Any, price: Any, demand: float, power: float, energy: float) -> float:
    """The cheapest of every plan that charges, discharges or rests at full power in each hour, without losses."""
    plans = np.array(list(product((-power, 0.0, power), repeat=len(load))))
    run = np.concatenate([np.zeros((len(plans), 1)), np.cumsum(plans, axis=1)], axis=1)
    fits = (np.abs(run[:, -1]) < 1e-9) & (np.ptp(run, axis=1) <= energy + 1e-9)  # noqa: PLR2004  # rounding
    drawn = load + plans[fits]
    drawn = drawn[(drawn >= 0).all(axis=1)]
    return float((drawn @ price + demand * drawn.max(axis=1)).min())


def _drawn(rng: np.random.Generator, kind: str) -> Case:
    """A case of a kind, at random."""
    months = int(rng.integers(2, 5)) if kind in ("a ratchet over months", SELDOM) else 1
    size = HOURS * months
    month = np.repeat(np.arange(months), HOURS)
    load = rng.uniform(80, 100, size) * (1 + rng.uniform(0, 1, months)[month])
    price = rng.uniform(0.02, 0.12, size)
    always, free = np.ones(size, dtype=bool), np.full(size, FREE)
    peaks: list[Peak] = []
    takes: list[Take] = []
    feeds = []
    if kind == "hours with a price below zero":
        start, length = int(rng.integers(0, 12)), int(rng.integers(1, 12))
        price[start : start + length] = -rng.uniform(0, 0.1, length)
    elif kind == SELDOM:
        price *= rng.uniform(0.2, 2, months)[month]
    elif kind != "prices alone":
        demand = 10 ** rng.uniform(-2, 1) * np.ones(months)
        ratchet = rng.uniform(0.5, 1) if months > 1 else 0.0
        peaks.append(Peak((0,), demand, np.zeros(months), always, ratchet, 11))
    if kind == "an engine beside energy that is paid for anyway":
        feeds.append(Feed("engine", np.full(size, rng.uniform(0.02, 0.08)), np.full(size, rng.uniform(20, 120))))
        least = rng.uniform(0.3, 1) * load.mean() * HOURS
        takes.append(Take((0,), np.array([price.mean()]), np.array([least])))
    energy, seldom = rng.uniform(10, 200), rng.uniform(0.2, 0.6) * months if kind == SELDOM else np.inf
    store = Store("store", rng.uniform(5, 60), energy, rng.uniform(0.5, 1), seldom * energy)
    return Case(load, [Feed("grid", price, free, imported=True), *feeds], month, peaks, takes, [store])


KINDS: tuple[str, ...] = (
    "prices alone",
    "a charge on the month's peak",
    "a ratchet over months",
    SELDOM,
    "hours with a price below zero",
    "an engine beside energy that is paid for anyway",
)


def missed(kind: str, count: int = CASES) -> Iterator[tuple[float, float, float]]:
    """Saved by the exact plan and by the engine's, and the engine's own bound on what it misses; case by case."""
    rng = np.random.default_rng(7)
    for _ in range(count):
        case = _drawn(rng, kind)
        alone, plan = case.cost(stored=False), case.plan(case.stores)
        yield alone - exact(case), alone - plan.cost, plan.cost - plan.bound


SUMMER = "summer: {months: 6-9, hours: 13-19, price: 120 USD/MWh}"
WIRES, RATCHET = "kind: tariff, carries: delivery, demand: 9 USD/kW-month", "ratchet: {share: 80 %, months: 11 months}"
YEARS: tuple[tuple[str, str], ...] = (
    (
        "34 USD/MWh, 9 USD/kW-month, ratchet 80 %",
        f"grid: {{kind: tariff, energy: 34 USD/MWh, demand: 9 USD/kW-month, {RATCHET}}}",
    ),
    (
        "ERCOT, 2024, wires 9 USD/kW-month",
        f"market: {{kind: wholesale, market: {{row: 'ERCOT, 2024'}}}}, wires: {{{WIRES}}}",
    ),
    (
        "120 USD/MWh on summer afternoons, else 30",
        f"grid: {{kind: tariff, periods: {{{SUMMER}, rest: {{price: 30 USD/MWh}}}}}}",
    ),
    ("AU-VIC, 2024: prices below zero", "market: {kind: wholesale, market: {row: 'AU-VIC, 2024'}}"),
    (
        "AU-VIC, 2024, wires 9 USD/kW-month, ratchet 80 %",
        f"market: {{kind: wholesale, market: {{row: 'AU-VIC, 2024'}}}}, wires: {{{WIRES}, {RATCHET}}}",
    ),
)
STORE = "store: {kind: battery, power: 20 MW, energy: 80 MWh, efficiency: 70 %, cycles: 150}"


def _charges(supply: str) -> tuple[float, float]:
    """Energy and demand of the first full year at IREN, and how far the plan may be above the cheapest."""
    result = model.run("iren-horizon", overrides={"power.supply": "{" + supply + "}"})
    lines, weight = result.runs["contract_only"].lines, result.known["first_year"]
    return float((lines["energy_charge"] + lines["demand_charge"]) @ weight), result.known["supply_plan"].above


def _years() -> Iterator[tuple[str, ...]]:
    """Whole years of a site: what the store saves, and at most misses."""
    for name, supply in YEARS:
        (alone, _), (stored, above) = _charges(supply), _charges(f"{supply}, {STORE}")
        yield name, f"{alone - stored:,.0f}", f"{above:,.0f}", f"{100 * above / (alone - stored):.2f} %"


def _small() -> Iterator[tuple[str, ...]]:
    """The kinds of small cases: what is missed of what can be saved."""
    for kind in KINDS:
        found = list(missed(kind))
        shares = [(best - got) / best for best, got, _ in found if best > 1e-6]  # noqa: PLR2004  # of a dollar
        said = max(above / best for best, _, above in found if best > 1e-6)  # noqa: PLR2004
        mean = sum(best for best, *_ in found) / len(found)
        yield kind, str(len(found)), f"{mean:,.2f}", f"{100 * max(shares):.3f} %", f"{100 * said:.3f} %"


def _enumerated() -> tuple[str, float, float]:
    """Eight hours with every plan tried: what is saved by the best of them and by the engine."""
    load, hours = np.array([60.0, 50, 60, 90, 120, 110, 80, 70]), 8
    price = np.array([0.03, 0.02, 0.04, 0.06, 0.09, 0.11, 0.07, 0.05])
    peak = Peak((0,), np.array([0.5]), np.zeros(1), np.ones(hours, dtype=bool))
    grid = Feed("grid", price, np.full(hours, FREE), imported=True)
    case = Case(load, [grid], np.zeros(hours, dtype=int), [peak], (), [Store("store", 10.0, 30.0, 1.0)])
    alone = case.cost(stored=False)
    return f"{3**hours:,}", alone - searched(load, price, 0.5, 10.0, 30.0), alone - case.cost()


def page() -> str:
    """The whole page."""
    plans, best, ours = _enumerated()
    parts = [
        "# Stores: the plan against the exact optimum",
        "Written by `tools/validate_store.py`; do not edit.",
        "## Small cases",
        (
            f"Each month is a day of {HOURS} hours; load, prices, charges and the store are drawn at random. The exact "
            "optimum is one mixed programme over all months together, with a mode for the store in every hour, written "
            "apart from the engine (gap 1e-7). Missed is a share of what the store can save at best."
        ),
        "\n".join(
            table(
                ("kind", "cases", "saved at best, mean USD", "missed, worst", "bound that the plan states"),
                list(_small()),
            )
        ),
        (
            f"Eight hours in which each of {plans} plans of full charge, full discharge and rest is tried: the best of "
            f"them saves {best:.2f} USD, the engine {ours:.2f} USD."
        ),
        "## Whole years",
        (
            "IREN's load with a store of 20 MW and 80 MWh that returns 70 % and may be emptied 150 times a year, more "
            "than an exact search solves quickly. The plan states how far it may be above the cheapest; "
            "`show FILE power` prints it."
        ),
        "\n".join(
            table(
                ("supply", "store saves, USD a year", "above the cheapest at most", "of what it saves"), list(_years())
            )
        ),
        (
            "What the programme leaves out: a store is as full at the end of a month as at its beginning, it does not "
            "age with use, and prices are known ahead. The last flatters every store: a real one earns less."
        ),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
