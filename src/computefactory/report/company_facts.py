"""The page of a company's facts: every row read, since when it was public and why, and what was refused as later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from computefactory.library import is_dated, operators
from computefactory.page import Column, Figure, Grid, Page, Said, Section, worked
from computefactory.registry import company_page
from computefactory.report.company_words import headed

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.library import Fact

__all__ = ["facts", "later_rows"]

BASES = {
    "published": "its publication is dated",
    "event": "it happened on that day",
    "rule": "45 or 75 days after its period",
    "as_of": "the date of its source",
}


@company_page("facts")
def facts(result: CompanyResult) -> Page:
    """All sections."""
    return Page("facts", result.name, tuple(_sections(result)), note=headed(result, "facts"))


def _sections(result: CompanyResult) -> Iterator[Section]:
    library = result.factory.library
    read = [library.fact(row["table"], row["key"], row["field"]) for row in result.facts]
    own = [fact for fact in read if fact.table == operators.TABLE]
    dated = [fact for fact in read if fact.table != operators.TABLE and is_dated(fact)]
    timeless = [fact for fact in read if fact not in own and fact not in dated]
    yield Section("summary", "Facts", _counts(result, own, dated, timeless))
    for name, title, rows in (
        ("reported", "What the company reported", own),
        ("market", "The market and its deals, dated", dated),
        ("structural", "Assumptions without a date: timeless", timeless),
    ):
        if rows:
            yield Section(name, title, grid=_grid(rows))
    if hidden := later_rows(result):
        yield Section("later", "Of the company, public later: refused", grid=_refused(hidden))
    used = sorted({fact.known_basis for fact in (*own, *dated)})
    yield Section("bases", "Why a row counts as public", text=tuple(f"{name}: {BASES[name]}" for name in used))


def _counts(result: CompanyResult, *groups: list[Fact]) -> tuple[Figure, ...]:
    """How many rows of each kind were read, the youngest, and how many of the company were refused."""
    labels = ("what the company reported", "the market and its deals, dated", "assumptions without a date")
    rows = "rows of the library that a number of the company rests on"
    figures = [
        Figure(f"rows_{place}", label, len(group), of=worked(rows))
        for place, (label, group) in enumerate(zip(labels, groups, strict=True))
    ]
    dated = [fact.known for group in groups[:2] for fact in group]
    figures.append(Figure("youngest", "the youngest of them was public on", max(dated, default=None)))
    refused = Figure("later", "rows of the company refused: public later", len(later_rows(result)), of=worked(LATER))
    return (*figures, refused)


LATER = "rows of the company that were public only after the day of the question"


def later_rows(result: CompanyResult) -> list[Fact]:
    """The company's own rows that were public only later."""
    company = result.factory
    rows = company.library.later(operators.TABLE)
    return [row for row in rows if row.key.rpartition("/")[0] == company.operator]


def _refused(rows: list[Fact]) -> Grid:
    """What was refused, by period: how many figures, when the first was public. What they say stays shut."""
    columns = (
        Column("period", "period"),
        Column("figures", "figures", of=worked(LATER)),
        Column("known", "public from"),
    )
    periods = dict.fromkeys(operators.period_of(fact) for fact in rows)
    found = []
    for period in periods:
        known = [fact.known for fact in rows if operators.period_of(fact) == period]
        found.append((period, len(known), min(known)))
    return Grid(columns, tuple(sorted(found, key=lambda row: (row[2], row[0]))))


def _grid(rows: list[Fact]) -> Grid:
    """One row a fact, oldest first: what it says, since when it was public and why, how sure, by whom."""
    columns = (
        Column("row", "", width=27),
        Column("value", "", width=14, right=True),
        Column("known", "", width=10),
        Column("source", "", width=26),
    )
    ranked = sorted(rows, key=lambda fact: (fact.known, fact.path))
    return Grid(columns, tuple((_name(fact), _value(fact), _since(fact), _by(fact)) for fact in ranked))


def _name(fact: Fact) -> str:
    """A row by its path; of a company's own without its name."""
    return f"{operators.period_of(fact)} {fact.field}" if fact.table == operators.TABLE else fact.path


def _value(fact: Fact) -> Said | str:
    if not isinstance(fact.value, float):
        return fact.value
    scales = ((1e9, "bn "), (1e6, "m ")) if fact.unit in ("USD", "share") else ()
    scale, word = next(((size, name) for size, name in scales if abs(fact.value) >= size), (1.0, ""))
    unit = "" if fact.unit == "1" else f" {word}{fact.unit}"
    return Said(f"{fact.value / scale:,.4g}{unit}", fact.value, fact.path)


def _since(fact: Fact) -> str:
    """Since when a row was public, and why; an assumption that holds whatever the year says so."""
    return f"{fact.known} {fact.known_basis}" if is_dated(fact) else "timeless"


def _by(fact: Fact) -> str:
    return f"{fact.confidence}: {fact.source.partition(' (')[0]}"
