"""File and library together: the chapters' inputs, with the origin of every value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from computefactory.finance.by_phase import phase_lives
from computefactory.finance.cases import FULL_LIFE
from computefactory.finance.inputs import Finance
from computefactory.library import Library
from computefactory.offtake.inputs import Offtake
from computefactory.plant.inputs import Plant, Site
from computefactory.plant.inputs.phases import NEVER
from computefactory.plant.sources import Generation, Renewable
from computefactory.qualification import Thresholds
from computefactory.schema.document import Document
from computefactory.schema.fill import fill
from computefactory.schema.levers import Lever, levers, ranged
from computefactory.schema.origin import Origin, Sources
from computefactory.schema.plausible import implausible_inputs
from computefactory.schema.resolve_credit import proxies
from computefactory.schema.resolve_dates import Calendar, calendar
from computefactory.schema.resolve_events import unfelt
from computefactory.schema.resolve_finance import finance
from computefactory.schema.resolve_offtake import offtake
from computefactory.schema.resolve_plant import plant
from computefactory.schema.resolve_tokens import beyond, unlike
from computefactory.schema.standard import distance_km, point_of
from computefactory.schema.subject import Subject
from computefactory.schema.unused import unused
from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import UsdPerKwh
from computefactory.valuation import ValuationTerms

__all__ = ["Factory", "resolve"]

_YEARLY_PRICE = re.compile(r"industrial_price_(\d{4})")
FAR = 100.0  # km: beyond this a weather file is not of the place


@dataclass(frozen=True)
class Factory(Subject):
    """A factory ready to run: its inputs in canonical units, its calendar, and where every value comes from."""

    chapters: ClassVar[tuple[str, ...]] = ("plant", "offtake", "finance", "thresholds", "valuation")
    name: str
    owner: str
    plant: Plant
    offtake: Offtake
    finance: Finance
    timeline: Timeline
    thresholds: Thresholds
    origins: Mapping[str, Origin]
    warnings: tuple[str, ...]
    document: Document = field(repr=False)
    library: Library = field(repr=False)
    varied: Mapping[str, Any] = field(default_factory=dict, repr=False)
    valuation: ValuationTerms | None = field(default=None, repr=False)  # where it is valued

    @property
    def book(self) -> tuple[Any, ...]:
        """All contracts and leases: the names that records of either may go by."""
        return (*self.offtake.contracts, *self.offtake.leases)

    def records_of(self, axis: str) -> tuple[Any, ...]:
        """The records on an item axis of its ledger: phases, contracts, tranches, and so on."""
        offtake, money, valuation = self.offtake, self.finance, self.valuation
        axes: dict[str, tuple[Any, ...]] = {
            "phase": self.plant.phases,
            "contract": offtake.contracts,
            "lease": offtake.leases,
            "asset": money.assets,
            "supply": self.plant.sources,
            "tranche": money.tranches,
            "tax_class": money.tax_classes,
            "view": money.views,
            "jurisdiction": money.jurisdictions,
            "holder": valuation.holders if valuation else (),
            "estimate": valuation.estimates if valuation else (),
        }
        return axes[axis]

    def levers(self) -> list[Lever]:
        """Every number of the file or the library that can be moved on its own."""
        return levers(self.origins)

    def ranged(self) -> list[Lever]:
        """Rows with a range, and what the file assumes where such a row would stand."""
        return ranged(self.origins, self.library)

    @property
    def as_signed(self) -> Factory:
        """The factory without the events of its file: what its debt is sized on."""
        if not self.document.model.events:
            return self
        signed = replace(self.document, content=self.document.model.model_copy(update={"events": {}}))
        return resolve(signed, self.library, self.varied)

    def with_values(self, values: Mapping[str, Any]) -> Factory:
        """The factory with other values at levers' paths: numbers, or arrays with one value a scenario."""
        return resolve(self.document, self.library, {**self.varied, **values})


def resolve(document: Document, library: Library, varied: Mapping[str, Any] | None = None) -> Factory:
    """A file and the library made into a factory.

    ``varied`` puts other values in the place of levers (:meth:`Factory.levers`), by their paths.

    Raises:
        FactoryFileError: names that the library does not have, loads over limits, prices nobody gave; all at once.
    """
    sources = Sources(document, library, varied or {})
    dates = calendar(sources)
    site = plant(sources, dates)
    book = offtake(sources, dates)
    thresholds = _thresholds(sources, dates)
    money = finance(sources, dates, site)
    _check_loads(sources, site, book)
    _check_funding(sources, book, money)
    sources.check()
    unusual = implausible_inputs(sources, site, book, money)
    sources.check()
    timeline = dates.timeline.value
    last = timeline.periods * timeline.step
    lives = phase_lives(site.phases, money.economic_life, money.silicon_terms)
    return Factory(
        document.model.name,
        str(sources.required("owner.name").value),
        site,
        book,
        money,
        timeline,
        thresholds,
        sources.origins,
        (*_warnings(sources, site, book, money.full_operation + FULL_LIFE, last, lives), *unusual),
        document,
        library,
        varied or {},
    )


def _thresholds(sources: Sources, dates: Calendar) -> Thresholds:
    """What a compute factory must pass, with the industrial price of its region to beat."""
    region = sources.kept("plant.site.region")
    full = dates.full_operation.value
    years = [
        int(match[1])
        for name in (sources.library.fields("region", str(region.value)) if region.origin else [])
        if (match := _YEARLY_PRICE.fullmatch(name))
    ]
    last = full // MONTHS_PER_YEAR + 1 if full is not None else 0
    year = max((known for known in years if known <= last), default=last)
    price = sources.fact(UsdPerKwh, "region", region, f"industrial_price_{year}")
    named = sources.named_by(price, str(year))
    return fill(sources, Thresholds, "thresholds", power_price=price, power_price_year=named)


def _check_loads(sources: Sources, site: Plant, book: Offtake) -> None:
    """More load than the halls, the connection or the milestones can carry, before cooling and losses."""
    clusters = {"plant": site.silicon, **{f"plant.generations.{each.name}": each.silicon for each in site.generations}}
    fields = ("rack_power", "support_power", "accelerators_per_rack")
    needed = {f"{kept}.silicon.{name}" for kept in clusters for name in fields}
    if needed - sources.origins.keys():
        return
    racks = sum(np.asarray(hall.racks) * np.asarray(hall.rack_power) for hall in site.halls)
    support = sum(each.support_power * np.asarray(each.accelerators) for each in clusters.values())
    let = sum(np.asarray(lease.power) for lease in book.leases)
    load = racks + support + let
    capacity = sum(np.asarray(hall.it_capacity) for hall in site.halls)
    tenants = " and tenants" if book.leases else ""
    given = f"{float(np.max(load)):,.0f} kW of IT load (racks, support{tenants})"
    onsite = sum(np.asarray(each.capacity) for each in site.sources if isinstance(each, (Generation, Renewable)))
    limits = {
        "build.halls": (capacity, "the halls' capacity"),
        "power.interconnection": (site.interconnection.reserved + onsite, "what the connection has for this factory"),
        _of_power(sources): (site.energised + onsite, "what is energised in the end"),
    }
    for path, (limit, what) in limits.items():
        if np.any(load > np.asarray(limit) * (1 + 1e-9)):
            sources.refuse("over_capacity", path, given, f"at most {float(np.min(limit)):,.0f} kW, {what}")


def _of_power(sources: Sources) -> str:
    """Where the file states the power of the last phase."""
    stated = sources.model.power.energised
    return f"power.energised.{list(stated)[-1]}" if stated else "phases"


def _check_funding(sources: Sources, book: Offtake, money: Finance) -> None:
    """Tenants who would pay more of the construction than it costs, as far as that is known."""
    needed = {f"finance.assets.{item.name}.{name}" for item in money.assets for name in ("cost", "contingency")}
    if needed - sources.origins.keys():
        return
    funded = sum(np.asarray(lease.funding) for lease in book.leases)
    cost = sum(
        np.asarray(item.cost) * (1 + np.asarray(item.contingency)) for item in money.assets if not item.consumable
    )
    if np.any(funded > np.asarray(cost) * (1 + 1e-9)):
        name = next(lease.contract for lease in book.leases if np.any(np.asarray(lease.funding) > 0))
        given = f"{float(np.max(funded)):,.0f} USD from tenants"
        expected = f"at most the cost of the building, {float(np.min(cost)):,.0f} USD"
        sources.refuse("above_limit", f"offtake.{name}.tenant_funding", given, expected)


def _weather(site: Site, library: Library) -> list[str]:
    """A weather file with holes, or of another place than the one that is named."""
    hours = site.hours
    if hours is None:
        return []
    found = [*hours.notes]
    if hours.filled:
        found.append(f"{hours.filled} values of the weather file are bridged by straight lines")
    if hours.latitude is not None and hours.longitude is not None and site.place in library.keys("place"):
        km = distance_km((hours.latitude, hours.longitude), point_of(library, site.place))
        if km > FAR:
            found.append(f"the weather file is of {hours.name}, {km:,.0f} km from {site.place}")
    return found


def _short_leases(site: Plant, lives: tuple[float, ...]) -> Iterator[str]:
    """Phases whose building is given back before their silicon's economic life ends."""
    for phase, life in zip(site.phases, lives, strict=True):
        short = phase.accepted + float(np.max(life)) - phase.rent_until
        if short > 0:
            early = f"{short:g} months before its silicon's economic life"
            yield f"the lease of {phase.name} ends {early}: unit cost and full life end there"


def _warnings(
    sources: Sources, site: Plant, book: Offtake, horizon: float, last: float, lives: tuple[float, ...]
) -> list[str]:
    """What is worth a word but not wrong."""
    found = [*unused(sources), *proxies(sources), *unfelt(sources), *unlike(sources, site), *beyond(sources, site)]
    found += _weather(site.site, sources.library)
    sold = sum(np.asarray(part.accelerators) for part in book.contracts if not part.floor)
    installed = np.asarray(sum(each.silicon.accelerators for each in site.clusters))
    active = installed - sum(each.silicon.spares for each in site.clusters)
    if np.any(sold > active * (1 + 1e-9)) and not np.any(sold > installed * (1 + 1e-9)):
        counts = f"{float(np.max(sold)):,.0f} accelerators are sold and {float(np.min(active)):,.0f} are active"
        found.append(f"{counts}: no spare is left")
    rates: dict[str, set[float]] = {}
    for part in book.committable:
        rates.setdefault(part.buyer, set()).add(float(np.max(part.hazard)))
    found.extend(
        f"contracts of {name} state several default rates: one buyer defaults once, so one rate should stand for all"
        for name, stated in rates.items()
        if len(stated) > 1 and name != "various"
    )
    found.extend(
        f"{part.name} would start after its contract has ended: it brings nothing"
        for part in book.committable
        if part.tenor == 0
    )
    found.extend(
        f"{part.name} starts {part.start - part.long_stop:.0f} months after its long stop: the buyer may leave, and "
        "nothing of it counts as committed"
        for part in book.contracts
        if part.start > part.long_stop
    )
    found.extend(
        f"{name} ends after the full-life case, 240 months from full operation: what comes later is left out there"
        for name in dict.fromkeys(part.contract for part in book.committable if part.start + part.tenor > horizon)
    )
    found.extend(_short_leases(site, lives))
    found.extend(
        f"the rent of {phase.name} starts after the last month that is reckoned: none is paid"
        for phase in site.phases
        if last <= phase.rent_from < NEVER
    )
    found.extend(
        f"{part.name} runs {part.start + part.tenor - until:g} months beyond the lease of its building: nothing is "
        "delivered then"
        for part in book.committable
        if part.start + part.tenor > (until := site.phases[int(part.phase)].rent_until)
    )
    if any(np.any(np.asarray(part.prepayment) > 0) and part.refundable for part in book.contracts):
        found.append("a prepayment that both sides can unwind is debt: the book page shows it as such")
    return [*found, *sources.library.unread()]
