"""What is built: milestones, phases, halls, silicon and supply must agree in date and size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from computefactory.errors import Problem
from computefactory.plant.inputs.clusters import FIRST
from computefactory.schema import schedule
from computefactory.schema.build import Build
from computefactory.schema.contracts import (
    Contract,
    HourTerms,
)
from computefactory.schema.power import PhaseChapter, PowerChapter
from computefactory.schema.problems import Places, near
from computefactory.schema.schedule import Phases, Systems
from computefactory.schema.series import HOURS
from computefactory.schema.silicon import Anchor, SiliconChapter, SiliconOfGeneration
from computefactory.schema.supply import (
    BatteryChapter,
    GenerationChapter,
    InterruptibleChapter,
    PpaChapter,
    TariffChapter,
    WholesaleChapter,
)
from computefactory.timeline import month_name, month_number

__all__ = ["CHECKS"]

Found = Iterator[Problem]
TOLERANCE = 1 + 1e-9  # sums of the file's own figures, and the same figure in two units
Months = Sequence[schedule.Milestone]
Generations = Mapping[str, SiliconOfGeneration]


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
    if grid.wait and not grid.wait.low <= grid.wait.likely <= grid.wait.high:
        yield at.wrong("above_limit", "power.interconnection.wait.likely", "no less than low and no more than high")
    for name, reached in (power.energised or {}).items():
        if reached > getattr(grid, limit) * TOLERANCE:
            yield at.wrong("above_limit", f"power.energised.{name}", expected)
    total = sum(each.power for each in phases.values())
    if total > getattr(grid, limit) * TOLERANCE:
        yield at.problem("above_limit", "phases", f"{total:,.0f} kW in all phases", expected)


def _phases(
    at: Places, phases: Phases, systems: Systems, generations: Generations, months: Months, delivered: Sequence[int]
) -> Found:
    """Accelerators stated for all phases or none, none without power; accepted not before power and silicon."""
    stated = {name: each.accelerators for name, each in phases.items() if each.accelerators is not None}
    for name in phases.keys() - stated.keys() if stated else ():
        yield at.problem("missing", f"phases.{name}.accelerators", "missing", "given for every phase or for none")
    for generation, system in systems.items() if len(stated) == len(phases) else ():
        total = sum(count for name, count in stated.items() if (phases[name].generation or FIRST) == generation)
        if stated and not _same(total, system.accelerators):
            given = f"{total:,.0f} in all phases" + (f" of {generation}" if generations else "")
            expected = f"the {at.given(f'{schedule.chapter_of(generation)}.accelerators')} installed"
            yield at.problem("above_limit", "phases", given, expected)
    for name, count in stated.items():
        if count and not phases[name].power:
            yield at.problem("no_power", f"phases.{name}.power", "no power", "power for its accelerators")
    for phase, comes in zip(months, delivered, strict=True):
        needed = {
            "it is energised": phase.planned,
            "it is handed over": phase.handed_over or phase.planned,
            "it is delivered": comes,
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


def _generations(
    at: Places,
    silicon: SiliconChapter,
    generations: Generations,
    phases: Phases,
    months: Months,
    offtake: Mapping[str, Contract],
) -> Found:
    """Each phase holds a generation that there is, each generation stands in a phase, each contract sells one."""
    known = [FIRST, *generations]
    expected = f"a generation: {', '.join(known)}"
    for name, each in phases.items():
        if each.generation is not None and each.generation not in known:
            hint = near(each.generation, known)
            yield at.problem("unknown_name", f"phases.{name}.generation", each.generation, expected, hint)
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


def _sold_generation(at: Places, name: str, terms: HourTerms, known: list[str], months: Months) -> Found:
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
        if isinstance(each, GenerationChapter) and each.unit is not None and each.unit > each.capacity:
            most = at.given(f"{path}.capacity")
            yield at.wrong("above_limit", f"{path}.unit", f"at most the rating of the plant, {most}")
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


def _spending(at: Places, months: Months, build: Build) -> Found:
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


def _silicon(at: Places, systems: Systems) -> Found:
    for name, system in systems.items():
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


def _halls(at: Places, systems: Systems, generations: Generations, phases: Phases, build: Build) -> Found:
    """Accelerators stated for all halls or none, as many as are installed of each generation; areas that fit."""
    for name, hall in build.halls.items():
        if hall.white_space and hall.building_area and hall.building_area < hall.white_space:
            most = at.given(f"build.halls.{name}.white_space")
            yield at.wrong("below_limit", f"build.halls.{name}.building_area", f"at least its white space, {most}")
    stated = {name: hall.accelerators for name, hall in build.halls.items() if hall.accelerators is not None}
    if not stated:
        return
    for name in build.halls.keys() - stated.keys():
        yield at.problem("missing", f"build.halls.{name}.accelerators", "missing", "given for every hall or for none")
    if len(stated) < len(build.halls):
        return
    standing = {hall: each.generation or FIRST for each in phases.values() for hall in each.halls or ()}
    for generation, system in systems.items():
        total = sum(count for name, count in stated.items() if standing.get(name, FIRST) == generation)
        if not _same(total, system.accelerators):
            given = f"{total:,.0f} in all halls" + (f" of {generation}" if generations else "")
            expected = f"the {at.given(f'{schedule.chapter_of(generation)}.accelerators')} installed"
            yield at.problem("above_limit", "build.halls", given, expected)


CHECKS: tuple[Callable[..., Found], ...] = (
    _milestones,
    _phases,
    _phases_halls,
    _connection,
    _supply,
    _spending,
    _silicon,
    _generations,
    _halls,
)
