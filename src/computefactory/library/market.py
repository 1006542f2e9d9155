"""The market on a day: the nearest dated row of a curve, a spread, a price, and how old it was.

A row is dated by its key (``USD/2025-03-31``), else by the end of its field (``purchase_buy_2025_03_03``), else by its
source. No row later than the day counts; where there is none, the answer says so and names the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from computefactory.library.dates import last_day
from computefactory.library.lookup import Library
from computefactory.library.rows import Fact
from computefactory.timeline import month_number

__all__ = ["CAPACITY", "CONTRACTS", "Quote", "capacity_prices", "curve", "nearest", "spread"]

GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC")
SHELLS = ("colocation", "powered_shell_lease", "build_to_suit")  # types of a deal in which no silicon is let
CAPACITY = {"accelerators": ("gpu_offtake",), "shell": SHELLS}
PRICE = "revenue_per_critical_it"
CONTRACTS = "contract_price"  # price, margin and capital cost of capacity by vintage
_KEY_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_FIELD_DATE = re.compile(r"_(\d{4}(?:_\d{2}){0,2})")


@dataclass(frozen=True, slots=True)
class Quote:
    """What the market said: a row, the day it speaks of and its age in months; or no row, and why."""

    fact: Fact | None
    date: str = ""
    age: int = 0
    reason: str = ""

    @property
    def value(self) -> float | None:
        """The number of the row."""
        return None if self.fact is None else float(self.fact.value)


def nearest(library: Library, table: str, thing: str, field: str, as_of: str) -> Quote:
    """The newest row of a thing and a field that was public by a day.

    ``nearest(library, "credit_spread", "BBB", "spread", "2025-03-31")`` looks at the keys ``BBB/<date>`` and ``BBB``.
    """
    found = max(_quotes(_of(library.rows(table), thing, field), as_of), key=lambda quote: quote.date, default=None)
    if found is None or found.fact is None:
        return Quote(None, reason=_none(library, table, thing, field, as_of))
    library.fact(table, found.fact.key, found.fact.field)
    return found


def curve(library: Library, currency: str, as_of: str) -> dict[int, Quote]:
    """Risk-free rates by tenor in months: those of the newest day on which any was quoted; empty where none was."""
    names = sorted({row.field for row in library.rows("risk_free") if row.field.startswith("month_")})
    found = {int(name.removeprefix("month_")): nearest(library, "risk_free", currency, name, as_of) for name in names}
    newest = max((quote.date for quote in found.values() if quote.fact is not None), default="")
    return {tenor: quote for tenor, quote in found.items() if quote.fact is not None and quote.date == newest}


def spread(library: Library, grade: str, as_of: str) -> Quote:
    """Credit spread of a letter grade over the risk-free rate; without a row, that of the next grade below it."""
    after = GRADES[GRADES.index(grade) :] if grade in GRADES else (grade,)
    quotes = [nearest(library, "credit_spread", each, "spread", as_of) for each in after]
    return next((quote for quote in quotes if quote.fact is not None), quotes[0])


def capacity_prices(library: Library, sells: str, as_of: str) -> tuple[Quote, ...]:
    """Prices of a kW-year of critical IT, newest first: of deals, of fleets, of what sellers said of new contracts.

    ``sells`` is ``accelerators`` or ``shell``. The date is that of the deal.
    """
    kinds = {row.key: str(row.value) for row in library.rows("deal") if row.field == "type"}
    signed = {row.key: str(row.value) for row in library.rows("deal") if row.field == "announced"}
    deals = [row for row in library.rows("deal") if row.field == PRICE and kinds.get(row.key) in CAPACITY[sells]]
    said = [row for row in library.rows(CONTRACTS) if row.field == "price" and row.key.startswith(sells)]
    quotes = [
        *(_quote(row, last_day(signed.get(row.key, row.as_of)), as_of) for row in deals if row.known <= as_of),
        *_quotes(said, as_of),
    ]
    return tuple(sorted(quotes, key=lambda quote: quote.date, reverse=True))


def _of(rows: Iterable[Fact], thing: str, field: str) -> Iterator[Fact]:
    """The rows of a thing and a field, dated or not."""
    for row in rows:
        name, _, date = row.key.rpartition("/")
        key = name if _KEY_DATE.fullmatch(date) else row.key
        rest = row.field.removeprefix(field)
        if key == thing and row.field.startswith(field) and (not rest or _FIELD_DATE.fullmatch(rest)):
            yield row


def _quotes(rows: Iterable[Fact], as_of: str) -> Iterator[Quote]:
    """Those public by a day and speaking of no later one."""
    for row in rows:
        date = _date(row)
        if row.known <= as_of and date <= as_of:
            yield _quote(row, date, as_of)


def _quote(row: Fact, date: str, as_of: str) -> Quote:
    return Quote(row, date, month_number(as_of) - month_number(date))


def _date(row: Fact) -> str:
    """The last day that a row speaks of."""
    dated = row.key.rpartition("/")[2]
    if _KEY_DATE.fullmatch(dated):
        return last_day(dated)
    if match := re.search(rf"{_FIELD_DATE.pattern}$", row.field):
        return last_day(match[1].replace("_", "-"))
    return last_day(row.as_of)


def _none(library: Library, table: str, thing: str, field: str, as_of: str) -> str:
    """Why there is no row, and the day of the next."""
    after = [row for row in (*library.rows(table), *library.later(table)) if row.known > as_of or _date(row) > as_of]
    days = [max(row.known, _date(row)) for row in _of(after, thing, field)]
    said = f"no row of {table}/{thing} was public by {as_of}"
    return f"{said}; the next is of {min(days)}" if days else said
