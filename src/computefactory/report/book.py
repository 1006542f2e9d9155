"""The book page: ladder, terms, backlog, customers and their default, price against the market, lateness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.offtake.inputs import Contract, Lease
from computefactory.offtake.service_levels import paid_whatever_runs
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import page
from computefactory.report import book_events, book_market
from computefactory.report.phases import phases
from computefactory.studies.book import Book, study
from computefactory.timeline import month_name

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["book", "borne"]

BAR = 24
FIRM, LOOSE, EMPTY = "█", "░", "·"
LEVELS = "·▁▂▃▄▅▆▇█"
CENT, MILLION = 0.01, 1e6
# contracts and leases: what buyers cannot avoid, what they have paid ahead
COMMITTED = "sum(c_committed_bill + c_exit_due) + sum(l_rent * l_committed_now + l_exit_due)"
ALL_COMMITTED = "over(c_committed_bill + c_exit_due) + over(l_rent * l_committed_now + l_exit_due)"
PAID_AHEAD, CREDITED = "over(c_prepay_in) + over(l_funding_in)", "over(c_credit) + over(l_credit)"
HELD_AHEAD = f"{PAID_AHEAD} - ({CREDITED})"
LEFT, DEFERRED = f"later({ALL_COMMITTED})", f"so_far({HELD_AHEAD})"
VALUE = "sum(c_value) + total(sum(l_rent))"
SHARE = f"total({COMMITTED}) / total({ALL_COMMITTED})"
COVER = ("min_dscr", "finance.full_operation")
RELET = (*COVER, *(f"offtake.merchant.{name}" for name in ("price_new", "void", "wrong_way", "sold")))
ENDS = ("offtake.contracts.start", "offtake.contracts.committed_until")
LIFE = ("plant.phases.accepted", "phase_lives")


@page("book", study)
def book(book: Book) -> Page:
    """The book of a result as a page."""
    sections = (
        _summary(book),
        _ladder(book),
        phases(book.result),
        _terms(book),
        _backlog(book),
        _customers(book),
        book_events.events(book),
        book_events.construction(book),
        book_market.market(book),
        book_market.lateness(book),
    )
    return Page("book", book.result.factory.name, tuple(section for section in sections if section))


def _month(book: Book, number: float) -> str:
    """Calendar name of a month from month 0, also beyond the timeline."""
    return month_name(int(book.result.factory.timeline.start + number))


def _life_ends(book: Book) -> list[float]:
    """The month after the economic life of each phase's silicon."""
    phases, lives = book.result.factory.plant.phases, book.result.known["phase_lives"]
    return [phase.accepted + life for phase, life in zip(phases, lives, strict=True)]


def _summary(book: Book) -> Section:
    factory, metrics = book.result.factory, book.result.metrics
    money = factory.finance
    ends = [entry.committed_end for entry in book.entries if entry.committed.sum() > CENT]
    own = float(book.result.known["accelerators_active"]) > 0
    life_end = min(_life_ends(book)) - 1
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
        Figure("committed_usd", "committed in all", book.total, "USD", of=f"total({ALL_COMMITTED})"),
        Figure("commitment_ends", "first commitment ends", _month(book, min(ends)) if ends else None),
        Figure("silicon_life_ends", "silicon's economic life first ends", _month(book, life_end) if own else None),
        Figure("debt_matures", "debt matures", _month(book, money.last_maturity) if money.tranches else None),
        Figure(
            "commitment_beyond_debt_months",
            "commitment beyond the debt",
            min(ends) - float(money.last_maturity) if money.tranches and ends else None,
            "months",
            of=worked("first end of a commitment - finance.last_maturity", *ENDS, "finance.last_maturity"),
        ),
        Figure(
            "commitment_beyond_silicon_months",
            "commitment beyond the silicon's life",
            min(ends) - life_end if ends and own else None,
            "months",
            of=worked("first end of a commitment - last month of the first phase's economic life", *ENDS, *LIFE),
        ),
        Figure("largest_customer", "largest customer", largest.name if largest else None),
        Figure(
            "largest_customer_share",
            "  its share",
            book.shares[largest.name] if largest else None,
            "%",
            of=Of(SHARE, largest.name if largest else ""),
        ),
        Figure(
            "hhi",
            "concentration (HHI)",
            book.concentration if largest else None,
            of=worked("sum of the squared shares of the customers", f"total({ALL_COMMITTED})"),
        ),
        Figure("price_usd_per_accelerator_hour", "contract price, first year", price, "USD/h"),
        Figure(
            "market_price_usd_per_accelerator_hour",
            "market price, new silicon",
            float(market.price_new),
            "USD/h",
            of="offtake.merchant.price_new",
        ),
        Figure("market_tier", "  its tier", market.tier),
        Figure("market_commitment", "  its commitment", market.commitment.replace("_", " ")),
        Figure(
            "prepayment_debt_usd",
            "prepayments that can be unwound: debt",
            unwound,
            "USD",
            of="total(over(c_prepay_in * offtake.contracts.refundable))",
        ),
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
    life_end = max(_life_ends(book)) - 1
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
            entry.first.credit or "unrated",
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
    silicon_start = min(phase.accepted for phase in factory.plant.phases)
    if own:
        begun, ended = _month(book, silicon_start), _month(book, life_end)
        rows.append(("silicon", "", begun, ended, bar(silicon_start, life_end, life_end), None))
    columns = (
        Column("contract", "contract"),
        Column("credit", "credit"),
        Column("start", "start"),
        Column("end", "end"),
        Column("bar", f"{FIRM} committed {LOOSE} not"),
        Column("value_million_usd", "value", "m USD", of=Of(VALUE, scale=1 / MILLION)),
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
    known, offtake = book.result.known, book.result.factory.offtake
    shares = (*known["sla_credits"], *known["lease_credits"])
    credited = dict(zip((part.name for part in offtake.committable), shares, strict=True))
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
                credited[part.name],
            )
        )
    columns = (
        Column("contract", "contract"),
        Column("kind", "kind"),
        Column("size", "size", of="sum(offtake.contracts.accelerators) + sum(offtake.leases.power)"),
        Column("price", "price", of="first(offtake.{}.price)"),
        Column("price_unit", "unit"),
        Column("committed_share", "owed", "%", of=f"total({COMMITTED}) / ({VALUE})"),
        Column("power_borne_by", "power by"),
        Column(
            "expected_credit_share",
            "credits",
            "%",
            of=worked("expected credits of a month / its bill", "c_sla", "l_sla"),
        ),
    )
    places = tuple(Of(_kind(entry.first), entry.name) for entry in book.entries)
    text = (
        "size: accelerators, or kW; owed: the least paid over all exits / value; power by: who bears its price; "
        "credits: expected service credits, share of the bill"
    )
    return Section("terms", "Terms", grid=Grid(columns, tuple(rows), places=places), text=(text, *borne(book.result)))


def borne(result: Result) -> tuple[str, ...]:
    """Contracts whose price stands whatever is delivered."""
    names = paid_whatever_runs(result.factory.offtake)
    said = "no service level is stated and what is owed is billed whatever runs: the customer bears low availability"
    return (f"{', '.join(names)}: {said}.",) if names else ()


def _kind(part: Contract | Lease) -> str:
    """Where a part of the book stands among the inputs."""
    return "contracts" if isinstance(part, Contract) else "leases"


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
        Column("due_million_usd", "due", "m USD", of=Of(ALL_COMMITTED, scale=1 / MILLION)),
        Column("prepaid_million_usd", "prepaid", "m USD", of=Of(PAID_AHEAD, scale=1 / MILLION)),
        Column("credited_million_usd", "credited", "m USD", of=Of(CREDITED, scale=1 / MILLION)),
        Column("left_million_usd", "left (RPO)", "m USD", of=Of(LEFT, scale=1 / MILLION)),
        Column("deferred_million_usd", "of it paid", "m USD", of=Of(DEFERRED, scale=1 / MILLION)),
        Column("cash_to_come_million_usd", "cash to come", "m USD", of=Of(f"{LEFT} - {DEFERRED}", scale=1 / MILLION)),
    )
    full = int(book.result.factory.finance.full_operation)
    before = max(full - 1, 0)
    month = timeline.names[before]
    to_come, deferred = float(book.to_come[before]), float(book.deferred[before])
    figures = (
        Figure("at_full_operation_usd", "left at full operation (RPO)", to_come, "USD", of=Of(LEFT, month=month)),
        Figure("deferred_at_full_operation_usd", "of it paid already", deferred, "USD", of=Of(DEFERRED, month=month)),
        Figure(
            "cash_to_come_at_full_operation_usd",
            "cash still to come",
            float(book.to_come[before] - book.deferred[before]),
            "USD",
            of=Of(f"{LEFT} - {DEFERRED}", month=month),
        ),
    )
    grid = Grid(columns, tuple(rows), places=tuple(Of(month=str(row[0])) for row in rows))
    return Section("backlog", "Backlog: what cannot be avoided", figures, grid)


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
        Column("share", "share", "%", of=SHARE),
        Column("credit", "credit"),
        Column("default_per_year", "default", "%", of="first(offtake.{}.hazard)"),
        Column("guarantor", "guarantor"),
        Column(
            "min_dscr_gone",
            "gone",
            of=worked("min_dscr with nothing from this customer from a year after full operation on", *COVER),
        ),
        Column("min_dscr_relet", "again", of=worked("min_dscr with its capacity let again at a lower price", *RELET)),
    )
    places = tuple(Of(_kind(item.entries[0].first), item.name) for item in book.customers)
    market = book.result.factory.offtake.merchant
    text = (
        "DSCR: the lowest where the customer stops paying a year after full operation, debt frozen, before any "
        "guarantor: with nothing in its place, or let again after a void at a market price that is down: "
        f"{market.void:g} months and {100 * market.wrong_way:.0f} %."
    )
    grid = Grid(columns, tuple(rows), places=places)
    return Section("customers", "Customers, and what their default does", grid=grid, text=(text,))
