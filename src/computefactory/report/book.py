"""The book page: ladder, terms, backlog, customers and their default, price against the market, lateness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.offtake.inputs import Contract
from computefactory.report.sheet import Cell, Column, Figure, Grid, Section, Sheet
from computefactory.timeline import month_name

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.studies.book import Book

__all__ = ["sheet"]

BAR = 24
FIRM, LOOSE, EMPTY = "█", "░", "·"
LEVELS = "·▁▂▃▄▅▆▇█"
HOURS_PER_DAY = 24
CENT, MILLION = 0.01, 1e6


def sheet(result: Result) -> Sheet:
    """The book of a result as a page."""
    from computefactory.studies.book import study

    book = study(result)
    sections = (
        _summary(book),
        _ladder(book),
        _terms(book),
        _backlog(book),
        _customers(book),
        _market(book),
        _lateness(book),
    )
    return Sheet("book", result.factory.name, tuple(section for section in sections if section))


def _month(book: Book, number: float) -> str:
    """Calendar name of a month from month 0, also beyond the timeline."""
    return month_name(int(book.result.factory.timeline.start + number))


def _summary(book: Book) -> Section:
    factory, metrics = book.result.factory, book.result.metrics
    money = factory.finance
    full = int(money.full_operation)
    ends = [entry.committed_end for entry in book.entries if entry.committed.sum() > CENT]
    own = float(book.result.known["accelerators_active"]) > 0
    life_end = full + money.economic_life - 1
    largest = book.customers[0] if book.customers and book.total > CENT else None
    unwound = sum(float(entry.prepaid.sum()) for entry in book.entries if getattr(entry.first, "refundable", 0.0))
    price, market = metrics["price_usd_per_accelerator_hour"].value, factory.offtake.merchant
    figures = [
        *(
            Figure(name, metrics[name].label, metrics[name].value, unit, note)
            for name, unit, note in (
                ("coverage", "%", ""),
                ("committed_capex_cover", "", "1: it pays all"),
                ("speculative_capex_share", "%", ""),
                ("weighted_tenor_months", "months", ""),
            )
        ),
        Figure("committed_usd", "committed in all", book.total, "USD"),
        Figure("commitment_ends", "first commitment ends", _month(book, min(ends)) if ends else None),
        Figure("silicon_life_ends", "silicon's economic life ends", _month(book, life_end) if own else None),
        Figure("debt_matures", "debt matures", _month(book, money.last_maturity) if money.tranches else None),
        Figure(
            "commitment_beyond_debt_months",
            "commitment beyond the debt",
            min(ends) - float(money.last_maturity) if money.tranches and ends else None,
            "months",
        ),
        Figure(
            "commitment_beyond_silicon_months",
            "commitment beyond the silicon's life",
            min(ends) - life_end if ends and own else None,
            "months",
        ),
        Figure("largest_customer", "largest customer", largest.name if largest else None),
        Figure("largest_customer_share", "  its share", book.shares[largest.name] if largest else None, "%"),
        Figure("hhi", "concentration (HHI)", book.concentration if largest else None),
        Figure("price_usd_per_accelerator_hour", "contract price, first year", price, "USD/h"),
        Figure(
            "market_price_usd_per_accelerator_hour",
            "market price, new silicon",
            float(market.price_new),
            "USD/h",
        ),
        Figure("market_tier", "  its tier", market.tier),
        Figure("market_commitment", "  its commitment", market.commitment.replace("_", " ")),
        Figure("prepayment_debt_usd", "prepayments that can be unwound: debt", unwound, "USD"),
    ]
    text = (
        "Committed: the least that buyers pay over their exit dates, fees included. Committed cash / plant to pay: at "
        "1 the contracts alone pay the plant. Negative months: debt or silicon outlast the commitment."
    )
    return Section("summary", "Summary", tuple(figures), text=(text,))


def _ladder(book: Book) -> Section:
    """One row a contract, from its first start to the last end of anything."""
    factory = book.result.factory
    first = min((entry.start for entry in book.entries), default=0.0)
    tranches = factory.finance.tranches
    life_end = factory.finance.full_operation + factory.finance.economic_life - 1
    own = float(book.result.known["accelerators_active"]) > 0
    last = max(
        [entry.end for entry in book.entries] + [life_end] * own + [item.ends for item in tranches], default=life_end
    )
    step = (last + 1 - first) / BAR
    middles = first + step * (np.arange(BAR) + 0.5)

    def bar(start: float, end: float, firm_end: float) -> str:
        return "".join(
            FIRM if start <= month < firm_end + 1 else LOOSE if start <= month < end + 1 else EMPTY for month in middles
        )

    rows: list[tuple[Cell, ...]] = [
        (
            entry.name,
            entry.first.rating or "unrated",
            _month(book, entry.start),
            _month(book, entry.end),
            bar(entry.start, entry.end, entry.committed_end),
            entry.value / MILLION,
        )
        for entry in book.entries
    ]
    rows.append(("not committed", "", "", "", _tail(book, middles), None))
    for item in tranches:
        name = "debt" if len(tranches) == 1 else f"debt {item.name}"
        dates = (_month(book, item.closes), _month(book, item.ends))
        rows.append((name, "", *dates, bar(-1e9, item.ends, item.ends), None))
    silicon_start = factory.finance.full_operation
    if own:
        begun, ended = _month(book, silicon_start), _month(book, life_end)
        rows.append(("silicon", "", begun, ended, bar(silicon_start, life_end, life_end), None))
    columns = (
        Column("contract", "contract"),
        Column("credit", "credit"),
        Column("start", "start"),
        Column("end", "end"),
        Column("bar", f"{FIRM} committed {LOOSE} not"),
        Column("value_million_usd", "value", "m USD"),
    )
    text = f"{_month(book, first)} to {_month(book, last)}; not committed: share of the capacity, low to high"
    return Section("ladder", "Ladder", grid=Grid(columns, tuple(rows)), text=(text,))


def _tail(book: Book, middles: np.ndarray) -> str:
    """How much of the capacity (accelerators and let power, by IT power) nobody is committed to."""
    known = book.result.known
    active, share = float(known["accelerators_active"]), float(known["silicon_share"])
    let = float(known["it_sold"]) * (1 - share)
    found = ""
    for month in middles:
        firm = space = 0.0
        for entry in book.entries:
            for part in entry.parts:
                bound = part.start <= month < part.start + part.committed_until
                if not isinstance(part, Contract):
                    space += part.power * part.committed * bound
                else:
                    firm += part.accelerators * max(part.committed, part.floor) * bound
        free = share * max(1 - firm / active, 0.0) if active else 0.0
        free += (1 - share) * max(1 - space / let, 0.0) if let else 0.0
        found += LEVELS[int(np.ceil(min(free, 1.0) * (len(LEVELS) - 1) - 1e-9))]
    return found


def _terms(book: Book) -> Section:
    known = book.result.known
    credited = dict(
        zip((part.name for part in book.result.factory.offtake.contracts), known["sla_credits"], strict=True)
    )
    rows: list[tuple[Cell, ...]] = []
    for entry in book.entries:
        part = entry.first
        lease = not isinstance(part, Contract)
        rows.append(
            (
                entry.name,
                part.kind.replace("_", " "),
                entry.size,
                float(part.price),
                "USD/kW-month" if lease else "USD/h",
                float(entry.committed.sum()) / entry.value if entry.value else None,
                "buyer" if part.power_passed_through else "seller",
                credited.get(part.name),
            )
        )
    columns = (
        Column("contract", "contract"),
        Column("kind", "kind"),
        Column("size", "size"),
        Column("price", "price"),
        Column("price_unit", "unit"),
        Column("committed_share", "owed", "%"),
        Column("power_borne_by", "power by"),
        Column("expected_credit_share", "credits", "%"),
    )
    text = (
        "size: accelerators, or kW; owed: the least paid over all exits / value; power by: who bears its price; "
        "credits: expected service credits, share of the bill"
    )
    return Section("terms", "Terms", grid=Grid(columns, tuple(rows)), text=(text,))


def _backlog(book: Book) -> Section:
    """By calendar year: what falls due, and what is left at its end."""
    timeline = book.result.factory.timeline
    committed, prepaid, credited = (book.sum_of(name) for name in ("committed", "prepaid", "credited"))
    years = timeline.calendar_year.astype(int)
    rows: list[tuple[Cell, ...]] = []
    for year in np.unique(years):
        inside = years == year
        end = int(np.flatnonzero(inside)[-1])
        left, deferred = float(book.to_come[end]), float(book.deferred[end])
        sums = [float(series[inside].sum()) for series in (committed, prepaid, credited)]
        if any(abs(number) > CENT for number in sums):
            amounts = (*sums, left, deferred, left - deferred)
            rows.append((str(year), *(round(amount, 2) / MILLION + 0.0 for amount in amounts)))
    columns = (
        Column("year", "year"),
        Column("due_million_usd", "due", "m USD"),
        Column("prepaid_million_usd", "prepaid", "m USD"),
        Column("credited_million_usd", "credited", "m USD"),
        Column("left_million_usd", "left (RPO)", "m USD"),
        Column("deferred_million_usd", "of it paid", "m USD"),
        Column("cash_to_come_million_usd", "cash to come", "m USD"),
    )
    full = int(book.result.factory.finance.full_operation)
    before = max(full - 1, 0)
    figures = (
        Figure("at_full_operation_usd", "left at full operation (RPO)", float(book.to_come[before]), "USD"),
        Figure("deferred_at_full_operation_usd", "of it paid already", float(book.deferred[before]), "USD"),
        Figure(
            "cash_to_come_at_full_operation_usd",
            "cash still to come",
            float(book.to_come[before] - book.deferred[before]),
            "USD",
        ),
    )
    return Section("backlog", "Backlog: what cannot be avoided", figures, Grid(columns, tuple(rows)))


def _customers(book: Book) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for item in book.customers:
        part = item.entries[0].first
        limit = f" {item.backstop / MILLION:,.0f} m USD" if item.backstop else ""
        rows.append(
            (
                item.name,
                book.shares[item.name] if book.total else None,
                part.rating or "unrated",
                float(part.hazard),
                f"{part.guarantor}{limit}" if part.guarantor else "-",
                item.cover_gone,
                item.cover_relet,
            )
        )
    columns = (
        Column("customer", "customer"),
        Column("share", "share", "%"),
        Column("credit", "credit"),
        Column("default_per_year", "default", "%"),
        Column("guarantor", "guarantor"),
        Column("min_dscr_gone", "gone"),
        Column("min_dscr_relet", "again"),
    )
    market = book.result.factory.offtake.merchant
    text = (
        "DSCR: the lowest where the customer stops paying at full operation, debt frozen, before any guarantor: with "
        "nothing in its place, or let again after a void at a market price that is down: "
        f"{market.void:g} months and {100 * market.wrong_way:.0f} %."
    )
    return Section("customers", "Customers, and what their default does", grid=Grid(columns, tuple(rows)), text=(text,))


def _market(book: Book) -> Section | None:
    """Price of committed hours against the market price of silicon of the same age."""
    lines, timeline = book.lines, book.result.factory.timeline
    held = np.asarray(lines["c_held"])
    price = np.asarray(lines["c_price_now"])
    weight = held.sum(axis=0) if held.size else np.zeros(timeline.periods)
    paid = (held * price).sum(axis=0) if held.size else weight
    rows: list[tuple[Cell, ...]] = []
    for year in np.unique(timeline.calendar_year.astype(int)):
        inside = (timeline.calendar_year == year) & (weight > 0)
        if not inside.any():
            continue
        ours = float(paid[inside].sum() / weight[inside].sum())
        market = float((lines["merchant_price"][inside] * weight[inside]).sum() / weight[inside].sum())
        rows.append((str(year), ours, market, ours / market - 1 if market else None))
    columns = (
        Column("year", "year"),
        Column("contract_usd_per_hour", "contract", "USD/h"),
        Column("market_usd_per_hour", "market", "USD/h"),
        Column("above_market", "above market", "%"),
    )
    found = book.market
    if found is None and not rows:
        return None
    figures: tuple[Figure, ...] = ()
    if found:
        figures = (
            Figure("anchor_usd_per_hour", "price that would pay an entrant, first year", found.anchor, "USD/h"),
            Figure("running_cost_usd_per_hour", "running cost: below it silicon stands", found.running, "USD/h"),
            Figure("best_life_months", "life by the replacement rule", found.kept.life, "months"),
            Figure("life_given_months", "economic life as given", book.result.factory.finance.economic_life, "months"),
        )
    return Section("market", "Price against the market", figures, Grid(columns, tuple(rows)))


def _lateness(book: Book) -> Section | None:
    """What a month of delay costs under the contracts, up to their caps."""
    rows: list[tuple[Cell, ...]] = []
    for entry in book.entries:
        parts = [part for part in entry.parts if isinstance(part, Contract) and part.damages]
        if not parts:
            continue
        rate = sum(part.damages for part in parts) * HOURS_PER_DAY
        cap = sum(part.damages_cap for part in parts)
        stop = max(part.long_stop for part in parts)
        rows.append(
            (
                entry.name,
                rate / MILLION,
                cap / MILLION if cap else None,
                cap / rate if cap else None,
                _month(book, stop) if np.isfinite(stop) else None,
                float(entry.damages.sum()) / MILLION,
                float(entry.billed.max()) / MILLION,
            )
        )
    if not rows:
        return None
    columns = (
        Column("contract", "contract"),
        Column("damages_million_usd_per_day", "a day", "m USD"),
        Column("cap_million_usd", "cap", "m USD"),
        Column("days_to_cap", "days to cap"),
        Column("long_stop", "long stop"),
        Column("due_million_usd", "due as dated", "m USD"),
        Column("bill_million_usd_per_month", "bill a month", "m USD"),
    )
    return Section("lateness", "Lateness", grid=Grid(columns, tuple(rows)))
