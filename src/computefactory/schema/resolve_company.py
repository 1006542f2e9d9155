"""A company file and the library made into a company: its blocks, facilities, shares and terms at a date.

Nothing that was public after the day of the question is read, unless hindsight is asked for. What the company does not
state and no row knows is a missing fact: the run works as far as it can, and says what each would decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from computefactory.company.inputs import Block, CompanyTerms, CreditFacility
from computefactory.library import Library, operators
from computefactory.schema.company import CompanyFile
from computefactory.schema.document import Document
from computefactory.schema.figures import Figures
from computefactory.schema.kinds import COMPANY
from computefactory.schema.levers import Lever, levers, ranged
from computefactory.schema.origin import Origin, Sources
from computefactory.schema.problems import near
from computefactory.schema.resolve_company_blocks import blocks
from computefactory.schema.resolve_company_dates import dates_of, late
from computefactory.schema.resolve_company_debt import facilities, loans, new_rate
from computefactory.schema.resolve_company_economics import Economics
from computefactory.schema.resolve_company_names import named
from computefactory.schema.resolve_company_notes import Missing, Notes
from computefactory.schema.resolve_company_shares import holders
from computefactory.schema.resolve_company_terms import terms
from computefactory.schema.subject import Subject
from computefactory.schema.unused import unused
from computefactory.timeline import Timeline
from computefactory.valuation import Holder

__all__ = ["Company", "Missing", "company"]


@dataclass(frozen=True)
class Company(Subject):
    """A company ready to run: its inputs in canonical units, its calendar, and where every value comes from."""

    chapters: ClassVar[tuple[str, ...]] = ("company", "worth")
    name: str
    as_of: str  # day of the question
    balance_date: str  # day of the newest balance sheet then
    hindsight: bool  # rows that were public later are read too
    operator: str | None
    parent: str | None  # of a segment
    terms: CompanyTerms
    blocks: tuple[Block, ...]
    facilities: tuple[CreditFacility, ...]
    holders: tuple[Holder, ...]  # none: no shares are known
    economics: tuple[Economics, ...]  # price, margin and capital cost by kind of capacity: own and market's
    timeline: Timeline
    missing: tuple[Missing, ...]
    origins: Mapping[str, Origin]
    warnings: tuple[str, ...]
    document: Document = field(repr=False)
    library: Library = field(repr=False)  # as it stood on the day, with hindsight whole
    varied: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def company(self) -> Company:
        """Itself: where the paths of its inputs begin."""
        return self

    @property
    def file(self) -> CompanyFile:
        """The file as it was read."""
        return self.document.company

    @property
    def factories(self) -> Mapping[str, str]:
        """The factory files that stand inside, by block."""
        return {name: block.factory for name, block in self.file.blocks.items() if block.factory is not None}

    def records_of(self, axis: str) -> tuple[Any, ...]:
        """The items of an axis of the ledger."""
        return {"block": self.blocks, "facility": self.facilities, "holder": self.holders}[axis]

    def levers(self) -> list[Lever]:
        """Every number of the file or the library that can be moved on its own."""
        return levers(self.origins, CompanyFile)

    def ranged(self) -> list[Lever]:
        """Rows with a range, and what the file assumes where such a row would stand."""
        return ranged(self.origins, self.library, CompanyFile)

    def with_values(self, values: Mapping[str, Any]) -> Company:
        """The company with other values at levers' paths: numbers, or arrays with one value a scenario."""
        return company(self.document, self.library, hindsight=self.hindsight, varied={**self.varied, **values})


def company(
    document: Document, library: Library, *, hindsight: bool = False, varied: Mapping[str, Any] | None = None
) -> Company:
    """A company file and the library made into a company; without ``hindsight`` the library as it stood on the day.

    Raises:
        FactoryFileError: unknown names, facts of a later day, sums that do not hold; all at once.
    """
    as_of = document.company.as_of
    known = library if hindsight else library.at(as_of)
    sources = Sources(document, known, varied or {})
    notes = Notes(sources)
    figures = Figures(sources, _operator(sources, library, notes))
    if not hindsight:
        late(sources, figures)
    named(sources)
    sources.check()
    dates = dates_of(sources, figures, notes)
    lent = loans(sources, figures, dates, notes)
    rate = new_rate(sources, notes, lent)
    found = blocks(sources, figures, dates, notes, rate)
    sources.check()
    dates = dates.spanning(sources, (*found.ends, *(loan.matures for loan in lent)))
    owed = facilities(sources, dates, notes, lent, rate)
    stated = terms(sources, figures, dates, notes, found)
    held = tuple(holders(sources, figures, notes))
    sources.check()
    notes.warnings += unused(sources, COMPANY)
    return Company(
        document.company.name,
        as_of,
        dates.balance_date,
        hindsight,
        document.company.operator,
        document.company.parent,
        stated,
        found.records,
        owed,
        held,
        found.economics,
        dates.timeline.value,
        tuple(notes.missing),
        sources.origins,
        tuple(dict.fromkeys(notes.warnings)),
        document,
        known,
        varied or {},
    )


def _operator(sources: Sources, whole: Library, notes: Notes) -> str | None:
    """The company's name in the table of operators; none of that name is a problem, rows of later days a lack."""
    name = sources.document.company.operator
    if name is None:
        return None
    sources.given("operator")
    if name not in operators.names(sources.library):
        later = [*dict.fromkeys([*operators.names(whole), *operators.later_names(whole)])]
        if name not in later:
            expected = "a company of the library's table operator"
            hint = near(name, later) or f"the library has {', '.join(later)}; leave it out and state reported:"
            sources.refuse("unknown_name", "operator", name, expected, hint)
        else:
            notes.lack(
                f"any figure that {name} had reported by {sources.document.company.as_of}", "everything", "reported"
            )
    return name
