"""The page of ``computefactory value``: parts, claims, multiples, cloud, what a price implies, bridge, ranges."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from computefactory.report.sheet import Cell, Column, Figure, Grid, Section, Sheet

if TYPE_CHECKING:
    from computefactory.appraisal import Valuation

__all__ = ["bar", "page", "ranges", "reverse_section", "two_values"]

USD, WIDTH, BAR = "USD", 80, 34
PARTS = {
    "contracts": "contracts, net of the shell's rent",
    "merchant": "market margins, to retirement",
    "scrap": "silicon at retirement",
    "shell_now": "shell: rent of the silicon and tenants",
    "shell_after": "shell: let again, and what is left",
    "shell_upgrade": "shell: upgrade before it is let again",
    "undeveloped": "power without halls",
    "cost_to_complete": "cost to complete",
    "overhead": "overhead",
    "tax": "unlevered tax",
    "leases": "rent to landlords, counted as debt",
}
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
REASONS = {
    "no_effect": "moves nothing here",
    "out_of_range": "no value of it gives that price",
    "not_unique": "several values give that price",
    "returns_below_cost_of_capital": "growth adds nothing below the cost of capital",
    "not_needed": "the value is above the price already",
}


def page(found: Valuation) -> Sheet:
    """All sections."""
    sections = (
        _summary(found),
        _industrial(found),
        _equity(found),
        _contracts(found),
        _layers(found),
        _cloud(found),
        reverse_section(found),
        _bridge(found),
        _football(found),
    )
    return Sheet("valuation", found.result.factory.name, sections, found.as_dict())


def two_values(found: Valuation) -> tuple[Figure, ...]:
    """Both valuations side by side: enterprise and equity."""
    figures = [
        Figure("industrial_ev", "industrial: enterprise value", found.industrial.enterprise_value, USD),
        Figure("industrial_equity", "industrial: equity value", found.industrial_equity.value, USD),
        Figure("cloud_ev", "cloud multiple: enterprise value", found.cloud.enterprise_value, USD),
        Figure("cloud_equity", "cloud multiple: equity value", found.cloud_equity.value, USD),
    ]
    if found.industrial_equity.share is not None:
        price = found.industrial_equity.share.price
        figures.append(Figure("usd_per_share", "industrial: value of a share, diluted", price, "USD/share"))
    return tuple(figures)


def ranges(found: Valuation) -> str:
    """Low to high of both enterprise values, in one unit."""
    industrial, cloud = (found.low, found.high), (found.cloud.low, found.cloud.high)
    scale, unit = (1e9, "bn") if max(map(abs, (*industrial, *cloud))) >= 1e9 else (1e6, "million")  # noqa: PLR2004
    words = [f"{low / scale:,.2f} to {high / scale:,.2f}" for low, high in (industrial, cloud)]
    return f"low to high: industrial {words[0]}, cloud {words[1]} {unit} USD"


def _bn(value: float) -> str:
    return f"{value / 1e9:,.2f} bn" if abs(value) >= 1e9 else f"{value / 1e6:,.0f} m"  # noqa: PLR2004  # a billion


def _summary(found: Valuation) -> Section:
    question = found.industrial.question
    how = "cash after expected default" if question.expected else "promised cash at rates with the buyers' spreads"
    return Section(
        "summary", f"Two values in {question.month}", two_values(found), text=(ranges(found), f"discounted: {how}")
    )


def _industrial(found: Valuation) -> Section:
    parts = found.industrial.parts
    figures = [Figure(name, PARTS[name], value, USD) for name, value in parts.items() if value]
    figures.append(Figure("enterprise_value_usd", "enterprise value", found.industrial.enterprise_value, USD))
    inside = found.industrial.of_which
    words = {
        "silicon_residual": "of which silicon beyond what is promised",
        "energised_scarcity": "of which scarcity of a powered shell",
    }
    figures += [Figure(name, label, inside[name], USD) for name, label in words.items()]
    rates = found.industrial.rates
    negative = "the scarcity is the shell less its depreciated cost without grid: below nothing where rent does not pay"
    text = (
        f"market, tax and overhead at {100 * float(rates.market):.1f} %, the shell at {100 * float(rates.shell):.1f} %",
        *_wrapped(f"{negative} for it"),
    )
    return Section("by_parts", "Industrial value, by parts", tuple(figures), text=text)


def _equity(found: Valuation) -> Section:
    equity = found.industrial_equity
    figures = [Figure("enterprise_value_usd", "enterprise value", equity.enterprise_value, USD)]
    figures += [Figure(name, STEPS[name], value, USD) for name, value in equity.steps.items() if value]
    figures.append(Figure("equity_value_usd", "equity value", equity.value, USD))
    if equity.restricted_cash:
        figures.append(Figure("restricted_cash", "restricted cash, not counted", equity.restricted_cash, USD))
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
        (item.name, round(item.tenor), item.rating, item.risk_free, item.spread, item.premium, item.rate, float(value))
        for item, value in zip(found.industrial.items, found.industrial.book, strict=True)
        if item.contract in found.industrial.contracts and value
    ]
    return Section("contract_rates", "Each contract at its own rate", grid=Grid(columns, tuple(rows)))


def _layers(found: Valuation) -> Section:
    comparables = found.comparables
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
    text = _wrapped("shell: net rent, beside towers, pipelines, LNG and power")
    text += _wrapped("silicon: EBITDA less that rent, less the annuity that replaces it, beside ships, rigs, aircraft")
    for warning in comparables.warnings:
        text += _wrapped(warning)
    growth = comparables.growth_multiple - 1 / comparables.rate if comparables.rate else 0.0
    text += _wrapped(
        f"growth: return on capital {100 * comparables.return_on_capital:.1f} %, cost {100 * comparables.rate:.1f} %, "
        f"so {comparables.growth_years:g} years of it {'add' if growth > 0 else 'take'} {abs(growth):.2f} times NOPAT"
    )
    return Section("by_layer", "Industrial multiples, layer by layer", grid=Grid(columns, rows), text=tuple(text))


def _cloud(found: Valuation) -> Section:
    cloud = found.cloud
    columns = (
        Column("name", "company"),
        Column("ev_revenue", "EV/rev"),
        Column("customer_diversity", "customer diversity"),
        Column("price_risk", "price risk"),
    )
    rows = tuple(
        (item.name, item.value, _before(cloud.calibrators[item.name]["customer_diversity"]),
         _before(cloud.calibrators[item.name]["price_risk"]))
        for item in cloud.multiples
    )  # fmt: skip
    text = [f"{len(cloud.multiples)} companies: range and median, no regression"]
    for name, words in cloud.own.items():
        text += _wrapped(f"here, {name.replace('_', ' ')}: {words}")
    figures = (Figure("revenue", "revenue, first full year", cloud.revenue, USD),)
    return Section("cloud_multiples", "Cloud frame", figures, Grid(columns, rows), tuple(text))


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
    title = "What the price implies" if reverse.given else "What the cloud value implies"
    figures = [Figure("price", "enterprise value asked about", reverse.price, USD)]
    figures.append(Figure("liquidation", "a forced sale would bring at least", reverse.liquidation, USD))
    text = ["each with the others held"]
    text += [f"{item.label}: {REASONS[item.reason]}" for item in reverse.implied if item.reason]
    if reverse.price is not None and reverse.price < reverse.liquidation:
        text.append("that is below what a forced sale would bring: no going concern sells there")
    return Section("implied", title, tuple(figures), Grid(columns, rows), tuple(text))


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit.replace("accelerator-hour", "h")


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if unit == "1" else f"{value:,.3g}"


def _bridge(found: Valuation) -> Section:
    figures = tuple(Figure(name, label, value, USD) for name, label, value in found.bridge)
    return Section("steps", "From industrial to cloud", figures)


def _football(found: Valuation) -> Section:
    field = found.football_field
    lowest = min(0.0, *(row["low_usd"] for row in field))
    highest = max(row["high_usd"] for row in field)
    text = [
        f"{row['label']:<30} {bar(row['low_usd'], row['value_usd'], row['high_usd'], lowest, highest)} "
        f"{_bn(row['value_usd']):>9}"
        for row in field
    ]
    text.append(f"{'USD':<30} {_bn(lowest):<{BAR - 8}}{_bn(highest):>8}")
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
