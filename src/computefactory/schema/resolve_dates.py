"""Calendar of a factory: phases, deliveries, starts, acceptance, payments, and the timeline they span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from computefactory.schema import derive, schedule
from computefactory.schema.contracts import FirmTerms, HourTerms
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_events import late
from computefactory.schema.silicon import Anchor
from computefactory.schema.types import FIRST_YEAR
from computefactory.timeline import MONTHS_PER_YEAR, month_name
from computefactory.units import Count, Kw, Month, One

__all__ = ["Calendar", "PartDates", "PhaseDates", "calendar", "phase_shares"]

SUM_OF_SHARES = 1e-6  # rounding of shares as people write them: 33.3333 %


EARLIEST = FIRST_YEAR * MONTHS_PER_YEAR
ONE_OF = ("first_month", "full_operation_month", "accepted_month", "last_of")  # derived as one of several months
LONGEST_BUILD, LONGEST_LIFE = 30 * MONTHS_PER_YEAR, 110 * MONTHS_PER_YEAR  # a lease of land runs 99 years


@dataclass(frozen=True, slots=True)
class PhaseDates:
    """One phase; months are calendar month numbers."""

    name: str
    path: str  # where its power stands in the file
    generation: str  # its silicon's
    milestone: Traced  # its power is there
    planned: Traced  # the same without any delay
    power: Traced  # its own kW
    share: Traced  # of the building
    silicon: Traced  # of the accelerators
    delivered: Traced
    paid: Traced  # when its silicon is paid
    accepted: Traced
    rented: dict[str, Traced]  # of a leased building: when rent starts and ends


@dataclass(frozen=True, slots=True)
class PartDates:
    """What a contract takes of one phase; months are calendar month numbers."""

    phase: PhaseDates
    place: Traced  # of the phase, from 0
    share: Traced  # of the contract
    begins: Traced
    tenor: Traced
    promised: Traced  # its start without any delay of power
    agreed: Traced  # its tenor then
    prepaid: Traced | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """All dates; months are calendar month numbers."""

    phases: tuple[PhaseDates, ...]
    parts: dict[str, tuple[PartDates, ...]]  # by contract
    debts: dict[str, tuple[Traced, Traced, Traced]]  # tranche: closes, matures, ends
    month_0: Traced
    full_operation: Traced
    timeline: Traced

    @property
    def complete(self) -> Traced:
        """The month in which the last phase is energised."""
        return max((phase.milestone for phase in self.phases), key=lambda month: int(month.value))

    def from_start(self, sources: Sources, month: Traced) -> Traced:
        """Months from month 0."""
        return sources.derive(derive.months_from_start, month, self.month_0)


def calendar(sources: Sources) -> Calendar:
    """All dates from the file's phases and anchors."""
    model = sources.model
    planned = schedule.milestones(model.power, model.phases)
    phases = _phases(sources, planned)
    parts = {name: _parts(sources, name, phases, planned) for name in model.offtake}
    phases = tuple(_accepted(sources, phase, stated, parts) for phase, stated in zip(phases, planned, strict=True))
    accepted = {phase.name: phase for phase in phases}
    parts = {
        name: tuple(replace(part, phase=accepted[part.phase.name]) for part in found) for name, found in parts.items()
    }
    ends = [sources.derive(derive.ends, part.begins, part.tenor) for found in parts.values() for part in found]
    first_end = min((end.value for end in ends), default=0)
    debts = [f"capital.debt.{name}" for name in model.tranches]
    closes = [found for path in debts if (found := sources.given(f"{path}.closes", "month"))]
    ends.extend(sources.required(f"{path}.matures", "month") for path in debts)
    ends.extend(end for path in debts if (end := sources.given(f"{path}.amortises_until", "month")))
    prepaid = [part.prepaid for found in parts.values() for part in found if part.prepaid]
    payments = [sources.required("build.spending.start", "month"), *(phase.paid for phase in phases), *closes]
    rents = [phase.rented["rent_from"] for phase in phases if phase.rented]
    funded = (f"offtake.{name}.tenant_funding.paid" for name in model.offtake)
    tenants = [month for path in funded if (month := sources.given(path, "month", some=True))]
    payments.extend([*_class_payments(sources), *prepaid, *rents, *tenants])
    month_0 = sources.derive(derive.first_month, *payments)
    starts = [part.begins for found in parts.values() for part in found]
    begun = [month for month in starts if month.value <= first_end]  # no follow-on contract
    full = sources.derive(derive.full_operation_month, *(phase.accepted for phase in phases), *begun)
    if full.origin is None:
        sources.check()  # nothing has a date
    timeline = sources.derive(derive.timeline_of, month_0, full, *ends)
    _bounded(sources, min(payments, key=_month), full, max(ends, key=_month, default=full))
    return Calendar(phases, parts, _debts(sources, month_0), month_0, full, timeline)


def _month(found: Traced) -> int:
    return int(found.value)


def _bounded(sources: Sources, first: Traced, full: Traced, last: Traced) -> None:
    """Refuse a first payment too long before full operation, and an end too long after it."""
    earliest, latest = max(full.value - LONGEST_BUILD, EARLIEST), full.value + LONGEST_LIFE
    runs = f"full operation is in {month_name(full.value)}, by {', '.join(_stated(full))}"
    if first.value < earliest:
        expected = (
            f"{month_name(earliest)} or later: a factory is paid at most {LONGEST_BUILD // MONTHS_PER_YEAR} years"
        )
        _refuse(sources, first, f"a first payment in {month_name(first.value)}", f"{expected} before it runs", runs)
    if last.value > latest:
        expected = f"{month_name(latest)} or earlier: a factory runs at most {LONGEST_LIFE // MONTHS_PER_YEAR} years"
        _refuse(sources, last, f"an end in {month_name(last.value)}", expected, runs)


def _stated(date: Traced) -> list[str]:
    """Where the file states a date: the month itself, or what it is anchored to and then the lead or length."""
    origin = date.origin
    while origin and origin.path in ONE_OF:
        origin = next((item for item in origin.inputs if item.value == date.value), None)
    return [leaf.path for leaf in (origin.leaves() if origin else ()) if leaf.kind == "file"]


def _refuse(sources: Sources, date: Traced, given: str, expected: str, runs: str) -> None:
    """Refuse a date where the file states what moved it last."""
    paths = _stated(date)
    hint = f"it follows from {', '.join(paths)}; {runs}" if len(paths) > 1 else runs
    sources.refuse("out_of_range", paths[-1] if paths else "", given, expected, hint)


def _debts(sources: Sources, month_0: Traced) -> dict[str, tuple[Traced, Traced, Traced]]:
    """When each tranche closes, matures and ends; one that repays another closes when that one ends."""
    tranches = sources.model.tranches
    found: dict[str, tuple[Traced, Traced, Traced]] = {}
    for name in tranches:
        path = f"capital.debt.{name}"
        matures = sources.required(f"{path}.matures", "month")
        takes = (found[other][2] for other in found if tranches[other].refinanced_by == name)
        closes = sources.given(f"{path}.closes", "month") or next(takes, month_0)
        found[name] = (closes, matures, sources.given(f"{path}.prepaid", "month") or matures)
    return found


def _class_payments(sources: Sources) -> list[Traced]:
    """The first month of each class of assets that is paid at a time of its own."""
    found = []
    for name, item in (sources.model.build.classes or {}).items():
        path = f"build.classes.{name}"
        if item.spending:
            found.append(sources.required(f"{path}.spending.start", "month"))
        months = [sources.name_at(f"{path}.payments.{month}", month) for month in item.payments or ()]
        found.extend(sources.derive(derive.calendar_month, month) for month in months)
    return found


def _phases(sources: Sources, planned: list[schedule.Milestone]) -> tuple[PhaseDates, ...]:
    """The phases without their acceptance, which waits for the contracts."""
    powers = [_power(sources, each) for each in planned]
    silicon = powers
    if all(each.accelerators is not None for each in planned):
        silicon = [sources.required(f"phases.{each.name}.accelerators", Count) for each in planned]
    building = powers
    if all(each.halls for each in planned):
        building = [_halls(sources, each) for each in planned]
    phases = []
    for place, each in enumerate(planned):
        month = _energised(sources, each)
        milestone = month
        if each.late:
            milestone = sources.derive(derive.later, month, sources.required("power.delay.by", Month))
        anchor = month if schedule.idles(sources.model.power) else milestone
        delivered = _delivered(sources, each, anchor)
        share = sources.derive(derive.share_of_sum, building[place], *building)
        alike = [size for other, size in zip(planned, silicon, strict=True) if other.generation == each.generation]
        same = silicon is building and len(alike) == len(planned)
        accelerators = share if same else sources.derive(derive.share_of_sum, silicon[place], *alike)
        lead = sources.required(f"{schedule.chapter_of(each.generation)}.paid.before_delivery", Month)
        paid = sources.derive(derive.earlier, delivered, lead)
        dates = (milestone, month, powers[place], share, accelerators, delivered, paid)
        rented = _rented(sources, each, month, milestone)
        phases.append(PhaseDates(each.name, each.path, each.generation, *dates, accepted=delivered, rented=rented))
    return tuple(phases)


def _power(sources: Sources, phase: schedule.Milestone) -> Traced:
    """The power that a phase adds."""
    reached = sources.required(phase.path, Kw)
    return sources.derive(derive.added, reached, sources.required(phase.before, Kw)) if phase.before else reached


def _halls(sources: Sources, phase: schedule.Milestone) -> Traced:
    """IT power of the halls that a phase fills, or takes a part of."""
    parts = isinstance(phase.halls, Mapping)
    place = f"phases.{phase.name}.halls.{{}}" if parts else "build.halls.{}.it_capacity"
    halls = [sources.required(place.format(name), Kw) for name in phase.halls or ()]
    return halls[0] if len(halls) == 1 else sources.derive(derive.total_capacity, *halls)


def _energised(sources: Sources, phase: schedule.Milestone) -> Traced:
    """The month in which the power of a phase is planned."""
    if phase.name in sources.model.phases:
        return sources.required(f"phases.{phase.name}.energised", "month")
    return sources.derive(derive.calendar_month, sources.name_at(phase.path, phase.name))


def _delivered(sources: Sources, phase: schedule.Milestone, anchor: Traced) -> Traced:
    """The month in which the silicon of a phase is delivered; it may wait for power."""
    own = sources.given(f"phases.{phase.name}.delivered", "month") if phase.delivered is not None else None
    return own or _anchored(sources, *_delivery(sources, phase.generation), anchor)


def _delivery(sources: Sources, generation: str) -> tuple[str, Anchor | int]:
    """Where the file says when a generation is delivered, and what it says."""
    every = schedule.systems(sources.model.silicon, sources.model.generations)
    return f"{schedule.chapter_of(generation)}.delivered", every[generation].delivered


def _rented(sources: Sources, phase: schedule.Milestone, planned: Traced, milestone: Traced) -> dict[str, Traced]:
    """When the rent of a leased building starts for a phase, when the lease and its extension end."""
    lease, path = sources.model.build.lease, "build.lease"
    if lease is None:
        return {}
    begins = planned if phase.handed_over is None else sources.required(f"phases.{phase.name}.handed_over", "month")
    if phase.rented is not None:
        begins = sources.required(f"phases.{phase.name}.lease", "month")
    elif isinstance(lease.starts, int):
        begins = sources.required(f"{path}.starts", "month")
    elif lease.starts is not None:
        anchor = milestone if lease.starts.after == "energised" else begins
        begins = sources.derive(derive.later, anchor, sources.required(f"{path}.starts.lag", Month))
    found = {"rent_from": begins}
    if lease.tenor is not None:
        until = sources.derive(derive.later, begins, sources.required(f"{path}.tenor", Month))
        found["rent_agreed_until"] = until
        if lease.extension is not None:
            term = sources.required(f"{path}.extension.term", Month)
            found["rent_until"] = sources.derive(derive.later, until, term)
    return found


def _accepted(
    sources: Sources, phase: PhaseDates, stated: schedule.Milestone, parts: dict[str, tuple[PartDates, ...]]
) -> PhaseDates:
    """A phase with the month of its acceptance.

    As stated; else the first start of what is sold by the hour from it (of leases where nothing is), if that comes in
    time: with a follow-on contract alone it would stand idle. Never before it has power and silicon.
    """
    ready = [phase.milestone, phase.delivered]
    if stated.handed_over is not None:
        ready.append(sources.required(f"phases.{phase.name}.handed_over", "month"))
    could = sources.derive(derive.last_of, *ready)
    if stated.accepted is not None:
        month = sources.required(f"phases.{phase.name}.accepted", "month")
        return replace(phase, accepted=sources.derive(derive.last_of, month, *ready))
    book = sources.model.offtake
    own = [(book[name], part.begins) for name, found in parts.items() for part in found if part.phase is phase]
    hourly = [begins for terms, begins in own if isinstance(terms, HourTerms)]
    wait = sources.fact(Month, "phase", "default", "longest_wait")
    starts = hourly or [begins for _, begins in own]
    return replace(phase, accepted=sources.derive(derive.accepted_month, wait, could, *starts))


def _parts(
    sources: Sources, name: str, phases: tuple[PhaseDates, ...], planned: list[schedule.Milestone]
) -> tuple[PartDates, ...]:
    """One part for each phase that a contract takes, by that phase's share of them all."""
    terms, path = sources.model.offtake[name], f"offtake.{name}"
    taken = schedule.bound(terms, planned)
    kind = "silicon" if isinstance(terms, HourTerms) else "share"
    sizes = [getattr(phases[place], kind) for place in taken]
    sold = {phases[place].generation for place in taken} if kind == "silicon" else {each.generation for each in phases}
    whole = len(taken) == sum(each.generation in sold for each in phases)
    parts = []
    for place, size in zip(taken, sizes, strict=True):
        phase = phases[place]
        begins = late(sources, name, _start(sources, path, terms.starts, phase))
        promised = _promised(sources, path, terms.starts, phase)
        prepaid = None
        if isinstance(terms, FirmTerms) and terms.prepayment:
            lead = sources.required(f"{path}.prepayment.paid_before_start", Month)
            prepaid = sources.derive(derive.earlier, begins, lead)
        parts.append(
            PartDates(
                phase,
                sources.derive(derive.place, sources.name_at(phase.path, f"{place}")),
                size if whole else sources.derive(derive.share_of_sum, size, *sizes),
                begins,
                _length(sources, path, begins),
                promised,
                _length(sources, path, promised),
                prepaid,
            )
        )
    _last_month(sources, path, parts)
    return tuple(parts)


def _last_month(sources: Sources, path: str, parts: list[PartDates]) -> None:
    """Say of a last month that it comes after the tenor of every part."""
    tenor, last = sources.given(f"{path}.tenor", Month), sources.given(f"{path}.ends", "month")
    if tenor and last and all(last.value >= part.begins.value + tenor.value - 1 for part in parts):
        sources.account.idle(f"{path}.ends", "the tenor of every part ends by then")


def _start(sources: Sources, path: str, when: Anchor | int, phase: PhaseDates) -> Traced:
    if not isinstance(when, Anchor) and sources.model.power.delay:
        return sources.derive(derive.last_of, sources.required(f"{path}.starts", "month"), phase.milestone)
    after = when.after if isinstance(when, Anchor) else ""
    if after == "signed":
        return _anchored(sources, f"{path}.starts", when, sources.required(f"{path}.signed", "month"))
    return _anchored(sources, f"{path}.starts", when, phase.delivered if after == "delivered" else phase.milestone)


def _length(sources: Sources, path: str, start: Traced) -> Traced:
    """The tenor of a part: as stated, or to the month in which the contract ends where that comes earlier."""
    tenor, last = sources.given(f"{path}.tenor", Month), sources.given(f"{path}.ends", "month")
    if last is None:
        return tenor or sources.required(f"{path}.tenor", Month)
    left = sources.derive(derive.months_to, start, last)
    return sources.derive(derive.shorter, tenor, left) if tenor else left


def _promised(sources: Sources, path: str, when: Anchor | int, phase: PhaseDates) -> Traced:
    """The start of a part if power were not late (silicon that waits for power would come with it)."""
    if isinstance(when, Anchor) and when.after == "signed":
        return _anchored(sources, f"{path}.starts", when, sources.required(f"{path}.signed", "month"))
    if isinstance(when, Anchor) and when.after == "delivered":
        own = sources.model.phases[phase.name].delivered if phase.name in sources.model.phases else None
        terms = _delivery(sources, phase.generation)
        arrival = phase.delivered if own else _anchored(sources, *terms, phase.planned)
        return _anchored(sources, f"{path}.starts", when, arrival)
    return _anchored(sources, f"{path}.starts", when, phase.planned)


def _anchored(sources: Sources, path: str, when: Anchor | int, anchor: Traced) -> Traced:
    """The month of a date, or its lag after what it waits for."""
    if not isinstance(when, Anchor):
        return sources.required(path, "month")
    return sources.derive(derive.later, anchor, sources.required(f"{path}.lag", Month))


def phase_shares(sources: Sources, dates: Calendar) -> list[Traced]:
    """The share of its generation's price that falls to each phase: as stated, else by accelerators."""
    found = {phase.name: phase.silicon for phase in dates.phases}
    for generation, system in schedule.systems(sources.model.silicon, sources.model.generations).items():
        stated = system.phase_shares
        names = [phase.name for phase in dates.phases if phase.generation == generation]
        path = f"{schedule.chapter_of(generation)}.phase_shares"
        if stated is None:
            continue
        total = float(np.max(sum(stated.values())))
        if sorted(stated) != sorted(names):
            sources.refuse("unknown_name", path, ", ".join(stated), f"one share for each milestone: {', '.join(names)}")
        elif abs(total - 1) > SUM_OF_SHARES:
            sources.refuse("out_of_range", path, f"{total:.6g} in all", "shares that sum to 1")
        else:
            found |= {name: sources.required(f"{path}.{name}", One) for name in names}
    return list(found.values())
