"""What the chapters of a file must agree on: dates in order, loads within limits, nothing sold twice.

A check is a function whose parameters are the chapters it needs; it runs when those could be read, whatever else is
wrong with the file, so that all problems show at once. What needs the library is checked when it is resolved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from computefactory.errors import Problem
from computefactory.schema import checks_debt, schedule
from computefactory.schema.build import Build
from computefactory.schema.capital import CapitalChapter
from computefactory.schema.checks_book import BOOK
from computefactory.schema.contracts import Contract, HourTerms
from computefactory.schema.currency import rate_of
from computefactory.schema.power import PowerChapter
from computefactory.schema.problems import Places, near
from computefactory.schema.series import HOURS
from computefactory.schema.silicon import Anchor, SiliconChapter
from computefactory.schema.supply import (
    BatteryChapter,
    InterruptibleChapter,
    PpaChapter,
    TariffChapter,
    WholesaleChapter,
)
from computefactory.timeline import month_name, month_number

__all__ = ["check"]

Found = Iterator[Problem]
TOLERANCE = 1 + 1e-9  # sums of the file's own figures, and the same figure in two units


def check(chapters: Mapping[str, object], places: Places) -> list[Problem]:
    """All problems between the chapters that could be read."""
    problems: list[Problem] = []
    for one in _CHECKS:
        names = [name for name in inspect.signature(one).parameters if name != "at"]
        if all(chapters.get(name) is not None for name in names):
            problems.extend(one(at=places, **{name: chapters[name] for name in names}))
    return problems


def _months(power: PowerChapter) -> list[schedule.Milestone]:
    """The milestones, or none where one is no month (that is a problem of its own)."""
    try:
        return schedule.milestones(power)
    except ValueError:
        return []


def _rates(at: Places, capital: CapitalChapter) -> Found:
    for code in capital.fx or {}:
        path = f"capital.fx.{code}"
        given = at.given(path)
        if "/" in given and rate_of(given.strip("'\""), code) is None:
            yield at.problem("not_a_quantity", path, given, f"a rate of {code} against USD: 1.08 USD/{code}")


def _milestones(at: Places, power: PowerChapter) -> Found:
    for name in power.energised:
        try:
            month_number(name)
        except ValueError:
            path = f"power.energised.{name}"
            yield at.problem("not_a_date", path, name, "a month such as 2026-05 as the name of a milestone")
    before = None
    for item in _months(power):
        path = f"power.energised.{item.name}"
        if before and item.month <= before.month:
            yield at.problem("dates_out_of_order", path, item.name, f"a month after {before.name}", "in order of time")
        if before and power.energised[item.name] * TOLERANCE < power.energised[before.name]:
            given, least = at.given(path), at.given(f"power.energised.{before.name}")
            hint = "milestones are cumulative: state all that is energised by then"
            yield at.problem("not_cumulative", path, given, f"at least the {least} of {before.name}", hint)
        before = item
    if not any(power.energised.values()):
        yield at.problem("out_of_range", "power.energised", "no power", "a milestone above 0")


def _connection(at: Places, power: PowerChapter) -> Found:
    grid = power.interconnection
    limit = "capacity" if grid.reserved is None else "reserved"
    for name in ("reserved", "firm"):
        value = getattr(grid, name)
        if value is not None and value > grid.capacity * TOLERANCE:
            path = f"power.interconnection.{name}"
            most = at.given("power.interconnection.capacity")
            yield at.problem("above_limit", path, at.given(path), f"at most the capacity of the connection, {most}")
    for name, value in power.energised.items():
        if value > getattr(grid, limit) * TOLERANCE:
            path, most = f"power.energised.{name}", at.given(f"power.interconnection.{limit}")
            expected = f"at most what the connection has {'reserved' if limit == 'reserved' else 'in all'}, {most}"
            yield at.problem("above_limit", path, at.given(path), expected)


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
            given = at.given(f"{path}.hours")
            yield at.problem("above_limit", f"{path}.hours", given, f"at most the {HOURS:,} hours of a year")
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


def _spending(at: Places, power: PowerChapter, build: Build) -> Found:
    months = _months(power)
    if not months:
        return
    last = max(months, key=lambda item: item.month)
    if build.spending.start > last.month:
        path = "build.spending.start"
        yield at.problem("dates_out_of_order", path, at.given(path), f"no later than the last milestone, {last.name}")
    elif build.spending.duration is not None:
        end = build.spending.start + int(build.spending.duration) - 1
        if end > last.month:
            path = "build.spending.duration"
            given = f"{at.given(path)} from {month_name(build.spending.start)}: complete in {month_name(end)}"
            hint = f"at most {last.month - build.spending.start + 1} months"
            yield at.problem("dates_out_of_order", path, given, f"no later than the last milestone, {last.name}", hint)


def _silicon(at: Places, silicon: SiliconChapter) -> Found:
    if silicon.price is not None and silicon.total_price is not None:
        yield at.problem("one_of", "silicon.total_price", "price and total_price", "one of them")
    if silicon.spares is not None and silicon.spares >= silicon.accelerators:
        expected = f"fewer than the {at.given('silicon.accelerators')} installed"
        yield at.problem("above_limit", "silicon.spares", at.given("silicon.spares"), expected)
    if silicon.noncompute_share is not None and silicon.noncompute_share >= 1:
        path = "silicon.noncompute_share"
        yield at.problem("above_limit", path, at.given(path), "below 100 %: something must compute")
    if isinstance(silicon.delivered, Anchor) and silicon.delivered.after != "energised":
        path = "silicon.delivered.after"
        yield at.problem("not_allowed", path, at.given(path), "energised, or a month")
    for before, after in pairwise(silicon.refresh or ()):
        if after <= before:
            yield at.problem("dates_out_of_order", "silicon.refresh", f"{after:g} after {before:g}", "rising months")


def _halls(at: Places, silicon: SiliconChapter, build: Build) -> Found:
    stated = {name: hall.accelerators for name, hall in build.halls.items() if hall.accelerators is not None}
    if not stated:
        return
    for name in build.halls.keys() - stated.keys():
        yield at.problem("missing", f"build.halls.{name}.accelerators", "missing", "given for every hall or for none")
    total, installed = sum(stated.values()), silicon.accelerators
    if len(stated) == len(build.halls) and not installed / TOLERANCE <= total <= installed * TOLERANCE:
        given = f"{total:,.0f} in all halls"
        yield at.problem("above_limit", "build.halls", given, f"the {at.given('silicon.accelerators')} installed")


def _starts(at: Places, power: PowerChapter, silicon: SiliconChapter, offtake: Mapping[str, Contract]) -> Found:
    months = _months(power)
    delivered = schedule.deliveries(silicon, power, months)
    for name, terms in offtake.items():
        path = f"offtake.{name}.starts"
        needs_silicon = isinstance(terms, HourTerms)
        signed = schedule.signed_of(terms)
        late: Problem | None = None
        for phase, arrives, start in zip(months, delivered, schedule.starts(terms, months, delivered), strict=True):
            needed = {"it is energised": phase.month, "it is delivered": arrives if needs_silicon else start}
            if signed is not None:
                needed["it is signed"] = signed
            event = max(needed, key=needed.__getitem__)
            if start < needed[event]:
                given, hint = f"a start in {month_name(start)}", f"for the power of {phase.name}"
                expected = f"not before {event}, {month_name(needed[event])}"
                late = at.problem("dates_out_of_order", path, given, expected, hint)
        if late:
            yield late


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
    _milestones,
    _rates,
    _connection,
    _supply,
    _spending,
    _silicon,
    _halls,
    _starts,
    *BOOK,
    *checks_debt.CHECKS,
    _sources,
)
