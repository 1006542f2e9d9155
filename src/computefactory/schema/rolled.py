"""A company file rolled forward to a later day: what a row says by then is taken out of it, what was signed comes in.

The file keeps its comments and its order. Every change is told, and what a reader still has to state.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from io import StringIO
from typing import Any

from computefactory.errors import FactoryFileError, Problem
from computefactory.library import Library, operators
from computefactory.schema.company import CompanyFile
from computefactory.schema.company_rows import BOOKS, CASH, POWER
from computefactory.schema.document import Document
from computefactory.schema.figures import Figures
from computefactory.schema.origin import Sources
from computefactory.schema.resolve_company_dates import balance_sheet
from computefactory.schema.resolve_company_debt import WHOLE
from computefactory.schema.resolve_company_shares import CLASSES
from computefactory.schema.types import ReadsDay
from computefactory.timeline import month_name, month_number
from computefactory.units import Kw, Shares, Usd

__all__ = ["rolled"]

WIDE = 4096  # no line is broken
HELD = {"unrestricted": CASH, "restricted": ("restricted_cash",)}
OVERHEAD = {"amount": "general_admin", "stock_compensation": "stock_based_compensation"}
ECONOMICS = ("price", "margin", "capex")
RISEN = 0.5  # of an order's value by which a book rises that takes it in
Changed = tuple[str, list[str]]  # the text, and what was changed in it
Tree = MutableMapping[str, Any]


def rolled(document: Document, library: Library, as_of: str) -> Changed:
    """The text of a company file at a later day, and every change that was made, in words.

    Raises:
        FactoryFileError: the day is none, or not after that of the file.
    """
    day = _day(document, as_of)
    tree = _read(document.data.decode("utf-8-sig"))
    roll = _Roll(document.company, tree, Sources(document, library.at(day), {}), day)
    told = [f"as_of: {document.company.as_of} is now {day}", *roll.changes()]
    tree["as_of"] = _day_as_written(day)
    return _written(tree), told


def _day(document: Document, as_of: str) -> str:
    from pydantic_core import PydanticCustomError

    before = document.company.as_of
    expected = f"a day after that of the file, {before}"
    try:
        day = ReadsDay().read(as_of)
    except PydanticCustomError:
        raise FactoryFileError([Problem("not_a_date", "--as-of", as_of, expected)]) from None
    if day <= before:
        raise FactoryFileError([Problem("dates_out_of_order", "--as-of", as_of, expected)])
    return day


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width, yaml.preserve_quotes = WIDE, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _read(text: str) -> Tree:
    found: Tree = _yaml().load(text)
    return found


def _written(tree: Tree) -> str:
    out = StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def _day_as_written(day: str) -> Any:
    from datetime import date

    return date.fromisoformat(day)


class _Roll:
    """The changes of one file, made in its tree while they are told."""

    def __init__(self, file: CompanyFile, tree: Tree, sources: Sources, day: str) -> None:
        self.file = file
        self.tree = tree
        self.sources = sources
        self.figures = Figures(sources, file.operator)
        self.day = day
        newest = balance_sheet(sources, self.figures)
        self.balance = newest.end if newest else file.as_of

    def changes(self) -> Iterator[str]:
        """Every change, chapter by chapter."""
        yield from self._reported()
        yield from self._cash()
        yield from self._book()
        yield from self._debt()
        yield from self._shares()
        yield from self._overhead()
        yield from self._power()
        yield from self._now_inside()
        yield from self._orders()
        yield from self._sources()

    def _out(self, *path: str, why: str) -> Iterator[str]:
        """Take a field out, and its chapter where nothing is left in it."""
        tree = self.tree
        for name in path[:-1]:
            tree = tree[name]
        del tree[path[-1]]
        yield f"{'.'.join(path)}: taken out, {why}"
        if not tree and len(path) > 1:
            self._drop(path[:-1])

    def _drop(self, path: tuple[str, ...]) -> None:
        tree = self.tree
        for name in path[:-1]:
            tree = tree[name]
        del tree[path[-1]]
        if not tree and len(path) > 1:
            self._drop(path[:-1])

    def _row(self, day: str, *metrics: str) -> str:
        """Where the library has a balance of a day; nothing where it has none."""
        found = self._of_library(day, metrics)
        return f"{operators.TABLE}/{self.file.operator}/{found[0]}/{found[1]}" if found else ""

    def _of_library(self, day: str, metrics: tuple[str, ...]) -> tuple[str, str] | None:
        library, operator = self.sources.library, self.file.operator
        for period in operators.periods(library, operator) if operator else ():
            for metric in metrics if operators.end_of(library, operator or "", period) == day else ():
                if library.seen(operators.TABLE, f"{operator}/{period}", metric) is not None:
                    return period, metric
        return None

    def _reported(self) -> Iterator[str]:
        for period, stated in self.file.reported.items():
            end = self.figures.end_of(period)
            for metric in sorted(stated.model_fields_set):
                if row := self._row(end, metric):
                    yield from self._out("reported", period, metric, why=f"{row} says it")

    def _cash(self) -> Iterator[str]:
        cash = self.file.cash
        for name, metrics in HELD.items() if cash else ():
            if getattr(cash, name) is not None:
                row = self._row(self.balance, *metrics)
                if row:
                    yield from self._out("cash", name, why=f"{row} says it")
                elif self.balance > self.file.as_of:
                    yield f"cash.{name}: kept, of an older balance sheet: state that of {self.balance}"
        for name, offering in (cash.proceeds if cash else {}).items():
            if offering.date <= self.balance:
                yield from self._out("cash", "proceeds", name, why=f"it is in the cash of {self.balance}")

    def _book(self) -> Iterator[str]:
        book = self.file.book
        if book is None:
            return
        row = self.figures.newest(Usd, "instant", *BOOKS[book.kind])
        before = book.date or self.file.as_of
        if row is None or (book.date is None and book.amount is None and not book.schedule):
            return
        if row.end > before or (book.amount is not None and row.end >= min(before, self.balance)):
            for name in ("amount", "deferred", "date", "schedule"):
                if getattr(book, name) is not None:
                    yield from self._out("book", name, why=f"the book of {row.end} is a row: {row.metric}")

    def _debt(self) -> Iterator[str]:
        rows = [name for name in self.figures.named(self.balance, "debt_") if name not in WHOLE]
        for name, facility in self.file.debt.items():
            row = self._row(self.balance, f"debt_{name}")
            older = self.figures.newest(Usd, "instant", f"debt_{name}", until=self.balance)
            if facility.balance is None and not row and older is None:
                why = f"no row gives its balance by {self.balance}: state that of the day"
                yield from self._out("debt", name, why=why)
                continue
            if facility.balance is None and not row and older is not None:
                yield f"debt.{name}: kept, its balance is a row of {older.end}: state that of {self.balance}"
            for field in ("balance", "rate"):
                prefix = "debt_" if field == "balance" else "rate_"
                if getattr(facility, field) is not None and (said := self._row(self.balance, f"{prefix}{name}")):
                    yield from self._out("debt", name, field, why=f"{said} says it")
            if facility.balance is not None and not row and self.balance > self.file.as_of:
                yield f"debt.{name}.balance: kept, of an older balance sheet: state that of {self.balance}"
            if facility.matures is not None and facility.matures <= month_number(self.balance):
                yield f"debt.{name}: matured in {month_name(facility.matures)}: take it out, or state a later month"
        for name in rows if self.file.debt else ():
            if name not in self.file.debt:
                self.tree.setdefault("debt", {})[name] = {}
                yield f"debt.{name}: added, {self._row(self.balance, f'debt_{name}')} names it: state when it matures"

    def _shares(self) -> Iterator[str]:
        row = self.figures.newest(Shares, "instant", *CLASSES)
        if self.file.shares is not None and row is not None and row.end > self.file.as_of:
            yield from self._out(
                "shares", why=f"the count of {row.end} is a row: {row.metric}; state notes and puts anew"
            )

    def _overhead(self) -> Iterator[str]:
        for name, metric in OVERHEAD.items() if self.file.overhead else ():
            row = self.figures.newest(Usd, "year", metric)
            if getattr(self.file.overhead, name) is not None and row is not None and row.end > self.file.as_of:
                yield from self._out("overhead", name, why=f"the year that ends on {row.end} is a row: {row.metric}")

    def _power(self) -> Iterator[str]:
        blocks = {name: block for name, block in self.file.blocks.items() if block.factory is None}
        month = month_number(self.balance)
        for sells, metrics in POWER.items():
            same = [name for name, block in blocks.items() if (block.sells or "accelerators") == sells]
            billing = [name for name in same if (power := blocks[name].power) is not None and power.billing]
            row = self.figures.newest(Kw, "instant", *metrics, until=self.balance)
            if row is None or row.end <= self.file.as_of:
                continue
            if len(billing) == 1 and billing == same:
                yield from self._out("blocks", billing[0], "power", why=f"{row.metric} of {row.end} is a row")
            elif billing:
                names = ", ".join(f"blocks.{name}.power" for name in billing)
                yield f"{names}: kept, and the company reports {float(row.traced.value) / 1e3:,.6g} MW for {row.end}"
        for name, block in blocks.items():
            if block.full is not None and block.full <= month:
                yield f"blocks.{name}.full: {month_name(block.full)} is past: state what bills under power.billing"
            if block.until is not None and block.until <= month:
                yield f"blocks.{name}.until: {month_name(block.until)} is past: its contracts have ended"
            stated = [field for field in ECONOMICS if getattr(block, field) is not None]
            if stated:
                yield f"blocks.{name}: {', '.join(stated)} kept as stated"

    def _now_inside(self) -> Iterator[str]:
        """Orders that stood beside the old book: inside the new one where it rose by about their value, else beside."""
        kind = self.file.book.kind if self.file.book else "rpo"
        row = self.figures.newest(Usd, "instant", *BOOKS[kind])
        rose = self._rise(kind) if row is not None else 0.0
        for name, block in self.file.blocks.items() if row is not None else ():
            deal = {field: self._of_deal(block.deal, field) for field in ("announced", "total_value")}
            signed, value = block.signed or deal["announced"], block.value or deal["total_value"]
            if row is None or not signed or not value or row.end < str(signed) or block.in_book:
                continue
            if block.in_book is None and str(signed) <= self._old_book(kind):
                continue  # it was in the old one
            if rose >= RISEN * float(value):
                rose -= float(value)
                self.tree["blocks"][name]["in_book"] = True
                yield f"blocks.{name}: in_book: true, for the book of {row.end} rose by about its value"
            elif block.in_book is None:
                self.tree["blocks"][name]["in_book"] = False
                yield f"blocks.{name}: in_book: false, for the book of {row.end} did not rise by its value"

    def _of_deal(self, deal: str | None, field: str) -> Any:
        fact = self.sources.library.seen("deal", deal, field) if deal else None
        return fact.value if fact is not None else None

    def _old_book(self, kind: str) -> str:
        """The day of the book that the file had."""
        rows = self._books(kind, self.sources.library.at(self.file.as_of))
        return next(iter(rows), self.file.as_of)

    def _rise(self, kind: str) -> float:
        """The new book less that which the file had, as the company reported both."""
        new, old = (
            self._books(kind, each) for each in (self.sources.library, self.sources.library.at(self.file.as_of))
        )
        return next(iter(new.values()), 0.0) - next(iter(old.values()), 0.0)

    def _books(self, kind: str, library: Library) -> dict[str, float]:
        """Books of a kind that a library knows, by day, the newest first."""
        operator = self.file.operator or ""
        found = {
            operators.end_of(library, operator, period): float(fact.value)
            for metric in BOOKS[kind]
            for period, fact in operators.reported(library, operator, metric).items()
        }
        return dict(sorted(found.items(), reverse=True))

    def _orders(self) -> Iterator[str]:
        """Orders that became public since, as blocks that name their deal."""
        library, held = self.sources.library, {block.deal for block in self.file.blocks.values()}
        for key in library.keys("deal") if self.file.operator else ():
            facts = {name: library.seen("deal", key, name) for name in ("seller", "buyer", "announced", "total_value")}
            seller, buyer, announced, value = facts.values()
            if seller is None or announced is None or value is None or key in held:
                continue
            if seller.value == self.file.operator and self.file.as_of < max(announced.known, str(announced.value)):
                name = key.lower().replace("-", "_")
                self.tree["blocks"][name] = {
                    "deal": key,
                    "customers": {"buyer": {"buyer": str(buyer.value) if buyer else "undisclosed"}},
                }
                amount = f"{float(value.value) / 1e9:,.4g} bn USD"
                said = f"{buyer.value if buyer else 'undisclosed'}, {amount}, {announced.value}"
                yield f"blocks.{name}: added, {said}: state system, when it is full and until when it runs"

    def _sources(self) -> Iterator[str]:
        """Take out of ``sources`` what stands in the file no more."""
        sources = self.tree.get("sources") or {}
        for name in list(sources):
            paths = sources[name]
            for place in range(len(paths) - 1, -1, -1):
                if not self._stands(str(paths[place])):
                    yield f"sources: {paths[place]} taken out, it stands in the file no more"
                    del paths[place]
            if not paths:
                del sources[name]

    def _stands(self, path: str) -> bool:
        tree: Any = self.tree
        while path:
            name = next((key for key in tree or () if path == str(key) or path.startswith(f"{key}.")), None)
            if name is None:
                return False
            tree, path = tree[name], path[len(str(name)) + 1 :]
            if path and not isinstance(tree, MutableMapping):
                return False
        return True
