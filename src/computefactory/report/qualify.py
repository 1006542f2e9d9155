"""The page of ``computefactory qualify``: definition, four specifications, cures, the buyer's list, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite, isnan
from textwrap import wrap
from typing import TYPE_CHECKING

from computefactory.qualification import Span
from computefactory.qualification.buyer import unit_name
from computefactory.report.sheet import Cell, Column, Figure, Grid, Section, Sheet

if TYPE_CHECKING:
    from computefactory.appraisal import Qualification
    from computefactory.qualification import Check, Cure, Defence, Finding

__all__ = ["cures", "page", "specifications", "verdict"]

WIDTH, INDENT, TEN = 80, 10, 10.0
MEGAWATT, MILLION, MILLISECONDS = 1e-3, 1e-6, 3.6e6  # from kW, USD, h
AHEAD = {"next": "next generation", "next_but_one": "next but one"}
SHORT = {
    "rack_power": "rack power",
    "liquid_to_chip": "liquid to chip",
    "liquid_share": "heat by liquid",
    "coolant_supply": "coolant supply",
    "feed_voltage": "rack feed",
    "rack_mass": "mass of a rack",
    "block": "contiguous IT power",
    "pue": "PUE",
    "wue": "WUE",
    "availability": "availability",
    "delivery": "signature to start",
    "fibre_latency": "fibre round trip",
    "connection_level": "grid connection",
    "grid_power": "grid power",
    "power_price": "power, all-in",
    "accelerators": "accelerators",
    "scale_up_domain": "scale-up domain",
    "oversubscription": "oversubscription",
}


def page(found: Qualification) -> Sheet:
    """All sections."""
    sections = (
        verdict(found),
        _definition(found),
        specifications(found),
        cures(found),
        _card(found),
        _technical(found),
        _defensibility(found),
    )
    return Sheet("qualification", found.result.factory.name, sections, found.as_dict())


def verdict(found: Qualification) -> Section:
    """The verdict in words, with what curing would take."""
    passed = [item for item in found.verdict.specifications if item.result == "pass"]
    assumed = sum(item.assumed for item in passed)
    note = f"{len(passed)} of 4 specifications" + (f", {assumed} of them on assumptions" if assumed else "")
    text = [f"{found.verdict.verdict} ({note})"]
    if len(passed) < len(found.verdict.specifications):
        low, high, months = found.cure
        cost = _millions(low) if low == high else f"{_millions(low)} to {_millions(high)}"
        cost = f"{cost} million USD" if high else "no capex"
        text.append(f"curing what can be cured: {cost}, {months:.0f} months")
    return Section("summary", "Verdict", text=tuple(text))


def _definition(found: Qualification) -> Section:
    from computefactory.appraisal import definition

    text: list[str] = []
    for name, line in definition(found.result).items():
        text += wrap(line, WIDTH, initial_indent=f"{name:<{INDENT}}", subsequent_indent=" " * INDENT)
    return Section("six_lines", "A compute factory in six lines", text=tuple(text))


def specifications(found: Qualification) -> Section:
    """Every check of the four specifications, value against threshold."""
    columns = (
        Column("specification", ""),
        Column("check", "check"),
        Column("value", "value"),
        Column("threshold", "against"),
        Column("result", "result"),
    )
    rows: list[tuple[Cell, ...]] = []
    for item in found.verdict.specifications:
        for place, check in enumerate(item.checks):
            hidden = item.evidence == "none" or check.value is None
            result = "not shown" if hidden else "pass" if check.passes else "fail"
            rows.append((item.name if place == 0 else "", _short(check), *_numbers(check), result))
    text = [
        f"{item.name}: {item.result}; evidence: {'assumed by the author' if item.assumed else item.evidence}"
        + (f"; by hall: {', '.join(f'{hall} {ok}' for hall, ok in item.halls.items())}" if item.halls else "")
        for item in found.verdict.specifications
    ]
    return Section("checks", "Four specifications", grid=Grid(columns, tuple(rows)), text=tuple(text))


def _short(check: Check) -> str:
    words = {
        "share of IT power in dense racks": "share in dense racks",
        "rack heat by liquid in the original build": "heat by liquid, as built",
        "coverage, or committed tenor of at least the debt's": "coverage, or tenor past debt",
        "committed cash / plant to pay": "committed cash / plant",
        "capex spent before signature": "capex before signature",
        "buyer's rating, or a guarantee": "rating, or a guarantee",
        "workload in full scale-up domains": "scale-up domains",
    }
    return words.get(check.name, check.name.partition(" against ")[0])


def _numbers(check: Check) -> tuple[str, str]:
    return _text(check.value, check.unit), _text(check.threshold, check.unit)


def _text(value: float | str | None, unit: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return "signed" if value.startswith("agreement or") else value
    digits = 4 if unit == "USD/kWh" else 2 if unit == "1" and abs(value) < TEN else 0
    return f"{value:,.{digits}f}{'' if unit == '1' else ' ' + unit}"


def cures(found: Qualification) -> Section:
    """Ways to cure what is missing, with cost and months."""
    columns = (
        Column("specification", "for"),
        Column("what", "cure"),
        Column("cost", "million USD"),
        Column("months", "months"),
    )
    every = [cure for several in found.cures.values() for cure in several]
    rows = tuple((cure.specification, cure.what, _cost(cure), _span(cure.months, _whole)) for cure in every)
    text = list(dict.fromkeys(f"{cure.specification}: {cure.note}" for cure in every if cure.note))
    if not every:
        text = ["nothing is missing"]
    return Section("cures", "What curing costs", grid=Grid(columns, rows), text=tuple(text))


def _cost(cure: Cure) -> str:
    if not cure.curable:
        return "-"
    if cure.yearly:
        return f"{_millions(cure.yearly)} a year"
    return _span(cure.cost, _millions) if cure.cost.known else "not known"


def _span(span: Span, number: Callable[[float], str]) -> str:
    if not span.known:
        return "-"
    low, high = number(span.low), number(span.high)
    return low if low == high else f"{low} to {high}"


def _millions(value: float) -> str:
    """Money in millions with as many digits as it needs."""
    number = value * MILLION
    return f"{number:,.1f}" if 0 < abs(number) < TEN and number != round(number) else f"{number:,.0f}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _card(found: Qualification) -> Section:
    card = found.card
    labels = {
        "occupancy": ("occupancy", "%"),
        "walt_months": ("weighted lease term left", "month"),
        "noi_yield": ("yield on cost", "%"),
        "cap_rate": ("market cap rate of a stabilised hall", "%"),
        "pue": ("PUE", ""),
        "tier": ("class that its redundancy aims at", ""),
        "rack_power_kw": ("rack power", "kW"),
        "own_silicon_share": ("share of power that is own silicon", "%"),
    }
    figures = tuple(
        Figure(name, labels.get(name, (name.replace("_", " "), ""))[0], value, labels.get(name, ("", ""))[1])
        for name, value in card.items()
    )
    return Section("as_a_data_centre", "As a data centre is read", figures)


def _technical(found: Qualification) -> Section:
    technical = found.technical
    columns = (
        Column("hall", "hall"),
        Column("requirement", "requirement"),
        Column("value", "shown"),
        Column("bound", "asked"),
        Column("result", "result"),
        Column("evidence", "evidence"),
    )
    rows = tuple(_finding(item) for item in technical.findings)
    proven, at_most = technical.rate
    asked = technical.specification
    shown = len(asked.requirements) - len(technical.not_shown)
    recalled = f"{technical.recalled} of {len(asked.requirements)} thresholds are recalled, without a source"
    text = [f"asked by {asked.buyer}; {recalled}; confidence {technical.confidence}"]
    if technical.not_shown:
        text.append("not shown: " + ", ".join(SHORT[name] for name in technical.not_shown))
    figures = (
        Figure("rate_on_what_is_shown", "IT power that passes what is shown", at_most, "%", f"{shown} requirements"),
        Figure("rate_proven", "IT power that is proven to pass all", proven, "%"),
    )
    title = f"Technical qualification: {asked.title}"
    return Section("requirements", title, figures, Grid(columns, rows), tuple(text))


def _finding(item: Finding) -> tuple[Cell, ...]:
    need = item.requirement
    bounds = [
        f"{sign} {_measure(bound, need.quantity)}"
        for sign, bound in (("≥", need.at_least), ("≤", need.at_most))
        if not isnan(bound)
    ]
    value = _measure(item.value, need.quantity) if isfinite(item.value) else "-"
    return (item.hall, SHORT[need.quantity], value, " ".join(bounds), item.result, item.evidence)


def _measure(value: float, quantity: str) -> str:
    unit = unit_name(quantity)
    if quantity == "fibre_latency":
        value, unit = value * MILLISECONDS, "ms"
    if quantity in ("block", "grid_power"):
        value, unit = value * MEGAWATT, "MW"
    if quantity == "availability":
        return f"{100 * value:.3f} %"
    return f"{value:,.4g}{'' if unit == '1' else ' ' + unit}"


def _defensibility(found: Qualification) -> Section:
    columns = (
        Column("ahead", "generation"),
        Column("system", "system"),
        Column("rack", "rack", "kW"),
        Column("share", "holds it", "%"),
        Column("upgrade", "upgrade of all", "USD/kW"),
    )
    rows = tuple(_defence(AHEAD[name], item) for name, item in found.defences.items())
    return Section("next_generations", "Defensibility", grid=Grid(columns, rows), text=tuple(_lacks(found)))


def _defence(title: str, item: Defence | None) -> tuple[Cell, ...]:
    if item is None:
        return (title, "none known", None, None, None)
    upgrade = f"{item.upgrade.low:,.0f} to {item.upgrade.high:,.0f}" if item.upgrade.high else "0"
    return (title, item.generation.system, item.generation.rack_power, item.share, upgrade)


def _lacks(found: Qualification) -> Iterator[str]:
    for name, item in found.defences.items():
        for hall, what in item.lacks if item is not None else ():
            yield f"{AHEAD[name]}: {hall} lacks {', '.join(what)}"
