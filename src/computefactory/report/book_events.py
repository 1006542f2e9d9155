"""On the book page: what the file's events do to contracts, and the construction money of tenants."""

from __future__ import annotations

import numpy as np

from computefactory.page import Cell, Column, Grid, Of, Section
from computefactory.schema.events import ExitEvent, LateEvent
from computefactory.schema.resolve_events import ending
from computefactory.studies.book import Book
from computefactory.timeline import month_name

MILLION = 1e6


def _both(lines: str) -> Of:
    """Total of a line of contracts and of leases, in millions."""
    contract, lease = lines.split()
    return Of(f"total(sum({contract}) + sum({lease}))", scale=1 / MILLION)


def events(book: Book) -> Section | None:
    """What each event of the file comes to; None where it has none."""
    model, start = book.result.factory.document.model, book.result.factory.timeline.start
    rows: list[tuple[Cell, ...]] = []
    for entry in book.entries:
        rows.extend(
            (entry.name, f"late by {event.by:g} months", None, *(None,) * 4)
            for event in model.events.values()
            if isinstance(event, LateEvent) and event.contract == entry.name
        )
        found = ending(model, entry.name)
        if found is None or not entry.first.leaves:
            continue
        gone = month_name(int(start + min(part.left for part in entry.parts)))
        kind = "exit" if isinstance(found[1], ExitEvent) else "default"
        sums = (float(series.sum()) / MILLION for series in (entry.owed, entry.settled, entry.refund, entry.again))
        rows.append((entry.name, kind, gone, *sums))
    if not rows:
        return None
    columns = (
        Column("contract", "contract"),
        Column("event", "event"),
        Column("month", "from"),
        Column("claim_million_usd", "claim", "m USD", of=_both("c_owed l_owed")),
        Column("settled_million_usd", "brings", "m USD", of=_both("c_settled l_settled")),
        Column("refund_million_usd", "paid back", "m USD", of=_both("c_refund l_refund")),
        Column("again_million_usd", "let again", "m USD", of=_both("c_again_revenue l_again_rent")),
    )
    text = (
        "Debt is sized as if nothing happened. brings: what was paid ahead and is kept, a guarantor's payment, the "
        "recovery; paid back: owed after the lenders unless stated; let again: revenue from others to the end of the "
        "term. All other figures of this page are those of the contracts as signed."
    )
    places = tuple(Of(item=str(row[0])) for row in rows)
    return Section("events", "Events of the file", grid=Grid(columns, tuple(rows), places=places), text=(text,))


def construction(book: Book) -> Section | None:
    """What tenants pay of the construction, and when the rent has paid it back; None where none does."""
    names = book.result.factory.timeline.names
    rows: list[tuple[Cell, ...]] = []
    for entry in book.entries:
        if not float(np.max(getattr(entry.first, "funding", 0.0))):
            continue
        share = float(entry.first.funding_share)  # type: ignore[union-attr]
        paid = np.flatnonzero(entry.credited > 0)
        received = float(entry.prepaid.sum()) / MILLION
        rows.append((entry.name, received, share, names[paid[0]], names[paid[-1]]))
    if not rows:
        return None
    columns = (
        Column("contract", "contract"),
        Column("received_million_usd", "received", "m USD", of=Of("total(sum(l_funding_in))", scale=1 / MILLION)),
        Column("most_of_rent_share", "of a month's rent", "%", of="first(offtake.leases.funding_share)"),
        Column("credited_from", "credited from"),
        Column("credited_until", "until"),
    )
    text = (
        "Paid by tenants towards the construction: financing, out of project flows; at none it is earned over the term."
    )
    places = tuple(Of(item=str(row[0])) for row in rows)
    return Section(
        "construction", "Tenants' construction money", grid=Grid(columns, tuple(rows), places=places), text=(text,)
    )
