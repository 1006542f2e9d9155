"""The first page of a company: what it is, capacity, book, unit economics, forecast, debt, value, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from computefactory import __version__
from computefactory.analysis.company_facts import kind_of_company
from computefactory.analysis.gap import Gap, gap_of
from computefactory.analysis.quoted import valued_as_quoted
from computefactory.library import operators
from computefactory.library.dates import last_day
from computefactory.page import Cell, Column, Grid, Of, Page, Said, Section, Words, megawatts, money, worked
from computefactory.registry import company_page, itself
from computefactory.report.company_book import summary_of_book
from computefactory.report.company_debt import mean_rate, short_of
from computefactory.report.company_facts import later_rows
from computefactory.report.company_value import value_summary
from computefactory.report.company_words import CASE_WORDS, dash, known, millions, per_mw_year, share
from computefactory.timeline import month_name, month_number

if TYPE_CHECKING:
    from computefactory.analysis.kind import CompanyKind
    from computefactory.analysis.run import CompanyResult
    from computefactory.analysis.value import CompanyValuation
    from computefactory.schema.resolve_company_economics import Economics

__all__ = ["company_overview"]

QUARTERS = 7
MEGAWATT = 1e-3  # from kW
STAGES = {
    "billing_mw": "bills",
    "sold_mw": "sold, billing or not",
    "secured_mw": "secured: a landlord or utility signed",
}
FORECAST = {  # what a quarter shows: line, and whether it is power
    "billing_power": "MW that bill",
    "revenue": "revenue",
    "adjusted_ebitda": "adj. EBITDA",
    "own_interest": "interest paid",
    "capex": "capex",
    "draws": "new loans",
    "principal": "repaid",
    "cash": "cash",
    "debt_balance": "debt",
    "funding_gap": "gap to floor",
}
MEAN = worked("mean by balance", "f_rate", "f_balance")
ECONOMICS = {  # unit economics: label, unit shown, scale from the canonical unit
    "price": ("price", "m USD/MW-year", 12e-3),
    "margin": ("margin", "", 1.0),
    "capex": ("cost of a MW", "m USD/MW", 1e-3),
}
REPORTED = (("revenue", "revenue"), ("adjusted_ebitda", "adjusted EBITDA"), ("capex", "capital expenditure"))


@company_page("overview", itself, kind_of_company, gap_of, valued_as_quoted)
def company_overview(result: CompanyResult, kind: CompanyKind, gap: Gap, worth: CompanyValuation) -> Page:
    """All sections in the order of reading."""
    sections = (
        *_business(result, kind),
        *_capacity(result),
        summary_of_book(result),
        *_economics(result),
        *_forecast(result),
        *_debt(result),
        *short_of(gap),
        value_summary(worth),
        *_missing(result),
        *_warnings(result),
    )
    note = f"computefactory {__version__}"
    return Page("overview", result.name, sections, note=note, text=tuple(_head(result, kind)))


def _head(result: CompanyResult, kind: CompanyKind) -> Iterator[Words]:
    company = result.factory
    yield ("What it is: ", Said(kind.verdict, style="bold"), "  (qualify)")
    balance = f"balance sheet of {company.balance_date}"
    if company.hindsight:
        yield f"Asked on {result.as_of}; {balance}"
        return
    refused = len(later_rows(result))
    said: tuple[str | Said, ...] = (
        (", ", Said(f"{refused:,} later rows refused", refused, Of("facts:summary.later"))) if refused else ()
    )
    yield (f"Asked on {result.as_of}, on what was public then: {balance}", *said)
    if company.parent:
        yield f"A segment of {company.parent}: no shares of its own, no value per share"
    if result.case != "sold":
        yield f"Counted: {CASE_WORDS[result.case]}"


def _business(result: CompanyResult, kind: CompanyKind) -> Iterator[Section]:
    company = result.factory
    rows: list[tuple[Cell, ...]] = []
    for name, part in company.file.business.items():
        owed = {True: "owed under contract", False: "nobody owes it", None: "owed or not: not stated"}[part.committed]
        what = part.sells if part.sells != "shell" else "powered shell"
        rows.append((name.replace("_", " "), share(part.share, f"business.{name}.share"), f"{what}; {owed}"))
    rows += [row for figure, label in REPORTED if (row := _reported(result, figure, label)) is not None]
    if rows:
        columns = (
            Column("what", "", width=22),
            Column("value", "", width=16, right=True),
            Column("remark", "", width=40),
        )
        focus = kind.owner_focus
        note = f"owner focus {100 * focus:.0f} %" if focus is not None and not dash(focus) else ""
        yield Section("business", "Business", grid=Grid(columns, tuple(rows)), note=note)


def _reported(result: CompanyResult, figure: str, label: str) -> tuple[Cell, ...] | None:
    """The newest year that the company reported of a figure."""
    company = result.factory
    fact = operators.like(company.library, company.operator, figure, "year") if company.operator else None
    if fact is None:
        return None
    return (label, money(operators.amount(fact), fact.path), f"{operators.period_of(fact)}, public {fact.known}")


def _capacity(result: CompanyResult) -> Iterator[Section]:
    rows: list[tuple[Cell, ...]] = []
    for name, label in STAGES.items():
        value = result.metrics[name].value
        if value is not None and value > 0:
            rows.append((label, Said(f"{value:,.0f} MW", value, name), ""))
    blocks = [block for block in result.factory.blocks if not dash(block.full_power) and block.full_power > 0]
    announced = sum(float(block.full_power) for block in blocks if block.stage > 1)
    if announced:
        of = worked("critical IT announced and neither secured nor sold", "b_full_power", "b_stage")
        rows.append(("announced beside it", Said(f"{announced * MEGAWATT:,.0f} MW", announced * MEGAWATT, of), ""))
    if not rows:
        yield Section("capacity", "Capacity", text=("critical IT by stage is not known: see what is missing",))
        return
    columns = (Column("stage", "", width=38), Column("mw", "", width=12, right=True), Column("remark", "", width=28))
    yield Section("capacity", "Capacity, critical IT", grid=Grid(columns, tuple(rows)))
    if blocks:
        yield Section("blocks", "Blocks, by customer", grid=_blocks(result))


def _blocks(result: CompanyResult) -> Grid:
    columns = (
        Column("block", "block, customer"),
        Column("billing", "bills", "MW", of=megawatts("b_bills")),
        Column("full", "of", "MW", of=megawatts("b_full_power")),
        Column("complete", "complete"),
        Column("until", "until"),
        Column("price", "m/MW-yr"),
        Column("margin", "margin"),
    )
    start, rows = int(result.factory.timeline.start), []
    for block in result.factory.blocks:
        if dash(block.full_power) or not block.full_power:
            continue
        last, bills = block.start + block.ramp - 1, block.power + block.new_power
        row: tuple[Cell, ...] = (
            block.name,
            bills * MEGAWATT,
            block.full_power * MEGAWATT,
            "-" if dash(last) else "bills" if bills >= block.full_power else month_name(int(start + last)),
            "-" if dash(block.until) else month_name(int(start + block.until - 1)),
            per_mw_year(block.price, Of("b_price", block.name, scale=12e-3)),
            share(block.margin, Of("b_margin", block.name)),
        )
        rows.append(row)
    return Grid(columns, tuple(rows))


def _economics(result: CompanyResult) -> Iterator[Section]:
    """Price, margin and cost of a MW as the company's own figures give them, and as the market did of its vintage."""
    every = [item for item in result.factory.economics if item.value is not None]
    every = [item for item in every if not dash(float(np.max(item.value)))]
    if not every:
        return
    columns = (Column("what", "", width=35), Column("value", "", width=20, right=True), Column("from", "", width=22))
    rows = tuple(_of_unit(result, item) for item in every)
    notes = (f"{ECONOMICS[item.name][0]}: {item.note}" for item in every if item.note and item.whose == "own")
    note = "for blocks that state none, with period and age"
    yield Section("economics", "Unit economics", grid=Grid(columns, rows), note=note, text=tuple(dict.fromkeys(notes)))


def _of_unit(result: CompanyResult, item: Economics) -> tuple[Cell, ...]:
    label, unit, scale = ECONOMICS[item.name]
    value = float(np.max(item.value)) * scale
    text = f"{100 * value:.1f} %" if item.name == "margin" else f"{value:,.2f} {unit}"
    age = month_number(result.as_of) - month_number(last_day(item.period.removeprefix("FY")) or result.as_of)
    whose = "" if item.whose == "own" else "market's "
    said = f"{item.period}, {age} month{'s' * (age != 1)}"
    alike = (block.name for block in result.factory.blocks if getattr(block, item.name) == item.value)
    taken = [f"company.blocks[{name}].{item.name}" for name in alike][:1]
    of = worked(f"{label} of {item.sells}, of {item.period}: as a block takes it", *taken)
    return (f"{whose}{label}, {item.sells}", Said(text, value, of), said)


def _forecast(result: CompanyResult) -> Iterator[Section]:
    asked = month_number(result.as_of)
    last = [month_number(f"{name[:4]}-{3 * int(name[-1]):02d}") for name in result.quarters]
    first = next((k for k, month in enumerate(last) if month >= asked and not _ended(result.as_of, month)), 0)
    shown = range(first, min(first + QUARTERS, len(result.quarters)))
    rows: list[tuple[Cell, ...]] = []
    for name, label in FORECAST.items():
        values = result.quarterly(name)
        picked = [float(values[k]) for k in shown]
        if all(dash(value) for value in picked) or (not any(picked) and name in ("draws", "funding_gap", "capex")):
            continue
        cells = [_quarter(name, value, result.quarters[k]) for value, k in zip(picked, shown, strict=True)]
        rows.append((label, *cells))
    shown_revenue = [float(result.quarterly("revenue")[k]) for k in shown]
    if not any(value for value in shown_revenue if not dash(value)):
        yield Section(
            "forecast", "Forecast by quarter", text=("nothing that is signed can be reckoned: see what is missing",)
        )
    else:
        columns = (Column("line", ""), *(Column(f"q{k}", result.quarters[k]) for k in shown))
        text = ("what is signed is a floor, not a forecast: what the company signs after this day is no part of it",)
        yield Section("forecast", "Forecast by quarter", grid=Grid(columns, tuple(rows)), text=text, note="million USD")


def _ended(day: str, month: int) -> bool:
    """Whether a quarter that ends with a month is over on a day: it is what the company has not reported yet."""
    return day == last_day(month_name(month))


def _quarter(name: str, value: float, quarter: str) -> Cell:
    if name != "billing_power":
        return millions(value, Of(name, month=quarter))
    if dash(value):
        return Said("-", absent=True)
    return Said(f"{value * MEGAWATT:,.0f}", value * MEGAWATT, Of(name, month=quarter, scale=MEGAWATT))


def _debt(result: CompanyResult) -> Iterator[Section]:
    company, metrics = result.factory, result.metrics
    if metrics["debt_principal_usd"].value is None and dash(company.terms.opening_cash):
        yield Section("debt", "Debt and cash", text=("neither is known",))
        return
    rows: list[tuple[Cell, ...]] = []
    principal = metrics["debt_principal_usd"].value
    if principal:
        rate = mean_rate(result)
        mean = Said("" if rate is None or dash(rate) else f" at {100 * rate:.1f} %", known(rate), MEAN)
        facilities = len(company.facilities)
        said = (f"{facilities} {'facility' if facilities == 1 else 'facilities'}", mean, "  (show debt)")
        rows.append(("financial debt", money(principal, "debt_principal_usd"), said))
    for label, value, line in (
        ("cash, unrestricted", company.terms.opening_cash, "opening_cash"),
        ("proceeds of offerings", float(np.sum(company.terms.proceeds)), "total(proceeds)"),
        ("finance leases", company.terms.finance_leases, "finance_leases"),
        ("leases counted as debt", company.terms.lease_liability, "lease_liability"),
    ):
        if not dash(value) and value:
            rows.append((label, money(float(value), line), ""))
    net = metrics["net_debt_usd"].value
    if net is not None:
        rows.append(("net debt", money(net, "net_debt_usd"), "debt and finance leases less cash"))
    columns = (Column("what", "", width=24), Column("value", "", width=16, right=True), Column("remark", "", width=38))
    yield Section("debt", "Debt and cash", grid=Grid(columns, tuple(rows)), note=f"on {company.balance_date}")


def _missing(result: CompanyResult) -> Iterator[Section]:
    missing = result.factory.missing
    if missing:
        columns = (Column("fact", "", width=44), Column("decides", "", width=34))
        rows: tuple[tuple[Cell, ...], ...] = tuple((item.name, item.decides) for item in missing)
        yield Section("missing", "What nobody states, and what it decides", grid=Grid(columns, rows, key=(0, 1)))


def _warnings(result: CompanyResult) -> Iterator[Section]:
    if result.warnings:
        yield Section("warnings", "Warnings", text=tuple(f"- {warning}" for warning in result.warnings))
