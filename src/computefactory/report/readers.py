"""One result for three readers: who runs the factory, who lends to or owns its infrastructure, who buys its shares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from computefactory.appraisal import Qualification, Valuation, qualification_of, value_of
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, megawatts, worked
from computefactory.registry import page
from computefactory.report.named import FiguresOf, filled
from computefactory.report.plant_layout import use_of
from computefactory.report.qualify import HOLDS, UPGRADE, cures, rates, specifications, verdict
from computefactory.report.value import ranges, two_values, valuation
from computefactory.studies.break_even import BreakEven, break_even

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["equity", "infrastructure", "operator"]

USD = "USD"
COST, PRICE = "lcoc_usd_per_accelerator_hour", "price_usd_per_accelerator_hour"
EVEN = "returns:break_even.break_even_price_usd_per_accelerator_hour"
REVENUE, ALL_REVENUE = "total(sum(c_revenue) + sum(l_rent))", "total(over(c_revenue) + over(l_rent))"
LEFT = ("offtake.contracts.start", "offtake.contracts.tenor", "finance.full_operation")
SHOWN_FROM = 0.5e-3  # USD an hour: parts below round to nothing
CASES = {"contract_only": "contract only", "contract_and_residual": "contract and residual", "full_life": "full life"}


def _metric(result: Result, name: str, label: str = "", unit: str = "", note: str = "") -> Figure:
    """A metric as a figure; shares as per cent, and the reason where there is no number."""
    found = result.metrics[name]
    plain = unit or ("" if found.unit == "1" else found.unit)
    reason = found.reason.replace("_", " ") if found.value is None else note
    return Figure(name, label or found.label, found.value, plain, reason, name)


@page("view_operator", qualification_of, break_even)
def operator(found: Qualification, even: BreakEven) -> Page:
    """For an operator: the four specifications, the unit cost stack, what binds, power and density."""
    result = found.result
    sections = (
        verdict(found),
        specifications(found),
        *([cures(found)] if any(found.cures.values()) else []),
        _stack(result, even),
        _binds(result),
        _power(result),
        _density(result),
    )
    return Page("view_operator", result.factory.name, sections)


def _stack(result: Result, even: BreakEven) -> Section:
    cost = result.metrics["lcoc_usd_per_accelerator_hour"]
    price = result.metrics["price_usd_per_accelerator_hour"].value
    of = Of("lcoc_{}", case="unit_cost")
    columns = (
        Column("part", "part"),
        Column("cost", "cost", "USD/h", of=of),
        Column("share", "share", "%", of=replace(of, name="lcoc_{} / lcoc")),
    )
    parts = sorted(cost.parts.items(), key=lambda item: -item[1])
    rows = tuple(
        (name, value, value / cost.value if cost.value else None) for name, value in parts if abs(value) >= SHOWN_FROM
    )
    unit = "USD/accelerator-hour"
    figures = [Figure("lcoc", "levelised cost of an available hour", cost.value, unit, of=COST)]
    real = result.metrics["lcoc_real_usd_per_accelerator_hour"]
    rise = f"money of month 0, rising {100 * float(result.factory.finance.operations.inflation):.1f} % a year"
    figures.append(Figure("lcoc_real", "the same in real terms", real.value, unit, rise, real.name))
    figures.append(Figure("price", "sold at, first year", price, unit, of=PRICE))
    if price is not None:
        rate = f"contracts alone earn {100 * float(result.factory.finance.capital.discount_rate):.1f} %"
        figures.append(Figure("break_even", "breaks even at", even.price, unit, even.reason or rate, EVEN))
    figures.append(_metric(result, "energy_usd_per_accelerator_hour", "of which power at the meter"))
    places = tuple(Of(str(row[0])) for row in rows)
    return Section("unit_cost", "Unit cost", tuple(figures), Grid(columns, rows, places=places))


def _binds(result: Result) -> Section:
    columns = (Column("limit", "limit"), Column("use", "use", "%"))
    utilisation = sorted(result.binding_constraint["utilisation"].items(), key=lambda item: -item[1])
    rows = tuple((name.replace("_", " "), float(value)) for name, value in utilisation)
    stranded = FiguresOf(result)("stranded_mw", "grid power that no hall can use", "MW", "stranded_power_mw")
    places = tuple(Of(use_of(name)) for name, _ in utilisation)
    return Section("binds", "What binds", (stranded,), Grid(columns, rows, places=places))


def _power(result: Result) -> Section:
    shown, status = FiguresOf(result), result.factory.plant.interconnection.status
    figures = (
        shown("reserved_mw", "grid power reserved", "MW", megawatts("plant.interconnection.reserved"), status),
        shown("level_kv", "connection", "kV", "plant.interconnection.level"),
        _metric(result, "power_cost_usd_per_grid_kwh", "all-in price at the meter"),
        _industrial_price(result),
        _metric(result, "pue_annual", "PUE, typical year"),
        _metric(result, "energy_kwh_per_accelerator_hour", "energy at the meter per available hour"),
    )
    return Section("power", "Power", figures)


def _industrial_price(result: Result) -> Figure:
    label, year = "industrial price of the region", result.factory.thresholds.power_price_year
    return FiguresOf(result)("industrial_price", label, "USD/kWh", "thresholds.power_price", year)


def _density(result: Result) -> Section:
    names = ("rack_power_kw", "accelerators_per_m2_white_space", "accelerators_per_m2_building")
    figures = [_metric(result, name) for name in names if name in result.metrics]
    columns = (
        Column("hall", "hall"),
        Column("it", "IT", "MW", of=megawatts("plant.halls.it_capacity")),
        Column("rack", "rack", "kW", of="plant.halls.rack_power"),
        Column("limit", "holds", "kW", of="minimum(plant.halls.rack_limit, plant.cooling.rack_limit)"),
        Column("cooling", "cooling"),
    )
    words = ((hall.name, hall.architecture.replace("_", " ")) for hall in result.factory.plant.halls)
    return Section("density", "Density", tuple(figures), filled(result, columns, words))


@page("view_infrastructure", qualification_of, value_of)
def infrastructure(found: Qualification, worth: Valuation) -> Page:
    """For a lender or infrastructure owner: duration, counterparty, power, PUE at density, qualification, cover."""
    result = found.result
    sections = (
        _duration(result),
        _power_of_a_lender(result),
        _technical(found),
        _cover(result),
        Section("value", f"What it is worth in {worth.industrial.month}", two_values(worth), text=(ranges(worth),)),
        _defence(found),
    )
    return Page("view_infrastructure", result.factory.name, sections)


def _duration(result: Result) -> Section:
    lines, book = result.runs["contract_only"].lines, result.factory.offtake
    full = float(result.factory.finance.full_operation)
    sums: dict[str, list[float]] = {}
    rows = [*np.asarray(lines["c_revenue"])] * bool(book.contracts) + [*np.asarray(lines["l_rent"])] * bool(book.leases)
    for item, row in zip(book.committable, rows, strict=True):
        money = float(np.sum(row))
        left = max(float(item.start + item.tenor) - max(full, float(item.start)), 0.0)
        old = sums.setdefault(item.contract, [0.0, 0.0])
        old[0] += money
        old[1] = max(old[1], left)
    total = sum(money for money, _ in sums.values())
    terms = {item.contract: item for item in book.committable}
    grid: list[tuple[Cell, ...]] = [
        (name, terms[name].buyer[:16], terms[name].rating or "unrated", terms[name].kind.replace("_", " "),
         round(left), money, money / total if total else None)
        for name, (money, left) in sums.items()
    ]  # fmt: skip
    columns = (
        Column("contract", "contract"),
        Column("buyer", "buyer"),
        Column("rating", "rating"),
        Column("kind", "kind"),
        Column(
            "left", "left", "month", of=worked("months from full operation or its start to the contract's end", *LEFT)
        ),
        Column("revenue", "revenue", USD, of=REVENUE),
        Column("share", "share", "%", of=f"({REVENUE}) / ({ALL_REVENUE})"),
    )
    figures = (
        _metric(result, "weighted_tenor_months", "contract duration left, by value"),
        _metric(result, "coverage", "committed of what can be sold", "%"),
        _metric(result, "committed_capex_cover", "committed cash / plant to pay"),
        _metric(result, "speculative_capex_share", "capex spent before a buyer had signed", "%"),
    )
    return Section("offtake", "Contract duration and counterparty", figures, Grid(columns, tuple(grid)))


def _power_of_a_lender(result: Result) -> Section:
    rack = result.metrics["rack_power_kw"].value or 0.0
    figures = (
        _metric(result, "power_cost_usd_per_grid_kwh", "power cost per kWh at the meter"),
        _metric(result, "power_cost_usd_per_it_kwh", "power cost per kWh that reaches IT"),
        _industrial_price(result),
        _metric(result, "pue_annual", "PUE at this density", note=f"racks of {rack:,.0f} kW"),
        _metric(result, "pue_design", "PUE in the hour that binds the connection"),
        _metric(result, "tue_annual", "facility energy / energy of computing"),
    )
    return Section("power", "Power cost and PUE at density", figures)


def _technical(found: Qualification) -> Section:
    technical = found.technical
    figures = rates(found, f"{technical.recalled} of {len(technical.specification.requirements)} recalled")
    text = [f"specification: {technical.specification.title}"]
    if technical.not_shown:
        text.append(f"not shown: {', '.join(technical.not_shown).replace('_', ' ')}")
    return Section("technical", "Technical qualification rate", figures, text=tuple(text))


def _last_promised(result: Result) -> str | None:
    """The last month of committed revenue, to set beside the debt's maturity."""
    paid = np.flatnonzero(np.asarray(result.runs["contract_only"].lines["committed_revenue"]) > 0)
    return result.factory.timeline.names[int(paid[-1])] if paid.size else None


def _cover(result: Result) -> Section:
    debt = result.debt
    if not debt["debt_usd"]:
        return Section("debt", "Coverage of debt", text=("no debt",))
    figures = (
        _metric(result, "debt_usd", "debt committed", USD),
        _metric(result, "min_dscr", "lowest cover"),
        _metric(result, "average_dscr", "average cover"),
        _metric(result, "llcr", "loan life cover"),
        Figure("last_promised_month", "last month that a buyer has promised", _last_promised(result)),
        Figure("debt_matures", "debt matures", debt.get("matures")),
    )
    binding = str(debt.get("binding_limit") or "").replace("_", " ")
    text = (f"binds: {binding}; sized on {debt.get('sized_on')}",)
    return Section("debt", "Coverage of debt", figures, text=text)


def _defence(found: Qualification) -> Section:
    columns = (
        Column("system", "generation"),
        Column("share", "holds it", "%", of=HOLDS),
        Column("upgrade", "upgrade", "USD/kW", of=UPGRADE),
    )
    rows = tuple(
        (item.generation.system, item.share, round(item.upgrade_usd_per_kw))
        for item in found.defences.values()
        if item is not None
    )
    return Section("next_generations", "Defensibility against the next silicon", grid=Grid(columns, rows))


@page("view_equity", value_of)
def equity(found: Valuation) -> Page:
    """For a buyer of shares: two valuations, what stands between them, what a price implies, returns."""
    result, full = found.result, valuation(found)
    wanted = ("summary", "to_equity", "implied", "steps", "ranges")
    chosen = tuple(section for section in full.sections if section.name in wanted)
    return Page("view_equity", result.factory.name, (*chosen, _returns(result)))


def _returns(result: Result) -> Section:
    columns = (
        Column("case", "case"),
        Column("equity_irr", "equity IRR", "%", of="equity_irr"),
        Column("project_irr", "unlevered IRR", "%", of="project_irr"),
        Column("moic", "multiple", of="moic"),
        Column("payback", "payback", "month", of="payback_months"),
    )
    places = tuple(Of(case=case) for case in CASES)
    grid = filled(result, columns, ((title,) for title in CASES.values()), places)
    return Section("returns", "Returns on the equity put in", grid=grid)
