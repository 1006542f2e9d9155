"""Calendar of a factory: phases, deliveries, starts, payments, and the timeline they span."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.schema import derive, schedule
from computefactory.schema.contracts import FirmTerms
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_events import late
from computefactory.schema.silicon import Anchor
from computefactory.schema.types import FIRST_YEAR
from computefactory.timeline import MONTHS_PER_YEAR, month_name
from computefactory.units import Kw, Month

__all__ = ["Calendar", "PhaseDates", "calendar"]


EARLIEST = FIRST_YEAR * MONTHS_PER_YEAR
ONE_OF = ("first_month", "full_operation_month")  # derived as one of several months
LONGEST_BUILD, LONGEST_LIFE = 30 * MONTHS_PER_YEAR, 110 * MONTHS_PER_YEAR  # a lease of land runs 99 years


@dataclass(frozen=True, slots=True)
class PhaseDates:
    """One milestone; months are calendar month numbers."""

    name: str
    milestone: Traced
    planned: Traced  # the milestone without any delay
    energised: Traced  # cumulative kW
    share: Traced  # its own share of the final kW
    delivered: Traced
    paid: Traced  # when its silicon is paid


@dataclass(frozen=True, slots=True)
class Calendar:
    """All dates; months are calendar month numbers."""

    phases: tuple[PhaseDates, ...]
    starts: dict[str, tuple[Traced, ...]]  # contract: start of each part, one a phase
    promised: dict[str, tuple[Traced, ...]]  # the same without any delay of power
    prepaid: dict[str, tuple[Traced, ...]]
    debts: dict[str, tuple[Traced, Traced, Traced]]  # tranche: closes, matures, ends
    month_0: Traced
    full_operation: Traced
    timeline: Traced

    def from_start(self, sources: Sources, month: Traced) -> Traced:
        """Months from month 0."""
        return sources.derive(derive.months_from_start, month, self.month_0)


def calendar(sources: Sources) -> Calendar:
    """All dates from the file's milestones and anchors."""
    model = sources.model
    phases = _phases(sources)
    starts: dict[str, tuple[Traced, ...]] = {}
    promised: dict[str, tuple[Traced, ...]] = {}
    prepaid: dict[str, tuple[Traced, ...]] = {}
    ends: list[Traced] = []
    for name, terms in model.offtake.items():
        path = f"offtake.{name}"
        starts[name] = tuple(late(sources, name, _start(sources, path, terms.starts, phase)) for phase in phases)
        promised[name] = tuple(_promised(sources, path, terms.starts, phase) for phase in phases)
        tenor = sources.required(f"{path}.tenor", Month)
        ends.extend(sources.derive(derive.ends, start, tenor) for start in starts[name])
        if isinstance(terms, FirmTerms) and terms.prepayment:
            lead = sources.required(f"{path}.prepayment.paid_before_start", Month)
            prepaid[name] = tuple(sources.derive(derive.earlier, start, lead) for start in starts[name])
    contract_ends = list(ends)
    debts = [f"capital.debt.{name}" for name in model.tranches]
    closes = [found for path in debts if (found := sources.given(f"{path}.closes", "month"))]
    ends.extend(sources.required(f"{path}.matures", "month") for path in debts)
    ends.extend(end for path in debts if (end := sources.given(f"{path}.amortises_until", "month")))
    payments = [sources.required("build.spending.start", "month"), *(phase.paid for phase in phases), *closes]
    payments.extend(_class_payments(sources))
    payments.extend(month for part in prepaid.values() for month in part)
    month_0 = sources.derive(derive.first_month, *payments)
    first_end = min((end.value for end in contract_ends), default=0)
    begun = [month for parts in starts.values() for month in parts if month.value <= first_end]  # no follow-on contract
    full = sources.derive(derive.full_operation_month, *(phase.milestone for phase in phases), *begun)
    timeline = sources.derive(derive.timeline_of, month_0, full, *ends)
    _bounded(sources, min(payments, key=_month), full, max(ends, key=_month, default=full))
    return Calendar(phases, starts, promised, prepaid, _debts(sources, month_0), month_0, full, timeline)


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


def _phases(sources: Sources) -> tuple[PhaseDates, ...]:
    names = list(sources.model.power.energised)
    powers = [sources.required(f"power.energised.{name}", Kw) for name in names]
    lead = sources.required("silicon.paid.before_delivery", Month)
    phases = []
    for place, (name, power) in enumerate(zip(names, powers, strict=True)):
        planned = sources.derive(derive.calendar_month, sources.name_at(f"power.energised.{name}", name))
        milestone = planned
        if schedule.late(sources.model.power, name):
            milestone = sources.derive(derive.later, planned, sources.required("power.delay.by", Month))
        anchor = planned if schedule.idles(sources.model.power) else milestone
        delivered = _anchored(sources, "silicon.delivered", sources.model.silicon.delivered, anchor)
        if place:
            share = sources.derive(derive.phase_share, power, powers[place - 1], powers[-1])
        else:
            share = sources.derive(derive.first_phase_share, power, powers[-1])
        paid = sources.derive(derive.earlier, delivered, lead)
        phases.append(PhaseDates(name, milestone, planned, power, share, delivered, paid))
    return tuple(phases)


def _start(sources: Sources, path: str, when: Anchor | int, phase: PhaseDates) -> Traced:
    if not isinstance(when, Anchor) and sources.model.power.delay:
        return sources.derive(derive.not_before, sources.required(f"{path}.starts", "month"), phase.milestone)
    after = when.after if isinstance(when, Anchor) else ""
    if after == "signed":
        return _anchored(sources, f"{path}.starts", when, sources.required(f"{path}.signed", "month"))
    return _anchored(sources, f"{path}.starts", when, phase.delivered if after == "delivered" else phase.milestone)


def _promised(sources: Sources, path: str, when: Anchor | int, phase: PhaseDates) -> Traced:
    """The start of a part if power were not late (silicon that waits for power would come with it)."""
    if isinstance(when, Anchor) and when.after == "signed":
        return _anchored(sources, f"{path}.starts", when, sources.required(f"{path}.signed", "month"))
    if isinstance(when, Anchor) and when.after == "delivered":
        terms = sources.model.silicon.delivered
        arrival = _anchored(sources, "silicon.delivered", terms, phase.planned)
        return _anchored(sources, f"{path}.starts", when, arrival)
    return _anchored(sources, f"{path}.starts", when, phase.planned)


def _anchored(sources: Sources, path: str, when: Anchor | int, anchor: Traced) -> Traced:
    """The month of a date, or its lag after what it waits for."""
    if not isinstance(when, Anchor):
        return sources.required(path, "month")
    return sources.derive(derive.later, anchor, sources.required(f"{path}.lag", Month))
