"""The page of ``computefactory qualify``: definition, four specifications, cures, the buyer's list, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite, isnan
from textwrap import wrap
from typing import TYPE_CHECKING

from computefactory.appraisal import Qualification, qualification_of
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, Words, worked
from computefactory.qualification import NOT_APPLICABLE, Span
from computefactory.qualification.buyer import unit_name
from computefactory.qualification.definition import definition
from computefactory.registry import page
from computefactory.report.standing import measured, standing, strength

if TYPE_CHECKING:
    from computefactory.qualification import Check, Cure, Defence, Finding

__all__ = [
    "CARD",
    "HOLDS",
    "UPGRADE",
    "check_of",
    "cures",
    "qualification",
    "rates",
    "short",
    "specifications",
    "verdict",
]

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
HALLS = ("plant.halls.it_capacity", "plant.halls.rack_limit", "plant.cooling.rack_limit")
LIQUID = ("plant.silicon.liquid_fraction", "plant.halls.it_capacity")
DOMAINS = ("offtake.contracts.accelerators", "plant.silicon.scale_up_domain")
CHECKS: dict[str, tuple[Of | str, Of | str]] = {  # what value and threshold of a check are
    "share of IT power in dense racks": (
        worked("IT power of halls whose racks, installed and supported, pass / IT power of all", *HALLS),
        "thresholds.density_share",
    ),
    "rack power": (
        worked("design power of a rack, mean of the halls by IT power", "plant.silicon.rack_power", *HALLS),
        "thresholds.density_rack_power",
    ),
    "rack heat by liquid": (
        worked("share by liquid where the original build has it, mean of the halls by IT power", *LIQUID),
        "thresholds.liquid_share",
    ),
    "connection level": ("plant.interconnection.level", "thresholds.interconnection_level"),
    "all-in power": ("power_cost_usd_per_grid_kwh", "thresholds.power_price"),
    "coverage": ("coverage", "thresholds.coverage"),
    "committed cash": ("committed_capex_cover", "thresholds.committed_capex_cover"),
    "capex spent": ("speculative_capex_share", "thresholds.speculative_share"),
    "workload": (
        worked("full scale-up domains of the smallest contract", *DOMAINS),
        worked("one full domain: the definition"),
    ),
}
SHOWN = {  # what a hall or site shows of a quantity that a buyer asks for
    "rack_power": "minimum(plant.halls.rack_limit, plant.cooling.rack_limit)",
    "coolant_supply": "plant.cooling.liquid_supply",
    "pue": "pue_annual",
    "wue": "wue_l_per_kwh",
    "connection_level": "plant.interconnection.level",
    "accelerators": "accelerators_installed",
    "scale_up_domain": "plant.silicon.scale_up_domain",
    "oversubscription": "plant.network.oversubscription",
    "power_price": "power_cost_usd_per_grid_kwh",
}
SCALED = {
    "block": ("it_capacity", MEGAWATT),
    "grid_power": ("plant.interconnection.reserved", MEGAWATT),
    "availability": ("plant.reliability.facility", 100),
}
OCCUPIED = ("accelerators_active", "it_design_load", "it_capacity", "leased_power")
CARD: dict[str, Of | str] = {
    "occupancy": worked(
        "IT power that is sold or let / it_capacity", "over(offtake.contracts.accelerators)", *OCCUPIED
    ),
    "walt_months": worked(
        "months left at full operation, by rent", "offtake.contracts.tenor", "finance.full_operation"
    ),
    "noi_yield": "ebitda_usd_per_year / capex_usd",
    "cap_rate": "comparable/Stabilised hyperscale/yield_cost_cap_rate",
    "pue": "pue_annual",
    "tier": "",
    "rack_power_kw": "rack_power_kw",
    "own_silicon_share": "silicon_share",
}
CURES = worked("rows of the library for what is missing, by IT power", *HALLS)
RATE = worked("IT power of halls in which no requirement fails, or all pass / IT power of all", *HALLS)
HOLDS = worked("IT power of halls that hold the next generation's rack / IT power of all", *HALLS)
UPGRADE = worked("cost of what the halls lack for it, by IT power", *HALLS)


@page("qualification", qualification_of)
def qualification(found: Qualification) -> Page:
    """All sections."""
    sections = (
        verdict(found),
        _definition(found),
        specifications(found),
        *strength(found.verdict),
        cures(found),
        _card(found),
        _technical(found),
        _defensibility(found),
    )
    asked = found.technical.specification.name
    return Page("qualification", found.result.factory.name, sections, found.as_dict(), asked)


def verdict(found: Qualification) -> Section:
    """The verdict in words, with what curing would take."""
    text: list[Words] = [
        f"{found.verdict.verdict} ({found.verdict.passed})",
        *standing(found.result, found.verdict, rest="below"),
    ]
    if any(item.result not in ("pass", NOT_APPLICABLE) for item in found.verdict.specifications):
        low, high, months = found.cure
        cost = _millions(low) if low == high else f"{_millions(low)} to {_millions(high)}"
        cost = f"{cost} million USD" if high else "no capex"
        text.append(f"curing what can be cured: {cost}, {months:.0f} months")
    return Section("summary", "Verdict", text=tuple(text))


def _definition(found: Qualification) -> Section:
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
    places: list[tuple[Of | str, ...]] = []
    for item in found.verdict.specifications:
        for place, check in enumerate(item.checks):
            places.append(("", "", *check_of(check), ""))
            hidden = item.evidence == "none" or (check.value is None and not check.passes)
            result = "not shown" if hidden else "pass" if check.passes else "fail"
            rows.append((item.name if place == 0 else "", short(check), *_numbers(check), result))
    text = [
        f"{item.name}: {item.result}"
        + (f"; evidence: {'assumed by the author' if item.assumed else item.evidence}" if item.checks else "")
        + (f"; by hall: {', '.join(f'{hall} {ok}' for hall, ok in item.halls.items())}" if item.halls else "")
        + (f": {item.missing}" if item.result == NOT_APPLICABLE else "")
        for item in found.verdict.specifications
    ]
    return Section(
        "checks",
        "Four specifications",
        grid=Grid(columns, tuple(rows), places=tuple(places), key=(1,)),
        text=tuple(text),
    )


def check_of(check: Check) -> tuple[Of | str, Of | str]:
    """What a check's value and its threshold are."""
    return next((of for name, of in CHECKS.items() if check.name.startswith(name)), ("", ""))


def short(check: Check) -> str:
    """What a check is called in a narrow column."""
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
    return measured(value, unit)


def cures(found: Qualification) -> Section:
    """Ways to cure what is missing, with cost and months."""
    columns = (
        Column("specification", "for"),
        Column("what", "cure"),
        Column("cost", "million USD", of=CURES),
        Column("months", "months", of=CURES),
    )
    every = [cure for several in found.cures.values() for cure in several]
    rows = tuple((cure.specification, cure.what, _cost(cure), _span(cure.months, _whole)) for cure in every)
    text = list(dict.fromkeys(f"{cure.specification}: {cure.note}" for cure in every if cure.note))
    if not every:
        text = ["nothing is missing"]
    return Section("cures", "What curing costs", grid=Grid(columns, rows, key=(0, 1)), text=tuple(text))


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
        Figure(
            name, labels.get(name, (name.replace("_", " "), ""))[0], value, labels.get(name, ("", ""))[1], of=CARD[name]
        )
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
    places = tuple(
        ("", "", _shown_of(item), worked("asked by the buyer's specification"), "", "") for item in technical.findings
    )
    asked = technical.specification
    shown = len(asked.requirements) - len(technical.not_shown)
    recalled = f"{technical.recalled} of {len(asked.requirements)} thresholds are recalled, without a source"
    text = [f"asked by {asked.buyer}; {recalled}; confidence {technical.confidence}"]
    if technical.not_shown:
        text.append("not shown: " + ", ".join(SHORT[name] for name in technical.not_shown))
    figures = rates(found, f"{shown} requirements")
    title = f"Technical qualification: {asked.title}"
    return Section("requirements", title, figures, Grid(columns, rows, places=places, key=(0, 1)), tuple(text))


def rates(found: Qualification, note: str) -> tuple[Figure, ...]:
    """Shares of IT power that pass: what is shown, and all."""
    proven, at_most = found.technical.rate
    return (
        Figure("rate_on_what_is_shown", "IT power that passes what is shown", at_most, "%", note, RATE),
        Figure("rate_proven", "IT power that is proven to pass all", proven, "%", of=RATE),
    )


def _shown_of(item: Finding) -> Of | str:
    """What a hall shows of a requirement's quantity; the rest is stated in the file, or follows from the design."""
    quantity = item.requirement.quantity
    if quantity in SCALED:
        name, scale = SCALED[quantity]
        return Of(name, scale=scale)
    name = SHOWN.get(quantity, "")
    in_hall = "plant.halls" in name or "plant.cooling" in name
    return (
        Of(name, item.hall if in_hall else "")
        if name
        else worked("of the hall or the file", "plant.silicon.liquid_fraction")
    )


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
        Column("share", "holds it", "%", of=HOLDS),
        Column("upgrade", "upgrade of all", "USD/kW", of=UPGRADE),
    )
    places = tuple(
        ("", "", f"system/{item.generation.system}/rack_power" if item is not None else "", "", "")
        for item in found.defences.values()
    )
    rows = tuple(_defence(AHEAD[name], item) for name, item in found.defences.items())
    grid = Grid(columns, rows, places=places)
    return Section("next_generations", "Defensibility", grid=grid, text=tuple(_lacks(found)))


def _defence(title: str, item: Defence | None) -> tuple[Cell, ...]:
    if item is None:
        return (title, "none known", None, None, None)
    upgrade = f"{item.upgrade.low:,.0f} to {item.upgrade.high:,.0f}" if item.upgrade.high else "0"
    return (title, item.generation.system, item.generation.rack_power, item.share, upgrade)


def _lacks(found: Qualification) -> Iterator[str]:
    for name, item in found.defences.items():
        for hall, what in item.lacks if item is not None else ():
            yield f"{AHEAD[name]}: {hall} lacks {', '.join(what)}"
