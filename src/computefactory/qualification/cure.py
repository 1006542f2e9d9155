"""What it costs, and how long it takes, to cure what is missing: spans of money and months with the rows they rest on.

Evidence on retrofits conflicts: a mechanical refit where power already exists is reported 80 % below a new build, a
refit with the electrical plant 20 to 30 % below. Electrical scope decides, so both stand in the span. What a refit
cannot cure is said: liquid *from construction* needs another building, money spent before a signature is spent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

from computefactory.qualification.four_specifications import NOT_APPLICABLE
from computefactory.units import Month, Usd

if TYPE_CHECKING:
    from computefactory.library.rows import Fact
    from computefactory.qualification.four_specifications import Specification
    from computefactory.result import Result

__all__ = ["Cure", "Span", "add", "cures_of", "refits", "span"]

GREENFIELD = ("retrofit", "greenfield liquid-cooled", "retrofit_cost_headline_capex")
REFIT_TIME = ("retrofit", "full retrofit", "retrofit_time_duration")
BUILD_TIME = ("build", "default", "spending_duration")
MEGAWATT, MILLION = 1e-3, 1e6  # from kW; in USD
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its low and high; nan: not known."""

    low: float
    value: float
    high: float

    def times(self, factor: float) -> Span:
        """The span scaled; a negative factor turns it round."""
        ends = sorted((self.low * factor, self.high * factor))
        return Span(ends[0], self.value * factor, ends[1])

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return isfinite(self.value)

    def as_dict(self) -> dict[str, float | None]:
        """The JSON object."""
        return {
            name: float(number) if isfinite(number) else None
            for name, number in (("low", self.low), ("value", self.value), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class Cure:
    """One way to cure one check: its cost and months, the library rows, and what it does not mend."""

    specification: str
    what: str
    cost: Span  # USD
    months: Span
    rows: tuple[str, ...] = ()
    note: str = ""
    curable: bool = True
    yearly: Usd = field(default=0.0)  # money a year where the cure is no capex
    instead_of: str = ""  # cures with one name here are alternatives

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "specification": self.specification,
            "what": self.what,
            "curable": self.curable,
            "cost_usd": self.cost.as_dict(),
            "cost_usd_per_year": self.yearly,
            "months": self.months.as_dict(),
            "alternatives": self.instead_of,
            "rows": list(self.rows),
            "note": self.note,
        }


def add(cures: Sequence[Cure]) -> tuple[Usd, Usd, Month]:
    """The low and high capex of all cures that exist and the longest of them: they can go on side by side.

    Of alternatives the cheapest counts in the low sum and the dearest in the high one.
    """
    possible = [cure for cure in cures if cure.curable]
    low, high = 0.0, 0.0
    groups: dict[str, list[Cure]] = {}
    for place, cure in enumerate(possible):
        if cure.cost.known:
            groups.setdefault(cure.instead_of or str(place), []).append(cure)
    for group in groups.values():
        low += min(cure.cost.low for cure in group)
        high += max(cure.cost.high for cure in group)
    months = [cure.months.value for cure in possible if cure.months.known]
    return low, high, max(months, default=0.0)


UNKNOWN = Span(float("nan"), float("nan"), float("nan"))
NOTHING = Span(0.0, 0.0, 0.0)


def span(fact: Fact) -> Span:
    """Low, value and high of a row; the value where it has no range."""
    value = float(fact.value)
    return Span(value if fact.low is None else fact.low, value, value if fact.high is None else fact.high)


def _row(result: Result, row: Row) -> Span:
    return span(result.factory.library.fact(*row))


def _name(*rows: Row) -> tuple[str, ...]:
    return tuple("/".join(row) for row in rows)


def refits(result: Result) -> tuple[Span, Span]:
    """USD per kW of a refit by mechanical plant alone, and with the electrical plant: the evidence conflicts."""
    new = _row(result, GREENFIELD).value  # what both reported savings are measured against
    found = []
    for scope in ("mechanical", "electrical"):
        saving = _row(result, ("cure", "default", f"refit_saving_{scope}"))
        found.append(Span(new * (1 - saving.high), new * (1 - saving.value), new * (1 - saving.low)))
    return found[0], found[1]


def cures_of(result: Result, specification: Specification) -> Iterator[Cure]:
    """The ways to cure one specification; nothing for one that passes."""
    if specification.result in ("pass", NOT_APPLICABLE):
        return
    failing = [name for name, ok in specification.halls.items() if ok != "pass"]
    halls = [hall for hall in result.factory.plant.halls if hall.name in failing]
    power = sum(float(hall.it_capacity) for hall in halls)
    failed = [check.name for check in specification.checks if check.fails]
    if specification.name == "density":
        yield from _density(result, power)
    elif specification.name == "liquid":
        yield _liquid(result, power)
    elif specification.name == "power":
        yield from _power(result, failed)
    else:
        yield from _offtake(result, failed)


def _density(result: Result, power: float) -> Iterator[Cure]:
    mechanical, electrical = refits(result)
    months = _row(result, REFIT_TIME)
    for scope, each, note in (
        ("mechanical", mechanical, "a mechanical refit is enough where power for the denser racks is there already"),
        ("electrical", electrical, "the refit reaches the electrical plant where distribution must be replaced"),
    ):
        row = ("cure", "default", f"refit_saving_{scope}")
        yield Cure(
            "density",
            f"refit of {power * MEGAWATT:,.1f} MW, {'also ' * (scope == 'electrical')}{scope}",
            each.times(power),
            months,
            _name(GREENFIELD, row, REFIT_TIME),
            note,
            instead_of="refit",
        )


def _liquid(result: Result, power: float) -> Cure:
    new = _row(result, GREENFIELD)
    note = "a refit brings liquid but is recorded as one: only another building has it from construction"
    return Cure(
        "liquid",
        f"{power * MEGAWATT:,.1f} MW built anew",
        new.times(power),
        _row(result, BUILD_TIME),
        _name(GREENFIELD, BUILD_TIME),
        note,
    )


def _power(result: Result, failed: list[str]) -> Iterator[Cure]:
    site, need = result.factory.plant, result.factory.thresholds
    library = result.factory.library
    if {"interconnection", "connection level"} & set(failed):
        region = site.site.region if site.site.region in library.keys("cure") else "default"
        cost, wait = ("cure", "default", "connection_cost"), ("cure", region, "connection_wait")
        reserved = float(site.interconnection.reserved)
        yield Cure(
            "power",
            f"connection of {reserved * MEGAWATT:,.0f} MW at {need.interconnection_level:g} kV",
            _row(result, cost).times(reserved),
            _row(result, wait),
            _name(cost, wait),
            "the months are the wait of a large load " + ("in this region" if region != "default" else "on average"),
        )
    prices = [name for name in failed if name.startswith("all-in power")]
    if prices:
        lines = result.runs["contract_only"].lines
        gap = float(lines["power_cost_usd_per_grid_kwh"]) - need.power_price
        yearly = gap * float(lines["bought_energy_of_year"])
        note = "another tariff or supply; no capex is known for it"
        yield Cure("power", f"{gap:.4f} USD/kWh off the power price", UNKNOWN, UNKNOWN, (), note, yearly=yearly)


def _offtake(result: Result, failed: list[str]) -> Iterator[Cure]:
    lines = result.runs["contract_only"].lines
    need = result.factory.thresholds
    contracting = ("cure", "default", "contracting_time")
    months = _row(result, contracting)
    for name in failed:
        if name.startswith("coverage"):
            short = max(need.coverage - float(lines["coverage"]), 0.0)
            what = f"sign {100 * short:.0f} % more of what can be sold"
            yield Cure("offtake", what, NOTHING, months, _name(contracting), "a contract costs no capex")
        elif name.startswith("committed cash"):
            short = need.committed_capex_cover * float(lines["capex_to_cover_pv"]) - float(lines["committed_cash_pv"])
            what = f"{short / MILLION:,.0f} m USD more committed cash"
            note = "more committed cash: a longer tenor, a higher price, or a cheaper plant"
            yield Cure("offtake", what, NOTHING, months, _name(contracting), note)
        elif name.startswith("capex spent"):
            note = "what was spent before the signature stays so; it holds for the next build"
            yield Cure("offtake", "speculative capex: not in this build", UNKNOWN, UNKNOWN, (), note, curable=False)
        elif name.startswith("buyer's rating"):
            fee = ("cure", "default", "guarantee_fee")
            yearly = _row(result, fee).value * float(lines["revenue_usd_per_year"])
            what = "guarantee by parent, bank or chip vendor"
            yield Cure(
                "offtake",
                what,
                NOTHING,
                months,
                _name(fee, contracting),
                "a guarantee costs a fee a year",
                yearly=yearly,
            )
        else:
            note = "sell to a job that needs at least one full scale-up domain"
            yield Cure("offtake", "another workload", NOTHING, months, _name(contracting), note)
