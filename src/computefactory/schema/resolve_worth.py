"""The terms of a valuation of a company: rates, and clouds' multiples as they were known at the date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from computefactory.company.worth_inputs import WorthTerms
from computefactory.library import Library
from computefactory.library.peers import year_after
from computefactory.library.rows import Fact
from computefactory.schema import derive
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Origin, Sources, Traced
from computefactory.schema.subject import Subject
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, month_number
from computefactory.units import One, PerYear, Usd

__all__ = ["LAST", "SCENARIOS", "CloudMultiple", "CloudMultiples", "ebitda_of_last_year", "last_years", "worth"]

SCENARIOS = ("low", "middle", "high")
LAST = "ltm"  # of the name of a multiple: of the last twelve months; else of the year under way
ENDS = {"low": "high", "middle": "", "high": "low"}  # of a rate, for a value
QUARTERS = 4
NOTE = "note "  # before the name of a note among the holders
EBITDA = ("adjusted_ebitda", "adjusted_ebitda_group")
REVENUE = ("revenue", "revenue_group", "revenue_quarter_total")


@dataclass(frozen=True, slots=True)
class CloudMultiple:
    """A cloud's multiple of its last twelve months; or of the next twelve, between those of two calendar years."""

    fact: Fact
    year_after: Fact | None  # of a multiple of the year under way: that of the next, where it is known
    gone: One  # share of the year under way

    @classmethod
    def at(cls, library: Library, fact: Fact, month: int) -> CloudMultiple:
        """The multiple of a row, seen at the end of a calendar month."""
        return cls(fact, year_after(library, fact), (month % MONTHS_PER_YEAR + 1) / MONTHS_PER_YEAR)

    @property
    def last(self) -> bool:
        """Whether it is of the last twelve months."""
        return is_last(self.fact)

    @property
    def value(self) -> One:
        """The multiple of twelve months."""
        stated = float(self.fact.value)
        if self.year_after is None:
            return stated
        return derive.of_next_twelve_months(stated, float(self.year_after.value), self.gone)

    def traced(self, sources: Sources) -> Traced:
        """The same, with the rows that it is made of."""
        rows = (self.fact, *([self.year_after] if self.year_after else ()))
        found = [sources.fact(One, each.table, each.key, each.field) for each in rows]
        if self.year_after is None:
            return found[0]
        gone = sources.asked("share of the year that has gone", self.gone, One)
        return sources.derive(derive.of_next_twelve_months, *found, gone)


@dataclass(frozen=True, slots=True)
class CloudMultiples:
    """For each of low, middle and high the multiple that is taken, or the two whose mean is: none where too few."""

    taken: Mapping[str, Sequence[CloudMultiple]] = field(default_factory=dict)

    @classmethod
    def of(cls, clouds: Sequence[CloudMultiple], last: float, following: float, least: int) -> CloudMultiples:
        """The lowest, median and highest by the value that each gives on its own revenue, where that is known."""
        worths = {each.fact.path: each.value * (last if each.last else following) for each in clouds}
        known = [each for each in clouds if worths[each.fact.path] > 0]
        if len(known) < least:
            return cls()
        ranked = sorted(known, key=lambda each: worths[each.fact.path])
        middle = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
        return cls({"low": ranked[:1], "middle": middle, "high": ranked[-1:]})


def is_last(multiple: Fact) -> bool:
    """Whether a multiple is of the last twelve months' revenue."""
    return multiple.field.endswith(LAST)


def worth(company: Subject, scenario: str, clouds: CloudMultiples) -> tuple[WorthTerms, Mapping[str, Origin]]:
    """The terms of a scenario, and the company's origins with theirs."""
    sources = Sources(company.document, company.library, company.varied, company.origins)
    rate = sources.fact(PerYear, "value", "default", "shell_rate")
    given: dict[str, Traced] = {
        "at_lenders": sources.asked("lenders' own rate", float(scenario == "low"), One),
        "shell_rate": sources.end(rate, ENDS[scenario]) if ENDS[scenario] else rate,
    }
    if (last := _last_year(sources, getattr(company, "operator", None), REVENUE)) is not None:
        given["revenue_last"] = last[0]
    facilities = {each.name for each in company.records_of("facility")}
    convert = [name for name in company.items_of("holder") if name.removeprefix(NOTE) in facilities]
    if convert:
        owed = (sources.kept(f"company.holders.{name}.owed") for name in convert)
        given["notes_in_debt"] = sources.derive(derive.total_of, *owed)
    chosen = clouds.taken.get(scenario, ())
    for name, wanted in (("cloud_last", True), ("cloud_next", False)):
        own = [each.traced(sources) for each in chosen if each.last is wanted]
        if own:
            given[name] = sources.derive(derive.part_of_mean, sources.asked("multiples", len(chosen)), *own)
    terms = fill(sources, WorthTerms, "worth", **given)
    sources.check()
    return terms, sources.origins


def ebitda_of_last_year(company: Subject) -> float | None:
    """Adjusted EBITDA of the last twelve months, as the company reports it; None where it does not."""
    sources = Sources(company.document, company.library, company.varied, company.origins)
    found = _last_year(sources, getattr(company, "operator", None), EBITDA)
    return None if found is None or found[0].value is None else float(found[0].value)


def last_years(company: Subject) -> Mapping[str, str]:
    """The day on which the last twelve months end that are known of revenue and of adjusted EBITDA."""
    sources = Sources(company.document, company.library, company.varied, company.origins)
    operator = getattr(company, "operator", None)
    known = {
        name: _last_year(sources, operator, rows) for name, rows in (("revenue", REVENUE), ("adjusted EBITDA", EBITDA))
    }
    return {name: found[1] for name, found in known.items() if found is not None}


def _last_year(sources: Sources, operator: str | None, metrics: Sequence[str]) -> tuple[Traced, str] | None:
    """A flow of twelve months and their end: a fiscal year, or the last four quarters where they are newer."""
    figures = Figures(sources, operator)
    year = figures.newest(Usd, "year", *metrics)
    ends = figures.ends("quarter", *metrics)[:QUARTERS]
    quarters = [found for end in ends if (found := figures.of(Usd, "quarter", end, *metrics)) is not None]
    whole = len(quarters) == QUARTERS and _a_year(ends)
    if whole and (year is None or ends[0] > year.end):
        return sources.derive(derive.total_of, *(found.traced for found in quarters)), ends[0]
    return None if year is None else (year.traced, year.end)


def _a_year(ends: Sequence[str]) -> bool:
    """Whether four quarters follow each other."""
    months = [month_number(end) for end in ends]
    return months[0] - months[-1] == MONTHS_PER_QUARTER * (QUARTERS - 1)
