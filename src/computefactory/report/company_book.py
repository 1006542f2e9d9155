"""The page of a company's book: by customer, as it lands, cash already had and to come, options and rights to leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from computefactory.library import operators
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import company_page
from computefactory.report.company_words import dash, headed, millions, per_mw_year, share
from computefactory.timeline import month_name

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["backlog", "landing", "summary_of_book"]

FLOWS = ("committed_revenue", "credits", "prepayments")
TO_COME = "cash_to_come_usd"
BESIDE = 1.001  # a book larger than what is reported by more than a rounding holds orders beside it
KINDS = {"rpo": "remaining performance obligations", "backlog": "backlog"}


@company_page("backlog")
def backlog(result: CompanyResult) -> Page:
    """All sections."""
    return Page("backlog", result.name, tuple(_sections(result)), note=headed(result, "backlog"))


def _sections(result: CompanyResult) -> Iterator[Section]:
    yield summary_of_book(result)
    if any(block.book and not dash(block.book) for block in result.factory.blocks):
        yield Section("customers", "By block and customer", grid=_customers(result))
        yield landing(result)
    if inside := dict.fromkeys(block.block for block in result.factory.blocks if block.factory):
        said = f"{', '.join(inside)}: what a factory with a file of its own is owed stands on its own page (show book)"
        yield Section("inside", "Factories inside", text=(said,))
    yield from _rights(result)


def summary_of_book(result: CompanyResult) -> Section:
    """The book, what of it was paid already, what it still brings."""
    stated, amount = result.factory.file.book, result.metrics["backlog_usd"]
    kind = f"{KINDS[stated.kind]}, " if stated else ""
    note = f"{kind}on {result.factory.balance_date}"
    if not amount.value:
        return Section("book", "The book", text=("what is signed and not recognised is not known",), note=note)
    prepaid = float(np.sum([block.prepayment for block in result.factory.blocks]))
    to_come = result.metrics["cash_to_come_usd"].value
    paid = None if to_come is None else amount.value - to_come
    figures = [
        Figure("backlog_usd", amount.label, amount.value, "USD", of="backlog_usd"),
        *_reported(result, amount.value),
        Figure("deferred_usd", "paid already: deferred revenue", paid, "USD", of="book_at_start - cash_to_come"),
        Figure("cash_to_come_usd", "cash still to come", to_come, "USD", of=TO_COME),
    ]
    if prepaid > 0:
        figures.append(Figure("prepayments_usd", "  of it before service", prepaid, "USD", of="over(b_prepayment)"))
    return Section("book", "The book", tuple(figures), note=note)


def _reported(result: CompanyResult, amount: float) -> Iterator[Figure]:
    """What of it the company reports as such, and orders signed beside that."""
    company, stated = result.factory, result.factory.file.book
    asked = company.operator is not None and stated is not None and stated.kind == "rpo"
    fact = operators.latest(company.library, str(company.operator), "rpo", "instant") if asked else None
    if fact is None or amount <= float(fact.value) * BESIDE:
        return
    yield Figure("reported_usd", "  reported as such", float(fact.value), "USD", operators.period_of(fact), fact.path)
    beside = worked("the book less what is reported as such", "book_at_start", fact.path)
    yield Figure("beside_usd", "  orders signed beside it", amount - float(fact.value), "USD", of=beside)


def _customers(result: CompanyResult) -> Grid:
    columns = (
        Column("name", "block, customer"),
        Column("credit", "rating"),
        Column("book", "m USD"),
        Column("share", "share"),
        Column("deferred", "paid"),
        Column("full", "full"),
        Column("until", "until"),
        Column("price", "m/MW-yr"),
    )
    whole = float(np.sum([block.book for block in result.factory.blocks if not dash(block.book)]))
    rows: list[tuple[Cell, ...]] = []
    start = int(result.factory.timeline.start)
    for block in result.factory.blocks:
        if dash(block.book) or not block.book:
            continue
        full = block.start + block.ramp - 1
        rows.append(
            (
                block.name,
                block.credit,
                millions(block.book, Of("b_book", block.name)),
                share(block.book / whole if whole else None, Of("b_book / over(b_book)", block.name)),
                millions(block.deferred, Of("b_deferred", block.name)),
                "billing" if full <= 0 else _month(start, full),
                _month(start, block.until - 1),
                per_mw_year(block.price, Of("b_price", block.name, scale=12e-3)),
            )
        )
    return Grid(columns, tuple(rows))


def _month(start: int, month: float) -> str:
    return "-" if dash(month) else month_name(int(start + month))


def landing(result: CompanyResult) -> Section:
    """The book by calendar year: revenue that it becomes, what of that was paid already, cash that it brings."""
    columns = (
        Column("year", "year"),
        Column("revenue", "revenue", "USD", of="committed_revenue"),
        Column("credits", "paid already", "USD", of="credits"),
        Column("cash", "cash to come", "USD", of="committed_revenue - credits"),
        Column("prepayments", "prepaid", "USD", of="prepayments"),
        Column("left", "book left", "USD", of="end(backlog)"),
    )
    lines = {name: np.asarray(result.workings.lines[name]) for name in (*FLOWS, "backlog")}
    of = np.array([name[:4] for name in result.months])
    rows: list[tuple[Cell, ...]] = []
    for year in dict.fromkeys(of):
        here = of == year
        revenue, credit, prepaid = (float(lines[name][here].sum()) for name in FLOWS)
        if revenue > 0 or prepaid > 0:
            rows.append((str(year), revenue, credit, revenue - credit, prepaid, float(lines["backlog"][here][-1])))
    scheduled = any(block.scheduled for block in result.factory.blocks)
    how = "by its published schedule" if scheduled else "over the time left of its contracts"
    places = tuple(Of(month=str(row[0])) for row in rows)
    return Section("landing", "As it lands", grid=Grid(columns, tuple(rows), places=places), note=how)


def _rights(result: CompanyResult) -> Iterator[Section]:
    """Values that are the most a buyer may take, and what of them is owed."""
    said = []
    for name, block in result.factory.file.blocks.items():
        if block.up_to:
            share_owed = (
                f"{100 * block.owed:.0f} % of it" if block.owed is not None else "nobody states what: all of it"
            )
            said.append(f"{name}: the value is the most that the buyer may take; owed and counted: {share_owed}")
        if block.prepayment is not None:
            said.append(f"{name}: {100 * block.prepayment.share:.0f} % is paid before service")
    if said:
        yield Section("rights", "Options and rights to leave", text=tuple(said))
