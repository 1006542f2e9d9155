"""The book of a company: kind, amount, cash already had, what orders beside it add, which block serves what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from computefactory.schema import derive
from computefactory.schema.company_rows import BOOKS
from computefactory.schema.figures import Figures, ReportedFigure
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_drafts import Draft
from computefactory.schema.resolve_company_notes import Notes
from computefactory.units import Month, One, Usd

__all__ = ["MINED", "SignedBook", "book_of", "landing", "spread_over"]

SCHEDULES = {  # of each kind of book: share that lands up to a time, after the one before
    "rpo": {
        "24 months": "rpo_share_within_24_months",
        "48 months": "rpo_share_months_25_to_48",
        "72 months": "rpo_share_months_49_to_72",
    },
    "backlog": {"24 months": "backlog_recognised_within_24_months", "48 months": "backlog_recognised_within_4_years"},
}
CUMULATIVE = "backlog"  # whose shares are of all up to a time
OTHER = {"rpo": "backlog", "backlog": "rpo"}
ALIKE = 0.005  # two amounts that differ by less are one figure
EXACT = 1e-6
MINED = "mining"  # nobody owes what it earns


@dataclass(frozen=True, slots=True)
class SignedBook:
    """What is signed and not recognised at the balance date, orders beside it apart."""

    kind: str  # rpo or backlog; nothing: no book is known
    amount: Traced | None
    deferred: Traced
    date: str
    lag: Traced | None = None  # months from its day to month 0
    spans: tuple[Traced, ...] = ()  # times of its schedule and the share that lands in each; none: as capacity bills


def book_of(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes) -> SignedBook:
    """The book as stated, else the newest row of its kind, less what has been recognised since its date."""
    stated = sources.document.company.book
    rows = {kind: figures.newest(Usd, "instant", *names) for kind, names in BOOKS.items()}
    kind = stated.kind if stated else next((kind for kind, row in rows.items() if row is not None), "")
    row = rows.get(kind)
    amount = sources.given("book.amount", Usd) if stated else None
    date = (stated.date if stated else None) or (row.end if row and amount is None else dates.balance_date)
    if stated and amount is not None:
        _not_mixed(sources, kind, amount, row, rows.get(OTHER.get(kind, "")))
    whole = amount or (row.traced if row else None)
    if whole is None:
        return SignedBook(kind, None, sources.absent("book.deferred", 0.0, Usd, "no book is known"), date)
    deferred = _deferred(sources, figures, notes, date)
    if np.any(np.asarray(deferred.value) > np.asarray(whole.value)):
        given = f"{_bn(deferred)} of cash already had"
        expected = f"at most the book, {_bn(whole)}: deferred revenue is part of it"
        sources.refuse("above_limit", "book.deferred", given, expected)
    left = _at_balance(sources, figures, dates, notes, whole, date)
    spans = tuple(_stated_schedule(sources)) or tuple(_schedule_of_rows(sources, figures, kind, date))
    return SignedBook(kind, left, deferred, date, _lag(sources, dates, row if amount is None else None), spans)


def _lag(sources: Sources, dates: CompanyDates, row: ReportedFigure | None) -> Traced | None:
    """Months from the day of the book to month 0; None where it is of the balance date."""
    day = sources.given("book.date") or (sources.named_by(row.traced, row.end) if row is not None else None)
    return sources.derive(derive.months_since, day, dates.month_0) if day is not None else None


def _stated_schedule(sources: Sources) -> Iterator[Traced]:
    stated = sources.document.company.book
    for name in (stated.schedule or {}) if stated else ():
        path = f"book.schedule.{name}"
        yield sources.derive(derive.months_in, sources.name_at(path, name))
        yield sources.required(path, One)


def _schedule_of_rows(sources: Sources, figures: Figures, kind: str, date: str) -> Iterator[Traced]:
    """The schedule that the company published for the day of the book."""
    before: list[Traced] = []
    for span, metric in SCHEDULES[kind].items():
        row = figures.on(One, date, metric)
        if row is None:
            return
        yield sources.derive(derive.months_in, sources.named_by(row.traced, span))
        yield sources.derive(derive.beyond_share, row.traced, *before) if before else row.traced
        before = [row.traced] if kind == CUMULATIVE else []


def _bn(amount: Traced) -> str:
    return f"{float(np.max(amount.value)) / 1e9:,.6g} bn USD"


def _not_mixed(
    sources: Sources, kind: str, amount: Traced, own: ReportedFigure | None, other: ReportedFigure | None
) -> None:
    """Refuse an RPO that is the backlog that the company reported, or the other way round."""
    if other is None or (own is not None and _alike(amount, own.traced)):
        return
    names = {"rpo": "remaining performance obligations", "backlog": "backlog"}
    if _alike(amount, other.traced):
        given = f"{_bn(amount)} as {names[kind]}"
        expected = f"kind: {OTHER[kind]}, which the company reported as {_bn(other.traced)} for {other.period}"
        sources.refuse("contradiction", "book.kind", given, expected, "the two are not the same and are never mixed")
    elif kind == "rpo" and np.any(np.asarray(amount.value) > np.asarray(other.traced.value) * (1 + ALIKE)):
        expected = f"at most the backlog that it is part of, {_bn(other.traced)} for {other.period}"
        sources.refuse("contradiction", "book.amount", f"{_bn(amount)} as {names[kind]}", expected)


def _alike(one: Traced, other: Traced) -> bool:
    return bool(np.all(np.abs(np.asarray(one.value) - other.value) <= ALIKE * np.abs(other.value)))


def _deferred(sources: Sources, figures: Figures, notes: Notes, date: str) -> Traced:
    """Cash already had of the book: stated, else the row of its date, else the newest."""
    stated = sources.given("book.deferred", Usd)
    if stated is not None:
        return stated
    row = figures.on(Usd, date, "deferred_revenue") or figures.newest(Usd, "instant", "deferred_revenue", until=date)
    if row is not None:
        if row.end != date:
            notes.warnings.append(
                f"deferred revenue is of {row.end}, the newest known: the book of {date} may hold more"
            )
        return row.traced
    notes.lack("deferred revenue", "cash that the book still brings", "book.deferred")
    return sources.absent("book.deferred", 0.0, Usd, "nobody states cash already had")


def _at_balance(
    sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, whole: Traced, date: str
) -> Traced:
    """A book of an older date less the revenue recognised until the balance sheet."""
    if date >= dates.balance_date:
        return whole
    since = [day for day in figures.ends("quarter", "revenue") if date < day <= dates.balance_date]
    known = [figures.of(Usd, "quarter", day, "revenue") for day in since]
    revenues = [figure.traced for figure in known if figure is not None]
    if not revenues:
        notes.warnings.append(
            f"the book is of {date}, before the balance sheet of {dates.balance_date}: taken as it was"
        )
        return whole
    notes.warnings.append(f"the book is of {date}: revenue recognised to {dates.balance_date} is taken off")
    return sources.derive(derive.book_since, whole, _committed(sources), *revenues)


def _committed(sources: Sources) -> Traced:
    """Share of revenue that customers owe, as the file states the business; all of it where it states none."""
    business = sources.document.company.business
    shares = [sources.required(f"business.{name}.share", One) for name, part in business.items() if part.committed]
    if not shares:
        return sources.absent("book.committed", 1.0, One, "all revenue since is taken to be of the book")
    return sources.derive(derive.sum_of_shares, *shares)


def spread_over(sources: Sources, notes: Notes, book: SignedBook, drafts: list[Draft]) -> None:
    """Give each block its part of the book, and one whose sold power nobody states the power that takes the rest."""
    if not sources.document.company.blocks:
        notes.lack("its blocks of capacity", "what is sold: the base of the forecast", "blocks")
    orders = [draft for draft in drafts if draft.owed is not None]
    for draft in orders:
        _order(sources, notes, book, draft)
    inside = [draft for draft in orders if draft.inside]
    standing = [draft for draft in drafts if draft.owed is None and draft.sells != MINED and draft.is_sold]
    if book.amount is not None:
        rest = book.amount
        if inside:
            rest = sources.derive(derive.book_that_is_left, rest, *(draft.book for draft in inside if draft.book))
            _all_of_it(notes, book.amount, inside, standing)
        _by_capacity(sources, notes, rest, standing)
        _deferred_parts(sources, book, [*standing, *inside])
    elif standing:
        notes.lack("revenue signed and not recognised", "what is sold: the base of the forecast", "book.amount")
        for draft in standing:
            draft.book = sources.absent(f"{draft.path}.book", nan, Usd, "nobody states what is signed")
    for draft in drafts:
        if draft.sold is None:
            draft.sold = _power_for(sources, notes, draft)


def _all_of_it(notes: Notes, book: Traced, inside: list[Draft], standing: list[Draft]) -> None:
    """Say where orders inside the book are not the book: more than it, or less with no other block to take the rest."""
    orders = sum(float(np.max(draft.book.value)) for draft in inside if draft.book is not None)
    amount = float(np.max(book.value))
    if orders > amount * (1 + ALIKE):
        said = f"more than the book of {_bn(book)} that is said to hold them: the orders count"
    elif not standing and orders < amount * (1 - ALIKE):
        said = f"less than the book of {_bn(book)} that holds them: no block takes the rest, and it is not counted"
    else:
        return
    notes.warnings.append(f"the orders inside the book, {orders / 1e9:,.6g} bn USD, are {said}")


def _order(sources: Sources, notes: Notes, book: SignedBook, draft: Draft) -> None:
    """An order's own book, inside the company's where it was signed by its date."""
    chapter = draft.chapter
    signed = chapter.signed
    if signed is None and chapter.deal is not None:
        announced = sources.library.seen("deal", chapter.deal, "announced")
        signed = str(announced.value) if announced is not None else None
    draft.inside = chapter.in_book if chapter.in_book is not None else bool(signed and signed <= book.date)
    if signed is None and chapter.in_book is None and book.amount is not None:
        expected = "the day on which it was signed, or in_book: whether the book holds it"
        sources.refuse("missing", f"{draft.path}.signed", "an order without a date", expected)
    draft.book = draft.owed
    if draft.sold is None:
        draft.sold = _power_for(sources, notes, draft)
        return
    if not np.any(np.asarray(draft.sold.value) > 0) or draft.owed is None:
        return
    months = _months(sources, draft)
    draft.book = sources.derive(derive.left_of_order, draft.owed, draft.power, draft.billed, months)
    if draft.chapter.price is None:
        draft.price = sources.derive(derive.price_of_order, draft.book, months)


def _months(sources: Sources, draft: Draft) -> Traced:
    parts = (draft.power, draft.sold, draft.new_power, draft.new_from, draft.start, draft.ramp, draft.until)
    return sources.derive(derive.billing_months, *(part for part in parts if part is not None))


def _most(sources: Sources, draft: Draft) -> Traced | None:
    """What a block can bill of the book to its contracts' end; None where no price or power is known."""
    if (
        draft.price is None
        or draft.on_demand is None
        or not np.any(np.asarray(draft.sold.value if draft.sold else 0) > 0)
    ):
        return None
    return sources.derive(derive.most_of_book, draft.price, draft.on_demand, _months(sources, draft))


def _by_capacity(sources: Sources, notes: Notes, rest: Traced, drafts: list[Draft]) -> None:
    """The book by what each block can bill; what they cannot falls to blocks whose power or price nobody states."""
    most = [(draft, _most(sources, draft)) for draft in drafts]
    known = [(draft, item) for draft, item in most if item is not None]
    unknown = [draft for draft, item in most if item is None]
    amounts = [item for _, item in known]
    for place, (draft, own) in enumerate(known):
        function = derive.served_of_book if unknown else derive.part_of_book
        draft.book = sources.derive(function, rest, own, *amounts[:place], *amounts[place + 1 :])
    if unknown:
        left = sources.derive(derive.book_that_is_left, rest, *amounts)
        count = sources.absent(
            "book.blocks", float(len(unknown)), One, "nobody states how the rest divides: equal parts"
        )
        if len(unknown) > 1:
            names = ", ".join(draft.name for draft in unknown)
            notes.lack(f"how the book divides between {names}", "timing and credit of what is owed", "blocks")
        for draft in unknown:
            draft.book = sources.derive(derive.equal_part, left, count)
    elif known:
        _fits(sources, notes, rest, [draft for draft, _ in known], amounts)


def _fits(sources: Sources, notes: Notes, rest: Traced, drafts: list[Draft], most: list[Traced]) -> None:
    """Refuse a book that is larger than what its capacity bills by more than such estimates miss."""
    total = sum(np.asarray(item.value, dtype=float) for item in most)
    room = sources.fact(One, "company", "default", "book_room")
    if room.origin is None or not np.any(np.asarray(rest.value) > total * (1 + EXACT)):
        return
    power = sum(float(np.max(draft.sold.value)) for draft in drafts if draft.sold) / 1e3
    expected = (
        f"at most {float(np.min(total)) / 1e9:,.4g} bn USD, what {power:,.6g} MW bill to the end of their contracts"
    )
    given = f"a book of {_bn(rest)}"
    if np.all(np.asarray(rest.value) <= total * (1 + room.value)):
        notes.warnings.append(f"{given} on capacity for {expected.removeprefix('at most ')}: taken as it is")
        return
    stated = sources.document.company.book
    path = "book.amount" if stated and stated.amount is not None else "blocks"
    hint = "state a block that is sold and not delivered (full, tenor_left): it takes what the others cannot"
    sources.refuse("over_capacity", path, given, expected, hint)


def _deferred_parts(sources: Sources, book: SignedBook, drafts: list[Draft]) -> None:
    """Cash already had, by the parts of the book."""
    known = [draft for draft in drafts if draft.book is not None]
    for draft in known:
        others = [other.book for other in known if other is not draft and other.book is not None]
        if draft.book is not None:
            draft.deferred = sources.derive(derive.of_book, book.deferred, draft.book, *others)


def _power_for(sources: Sources, notes: Notes, draft: Draft) -> Traced:
    """The power that a book of its own takes; what bills already where no price or book is known."""
    parts = (draft.book, draft.price, draft.on_demand, draft.start, draft.ramp, draft.until)
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        notes.lack(f"critical IT sold of {draft.name}", "capacity and its cost", f"{draft.path}.power.sold")
        return draft.power
    return sources.derive(derive.power_for_book, *known)


def landing(sources: Sources, book: SignedBook, dates: CompanyDates, last: tuple[Traced, ...]) -> Traced:
    """The published schedule of the book by month; without one the book lands as capacity bills."""
    none = sources.absent("book.lag", 0.0, Month, "the book is of the balance date")
    ends = sources.derive(derive.latest_of, *last) if last else none
    return sources.derive(derive.landing_schedule, book.lag or none, ends, dates.timeline, *book.spans)
