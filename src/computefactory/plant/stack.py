"""The supply stack in the typical year: what each source asks for a kWh, what it can give, and which is taken.

A factory with one plain tariff has no stack: its bill is a closed form (``plant.tariff``). A stack of one source needs
no programme either; more go to :mod:`computefactory.plant.dispatch`. Prices are those of the year of month 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import DAYS, HOURS_OF_DAY, HOURS_OF_MONTH, MONTH_STARTS, Weather
from computefactory.plant.dispatch import DispatchPlan, Feed, Peak, Store, Take, dispatch_load
from computefactory.plant.hours import HOURS, MONTH, cover, inside, output, spot_prices
from computefactory.plant.inputs import Interconnection, Phase, Shortage, Site
from computefactory.plant.onsite import derating
from computefactory.plant.power import Chain
from computefactory.plant.sources import Source, Tariff, Window
from computefactory.steps import hourly
from computefactory.units import Kw, One, Usd

__all__ = [
    "NO_STACK",
    "STEPS",
    "Dispatch",
    "SupplyPlan",
    "called_hours",
    "coincident_hours",
    "delivered",
    "delivers",
    "energy_price",
    "imported",
    "settled_on",
    "settled_price",
    "window_hours",
]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MONTHS = 12
TAKEN_FIRST = 1e-6  # USD/kWh below the lowest price: an order, not a price


@dataclass(frozen=True, slots=True, eq=False)
class Dispatch:
    """A year by the hour, shape (hour,): ``sent`` is kW by source, in their order.

    A delivery tariff's is what is imported, a battery's what it gives less what it takes; both stand beside the load
    and not in it. ``price`` is what a kWh more costs from each source. ``swing`` is the design draw over the mean draw
    at the month's peak: the meter sees the design draw.
    """

    load: Array
    sent: tuple[Array, ...]
    price: tuple[Array, ...]
    imports: Array
    shed: Array
    allowed: Mask  # where load may be shed
    swing: Array  # shape (month of the year,)
    level: tuple[Array, ...] = ()

    @property
    def peak(self) -> Kw:
        """Highest import at the design draw."""
        return float((np.maximum.reduceat(self.imports, MONTH_STARTS) * self.swing).max())

    @property
    def refused(self) -> Array:
        """Load that nothing serves in hours in which that is not allowed."""
        return np.where(self.allowed, 0.0, self.shed)


_EMPTY = np.zeros(0)
_NOTHING = Dispatch(_EMPTY, (), (), _EMPTY, _EMPTY, np.zeros(0, dtype=bool), np.ones(MONTHS))


def energy_price(tariff: Tariff) -> Array:
    """What a kWh costs by the hour under a tariff: flat, by window, by the hour, and riders."""
    price = np.full(HOURS, tariff.energy + tariff.rider_energy)
    if tariff.periods:
        price = price + cover(tariff.periods)[0]
    if tariff.hourly:
        price = price + np.asarray(tariff.hourly)
    return price


def window_hours(windows: tuple[Window, ...]) -> tuple[Mask, ...]:
    """The hours of each window; the rest is what the others leave."""
    stated = [inside(window) for window in windows if not window.rest]
    left = ~np.logical_or.reduce(stated) if stated else np.ones(HOURS, dtype=bool)
    return tuple(left if window.rest else inside(window) for window in windows)


def coincident_hours(weather: Weather, count: One) -> Mask:
    """The hours that set an obligation: the hottest hour of each of the hottest days.

    A stand-in for the system's peaks, which no file knows ahead (PJM takes five, on different days: Manual 19).
    """
    found = np.zeros(HOURS, dtype=bool)
    heat = weather.drybulb.reshape(DAYS, HOURS_OF_DAY)
    for day in np.argsort(heat.max(axis=1), kind="stable")[::-1][: int(count)]:
        found[day * HOURS_OF_DAY + int(np.argmax(heat[day]))] = True
    return found


def called_hours(hours: One, market: Array | None, weather: Weather) -> Mask:
    """The hours in which a utility calls: the dearest of the market where there is one, else the hottest."""
    stress = weather.drybulb if market is None else market
    found = np.zeros(HOURS, dtype=bool)
    found[np.argsort(stress, kind="stable")[::-1][: int(hours)]] = True
    return found


@dataclass(frozen=True, slots=True, eq=False)
class SupplyPlan:
    """Who serves which share of the load in each hour, shape (hour,): found once, it holds for nearby loads too."""

    sent: tuple[Array, ...]  # kW per kW of load, by source
    shed: Array
    level: tuple[Array, ...]  # of stores, kWh per kW of load
    allowed: Mask  # where load may be shed
    above: Usd = 0.0  # at most so much a year above the cheapest plan


_NO_PLAN = SupplyPlan((), _EMPTY, (), np.zeros(0, dtype=bool))
NO_STACK = {"supply_plan": _NO_PLAN, "dispatch": _NOTHING}  # what stands for them where one plain tariff feeds all


@hourly
def supply_plan(
    sources: tuple[Source, ...],
    shortage: Shortage,
    typical_power: Chain,
    full_load_power: Chain,
    typical_weather: Weather,
    site: Site,
    interconnection: Interconnection,
    phases: tuple[Phase, ...],
    it_design_load: Kw,
    leased_power: Kw,
    connection_power: Kw,
) -> SupplyPlan:
    """The typical year's cheapest supply of the installed load at its mean draw."""
    if not sources or not it_design_load:
        return _NO_PLAN
    load = typical_power.grid * it_design_load
    swing = _swing(load, full_load_power, it_design_load)
    prices = [_price(source) for source in sources]
    marginal = [_marginal(each, price, typical_weather) for each, price in zip(sources, prices, strict=True)]
    marginal = _taken_first(sources, marginal)
    delivery = sum((marginal[k] for k, each in enumerate(sources) if delivers(each)), np.zeros(HOURS))
    market = next((prices[k] for k, each in enumerate(sources) if each.kind == "wholesale"), None)
    own = it_design_load / (it_design_load + leased_power)  # tenants keep their part of the connection
    energised = sum(phase.power for phase in phases)
    importing = min(connection_power, energised) * own / swing[MONTH]
    allowed = np.full(HOURS, bool(shortage.allowed))
    cuts: list[Any] = [each for each in sources if each.kind == "interruptible"]
    for each in cuts:
        called = called_hours(each.hours, market, typical_weather)
        importing = np.where(called, np.maximum(importing - each.power * own / swing[MONTH], 0.0), importing)
        allowed |= called
    feeding, on = [k for k, each in enumerate(sources) if _feeds(each)], settled_price(sources, prices)
    feeds = [
        _feed(sources[k], marginal[k] + delivery * imported(sources[k]), _limit(sources[k], typical_weather, site, on))
        for k in feeding
    ]
    stored = [k for k, each in enumerate(sources) if each.kind == "battery"]
    if len(feeds) == 1 and not stored and not feeds[0].minimum_load:
        plan = _alone(load, feeds[0], importing)
    else:
        plan = dispatch_load(
            load,
            feeds,
            month=MONTH,
            import_limit=importing,
            peaks=_peaks(sources, feeding, swing, interconnection.reserved * own, energised * own),
            takes=_takes(sources, feeding, interconnection.reserved * own, energised * own),
            stores=[_store(sources[k]) for k in stored],
            lost_load=shortage.lost_load,
            may_shed=allowed,
        )
    imports = sum((sent for sent, feed in zip(plan.feeds, feeds, strict=True) if feed.imported), np.zeros(HOURS))
    net = [out - into for out, into in zip(plan.discharge, plan.charge, strict=True)]
    by_place = dict(zip(feeding, plan.feeds, strict=True)) | dict(zip(stored, net, strict=True))
    idle = np.zeros(HOURS)
    sent = tuple(imports if delivers(each) else by_place.get(k, idle) for k, each in enumerate(sources))
    level = tuple(held / load for held in plan.level)
    return SupplyPlan(tuple(each / load for each in sent), plan.shed / load, level, allowed, plan.cost - plan.bound)


def _swing(load: Array, full_load_power: Chain, it_design_load: Kw) -> Array:
    """Design draw over mean draw at each month's peak: the meter sees the design draw."""
    design = np.maximum.reduceat(full_load_power.grid[:HOURS] * it_design_load, MONTH_STARTS)
    return np.asarray(design / np.maximum.reduceat(load, MONTH_STARTS))


@hourly
def dispatch(
    supply_plan: SupplyPlan,
    sources: tuple[Source, ...],
    typical_power: Chain,
    full_load_power: Chain,
    it_design_load: Kw,
) -> Dispatch:
    """The plan in kW, with what a kWh costs from each source."""
    if not supply_plan.sent:
        return _NOTHING
    load = typical_power.grid * it_design_load
    sent = tuple(share * load for share in supply_plan.sent)
    through = [each for each, source in zip(sent, sources, strict=True) if imported(source) and not delivers(source)]
    return Dispatch(
        load,
        sent,
        tuple(_price(source) for source in sources),
        sum(through, np.zeros(HOURS)),
        supply_plan.shed * load,
        supply_plan.allowed,
        _swing(load, full_load_power, it_design_load),
        tuple(held * load for held in supply_plan.level),
    )


def delivers(source: Any) -> bool:
    """Whether its charges fall on all imports, whoever sells them."""
    return source.kind == "tariff" and bool(source.delivery)


def imported(source: Any) -> bool:
    """Whether what it sends comes through the connection."""
    return source.kind in ("tariff", "wholesale") or (source.kind == "ppa" and not source.on_site)


def _feeds(source: Any) -> bool:
    """Whether it sends power of its own."""
    if source.kind == "ppa":
        return not source.virtual
    return source.kind in ("wholesale", "generation", "solar", "wind") or (
        source.kind == "tariff" and not delivers(source)
    )


def _price(source: Any) -> Array:
    """What a kWh more costs by the hour: nothing where it is paid for anyway."""
    if source.kind == "tariff":
        return energy_price(source)
    if source.kind == "wholesale":
        return np.asarray(spot_prices(source) + source.adder)
    if source.kind == "generation":
        return np.full(HOURS, source.heat_rate * source.fuel_price + source.om)
    return np.zeros(HOURS)


def _marginal(source: Any, price: Array, weather: Weather) -> Array:
    """The price with what a kWh in a coincident hour adds to the obligation, and with riders on the whole bill."""
    if source.kind != "tariff":
        return price
    if source.capacity_price and source.capacity_hours:
        coincident = coincident_hours(weather, source.capacity_hours)
        price = price + coincident * source.capacity_price * DAYS / int(source.capacity_hours)
    return np.asarray(price * (1 + source.rider_share))


def _taken_first(sources: tuple[Source, ...], marginal: list[Array]) -> list[Array]:
    """Contracts for volume below every other price: what comes must be taken, also where the market pays for taking."""
    least = np.minimum(np.minimum.reduce(marginal), 0.0)
    return [
        np.where(least < 0, least - TAKEN_FIRST, price) if each.kind == "ppa" and _feeds(each) else price
        for each, price in zip(sources, marginal, strict=True)
    ]


def _limit(source: Any, weather: Weather, site: Site, market: Array | None) -> Array:
    """The most it can send in each hour [kW]."""
    if source.kind == "ppa":
        return delivered(source, site, market)
    if source.kind == "generation":
        return np.asarray(source.capacity * (1 - source.outage) * derating(source, weather, site.elevation))
    if source.kind in ("solar", "wind"):
        return np.asarray(source.capacity * output(source.shape, site.latitude))
    return np.full(HOURS, np.inf)


def delivered(ppa: Any, site: Site, market: Array | None) -> Array:
    """What a contract brings in each hour [kW]; with ``curtailed`` nothing where it settles below zero."""
    volume = np.asarray(ppa.volume * ppa.firmness * output(ppa.shape, site.latitude))
    return volume if market is None else np.where(ppa.curtailed * (market + ppa.basis < 0), 0.0, volume)


def settled_on(sources: tuple[Source, ...]) -> list[Any]:
    """The market, else the tariff, whose price contracts for difference are settled against; nothing of neither."""
    markets = [each for each in sources if each.kind == "wholesale"]
    return (markets or [each for each in sources if each.kind == "tariff" and not delivers(each)])[:1]


def settled_price(sources: tuple[Source, ...], prices: Sequence[Array]) -> Array | None:
    """The price by the hour that contracts are settled on; None where nothing has one."""
    market = settled_on(sources)
    return next((price for price, each in zip(prices, sources, strict=True) if market and each is market[0]), None)


def _feed(source: Any, price: Array, limit: Array) -> Feed:
    if source.kind != "generation":
        return Feed(source.name, price, limit, imported(source))
    return Feed(source.name, price, limit, minimum_load=source.minimum_load, start_cost=source.start_cost)


def _store(source: Any) -> Store:
    return Store(source.name, source.power, source.energy, source.efficiency, source.cycles * source.energy)


def _peaks(sources: tuple[Source, ...], feeding: list[int], swing: Array, reserved: Kw, energised: Kw) -> list[Peak]:
    """Every demand charge, on what its tariff meters, above what is paid for anyway; billed is draw times swing."""
    found = []
    for k, each in enumerate(sources):
        tariff: Any = each
        if tariff.kind != "tariff":
            continue
        metered = _metered(sources, feeding, k)
        level, none, always = 1 + tariff.rider_share, np.zeros(MONTHS), np.ones(HOURS, dtype=bool)
        price = (tariff.demand + tariff.rider_demand) * level
        if price:
            months = int(tariff.ratchet_months)
            base = reserved if tariff.minimum_take_of_reserved else energised
            paid = tariff.minimum_take * base / swing
            found.append(Peak(metered, price * swing, paid, always, tariff.ratchet, months))
        hours = window_hours(tariff.demand_windows)
        for window, inside_of in zip(tariff.demand_windows, hours, strict=True):
            found.append(Peak(metered, window.price * level * swing, none, inside_of))
    return found


def _metered(sources: tuple[Source, ...], feeding: list[int], place: int) -> tuple[int, ...]:
    """The feeds that a tariff meters: itself, or for a delivery tariff all imports."""
    every = delivers(sources[place])
    return tuple(feed for feed, k in enumerate(feeding) if (imported(sources[k]) if every else k == place))


def _takes(sources: tuple[Source, ...], feeding: list[int], reserved: Kw, energised: Kw) -> list[Take]:
    """Energy that is billed, drawn or not, at the month's mean price."""
    found = []
    for k, each in enumerate(sources):
        tariff: Any = each
        if tariff.kind == "tariff" and tariff.minimum_take and tariff.minimum_take_on_energy:
            base = reserved if tariff.minimum_take_of_reserved else energised
            mean = np.add.reduceat(energy_price(tariff), MONTH_STARTS) / HOURS_OF_MONTH * (1 + tariff.rider_share)
            least = tariff.minimum_take * base * HOURS_OF_MONTH
            found.append(Take(_metered(sources, feeding, k), mean, least))
    return found


def _alone(load: Array, feed: Feed, import_limit: Array) -> DispatchPlan:
    """One source: it sends the load, as far as it reaches."""
    limit = np.minimum(feed.limit, import_limit) if feed.imported else feed.limit
    sent = np.minimum(load, limit)
    cost = float(sent @ feed.price)
    return DispatchPlan((sent,), (), (), (), load - sent, cost, cost)


def power_served(dispatch: Dispatch) -> One:
    """Energy served / energy asked for in the typical year: what is shed is lost production."""
    if not dispatch.sent:
        return 1.0
    return float(1 - dispatch.shed.sum() / dispatch.load.sum())


STEPS = (supply_plan, dispatch, power_served)
