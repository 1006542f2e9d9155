"""What contracts must agree on: one price each, terms within the tenor, nothing sold twice at one time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from computefactory.errors import Problem
from computefactory.schema import schedule
from computefactory.schema.build import Build
from computefactory.schema.capital import Owner
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
from computefactory.schema.power import PowerChapter
from computefactory.schema.problems import Places
from computefactory.schema.silicon import Anchor, SiliconChapter
from computefactory.timeline import month_name

__all__ = ["BOOK"]

Found = Iterator[Problem]
TOLERANCE = 1 + 1e-9
Offtake = Mapping[str, Contract]


def _prices(at: Places, offtake: Offtake) -> Found:
    for name, terms in offtake.items():
        path = f"offtake.{name}"
        if isinstance(terms, (FirmTerms, LeaseTerms)):
            if terms.price is not None and terms.total_value is not None:
                yield at.problem("one_of", f"{path}.total_value", "price and total_value", "one of them")
            if terms.price is None and terms.total_value is None:
                hint = "such as 2.90 USD/GPU-hour" if isinstance(terms, FirmTerms) else "such as 130 USD/kW-month"
                yield at.problem("one_of", f"{path}.price", "missing", "price or total_value", hint)
        if isinstance(terms, HourTerms) and terms.electricity_cap is not None and terms.electricity != "passed_through":
            where = f"{path}.electricity_cap"
            yield at.problem("not_allowed", where, at.given(where), "none, or electricity: passed_through")
        if isinstance(terms, FirmTerms):
            yield from _billing(at, path, terms)
            yield from _prepayment(at, path, terms)
            yield from _service(at, path, terms)
        if (
            isinstance(terms.starts, Anchor)
            and terms.starts.after == "signed"
            and isinstance(terms, (OnDemand, Mining))
        ):
            where, expected = f"{path}.starts.after", "energised, delivered or a month: nothing is signed"
            yield at.problem("not_allowed", where, at.given(where), expected)


def _billing(at: Places, path: str, terms: FirmTerms) -> Found:
    if terms.billing == "calendar" and terms.billing_hours is not None:
        where = f"{path}.billing_hours"
        yield at.problem("one_of", where, at.given(where), "none: billing is by the calendar")
    if terms.extension and terms.extension.notice > terms.tenor:
        where = f"{path}.extension.notice"
        yield at.problem("out_of_range", where, at.given(where), f"at most {terms.tenor:g} months: the tenor")


def _prepayment(at: Places, path: str, terms: FirmTerms) -> Found:
    paid = terms.prepayment
    if paid is None:
        return
    where = f"{path}.prepayment"
    if not 1 <= paid.credited_from <= terms.tenor:
        field = f"{where}.credited_from"
        yield at.problem("out_of_range", field, at.given(field), f"1 to {terms.tenor:g} months: the tenor")
    if (paid.share is None) == (paid.amount is None):
        given = "missing" if paid.share is None else "share and amount"
        yield at.problem("one_of", f"{where}.share", given, "share or amount")
    elif paid.amount is not None and terms.total_value is not None and paid.amount > terms.total_value * TOLERANCE:
        field = f"{where}.amount"
        expected = f"at most the value of the contract, {at.given(f'{path}.total_value')}"
        yield at.problem("above_limit", field, at.given(field), expected)


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
        yield at.problem("out_of_order", f"{where}.below", at.given(f"{where}.below"), "falling thresholds")
    if any(after < before for before, after in pairwise(credit)):
        yield at.problem("out_of_order", f"{where}.credit", at.given(f"{where}.credit"), "rising credits")
    breach = level.terminates
    if breach and not 1 <= breach.times <= breach.within:
        field = f"{where}.terminates.times"
        yield at.problem("out_of_range", field, at.given(field), f"1 to the {breach.within:g} months of the count")


def _exits(at: Places, offtake: Offtake) -> Found:
    for name, terms in offtake.items():
        for exit_name, way in (terms.exits or {}).items():
            where = f"offtake.{name}.exits.{exit_name}"
            if sum(fee is not None for fee in (way.fee, way.fee_months, way.fee_share)) > 1:
                yield at.problem("one_of", where, "several fees", "one of fee, fee_months and fee_share")
            if (way.after or 0) > terms.tenor:
                field = f"{where}.after"
                yield at.problem("out_of_range", field, at.given(field), f"at most {terms.tenor:g} months: the tenor")


def _hazards(at: Places, offtake: Offtake) -> Found:
    for name, terms in offtake.items():
        path = f"offtake.{name}"
        said = [field for field in ("hazard", "spread", "default_curve") if getattr(terms, field) is not None]
        if len(said) > 1:
            yield at.problem("one_of", f"{path}.{said[1]}", " and ".join(said), "one of them")
        if terms.recovery is not None and (terms.spread is None or terms.recovery >= 1):
            where = f"{path}.recovery"
            yield at.problem("not_allowed", where, at.given(where), "below 100 %, beside a spread")
        if any(after < before for before, after in pairwise(terms.default_curve or ())):
            where = f"{path}.default_curve"
            yield at.problem("out_of_order", where, at.given(where), "a cumulative curve: it does not fall")


def _guarantees(at: Places, offtake: Offtake, owner: Owner) -> Found:
    """A guarantor who is the seller or the buyer, or whose own guarantor is the buyer, guarantees nothing."""
    stands_for: dict[str, set[str]] = {}
    for name, terms in offtake.items():
        if terms.guarantor is None:
            for field in ("backstop", "guarantor_rating"):
                if getattr(terms, field) is not None:
                    where = f"offtake.{name}.{field}"
                    yield at.problem("missing", where, "no guarantor", "guarantor beside it")
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
    power: PowerChapter, silicon: SiliconChapter, terms: OfftakeTerms, amount: float
) -> list[tuple[int, int, float]]:
    """First month, month after the last, and amount of each part of a contract."""
    try:
        phases = schedule.milestones(power)
    except ValueError:
        return []
    total = max([power.energised[phase.name] for phase in phases], default=0.0)
    begun = schedule.starts(terms, phases, schedule.deliveries(silicon, power, phases))
    parts, before = [], 0.0
    for phase, start in zip(phases, begun, strict=True):
        share = (power.energised[phase.name] - before) / total if total else 0.0
        before = power.energised[phase.name]
        parts.append((start, start + int(terms.tenor), amount * share))
    return parts


def _peak(parts: Sequence[tuple[int, int, float]]) -> tuple[float, int]:
    """Most that is sold at one time, and when."""
    begun = {month for month, _, _ in parts}
    at = [(sum(amount for first, end, amount in parts if first <= month < end), month) for month in begun]
    return max(at, default=(0.0, 0))


def _oversold(at: Places, power: PowerChapter, silicon: SiliconChapter, offtake: Offtake) -> Found:
    """What is sold at one time; a floor only promises to pay for what is left."""
    sold = {
        name: _parts(power, silicon, terms, terms.accelerators)
        for name, terms in offtake.items()
        if isinstance(terms, HourTerms) and not isinstance(terms, Floor)
    }
    most, month = _peak([part for parts in sold.values() for part in parts])
    if most > silicon.accelerators * TOLERANCE:
        last = [name for name, parts in sold.items() if any(first <= month < end for first, end, _ in parts)][-1]
        given = f"{most:,.0f} sold in all contracts in {month_name(month)}"
        expected = f"at most the {silicon.accelerators:,.0f} accelerators installed"
        yield at.problem("oversold", f"offtake.{last}.accelerators", given, expected)
    for name, terms in offtake.items():
        if isinstance(terms, Floor) and terms.accelerators > silicon.accelerators * TOLERANCE:
            where = f"offtake.{name}.accelerators"
            expected = f"at most the {silicon.accelerators:,.0f} accelerators installed"
            yield at.problem("oversold", where, at.given(where), expected)


def _let(at: Places, power: PowerChapter, silicon: SiliconChapter, build: Build, offtake: Offtake) -> Found:
    let = {
        name: _parts(power, silicon, terms, terms.power)
        for name, terms in offtake.items()
        if isinstance(terms, (LeaseTerms, Mining))
    }
    capacity = sum(hall.it_capacity for hall in build.halls.values())
    most, month = _peak([part for parts in let.values() for part in parts])
    if most > capacity * TOLERANCE:
        last = [name for name, parts in let.items() if any(first <= month < end for first, end, _ in parts)][-1]
        given = f"{most:,.0f} kW let in all leases in {month_name(month)}"
        yield at.problem("oversold", f"offtake.{last}.power", given, f"at most the halls' {capacity:,.0f} kW")


BOOK: tuple[Callable[..., Any], ...] = (_prices, _exits, _hazards, _guarantees, _oversold, _let)
