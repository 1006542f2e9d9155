"""What the chapters of a file must agree on: dates in order, loads within limits, nothing sold twice.

A check is a function whose parameters are the chapters it needs; it runs when those could be read, whatever else is
wrong with the file, so that all problems show at once. What needs the library is checked when it is resolved.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from computefactory.errors import Problem
from computefactory.finance.loans import STATED
from computefactory.plant.inputs import FIRST
from computefactory.schema import schedule
from computefactory.schema.build import Build
from computefactory.schema.capital import DRAW_ORDERS, CapitalChapter, DebtChapter, Owner
from computefactory.schema.contracts import (
    Contract,
    FirmTerms,
    Floor,
    HourTerms,
    LeaseTerms,
    Mining,
    OfftakeTerms,
    OnDemand,
)
from computefactory.schema.currency import rate_of
from computefactory.schema.events import DefaultEvent, Event, ExitEvent, LateEvent
from computefactory.schema.power import PhaseChapter, PowerChapter
from computefactory.schema.problems import Places, near
from computefactory.schema.series import HOURS
from computefactory.schema.silicon import Anchor, SiliconChapter, SiliconOfGeneration
from computefactory.schema.supply import (
    BatteryChapter,
    InterruptibleChapter,
    PpaChapter,
    TariffChapter,
    WholesaleChapter,
)
from computefactory.schema.types import Chapter
from computefactory.timeline import month_name, month_number

__all__ = ["check"]

Found = Iterator[Problem]
TOLERANCE = 1 + 1e-9  # sums of the file's own figures, and the same figure in two units
NOT_PREPAID = ("revolver", "preferred")
BALLOONED = ("level", "equal_principal", "scheduled")
SUM_OF_SHARES = 1e-6  # of a loan: shares written to four digits of a per cent
PROFILED = ("sculpted", "delayed_draw", "level", "equal_principal")
AGE = re.compile(r"\d{1,3} months?")


def check(chapters: Mapping[str, object], places: Places) -> list[Problem]:
    """All problems between the chapters that could be read."""
    problems: list[Problem] = []
    for one in _CHECKS:
        names = [name for name in inspect.signature(one).parameters if name != "at"]
        if all(chapters.get(name) is not None for name in names):
            problems.extend(one(at=places, **{name: chapters[name] for name in names}))
    return problems


Phases = Mapping[str, PhaseChapter]
Generations = Mapping[str, SiliconOfGeneration]


def _exchange_rates(at: Places, capital: CapitalChapter) -> Found:
    for code in capital.fx or {}:
        path = f"capital.fx.{code}"
        given = at.given(path)
        if "/" in given and rate_of(given.strip("'\""), code) is None:
            yield at.problem("not_a_quantity", path, given, f"a rate of {code} against USD: 1.08 USD/{code}")


def _loan_currencies(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        if debt.currency is not None and debt.currency not in (capital.fx or {}):
            hint = f"state capital.fx: {{{debt.currency}: … USD/{debt.currency}}}"
            expected = "a currency with a rate in capital.fx"
            yield at.problem("no_rate", f"capital.debt.{name}.currency", debt.currency, expected, hint)


def _milestones(at: Places, power: PowerChapter, phases: Phases) -> Found:
    if (power.energised is None) == (not phases):
        given = "missing" if power.energised is None else "power.energised and phases"
        path = "power.energised" if power.energised is None else "phases"
        yield at.problem("one_of", path, given, "power.energised, or the chapter phases")
    energised = power.energised or {}
    before: tuple[str, int] | None = None
    for name, reached in energised.items():
        path = f"power.energised.{name}"
        month = month_number(name)
        if before and month <= before[1]:
            yield at.problem("dates_out_of_order", path, name, f"a month after {before[0]}", "in order of time")
        if before and reached * TOLERANCE < energised[before[0]]:
            least = at.given(f"power.energised.{before[0]}")
            hint = "milestones are cumulative: state all that is energised by then"
            yield at.wrong("not_cumulative", path, f"at least the {least} of {before[0]}", hint)
        before = (name, month)
    if (energised or phases) and not any([*energised.values(), *(each.power for each in phases.values())]):
        path = "power.energised" if energised else "phases"
        yield at.problem("out_of_range", path, "no power", "a milestone above 0")


def _connection(at: Places, power: PowerChapter, phases: Phases) -> Found:
    grid = power.interconnection
    limit = "capacity" if grid.reserved is None else "reserved"
    for name in ("reserved", "firm"):
        value = getattr(grid, name)
        if value is not None and value > grid.capacity * TOLERANCE:
            path = f"power.interconnection.{name}"
            most = at.given("power.interconnection.capacity")
            yield at.wrong("above_limit", path, f"at most the capacity of the connection, {most}")
    most = at.given(f"power.interconnection.{limit}")
    expected = f"at most what the connection has {'reserved' if limit == 'reserved' else 'in all'}, {most}"
    for name, reached in (power.energised or {}).items():
        if reached > getattr(grid, limit) * TOLERANCE:
            yield at.wrong("above_limit", f"power.energised.{name}", expected)
    total = sum(each.power for each in phases.values())
    if total > getattr(grid, limit) * TOLERANCE:
        yield at.problem("above_limit", "phases", f"{total:,.0f} kW in all phases", expected)


def _phases(
    at: Places, power: PowerChapter, phases: Phases, silicon: SiliconChapter, generations: Generations
) -> Found:
    """Accelerators stated for all phases or none, none without power; accepted not before power and silicon."""
    stated = {name: each.accelerators for name, each in phases.items() if each.accelerators is not None}
    for name in phases.keys() - stated.keys() if stated else ():
        yield at.problem("missing", f"phases.{name}.accelerators", "missing", "given for every phase or for none")
    for generation, system in schedule.systems(silicon, generations).items() if len(stated) == len(phases) else ():
        total = sum(count for name, count in stated.items() if (phases[name].generation or FIRST) == generation)
        if stated and not _same(total, system.accelerators):
            given = f"{total:,.0f} in all phases" + (f" of {generation}" if generations else "")
            expected = f"the {at.given(f'{schedule.chapter_of(generation)}.accelerators')} installed"
            yield at.problem("above_limit", "phases", given, expected)
    for name, count in stated.items():
        if count and not phases[name].power:
            yield at.problem("no_power", f"phases.{name}.power", "no power", "power for its accelerators")
    months = schedule.milestones(power, phases)
    for phase, delivered in zip(
        months, schedule.deliveries(schedule.systems(silicon, generations), power, months), strict=True
    ):
        needed = {
            "it is energised": phase.planned,
            "it is handed over": phase.handed_over or phase.planned,
            "it is delivered": delivered,
        }
        event = max(needed, key=needed.__getitem__)
        if phase.accepted is not None and phase.accepted < needed[event]:
            expected = f"not before {event}, {month_name(needed[event])}"
            yield at.wrong("dates_out_of_order", f"phases.{phase.name}.accepted", expected)


def _phases_halls(at: Places, phases: Phases, build: Build) -> Found:
    """Halls that there are, stated for all phases or none, filled by them all in all, each by one generation."""
    taken: dict[str, float] = {}
    stated = {name: each for name, each in phases.items() if each.halls is not None}
    for name in phases.keys() - stated.keys() if stated else ():
        yield at.problem("missing", f"phases.{name}.halls", "missing", "given for every phase or for none")
    for name, each in stated.items():
        for place, hall in enumerate(each.halls or ()):
            part = each.halls[hall] if isinstance(each.halls, Mapping) else None
            where = f"phases.{name}.halls.{place if part is None else hall}"
            if hall not in build.halls:
                yield at.problem("unknown_name", where, hall, "a hall of build.halls", near(hall, list(build.halls)))
                continue
            most = build.halls[hall].it_capacity
            taken[hall] = taken.get(hall, 0.0) + (most if part is None else part)
            others = {other.generation for other in stated.values() if hall in (other.halls or ())}
            if taken[hall] > most * TOLERANCE:
                hint = "state how much of it each takes: {north: 20 MW}"
                yield at.problem(
                    "overlap", where, f"{taken[hall]:,.0f} kW of {hall}", f"at most its {most:,.0f} kW", hint
                )
            elif len(others) > 1:
                yield at.problem("overlap", where, hall, "a hall of one generation of silicon")
        yield from _silicon_of_halls(at, name, each, build)
    for hall, each_hall in build.halls.items() if stated and len(stated) == len(phases) else ():
        if taken.get(hall, 0.0) * TOLERANCE < each_hall.it_capacity:
            given, expected = f"{taken.get(hall, 0.0):,.0f} kW of {hall}", f"all of its {each_hall.it_capacity:,.0f} kW"
            yield at.problem("missing", "phases", given, expected, "fill it by a phase")


def _silicon_of_halls(at: Places, name: str, phase: PhaseChapter, build: Build) -> Found:
    """Accelerators of a phase that fills whole halls are those that stand there, where the halls say so."""
    whole = () if isinstance(phase.halls, Mapping) else phase.halls or ()
    counts = [build.halls[hall].accelerators for hall in whole if hall in build.halls]
    known = [count for count in counts if count is not None]
    if known and len(known) == len(counts) and not _same(phase.accelerators or 0.0, sum(known)):
        given = "missing" if phase.accelerators is None else f"{phase.accelerators:,.0f}"
        expected = f"the {sum(known):,.0f} accelerators of its halls"
        yield at.problem("contradiction", f"phases.{name}.accelerators", given, expected)


def _building_lease(
    at: Places,
    power: PowerChapter,
    phases: Phases,
    silicon: SiliconChapter,
    generations: Generations,
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
    months = schedule.milestones(power, phases)
    delivered = schedule.deliveries(schedule.systems(silicon, generations), power, months)
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


def _generations(
    at: Places,
    silicon: SiliconChapter,
    generations: Generations,
    phases: Phases,
    power: PowerChapter,
    offtake: Mapping[str, Contract],
) -> Found:
    """Each phase holds a generation that there is, each generation stands in a phase, each contract sells one."""
    known = [FIRST, *generations]
    expected = f"a generation: {', '.join(known)}"
    for name, each in phases.items():
        if each.generation is not None and each.generation not in known:
            hint = near(each.generation, known)
            yield at.problem("unknown_name", f"phases.{name}.generation", each.generation, expected, hint)
    months = schedule.milestones(power, phases)
    for name, terms in offtake.items():
        if isinstance(terms, HourTerms):
            yield from _sold_generation(at, name, terms, known, months)
    if not generations:
        return
    if FIRST in generations:
        hint = "the first generation is described in the chapter silicon"
        yield at.problem("not_allowed", f"generations.{FIRST}", FIRST, "a name of its own", hint)
    if not phases:
        hint = "phases: {one: {energised: 2026-12, power: 50 MW, halls: [a], generation: ...}}"
        yield at.problem("missing", "phases", "missing", "the phases that each generation stands in", hint)
        return
    for name, each in phases.items():
        if each.halls is None:
            yield at.problem("missing", f"phases.{name}.halls", "missing", "the halls that its generation stands in")
    standing = {each.generation or FIRST for each in phases.values()}
    for name in known:
        if name not in standing:
            yield at.problem("missing", schedule.chapter_of(name), f"no phase of {name}", "a phase that names it")
    if not silicon.accelerators:
        yield at.wrong("out_of_range", "silicon.accelerators", "accelerators, where another generation stands beside")


def _sold_generation(
    at: Places, name: str, terms: HourTerms, known: list[str], months: Sequence[schedule.Milestone]
) -> Found:
    """A contract names a generation that there is and that its phases hold; where there are several it names one."""
    path = f"offtake.{name}.generation"
    taken = {phase.generation for phase in months if terms.phases is None or phase.name in terms.phases}
    if terms.generation is not None and terms.generation not in known:
        expected = f"a generation: {', '.join(known)}"
        yield at.problem("unknown_name", path, terms.generation, expected, near(terms.generation, known))
    elif terms.generation is not None and terms.generation not in taken:
        yield at.problem("contradiction", path, terms.generation, f"the generation of its phases, {', '.join(taken)}")
    elif terms.generation is None and len(taken) > 1:
        yield at.problem("missing", path, "missing", f"which it sells: {', '.join(known)}", "a contract for each")


def _taken(at: Places, phases: Phases, power: PowerChapter, offtake: Mapping[str, Contract]) -> Found:
    """Contracts take phases that there are, with power, and with silicon where that is what they take."""
    known = list(phases or power.energised or {})
    months = schedule.milestones(power, phases)
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


def _same(left: float, right: float) -> bool:
    """Equal but for the rounding of sums."""
    return right / TOLERANCE <= left <= right * TOLERANCE


def _supply(at: Places, power: PowerChapter) -> Found:
    """Each source states its price once; somebody sells power; contracts for difference have a price to settle on."""
    for name, each in power.supply.items():
        path = f"power.supply.{name}"
        if isinstance(each, TariffChapter):
            stated = [field for field in ("energy", "periods", "hourly") if getattr(each, field) is not None]
            if len(stated) > 1:
                yield at.problem("one_of", f"{path}.{stated[1]}", " and ".join(stated), "one of them")
            elif not stated and each.carries != "delivery":
                hint = "such as 34 USD/MWh"
                yield at.problem("one_of", f"{path}.energy", "missing", "energy, periods or hourly", hint)
        if isinstance(each, WholesaleChapter) and (each.hourly is None) == (each.market is None):
            given = "missing" if each.hourly is None else "hourly and market"
            yield at.problem("one_of", f"{path}.hourly", given, "hourly or market")
        if isinstance(each, InterruptibleChapter) and each.hours > HOURS:
            yield at.wrong("above_limit", f"{path}.hours", f"at most the {HOURS:,} hours of a year")
        if isinstance(each, PpaChapter) and each.shape and each.profile:
            yield at.problem("one_of", f"{path}.profile", "shape and profile", "one of them")
    sellers = [each for each in power.supply.values() if not isinstance(each, (BatteryChapter, InterruptibleChapter))]
    power_of = [each for each in sellers if not (isinstance(each, TariffChapter) and each.carries == "delivery")]
    if not [each for each in power_of if not (isinstance(each, PpaChapter) and each.settlement == "virtual")]:
        given = ", ".join(each.kind for each in power.supply.values())
        expected = "a source that sends power: a tariff, a market, a physical ppa or plant"
        yield at.problem("no_power", "power.supply", given, expected)
    priced = [each for each in power_of if isinstance(each, (TariffChapter, WholesaleChapter))]
    for name, each in power.supply.items():
        if isinstance(each, PpaChapter) and each.settlement == "virtual" and not priced:
            path, hint = f"power.supply.{name}.settlement", "add the market, or a tariff"
            yield at.problem("not_allowed", path, "virtual", "a price at the site to settle against", hint)


def _spending(at: Places, power: PowerChapter, phases: Phases, build: Build) -> Found:
    months = schedule.milestones(power, phases)
    if not months:
        return
    last = max(months, key=lambda item: item.month)
    if build.spending.start > last.month:
        yield at.wrong("dates_out_of_order", "build.spending.start", f"no later than the last milestone, {last.name}")
    elif build.spending.duration is not None:
        end = build.spending.start + int(build.spending.duration) - 1
        if end > last.month:
            path = "build.spending.duration"
            given = f"{at.given(path)} from {month_name(build.spending.start)}: complete in {month_name(end)}"
            hint = f"at most {last.month - build.spending.start + 1} months"
            yield at.problem("dates_out_of_order", path, given, f"no later than the last milestone, {last.name}", hint)


def _silicon(at: Places, silicon: SiliconChapter, generations: Generations) -> Found:
    for name, system in schedule.systems(silicon, generations).items():
        yield from _system(at, schedule.chapter_of(name), system)


def _system(at: Places, path: str, silicon: SiliconChapter) -> Found:
    if silicon.price is not None and silicon.total_price is not None:
        yield at.problem("one_of", f"{path}.total_price", "price and total_price", "one of them")
    if silicon.spares is not None and silicon.spares >= silicon.accelerators:
        expected = f"fewer than the {at.given(f'{path}.accelerators')} installed"
        yield at.wrong("above_limit", f"{path}.spares", expected)
    if silicon.noncompute_share is not None and silicon.noncompute_share >= 1:
        yield at.wrong("above_limit", f"{path}.noncompute_share", "below 100 %: something must compute")
    if isinstance(silicon.delivered, Anchor) and silicon.delivered.after != "energised":
        yield at.wrong("not_allowed", f"{path}.delivered.after", "energised, or a month")
    for before, after in pairwise(silicon.refresh or ()):
        if after <= before:
            yield at.problem("dates_out_of_order", f"{path}.refresh", f"{after:g} after {before:g}", "rising months")


def _halls(at: Places, silicon: SiliconChapter, generations: Generations, phases: Phases, build: Build) -> Found:
    """Accelerators stated for all halls or none, and as many as are installed of each generation."""
    stated = {name: hall.accelerators for name, hall in build.halls.items() if hall.accelerators is not None}
    if not stated:
        return
    for name in build.halls.keys() - stated.keys():
        yield at.problem("missing", f"build.halls.{name}.accelerators", "missing", "given for every hall or for none")
    if len(stated) < len(build.halls):
        return
    standing = {hall: each.generation or FIRST for each in phases.values() for hall in each.halls or ()}
    for generation, system in schedule.systems(silicon, generations).items():
        total = sum(count for name, count in stated.items() if standing.get(name, FIRST) == generation)
        if not _same(total, system.accelerators):
            given = f"{total:,.0f} in all halls" + (f" of {generation}" if generations else "")
            expected = f"the {at.given(f'{schedule.chapter_of(generation)}.accelerators')} installed"
            yield at.problem("above_limit", "build.halls", given, expected)


def _starts(
    at: Places,
    power: PowerChapter,
    phases: Phases,
    silicon: SiliconChapter,
    generations: Generations,
    offtake: Mapping[str, Contract],
) -> Found:
    months = schedule.milestones(power, phases)
    delivered = schedule.deliveries(schedule.systems(silicon, generations), power, months)
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
        if isinstance(terms, LeaseTerms) and terms.tenant_funding is not None:
            yield from _one_of(at, f"{path}.tenant_funding", "amount", "per_power", terms.tenant_funding)
        if isinstance(terms, FirmTerms):
            yield from _billing(at, path, terms)
            yield from _prepayment(at, path, terms)
            yield from _service(at, path, terms)
        if (
            isinstance(terms.starts, Anchor)
            and terms.starts.after == "signed"
            and isinstance(terms, (OnDemand, Mining))
        ):
            yield at.wrong("not_allowed", f"{path}.starts.after", "energised, delivered or a month: nothing is signed")


def _ends(
    at: Places,
    power: PowerChapter,
    phases: Phases,
    silicon: SiliconChapter,
    generations: Generations,
    offtake: Mapping[str, Contract],
) -> Found:
    """A length or a last month, which no part would start after if nothing were late."""
    planned = [replace(phase, month=phase.planned) for phase in schedule.milestones(power, phases)]
    begun = schedule.deliveries(schedule.systems(silicon, generations), power, planned)
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


def _service(at: Places, path: str, terms: FirmTerms) -> Found:
    level = terms.service_level
    if level is None:
        return
    where = f"{path}.service_level"
    below, credit = level.below or (), level.credit or ()
    if len(below) != len(credit):
        given = f"{len(below)} thresholds and {len(credit)} credits"
        yield at.problem("lengths_differ", f"{where}.credit", given, "one credit for each threshold")
    if not below and level.terminates is None:
        yield at.problem("missing", f"{where}.below", "missing", "thresholds and credits, or terminates")
    if any(after >= before for before, after in pairwise(below)):
        yield at.wrong("out_of_order", f"{where}.below", "falling thresholds")
    if any(after < before for before, after in pairwise(credit)):
        yield at.wrong("out_of_order", f"{where}.credit", "rising credits")
    breach = level.terminates
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


Part = tuple[int, int, int, float]  # phase, first month, month after the last, amount


def _parts(
    months: list[schedule.Milestone], delivered: list[int], sizes: list[float], terms: OfftakeTerms, amount: float
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
    power: PowerChapter,
    phases: Phases,
    silicon: SiliconChapter,
    generations: Generations,
    offtake: Mapping[str, Contract],
) -> Found:
    """What is sold at one time, in all and of each phase; a floor only promises to pay for what is left."""
    months = schedule.milestones(power, phases)
    every = schedule.systems(silicon, generations)
    delivered, shares = schedule.deliveries(every, power, months), schedule.shares(months)
    sold = {
        name: _parts(months, delivered, shares, terms, terms.accelerators)
        for name, terms in offtake.items()
        if isinstance(terms, HourTerms) and not isinstance(terms, Floor)
    }
    most_of = [
        share * every.get(phase.generation, silicon).accelerators for share, phase in zip(shares, months, strict=True)
    ]
    crowded = _crowded(sold, most_of)
    for generation, system in every.items():
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


def _let(
    at: Places,
    power: PowerChapter,
    phases: Phases,
    silicon: SiliconChapter,
    generations: Generations,
    build: Build,
    offtake: Mapping[str, Contract],
) -> Found:
    months = schedule.milestones(power, phases)
    delivered = schedule.deliveries(schedule.systems(silicon, generations), power, months)
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


def _end(debt: DebtChapter) -> int:
    """The month at whose end nothing is owed."""
    return debt.matures if debt.prepaid is None else debt.prepaid


def _kind(debt: DebtChapter) -> str:
    return debt.kind or ("scheduled" if debt.repayment or debt.repayment_amounts else "sculpted")


def _tranche_dates(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        if debt.closes is not None and debt.matures <= debt.closes:
            after = at.given(f"{path}.closes")
            yield at.wrong("dates_out_of_order", f"{path}.matures", f"a month after it closes, {after}")
        if debt.available_until is not None:
            where, closes = f"{path}.available_until", debt.closes
            if closes is not None and debt.available_until < closes:
                yield at.wrong("dates_out_of_order", where, f"the month it closes or later, {month_name(closes)}")
            if debt.available_until > debt.matures:
                yield at.wrong("dates_out_of_order", where, f"a month before it matures, {month_name(debt.matures)}")
        if debt.prepaid is not None and debt.prepaid >= debt.matures:
            before = at.given(f"{path}.matures")
            yield at.wrong("dates_out_of_order", f"{path}.prepaid", f"a month before it matures, {before}")
        if debt.amortises_until is not None:
            where = f"{path}.amortises_until"
            if debt.amortises_until <= debt.matures:
                after = at.given(f"{path}.matures")
                yield at.wrong("dates_out_of_order", where, f"a month after it matures, {after}")
            if _kind(debt) not in PROFILED:
                yield at.wrong("not_allowed", where, f"one of the kinds {', '.join(PROFILED)}")


def _draw_orders(at: Places, capital: CapitalChapter) -> Found:
    stated = {name: debt.draw_order for name, debt in capital.debt.items() if debt.draw_order is not None}
    first = next(iter(stated.values()), ("prepayment", "debt", "equity"))
    taxes = {name: debt.sizing_tax for name, debt in capital.debt.items() if debt.sizing_tax is not None}
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        if debt.draw_order is not None and debt.draw_order not in DRAW_ORDERS:
            allowed = " or ".join(f"[{', '.join(order)}]" for order in DRAW_ORDERS)
            yield at.problem("not_allowed", f"{path}.draw_order", f"[{', '.join(debt.draw_order)}]", allowed)
        elif debt.draw_order not in (None, first):
            given = f"[{', '.join(debt.draw_order or ())}]"
            yield at.problem("contradiction", f"{path}.draw_order", given, f"[{', '.join(first)}], as the first says")
        if debt.sizing_tax not in (None, next(iter(taxes.values()), None)):
            yield at.wrong("contradiction", f"{path}.sizing_tax", "one for all tranches")


def _tranche_amounts(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path, kind = f"capital.debt.{name}", _kind(debt)
        stated = [field for field in ("amount", "share") if getattr(debt, field) is not None]
        if kind in STATED:
            if not stated:
                hint = "the amount of this kind is not sized on cash"
                yield at.problem("one_of", f"{path}.amount", "missing", "amount or share", hint)
            if len(stated) > 1:
                yield at.problem("one_of", f"{path}.share", "amount and share", "one of them")
        for field in stated if kind not in STATED else ():
            hint = "it is sized; max_commitment caps it"
            yield at.wrong("not_allowed", f"{path}.{field}", "none", hint)
        if kind in NOT_PREPAID and debt.sweep is not None:
            yield at.wrong("not_allowed", f"{path}.sweep", f"none for the kind {kind}")


def _schedules(at: Places, capital: CapitalChapter) -> Found:
    """A stated schedule repays all of the loan with its balloon, within its life."""
    for name, debt in capital.debt.items():
        path, stated = f"capital.debt.{name}", debt.repayment or debt.repayment_amounts
        if debt.repayment and debt.repayment_amounts:
            yield at.problem("one_of", f"{path}.repayment_amounts", "shares and amounts", "one of them")
        if (_kind(debt) == "scheduled") != bool(stated):
            if stated:
                where = f"{path}.{'repayment' if debt.repayment else 'repayment_amounts'}"
                yield at.problem("not_allowed", where, _kind(debt), "kind: scheduled beside it")
            else:
                yield at.problem("missing", f"{path}.repayment", "missing", "repayment, or repayment_amounts, by month")
        if debt.balloon is not None and _kind(debt) not in BALLOONED:
            hint = "of a sculpted loan state amortises_until: what is owed at maturity is a balloon"
            yield at.wrong("not_allowed", f"{path}.balloon", f"one of the kinds {', '.join(BALLOONED)}", hint)
        if debt.balloon is not None and debt.balloon >= 1:
            yield at.wrong(
                "out_of_range", f"{path}.balloon", "below 100 %", "kind: bullet repays all of it at maturity"
            )
        for month in stated or ():
            if not _is_month(month):
                continue
            where = f"{path}.{'repayment' if debt.repayment else 'repayment_amounts'}.{month}"
            if month_number(month) > debt.matures:
                expected = f"a month no later than it matures, {month_name(debt.matures)}"
                yield at.problem("dates_out_of_order", where, month, expected, key=True)
        if debt.repayment:
            repaid = sum(debt.repayment.values()) + (debt.balloon or 0.0)
            if abs(repaid - 1) > SUM_OF_SHARES:
                given, hint = f"{repaid:.4%} with the balloon", "balloon: the share that is left at maturity"
                yield at.problem("unpaid_at_maturity", f"{path}.repayment", given, "100 % of the commitment", hint)


def _margins(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        for field in ("margin", "margin_steps", "hedge"):
            if debt.rate is not None and getattr(debt, field) is not None:
                yield at.problem("one_of", f"{path}.{field}", f"rate and {field}", "a fixed rate, or a margin")
        if _kind(debt) == "preferred" and debt.rate is None:
            yield at.problem("missing", f"{path}.rate", "missing", "the coupon of preferred equity")
        for step in debt.margin_steps or ():
            if not AGE.fullmatch(step) and not _is_month(step):
                where, expected = f"{path}.margin_steps.{step}", "a month (2028-06) or an age (24 months) as its name"
                yield at.problem("not_a_date", where, step, expected, key=True)
    for step in capital.base_curve or ():
        if not _is_month(step):
            where = f"capital.base_curve.{step}"
            yield at.problem("not_a_date", where, step, "a month such as 2028-06 as its name", key=True)


def _is_month(text: str) -> bool:
    try:
        month_number(text)
    except ValueError:
        return False
    return True


def _refinancing(at: Places, capital: CapitalChapter) -> Found:
    names = list(capital.debt)
    waiting: str | None = None  # the refinancing that the tranches so far wait for
    for rank, (name, debt) in enumerate(capital.debt.items()):
        path, by, kind = f"capital.debt.{name}", debt.refinanced_by, _kind(debt)
        if waiting == name:
            waiting = None
        if debt.make_whole is not None and debt.prepaid is None:
            hint = "prepaid: the month in which it is repaid early"
            yield at.problem("not_allowed", f"{path}.make_whole", "nothing is prepaid", "prepaid beside it", hint)
        if by is None:
            if debt.prepaid:
                hint = "refinanced_by: the later tranche that repays it"
                given = f"a loan that still owes in {month_name(_end(debt))}"
                yield at.problem("unpaid_at_maturity", f"{path}.prepaid", given, "something that repays it", hint)
            continue
        where = f"{path}.refinanced_by"
        if by not in names[rank + 1 :]:
            expected = "a tranche that stands below this one"
            yield at.problem("unknown_name", where, by, expected, near(by, names[rank + 1 :]))
            continue
        if waiting not in (None, by):
            hint = f"put {by} right below what it repays"
            yield at.problem("not_allowed", where, by, f"{waiting}, which still has to follow", hint)
        waiting = by
        later = capital.debt[by]
        if kind in ("sweep", *NOT_PREPAID) or _kind(later) in NOT_PREPAID:
            yield at.problem("not_allowed", where, f"{kind} by {_kind(later)}", "loans with a schedule on both sides")
        if later.closes is not None and later.closes != _end(debt):
            closes, expected = f"capital.debt.{by}.closes", f"{month_name(_end(debt))}, when {name} ends"
            yield at.wrong("dates_out_of_order", closes, expected)
        if later.matures <= _end(debt):
            matures, expected = f"capital.debt.{by}.matures", f"a month after {name} ends, {month_name(_end(debt))}"
            yield at.wrong("dates_out_of_order", matures, expected)


def _tranche_milestones(at: Places, power: PowerChapter, phases: Phases, capital: CapitalChapter) -> Found:
    last = max((item.planned for item in schedule.milestones(power, phases)), default=0)
    if not last:
        return
    later = {debt.refinanced_by for debt in capital.debt.values()}
    for name, debt in capital.debt.items():
        for field in ("closes", "matures", "prepaid"):
            month, path = getattr(debt, field), f"capital.debt.{name}.{field}"
            before = field == "closes" and name not in later
            if month is not None and (month > last if before else month <= last):
                expected = f"{'no later than' if before else 'after'} the last milestone, {month_name(last)}"
                yield at.wrong("dates_out_of_order", path, expected)


def _rents(at: Places, capital: CapitalChapter, offtake: Mapping[str, Contract]) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        repaying = [terms for contract, terms in offtake.items() if debt.offtaker in (None, contract)]
        if debt.secures == "rent" and not any(isinstance(terms, LeaseTerms) for terms in repaying):
            hint = "silicon, durable or all: what it is lent on"
            yield at.problem(
                "not_allowed", f"{path}.secures", "rent, and nothing is let", "a lease that repays it", hint
            )
        if debt.cap_rate is not None and debt.secures != "rent":
            yield at.wrong("not_allowed", f"{path}.cap_rate", "secures: rent beside it")


def _offtakers(at: Places, capital: CapitalChapter, offtake: Mapping[str, Contract]) -> Found:
    taken: dict[str, str] = {}
    for name, debt in capital.debt.items():
        if debt.offtaker is None:
            continue
        path, given = f"capital.debt.{name}.offtaker", debt.offtaker
        if given not in offtake:
            yield at.problem("unknown_name", path, given, "a contract under offtake", near(given, list(offtake)))
        elif isinstance(offtake[given], (OnDemand, Mining)):
            yield at.problem("not_allowed", path, given, "a contract that is paid whether it is used or not")
        elif taken.setdefault(given, name) != name:
            hint = f"{taken[given]} already is; leave the offtaker out to share all receipts"
            yield at.problem("contradiction", path, given, "one tranche repaid from a contract", hint)


def _sources(at: Places, sources: Mapping[str, tuple[str, ...]]) -> Found:
    known = at.paths
    covered: dict[str, str] = {}
    for source, paths in sources.items():
        for place, path in enumerate(paths):
            where = f"sources.{source}.{place}"
            if path not in known:
                yield at.problem("unknown_path", where, path, "a path of this file", near(path, known))
            elif covered.setdefault(path, source) != source:
                yield at.problem("duplicate_key", where, path, "one source a path", f"already under {covered[path]}")


_CHECKS: tuple[Callable[..., Found], ...] = (
    *(
        _milestones,
        _phases,
        _phases_halls,
        _building_lease,
        _taken,
        _exchange_rates,
        _loan_currencies,
        _connection,
        _supply,
        _spending,
        _silicon,
        _generations,
        _halls,
        _starts,
    ),
    *(_prices, _ends, _exits, _events, _hazards, _guarantees, _oversold, _let),
    *(
        _tranche_dates,
        _draw_orders,
        _tranche_amounts,
        _schedules,
        _margins,
        _refinancing,
        _tranche_milestones,
        _rents,
        _offtakers,
    ),
    _sources,
)
