"""The page of ``computefactory value``: parts, claims, multiples, cloud, what a price implies, bridge, ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from textwrap import wrap
from typing import Any

from computefactory.appraisal import Valuation, value_of
from computefactory.appraisal.industrial import OF_WHICH
from computefactory.appraisal.industrial import STEPS as STEP_LINES
from computefactory.appraisal.market import NONE_KNOWN, calibrated
from computefactory.appraisal.multiples import INCOME
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import page
from computefactory.report.listed import HOW_COUNTED, bn, peers_grid, said_of_groups
from computefactory.schema.resolve_valuation import Question

__all__ = ["bar", "ranges", "reverse_section", "two_values", "valuation"]

USD, WIDTH, BAR = "USD", 80, 34
STEPS = {
    "debt": "debt",
    "cash": "cash and reserve",
    "customers_money": "customers' money: to come less credits",
    "financing_fees": "fees of the debt to come",
    "leases": "rent to landlords",
    "other_debt": "other debt of the owner",
    "preferred": "preferred",
    "minorities": "minorities",
    "owner_cash": "cash of the owner",
    "operating_losses": "tax losses carried forward",
    "convertibles": "convertibles that stay debt",
}
KEPT = "contracts_value + silicon_residual + shell_value + overhead_value"
FOR_EVER = f"where(abs(discount_rate) > 0, perpetuity, {KEPT})"
BRIDGE = {
    "industrial": "industrial_enterprise_value_usd",
    "contracts_for_ever": f"{FOR_EVER} - ({KEPT})",
    "no_tax": "-tax_value",
    "no_undeveloped": "-undeveloped_value",
    "growth": f"cloud_enterprise_value_usd - cost_to_complete_value - {FOR_EVER}",
    "cloud": "cloud_enterprise_value_usd",
}
NOW = {
    "renewal_price": "offtake.merchant.price_new",
    "discount_rate": "market_rate",
    "utilisation": "offtake.merchant.sold",
}
REASONS = {
    "no_effect": "moves nothing here",
    "out_of_range": "no value of it gives that price",
    "not_unique": "several values give that price",
    "returns_below_cost_of_capital": "growth adds nothing below the cost of capital",
    "not_needed": "the value is above the price already",
}


@page("valuation", value_of)
def valuation(found: Valuation) -> Page:
    """All sections."""
    sections = (
        _summary(found),
        _industrial(found),
        _equity(found),
        _contracts(found),
        _groups(found),
        _layers(found),
        _cloud(found),
        reverse_section(found),
        _bridge(found),
        _football(found),
    )
    return Page("valuation", found.result.factory.name, sections, found.as_dict())


def _of(found: Valuation, name: str, item: str = "") -> Of:
    """What a number is to ``explain``, which answers the question that is asked without options."""
    plain = found.industrial.question == Question()
    return Of(name, item) if plain else worked(f"{name} for this question", name)


def two_values(found: Valuation) -> tuple[Figure, ...]:
    """Both valuations side by side: enterprise and equity."""
    rows = [
        ("industrial_ev", "industrial: enterprise value", "industrial_enterprise_value_usd"),
        ("industrial_equity", "industrial: equity value", "industrial_equity_value_usd"),
        ("cloud_ev", "cloud multiple: enterprise value", "cloud_enterprise_value_usd"),
        ("cloud_equity", "cloud multiple: equity value", "cloud_equity_value_usd"),
    ]
    if found.industrial_equity.price is not None:
        rows.append(("usd_per_share", "industrial: value of a share, diluted", "industrial_value_usd_per_share"))
    none = {} if found.cloud.known else dict.fromkeys(("cloud_ev", "cloud_equity"), "none known then")
    return tuple(
        Figure(name, label, None if name in none else found.comparables.number(line),
               "USD/share" if "per_share" in name else USD, none.get(name, ""), of=_of(found, line))
        for name, label, line in rows
    )  # fmt: skip


def ranges(found: Valuation) -> str:
    """Low to high of both enterprise values, in one unit."""
    spans = {"industrial": (found.low, found.high)}
    if found.cloud.known:
        spans["cloud"] = found.cloud.three("e_cloud")[::2]
    scale, unit = (1e9, "bn") if max(abs(end) for ends in spans.values() for end in ends) >= 1e9 else (1e6, "million")  # noqa: PLR2004
    words = [f"{name} {low / scale:,.2f} to {high / scale:,.2f}" for name, (low, high) in spans.items()]
    return f"low to high: {', '.join(words)} {unit} USD"


def _summary(found: Valuation) -> Section:
    how = (
        "cash after expected default"
        if found.industrial.question.expected
        else "promised cash at rates with the buyers' spreads"
    )
    return Section(
        "summary",
        f"Two values in {found.industrial.month}",
        two_values(found),
        text=(ranges(found), f"discounted: {how}"),
    )


def _industrial(found: Valuation) -> Section:
    figures = [
        Figure(each.line.removesuffix("_value"), each.label, each.value, USD, of=_of(found, each.line))
        for each in found.industrial.in_words
    ]
    figures.append(_enterprise(found))
    inside = found.industrial.of_which
    words = {"energised_scarcity": "of which scarcity of a powered shell"}
    if "factory" in found.industrial.kinds:
        words = {"silicon_residual": "of which silicon beyond what is promised"} | words
    figures += [Figure(name, label, inside[name], USD, of=_of(found, OF_WHICH[name])) for name, label in words.items()]
    market, shell = (100 * found.comparables.number(f"{name}_rate") for name in ("market", "shell"))
    negative = "the scarcity is the shell less its depreciated cost without grid: below nothing where rent does not pay"
    text = (
        f"market and overhead at {market:.1f} %, the shell at {shell:.1f} %, tax as its earner",
        *_wrapped(f"{negative} for it"),
    )
    return Section("by_parts", "Industrial value, by parts", tuple(figures), text=text)


def _enterprise(found: Valuation) -> Figure:
    name = "industrial_enterprise_value_usd"
    return Figure(
        "enterprise_value_usd", "enterprise value", found.industrial.enterprise_value, USD, of=_of(found, name)
    )


def _equity(found: Valuation) -> Section:
    equity = found.industrial_equity
    lines = {name: line if sign > 0 else f"-{line}" for name, (sign, line) in STEP_LINES.items()}
    lines["convertibles"] = "-industrial_notes"
    figures = [_enterprise(found)]
    figures += [
        Figure(name, STEPS[name], value, USD, of=_of(found, lines[name]))
        for name, value in equity.steps.items()
        if value
    ]
    of = _of(found, "industrial_equity_value_usd")
    figures.append(Figure("equity_value_usd", "equity value", equity.value, USD, of=of))
    if equity.restricted_cash:
        of = _of(found, "restricted_cash_not_counted")
        figures.append(Figure("restricted_cash", "restricted cash, not counted", equity.restricted_cash, USD, of=of))
    return Section("to_equity", "From enterprise to equity", tuple(figures))


def _contracts(found: Valuation) -> Section:
    columns = (
        Column("part", "contract"),
        Column("tenor", "left", "month"),
        Column("rating", "rating"),
        Column("risk_free", "rf", "%"),
        Column("spread", "spread", "%"),
        Column("premium", "premium", "%"),
        Column("rate", "rate", "%"),
        Column("value", "value", USD),
    )
    rows: list[tuple[Cell, ...]] = [
        (_part(item), round(item["tenor"]), *(item[c.name] for c in columns[2:]))
        for item in found.industrial.items
        if item["value"]
    ]
    places = tuple(
        tuple(
            _of(found, item["lines"][c.name], "" if c.name == "premium" else item["name"])
            if c.name in item["lines"]
            else ""
            for c in columns
        )
        for item in found.industrial.items
        if item["value"]
    )
    return Section("contract_rates", "Each contract at its own rate", grid=Grid(columns, tuple(rows), places=places))


def _groups(found: Valuation) -> Section:
    groups, month = found.comparables.groups, found.industrial.month
    text = [line for said in (*said_of_groups(groups), *HOW_COUNTED) for line in _wrapped(said)]
    return Section("peers", f"Comparables known in {month}", grid=peers_grid(groups, month), text=tuple(text))


def _part(item: Mapping[str, Any]) -> str:
    """A part of a contract; one that has the name of its contract once."""
    name, contract = str(item["name"]), str(item["contract"])
    return contract if name == f"{contract} {contract}" else name


def _layers(found: Valuation) -> Section:
    comparables = found.comparables
    absent = [layer for layer in INCOME if not comparables.multiples(layer)[1]]
    columns = (
        Column("layer", "layer"),
        Column("income", "income a year", USD),
        Column("low", "lowest"),
        Column("median", "median"),
        Column("high", "highest"),
        Column("value", "at the median", USD),
    )
    layers = comparables.as_dict()["layers"]
    rows = tuple(
        (name, item["income_usd_per_year"], item["range"][0], item["median"], item["range"][1], item["value_usd"])
        for name, item in layers.items()
    )
    places: tuple[tuple[Of | str, ...], ...] = tuple(
        (
            "",
            _of(found, INCOME[name]),
            *(_of(found, f"e_{name}_multiple", end) for end in ("low", "middle", "high")),
            _of(found, f"e_{name}_layer", "middle"),
        )
        for name in layers
    )
    text = _wrapped("shell: net rent, beside towers, pipelines, LNG and power")
    text += _wrapped(
        "silicon: EBITDA less that rent, beside ships, rigs, aircraft; what is promised at most at the annuity of what "
        "is left, the rest less the annuity that replaces the silicon"
    )
    for layer in absent:
        text += _wrapped(f"{layer}: {NONE_KNOWN}")
    low, liquidation = comparables.three("e_layers")[1], comparables.three("e_liquidation")[1]
    if low < liquidation and not absent:
        text += _wrapped(f"below a forced sale ({bn(liquidation)} USD): income does not pay for what stands there")
    for warning in comparables.warnings:
        text += _wrapped(warning)
    years, earned = comparables.number("growth_years"), comparables.number("return_on_capital")
    growth = years * comparables.number("growth_a_year")
    text += _wrapped(
        f"growth: return on capital {100 * earned:.1f} %, cost {100 * comparables.rate:.1f} %, "
        f"so {years:g} years of it {'add' if growth > 0 else 'take'} {abs(growth):.2f} times NOPAT"
    )
    return Section(
        "by_layer", "Industrial multiples, layer by layer", grid=Grid(columns, rows, places=places), text=tuple(text)
    )


def _cloud(found: Valuation) -> Section:
    cloud = found.cloud
    columns = (
        Column("name", "company"),
        Column("ev_revenue", "EV/rev"),
        Column("customer_diversity", "customer diversity"),
        Column("price_risk", "price risk"),
    )
    rows: list[tuple[Cell, ...]] = []
    places: list[tuple[Of | str, ...]] = []
    for each in cloud.companies("cloud"):
        fact, words = each.multiples["ev_revenue"], calibrated(found.result.factory.library, each.peer)
        if fact is not None:
            rows.append((each.peer.company, float(fact.value), *(_before(words[c.name]) for c in columns[2:])))
            places.append(("", fact.path, "", ""))
    text = [f"{len(rows)} companies: range and median, no regression" if rows else NONE_KNOWN]
    for name, own in cloud.own.items():
        text += _wrapped(f"here, {name.replace('_', ' ')}: {own}")
    revenue = cloud.number("revenue_usd_per_year")
    figures = [Figure("revenue", "revenue, first full year", revenue, USD, of=_of(found, "revenue_usd_per_year"))]
    if cloud.known:
        median = cloud.number("cloud_known")
        figures.append(Figure("median", "median EV/revenue", median, of=_of(found, "cloud_known")))
    grid = Grid(columns, tuple(rows), places=tuple(places)) if rows else None
    return Section("cloud_multiples", "Cloud frame", tuple(figures), grid, tuple(text))


def _before(words: str) -> str:
    return words.partition(":")[0]


def reverse_section(found: Valuation) -> Section:
    """What a price implies, one input at a time."""
    reverse = found.reverse
    columns = (Column("name", "input"), Column("value", "implied"), Column("base", "now"), Column("unit", ""))
    rows = tuple(
        (item.label, _number(item.value, item.unit), _number(item.base, item.unit), _unit(item.unit))
        for item in reverse.implied
    )
    places = tuple(
        (
            "",
            worked(f"{item.label} at which the industrial value is the price", "site_value"),
            _now(found, item.name, item.unit),
            "",
        )
        for item in reverse.implied
    )
    title = "What the price implies" if reverse.given else f"What {reverse.asked} implies"
    line = "cloud_enterprise_value_usd" if found.cloud.known else "industrial_enterprise_value_usd"
    asked = worked("the price that is asked about") if reverse.given else _of(found, line)
    floor = _of(found, "e_liquidation", "low")
    figures = [
        Figure("price", "enterprise value asked about", reverse.price, USD, of=asked),
        Figure("liquidation", "a forced sale would bring at least", reverse.liquidation, USD, of=floor),
    ]
    text = ["each with the others held"]
    for item in reverse.implied:
        text += _wrapped(f"{item.label}: {REASONS[item.reason]}") if item.reason else []
    for item in reverse.implied:
        text += _wrapped(f"attainable {item.reach}") if item.reach else []
    if reverse.price < reverse.liquidation:
        text.append("that is below what a forced sale would bring: no going concern sells there")
    return Section("implied", title, tuple(figures), Grid(columns, rows, places=places), tuple(text))


def _now(found: Valuation, name: str, unit: str) -> Of:
    """What an input is now."""
    if name not in NOW:
        return worked("no growth is counted")
    of = _of(found, NOW[name])
    return replace(of, scale=100.0) if unit == "1" else of


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit.replace("accelerator-hour", "h")


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if unit == "1" else f"{value:,.3g}"


def _bridge(found: Valuation) -> Section:
    figures = tuple(Figure(name, label, value, USD, of=_of(found, BRIDGE[name])) for name, label, value in found.bridge)
    return Section("steps", "From industrial to cloud", figures, text=() if figures else (f"cloud: {NONE_KNOWN}",))


def _football(found: Valuation) -> Section:
    field = found.football_field
    lowest = min(0.0, *(row["low_usd"] for row in field))
    highest = max(row["high_usd"] for row in field)
    text = [
        f"{row['label']:<30} {bar(row['low_usd'], row['value_usd'], row['high_usd'], lowest, highest)} "
        f"{bn(row['value_usd']):>9}"
        for row in field
    ]
    text.append(f"{'USD':<30} {bn(lowest):<{BAR - 8}}{bn(highest):>8}")
    return Section("ranges", "Football field", text=tuple(text))


def bar(low: float, value: float, high: float, lowest: float, highest: float, width: int = BAR) -> str:
    """A range as text: a line from low to high with the middle marked."""
    span = highest - lowest or 1.0

    def place(number: float) -> int:
        return min(max(round((number - lowest) / span * (width - 1)), 0), width - 1)

    cells = [" "] * width
    for k in range(place(low), place(high) + 1):
        cells[k] = "─"
    cells[place(value)] = "●"
    return "".join(cells)


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH)
