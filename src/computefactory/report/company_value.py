"""The page of a company's value: per share, by parts, bridge, comparables, what a price implies, football field."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from computefactory.analysis.value import STEPS as STEP_LINES
from computefactory.analysis.value import CompanyValuation, value_of
from computefactory.appraisal.market import Three, calibrated
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Said, Section, worked
from computefactory.registry import company_page
from computefactory.report.listed import HOW_COUNTED, bn, peers_grid, said_of_groups
from computefactory.report.value import bar
from computefactory.schema.resolve_worth import SCENARIOS, CloudMultiple, last_years

if TYPE_CHECKING:
    from computefactory.analysis.value import Frame
    from computefactory.appraisal.implied import Implied

__all__ = ["company_valuation", "value_summary"]

USD, WIDTH, SHARE = "USD", 80, "USD/share"
MEGAWATT, MILLIONTH = 1e-3, 1e-6  # from kW, from USD
MONEY = "m USD"  # of many blocks: one scale for all
CLOUDS = "cloud"  # the group that has a section of its own
PART_WORDS = {
    "contracts": "contracts: receipts less cost",
    "after_contracts": "hours nobody has promised",
    "shells": "owned shells, let again",
    "land": "powered land, if energised",
    "factories": "factories inside, on their own",
    "leases": "rent counted as debt",
    "cost_to_complete": "cost to complete",
    "overhead": "overhead and pay in shares",
    "tax": "tax without debt",
}
STEP_WORDS = {
    "debt": "principal of financial debt",
    "notes_in_debt": "of it notes that may convert: below",
    "finance_leases": "finance leases",
    "lease_liability": "rent to landlords, counted as debt",
    "preferred": "preferred",
    "minorities": "minorities",
    "cash": "unrestricted cash",
    "proceeds": "net proceeds of offerings to the date",
    "notes_and_puts": "notes and shares that may be put, not joined",
}
LAST_TWELVE = ", last twelve months"
MULTIPLE_WORDS = {
    "revenue_last": f"revenue{LAST_TWELVE}",
    "revenue_next": "revenue, next twelve months, of what is sold",
    "ebitda_last": f"adjusted EBITDA{LAST_TWELVE}",
    "ebitda_next": "adjusted EBITDA, next twelve months",
    "book": "book",
    "cash_to_come": "cash to come of the book",
    "plant_and_construction": "plant and construction in progress",
}
COUNT_WORDS = {
    "treasury": "treasury method",
    "basic": "basic, with puts",
    "press": "press: compared only",
}
REASONS = {
    "no_effect": "moves nothing here",
    "does_not_exist": "no value in the band gives that price",
    "not_unique": "several values give that price",
    "returns_below_cost_of_capital": "growth adds nothing below the cost of capital",
    "plant_not_known": "nobody states the property and equipment that would earn a return",
    "not_needed": "the value is above the price already",
    "no_order": "no order is undelivered that would say what one costs",
    "no_value_of_a_megawatt": "a MW more at the newest order's price and cost is worth less than nothing",
}


@company_page("valuation", value_of)
def company_valuation(found: CompanyValuation) -> Page:
    """All sections."""
    sections = (
        value_summary(found),
        *_parts(found),
        *_bridge(found),
        *_promises(found),
        *_orders(found),
        _peers(found),
        _cloud(found),
        *_price(found),
        *_implied(found),
        *_football(found),
        *_missing(found),
    )
    note = f"what it is worth, {found.result.as_of}"
    return Page("valuation", found.result.name, sections, found.as_dict(), note=note)


def _three(rows: list[tuple[str, Three, str, str]], unit: str = USD) -> Grid:
    """Rows of low, middle and high: label, values, unit, line of the middle."""
    columns = (
        Column("name", ""),
        *(Column(name, name, unit) for name in SCENARIOS),
        Column("unit", "", hidden=True),
    )
    cells = tuple((label, *three, unit) for label, three, unit, _ in rows)
    ends = tuple(
        worked(f"the {name} of three scenarios: rates and prices at the ends of their rows") for name in SCENARIOS
    )
    places: tuple[tuple[Of | str, ...], ...] = tuple(("", ends[0], line, ends[2], "") for *_, line in rows)
    return Grid(columns, cells, places=places)


def _frame_rows(frame: Frame, label: str) -> Iterator[tuple[str, Three, str, str]]:
    name = frame.name
    if frame.enterprise is not None:
        yield (f"{label}: enterprise", frame.enterprise, USD, f"{name}_enterprise_value_usd")
    if frame.equity is not None:
        yield (f"{label}: equity", frame.equity, USD, f"{name}_equity_value_usd")
    if frame.per_share is not None:
        yield (f"{label}: a share, diluted", frame.per_share, SHARE, f"{name}_value_usd_per_share")


def value_summary(found: CompanyValuation) -> Section:
    """Both valuations side by side, low, middle and high, and what the price was paid for."""
    rows = list(_frame_rows(found.industrial, "industrial"))
    rows += list(_frame_rows(found.cloud, "cloud")) if found.cloud is not None else []
    text = [*filter(None, (found.call_on_the_future, found.beside_clouds))]
    text += [*found.industrial.reasons, *([found.no_cloud] if found.no_cloud else [])]
    equity = found.industrial.equity
    if equity is not None and equity[1] < 0:
        short = bn(-equity[1])
        text.append(f"the industrial value falls {short} USD short of what ranks ahead: a share is worth nothing")
    grid = _three(rows) if rows else None
    return Section("summary", f"Two values on {found.result.as_of}", grid=grid, text=_lines(text))


def _parts(found: CompanyValuation) -> Iterator[Section]:
    worth = found.industrial.enterprise
    if worth is None:
        return
    rows = [
        (PART_WORDS[name], three, USD, f"{name}_value") for name, three in found.parts.items() if any(map(abs, three))
    ]
    rows.append(("enterprise value", worth, USD, "industrial_enterprise_value_usd"))
    text = _lines(
        [
            "receipts are the book less what was paid before (deferred revenue); cost runs on recognised revenue",
            "low: market prices and rates at their worse ends, what is promised at no less than the lenders' own rate",
        ]
    )
    if without := found.not_valued:
        text = (*text, *_lines([f"not valued, for no book, price or margin of it is known: {', '.join(without)}"]))
    yield Section("by_parts", "Industrial value, by parts", grid=_three(rows), text=text)


def _bridge(found: CompanyValuation) -> Iterator[Section]:
    for frame in (found.industrial, found.cloud):
        if frame is not None and frame.enterprise is not None and frame.equity is not None:
            yield _to_equity(found, frame, frame.enterprise[1], frame.equity[1])


def _to_equity(found: CompanyValuation, frame: Frame, enterprise: float, worth: float) -> Section:
    lines = {name: line if sign > 0 else f"-{line}" for name, (sign, line) in STEP_LINES.items()}
    lines["notes_and_puts"] = f"-{frame.name}_notes"
    line = f"{frame.name}_enterprise_value_usd"
    figures = [_figure("enterprise_value_usd", "enterprise value", enterprise, line)]
    figures += [_figure(name, STEP_WORDS[name], value, lines[name]) for name, value in frame.steps.items() if value]
    equity = f"{frame.name}_equity_value_usd"
    figures.append(_figure("equity_value_usd", "equity value", worth, equity))
    if frame.per_share is not None:
        of = Of(f"{frame.name}_shares")
        figures.append(Figure("diluted_shares", "shares, diluted", frame.shares, "count", of=of))
        of = Of(f"{frame.name}_value_usd_per_share")
        figures.append(Figure("usd_per_share", "value of a share", frame.per_share[1], SHARE, of=of))
    restricted = float(found.result.factory.terms.restricted_cash)
    if restricted:
        of = Of("company.terms.restricted_cash")
        figures.append(Figure("restricted_cash", "restricted cash, not counted", restricted, USD, of=of))
    return Section(f"{frame.name}_to_equity", f"From {frame.name} enterprise to a share, middle", tuple(figures))


def _figure(name: str, label: str, value: float, of: str) -> Figure:
    return Figure(name, label, value, USD, of=of)


def _promises(found: CompanyValuation) -> Iterator[Section]:
    columns = (
        Column("block", "block, customer"),
        Column("credit", "rating"),
        Column("receipts", "receipts", MONEY, of=Of("total(b_receipts)", scale=MILLIONTH)),
        Column("until", "left", "month", of="b_until"),
        Column("risk_free", "rf", "%", of=Of("b_risk_free")),
        Column("spread", "spread", "%", of=Of("b_spread")),
        Column("rate", "rate", "%", of=Of("b_rate")),
        Column("value", "value", MONEY, of=Of("b_contract_value", scale=MILLIONTH)),
    )
    run = found.run
    if found.industrial.enterprise is None:
        return
    rows = tuple(
        (
            block.name,
            block.credit,
            float(run.lines["b_receipts"][place].sum()) * MILLIONTH,
            float(run.inputs["b_until"][place]),
            float(run.inputs["b_risk_free"][place]),
            float(run.inputs["b_spread"][place]),
            float(run.lines["b_rate"][place]),
            float(run.lines["b_contract_value"][place]) * MILLIONTH,
        )
        for place, block in enumerate(found.result.factory.blocks)
        if run.lines["b_contract_value"][place]
    )
    premium = 100 * float(run.inputs["premium"])
    text = _lines([f"rate: risk-free at the tenor, spread of the rating, {premium:.1f} % for operating risk"])
    yield Section("promised", "What customers have promised", grid=Grid(columns, rows) if rows else None, text=text)


def _orders(found: CompanyValuation) -> Iterator[Section]:
    run, market = found.run, found.run.lines["market_factor"]
    columns = (
        Column("block", "block, customer"),
        Column("power", "to come", "MW"),
        Column("brings", "brings", MONEY),
        Column("costs", "costs", MONEY),
        Column("net", "net", MONEY),
    )
    rows = []
    for place, block in enumerate(found.result.factory.blocks):
        open_ = float(run.lines["b_undelivered"][place])
        if open_ > 0:
            brings = float(run.lines["b_contract_value"][place] + run.lines["b_after_value"][place])
            costs = float((run.lines["b_capex"][place] * market).sum())
            net = brings - costs
            rows.append((block.name, open_ * MEGAWATT, brings * MILLIONTH, costs * MILLIONTH, net * MILLIONTH))
    if not rows or found.industrial.enterprise is None:
        return
    words = ("value of contract and hours after", "its cost, discounted", "the difference")
    made_of = ("b_contract_value", "b_after_value", "b_capex", "market_factor")
    how = [worked("critical IT still to be delivered", "b_undelivered"), *(worked(each, *made_of) for each in words)]
    grid = Grid(columns, tuple(rows), places=(_cells(*how),) * len(rows))
    text = ["brings: contract and hours after it; costs: to complete it, both as they are worth at the date"]
    text += ["construction in progress, paid already, is not taken off here; tax and overhead are not either"]
    figures = [_one_more(more)] if (more := found.per_megawatt) is not None else []
    yield Section("orders", "Orders signed and unbuilt", tuple(figures), grid, _lines(text))


def _cells(*of: Of | str) -> tuple[Of | str, ...]:
    """What the cells of a row are, after its name."""
    return ("", *of)


def _one_more(value: float) -> Figure:
    how = worked("value with one MW more like the newest order, less the value", "industrial_enterprise_value_usd")
    return Figure("mw_more", "a MW more like the newest order adds", value, USD, of=how)


def _peers(found: CompanyValuation) -> Section:
    date = found.result.as_of
    groups = [each for each in found.groups if each.name != CLOUDS]
    text = [*said_of_groups(groups), *HOW_COUNTED, "its own multiple is never its comparable"]
    return Section("peers", f"Comparables known on {date}", grid=peers_grid(found.groups, date), text=_lines(text))


def _of_multiple(multiple: CloudMultiple) -> Of | str:
    """What a cloud's multiple is of: a row, or two."""
    if multiple.year_after is None:
        return multiple.fact.path
    return worked("between those of two calendar years", multiple.fact.path, multiple.year_after.path)


def _cloud(found: CompanyValuation) -> Section:
    columns = (
        Column("name", "", width=24),
        Column("ev_revenue", "", width=7, right=True),
        Column("customer_diversity", "", width=26),
        Column("price_risk", "", width=14),
    )
    rows: list[tuple[Cell, ...]] = []
    multiples = found.cloud_multiples
    for each in found.clouds:
        if (multiple := multiples.get(each.peer.company)) is not None:
            words = calibrated(found.result.factory.library, each.peer)
            said = (words[c.name].partition(":")[0] for c in columns[2:])
            of = f"{each.peer.company}, {'last' if multiple.last else 'next'} year"
            rows.append((of, Said(f"{multiple.value:.1f}x", multiple.value, _of_multiple(multiple)), *said))
    figures = [
        Figure(name, label, found.twelve_months[name], USD, of=line)
        for name, label, line in (
            ("revenue_last", _last(found, MULTIPLE_WORDS["revenue_last"]), "revenue_last"),
            ("revenue_next", "revenue of what is sold, next twelve months", "revenue_next_twelve_months"),
        )
    ]
    text = ["EV/revenue, customer diversity, price risk of each"] if rows else []
    if any(each.year_after for each in multiples.values()):
        text.append("next year: twelve months, between the consensus of two calendar years by the share that has gone")
    text += [found.no_cloud] if found.no_cloud else [f"{len(rows)} companies: range and median, no regression"]
    text += [f"here, {name.replace('_', ' ')}: {own}" for name, own in found.own.items()]
    grid = Grid(columns, tuple(rows)) if rows else None
    return Section("cloud_multiples", "Cloud frame", tuple(figures), grid, _lines(text))


def _last(found: CompanyValuation, words: str) -> str:
    """Words for a flow of the last twelve months; with their end where the balance sheet is newer."""
    what = words.removesuffix(LAST_TWELVE)
    end = last_years(found.result.factory).get(what) if what != words else None
    return words if end is None or end >= found.result.factory.balance_date else f"{what}, year to {end[:7]}"


def _price(found: CompanyValuation) -> Iterator[Section]:
    asked = found.priced
    if asked is None:
        return
    how = worked("the price x shares, and what ranks ahead at that price", "claims_before_notes")
    figures = [
        Figure("market_cap", "market value of all shares", asked.market_cap, USD, of=worked("the price x shares"))
    ]
    if asked.enterprise is not None:
        figures.append(Figure("price_enterprise", "enterprise value at this price", asked.enterprise, USD, of=how))
    if asked.owed:
        figures.append(Figure("price_owed", "of it notes and puts still owed", asked.owed, USD, of=how))
    for name, multiple in asked.multiples.items():
        if multiple is not None and name in MULTIPLE_WORDS:
            label = f"times {_last(found, MULTIPLE_WORDS[name])}"
            figures.append(Figure(name, label, multiple, of=worked("enterprise value at this price over it")))
    if (a_kw := asked.multiples["usd_per_billing_kw"]) is not None:
        of = worked("enterprise value at this price over critical IT that bills")
        figures.append(Figure("usd_per_mw", "a MW that bills", a_kw / MEGAWATT, USD, of=of))
    columns = (
        Column("count", "shares counted"),
        Column("shares", "shares", "count"),
        Column("market_cap", "market value", USD),
        Column("enterprise", "enterprise", USD),
        Column("ev_revenue", "EV/rev"),
    )
    last = found.twelve_months["revenue_last"]

    def over(enterprise: float | None) -> float | None:
        return enterprise / last if enterprise and last else None

    rows = tuple((COUNT_WORDS[c.name], c.shares, c.market_cap, c.enterprise, over(c.enterprise)) for c in asked.counts)
    how_counted = ("shares that count", "the price x shares", "with net claims", "over the revenue of the last year")
    cells = [worked(each) for each in how_counted]
    grid = Grid(columns, rows, places=(_cells(*cells),) * len(rows)) if rows else None
    yield Section("at_price", f"At {asked.asked}", tuple(figures), grid)


def _implied(found: CompanyValuation) -> Iterator[Section]:
    if not found.implied:
        return
    columns = (
        Column("name", "input"),
        Column("value", "implied"),
        Column("base", "now"),
        Column("band", "looked for"),
    )
    rows = tuple(
        (
            _named(each),
            _shown(each.value, each.unit),
            _shown(each.base, each.unit),
            " to ".join(_shown(end, each.unit) for end in each.span or ()),
        )
        for each in found.implied
    )
    text = ["each with the others held; the bands are the library's row worth/default"]
    text += [said for each in found.implied if (said := _said(each))]
    yield Section("price_implies", "What the price implies", grid=Grid(columns, rows), text=_lines(text))


def _named(each: Implied) -> str:
    unit = each.unit.replace("million", "m")
    return each.label if each.unit in ("1", "year") else f"{each.label}, {unit}"


def _said(each: Implied) -> str:
    if not each.reason:
        return ""
    reach = f": {bn(each.attainable[0])} to {bn(each.attainable[1])} USD reached" if each.attainable else ""
    return f"{each.label}: {REASONS[each.reason]}{reach}"


def _shown(value: float | None, unit: str) -> str:
    if value is None or value != value:  # noqa: PLR0124  # nan: it is not known
        return "-"
    return f"{100 * value:.1f} %" if unit == "1" else f"{value:,.3g}"


def _missing(found: CompanyValuation) -> Iterator[Section]:
    if found.missing:
        columns = Column("name", "nobody states", width=38), Column("decides", "it decides", width=40)
        grid = Grid(columns, tuple((item.name, item.decides) for item in found.missing))
        yield Section("not_known", "What is not known", grid=grid)


def _football(found: CompanyValuation) -> Iterator[Section]:
    field = found.football_field
    if not field:
        return
    lowest = min(0.0, *(row["low_usd"] for row in field))
    highest = max(row["high_usd"] for row in field)
    text = tuple(
        f"{row['label']:<30} {bar(row['low_usd'], row['value_usd'], row['high_usd'], lowest, highest)} "
        f"{bn(row['value_usd']):>10}"
        for row in field
    )
    yield Section("ranges", "Football field, enterprise value in USD", text=text)


def _lines(said: list[str]) -> tuple[str, ...]:
    return tuple(line for text in said for line in wrap(text, WIDTH))
