"""The blocks of a company: drafted, the book spread over what they can bill, then split by customer."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.company.inputs import Block
from computefactory.schema.figures import Figures
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_book import SignedBook, book_of, spread_over
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_drafts import drafted
from computefactory.schema.resolve_company_economics import Economics, OwnEconomics
from computefactory.schema.resolve_company_notes import Notes
from computefactory.schema.resolve_company_records import Made

__all__ = ["Blocks", "blocks"]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a company, and what follows from all of them."""

    records: tuple[Block, ...]
    ends: tuple[Traced, ...]  # last months of contracts and silicon, from month 0
    book_ends: tuple[Traced, ...]  # of what customers owe
    book: SignedBook
    economics: tuple[Economics, ...]


def blocks(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, loan_rate: Traced) -> Blocks:
    """All blocks, those of factories inside as placeholders of their own months."""
    own = OwnEconomics(sources, figures, dates, notes)
    drafts = drafted(sources, figures, dates, notes, own)
    book = book_of(sources, figures, dates, notes)
    spread_over(sources, notes, book, drafts)
    made = Made(sources, figures, dates, notes, own, loan_rate, scheduled=bool(book.spans))
    records = [block for draft in drafts for block in made.sold(draft)]
    records += [block for draft in drafts for block in made.unsold(draft)]
    records += made.secured_beside(drafts)
    records += [made.inside(name) for name, chapter in sources.document.company.blocks.items() if chapter.factory]
    return Blocks(
        tuple(records),
        tuple(made.ends),
        tuple(draft.until for draft in drafts if draft.until is not None and draft.book is not None),
        book,
        own.records(),
    )
