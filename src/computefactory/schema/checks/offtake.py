"""What is sold: within what there is and the lease of the building, with terms that agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from computefactory.errors import Problem
from computefactory.plant.inputs import FIRST
from computefactory.schema import schedule
from computefactory.schema.build import Build
from computefactory.schema.capital import Owner
from computefactory.schema.checks.plant import TOLERANCE, Found, Generations, Months
from computefactory.schema.contracts import (
    Contract,
    Credits,
    FirmTerms,
    Floor,
    HourTerms,
    LeaseTerms,
    Mining,
    OfftakeTerms,
    OnDemand,
    ServiceLevel,
)
from computefactory.schema.events import DefaultEvent, Event, ExitEvent, LateEvent
from computefactory.schema.power import PowerChapter
from computefactory.schema.problems import Places, near
from computefactory.schema.schedule import Phases, Systems
from computefactory.schema.silicon import Anchor
from computefactory.schema.types import Chapter
from computefactory.timeline import month_name

__all__ = ["CHECKS"]

Part = tuple[int, int, int, float]  # phase, first month, month after the last, amount


def _building_lease(
    at: Places,
    power: PowerChapter,
    phases: Phases,
    months: Months,
    delivered: Sequence[int],
    build: Build,
    offtake: Mapping[str, Contract],
) -> Found:
    """What is sold ends with the lease of the building that it stands in, unless power is late."""
    lease = build.lease
    if lease is None:
        for name, each in phases.items():
            for field in ("handed_over", "lease"):
                if getattr(each, field) is not None:
                    yield at.wrong("not_allowed", f"phases.{name}.{field}", "a building that is leased: build.lease")
        return
    if lease.tenor is None:
        if lease.extension is not None:
            yield at.problem("missing", "build.lease.tenor", "missing", "the tenor that the extension follows")
        return
    if power.delay is not None:
        return
    length = int(lease.tenor) + (int(lease.extension.term) if lease.extension else 0)
    ends = [month + length for month in schedule.rents(lease, months)]
    for name, terms in offtake.items():
        begun = schedule.starts(terms, months, delivered)
        for place in schedule.bound(terms, months):
            end = schedule.end_of(terms, begun[place])
            if end > ends[place]:
                given = f"{name} runs to {month_name(end - 1)} in {months[place].name}"
                expected = f"no longer than the lease of its building, {month_name(ends[place] - 1)}"
                hint = f"state a tenor or an extension of {end - ends[place]} months more"
                yield at.problem("after_the_lease", "build.lease.tenor", given, expected, hint)
                break


def _taken(at: Places, phases: Phases, power: PowerChapter, months: Months, offtake: Mapping[str, Contract]) -> Found:
    """Contracts take phases that there are, with power, and with silicon where that is what they take."""
    known = list(phases or power.energised or {})
    shares = schedule.shares(months)
    for name, terms in offtake.items():
        for place, phase in enumerate(terms.phases or ()):
            where = f"offtake.{name}.phases.{place}"
            if phase not in known:
                yield at.problem("unknown_name", where, phase, f"a phase: {', '.join(known)}", near(phase, known))
            elif (terms.phases or ()).index(phase) != place:
                yield at.problem("duplicate_key", where, phase, "each phase once")
        taken = schedule.bound(terms, months)
        if (
            months
            and not any(shares[place] if isinstance(terms, HourTerms) else 1 for place in taken)
            and set(terms.phases or ()) <= set(known)
        ):
            given, what = ", ".join(terms.phases or ()), "accelerators" if taken else "power"
            yield at.problem("no_power", f"offtake.{name}.phases", given, f"a phase that has {what}")


def _starts(at: Places, months: Months, delivered: Sequence[int], offtake: Mapping[str, Contract]) -> Found:
    for name, terms in offtake.items():
        path = f"offtake.{name}.starts"
        begun = schedule.starts(terms, months, delivered)
        signed = schedule.signed_of(terms)
        late: Problem | None = None
        for place in schedule.bound(terms, months):
            phase, start = months[place], begun[place]
            needed = {"it is energised": phase.month, "it is handed over": phase.handed_over or phase.month}
            if isinstance(terms, HourTerms):
                needed["it is delivered"] = delivered[place]
                needed["it is accepted"] = phase.accepted or start
            if signed is not None:
                needed["it is signed"] = signed
            event = max(needed, key=needed.__getitem__)
            if start < needed[event]:
                given, hint = f"a start in {month_name(start)}", f"for the power of {phase.name}"
                expected = f"not before {event}, {month_name(needed[event])}"
                late = at.problem("dates_out_of_order", path, given, expected, hint)
        if late:
            yield late


def _prices(at: Places, offtake: Mapping[str, Contract]) -> Found:
    for name, terms in offtake.items():
        path = f"offtake.{name}"
        if isinstance(terms, (FirmTerms, LeaseTerms)):
            if terms.price is not None and terms.total_value is not None:
                yield at.problem("one_of", f"{path}.total_value", "price and total_value", "one of them")
            if terms.price is None and terms.total_value is None:
                hint = "such as 2.90 USD/GPU-hour" if isinstance(terms, FirmTerms) else "such as 130 USD/kW-month"
                yield at.problem("one_of", f"{path}.price", "missing", "price or total_value", hint)
        if isinstance(terms, HourTerms) and terms.electricity_cap is not None and terms.electricity != "passed_through":
            yield at.wrong("not_allowed", f"{path}.electricity_cap", "none, or electricity: passed_through")
        extension = terms.extension if isinstance(terms, (FirmTerms, LeaseTerms)) else None
        if extension and extension.notice > terms.longest:
            yield at.wrong("out_of_range", f"{path}.extension.notice", f"at most {terms.longest:g} months: the tenor")
        if isinstance(terms, LeaseTerms):
            yield from _service(at, path, terms.service_level)
        if isinstance(terms, LeaseTerms) and terms.tenant_funding is not None:
            yield from _one_of(at, f"{path}.tenant_funding", "amount", "per_power", terms.tenant_funding)
        if isinstance(terms, FirmTerms):
            yield from _billing(at, path, terms)
            yield from _prepayment(at, path, terms)
            yield from _service(at, path, terms.service_level)
        if (
            isinstance(terms.starts, Anchor)
            and terms.starts.after == "signed"
            and isinstance(terms, (OnDemand, Mining))
        ):
            yield at.wrong("not_allowed", f"{path}.starts.after", "energised, delivered or a month: nothing is signed")


def _ends(at: Places, power: PowerChapter, months: Months, systems: Systems, offtake: Mapping[str, Contract]) -> Found:
    """A length or a last month, which no part would start after if nothing were late."""
    planned = [replace(phase, month=phase.planned) for phase in months]
    begun = schedule.deliveries(systems, power, planned)
    for name, terms in offtake.items():
        path, starts = f"offtake.{name}", schedule.starts(terms, planned, begun)
        last = max((starts[place] for place in schedule.bound(terms, planned)), default=0)
        if terms.tenor is None and terms.ends is None:
            hint = "such as 60 months, or ends: 2031-12"
            yield at.problem("missing", f"{path}.tenor", "missing", "tenor or ends", hint)
        elif terms.ends is not None and terms.ends < last:
            expected = f"no month before its last part starts, {month_name(last)}"
            yield at.wrong("dates_out_of_order", f"{path}.ends", expected)


def _billing(at: Places, path: str, terms: FirmTerms) -> Found:
    if terms.billing == "calendar" and terms.billing_hours is not None:
        yield at.wrong("one_of", f"{path}.billing_hours", "none: billing is by the calendar")


def _prepayment(at: Places, path: str, terms: FirmTerms) -> Found:
    paid = terms.prepayment
    if paid is None:
        return
    where = f"{path}.prepayment"
    if not 1 <= paid.credited_from <= terms.longest:
        yield at.wrong("out_of_range", f"{where}.credited_from", f"1 to {terms.longest:g} months: the tenor")
    if (paid.share is None) == (paid.amount is None):
        given = "missing" if paid.share is None else "share and amount"
        yield at.problem("one_of", f"{where}.share", given, "share or amount")
    elif paid.amount is not None and terms.total_value is not None and paid.amount > terms.total_value * TOLERANCE:
        field = f"{where}.amount"
        expected = f"at most the value of the contract, {at.given(f'{path}.total_value')}"
        yield at.wrong("above_limit", field, expected)


def _service(at: Places, path: str, level: Credits | None) -> Found:
    if level is None:
        return
    breach = level.terminates if isinstance(level, ServiceLevel) else None
    where = f"{path}.service_level"
    below, credit = level.below or (), level.credit or ()
    if len(below) != len(credit):
        given = f"{len(below)} thresholds and {len(credit)} credits"
        yield at.problem("lengths_differ", f"{where}.credit", given, "one credit for each threshold")
    if below and level.pro_rata:
        yield at.problem("one_of", f"{where}.pro_rata", "pro_rata and below", "one of them")
    if not below and not level.pro_rata and breach is None:
        expected = "thresholds and credits, pro_rata" + (", or terminates" if isinstance(level, ServiceLevel) else "")
        yield at.problem("missing", f"{where}.below", "missing", expected)
    if any(after >= before for before, after in pairwise(below)):
        yield at.wrong("out_of_order", f"{where}.below", "falling thresholds")
    if any(after < before for before, after in pairwise(credit)):
        yield at.wrong("out_of_order", f"{where}.credit", "rising credits")
    if breach and not 1 <= breach.times <= breach.within:
        yield at.wrong("out_of_range", f"{where}.terminates.times", f"1 to the {breach.within:g} months of the count")


def _exits(at: Places, offtake: Mapping[str, Contract]) -> Found:
    for name, terms in offtake.items():
        for exit_name, way in (terms.exits or {}).items():
            where = f"offtake.{name}.exits.{exit_name}"
            if sum(fee is not None for fee in (way.fee, way.fee_months, way.fee_share)) > 1:
                yield at.problem("one_of", where, "several fees", "one of fee, fee_months and fee_share")
            if (way.after or 0) > terms.longest:
                yield at.wrong("out_of_range", f"{where}.after", f"at most {terms.longest:g} months: the tenor")


def _events(at: Places, events: Mapping[str, Event], offtake: Mapping[str, Contract]) -> Found:
    """Events of contracts and buyers that exist, each at one date; one at most ends a contract."""
    taken: dict[str, str] = {}
    buyers = sorted({terms.buyer for terms in offtake.values() if terms.buyer})
    for title, event in events.items():
        where = f"events.{title}"
        names = [event.contract] if event.contract is not None else []
        if isinstance(event, DefaultEvent):
            yield from _one_of(at, where, "contract", "buyer", event)
            yield from _one_of(at, where, "ranks", "recovery", event, needed=False)
            if event.buyer is not None and event.buyer not in buyers:
                expected = "a buyer of a contract under offtake"
                yield at.problem("unknown_name", f"{where}.buyer", event.buyer, expected, near(event.buyer, buyers))
            names = names or [name for name, terms in offtake.items() if terms.buyer == event.buyer]
        if event.contract is not None and event.contract not in offtake:
            path, hint = f"{where}.contract", near(event.contract, list(offtake)) or f"it has {', '.join(offtake)}"
            yield at.problem("unknown_name", path, event.contract, "a contract under offtake", hint)
            continue
        if isinstance(event, LateEvent):
            continue
        yield from _one_of(at, where, "month", "after", event)
        if isinstance(event, ExitEvent):
            yield from _way_out(at, where, event, offtake[event.contract])
        for name in names:
            if isinstance(offtake[name], (Mining, OnDemand)) and offtake[name].buyer is None:
                yield at.problem("not_allowed", f"{where}.contract", name, "a contract of somebody who owes something")
            if taken.setdefault(name, title) != title:
                hint = f"events.{taken[name]} already does"
                yield at.problem("contradiction", where, f"a second end of {name}", "one event that ends it", hint)


def _one_of(at: Places, where: str, first: str, second: str, chapter: Chapter, *, needed: bool = True) -> Found:
    """Exactly one of two fields; at most one where none is ``needed``."""
    stated = [name for name in (first, second) if getattr(chapter, name) is not None]
    if len(stated) > 1 or (needed and not stated):
        given = " and ".join(stated) or "missing"
        yield at.problem("one_of", f"{where}.{stated[-1] if stated else first}", given, f"{first} or {second}")


def _way_out(at: Places, where: str, event: ExitEvent, terms: OfftakeTerms) -> Found:
    """The exit that notice is given under."""
    ways = list(terms.exits or {})
    if not ways:
        path, hint = f"{where}.contract", f"state it under offtake.{event.contract}.exits"
        yield at.problem("not_allowed", path, event.contract, "a contract with a way out", hint)
    elif event.way is not None and event.way not in ways:
        expected = f"one of {', '.join(ways)}"
        yield at.problem("unknown_name", f"{where}.way", event.way, expected, near(event.way, ways))


def _hazards(at: Places, offtake: Mapping[str, Contract]) -> Found:
    for name, terms in offtake.items():
        path = f"offtake.{name}"
        said = [field for field in ("hazard", "spread", "default_curve") if getattr(terms, field) is not None]
        if len(said) > 1:
            yield at.problem("one_of", f"{path}.{said[1]}", " and ".join(said), "one of them")
        if terms.recovery is not None and (terms.spread is None or terms.recovery >= 1):
            yield at.wrong("not_allowed", f"{path}.recovery", "below 100 %, beside a spread")
        if any(after < before for before, after in pairwise(terms.default_curve or ())):
            yield at.wrong("out_of_order", f"{path}.default_curve", "a cumulative curve: it does not fall")


def _guarantees(at: Places, offtake: Mapping[str, Contract], owner: Owner) -> Found:
    """A guarantor who is the seller or the buyer, or whose own guarantor is the buyer, guarantees nothing."""
    stands_for: dict[str, set[str]] = {}
    for name, terms in offtake.items():
        if terms.guarantor is None:
            for field in ("backstop", "guarantor_rating"):
                if getattr(terms, field) is not None:
                    yield at.problem("missing", f"offtake.{name}.{field}", "no guarantor", "guarantor beside it")
        elif terms.buyer is not None:
            stands_for.setdefault(terms.buyer, set()).add(terms.guarantor)
    for name, terms in offtake.items():
        if terms.guarantor is None:
            continue
        where = f"offtake.{name}.guarantor"
        if terms.guarantor == owner.name:
            given = f"{terms.guarantor}, the owner of this factory"
            yield at.problem("circular_guarantee", where, given, "somebody else than who is paid")
        elif terms.buyer is not None and terms.buyer in _behind(terms.guarantor, stands_for):
            given = f"{terms.guarantor} for {terms.buyer}"
            yield at.problem("circular_guarantee", where, given, f"somebody that {terms.buyer} does not stand behind")


def _behind(party: str, stands_for: Mapping[str, set[str]]) -> set[str]:
    """A party, who guarantees for it, who guarantees for them, and so on."""
    found, waiting = {party}, [party]
    while waiting:
        new = stands_for.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _parts(
    months: Months, delivered: Sequence[int], sizes: list[float], terms: OfftakeTerms, amount: float
) -> list[Part]:
    """The parts of a contract, by the size of the phases that it takes."""
    begun = schedule.starts(terms, months, delivered)
    taken = schedule.bound(terms, months)
    total = sum(sizes[place] for place in taken)
    return [
        (place, begun[place], schedule.end_of(terms, begun[place]), amount * sizes[place] / total)
        for place in taken
        if total
    ]


def _peak(parts: Sequence[Part]) -> tuple[float, int]:
    """Most that is sold at one time, and when."""
    begun = {month for _, month, _, _ in parts}
    at = [(sum(amount for _, first, end, amount in parts if first <= month < end), month) for month in begun]
    return max(at, default=(0.0, 0))


def _crowded(sold: Mapping[str, list[Part]], sizes: list[float]) -> tuple[int, float, int, str] | None:
    """The first phase of which more is sold at one time than there is: how much, when, and the last contract there."""
    for place, size in enumerate(sizes):
        own = {name: [part for part in parts if part[0] == place] for name, parts in sold.items()}
        most, month = _peak([part for parts in own.values() for part in parts])
        if most > size * TOLERANCE:
            there = [name for name, parts in own.items() if any(first <= month < end for _, first, end, _ in parts)]
            return place, most, month, there[-1]
    return None


def _oversold(
    at: Places,
    months: Months,
    delivered: Sequence[int],
    systems: Systems,
    generations: Generations,
    offtake: Mapping[str, Contract],
) -> Found:
    """What is sold at one time, in all and of each phase; a floor only promises to pay for what is left."""
    shares = schedule.shares(months)
    sold = {
        name: _parts(months, delivered, shares, terms, terms.accelerators)
        for name, terms in offtake.items()
        if isinstance(terms, HourTerms) and not isinstance(terms, Floor)
    }
    most_of = [
        share * systems.get(phase.generation, systems[FIRST]).accelerators
        for share, phase in zip(shares, months, strict=True)
    ]
    crowded = _crowded(sold, most_of)
    for generation, system in systems.items():
        installed, kind = system.accelerators, f" of {generation}" if generations else ""
        expected = f"at most the {installed:,.0f} accelerators{kind} installed"
        own = {
            name: [part for part in parts if months[part[0]].generation == generation] for name, parts in sold.items()
        }
        most, month = _peak([part for parts in own.values() for part in parts])
        if most > installed * TOLERANCE:
            last = [name for name, parts in own.items() if any(first <= month < end for _, first, end, _ in parts)][-1]
            given = f"{most:,.0f} sold in all contracts in {month_name(month)}"
            yield at.problem("oversold", f"offtake.{last}.accelerators", given, expected)
            crowded = None
        for name, terms in offtake.items():
            bound = schedule.bound(terms, months)
            here = bound and months[bound[0]].generation == generation
            if isinstance(terms, Floor) and here and terms.accelerators > installed * TOLERANCE:
                yield at.wrong("oversold", f"offtake.{name}.accelerators", expected)
    if crowded:
        place, most, month, last = crowded
        given = f"{most:,.0f} sold of {months[place].name} in {month_name(month)}"
        expected = f"at most the {most_of[place]:,.0f} accelerators of that phase"
        yield at.problem("oversold", f"offtake.{last}.accelerators", given, expected)


def _let(at: Places, months: Months, delivered: Sequence[int], build: Build, offtake: Mapping[str, Contract]) -> Found:
    sizes = [_building(phase, build) for phase in months]
    if not all(sizes):  # halls that there are not
        return
    let = {
        name: _parts(months, delivered, sizes, terms, terms.power)
        for name, terms in offtake.items()
        if isinstance(terms, (LeaseTerms, Mining))
    }
    capacity = sum(hall.it_capacity for hall in build.halls.values())
    most, month = _peak([part for parts in let.values() for part in parts])
    crowded = _crowded(let, [size / sum(sizes) * capacity for size in sizes])
    if most > capacity * TOLERANCE:
        last = [name for name, parts in let.items() if any(first <= month < end for _, first, end, _ in parts)][-1]
        given = f"{most:,.0f} kW let in all leases in {month_name(month)}"
        yield at.problem("oversold", f"offtake.{last}.power", given, f"at most the halls' {capacity:,.0f} kW")
    elif crowded:
        place, most, month, last = crowded
        given = f"{most:,.0f} kW let of {months[place].name} in {month_name(month)}"
        expected = f"at most the {sizes[place] / sum(sizes) * capacity:,.0f} kW of its halls"
        yield at.problem("oversold", f"offtake.{last}.power", given, expected)


def _building(phase: schedule.Milestone, build: Build) -> float:
    """What a phase takes of the building: its halls, else by its power."""
    if not phase.halls:
        return phase.power
    if isinstance(phase.halls, Mapping):
        return sum(phase.halls.values())
    return sum(build.halls[name].it_capacity for name in phase.halls if name in build.halls)


CHECKS: tuple[Callable[..., Found], ...] = (
    _building_lease,
    _taken,
    _starts,
    _prices,
    _ends,
    _exits,
    _events,
    _hazards,
    _guarantees,
    _oversold,
    _let,
)
