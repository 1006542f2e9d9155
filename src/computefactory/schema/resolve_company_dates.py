"""The calendar of a company: the day of the question, the balance sheet that was public then, month 0, the months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from computefactory.schema import derive
from computefactory.schema.company_rows import BOOKS, CASH, DEBT, OF_KIND, REVENUE
from computefactory.schema.figures import Figures, ReportedFigure
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_company_notes import Notes
from computefactory.timeline import MONTHS_PER_YEAR, month_number
from computefactory.units import Usd

__all__ = ["CompanyDates", "balance_sheet", "dates_of", "late"]

# the first that has any dates the balance sheet
BALANCES = (
    CASH,
    DEBT,
    (*BOOKS["rpo"], *BOOKS["backlog"], *REVENUE, *(name for names in OF_KIND.values() for name in names)),
)
SIGNED = ("secured", "sold")  # stages that begin with a signature, never planned


@dataclass(frozen=True, slots=True)
class CompanyDates:
    """All dates; months are calendar month numbers where they are not counted from month 0."""

    as_of: str
    balance_date: str
    month_0: Traced
    asked: Traced  # month of the question, from month 0
    timeline: Traced = MISSING

    @property
    def balance_month(self) -> int:
        """Calendar month number of the balance sheet."""
        return month_number(self.balance_date)

    def from_start(self, sources: Sources, month: Traced) -> Traced:
        """Months from month 0."""
        return sources.derive(derive.from_month_0, month, self.month_0)

    def after(self, sources: Sources, month: Traced) -> Traced:
        """Months from month 0 to the month after one."""
        return sources.derive(derive.month_after, month, self.month_0)

    def spanning(self, sources: Sources, ends: tuple[Traced, ...]) -> CompanyDates:
        """With the months that are reckoned: ten years at least, to the last of some ends."""
        return replace(self, timeline=sources.derive(derive.company_timeline, self.month_0, *ends))


def dates_of(sources: Sources, figures: Figures, notes: Notes) -> CompanyDates:
    """The day of the question, and month 0 after the newest balance sheet that was public then."""
    as_of = sources.required("as_of")
    newest = balance_sheet(sources, figures)
    later = figures.newest(Usd, "instant", *DEBT)
    if newest is not None and later is not None and later.end > newest.end:
        notes.say(f"the balance sheet is of {newest.end}: of {later.end} the debt is known and no cash")
    if newest is None:
        notes.lack("a balance sheet", "cash, debt and what is left of the book", "reported")
        balance = as_of
        day = as_of.value
    else:
        balance, day = sources.named_by(newest.traced, newest.end), newest.end
    age = month_number(as_of.value) - month_number(day)
    if age > MONTHS_PER_YEAR:
        notes.say(f"the balance sheet of {day} is {age} months older than the question: what came since is not known")
    month_0 = sources.derive(derive.month_0_after, balance)
    asked = sources.derive(derive.month_of_question, as_of, month_0)
    return CompanyDates(as_of.value, day, month_0, asked)


def balance_sheet(sources: Sources, figures: Figures) -> ReportedFigure | None:
    """A figure of the newest day of which cash is known; where the file states cash, or no row, of debt or a book."""
    cash = sources.document.company.cash
    stated = cash is not None and cash.unrestricted is not None
    balances = [(*CASH, *DEBT), *BALANCES] if stated else BALANCES
    return next((found for names in balances if (found := figures.newest(Usd, "instant", *names)) is not None), None)


def late(sources: Sources, figures: Figures) -> None:
    """Refuse what the file states of a day after that of the question."""
    as_of = sources.document.company.as_of
    for path, day, what in _days(sources, figures):
        if day > as_of:
            expected = f"what was public by the day of the question, {as_of}"
            sources.refuse(
                "after_the_date", path, f"{what} {day}", expected, "--hindsight lets it in, and every page says so"
            )


def _days(sources: Sources, figures: Figures) -> Iterator[tuple[str, str, str]]:
    """Every day of the file that a fact is of, with what happened on it."""
    file, library = sources.document.company, sources.library
    for name, block in file.blocks.items():
        if block.signed is not None:
            yield f"blocks.{name}.signed", block.signed, "an order signed on"
        for stage in SIGNED if block.power is not None else ():
            for month in getattr(block.power, stage) or {}:
                first = f"{month[:7]}-01"
                yield f"blocks.{name}.power.{stage}.{month}", first, f"capacity {stage} on"
        if block.deal is not None and block.deal not in library.keys("deal"):
            hidden = library.hidden("deal", block.deal, "announced") or library.hidden("deal", block.deal, "seller")
            if hidden is not None:
                yield f"blocks.{name}.deal", hidden.known, f"{block.deal}, a deal public on"
    if file.book is not None and file.book.date is not None:
        yield "book.date", file.book.date, "a book of"
    for name, offering in (file.cash.proceeds if file.cash else {}).items():
        yield f"cash.proceeds.{name}.date", offering.date, "money that came on"
    for period in file.reported:
        yield f"reported.{period}", figures.end_of(period), f"{period}, a period that ends on"
